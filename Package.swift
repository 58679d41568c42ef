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

func layer(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: swiftSettings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies, exclude: exclude,
        swiftSettings: testSettings)
}

let package = Package(
    name: "dls",
    products: [.executable(name: "dls", targets: ["dls"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
    ],
    targets: [
        .systemLibrary(name: "CReadline", providers: [.apt(["libreadline-dev"])]),
        .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CSimd"),
        .target(name: "CSystem"),

        layer("TensorCore", ["CSimd"]),
        layer("Autograd", ["TensorCore"]),
        layer("NeuralNet", ["Autograd"]),
        layer("Datasets", ["TensorCore", "CZlib"]),
        layer("Training", ["NeuralNet", "Datasets"]),
        layer("Figures", ["TensorCore"]),
        layer("Language"),
        layer("Runtime", ["Language", "Training", "Figures", "CSystem"]),
        layer("RunStore", ["Runtime", "CSQLite"]),
        layer("Session", ["Runtime", "RunStore"]),
        layer("Terminal", ["Session", "CReadline"]),
        layer("Arguments", ["Terminal", .product(name: "ArgumentParser", package: "swift-argument-parser")]),
        // Linked to the standard library statically, the program starts in two thirds of the time.
        .executableTarget(
            name: "dls", dependencies: ["Arguments", "CSystem"], swiftSettings: swiftSettings,
            linkerSettings: [
                // ArgumentParser uses Foundation, whose own libraries the compiler names only where all is linked so.
                .unsafeFlags(
                    ["-static-stdlib", "-l_FoundationCollections", "-l_FoundationCShims"],
                    .when(configuration: .release))
            ]),

        tests("TensorCore", exclude: ["Fixtures"]),
        tests("Autograd", exclude: ["Fixtures"]),
        tests("NeuralNet", exclude: ["Fixtures"]),
        tests("Datasets"),
        tests("Training", exclude: ["Fixtures"]),
        tests("Figures"),
        tests("Language"),
        tests("Runtime", ["RunStore"], exclude: ["Programs"]),
        tests("RunStore"),
        tests("Session"),
        tests("Terminal", ["PromptProbe"]),
        tests("Arguments"),
        // The program itself, which is built beside the tests.
        .testTarget(name: "dlsTests", dependencies: ["Runtime"], swiftSettings: testSettings),
        // The prompt with an odd backend, which the tests of the terminal run.
        .executableTarget(
            name: "PromptProbe", dependencies: ["Terminal"], path: "Tests/PromptProbe", swiftSettings: swiftSettings),
    ]
)
