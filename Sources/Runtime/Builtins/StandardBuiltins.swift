extension BuiltinTable {
    private static let all: [Builtin] = [
        Builtin.language, Builtin.classes, Builtin.conversions, Builtin.lists, Builtin.records, Builtin.text,
        Builtin.patterns,
        Builtin.files,
        Builtin.corpora, Builtin.tensors, Builtin.likes, Builtin.shapes, Builtin.diagonals, Builtin.math,
        Builtin.operators,
        Builtin.reductions, Builtin.statistics, Builtin.algebra, Builtin.decompositions, Builtin.signals,
        Builtin.random, Builtin.draws, Builtin.gradients, Builtin.layers, Builtin.tableLayers, Builtin.activations,
        Builtin.parameters, Builtin.imageLayers, Builtin.sequences, Builtin.transformers, Builtin.losses,
        Builtin.sequenceLosses, Builtin.optimizers, Builtin.quasiNewton, Builtin.averages, Builtin.training,
        Builtin.weights, Builtin.runs, Builtin.translation, Builtin.generation, Builtin.measures, Builtin.qualities,
        Builtin.data, Builtin.augmentation, Builtin.tables, Builtin.tableQueries, Builtin.missing, Builtin.pictures,
        Builtin.figures,
        Builtin.session,
    ].flatMap { $0 }

    private static let small = "abcdefghijklmnopqrstuvwxyz"

    /// Everything that is built in, in the order of the help: a table of its own for each interpreter, for it holds
    /// the functions that were made of its entries.
    package static var standard: BuiltinTable {
        BuiltinTable(
            all,
            aliases: [
                "max_pool": "maxpool", "avg_pool": "avgpool", "global_avgpool": "global_avg_pool", "swish": "silu",
                "logsigmoid": "log_sigmoid", "adaptive_avg_pool": "adaptive_avgpool",
                "adaptive_max_pool": "adaptive_maxpool", "triplet_margin": "triplet", "dropout1d": "dropout2d",
                "dropout3d": "dropout2d", "inverse": "inv", "ctc_loss": "ctc",
            ].merging(FamiliarNames.aliases) { $1 },
            constants: [
                "pi": .number(.pi), "inf": .number(.infinity), "nan": .number(.nan),
                "session": .object(SessionObject()), "workspace": .object(WorkspaceObject()),
                "digits": .string("0123456789"),
                "ascii_lowercase": .string(small), "ascii_uppercase": .string(small.uppercased()),
                "ascii_letters": .string(small + small.uppercased()),
                "punctuation": .string("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"),
            ])
    }
}
