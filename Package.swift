// swift-tools-version: 6.2
import PackageDescription

/// The CPU that release builds are made for: the one of this machine unless `DLS_CPU` names another
/// (`x86-64-v3`, `x86-64`, ... on x86; `apple-m1`, `neoverse-n1`, ... on ARM).
let cpu = Context.environment["DLS_CPU"] ?? "native"

#if arch(arm64)
    let cpuFlag = "-mcpu=\(cpu)"
#else
    let cpuFlag = "-march=\(cpu)"
#endif

let swiftSettings: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .unsafeFlags(["-Xcc", cpuFlag, "-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

/// Tests run for seconds and would be optimized for minutes.
let testSettings = swiftSettings + [.unsafeFlags(["-Onone"], .when(configuration: .release))]

/// The archive of libFuzzer, where `scripts/fuzz` builds for it: the layers that read what strangers write count then
/// which of their branches an input takes.
let fuzzing = Context.environment["DLS_FUZZ"]
/// The sanitizers that `scripts/fuzz` adds to it: of several options the compiler takes the last one.
let fuzzingFlag = "-sanitize=fuzzer" + (Context.environment["DLS_SANITIZE"].map { ",\($0)" } ?? "")
let fuzzedLayers: Set = ["Language", "ONNX", "Datasets", "Training", "Runtime", "Session"]

/// The arrows: what each layer is made of, beside the system's libraries.
let arrows: [String: [String]] = [
    "TensorCore": ["CSimd", "CLapack", "CMPI"],
    "ONNX": ["TensorCore"],
    "Autograd": ["TensorCore", "ONNX"],
    "NeuralNet": ["Autograd"],
    "Datasets": ["TensorCore", "CImages", "CSystem", "CZlib"],
    "Training": ["NeuralNet", "Datasets"],
    "Figures": ["TensorCore"],
    "Language": [],
    "Runtime": ["Language", "Training", "Figures", "CSystem"],
    "RunStore": ["Runtime", "CSQLite"],
    "Session": ["Runtime", "RunStore", "CCrypto"],
    "Terminal": ["Session", "CReadline"],
    "Jupyter": ["Session", "CZMQ", "CCrypto"],
    "LanguageServer": ["Session"],
    "Arguments": ["Terminal", "Jupyter", "LanguageServer", "Datasets"],
    "dls": ["Arguments", "CSystem"],
]

/// These and all that lies below them: a build makes a target anew only where what it names itself has changed.
func closure(_ names: [String]) -> [Target.Dependency] {
    var found: [String] = []
    var left = names
    while let name = left.popLast() {
        guard !found.contains(name) else { continue }
        found.append(name)
        left += arrows[name] ?? []
    }
    return found.sorted().map { .byName(name: $0) }
}

/// Layers that compute little: for size, they build in two thirds of the time, and packages are smaller. Language is not
/// one of them: for size, the compiler of Swift 6.3.1 has the parser read a token twice.
let sparingLayers: Set = [
    "Figures", "RunStore", "Session", "Terminal", "Jupyter", "LanguageServer", "Arguments",
]
let sparingSettings: [SwiftSetting] = [.unsafeFlags(["-Osize"], .when(configuration: .release))]

func layer(_ name: String, _ products: [Target.Dependency] = []) -> Target {
    let counts = fuzzing != nil && fuzzedLayers.contains(name)
    return .target(
        name: name, dependencies: closure(arrows[name] ?? []) + products,
        swiftSettings: swiftSettings + (sparingLayers.contains(name) ? sparingSettings : [])
            + (counts ? [.unsafeFlags([fuzzingFlag])] : []))
}

func tests(_ name: String, _ others: [String] = [], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: closure([name] + others), exclude: exclude, swiftSettings: testSettings)
}

let package = Package(
    name: "dls",
    products: [.executable(name: "dls", targets: ["dls"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
    ],
    targets: [
        .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        // By libpng-dev and libjpeg-dev (libjpeg-turbo).
        .target(name: "CImages", linkerSettings: [.linkedLibrary("png"), .linkedLibrary("jpeg")]),
        // By libreadline-dev.
        .target(name: "CReadline", linkerSettings: [.linkedLibrary("readline")]),
        .target(name: "CSimd"),
        // It tells what CPU a release is made for.
        .target(
            name: "CSystem", cSettings: [.define("DLS_CPU", to: "\"\(cpu)\"", .when(configuration: .release))]),
        // These load their library when it is first needed.
        .target(name: "CLapack"),
        .target(name: "CMPI"),
        .target(name: "CZMQ"),
        .target(name: "CCrypto"),

        layer("TensorCore"),
        layer("ONNX"),
        layer("Autograd"),
        layer("NeuralNet"),
        layer("Datasets"),
        layer("Training"),
        layer("Figures"),
        layer("Language"),
        layer("Runtime"),
        layer("RunStore"),
        layer("Session"),
        layer("Terminal"),
        layer("Jupyter"),
        layer("LanguageServer"),
        layer("Arguments", [.product(name: "ArgumentParser", package: "swift-argument-parser")]),
        // Linked to the standard library statically, the program starts in two thirds of the time.
        .executableTarget(
            name: "dls", dependencies: closure(arrows["dls"] ?? []), swiftSettings: swiftSettings,
            linkerSettings: [
                // ArgumentParser uses Foundation, whose own libraries the compiler names only where all is linked so.
                .unsafeFlags(
                    ["-static-stdlib", "-l_FoundationCollections", "-l_FoundationCShims"],
                    .when(configuration: .release))
            ]),

        tests("TensorCore", exclude: ["Fixtures"]),
        tests("ONNX"),
        tests("Autograd", exclude: ["Fixtures"]),
        tests("NeuralNet", exclude: ["Fixtures"]),
        tests("Datasets", exclude: ["Fixtures"]),
        tests("Training", exclude: ["Fixtures"]),
        tests("Figures"),
        tests("Language"),
        tests("Runtime", ["Session"], exclude: ["Programs", "Fixtures"]),
        tests("RunStore"),
        tests("Session"),
        tests("Terminal", ["PromptProbe"]),
        tests("Jupyter"),
        tests("LanguageServer"),
        tests("Arguments"),
        // The program itself, which is built beside the tests.
        .testTarget(
            name: "dlsTests", dependencies: closure(["Runtime"]), exclude: ["Hostile"], swiftSettings: testSettings),
        // The prompt with an odd backend, which the tests of the terminal run.
        .executableTarget(
            name: "PromptProbe", dependencies: closure(["Terminal"]), path: "Tests/PromptProbe",
            swiftSettings: swiftSettings),
        // What scripts/fuzz runs.
        .executableTarget(
            name: "Fuzzer", dependencies: closure(["Session"]), path: "Tests/Fuzzer", exclude: ["Corpus"],
            swiftSettings: swiftSettings + (fuzzing == nil ? [] : [.define("COVERAGE")]),
            linkerSettings: fuzzing.map { [.unsafeFlags([$0, "-lstdc++", "-lm"])] } ?? []),
    ]
)
