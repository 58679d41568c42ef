import Datasets
import Figures
import Session
import TensorCore

/// How a terminal takes pictures that are made of pixels.
///
/// - Source: sw.kovidgoyal.net/kitty/graphics-protocol, iterm2.com/documentation-images.html, and DEC's STD 070 for sixels.
package enum PictureProtocol: String, Sendable, CaseIterable {
    case kitty, iterm, sixel
}

package enum PictureSupport: Sendable, Equatable {
    case none
    case known(PictureProtocol)
    /// The terminal is asked before the first picture.
    case unknown(mayKnowKitty: Bool)
}

/// A picture that is to be sent, in the form that it was made in.
enum Picture {
    case png([UInt8])
    case bitmap(Bitmap)

    func png() throws -> [UInt8] {
        switch self {
        case .png(let bytes): bytes
        case .bitmap(let bitmap):
            try PNGImage(
                width: bitmap.width, height: bitmap.height,
                pixels: bitmap.pixels.flatMap { [$0.red, $0.green, $0.blue] }
            ).encoded()
        }
    }

    func bitmap() throws -> Bitmap {
        switch self {
        case .bitmap(let bitmap): return bitmap
        case .png(let bytes):
            let image = try PNGImage(bytes)
            let pixels = (0..<image.width * image.height).map {
                RGB(image.pixels[3 * $0], image.pixels[3 * $0 + 1], image.pixels[3 * $0 + 2])
            }
            return Bitmap(width: image.width, height: image.height, pixels: pixels)
        }
    }
}

extension PictureProtocol {
    /// What draws a picture at the cursor.
    ///
    /// - Parameters:
    ///   - size: The room for it, in columns and rows.
    ///   - colors: How many colours the terminal has for sixels.
    func sequence(_ picture: Picture, size: (columns: Int, rows: Int), colors: Int) throws -> String {
        switch self {
        case .sixel: return Sixels(try picture.bitmap(), colors: colors).text
        case .iterm:
            let bytes = try picture.png()
            return "\u{1b}]1337;File=inline=1;size=\(bytes.count);width=\(size.columns);height=\(size.rows);"
                + "preserveAspectRatio=1;doNotMoveCursor=1:\(HTMLText.base64(bytes))\u{7}"
        case .kitty:
            let data = HTMLText.base64(try picture.png()).utf8
            var text = ""
            var rest = data[...]
            repeat {
                let chunk = rest.prefix(4096)
                rest = rest.dropFirst(4096)
                // The cursor stays, and the terminal answers nothing.
                let keys = text.isEmpty ? "a=T,f=100,C=1," : ""
                text += "\u{1b}_G\(keys)q=2,m=\(rest.isEmpty ? 0 : 1);\(String(chunk) ?? "")\u{1b}\\"
            } while !rest.isEmpty
            return text
        }
    }
}
