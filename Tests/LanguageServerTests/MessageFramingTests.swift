import LanguageServer
import Testing

@Suite struct MessageFramingTests {
    private func frames(_ parts: [[UInt8]]) -> [MessageFraming.Frame] {
        var framing = MessageFraming()
        var found: [MessageFraming.Frame] = []
        for part in parts {
            framing.append(part)
            while let frame = framing.next() { found.append(frame) }
        }
        return found
    }

    private func frames(_ text: String) -> [MessageFraming.Frame] { frames([Array(text.utf8)]) }

    @Test func messagesComeInAnyPieces() {
        let bytes = MessageFraming.frame("{\"a\":\"é\"}") + MessageFraming.frame("[]")
        let expected: [MessageFraming.Frame] = [.content(Array("{\"a\":\"é\"}".utf8)), .content(Array("[]".utf8))]
        #expect(frames([bytes]) == expected)
        #expect(frames(bytes.map { [$0] }) == expected)
    }

    @Test func headersMayHaveOtherFieldsAndShortLineEnds() {
        #expect(frames("Content-Type: x\r\ncontent-length:  2\r\n\r\n{}") == [.content(Array("{}".utf8))])
        #expect(frames("Content-Length: 2\n\n{}") == [.content(Array("{}".utf8))])
    }

    @Test(arguments: [
        "X: 1", "Content-Length: x", "Content-Length: -1", "Content-Length: 99999999999999999999", "", "é",
    ])
    func damagedHeadersAreSkipped(_ header: String) {
        #expect(frames("\(header)\r\n\r\nContent-Length: 2\r\n\r\n{}") == [.damaged, .content(Array("{}".utf8))])
    }

    @Test func aHeaderWithoutEndIsSkipped() {
        #expect(frames([[UInt8](repeating: 0x41, count: 10_000)]) == [.damaged])
    }

    @Test func whatIsTooLongIsSkippedWithoutBeingKept() {
        let count = MessageFraming.longestContent + 10
        let parts =
            [Array("Content-Length: \(count)\r\n\r\n".utf8)]
            + [[UInt8]](repeating: [UInt8](repeating: 0x78, count: 1 << 20), count: 32)
            + [[UInt8](repeating: 0x78, count: 10) + MessageFraming.frame("{}")]
        #expect(frames(parts) == [.tooLong(count), .content(Array("{}".utf8))])
    }

    @Test func aWrongLengthSpoilsOneMessage() {
        #expect(
            frames("Content-Length: 1\r\n\r\n{}Content-Length: 2\r\n\r\n[]")
                == [.content(Array("{".utf8)), .content(Array("[]".utf8))])
    }
}
