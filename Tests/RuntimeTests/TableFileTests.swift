import Foundation
import Runtime
import Testing

/// What `to_csv` writes, `load` reads back: the same columns with the same values.
@Suite struct TableFileTests {
    private struct Generator {
        var state: UInt64

        mutating func next(_ count: Int) -> Int {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return Int((z ^ (z >> 31)) % UInt64(count))
        }

        mutating func pick<T>(_ choices: [T]) -> T { choices[next(choices.count)] }
    }

    private static let texts = [
        "a", "", " ", "  x ", "\t", "a b", "a,b", "a;b", "a|b", "a\tb", "\"", "\"\"", "\"a", "say \"x\"", "\"\u{301}",
        "\u{301}",
        "a\nb", "a\rb", "a\r\nb", "\n", "\r", "\u{0}", "\u{1}", "\u{7f}", "\u{85}", "\u{2028}", "\u{feff}", "é",
        "e\u{301}", "日本語", "👩‍👧",
        "1", "-1", "1.5", "1e5", "inf", "nan", "-nan", "NA", "N/A", "?", "-", "null", "None", "none", "true", "False",
        "0x10", "007",
        "1'000", "5%", "$5", "9007199254740993", "<html>", "<?xml", "=1+1", "#", "# a", "\\N", "sep=;", "'", "`x`",
        "version https://git-lfs.github.com", "column 1",
    ]
    private static let names = [
        "a", "b c", "d,e", "f\"g", "1", "2000", "nan", "NA", "true", " h ", "i\nj", "k;l", "m|n", "\u{feff}o", "é",
        "<html>", "\"\u{301}", "#", "# s", "sep=,", "sep=:",
        "Unnamed: 0", "q\t", "<r>",
    ]
    private static let numbers: [Double] = [
        0, -0.0, 1, -1, 0.1, 1e300, -1e-300, .infinity, -.infinity, .nan, 9_007_199_254_740_992, 1e18, 1e19, 255, .pi,
        Double.leastNonzeroMagnitude, 1e22, -9_223_372_036_854_775_808,
    ]

    private func column(_ generator: inout Generator, rows: Int) -> [Value] {
        let kind = generator.next(8)
        let hasGaps = generator.next(2) == 0
        return (0..<rows).map { _ in
            if hasGaps, generator.next(3) == 0 { return .none }
            switch kind {
            case 0, 1, 2: return .string(generator.pick(Self.texts))
            case 3: return .number(generator.pick(Self.numbers))
            case 4: return .integer(generator.next(100))
            case 5: return .boolean(generator.next(2) == 0)
            case 6: return .none
            // Values of several kinds.
            default:
                let text = generator.pick(["x", "NA", "true", "say \"hi\"", "a\nb", "12"])
                return generator.pick([.string(text), .number(generator.pick(Self.numbers)), .boolean(true)])
            }
        }
    }

    private func isSame(_ a: Value, _ b: Value) -> Bool {
        switch (a, b) {
        case (.none, .none): true
        case (.number(let a), .number(let b)): a.bitPattern == b.bitPattern || a.isNaN && b.isNaN
        case (.boolean(let a), .boolean(let b)): a == b
        case (.string(let a), .string(let b)): Array(a.utf8) == Array(b.utf8)
        default: false
        }
    }

    @Test func whatIsWrittenIsReadBack() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("dls-table-\(UUID()).csv").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = Generator(state: seed)
        for trial in 0..<1000 {
            var names = Self.names
            let rows = generator.next(6)
            let table = TableObject(
                columns: (0..<1 + generator.next(4)).map { _ in
                    (name: names.remove(at: generator.next(names.count)), values: column(&generator, rows: rows))
                })
            try table.writeCSV(to: path)
            let text = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
            let found = run("t = load(\"\(path)\")\nt")
            #expect(
                found.failure == nil,
                "seed \(seed), trial \(trial): \(found.failure?.diagnostic.message ?? "")\n\(text.debugDescription)")
            guard found.failure == nil else { return }
            let back = try #require(found.recorder.lastTable)
            let comesBack =
                back.columns.map { Array($0.name.utf8) } == table.columns.map { Array($0.name.utf8) }
                && back.rowCount == rows
                && zip(back.columns, table.columns).allSatisfy { zip($0.values, $1.values).allSatisfy(isSame) }
            #expect(comesBack, "seed \(seed), trial \(trial):\n\(text.debugDescription)")
            guard comesBack else { return }
        }
    }
}
