import CImages
import TensorCore

// Changes of images in memory by C, with all pointers that they need.

extension Storage {
    /// Calls `body` with the floats from `offset` on.
    fileprivate func withFloats(_ offset: Int, _ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) {
        precondition(offset >= 0 && (offset + count) * MemoryLayout<Float>.size <= byteCount)
        withMutableBytes { span in
            span.withUnsafeMutableBytes { bytes in
                guard let base = bytes.baseAddress, count > 0 else { return }
                body(base.assumingMemoryBound(to: Float.self) + offset)
            }
        }
    }
}

/// One image of a contiguous float32 batch `[N, C, H, W]`.
struct ImageInBatch {
    private let storage: Storage
    private let offset: Int
    private let planes: dls_planes

    init(_ batch: Tensor, _ place: Int) {
        precondition(batch.rank == 4 && batch.dtype == .float32 && batch.isContiguous && place < batch.shape[0])
        storage = batch.storage
        planes = dls_planes(channels: batch.shape[1], height: batch.shape[2], width: batch.shape[3])
        offset = batch.offset + place * batch.shape.dropFirst().reduce(1, *)
    }

    private var count: Int { planes.channels * planes.height * planes.width }

    /// Writes the image to another one, each pixel from where `places` says.
    ///
    /// - Parameter places: Six numbers, as in `dls_warp`.
    func warp(into other: ImageInBatch, _ places: [Double], fill: Float, isSmooth: Bool) {
        precondition(places.count == 6 && other.planes.channels == planes.channels)
        storage.withFloats(offset, count) { from in
            other.storage.withFloats(other.offset, other.count) { to in
                dls_warp(from, planes, to, other.planes, places, fill, isSmooth ? 1 : 0)
            }
        }
    }

    func fill(top: Int, left: Int, height: Int, width: Int, _ value: Float) {
        precondition(top >= 0 && left >= 0 && top + height <= planes.height && left + width <= planes.width)
        storage.withFloats(offset, count) { dls_fill($0, planes, top, left, height, width, value) }
    }

    func changeColors(brightness: Float, contrast: Float, saturation: Float) {
        storage.withFloats(offset, count) { dls_change_colors($0, planes, brightness, contrast, saturation) }
    }

    /// Adds a float32 tensor of as many elements.
    func add(_ numbers: Tensor) {
        precondition(numbers.dtype == .float32 && numbers.isContiguous && numbers.count == count)
        storage.withFloats(offset, count) { image in
            numbers.storage.withFloats(numbers.offset, count) { dls_add(image, $0, count) }
        }
    }
}
