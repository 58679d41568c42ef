import Glibc

/// The server over standard input and output.
package enum StandardStreams {
    /// Serves until the client asks for the end or is gone. Returns the status to end with.
    package static func serve() -> Int32 {
        // Nothing is to be saved when the client ends the server.
        for stop in [SIGINT, SIGTERM, SIGHUP] { signal(stop, SIG_DFL) }
        let server = LanguageServer()
        var framing = MessageFraming()
        var frames: [MessageFraming.Frame] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(STDIN_FILENO, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            framing.append(buffer[..<max(count, 0)])
            while let frame = framing.next() { frames.append(frame) }
            // What waits is taken together: later messages cancel requests and change documents again.
            if count > 0, frames.count < mostTogether, isWaiting() { continue }
            for message in server.handle(frames) where !write(MessageFraming.frame(message.text)) { return 1 }
            frames = []
            if let status = server.exitStatus { return status }
            // A client that ends without a word leaves nothing to do.
            if count <= 0 { return 1 }
        }
    }

    private static let mostTogether = 16

    private static func isWaiting() -> Bool {
        var request = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, 0) > 0
    }

    private static func write(_ bytes: [UInt8]) -> Bool {
        var start = 0
        while start < bytes.count {
            let rest = start == 0 ? bytes : Array(bytes[start...])
            let count = Glibc.write(STDOUT_FILENO, rest, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            start += count
        }
        return true
    }
}
