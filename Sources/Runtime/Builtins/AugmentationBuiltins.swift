import Datasets
import TensorCore

extension Builtin {
    /// Changes of images for `augment`.
    static let augmentation: [Builtin] = [
        change(
            "random_crop(size, padding=0)", "A window anywhere in the image, with `padding` black pixels on each side.",
            "`size` is [height, width], or one number for both; as torchvision's RandomCrop.",
            "random_crop(28, padding=4)"
        ) { call in
            let (height, width) = try call.imageSize("size")
            let padding = try call.integer("padding", atLeast: 0)
            guard padding <= ImageSize.sides.upperBound else {
                throw call.failure("padding", takes: "a whole number of pixels up to \(ImageSize.sides.upperBound)")
            }
            return .crop(height: height, width: width, padding: padding)
        },
        change(
            "random_resized_crop(size, scale=none, ratio=none)",
            "A window of a random share of the area, resized to `size`.",
            """
            scale: the least and the greatest share of the area, [0.08, 1] unless given; ratio: of width to height, [3/4, 4/3]
            unless given; as torchvision's RandomResizedCrop. Pixels lie between four neighbours (bilinear).
            """, "random_resized_crop(28)"
        ) { call in
            let (height, width) = try call.imageSize("size")
            return .resizedCrop(
                height: height, width: width, area: try call.range("scale", 0.08...1, within: 0...1),
                ratio: try call.range("ratio", 3.0 / 4...4.0 / 3, within: 0.001...1000))
        },
        change(
            "center_crop(size)", "The window in the middle of the image; nothing is drawn.",
            "`size` is [height, width], or one number for both.", "center_crop(24)"
        ) { call in
            let (height, width) = try call.imageSize("size")
            return .centerCrop(height: height, width: width)
        },
        change(
            "random_flip(p=0.5, vertical=false)", "The mirror image, with probability `p`.",
            "Left and right change places, or with vertical=true top and bottom.", "random_flip()"
        ) { call in
            .flip(probability: try call.probability("p"), isVertical: try call.boolean("vertical"))
        },
        change(
            "random_rotation(degrees)", "The image turned by a random angle.",
            "degrees=10 is from -10 to 10, [a, b] another range; positive angles turn against the clock. The size stays.",
            "random_rotation(10)"
        ) { call in
            .affine(degrees: try call.spread("degrees", within: -360...360), shift: (0, 0), scale: 1...1)
        },
        change(
            "random_affine(degrees, translate=none, scale=none)",
            "The image turned, shifted and made larger or smaller, at random.",
            """
            translate: by up to which share of height and width it is shifted, [down, across]; scale: the least and the
            greatest factor. Pixels lie between four neighbours (bilinear); the size of the image stays.
            """, "random_affine(10, translate=[0.1, 0.1], scale=[0.9, 1.1])"
        ) { call in
            let shift = call.has("translate") ? try call.numbers("translate") : [0, 0]
            guard shift.count == 2, shift.allSatisfy({ (0...1).contains($0) }) else {
                throw call.failure("translate", takes: "two shares from 0 to 1, [down, across]")
            }
            return .affine(
                degrees: try call.spread("degrees", within: -360...360), shift: (shift[0], shift[1]),
                scale: try call.range("scale", 1...1, within: 0.001...1000))
        },
        change(
            "random_erasing(p=0.5, scale=none, ratio=none, value=0)",
            "A rectangle of the image set to `value`, with probability `p`.",
            """
            scale: its share of the area, [0.02, 0.33] unless given; ratio: of its height to its width, [0.3, 3.3] unless
            given; as torchvision's RandomErasing.
            """,
            "random_erasing()"
        ) { call in
            .erase(
                probability: try call.probability("p"), area: try call.range("scale", 0.02...0.33, within: 0...1),
                ratio: try call.range("ratio", 0.3...3.3, within: 0.001...1000),
                value: try call.number("value"))
        },
        change(
            "color_jitter(brightness=0, contrast=0, saturation=0)",
            "Brightness, contrast and saturation times random factors.",
            "0.2 is a factor from 0.8 to 1.2, [a, b] another range; values that go beyond 0 and 1 are cut.",
            "color_jitter(brightness=0.2, contrast=0.2)"
        ) { call in
            func factors(_ name: String) throws -> ClosedRange<Double> {
                try call.spread(name, around: 1, within: 0...1000)
            }
            return .jitter(
                brightness: try factors("brightness"), contrast: try factors("contrast"),
                saturation: try factors("saturation"))
        },
        change(
            "random_grayscale(p=0.1)", "The image in grey, with probability `p`; it keeps its three channels.", "",
            "random_grayscale()"
        ) { call in .grayscale(probability: try call.probability("p")) },
        change(
            "random_noise(std=0.1)", "The image with normal noise.",
            "std: the standard deviation, where pixels go from 0 to 1.",
            "random_noise(0.05)"
        ) { call in
            let deviation = try call.number("std")
            guard deviation >= 0, deviation.isFinite else { throw call.failure("std", takes: "a number of at least 0") }
            return .noise(deviation: deviation)
        },
    ]

    private static func change(
        _ signature: String, _ summary: String, _ details: String, _ example: String,
        _ body: @escaping @Sendable (Call) throws -> ImageAugmentation
    ) -> Builtin {
        Builtin(
            signature, .data, summary,
            details: """
                \(details)\(details.isEmpty ? "" : "\n")
                For `augment` of `train` and `batches`: train net data augment=[random_crop(28, padding=4), random_flip].
                Called with images, [C, H, W] or [N, C, H, W] with values from 0 to 1, it changes them at once.
                """,
            example: "\(example)(ones([2, 3, 32, 32])).shape"
        ) { call in .object(AugmentationObject(try body(call))) }
    }
}

extension Call {
    fileprivate func probability(_ parameter: String) throws -> Double {
        let number = try number(parameter)
        guard (0...1).contains(number) else { throw failure(parameter, takes: "a probability, from 0 to 1") }
        return number
    }

    fileprivate func numbers(_ parameter: String) throws -> [Double] {
        try value(parameter).elements?.compactMap(\.asNumber) ?? []
    }

    /// A height and a width in pixels.
    func imageSize(_ parameter: String) throws -> (height: Int, width: Int) {
        let (height, width) = try pair(parameter)
        guard ImageSize.sides.contains(height), ImageSize.sides.contains(width) else {
            throw failure(
                parameter, takes: "[height, width] in pixels, each from 1 to \(ImageSize.sides.upperBound)")
        }
        return (height, width)
    }

    /// Two bounds.
    fileprivate func range(
        _ parameter: String, _ absent: ClosedRange<Double>? = nil, within bounds: ClosedRange<Double>
    ) throws -> ClosedRange<Double> {
        if let absent, !has(parameter) { return absent }
        let pair = try numbers(parameter)
        guard pair.count == 2, pair[0] <= pair[1], pair.allSatisfy(bounds.contains)
        else {
            throw failure(
                parameter,
                takes:
                    "[least, greatest], from \(numberText(bounds.lowerBound)) to \(numberText(bounds.upperBound))"
            )
        }
        return pair[0]...pair[1]
    }

    /// Two bounds, or how far they lie to each side.
    fileprivate func spread(
        _ parameter: String, around middle: Double = 0, within bounds: ClosedRange<Double>
    ) throws -> ClosedRange<Double> {
        guard let distance = value(parameter).asNumber else { return try range(parameter, within: bounds) }
        guard distance >= 0, distance <= bounds.upperBound - middle else {
            throw failure(
                parameter,
                takes: "a number from 0 to \(numberText(bounds.upperBound - middle)), or [least, greatest]")
        }
        return max(middle - distance, bounds.lowerBound)...middle + distance
    }
}
