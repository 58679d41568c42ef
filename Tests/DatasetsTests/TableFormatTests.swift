import Datasets
import TensorCore
import Testing

/// Tables of other programs: what is missing, how numbers are written, what separates cells.
struct TableFormatTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func values(_ text: String, _ format: TableFormat? = nil, name: String = "t.csv") throws -> [ColumnTable
        .Values]
    {
        guard case .table(let table) = try Loader.load(folder.write(name, text), LoadOptions(table: format)) else {
            throw Mismatch(text: "it is not a table")
        }
        return table.columns.map(\.values)
    }

    private func error(_ text: String, target: String? = nil, _ format: TableFormat? = nil) throws -> DatasetError {
        try loadError(folder.write("t.csv", text), LoadOptions(target: target, table: format))
    }

    @Test(arguments: [
        "", " ", "NA", "N/A", "n/a", "#N/A", "<NA>", "?", "-", "--", "NULL", "\\N", "null", "None", "none", " NA ",
    ])
    func wordsForWhatIsMissing(_ word: String) throws {
        let text = "x,y,label\n10,true,a\n9,false,b\n\(word),\(word),a\n1.5,true,b\n"
        #expect(
            try values(text) == [
                .numbers([10, 9, nil, 1.5]), .booleans([true, false, nil, true]), .text(["a", "b", "a", "b"]),
            ])
        let data = try loadDataset(folder.write("t.csv", text), LoadOptions(target: "label"))
        #expect(try data.x().doubles().map { $0.isNaN ? -1 : $0 } == [10, 1, 9, 0, -1, -1, 1.5, 1])
    }

    @Test func wordsOfTheCallerAreMissingInEveryColumn() throws {
        let text = "x,t\n1,a\nunknown,unknown\nNA,\"unknown\"\n4,NA\n"
        #expect(
            try values(text, TableFormat(missing: ["unknown"])) == [
                .numbers([1, nil, nil, 4]), .text(["a", nil, nil, "NA"]),
            ])
        #expect(try error(text, TableFormat(missing: [])).message.contains("line 3: the cell \"unknown\""))
    }

    @Test func aWordAmongNumbersIsAnErrorWithItsLine() throws {
        let rows = (1...10_000).map { "\($0),1\n" }.joined()
        for target in [nil, "y"] {
            let found = try error("x,y\n\(rows)oops,1\n", target: target)
            #expect(
                folder.relative(found.message)
                    == "t.csv, line 10002: the cell \"oops\" of the column \"x\" is not a number, as its others are")
            #expect(found.help == "missing=[\"oops\"] says that it is missing, text=[\"x\"] that the column is text")
        }
        for format in [TableFormat(missing: ["oops"]), TableFormat(textColumns: ["x"])] {
            #expect(try values("x,y\n1,1\noops,2\n", format).count == 2)
        }
    }

    /// Codes of some kind, such as the tickets of a ship: text, and no codes of a dataset unasked.
    @Test func aColumnOfWordsAndNumbersIsText() throws {
        let text = "ticket,y\nA/5 21171,0\n113803,1\nPC 17599,1\nSTON 3101282,0\nC 1,0\n"
        #expect(try values(text)[0] == .text(["A/5 21171", "113803", "PC 17599", "STON 3101282", "C 1"]))
        #expect(try error(text, target: "y").message.contains("line 2: the cell \"A/5 21171\""))
        let options = LoadOptions(target: "y", table: TableFormat(textColumns: ["ticket"]))
        #expect(try loadDataset(folder.write("t.csv", text), options).x().doubles() == [1, 0, 3, 4, 2])
    }

    @Test(arguments: ["1,000", "1'000", "0,5", "1\u{a0}000", "-1,000.5"])
    func numbersInAnotherNotationAreNoText(_ number: String) throws {
        for text in ["x,y\n10,a\n9,b\n\"\(number)\",a\n", "x;y\n10;a\n9;b\n\(number);a\n"] {
            for target in [nil, "y"] { #expect(try error(text, target: target).message.contains("line 4: the cell")) }
        }
        #expect(
            try error("x,y\n\"\(number)\",a\n\"\(number)\",b\n", target: "y").message.contains("looks like a number"))
    }

    @Test func decimalAndThousandsMarksCanBeSaid() throws {
        #expect(
            try values("x;y\n1.234,5;-2,5\n7;1e3\n", TableFormat(decimalMark: 0x2c, thousandsMark: 0x2e)) == [
                .numbers([1234.5, 7]), .numbers([-2.5, 1000]),
            ])
        // In quotes, which are there for the comma, it is a number too.
        #expect(try values("x,y\n\"1,000\",a\n2,b\n", TableFormat(thousandsMark: 0x2c))[0] == .integers([1000, 2]))
        #expect(
            try values("x;y\n1,000;1\n20,000,000;2\n", TableFormat(thousandsMark: 0x2c))[0]
                == .integers([1000, 20_000_000]))
        #expect(try error("x;y\n1.5;1\n2,5;2\n", TableFormat(decimalMark: 0x2c)).place == .line(2))
    }

    @Test func labels() throws {
        for label in ["", "\"\"", " ", "\"  \""] {
            #expect(
                folder.relative(try error("x,label\n1,a\n2,\(label)\n3,b\n", target: "label").message)
                    == "t.csv, line 3: there is no \"label\"")
        }
        #expect(try error("x,label\n1,a\n2,NA\n", target: "label").place == .line(3))
        #expect(try error("x,label\n1,5\n2,?\n", target: "label").message.contains("there is no"))
        let flags = try loadDataset(folder.write("t.csv", "x,y\n1,TRUE\n2,FALSE\n"), LoadOptions(target: "y"))
        #expect(flags.labels == [1, 0] && flags.classNames == ["false", "true"])
        let quoted = try loadDataset(folder.write("t.csv", "x,y\n\"10\",1\n\"9\",0\n"), LoadOptions(target: "y"))
        #expect(try quoted.x().doubles() == [10, 9])
        #expect(quoted.labels == [1, 0])
    }

    @Test func columnsThatCountRowsAreLeftOut() throws {
        for text in [
            ",x\n0,5\n1,6\n2,7\n", "\"\",\"x\"\n\"1\",5\n\"2\",6\n\"3\",7\n", "Unnamed: 0,x\n0,5\n1,6\n2,7\n",
        ] {
            #expect(try values(text) == [.integers([5, 6, 7])])
        }
        #expect(try values("Unnamed: 0,x\n0,5\n2,6\n").count == 2)
    }

    @Test func aTableOfOneColumnKeepsItsRows() throws {
        #expect(try values("a\n1\n\n3\n") == [.numbers([1, nil, 3])])
        #expect(try values("a\n\n\n3\n\n\n") == [.numbers([nil, nil, 3])])
        #expect(try values("a\r\n1\r\n \r\n") == [.numbers([1, nil])])
        #expect(try values("a\n1\n\"\"\n3\n") == [.numbers([1, nil, 3])])
        #expect(try values("a,b\n1,2\n\n  \n3,4\n\n") == [.integers([1, 3]), .integers([2, 4])])
    }

    @Test func separators() throws {
        let expected: [ColumnTable.Values] = [.integers([1, 2]), .numbers([2.5, 4])]
        for text in ["x,y\n1,2.5\n2,4\n", "x;y\n1;2.5\n2;4\n", "x\ty\n1\t2.5\n2\t4\n", "x|y\n1|2.5\n2|4\n"] {
            #expect(try values(text) == expected)
            #expect(try values(text, name: "t.txt") == expected)
        }
        for text in ["x y\n1 2.5\n2 4\n", "  x   y\n  1   2.5\n  2\t  4  \n"] {
            for name in ["t.csv", "t.dat"] { #expect(try values(text, name: name) == expected) }
        }
        #expect(try values("name\nJohn Smith\nJane Doe\n") == [.text(["John Smith", "Jane Doe"])])
        #expect(try values("room\nroom 5\nroom 6\n") == [.text(["room 5", "room 6"])])
        #expect(try values("a b\nx y\n", TableFormat(separator: 0x20)) == [.text(["x"]), .text(["y"])])
        #expect(
            try values("x y\n1 \"a b\"\t3\n", TableFormat(hasHeader: false, skippedLines: 1, separator: 0x20)).count
                == 3)
        // As R writes it.
        #expect(try error("\"x\" \"y\"\n\"1\" 5 6\n\"2\" 7 8\n").problem == .raggedRow(expected: 2, found: 3))
    }

    @Test func headersCanBeSaid() throws {
        let iris = "2,2,setosa,virginica\n5.1,3.5,0\n4.9,3.0,1\n"
        let format = TableFormat(hasHeader: false, skippedLines: 1)
        let data = try loadDataset(folder.write("t.csv", iris), LoadOptions(target: "column2", table: format))
        #expect(data.featureNames == ["column0", "column1"])
        #expect(data.labels == [0, 1])
        #expect(try values("1,2\n3,4\n", TableFormat(hasHeader: false)) == [.integers([1, 3]), .integers([2, 4])])
        #expect(try values("year,2000\nx,1\n", TableFormat(hasHeader: true)) == [.text(["x"]), .integers([1])])
        #expect(try values("year,\"2000\"\nx,1\n").count == 2)
        #expect(try values("made by hand\r\nx;y\r\n1;2\r\n", TableFormat(skippedLines: 1)).count == 2)
    }

    @Test func quotesAroundEverythingSayNothing() throws {
        #expect(
            try values("\"x\",\"t\"\n\"1\",\"a\"\n\"2.5\",\"\"\n") == [.numbers([1, 2.5]), .text(["a", nil])])
        #expect(try values("\"x\",\"t\"\n1,\"7\"\n2,\"8\"\n") == [.integers([1, 2]), .text(["7", "8"])])
    }

    @Test func longNumbersKeepTheirDigits() throws {
        #expect(
            try values("a,b\n9223372036854775807,-0\n-9223372036854775808,0\n") == [
                .integers([.max, .min]), .numbers([-0.0, 0]),
            ])
    }

    @Test func textInUTF16IsToldAsSuch() throws {
        let bytes: [UInt8] = Array("\u{feff}a,b\n".utf16).flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
        #expect(try loadError(folder.write("t.csv", bytes)).help?.contains("UTF-16") == true)
        #expect(try loadError(folder.write("t.csv", Array(bytes[2...]))).help?.contains("UTF-16") == true)
    }

    @Test func argumentsOfTablesAreForTables() throws {
        let path = try folder.write("x.npy", npy("|u1", "(1,)", [1]))
        #expect(try loadError(path, LoadOptions(table: TableFormat(skippedLines: 1))).message.contains("table"))
    }

    // MARK: Before the header

    private func table(_ text: String, _ format: TableFormat? = nil) throws -> [String: ColumnTable.Values] {
        guard case .table(let table) = try Loader.load(folder.write("t.csv", text), LoadOptions(table: format)) else {
            throw Mismatch(text: "it is not a table")
        }
        return Dictionary(uniqueKeysWithValues: table.columns.map { ($0.name, $0.values) })
    }

    @Test(arguments: [
        "# a,b\n1,x\n2,y\n", "#a,b\r\n1,x\r\n2,y\r\n", "# a;b\n1;x\n2;y\n", "# of 2026\n# a,b\n1,x\n2,y\n",
        "# two, or three, words\na,b\n1,x\n2,y\n", "sep=;\na;b\n1;x\n2;y\n", "\u{feff}SEP=,\r\na,b\r\n1,x\r\n2,y\r\n",
        "sep=\t\na\tb\n1\tx\n2\ty\n", "sep=|\n# a|b\n1|x\n2|y\n",
    ])
    func commentsAndExcelsLineAreNoNames(_ text: String) throws {
        #expect(try table(text) == ["a": .integers([1, 2]), "b": .text(["x", "y"])])
    }

    @Test func numPysHeaderOfBlanks() throws {
        #expect(try table("# a b\n1 2\n3 4\n") == ["a": .integers([1, 3]), "b": .integers([2, 4])])
    }

    @Test func aColumnMayBeNamedByTheMark() throws {
        for text in ["#,b\n1,x\n", "#\tb\n1\tx\n", "\"#\",b\n1,x\n"] {
            #expect(try table(text) == ["#": .integers([1]), "b": .text(["x"])])
        }
        #expect(try table("\"# a\",b\n1,x\n") == ["# a": .integers([1]), "b": .text(["x"])])
    }

    @Test func aCommentThatMayBeTheHeaderIsTold() throws {
        let text = "# of cities\n# name,city\nAnn,Rome\nBob,Oslo\n"
        let found = try error(text)
        #expect(
            folder.relative(found.message) == "t.csv, line 2: the line may be a comment, or the names of the columns")
        #expect(found.help == "header=true takes it for the names, skip=2 passes over it")
        #expect(
            try table(text, TableFormat(hasHeader: true))
                == ["name": .text(["Ann", "Bob"]), "city": .text(["Rome", "Oslo"])])
        #expect(try table(text, TableFormat(skippedLines: 2)) == ["Ann": .text(["Bob"]), "Rome": .text(["Oslo"])])
    }

    @Test func numbersBelowACommentAreNoNames() throws {
        let text = "# of something\n1,2\n3,4\n"
        let help = try #require(try error(text).help)
        #expect(help.hasPrefix("header=false skip=1 reads it as data, skip=2 passes over it"))
        #expect(
            try table(text, TableFormat(hasHeader: false, skippedLines: 1))
                == ["column0": .integers([1, 3]), "column1": .integers([2, 4])])
    }

    @Test(arguments: ["NaN", "nan", "\\N", "NA"]) func aWordForWhatIsMissingAmongLabels(_ word: String) throws {
        let quoted = "\"\(word.replacing("\\", with: "\\\\"))\""
        let text = "x,label\n1,a\n2,b\n3,\(word)\n4,\(word)\n5,\(word)\n"
        let found = try error(text, target: "label")
        #expect(
            folder.relative(found.message)
                == "t.csv, line 4: the cell \(quoted) of the column \"label\" stands among words")
        #expect(
            found.help
                == "missing=[\(quoted)] says that it is missing, text=[\"label\"] that all of the column is "
                + "text, whose values become classes")
        #expect(
            try table(text, TableFormat(missing: [word]))["label"] == .text(["a", "b", nil, nil, nil]))
        let classes = try loadDataset(
            folder.write("t.csv", text), LoadOptions(target: "label", table: TableFormat(textColumns: ["label"])))
        #expect(classes.labels?.count == 5)
    }
}
