import CSystem
import Glibc
import TensorCore

/// Runs another program as a filter: a text in, bytes out.
package enum Filter {
    package enum Outcome {
        /// - Parameter status: As `waitpid` tells it.
        case finished(output: [UInt8], status: Int32, complaint: String)
        case missing
        case failed(reason: String)
    }

    /// This program itself.
    package static let ownProgram = "/proc/self/exe"

    /// Gives `input` to a program of the PATH and waits for its end.
    ///
    /// - Parameter seconds: After this time it is killed; nil: never.
    package static func run(_ name: String, _ argument: String, input: String, seconds: Double? = nil) -> Outcome {
        // Files in memory instead of pipes: neither side waits for the other.
        let streams = (0..<3).map { _ in dls_open_memory() }
        defer { for stream in streams where stream >= 0 { close(stream) } }
        guard streams.allSatisfy({ $0 >= 0 }) else { return .failed(reason: reason(errno)) }
        guard write(Array(input.utf8), to: streams[0]), lseek(streams[0], 0, SEEK_SET) == 0 else {
            return .failed(reason: reason(errno))
        }
        var process: Int32 = 0
        let problem = dls_start_program(name, argument, streams[0], streams[1], streams[2], &process)
        guard problem == 0 else { return problem == ENOENT ? .missing : .failed(reason: reason(problem)) }
        var status: Int32 = 0
        let deadline = seconds.map { ContinuousClock.now + .seconds($0) }
        while true {
            let ended = waitpid(process, &status, deadline == nil ? 0 : WNOHANG)
            if ended == process { break }
            guard ended == 0 || errno == EINTR else { return .failed(reason: reason(errno)) }
            // At a terminal Ctrl-C has reached it already.
            if Interrupt.isRequested { kill(process, SIGTERM) }
            guard let deadline else { continue }
            if ContinuousClock.now > deadline { kill(process, SIGKILL) }
            usleep(10_000)
        }
        guard let output = contents(streams[1]), let complaint = contents(streams[2]) else {
            return .failed(reason: reason(errno))
        }
        return .finished(output: output, status: status, complaint: String(decoding: complaint, as: UTF8.self))
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }

    /// Writes all of some bytes; false, with `errno`, where they cannot be written.
    package static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno != EINTR { return false }
            rest = rest.dropFirst(max(count, 0))
        }
        return true
    }

    private static func contents(_ descriptor: Int32) -> [UInt8]? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = pread(descriptor, &chunk, chunk.count, off_t(bytes.count))
            if count == 0 { return bytes }
            if count > 0 { bytes += chunk.prefix(count) } else if errno != EINTR { return nil }
        }
    }
}
