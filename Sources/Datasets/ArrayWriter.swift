import TensorCore

/// Writes tensors to files that NumPy reads. A file appears when it is whole, or not at all.
package enum ArrayWriter {
    /// Writes one tensor as .npy.
    ///
    /// - Throws: `DatasetError.Problem.unwritable` where the system refuses.
    package static func writeNPY(_ tensor: Tensor, to path: String) throws {
        let tensor = try tensor.contiguous()
        let file = try AtomicFile(path: path)
        try file.write(NPY.header(dtype: tensor.dtype, shape: tensor.shape))
        try file.write(tensor.storage, tensor.byteRange)
        try file.commit()
    }

    /// Writes tensors by name as .npz.
    ///
    /// - Parameter compressed: Whether to deflate them, as `numpy.savez_compressed` does.
    /// - Throws: `DatasetError`: `.argument` for a name that an archive cannot hold, names that stand twice and what
    ///   is over 4 GB; `.unwritable` where the system refuses.
    package static func writeNPZ(
        _ arrays: [(name: String, value: Tensor)], to path: String, compressed: Bool = false
    ) throws {
        var seen: Set<String> = []
        for (name, value) in arrays {
            guard !name.isEmpty, name.utf8.count < 1 << 15, !name.utf8.contains(0) else {
                throw DatasetError(file: path, .argument(name: "name \"\(name)\"", reason: "cannot be an array's name"))
            }
            guard seen.insert(name).inserted else {
                throw DatasetError(file: path, .argument(name: "name \"\(name)\"", reason: "is given twice"))
            }
            guard value.count * value.dtype.size < 0xf000_0000 else { throw tooBig(path, name) }
        }
        let entries = try arrays.map { name, value in
            let tensor = try value.contiguous()
            return Entry(
                name: "\(name).npy", bytes: NPY.header(dtype: tensor.dtype, shape: tensor.shape), tensor: tensor)
        }
        try writeArchive(entries, to: path, compressed: compressed)
    }

    /// A file in an archive: bytes, and behind them the elements of a contiguous tensor.
    struct Entry {
        let name: String
        let bytes: [UInt8]
        var tensor: Tensor?
    }

    static func writeArchive(_ entries: [Entry], to path: String, compressed: Bool) throws {
        let file = try AtomicFile(path: path)
        var directory: [UInt8] = []
        var offset = 0
        for entry in entries {
            let header = entry.bytes
            let checksum = entry.tensor.map { crc32($0.storage, $0.byteRange, from: crc32(header)) } ?? crc32(header)
            let byteCount = header.count + (entry.tensor?.byteRange.count ?? 0)
            var packed: [UInt8]?
            if compressed {
                let deflater = try Deflater()
                deflater.append(header)
                if let tensor = entry.tensor { deflater.append(tensor.storage, tensor.byteRange) }
                packed = deflater.finish()
            }
            let storedByteCount = packed?.count ?? byteCount
            let fileName = Array(entry.name.utf8)
            let fields = entryFields(
                method: compressed ? 8 : 0, checksum: checksum, storedByteCount: storedByteCount,
                byteCount: byteCount, nameLength: fileName.count)
            let localHeader = littleEndian(0x0403_4b50, 4) + fields + fileName
            guard offset + localHeader.count + storedByteCount < 0xffff_ffff else {
                throw tooBig(path, entry.name)
            }
            try file.write(localHeader)
            if let packed {
                try file.write(packed)
            } else {
                try file.write(header)
                if let tensor = entry.tensor { try file.write(tensor.storage, tensor.byteRange) }
            }
            // Version made by (Unix), the same fields, no comment, first disk, binary, permissions, where it lies.
            directory += littleEndian(0x0201_4b50, 4) + littleEndian(3 << 8 | 20, 2) + fields
            directory += littleEndian(0, 2) + littleEndian(0, 2) + littleEndian(0, 2)
            directory += littleEndian(0o100644 << 16, 4) + littleEndian(offset, 4) + fileName
            offset += localHeader.count + storedByteCount
        }
        guard entries.count < 0xffff, offset + directory.count < 0xffff_ffff else { throw tooBig(path, "") }
        let end =
            littleEndian(0x0605_4b50, 4) + littleEndian(0, 4) + littleEndian(entries.count, 2)
            + littleEndian(entries.count, 2) + littleEndian(directory.count, 4) + littleEndian(offset, 4)
            + littleEndian(0, 2)
        try file.write(directory + end)
        try file.commit()
    }

    private static func tooBig(_ path: String, _ name: String) -> DatasetError {
        DatasetError(
            file: path, entry: name.isEmpty ? nil : name,
            .argument(name: "the archive", reason: "would be over 4 GB; save tensors as .npy files"))
    }

    /// The fields that stand both before an entry and in the table of contents.
    private static func entryFields(
        method: Int, checksum: UInt32, storedByteCount: Int, byteCount: Int, nameLength: Int
    ) -> [UInt8] {
        // Version 2.0, names in UTF-8. The date is the format's first (1980-01-01), so that equal tensors give
        // equal files.
        littleEndian(20, 2) + littleEndian(1 << 11, 2) + littleEndian(method, 2) + littleEndian(0, 2)
            + littleEndian(1 << 5 | 1, 2) + littleEndian(Int(checksum), 4) + littleEndian(storedByteCount, 4)
            + littleEndian(byteCount, 4) + littleEndian(nameLength, 2) + littleEndian(0, 2)
    }

    private static func littleEndian(_ value: Int, _ byteCount: Int) -> [UInt8] {
        (0..<byteCount).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}

extension Tensor {
    /// Where the elements of a contiguous tensor lie in its storage.
    var byteRange: Range<Int> { offset * dtype.size..<(offset + count) * dtype.size }
}
