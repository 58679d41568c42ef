import ArgumentParser
import Runtime

/// The option of `dls run` and `dls replay` that approves a file.
struct TrustOption: ParsableArguments {
    @Flag(
        name: .customLong("trust"),
        help: "Run a file that counts as a stranger's, now and later: `dls help trust`.")
    var trusts = false

    func isGiven(besides safety: SafetyOptions) throws(CommandLineArguments.UsageError) -> Bool {
        guard !trusts || !safety.isSafe else { throw .init("it is either --safe or --trust") }
        return trusts
    }
}

/// The options of `--safe`, before a file or a command, or behind a command.
struct SafetyOptions: ParsableArguments {
    @Flag(name: .customLong("safe"), help: "Run code of strangers: `dls help safe` tells what is left to it.")
    var isSafe = false

    @Option(
        name: .customLong("data"), parsing: .unconditionalSingleValue,
        help: .init("With --safe: one more folder to read; may be given several times.", valueName: "folder"),
        completion: .directory)
    var data: [String] = []

    @Option(
        name: .customLong("output"), help: .init("With --safe: the folder to write to.", valueName: "folder"),
        completion: .directory)
    var output: String?

    @Option(name: .customLong("memory"), help: .init("With --safe: the most memory, such as 4G.", valueName: "size"))
    var memory: String?

    @Option(name: .customLong("time"), help: .init("With --safe: the longest time, such as 10m.", valueName: "time"))
    var time: String?

    /// How many words an option of these takes with its value; nil for other words.
    static func wordCount(_ word: String) -> Int? {
        if ["--safe", "--trust"].contains(word) { return 1 }
        guard let option = ["--data", "--output", "--memory", "--time"].first(where: { word.hasPrefix($0) }) else {
            return nil
        }
        return word == option ? 2 : word.hasPrefix(option + "=") ? 1 : nil
    }

    /// - Parameter isDemanded: Whether the environment asks for it.
    func confinement(isDemanded: Bool) throws(CommandLineArguments.UsageError) -> Confinement? {
        guard isSafe || isDemanded else {
            for (name, isGiven) in [
                ("data", !data.isEmpty), ("output", output != nil), ("memory", memory != nil), ("time", time != nil),
            ] where isGiven {
                throw .init("--\(name) is for --safe")
            }
            return nil
        }
        var confinement = Confinement()
        confinement.data = data
        confinement.output = output
        if let memory { confinement.memoryByteCount = try Self.byteCount(memory) }
        if let time { confinement.seconds = try Self.seconds(time) }
        return confinement
    }

    /// The value of `--memory`.
    static func byteCount(_ memory: String) throws(CommandLineArguments.UsageError) -> Int {
        let units = ["": 1.0, "k": 0x1p10, "m": 0x1p20, "g": 0x1p30, "t": 0x1p40]
        guard let bytes = number(memory.lowercased().trimmingSuffix("b"), units), (0x1p24...0x1p50) ~= bytes else {
            throw .init("--memory takes an amount such as 500M or 4G, and got `\(memory)`")
        }
        return Int(bytes)
    }

    /// The value of `--time`.
    static func seconds(_ time: String) throws(CommandLineArguments.UsageError) -> Double {
        guard let seconds = number(time.lowercased(), ["": 1, "s": 1, "m": 60, "h": 3600, "d": 86400]),
            (0.1...1e9) ~= seconds
        else { throw .init("--time takes a duration such as 90s, 10m or 2h, and got `\(time)`") }
        return seconds
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
