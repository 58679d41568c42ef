/// Several results of one function: with names, as `eigh(a).eigenvalues`, and with places, as `eigh(a)[0]` and
/// `values, vectors = eigh(a)`. Python has named tuples for this.
package final class NamedValues: RuntimeObject {
    private let entries: [(name: String, value: Value)]

    init(_ entries: [(name: String, value: Value)]) {
        self.entries = entries
        super.init()
    }

    package override var kindName: String { "group of results" }
    package override var fieldNames: [String] { entries.map(\.name) }
    override var unpacked: [Value]? { entries.map(\.value) }
    package override var length: Int? { entries.count }

    package override var shortText: String {
        "results \(Value.record(Record(entries.map { ($0.name, $0.value) })).shortText)"
    }

    package override func field(_ name: String) throws -> Value? { entries.first { $0.name == name }?.value }

    package override func element(_ subscripts: [Subscript]) throws -> Value {
        try Value.list(entries.map(\.value)).element(subscripts)
    }

    package override func makeIterator() throws -> (() throws -> Value?)? {
        var left = entries.map(\.value)[...]
        return { left.popFirst() }
    }

    package override func display(_ style: DisplayStyle) throws -> String {
        try entries.map { "\($0.name): \(try $0.value.display(style))" }.joined(separator: "\n")
    }
}
