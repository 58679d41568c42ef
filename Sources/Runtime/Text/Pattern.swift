import TensorCore

/// A regular expression, ready to be looked for.
///
/// Matching goes back and tries again, as in Python, with a bound: once a search has taken long, it remembers where it has
/// failed and never goes there twice, so that no pattern without references back takes time beyond the length of the text
/// times its own.
///
/// - Source: the remembered failures are those of RE2's BitState, https://swtch.com/~rsc/regexp/regexp3.html.
struct Pattern {
    fileprivate enum Step {
        case scalar(UInt32)
        /// By its place among the sets.
        case set(Int)
        /// Takes as many of the set as follow each other; if that fails later, one less each time.
        case run(Int)
        /// Goes to the first place, and to the second if that fails.
        case split(Int, Int)
        case jump(Int)
        case save(Int)
        case place(PatternTree.Place)
        /// What is looked for starts behind it and ends in `.accept`; then the match goes on at `end`.
        case look(end: Int, width: Int?, isNegative: Bool)
        case reference(Int, ignoresCase: Bool)
        /// A turn of a loop that has taken nothing since `slot` was saved leaves it.
        case leaveIfEmpty(slot: Int, exit: Int)
        case accept
    }

    /// Where a match and its groups are: the start and end of each in scalars, -1 for groups without a part in it.
    struct Match {
        fileprivate(set) var slots: [Int]
        var range: Range<Int> { slots[0]..<slots[1] }

        func range(of group: Int) -> Range<Int>? {
            slots[2 * group] < 0 || slots[2 * group + 1] < 0 ? nil : slots[2 * group]..<slots[2 * group + 1]
        }
    }

    let text: String
    let groupCount: Int
    let groupNames: [(name: String, number: Int)]
    fileprivate var steps: [Step] = []
    fileprivate var sets: [QuickSet] = []
    fileprivate var slotCount: Int
    fileprivate let hasReference: Bool

    private static let mostSteps = 50_000

    /// - Throws: `Failure` for what is not a regular expression.
    init(_ text: String) throws {
        var parser = PatternParser(text)
        let tree = try parser.tree()
        self.text = text
        groupCount = parser.groupCount
        groupNames = parser.groupNames
        hasReference = parser.hasReference
        slotCount = 2 * (parser.groupCount + 1)
        try add(tree)
        steps.append(.accept)
    }

    // MARK: Making steps

    private mutating func add(_ tree: PatternTree) throws {
        guard steps.count < Self.mostSteps else {
            throw Failure(
                "the regular expression \(PatternParser.shown(text)) is too large once its repetitions are written out",
                help: "take smaller numbers in `{...}`, or `*` and `+`")
        }
        switch tree {
        case .empty: break
        case .scalars(let set):
            if let single = set.single {
                steps.append(.scalar(single))
            } else {
                steps.append(.set(sets.count))
                sets.append(QuickSet(set))
            }
        case .sequence(let parts): for part in parts { try add(part) }
        case .alternatives(let parts):
            var jumps: [Int] = []
            for part in parts.dropLast() {
                let split = steps.count
                steps.append(.accept)
                try add(part)
                jumps.append(steps.count)
                steps.append(.accept)
                steps[split] = .split(split + 1, steps.count)
            }
            try add(parts[parts.count - 1])
            for jump in jumps { steps[jump] = .jump(steps.count) }
        case .repetition(let inner, let least, let most, let isGreedy):
            for _ in 0..<least { try add(inner) }
            if most == nil, isGreedy, case .scalars(let set) = inner {
                steps.append(.run(sets.count))
                sets.append(QuickSet(set))
            } else if let most {
                var splits: [Int] = []
                for _ in least..<most {
                    splits.append(steps.count)
                    steps.append(.accept)
                    try add(inner)
                }
                for split in splits { steps[split] = choice(split + 1, steps.count, isGreedy) }
            } else {
                try addLoop(inner, isGreedy)
            }
        case .group(let inner, let number):
            steps.append(.save(2 * number))
            try add(inner)
            steps.append(.save(2 * number + 1))
        case .place(let place): steps.append(.place(place))
        case .look(let inner, let isBehind, let isNegative):
            let look = steps.count
            steps.append(.accept)
            try add(inner)
            steps.append(.accept)
            steps[look] = .look(end: steps.count, width: isBehind ? inner.width : nil, isNegative: isNegative)
        case .reference(let number, let ignoresCase): steps.append(.reference(number, ignoresCase: ignoresCase))
        }
    }

    private func choice(_ body: Int, _ exit: Int, _ isGreedy: Bool) -> Step {
        isGreedy ? .split(body, exit) : .split(exit, body)
    }

    private mutating func addLoop(_ inner: PatternTree, _ isGreedy: Bool) throws {
        let split = steps.count
        steps.append(.accept)
        // What always takes something needs no watch.
        let slot = inner.width ?? 0 > 0 ? nil : slotCount
        if let slot {
            slotCount += 1
            steps.append(.save(slot))
        }
        try add(inner)
        if let slot { steps.append(.leaveIfEmpty(slot: slot, exit: steps.count + 2)) }
        steps.append(.jump(split))
        steps[split] = choice(split + 1, steps.count, isGreedy)
    }
}

/// Looks for a pattern in one text.
final class PatternSearch {
    private let pattern: Pattern
    let scalars: [Unicode.Scalar]
    private var stepCount = 0
    private var scannedCount = 0
    /// The places at which it has failed, once it remembers them.
    private var failures: Set<Int> = []
    private var remembers = false
    private var added: [Int]?
    /// What is tried when the way that is followed ends; a look has its own part at the end.
    private var left: [Back] = []
    private let unset: [Int]
    /// The text where it is ASCII, of which parts are taken at once; nil where it is not.
    private let bytes: [UInt8]?

    /// How much a search does before it remembers its failures, at all and for each place that it has begun at.
    private static let freeSteps = 20_000
    private static let freeStepsByPlace = 64
    private static let mostSteps = 30_000_000
    private static let mostFailures = 10_000_000

    /// - Throws: `TensorError.outOfMemory`.
    init(_ pattern: Pattern, in text: String) throws {
        try Storage.checkAvailable((2 * MemoryLayout<Unicode.Scalar>.size + 1) * text.utf8.count)
        self.pattern = pattern
        unset = [Int](repeating: -1, count: pattern.slotCount)
        scalars = Array(text.unicodeScalars)
        bytes = scalars.count == text.utf8.count ? Array(text.utf8) : nil
    }

    func text(_ range: Range<Int>) -> String {
        if let bytes { return String(decoding: bytes[range], as: UTF8.self) }
        return String(String.UnicodeScalarView(scalars[range]))
    }

    /// The first match that begins at a place or behind it.
    ///
    /// - Parameters:
    ///   - isWhole: Whether it has to go to the end of the text.
    ///   - takesSomething: Whether a match at the first place has to take something, as one was found there that does not.
    /// - Throws: `Failure` where it takes too long, or is interrupted.
    func match(
        from start: Int, isAnchored: Bool = false, isWhole: Bool = false, takesSomething: Bool = false
    ) throws -> Pattern.Match? {
        stepCount = 0
        failures.removeAll(keepingCapacity: remembers)
        remembers = false
        let opening = pattern.steps.first { if case .save = $0 { false } else { true } }
        var slots = unset
        for place in start...scalars.count {
            scannedCount = place - start
            if scannedCount & 0xFFFF == 0, Interrupt.isRequested { throw Failure.interrupted }
            if !isAnchored, let opening, !canBegin(opening, place) { continue }
            let isRefused = takesSomething && place == start
            if let end = try run(0, at: place, &slots, isWhole: isWhole, takesSomething: isRefused) {
                slots[0] = place
                slots[1] = end
                return Pattern.Match(slots: slots)
            }
            if isAnchored { break }
        }
        return nil
    }

    private func canBegin(_ step: Pattern.Step, _ place: Int) -> Bool {
        switch step {
        case .scalar(let value): place < scalars.count && scalars[place].value == value
        case .set(let set): place < scalars.count && pattern.sets[set].contains(scalars[place].value)
        default: true
        }
    }

    /// All matches without overlap, until `body` says to stop.
    func forEachMatch(_ body: (Pattern.Match) throws -> Bool) throws {
        var place = 0
        var isBehindEmptyMatch = false
        // Where an empty match was found another may begin that takes something, as in Python.
        while place <= scalars.count, let match = try match(from: place, takesSomething: isBehindEmptyMatch) {
            guard try body(match) else { return }
            place = match.range.upperBound
            isBehindEmptyMatch = match.range.isEmpty
        }
    }

    private enum Back {
        case state(step: Int, place: Int)
        /// A run that may end at each of these places too, the last one first.
        case ends(run: Int, places: Range<Int>)
        case slot(Int, old: Int)
    }

    /// Follows the steps from one on, and returns where they accept.
    private func run(
        _ first: Int, at start: Int, _ slots: inout [Int], isWhole: Bool = false, takesSomething: Bool = false
    ) throws -> Int? {
        var (step, place) = (first, start)
        let bottom = left.count
        defer { left.removeLast(left.count - bottom) }
        while true {
            try count()
            var fails = false
            switch pattern.steps[step] {
            case .scalar(let value):
                fails = place == scalars.count || scalars[place].value != value
                place += 1
                step += 1
            case .set(let set):
                fails = place == scalars.count || !pattern.sets[set].contains(scalars[place].value)
                place += 1
                step += 1
            case .run(let set):
                fails = try !isNew(step, place)
                if !fails {
                    let start = place
                    // Where failures are remembered, one after the other: a place that has failed ends it.
                    let end = remembers ? min(place + 1, scalars.count) : scalars.count
                    while place < end, pattern.sets[set].contains(scalars[place].value) { place += 1 }
                    try count(place - start)
                    if place > start { left.append(.ends(run: step, places: start..<place)) }
                    if !remembers || place == start { step += 1 }
                }
            case .split(let one, let other):
                fails = try !isNew(step, place)
                if !fails { left.append(.state(step: other, place: place)) }
                step = one
            case .jump(let target): step = target
            case .save(let slot):
                left.append(.slot(slot, old: slots[slot]))
                slots[slot] = place
                step += 1
            case .place(let kind):
                fails = !isAt(kind, place)
                step += 1
            case .look(let end, let width, let isNegative):
                fails = try !isNew(step, place)
                if !fails { fails = try look(step + 1, place - (width ?? 0), &slots) == isNegative }
                step = end
            case .reference(let group, let ignoresCase):
                if let length = repeats(group, slots, place, ignoresCase) { place += length } else { fails = true }
                step += 1
            case .leaveIfEmpty(let slot, let exit):
                step = slots[slot] == place ? exit : step + 1
            case .accept:
                if !isWhole || place == scalars.count, !takesSomething || place > start { return place }
                fails = true
            }
            guard fails else { continue }
            backtracking: while true {
                guard left.count > bottom else { return nil }
                switch left.removeLast() {
                case .state(let other, let there):
                    (step, place) = (other, there)
                    break backtracking
                case .ends(let run, let places):
                    let end = places.upperBound - 1
                    if places.count > 1 { left.append(.ends(run: run, places: places.lowerBound..<end)) }
                    (step, place) = (run + 1, end)
                    break backtracking
                case .slot(let slot, let old): slots[slot] = old
                }
            }
        }
    }

    private func look(_ first: Int, _ start: Int, _ slots: inout [Int]) throws -> Bool {
        guard start >= 0 else { return false }
        let before = slots
        let outer = added
        added = []
        let isFound = try run(first, at: start, &slots) != nil
        if isFound {
            // The way to a success is remembered as if it had failed.
            for failure in added ?? [] { failures.remove(failure) }
            for slot in slots.indices where slots[slot] != before[slot] {
                left.append(.slot(slot, old: before[slot]))
            }
        }
        added = outer.map { isFound ? $0 : $0 + (added ?? []) }
        return isFound
    }

    private func count(_ steps: Int = 1) throws {
        let before = stepCount >> 12
        stepCount += steps
        guard stepCount >> 12 != before else { return }
        if Interrupt.isRequested { throw Failure.interrupted }
        // What a group has taken decides too where there are references back, so a place may fail once and not again.
        if !pattern.hasReference, stepCount > Self.freeSteps + Self.freeStepsByPlace * scannedCount { remembers = true }
        guard !pattern.hasReference || stepCount < Self.mostSteps, failures.count < Self.mostFailures else {
            throw Failure(
                "the regular expression \(PatternParser.shown(pattern.text)) takes too long: it can match in too many ways",
                help: [
                    "avoid repetitions in repetitions, such as (a+)+, and references back, such as \\1",
                    "a long text can be searched line by line: `[find_all(line, pattern) for line in splitlines(text)]`",
                ])
        }
    }

    /// Whether a choice is met at a place for the first time.
    private func isNew(_ step: Int, _ place: Int) throws -> Bool {
        guard remembers else { return true }
        let key = place * pattern.steps.count + step
        guard failures.insert(key).inserted else { return false }
        added?.append(key)
        return true
    }

    private func isAt(_ kind: PatternTree.Place, _ place: Int) -> Bool {
        func isWord(_ place: Int) -> Bool {
            scalars.indices.contains(place) && ScalarSet.isOf(.word, scalars[place].value)
        }
        return switch kind {
        case .textStart: place == 0
        case .textEnd: place == scalars.count
        case .lineStart: place == 0 || scalars[place - 1] == "\n"
        case .lineEnd: place == scalars.count || scalars[place] == "\n"
        case .end: place == scalars.count || place == scalars.count - 1 && scalars[place] == "\n"
        case .wordEdge: isWord(place - 1) != isWord(place)
        case .noWordEdge: isWord(place - 1) == isWord(place)
        }
    }

    /// How long the text of a group is that stands here again.
    private func repeats(_ group: Int, _ slots: [Int], _ place: Int, _ ignoresCase: Bool) -> Int? {
        let (start, end) = (slots[2 * group], slots[2 * group + 1])
        guard start >= 0, end >= start, place + end - start <= scalars.count else { return nil }
        for offset in 0..<(end - start) {
            let (a, b) = (scalars[start + offset].value, scalars[place + offset].value)
            guard a == b || ignoresCase && ScalarSet.otherCases(a).contains(b) else { return nil }
        }
        return end - start
    }
}
