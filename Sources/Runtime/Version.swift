import CSystem

/// The version of dls, which files are marked with; `scripts/package` reads it here.
package let dlsVersion = "0.1.0"

/// The version and the CPU that dls was built for, such as `0.1.0 (x86-64-v3)`: the bits of results depend on both.
package let dlsBuild = "\(dlsVersion) (\(buildCPU))"

/// A build for "this machine" says which instructions that machine has.
private let buildCPU: String = {
    let name = String(cString: dls_build_cpu())
    return name == "native" ? "native, \(String(cString: dls_instruction_set()))" : name
}()
