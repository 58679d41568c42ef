/// All built-ins by name: what calls, help, completion and tests read.
package struct BuiltinTable {
    /// In the order of the help.
    package let all: [Builtin]
    private var functions: FunctionCache

    /// Functions are made of their entries when first named, so that starting costs nothing for them.
    private final class FunctionCache {
        var indices: [String: Int] = [:]
        var made: [String: Value] = [:]
    }

    package init(_ builtins: [Builtin], aliases: [String: String] = [:], constants: [String: Value] = [:]) {
        all = builtins
        functions = FunctionCache()
        functions.indices.reserveCapacity(builtins.count + aliases.count)
        for (index, builtin) in builtins.enumerated() { functions.indices[builtin.name] = index }
        var second: [String: String] = [:]
        for (alias, name) in aliases where functions.indices[alias] == nil && functions.indices[name] != nil {
            second[alias] = name
        }
        for (alias, name) in second { functions.indices[alias] = functions.indices[name] }
        self.aliases = second
        functions.made = constants
    }

    /// The same built-ins with functions of their own, for another thread.
    func copy() -> BuiltinTable {
        var copy = self
        copy.functions = FunctionCache()
        copy.functions.indices = functions.indices
        copy.functions.made = functions.made
        return copy
    }

    /// Second names, such as `max_pool` for `maxpool`.
    package let aliases: [String: String]

    /// What completion and suggestions offer: without modules and without the classes of PyTorch, such as `Dropout`.
    package var names: [String] {
        functions.indices.keys.filter { aliases[$0] == nil || $0.first?.isUppercase != true }
            + functions.made.keys.filter { !FamiliarNames.isRoot($0) }
    }

    package func builtin(_ name: String) -> Builtin? {
        functions.indices[name].map { all[$0] }
    }

    /// Whether an example or a page of the help uses the name for a variable, as `run = train ...`.
    func isAssignedInHelp(_ name: String) -> Bool {
        let texts = all.lazy.map(\.example) + HelpPage.allCases.map(\.text)
        return texts.contains { text in
            text.split(separator: "\n").contains { $0.drop { $0 == " " }.hasPrefix("\(name) = ") }
        }
    }

    package func value(_ name: String) -> Value? {
        if let value = functions.made[name] { return value }
        if FamiliarNames.isRoot(name) {
            let library = Value.object(LibraryObject(name, copy()))
            functions.made[name] = library
            return library
        }
        let function =
            functions.indices[name].map { Function(builtin: all[$0]) } ?? FamiliarNames.function(called: name)
        guard let function else { return nil }
        let value = Value.function(function)
        functions.made[name] = value
        return value
    }
}
