import Datasets
import Glibc
import Runtime
import Session
import TensorCore

/// What tells clients of Jupyter how to start the kernel: a folder with a description and logos.
package struct KernelSpec {
    /// The path of dls.
    package let program: String

    package init(program: String) { self.program = program }

    /// - Parameter executable: What runs. In a package that is the one for this CPU, which the launcher in `bin` started:
    ///   clients start the launcher, for the home folder may be shared with machines that have other CPUs.
    package init(executable: String) {
        let folder = Folder.parent(of: executable)
        let launcher = folder.hasSuffix("/lib/dls") ? folder.dropLast("/lib/dls".count) + "/bin/dls" : ""
        program = (try? pathExists(launcher)) == true ? launcher : executable
    }

    /// The description, `kernel.json`.
    package var description: JSON {
        JSON([
            "argv": .array([.string(program), .string("jupyter"), .string("{connection_file}")]),
            "display_name": .string(JupyterNames.language), "language": .string(JupyterNames.language),
            // A signal would reach the programs too that the kernel runs, such as the one that draws figures.
            "interrupt_mode": .string("message"), "metadata": JSON(["debugger": .boolean(false)]),
        ])
    }

    /// Where kernels are looked for: below a prefix, or in this user's folder.
    package static func folder(prefix: String?, environment: (String) -> String?) throws -> String {
        func value(_ name: String) -> String? { environment(name).flatMap { $0.isEmpty ? nil : $0 } }
        let kernel = "kernels/\(JupyterNames.language)"
        if let prefix { return "\(prefix)/share/jupyter/\(kernel)" }
        if let data = value("JUPYTER_DATA_DIR") { return "\(data)/\(kernel)" }
        if let data = value("XDG_DATA_HOME") { return "\(data)/jupyter/\(kernel)" }
        guard let home = value("HOME") else {
            throw Failure("there is no HOME that the kernel could be installed in", help: "name a folder: --prefix P")
        }
        return "\(home)/.local/share/jupyter/\(kernel)"
    }

    /// Writes the folder; returns its path.
    ///
    /// - Throws: `Failure` where it cannot be written.
    package func install(prefix: String?, environment: (String) -> String?) throws -> String {
        let folder = try Self.folder(prefix: prefix, environment: environment)
        do {
            Folder.make(folder)
            try write(Array(description.document.utf8), to: "\(folder)/kernel.json")
            try write(Array(KernelLogo.svg.utf8), to: "\(folder)/logo-svg.svg")
            for size in [32, 64] {
                try ImageWriter.write(try KernelLogo.image(size), to: "\(folder)/logo-\(size)x\(size).png")
            }
        } catch {
            throw Failure(
                "the kernel cannot be installed in \(folder): \(Failure(wrapping: error).diagnostic.message)",
                help:
                    "choose a folder of yours with --prefix P, such as that of a Python environment; clients look in P/share/jupyter"
            )
        }
        return folder
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        let file = try AtomicFile(path: path)
        try file.write(bytes)
        try file.commit()
    }
}

/// The logo: a loss curve that falls, with its best point.
package enum KernelLogo {
    private static let curve: [(x: Double, y: Double)] = [
        (12, 13), (17, 29), (24, 39), (33, 45), (43, 48.5), (51, 49.5),
    ]
    private static let best = (x: 51.0, y: 49.5)
    private static let width = 5.0
    private static let radius = 6.0
    private static let colors: [(red: Double, green: Double, blue: Double)] = [
        (0x1f / 255, 0x4e / 255, 0x8c / 255), (1, 1, 1), (1, 0xb0 / 255, 0x3a / 255),
    ]

    /// 64 by 64.
    package static var svg: String {
        let points = curve.map { "\($0.x),\($0.y)" }.joined(separator: " ")
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64">
            <title>dls</title>
            <rect width="64" height="64" fill="#1f4e8c"/>
            <polyline points="\(points)" fill="none" stroke="#ffffff" stroke-width="\(width)" stroke-linecap="round" \
            stroke-linejoin="round"/>
            <circle cx="\(best.x)" cy="\(best.y)" r="\(radius)" fill="#ffb03a"/>
            </svg>

            """
    }

    /// The same in points, as a tensor [3, size, size] of fractions; edges are smooth by sixteen samples a point.
    package static func image(_ size: Int) throws -> Tensor {
        let samples = 4
        var values = [Float](repeating: 0, count: 3 * size * size)
        for row in 0..<size {
            for column in 0..<size {
                var sum = (red: 0.0, green: 0.0, blue: 0.0)
                for sample in 0..<(samples * samples) {
                    let scale = 64 / Double(size * samples)
                    let color = color(
                        (Double(column * samples + sample % samples) + 0.5) * scale,
                        (Double(row * samples + sample / samples) + 0.5) * scale)
                    sum = (sum.red + color.red, sum.green + color.green, sum.blue + color.blue)
                }
                for (channel, value) in [sum.red, sum.green, sum.blue].enumerated() {
                    values[(channel * size + row) * size + column] = Float(value / Double(samples * samples))
                }
            }
        }
        return try Tensor(values, shape: [3, size, size])
    }

    private static func color(_ x: Double, _ y: Double) -> (red: Double, green: Double, blue: Double) {
        if hypot(x - best.x, y - best.y) <= radius { return colors[2] }
        let isOnCurve = zip(curve, curve.dropFirst()).contains { start, end in
            let (dx, dy) = (end.x - start.x, end.y - start.y)
            let along = min(max(((x - start.x) * dx + (y - start.y) * dy) / (dx * dx + dy * dy), 0), 1)
            return hypot(x - start.x - along * dx, y - start.y - along * dy) <= width / 2
        }
        return colors[isOnCurve ? 1 : 0]
    }
}
