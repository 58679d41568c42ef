/// Gives the values of steps names: a value takes the name of one that is not needed any more, as in code by hand.
struct ONNXForwardText {
    private static let widestLine = 90

    private var taken: Set<String>
    private var names: [Substring: String] = [:]
    private var free: [String] = []

    /// - Parameter taken: Names that mean something else.
    init(avoiding taken: Set<String>) { self.taken = taken }

    mutating func name(input value: String, _ wanted: String) -> String {
        let base = wanted == "x" ? "x" : ONNXSource.word(wanted) ?? "x"
        names[value.dropFirst().dropLast()] = unique(base)
        return names[value.dropFirst().dropLast()] ?? base
    }

    private mutating func unique(_ base: String) -> String {
        var name = base
        var number = 2
        while !taken.insert(name).inserted {
            name = "\(base)\(number)"
            number += 1
        }
        return name
    }

    /// The values that a text mentions: they stand between dollar signs.
    private static func values(in text: String) -> [Substring] {
        text.split(separator: "$", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }
            .map(\.element)
    }

    private func named(_ text: String) -> String {
        text.split(separator: "$", omittingEmptySubsequences: false).enumerated()
            .map { $0.offset % 2 == 1 ? names[$0.element] ?? "_" : String($0.element) }.joined()
    }

    mutating func lines(_ steps: [ONNXStep], result: String) -> [String] {
        let all = Self.merged(steps + [ONNXStep(outputs: [], text: result)])
        var lastUses: [Substring: Int] = [:]
        for (index, step) in all.enumerated() {
            for value in Self.values(in: step.text) { lastUses[value] = index }
        }
        var lines: [String] = []
        for (index, step) in all.enumerated() {
            let text = named(step.text)
            var dying: [Substring] = []
            for value in Self.values(in: step.text) where lastUses[value] == index && !dying.contains(value) {
                dying.append(value)
            }
            free = dying.compactMap { names[$0] } + free
            let outputs = step.outputs.map { $0.dropFirst().dropLast() }
            for value in outputs { names[value] = free.isEmpty ? unique("h") : free.removeFirst() }
            let targets = outputs.compactMap { names[$0] }.joined(separator: ", ")
            lines.append(targets.isEmpty ? text : "\(targets) = \(text)")
            // What nothing uses.
            free += outputs.filter { lastUses[$0] == nil }.compactMap { names[$0] }
        }
        return lines
    }

    /// Steps whose value only the next one takes stand inside that one's text.
    private static func merged(_ steps: [ONNXStep]) -> [ONNXStep] {
        var counts: [Substring: Int] = [:]
        for step in steps { for value in values(in: step.text) { counts[value, default: 0] += 1 } }
        var merged: [ONNXStep] = []
        for step in steps {
            var step = step
            while let last = merged.last, last.isCall || step.text == last.outputs[0], last.outputs.count == 1,
                counts[last.outputs[0].dropFirst().dropLast()] == 1, step.text.contains(last.outputs[0]),
                step.text.utf8.count + last.text.utf8.count < widestLine
            {
                step.text = step.text.replacing(last.outputs[0], with: last.text)
                merged.removeLast()
            }
            merged.append(step)
        }
        return merged
    }
}
