import Datasets
import Runtime
import TensorCore

/// The side of a kernel that speaks with its client, on a thread of its own.
protocol MessageServer: AnyObject {
    var mailbox: Mailbox { get }
    func start() throws
    func finish()
}

/// The thread that has all sockets: it takes requests, answers those of control and the heartbeat while a cell runs, and
/// sends what cells show.
final class KernelServer: MessageServer, @unchecked Sendable {
    let mailbox: Mailbox
    private let wire: WireFormat
    private let context: SocketContext
    private let shell: Socket
    private let control: Socket
    private let stdin: Socket
    private let iopub: Socket
    private let heartbeat: Socket
    private let wakeReader: Socket
    /// The end of the thread that runs cells.
    private let wakeWriter: Socket
    private var endings: Endings
    private var thread: SystemThread?
    private var lastStream = ContinuousClock.now

    private static let streamInterval = Duration.milliseconds(50)

    /// Listens; `start` begins to answer.
    ///
    /// - Throws: `Failure` where a library is missing or an address is taken.
    init(_ connection: ConnectionFile, parent: ParentProcess?) throws {
        wire = try WireFormat(key: connection.key)
        context = try SocketContext()
        let context = context
        func bound(_ kind: Socket.Kind, _ name: String) throws -> Socket {
            let socket = try Socket(context, kind)
            try socket.bind(connection.endpoint(name))
            return socket
        }
        shell = try bound(.router, "shell")
        control = try bound(.router, "control")
        stdin = try bound(.router, "stdin")
        iopub = try bound(.publisher, "iopub")
        heartbeat = try bound(.reply, "hb")
        wakeReader = try Socket(context, .pair)
        try wakeReader.bind("inproc://wake")
        let writer = try Socket(context, .pair)
        try writer.connect("inproc://wake")
        wakeWriter = writer
        mailbox = Mailbox(wake: { writer.send([[]]) })
        endings = Endings(parent: parent)
    }

    /// - Throws: `Failure` where the system has no thread to give.
    func start() throws {
        thread = SystemThread(stackByteCount: 1 << 22) { [self] in run() }
        guard thread != nil else { throw Failure("the system has no thread to give to the kernel") }
    }

    /// Sends what is left, and closes the sockets.
    func finish() {
        mailbox.finish()
        thread?.join()
        wakeWriter.close()
        context.close()
    }

    // MARK: The thread

    private func run() {
        // A client that listens already is welcomed first.
        while let frames = iopub.receive() { welcome(frames) }
        publish(.status("starting", parent: nil))
        let always = [control, stdin, iopub, heartbeat, wakeReader]
        while true {
            Socket.wait(
                for: mailbox.hasRoom ? [shell] + always : always, descriptor: endings.descriptor,
                milliseconds: mailbox.hasOutgoing ? 25 : 500)
            let isLast = mailbox.hasFinished
            while wakeReader.receive() != nil {}
            while let frames = heartbeat.receive() { heartbeat.send(frames) }
            while let frames = iopub.receive() { welcome(frames) }
            while let frames = control.receive() { handleControl(frames) }
            while let frames = stdin.receive() { handleAnswer(frames) }
            while mailbox.hasRoom, let frames = shell.receive() {
                if let request = wire.request(frames) { mailbox.put(request) }
            }
            sendOutgoing(isDue: isLast || ContinuousClock.now - lastStream >= Self.streamInterval)
            if isLast { break }
            endings.look(mailbox)
        }
        for socket in [shell, control, stdin, iopub, heartbeat, wakeReader] { socket.close() }
        endings.finish()
    }

    private func sendOutgoing(isDue: Bool) {
        for outgoing in mailbox.takeOutgoing(isDue: isDue) {
            let message = outgoing.whole
            if outgoing.text != nil { lastStream = ContinuousClock.now }
            switch outgoing.channel {
            case .iopub: publish(message)
            case .shell: shell.send(wire.frames(message, to: message.parent?.identities ?? []))
            case .control: control.send(wire.frames(message, to: message.parent?.identities ?? []))
            case .stdin: stdin.send(wire.frames(message, to: message.parent?.identities ?? []))
            }
        }
    }

    private func publish(_ message: Message) {
        iopub.send(wire.frames(message, to: [Array(message.type.utf8)]))
    }

    /// Puts a client's subscription in force, and tells it so before it gets anything else.
    private func welcome(_ frames: [[UInt8]]) {
        guard let frame = frames.first, let kind = frame.first, kind <= 1 else { return }
        let topic = Array(frame.dropFirst())
        iopub.subscribe(to: topic, begins: kind == 1)
        guard kind == 1 else { return }
        let content = JSON(["subscription": .string(String(decoding: topic, as: UTF8.self))])
        iopub.send(wire.frames(Message("iopub_welcome", content, parent: nil), to: [topic]))
    }

    private func handleAnswer(_ frames: [[UInt8]]) {
        guard let request = wire.request(frames), request.type == "input_reply",
            let text = (try? JSON(parsing: request.content, .document))?["value"]?.asString
        else { return }
        mailbox.putAnswer(text)
    }

    private func handleControl(_ frames: [[UInt8]]) {
        guard let request = wire.request(frames) else { return }
        publish(.status("busy", parent: request))
        defer { publish(.status("idle", parent: request)) }
        guard let reply = mailbox.control(request) else { return }
        control.send(wire.frames(reply, to: request.identities))
    }
}

extension Message {
    static func status(_ state: String, parent: Request?) -> Message {
        Message("status", JSON(["execution_state": .string(state)]), parent: parent)
    }

    static func kernelInfo(parent: Request) -> Message {
        Message("kernel_info_reply", KernelInfo.content, parent: parent)
    }

    /// Says whether a kernel will be started again, as the request does.
    static func shutdown(parent: Request) -> Message {
        let restarts = (try? JSON(parsing: parent.content, .document))?["restart"]?.asBoolean ?? false
        return Message(
            "shutdown_reply", JSON(["status": .string("ok"), "restart": .boolean(restarts)]), parent: parent)
    }
}
