extension TensorError {
    /// What is wrong, as one sentence without a full stop.
    package var message: String {
        switch self {
        case .broadcast(let operation, let a, let b):
            switch operation {
            case "assignment": "a value of shape \(a) does not fit in the elements it is assigned to, of shape \(b)"
            case "broadcast": "shape \(a) does not broadcast to \(b)"
            default: "\(operation) takes shapes that broadcast, and these are \(a) and \(b)"
            }
        case .shape(let operation, let expected, let actual):
            "\(operation) takes \(expected), and its argument has shape \(actual)"
        case .matrixProduct(let a, let b):
            a.isEmpty || b.isEmpty
                ? "the matrix product takes vectors and matrices, and these have shapes \(a) and \(b)"
                : "the matrix product takes inner sizes that agree, and these are \(a[a.count - 1]) and "
                    + "\(b[max(b.count - 2, 0)]), of shapes \(a) and \(b)"
        case .axisOutOfRange(let operation, let axis, let rank):
            "\(operation) is asked for axis \(axis) of a tensor with \(counted(rank, "axis", "axes"))"
        case .indexOutOfRange(let axis, let size, let index):
            "index \(index) is out of range for axis \(axis), whose size is \(size)"
        case .classOutOfRange(let index, let classes):
            "class \(index) is out of range: there are \(classes) classes, 0 to \(classes - 1)"
        case .tooManyIndices(let count, let shape):
            "\(counted(count, "index", "indices")) for a tensor with \(counted(shape.count, "axis", "axes")), "
                + "of shape \(shape)"
        case .dtype(let operation, let expected, let actual):
            "\(operation) takes \(expected), and its argument is of type \(actual.name)"
        case .emptyReduction(let operation):
            "\(operation) of no elements has no value"
        case .elementCount(let operation, let from, let to):
            operation == "tensor"
                ? "\(counted(from.reduce(1, *), "element does", "elements do")) not fill shape \(to)"
                    + needed(to)
                : "\(operation) keeps the number of elements, and \(from) has \(from.reduce(1, *))"
                    + needed(to)
        case .argument(let operation, let name, let reason):
            "\(operation): \(name) \(reason)"
        case .outOfMemory(let byteCount):
            byteCount == .max
                ? "a tensor of more bytes than can be counted does not fit in memory"
                : "a tensor of \(byteText(byteCount)) does not fit in memory"
        case .workMemory(let byteCount):
            byteCount == .max
                ? "an operation needs more memory for its work than can be counted"
                : "an operation needs \(byteText(byteCount)) for its work, and the system has no more memory"
        }
    }

    /// Ways to go on.
    package var help: [String] {
        switch self {
        case .broadcast(let operation, let a, let b):
            switch operation {
            case "assignment", "broadcast": ["each axis, counted from the last, has the same size, or 1 in the value"]
            default: broadcastHelp(a, b)
            }
        case .matrixProduct(let a, let b): productHelp(a, b)
        case .axisOutOfRange(_, _, let rank):
            rank == 0 ? [] : ["axes go from 0 to \(rank - 1), or from -\(rank) to -1, counted from the end"]
        case .indexOutOfRange(_, let size, _):
            size == 0
                ? ["the axis is empty"]
                : ["indices go from 0 to \(size - 1), or from -\(size) to -1, counted from the end"]
        case .classOutOfRange(let index, _):
            [index < 0 ? "classes count from 0" : "the number of classes must be greater than \(index)"]
        case .dtype(_, _, let actual): actual == .bool ? [] : ["convert it first, as in tensor(x, dtype=\"int64\")"]
        case .elementCount(_, let from, let to): sizeHelp(from, to)
        case .outOfMemory: ["take fewer elements at a time, or a smaller type"]
        case .workMemory:
            ["take fewer elements at a time (a smaller batch), let large values go (x = none), or close other programs"]
        case .shape, .tooManyIndices, .emptyReduction, .argument: []
        }
    }

    private func counted(_ count: Int, _ one: String, _ many: String) -> String {
        "\(count) \(count == 1 ? one : many)"
    }

    private func needed(_ shape: [Int]) -> String {
        var product = 1
        for size in shape {
            let (next, overflow) = product.multipliedReportingOverflow(by: size)
            if overflow || size < 0 { return ", and \(shape) cannot hold them" }
            product = next
        }
        return ", and \(shape) takes \(product)"
    }

    /// What to do where one size of a shape would fit if it were left open.
    private func sizeHelp(_ from: [Int], _ to: [Int]) -> [String] {
        let count = from.reduce(1, *)
        guard to.count > 0, !to.contains(-1), count > 0 else { return [] }
        let rest = to.dropFirst().reduce((1, false)) { total, size in
            let (product, overflow) = total.0.multipliedReportingOverflow(by: size)
            return (product, total.1 || overflow || size <= 0)
        }
        guard !rest.1, rest.0 > 0, count % rest.0 == 0 else { return [] }
        return ["\([count / rest.0] + to.dropFirst()) would hold them"]
    }

    private func broadcastHelp(_ a: [Int], _ b: [Int]) -> [String] {
        for (place, (left, right)) in zip(a.reversed(), b.reversed()).enumerated()
        where left != right && left != 1 && right != 1 {
            return ["sizes are compared from the last axis on: on axis -\(place + 1), \(left) and \(right) differ"]
        }
        return []
    }

    private func productHelp(_ a: [Int], _ b: [Int]) -> [String] {
        guard let inner = a.last, a.count >= 1, b.count >= 2 else { return [] }
        if b[b.count - 1] == inner { return ["the transpose of the second would fit: a @ b.transpose(-1, -2)"] }
        if a.count >= 2 && a[a.count - 2] == b[b.count - 2] {
            return ["the transpose of the first would fit: a.transpose(-1, -2) @ b"]
        }
        return []
    }

    private func byteText(_ count: Int) -> String {
        let units = ["bytes", "KB", "MB", "GB", "TB", "PB", "EB"]
        var amount = Double(count)
        var unit = 0
        while amount >= 1024 && unit < units.count - 1 {
            amount /= 1024
            unit += 1
        }
        return unit == 0 ? "\(count) bytes" : "\(fixedText(amount, digits: 1)) \(units[unit])"
    }
}
