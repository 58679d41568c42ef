#if COVERAGE
    import Foundation

    @_silgen_name("LLVMFuzzerRunDriver")
    private func runLibFuzzer(
        _ count: UnsafeMutablePointer<Int32>,
        _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
        _ run: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
    ) -> Int32

    /// What libFuzzer's callback, which takes no context, runs.
    private nonisolated(unsafe) var running: (target: FuzzTarget, watch: Watch)?

    /// libFuzzer, which keeps the inputs that take new branches and goes on from them.
    struct Coverage {
        private let target: FuzzTarget
        private let seconds: Double
        private let seed: UInt64
        private static let randomSeedCount = 300 as UInt64

        init(_ target: FuzzTarget, seconds: Double, seed: UInt64) {
            self.target = target
            self.seconds = seconds
            self.seed = seed
        }

        func run() throws -> Int32 {
            let folder = WorkFolder.output
            try FileManager.default.createDirectory(
                atPath: folder + "/corpus", withIntermediateDirectories: true)
            var seeds = try target.seedInputs()
            // Programs are made of decisions, of which one byte holds few.
            if seeds.isEmpty {
                let mutator = try target.mutator(seed: seed)
                seeds = (0..<Self.randomSeedCount).map { mutator.input($0) }
            }
            for (index, bytes) in seeds.enumerated() {
                try Data(bytes).write(to: URL(filePath: "\(folder)/corpus/seed-\(index)"))
            }
            // libFuzzer takes no empty list.
            let words = (target.words + ["\n"]).map { word in
                "\"" + word.utf8.map { "\\x" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "\"\n"
            }
            try Data(words.joined().utf8).write(to: URL(filePath: "\(folder)/words"))
            try WorkFolder(existing: FileManager.default.currentDirectoryPath).enter(confined: target.isCode)
            running = (target, try Watch(isCode: target.isCode))
            var arguments =
                [
                    "fuzz", "\(folder)/corpus", "-artifact_prefix=\(folder)/", "-dict=\(folder)/words",
                    "-max_total_time=\(Int(seconds))", "-seed=\(seed % 0x7FFF_FFFF + 1)", "-max_len=16384",
                    "-len_control=0", "-timeout=0",
                    "-rss_limit_mb=0", "-print_final_stats=1", "-use_value_profile=1",
                ].map { (word: String) in strdup(word) } + [nil]
            var count = Int32(arguments.count - 1)
            return arguments.withUnsafeMutableBufferPointer { buffer in
                guard var base = buffer.baseAddress else { return 2 }
                return runLibFuzzer(&count, &base) { bytes, count in
                    if let running {
                        let input = Array(UnsafeBufferPointer(start: bytes, count: count))
                        running.watch.run { running.target.run(input) }
                    }
                    return 0
                }
            }
        }
    }
#endif
