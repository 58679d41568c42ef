import Datasets
import Foundation
import Jupyter
import Testing

@Suite("The description of the kernel")
struct KernelSpecTests {
    @Test("clients start the launcher of a package, else the executable")
    func program() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dls-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let executable = folder + "/lib/dls/dls-x86-64-v3"
        #expect(KernelSpec(executable: executable).program == executable, "there is no launcher")
        try FileManager.default.createDirectory(atPath: folder + "/bin", withIntermediateDirectories: true)
        try Data().write(to: URL(filePath: folder + "/bin/dls"))
        #expect(KernelSpec(executable: executable).program == folder + "/bin/dls")
        #expect(KernelSpec(executable: folder + "/bin/dls").program == folder + "/bin/dls")
        #expect(KernelSpec(executable: folder + "/lib/other/dls").program == folder + "/lib/other/dls")
        #expect(KernelSpec(executable: "/lib/dls/none").program == "/lib/dls/none")
    }
}
