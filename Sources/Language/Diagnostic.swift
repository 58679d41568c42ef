/// Something that is wrong in a source text, or went wrong while it ran: data, from which
/// `DiagnosticRenderer` makes the words and carets.
package struct Diagnostic: Error, Sendable {
    /// What is wrong, as one sentence without a full stop.
    package var message: String
    package var location: Location?
    /// Words at the carets, such as `did you mean "dropout"?`.
    package var label: String?
    /// Ways to go on.
    package var help: [String]
    /// The calls that led here, innermost first.
    package var trace: [Frame]
    /// How many calls the middle of the trace lacks.
    package private(set) var omittedCalls = 0

    package struct Location: Sendable {
        package let source: SourceText
        package let span: Span

        package init(source: SourceText, span: Span) {
            self.source = source
            self.span = span
        }

        package func contains(_ other: Location) -> Bool {
            source === other.source && span.start <= other.span.start && other.span.end <= span.end
        }
    }

    package struct Frame: Sendable {
        /// Such as `in cnn` or `in conv1`.
        package let name: String
        package let location: Location
        /// How many calls of that place follow each other.
        package var count = 1

        package init(name: String, location: Location) {
            self.name = name
            self.location = location
        }

        fileprivate func isSame(as other: Frame) -> Bool {
            name == other.name && location.source === other.location.source && location.span == other.location.span
        }
    }

    private static let mostFrames = 64

    /// Adds the call that led to the calls so far; of very many, those in the middle are counted alone.
    package mutating func addCall(_ frame: Frame) {
        if let last = trace.last, last.isSame(as: frame) {
            trace[trace.count - 1].count += 1
            return
        }
        if trace.count == Self.mostFrames { omittedCalls += trace.remove(at: Self.mostFrames / 2).count }
        trace.append(frame)
    }

    package init(
        _ message: String, at location: Location? = nil, label: String? = nil, help: [String] = [],
        trace: [Frame] = []
    ) {
        self.message = message
        self.location = location
        self.label = label
        self.help = help
        self.trace = []
        for frame in trace { addCall(frame) }
    }
}
