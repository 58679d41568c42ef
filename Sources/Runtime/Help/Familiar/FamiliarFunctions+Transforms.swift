extension FamiliarFunctions {
    /// Those of `torchvision.transforms`: each is called with an image [C, H, W] or a batch of them.
    static let transformFunctions = #"""
        class changes(name, steps, draw) {
          fn call(x) {
            if type(x) == "record" { return {x=self.call(x.x), y=x.y} }
            if name == "Compose" or array(x).ndim != 4 { return draw(x) }
            # What is drawn is drawn for each image.
            stack([draw(image) for image in x])
          }
          fn show() = "{name}({steps})"
        }
        fn compose(transforms) {
          steps = [to_call(change) for change in transforms]
          changes("Compose", transforms, x -> reduce((image, change) -> change(image), steps, x))
        }
        fn to_call(change) = change() if change in [random_flip, random_grayscale, random_noise, random_erasing] else change
        fn random_apply(transforms, p=0.5) {
          all = compose(transforms)
          changes("RandomApply", transforms, x -> all(x) if rand([]).item() < p else x)
        }
        fn random_choice(transforms, p=none) {
          steps = [to_call(change) for change in transforms]
          shares = none if p == none else [v / sum(p) for v in p]
          changes("RandomChoice", transforms, x -> steps[choice(len(steps), p=shares)](x))
        }
        fn random_order(transforms) {
          steps = [to_call(change) for change in transforms]
          changes("RandomOrder", transforms, x -> reduce((image, i) -> steps[i](image), list(permutation(len(steps))), x))
        }
        fn as_channels(x) {
          x = array(x)
          if x.ndim == 2 { return x[none] }
          if x.ndim != 3 and x.ndim != 4 { error("an image is [H, W, C] or [C, H, W], and this has the shape {x.shape}") }
          last, first = x.shape[-1] in [1, 3, 4], x.shape[-3] in [1, 3, 4]
          # Bytes are as a file has them, floating-point numbers as a model takes them.
          if not last or first and x.dtype != "uint8" { return x }
          x.transpose(-1, -2).transpose(-2, -3)
        }
        fn to_float(x) {
          x = as_channels(x)
          if x.dtype == "uint8" { x.float() / 255 } else { x if x.dtype in ["float32", "float64"] else x.float() }
        }
        fn to_tensor() = changes("ToTensor", "", to_float)
        fn to_image() = changes("PILToTensor", "", as_channels)
        fn in_dtype(x, dtype="float32") {
          x = array(x)
          if dtype == "uint8" and x.dtype != "uint8" { return clip(x * 255.999, 0, 255).type("uint8") }
          if dtype in ["float32", "float64"] and x.dtype == "uint8" { return x.type(dtype) / 255 }
          x.type(dtype)
        }
        fn convert_image(dtype="float32") = changes("ConvertImageDtype", dtype, x -> in_dtype(x, dtype))
        fn to_dtype(dtype="float32", scale=false) = changes("ToDtype", dtype, x -> in_dtype(x, dtype) if scale else array(x).type(dtype))
        fn check_image(x, word) {
          x = array(x)
          if x.ndim < 3 { error("`{word}` changes an image [C, H, W] or a batch of them, and got the shape {x.shape}") }
          x
        }
        fn per_channel(x, values, word) {
          v = array(values, dtype=x.dtype).reshape([-1])
          if len(v) != 1 and len(v) != x.shape[-3] { error("`{word}` has {len(v)} values for {x.shape[-3]} channels") }
          v[:, none, none]
        }
        fn standardized(x, mean, std) {
          x = check_image(x, "Normalize")
          if not x.dtype in ["float32", "float64"] { error("`Normalize` takes numbers from 0 to 1: put `ToTensor()` before it") }
          if any(array(std) == 0) { error("`Normalize` divides by `std`, and got 0") }
          (x - per_channel(x, mean, "mean")) / per_channel(x, std, "std")
        }
        fn normalize_images(mean, std, inplace=false) = changes("Normalize", "{mean}, {std}", x -> standardized(x, mean, std))

        # Each pixel is the mean of those that it covers, by their distance: bilinear with antialiasing.
        fn blend(to, size, antialias) {
          ratio = size / to
          reach = max(ratio, 1) if antialias else 1
          place = (arange(to) + 0.5) * ratio
          if not antialias { place = clip(place, 0.5, size - 0.5) }
          shares = relu(1 - abs((arange(size) + 0.5)[none] - place[:, none]) / reach)
          shares / sum(shares, axis=1, keepdims=true)
        }
        fn size_for(x, size, max_size=none) {
          h, w = x.shape[-2], x.shape[-1]
          if isinstance(size, list) and len(size) == 2 { return size }
          short = size[0] if isinstance(size, list) else size
          long = int(short * max(h, w) / min(h, w))
          if max_size != none and long > max_size { short, long = int(max_size * short / long), max_size }
          [short, long] if h <= w else [long, short]
        }
        fn image_of_size(x, size, interpolation="bilinear", max_size=none, antialias=true) {
          x = check_image(x, "Resize")
          h, w = size_for(x, size, max_size)
          if h < 1 or w < 1 { error("`Resize` makes images of at least 1 x 1 pixels, and got {size}") }
          if interpolation in ["nearest", 0] {
            return x[..., [int(i * x.shape[-2] / h) for i in range(h)], :][..., [int(i * x.shape[-1] / w) for i in range(w)]]
          }
          if not interpolation in ["bilinear", 2] { error("`Resize` has `interpolation` \"bilinear\" and \"nearest\"") }
          kind = x.dtype
          x = x if kind == "float64" else x.float()
          rows, columns = blend(h, x.shape[-2], antialias).type(x.dtype), blend(w, x.shape[-1], antialias).type(x.dtype)
          y = rows @ x @ columns.T
          if kind == "uint8" { clip(round(y), 0, 255).type("uint8") } else { y }
        }
        fn resize_images(size, interpolation="bilinear", max_size=none, antialias=true) =
          changes("Resize", size, x -> image_of_size(x, size, interpolation, max_size, antialias))
        fn padded(x, padding, fill=0, padding_mode="constant") {
          x = check_image(x, "Pad")
          p = list(padding) if isinstance(padding, list) else [padding]
          # As in torchvision: left, top, right, bottom.
          left, top, right, bottom = p if len(p) == 4 else [p[0], p[-1], p[0], p[-1]]
          widths = [[0, 0]] * (x.ndim - 2) + [[top, bottom], [left, right]]
          pad(x, widths, value=fill, mode={constant="constant", edge="replicate", reflect="reflect"}[padding_mode])
        }
        fn pad_images(padding, fill=0, padding_mode="constant") {
          if not padding_mode in ["constant", "edge", "reflect"] { error("`padding_mode` of `Pad` is \"constant\", \"edge\" or \"reflect\"") }
          changes("Pad", padding, x -> padded(x, padding, fill, padding_mode))
        }
        fn grey(x, channels=1) {
          x = check_image(x, "Grayscale")
          if x.shape[-3] == 3 {
            kind = x.dtype
            y = 0.2989 * x[..., 0:1, :, :] + 0.587 * x[..., 1:2, :, :] + 0.114 * x[..., 2:3, :, :]
            x = y.type(kind)
          }
          concat([x] * channels, axis=-3) if channels > 1 and x.shape[-3] == 1 else x
        }
        fn grayscale_of(num_output_channels=1) = changes("Grayscale", num_output_channels, x -> grey(x, num_output_channels))
        fn vertical_flip(p=0.5) = random_flip(p, vertical=true)
        fn blurred(x, sizes, sigma) {
          x = check_image(x, "GaussianBlur")
          batch = x if x.ndim == 4 else x[none]
          sides = [exp(-((arange(n) - (n - 1) / 2) / sigma) ** 2 / 2) for n in sizes]
          width, height = [side / sum(side) for side in sides]
          c = batch.shape[1]
          filter = broadcast(outer(height, width)[none, none], [c, 1, len(height), len(width)])
          rims = [len(height) // 2, len(width) // 2]
          y = conv2d(pad(batch, [[0, 0], [0, 0], [rims[0], rims[0]], [rims[1], rims[1]]], mode="reflect"), filter, groups=c)
          y if x.ndim == 4 else y[0]
        }
        fn blur_of(kernel_size, sigma=[0.1, 2.0]) {
          sizes = kernel_size if isinstance(kernel_size, list) else [kernel_size, kernel_size]
          least, most = sigma if isinstance(sigma, list) else [sigma, sigma]
          if any([n % 2 == 0 or n < 1 for n in sizes]) { error("`kernel_size` of `GaussianBlur` is odd, and got {kernel_size}") }
          changes("GaussianBlur", kernel_size, x -> blurred(x, sizes, uniform(least, most, []).item() if most > least else least))
        }
        fn same_function(f) = f
        fn unchanged() = changes("Identity", "", x -> x)
        """#
}
