import CSimd
import Glibc

/// Collects rows of a stored array into a batch, converted to what a model sees.
///
/// `out[i, c, k] = (stored[rows[i], c, k] * scale - mean[c]) / deviation[c]` as float32, or a plain copy where there
/// is nothing to convert.
package struct RowGather: Sendable {
    /// Elements of a row.
    private let rowCount: Int
    /// Neighbouring elements of a row that share a channel.
    private let planeCount: Int
    private let source: DType
    private let conversion: Conversion
    /// What the gathered elements are.
    package let dtype: DType

    private enum Conversion: Sendable {
        case copy
        /// Bytes times a number.
        case scaledBytes(Double)
        /// The 256 results for each channel, one channel after the other.
        case table([Float])
        case affine(multipliers: [Float], addends: [Float])
    }

    /// Plans the conversion of rows of `source`.
    ///
    /// - Parameters:
    ///   - shape: The shape of one row, channels first.
    ///   - source: The stored type.
    ///   - scale: What stored values are multiplied with.
    ///   - means: One for each channel (the first axis of a row), taken off after scaling; `nil`: none.
    ///   - deviations: One for each channel, divided by; `nil`: none.
    package init(shape: [Int], source: DType, scale: Double, means: [Double]?, deviations: [Double]?) {
        rowCount = shape.reduce(1, *)
        self.source = source
        let isPlain = scale == 1 && means == nil && deviations == nil
        if isPlain && (source == .float32 || source == .int64) {
            planeCount = rowCount
            conversion = .copy
            dtype = source
            return
        }
        dtype = .float32
        let channelCount = max(means?.count ?? deviations?.count ?? 1, 1)
        planeCount = rowCount / channelCount
        if source == .uint8 && means == nil && deviations == nil {
            conversion = .scaledBytes(scale)
            return
        }
        let channels = (0..<channelCount).map { (means?[$0] ?? 0, deviations?[$0] ?? 1) }
        if source == .uint8 || source == .bool {
            conversion = .table(
                channels.flatMap { mean, deviation in
                    (0..<256).map { Float((Double($0) * scale - mean) / deviation) }
                })
        } else {
            conversion = .affine(
                multipliers: channels.map { Float(scale / $0.1) }, addends: channels.map { Float(-$0.0 / $0.1) })
        }
    }

    /// Writes the rows at `rows` of `tensor`, which is contiguous with rows of the planned shape and type, one after
    /// the other to the start of `target`.
    package func gather(_ rows: some Collection<Int>, of tensor: Tensor, into target: Storage) {
        let total = rowCount == 0 ? 0 : tensor.count / rowCount
        precondition(tensor.dtype == source && tensor.isContiguous)
        precondition(target.byteCount >= rows.count * rowCount * dtype.size)
        let base = tensor.storage.base + tensor.offset * source.size
        var position = 0
        for row in rows where rowCount > 0 {
            precondition(row >= 0 && row < total)
            let from = base + row * rowCount * source.size
            let to = target.base + position * dtype.size
            switch conversion {
            case .copy: memcpy(to, from, rowCount * source.size)
            case .scaledBytes(let scale):
                scaleBytes(from.assumingMemoryBound(to: UInt8.self), scale, to.assumingMemoryBound(to: Float.self))
            case .table(let table):
                lookUp(from.assumingMemoryBound(to: UInt8.self), table, to.assumingMemoryBound(to: Float.self))
            case .affine(let multipliers, let addends):
                let to = to.assumingMemoryBound(to: Float.self)
                switch source {
                case .float32: scaled(from.assumingMemoryBound(to: Float.self), multipliers, addends, to)
                case .float64: scaled(from.assumingMemoryBound(to: Double.self), multipliers, addends, to)
                case .int64: scaled(from.assumingMemoryBound(to: Int64.self), multipliers, addends, to)
                case .bool, .uint8: break
                }
            }
            position += rowCount
        }
    }

    private func scaleBytes(_ from: UnsafePointer<UInt8>, _ scale: Double, _ to: UnsafeMutablePointer<Float>) {
        var i = 0
        while i + 16 <= rowCount {
            csimd_scaled_bytes16(from + i, scale).store(to + i)
            i += 16
        }
        for i in i..<rowCount { to[i] = Float(Double(from[i]) * scale) }
    }

    private func lookUp(_ from: UnsafePointer<UInt8>, _ table: [Float], _ to: UnsafeMutablePointer<Float>) {
        table.withUnsafeBufferPointer { table in
            var channel = 0
            var start = 0
            while start < rowCount {
                for i in start..<start + planeCount { to[i] = table[channel + Int(from[i])] }
                start += planeCount
                channel += 256
            }
        }
    }

    @inline(__always)
    private func scaled<Element>(
        _ from: UnsafePointer<Element>, _ multipliers: [Float], _ addends: [Float],
        _ to: UnsafeMutablePointer<Float>
    ) where Element: FloatConvertible {
        var start = 0
        for channel in multipliers.indices where planeCount > 0 {
            let multiplier = multipliers[channel]
            let addend = addends[channel]
            for i in start..<start + planeCount { to[i] = from[i].float32 * multiplier + addend }
            start += planeCount
        }
    }
}

private protocol FloatConvertible {
    var float32: Float { get }
}

extension Float: FloatConvertible {
    fileprivate var float32: Float { self }
}

extension Double: FloatConvertible {
    fileprivate var float32: Float { Float(self) }
}

extension Int64: FloatConvertible {
    fileprivate var float32: Float { Float(self) }
}
