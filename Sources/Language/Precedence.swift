/// How tightly the operators between two operands bind, loosest first (`->` is looser than all).
enum Precedence: Int, Comparable {
    case or, and, not, comparison, union, exclusion, intersection, shift, sum, product, unary

    static func < (a: Precedence, b: Precedence) -> Bool { a.rawValue < b.rawValue }

    init?(_ kind: Token.Kind) {
        switch kind {
        case .or: self = .or
        case .and: self = .and
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .in, .not: self = .comparison
        case .pipe: self = .union
        case .caret: self = .exclusion
        case .ampersand: self = .intersection
        case .shiftLeft, .shiftRight: self = .shift
        case .plus, .minus: self = .sum
        case .star, .slash, .doubleSlash, .percent, .at: self = .product
        default: return nil
        }
    }

    /// The next tighter one: that of the right operand, so that operators group from the left.
    var tighter: Precedence { Precedence(rawValue: rawValue + 1) ?? .unary }
}

extension UnaryOperator {
    /// `not` is none: it binds more loosely than what these stand before.
    init?(_ kind: Token.Kind) {
        switch kind {
        case .minus: self = .negate
        case .plus: self = .plus
        case .tilde: self = .complement
        default: return nil
        }
    }
}

extension BinaryOperator {
    init?(_ kind: Token.Kind) {
        switch kind {
        case .plus: self = .add
        case .minus: self = .subtract
        case .star: self = .multiply
        case .slash: self = .divide
        case .percent: self = .remainder
        case .doubleSlash: self = .floorDivide
        case .at: self = .matrixProduct
        case .power: self = .power
        case .pipe: self = .union
        case .ampersand: self = .intersection
        case .caret: self = .exclusion
        case .shiftLeft: self = .shiftLeft
        case .shiftRight: self = .shiftRight
        default: return nil
        }
    }
}

extension ComparisonOperator {
    init?(_ kind: Token.Kind) {
        switch kind {
        case .equal: self = .equal
        case .notEqual: self = .notEqual
        case .less: self = .less
        case .lessOrEqual: self = .lessOrEqual
        case .greater: self = .greater
        case .greaterOrEqual: self = .greaterOrEqual
        case .in: self = .isIn
        case .not: self = .isNotIn
        default: return nil
        }
    }
}
