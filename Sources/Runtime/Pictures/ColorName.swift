import Figures

extension RGB {
    /// A colour as scripts write it: by name, as in "red" and "tab:blue", by Matplotlib's letter or its
    /// place "C0" among the colours of lines, as a share of white "0.5", or as "#0072b2".
    init?(colorName text: String) {
        let name = text.lowercased()
        if let found = Self.named[name] ?? Self.letters[name] ?? Self.named[name.replacing("tab:", with: "")] {
            self = found
            return
        }
        if name.hasPrefix("c"), name.utf8.count == 2, let place = Int(name.dropFirst()) {
            self.init(ofSeries: place)
            return
        }
        if let share = Double(name), (0...1).contains(share) {
            self = .grey(UInt8((share * 255).rounded()))
            return
        }
        guard name.hasPrefix("#"), name.utf8.count == 4 || name.utf8.count == 7 else { return nil }
        let digits = name.dropFirst().compactMap(\.hexDigitValue).map { UInt8($0) }
        switch digits.count {
        case 3: self.init(digits[0] * 17, digits[1] * 17, digits[2] * 17)
        case 6: self.init(digits[0] << 4 | digits[1], digits[2] << 4 | digits[3], digits[4] << 4 | digits[5])
        default: return nil
        }
    }

    static var colorNames: [String] { named.keys.sorted() }

    private static let named: [String: RGB] = [
        "black": RGB(0, 0, 0), "blue": RGB(0, 114, 178), "brown": RGB(140, 86, 60), "coral": RGB(255, 127, 80),
        "crimson": RGB(220, 20, 60), "cyan": RGB(23, 190, 207),
        "darkblue": RGB(0, 0, 139), "darkgreen": RGB(0, 100, 0), "darkorange": RGB(255, 140, 0),
        "darkred": RGB(139, 0, 0),
        "gold": RGB(230, 159, 0), "gray": .grey(127), "green": RGB(0, 158, 115), "grey": .grey(127),
        "lightblue": RGB(86, 180, 233), "lightgray": .grey(200), "lightgreen": RGB(144, 238, 144),
        "lightgrey": .grey(200),
        "lime": RGB(0, 255, 0), "magenta": RGB(200, 40, 160),
        "navy": RGB(0, 32, 96), "olive": RGB(150, 150, 30), "orange": RGB(230, 130, 0), "pink": RGB(227, 119, 194),
        "purple": RGB(120, 80, 180), "red": RGB(214, 39, 40), "royalblue": RGB(65, 105, 225),
        "salmon": RGB(250, 128, 114),
        "skyblue": RGB(135, 206, 235), "steelblue": RGB(70, 130, 180), "teal": RGB(0, 128, 128),
        "white": RGB(255, 255, 255),
        "yellow": RGB(220, 200, 30),
    ]

    private static let letters: [String: RGB] = [
        "b": RGB(0, 0, 255), "c": RGB(0, 191, 191), "g": RGB(0, 128, 0), "k": RGB(0, 0, 0), "m": RGB(191, 0, 191),
        "r": RGB(255, 0, 0), "w": RGB(255, 255, 255), "y": RGB(191, 191, 0),
    ]
}
