extension FamiliarFunctions {
    /// Those of `torch.distributions`, and the recurrent layers of one step.
    static let distributionFunctions = #"""
        fn plain_tensor(x) = x if isinstance(x, tensor) else tensor(x)
        class categorical_distribution(logits, probs) {
          fn sample(sample_shape=[]) = categorical(broadcast(detach(logits), list(sample_shape) + logits.shape))
          fn log_prob(value) {
            # Where a choice has the probability 0, its logit times 0 would be nan.
            chosen = one_hot(plain_tensor(value).long(), logits.shape[-1]) > 0
            sum(where(chosen, logits, 0), axis=-1)
          }
          fn entropy() = sum(probs * -maximum(logits, -3.4e38), axis=-1)
          fn show() = "Categorical of {logits.shape[-1]} choices"
        }
        fn categorical_of(probs=none, logits=none) {
          if (probs == none) == (logits == none) { error("`Categorical` takes `probs` or `logits`, one of them") }
          if logits == none {
            p = plain_tensor(probs)
            p = p / sum(p, axis=-1, keepdims=true)
            return categorical_distribution(log(p), p)
          }
          scores = log_softmax(plain_tensor(logits), axis=-1)
          categorical_distribution(scores, exp(scores))
        }
        class normal_distribution(loc, scale) {
          mean, stddev, variance = loc, scale, scale ** 2
          fn rsample(sample_shape=[]) {
            shape = list(sample_shape) + (loc + scale).shape
            loc + scale * randn(shape, dtype=loc.dtype)
          }
          fn sample(sample_shape=[]) = detach(self.rsample(sample_shape))
          fn log_prob(value) = -((value - loc) ** 2) / (2 * scale ** 2) - log(scale) - 0.5 * log(2 * pi)
          fn entropy() = 0.5 + 0.5 * log(2 * pi) + log(scale) + 0 * loc
          fn cdf(value) = 0.5 * (1 + erf((value - loc) / (scale * sqrt(2))))
          fn show() = "Normal of shape {(loc + scale).shape}"
        }
        fn normal_of(loc, scale) = normal_distribution(plain_tensor(loc), plain_tensor(scale))
        class bernoulli_distribution(logits, probs) {
          mean = probs
          fn sample(sample_shape=[]) {
            shape = list(sample_shape) + probs.shape
            cast(rand(shape) < detach(probs), probs.dtype)
          }
          fn log_prob(value) = -bce_with_logits(broadcast(logits, (logits + value).shape), broadcast(plain_tensor(value), (logits + value).shape), reduction="none")
          fn entropy() = bce_with_logits(logits, probs, reduction="none")
          fn show() = "Bernoulli of shape {probs.shape}"
        }
        fn bernoulli_of(probs=none, logits=none) {
          if (probs == none) == (logits == none) { error("`Bernoulli` takes `probs` or `logits`, one of them") }
          if logits == none {
            p = plain_tensor(probs)
            return bernoulli_distribution(log(p) - log(1 - p), p)
          }
          scores = plain_tensor(logits)
          bernoulli_distribution(scores, sigmoid(scores))
        }
        fn divergence_of(p, q) {
          if isinstance(p, normal_distribution) and isinstance(q, normal_distribution) {
            ratio = (p.scale / q.scale) ** 2
            return 0.5 * (ratio + ((p.loc - q.loc) / q.scale) ** 2 - 1 - log(ratio))
          }
          if isinstance(p, categorical_distribution) and isinstance(q, categorical_distribution) {
            return sum(p.probs * maximum(p.logits - q.logits, -3.4e38), axis=-1)
          }
          if isinstance(p, bernoulli_distribution) and isinstance(q, bernoulli_distribution) {
            return p.probs * (log_sigmoid(p.logits) - log_sigmoid(q.logits)) + (1 - p.probs) * (log_sigmoid(-p.logits) - log_sigmoid(-q.logits))
          }
          error("`kl_divergence` takes two Normal, two Categorical or two Bernoulli")
        }

        model recurrent_cell(kind, input_size, hidden_size, bias, gates) {
          bound = 1 / sqrt(hidden_size)
          weight_ih = parameter(uniform(-bound, bound, [gates * hidden_size, input_size]))
          weight_hh = parameter(uniform(-bound, bound, [gates * hidden_size, hidden_size]))
          bias_ih = parameter(uniform(-bound, bound, [gates * hidden_size])) if bias else none
          bias_hh = parameter(uniform(-bound, bound, [gates * hidden_size])) if bias else none
          fn forward(x, state=none) {
            if x.shape[-1] != input_size { error("this cell takes {input_size} features, and got an input of shape {x.shape}") }
            start = zeros(x.shape[:-1] + [hidden_size], dtype=x.dtype)
            cell = start
            if kind == "lstm" { h, cell = [start, start] if state == none else state } else { h = start if state == none else state }
            from_x = x @ weight_ih.T + (bias_ih if bias else 0)
            from_h = h @ weight_hh.T + (bias_hh if bias else 0)
            if kind == "tanh" { return tanh(from_x + from_h) }
            if kind == "relu" { return relu(from_x + from_h) }
            a, b = [chunk(from_x, gates, axis=-1), chunk(from_h, gates, axis=-1)]
            if kind == "gru" {
              reset, update = [sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1])]
              new = tanh(a[2] + reset * b[2])
              return (1 - update) * new + update * h
            }
            enter, forget, output = [sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1]), sigmoid(a[3] + b[3])]
            cell = forget * cell + enter * tanh(a[2] + b[2])
            [output * tanh(cell), cell]
          }
        }
        fn gru_cell_of(input_size, hidden_size, bias=true) = recurrent_cell("gru", input_size, hidden_size, bias, 3)
        fn lstm_cell_of(input_size, hidden_size, bias=true) = recurrent_cell("lstm", input_size, hidden_size, bias, 4)
        fn rnn_cell_of(input_size, hidden_size, bias=true, nonlinearity="tanh") {
          if not nonlinearity in ["tanh", "relu"] { error("`nonlinearity` is \"tanh\" or \"relu\"") }
          recurrent_cell(nonlinearity, input_size, hidden_size, bias, 1)
        }
        """#
}
