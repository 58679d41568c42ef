import CSystem
import Glibc
import Session
import TensorCore

/// A command of the shell that runs beside a cell, in a process group of its own.
struct CellProcess {
    /// Takes what it writes on `stdout` or `stderr`.
    let show: (_ name: String, _ text: String) -> Void

    /// How long it may take to stop, before it is stopped by the next signal.
    private static let patience = Duration.seconds(2)
    private static let stopSignals = [SIGINT, SIGTERM, SIGKILL]

    /// Runs a command to its end; an interrupt is handed on to it.
    func run(_ command: String) -> ShellOutcome {
        do {
            let (output, error) = (try PipeReader("stdout"), try PipeReader("stderr"))
            return try run(command, [output, error])
        } catch {
            return .failed(String(cString: strerror(error.number)))
        }
    }

    private func run(_ command: String, _ readers: [PipeReader]) throws(SystemRefusal) -> ShellOutcome {
        var process: Int32 = 0
        let problem = dls_start_shell(command, readers[0].writeEnd, readers[1].writeEnd, &process)
        for reader in readers { reader.closeWriteEnd() }
        guard problem == 0 else { throw SystemRefusal(number: problem) }
        var signals = Self.stopSignals[...]
        var nextSignal = ContinuousClock.now
        while true {
            if Interrupt.isRequested, ContinuousClock.now >= nextSignal, let signal = signals.popFirst() {
                kill(-process, signal)
                nextSignal = .now.advanced(by: Self.patience)
            }
            var status: Int32 = 0
            let ended = waitpid(process, &status, WNOHANG)
            var requests = readers.map { pollfd(fd: $0.isOpen ? $0.readEnd : -1, events: Int16(POLLIN), revents: 0) }
            poll(&requests, nfds_t(requests.count), ended == 0 ? 20 : 0)
            for (reader, request) in zip(readers, requests) where request.revents != 0 {
                if let text = reader.read() { show(reader.name, text) }
            }
            // What a process in the background writes later is not waited for.
            if ended == process, !requests.contains(where: { $0.revents & Int16(POLLIN) != 0 }) {
                for reader in readers where !reader.rest.isEmpty { show(reader.name, "\u{FFFD}") }
                return ShellOutcome(status: status)
            }
            if ended == process { return finish(readers, status) }
            guard ended >= 0 || errno == EINTR else { throw SystemRefusal(number: errno) }
        }
    }

    /// Shows what is still in the pipes of a process that has ended.
    private func finish(_ readers: [PipeReader], _ status: Int32) -> ShellOutcome {
        for reader in readers {
            var request = pollfd(fd: reader.readEnd, events: Int16(POLLIN), revents: 0)
            while reader.isOpen, !Interrupt.isRequested, poll(&request, 1, 0) > 0 {
                if let text = reader.read() { show(reader.name, text) }
            }
        }
        return ShellOutcome(status: status)
    }
}

private struct SystemRefusal: Error {
    let number: Int32
}

/// One stream of a command.
private final class PipeReader {
    let name: String
    let readEnd: Int32
    let writeEnd: Int32
    private(set) var isOpen = true
    private var isWriteEndOpen = true
    /// The beginning of a character whose end has not come.
    private(set) var rest: [UInt8] = []

    init(_ name: String) throws(SystemRefusal) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0, ends.allSatisfy({ fcntl($0, F_SETFD, FD_CLOEXEC) == 0 }) else {
            throw SystemRefusal(number: errno)
        }
        self.name = name
        (readEnd, writeEnd) = (ends[0], ends[1])
    }

    deinit {
        closeWriteEnd()
        close(readEnd)
    }

    func closeWriteEnd() {
        if isWriteEndOpen { close(writeEnd) }
        isWriteEndOpen = false
    }

    /// What is there, as far as it ends with a whole character.
    func read() -> String? {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = Glibc.read(readEnd, &buffer, buffer.count)
        guard count > 0 else {
            if count == 0 || errno != EINTR { isOpen = false }
            return nil
        }
        var bytes = rest + buffer[..<count]
        let last = bytes.suffix(4).lastIndex { $0 & 0xC0 != 0x80 } ?? bytes.startIndex
        let length = bytes[last] >= 0xF0 ? 4 : bytes[last] >= 0xE0 ? 3 : bytes[last] >= 0xC0 ? 2 : 1
        let end = last + length > bytes.count ? last : bytes.count
        rest = Array(bytes[end...])
        bytes.removeLast(bytes.count - end)
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }
}
