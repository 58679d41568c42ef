/// Where random numbers come from: a seed and the number of one of its streams.
///
/// Element `i` of what a key gives depends on the key and `i` alone, so equal keys give equal numbers. Whoever needs
/// several independent draws takes a child key for each.
package struct RandomKey: Hashable, Sendable {
    package let seed: UInt64
    package let stream: UInt64

    package init(seed: UInt64, stream: UInt64 = 0) {
        self.seed = seed
        self.stream = stream
    }

    /// Returns the key of the `n`th child stream.
    package func child(_ n: UInt64) -> RandomKey {
        RandomKey(seed: seed, stream: mixed(stream ^ mixed(n &+ 0x9E37_79B9_7F4A_7C15)))
    }

    /// Returns the key of the child stream with a name.
    package func child(named name: String) -> RandomKey {
        // FNV-1a.
        let hash = name.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return RandomKey(seed: seed, stream: mixed(mixed(stream &+ 0xD1B5_4A32_D192_ED03) ^ hash))
    }
}

/// A bijection that spreads every bit over all others (the last step of Steele, Lea and Flood's SplitMix64, 2014,
/// doi:10.1145/2660193.2660195), without its fixed point at zero.
private func mixed(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
}
