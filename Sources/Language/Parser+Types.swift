/// Types of parameters, of results and of variables, as Python writes them. They are read and not used.
extension Parser {
    /// ```
    /// type: part ('|' part)*
    /// part: name ('.' name)* ('[' ... ']')? | string | 'none' | '[' ... ']' | '(' ... ')'
    /// ```
    func type() throws(Failure) {
        repeat {
            guard !atLineBreak else { throw unexpected("a type") }
            switch kind {
            case .string, .none: advance()
            case .leftBracket, .leftParenthesis: try bracketOfType()
            case .name:
                advance()
                while kind == .dot, token(1).kind == .name {
                    advance()
                    advance()
                }
                if kind == .leftBracket, touches { try bracketOfType() }
            default: throw unexpected("a type")
            }
        } while !atLineBreak && match(.pipe)
    }

    private func bracketOfType() throws(Failure) {
        guard let closing = matching(position) else {
            position = list.tokens.count - 1
            throw incomplete("the end of the type")
        }
        position = closing
        advance()
    }

    /// `-> type` behind the parameters of a function with a block or `=`.
    func resultType() throws(Failure) {
        guard kind == .arrow, !atLineBreak, token(1).kind != .leftBrace else { return }
        advance()
        try type()
    }

    /// `x: int` at its colon: what a statement begins with is a variable, and its type follows.
    func startsType(of variable: Expression) -> Bool {
        switch variable.kind {
        case .name, .member: break
        default: return false
        }
        return kind == .colon && !atLineBreak && !breaksLine(position + 1)
            && [.name, .string, .none].contains(token(1).kind)
    }
}
