import Datasets
import Figures
import Glibc
import TensorCore

/// Draws figures into files.
package enum Gnuplot {
    /// The bytes of a figure's file.
    ///
    /// - Parameter program: What gnuplot is called on the PATH.
    /// - Throws: `Failure` that names the package where gnuplot is not installed, or says what gnuplot complains of.
    package static func draw(_ figure: Figure, as format: FigureFormat, program: String = "gnuplot") throws -> [UInt8] {
        GnuplotRenderer.finished(
            try picture(of: GnuplotRenderer.program(figure, format), program: program), figure, format)
    }

    /// What gnuplot gives for a program of its language.
    package static func picture(of input: String, program: String = "gnuplot") throws -> [UInt8] {
        // Without the user's own settings: the same figure is the same file everywhere.
        switch Filter.run(program, "-d", input: input) {
        case .missing:
            throw Failure(
                "figures are written to files by gnuplot, which is not installed",
                help:
                    "install the package gnuplot-nox: sudo apt-get install gnuplot-nox; on the terminal `plot` draws without it"
            )
        case .failed(let reason):
            throw Failure("gnuplot cannot be run: \(reason)")
        case .finished(let output, let status, let complaint):
            if Interrupt.isRequested { throw Failure.interrupted }
            guard status == 0, !output.isEmpty else {
                let words = complaint.split(separator: "\n").first { !$0.allSatisfy { " ^".contains($0) } }
                throw Failure("gnuplot could not draw the figure: \(words ?? "it gave no picture")")
            }
            return output
        }
    }

    /// Writes a figure to a file, whose name says the format. The file appears whole or not at all.
    package static func save(_ figure: Figure, to path: String) throws {
        guard let format = FigureFormat(path: path) else {
            throw Failure(
                "a figure is written as .svg, .png or .pdf, and the path is \(quoted(path))",
                help: "such as `save figure \"loss.svg\"`")
        }
        let bytes = try draw(figure, as: format)
        let file = try AtomicFile(path: path)
        try file.write(bytes)
        try file.commit()
    }
}
