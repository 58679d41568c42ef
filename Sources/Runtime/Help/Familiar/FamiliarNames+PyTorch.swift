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
                .same("torch.normal(0.0, 1.0, (2, 3))"),
                .same("torch.multinomial(torch.tensor([0.5, 0.5]), 1)"), .alias("torch.manual_seed(1)", "seed(1)"),
                .refused(
                    "torch.Generator().manual_seed(1)",
                    "`seed 1` starts the one stream of random numbers; many functions take seed=", for: "Generator"),
                .alias("torch.from_numpy(np.array([1.5]))", "array([1.5])"),
                .alias("torch.LongTensor([1, 2])", "tensor([1, 2], dtype=\"int64\")", with: ["dtype": "\"int64\""]),
                .alias("torch.FloatTensor([1, 2])", "tensor([1, 2])"), .alias("torch.Tensor([1, 2])", "tensor([1, 2])"),
                .alias("torch.float32", "\"float32\""), .alias("torch.float64", "\"float64\""),
                .alias("torch.int64", "\"int64\""),
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
                .instead("torch.split(x, 2)", "split_at(x, [2])", "by places; `chunk(x, 2)` by number", for: ""),
                .same("x.repeat(2, 1)"),
                .instead("x.repeat_interleave(2, dim=0)", "repeat(x, 2, axis=0)", for: "repeat_interleave"),
                .instead("x.expand(2, 3)", "broadcast(x, [2, 3])", for: "expand"),
                .instead("x.expand_as(y)", "broadcast(x, y.shape)", for: "expand_as view_as reshape_as"),
                .same("torch.gather(x, 1, torch.tensor([[0], [1]]))"), .same("x.flip(0)"), .same("torch.roll(x, 1, 0)"),
                .instead("x.index_select(0, i)", "x[[0, 1]]", for: "index_select"),
                .alias("x.masked_fill(x > 2, 0.0)", "mask_fill(x, x > 2, 0.0)"),
                .same("torch.tril(a)"), .same("torch.triu(a)"), .same("torch.diag(a)"),
                .instead("F.pad(x, (1, 1))", "pad(x, [0, 1])", "widths from the first axis on", for: ""),
                .instead("x.scatter_(1, i, 1.0)", "x = scatter(x, indices, value)", for: "scatter_"),
                .same("F.one_hot(torch.tensor([0, 2]), 3)", "with the number of classes"),
            ]),
        FamiliarSection(
            "dtype and device",
            [
                .same("x.float()"), .same("x.double()"), .same("x.long()"),
                .same("x.type(torch.float32)"),
                .same("x.to(torch.float64)"), .same("x.to(\"cpu\")"), .alias("x.cpu()", "contiguous(x)"),
                .alias("x.numpy()", "contiguous(x)"), .same("x.detach()"), .same("x.sum().item()"),
                .alias("x.tolist()", "list(x)"), .same("x.clone()"),
                .refused(
                    "x.cuda()", "everything runs on this machine's processor: leave it out",
                    for: "cuda device is_available"),
                .instead(
                    "x.half()", "cast(x, \"float32\")", "the smallest dtype of fractions", for: "half bfloat16 float16"),
                .instead(
                    "x.requires_grad_()", "grad(f)",
                    "gradients are taken of a function: `grad(f)(x)`; `freeze net` keeps weights from learning",
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
                .same("torch.pow(x, 2)"), .same("torch.mul(x, x)"), .same("torch.div(x, x)"), .same("torch.sub(x, x)"),
                .same("torch.neg(x)"), .alias("torch.negative(x)", "neg(x)"), .same("torch.rsqrt(x)"),
                .alias("torch.clamp(x, min=2, max=4)", "clip(x, 2, 4)"), .same("torch.clip(x, 2, 4)"),
                .same("torch.maximum(x, x)"), .same("torch.minimum(x, x)"), .same("torch.where(x > 2, x, 0.0)"),
                .same("torch.eq(x, x)"), .same("torch.ne(x, x)"), .same("torch.lt(x, 2)"), .same("torch.le(x, 2)"),
                .same("torch.gt(x, 2)"), .same("torch.ge(x, 2)"),
                .same("torch.logical_and(x > 1, x < 3)"), .same("torch.logical_or(x > 1, x < 3)"),
                .same("torch.logical_not(x > 1)"),
                .alias("torch.allclose(x, x)", "close(x, x)"), .same("torch.isclose(x, x)"), .same("torch.equal(x, x)"),
                .instead("x.add_(1)", "x += 1", "also -=, *=, /=", for: "add_ sub_ mul_ div_ clamp_"),
                .instead("x.zero_()", "x = zeros_like(x)", for: "zero_"),
                .instead("x.fill_(2)", "x = full_like(x, 2)", for: "fill_"),
                .instead("x.copy_(y)", "x = y", for: "copy_"),
                .instead("torch.exp2(x)", "2 ** x", for: "exp2"),
                .instead("F.hardtanh(x)", "clip(x, -1, 1)", for: "hardtanh"),
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
                .instead("torch.sort(x)", "sort(x)", "the values alone; `argsort(x)` gives their places", for: ""),
                .same("torch.bincount(torch.tensor([0, 1, 1]))"), .same("torch.unique(torch.tensor([3, 1, 3]))"),
                .alias("torch.mm(a, b)", "matmul(a, b)", "or a @ b"),
                .alias("torch.bmm(a[None], b[None])", "matmul(a[none], b[none])"),
                .alias("torch.mv(a, a[0])", "matmul(a, a[0])"), .same("torch.matmul(a, b)"),
                .same("torch.outer(a[0], b[0])"), .same("torch.dot(a[0], b[0])"),
                .same("torch.einsum(\"ij,jk->ik\", a, b)"), .same("torch.norm(a)"), .same("torch.trace(a)"),
                .alias("torch.inverse(a)", "inv(a)"), .same("torch.det(a)"), .same("torch.kron(a, b)"),
                .same("torch.cosine_similarity(a, b)"),
                .same("F.conv2d(torch.ones(1, 1, 3, 3), torch.ones(1, 1, 2, 2), padding=1)"),
                .same("F.max_pool2d(torch.ones(1, 1, 4, 4), 2)"), .same("F.avg_pool2d(torch.ones(1, 1, 4, 4), 2)"),
                .alias("F.binary_cross_entropy_with_logits(x, torch.ones_like(x))", "bce_with_logits(x, ones_like(x))"),
                .same("F.softmax(x, dim=1)"), .same("torch.softmax(x, dim=1)"), .same("F.log_softmax(x, dim=1)"),
                .same("F.relu(x)"), .same("F.sigmoid(x)"), .same("F.tanh(x)"), .same("F.gelu(x)"),
                .same("F.leaky_relu(x, 0.2)"), .same("F.elu(x)"), .same("F.silu(x)"), .same("F.softplus(x)"),
                .same("F.cross_entropy(x, torch.tensor([0, 2]))"), .alias("F.mse_loss(x, x)", "mse(x, x)"),
                .alias(
                    "F.nll_loss(F.log_softmax(x, dim=1), torch.tensor([0, 2]))", "nll(log_softmax(x, axis=1), [0, 2])"),
                .alias("F.l1_loss(x, 2 * x)", "mae(x, 2 * x)"),
                .alias("F.binary_cross_entropy(torch.sigmoid(x), torch.ones_like(x))", "bce(sigmoid(x), ones_like(x))"),
            ]),
        FamiliarSection(
            "Layers and models",
            [
                .instead("class Net(nn.Module): ...", "model net_of() { linear 2 }", for: "Module"),
                .instead(
                    "nn.Sequential(nn.Linear(784, 10), nn.ReLU())", "model net_of() { linear 10; relu }",
                    "a sequence of layers is a model", for: "Sequential"),
                .alias(
                    "nn.Linear(784, 10)", "linear(10, inputs=784)", "`linear 10` finds its input size itself",
                    with: ["inputs": FamiliarName.first]),
                .alias(
                    "nn.Conv2d(3, 16, 3, padding=1)", "conv(16, 3, padding=1, inputs=3)",
                    "`conv 16 3` finds its input channels itself", with: ["inputs": FamiliarName.first]),
                .instead(
                    "nn.ConvTranspose2d(16, 8, 2, stride=2)", "conv_transpose 8 2 stride=2",
                    for: "ConvTranspose2d ConvTranspose1d"),
                .alias("nn.BatchNorm2d(16)", "batch_norm(inputs=16)", with: ["inputs": FamiliarName.first]),
                .alias("nn.BatchNorm1d(16)", "batch_norm(inputs=16)", with: ["inputs": FamiliarName.first]),
                .instead(
                    "nn.LSTM(32, 64, batch_first=True)", "lstm 64", "the batch comes first; also gru, rnn",
                    for: "LSTM GRU RNN LSTMCell GRUCell"),
                .alias("nn.ReLU()", "relu()"), .alias("nn.Sigmoid()", "sigmoid()"), .alias("nn.Tanh()", "tanh()"),
                .alias("nn.GELU()", "gelu()"), .alias("nn.SiLU()", "silu()"), .alias("nn.ELU()", "elu()"),
                .alias("nn.Softmax(dim=1)", "softmax(axis=1)"), .alias("nn.LogSoftmax(dim=1)", "log_softmax(axis=1)"),
                .alias("nn.Flatten()", "flatten()"), .alias("nn.Identity()", "identity()"),
                .alias("nn.Dropout(0.5)", "dropout(0.5)"), .alias("nn.Dropout2d(0.5)", "dropout2d(0.5)"),
                .alias("nn.MaxPool2d(2, 2)", "maxpool(2, 2)"), .alias("nn.AvgPool2d(2)", "avgpool(2)"),
                .alias("nn.AdaptiveAvgPool2d(1)", "adaptive_avgpool(1)"),
                .alias("nn.Embedding(10, 3)", "embedding(10, 3)"), .alias("nn.LayerNorm(8)", "layer_norm(8)"),
                .instead("nn.LeakyReLU(0.2)", "leaky_relu(slope=0.2)", for: "LeakyReLU"),
                .alias("nn.Parameter(torch.randn(3))", "parameter(randn(3))"),
                .instead(
                    "nn.ModuleList([...])",
                    "model net_of() { blocks = [linear(8) for i in range(3)]; fn forward(x) = blocks[0](x) }",
                    "lists and records of layers are parts of a model", for: "ModuleList ModuleDict"),
                .instead("nn.MultiheadAttention(8, 2)", "multihead_attention(8, 2)", for: "MultiheadAttention"),
                .instead("model.forward(x)", "net(x)", "a model is called", for: "forward"),
                .same("net.train()", "gives net; `net(x, training=true)` is as in training"),
                .same("net.eval()", "gives net: `net(x)` is inference everywhere but in `train` and `step`"),
                .refused(
                    "with torch.no_grad(): ...", "gradients are recorded only inside `train`, `step` and `grad`",
                    for: "no_grad inference_mode enable_grad set_grad_enabled"),
                .instead("for p in net.parameters(): p.requires_grad = False", "freeze net", for: ""),
                .instead(
                    "net.named_parameters()", "parameters(net)", "a table",
                    for: "named_parameters named_modules modules children"),
                .instead(
                    "torch.save(net.state_dict(), \"weights.pt\")", "save net \"weights.safetensors\"",
                    for: "state_dict"),
                .instead(
                    "net.load_state_dict(torch.load(\"weights.pt\"))", "load_weights net \"weights.safetensors\"",
                    for: "load_state_dict"),
                .instead(
                    "nn.init.xavier_uniform_(w)", "linear 64 init=\"xavier\"",
                    "also kaiming, orthogonal, normal, zeros or a function",
                    for:
                        "xavier_uniform_ xavier_normal_ kaiming_normal_ kaiming_uniform_ orthogonal_ normal_ uniform_ constant_ zeros_ ones_ apply"
                ),
            ]),
        FamiliarSection(
            "Training",
            [
                .instead("optim.Adam(net.parameters(), lr=0.001)", "adam(net, lr=0.001)", for: "Adam"),
                .instead("optim.SGD(net.parameters(), lr=0.1)", "sgd(net, lr=0.1)", for: "SGD"),
                .instead(
                    "optim.AdamW(net.parameters(), lr=0.001)", "adamw(net, lr=0.001)",
                    "also rmsprop, adagrad, adadelta, nadam", for: "AdamW RMSprop Adagrad Adadelta NAdam"),
                .instead(
                    "optimizer.zero_grad(); loss.backward(); optimizer.step()", "step opt loss",
                    "it differentiates and updates", for: "zero_grad step"),
                .instead("loss.backward()", "step opt loss", "or `grad(f)(x)` for the gradient alone", for: "backward"),
                .alias("nn.CrossEntropyLoss()(x, [0, 2])", "cross_entropy(x, [0, 2])"),
                .alias("nn.MSELoss()(x, 2 * x)", "mse(x, 2 * x)"),
                .alias("nn.L1Loss()(x, 2 * x)", "mae(x, 2 * x)"),
                .alias("nn.BCELoss()(torch.sigmoid(x), torch.ones_like(x))", "bce(sigmoid(x), ones_like(x))"),
                .alias("nn.BCEWithLogitsLoss()(x, torch.ones_like(x))", "bce_with_logits(x, ones_like(x))"),
                .alias("nn.NLLLoss()(F.log_softmax(x, dim=1), [0, 2])", "nll(log_softmax(x, axis=1), [0, 2])"),
                .instead(
                    "nn.utils.clip_grad_norm_(net.parameters(), 1)", "adam(net, clip=1)",
                    for: "clip_grad_norm_ clip_grad_value_"),
                .instead(
                    "torch.utils.data.DataLoader(data, batch_size=64, shuffle=True)", "batches(data, 64, shuffle=true)",
                    for: "DataLoader"),
                .instead("torch.utils.data.TensorDataset(x, y)", "dataset(x, targets)", for: "TensorDataset"),
                .instead(
                    "torch.utils.data.random_split(data, [4, 1])", "split(data, 4)",
                    for: "random_split train_test_split"),
                .instead(
                    "datasets.ImageFolder(\"photos\")", "load \"photos/\"",
                    for: "ImageFolder MNIST FashionMNIST CIFAR10 torchvision"),
                .refused(
                    "transforms.Compose([...])", "`load` gives images as numbers from 0 to 1; `normalize` scales them",
                    for: "Compose ToTensor Normalize"),
                .instead(
                    "lr_scheduler.StepLR(optimizer, 10)", "opt.lr = 0.01",
                    "or `train net data schedule=...`, see `?train`",
                    for: "StepLR MultiStepLR ExponentialLR CosineAnnealingLR OneCycleLR ReduceLROnPlateau LambdaLR"),
                .instead(
                    "SummaryWriter().add_scalar(...)", "runs", "every training by `train` is kept with its curves",
                    for: "SummaryWriter add_scalar"),
                .refused(
                    "model.to(device)", "everything runs on this machine's processor: `net.to(\"cpu\")` is net", for: ""
                ),
                .refused(
                    "models.resnet18(pretrained=True)",
                    "there are no trained models; `load_weights` reads PyTorch's weights into a model of the same layers",
                    for: "resnet18 resnet50 vgg16 vgg19 alexnet"),
                .refused(
                    "for i in tqdm(range(10)): ...", "leave it out: `train` shows how far it is", for: "tqdm trange"),
            ]),
    ]
}
