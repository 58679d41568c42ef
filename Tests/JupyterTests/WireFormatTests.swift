import Datasets
import Jupyter
import Runtime
import Testing

@Suite("Messages of Jupyter")
struct WireFormatTests {
    private let header = Array(#"{"msg_id":"1","msg_type":"kernel_info_request","version":"5.4"}"#.utf8)

    /// What a client with a key sends.
    private func frames(_ header: [UInt8], key: String) throws -> [[UInt8]] {
        let request = Request(identities: [], header: header, type: "", id: "", content: [])
        let message = Message("x", .object([]), parent: request)
        // The kernel's own messages are signed by the same rule: header, parent, metadata and content.
        return try WireFormat(key: Array(key.utf8)).frames(message, to: [[1], [2]])
    }

    @Test("signatures are HMAC-SHA256 of the four frames")
    func signature() throws {
        // RFC 4231, test case 2.
        let signer = try Signer(key: Array("Jefe".utf8))
        let text = ["what do ya ", "want for ", "nothing", "?"].map { Array($0.utf8) }
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        #expect(String(decoding: signer.signature(of: text), as: UTF8.self) == expected)
        #expect(signer.isSignature(Array(expected.utf8), of: text))
        #expect(!signer.isSignature(Array(expected.dropLast().utf8) + [UInt8(ascii: "4")], of: text))
        #expect(!signer.isSignature([], of: text))
        #expect(try Signer(key: []).isSignature([], of: text))
    }

    @Test("what the kernel sends can be read with the same key, and with no other")
    func roundTrip() throws {
        let sent = try frames(header, key: "key")
        #expect(sent.prefix(3) == [[1], [2], Array("<IDS|MSG>".utf8)])
        let request = try #require(try WireFormat(key: Array("key".utf8)).request(sent))
        #expect(request.identities == [[1], [2]])
        #expect(request.type == "x")
        #expect(sent[5] == header)
        #expect(try WireFormat(key: Array("other".utf8)).request(sent) == nil)
    }

    @Test("a change of any byte, and what is cut off, is dropped")
    func damaged() throws {
        let wire = try WireFormat(key: Array("key".utf8))
        let sent = try frames(header, key: "key")
        for frame in 3..<sent.count {
            var changed = sent
            changed[frame][0] ^= 1
            #expect(wire.request(changed) == nil)
        }
        for count in 0..<sent.count { #expect(wire.request(Array(sent.prefix(count))) == nil) }
    }

    @Test("a header that is no object with a type is dropped, signed or not")
    func badHeaders() throws {
        let wire = try WireFormat(key: [])
        for header in ["", "[", "[]", "{}", #"{"msg_type":1,"msg_id":"1"}"#, "\u{1}"] {
            let frames = ["<IDS|MSG>", "", header, "{}", "{}", "{}"].map { Array($0.utf8) }
            #expect(wire.request(frames) == nil)
        }
    }

    @Test("a connection file says what it lacks")
    func connectionFile() throws {
        let file = TemporaryFile()
        let ports = #""shell_port":1,"control_port":2,"stdin_port":3,"iopub_port":4,"hb_port":5"#
        try file.write(#"{"ip":"127.0.0.1","transport":"tcp","key":"k","signature_scheme":"hmac-sha256",\#(ports)}"#)
        #expect(try ConnectionFile(path: file.path).key == [UInt8(ascii: "k")])
        for (text, reason) in [
            ("", "not JSON"), ("{}", "\"ip\""), (#"{"ip":"::1"}"#, "shell_port"),
            (#"{"ip":"x","shell_port":99999}"#, "shell_port"), (#"{"transport":"ipc"}"#, "ipc"),
            (#"{"signature_scheme":"hmac-md5"}"#, "hmac-md5"),
        ] {
            try file.write(text)
            let error = #expect(throws: Failure.self) { try ConnectionFile(path: file.path) }
            #expect(error?.diagnostic.message.contains(reason) == true)
        }
    }
}
