import CCrypto
import Runtime

/// Signs messages by HMAC-SHA256 with the key of the connection file; without a key they are not signed.
package struct Signer {
    private let key: [UInt8]

    /// - Throws: `Failure` where libcrypto is missing and there is a key.
    package init(key: [UInt8]) throws {
        self.key = key
        guard key.isEmpty || dls_crypto_load() != 0 else {
            throw Failure(
                "the kernel signs its messages by OpenSSL's libcrypto, which is not installed",
                help: "install the package libssl3: sudo apt-get install libssl3")
        }
    }

    /// In hexadecimal digits.
    package func signature(of frames: [[UInt8]]) -> [UInt8] {
        guard !key.isEmpty else { return [] }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(frames.reduce(0) { $0 + $1.count })
        for frame in frames { bytes += frame }
        var digest = [UInt8](repeating: 0, count: 32)
        guard dls_hmac_sha256(key, Int32(key.count), bytes, bytes.count, &digest) != 0 else { return [] }
        let digits = Array("0123456789abcdef".utf8)
        return digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    }

    /// Compares all bytes, so that the time tells nothing of the place of a difference.
    package func isSignature(_ signature: [UInt8], of frames: [[UInt8]]) -> Bool {
        guard !key.isEmpty else { return true }
        let right = self.signature(of: frames)
        guard right.count == 64, signature.count == right.count else { return false }
        return zip(signature, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
