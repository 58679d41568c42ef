import Foundation
import Runtime
import Session
import Testing

/// The help as pages of HTML: whole, safe, and leading to each other.
@Suite struct HelpReferenceTests {
    private static let pages = HelpReference().pages

    private func page(_ name: String) throws -> String {
        try #require(Self.pages.first { $0.name == name }, "there is a page \(name)").text
    }

    @Test func pagesHaveNamesOfTheirOwn() {
        #expect(Set(Self.pages.map(\.name)).count == Self.pages.count)
    }

    @Test(arguments: HelpTopic.allCases) func everyFunctionHasItsAnchor(_ topic: HelpTopic) throws {
        let index = try page("index.html")
        let page = try page("\(topic.rawValue).html")
        for builtin in BuiltinTable.standard.all where builtin.topic == topic {
            #expect(page.components(separatedBy: " id=\"\(builtin.name)\"").count == 2, "\(builtin.name)")
            #expect(index.contains("href=\"\(topic.rawValue).html#\(builtin.name)\""), "\(builtin.name)")
        }
    }

    @Test func everyPageOfTheHelpIsThere() throws {
        let index = try page("index.html")
        for name in HelpPage.allCases.map(\.rawValue) + FamiliarLibrary.allCases.map(\.rawValue) {
            #expect(try page("\(name).html").hasSuffix("</html>\n"))
            #expect(index.contains("href=\"\(name).html\""))
        }
        let words = try page("words.html")
        #expect(words.contains("id=\"param\"") && words.contains("id=\"-33\""), "also that of `!`")
    }

    @Test func everyLinkLeadsSomewhere() throws {
        let places = Dictionary(uniqueKeysWithValues: Self.pages.map { ($0.name, $0.text) })
        for page in Self.pages {
            for match in page.text.matches(of: /href="([^"#]*)(?:#([^"]*))?"/) {
                let target = match.1.isEmpty ? page.text : places[String(match.1)]
                #expect(target != nil, "\(page.name) leads to \(match.1)")
                guard let anchor = match.2 else { continue }
                #expect(target?.contains(" id=\"\(anchor)\"") == true, "\(page.name) leads to \(match.0)")
            }
        }
    }

    /// Every `<` begins an element of ours that ends, every `&` a sign.
    @Test func nothingIsUnescaped() throws {
        for page in Self.pages {
            // These are the ones of our own that are HTML and no XML.
            let text = page.text.replacing(/<!DOCTYPE html>|<meta [^>]*>|<input [^>]*>| hidden(?=>)/, with: "")
                .replacing(/(?s)<(script|style)>.*?<\/(?:script|style)>/, with: "")
            let problem = XMLBalance.problem(in: text)
            #expect(problem == nil, "\(page.name): \(problem ?? "")")
        }
    }

    @Test func pagesNeedNothingElse() {
        for page in Self.pages {
            #expect(!page.text.contains(/(?:src|href)="(?:https?:|\/\/)/) && !page.text.contains("@import"))
            #expect(page.text.contains("prefers-color-scheme: dark"))
        }
    }

    @Test func replacesOnlyItsOwn() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dls-\(UUID())/a/b").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(try HelpReference.write(to: folder, overwrites: false) == Self.pages.count)
        #expect(try HelpReference.write(to: folder, overwrites: false) == Self.pages.count)
        try "mine".write(toFile: folder + "/math.html", atomically: true, encoding: .utf8)
        try FileManager.default.removeItem(atPath: folder + "/index.html")
        #expect(throws: Failure.self) { try HelpReference.write(to: folder, overwrites: false) }
        #expect(try String(contentsOfFile: folder + "/math.html", encoding: .utf8) == "mine")
        #expect(!FileManager.default.fileExists(atPath: folder + "/index.html"), "nothing is written then")
        #expect(try HelpReference.write(to: folder, overwrites: true) == Self.pages.count)
        #expect(throws: Failure.self) { try HelpReference.write(to: "/proc/none", overwrites: false) }
    }
}

/// Whether the elements of a text are of ours, are closed in order, and have signs in place of `<` and `&` in between.
private enum XMLBalance {
    private static let tags: Set<String> = [
        "html", "head", "title", "body", "main", "nav", "section", "h1", "h2", "h3", "p", "pre", "code", "span", "a",
        "b",
        "ul", "li", "dl", "dt", "dd", "div",
    ]

    static func problem(in text: String) -> String? {
        var open: [String] = []
        for part in text.split(separator: "<").dropFirst(text.hasPrefix("<") ? 0 : 1) {
            guard let match = part.firstMatch(of: /^(\/?)([a-z0-9]+)((?: [a-z]+="[^"<>]*")*)>/) else {
                return "<\(part.prefix(40))"
            }
            let tag = String(match.2)
            guard tags.contains(tag) else { return "<\(tag)>" }
            if match.1.isEmpty {
                open.append(tag)
            } else if open.popLast() != tag {
                return "</\(tag)> closes another element"
            }
            if part.dropFirst(match.0.count).contains(">") { return "> in \(part.prefix(60))" }
        }
        if let sign = text.firstMatch(of: /&(?!(?:amp|lt|gt|quot|#39);).{0,20}/) { return String(sign.0) }
        return open.isEmpty ? nil : "<\(open)> is left open"
    }
}
