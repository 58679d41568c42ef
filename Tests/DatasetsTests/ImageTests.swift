import Datasets
import Foundation
import TensorCore
import Testing

/// Where the images are that `scripts/fixtures/image_fixtures.py` wrote.
let imageFixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Fixtures"

/// PNG and JPEG files beside Pillow, and those that are no images.
struct ImageTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func image(_ path: String, _ options: LoadOptions = LoadOptions()) throws -> Tensor {
        guard case .tensor(let tensor) = try Loader.load(path, options) else {
            throw Mismatch(text: "\(path) is not one tensor")
        }
        return tensor
    }

    private func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: "\(imageFixtures)/\(name)")))
    }

    @Test func pixelsAreThoseOfPillow() throws {
        let lines = try String(contentsOfFile: "\(imageFixtures)/pixels.txt", encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 12 * 7 + 7 * 2)
        for line in lines {
            let fields = line.split(separator: "\t")
            let shape = fields[2].split(separator: ",").compactMap { Int($0) }
            var options = LoadOptions()
            options.size = ImageSize(height: shape[1], width: shape[2])
            options.channels = fields[1] == "0" ? nil : Int(fields[1])
            let tensor = try image("\(imageFixtures)/\(fields[0])", options)
            #expect(tensor.shape == shape && tensor.dtype == .uint8, "\(fields[0])")
            let expected = fields[3].split(separator: ",").compactMap { Int($0) }
            #expect(tensor.integers() == expected, "\(fields[0]) \(fields[1]) \(shape)")
        }
    }

    @Test(arguments: ["colour.png", "interlaced.png", "colour.jpg", "progressive.jpg"]) func cut(name: String) throws {
        let whole = try bytes(name)
        for count in stride(from: 40, to: whole.count - 30, by: max(1, whole.count / 9)) {
            let error = try loadError(folder.write("cut.\(name.suffix(3))", Array(whole.prefix(count))))
            let format = name.hasSuffix("png") ? "PNG" : "JPEG"
            #expect(
                folder.relative(error.message) == "cut.\(name.suffix(3)): the \(format) data is damaged: it ends early")
            #expect(error.help == "get the file again")
        }
    }

    /// Whatever is changed in a file, it is read or it is an error.
    @Test(arguments: ["palette.png", "interlaced.png", "inks.jpg", "progressive.jpg", "turned6.jpg"]) func changed(
        name: String
    ) throws {
        var state: UInt64 = 14
        let whole = try bytes(name)
        for _ in 0..<200 {
            var changed = whole
            for _ in 0..<3 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                changed[8 + Int(state >> 33) % (changed.count - 8)] = UInt8(truncatingIfNeeded: state >> 24)
            }
            do { _ = try Loader.load(folder.write("changed", changed)) } catch { #expect(error is DatasetError) }
        }
    }

    @Test func hugeByTheHeader() throws {
        // The width and the height of the first chunk, and its checksum.
        var png = try bytes("grey.png")
        png.replaceSubrange(16..<24, with: [0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60])
        let checksum = littleEndian(Int(crc(Array(png[12..<29]))), 4).reversed()
        png.replaceSubrange(29..<33, with: checksum)
        let error = try loadError(folder.write("x.png", png))
        #expect(folder.relative(error.message) == "x.png: the image is 60000 by 60000 pixels, more than are decoded")
        #expect(error.help?.hasPrefix("an image has at most 134217728 pixels") == true)

        var jpeg = try bytes("colour.jpg")
        let frame = try #require(jpeg.indices.dropLast().first { jpeg[$0] == 0xff && jpeg[$0 + 1] == 0xc0 })
        jpeg.replaceSubrange(frame + 5..<frame + 9, with: [0xff, 0xdc, 0xff, 0xdc])
        #expect(
            try loadError(folder.write("x.jpg", jpeg)).problem
                == .imageTooLarge(height: 65500, width: 65500, most: 1 << 27))
    }

    private func crc(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0 as UInt32) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0xedb8_8320 : sum >> 1 }
        }
    }

    @Test func otherFiles() throws {
        let other = try loadError(folder.write("a.png", "GIF89a..."))
        #expect(
            folder.relative(other.message) == "a.png, byte 0: this is neither PNG nor JPEG; it starts with 47 49 46 38")
        #expect(try loadError(folder.write("b.jpg", "<!DOCTYPE html><html>")).problem == .strayDownload(.webPage))
        #expect(try loadError(folder.write("c.png", [])).problem == .empty)
        // An image by another name is one.
        #expect(try image(folder.write("d.dat", bytes("grey.png"))).shape == [1, 6, 9])
        var options = LoadOptions()
        options.classNames = ["a"]
        #expect(
            try loadError("\(imageFixtures)/grey.png", options).problem
                == .argument(name: "classes", reason: "is for datasets, and this is not one"))
    }

    // MARK: Writing

    @Test func pngComesBack() throws {
        let pixels = try Tensor((0..<3 * 5 * 4).map { UInt8($0 * 4) }, shape: [3, 5, 4])
        let path = "\(folder.path)/a.png"
        try ImageWriter.write(pixels, to: path)
        #expect(try image(path).integers() == pixels.integers())
        // Channels last, fractions, booleans, and views of other memory.
        try ImageWriter.write(pixels.permute([1, 2, 0]), to: path)
        #expect(try image(path).integers() == pixels.integers())
        try ImageWriter.write(Tensor([0, 0.5, 1, 0.2] as [Float], shape: [2, 2]), to: path)
        #expect(try image(path).integers() == [0, 128, 255, 51])
        try ImageWriter.write(Tensor([true, false], shape: [1, 2]), to: path)
        #expect(try image(path).integers() == [255, 0])
        try ImageWriter.write(pixels.at([.index(1)]), to: path)
        #expect(try image(path).integers() == Array(pixels.integers()[20..<40]))
        #expect(try folder.names == ["a.png"])
    }

    @Test func jpegComesBackNearly() throws {
        let pixels = try Tensor((0..<1024).map { (i: Int) -> UInt8 in UInt8(60 + i / 32 * 4) }, shape: [32, 32])
        let sizes = try [30, 95].map { quality in
            try ImageWriter.write(pixels, to: "\(folder.path)/a.jpg", quality: quality)
            let read = try image("\(folder.path)/a.jpg")
            #expect(read.shape == [1, 32, 32])
            #expect(zip(read.integers(), pixels.integers()).allSatisfy { abs($0 - $1) < 10 })
            return try folder.read("a.jpg").count
        }
        #expect(sizes[0] < sizes[1])
    }

    @Test func whatIsNoImage() throws {
        func message(_ tensor: Tensor, quality: Int = 75) -> String {
            let error = #expect(throws: DatasetError.self) {
                try ImageWriter.write(tensor, to: "a.png", quality: quality)
            }
            return error?.message ?? ""
        }
        #expect(
            message(try Tensor([0, 1.5] as [Float], shape: [1, 2]))
                == "a.png: an image of float32 goes from 0 to 1, and this one has 1.5")
        #expect(message(try Tensor([Float.nan], shape: [1, 1])).hasSuffix("and this one has nan"))
        #expect(
            message(try Tensor([0, 256], shape: [1, 2]))
                == "a.png: an image of int64 goes from 0 to 255, and this one has 256")
        #expect(
            message(try Tensor.zeros([2, 4, 4], dtype: .uint8)).hasPrefix(
                "a.png: a tensor of shape [2, 4, 4] is not an image"))
        #expect(
            message(try Tensor.zeros([0, 4], dtype: .uint8)).hasPrefix(
                "a.png: a tensor of shape [0, 4] is not an image"))
        #expect(
            message(try Tensor.zeros([4, 4], dtype: .uint8), quality: 0)
                == "a.png: quality is 0, and goes from 1 to 100")
        #expect(try folder.names == [])
    }
}
