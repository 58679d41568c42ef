import Datasets
import Runtime
import TensorCore

/// What the thread of the sockets and the thread that runs cells give to each other.
final class Mailbox: KernelOutlet, @unchecked Sendable {
    struct Outgoing {
        let channel: Channel
        var message: Message
        /// The text that a stream shows, which grows until it is sent.
        var text: (name: String, text: String)?

        /// The message with its text.
        var whole: Message {
            guard let text else { return message }
            return Message(
                message.type, JSON(["name": .string(text.name), "text": .string(text.text)]), parent: message.parent)
        }

        /// Whether text of another message can be put behind its own.
        func isOpen(for other: Outgoing) -> Bool {
            guard let text, let more = other.text else { return false }
            return text.name == more.name && message.parent?.id == other.message.parent?.id
                && text.text.utf8.count < Mailbox.longestStream
        }

        /// A guess at the bytes that it takes.
        var size: Int { 1000 + (text?.text.utf8.count ?? 0) }
    }

    private let monitor = Monitor()
    private var requests: [Request] = []
    private var requestBytes = 0
    private var outgoing: [Outgoing] = []
    private var outgoingBytes = 0
    private var answer: String?
    private var isExecuting = false
    private var isStopping = false
    private var endReason: String?
    private var isFinished = false
    /// Tells the thread of the sockets that there is something to send.
    private let wake: () -> Void

    /// The kernel stops reading above these, and the client waits.
    private static let mostRequests = 10_000
    private static let mostRequestBytes = 512 << 20
    /// A cell that shows more waits until it is sent.
    private static let mostOutgoingBytes = 16 << 20
    static let longestStream = 1 << 16

    init(wake: @escaping () -> Void) { self.wake = wake }

    // MARK: The sockets' side

    var hasRoom: Bool {
        monitor.withLock { requests.count < Self.mostRequests && requestBytes < Self.mostRequestBytes }
    }

    func put(_ request: Request) {
        monitor.withLock {
            guard !isStopping else { return }
            requests.append(request)
            requestBytes += request.content.count
            monitor.signal()
        }
    }

    func putAnswer(_ text: String) {
        monitor.withLock {
            answer = text
            monitor.signal()
        }
    }

    /// What is to be sent now. A short text that may grow waits unless it `isDue`.
    func takeOutgoing(isDue: Bool) -> [Outgoing] {
        monitor.withLock {
            if !isDue, outgoing.count == 1, let text = outgoing[0].text, text.text.utf8.count < Self.longestStream {
                return []
            }
            defer {
                outgoing = []
                outgoingBytes = 0
                monitor.signal()
            }
            return outgoing
        }
    }

    var hasOutgoing: Bool { monitor.withLock { !outgoing.isEmpty } }

    /// Stops what runs, as Ctrl-C does; nothing where nothing runs.
    func interrupt() {
        monitor.withLock {
            guard isExecuting else { return }
            Interrupt.request()
            monitor.signal()
        }
    }

    /// Ends the kernel when what runs has stopped.
    func stop(because reason: String? = nil) {
        monitor.withLock {
            isStopping = true
            endReason = endReason ?? reason
            if isExecuting { Interrupt.request() }
            monitor.signal()
        }
    }

    /// Does what a request of the control channel asks, while cells run; the answer, or nil for other requests.
    func control(_ request: Request) -> Message? {
        switch request.type {
        case "kernel_info_request": return .kernelInfo(parent: request)
        case "interrupt_request":
            interrupt()
            return Message("interrupt_reply", JSON(["status": .string("ok")]), parent: request)
        case "shutdown_request":
            stop()
            return .shutdown(parent: request)
        default: return nil
        }
    }

    var stopReason: String? { monitor.withLock { endReason } }

    var stops: Bool { monitor.withLock { isStopping } }

    // MARK: The cells' side

    /// The next request; nil when the kernel is to end.
    func next() -> Request? {
        monitor.withLock {
            while requests.isEmpty, !isStopping { monitor.wait(atMost: 10) }
            guard !isStopping else { return nil }
            requestBytes -= requests[0].content.count
            return requests.removeFirst()
        }
    }

    /// A client that runs several cells sends them one after the other: those that are on their way belong to them.
    private static let arrival = Duration.milliseconds(20)

    /// Takes the requests of a type that wait out of the queue.
    func takeWaiting(_ type: String) -> [Request] {
        monitor.withLock {
            let end = ContinuousClock.now.advanced(by: Self.arrival)
            while !isStopping, ContinuousClock.now < end { monitor.wait(atMost: 0.005) }
            let taken = requests.filter { $0.type == type }
            requests.removeAll { $0.type == type }
            requestBytes -= taken.reduce(0) { $0 + $1.content.count }
            return taken
        }
    }

    func withExecution<Result>(_ body: () -> Result) -> Result {
        setExecuting(true)
        defer { setExecuting(false) }
        return body()
    }

    /// A request to stop is for the cell that runs, and never for the next.
    private func setExecuting(_ value: Bool) {
        monitor.withLock {
            isExecuting = value
            if !(value && isStopping) { Interrupt.clear() }
        }
    }

    func ask(_ question: Message) -> String? {
        // What was typed for an earlier question is no answer to this one.
        monitor.withLock { answer = nil }
        send(question, on: .stdin)
        return monitor.withLock {
            while answer == nil, !isStopping, !Interrupt.isRequested { monitor.wait(atMost: 0.1) }
            return answer
        }
    }

    func send(_ message: Message, on channel: Channel) { add(Outgoing(channel: channel, message: message)) }

    /// Text goes out in pieces of 50 ms, for clients and servers take so many messages in a second.
    func stream(_ name: String, _ text: String, parent: Request?) {
        add(Outgoing(channel: .iopub, message: Message("stream", .null, parent: parent), text: (name, text)))
    }

    private func add(_ new: Outgoing) {
        let mustWake = monitor.withLock {
            while outgoingBytes > Self.mostOutgoingBytes, !isFinished, !Interrupt.isRequested {
                monitor.wait(atMost: 0.1)
            }
            let wasEmpty = outgoing.isEmpty
            let last = outgoing.count - 1
            if let text = new.text, last >= 0, outgoing[last].isOpen(for: new) {
                outgoing[last].text?.text += text.text
                outgoingBytes += text.text.utf8.count
                return false
            }
            outgoing.append(new)
            outgoingBytes += new.size
            return wasEmpty || new.text == nil
        }
        if mustWake { wake() }
    }

    /// Nothing more comes from this side.
    func finish() {
        monitor.withLock { isFinished = true }
        wake()
    }

    var hasFinished: Bool { monitor.withLock { isFinished } }
}
