/// The names of an imported file: `import "lib.dls" as lib`.
package final class NamespaceObject: RuntimeObject {
    package let module: Namespace

    init(_ module: Namespace) { self.module = module }

    package override var kindName: String { "module" }
    package override var fieldNames: [String] { module.definedNames }
    package override var shortText: String { "module \(quoted(module.name))" }

    package override func field(_ name: String) throws -> Value? { module[name] }

    package override func display(_ style: DisplayStyle) throws -> String {
        "\(shortText) with \(fieldNames.joined(separator: ", "))"
    }
}
