import Language
import Runtime

/// Which cells of a student's file are those of a homework.
///
/// A cell is found by its title: first as it is, then without regard to case, white space and punctuation. An answer that
/// no title leads to is looked for by the functions that it defines, and at last by its place between cells that were
/// found: where as many cells of the student's stand there as answers are missing, they are taken in their order.
struct HomeworkMatch {
    /// The student's cells by the numbers of the answers.
    private(set) var answers: [Int: NotebookCell] = [:]
    /// Those that stand for the homework's other cells, by their numbers.
    private(set) var copies: [Int: NotebookCell] = [:]
    /// The numbers of the answers that another title than theirs was taken for.
    private(set) var guesses: Set<Int> = []
    /// The cells of the student's own by the number of the homework's cell that they stand behind.
    private(set) var others: [Int?: [NotebookCell]] = [:]

    private let homework: Homework
    private let student: Notebook
    /// The student's cells of code.
    private let cells: [NotebookCell]
    /// The numbers of the homework's cells that they are, by their places in `cells`.
    private var found: [Int?]

    init(_ homework: Homework, _ student: Notebook) {
        (self.homework, self.student) = (homework, student)
        cells = student.cells.filter { $0.kind == .code }
        found = cells.map { _ in nil }
        match { $0 }
        match(Self.plain)
        matchCode()
        matchNames()
        matchPlaces()
        var anchor: Int?
        for (place, cell) in cells.enumerated() {
            if let number = found[place] {
                anchor = number
            } else if isOwn(cell) {
                others[anchor, default: []].append(cell)
            }
        }
    }

    private var given: [NotebookCell] { homework.notebook.cells.filter { !$0.tags.contains(.solution) } }

    // MARK: - By titles

    /// A title without what people write in one way or another.
    private static func plain(_ title: String) -> String {
        title.lowercased().filter { $0.isLetter || $0.isNumber }
    }

    /// - Parameter form: What is compared of a title; where it is empty or that of several answers, nothing is found.
    private mutating func match(_ form: (String) -> String) {
        let numbers = Dictionary(grouping: homework.answers) { form($0.title) }.compactMapValues { answers in
            answers.count == 1 ? answers[0].number : nil
        }
        for (place, cell) in cells.enumerated() where found[place] == nil {
            let title = form(cell.title)
            guard !title.isEmpty else { continue }
            if let number = numbers[title], answers[number] == nil {
                take(place, for: number)
            } else if let copy = given.first(where: { form($0.title) == title }) {
                found[place] = copy.number
                // Of several the one that is unchanged tells most.
                if copies[copy.number].map({ !isSame($0, copy) }) ?? true { copies[copy.number] = cell }
            }
        }
    }

    /// Whether a cell of the student's holds the code of one of the homework's.
    func isSame(_ cell: NotebookCell, _ other: NotebookCell) -> Bool {
        func words(_ cell: NotebookCell, _ source: SourceText) -> [String] {
            Lexer.tokenize(source, in: cell.bodySpan).tokens.map { source[$0.span] }
        }
        // Lines that are no code can stand inside of a text of several lines.
        return student.code(of: cell) == homework.notebook.code(of: other)
            && words(cell, student.source) == words(other, homework.notebook.source)
    }

    private mutating func take(_ place: Int, for number: Int) {
        found[place] = number
        answers[number] = cells[place]
    }

    // MARK: - Without titles

    /// Given cells whose titles are gone.
    private mutating func matchCode() {
        let codes = Dictionary(grouping: given.filter(\.hasCode), by: homework.notebook.code)
        for (place, cell) in cells.enumerated() where found[place] == nil && cell.hasCode {
            guard let copies = codes[student.code(of: cell)], copies.count == 1, self.copies[copies[0].number] == nil
            else { continue }
            found[place] = copies[0].number
            self.copies[copies[0].number] = cell
        }
    }

    private var missing: [NotebookCell] { homework.answers.filter { answers[$0.number] == nil } }

    /// Whether a cell is none of the homework's.
    private func isOwn(_ cell: NotebookCell) -> Bool {
        let code = student.code(of: cell)
        return cell.hasCode && !given.contains { $0.hasCode && homework.notebook.code(of: $0) == code }
    }

    private mutating func matchNames() {
        for answer in missing {
            let names = homework.functionNames([answer])
            let place = cells.indices.first { place in
                found[place] == nil && isOwn(cells[place])
                    && !names.isDisjoint(with: Homework.boundNames(of: cells[place], in: student.source))
            }
            guard let place else { continue }
            take(place, for: answer.number)
            guesses.insert(answer.number)
        }
    }

    private mutating func matchPlaces() {
        // The places before and behind, which answers have in common where nothing between them was found.
        var gaps: [Range<Int>: [Int]] = [:]
        for answer in missing {
            let before = cells.indices.last { found[$0].map { $0 < answer.number } ?? false }.map { $0 + 1 } ?? 0
            let behind = cells.indices.first { found[$0].map { $0 > answer.number } ?? false } ?? cells.count
            if before < behind { gaps[before..<behind, default: []].append(answer.number) }
        }
        for (gap, numbers) in gaps.sorted(by: { $0.key.lowerBound < $1.key.lowerBound }) {
            let places = gap.filter { found[$0] == nil && isOwn(cells[$0]) }
            guard places.count == numbers.count else { continue }
            for (place, number) in zip(places, numbers) {
                take(place, for: number)
                guesses.insert(number)
            }
        }
    }
}
