import Datasets

/// Takes values out of a checkpoint's JSON; what is not there, or of another kind, is an error that names it.
struct RecordReader {
    private let json: JSON
    private let path: String

    init(_ json: JSON, path: String = "") {
        self.json = json
        self.path = path
    }

    /// A member that has to be there.
    func callAsFunction(_ name: String) throws -> RecordReader {
        guard let member = json[name] else { throw wrong("has no \(place(name))") }
        return RecordReader(member, path: place(name))
    }

    /// A member that may be null.
    func optional(_ name: String) throws -> RecordReader? {
        let member = try self(name)
        return member.json.isNull ? nil : member
    }

    /// Whether there is such a member.
    func has(_ name: String) -> Bool { json[name] != nil }

    private func place(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    private func wrong(_ reason: String) -> TrainingError { Checkpoint.refused("the checkpoint \(reason)") }

    private func taken<T>(_ value: T?) throws -> T {
        guard let value else { throw wrong("has a wrong value as \(path)") }
        return value
    }

    func integer() throws -> Int { try taken(json.asInteger) }
    func double() throws -> Double { try taken(json.asDouble) }
    func string() throws -> String { try taken(json.asString) }
    func boolean() throws -> Bool { try taken(json.asBoolean) }
    func unsigned() throws -> UInt64 { try taken(json.asUInt64) }

    func integer(_ name: String) throws -> Int { try self(name).integer() }
    func double(_ name: String) throws -> Double { try self(name).double() }
    func string(_ name: String) throws -> String { try self(name).string() }
    func boolean(_ name: String) throws -> Bool { try self(name).boolean() }
    func array(_ name: String) throws -> [JSON] { try taken(self(name).json.elements) }

    /// For a word that no version has written.
    func unknown() -> TrainingError { wrong("has the unknown value \(json.text) as \(path)") }
}
