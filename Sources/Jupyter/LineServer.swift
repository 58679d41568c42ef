import Datasets
import Glibc
import Runtime
import TensorCore

/// The kernel over standard input and output, for editors without ZeroMQ: Jupyter's messages as JSON, a line each.
///
///     {"id": "1", "type": "execute_request", "content": {"code": "1 + 1"}}
///     {"type": "execute_result", "parent": "1", "content": {...}}
///
/// Requests of the control channel are answered while a cell runs. The kernel ends with its input.
final class LineServer: MessageServer, @unchecked Sendable {
    let mailbox: Mailbox
    private let input: Int32
    private let output: Int32
    private let wakeReader: Int32
    private let wakeWriter: Int32
    private var endings = Endings(parent: nil)
    private var thread: SystemThread?
    private var lines = LineReader()
    private var lastStream = ContinuousClock.now

    private static let streamInterval = Duration.milliseconds(50)

    /// Takes the streams away from all else that reads and writes in this process: commands of cells find no input, and
    /// what they write goes to the stream of errors.
    ///
    /// - Throws: `Failure` where the system gives no more descriptors.
    init() throws {
        var ends: [Int32] = [-1, -1]
        input = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
        output = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
        guard input >= 0, output >= 0, pipe(&ends) == 0 else {
            throw Failure("the kernel cannot have its standard input and output: \(String(cString: strerror(errno)))")
        }
        (wakeReader, wakeWriter) = (ends[0], ends[1])
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        var empty: [Int32] = [-1, -1]
        if pipe(&empty) == 0 {
            dup2(empty[0], STDIN_FILENO)
            close(empty[0])
            close(empty[1])
        }
        dup2(STDERR_FILENO, STDOUT_FILENO)
        // A client that is gone is an error of writing.
        signal(SIGPIPE, SIG_IGN)
        let writer = ends[1]
        mailbox = Mailbox(wake: { _ = write(writer, "w", 1) })
    }

    /// - Throws: `Failure` where the system has no thread to give.
    func start() throws {
        thread = SystemThread(stackByteCount: 1 << 22) { [self] in run() }
        guard thread != nil else { throw Failure("the system has no thread to give to the kernel") }
    }

    /// Sends what is left.
    func finish() {
        mailbox.finish()
        thread?.join()
        for descriptor in [input, output, wakeReader, wakeWriter] { close(descriptor) }
        endings.finish()
    }

    // MARK: The thread

    private func run() {
        send(.status("starting", parent: nil))
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let takes = mailbox.hasRoom && !mailbox.stops
            var requests = [
                pollfd(fd: wakeReader, events: Int16(POLLIN), revents: 0),
                pollfd(fd: endings.descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: takes ? input : -1, events: Int16(POLLIN), revents: 0),
            ]
            _ = poll(&requests, 3, mailbox.hasOutgoing ? 25 : 500)
            let isLast = mailbox.hasFinished
            while read(wakeReader, &buffer, buffer.count) > 0 {}
            if requests[2].revents != 0 {
                let count = read(input, &buffer, buffer.count)
                if count == 0 || count < 0 && errno != EINTR { mailbox.stop() }
                for line in lines.take(buffer[..<max(count, 0)]) { handle(line) }
            }
            for outgoing in mailbox.takeOutgoing(
                isDue: isLast || ContinuousClock.now - lastStream >= Self.streamInterval)
            {
                if outgoing.text != nil { lastStream = ContinuousClock.now }
                send(outgoing.whole)
            }
            if isLast { return }
            endings.look(mailbox)
        }
    }

    private func handle(_ line: [UInt8]?) {
        guard let line else {
            let text = "a message of more than \(LineReader.longest >> 20) MB was not read"
            return send(Message("error", JSON(["evalue": .string(text)]), parent: nil))
        }
        guard let message = try? JSON(parsing: line, .document), let type = message["type"]?.asString else {
            let text =
                "the kernel takes messages such as {\"id\": \"1\", \"type\": \"execute_request\", \"content\": {}}"
            return send(Message("error", JSON(["evalue": .string(text)]), parent: nil))
        }
        let content = message["content"] ?? .object([])
        if type == "input_reply" { return content["value"]?.asString.map(mailbox.putAnswer) ?? () }
        let request = Request(
            identities: [], header: [], type: type, id: message["id"]?.asString ?? "", content: Array(content.text.utf8)
        )
        if let answer = mailbox.control(request) { send(answer) } else { mailbox.put(request) }
    }

    private func send(_ message: Message) {
        let line = JSON([
            "type": .string(message.type), "parent": .string(message.parent?.id ?? ""), "content": message.content,
            "metadata": message.metadata,
        ])
        let bytes = Array((line.text + "\n").utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { write(output, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return mailbox.stop() }
            sent += count
        }
    }
}

/// Finds the lines in a stream of bytes.
package struct LineReader {
    /// Code is written by people.
    package static let longest = 32 << 20

    private var bytes: [UInt8] = []
    private var isSkipping = false

    package init() {}

    /// The lines that end in what has come, without what ends them; nil for one that is too long.
    package mutating func take(_ new: some Collection<UInt8>) -> [[UInt8]?] {
        var lines: [[UInt8]?] = []
        for part in new.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            if part.offset > 0 {
                if isSkipping { lines.append(nil) } else if !bytes.isEmpty { lines.append(bytes) }
                bytes = []
                isSkipping = false
            }
            if bytes.count + part.element.count > Self.longest { isSkipping = true }
            if isSkipping { bytes = [] } else { bytes += part.element }
        }
        return lines
    }
}
