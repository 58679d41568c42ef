import Jupyter
import Testing

@Suite("Messages on lines")
struct LineReaderTests {
    @Test("lines come in any pieces, and empty ones are none")
    func pieces() {
        var reader = LineReader()
        #expect(reader.take(Array("ab".utf8)).isEmpty)
        #expect(reader.take(Array("c\n\nde\nf".utf8)) == [Array("abc".utf8), Array("de".utf8)])
        #expect(reader.take([]).isEmpty)
        #expect(reader.take(Array("\n".utf8)) == [Array("f".utf8)])
    }

    @Test("a line that is too long is told, and the next one is read")
    func tooLong() {
        var reader = LineReader()
        let piece = [UInt8](repeating: 65, count: LineReader.longest / 2 + 1)
        #expect(reader.take(piece).isEmpty)
        #expect(reader.take(piece).isEmpty)
        #expect(reader.take(Array("x\nnext\n".utf8)) == [nil, Array("next".utf8)])
    }
}
