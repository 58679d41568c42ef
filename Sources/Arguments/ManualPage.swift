import ArgumentParser
import Datasets
import Runtime
import Session

/// The manual page of the command, of the texts that its help and the language's have.
package enum ManualPage {
    package static var text: String {
        let configuration = DlsCommand.configuration
        let purpose = configuration.abstract.prefix(1).lowercased() + configuration.abstract.dropFirst().dropLast()
        var page = ".TH DLS 1 \"\" \"dls \(Roff.text(dlsVersion))\" \"User Commands\"\n"
        page += Roff.section("NAME") + "dls \\- \(Roff.text(purpose))\n"
        page += Roff.section("SYNOPSIS") + Roff.lines(configuration.usage ?? "")
        page += Roff.section("DESCRIPTION") + Roff.page(DlsCommand.remarks)
        page += Roff.section("COMMANDS")
        page += configuration.subcommands.map { command($0, after: "dls") }.joined()
        page += Roff.section("EXIT STATUS") + Roff.prose(DlsCommand.exitStatus) + "\n"
        page += Roff.section("ENVIRONMENT") + entries(Setting.variables)
        page += Roff.section("FILES") + entries(Setting.files)
        page += Roff.section("EXAMPLES") + Roff.page(HelpPage.start.text)
        let pages = HelpPage.allCases.map { "`dls help \($0.rawValue)`" }.joined(separator: ", ")
        page += Roff.section("SEE ALSO")
        return page + ".BR gnuplot (1)\n.PP\n" + Roff.prose("The language is explained by `dls help`: \(pages).") + "\n"
    }

    private static func entries(_ settings: [Setting]) -> String {
        settings.map { Roff.entry("\\fB\(Roff.text($0.name))\\fP", $0.meaning) }.joined()
    }

    /// A command, and those below it.
    private static func command(_ type: any ParsableCommand.Type, after parent: String) -> String {
        let configuration = type.configuration
        guard configuration.shouldDisplay else { return "" }
        let name = "\(parent) \(type._commandName)"
        var text = Roff.subsection(name) + Roff.prose(configuration.abstract) + "\n"
        if let usage = configuration.usage { text += ".PP\n" + Roff.lines(usage) }
        if !configuration.discussion.isEmpty { text += Roff.page(configuration.discussion) }
        text += arguments(of: type).map(entry).joined()
        return text + configuration.subcommands.map { command($0, after: name) }.joined()
    }

    // MARK: - What the library knows of arguments

    private static func arguments(of type: any ParsableCommand.Type) -> [JSON] {
        let description = try? JSON(parsing: type._dumpHelp())
        return (description?["command"]?["arguments"]?.elements ?? []).filter {
            $0["shouldDisplay"]?.asBoolean == true && $0["valueName"]?.asString != "help"
        }
    }

    private static func entry(_ argument: JSON) -> String {
        let names = (argument["names"]?.elements ?? []).compactMap { name in
            name["name"]?.asString.map { (name["kind"]?.asString == "short" ? "-" : "--") + $0 }
        }
        // The short one first, as manual pages have it.
        let bold = names.sorted { $0.utf8.count < $1.utf8.count }.map { "\\fB\(Roff.text($0))\\fP" }.joined(
            separator: ", ")
        let value = argument["valueName"]?.asString.map { "\\fI\(Roff.text($0))\\fP" } ?? ""
        let term =
            switch argument["kind"]?.asString {
            case "positional": value
            case "flag": bold
            default: "\(bold) \(value)"
            }
        return Roff.entry(term, argument["abstract"]?.asString ?? "")
    }
}
