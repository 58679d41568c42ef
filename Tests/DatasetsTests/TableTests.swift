import Datasets
import TensorCore
import Testing

struct TableTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func table(_ text: String, name: String = "t.csv") throws -> ColumnTable {
        try loadTable(folder.write(name, text))
    }

    @Test func findsWhatColumnsHold() throws {
        let table = try table("id,weight,name,gap,later\n1,0.5,ann,,x\n-2,1e3, bob ,7,\n+3,-4,\"c, d\",nan,y\n")
        #expect(table.columns.map(\.name) == ["id", "weight", "name", "gap", "later"])
        #expect(table.rowCount == 3)
        #expect(table.columns[0].values == .integers([1, -2, 3]))
        #expect(table.columns[1].values == .numbers([0.5, 1000, -4]))
        #expect(table.columns[2].values == .text(["ann", "bob", "c, d"]))
        guard case .numbers(let gaps) = table.columns[3].values else { throw Mismatch(text: "gap holds no numbers") }
        #expect(gaps[0] == nil && gaps[1] == 7 && gaps[2]?.isNaN == true)
        #expect(table.columns[4].values == .text(["x", nil, "y"]))
    }

    @Test func readsEveryEndOfLineAndQuote() throws {
        let expected: [ColumnTable.Values] = [.integers([1, 3]), .text(["a \"b\"\nc", "é,"])]
        for end in ["\n", "\r\n", "\r"] {
            let lines = ["n,t", "1,\"a \"\"b\"\"\nc\"", "", "3,\"é,\""].joined(separator: end)
            for text in [lines, lines + end, "\u{feff}" + lines + end + end] {
                #expect(try table(text).columns.map(\.values) == expected)
            }
        }
    }

    @Test func findsTheSeparator() throws {
        #expect(try table("a;b\n1;2\n").columns.map(\.name) == ["a", "b"])
        #expect(try table("a\tb\n1\t2\n", name: "t.tsv").columns.map(\.name) == ["a", "b"])
        #expect(try table("a\n1\n2\n").columns[0].values == .integers([1, 2]))
        #expect(try table("a,b\n1,2\n", name: "no ending").columns.count == 2)
        #expect(try loadTable(folder.write("t.csv.gz", gzip(Array("a,b\n1,2\n".utf8)))).rowCount == 1)
        #expect(try loadError(folder.write("pairs.txt", "hello .\thola .\n")).message.contains("no known format"))
    }

    /// Whole numbers that int64 does not hold are names, whose digits count; beside fractions they are numbers.
    @Test func wholeNumbersThatDoNotFitKeepTheirDigits() throws {
        #expect(
            try table("a,b,c\n1180591620717411303424,0x10,1180591620717411303424\n1,0x11,0.5\n").columns.map(\.values)
                == [
                    .text(["1180591620717411303424", "1"]), .text(["0x10", "0x11"]), .numbers([0x1p70, 0.5]),
                ])
    }

    @Test(arguments: [
        ("a,b\n1,2\n1,2,3\n", "t.csv, line 3: the row has 3 cells, and the header has 2"),
        ("a,b\n\n\"x\ny\",2\n7\n", "t.csv, line 5: the row has 1 cell, and the header has 2"),
        ("a,b\r\n1,\"x\r\ny\"\r\n1\r\n", "t.csv, line 4: the row has 1 cell, and the header has 2"),
        ("a,b\r1,\"x\ry\"\r1\r", "t.csv, line 4: the row has 1 cell, and the header has 2"),
        ("a,b\n1,\"x\n2,y\n", "t.csv, line 2: the quotes of cell 2 are not closed"),
        ("a,b\n1,\"x\"y\n", "t.csv, line 2: text follows the quotes of cell 2"),
        ("a,b\n1,x\0\n", "t.csv, line 2: there is a zero byte in cell 2"),
        ("a,a\n1,2\n", "t.csv, line 1: two columns have the name \"a\""),
        ("a,\n1,2\n", "t.csv, line 1: column 2 has no name"),
        ("1,2\n3,4\n", "t.csv, line 1: the first line has only numbers"),
        ("150,4,setosa\n5.1,3.5,0\n", "t.csv, line 1: cell 1 of the first line is the number 150, and no name"),
        ("M,0.5,1\nF,0.4,0\n", "t.csv, line 1: cell 2 of the first line is the number 0.5, and no name"),
        ("notes\na;b\n1;2\n", "t.csv, line 2: the row has 2 cells, and the header has 1"),
        (",x\n7,1\n3,2\n", "t.csv, line 1: column 1 has no name"),
    ]) func badTables(text: String, message: String) throws {
        #expect(folder.relative(try loadError(folder.write("t.csv", text)).message) == message)
    }

    @Test func aTableMayHaveNoRows() throws {
        #expect(try table("a,b\n").rowCount == 0)
        let path = try folder.write("t.csv", "a,b\n")
        #expect(
            folder.relative(try loadError(path, LoadOptions(target: "a")).message)
                == "t.csv: the table has a header and no rows")
    }

    @Test func textThatIsNotUTF8() throws {
        let path = try folder.write("t.csv", Array("a,b\n1,".utf8) + [0xff, 0x0a])
        #expect(folder.relative(try loadError(path).message) == "t.csv, line 2: the text is not UTF-8")
    }

    // MARK: As datasets

    private func dataset(_ text: String, _ options: LoadOptions) throws -> Dataset {
        try loadDataset(folder.write("t.csv", text), options)
    }

    @Test func textTargetsAreClasses() throws {
        let flowers = try dataset(
            "length,kind,colour,n\n1.5,rose,red,1\n2,iris,blue,2\n0.5,rose,red,3\n", LoadOptions(target: "kind"))
        #expect(try flowers.x().doubles() == [1.5, 1, 1, 2, 0, 2, 0.5, 1, 3])
        #expect(flowers.featureNames == ["length", "colour", "n"])
        #expect(flowers.classNames == ["iris", "rose"])
        #expect(flowers.labels == [1, 0, 1])
        #expect(flowers.classCounts == [1, 2])
        let given = try dataset("n,kind\n1,b\n2,a\n", LoadOptions(target: "kind", classNames: ["b", "a"]))
        #expect(given.labels == [0, 1])
    }

    @Test func numericTargets() throws {
        let whole = try dataset("n,y\n1,2\n2,0\n", LoadOptions(target: "y"))
        #expect(whole.labels == [2, 0])
        #expect(whole.classCount == 3)
        let real = try dataset("n,y\n1,0.5\n2,-1\n", LoadOptions(target: "y"))
        #expect(real.labels == nil)
        #expect(try real.y()?.shape == [2, 1])
        #expect(try real.y()?.doubles() == [0.5, -1])
    }

    @Test func badTargets() throws {
        let path = try folder.write("t.csv", "n,y\n1,0.5\n2,\n")
        let unknown = try loadError(path, LoadOptions(target: "Y"))
        #expect(folder.relative(unknown.message) == "t.csv: there is no column \"Y\"")
        #expect(unknown.help == "did you mean \"y\"?")
        #expect(try loadError(path, LoadOptions(target: "z")).help == "the columns are n, y")
        #expect(
            folder.relative(try loadError(path, LoadOptions(target: "y")).message)
                == "t.csv, line 3: there is no \"y\"")
        let one = try folder.write("one.csv", "y\n1\n")
        #expect(
            folder.relative(try loadError(one, LoadOptions(target: "y")).message) == "one.csv: \"y\" is the only column"
        )
        let text = try folder.write("text.csv", "n,y\n1,a\n2,b\n")
        #expect(
            folder.relative(try loadError(text, LoadOptions(target: "y", classNames: ["a"])).message)
                == "text.csv: \"b\" in \"y\" is none of the classes given")
        let array = try folder.write("x.npy", npy("|u1", "(1,)", [1]))
        #expect(
            folder.relative(try loadError(array, LoadOptions(target: "y")).message)
                == "x.npy: target names a column, and this is not a table")
        #expect(
            folder.relative(try loadError(array, LoadOptions(scale: 2)).message)
                == "x.npy: scale is for datasets, and this is not one")
    }
}
