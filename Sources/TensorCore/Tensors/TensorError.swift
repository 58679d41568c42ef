/// What was wrong with a call on tensors: data, from which `message` and `help` make the words.
package enum TensorError: Error, Equatable {
    /// Shapes that cannot be broadcast together.
    case broadcast(operation: String, [Int], [Int])
    /// A shape that the operation cannot take; `expected` says what it takes.
    case shape(operation: String, expected: String, actual: [Int])
    /// Sizes of a matrix product that do not agree.
    case matrixProduct([Int], [Int])
    case axisOutOfRange(operation: String, axis: Int, rank: Int)
    case indexOutOfRange(axis: Int, size: Int, index: Int)
    /// A class that is none of `0 ..< classes`.
    case classOutOfRange(index: Int, classes: Int)
    case tooManyIndices(count: Int, shape: [Int])
    case dtype(operation: String, expected: String, actual: DType)
    /// `max` of nothing and the like.
    case emptyReduction(operation: String)
    /// Elements that do not fill a shape.
    case elementCount(operation: String, from: [Int], to: [Int])
    case argument(operation: String, name: String, reason: String)
    /// A tensor that does not fit.
    case outOfMemory(byteCount: Int)
    /// Memory that the system refused to an operation for its own work.
    case workMemory(byteCount: Int)
}
