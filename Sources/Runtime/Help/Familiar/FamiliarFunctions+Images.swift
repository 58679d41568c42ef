extension FamiliarFunctions {
    /// Those of `torch.nn.functional` on images, and dropout.
    static let imageFunctions = #"""
        fn dropout_of(input, p=0.5, training=true, inplace=false) {
          if p < 0 or p > 1 { error("`p` of `F.dropout` is a share from 0 to 1, and got {p}") }
          if not training or p == 0 { return input }
          if p == 1 { return input * 0 }
          input * cast(rand(input.shape) >= p, input.dtype) / (1 - p)
        }
        fn two_of(value) = [value, value] if not isinstance(value, list) else value
        fn conv_transpose_map(input, weight, bias=none, stride=1, padding=0, output_padding=0, groups=1, dilation=1) {
          if input.ndim != 4 or weight.ndim != 4 { error("`F.conv_transpose2d` takes images [N, C, H, W] and weights [C, O / groups, kH, kW]") }
          steps, gaps, rims, ends = two_of(stride), two_of(dilation), two_of(padding), two_of(output_padding)
          n, c, h, w = input.shape
          if weight.shape[0] != c or groups < 1 or c % groups != 0 { error("`F.conv_transpose2d` got {c} channels, weights for {weight.shape[0]}, and groups={groups}") }
          for i in range(2) {
            if steps[i] < 1 or gaps[i] < 1 or rims[i] < 0 or ends[i] < 0 { error("`stride` and `dilation` are at least 1, `padding` and `output_padding` at least 0") }
            if ends[i] >= steps[i] and ends[i] >= gaps[i] { error("`output_padding` is below `stride` or `dilation`") }
          }
          # The gradient of a convolution: zeros between the elements, around them the reach of the filter, which is turned.
          x = pad(input.reshape([n, c, h, 1, w, 1]), [[0, 0], [0, 0], [0, 0], [0, steps[0] - 1], [0, 0], [0, steps[1] - 1]])
          x = x.reshape([n, c, h * steps[0], w * steps[1]])[:, :, :(h - 1) * steps[0] + 1, :(w - 1) * steps[1] + 1]
          widths = []
          for i in range(2) {
            reach = gaps[i] * (weight.shape[2 + i] - 1)
            widths.append([reach, reach + ends[i]])
          }
          x = pad(x, [[0, 0], [0, 0], *widths])
          kernels = weight.reshape([groups, c // groups, *weight.shape[1:]]).transpose(1, 2)
          kernels = flip(kernels.reshape([groups * weight.shape[1], c // groups, *weight.shape[2:]]), [2, 3])
          y = conv2d(x, kernels, bias=bias, dilation=dilation, groups=groups)
          y[:, :, rims[0]:y.shape[2] - rims[0], rims[1]:y.shape[3] - rims[1]]
        }
        fn unfold(input, kernel_size, dilation=1, padding=0, stride=1) {
          if input.ndim != 4 { error("`F.unfold` takes images [N, C, H, W], and got a tensor of shape {input.shape}") }
          sizes, gaps, rims, steps = two_of(kernel_size), two_of(dilation), two_of(padding), two_of(stride)
          x = pad(input, [[0, 0], [0, 0], [rims[0], rims[0]], [rims[1], rims[1]]])
          counts = [(x.shape[2 + i] - gaps[i] * (sizes[i] - 1) - 1) // steps[i] + 1 for i in range(2)]
          if min(counts) < 1 { error("`F.unfold` got images of {input.shape[2]} x {input.shape[3]}, which are smaller than the kernel") }
          parts = []
          for i in range(sizes[0]) {
            for j in range(sizes[1]) {
              top, left = i * gaps[0], j * gaps[1]
              parts.append(x[:, :, top:top + (counts[0] - 1) * steps[0] + 1:steps[0], left:left + (counts[1] - 1) * steps[1] + 1:steps[1]])
            }
          }
          stack(parts, axis=2).reshape([x.shape[0], x.shape[1] * len(parts), counts[0] * counts[1]])
        }
        fn unfold_layer(kernel_size, dilation=1, padding=0, stride=1) =
          input -> unfold(input, kernel_size, dilation=dilation, padding=padding, stride=stride)
        """#
}
