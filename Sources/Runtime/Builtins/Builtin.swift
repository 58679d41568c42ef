/// A built-in function with everything that its help, its completion and its tests need.
package final class Builtin: Sendable {
    package let name: String
    /// `conv(channels, kernel, stride=1)`: what binding, help and completion read.
    package let signature: String
    /// One sentence.
    package let summary: String
    /// Shapes, formulas, sources: further lines of help.
    package let details: String
    /// A program that the tests run.
    package let example: String
    package let topic: HelpTopic
    /// Whether a first argument that is not a tensor leaves the tensor out: `relu` makes a layer, `relu(x)` applies.
    let takesOptionalTensorFirst: Bool
    /// Whether a flat list as first argument is a size and not data, as in `maxpool [2, 2]`.
    let takesSizesAfterTensor: Bool
    /// Whether the name stands for what a call without arguments gives, as `runs` for a table.
    let isComputed: Bool
    let body: @Sendable (Call) throws -> Value
    /// The same for plain values, such as numbers, which takes a fraction of the time.
    let shortcut: Shortcut?
    /// `xs.append(1)`: changes the place that it is called on.
    let mutate: (@Sendable (inout Value, Call) throws -> Value)?
    /// Whether a method call on that value changes the place; else it is an ordinary call.
    let changes: @Sendable (Value) -> Bool
    /// The same as `mutate` for a list.
    let listShortcut: ListShortcut?

    /// What a call without names gives where it needs no `Call`; nil: the long way.
    package enum Shortcut: Sendable {
        case one(@Sendable (Value) -> Value?)
        case two(@Sendable (Value, Value) -> Value?)
        case oneOrTwo(@Sendable (Value, Value?) -> Value?)
    }

    package enum ListShortcut: Sendable {
        /// `xs.append(v)`
        case add(@Sendable (inout [Value], Value) -> Void)
        /// `xs.pop()`; nil: the long way, nothing has changed.
        case take(@Sendable (inout [Value]) -> Value?)
    }

    package init(
        _ signature: String, _ topic: HelpTopic, _ summary: String, details: String = "", example: String,
        takesOptionalTensorFirst: Bool = false, takesSizesAfterTensor: Bool = false, isComputed: Bool = false,
        changes: @escaping @Sendable (Value) -> Bool = { _ in true },
        mutate: (@Sendable (inout Value, Call) throws -> Value)? = nil,
        listShortcut: ListShortcut? = nil, shortcut: Shortcut? = nil,
        _ body: @escaping @Sendable (Call) throws -> Value
    ) {
        name = String(signature.prefix { $0 != "(" })
        self.signature = signature
        self.topic = topic
        self.summary = summary
        self.details = details
        self.example = example
        self.takesOptionalTensorFirst = takesOptionalTensorFirst
        self.takesSizesAfterTensor = takesSizesAfterTensor
        self.isComputed = isComputed
        self.mutate = mutate
        self.changes = changes
        self.listShortcut = listShortcut
        self.shortcut = shortcut
        self.body = body
    }
}

extension Builtin {
    /// What its shortcut gives; nil where it has none for these values.
    @inline(__always)
    func result(_ x: Value, _ y: Value? = nil) -> Value? { shortcut?.result(x, y) }

    @inline(__always)
    func result(_ arguments: Arguments) -> Value? {
        guard shortcut != nil, arguments.named.isEmpty else { return nil }
        switch arguments.positional.count {
        case 1: return result(arguments.positional[0])
        case 2: return result(arguments.positional[0], arguments.positional[1])
        default: return nil
        }
    }
}

extension Builtin.Shortcut {
    @inline(__always)
    func result(_ x: Value, _ y: Value?) -> Value? {
        switch (self, y) {
        case (.one(let run), nil): run(x)
        case (.two(let run), let y?): run(x, y)
        case (.oneOrTwo(let run), _): run(x, y)
        default: nil
        }
    }
}

/// The chapters of the help.
package enum HelpTopic: String, CaseIterable, Sendable {
    case language
    case values
    case text
    case files
    case tensors
    case shapes
    case math
    case reductions
    case algebra
    case random
    case gradients
    case layers
    case losses
    case training
    case translation
    case runs
    case data
    case tables
    case pictures
    case session

    package var title: String {
        switch self {
        case .language: "The language"
        case .values: "Values: numbers, lists, records"
        case .text: "Text"
        case .files: "Files, folders and bodies of text"
        case .tensors: "Making and reading tensors"
        case .shapes: "Shapes of tensors"
        case .math: "Element by element"
        case .reductions: "Sums, means and other reductions"
        case .algebra: "Linear algebra and images"
        case .random: "Random numbers"
        case .gradients: "Gradients"
        case .layers: "Layers and models"
        case .losses: "Losses"
        case .training: "Training and queries"
        case .translation: "Translation and its measures"
        case .runs: "Runs that are kept"
        case .data: "Data: load, save, split"
        case .tables: "Tables"
        case .pictures: "Pictures"
        case .session: "The session"
        }
    }
}
