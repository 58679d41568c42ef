import Datasets
import Foundation
import Language
import Runtime

/// Something that reads what strangers write, fed with bytes.
struct FuzzTarget {
    let name: String
    /// Folders and files beneath the root, from which inputs are made.
    var seeds: [String] = []
    /// Of the files in them: how their names end.
    var endings: [String] = [""]
    /// Where seeds are long texts: how many lines make one.
    var seedLineCount: Int?
    /// Words that mean something to it.
    var words: [String] = []
    /// Whether it runs programs: in folders that they cannot leave, and stopped when they take long.
    var isCode = false
    /// The program that an input stands for.
    var text: ([UInt8]) -> String? = { _ in nil }
    /// Errors are answers; all of them can be shown.
    let body: ([UInt8]) throws -> Void
    private var root = ""

    init(
        _ name: String, seeds: [String] = [], endings: [String] = [""], seedLineCount: Int? = nil, words: [String] = [],
        isCode: Bool = false,
        text: @escaping ([UInt8]) -> String? = { _ in nil }, body: @escaping ([UInt8]) throws -> Void
    ) {
        self.name = name
        self.seeds = seeds
        self.endings = endings
        self.seedLineCount = seedLineCount
        self.words = words
        self.isCode = isCode
        self.text = text
        self.body = body
    }

    private static func all(_ root: String) -> [FuzzTarget] { texts + loaders + code(root: root) }

    static var names: [String] { all("").map(\.name) }

    init?(_ name: String, root: String) {
        guard let target = Self.all(root).first(where: { $0.name == name }) else { return nil }
        self = target
        self.root = root
    }

    func run(_ bytes: [UInt8]) {
        do { try body(bytes) } catch {
            let diagnostic = Failure(wrapping: error).diagnostic
            if diagnostic.message.isEmpty || DiagnosticRenderer().render(diagnostic).isEmpty {
                find("an error without words: \(error)")
            }
        }
    }

    func seedInputs() throws -> [[UInt8]] {
        try seeds.flatMap { seed in
            let path = "\(root)/\(seed)"
            let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
            return try names.filter { name in endings.contains { name.hasSuffix($0) } }.flatMap {
                pieces(Array(try Data(contentsOf: URL(filePath: "\(path)/\($0)"))))
            }
        }
    }

    private func pieces(_ bytes: [UInt8]) -> [[UInt8]] {
        guard let seedLineCount else { return [bytes] }
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        return stride(from: 0, to: lines.count, by: seedLineCount).map { start in
            Array(lines[start..<min(lines.count, start + seedLineCount)].joined(separator: [0x0A]))
        }
    }

    func mutator(seed: UInt64) throws -> Mutator {
        Mutator(seeds: try seedInputs(), words: words.map { Array($0.utf8) }, seed: seed)
    }
}
