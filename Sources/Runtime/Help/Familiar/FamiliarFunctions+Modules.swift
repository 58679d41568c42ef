extension FamiliarFunctions {
    /// Those of the rarer words of `torch.nn`, `torch` and NumPy.
    static let rarerFunctions = #"""
        fn softmax_layer(dim=-1) = softmax(axis=dim)
        fn log_softmax_layer(dim=-1) = log_softmax(axis=dim)
        fn softmin_of(x, dim=-1) = softmax(-x, axis=dim)
        fn softmin_layer(dim=-1) = x -> softmin_of(x, dim=dim)
        fn glu_layer(dim=-1) = glu(axis=dim)
        fn prelu_of(num_parameters=1, init=0.25) = prelu(slopes=num_parameters, init=init)
        fn hardtanh_of(x, min_val=-1, max_val=1, inplace=false) = clip(x, min_val, max_val)
        fn hardtanh_layer(min_val=-1, max_val=1, inplace=false) = x -> hardtanh_of(x, min_val=min_val, max_val=max_val)
        fn tanhshrink_of(x) = x - tanh(x)
        fn tanhshrink_layer() = tanhshrink_of
        fn softshrink_of(x, lambd=0.5) = sign(x) * relu(abs(x) - lambd)
        fn softshrink_layer(lambd=0.5) = x -> softshrink_of(x, lambd=lambd)
        fn hardshrink_of(x, lambd=0.5) = where(abs(x) > lambd, x, 0)
        fn hardshrink_layer(lambd=0.5) = x -> hardshrink_of(x, lambd=lambd)
        fn bilinear_of(in1_features, in2_features, out_features, bias=true) = bilinear(out_features, bias=bias)
        fn pixel_shuffle_of(x, upscale_factor) = pixel_shuffle(x, factor=upscale_factor)
        fn pixel_shuffle_layer(upscale_factor) = pixel_shuffle(factor=upscale_factor)
        fn pixel_unshuffle_of(x, downscale_factor) {
          n, c, h, w = x.shape
          f = downscale_factor
          if h % f != 0 or w % f != 0 { error("`pixel_unshuffle` takes images whose sides {f} divides, and got {h} x {w}") }
          parts = reshape(x, [n, c, h // f, f, w // f, f])
          reshape(permute(parts, 0, 1, 3, 5, 2, 4), [n, c * f * f, h // f, w // f])
        }
        fn pixel_unshuffle_layer(downscale_factor) = x -> pixel_unshuffle_of(x, downscale_factor)
        fn pad_ends(x, padding, axes) {
          ends = [padding] * (2 * axes) if isinstance(padding, int) else list(padding)
          own = [[ends[2 * i], ends[2 * i + 1]] for i in reversed(range(len(ends) // 2))]
          [[0, 0] for i in range(x.ndim - len(own))] + own
        }
        fn zero_pad_layer(padding) = x -> pad(x, pad_ends(x, padding, 2))
        fn constant_pad_1d(padding, value) = x -> pad(x, pad_ends(x, padding, 1), value=value)
        fn constant_pad_2d(padding, value) = x -> pad(x, pad_ends(x, padding, 2), value=value)
        fn reflection_pad_1d(padding) = x -> pad(x, pad_ends(x, padding, 1), mode="reflect")
        fn reflection_pad_2d(padding) = x -> pad(x, pad_ends(x, padding, 2), mode="reflect")
        fn replication_pad_1d(padding) = x -> pad(x, pad_ends(x, padding, 1), mode="replicate")
        fn replication_pad_2d(padding) = x -> pad(x, pad_ends(x, padding, 2), mode="replicate")
        fn circular_pad_1d(padding) = x -> pad(x, pad_ends(x, padding, 1), mode="circular")
        fn circular_pad_2d(padding) = x -> pad(x, pad_ends(x, padding, 2), mode="circular")
        fn pad_as_numpy(x, pad_width, mode="constant", constant_values=0) {
          x = array(x)
          # NumPy's `(1,)` stands for both sides.
          if isinstance(pad_width, list) { pad_width = [[w[0], w[0]] if isinstance(w, list) and len(w) == 1 else w for w in pad_width] }
          if mode == "symmetric" { return mirrored(x, pad_width) }
          flat = isinstance(pad_width, list) and not any([isinstance(w, list) for w in pad_width])
          widths = [pad_width] * x.ndim if flat and len(pad_width) == 2 else pad_width
          pad(x, widths, value=constant_values, mode=mode)
        }
        # The edge is repeated, which `reflect` does not do.
        fn mirrored(x, widths) {
          if isinstance(widths, int) { widths = [widths, widths] }
          for axis in range(x.ndim) {
            before, after = widths[axis] if isinstance(widths[0], list) else widths
            n = x.shape[axis]
            if max(before, after) > n { error("`symmetric` repeats at most the {n} elements of axis {axis}") }
            parts = [flip(narrow(x, axis, 0, before), axis), x, flip(narrow(x, axis, n - after, after), axis)]
            x = concat([part for part in parts if part.shape[axis] > 0], axis=axis)
          }
          x
        }
        fn module_list(layers=none) = [] if layers == none else layers

        fn triplet_of(anchor, positive, negative, margin=1, p=2, reduction="mean") {
          if p != 2 { error("`triplet` measures distances with p=2") }
          triplet(anchor, positive, negative, margin=margin, reduction=reduction)
        }
        fn triplet_loss(margin=1, p=2, reduction="mean") = (a, b, c) -> triplet_of(a, b, c, margin=margin, p=p, reduction=reduction)
        fn reduced(losses, reduction) = mean(losses) if reduction == "mean" else (sum(losses) if reduction == "sum" else losses)
        fn cosine_embedding_of(input1, input2, target, margin=0, reduction="mean") {
          near = cosine_similarity(input1, input2, axis=-1)
          reduced(where(array(target) > 0, 1 - near, relu(near - margin)), reduction)
        }
        fn cosine_loss(margin=0, reduction="mean") = (a, b, target) -> cosine_embedding_of(a, b, target, margin=margin, reduction=reduction)
        fn margin_ranking_of(input1, input2, target, margin=0, reduction="mean") = reduced(relu(-array(target) * (input1 - input2) + margin), reduction)
        fn ranking_loss(margin=0, reduction="mean") = (a, b, target) -> margin_ranking_of(a, b, target, margin=margin, reduction=reduction)
        fn poisson_of(prediction, target, log_input=true, reduction="mean", eps=1e-8) =
          reduced(exp(prediction) - target * prediction if log_input else prediction - target * log(prediction + eps), reduction)
        fn poisson_loss(log_input=true, reduction="mean", eps=1e-8) = (prediction, target) -> poisson_of(prediction, target, log_input=log_input, reduction=reduction, eps=eps)
        fn pairwise_distance(a, b, p=2, eps=1e-6, keepdim=false) = sum(abs(a - b + eps) ** p, axis=-1, keepdims=keepdim) ** (1 / p)
        fn pairwise_layer(p=2, eps=1e-6, keepdim=false) = (a, b) -> pairwise_distance(a, b, p=p, eps=eps, keepdim=keepdim)
        fn linear_map(x, weight, bias=none) {
          y = x @ transpose(weight, 0, 1)
          y if bias == none else y + bias
        }
        fn embed(indices, weight) = weight[array(indices).long()]
        fn layer_norm_of(x, normalized_shape, weight=none, bias=none, eps=1e-5) {
          axes = list(range(-len(normalized_shape), 0))
          centred = x - mean(x, axis=axes, keepdims=true)
          y = centred / sqrt(mean(centred ** 2, axis=axes, keepdims=true) + eps)
          if weight != none { y = y * weight }
          y if bias == none else y + bias
        }
        fn conv_of(x, weight, bias=none, stride=1, padding=0, dilation=1, groups=1) =
          squeeze(conv2d(unsqueeze(x, 2), unsqueeze(weight, 2), bias=bias, stride=[1, stride], padding=[0, padding], dilation=[1, dilation], groups=groups), 2)
        fn gumbel_softmax(logits, tau=1, hard=false, dim=-1) {
          soft = softmax((logits - log(-log(rand_like(logits)))) / tau, axis=dim)
          if not hard { return soft }
          best = max(soft, axis=dim, keepdims=true)
          (soft == best).type(soft.dtype) - detach(soft) + soft
        }

        fn select_along(x, dim, index) = transpose(transpose(x, 0, dim)[array(index).long()], 0, dim)
        fn masked_select(x, mask) = x[mask]
        fn narrow(x, dim, start, length) = transpose(transpose(x, 0, dim)[start:start + length], 0, dim)
        fn unbind(x, dim=0) = [part for part in transpose(x, 0, dim)]
        fn move_axis(x, source, destination) {
          x = array(x)
          order = [i for i in range(x.ndim) if i != source % x.ndim]
          order.insert(destination % x.ndim, source % x.ndim)
          permute(x, order)
        }
        fn fliplr(x) = flip(array(x), 1)
        fn flipud(x) = flip(array(x), 0)
        fn quarter_turn(x, k=1) {
          x = array(x)
          for i in range(k % 4) { x = flip(transpose(x, 0, 1), 0) }
          x
        }
        fn lerp(a, b, weight) = a + weight * (b - a)
        fn addmm(input, a, b, beta=1, alpha=1) = beta * input + alpha * (a @ b)
        fn bernoulli(p) = (rand_like(p) < p).type(p.dtype)
        fn among(x, values) = is_in(x, values) if has_words(x) else any(unsqueeze(array(x), -1) == flatten(array(values)), axis=-1)
        fn torch_mode(x, dim=-1, keepdim=false) {
          x = move_axis(x, dim, -1).type(x.dtype)
          often = sum(unsqueeze(x, -1) == unsqueeze(x, -2), axis=-1)
          values = min(where(often == max(often, axis=-1, keepdims=true), x, max(x)), axis=-1, keepdims=true)
          indices = x.shape[-1] - 1 - argmax(flip(x == values, -1).long(), axis=-1, keepdims=true)
          if keepdim { return {values=move_axis(values, -1, dim), indices=move_axis(indices, -1, dim)} }
          {values=squeeze(values, -1), indices=squeeze(indices, -1)}
        }
        fn std_mean(x, dim=none) = [std(x, axis=dim), mean(x, axis=dim)]
        fn var_mean(x, dim=none) = [var(x, axis=dim), mean(x, axis=dim)]
        fn logspace(start, stop, num=50, base=10) = base ** array(linspace(start, stop, num))
        fn tril_indices(row, col, offset=0) = nonzero(tril(ones([row, col]), offset)).T
        fn triu_indices(row, col, offset=0) = nonzero(triu(ones([row, col]), offset)).T
        fn radians(x) = x * (pi / 180) if isinstance(x, (int, float)) else array(x) * (pi / 180)
        fn degrees(x) = x * (180 / pi) if isinstance(x, (int, float)) else array(x) * (180 / pi)
        fn is_tensor(x) = type(x) == "tensor"

        fn running_sum(x, axis=none) = cumsum(flatten(array(x)), axis=0) if axis == none else cumsum(array(x), axis=axis)
        fn running_product(x, axis=none) = cumprod(flatten(array(x)), axis=0) if axis == none else cumprod(array(x), axis=axis)
        fn largest_along(x, dim=none, keepdim=false, axis=none, keepdims=false) = max(x, axis=dim if axis == none else axis, keepdims=keepdim or keepdims)
        fn smallest_along(x, dim=none, keepdim=false, axis=none, keepdims=false) = min(x, axis=dim if axis == none else axis, keepdims=keepdim or keepdims)
        fn relu_layer(inplace=false) = relu()
        fn relu6_layer(inplace=false) = relu6()
        fn selu_layer(inplace=false) = selu()
        fn silu_layer(inplace=false) = silu()
        fn mish_layer(inplace=false) = mish()
        fn hardswish_layer(inplace=false) = hardswish()
        fn hardsigmoid_layer(inplace=false) = hardsigmoid()
        fn elu_layer(alpha=1.0, inplace=false) = elu(alpha=alpha)
        fn celu_layer(alpha=1.0, inplace=false) = celu(alpha=alpha)
        fn softplus_layer(beta=1, threshold=20) = softplus() if beta == 1 else x -> softplus(beta * x) / beta
        fn batch_norm_of(num_features, eps=1e-5, momentum=0.1, affine=true, track_running_stats=true) {
          batch_norm(inputs=num_features, eps=eps, momentum=momentum, affine=affine, track_running_stats=track_running_stats)
        }
        fn flatten_layer(start_dim=1, end_dim=-1) = flatten() if start_dim == 1 and end_dim == -1 else x -> flatten(x, start_dim, end_dim)

        fn average(x, axis=none, weights=none) {
          x = array(x)
          if weights == none { return mean(x, axis=axis) }
          w = array(weights)
          if w.ndim == 1 and x.ndim > 1 {
            if axis == none { error("`average` of {x.ndim} axes by a vector of weights takes an axis") }
            shape = [1] * x.ndim
            shape[axis] = len(w)
            w = reshape(w, shape)
          }
          sum(x * w, axis=axis) / sum(w * ones_like(x), axis=axis)
        }
        fn appended(x, values, axis=none) = concat([flatten(array(x)), flatten(array(values))]) if axis == none else concat([array(x), array(values)], axis=axis)
        fn vander(x, N=none, increasing=false) {
          x = array(x)
          n = len(x) if N == none else N
          powers = arange(n) if increasing else arange(n - 1, -1, -1)
          unsqueeze(x, 1) ** powers
        }
        fn polyfit(x, y, deg) = lstsq(vander(array(x).double(), N=deg + 1), array(y).double())[0]
        fn polyval(p, x) {
          y = 0 * x if isinstance(x, (int, float)) else 0 * array(x)
          for c in list(p) { y = y * x + c }
          y
        }
        fn modulo(a, b) = array(a) % b
        fn spread(x, axis=none) = max(array(x), axis=axis) - min(array(x), axis=axis)
        fn take_along(x, indices, axis=-1) = gather(array(x), array(indices).long(), axis=axis)
        fn slopes(y, dx=1) {
          y = array(y)
          if y.ndim != 1 or len(y) < 2 { error("`np.gradient` takes a vector of at least 2 numbers here") }
          if isinstance(dx, (int, float)) {
            return concat([y[1:2] - y[:1], (y[2:] - y[:-2]) / 2, y[-1:] - y[-2:-1]]) / dx
          }
          if len(dx) != len(y) { error("`np.gradient` takes a place for each of the {len(y)} numbers, and got {len(dx)}") }
          steps = diff(array(dx))
          rises = diff(y) / steps
          left, right = steps[:-1], steps[1:]
          concat([rises[:1], (right * rises[:-1] + left * rises[1:]) / (left + right), rises[-1:]])
        }
        fn trapezoid(y, x=none, dx=1.0) {
          y = array(y)
          steps = dx if x == none else diff(array(x))
          sum((y[..., 1:] + y[..., :-1]) * steps, axis=-1) / 2
        }
        fn cube_root(x) = sign(array(x)) * abs(array(x)) ** (1 / 3)
        fn flat_nonzero(x) = squeeze(nonzero(flatten(array(x))), 1)
        fn union_of(a, b) = unique(concat([flatten(array(a)), flatten(array(b))]))
        fn shared_by(a, b) {
          a = unique(array(a))
          a[among(a, b)]
        }
        fn only_in(a, b) {
          a = unique(array(a))
          a[~among(a, b)]
        }
        fn apply_along(f, axis, x) = stack([f(row) for row in move_axis(x, axis, -1).reshape([-1, array(x).shape[axis]])]) if array(x).ndim == 2 else error("`apply_along_axis` takes an array of two axes")
        fn vectorize(f) = values -> array([f(v) for v in values])
        fn at_least_1d(x) = reshape(array(x), [1]) if array(x).ndim == 0 else array(x)
        fn at_least_2d(x) = reshape(array(x), [1, -1]) if array(x).ndim < 2 else array(x)
        fn inner_product(a, b) = dot(array(a), array(b)) if array(a).ndim == 1 else array(a) @ array(b).T
        fn tensordot(a, b, axes=2) {
          if not isinstance(axes, int) { error("`tensordot` takes a number of axes here: `einsum` sums over any") }
          a, b = array(a), array(b)
          left, right = a.shape[:a.ndim - axes], b.shape[axes:]
          reshape(reshape(a, [prod(left), -1]) @ reshape(b, [-1, prod(right)]), left + right)
        }
        fn exclusive_or(a, b) = (array(a) != 0) != (array(b) != 0)
        fn nan_median(x) = median(array(x)[~isnan(array(x))])

        fn normal_vectors(mean, cov, size=none) {
          values, vectors = eigh(array(cov).double())
          randn(sizes_of(size) + [len(mean)], dtype="float64") @ (vectors * sqrt(relu(values))).T + array(mean)
        }
        # There is one stream of random numbers: `generator=g` draws from it.
        class Generator(device="cpu") {
          fn manual_seed(number) {
            seed(number)
            self
          }
          fn show() = "the stream of random numbers"
        }
        fn generator(seed=none) {
          {
            seed=seed,
            random=(size=none) -> rand(sizes_of(size), dtype="float64"),
            normal=(loc=0, scale=1, size=none) -> loc + scale * randn(sizes_of(size), dtype="float64"),
            standard_normal=(size=none) -> randn(sizes_of(size), dtype="float64"),
            uniform=(low=0, high=1, size=none) -> uniform(low, high, sizes_of(size), dtype="float64"),
            integers=(low, high=none, size=none) -> randint(low, high, sizes_of(size)),
            choice=(a, size=none, replace=true, p=none) -> choice_of(a, size=size, replace=replace, p=p),
            exponential=(scale=1.0, size=none) -> exponential_draws(scale, size),
            binomial=(n, p, size=none) -> binomial_draws(n, p, size), poisson=(lam=1.0, size=none) -> poisson_draws(lam, size),
            multivariate_normal=(mean, cov, size=none) -> normal_vectors(mean, cov, size),
            permutation=x -> permutation(x) if isinstance(x, int) else shuffle(x),
            rand=(*shape) -> rand(list(shape), dtype="float64"),
            randn=(*shape) -> randn(list(shape), dtype="float64"),
            randint=(low, high=none, size=none) -> randint(low, high, sizes_of(size)),
            shuffle=x -> shuffle(x),
          }
        }
        """#
}
