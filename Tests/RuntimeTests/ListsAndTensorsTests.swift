import Language
import Runtime
import TensorCore
import Testing

/// Every built-in gives the same answer for a list of numbers and for the tensor of it, to the last of 64 bits.
@Suite struct ListsAndTensorsTests {
    /// What is asked about the kind of a value, changes a list that has a name, joins lists, or draws anew at each call.
    static let skipped: Set<String> = [
        "type", "quit", "save", "to_csv", "print", "str", "shape", "append", "extend", "insert", "pop", "remove",
        "add", "help",
        "shuffle", "seed", "memory", "whos", "vars", "dropout", "rand", "randn", "randint", "permutation", "show",
        "plot",
        "cast", "tensor", "rand_like", "randn_like", "profile", "table", "input", "run", "runs", "compare", "sql",
        "history", "forget", "time", "bool",
    ]

    /// What stands for the operand `X`, and for a second one `Y`.
    static let calls = [
        "(X)", "(X, 0)", "(X, 1)", "(X, 2)", "(X, X)", "(X, Y)", "(Y, X)", "(X, axis=0)", "(X, descending=true)",
        "(X, 0, 1)", "(X, 0, 16777218)", "([X, Y])", "([X, Y], axis=1)", "([true, false, true], X, Y)",
        "([true, false, true], X, 0.1)", "(X, [true, false, true], 16777219)", "(X, low=0.1)", "(X, value=0.1)",
        "(reshape(X, [3, 1]), reshape(Y, [1, 3]))", "([X, Y], Y)", "([X, Y], 0)", "(Y, [X, Y])",
    ]

    /// Large whole numbers, fractions, ties and what is not a number.
    static let operands = [
        ("[16777217, 16777219, 3]", "[1, 16777217, 2]"), ("[0.1, 0.7, 0.1]", "[0.2, 0.1, 0.3]"),
        ("[3, nan, 1]", "[1, 1, nan]"), ("[2, 0, 1]", "[1, 0, 2]"),
    ]

    @Test(arguments: BuiltinTable.standard.all.map(\.name).filter { !skipped.contains($0) })
    func listsAreTheirTensors(_ name: String) throws {
        let module = Namespace(name: "numbers")
        let interpreter = Interpreter(module: module, sink: Recorder())
        for (x, y) in Self.operands {
            // Tensors in a list are added to each other, as Python does.
            for call in Self.calls where name != "sum" || !call.hasPrefix("([X, Y]") {
                func result(_ form: (String) -> String) -> Numbers? {
                    let text = call.replacing("X", with: form(x)).replacing("Y", with: form(y))
                    return numbers("seed 1\n\(name)\(text)", interpreter, module)
                }
                guard let ofLists = result({ $0 }), let ofTensors = result({ "tensor(\($0), dtype=\"float64\")" })
                else { continue }
                #expect(ofLists.isNear(ofTensors), "\(name)\(call) of \(x): \(ofLists) and \(ofTensors)")
                if !x.contains("."), !x.contains("nan"), let ofWhole = result({ "tensor(\($0), dtype=\"int64\")" }) {
                    #expect(ofLists.isNear(ofWhole), "\(name)\(call) of \(x): \(ofLists) and of int64 \(ofWhole)")
                }
            }
        }
    }

    /// The numbers that a value holds, and whether some of them have the 24 bits of float32.
    struct Numbers {
        var values: [Double] = []
        var isSingle = false

        func isNear(_ other: Numbers) -> Bool {
            let tolerance = isSingle || other.isSingle ? 1e-6 * (values.map(abs).filter(\.isFinite).max() ?? 0) : 0
            return values.count == other.values.count
                && zip(values, other.values).allSatisfy {
                    // Products of whole numbers wrap around beyond 64 bits, as in NumPy.
                    $0 == $1 || abs($0) >= 0x1p63 || ($0.isNaN && $1.isNaN) || abs($0 - $1) <= tolerance
                }
        }

        /// - Returns: Whether the value holds numbers alone, and not too many to compare them all.
        mutating func add(_ value: Value) -> Bool {
            switch value {
            case .tensor(let tensor) where tensor.count > 10_000: return false
            case .list(let elements) where elements.count > 10_000: return false
            case .number(let number): values.append(number)
            case .boolean(let flag): values.append(flag ? 1 : 0)
            case .tensor(let tensor):
                values += tensor.value.doubles()
                if tensor.dtype == .float32 { isSingle = true }
            case .record(let record): return record.fields.allSatisfy { add($0.value) }
            case .list(let elements): return elements.allSatisfy { add($0) }
            default: return false
            }
            return true
        }
    }

    /// What the last line of a program gives; nil where it ends in an error or in something else than numbers.
    private func numbers(_ program: String, _ interpreter: Interpreter, _ module: Namespace) -> Numbers? {
        let source = SourceText(name: "numbers", text: program)
        var value = Value.none
        do {
            for statement in Parser.parse(source).block.statements {
                value = try interpreter.run(statement, of: source, in: module)
            }
        } catch {
            return nil
        }
        var numbers = Numbers()
        return numbers.add(value) ? numbers : nil
    }
}
