import Language

extension Operators {
    /// What the method of either operand gives; nil where neither is an object that has it.
    ///
    /// - Parameter location: Of the operator, for the trace of an error.
    static func byMethod(
        _ kind: SpecialMethod, _ a: Value, _ b: Value, at location: Diagnostic.Location? = nil
    ) throws -> Value? {
        if let object = a.instance, let result = try object.answer(kind, a, b, at: location) { return result }
        if let object = b.instance { return try object.answer(kind, a, b, at: location) }
        return nil
    }

    /// A comparison by methods, those of the reverse comparison too: `a > b` is `b < a`.
    static func comparedByMethod(_ comparison: ComparisonOperator, _ a: Value, _ b: Value) throws -> Value? {
        guard a.instance != nil || b.instance != nil else { return nil }
        switch comparison {
        case .isIn, .isNotIn, .isSame, .isNotSame: return nil
        case .equal: return try byMethod(.equal, a, b)
        case .notEqual:
            if let result = try byMethod(.notEqual, a, b) { return result }
            return try byMethod(.equal, a, b).map { .boolean(try !$0.isTrue()) }
        case .less: return try byMethod(.less, a, b) ?? byMethod(.greater, b, a)
        case .lessOrEqual: return try byMethod(.lessOrEqual, a, b) ?? byMethod(.greaterOrEqual, b, a)
        case .greater: return try byMethod(.greater, a, b) ?? byMethod(.less, b, a)
        case .greaterOrEqual: return try byMethod(.greaterOrEqual, a, b) ?? byMethod(.lessOrEqual, b, a)
        }
    }

    /// How to go on where an operand is an object, a class or none.
    static func help(on symbol: String, _ operands: Value...) -> [String] {
        for value in operands {
            if let object = value.instance {
                return ["`fn \(symbol)(a, b) { ... }` in the class `\(object.definition.name)` says what it does"]
            }
            if case .function(let function) = value, let definition = function.objectClass {
                return ["an object of the class is made first: `\(definition.code.signature.text)`"]
            }
        }
        guard operands.contains(where: \.isNone), symbol != "==" else { return [] }
        return ["a value is missing; where that may be, ask first: `x != none and x \(symbol) y`"]
    }
}

extension BinaryOperator {
    var special: SpecialMethod {
        switch self {
        case .add: .add
        case .subtract: .subtract
        case .multiply: .multiply
        case .divide: .divide
        case .remainder: .remainder
        case .floorDivide: .floorDivide
        case .matrixProduct: .matrixProduct
        case .power: .power
        case .union: .union
        case .intersection: .intersection
        case .exclusion: .exclusion
        case .shiftLeft: .shiftLeft
        case .shiftRight: .shiftRight
        }
    }
}
