extension FamiliarFunctions {
    /// Those whose arguments or results are PyTorch's.
    static let torchFunctions = #"""
        # Of the elements, where NumPy's is that of a matrix.
        fn torch_norm(x, p="fro", dim=none, keepdim=false, axis=none, keepdims=false, ord=none) {
          along = dim if axis == none else axis
          keeps = keepdim or keepdims
          if ord != none { return norm(x, ord=ord, axis=along, keepdims=keeps) }
          if p == "fro" { norm(x, axis=along, keepdims=keeps) } else { norm(x, p=p, axis=along, keepdims=keeps) }
        }
        fn torch_cummax(x, axis=-1, indices=false, dim=none) {
          if dim == none { return cummax(x, axis=axis, indices=indices) }
          found, places = cummax(x, axis=dim, indices=true)
          {values=found, indices=places}
        }
        fn torch_cummin(x, axis=-1, indices=false, dim=none) {
          if dim == none { return cummin(x, axis=axis, indices=indices) }
          found, places = cummin(x, axis=dim, indices=true)
          {values=found, indices=places}
        }
        # With `dim` the lower of the two in the middle, and its place.
        fn torch_median(x, axis=none, keepdims=false, dim=none, keepdim=false) {
          if axis != none { return median(x, axis=axis, keepdims=keepdims) }
          # Of all elements too the lower of the two in the middle.
          if dim == none { return torch_median(flatten(x), dim=0).values.item() }
          ordered = sort(x, dim=dim)
          middle = (x.shape[dim] - 1) // 2
          found, places = narrow(ordered.values, dim, middle, 1), narrow(ordered.indices, dim, middle, 1)
          if keepdim or keepdims { {values=found, indices=places} } else { {values=squeeze(found, dim), indices=squeeze(places, dim)} }
        }
        fn torch_parts(x, size, dim=none) = split(x, size) if dim == none else torch_split(x, size, dim=dim)
        fn torch_nanmean(x, dim=none, axis=none) = nan_mean(x, axis=dim if axis == none else axis)
        fn torch_add(x, other, alpha=1) = x + alpha * other
        fn torch_sub(x, other, alpha=1) = x - alpha * other
        fn torch_erfc(x) = 1 - erf(x)
        fn torch_fmod(x, other) = sign(x) * (abs(x) % abs(other))
        fn torch_remainder(x, other) = x % other
        fn torch_dist(x, other, p=2) = norm(x - other, p=p)
        fn gelu_of(x, approximate="none") {
          if approximate == "none" { return gelu(x) }
          if approximate != "tanh" { error("`approximate` of `gelu` is \"none\" or \"tanh\"") }
          0.5 * x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x ** 3)))
        }
        fn gelu_layer(approximate="none") = gelu() if approximate == "none" else x -> gelu_of(x, approximate=approximate)
        fn smooth_loss(reduction="mean", beta=1) = (prediction, target) -> huber_of(prediction, target, reduction=reduction, beta=beta)
        fn multi_margin_of(x, target, p=1, margin=1.0, weight=none, reduction="mean") {
          if p != 1 or weight != none { error("`multi_margin_loss` takes p=1 and no weights here") }
          hinge(x, target, margin=margin, reduction=reduction) / x.shape[-1]
        }
        fn multi_margin_loss(p=1, margin=1.0, weight=none, reduction="mean") =
          (x, target) -> multi_margin_of(x, target, p=p, margin=margin, weight=weight, reduction=reduction)
        fn torch_conv2d(x, weight, bias=none, stride=1, padding=0, dilation=1, groups=1) {
          if padding == "valid" { padding = 0 }
          if padding == "same" {
            steps = [stride] if isinstance(stride, int) else list(stride)
            if any([s != 1 for s in steps]) { error("`padding=\"same\"` is for stride 1") }
            apart = [dilation, dilation] if isinstance(dilation, int) else list(dilation)
            ends = [apart[i] * (weight.shape[2 + i] - 1) for i in range(2)]
            # The odd one stands at the end, as in PyTorch.
            x = pad(x, [[0, 0], [0, 0]] + [[e // 2, e - e // 2] for e in ends])
            padding = 0
          }
          conv2d(x, weight, bias=bias, stride=stride, padding=padding, dilation=dilation, groups=groups)
        }
        fn max_pool_of(x, kernel_size, stride=none, padding=0, ceil_mode=false) = maxpool(x, kernel_size, stride=stride, padding=padding, ceil_mode=ceil_mode)
        fn avg_pool_of(x, kernel_size, stride=none, padding=0, ceil_mode=false, count_include_pad=true) =
          avgpool(x, kernel_size, stride=stride, padding=padding, ceil_mode=ceil_mode, count_include_pad=count_include_pad)
        fn by_channel(x, values) = reshape(values, [1, -1] + [1] * (x.ndim - 2))
        fn torch_batch_norm(x, running_mean=none, running_var=none, weight=none, bias=none, training=false, momentum=0.1, eps=1e-5) {
          if training or running_mean == none {
            if training and running_mean != none { error("running figures are kept by the layer: `batch_norm`; leave them out of `F.batch_norm` in training") }
            axes = [i for i in range(x.ndim) if i != 1]
            centred = x - mean(x, axis=axes, keepdims=true)
            y = centred / sqrt(mean(centred ** 2, axis=axes, keepdims=true) + eps)
          } else {
            y = (x - by_channel(x, running_mean)) / sqrt(by_channel(x, running_var) + eps)
          }
          if weight != none { y = y * by_channel(x, weight) }
          y if bias == none else y + by_channel(x, bias)
        }
        fn torch_group_norm(x, num_groups, weight=none, bias=none, eps=1e-5) {
          if x.shape[1] % num_groups != 0 { error("{num_groups} groups do not divide {x.shape[1]} channels") }
          parts = reshape(x, [x.shape[0], num_groups, -1])
          centred = parts - mean(parts, axis=2, keepdims=true)
          y = reshape(centred / sqrt(mean(centred ** 2, axis=2, keepdims=true) + eps), x.shape)
          if weight != none { y = y * by_channel(x, weight) }
          y if bias == none else y + by_channel(x, bias)
        }
        fn unflatten_layer(dim, unflattened_size) = x -> {
          axis = dim % x.ndim
          reshape(x, x.shape[:axis] + list(unflattened_size) + x.shape[axis + 1:])
        }
        """#
}
