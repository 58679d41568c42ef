import Datasets
import Glibc
import Runtime
import TensorCore

/// The sockets that messages go through.
package enum Channel: Sendable {
    case shell, control, stdin, iopub
}

/// A message that came from a client, with a right signature.
package struct Request: Sendable {
    /// The addresses of the client, which its answer begins with.
    package let identities: [[UInt8]]
    /// As it came: answers carry it as their parent.
    package let header: [UInt8]
    package let type: String
    package let id: String
    /// JSON, not read yet.
    package let content: [UInt8]

    package init(identities: [[UInt8]], header: [UInt8], type: String, id: String, content: [UInt8]) {
        self.identities = identities
        self.header = header
        self.type = type
        self.id = id
        self.content = content
    }
}

/// A message that the kernel sends.
package struct Message {
    package let type: String
    package let content: JSON
    package var metadata = JSON.object([])
    /// The request that it belongs to.
    package var parent: Request?

    package init(_ type: String, _ content: JSON, metadata: JSON = .object([]), parent: Request?) {
        self.type = type
        self.content = content
        self.metadata = metadata
        self.parent = parent
    }
}

/// The frames of messages, signed.
///
///     [address ...] <IDS|MSG> signature header parent metadata content [buffer ...]
///
/// - Source: jupyter_client's documentation, "Messaging in Jupyter", version 5.4.
package struct WireFormat {
    package static let protocolVersion = "5.4"
    static let delimiter = Array("<IDS|MSG>".utf8)
    /// A header holds six short texts.
    private static let longestHeader = 1 << 16

    private let signer: Signer
    private let session = randomIdentifier()

    /// - Throws: `Failure` where messages are to be signed and libcrypto is missing.
    package init(key: [UInt8]) throws { signer = try Signer(key: key) }

    /// Nil for what is forged or damaged, to which nothing is answered.
    package func request(_ frames: [[UInt8]]) -> Request? {
        guard let place = frames.firstIndex(of: Self.delimiter), frames.count >= place + 6 else { return nil }
        let signature = frames[place + 1]
        let signed = Array(frames[(place + 2)..<(place + 6)])
        guard signer.isSignature(signature, of: signed), signed[0].count <= Self.longestHeader,
            let header = try? JSON(parsing: signed[0], .document), let type = header["msg_type"]?.asString,
            let id = header["msg_id"]?.asString
        else { return nil }
        return Request(identities: Array(frames[..<place]), header: signed[0], type: type, id: id, content: signed[3])
    }

    /// - Parameter identities: The client's addresses; on iopub, what subscribers choose by.
    package func frames(_ message: Message, to identities: [[UInt8]]) -> [[UInt8]] {
        let header = JSON([
            "msg_id": .string(randomIdentifier()), "session": .string(session), "username": .string("kernel"),
            "date": .string(Self.date()), "msg_type": .string(message.type), "version": .string(Self.protocolVersion),
        ])
        let signed = [
            Array(header.text.utf8), message.parent?.header ?? Array("{}".utf8), Array(message.metadata.text.utf8),
            Array(message.content.text.utf8),
        ]
        return identities + [Self.delimiter, signer.signature(of: signed)] + signed
    }

    /// Now, as ISO 8601 has it.
    private static func date() -> String {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        var parts = tm()
        gmtime_r(&now.tv_sec, &parts)
        func padded(_ number: Int, _ digits: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(digits - text.count, 0)) + text
        }
        let day = [(Int(parts.tm_year) + 1900, 4), (Int(parts.tm_mon) + 1, 2), (Int(parts.tm_mday), 2)]
        let time = [(Int(parts.tm_hour), 2), (Int(parts.tm_min), 2), (Int(parts.tm_sec), 2)]
        return day.map(padded).joined(separator: "-") + "T" + time.map(padded).joined(separator: ":")
            + "." + padded(now.tv_nsec / 1000, 6) + "Z"
    }
}

/// 128 random bits in hexadecimal digits.
func randomIdentifier() -> String {
    var random = SystemRandomNumberGenerator()
    return (0..<2).map { _ in hexadecimalText(random.next(), digits: 16) }.joined()
}
