import Language
import Runtime
import Testing

/// The help explains every argument, fits every terminal, and finds what is looked for.
@Suite struct HelpTests {
    private static let text = ArgumentText.standard

    @Test(arguments: BuiltinTests.names) func explainsEveryArgument(_ name: String) throws {
        let builtin = try #require(BuiltinTable.standard.builtin(name))
        for argument in Signature(builtin.signature).parameters.map(\.name) {
            let entry = Self.text.entry(argument, of: builtin)
            #expect(entry != nil, "explain `\(name).\(argument)` in Help/Arguments")
            #expect(entry?.meaning.hasSuffix(".") == true && entry?.type.isEmpty == false)
        }
        #expect(Self.text.entry("returns", of: builtin) != nil, "say what `\(name)` returns in Help/Arguments")
        #expect(!Self.text.related(to: name).isEmpty, "put `\(name)` in a group of Help/Arguments")
        #expect(Help(.standard).text(on: name)?.contains("\nReturns\n") == true)
    }

    /// No entry is left over from an argument that is gone, none comes twice, and all names exist.
    @Test func everyEntryIsUsed() {
        #expect(Self.text.mistakes.isEmpty)
        var used: Set<String> = []
        for builtin in BuiltinTable.standard.all {
            let arguments = Signature(builtin.signature).parameters.map(\.name) + ["returns", "errors"]
            used.formUnion(arguments.compactMap { Self.text.key($0, of: builtin) })
        }
        #expect(Set(Self.text.entries.keys).subtracting(used) == [])
        #expect(Self.text.relatedNames.subtracting(BuiltinTests.names) == [])
    }

    @Test(arguments: [40, 60, 80, 120]) func everyLineFits(_ width: Int) throws {
        let help = Help(.standard, width: width)
        let names =
            BuiltinTests.names + HelpTopic.allCases.map(\.rawValue) + HelpPage.allCases.map(\.rawValue)
            + LanguageWord.names + ["python", "numpy", "pytorch", "pandas", "keras", "matplotlib"]
        var texts = try names.map { ($0, try #require(help.text(on: $0), "\($0)")) }
        texts.append(("overview", help.overview))
        texts += ["lr", "checkpoint", "csv", "accuracy", "interpolate", "backward", "DataLoader"].map {
            ($0, help.answer(to: $0) ?? "")
        }
        for (name, text) in texts {
            for line in text.split(separator: "\n") where TextWrapping.columns(line) > width {
                // A word that is longer than the line stands alone.
                let words = line.split(separator: " ").filter { $0 != "#>" && $0 != "=" }
                #expect(words.count == 1, "\(name) at \(width): \(line)")
            }
        }
    }

    /// Wrapping loses and cuts nothing.
    @Test(arguments: [40, 60, 80, 120]) func everyWordStaysWhole(_ width: Int) throws {
        for name in BuiltinTests.names {
            let narrow = try #require(Help(.standard, width: width).text(on: name))
            let wide = try #require(Help(.standard, width: 100_000).text(on: name))
            func words(_ text: String) -> [Substring] { text.split { $0 == " " || $0 == "\n" }.filter { $0 != "#>" } }
            #expect(words(narrow) == words(wide), "\(name)")
        }
    }

    @Test func wordsOfTheLanguageHavePages() {
        let help = Help(.standard)
        for word in ["param", "step", "sweep", "replay", "keys", "!", "fn", "for", "if", "try", "import", "assert"] {
            #expect((help.text(on: word)?.count ?? 0) > 100, "\(word)")
        }
        #expect(help.text(on: "param")?.contains("--set") == true)
        #expect(help.text(on: "keys")?.contains("Ctrl-R") == true)
    }

    @Test(arguments: [
        ("lr", "train"), ("lr", "adam"), ("checkpoint", "train"), ("csv", "to_csv"), ("csv", "load"),
        ("accuracy", "evaluate"), ("Accuracy", "top_k_accuracy"), ("png", "save"),
        ("runs merge", "runs"),
    ]) func searchFinds(_ word: String, _ name: String) throws {
        let text = try #require(Help(.standard).answer(to: word))
        #expect(text.contains("\n  \(name) "), "\(text)")
    }

    @Test(arguments: [
        ("interpolate", "interpolate(x, size=none,", "upsample(ones([1, 1, 2, 2]), 2)"),
        ("vstack", "vstack(tensors)", "NumPy"),
        ("DataLoader", "PyTorch", "batch"), ("backward", "PyTorch", "step"),
    ]) func wordsOfLibrariesAreExplained(_ word: String, _ first: String, _ second: String) throws {
        let text = try #require(Help(.standard).answer(to: word))
        #expect(text.contains(first) && text.contains(second) && !text.contains("Nothing is named"), "\(text)")
    }

    /// What works has help.
    @Test func everyWordOfALibraryThatDlsTakesHasHelp() {
        let help = Help(.standard, width: 80)
        for row in FamiliarNames.all where row.isTaken {
            for word in row.words { #expect(help.text(on: word) ?? help.answer(to: word) != nil, "\(word)") }
        }
    }

    @Test func aWordThatNothingHasIsRefused() {
        #expect(Help(.standard).answer(to: "zyxw") == nil)
        let (_, failure, _) = run("?drpout")
        #expect(failure?.diagnostic.help == ["did you mean `dropout`?"])
    }
}
