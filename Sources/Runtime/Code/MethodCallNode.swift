import Autograd
import Language
import TensorCore

/// `x.f(y)`: the field `f` of `x` if it has one, else the call `f(x, y)`.
final class MethodCallNode: Node {
    let receiver: Node
    let name: Identifier
    /// The name as a function.
    let function: Node
    let arguments: ArgumentNodes
    private let cache = MemberCache()
    /// The function where it is a name of the file or built in.
    private let cell: CellNode?
    /// The built-in of that name where it changes what it is called on, and where that is.
    private let change: (function: Function, builtin: Builtin, place: Place)?
    /// The same where that is a list in a variable, of which no call need be made.
    private let listChange: (shortcut: Builtin.ListShortcut, list: ListVariable)?
    /// What it gives for a text and at most one argument, where no call need be made for it.
    private let textShortcut: Builtin.Shortcut?
    private let readsEntry: Bool
    /// What `x.add_(y)` gives a tensor, where it is a method that changes it.
    private let inPlace: Function?
    /// What is built in under the name, which a variable that is no function does not hide: `size = 3; x.size(0)`.
    private let builtin: Value?
    /// What the method is for some kinds of values.
    private let forms: [String: Function]
    private let skipsMissing: Bool
    /// Whether it is Python's `separator.join(parts)`, whose parts may be the characters of a text.
    private let joins: Bool
    /// Whether it is computed of each element, and so of nan where an element of a column is missing.
    private let takesEach: Bool
    /// Whether it gives a column where it is called on one.
    private let keepsColumn: Bool
    /// Whether it is `max` or `min`, which of lists in a list are those of their numbers in NumPy alone.
    private let isExtreme: Bool
    /// What the code around does with the result at once, where that tells NumPy's methods from PyTorch's.
    var use: Use?

    enum Use {
        /// `values, indices = x.max(1)`, `x.max(1).indices`
        case unpacked
        /// `i, j, k = x.nonzero()`
        case spread
        /// `x.max(1)[0]`
        case indexed
        /// A statement whose value is not shown
        case dropped
        /// A statement of the top level, whose value is shown
        case shown
    }

    init(
        receiver: Node, name: Identifier, function: Node, builtin: Value?, inPlace: Function?,
        _ arguments: ArgumentNodes, _ location: Diagnostic.Location
    ) {
        self.builtin = builtin
        self.inPlace = inPlace
        forms = builtin == nil ? [:] : FamiliarNames.methods(called: name.text)
        skipsMissing = builtin != nil && FamiliarNames.skippingMissing.contains(name.text)
        joins = name.text == "join"
        takesEach = FamiliarNames.elementwise.contains(name.text)
        keepsColumn = FamiliarNames.keepingColumn.contains(name.text)
        isExtreme = ["max", "min", "amax", "amin"].contains(name.text)
        self.receiver = receiver
        self.name = name
        self.function = function
        self.arguments = arguments
        cell = function as? CellNode
        if case .function(let changing)? = cell?.builtin, case .builtin(let builtin) = changing.body,
            builtin.mutate != nil, let place = receiver.place
        {
            change = (changing, builtin, place)
        } else {
            change = nil
        }
        if arguments.isPlain, let shortcut = change?.builtin.listShortcut, let list = change?.place.listVariable {
            listChange = (shortcut, list)
        } else {
            listChange = nil
        }
        if case .function(let function)? = builtin, case .builtin(let builtin) = function.body, forms.isEmpty,
            !skipsMissing, arguments.isPlain, arguments.positional.count < 2, cell != nil
        {
            textShortcut = builtin.shortcut
        } else {
            textShortcut = nil
        }
        readsEntry = name.text == "get" && cell != nil && arguments.isPlain && arguments.positional.count == 2
        super.init(location)
    }

    override func evaluate(_ frame: Frame) throws -> Value {
        if let instance = receiver.instance(frame), let method = instance.definition.method(name.text, cache) {
            return try frame.interpreter.call(method, of: instance, arguments, frame, at: location)
        }
        return try callOther(frame)
    }

    @inline(never)
    private func callOther(_ frame: Frame) throws -> Value {
        if let listChange, let result = try changedList(listChange.shortcut, listChange.list, frame) { return result }
        if let change {
            if let result = try changed(change.function, change.builtin, change.place, frame) { return result }
        }
        var object = try receiver.evaluate(frame)
        if let instance = object.instance, let method = instance.definition.method(name.text, cache) {
            return try frame.interpreter.call(method, of: instance, arguments, frame, at: location)
        }
        if let textShortcut, case .string = object, let cell, !cell.cell.value.isDefined {
            let argument = try arguments.positional.first?.evaluate(frame)
            return try textShortcut.result(object, argument)
                ?? frame.interpreter.call(
                    cell.called(frame), Arguments(argument.map { [object, $0] } ?? [object]), at: location)
        }
        if let change = inPlace?.change, case .tensor = object, cell?.cell.value.isCallable != true {
            return try changedTensor(object, by: change, frame)
        }
        if readsEntry, case .record(let record) = object, let value = try entry(of: record, frame) { return value }
        if let field = try locating({ try object.field(name.text) }), field.isCallable {
            if case .function(let function) = field {
                if case .builtin(let builtin) = function.body, builtin.shortcut != nil, arguments.plainCount == 1 {
                    // `math.sqrt(x)`
                    let x = try taken(arguments.positional[0].evaluate(frame), by: object)
                    return try builtin.result(x) ?? frame.interpreter.call(field, Arguments([x]), at: location)
                }
                if let change = function.change,
                    let result = try locating({ try arguments.changed(by: change, frame) })
                {
                    // `nn.init.zeros_(w)` gives what it has changed.
                    return use == .shown && name.text.hasSuffix("_") ? .none : result
                }
            }
            var values = try arguments.evaluate(frame)
            values.positional = try values.positional.map { try taken($0, by: object) }
            let result = try frame.interpreter.call(field, values, at: location)
            // `net.eval()` and `net.apply(f)` change the model, and give it for what comes behind them.
            if use == .shown, let model = object.object(as: ModuleObject.self),
                result.object(as: ModuleObject.self) === model
            {
                return .none
            }
            return result
        }
        let interpreter = frame.interpreter
        if case .function(let function) = object, function.objectClass?.members[name.text] != nil {
            throw object.unknownMethod(name.text, interpreter: interpreter).located(location)
        }
        if let library = object.object(as: LibraryObject.self), let dtype = library.dtype(called: name.text) {
            let values = try arguments.evaluate(frame)
            return try locating { try interpreter.converted(values, to: dtype, by: "\(library.path).\(name.text)") }
        }
        if object.isType(with: name.text), let callee = try method(frame) {
            return try interpreter.call(callee, try arguments.evaluate(frame), at: location)
        }
        if let failure = object.memberOfLibrary(name.text) { throw failure.located(location) }
        guard let callee = try method(frame) else { throw unknown(of: object, interpreter) }
        if !forms.isEmpty || skipsMissing || takesEach, cell?.cell.value.isCallable != true {
            if let form = (object.isColumn ? forms["column"] : nil) ?? forms[object.kindName] {
                var values = try arguments.evaluate(frame, after: object)
                if case .tensor = object { try locating { try decide(&values) } }
                let result = try interpreter.call(.function(form), values, at: location)
                return keepsColumn ? result.asColumn(like: object) : result
            }
            if skipsMissing, let present = try object.presentInColumn { object = present }
        }
        if isExtreme, let array = try object.arrayOfLists { object = array }
        let column = object
        if takesEach, let array = try object.columnWithNaN { object = array }
        var values = try arguments.evaluate(frame, after: object)
        if joins, values.positional.count == 2, case .string(let text) = values.positional[1], object.asString != nil {
            values.positional[1] = try locating { .list(try Builtin.allElements(.string(text))) }
        }
        if case .tensor(let tensor) = object {
            try locating { try decide(&values) }
            try noteDivisor(of: tensor, values, interpreter)
        }
        let result: Value
        do { result = try interpreter.call(callee, values, at: location) } catch let failure as Failure {
            throw object.explained(failure, ofMethod: name.text, callee)
        }
        return keepsColumn ? result.asColumn(like: column) : result
    }

    /// An argument of a function of NumPy. `np.mean` and others leave out what is missing in a column, as pandas does for
    /// them; others see nan.
    private func taken(_ argument: Value, by library: Value) throws -> Value {
        guard let path = library.object(as: LibraryObject.self)?.path else { return argument }
        if isExtreme, let array = try argument.arrayOfLists { return array }
        guard path.hasPrefix("np") else { return argument }
        if let table = argument.object(as: TableObject.self), !FamiliarNames.skippingMissingInNumPy.contains(name.text),
            let array = try table.field("values")
        {
            return array
        }
        if FamiliarNames.skippingMissingInNumPy.contains(name.text) { return try argument.presentInColumn ?? argument }
        return try argument.columnWithNaN ?? argument
    }

    private func unknown(of object: Value, _ interpreter: Interpreter) -> Failure {
        var failure = object.unknownMethod(name.text, interpreter: interpreter)
        if StepAdvice.methods.contains(name.text), let advice = StepAdvice(at: location, interpreter)?.help,
            !advice.isEmpty
        {
            failure.diagnostic.help = advice
        }
        return failure.located(location)
    }

    /// `xs.append(1)` of a list that a variable holds; nil where it is something else.
    private func changedList(
        _ shortcut: Builtin.ListShortcut, _ variable: ListVariable, _ frame: Frame
    ) throws -> Value? {
        guard variable.holdsList(frame), let cell, !cell.cell.value.isDefined else { return nil }
        switch (shortcut, arguments.positional.count) {
        case (.add(let add), 1):
            let value = try arguments.positional[0].evaluate(frame)
            try locating { try frame.interpreter.nesting.count(value) }
            if variable.changeList(frame, { add(&$0, value) }) != nil { return Value.none }
            // Evaluating the argument gave the variable another value.
            guard let change, let mutate = change.builtin.mutate else { return nil }
            return try self.change(change.place, change.function, mutate, frame, known: [value])
        case (.take(let take), 0): return variable.changeList(frame, take) ?? nil
        default: return nil
        }
    }

    /// What `x.add_(1).mul_(2)` changes, each call of it.
    private var placeOfTensor: Place? {
        receiver.place ?? (receiver as? MethodCallNode).flatMap { $0.inPlace == nil ? nil : $0.placeOfTensor }
    }

    /// `x.add_(1)` of a tensor: it gives the variable, and the parameter that it shows, other values.
    private func changedTensor(_ object: Value, by change: Function.Change, _ frame: Frame) throws -> Value {
        let rest = try arguments.evaluate(frame)
        let place = try placeOfTensor?.resolved(frame)
        guard place != nil || use != .dropped else {
            throw Failure(
                "`\(name.text)` would change a copy that nothing holds",
                help: "give the tensor a name first, then change that"
            ).located(location)
        }
        return try locating {
            guard let place else {
                var copy = object
                return try change(&copy, rest, frame.interpreter)
            }
            let result = try place.modify { try change(&$0, rest, frame.interpreter) }
            return use == .shown ? .none : result
        }
    }

    /// Whether it is `d.keys()` or `d.items()`.
    var givesKeys: Bool { ["keys", "items"].contains(name.text) && arguments.isPlain && arguments.positional.isEmpty }

    /// `d.setdefault(k, []).append(v)` changes the entry.
    override var place: Place? {
        guard name.text == "setdefault", cell?.builtin != nil, arguments.isPlain,
            1...2 ~= arguments.positional.count, let base = receiver.place
        else { return nil }
        let usual = arguments.positional.count == 2 ? arguments.positional[1] : nil
        return .entry(base: base, key: arguments.positional[0], usual: usual, call: self)
    }

    /// The call of a built-in that changes what it is called on; nil where it is something else.
    private func changed(
        _ changing: Function, _ builtin: Builtin, _ place: Place, _ frame: Frame
    ) throws -> Value? {
        guard let mutate = builtin.mutate, try isChanged(by: builtin, frame),
            case .function(let callee)? = try method(frame), callee === changing
        else { return nil }
        return try change(place, callee, mutate, frame)
    }

    /// Whether the built-in changes such a receiver, which has no field of that name. It is held only here: a list that
    /// is held while it is changed would be copied.
    @inline(never)
    private func isChanged(by builtin: Builtin, _ frame: Frame) throws -> Bool {
        let object = try receiver.evaluate(frame)
        guard builtin.changes(object), object.object(as: LibraryObject.self) == nil else { return false }
        return try locating { try object.field(name.text) }?.isCallable != true
    }

    /// NumPy's arrays are float64, and its methods divide by n.
    private func noteDivisor(of tensor: Variable, _ values: Arguments, _ interpreter: Interpreter) throws {
        guard name.text == "std" || name.text == "var", tensor.dtype == .float64,
            !values.named.contains(where: { ["ddof", "correction", "unbiased", "dim"].contains($0.name) }),
            !Value.tensor(tensor).isColumn
        else { return }
        try interpreter.adviseOnce(
            "`x.\(name.text)()` divides by n - 1, as PyTorch and pandas do; NumPy divides by n: "
                + "`np.\(name.text)(x)` or `x.\(name.text)(ddof=0)`; ddof=1 keeps n - 1 and this note away")
    }

    /// `x.max(1)` of a tensor is the values in NumPy, and values and indices in PyTorch: what surrounds it decides, or it is
    /// refused.
    private func decide(_ values: inout Arguments) throws {
        switch name.text {
        case "max", "min":
            guard values.positional.count == 2, values.positional[1].asInteger != nil else { return }
            if values.named.contains(where: { $0.name == "keepdim" }) || use == .unpacked {
                values.named.append(("dim", values.positional.removeLast()))
            } else if use == .indexed {
                throw valuesOrPair(along: values.positional[1].shortText)
            }
        // A tensor alone would be taken apart into its rows.
        case "sort" where use == .unpacked, "cummax" where use == .unpacked, "cummin" where use == .unpacked,
            "median" where use == .unpacked:
            guard !values.named.contains(where: { $0.name == "dim" }) else { return }
            if let place = values.named.firstIndex(where: { $0.name == "axis" }) {
                values.named[place].name = "dim"
            } else if values.positional.count == 2, values.positional[1].asInteger != nil {
                values.named.append(("dim", values.positional.removeLast()))
            } else if name.text == "sort" {
                values.named.append(("dim", .integer(-1)))
            }
        // In PyTorch `[0]` of it is all values.
        case "sort"
        where use == .indexed && values.positional.count == 1
            && !values.named.contains { ["dim", "axis"].contains($0.name) }:
            throw valuesOrPair(along: "-1")
        case "median" where use == .indexed && values.positional.count == 2,
            "cummax" where use == .indexed && values.positional.count == 2,
            "cummin" where use == .indexed && values.positional.count == 2:
            throw valuesOrPair(along: values.positional[1].shortText)
        case "sort" where use == .dropped:
            throw Failure(
                "`sort` of a tensor gives a sorted copy, which this statement drops: the tensor stays as it is",
                help: "NumPy's `x.sort()` is `x = sort(x)`; along an axis `x = sort(x, axis=0)`")
        case "sort" where use == .shown && !values.named.contains { ["dim", "descending"].contains($0.name) }:
            throw Failure(
                "`x.sort()` sorts the array itself in NumPy, and gives a sorted copy in PyTorch",
                help: ["NumPy's: `x = sort(x)`; along an axis `x = sort(x, axis=0)`", "a sorted copy: `sort(x)`"])
        // Who takes the result apart has a name for each axis: NumPy's.
        case "nonzero"
        where (use == .unpacked || use == .spread) && values.positional.count == 1 && values.named.isEmpty:
            values.named.append(("as_tuple", .boolean(true)))
        case "nonzero" where use == .indexed && values.positional.count == 1 && values.named.isEmpty:
            throw Failure(
                "`x.nonzero()` has a vector for each axis in NumPy, and a row for each element in PyTorch",
                help: ["NumPy's: `np.nonzero(x)[0]`", "PyTorch's: `torch.nonzero(x)[0]`"])
        default: break
        }
    }

    private func valuesOrPair(along axis: String) -> Failure {
        let call = "x.\(name.text)(\(axis == "-1" ? "" : axis))"
        let library = name.text == "max" || name.text == "min" ? "in NumPy" : "here"
        return Failure(
            "`\(call)` is the values \(library), and values and indices in PyTorch",
            help: [
                "of the values: `x.\(name.text)(axis=\(axis))[0]`",
                "PyTorch's: `x.\(name.text)(dim=\(axis))`, with the fields values and indices, or [0] and [1]",
            ])
    }

    private func method(_ frame: Frame) throws -> Value? {
        let value = try cell?.cell.value ?? function.evaluate(frame)
        return value.isCallable ? value : builtin ?? (value.isDefined ? value : nil)
    }

    /// `d.get(k, default)` of a record without making a call of it, which takes five times as long; nil where it is
    /// something else.
    private func entry(of record: Record, _ frame: Frame) throws -> Value? {
        guard let cell, !cell.cell.value.isDefined, record[RecordKey.string("get")]?.isCallable != true else {
            return nil
        }
        let key = try arguments.positional[0].evaluate(frame)
        let usual = try arguments.positional[1].evaluate(frame)
        return try locating { record[try RecordKey.checked(key)] ?? usual }
    }

    /// `xs.append(1)` changes the name `xs`, not a copy of its value.
    ///
    /// - Parameter known: The arguments, where they are evaluated.
    private func change(
        _ place: Place, _ function: Function, _ mutate: @Sendable (inout Value, Call) throws -> Value, _ frame: Frame,
        known: [Value]? = nil
    ) throws -> Value {
        let resolved = try place.resolved(frame)
        let given =
            try known.map { Arguments([.boolean(true)] + $0) } ?? arguments.evaluate(frame, after: .boolean(true))
        return try locating {
            try frame.interpreter.nesting.count(.list(given.positional))
            let values = try function.bind(given)
            let call = Call(function: function, values: values, interpreter: frame.interpreter)
            return try resolved.modify { try mutate(&$0, call) }
        }
    }
}
