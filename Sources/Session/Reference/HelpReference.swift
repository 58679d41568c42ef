import Datasets
import Figures
import Language
import Runtime

/// The help as pages of HTML that lead to each other and need nothing else: one for each page and each group of functions.
package struct HelpReference {
    package struct Page {
        /// Of the file.
        package let name: String
        package let text: String
    }

    private let builtins = BuiltinTable.standard
    private let links: HelpLinks

    package init() { links = HelpLinks(builtins) }

    package var pages: [Page] {
        let names =
            HelpPage.allCases.map(\.rawValue)
            + HelpTopic.allCases.map(\.rawValue).filter { HelpPage(rawValue: $0) == nil }
        return [Page(name: "index.html", text: index), Page(name: HelpLinks.wordPage, text: words)]
            + names.map { Page(name: HelpLinks.file($0), text: page($0)) }
            + FamiliarLibrary.allCases.map { Page(name: HelpLinks.file($0.rawValue), text: page($0)) }
    }

    /// Writes the pages into a folder, which is made where it is missing; returns how many.
    ///
    /// - Parameter overwrites: Whether files are replaced that dls did not write.
    /// - Throws: `Failure` before anything is written if one of them must not be replaced, or where the system refuses.
    package static func write(to folder: String, overwrites: Bool) throws -> Int {
        let pages = HelpReference().pages.map { (path: "\(folder)/\($0.name)", text: $0.text) }
        do { try Folder.require(folder) } catch { throw Failure(wrapping: error) }
        for page in pages where !overwrites {
            do { try FileAccess.checkMayReplace(page.path) } catch {
                throw Failure(
                    "\(page.path) was not written by dls, or was changed since", help: "--overwrite replaces it")
            }
        }
        for page in pages { try NotebookFile.replace(page.path, with: Array(page.text.utf8)) }
        return pages.count
    }

    // MARK: - Pages

    private func page(_ name: String) -> String {
        let topic = HelpTopic(rawValue: name)
        var main = ""
        if let page = HelpPage(rawValue: name) {
            main += "<section class=\"text\">\n\(links.html(page.text))</section>\n"
        }
        if let topic {
            let entries = builtins.all.filter { $0.topic == topic }
            // A page of the help has the group's title as its second one.
            if !main.isEmpty { main += "<h2>\(escapedXML(topic.title))</h2>\n" }
            main += "<p class=\"names\">\(entries.map { links.link($0.name) }.joined(separator: " "))</p>\n"
            main += entries.map { function(builtins.entry($0)) }.joined()
        }
        return whole(main, title: HelpPage(rawValue: name) == nil ? topic?.title ?? name : name)
    }

    private func page(_ library: FamiliarLibrary) -> String {
        let text = Help(builtins, width: 100).text(on: library.rawValue) ?? ""
        return whole("<pre>\(escapedXML(text))</pre>\n", title: library.rawValue)
    }

    private var words: String {
        let sections = LanguageWord.titles.map { word in
            """
            <section id="\(HelpLinks.anchor(word))">
            <h2>\(escapedXML(word))</h2>
            \(links.html(LanguageWord.text(on: word) ?? ""))</section>

            """
        }
        return whole(sections.joined(), title: "Words of the language")
    }

    private func whole(_ main: String, title: String) -> String {
        HTMLText.page(
            "\(title) - dls", "<nav><a href=\"index.html\">dls</a></nav>\n<h1>\(escapedXML(title))</h1>\n\(main)",
            css: Self.css)
    }

    private func function(_ entry: BuiltinEntry) -> String {
        let builtin = entry.builtin
        var html = """
            <section class="function" id="\(HelpLinks.anchor(builtin.name))">
            <h2>\(escapedXML(builtin.name))</h2>
            <pre><code>\(HTMLText.code(builtin.signature))</code></pre>
            <p>\(links.prose(builtin.summary))</p>

            """
        if !entry.aliases.isEmpty {
            let names = entry.aliases.map { "<code>\(escapedXML($0))</code>" }.joined(separator: ", ")
            html += "<p>Also called \(names).</p>\n"
        }
        html += links.html(builtin.details)
        if !entry.arguments.isEmpty {
            let rows = entry.arguments.map {
                "<dt><code>\(escapedXML($0.written))</code></dt><dd>\(links.prose($0.meaning))</dd>\n"
            }
            html += "<h3>Arguments</h3>\n<dl>\n\(rows.joined())</dl>\n"
        }
        if let returns = entry.returns { html += "<h3>Returns</h3>\n<p>\(links.prose(returns))</p>\n" }
        if let errors = entry.errors { html += "<h3>Errors</h3>\n<p>\(links.prose(errors))</p>\n" }
        html += "<h3>Example</h3>\n<pre><code>\(HTMLText.code(builtin.example))</code></pre>\n"
        if !entry.output.isEmpty {
            let output = entry.output.joined(separator: "\n")
            html += "<div class=\"output\">\n<pre>\(escapedXML(output))</pre>\n</div>\n"
        }
        if !entry.related.isEmpty {
            html += "<p>See also \(entry.related.map(links.link).joined(separator: ", ")).</p>\n"
        }
        return html + "</section>\n"
    }

    // MARK: - The way in

    private var index: String {
        let pages = HelpPage.allCases.map(\.rawValue) + FamiliarLibrary.allCases.map(\.rawValue)
        let pageLinks = pages.map { "<a href=\"\(HelpLinks.file($0))\">\(escapedXML($0))</a>" }
        let words = LanguageWord.titles.map {
            "<a href=\"\(HelpLinks.wordPage)#\(HelpLinks.anchor($0))\">\(escapedXML($0))</a>"
        }
        let groups = HelpTopic.allCases.map { topic in
            let rows = builtins.all.filter { $0.topic == topic }.map {
                "<li>\(links.link($0.name)) <span>\(links.prose($0.summary))</span></li>\n"
            }
            return """
                <section class="group">
                <h2><a href="\(HelpLinks.file(topic.rawValue))">\(escapedXML(topic.title))</a></h2>
                <ul class="functions">
                \(rows.joined())</ul>
                </section>

                """
        }
        return HTMLText.page(
            "dls reference",
            """
            <h1>dls \(escapedXML(dlsVersion))</h1>
            <p>A notebook-style language for deep learning.</p>
            <p id="search" hidden><input type="search" placeholder="Search names and summaries" aria-label="Search"></p>
            <p><b>Pages</b> \(pageLinks.joined(separator: " "))</p>
            <p><b>Words</b> \(words.joined(separator: " "))</p>
            \(groups.joined())<script>
            \(Self.search)
            </script>

            """, css: Self.css)
    }

    /// Without scripts the list is whole.
    private static let search = """
        const field = document.querySelector("#search input");
        field.parentElement.hidden = false;
        field.addEventListener("input", () => {
          const sought = field.value.trim().toLowerCase();
          for (const group of document.querySelectorAll(".group")) {
            let count = 0;
            for (const row of group.querySelectorAll("li")) {
              row.hidden = !row.textContent.toLowerCase().includes(sought);
              if (!row.hidden) count += 1;
            }
            group.hidden = count === 0;
          }
        });
        """

    private static let css = """
        nav { font-size: 0.9rem; }
        a { text-decoration: none; } a:hover { text-decoration: underline; }
        .names, main > p { line-height: 1.9; }
        .names a, main > p a { margin-right: 0.4em; white-space: nowrap; }
        .function { padding-top: 0.5em; }
        .function h3 { font-size: 1rem; margin: 1.2em 0 0.4em; }
        .functions { list-style: none; padding: 0; }
        .functions li { display: grid; grid-template-columns: 13rem 1fr; gap: 0 1rem; padding: 0.1em 0; }
        .functions li[hidden] { display: none; }
        dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: 0.35em 1rem; margin: 0 0 0.9em; }
        dt { overflow-wrap: anywhere; max-width: 18rem; } dd { margin: 0; }
        input[type="search"] {
          width: 100%; font: inherit; padding: 0.4em 0.7em; color: var(--ink); background: var(--code);
          border: 1px solid var(--line); border-radius: 6px;
        }
        @media (max-width: 40rem) { .functions li, dl { grid-template-columns: 1fr; } dd { margin: 0 0 0.5em 1rem; } }
        """
}
