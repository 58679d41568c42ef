import Foundation

/// What the command line asks for: a campaign, one of its workers, or one input again.
struct Arguments {
    private var options: [String: String] = [:]
    private var words: [String] = []

    init(_ arguments: [String]) throws {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("--") else {
                words.append(argument)
                continue
            }
            guard let value = rest.popFirst() else { throw FuzzError("\(argument) needs a value") }
            options[String(argument.dropFirst(2))] = value
        }
    }

    func run() throws -> Int32 {
        let root = options["root"] ?? FileManager.default.currentDirectoryPath
        if let path = options["repeat"] { return try repeatInput(path, root) }
        if let name = options["worker"] {
            let target = try target(name, root)
            #if COVERAGE
                if options["coverage"] == "yes" { return try Coverage(target, seconds: seconds, seed: seed).run() }
            #endif
            return try Worker(target, seconds: seconds, seed: seed).run(from: try number("first", 0))
        }
        let names = words.isEmpty ? FuzzTarget.names : words
        let targets = try names.map { try target($0, root) }
        return try Campaign(
            targets: targets, root: root, seconds: seconds, seed: seed, usesCoverage: options["coverage"] == "yes"
        ).run()
    }

    private var seconds: Double {
        get throws { Double(try number("seconds", 10)) }
    }

    private var seed: UInt64 {
        get throws { try number("seed", UInt64.random(in: 0...0xFFFF_FFFF)) }
    }

    private func number<Number: LosslessStringConvertible>(_ name: String, _ standard: Number) throws -> Number {
        guard let text = options[name] else { return standard }
        guard let number = Number(text) else { throw FuzzError("--\(name) \(text) is no number") }
        return number
    }

    private func target(_ name: String, _ root: String) throws -> FuzzTarget {
        guard let target = FuzzTarget(name, root: root) else {
            throw FuzzError("there is no target \(name); there are \(FuzzTarget.names.joined(separator: ", "))")
        }
        return target
    }

    /// Runs what was found, with what it stands for shown.
    private func repeatInput(_ path: String, _ root: String) throws -> Int32 {
        let bytes = Array(try Data(contentsOf: URL(filePath: path)))
        let target = try target(words.first ?? "", root)
        if let text = target.text(bytes) { print(text) }
        try WorkFolder().enter(confined: target.isCode)
        try Watch(isCode: target.isCode).run { target.run(bytes) }
        print("nothing was found")
        return 0
    }
}
