import Datasets
import Glibc
import TensorCore
import Testing

/// Files that are missing, empty, cut off, or say what is not so: each has one error that names the file, what is
/// wrong and where.
struct BadFileTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func expect(
        _ bytes: [UInt8], _ message: String, help: String? = nil, _ location: SourceLocation = #_sourceLocation
    )
        throws
    {
        let error = try loadError(folder.write("x", bytes))
        #expect(folder.relative(error.message) == message, sourceLocation: location)
        if let help { #expect(error.help == help, sourceLocation: location) }
    }

    @Test func missing() throws {
        let error = try loadError("\(folder.path)/nowhere")
        #expect(folder.relative(error.message) == "nowhere: there is no such file or folder")
        #expect(try loadError("surely/not/here").help?.hasPrefix("the path is looked up from /") == true)
        #expect(try loadError("").problem == .missing)
        #expect(try loadError("/dev/null").problem == .notAFile)
    }

    @Test(.enabled(if: getuid() != 0)) func unreadable() throws {
        let path = try folder.write("x", [1])
        chmod(path, 0)
        #expect(folder.relative(try loadError(path).message) == "x: it cannot be read (Permission denied)")
    }

    @Test func empty() throws {
        try expect([], "x: the file is empty")
        try expect(gzip([]), "x: the file is empty")
    }

    @Test func unknown() throws {
        try expect(
            [0xde, 0xad, 0xbe, 0xef, 1], "x, byte 0: its contents are of no known format; it starts with de ad be ef")
        try expect(
            [0, 0, 7, 1, 0, 0, 0, 0], "x, byte 0: its contents are of no known format; it starts with 00 00 07 01")
        try expect(
            Array("Hello there\nand more\n".utf8),
            "x, byte 0: its contents are of no known format; it starts with 48 65 6c 6c")
        #expect(try loadError(folder.write("x", [0x80, 4, 0x95])).help?.hasPrefix("this is a Python pickle") == true)
        #expect(
            try loadError(folder.write("x", "GIF89a\u{1}")).help?.hasPrefix(
                "if this is a picture (GIF), convert it to PNG") == true)
    }

    // MARK: IDX

    @Test func idxThatLies() throws {
        try expect(
            idx([10, 28, 28], [1, 2, 3]),
            "x, byte 19: the data ends early: the header promises 7840 bytes and there are 3",
            help: "the file was probably not downloaded or copied whole: get it again")
        try expect(idx([2], [1, 2, 3]), "x, byte 10: the header promises 2 bytes and more follow")
        try expect([0, 0, 8, 3, 0, 0], "x, byte 6: the data ends early: the header promises 16 bytes and there are 6")
        try expect([0, 0, 8], "x, byte 0: its contents are of no known format; it starts with 00 00 08")
        let large = 0xffff_ffff
        try expect(
            idx([large, large, large], []),
            "x, byte 16: the IDX header is wrong: no file can hold its shape [4294967295, 4294967295, 4294967295]")
        try expect(
            idx([large, 1000], [1]),
            "x, byte 13: the data ends early: the header promises 4294967295000 bytes and there are 1")
        try expect(
            idx([0, large, large], []),
            "x, byte 16: the IDX header is wrong: no file can hold its shape [0, 4294967295, 4294967295]")
        try expect([0, 0, 8, 200, 1], "x, byte 3: the IDX header is wrong: it has 200 axes")
    }

    // MARK: gzip

    @Test func gzipThatIsDamaged() throws {
        let whole = gzip(idx([4], [1, 2, 3, 4]))
        try expect(
            Array(whole.dropLast(10)), "x, byte 10: the data ends early: the header promises 4 bytes and there are 2")
        try expect(
            Array(whole.dropLast(6)), "x, byte 12: the compressed data is damaged: it ends before its checksum")
        var flipped = whole
        flipped[whole.count - 9] ^= 0xff
        let error = try loadError(folder.write("x", flipped))
        #expect(folder.relative(error.message).hasPrefix("x, byte "))
        #expect(error.problem == .damaged(format: "gzip", reason: "incorrect data check"))
        #expect(try loadError(folder.write("x", [0x1f, 0x8b])).problem == .empty)
        #expect(try loadError(folder.write("x", whole + [1, 2, 3])).file == "\(folder.path)/x")
        try expect(
            whole + [0, 0, 3], "x, byte \(whole.count + 2): the gzip data is damaged: bytes follow its end")
    }

    /// Zeros that fill a block of a tape, behind each member or at the end, as gzip and Python take them.
    @Test func gzipThatIsPadded() throws {
        let zeros = [UInt8](repeating: 0, count: 300_000)
        for bytes in [
            gzip(idx([4], [1, 2, 3, 4])) + zeros, gzip(idx([4], [1, 2])) + gzip([3, 4]) + [0],
            gzip(idx([4], [1, 2])) + zeros + gzip([3, 4]) + zeros,
        ] {
            #expect(try loadTensor(folder.write("x", bytes)).integers() == [1, 2, 3, 4])
        }
    }

    @Test func whatAServerGivesInThePlaceOfAFileIsToldAsSuch() throws {
        let pages: [(text: String, word: String)] = [
            ("<!DOCTYPE html>\n<html><body>404</body></html>", "a web page (HTML)"),
            ("\u{feff} \n<HTML lang='en'>", "a web page (HTML)"),
            ("<?xml version=\"1.0\"?>\n<!DOCTYPE html PUBLIC>", "a web page (HTML)"),
            ("<?xml version=\"1.0\"?><Error>AccessDenied</Error>", "an XML document"),
            ("version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "a pointer of Git LFS"),
        ]
        for (text, word) in pages {
            for contents in [Array(text.utf8), gzip(Array(text.utf8))] {
                for name in ["x", "x.csv", "x.npz", "x.npy", "x.safetensors", "t10k-labels-idx1-ubyte.gz"] {
                    let path = try folder.write(name, contents)
                    let error = try loadError(path)
                    #expect(folder.relative(error.message) == "\(name): this is \(word), and no data")
                    #expect(error.help?.isEmpty == false)
                }
            }
            let options = LoadOptions(text: TextOptions(source: 0, target: 1))
            let path = try folder.write("pairs.txt", text)
            #expect(try loadError(path, options).message.contains(word))
        }
    }

    /// A small file that unpacks to much costs only what its header claims.
    @Test func gzipThatUnpacksToMore() throws {
        try expect(
            gzip(idx([4], [1, 2, 3, 4] + [UInt8](repeating: 0, count: 100_000))),
            "x, byte 12: the header promises 4 bytes and more follow")
        try expect(
            gzip(idx([1 << 20, 1 << 10], [1])),
            "x, byte 13: the data ends early: the header promises 1073741824 bytes and there are 1")
    }

    // MARK: npy

    @Test func npyThatLies() throws {
        try expect(
            npy("<f4", "(3,)", [0, 0, 0, 0]),
            "x, byte 72: the data ends early: the header promises 12 bytes and there are 4")
        try expect(npy("|u1", "(1,)", [1, 2]), "x, byte 69: the header promises 1 byte and more follow")
        try expect(
            npy("|u1", "(18446744073709551615,)", []),
            "x, byte 10: the npy header is wrong: a size of its shape is not a whole number from 0 on")
        try expect(
            npy("|u1", "(9223372036854775807, 9)", []),
            "x, byte 88: the npy header is wrong: no file can hold its shape [9223372036854775807, 9]")
        try expect(
            npy("|u1", "(-1,)", []),
            "x, byte 10: the npy header is wrong: a size of its shape is not a whole number from 0 on")
        try expect(
            [0x93] + Array("NUMPY".utf8) + [1, 0, 0xff, 0xff, 1],
            "x, byte 8: the npy header is wrong: it claims to be 65535 bytes long")
        try expect(
            [0x93] + Array("NUMPY".utf8) + [9, 0, 1, 0], "x, byte 6: the npy header is wrong: its version is 9")
        try expect(
            [0x93] + Array("NUMPY".utf8), "x, byte 6: the data ends early: the header promises 8 bytes and there are 6")
    }

    @Test(arguments: [
        ("", "'{' is missing at its byte 0"),
        ("{", "a string is missing at its byte 1"),
        ("{}", "one of 'descr', 'fortran_order' and 'shape' is missing"),
        ("{'descr", "a string does not end"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (1", "')' is missing at its byte 52"),
        ("{'descr': '<f4', 'fortran_order': 1, 'shape': (1,)}", "True or False is missing at its byte 34"),
        ("{'descr': '<q9', 'fortran_order': False, 'shape': (1,)}", "the element type '<q9' is unknown"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x", "text follows its closing brace"),
        ("{'evil': 1}", "it has the unknown field 'evil'"),
        ("{'descr': '<f4' 'shape': (1,)}", "'}' is missing at its byte 16"),
    ]) func npyHeadersOfNonsense(header: String, reason: String) throws {
        try expect(npy(header, [0, 0, 0, 0]), "x, byte 10: the npy header is wrong: \(reason)")
    }

    @Test func npyOfOtherThings() throws {
        try expect(
            npy("|O", "(1,)", [0x80, 4]), "x, byte 10: the array holds Python objects (a pickle), which are not read",
            help: "in Python, save an array of numbers: numpy.savez(file, x=numpy.asarray(x, dtype=numpy.float32))")
        try expect(npy("<U5", "(1,)", []), "x, byte 10: an array of strings cannot be read")
        try expect(npy("<c8", "(1,)", []), "x, byte 10: an array of complex numbers cannot be read")
        try expect(npy("<M8[ns]", "(1,)", []), "x, byte 10: an array of dates cannot be read")
        try expect(
            npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", []),
            "x, byte 10: an array of records (several fields in one element) cannot be read")
        try expect(
            npy("<u8", "(1,)", [UInt8](repeating: 0xff, count: 8)),
            "x: an unsigned 64-bit number over 9223372036854775807 cannot be read")
    }

    // MARK: npz

    @Test func archivesThatLie() throws {
        let array = npy("|u1", "(2,)", [1, 2])
        #expect(try loadTensors(folder.write("x", ZipClaims(contents: array).archive))[0].value.integers() == [1, 2])
        func claims(_ change: (inout ZipClaims) -> Void) -> [UInt8] {
            var claims = ZipClaims(contents: array)
            change(&claims)
            return claims.archive
        }
        try expect(
            claims { $0.checksum = 5 },
            "x, array x: the archive data is damaged: the checksum of the array does not match")
        try expect(
            claims { $0.byteCount = 1 << 30 },
            "x, array x: the zip header is wrong: 70 stored bytes cannot be the 1073741824 that it promises")
        try expect(
            claims { ($0.storedByteCount, $0.byteCount) = (69, 69) },
            "x, array x, byte 69: the data ends early: the header promises 2 bytes and there are 1")
        try expect(
            claims { ($0.storedByteCount, $0.byteCount) = (5000, 5000) },
            "x, array x, byte 178: the data ends early: the header promises 5000 bytes and there are 143")
        try expect(
            claims { ($0.storedByteCount, $0.byteCount) = (71, 71) },
            "x, array x, byte 70: the header promises 2 bytes and more follow")
        try expect(
            claims { $0.offset = 12 },
            "x, array x, byte 12: the zip header is wrong: there is no array where its table of contents says")
        try expect(
            claims { $0.offset = 0xffff_fff0 },
            "x, array x, byte 4294967280: the zip header is wrong: there is no array where its table of contents says")
        try expect(claims { $0.flags = 1 }, "x, array x: an encrypted archive cannot be read")
        try expect(claims { $0.method = 12 }, "x, array x: an archive compressed by method 12 cannot be read")
        try expect(
            claims { $0.byteCount = 0xffff_ffff },
            "x: an archive of the zip64 kind (over 4 GB, or over 65535 arrays) cannot be read")
        try expect(claims { $0.name = "note.txt" }, "x: the archive holds no arrays, only note.txt")
        try expect(claims { $0.method = 8 }, "x, array x, byte 43: the deflated data is damaged: bytes follow its end")
    }

    @Test func archivesCutOff() throws {
        let whole = ZipClaims(contents: npy("|u1", "(2,)", [1, 2])).archive
        for count in 4..<whole.count {
            let error = try loadError(folder.write("x", Array(whole.prefix(count))))
            #expect(error.file == "\(folder.path)/x")
        }
        try expect(
            Array(whole.dropLast(5)),
            "x: the zip data is damaged: its table of contents, which stands at the end, is missing")
    }

    @Test func archiveWithAPickledArrayIsRefusedWhole() throws {
        try expect(
            ZipClaims(name: "labels.npy", contents: npy("|O", "(1,)", [0x80, 4])).archive,
            "x, array labels, byte 10: the array holds Python objects (a pickle), which are not read")
    }

    /// Every byte of small files changed at random: an error or a value, never more.
    @Test func changedBytesAreNeverFatal() throws {
        let files = [
            idx([2, 3], [1, 2, 3, 4, 5, 6]), gzip(idx([3], [1, 2, 3])),
            npy("<f4", "(2,)", [UInt8](repeating: 0, count: 8)),
            ZipClaims(contents: npy("|u1", "(2,)", [1, 2])).archive, Array("a,b\n1,2\n\"x\",4\n".utf8),
        ]
        var state: UInt64 = 20_261_124
        for file in files {
            for position in file.indices {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                var changed = file
                changed[position] = UInt8(truncatingIfNeeded: state >> 33)
                let path = try folder.write("x", changed)
                do {
                    _ = try Loader.load(path)
                } catch let error as DatasetError {
                    #expect(error.file == path)
                    #expect(!error.message.isEmpty)
                }
            }
        }
    }
}
