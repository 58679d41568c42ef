extension FamiliarFunctions {
    /// Those of `torch.nn`: layers and losses with PyTorch's arguments, and how weights start.
    static let layerFunctions = #"""
        model sequential(layers) {
          blocks = layers
          fn forward(x) {
            for layer in (blocks.values() if isinstance(blocks, record) else blocks) { x = layer(x) }
            x
          }
        }
        fn sequential_of(*layers) = sequential(layers[0] if len(layers) == 1 and isinstance(layers[0], record) else layers)
        fn lstm_of(input_size, hidden_size, num_layers=1, bias=true, batch_first=false, dropout=0, bidirectional=false) =
          lstm(hidden_size, layers=num_layers, bias=bias, dropout=dropout, bidirectional=bidirectional)
        fn gru_of(input_size, hidden_size, num_layers=1, bias=true, batch_first=false, dropout=0, bidirectional=false) =
          gru(hidden_size, layers=num_layers, bias=bias, dropout=dropout, bidirectional=bidirectional)
        fn rnn_of(input_size, hidden_size, num_layers=1, nonlinearity="tanh", bias=true, batch_first=false, dropout=0, bidirectional=false) {
          if nonlinearity != "tanh" { error("`rnn` has the nonlinearity \"tanh\" here") }
          rnn(hidden_size, layers=num_layers, bias=bias, dropout=dropout, bidirectional=bidirectional)
        }
        fn attention_of(embed_dim, num_heads, dropout=0, bias=true, add_bias_kv=false, add_zero_attn=false, kdim=none, vdim=none, batch_first=false) {
          if add_bias_kv or add_zero_attn { error("`multihead_attention` adds nothing to keys and values: leave `add_bias_kv` and `add_zero_attn` out") }
          if (kdim != none and kdim != embed_dim) or (vdim != none and vdim != embed_dim) { error("keys and values of `multihead_attention` have the size of queries, {embed_dim}: a `linear` before it gives them that") }
          multihead_attention(embed_dim, num_heads, dropout=dropout, bias=bias)
        }

        # Of the functions that PyTorch takes, by what they give.
        fn activation_of(activation) {
          if isinstance(activation, str) { return activation }
          x = tensor([-1, 0.5, 2])
          if close(activation(x), relu(x)) { return "relu" }
          if close(activation(x), gelu(x)) { return "gelu" }
          error("`activation` of a transformer is \"relu\" or \"gelu\"")
        }
        fn encoder_layer_of(d_model, nhead, dim_feedforward=2048, dropout=0.1, activation="relu", layer_norm_eps=1e-5, batch_first=false, norm_first=false, bias=true) =
          transformer_encoder_layer(d_model, nhead, feedforward=dim_feedforward, dropout=dropout, activation=activation_of(activation), norm_first=norm_first, eps=layer_norm_eps, bias=bias)
        fn decoder_layer_of(d_model, nhead, dim_feedforward=2048, dropout=0.1, activation="relu", layer_norm_eps=1e-5, batch_first=false, norm_first=false, bias=true) =
          transformer_decoder_layer(d_model, nhead, feedforward=dim_feedforward, dropout=dropout, activation=activation_of(activation), norm_first=norm_first, causal=false, eps=layer_norm_eps, bias=bias)
        # As in PyTorch, all start with the weights of the one.
        fn copies_of(layer, count) {
          parameters(layer)
          [clone(layer) for i in range(count)]
        }
        fn check_causal(is_causal, mask, word) {
          if is_causal == true and mask == none {
            error("`{word}` says what the mask is, and needs it: `nn.Transformer.generate_square_subsequent_mask(T)`")
          }
        }
        model transformer_encoder(copies, last) {
          layers = copies
          norm = last
          fn forward(src, mask=none, src_key_padding_mask=none, is_causal=none) {
            check_causal(is_causal, mask, "is_causal")
            for layer in layers { src = layer(src, src_mask=mask, src_key_padding_mask=src_key_padding_mask) }
            if norm == none { src } else { norm(src) }
          }
        }
        fn encoder_of(encoder_layer, num_layers, norm=none, enable_nested_tensor=true, mask_check=true) =
          transformer_encoder(copies_of(encoder_layer, num_layers), norm)
        model transformer_decoder(copies, last) {
          layers = copies
          norm = last
          fn forward(tgt, memory, tgt_mask=none, memory_mask=none, tgt_key_padding_mask=none, memory_key_padding_mask=none, tgt_is_causal=none, memory_is_causal=false) {
            check_causal(tgt_is_causal, tgt_mask, "tgt_is_causal")
            check_causal(memory_is_causal, memory_mask, "memory_is_causal")
            for layer in layers {
              tgt = layer(tgt, memory, tgt_mask=tgt_mask, memory_mask=memory_mask, tgt_key_padding_mask=tgt_key_padding_mask, memory_key_padding_mask=memory_key_padding_mask)
            }
            if norm == none { tgt } else { norm(tgt) }
          }
        }
        fn decoder_of(decoder_layer, num_layers, norm=none) = transformer_decoder(copies_of(decoder_layer, num_layers), norm)
        model transformer(first, second, batch_first) {
          encoder = first
          decoder = second
          fn generate_square_subsequent_mask(sz) = causal_scores(sz)
          fn forward(src, tgt, src_mask=none, tgt_mask=none, memory_mask=none, src_key_padding_mask=none, tgt_key_padding_mask=none, memory_key_padding_mask=none, src_is_causal=none, tgt_is_causal=none, memory_is_causal=false) {
            if not batch_first { src, tgt = [src.transpose(0, 1), tgt.transpose(0, 1)] }
            memory = encoder(src, mask=src_mask, src_key_padding_mask=src_key_padding_mask, is_causal=src_is_causal)
            out = decoder(tgt, memory, tgt_mask=tgt_mask, memory_mask=memory_mask, tgt_key_padding_mask=tgt_key_padding_mask, memory_key_padding_mask=memory_key_padding_mask, tgt_is_causal=tgt_is_causal, memory_is_causal=memory_is_causal)
            if batch_first { out } else { out.transpose(0, 1) }
          }
        }
        fn transformer_of(d_model=512, nhead=8, num_encoder_layers=6, num_decoder_layers=6, dim_feedforward=2048, dropout=0.1, activation="relu", custom_encoder=none, custom_decoder=none, layer_norm_eps=1e-5, batch_first=false, norm_first=false, bias=true) {
          first, second = custom_encoder, custom_decoder
          if first == none {
            layer = encoder_layer_of(d_model, nhead, dim_feedforward=dim_feedforward, dropout=dropout, activation=activation, layer_norm_eps=layer_norm_eps, norm_first=norm_first, bias=bias)
            first = encoder_of(layer, num_encoder_layers, norm=layer_norm([d_model], eps=layer_norm_eps, bias=bias))
          }
          if second == none {
            layer = decoder_layer_of(d_model, nhead, dim_feedforward=dim_feedforward, dropout=dropout, activation=activation, layer_norm_eps=layer_norm_eps, norm_first=norm_first, bias=bias)
            second = decoder_of(layer, num_decoder_layers, norm=layer_norm([d_model], eps=layer_norm_eps, bias=bias))
          }
          net = transformer(first, second, batch_first)
          for p in parameters(net) { if p.ndim > 1 { p[:] = init_xavier_uniform(p) } }
          net
        }
        fn causal_scores(sz, device=none, dtype=none) = mask_fill(zeros([sz, sz]), triu(ones([sz, sz]), 1) > 0, -inf)

        fn torch_load(f, map_location=none, weights_only=none) = load(f)
        fn torch_copied(x, values, non_blocking=false) = broadcast(tensor(values), x.shape)
        fn init_constant(x, val) = full_like(x, val)
        fn init_zeros(x) = zeros_like(x)
        fn init_ones(x) = ones_like(x)
        fn init_uniform(x, a=0.0, b=1.0, generator=none) = uniform(a, b, x.shape, dtype=x.dtype)
        fn init_normal(x, mean=0.0, std=1.0, generator=none) = normal(mean, std, x.shape, dtype=x.dtype)
        fn init_trunc_normal(x, mean=0.0, std=1.0, a=-2.0, b=2.0, generator=none) {
          if a >= b { error("`a` is below `b`") }
          if mean < a - 2 * std or mean > b + 2 * std { error("the mean lies more than 2 deviations outside of [a, b]: hardly anything would be drawn there") }
          y = normal(mean, std, x.shape, dtype=x.dtype)
          while any((y < a) | (y > b)) { y = where((y < a) | (y > b), normal(mean, std, x.shape, dtype=x.dtype), y) }
          y
        }
        fn init_eye(x) {
          if x.ndim != 2 { error("`nn.init.eye_` takes a matrix, and got {x.shape}") }
          eye(x.shape[0], x.shape[1], dtype=x.dtype)
        }
        # How many inputs each output has, and how many outputs each input.
        fn fans_of(x) {
          if x.ndim < 2 { error("a tensor of {x.ndim} axes has no number of inputs and outputs: `nn.init.zeros_` and `nn.init.normal_` take a bias") }
          field = prod(x.shape[2:])
          [x.shape[1] * field, x.shape[0] * field]
        }
        fn init_xavier_uniform(x, gain=1.0, generator=none) {
          bound = gain * sqrt(6 / sum(fans_of(x)))
          uniform(-bound, bound, x.shape, dtype=x.dtype)
        }
        fn init_xavier_normal(x, gain=1.0, generator=none) = normal(0, gain * sqrt(2 / sum(fans_of(x))), x.shape, dtype=x.dtype)
        fn gain_of(nonlinearity, slope=none) {
          gains = {linear=1, conv1d=1, conv2d=1, sigmoid=1, tanh=5 / 3, relu=sqrt(2), selu=0.75}
          if nonlinearity == "leaky_relu" { return sqrt(2 / (1 + (0.01 if slope == none else slope) ** 2)) }
          if not nonlinearity in gains { error("`nonlinearity` is linear, conv2d, sigmoid, tanh, relu, leaky_relu or selu") }
          gains[nonlinearity]
        }
        fn kaiming_scale(x, a, mode, nonlinearity) {
          if mode != "fan_in" and mode != "fan_out" { error("`mode` is \"fan_in\" or \"fan_out\"") }
          gain_of(nonlinearity, slope=a) / sqrt(fans_of(x)[0 if mode == "fan_in" else 1])
        }
        fn init_kaiming_uniform(x, a=0, mode="fan_in", nonlinearity="leaky_relu", generator=none) {
          bound = sqrt(3) * kaiming_scale(x, a, mode, nonlinearity)
          uniform(-bound, bound, x.shape, dtype=x.dtype)
        }
        fn init_kaiming_normal(x, a=0, mode="fan_in", nonlinearity="leaky_relu", generator=none) =
          normal(0, kaiming_scale(x, a, mode, nonlinearity), x.shape, dtype=x.dtype)
        fn init_orthogonal(x, gain=1, generator=none) {
          if x.ndim < 2 { error("`nn.init.orthogonal_` takes a tensor of at least 2 axes, and got {x.shape}") }
          rows, columns = x.shape[0], numel(x) // x.shape[0]
          flat = randn([max(rows, columns), min(rows, columns)], dtype="float64")
          q, r = qr(flat)
          q = q * sign(diag(r))
          reshape(cast(gain * (q.T if rows < columns else q), x.dtype), x.shape)
        }

        fn bce_of(input, target, weight=none, reduction="mean") {
          if weight == none { return bce(input, target, reduction=reduction) }
          reduced(weight * bce(input, target, reduction="none"), reduction)
        }
        fn bce_logits_of(input, target, weight=none, reduction="mean", pos_weight=none) {
          if weight == none { return bce_with_logits(input, target, pos_weight=pos_weight, reduction=reduction) }
          reduced(weight * bce_with_logits(input, target, pos_weight=pos_weight, reduction="none"), reduction)
        }
        fn bce_loss(weight=none, reduction="mean") = (input, target) -> bce_of(input, target, weight=weight, reduction=reduction)
        fn bce_logits_loss(weight=none, reduction="mean", pos_weight=none) =
          (input, target) -> bce_logits_of(input, target, weight=weight, reduction=reduction, pos_weight=pos_weight)
        fn ctc_of(log_probs, targets, input_lengths, target_lengths, blank=0, reduction="mean", zero_infinity=false) =
          ctc(log_probs, targets, input_lengths, target_lengths, blank=blank, reduction=reduction, zero_infinity=zero_infinity)
        fn ctc_loss(blank=0, reduction="mean", zero_infinity=false) =
          (log_probs, targets, input_lengths, target_lengths) -> ctc_of(log_probs, targets, input_lengths, target_lengths, blank=blank, reduction=reduction, zero_infinity=zero_infinity)
        """#
}
