import CSystem
import Glibc
import TensorCore

/// Runs another program as a filter: a text in, bytes out.
enum Filter {
    enum Outcome {
        case finished(output: [UInt8], status: Int32, complaint: String)
        case missing
        case failed(reason: String)
    }

    /// Gives `input` to a program of the PATH and waits for its end.
    static func run(_ name: String, _ argument: String, input: String) -> Outcome {
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
        while waitpid(process, &status, 0) < 0 {
            guard errno == EINTR else { return .failed(reason: reason(errno)) }
            // At a terminal Ctrl-C has reached it already.
            if Interrupt.isRequested { kill(process, SIGTERM) }
        }
        guard let output = contents(streams[1]), let complaint = contents(streams[2]) else {
            return .failed(reason: reason(errno))
        }
        return .finished(output: output, status: status, complaint: String(decoding: complaint, as: UTF8.self))
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
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
