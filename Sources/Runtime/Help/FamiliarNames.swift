/// What names of Python, NumPy and PyTorch are called here, for those who type them from habit.
enum FamiliarNames {
    private static let functions: [String: String] = [
        "exit": "`quit` leaves, or Ctrl-D",
        "torch": "there is no module in front: torch.tensor(x) is `tensor(x)`, torch.relu(x) is `relu(x)`",
        "np": "there is no module in front: np.zeros([2]) is `zeros([2])`",
        "numpy": "there is no module in front: numpy.zeros([2]) is `zeros([2])`",
        "nn": "layers have no module in front: nn.Linear(3, 10) is `linear 10`, which finds its input size itself",
        "F": "functions have no module in front: F.relu(x) is `relu(x)`",
        "view": "`x.reshape(2, 3)` gives another shape",
        "float": "`cast(x, \"float32\")` converts tensors, `number(\"0.5\")` reads text",
        "int": "`floor(x)` and `round(x)` give whole numbers, `cast(x, \"int64\")` converts tensors",
        "backward": "`step opt loss` differentiates and updates; `grad(f)(x)` gives a gradient",
        "zero_grad": "gradients are new in every `step opt loss`; nothing has to be cleared",
        "no_grad": "gradients are recorded only inside `train`, `step` and `grad`",
        "eval": "`net(x)` is inference everywhere but in `train` and `step`",
        "size": "`x.shape` has the sizes, `len(x)` the first of them",
        "numel": "`prod(x.shape)` is the number of elements",
        "allclose": "`close(a, b)` tells whether all elements are about equal",
        "isclose": "`close(a, b)` tells whether all elements are about equal",
        "cat": "`concat([a, b])` joins tensors",
        "dict": "records are written {lr=0.1, name=\"adam\"}",
        "bool": "comparisons give booleans: x != 0",
        "array": "`tensor(x)` makes a tensor",
        "asarray": "`tensor(x)` makes a tensor",
        "to": "`cast(x, \"float64\")` changes the dtype",
        "astype": "`cast(x, \"float64\")` changes the dtype",
        "tolist": "`list(x)` gives the elements",
        "load_state_dict": "`load_weights net \"weights.safetensors\"` puts weights into a model",
        "state_dict": "`parameters(net)` shows a model's weights, `save net \"weights.safetensors\"` writes them",
        "lr_find": "`find_rate net data` looks for a learning rate",
        "open": "`load` reads data, `save` writes it",
        "set": "`unique(xs)` keeps the different elements",
        "groupby": "`t.group(\"lr\")` gives a row for each value",
        "merge": "`a.join(b, \"id\")` puts rows of two tables side by side",
        "sort_values": "`t.sort(\"lr\")` sorts a table, `t.sort(\"-lr\")` from the greatest on",
        "query": "`t.where(r -> r.lr < 0.1)` picks rows; `sql \"select ...\"` asks the kept runs",
        "isinstance": "`type(x) == \"tensor\"` asks for the kind",
        "Linear": "the layer is `linear`", "Conv2d": "the layer is `conv`", "MaxPool2d": "the layer is `maxpool`",
        "Sequential": "a sequence of layers is a model: model net() { linear 10; relu }",
    ]

    private static let arguments: [String: String] = [
        "dim": "axis", "dims": "axis", "keepdim": "keepdims", "kernel_size": "kernel", "out_channels": "channels",
        "out_features": "features", "learning_rate": "lr", "batch_size": "batch", "num_epochs": "epochs",
        "restore_best_weights": "best", "early_stopping": "patience", "max_time": "time",
        "validation": "validate", "val": "validate", "p": "probability", "size": "shape", "device": "threads",
        "separator": "with", "sep": "with",
    ]

    static func hint(_ name: String) -> String? { functions[name] }

    /// The name that an argument has here, if the function takes it.
    static func argument(_ name: String, among names: [String]) -> String? {
        arguments[name].flatMap { names.contains($0) ? $0 : nil }
    }
}
