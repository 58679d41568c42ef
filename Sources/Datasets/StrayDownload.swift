/// What a server gives in the place of the file that was asked for, known by its first bytes.
package enum StrayDownload: String, Equatable, Sendable {
    case webPage = "a web page (HTML)"
    case xml = "an XML document"
    case gitLFS = "a pointer of Git LFS"

    /// How many bytes tell.
    package static let startByteCount = 256

    /// Nil for the contents of any other file.
    package init?(start: [UInt8]) {
        var text = start[...]
        if text.starts(with: [0xef, 0xbb, 0xbf]) { text = text.dropFirst(3) }
        let blanks: [UInt8] = [0x20, 0x09, 0x0a, 0x0d]
        let word = String(decoding: text.drop { blanks.contains($0) }, as: UTF8.self).lowercased()
        func begins(_ beginnings: String...) -> Bool { beginnings.contains { word.utf8.starts(with: $0.utf8) } }
        if begins("<!doctype html", "<html", "<head", "<body") {
            self = .webPage
        } else if begins("<?xml") {
            self = word.contains("<html") || word.contains("<!doctype html") ? .webPage : .xml
        } else if begins("version https://git-lfs.") {
            self = .gitLFS
        } else {
            return nil
        }
    }

    /// How to get the file itself.
    package var help: String {
        switch self {
        case .webPage:
            "a server answers with a page where a file is missing or needs a login: open the address in a browser and "
                + "download the file itself"
        case .xml: "a server answers so where a file is missing: see what it says, and download the file itself"
        case .gitLFS: "it stands for a large file: `git lfs pull` in the repository fetches that"
        }
    }
}
