import CZlib
import Datasets
import Foundation
import Language
import Session
import Training

/// All that `load` knows, and the checkpoints that training goes on from.
extension FuzzTarget {
    static var loaders: [FuzzTarget] {
        [
            loader(
                "csv", in: [corpus("csv")],
                words: ["\"", "\"\"", "\r\n", "\t", ";", ",", "\n", "NA", "\u{FEFF}", "true"]
            ) {
                guard case .table(let table) = try load("x.csv") else { return }
                for column in table.columns.prefix(2) {
                    _ = try? load("x.csv", LoadOptions(target: column.name))
                    _ = try? load(
                        "x.csv",
                        LoadOptions(
                            table: TableFormat(
                                hasHeader: false, skippedLines: 1, textColumns: [column.name],
                                decimalMark: UInt8(ascii: ","), thousandsMark: UInt8(ascii: "."))))
                }
            },
            loader("pairs", in: [corpus("pairs")], words: ["\t", "\n", "\u{301}", "\r\n"]) {
                for unit in [Vocabulary.Unit.character, .word] {
                    _ = try? load(
                        "x", LoadOptions(text: TextOptions(source: 1, target: 0, isNormalized: true, unit: unit)))
                }
                _ = try load("x", LoadOptions(text: TextOptions(source: 0, target: 1, maxLength: 5, minCount: 2)))
            },
            loader(
                "npy", in: [corpus("npy")],
                words: ["'descr'", "'<f4'", "fortran_order", "True", "'shape': (", ",)", "|O"]),
            loader(
                "npz", in: [corpus("npz")], words: ["PK\u{1}\u{2}", "PK\u{3}\u{4}", "PK\u{5}\u{6}", ".npy", "x_train"]),
            loader("idx", in: [corpus("idx")], words: ["\u{0}\u{0}\u{8}\u{1}", "\u{0}\u{0}\u{D}\u{3}"]),
            loader(
                "safetensors", in: [corpus("safetensors"), "Tests/TrainingTests/Fixtures"], endings: [".safetensors"],
                words: headerWords),
            loader(
                "pth", in: ["Tests/DatasetsTests/Fixtures", "Tests/TrainingTests/Fixtures"], endings: [".pth"],
                words: pickleWords),
            loader(
                "image", in: ["Tests/DatasetsTests/Fixtures"], endings: [".png", ".jpg"],
                words: ["IHDR", "PLTE", "IDAT", "tRNS", "IEND", "gAMA"]),
            FuzzTarget(
                "png", seeds: ["Tests/DatasetsTests/Fixtures"], endings: [".png"],
                words: ["IHDR", "PLTE", "IDAT", "tRNS", "IEND", "gAMA", "sRGB", "acTL"]
            ) { bytes in
                try write(withPNGChecksums(bytes), "x")
                _ = try load("x")
            },
            FuzzTarget("cifar", seeds: [corpus("cifar")]) { bytes in
                try write(bytes, "data_batch_1.bin")
                _ = try load("data_batch_1.bin")
            },
            FuzzTarget(
                "checkpoint", seeds: [corpus("checkpoint")],
                words: headerWords + ["\\\"history\\\"", "\\\"position\\\"", "null", "\\\"kind\\\"", "best_epoch"],
                body: resume),
        ]
    }

    static func corpus(_ name: String) -> String { "Tests/Fuzzer/Corpus/\(name)" }

    private static let headerWords = [
        "\"dtype\"", "\"F32\"", "\"I64\"", "\"BF16\"", "\"shape\":[", "\"data_offsets\":[", "__metadata__", "{}", "[]",
    ]
    private static let pickleWords = [
        "\u{80}\u{2}", "ctorch._utils\n_rebuild_tensor_v2\n", "ccollections\nOrderedDict\n", "(", "t", "R", ".", "q",
        "h",
        "X\u{3}\u{0}\u{0}\u{0}abc", "}", "]", "u", "e", "K\u{5}", "M\u{1}\u{1}", "Q", "ctorch\nFloatStorage\n", "2",
        "0",
    ]

    private static func loader(
        _ name: String, in folders: [String], endings: [String] = [""], words: [String],
        body: @escaping () throws -> Void = { _ = try load("x") }
    ) -> FuzzTarget {
        FuzzTarget(name, seeds: folders, endings: endings, words: words) { bytes in
            try write(bytes, name == "csv" ? "x.csv" : "x")
            try body()
        }
    }

    private static func load(_ path: String, _ options: LoadOptions = LoadOptions()) throws -> Loaded {
        let loaded = try Loader.load(path, options)
        if case .dataset(let dataset) = loaded, dataset.count > 0 { _ = try dataset.taking(1).x() }
        return loaded
    }

    static func write(_ bytes: [UInt8], _ path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw FuzzError("\(path) cannot be written") }
        defer { close(file) }
        guard Glibc.write(file, bytes, bytes.count) == bytes.count else { throw FuzzError("\(path) is not whole") }
    }

    /// A checkpoint that is damaged and has the right checksum all the same: else nothing behind that is reached.
    private static func resume(_ bytes: [UInt8]) throws {
        try write(bytes, "x")
        let contents = try Safetensors.read("x")
        mkdir("checkpoints", 0o755)
        try Safetensors.writeChecked(
            contents.tensors, metadata: contents.metadata.filter { $0.name != "checksum" },
            to: "checkpoints/checkpoint-1.safetensors")
        _ = try SavedRun.newest(in: CheckpointFolder(path: "checkpoints"))
    }

    /// With the right checksum of each chunk: else nothing behind the first one is read.
    private static func withPNGChecksums(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        var start = 8
        while start + 12 <= bytes.count {
            let count = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
            let end = start + 8 + count
            guard end + 4 <= bytes.count else { break }
            let sum = bytes[start + 4..<end].withUnsafeBufferPointer { crc32(0, $0.baseAddress, UInt32($0.count)) }
            for index in 0..<4 { bytes[end + index] = UInt8(truncatingIfNeeded: sum >> (24 - 8 * UInt(index))) }
            start = end + 4
        }
        return bytes
    }
}
