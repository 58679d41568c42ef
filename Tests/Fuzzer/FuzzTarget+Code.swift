import Language
import Runtime
import Session

/// What takes outputs and shows values, as a front end does.
private final class Showing: OutputSink {
    func emit(_ output: Output) throws {
        switch output {
        case .value(let value): _ = try value.display(DisplayStyle(width: 100))
        case .progress(let report): _ = report.text()
        case .text, .rawText, .report, .figure, .note: break
        }
    }
}

/// Programs, calls of built-ins, and networks of other programs, whose layers the language makes.
extension FuzzTarget {
    static func code(root: String) -> [FuzzTarget] {
        let parts = ProgramParts(root: root)
        return [
            FuzzTarget("program", isCode: true, text: { program($0, parts).joined(separator: "\n") }) {
                run(program($0, parts))
            },
            FuzzTarget("calls", isCode: true, text: { calls($0).joined(separator: "\n") }) {
                run(calls($0))
            },
            FuzzTarget(
                "onnx", seeds: [corpus("onnx"), "Tests/RuntimeTests/Fixtures"], endings: [".onnx"],
                words: [
                    "Gemm", "Conv", "Reshape", "Constant", "pads", "kernel_shape", "axis", "Slice", "Gather", "Expand",
                ],
                isCode: true
            ) {
                try write($0, WorkFolder.output + "/x.onnx")
                run(["net = load(\"out/x.onnx\")", "print(net.source)", "net(ones([2, 3]))", "net(ones([1, 3, 8, 8]))"])
            },
        ]
    }

    private static func program(_ bytes: [UInt8], _ parts: ProgramParts) -> [String] {
        var maker = ProgramMaker(bytes, parts)
        return maker.program()
    }

    private static func calls(_ bytes: [UInt8]) -> [String] {
        var maker = CallMaker(bytes)
        return maker.program()
    }

    /// Each statement as an input of its own: what fails leaves the others.
    private static func run(_ statements: [String]) {
        let session = Session(sink: Showing())
        for statement in statements {
            guard case .failed(let diagnostic) = session.executeInput(statement) else { continue }
            if diagnostic.message.isEmpty || DiagnosticRenderer().render(diagnostic).isEmpty {
                find("an error without words: \(statement)")
            }
        }
    }
}
