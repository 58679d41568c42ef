import CZMQ
import Glibc
import Runtime

// The sockets of libzmq, with all pointers that they need.

/// What sockets live in.
struct SocketContext: @unchecked Sendable {
    fileprivate let handle: UnsafeMutableRawPointer

    /// - Throws: `Failure` that names the package where libzmq is not installed.
    init() throws {
        guard dls_zmq_load() != 0 else {
            throw Failure(
                "the kernel speaks to Jupyter by libzmq, which is not installed",
                help: "install the package libzmq5: sudo apt-get install libzmq5")
        }
        guard let handle = dls_zmq_context() else { throw Failure("libzmq cannot start: \(reason())") }
        self.handle = handle
    }

    /// After its sockets are closed: waits until what they sent has left, for a second at most.
    func close() { dls_zmq_close_context(handle) }
}

/// A socket, which one thread at a time may use.
final class Socket: @unchecked Sendable {
    enum Kind { case router, publisher, reply, pair }

    fileprivate let handle: UnsafeMutableRawPointer

    /// A message of more bytes ends the connection that it comes by.
    private static let largestMessage: Int64 = 256 << 20
    /// So many messages wait for a client that is slow; what comes then is lost to it.
    private static let mostWaiting: Int32 = 20_000

    /// - Throws: `Failure` with libzmq's reason.
    init(_ context: SocketContext, _ kind: Kind) throws {
        let kinds: [Kind: dls_zmq_kind] = [
            .router: dls_zmq_router, .publisher: dls_zmq_xpub, .reply: dls_zmq_rep, .pair: dls_zmq_pair,
        ]
        guard let number = kinds[kind],
            let handle = dls_zmq_socket(context.handle, number, Self.largestMessage, Self.mostWaiting)
        else { throw Failure("libzmq has no socket to give: \(reason())") }
        self.handle = handle
    }

    /// - Throws: `Failure` that names the address.
    func bind(_ address: String) throws {
        guard dls_zmq_bind(handle, address) == 0 else {
            throw Failure("the kernel cannot listen at \(address): \(reason())")
        }
    }

    func connect(_ address: String) throws {
        guard dls_zmq_connect(handle, address) == 0 else {
            throw Failure("the kernel cannot connect to \(address): \(reason())")
        }
    }

    func close() { dls_zmq_close(handle) }

    /// Begins or ends the subscription of the client whose request this publisher received last.
    func subscribe(to topic: [UInt8], begins: Bool) {
        dls_zmq_subscribe(handle, topic, topic.count, begins ? 1 : 0)
    }

    /// A client that has gone gets nothing, which is no error.
    func send(_ frames: [[UInt8]]) {
        for (index, frame) in frames.enumerated() {
            guard dls_zmq_send(handle, frame, frame.count, index + 1 < frames.count ? 1 : 0) == 0 else { return }
        }
    }

    /// The frames of the next message; nil where none has come.
    func receive() -> [[UInt8]]? {
        var frames: [[UInt8]] = []
        while true {
            let more = withUnsafeMutablePointer(to: &frames) { frames in
                dls_zmq_receive(handle, frames) { frames, bytes, count in
                    let frame = [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
                        if let bytes, let start = buffer.baseAddress { memcpy(start, bytes, count) }
                        initializedCount = count
                    }
                    frames?.assumingMemoryBound(to: [[UInt8]].self).pointee.append(frame)
                }
            }
            if more < 0 { return nil }
            if more == 0 { return frames }
        }
    }

    /// Waits until one of the sockets or the descriptor can be read, or so many milliseconds have passed.
    static func wait(for sockets: [Socket], descriptor: Int32, milliseconds: Int32) {
        dls_zmq_wait(sockets.map(\.handle), Int32(sockets.count), descriptor, milliseconds)
    }
}

private func reason() -> String { String(cString: dls_zmq_message()) }
