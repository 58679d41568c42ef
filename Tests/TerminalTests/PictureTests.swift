import Datasets
import Figures
import Glibc
import Terminal
import Testing

/// A picture as a terminal would show it.
private struct Shown: Equatable {
    var width: Int
    var height: Int
    var pixels: [UInt8]

    init(png: [UInt8]) throws {
        let image = try PNGImage(png)
        (width, height, pixels) = (image.width, image.height, image.pixels)
    }

    /// Of kitty: pieces of a PNG.
    init(kitty pictures: [String]) throws {
        var data = ""
        for (index, text) in pictures.enumerated() {
            let parts = text.split(separator: ";", maxSplits: 1)
            #expect(parts[0].hasPrefix("_G"))
            #expect(parts[0].contains("a=T,f=100,C=1") == (index == 0))
            #expect(parts[0].contains("m=1") == (index < pictures.count - 1))
            #expect(parts[1].count <= 4096)
            data += parts[1]
        }
        try self.init(png: Self.bytes(data))
    }

    init(iterm text: String) throws {
        let parts = text.split(separator: ":", maxSplits: 1)
        #expect(parts[0].hasPrefix("]1337;File=inline=1;size="))
        try self.init(png: Self.bytes(String(parts[1])))
    }

    /// Draws sixels as a terminal does.
    init(sixel text: String) throws {
        var bytes = Array(text.utf8)[...]
        func number() -> Int {
            var value = 0
            while let byte = bytes.first, (48...57).contains(byte) {
                value = value * 10 + Int(byte - 48)
                bytes.removeFirst()
            }
            return value
        }
        func numbers() -> [Int] {
            var values = [number()]
            while bytes.first == UInt8(ascii: ";") {
                bytes.removeFirst()
                values.append(number())
            }
            return values
        }
        bytes.removeFirst()
        #expect(numbers() == [0, 1])
        #expect(bytes.popFirst() == UInt8(ascii: "q") && bytes.popFirst() == UInt8(ascii: "\""))
        let size = numbers()
        (width, height) = (size[2], size[3])
        pixels = [UInt8](repeating: 77, count: 3 * width * height)
        var colors: [Int: [Int]] = [:]
        var (x, y, color) = (0, 0, 0)
        while let byte = bytes.popFirst() {
            switch byte {
            case UInt8(ascii: "#"):
                let values = numbers()
                color = values[0]
                if values.count == 5 { colors[color] = Array(values[2...]) }
            case UInt8(ascii: "$"): x = 0
            case UInt8(ascii: "-"): (x, y) = (0, y + 6)
            default:
                let count = byte == UInt8(ascii: "!") ? number() : 1
                let bits = (byte == UInt8(ascii: "!") ? bytes.removeFirst() : byte) - 63
                let rgb = try #require(colors[color])
                for column in x..<x + count {
                    for row in 0..<6 where bits & 1 << UInt8(row) != 0 {
                        for channel in 0..<3 {
                            pixels[((y + row) * width + column) * 3 + channel] = UInt8((rgb[channel] * 255 + 50) / 100)
                        }
                    }
                }
                x += count
            }
        }
    }

    func grey(_ x: Int, _ y: Int) -> Int { Int(pixels[3 * (y * width + x)]) }

    private static func bytes(_ base64: String) -> [UInt8] {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var bytes: [UInt8] = []
        var (value, count) = (0, 0)
        for byte in base64.utf8 where byte != UInt8(ascii: "=") {
            value = value << 6 | (letters.firstIndex(of: byte) ?? 0)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(value >> count & 255))
            }
        }
        return bytes
    }
}

@Suite("Pictures on a terminal")
struct PictureTests {
    private let session = ProbeSession()

    private static let question = "\u{1b}[16t\u{1b}[?1;1;0S\u{1b}[c"

    private func start(_ environment: [String: String] = [:]) throws -> PseudoTerminal {
        try PseudoTerminal(
            [session.program("dls")],
            environment: session.variables.merging(["DLS_RUNS": ""]) { $1 }.merging(environment) { $1 })
    }

    /// Shows an image of 2 x 3 pixels: black, white, grey; and below a row of the opposite.
    private static let show = "show tensor([[0, 1, 0.5], [1, 0, 1]])\r"

    private func checkImage(_ shown: Shown, tolerance: Int = 0) {
        #expect(shown.width % 3 == 0 && shown.height % 2 == 0 && shown.width / 3 == shown.height / 2)
        let side = shown.width / 3
        for (index, level) in [0, 255, 128, 255, 0, 255].enumerated() {
            for (dx, dy) in [(0, 0), (side - 1, side - 1), (side / 2, 0)] {
                let seen = shown.grey(index % 3 * side + dx, index / 3 * side + dy)
                #expect(abs(seen - level) <= tolerance, "pixel \(index)")
            }
        }
    }

    @Test("a terminal with kitty's pictures is asked once, and gets PNGs")
    func kitty() throws {
        let terminal = try start()
        try terminal.expect("[1]> ")
        terminal.type(Self.show)
        #expect(try terminal.expect(Self.question).contains("\u{1b}_Gi=31,"))
        terminal.type("\u{1b}_Gi=31;OK\u{1b}\\\u{1b}[6;20;10t\u{1b}[?1;0;256S\u{1b}[?62;4c")
        let screen = Screen(try terminal.expect("[2]> "))
        checkImage(try Shown(kitty: screen.pictures.map(\.text)))
        // Below the picture, on a line of its own, and without a rest of the answers.
        #expect(screen.lines.last == "[2]>")
        terminal.type("plot [1, 4, 2] title=\"three\"\r")
        let text = try terminal.expect("[3]> ")
        #expect(!text.contains(Self.question))
        let figure = try Shown(kitty: Screen(text).pictures.map(\.text))
        #expect((300...800).contains(figure.width) && (200...420).contains(figure.height))
        #expect(figure.grey(2, 2) == 255)
        terminal.type("1 + 1\r")
        try terminal.expect("2\r\n")
        try terminal.expect("[4]> ")
        terminal.type("\u{4}")
        #expect(try terminal.status() == 0)
    }

    @Test("sixels come where the terminal says that it has them")
    func sixels() throws {
        let terminal = try start()
        try terminal.expect("[1]> ")
        terminal.type(Self.show)
        try terminal.expect(Self.question)
        terminal.type("\u{1b}[6;18;9t\u{1b}[?62;4;22c")
        let screen = Screen(try terminal.expect("[2]> "))
        checkImage(try Shown(sixel: #require(screen.pictures.first).text), tolerance: 2)
        terminal.type("show rand([2, 8, 8])\r")
        let pictures = Screen(try terminal.expect("[3]> ")).pictures
        #expect(pictures.count == 2 && pictures[0].row == pictures[1].row && pictures[0].column == 0)
        #expect(pictures[1].column > 8)
    }

    @Test("iTerm2 and DLS_CHARSET are believed without a question")
    func iterm() throws {
        for environment in [["TERM_PROGRAM": "iTerm.app"], ["DLS_CHARSET": "iterm"]] {
            let terminal = try start(environment)
            try terminal.expect("[1]> ")
            terminal.type(Self.show)
            let text = try terminal.expect("[2]> ")
            #expect(!text.contains("\u{1b}[c"))
            checkImage(try Shown(iterm: #require(Screen(text).pictures.first).text))
        }
        let terminal = try start(["DLS_CHARSET": "kitty", "TMUX": "/tmp/tmux,1,0"])
        try terminal.expect("[1]> ")
        terminal.type(Self.show)
        try terminal.expect("\u{1b}Ptmux;\u{1b}\u{1b}_Ga=T")
        try terminal.expect("\u{1b}\u{1b}\\\u{1b}\\")
    }

    @Test("a terminal without pictures shows characters, answers that come late are no input, and typing is kept")
    func withoutPictures() throws {
        let terminal = try start()
        try terminal.expect("[1]> ")
        terminal.type(Self.show)
        try terminal.expect(Self.question)
        terminal.type("4\u{1b}[?6c2")
        let screen = Screen(try terminal.expect("[2]> "))
        #expect(screen.pictures.isEmpty)
        try terminal.expect("42")
        terminal.type(" + 1\r")
        try terminal.expect("43\r\n")

        let silent = try start()
        try silent.expect("[1]> ")
        silent.type(Self.show)
        try silent.expect("[2]> ")
        silent.type("\u{1b}_Gi=31;OK\u{1b}\\\u{1b}[6;20;10t\u{1b}[?1;0;256S\u{1b}[?62;4c7 * 6\r")
        try silent.expect("42\r\n")
    }

    @Test("nothing is asked in a pipe, and for what is said to be text")
    func pipes() throws {
        let code = "show tensor([[0, 1], [1, 0]])"
        for (command, environment) in [
            ("\(session.program("dls")) -e '\(code)' | cat", ["DLS_CHARSET": "kitty"]),
            ("\(session.program("dls")) -e '\(code)'", ["DLS_CHARSET": "braille"]),
            ("\(session.program("dls")) -e '\(code)'", ["TERM": "screen-256color"]),
            ("\(session.program("dls")) -e 'plot [1, 2]' < /dev/null", [:]),
        ] {
            let terminal = try PseudoTerminal(
                ["/bin/sh", "-c", command + "; echo all-done"],
                environment: session.variables.merging(["DLS_RUNS": ""]) { $1 }.merging(environment) { $1 })
            let text = try terminal.expect("all-done")
            #expect(!text.contains("\u{1b}[c") && Screen(text).pictures.isEmpty, "\(command)")
        }
    }

    @Test("answers are told from keys")
    func answers() {
        var answers = TerminalAnswers()
        // In pieces, with an arrow key and letters between.
        for piece in ["a\u{1b}", "[Ab\u{1b}_Gi=31;O", "K\u{1b}\\\u{1b}[6;3", "6;18t\u{1b}[?1;0;16Sé\u{1b}[?64;1;4;22c"]
        {
            #expect(!answers.isComplete)
            answers.add(Array(piece.utf8))
        }
        #expect(answers.isComplete && answers.hasKitty && answers.hasSixels)
        #expect(answers.cell == CellSize(width: 18, height: 36) && answers.colorCount == 16)
        #expect(String(decoding: answers.typed, as: UTF8.self) == "a\u{1b}[Abé")
        var other = TerminalAnswers()
        other.add(Array("\u{1b}_Gi=31;ENOTSUP:x\u{1b}\\\u{1b}[6;0;0t\u{1b}[?1;3;0S\u{1b}[?1;2c".utf8))
        #expect(other.isComplete && !other.hasKitty && !other.hasSixels)
        #expect(other.cell == nil && other.colorCount == nil && other.typed.isEmpty)
    }

    @Test("a terminal with few colours gets those nearest to the picture's")
    func palettes() throws {
        let pixels = (0..<64 * 64).map { (place: Int) -> RGB in RGB(UInt8(place % 64 * 4), UInt8(place / 64 * 4), 40) }
        for count in [2, 16, 256] {
            let text = Sixels(Bitmap(width: 64, height: 64, pixels: pixels), colors: count).text
            let shown = try Shown(sixel: String(text.dropFirst().dropLast(2)))
            var seen: Set<[UInt8]> = []
            var error = 0
            for (index, pixel) in pixels.enumerated() {
                let rgb = Array(shown.pixels[3 * index..<3 * index + 3])
                seen.insert(rgb)
                let red = abs(Int(rgb[0]) - Int(pixel.red))
                error += red + abs(Int(rgb[1]) - Int(pixel.green))
            }
            #expect(seen.count <= count && seen.count > count / 2)
            let most = [2: 110, 16: 40, 256: 14][count] ?? 0
            #expect(error / pixels.count <= most, "\(count)")
        }
    }
}
