import Datasets
import Language
import Runtime
import Testing

/// Records with keys of every kind, against a plain list of pairs, and as JSON.
@Suite struct RecordTests {
    private static let keys: [RecordKey] =
        (0..<40).map { .number(Double($0) / 2) } + (0..<40).map { .string("key \($0)") }
        + (0..<20).map { .list([.number(Double($0)), .string("é\($0)")]) }
        + [
            RecordKey.none, .boolean(false), .string(""), .string("a\u{301}"), .list([]), .list([.list([])]),
            .number(-0.0),
        ]

    @Test func changesAgreeWithAListOfPairs() {
        var generator = SystemRandomNumberGenerator()
        let seed = UInt64.random(in: 0...UInt64.max, using: &generator)
        var random = SplitMix(state: seed)
        var record = Record()
        var pairs: [(key: RecordKey, value: Double)] = []
        for step in 0..<20_000 {
            // Long runs of removals, so that records shrink, too.
            let removes = random.next(10) < (step / 500 % 2 == 0 ? 2 : 8)
            let key = Self.keys[random.next(Self.keys.count)]
            let index = pairs.firstIndex { $0.key == key }
            let copy = record
            if removes {
                record[key] = nil
                if let index { pairs.remove(at: index) }
            } else {
                record[key] = .number(Double(step))
                if let index { pairs[index].value = Double(step) } else { pairs.append((key, Double(step))) }
            }
            guard step % 50 == 0 else { continue }
            #expect(record.keys == pairs.map(\.key), "seed \(seed)")
            #expect(record.entries.map { $0.value.asNumber } == pairs.map(\.value), "seed \(seed)")
            #expect(record.count == pairs.count, "seed \(seed)")
            #expect(copy.count == pairs.count + (removes ? (index == nil ? 0 : 1) : (index == nil ? -1 : 0)))
            for key in Self.keys {
                #expect(record[key]?.asNumber == pairs.first { $0.key == key }?.value, "seed \(seed)")
            }
        }
    }

    @Test func keysThatAreEqualAreOne() {
        var record = Record()
        for (index, key) in [RecordKey.boolean(true), .number(0), .string("\u{E9}"), .list([.boolean(true)])]
            .enumerated()
        {
            record[key] = .number(Double(index))
        }
        for more in 0..<20 { record["more \(more)"] = Value.none }
        let others: [RecordKey] = [.number(1), .number(-0.0), .string("e\u{301}"), .list([.number(1)])]
        #expect(others.map { record[$0]?.asNumber } == [0, 1, 2, 3])
        #expect(Set(others + [.boolean(true), .boolean(false)]).count == 4)
    }

    @Test(arguments: [
        "{3=\"three\", \"a b\"=1, [true]=2, [1, 2]=\"pair\", [[1]]=none, [none]={[2.5]=[1]}}", "{a=1, b={c=2}}",
        "{\"$x\"=1}",
        "{\"$x\"=1, [2]=3}", "{[2]=1, a=2}", "{}", "set([3, \"a\", [1, none]])", "set([])",
        "[{1: set([{1: 2}.get(1)])}]",
        "{x=nan, 1: inf}",
    ]) func jsonKeepsKeys(_ program: String) throws {
        let value = try #require(self.value(of: program))
        let text = try #require(value.json).text
        let back = try #require(Value(JSON(parsing: text)))
        #expect(back.shortText == value.shortText, "\(text)")
        #expect(try #require(back.json).text == text)
    }

    private func value(of program: String) -> Value? {
        let module = Namespace(name: "json")
        let interpreter = Interpreter(module: module, sink: Recorder())
        let source = SourceText(name: "json", text: program)
        let parsed = Parser.parse(source)
        guard let statement = parsed.block.statements.first else { return nil }
        return try? interpreter.run(statement, of: source, in: module)
    }

    /// Memory is used for what a map holds, and not for what it held.
    @Test func manyChangesTakeLinearTime() {
        var record = Record()
        for number in 0..<200_000 {
            record[.number(Double(number))] = .number(1)
            if number >= 100 { record[.number(Double(number - 100))] = nil }
        }
        #expect(record.count == 100)
        #expect(record.keys.first == .number(199_900))
        for _ in 0..<100_000 {
            record["again"] = Value.none
            record["again"] = nil
        }
        #expect(record.count == 100)
    }
}
