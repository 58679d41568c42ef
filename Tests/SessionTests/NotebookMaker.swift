/// Makes notebooks of all that the format knows, at random from a seed.
struct NotebookMaker {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    private mutating func next(_ count: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((z ^ (z >> 31)) % UInt64(count))
    }

    private mutating func pick(_ choices: [String]) -> String { choices[next(choices.count)] }

    private mutating func some(_ most: Int, _ choices: [String]) -> [String] {
        (0..<next(most + 1)).map { _ in pick(choices) }
    }

    mutating func notebook() -> String {
        var lines: [String] = []
        if next(3) == 0 { lines += ["#!/usr/bin/env dls"] + some(3, ["# before the first cell", "", "#"]) }
        if next(6) == 0 { lines += ["x = 0"] + some(2, ["#> 0", "#> [figure: random_figures/cell0-1.svg]"]) }
        for _ in 0..<next(6) { lines += next(3) == 0 ? textCell() : codeCell() }
        let end = pick(["\n", "\n", "\r\n"])
        let text = lines.joined(separator: end)
        return (next(12) == 0 ? "\u{FEFF}" : "") + text + pick(["", end, end + end])
    }

    private mutating func textCell() -> [String] {
        [
            pick([
                "# %% [markdown]", "#%% [markdown]", "# %% [md]", "# %% A title [markdown]",
                "# %% [markdown] A title  ",
            ])
        ]
            + some(
                6,
                [
                    "# # Heading", "#", "# text *with* `marks` \"and\" 日本語 😀\u{2028}", "#no space", "#   indented",
                    "# > quoted",
                    "# | a | b |", "   # shifted", "# trailing  ", "#\ttab", "", "# # %% no cell", "# ```",
                ]) + some(2, ["", "", " "])
    }

    private mutating func codeCell() -> [String] {
        let marker =
            pick(["# %%", "# %% ", "#%%", "# %%%"])
            + pick(["", " Train", " Train \"it\" \\ <b>", "   two  words ", " 名前", " [1, 2]", " x [not a tag] y"])
            + pick([
                "", "", "", " [volatile]", " [skip]", " [raises]", " [raises, volatile]", "[skip]",
                " [solution] [points=2.5]",
            ])
        let options = some(2, ["#~ rtol=1e-3", "#~  atol=0.1 rtol=0", "#~atol=1"])
        let code = some(
            5,
            [
                "x = 1", "  indented  ", "", "# comment", "# Train", "print \"a # b\"", "f(\\", "\ty = '{'",
                "名前 = \"😀\"",
                "#~ rtol=0.5",
            ])
        // Nothing is recorded where nothing runs.
        guard code.contains(where: { !$0.allSatisfy(\.isWhitespace) && !$0.hasPrefix("#") }) else {
            return [marker] + options + code + some(2, ["", "   "])
        }
        let outputs = some(
            6,
            [
                "#> 1", "#>", "#>  two", "#> lr  name", "#> 0.1  adam", "#>no space", "#> trailing  ",
                "#> error: it failed",
                "#> [figure: random_figures/cell1-1.svg]", "#> [figure: ../elsewhere.svg]", "#> \"quoted\" \\ 日本語",
                "#> note: a word", "#> 日本  b", "#> \u{1F600}\u{2028}x",
            ])
        return [marker] + options + code + outputs + some(3, ["", "", "   ", "# a last comment"])
    }
}
