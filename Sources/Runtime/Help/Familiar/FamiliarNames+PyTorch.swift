extension FamiliarNames {
    static let pytorch: [FamiliarSection] = [
        FamiliarSection(
            "Making tensors",
            [
                .same("torch.tensor([[1.0, 2.0], [3.0, 4.0]])", "float32 unless dtype= says otherwise"),
                .same("torch.zeros(2, 3)"), .same("torch.ones(2, 3)"), .same("torch.full((2, 2), 7.0)"),
                .same("torch.eye(3)"),
                .same("torch.arange(5)"), .same("torch.linspace(0, 1, 5)"), .same("torch.zeros_like(x)"),
                .same("torch.ones_like(x)"),
                .same("torch.full_like(x, 7.0)"), .same("torch.rand(2, 3)"), .same("torch.randn(2, 3)"),
                .same("torch.randint(0, 10, (3,))"),
                .same("torch.rand_like(x)"), .same("torch.randn_like(x)"),
                .alias("torch.randperm(5)", "permutation(5)"),
                .alias("torch.empty(2, 3)", "zeros(2, 3)"), .alias("torch.empty_like(x)", "zeros_like(x)"),
                .same("torch.normal(0.0, 1.0, (2, 3))"), .same("torch.normal(x, torch.ones(2, 3)).shape"),
                .same("torch.multinomial(torch.tensor([0.5, 0.5]), 1)"), .alias("torch.manual_seed(1)", "seed(1)"),
                .alias(
                    "torch.Generator().manual_seed(1) == none", "false",
                    "as `seed 1`: there is one stream, and generator= takes it", by: "Generator"),
                .alias("torch.from_numpy(np.array([1.5]))", "array([1.5])"),
                .alias("torch.LongTensor([1, 2])", "tensor([1, 2], dtype=\"int64\")", with: ["dtype": "\"int64\""]),
                .alias("torch.FloatTensor([1, 2])", "tensor([1, 2])"), .alias("torch.Tensor([1, 2])", "tensor([1, 2])"),
                .alias("torch.float32", "\"float32\""), .alias("torch.float64", "\"float64\""),
                .alias("torch.float16", "\"float16\"", "for `autocast`: no tensor has it"),
                .alias("torch.bfloat16", "\"bfloat16\""),
                .alias("torch.int64", "\"int64\""), .alias("torch.int32", "\"int64\""),
                .alias("torch.int", "\"int64\""),
                .alias("torch.float", "\"float32\""), .alias("torch.double", "\"float64\""),
                .alias("torch.long", "\"int64\""),
                .alias("torch.uint8", "\"uint8\""), .alias("torch.bool", "\"bool\""),
            ]),
        FamiliarSection(
            "Shapes",
            [
                .same("x.reshape(3, 2)"), .alias("x.view(3, 2)", "x.reshape(3, 2)"),
                .same("x.size(0)", "or x.shape[0]"), .same("x.size()", "or x.shape"),
                .same("x.shape"), .same("x.dim()", "or x.ndim"), .same("x.numel()"),
                .alias("x.nelement()", "x.numel()"),
                .same("x.T"), .alias("x.t()", "x.transpose(0, 1)"), .same("x.transpose(0, 1)"),
                .same("x.permute(1, 0)"),
                .alias("x.swapaxes(0, 1)", "x.transpose(0, 1)"),
                .same("x.flatten()"), .same("torch.flatten(x, 1)"), .same("x.squeeze()"), .same("x.unsqueeze(0)"),
                .same("torch.reshape(x, (3, 2))"), .same("torch.squeeze(x)"), .same("torch.unsqueeze(x, 0)"),
                .same("torch.transpose(x, 0, 1)"), .same("torch.permute(x, (1, 0))"), .same("torch.numel(x)"),
                .same("x.contiguous()"),
                .alias("torch.cat([a, b], dim=1)", "concat([a, b], axis=1)"), .same("torch.stack([a, b], dim=0)"),
                .same("torch.chunk(x, 3, dim=1)"),
                .alias(
                    "torch.split(x, 1)", "split_at(x, [1])", "by places; `chunk(x, 2)` by number", by: "torch_split"),
                .alias("torch.vstack([a, b])", "concat([a, b], axis=0)", by: "vstack"),
                .alias("torch.hstack([a, b])", "concat([a, b], axis=1)", by: "hstack"),
                .same("x.repeat(2, 1)"),
                .alias("x.repeat_interleave(2, dim=0)", "repeat(x, 2, axis=0)", by: "repeat_elements"),
                .alias("torch.repeat_interleave(x, 2, dim=0)", "repeat(x, 2, axis=0)", by: "repeat_elements"),
                .alias("x.expand(2, -1)", "broadcast(x, [2, 3])", "-1 keeps a size", by: "expand_to"),
                .alias("x.expand_as(y)", "broadcast(x, y.shape)", by: "broadcast_like"),
                .alias("x.view_as(y)", "reshape(x, y.shape)", by: "reshape_like"),
                .alias("x.reshape_as(y)", "reshape(x, y.shape)", by: "reshape_like"),
                .same("torch.meshgrid(a[0], a[1])", "`indexing=\"xy\"` is NumPy's order", with: ["indexing": "\"ij\""]),
                .alias(
                    "nn.utils.rnn.pad_sequence([a[0], a[0][:1]], batch_first=True)",
                    "pad_sequence([a[0], a[0][:1]])", "[N, T] unless batch_first=false", with: ["batch_first": "false"]),
                .same("torch.gather(x, 1, torch.tensor([[0], [1]]))"), .same("x.flip(0)"), .same("torch.roll(x, 1, 0)"),
                .instead("x.index_select(0, i)", "x[[0, 1]]", for: "index_select"),
                .alias("x.masked_fill(x > 2, 0.0)", "mask_fill(x, x > 2, 0.0)"),
                .same("torch.tril(a)"), .same("torch.triu(a)"), .same("torch.diag(a)"),
                .alias(
                    "F.pad(x, (1, 2))", "pad(x, [[0, 0], [1, 2]])", "widths from the first axis on", by: "torch_pad"),
                .same("torch.scatter(x, 1, torch.tensor([[0], [1]]), 1.0)"),
                .alias("x.unbind()", "[x[0], x[1]]", by: "unbind"),
                .alias("x.movedim(0, 1)", "x.transpose(0, 1)", by: "move_axis"),
                .alias("x.narrow(1, 0, 2)", "x[:, 0:2]", by: "narrow"),
                .alias("x.masked_select(x > 2)", "x[x > 2]", by: "masked_select"),
                .alias("x.lerp(2 * x, 0.5)", "x + 0.5 * x", by: "lerp"),
                .alias("x.nanmean()", "mean(x)", by: "torch_nanmean"),
                .same("x.split(1, dim=1)", "parts of a size; `chunk(x, 3, axis=1)` makes three"),
                .same("x.norm(1)", "of all elements; `norm(x, 1)` is NumPy's, of a matrix"),
                .same("F.one_hot(torch.tensor([0, 2]), 3)"),
            ]),
        FamiliarSection(
            "dtype and device",
            [
                .same("x.float()"), .same("x.double()"), .same("x.long()"),
                .same("x.type(torch.float32)"),
                .same("x.data", "values without what is recorded of them"),
                .instead("w.data -= 0.1 * w.grad", "x.data -= 0.1 * grad(f)(x)", "or `x -= ...`", for: ""),
                .same("x.to(torch.float64)"), .same("x.to(\"cpu\")"), .alias("x.cpu()", "contiguous(x)"),
                .alias("x.numpy()", "contiguous(x)"), .same("x.detach()"), .same("x.sum().item()"),
                .alias("x.tolist()", "list(x)"), .same("x.clone()"),
                .alias(
                    "torch.cuda.is_available()", "false", "everything runs on this machine's processor", by: "is_there"),
                .alias("torch.device(\"cpu\")", "\"cpu\"", by: "device_name"),
                .refused("x.cuda()", "everything runs on this machine's processor: leave it out", for: "cuda device"),
                .instead(
                    "x.half()", "cast(x, \"float32\")", "the smallest dtype of fractions", for: "half bfloat16 float16"),
                .instead(
                    "x.requires_grad_()", "grad(f)",
                    "gradients are taken of a function; `freeze net` keeps weights from learning, and `net.parameter_count` counts them",
                    for: "requires_grad requires_grad_ retain_grad"),
            ]),
        FamiliarSection(
            "Element by element",
            [
                .same("torch.abs(x)"), .same("torch.exp(x)"), .same("torch.log(x)"), .same("torch.sqrt(x)"),
                .same("torch.square(x)"), .same("torch.sin(x)"), .same("torch.cos(x)"),
                .same("torch.tan(x)"), .same("torch.sinh(x)"), .same("torch.cosh(x)"), .same("torch.atan(x)"),
                .same("torch.tanh(x)"), .same("torch.sigmoid(x)"), .same("torch.relu(x)"), .same("torch.sign(x)"),
                .same("torch.floor(x)"), .same("torch.ceil(x)"), .same("torch.round(x)"),
                .same("torch.log2(x)"), .same("torch.log10(x)"), .same("torch.log1p(x)"), .same("torch.erf(x)"),
                .same("torch.isnan(x)"), .same("torch.isinf(x)"), .same("torch.isfinite(x)"),
                .same("torch.pow(x, 2)"), .same("torch.mul(x, x)"), .same("torch.div(x, x)"),
                .alias("torch.sub(x, x, alpha=2)", "x - 2 * x", by: "torch_sub"),
                .same("torch.neg(x)"), .alias("torch.negative(x)", "neg(x)"), .same("torch.rsqrt(x)"),
                .same("torch.atan2(a, a)"),
                .alias("torch.hypot(a, a)", "sqrt(a ** 2 + a ** 2)", by: "hypotenuse"),
                .alias("torch.count_nonzero(x > 3)", "sum(x > 3)", by: "count_nonzero"),
                .alias("torch.nan_to_num(x / 1)", "x / 1", by: "finite"),
                .alias("torch.nanmean(x / 1)", "mean(x / 1)", by: "nan_mean"),
                .alias("torch.clamp(x, min=2, max=4)", "clip(x, 2, 4)"), .same("torch.clip(x, 2, 4)"),
                .same("torch.maximum(x, x)"), .same("torch.minimum(x, x)"), .same("torch.where(x > 2, x, 0.0)"),
                .same("x.where(x > 2, 0)", "x where the mask is true"),
                .same("torch.eq(x, x)"), .same("torch.ne(x, x)"), .same("torch.lt(x, 2)"), .same("torch.le(x, 2)"),
                .same("torch.gt(x, 2)"), .same("torch.ge(x, 2)"),
                .same("torch.logical_and(x > 1, x < 3)"), .same("torch.logical_or(x > 1, x < 3)"),
                .same("torch.logical_not(x > 1)"),
                .alias("torch.allclose(x, x)", "close(x, x)"), .same("torch.isclose(x, x)"), .same("torch.equal(x, x)"),
                .alias(
                    "x.add_(1).tolist()", "(x + 1).tolist()",
                    "changes `x` itself, as `x += 1`; also mul_, div_, clamp_", by: "torch_add"),
                .alias("x.sub_(1).tolist()", "(x - 1).tolist()", by: "torch_sub"),
                .alias("x.zero_().sum()", "0", "`m.weight.data.zero_()` changes the parameter", by: "init_zeros"),
                .alias("x.fill_(2).sum()", "12", by: "init_constant"),
                .alias("x.copy_(2 * y).sum()", "sum(2 * x)", by: "torch_copied"),
                .alias("x.normal_().shape", "[2, 3]", by: "init_normal"),
                .alias("x.uniform_(-1, 1).shape", "[2, 3]", by: "init_uniform"),
                .same("torch.exp2(x)"),
            ]),
        FamiliarSection(
            "Sums and products",
            [
                .same("x.sum(dim=1)", "or axis=1"), .same("x.mean(dim=0, keepdim=True)"), .same("x.std()"),
                .same("x.var()"), .same("x.max()"),
                .same("x.max(dim=1)", "{values, indices}; `x.max(axis=1)` gives the values"),
                .same("torch.max(x, 1)", "{values, indices}, as x.max(dim=1)", with: ["dim": FamiliarName.second]),
                .same("torch.min(x, 1)", with: ["dim": FamiliarName.second]), .same("x.argmax(dim=1)"),
                .same("torch.sum(x)"), .same("torch.mean(x)"),
                .same("torch.argmax(x, dim=1)"), .same("torch.cumsum(x, dim=0)"), .same("torch.prod(x)"),
                .same("torch.any(x > 3)"), .same("torch.all(x > 3)"), .same("torch.std(x)"), .same("torch.var(x)"),
                .same("x.topk(2, dim=1)"), .same("torch.topk(x, 2)"), .same("torch.argsort(x, dim=1)"),
                .same("torch.logsumexp(x, dim=1)"), .same("torch.cumprod(x, dim=0)"), .same("torch.argmin(x)"),
                .alias(
                    "torch.sort(x)", "{values=sort(x), indices=argsort(x)}", "`sort(x)` gives the values alone",
                    by: "torch_sort"),
                .same("torch.bincount(torch.tensor([0, 1, 1]))"), .same("torch.unique(torch.tensor([3, 1, 3]))"),
                .alias("torch.mm(a, b)", "matmul(a, b)", "or a @ b"),
                .alias("torch.bmm(a[None], b[None])", "matmul(a[none], b[none])"),
                .alias("torch.mv(a, a[0])", "matmul(a, a[0])"), .same("torch.matmul(a, b)"),
                .same("torch.outer(a[0], b[0])"), .same("torch.dot(a[0], b[0])"),
                .same("torch.einsum(\"ij,jk->ik\", a, b)"),
                .alias("torch.norm(a, 1)", "norm(a, p=1)", "of all elements", by: "torch_norm"),
                .same("torch.trace(a)"),
                .alias(
                    "torch.median(torch.tensor([1.0, 2.0, 3.0, 4.0]))", "2",
                    "the lower of the two in the middle; `median(x)` is their mean, as in NumPy", by: "torch_median"),
                .same("torch.quantile(x, 0.5)"),
                .instead("torch.histc(x, bins=3)", "histogram(x, bins=3).counts", for: "histc"),
                .alias(
                    "torch.svd(a)[1]", "svd(a)[1]", "the third part of `svd(a)` is V transposed", by: "torch_svd"),
                .alias("torch.inverse(a)", "inv(a)"), .same("torch.det(a)"), .same("torch.kron(a, b)"),
                .same("torch.cosine_similarity(a, b)"), .same("F.cosine_similarity(a, b)"),
                .alias("nn.CosineSimilarity(dim=1)(a, b)", "cosine_similarity(a, b, axis=1)", by: "cosine_of"),
                .same("F.normalize(x, dim=1)"),
                .alias(
                    "F.scaled_dot_product_attention(a, a, b)", "softmax(a @ a.T / sqrt(2)) @ b",
                    "`multihead_attention` is a layer", by: "attend"),
                .alias(
                    "F.conv2d(torch.ones(1, 1, 3, 3), torch.ones(1, 1, 2, 2), padding=1)",
                    "conv2d(ones([1, 1, 3, 3]), ones([1, 1, 2, 2]), padding=1)", by: "torch_conv2d"),
                .alias("F.adaptive_avg_pool2d(torch.ones(1, 1, 4, 4), 1)", "adaptive_avgpool(ones([1, 1, 4, 4]), 1)"),
                .alias(
                    "F.interpolate(torch.ones(1, 1, 2, 2), scale_factor=2)", "upsample(ones([1, 1, 2, 2]), 2)",
                    "`size=` or `scale_factor=`, `mode=\"bilinear\"`", by: "interpolate"),
                .alias(
                    "F.dropout(x, 0.5, training=False)", "x",
                    "draws always without training=false; the layer `dropout 0.5` draws only in training",
                    by: "dropout_of"),
                .alias("F.max_pool2d(torch.ones(1, 1, 4, 4), 2)", "ones([1, 1, 2, 2])", by: "max_pool_of"),
                .alias("F.avg_pool2d(torch.ones(1, 1, 4, 4), 2)", "ones([1, 1, 2, 2])", by: "avg_pool_of"),
                .alias(
                    "F.binary_cross_entropy_with_logits(x, torch.ones_like(x))", "bce_with_logits(x, ones_like(x))",
                    by: "bce_logits_of"),
                .same("F.softmax(x, dim=1)"), .same("torch.softmax(x, dim=1)"), .same("F.log_softmax(x, dim=1)"),
                .same("F.relu(x)"), .same("F.sigmoid(x)"), .same("F.tanh(x)"),
                .alias("F.gelu(x)", "gelu(x)", by: "gelu_of"),
                .same("F.leaky_relu(x, 0.2)"), .same("F.elu(x)"), .same("F.silu(x)"), .same("F.softplus(x)"),
                .same("F.cross_entropy(x, torch.tensor([0, 2]))"), .alias("F.mse_loss(x, x)", "mse(x, x)"),
                .alias(
                    "F.nll_loss(F.log_softmax(x, dim=1), torch.tensor([0, 2]))", "nll(log_softmax(x, axis=1), [0, 2])"),
                .alias("F.l1_loss(x, 2 * x)", "mae(x, 2 * x)"),
                .alias("F.smooth_l1_loss(x, 2 * x)", "huber(x, 2 * x)", by: "huber_of"),
                .alias("F.huber_loss(x, 2 * x)", "huber(x, 2 * x)"),
                .alias(
                    "F.kl_div(F.log_softmax(x, dim=1), F.softmax(x, dim=1), reduction=\"batchmean\")",
                    "kl_div(log_softmax(x, axis=1), softmax(x, axis=1), reduction=\"sum\") / len(x)", by: "kl_div_of"),
                .alias(
                    "F.binary_cross_entropy(torch.sigmoid(x), torch.ones_like(x))", "bce(sigmoid(x), ones_like(x))",
                    by: "bce_of"),
            ]),
        FamiliarSection(
            "Layers and models",
            [
                .instead("class Net(nn.Module): ...", "model net_of() { linear 2 }", for: "Module"),
                .alias(
                    "nn.Sequential(nn.ReLU(), nn.Tanh())(x)", "tanh(relu(x))",
                    "`model net_of() { relu; tanh }` is a sequence of layers too", by: "sequential_of"),
                .alias(
                    "nn.Linear(784, 10)", "linear(10, inputs=784)", "`linear 10` finds its input size itself",
                    with: ["inputs": FamiliarName.first]),
                .alias(
                    "nn.Conv2d(3, 16, 3, padding=1)", "conv(16, 3, padding=1, inputs=3)",
                    "`conv 16 3` finds its input channels itself", with: ["inputs": FamiliarName.first]),
                .alias(
                    "nn.ConvTranspose2d(16, 8, 2, stride=2)", "conv_transpose(8, 2, stride=2)", by: "conv_transpose_of"),
                .alias(
                    "nn.Conv1d(3, 16, 3, padding=1)", "conv(16, 3, padding=1, inputs=3)", "1-D by its input",
                    with: ["inputs": FamiliarName.first]),
                .refused("nn.Conv3d(1, 8, 3)", "convolutions are 1-D and 2-D", for: "Conv3d conv3d"),
                .alias(
                    "nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)",
                    "transformer_encoder_layer(8, 2, feedforward=16)",
                    by: "encoder_layer_of"),
                .alias(
                    "nn.TransformerDecoderLayer(8, 2, 16, batch_first=True)",
                    "transformer_decoder_layer(8, 2, feedforward=16, causal=false)",
                    by: "decoder_layer_of"),
                .alias(
                    "nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, batch_first=True), 2)(ones([1, 3, 8])).shape",
                    "[1, 3, 8]", "copies of a layer, which start alike", by: "encoder_of"),
                .alias(
                    "nn.TransformerDecoder(nn.TransformerDecoderLayer(8, 2, batch_first=True), 2)(ones([1, 3, 8]), ones([1, 4, 8])).shape",
                    "[1, 3, 8]", by: "decoder_of"),
                .alias(
                    "nn.Transformer(8, 2, 1, 1, batch_first=True)(ones([1, 3, 8]), ones([1, 4, 8])).shape", "[1, 4, 8]",
                    by: "transformer_of"),
                .alias(
                    "nn.Transformer.generate_square_subsequent_mask(2)", "tensor([[0, -inf], [0, 0]])",
                    by: "causal_scores"),
                .alias("nn.GroupNorm(2, 16)", "group_norm(2)", by: "group_norm_of"),
                .alias("nn.InstanceNorm2d(16)", "instance_norm()", by: "instance_norm_of"),
                .alias("nn.Upsample(scale_factor=2)", "upsample(scale=2)", by: "upsample_of"),
                .alias("nn.UpsamplingNearest2d(scale_factor=2)", "upsample(scale=2)", by: "upsample_of"),
                .same("nn.utils.weight_norm(nn.Linear(20, 40))"), .same("nn.utils.spectral_norm(nn.Linear(20, 40))"),
                .same("nn.utils.parametrizations.weight_norm(nn.Linear(20, 40))"),
                .same("nn.utils.parametrizations.spectral_norm(nn.Linear(20, 40))"),
                .alias("nn.BatchNorm2d(16)", "batch_norm(inputs=16)", by: "batch_norm_of"),
                .alias("nn.BatchNorm1d(16)", "batch_norm(inputs=16)", by: "batch_norm_of"),
                .alias(
                    "nn.LSTM(32, 64, batch_first=True)", "lstm(64)",
                    "`lstm` takes [N, T, F]; without batch_first=True [T, N, F]", by: "lstm_of"),
                .alias("nn.GRU(32, 64, batch_first=True)", "gru(64)", by: "gru_of"),
                .alias("nn.RNN(32, 64, batch_first=True)", "rnn(64)", by: "rnn_of"),
                .alias("nn.GRUCell(4, 3)(ones([2, 4])).shape", "[2, 3]", "one step of `gru`", by: "gru_cell_of"),
                .alias(
                    "nn.LSTMCell(4, 3)(ones([2, 4]))[0].shape", "[2, 3]", "`h, c = cell(x, (h, c))`",
                    by: "lstm_cell_of"),
                .alias("nn.RNNCell(4, 3)(ones([2, 4])).shape", "[2, 3]", by: "rnn_cell_of"),
                .refused(
                    "nn.utils.rnn.pack_padded_sequence(x, lengths)",
                    "recurrent layers take the lengths beside a padded input: `out, h = rnn1(x, lengths)`",
                    for: "pack_padded_sequence pad_packed_sequence pack_sequence"),
                .refused(
                    "net.conv1.register_forward_hook(f)",
                    "a model is applied layer by layer: `h = net[0](x)`, or its `forward` gives what is wanted too: "
                        + "`return out, h`",
                    for: "register_forward_hook register_full_backward_hook register_forward_pre_hook register_hook"),
                .alias("nn.ReLU(True)", "relu()", by: "relu_layer"), .alias("nn.Sigmoid()", "sigmoid()"),
                .alias("nn.Tanh()", "tanh()"),
                .alias("nn.GELU()", "gelu()", by: "gelu_layer"), .alias("nn.SiLU()", "silu()", by: "silu_layer"),
                .alias("nn.ELU(0.5)(-x)", "elu(-x, 0.5)", by: "elu_layer"),
                .alias("nn.Softplus(2)(x)", "softplus(2 * x) / 2", by: "softplus_layer"),
                .alias("nn.SELU()", "selu()", by: "selu_layer"), .alias("nn.Mish()", "mish()", by: "mish_layer"),
                .alias("nn.Hardswish()", "hardswish()", by: "hardswish_layer"),
                .alias("nn.ReLU6()", "relu6()", by: "relu6_layer"),
                .alias("nn.Flatten(0)(x)", "flatten(x)", by: "flatten_layer"), .alias("nn.Identity()", "identity()"),
                .alias("nn.Dropout(0.5)", "dropout(0.5)"), .alias("nn.Dropout2d(0.5)", "dropout2d(0.5)"),
                .alias("nn.MaxPool2d(2, 2)", "maxpool(2, 2)"), .alias("nn.AvgPool2d(2)", "avgpool(2)"),
                .alias("nn.AdaptiveAvgPool2d(1)", "adaptive_avgpool(1)"),
                .alias("nn.Embedding(10, 3)", "embedding(10, 3)"), .alias("nn.LayerNorm(8)", "layer_norm(8)"),
                .alias("nn.LeakyReLU(0.2)", "leaky_relu(slope=0.2)", by: "leaky_relu_of"),
                .alias("nn.AdaptiveMaxPool2d(1)", "adaptive_maxpool(1)"), .alias("nn.MaxPool1d(2)", "maxpool(2)"),

                .alias("nn.Parameter(torch.randn(3))", "parameter(randn(3))"),
                .instead(
                    "self.register_buffer(\"mean\", x)", "mean = x",
                    "in the block of a model, as `register_buffer(\"mean\", x)` there; `state_dict()` is without it",
                    for: "register_buffer"),
                .instead("model.forward(x)", "net(x)", "a model is called", for: "forward"),
                .same(
                    "net.train()",
                    "`step` and `net(x)` are in this mode from then on; without it `step` trains and `net(x)` is inference"
                ),
                .same("net.eval()", "the same of inference; `train` trains and `evaluate` evaluates in any mode"),
                .same("net.training", "false where nothing has said it"),
                .same("sum(p.numel() for p in net.parameters())", "or net.parameter_count"),
                .alias(
                    "with torch.no_grad() { print(n) }", "print(n)",
                    "within `step` and `grad` what it computes is constant; elsewhere nothing is recorded anyway",
                    by: "no_gradients", for: "torch.no_grad torch.inference_mode"),
                .alias(
                    "with torch.enable_grad() { print(n) }", "print(n)", by: "with_gradients", for: "torch.enable_grad"),
                .alias(
                    "with torch.set_grad_enabled(False) { print(n) }", "print(n)", "for the block, not by itself",
                    by: "gradient_mode", for: "torch.set_grad_enabled"),
                .alias(
                    "with torch.autocast(\"cpu\") { print(n) }", "print(n)", "the numbers keep their dtype",
                    by: "unchanged_block",
                    for: "torch.autocast torch.cuda.amp.autocast torch.amp.autocast torch.cpu.amp.autocast"),
                .instead(
                    "for p in net.parameters(): p.requires_grad = False",
                    "for p in net.parameters() { p.requires_grad = False }", "or freeze net", for: ""),
                .instead(
                    "for p in net.parameters(): p.data.mul_(0.9)", "for p in net.parameters() { p *= 0.9 }",
                    "also `p.data *= 0.9`, `p[:] = 0`", for: ""),
                .same("net.named_parameters()", "or parameters(net), a table"),
                .same(
                    "list(net.children())",
                    "also named_children, modules and named_modules; or for layer in net { ... }"),
                .same("net.state_dict()", "copies of all parameters and buffers by their names"),
                .same(
                    "net.load_state_dict(net.state_dict())",
                    "`load_weights net \"net.pt\"` takes files of other names too"),
                .same(
                    "torch.save(net.state_dict(), \"net.pt\")",
                    "PyTorch reads it; `save net \"x.safetensors\"` is shorter"),
                .alias("torch.load(\"net.pt\").keys()", "load(\"net.pt\").keys()", by: "torch_load"),
                .same("net.apply(m -> none)", "calls the function with each layer, and with the model at last"),
                .same("isinstance(net[0], nn.Linear)", "or net[0].kind == \"linear\""),
                .instead(
                    "torch.onnx.export(net, x, \"net.onnx\")", "save net \"net.onnx\"", "`load` reads such files",
                    for: "onnx"),
                .alias(
                    "nn.init.xavier_uniform_(x).shape", "[2, 3]",
                    "changes `x`, or the parameter; `linear 64 init=\"xavier\"` starts so", by: "init_xavier_uniform"),
                .alias("nn.init.xavier_normal_(x).shape", "[2, 3]", by: "init_xavier_normal"),
                .alias("nn.init.kaiming_uniform_(x).shape", "[2, 3]", by: "init_kaiming_uniform"),
                .alias(
                    "nn.init.kaiming_normal_(x, mode=\"fan_out\", nonlinearity=\"relu\").shape", "[2, 3]",
                    by: "init_kaiming_normal"),
                .alias("nn.init.orthogonal_(x).shape", "[2, 3]", by: "init_orthogonal"),
                .alias("nn.init.uniform_(x, -0.1, 0.1).shape", "[2, 3]", by: "init_uniform"),
                .alias("nn.init.normal_(x, mean=0, std=0.02).shape", "[2, 3]", by: "init_normal"),
                .alias("nn.init.trunc_normal_(x, std=0.02).shape", "[2, 3]", by: "init_trunc_normal"),
                .alias("nn.init.constant_(x, 2).sum()", "12", by: "init_constant"),
                .alias("nn.init.zeros_(x).sum()", "0", by: "init_zeros"),
                .alias("nn.init.ones_(x).sum()", "6", by: "init_ones"),
                .alias("nn.init.eye_(a).sum()", "2", by: "init_eye"),
                .alias("nn.init.calculate_gain(\"relu\")", "sqrt(2)", by: "gain_of"),
            ]),
        FamiliarSection(
            "Training",
            [
                .alias("optim.Adam(net.parameters(), lr=0.001)", "adam(net, lr=0.001)"),
                .alias("optim.SGD(net.parameters(), lr=0.1, momentum=0.9)", "sgd(net, lr=0.1, momentum=0.9)"),
                .alias("optim.AdamW(net.parameters(), lr=0.001)", "adamw(net, lr=0.001)"),
                .alias("optim.RMSprop(net.parameters(), lr=0.001)", "rmsprop(net, lr=0.001)"),
                .alias("optim.Adagrad(net.parameters(), lr=0.01)", "adagrad(net, lr=0.01)"),
                .alias("optim.Adadelta(net.parameters())", "adadelta(net)"),
                .alias("optim.NAdam(net.parameters(), lr=0.002)", "nadam(net, lr=0.002)"),
                .alias("optim.Adamax(net.parameters(), lr=0.002)", "adamax(net, lr=0.002)"),
                .alias("optim.RAdam(net.parameters(), lr=0.001)", "radam(net, lr=0.001)"),
                .alias("optim.Rprop(net.parameters(), lr=0.01)", "rprop(net, lr=0.01)"),
                .same("opt.state_dict()", "its rate and moments; `opt.load_state_dict(state)` goes on from them"),
                .alias("optim.LBFGS(net.parameters(), lr=1)", "lbfgs(net, lr=1)"),
                .instead(
                    "optimizer.zero_grad(); loss.backward(); optimizer.step()", "step opt loss",
                    "with the loss computed in it, `step opt mse(net(x), y)`: it differentiates and updates",
                    for: "zero_grad step"),
                .instead(
                    "loss.backward()", "step opt loss",
                    "with the loss computed in it: `step opt mse(net(x), y)`; `grad(f)(x)` is the gradient alone",
                    for: "backward"),
                .alias("nn.CrossEntropyLoss()(x, [0, 2])", "cross_entropy(x, [0, 2])"),
                .alias("nn.MSELoss()(x, 2 * x)", "mse(x, 2 * x)"),
                .alias("nn.L1Loss()(x, 2 * x)", "mae(x, 2 * x)"),
                .alias(
                    "nn.BCELoss()(torch.sigmoid(x), torch.ones_like(x))", "bce(sigmoid(x), ones_like(x))",
                    by: "bce_loss"),
                .alias(
                    "nn.BCEWithLogitsLoss()(x, torch.ones_like(x))", "bce_with_logits(x, ones_like(x))",
                    by: "bce_logits_loss"),
                .alias("nn.SmoothL1Loss()(x, 2 * x)", "huber(x, 2 * x)", by: "smooth_loss"),
                .alias("nn.HuberLoss()(x, 2 * x)", "huber(x, 2 * x)"),
                .alias(
                    "nn.KLDivLoss(reduction=\"sum\")(F.log_softmax(x, dim=1), F.softmax(x, dim=1))",
                    "kl_div(log_softmax(x, axis=1), softmax(x, axis=1), reduction=\"sum\")", by: "kl_loss"),
                .alias("nn.NLLLoss()(F.log_softmax(x, dim=1), [0, 2])", "nll(log_softmax(x, axis=1), [0, 2])"),
                .instead(
                    "nn.utils.clip_grad_norm_(net.parameters(), 1)", "adam(net, clip=1)",
                    for: "clip_grad_norm_"),
                .instead(
                    "nn.utils.clip_grad_value_(net.parameters(), 1)", "train net data epochs=1 clip_value=1",
                    for: "clip_grad_value_"),
                .alias(
                    "torch.utils.data.DataLoader(data, batch_size=64, shuffle=True)", "batches(data, 64, shuffle=true)",
                    by: "loader"),
                .alias(
                    "torch.utils.data.TensorDataset(scores, targets).tensors[0]", "scores",
                    "`dataset(scores, targets)` has the fields x and y", by: "tensor_dataset"),
                .alias("torch.utils.data.random_split(data, [4, 1])", "split(data, 4)", by: "random_split"),
                .alias("torch.utils.data.Subset(data, [0, 2])", "data[[0, 2]]", by: "subset"),
                .alias(
                    "len(torch.utils.data.ConcatDataset([data, data]))", "2 * len(data)", by: "concat_datasets",
                    for: "torch.utils.data.ConcatDataset"),
                .alias(
                    "len(torch.utils.data.DataLoader(data, 2, sampler=torch.utils.data.WeightedRandomSampler([1, 1, 2, 2, 1], 4)))",
                    "len(batches(data, 2, sampler=[2, 3, 3, 0]))", "`batches(data, 2, weights=w)` draws by weights too",
                    by: "weighted_sampler", for: "torch.utils.data.WeightedRandomSampler"),
                .alias(
                    "len(torch.utils.data.RandomSampler(data))", "len(data)", by: "random_sampler",
                    for: "torch.utils.data.RandomSampler"),
                .alias(
                    "list(torch.utils.data.SubsetRandomSampler([3]))", "[3]", by: "subset_sampler",
                    for: "torch.utils.data.SubsetRandomSampler"),
                .alias(
                    "list(torch.utils.data.SequentialSampler(xs))", "list(range(3))", by: "in_order_sampler",
                    for: "torch.utils.data.SequentialSampler"),
                .alias(
                    "torch.utils.data.default_collate([[1, 2], [3, 4]])",
                    "[tensor([1, 3], dtype=\"int64\"), tensor([2, 4], dtype=\"int64\")]", by: "collated"),
                .alias(
                    "class Own(n) : torch.utils.data.Dataset() { fn __len__() = n; fn __getitem__(i) = [xs, i] }; print(len(Own(4)))",
                    "print(4)",
                    "any class with `len` and `get` is a data set; `dataset(5, i -> {x=[i, 2], y=0})` is one too",
                    by: "own_dataset", for: "torch.utils.data.Dataset"),
                .instead(
                    "class Stream(IterableDataset): def __iter__(self): ...",
                    "class Stream(n) { fn len() = n; fn get(i) = [ones([3]), i % 2] }",
                    "the examples of a data set have numbers", for: "IterableDataset"),
                .instead(
                    "datasets.ImageFolder(\"photos\")", "load \"photos/\"",
                    "a folder that is there: nothing is downloaded; also the files of MNIST and CIFAR",
                    for: "ImageFolder MNIST FashionMNIST KMNIST CIFAR10 CIFAR100 SVHN torchvision datasets"),
                .instead(
                    "torchvision.io.read_image(\"f.png\")", "load \"photos/\"", "`load \"f.png\"` gives one image",
                    for: "read_image imread Image PIL cv2"),
                .instead("Image.fromarray(x)", "show x", "`save x \"x.png\"` writes an image", for: "fromarray"),
                .instead(
                    "models.resnet18(pretrained=True)", "load_weights net \"weights.safetensors\"",
                    "there are no trained models: PyTorch's weights fit a model of the same layers",
                    for: "models resnet18 resnet50 vgg16 vgg19 alexnet hub"),
                .alias("transforms.RandomHorizontalFlip()", "random_flip()"),
                .alias("transforms.RandomCrop(28, padding=4)", "random_crop(28, padding=4)"),
                .alias("transforms.RandomResizedCrop(28)", "random_resized_crop(28)"),
                .alias("transforms.CenterCrop(28)", "center_crop(28)"),
                .alias("transforms.RandomRotation(10)", "random_rotation(10)"),
                .alias("transforms.RandomErasing()", "random_erasing()"),
                .alias("transforms.ColorJitter(0.1)", "color_jitter(0.1)"),
                .alias("transforms.RandomAffine(10)", "random_affine(10)"),
                .refused(
                    "transforms.TrivialAugmentWide()", "choose changes: `augment=[random_flip, random_rotation(10)]`",
                    for: "TrivialAugmentWide RandAugment AutoAugment"),
                .instead(
                    "get_tokenizer(\"basic_english\")", "lower(text).split()", "words and signs by `words(text)`",
                    for: "get_tokenizer"),
                .instead(
                    "build_vocab_from_iterator(tokens)", "vocabulary(text, by=\"word\")",
                    "`encode(v, text)` numbers them",
                    for: "build_vocab_from_iterator torchtext"),
                .alias(
                    "lr_scheduler.StepLR(opt, 10, gamma=0.1).get_last_lr()", "[opt.lr]",
                    "in `train`: `schedule={kind=\"step\", every=10, factor=0.1}`", by: "step_rate"),
                .alias(
                    "lr_scheduler.MultiStepLR(opt, [10, 20]).get_last_lr()", "[opt.lr]",
                    "in `train`: `schedule={kind=\"step\", milestones=[10, 20]}`", by: "milestone_rate"),
                .alias(
                    "lr_scheduler.ExponentialLR(opt, 0.95).get_last_lr()", "[opt.lr]",
                    "in `train`: `schedule={kind=\"exponential\", factor=0.95}`", by: "exponential_rate"),
                .alias(
                    "lr_scheduler.CosineAnnealingLR(opt, 10).get_last_lr()", "[opt.lr]",
                    "in `train`: `schedule=\"cosine\"`", by: "cosine_rate"),
                .alias(
                    "lr_scheduler.CosineAnnealingWarmRestarts(opt, 10).get_last_lr()", "[opt.lr]",
                    "in `train`: `schedule={kind=\"cosine\", restart=10}`", by: "restarting_rate"),
                .alias(
                    "lr_scheduler.ReduceLROnPlateau(opt).get_last_lr()", "[opt.lr]",
                    "in `train`: `schedule={kind=\"plateau\", factor=0.1, patience=10}`", by: "plateau_rate"),
                .alias(
                    "lr_scheduler.LambdaLR(opt, i -> 0.99 ** i).get_last_lr()", "[opt.lr]",
                    "in `train` a function of the step: `schedule=i -> 0.1 * 0.99 ** i`", by: "lambda_rate"),
                .alias(
                    "lr_scheduler.MultiplicativeLR(opt, i -> 0.99).get_last_lr()", "[opt.lr]", by: "product_rate"),
                .alias(
                    "lr_scheduler.ConstantLR(opt, factor=1).get_last_lr()", "[opt.lr]", by: "constant_rate"),
                .alias(
                    "lr_scheduler.LinearLR(opt, start_factor=1).get_last_lr()", "[opt.lr]", by: "linear_rate"),
                .alias(
                    "lr_scheduler.PolynomialLR(opt).get_last_lr()", "[opt.lr]", by: "polynomial_rate"),
                .alias(
                    "lr_scheduler.OneCycleLR(opt, 25, total_steps=10, cycle_momentum=False).get_last_lr()", "[1]",
                    "in `train`: `lr=0.1 schedule=\"one_cycle\"`", by: "one_cycle_rate"),
                .alias(
                    "lr_scheduler.CyclicLR(opt, 0.1, 1, cycle_momentum=False).get_last_lr()", "[0.1]", by: "cyclic_rate"
                ),
                .alias(
                    "lr_scheduler.SequentialLR(opt, [lr_scheduler.StepLR(opt, 9)], []).get_last_lr()", "[opt.lr]",
                    "a milestone fewer than schedulers", by: "sequential_rate"),
                .alias(
                    "lr_scheduler.ChainedScheduler([lr_scheduler.StepLR(opt, 9)]).get_last_lr()", "[opt.lr]",
                    by: "chained_rate"),
                .refused(
                    "lr_scheduler.LRScheduler(opt)",
                    "a rule of one's own: `lr_scheduler.LambdaLR(opt, i -> 0.99 ** i)`",
                    for: "LRScheduler _LRScheduler"),
                .same(
                    "opt.param_groups[0][\"lr\"]",
                    "or opt.lr; both can be set, and those of `for g in opt.param_groups` too"
                ),
                .refused(
                    "class Mine(torch.optim.Optimizer): ...",
                    "a step of your own: `value, slope = value_and_grad(f)(w)`, then `w -= 0.1 * slope`",
                    for: "Optimizer"),
                .alias(
                    "torch.distributions.Categorical(logits=x).log_prob(torch.tensor([0, 2]))",
                    "log_softmax(x, axis=1)[[0, 1], [0, 2]]", "also sample(), entropy(), probs, logits",
                    by: "categorical_of"),
                .alias(
                    "torch.distributions.Normal(0.0, 1.0).log_prob(x)", "-x ** 2 / 2 - log(2 * pi) / 2",
                    "also sample(), rsample(), entropy(), cdf(v)", by: "normal_of"),
                .alias(
                    "torch.distributions.Bernoulli(0.5).log_prob(1.0)", "tensor(log(0.5))",
                    "also sample(), entropy()", by: "bernoulli_of"),
                .alias(
                    "torch.distributions.kl_divergence(torch.distributions.Normal(x, 1.0), torch.distributions.Normal(0.0, 1.0))",
                    "x ** 2 / 2", "of two of the three", by: "divergence_of"),
                .refused(
                    "torch.distributions.Beta(a, b)", "there are Categorical, Normal and Bernoulli",
                    for: "Beta Gamma Dirichlet MultivariateNormal Independent"),
                .instead(
                    "torch.autograd.grad(loss, x)", "grad(f)(x)",
                    "of the function that gives the loss, such as `f = v -> sum(net(v))`; within `step` it goes on flowing",
                    for: ""),
                .alias(
                    "torch.use_deterministic_algorithms(True)", "none", "results are the same at each run anyway",
                    by: "no_effect",
                    for: """
                        torch.use_deterministic_algorithms torch.set_float32_matmul_precision torch.cuda.manual_seed \
                        torch.cuda.manual_seed_all torch.cuda.empty_cache torch.cuda.synchronize \
                        torch.autograd.set_detect_anomaly
                        """),
                .alias("torch.backends.mps.is_available()", "false", by: "is_there"),
                .refused(
                    "torch.backends.cudnn.benchmark = True", "settings of PyTorch's kernels change nothing here",
                    for: "torch.backends.cudnn.benchmark torch.backends.cuda.matmul.allow_tf32"),
                .refused("torch.set_num_threads(2)", "`threads 2` sets how many compute", for: "set_num_threads"),
                .refused(
                    "torch.set_default_dtype(torch.float64)", "tensors are float32 unless `dtype=` says otherwise",
                    for: "set_default_dtype set_default_tensor_type"),
                .instead(
                    "SummaryWriter().add_scalar(...)", "runs", "every training by `train` is kept with its curves",
                    for: "SummaryWriter add_scalar tensorboard"),
                .refused(
                    "model.to(device)", "everything runs on this machine's processor: `net.to(\"cpu\")` is net", for: ""
                ),
                .alias("tqdm(xs)", "xs", "it shows no bar; `train` shows how far it is", by: "without_bar"),
                .instead("trange(10)", "range(10)", for: "trange"),
            ]),
        transformSection, rarerModules, rarerFunctions,
    ]
}
