import TensorCore

extension ColumnTable {
    /// Makes a dataset of a table: the column `target` becomes `y`, all others, in order, the columns of `x`.
    ///
    /// - Whole numbers from 0 on and text are classes, text by the sorted order of its different values; other
    ///   numbers are targets of a regression, shape `[N, 1]`.
    /// - In `x`, shape `[N, columns]` float32, text columns stand as the index of their class likewise.
    ///
    /// - Throws: `DatasetError` `.unknownColumn`; `.badTable` where no column is left for `x` or targets are missing.
    package func dataset(target: String, classNames: [String]? = nil, scale: Double? = nil, name: String) throws
        -> Dataset
    {
        guard let targetColumn = columns.first(where: { $0.name == target }) else {
            throw DatasetError(file: file, .unknownColumn(name: target, columns: columns.map(\.name)))
        }
        let features = columns.filter { $0.name != target }
        guard !features.isEmpty else {
            throw DatasetError(
                file: file, .badTable(reason: "\"\(target)\" is the only column", help: "x needs a column too"))
        }
        let (y, foundNames) = try targets(targetColumn, classNames: classNames)
        var values = [Float](repeating: 0, count: rowCount * features.count)
        for (column, feature) in features.enumerated() {
            let numbers: [Float] =
                switch feature.values {
                case .integers(let list): list.map(Float.init)
                case .numbers(let list): list.map(Float.init)
                case .text(let list): ColumnTable.classes(list).indices.map { Float($0) }
                }
            for row in 0..<rowCount { values[row * features.count + column] = numbers[row] }
        }
        return try Dataset(
            x: Tensor(values, shape: [rowCount, features.count]), y: y, classNames: classNames ?? foundNames,
            featureNames: features.map(\.name), scale: scale, name: name)
    }

    private func targets(_ column: Column, classNames: [String]?) throws -> (Tensor, [String]?) {
        switch column.values {
        case .integers(let list): return (try Tensor(list), nil)
        case .numbers(let list):
            if let row = list.firstIndex(where: \.isNaN) {
                throw DatasetError(
                    file: file,
                    .badTable(
                        reason: "row \(row + 1) below the header has no \"\(column.name)\"",
                        help: "a target is needed in every row"))
            }
            return (try Tensor(list.map(Float.init), shape: [rowCount, 1]), nil)
        case .text(let list):
            guard let classNames else {
                let (names, indices) = ColumnTable.classes(list)
                return (try Tensor(indices), names)
            }
            let places = Dictionary(classNames.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
            let indices = try list.map { name in
                guard let place = places[name] else {
                    throw DatasetError(
                        file: file,
                        .badTable(reason: "\"\(name)\" in \"\(column.name)\" is none of the classes given", help: nil))
                }
                return place
            }
            return (try Tensor(indices), nil)
        }
    }

    /// The different values in sorted order, and the place of each value among them.
    private static func classes(_ values: [String]) -> (names: [String], indices: [Int]) {
        let names = Set(values).sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
        let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        return (names, values.map { places[$0] ?? 0 })
    }
}
