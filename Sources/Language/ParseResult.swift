/// What came of a source text.
package struct ParseResult: Sendable {
    /// The statements that could be read.
    package let block: Block
    /// What is wrong, in the order of the text; empty exactly if the text is complete.
    package let diagnostics: [Diagnostic]
    package let completeness: Completeness

    /// The one answer to "is the input complete?", for the prompt, pasted text and the kernel.
    package enum Completeness: Equatable, Sendable {
        case complete
        /// More lines can make it right. `expecting` says what is missing, such as "`)`" or "a value".
        case incomplete(expecting: String)
        case invalid
    }
}
