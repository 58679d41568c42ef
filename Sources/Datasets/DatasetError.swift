import TensorCore

/// What was wrong with a file or a dataset: data, from which `message` and `help` make the words.
package struct DatasetError: Error, Equatable {
    /// The file as the caller named it, or the dataset's name.
    package let file: String
    /// The array inside of an archive.
    package let entry: String?
    package let place: Place?
    package let problem: Problem

    package enum Place: Equatable, Sendable {
        /// Counted from 0, in the contents (after decompression).
        case byte(Int)
        /// Counted from 1.
        case line(Int)
    }

    package enum Problem: Equatable, Sendable {
        case missing
        /// The system refused; `reason` is its word.
        case unreadable(reason: String)
        case unwritable(reason: String)
        /// Beyond the folders that `--safe` leaves.
        case confined(to: [String], isWriting: Bool)
        /// What a stranger's file, which was not approved, may not have.
        case untrusted(_ isWriting: Bool)
        /// A file that dls did not write, which would be replaced.
        case foreign
        /// A socket, a device and the like.
        case notAFile
        case empty
        /// The contents end early: bytes that were promised, and those that are there.
        case truncated(promised: Int, found: Int)
        /// More bytes than the header promises.
        case trailing(promised: Int)
        case unknownFormat(start: [UInt8])
        /// A file that is called .png or .jpg and holds something else.
        case unknownImage(start: [UInt8])
        case imageTooLarge(height: Int, width: Int, most: Int)
        case strayDownload(StrayDownload)
        case badHeader(format: String, reason: String)
        /// Compressed data or checksums that do not add up.
        case damaged(format: String, reason: String)
        /// Python objects, which only Python can read (and which can run code there).
        case pickled
        case unsupported(what: String, instead: String)
        /// A checkpoint that is whole, in the form that an earlier dls gave it.
        case earlierCheckpoint
        case outOfMemory(byteCount: Int)
        /// A row of a table with another number of cells than the header.
        case raggedRow(expected: Int, found: Int)
        case badTable(reason: String, help: String?)
        case unknownColumn(name: String, columns: [String])
        /// A folder without anything that `load` knows.
        case noData(seen: [String])
        /// Examples and labels that do not belong together.
        case badParts(reason: String, help: String?)
        case argument(name: String, reason: String)
        /// Examples that cannot be changed, or that a change made impossible.
        case augmentation(reason: String, help: String)
    }

    package init(file: String, entry: String? = nil, place: Place? = nil, _ problem: Problem) {
        self.file = file
        self.entry = entry
        self.place = place
        self.problem = problem
    }
}

extension DatasetError {
    /// One sentence: the file, what is wrong and where.
    package var message: String {
        var subject = file.isEmpty ? "the path \"\"" : file
        if let entry { subject += ", array \(entry)" }
        switch place {
        case .byte(let offset): return "\(subject), byte \(offset): \(what)"
        case .line(let number): return "\(subject), line \(number): \(what)"
        case nil: return "\(subject): \(what)"
        }
    }

    /// What is wrong, without the file.
    package var reason: String {
        switch problem {
        case .missing: "No such file or directory"
        case .unreadable(let reason): reason
        default: what
        }
    }

    private var what: String {
        switch problem {
        case .missing: "there is no such file or folder"
        case .unreadable(let reason): "it cannot be read (\(reason))"
        case .unwritable(let reason): "it cannot be written (\(reason))"
        case .confined(_, let isWriting): "--safe does not let it be \(isWriting ? "written" : "read")"
        case .untrusted(let isWriting):
            "a file that counts as a stranger's may not \(isWriting ? "write" : "read") it before it is approved"
        case .foreign: "a file is there that dls did not write here, or that was changed since"
        case .notAFile: "this is neither a file nor a folder"
        case .empty: "the file is empty"
        case .truncated(let promised, let found):
            "the data ends early: the header promises \(bytes(promised)) and there are \(found)"
        case .trailing(let promised): "the header promises \(bytes(promised)) and more follow"
        case .unknownFormat(let start): "its contents are of no known format; it starts with \(hexText(start))"
        case .unknownImage(let start): "this is neither PNG nor JPEG; it starts with \(hexText(start))"
        case .imageTooLarge(let height, let width, _):
            "the image is \(height) by \(width) pixels, more than are decoded"
        case .strayDownload(let kind): "this is \(kind.rawValue), and no data"
        case .badHeader(let format, let reason): "the \(format) header is wrong: \(reason)"
        case .damaged(let format, let reason): "the \(format) data is damaged: \(reason)"
        case .pickled: "the array holds Python objects (a pickle), which are not read"
        case .unsupported(let what, _): "\(what) cannot be read"
        case .earlierCheckpoint: "a checkpoint of an earlier dls cannot be read"
        case .outOfMemory(let byteCount): "its \(bytes(byteCount)) do not fit in memory"
        case .raggedRow(let expected, let found):
            "the row has \(found) \(found == 1 ? "cell" : "cells"), and the header has \(expected)"
        case .badTable(let reason, _): reason
        case .unknownColumn(let name, _): "there is no column \"\(name)\""
        case .noData(let seen):
            seen.isEmpty
                ? "the folder is empty"
                : "the folder holds no data that can be loaded, only \(listed(seen))"
        case .badParts(let reason, _): reason
        case .argument(let name, let reason): "\(name) \(reason)"
        case .augmentation(let reason, _): reason
        }
    }

    /// How to go on, where that is known.
    package var help: String? {
        switch problem {
        case .missing:
            file.hasPrefix("/") ? nil : workingFolder().map { "the path is looked up from \($0)" }
        case .truncated: "the file was probably not downloaded or copied whole: get it again"
        case .damaged: "get the file again"
        case .trailing, .badHeader: "the file is damaged, or it was written by a program that errs: get it again"
        case .unknownFormat(let start): unknownFormatHelp(start)
        case .unknownImage: "convert the file to PNG, or take it out of the folder"
        case .imageTooLarge(_, _, let most):
            "an image has at most \(most) pixels: make it smaller with another program, such as ImageMagick's convert"
        case .strayDownload(let kind): kind.help
        case .pickled: "in Python, save an array of numbers: numpy.savez(file, x=numpy.asarray(x, dtype=numpy.float32))"
        case .unsupported(_, let instead): instead
        case .earlierCheckpoint: "start anew in another folder"
        case .outOfMemory: "load a smaller file, or close other programs"
        case .raggedRow:
            "a cell that holds the separator is written in double quotes: \"a, b\"; skip=1 passes over a line before the "
                + "table, and separator=\";\" says what stands between cells"
        case .unknownColumn(let name, let columns): columnHelp(name, columns)
        case .noData:
            "a folder is loaded when it holds a folder of PNG or JPEG images for each class, CIFAR's .bin files, or IDX "
                + "files (plain or .gz) with train, test, t10k, dev or val in their names; for another file, name the "
                + "file itself; pairs of sentences are loaded by "
                + "`load folder source=1 target=0`, with the columns of both"
        case .badTable(_, let help), .badParts(_, let help): help
        case .augmentation(_, let help): help
        case .unwritable:
            Folder.exists(Folder.parent(of: file))
                ? nil
                : "there is no folder \(Folder.parent(of: file)): `make_folder \"\(Folder.parent(of: file))\"` makes it"
        case .confined(let folders, let isWriting): confinedHelp(folders, isWriting)
        case .untrusted: "read the file; `--trust` runs it with all that it asks for (`dls help trust`)"
        case .foreign: "overwrite=true replaces it, and from then on dls knows it as its own; or delete it first"
        case .unreadable, .notAFile, .empty, .argument: nil
        }
    }

    private func confinedHelp(_ folders: [String], _ isWriting: Bool) -> String {
        let option = isWriting ? "--output FOLDER" : "--data FOLDER"
        guard !folders.isEmpty else { return "nothing is, unless dls is started with \(option)" }
        return "only what is beneath \(listed(folders)) is, unless dls is started with \(option)"
    }

    private func bytes(_ count: Int) -> String { count == 1 ? "1 byte" : "\(count) bytes" }

    private func hexText(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
    }

    private func listed(_ names: [String]) -> String {
        let shown = names.prefix(4).joined(separator: ", ")
        return names.count > 4 ? "\(shown) and \(names.count - 4) more" : shown
    }

    private func columnHelp(_ name: String, _ columns: [String]) -> String {
        if let same = columns.first(where: { $0.lowercased() == name.lowercased() }) {
            return "did you mean \"\(same)\"?"
        }
        return "the columns are \(listed(columns))"
    }

    private func unknownFormatHelp(_ start: [UInt8]) -> String {
        let known =
            "files that can be loaded are IDX and .npy (plain or .gz), .npz, .safetensors, .pth, .csv, PNG and JPEG"
        if start.starts(with: [0x89, 0x48, 0x44, 0x46]) { return "this is an HDF5 file; \(known)" }
        for (beginning, name) in [
            ("BM", "BMP"), ("GIF8", "GIF"), ("II*\0", "TIFF"), ("MM\0*", "TIFF"), ("RIFF", "WebP"),
        ]
        where start.starts(with: beginning.utf8) {
            return "if this is a picture (\(name)), convert it to PNG; \(known)"
        }
        if start.starts(with: [0x25, 0x50, 0x44, 0x46]) { return "this is a PDF file; \(known)" }
        if start.starts(with: [0x42, 0x5a, 0x68]) || start.starts(with: [0xfd, 0x37, 0x7a]) {
            return "this file is compressed in another way: unpack it first; \(known)"
        }
        if start.count > 1, start[0] == 0x80, (2...5).contains(start[1]) {
            return "this is a Python pickle; in Python, save the arrays with numpy.savez"
        }
        if start.starts(with: [0xff, 0xfe]) || start.starts(with: [0xfe, 0xff]) {
            return "this is text in UTF-16: save it in UTF-8"
        }
        if start.allSatisfy({ (0x20..<0x7f).contains($0) || $0 == 0x09 || $0 == 0x0a || $0 == 0x0d }) {
            return
                "a table that is not called .csv is loaded by `load file separator=\"\\t\"`, with what stands between "
                + "its cells, pairs of sentences by `load file source=1 target=0`, and other text by `read(file)`; other \(known)"
        }
        if start.count > 3, start[0] == 0, start[1] == 0 {
            return "it looks like IDX, whose third byte is one of 08 09 0b 0c 0d 0e and the fourth at least 1; \(known)"
        }
        return known
    }
}
