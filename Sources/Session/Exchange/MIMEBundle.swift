import Datasets
import Figures
import Language
import Runtime

/// An output in the forms that a client chooses from, each under its MIME type: the kernel, the export to Jupyter and the
/// HTML page show the same.
package struct MIMEBundle: Equatable {
    /// What a client shows that knows nothing else.
    package let plain: String
    package private(set) var html: String?
    package private(set) var svg: String?
    package private(set) var markdown: String?
    /// What the figure shows, in words.
    package private(set) var description: String?

    /// A value as it is shown at the prompt; a table in it as one of HTML.
    package init(value text: String) {
        plain = text
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
        // Tables are shown in part where they are longer.
        guard lines.count <= RecordedText.mostLines else { return }
        let parts = NotebookDocument.outputs(lines, mayFail: false)
        let hasTable = parts.contains { if case .table = $0 { true } else { false } }
        guard hasTable else { return }
        html = parts.map {
            if case .text(let lines) = $0 { Self.set(lines.joined(separator: "\n")) } else { HTMLText.output($0) }
        }
        .joined()
    }

    /// A text that begins where other outputs do: Jupyter moves those in HTML to the right.
    private static func set(_ text: String) -> String {
        "<pre style=\"margin: 0; padding: 0\">\(escapedXML(text))</pre>\n"
    }

    /// A table that was recorded.
    init(table: RecordedTable) {
        plain = table.lines.joined(separator: "\n")
        html = HTMLText.table(table)
    }

    /// A figure with what stands for it where it cannot be drawn.
    package init(figure svg: [UInt8], plain: String) {
        self.plain = plain
        self.svg = String(decoding: svg, as: UTF8.self)
        description = SVGWords(svg).text
    }

    /// Where a training is, in words, above its curve so far.
    package init(progress text: String, curve svg: [UInt8]?) {
        plain = text
        // Where the figure stays in the end, so that nothing moves then.
        html =
            Self.set(text)
            + (svg.map { "<img src=\"\(HTMLText.dataAddress($0, "image/svg+xml"))\" alt=\"\(escapedXML(text))\">\n" }
                ?? "")
    }

    /// A page of the help; one that has no other form is set in columns.
    package init(help: Inspection) {
        plain = help.help
        markdown = help.markdown ?? MarkdownPage.fenced(help.help, "text")
    }

    /// The data and their metadata as Jupyter has them.
    ///
    /// - Parameter string: How a text is written: whole in messages, as a list of lines in files.
    package func json(_ string: (String) -> JSON = { .string($0) }) -> (data: JSON, metadata: JSON) {
        let parts = [
            ("image/svg+xml", svg), ("text/html", html), ("text/markdown", markdown), ("text/plain", plain),
        ]
        let metadata = description.map {
            [JSON.Member("image/svg+xml", JSON(["alt": .string($0)]))]
        }
        return (
            .object(parts.compactMap { type, text in text.map { JSON.Member(type, string($0)) } }),
            .object(metadata ?? [])
        )
    }
}

/// What Jupyter is told of an error and of the language.
package enum JupyterNames {
    package static let language = "dls"

    /// The language of cells. Lexers of Python read most of it right: words, texts, numbers and comments.
    package static let languageInfo = JSON([
        "codemirror_mode": JSON(["name": .string("python"), "version": .integer(3)]), "file_extension": .string(".dls"),
        "mimetype": .string("text/x-dls"), "name": .string(language), "pygments_lexer": .string("python"),
        "version": .string(dlsVersion),
    ])

    /// - Parameter traceback: The lines of the error as it is shown.
    package static func error(_ message: String, traceback: [String]) -> [JSON.Member] {
        [
            .init("ename", .string("error")), .init("evalue", .string(message)),
            .init("traceback", .array(traceback.map { .string($0) })),
        ]
    }
}
