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

        package init(name: String, location: Location) {
            self.name = name
            self.location = location
        }
    }

    package init(
        _ message: String, at location: Location? = nil, label: String? = nil, help: [String] = [],
        trace: [Frame] = []
    ) {
        self.message = message
        self.location = location
        self.label = label
        self.help = help
        self.trace = trace
    }
}
