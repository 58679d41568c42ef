import Datasets
import Foundation
import Jupyter
import Runtime

/// A file that goes when the test is done.
final class TemporaryFile {
    let path = NSTemporaryDirectory() + "dls-jupyter-" + UUID().uuidString

    func write(_ text: String) throws { try Data(text.utf8).write(to: URL(filePath: path)) }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Stands for the sockets: keeps what is sent.
final class RecordingOutlet: KernelOutlet {
    struct Sent {
        let channel: Channel
        let message: Message
    }

    var sent: [Sent] = []
    /// Requests that wait while one is answered.
    var waiting: [Request] = []
    var answer: String?
    var stopReason: String?

    func send(_ message: Message, on channel: Channel) { sent.append(Sent(channel: channel, message: message)) }

    func stream(_ name: String, _ text: String, parent: Request?) {
        let content = JSON(["name": .string(name), "text": .string(text)])
        send(Message("stream", content, parent: parent), on: .iopub)
    }

    func ask(_ question: Message) -> String? {
        send(question, on: .stdin)
        return answer
    }

    func withExecution<Result>(_ body: () -> Result) -> Result { body() }

    func takeWaiting(_ type: String) -> [Request] {
        defer { waiting.removeAll { $0.type == type } }
        return waiting.filter { $0.type == type }
    }
}

func request(_ type: String, _ content: JSON = .object([]), id: String = "r") -> Request {
    Request(identities: [[7]], header: Array("{}".utf8), type: type, id: id, content: Array(content.text.utf8))
}

func cell(_ code: String, _ others: JSON.Member...) -> Request {
    request("execute_request", .object([.init("code", .string(code))] + others))
}
