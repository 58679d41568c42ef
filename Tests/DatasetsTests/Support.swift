import Datasets
import Glibc
import TensorCore
import Testing

/// A folder that goes away with the test.
final class TemporaryFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/dls-test-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.flatMap(mkdtemp).map { String(cString: $0) }
        }
        path = try #require(made)
    }

    deinit { system("rm -r '\(path)'") }

    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = "\(path)/\(name)"
        let stream = try #require(fopen(file, "w"))
        defer { fclose(stream) }
        try #require(fwrite(bytes, 1, bytes.count, stream) == bytes.count)
        return file
    }

    func write(_ name: String, _ text: String) throws -> String { try write(name, Array(text.utf8)) }

    func read(_ name: String) throws -> [UInt8] {
        let stream = try #require(fopen("\(path)/\(name)", "r"))
        defer { fclose(stream) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, stream)
        return Array(bytes.prefix(count))
    }

    var names: [String] {
        get throws {
            let folder = try #require(opendir(path))
            defer { closedir(folder) }
            var names: [String] = []
            while let entry = readdir(folder) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name != "." && name != ".." { names.append(name) }
            }
            return names.sorted()
        }
    }

    /// An error's text with this folder's path taken out.
    func relative(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let found = rest.range(ofText: path + "/") {
            result += rest[..<found.lowerBound]
            rest = rest[found.upperBound...]
        }
        return result + rest
    }
}

extension Substring {
    func range(ofText text: String) -> Range<Index>? {
        indices.first { self[$0...].hasPrefix(text) }.map { $0..<index($0, offsetBy: text.count) }
    }
}

/// The error that loading ends in.
func loadError(_ path: String, _ options: LoadOptions = LoadOptions()) throws -> DatasetError {
    try #require(throws: DatasetError.self) { try Loader.load(path, options) }
}

func loadTensor(_ path: String) throws -> Tensor {
    guard case .tensor(let tensor) = try Loader.load(path) else {
        throw Mismatch(text: "\(path) is not one tensor")
    }
    return tensor
}

func loadTensors(_ path: String) throws -> [(name: String, value: Tensor)] {
    guard case .tensors(let tensors) = try Loader.load(path) else {
        throw Mismatch(text: "\(path) is not an archive of tensors")
    }
    return tensors
}

func loadCollection(_ path: String, _ options: LoadOptions = LoadOptions()) throws -> DatasetCollection {
    guard case .collection(let collection) = try Loader.load(path, options) else {
        throw Mismatch(text: "\(path) is not a dataset in parts")
    }
    return collection
}

func loadDataset(_ path: String, _ options: LoadOptions = LoadOptions()) throws -> Dataset {
    guard case .dataset(let dataset) = try Loader.load(path, options) else {
        throw Mismatch(text: "\(path) is not one dataset")
    }
    return dataset
}

func loadTable(_ path: String) throws -> ColumnTable {
    guard case .table(let table) = try Loader.load(path) else { throw Mismatch(text: "\(path) is not a table") }
    return table
}

struct Mismatch: Error {
    let text: String
}

// MARK: - Files by hand

/// An IDX file of bytes.
func idx(type: UInt8 = 8, _ shape: [Int], _ elements: [UInt8]) -> [UInt8] {
    [0, 0, type, UInt8(shape.count)] + shape.flatMap { bigEndian($0, 4) } + elements
}

func bigEndian(_ value: Int, _ count: Int) -> [UInt8] { littleEndian(value, count).reversed() }

func littleEndian(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}

/// A .npy file with any header.
func npy(_ header: String, _ elements: [UInt8], version: UInt8 = 1) -> [UInt8] {
    let length = littleEndian(header.utf8.count, version == 1 ? 2 : 4)
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + Array(header.utf8) + elements
}

func npy(_ type: String, _ shape: String, _ elements: [UInt8], columnMajor: Bool = false) -> [UInt8] {
    npy("{'descr': '\(type)', 'fortran_order': \(columnMajor ? "True" : "False"), 'shape': \(shape), }\n", elements)
}

/// A gzip file of stored blocks.
func gzip(_ contents: [UInt8]) -> [UInt8] {
    [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3] + stored(contents) + littleEndian(Int(checksum(contents)), 4)
        + littleEndian(contents.count, 4)
}

/// A deflate stream that compresses nothing.
private func stored(_ contents: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var rest = contents[...]
    repeat {
        let block = rest.prefix(0xffff)
        rest = rest.dropFirst(block.count)
        result += [rest.isEmpty ? 1 : 0] + littleEndian(block.count, 2) + littleEndian(~block.count, 2) + block
    } while !rest.isEmpty
    return result
}

/// The CRC-32 of gzip and zip, a bit at a time.
func checksum(_ bytes: [UInt8]) -> UInt32 {
    var value: UInt32 = ~0
    for byte in bytes {
        value ^= UInt32(byte)
        for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xedb8_8320 : value >> 1 }
    }
    return ~value
}

/// What a zip archive says of one file.
struct ZipClaims {
    var name = "x.npy"
    var contents: [UInt8]
    var flags = 0
    var method = 0
    var checksum: Int?
    var storedByteCount: Int?
    var byteCount: Int?
    var offset = 0

    /// An archive of this file alone.
    var archive: [UInt8] {
        let sum = checksum ?? Int(DatasetsTests.checksum(contents))
        let fields =
            littleEndian(20, 2) + littleEndian(flags, 2) + littleEndian(method, 2) + littleEndian(0, 4)
            + littleEndian(sum, 4) + littleEndian(storedByteCount ?? contents.count, 4)
            + littleEndian(byteCount ?? contents.count, 4) + littleEndian(name.utf8.count, 2) + littleEndian(0, 2)
        let local = littleEndian(0x0403_4b50, 4) + fields + Array(name.utf8) + contents
        let directory =
            littleEndian(0x0201_4b50, 4) + littleEndian(20, 2) + fields + littleEndian(0, 10) + littleEndian(offset, 4)
            + Array(name.utf8)
        return local + directory + littleEndian(0x0605_4b50, 4) + littleEndian(0, 4) + littleEndian(1, 2)
            + littleEndian(1, 2) + littleEndian(directory.count, 4) + littleEndian(local.count, 4) + [0, 0]
    }
}

extension Dataset {
    /// The examples of a dataset that lies in memory, as they are stored.
    var storedX: Tensor {
        guard case .memory(let tensor) = examples else { preconditionFailure("the examples lie in files") }
        return tensor
    }
}
