/// A module of Python: `np.zeros([2])` is `zeros([2])`. It has the names of the list of `FamiliarNames` that mean
/// the same in dls.
package final class LibraryObject: RuntimeObject {
    /// `np`, `np.random`
    let path: String
    /// As it was called: `numpy` is the method `x.numpy()` too.
    private let name: String
    private let builtins: BuiltinTable

    /// - Parameter builtins: With functions of their own: the table that holds this object would hold itself.
    init(_ path: String, _ builtins: BuiltinTable) {
        name = path
        self.path = FamiliarNames.customary(path)
        self.builtins = builtins
    }

    /// The page of the help that shows its functions.
    var page: String {
        FamiliarLibrary.allCases.first {
            $0.sections.contains { $0.rows.contains { $0.path?.hasPrefix("\(path).") == true } }
        }?
        .rawValue ?? FamiliarLibrary.python.rawValue
    }

    package override var kindName: String { "module" }
    package override var shortText: String { "module \(path)" }
    package override var fieldNames: [String] {
        path == "plt" ? Set(PyplotFunctions.names).sorted() : FamiliarNames.members(of: path)
    }

    package override func field(_ name: String) throws -> Value? {
        if path == "plt" { return PyplotFunctions.function(name).map { .function($0) } }
        let whole = "\(path).\(name)"
        guard let row = FamiliarNames.row(at: whole), row.isTaken else {
            return FamiliarNames.isModule(whole) ? .object(LibraryObject(whole, builtins)) : nil
        }
        if let function = row.function {
            return .function(FamiliarFunctions.function(function, called: row.words[0]))
        }
        if row.dls == "none" { return Value.none }
        if row.dls.hasPrefix("\"") { return .string(String(row.dls.dropFirst().dropLast())) }
        guard let value = builtins.value(row.target) else { return nil }
        guard case .function(let function) = value, !row.options.isEmpty || row.makesFunction else { return value }
        return .function(row.makesFunction ? maker(of: function) : LibraryObject.function(function, with: row.options))
    }

    /// `nn.CrossEntropyLoss(weight=w)`: the function with such options.
    private func maker(of function: Function) -> Function {
        Function(native: function.signature.text, of: .function(function)) { value, options, _ in
            guard options.positional.isEmpty else {
                throw Failure(
                    "`\(function.name)` made so takes named options alone", help: "such as `reduction=\"sum\"`")
            }
            return .function(
                Function(native: function.signature.text, of: value) { value, arguments, interpreter in
                    let all = Arguments(arguments.positional, named: arguments.named + options.named)
                    return try interpreter.call(value, all)
                })
        }
    }

    /// A function with the defaults of the library.
    private static func function(_ function: Function, with options: [String: String]) -> Function {
        Function(native: function.signature.text, of: .function(function)) { value, arguments, interpreter in
            var arguments = arguments
            let given = Set(arguments.named.flatMap { [$0.name] + FamiliarNames.arguments(for: $0.name) })
            for (name, option) in options.sorted(by: { $0.key < $1.key }) where !given.contains(name) {
                guard let place = FamiliarName.places[option] else {
                    arguments.named.append((name, literalValue(option)))
                    continue
                }
                guard arguments.positional.count > place else { continue }
                let argument = arguments.positional.remove(at: place)
                if name == "dim", case .tensor(let tensor) = argument, tensor.rank > 0 {
                    throw Failure(
                        "`\(function.name)` of two tensors is `\(function.name)imum(a, b)`",
                        help: "`torch.\(function.name)(x, 1)` takes an axis")
                }
                arguments.named.append((name, argument))
            }
            return try interpreter.call(value, arguments)
        }
    }

    /// `copy` and `time` are functions too.
    package override var isCallable: Bool { builtins.builtin(name) != nil }

    package override func call(_ arguments: Arguments, in interpreter: Interpreter) throws -> Value {
        guard let builtin = builtins.builtin(name) else {
            throw Failure(
                "`\(path)` is a module and cannot be called", help: "its functions are: `help \"python\"` lists them")
        }
        return try interpreter.call(.function(Function(builtin: builtin)), arguments)
    }

    package override func help(forField name: String) -> String? {
        if let row = FamiliarNames.row(at: "\(path).\(name)") { return row.hint }
        if builtins.builtin(name) != nil { return "`\(name)` is there without `\(path).` in front, see `?\(name)`" }
        return FamiliarNames.hint(name)
    }

    package override func display(_ style: DisplayStyle) throws -> String {
        "\(shortText): its functions are built in, see `help \"\(page)\"`"
    }
}
