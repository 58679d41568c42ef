import Foundation
import Runtime
import Testing

/// Every built-in with the largest, smallest, emptiest and strangest arguments, in a program of its own: no call ends the
/// program, goes on for long or takes much memory.
@Suite struct ExtremeArgumentTests {
    private static let values = [
        "9e18", "-9e18", "-1", "0", "2", "0.5", "nan", "inf", "-inf", "1e300", "\"\"", "\"x\"", "\"float64\"", "[]",
        "[[]]", "{}",
        "{a=1}", "none", "true", "range(1e14)", "range(-9e18)", "zeros([2, 0])", "tensor([9e18, 1], dtype=\"int64\")",
        "tensor(2)", "ones([2, 3])", "x -> x", "[1, [2, [3]]]", "[[1, 2], [3, 4]]", "[9e18, -9e18]",
        "[nan, \"a\", none]",
        "table([{a=1}])", "text",
    ]

    /// What ends the program, writes files of any name, or is there to take its time.
    private static let skipped: Set<String> = ["quit", "save", "to_csv", "timeit"]

    @Test(arguments: BuiltinTable.standard.all.map(\.name).filter { !skipped.contains($0) })
    func endsSoon(_ name: String) throws {
        // A slow call is told with what it was; several at once are not all the machine's fault.
        let calls = try Self.calls(of: name)
        var program = "text = \"ab \" * 1000\nstart = 0\n"
        for (index, call) in calls.enumerated() {
            program += "start = clock()\ntry { r = \(call); r = str(r) } catch e { assert e.message != \"\" }\n"
            program += "if clock() - start > 5 { print \"slow\" \(index) clock() - start }\n"
        }
        let folder = try ProgramFolder()
        try folder.write(program + "print \"all done\"\n", to: "a.dls")
        let limits = "ulimit -v 4000000; exec timeout -s INT 100 \"$@\""
        let run = try folder.dls(["a.dls"], shell: limits, environment: ["DLS_THREADS": "2"])
        let lines = run.output.split(separator: "\n")
        #expect(
            run.status == 0 && run.output.hasSuffix("all done\n"), "\(name) ends the program: \(run.error.suffix(300))")
        for line in lines where line.hasPrefix("slow ") {
            let index = line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
            Issue.record("\(calls[index]): \(line)")
        }
    }

    private static func calls(of name: String) throws -> [String] {
        let builtin = try #require(BuiltinTable.standard.builtin(name))
        let parameters = Signature(builtin.signature).namedParameters
        // The same choice at every run of the tests.
        var state: UInt64 = name.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) }
        func chosen<T>(_ choices: [T]) -> T {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return choices[Int(state >> 33) % choices.count]
        }
        var calls = ["\(name)()"]
        for first in values {
            calls.append("\(name)(\(first))")
            for _ in 0..<3 { calls.append("\(name)(\(first), \(chosen(values)))") }
        }
        for (position, parameter) in parameters.enumerated() {
            for value in values {
                calls.append("\(name)(\(parameter)=\(value))")
                guard position > 0 else { continue }
                let first = chosen(["ones([2, 3])", "[3, 1, 2]", "\"a b\"", "table([{a=1}])"])
                calls.append("\(name)(\(first), \(parameter)=\(value))")
                let other = chosen(parameters)
                guard other != parameter, other != parameters[0] else { continue }
                calls.append("\(name)(\(first), \(parameter)=\(value), \(other)=\(chosen(values)))")
            }
        }
        return calls
    }
}
