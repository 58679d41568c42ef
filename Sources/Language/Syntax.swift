/// A name where it stands in the source.
package struct Identifier: Sendable {
    package let text: String
    package let span: Span

    package init(_ text: String, _ span: Span) {
        self.text = text
        self.span = span
    }
}

/// A parsed expression with its place.
package struct Expression: Sendable {
    package let kind: Kind
    package let span: Span

    package init(_ kind: Kind, _ span: Span) {
        self.kind = kind
        self.span = span
    }

    package indirect enum Kind: Sendable {
        case none
        case boolean(Bool)
        case number(Double)
        /// A whole number that a `Double` does not hold.
        case whole(Int)
        case string(String)
        /// `"loss {x:.4f}"`
        case interpolation([StringPiece])
        case name(String)
        /// `[a, b]`
        case list([Expression])
        /// `*xs` among the elements of a list: all elements of another.
        case spread(Expression)
        /// `{lr=0.1, "a b"=2, [k]=v, **others}`
        case record([RecordField])
        /// `[x * x for x in xs if x > 0]`
        case comprehension(element: Expression, clauses: [ComprehensionClause])
        /// `{[k]=v for k, v in pairs}`
        case recordComprehension(RecordField, clauses: [ComprehensionClause])
        /// `x -> x * 2`, `(a, b) -> a + b`, `fn(a, b) { ... }`
        case function(FunctionSyntax)
        case unary(UnaryOperator, Expression)
        case binary(BinaryOperator, Expression, Expression)
        /// `a and b`
        case and(Expression, Expression)
        /// `a or b`
        case or(Expression, Expression)
        /// `a < b`, and chains as in Python: `a < b <= c` (each operand is evaluated once).
        case comparison(first: Expression, rest: [ComparisonLink])
        /// `f(x, k=1)`, or as a command `f x k=1`
        case call(callee: Expression, arguments: [Argument], isCommand: Bool)
        /// `x[1, 2:5]`
        case index(base: Expression, subscripts: [SubscriptSyntax])
        /// `x.name`
        case member(base: Expression, name: Identifier)
        /// `if c { a } else if d { b } else { e }`; the last `else` may be absent.
        case conditional(branches: [ConditionalBranch], otherwise: Block?)
        /// `sweep rate in [...], batch in [...] workers=2 { ... }`
        case sweep(SweepSyntax)
        /// `step opt loss`; a block is a conditional that is always true.
        case step(optimizer: Expression, loss: Expression)
    }
}

package enum UnaryOperator: String, Sendable {
    case negate = "-"
    /// Of masks, element by element, and of whole numbers bit by bit.
    case complement = "~"
    case plus = "+"
    case not
}

package enum BinaryOperator: String, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case remainder = "%"
    /// The quotient, rounded down.
    case floorDivide = "//"
    case matrixProduct = "@"
    case power = "**"
    /// Of sets and records, masks, whole numbers.
    case union = "|"
    case intersection = "&"
    /// What is in one of two and not in the other.
    case exclusion = "^"
    case shiftLeft = "<<"
    case shiftRight = ">>"

    /// Whether it is one of sets, masks and bits, and no arithmetic.
    package var isOfBits: Bool {
        switch self {
        case .union, .intersection, .exclusion, .shiftLeft, .shiftRight: true
        default: false
        }
    }
}

package enum ComparisonOperator: String, Sendable {
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case isIn = "in"
    case isNotIn = "not in"
    /// One object, `none` or the same truth value.
    case isSame = "is"
    case isNotSame = "is not"

    /// Whether it compares values whole, never element by element.
    package var isOfWhole: Bool {
        switch self {
        case .isIn, .isNotIn, .isSame, .isNotSame: true
        default: false
        }
    }
}

package struct ComparisonLink: Sendable {
    package let comparison: ComparisonOperator
    package let operatorSpan: Span
    package let operand: Expression

    package init(comparison: ComparisonOperator, operatorSpan: Span, operand: Expression) {
        self.comparison = comparison
        self.operatorSpan = operatorSpan
        self.operand = operand
    }
}

package enum StringPiece: Sendable {
    case text(String)
    /// The value of an expression, with Python's format specification after `:` if there is one.
    case value(Expression, format: String?, formatSpan: Span)
}

package struct RecordField: Sendable {
    /// A name is the string that it is; nil for `**value`, all fields of another record.
    package let key: Expression?
    package let value: Expression

    package init(key: Expression?, value: Expression) {
        self.key = key
        self.value = value
    }
}

package enum ComprehensionClause: Sendable {
    case loop(target: Target, sequence: Expression)
    case filter(Expression)
}

package struct Argument: Sendable {
    /// The name of a `name=value` argument.
    package let label: Identifier?
    package let value: Expression
    package let expansion: Expansion?

    /// What stands for any number of arguments.
    package enum Expansion: String, Sendable {
        /// `*xs`: an argument for each element.
        case elements = "*"
        /// `**options`: a named argument for each field.
        case fields = "**"
    }

    package init(label: Identifier?, value: Expression, expansion: Expansion? = nil) {
        self.label = label
        self.value = value
        self.expansion = expansion
    }
}

package enum SubscriptSyntax: Sendable {
    case index(Expression)
    /// `start:stop:step`
    case slice(start: Expression?, stop: Expression?, step: Expression?, Span)
    /// `...`
    case ellipsis(Span)
}

package struct ConditionalBranch: Sendable {
    package let condition: Expression
    package let body: Block

    package init(condition: Expression, body: Block) {
        self.condition = condition
        self.body = body
    }
}

package struct ParameterSyntax: Sendable {
    package let name: Identifier
    package let defaultValue: Expression?
    /// `*rest` takes the arguments that are left, `**options` the named ones.
    package let gathers: Argument.Expansion?

    package init(name: Identifier, defaultValue: Expression?, gathers: Argument.Expansion? = nil) {
        self.name = name
        self.defaultValue = defaultValue
        self.gathers = gathers
    }
}

package struct FunctionSyntax: Sendable {
    /// Absent for a function value.
    package let name: Identifier?
    package let parameters: [ParameterSyntax]
    package let body: FunctionBody
    /// Whether it is a method that is called where it is read: `@property` stands before it.
    package let isProperty: Bool
    /// From its first token to its last; the text that `?name` shows.
    package let span: Span

    package init(
        name: Identifier?, parameters: [ParameterSyntax], body: FunctionBody, isProperty: Bool = false, span: Span
    ) {
        self.isProperty = isProperty
        self.name = name
        self.parameters = parameters
        self.body = body
        self.span = span
    }
}

/// `class Name(parameters) : Base(arguments) { ... }`
package struct ClassSyntax: Sendable {
    package let name: Identifier
    package let parameters: [ParameterSyntax]
    /// The class that it inherits from, as it is called for each object.
    package let base: Expression?
    package let body: Block
    /// The fields that `self.name = value` assigns anywhere inside.
    package let selfFields: [String]
    package let span: Span
}

package indirect enum FunctionBody: Sendable {
    case expression(Expression)
    case block(Block)
}

package struct SweepSyntax: Sendable {
    /// `rate in [...]`, one or more.
    package let axes: [SweepAxis]
    /// `workers=2`, `seeds=3`
    package let options: [Argument]
    package let body: Block
    package let span: Span

    package init(axes: [SweepAxis], options: [Argument], body: Block, span: Span) {
        self.axes = axes
        self.options = options
        self.body = body
        self.span = span
    }
}

package struct SweepAxis: Sendable {
    package let name: Identifier
    package let values: Expression

    package init(name: Identifier, values: Expression) {
        self.name = name
        self.values = values
    }
}

/// Statements between braces, or of a whole source.
package struct Block: Sendable {
    package let statements: [Statement]
    package let span: Span

    package init(statements: [Statement], span: Span) {
        self.statements = statements
        self.span = span
    }

    /// The block of one expression.
    init(of expression: Expression) {
        self.init(statements: [Statement(.expression(expression), expression.span)], span: expression.span)
    }
}

package struct Statement: Sendable {
    package let kind: Kind
    package let span: Span
    /// A `;` behind it keeps its value from being shown.
    package let isSilenced: Bool

    package init(_ kind: Kind, _ span: Span, isSilenced: Bool = false) {
        self.kind = kind
        self.span = span
        self.isSilenced = isSilenced
    }

    package indirect enum Kind: Sendable {
        case expression(Expression)
        case assign(Target, Expression)
        /// `x += 1`: `x = x + 1` with the target's parts evaluated once.
        case augmentedAssign(Target, BinaryOperator, Expression)
        case function(FunctionSyntax)
        case model(FunctionSyntax)
        case `class`(ClassSyntax)
        case `for`(target: Target, sequence: Expression, body: Block)
        case `while`(condition: Expression, body: Block)
        case `break`
        case `continue`
        case `return`(Expression?)
        /// With a handler, with what runs in any case, or with both.
        case `try`(body: Block, name: Identifier?, handler: Block?, cleanup: Block?)
        /// `with context as name { ... }`
        case with(context: Expression, name: Identifier?, body: Block)
        case assert(condition: Expression, message: Expression?)
        case param(name: Identifier, value: Expression)
        /// `names` are what it brings beside: `nn` of `from torch import nn`, `os` of `import re, os`.
        case `import`(path: Expression, alias: Identifier?, names: [ImportedName])
        /// `del a, b`
        case delete([Identifier])
        /// `?name`
        case help(topic: String)
    }
}

/// `randint` of `from random import randint as draw`.
package struct ImportedName: Sendable {
    /// With its module, `random.randint`; `random.*` for all that the module has.
    package let path: String
    /// What it is called from here on; nil where the name is that of a module or of all that it has.
    package let name: Identifier?
    package let isRenamed: Bool

    init(_ path: String, name: Identifier? = nil, isRenamed: Bool = false) {
        self.path = path
        self.name = name
        self.isRenamed = isRenamed
    }

    package var isAll: Bool { path.hasSuffix(".*") }
}

/// What an assignment can assign to.
package indirect enum Target: Sendable {
    case name(Identifier)
    case index(base: Expression, subscripts: [SubscriptSyntax], Span)
    case member(base: Expression, name: Identifier, Span)
    /// `a, b = pair`
    case tuple([Target], Span)
    /// `*rest` in a tuple: the list of what the others leave.
    case rest(Target)
    /// `a = b = 0`: each is assigned the same value, the first one first.
    case each([Target])
}
