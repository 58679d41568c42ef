import Glibc
import TensorCore

/// Writes text to a file descriptor, as it is, whatever happens on the other end.
package final class TextOutput {
    /// Why nothing more can be written.
    package struct Failure: Error, Equatable {
        package let code: Int32
        /// The reader has gone, such as `head` when it has seen enough.
        package var isClosedPipe: Bool { code == EPIPE }
        package var message: String { String(cString: strerror(code)) }
    }

    private let descriptor: Int32
    /// Whether the next character stands at the start of a line.
    package private(set) var isAtLineStart = true
    /// The first failure; later text goes nowhere.
    package private(set) var failure: Failure?
    /// What to do at the first failure.
    package var onFailure: (Failure) -> Void = { _ in }

    package init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    package static func standardOutput() -> TextOutput { TextOutput(descriptor: STDOUT_FILENO) }
    package static func standardError() -> TextOutput { TextOutput(descriptor: STDERR_FILENO) }

    package static func nowhere() -> TextOutput { TextOutput(descriptor: open("/dev/null", O_WRONLY | O_CLOEXEC)) }

    /// Writes all of the text, or what comes before an interrupt: long output stops at Ctrl-C.
    ///
    /// - Parameter isWhole: Whether a part of it would leave the terminal in the middle of a sequence.
    package func write(_ text: String, isWhole: Bool = false) {
        var text = text
        text.withUTF8 { bytes in
            var start = 0
            while start < bytes.count, failure == nil {
                let size = min(bytes.count - start, 1 << 14)
                let written = Glibc.write(descriptor, bytes.baseAddress?.advanced(by: start), size)
                if written >= 0 {
                    start += written
                } else if errno == EAGAIN {
                    var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&request, 1, -1)
                } else if errno != EINTR {
                    let failure = Failure(code: errno)
                    self.failure = failure
                    onFailure(failure)
                }
                // Short texts are written whole, so that an error message is.
                if !isWhole, bytes.count > 1 << 14, Interrupt.isRequested { break }
            }
            if let last = bytes.last { isAtLineStart = start < bytes.count || last == UInt8(ascii: "\n") }
            if start > 0, start < bytes.count, bytes[start - 1] != UInt8(ascii: "\n") { isAtLineStart = false }
        }
    }

    /// Ends a line that was begun.
    package func finishLine() {
        if !isAtLineStart { write("\n") }
    }

    /// To be told when something else has written to the same place.
    package func assumeLineStart() { isAtLineStart = true }
}
