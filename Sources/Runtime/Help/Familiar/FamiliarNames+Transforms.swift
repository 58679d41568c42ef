extension FamiliarNames {
    /// `torchvision.transforms`, also as `T` and `v2`.
    static let transformSection = FamiliarSection(
        "Changes of images",
        [
            .alias(
                "transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])(ones([1, 2, 2]))",
                "ones([1, 2, 2])", "of an image [C, H, W] or a batch, and for `augment=` of `train` and `batches`",
                by: "compose", for: "transforms.Compose"),
            .alias(
                "transforms.ToTensor()(cast(ones([2, 2, 3]) * 255, \"uint8\"))", "ones([3, 2, 2])",
                "bytes [H, W, C]; what `load` gives is from 0 to 1 already, and stays", by: "to_tensor",
                for: "transforms.ToTensor"),
            .alias(
                "transforms.Normalize((0.5,), (0.25,))(ones([1, 2, 2]))", "2 * ones([1, 2, 2])",
                "`normalize(data, mean=0.5, std=0.25)` is of a dataset, in training and after it",
                by: "normalize_images", for: "transforms.Normalize"),
            .alias(
                "transforms.Resize((4, 6))(ones([1, 2, 3])).shape", "[1, 4, 6]",
                "`load \"photos/\" size=28` resizes images as it reads them", by: "resize_images",
                for: "transforms.Resize"),
            .alias(
                "transforms.Pad(1)(ones([1, 2, 2]))", "pad(ones([1, 2, 2]), [[0, 0], [1, 1], [1, 1]])",
                by: "pad_images", for: "transforms.Pad"),
            .alias(
                "transforms.Grayscale()(ones([3, 2, 2])).shape", "[1, 2, 2]", by: "grayscale_of",
                for: "transforms.Grayscale"),
            .alias(
                "transforms.RandomApply([transforms.Pad(1)], p=1.0)(ones([1, 2, 2])).shape", "[1, 4, 4]",
                by: "random_apply", for: "transforms.RandomApply"),
            .alias(
                "transforms.RandomChoice([transforms.Pad(1)])(ones([1, 2, 2])).shape", "[1, 4, 4]",
                by: "random_choice", for: "transforms.RandomChoice"),
            .alias(
                "transforms.RandomOrder([transforms.Pad(1)])(ones([1, 2, 2])).shape", "[1, 4, 4]",
                by: "random_order", for: "transforms.RandomOrder"),
            .alias(
                "transforms.Lambda(v -> v / 2)(ones([1, 2, 2]))", "ones([1, 2, 2]) / 2", by: "same_function",
                for: "transforms.Lambda"),
            .alias(
                "transforms.ConvertImageDtype(torch.uint8)(ones([1, 2, 2])).max()", "255", by: "convert_image",
                for: "transforms.ConvertImageDtype"),
            .alias(
                "transforms.ToDtype(torch.float32, scale=True)(ones([1, 2, 2]))", "ones([1, 2, 2])", by: "to_dtype",
                for: "transforms.ToDtype"),
            .alias(
                "transforms.ToImage()(cast(ones([2, 2, 3]), \"uint8\")).shape", "[3, 2, 2]", by: "to_image",
                for: "transforms.ToImage transforms.PILToTensor"),
            .alias(
                "transforms.RandomVerticalFlip()", "random_flip(vertical=true)", by: "vertical_flip",
                for: "transforms.RandomVerticalFlip"),
            .alias("transforms.RandomGrayscale(0.2)", "random_grayscale(0.2)"),
            .alias(
                "transforms.GaussianBlur(3)(ones([1, 4, 4])).shape", "[1, 4, 4]", by: "blur_of",
                for: "transforms.GaussianBlur"),
            .alias(
                "transforms.ToPILImage()(ones([1, 2, 2]))", "ones([1, 2, 2])", "`show x` draws an image",
                by: "unchanged", for: "transforms.ToPILImage transforms.ToPureTensor transforms.Identity"),
            .alias("transforms.InterpolationMode.BILINEAR", "\"bilinear\""),
            .alias("transforms.InterpolationMode.NEAREST", "\"nearest\""),
        ])
}
