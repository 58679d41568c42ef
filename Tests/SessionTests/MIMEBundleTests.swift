import Datasets
import Session
import Testing

@Suite("Outputs as MIME bundles")
struct MIMEBundleTests {
    private func types(_ bundle: MIMEBundle) -> [String] { bundle.json().data.members?.map(\.name) ?? [] }

    @Test("a value is its text, and a table in it HTML, escaped")
    func values() {
        #expect(types(MIMEBundle(value: "tensor [2] float32\n  1  2")) == ["text/plain"])
        let table = MIMEBundle(value: "run of net\nname   loss\n<b>x    0.5\n&y     0.25")
        #expect(types(table) == ["text/html", "text/plain"])
        #expect(table.html?.contains(">run of net</pre>") == true)
        #expect(table.html?.contains(">&lt;b&gt;x</td>") == true)
        #expect(table.html?.contains("<b>x") == false)
    }

    @Test("a figure is SVG with its description as metadata")
    func figures() {
        let svg = Array("<svg><title>Loss</title><desc>1 line</desc></svg>".utf8)
        let bundle = MIMEBundle(figure: svg, plain: "[figure]")
        #expect(types(bundle) == ["image/svg+xml", "text/plain"])
        #expect(bundle.json().metadata["image/svg+xml"]?["alt"] == .string("Loss: 1 line"))
    }

    @Test("words of a training and of help cannot leave their place")
    func escapes() {
        let live = MIMEBundle(progress: "a < b \" c", curve: Array("<svg/>".utf8))
        #expect(live.html?.contains("a &lt; b") == true)
        #expect(live.html?.contains("<svg") == false)
        #expect(MIMEBundle(help: Inspection(name: "f", help: "f(x)\n```\nx")).markdown?.hasPrefix("````text\n") == true)
    }

    @Test("long texts are not searched for tables")
    func longTexts() {
        let row = "name  value\n"
        #expect(MIMEBundle(value: String(repeating: row, count: 100_000)).html == nil)
    }
}
