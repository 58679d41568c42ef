extension FamiliarNames {
    private static let wide: [String: String] = ["dtype": "\"float64\""]
    private static let population: [String: String] = ["correction": "0"]

    static let numpy: [FamiliarSection] = [
        FamiliarSection(
            "Making arrays (float64 by these names; float32 without `np.`)",
            [
                .same("np.array([[1, 2], [3, 4]])"), .alias("np.asarray([1.5, 2])", "array([1.5, 2])"),
                .same("np.zeros((2, 3))", with: wide), .same("np.ones((2, 3))", with: wide),
                .same("np.full((2, 2), 7.0)", with: wide), .same("np.eye(3)", with: wide),
                .alias("np.identity(3)", "eye(3)", with: wide),
                .same("np.arange(0, 6, 2)"), .same("np.linspace(0, 1, 5)", with: wide),
                .same("np.zeros_like(x)"), .same("np.ones_like(x)"), .same("np.full_like(x, 7.0)"),
                .alias("np.empty_like(x)", "zeros_like(x)"), .alias("np.empty((2, 3))", "zeros([2, 3])", with: wide),
                .same("np.meshgrid([1, 2], [3, 4, 5])"), .same("np.diag([1.0, 2.0])"), .same("np.tril(a)"),
                .same("np.triu(a)"),
                .alias("np.float32", "\"float32\""), .alias("np.float64", "\"float64\""),
                .alias("np.int64", "\"int64\""),
                .alias("np.uint8", "\"uint8\""), .alias("np.bool_", "\"bool\""),
                .instead(
                    "np.int32", "\"int64\"", "dtypes are float32, float64, int64, uint8 and bool",
                    for: "int32 int16 float16 int8 uint32"),
                .instead("np.genfromtxt(\"f.csv\", delimiter=\",\")", "load \"f.csv\"", for: "genfromtxt loadtxt"),
                .instead("np.load(\"x.npy\")", "load \"x.npy\"", "`save x \"x.npy\"` writes it", for: ""),
            ]),
        FamiliarSection(
            "Shapes",
            [
                .same("x.reshape(3, 2)"), .same("np.reshape(x, (3, 2))"), .same("x.shape"), .same("x.ndim"),
                .same("x.T"),
                .instead("x.size", "numel(x)", for: ""),
                .alias("np.transpose(x, (1, 0))", "permute(x, 1, 0)", "`np.transpose(x)` is x.T"),
                .instead("np.moveaxis(x, 0, 1)", "permute(x, 1, 0)", for: "moveaxis"),
                .alias("np.swapaxes(x, 0, 1)", "transpose(x, 0, 1)"),
                .same("x.flatten()"), .alias("np.ravel(x)", "flatten(x)"), .alias("x.ravel()", "flatten(x)"),
                .same("np.squeeze(x[:1])"), .alias("np.expand_dims(x, axis=0)", "unsqueeze(x, axis=0)"),
                .instead("x[:, np.newaxis]", "x[:, none]", for: "newaxis"),
                .alias("np.concatenate([a, b], axis=1)", "concat([a, b], axis=1)"), .same("np.stack([a, b])"),
                .instead("np.vstack([a, b])", "concat([a, b], axis=0)", "`stack` of vectors", for: "vstack row_stack"),
                .instead(
                    "np.hstack([a, b])", "concat([a, b], axis=1)", "of vectors axis=0", for: "hstack column_stack"),
                .instead(
                    "np.split(x, 3, axis=1)", "chunk(x, 3, axis=1)", "`split_at(x, [1, 2])` by places",
                    for: "array_split"),
                .same("np.tile(a, (2, 1))"), .same("np.repeat(a, 2, axis=0)"), .same("np.roll(a, 1, axis=0)"),
                .same("np.flip(a)"),
                .instead("np.flipud(a)", "flip(a, 0)", "fliplr is flip(a, 1)", for: "flipud fliplr"),
                .alias("np.broadcast_to([1.0, 2.0], (3, 2))", "broadcast([1.0, 2.0], [3, 2])"),
                .instead("np.pad(a, ((1, 1), (0, 2)))", "pad(a, [[1, 1], [0, 2]])", for: ""),
                .alias("x.astype(\"float32\")", "cast(x, \"float32\")"), .alias("x.tolist()", "list(x)"),
            ]),
        FamiliarSection(
            "Element by element",
            [
                .same("np.abs(a)"), .same("np.sqrt(x)"), .same("np.square(x)"), .same("np.exp(x)"), .same("np.log(x)"),
                .same("np.log2(x)"),
                .same("np.log10(x)"), .same("np.log1p(x)"), .same("np.sin(x)"), .same("np.cos(x)"), .same("np.tan(x)"),
                .same("np.tanh(x)"), .same("np.sinh(x)"), .same("np.cosh(x)"), .same("np.sign(a)"),
                .same("np.floor(x)"), .same("np.ceil(x)"),
                .same("np.round(x, 1)"), .alias("np.around(x, 1)", "round(x, 1)"), .same("np.clip(x, 2, 4)"),
                .same("np.maximum(x, 2)"), .same("np.minimum(x, 2)"), .same("np.where(x > 2, x, 0)"),
                .same("np.isnan(x)"), .same("np.isinf(x)"), .same("np.isfinite(x)"), .alias("np.arctan(x)", "atan(x)"),
                .alias("np.arcsin(a / 9)", "asin(a / 9)"), .alias("np.arccos(a / 9)", "acos(a / 9)"),
                .alias("np.power(x, 2)", "pow(x, 2)"), .same("np.add(x, x)"), .alias("np.multiply(x, x)", "mul(x, x)"),
                .alias("np.subtract(x, x)", "sub(x, x)"), .alias("np.divide(x, x)", "div(x, x)"),
                .alias("np.allclose(x, x)", "close(x, x)"), .same("np.isclose(x, x)"),
                .alias("np.array_equal(x, x)", "equal(x, x)"),
                .same("np.logical_and(x > 1, x < 3)"), .same("np.logical_or(x > 1, x < 3)"),
                .same("np.logical_not(x > 1)"),
                .same("np.pi"), .same("np.inf"), .same("np.nan"),
                .instead("np.e", "exp(1)", for: ""),
            ]),
        FamiliarSection(
            "Sums and searches",
            [
                .same("np.sum(x, axis=0)"), .same("np.mean(x, axis=1)"), .same("np.max(x)"), .same("np.min(x, axis=0)"),
                .alias("np.amax(x)", "max(x)"), .alias("np.amin(x)", "min(x)"),
                .same("np.std(x)", "divides by n; `std(x)` and `x.std()` by n - 1", with: population),
                .same("np.var(x)", "divides by n", with: population),
                .same("np.prod(x)"), .same("np.argmax(x, axis=1)"), .same("np.argmin(x)"),
                .same("np.cumsum(x, axis=0)"), .same("np.cumprod(x, axis=0)"),
                .same("np.any(x > 3)"), .same("np.all(x > 3)"), .same("np.median(x)"), .same("np.argsort(x, axis=1)"),
                .same("np.sort(x, axis=1)"), .same("np.unique([3, 1, 3])"), .same("np.bincount([0, 1, 1])"),
                .same("np.percentile(x, 50)"),
                .alias("np.argwhere(x > 3)", "nonzero(x > 3)"), .same("np.searchsorted([1, 2, 3], 2)"),
                .instead("np.count_nonzero(x > 3)", "sum(x > 3)", for: "count_nonzero"), .same("np.diff([1, 4, 9])"),
            ]),
        FamiliarSection(
            "Products",
            [
                .same("np.dot([1.0, 2.0], [3.0, 4.0])"), .same("np.dot(a, b)"), .same("a.dot(b)"),
                .same("np.matmul(a, b)"),
                .same("np.outer([1.0, 2.0], [3.0, 4.0])"),
                .same("np.einsum(\"ij,jk->ik\", a, b)"), .same("np.trace(a)"), .same("np.linalg.norm(a)"),
                .refused("np.convolve(a, b)", "`conv2d` and the layer `conv` are there", for: "convolve"),
            ]),
        FamiliarSection(
            "Random numbers (float64 by these names)",
            [
                .same("np.random.seed(1)"), .same("np.random.rand(2, 3)", with: wide),
                .same("np.random.randn(2, 3)", with: wide),
                .same("np.random.randint(0, 10, (3,))"), .same("np.random.uniform(-1, 1, (2, 3))", with: wide),
                .same("np.random.normal(0, 1, (2, 3))", with: wide),
                .same("np.random.choice([1, 2, 3], 2)"), .same("np.random.permutation(5)"),
                .alias("np.random.random((2, 3))", "rand([2, 3])", with: wide),
                .alias("np.random.random_sample((2,))", "rand([2])", with: wide),
                .alias("np.random.standard_normal((2,))", "randn([2])", with: wide),
                .instead("np.random.shuffle(xs)", "xs = shuffle(xs)", for: ""),
                .refused(
                    "np.random.default_rng(1)",
                    "`seed 1` starts the one stream of random numbers; many functions take seed=",
                    for: "default_rng RandomState"),
            ]),
    ]
}
