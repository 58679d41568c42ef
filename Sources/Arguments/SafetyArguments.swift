import ArgumentParser
import Runtime

/// The options of `--safe`, before a file or behind `replay`.
struct SafetyOptions: ParsableArguments {
    @Flag(name: .customLong("safe")) var isSafe = false
    @Option(name: .customLong("data"), parsing: .unconditionalSingleValue) var data: [String] = []
    @Option(name: .customLong("output")) var output: String?
    @Option(name: .customLong("memory")) var memory: String?
    @Option(name: .customLong("time")) var time: String?

    /// - Parameter isDemanded: Whether the environment asks for it.
    func confinement(isDemanded: Bool) throws(CommandLineArguments.UsageError) -> Confinement? {
        guard isSafe || isDemanded else {
            for (name, isGiven) in [
                ("data", !data.isEmpty), ("output", output != nil), ("memory", memory != nil), ("time", time != nil),
            ] where isGiven {
                throw .init(message: "--\(name) is for --safe")
            }
            return nil
        }
        var confinement = Confinement()
        confinement.data = data
        confinement.output = output
        if let memory {
            let units = ["": 1.0, "k": 0x1p10, "m": 0x1p20, "g": 0x1p30, "t": 0x1p40]
            guard let bytes = Self.number(memory.lowercased().trimmingSuffix("b"), units), (0x1p24...0x1p50) ~= bytes
            else {
                throw .init(message: "--memory takes an amount such as 500M or 4G, and got `\(memory)`")
            }
            confinement.memoryByteCount = Int(bytes)
        }
        if let time {
            guard let seconds = Self.number(time.lowercased(), ["": 1, "s": 1, "m": 60, "h": 3600, "d": 86400]),
                (0.1...1e9) ~= seconds
            else { throw .init(message: "--time takes a duration such as 90s, 10m or 2h, and got `\(time)`") }
            confinement.seconds = seconds
        }
        return confinement
    }

    private static func number(_ text: String, _ units: [String: Double]) -> Double? {
        let digits = text.prefix { $0.isASCII && $0.isNumber || $0 == "." }
        guard let unit = units[String(text.dropFirst(digits.count))], let number = Double(digits) else { return nil }
        return number * unit
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
    }
}
