import Datasets
import Runtime

/// What a client wrote down for the kernel that it starts: where to listen, and the key of signatures.
package struct ConnectionFile: Equatable {
    package let address: String
    /// By the names of `Channel`, and `hb` for the heartbeat.
    package let ports: [String: Int]
    package let key: [UInt8]

    static let portNames = ["shell", "control", "stdin", "iopub", "hb"]

    /// - Throws: `Failure` that says what the file lacks.
    package init(path: String) throws {
        func failure(_ reason: String) -> Failure {
            Failure(
                "the connection file \(quoted(path)) cannot be used: \(reason)",
                help:
                    "a client of Jupyter writes it and starts the kernel; `dls jupyter install` makes dls known to them"
            )
        }
        let json: JSON
        do { json = try JSON(parsing: try FileBytes.read(path), .document) } catch let error as JSONError {
            throw failure("it is not JSON: \(error.reason)")
        }
        let transport = json["transport"]?.asString ?? "tcp"
        guard transport == "tcp" else {
            throw failure("its transport is \(quoted(transport)), and the kernel speaks tcp")
        }
        let scheme = json["signature_scheme"]?.asString ?? "hmac-sha256"
        guard scheme == "hmac-sha256" else {
            throw failure("its signature scheme is \(quoted(scheme)), and the kernel signs by hmac-sha256")
        }
        guard let ip = json["ip"]?.asString, !ip.isEmpty else { throw failure("it has no \"ip\"") }
        address = ip.contains(":") && !ip.hasPrefix("[") ? "[\(ip)]" : ip
        var ports: [String: Int] = [:]
        for name in Self.portNames {
            guard let port = json["\(name)_port"]?.asInteger, (1...65535).contains(port) else {
                throw failure("it has no \"\(name)_port\" from 1 to 65535")
            }
            ports[name] = port
        }
        self.ports = ports
        key = Array((json["key"]?.asString ?? "").utf8)
    }

    func endpoint(_ name: String) -> String { "tcp://\(address):\(ports[name] ?? 0)" }
}
