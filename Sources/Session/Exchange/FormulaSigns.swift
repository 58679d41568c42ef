/// The signs that commands of TeX stand for.
extension FormulaHTML {
    static let signs: [String: String] = [
        "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ",
        "eta": "η", "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν",
        "xi": "ξ", "pi": "π", "rho": "ρ", "varrho": "ϱ", "sigma": "σ", "varsigma": "ς", "tau": "τ", "upsilon": "υ",
        "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ",
        "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
        "sum": "∑", "prod": "∏", "coprod": "∐", "int": "∫", "iint": "∬", "oint": "∮", "bigcup": "⋃", "bigcap": "⋂",
        "bigoplus": "⨁", "bigotimes": "⨂", "partial": "∂", "nabla": "∇", "infty": "∞", "ell": "ℓ", "hbar": "ℏ",
        "Re": "ℜ", "Im": "ℑ", "emptyset": "∅", "varnothing": "∅", "forall": "∀", "exists": "∃", "neg": "¬", "lnot": "¬",
        "prime": "′", "top": "⊤", "bot": "⊥", "angle": "∠", "triangle": "△", "square": "□", "checkmark": "✓",
        "times": "×", "div": "÷", "cdot": "·", "ast": "∗", "star": "⋆", "circ": "∘", "bullet": "•", "odot": "⊙",
        "oplus": "⊕", "ominus": "⊖", "otimes": "⊗", "pm": "±", "mp": "∓", "setminus": "∖", "wedge": "∧", "land": "∧",
        "vee": "∨", "lor": "∨", "dagger": "†",
        "le": "≤", "leq": "≤", "leqslant": "≤", "ge": "≥", "geq": "≥", "geqslant": "≥", "ll": "≪", "gg": "≫",
        "ne": "≠", "neq": "≠", "approx": "≈", "sim": "∼", "simeq": "≃", "cong": "≅", "equiv": "≡", "propto": "∝",
        "coloneqq": "≔", "triangleq": "≜", "doteq": "≐", "in": "∈", "ni": "∋", "notin": "∉", "subset": "⊂",
        "subseteq": "⊆", "supset": "⊃", "supseteq": "⊇", "cup": "∪", "cap": "∩", "perp": "⊥", "parallel": "∥",
        "prec": "≺", "succ": "≻", "mid": "|",
        "to": "→", "rightarrow": "→", "longrightarrow": "⟶", "leftarrow": "←", "gets": "←", "leftrightarrow": "↔",
        "mapsto": "↦", "uparrow": "↑", "downarrow": "↓", "Rightarrow": "⇒", "implies": "⟹", "Leftarrow": "⇐",
        "Leftrightarrow": "⇔", "iff": "⟺", "therefore": "∴",
        "ldots": "…", "dots": "…", "cdots": "⋯", "vdots": "⋮", "ddots": "⋱", "quad": "  ", "qquad": "    ",
        "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "langle": "⟨", "rangle": "⟩", "lvert": "|",
        "rvert": "|", "vert": "|", "lVert": "‖", "rVert": "‖", "Vert": "‖", "lbrace": "{", "rbrace": "}",
        "lbrack": "[", "rbrack": "]", "backslash": "\\", "colon": ":",
    ]
    /// Those that have room around them.
    static let relations: Set<String> = [
        "×", "÷", "⊙", "⊕", "⊖", "⊗", "±", "∓", "∖", "∧", "∨", "≤", "≥", "≪", "≫", "≠", "≈", "∼", "≃", "≅", "≡", "∝",
        "≔",
        "≜", "≐", "∈", "∋", "∉", "⊂", "⊆", "⊃", "⊇", "∪", "∩", "∥", "≺", "≻", "→", "⟶", "←", "↔", "↦", "⇒", "⟹", "⇐",
        "⇔", "⟺", "∴",
    ]
    /// Marks above a letter, which combine with it.
    static let accents: [String: Character] = [
        "hat": "\u{302}", "widehat": "\u{302}", "tilde": "\u{303}", "widetilde": "\u{303}", "vec": "\u{20D7}",
        "dot": "\u{307}", "ddot": "\u{308}", "check": "\u{30C}", "breve": "\u{306}", "acute": "\u{301}",
        "grave": "\u{300}", "mathring": "\u{30A}",
    ]
    /// Commands that change sizes and places alone.
    static let silent: Set<String> = [
        "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr", "Biggl", "Biggr", "limits",
        "nolimits", "displaystyle", "textstyle", "scriptstyle", "nonumber", "notag", "hline", "rm", "bf", "it",
    ]
}
