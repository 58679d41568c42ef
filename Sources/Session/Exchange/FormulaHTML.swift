import Figures

/// A formula in the words of TeX as text that can be read: signs for their names, and numbers that stand higher and lower.
///
///     x_i^2 \le \frac{1}{n}    gives    x<sub>i</sub><sup>2</sup> ≤ (1)/(n)
struct FormulaHTML {
    private let characters: [Character]
    private var index = 0
    private var depth = 0

    static func html(_ formula: String) -> String {
        var formula = FormulaHTML(characters: Array(formula))
        return formula.sequence(until: nil)
    }

    private init(characters: [Character]) { self.characters = characters }

    private mutating func sequence(until end: Character?) -> String {
        var html = ""
        while index < characters.count, characters[index] != end { html += part() }
        if end != nil { index += 1 }
        return html
    }

    /// One character, command or group in braces.
    private mutating func part() -> String {
        let character = characters[index]
        index += 1
        switch character {
        case "\\": return command()
        case "{": return group()
        case "_", "^":
            let tag = character == "_" ? "sub" : "sup"
            guard index < characters.count, !characters[index].isWhitespace, depth < 50 else {
                return String(character)
            }
            depth += 1
            defer { depth -= 1 }
            return "<\(tag)>\(part())</\(tag)>"
        case "'": return "′"
        case "~": return " "
        default: return escapedXML(String(character))
        }
    }

    /// What stands between the brace before and the one that closes it.
    private mutating func group() -> String {
        guard depth < 50 else { return "{" }
        depth += 1
        defer { depth -= 1 }
        return sequence(until: "}")
    }

    /// The group that a command takes, or the next character.
    private mutating func argument() -> String {
        while index < characters.count, characters[index] == " " { index += 1 }
        return index < characters.count && depth < 50 ? part() : ""
    }

    private mutating func command() -> String {
        guard index < characters.count else { return "\\" }
        guard characters[index].isLetter else {
            let sign = characters[index]
            index += 1
            // Spaces of several widths, the end of a line, and signs that would mean something else.
            return sign == "\\" ? "<br>" : sign == "!" ? "" : ",;:> ".contains(sign) ? " " : escapedXML(String(sign))
        }
        let start = index
        while index < characters.count, characters[index].isLetter { index += 1 }
        let name = String(characters[start..<index])
        if let sign = Self.signs[name] {
            while index < characters.count, characters[index] == " " { index += 1 }
            // A relation keeps its room.
            return Self.relations.contains(sign) ? " \(escapedXML(sign)) " : escapedXML(sign)
        }
        depth += 1
        defer { depth -= 1 }
        switch name {
        case "frac", "dfrac", "tfrac":
            let (above, below) = (argument(), argument())
            return "(\(above))/(\(below))"
        case "sqrt": return "√(\(argument()))"
        case "hat": return argument() + "\u{302}"
        case "bar", "overline": return argument() + "\u{304}"
        case "tilde": return argument() + "\u{303}"
        case "mathbf", "boldsymbol", "bm": return "<b>\(argument())</b>"
        case "text", "mathrm", "mathit", "operatorname", "mathcal", "mathbb": return argument()
        case "left", "right", "big", "Big", "bigl", "bigr", "limits", "displaystyle": return ""
        // Functions such as \log are their own names.
        default: return name + (index < characters.count && characters[index] == " " ? "" : " ")
        }
    }

    private static let signs: [String: String] = [
        "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ",
        "eta": "η", "theta": "θ", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ",
        "sigma": "σ", "tau": "τ", "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ",
        "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Pi": "Π", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
        "sum": "∑", "prod": "∏", "int": "∫", "partial": "∂", "nabla": "∇", "infty": "∞", "times": "×", "cdot": "·",
        "odot": "⊙", "oplus": "⊕", "otimes": "⊗", "pm": "±", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠",
        "neq": "≠", "approx": "≈", "sim": "∼", "equiv": "≡", "propto": "∝", "in": "∈", "notin": "∉", "subset": "⊂",
        "cup": "∪", "cap": "∩", "to": "→", "rightarrow": "→", "leftarrow": "←", "mapsto": "↦", "Rightarrow": "⇒",
        "ldots": "…", "dots": "…", "cdots": "⋯", "top": "⊤", "mid": "|", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈",
        "rceil": "⌉", "langle": "⟨", "rangle": "⟩", "forall": "∀", "exists": "∃", "ell": "ℓ", "star": "⋆", "quad": "  ",
        "prime": "′", "circ": "∘",
    ]
    private static let relations: Set<String> = [
        "×", "⊙", "⊕", "⊗", "±", "≤", "≥", "≠", "≈", "∼", "≡", "∝", "∈", "∉", "⊂", "∪", "∩", "→", "←", "↦", "⇒",
    ]
}
