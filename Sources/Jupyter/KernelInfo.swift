import Datasets
import Runtime
import Session

/// What the kernel says of itself.
enum KernelInfo {
    static let content = JSON([
        "status": .string("ok"), "protocol_version": .string(WireFormat.protocolVersion),
        "implementation": .string("dls"), "implementation_version": .string(dlsVersion),
        "language_info": JupyterNames.languageInfo,
        "banner": .string("dls \(dlsBuild): a notebook-style language for deep learning. `help` explains it."),
        "debugger": .boolean(false), "supported_features": .array([]),
        "help_links": .array([]),
    ])
}
