extension FamiliarFunctions {
    /// Those of NumPy's words whose arguments or results are other ones than those of dls.
    static let arrayFunctions = #"""
        fn array_rounded(a, decimals=0) = round(array([a]), decimals)[0].item() if isinstance(a, (int, float)) and type(a) != "tensor" else round(a, decimals)
        fn arange_of(*ends, **options) {
          given = [*ends, *[v for name, v in options]]
          # The dtype of fractions is NumPy's.
          wide = not "dtype" in options and len(ends) < 4 and any([isinstance(v, (int, float)) and v != floor(v) for v in given])
          arange(*ends, dtype="float64", **options) if wide else arange(*ends, **options)
        }
        fn linspace_of(start, stop, num=50, endpoint=true, retstep=false, dtype="float64") {
          values = linspace(start, stop, num, dtype=dtype, endpoint=endpoint)
          if not retstep { return values }
          parts = num - 1 if endpoint else num
          [values, (stop - start) / parts if parts > 0 else nan]
        }
        fn zeros_of(shape, dtype="float64", order=none) = zeros(shape, dtype=dtype)
        fn ones_of(shape, dtype="float64", order=none) = ones(shape, dtype=dtype)
        fn geomspace(start, stop, num=50, endpoint=true) {
          if start * stop <= 0 { error("`np.geomspace` goes between two numbers above 0, or two below") }
          sign(start) * exp(linspace(log(abs(start)), log(abs(stop)), num, dtype="float64", endpoint=endpoint))
        }
        fn lower_ones(n, m=none, k=0, dtype="float64") = tril(ones([n, n if m == none else m], dtype=dtype), k)

        # Where an index of an axis of `size` points to, as NumPy counts; a mask points where it is true.
        fn places_along(obj, size) {
          if isinstance(obj, "tensor") and obj.dtype == "bool" {
            if obj.shape != [size] { error("the mask has shape {obj.shape}, and the axis {size} elements") }
            return list(flat_nonzero(obj))
          }
          given = [obj] if isinstance(obj, (int, float)) else list(obj)
          if len(given) > 0 and all([type(i) == "boolean" for i in given]) { return places_along(tensor(given, dtype="bool"), size) }
          for i in given {
            if i != floor(i) or i >= size or i < -size { error("index {i} is out of range: the axis has {size} elements") }
          }
          [i % size for i in given]
        }
        fn without(x, obj, axis=none) {
          x = flatten(array(x)) if axis == none else array(x)
          along = 0 if axis == none else axis
          size = x.shape[along]
          gone = set(places_along(obj, size))
          select_along(x, along, [i for i in range(size) if not i in gone])
        }
        fn inserted(x, obj, values, axis=none) {
          x = flatten(array(x)) if axis == none else array(x)
          along = 0 if axis == none else axis % x.ndim
          size = x.shape[along]
          given = [obj] if isinstance(obj, (int, float)) else list(obj)
          places = [size if i == size else places_along(i, size)[0] for i in given]
          values = array(values)
          rest = [x.shape[i] for i in range(x.ndim) if i != along]
          count = len(places)
          if count == 1 and x.ndim == 1 and values.ndim == 1 {
            count = len(values)
            places = [places[0] for i in range(count)]
          }
          if x.ndim == 1 { new = broadcast(values, [count]) } else {
            # A row for each place, or one row for all.
            rows = values if values.ndim == x.ndim else unsqueeze(broadcast(values, rest), 0)
            new = broadcast(transpose(rows, 0, along) if values.ndim == x.ndim and along != 0 else rows, [count] + rest)
          }
          order = argsort(array(places))
          all_places = concat([array(list(range(size))) * 2 + 1, array(places) * 2])
          joined = concat([transpose(x, 0, along), new.type(x.dtype)])
          transpose(joined[argsort(all_places)], 0, along)
        }
        fn chosen_by(condlist, choicelist, default=0) {
          if len(condlist) != len(choicelist) or len(condlist) == 0 {
            error("`np.select` takes as many choices as conditions, and got {len(condlist)} conditions and {len(choicelist)} choices")
          }
          result = default
          for i in reversed(range(len(condlist))) { result = where_of(condlist[i], choicelist[i], result) }
          result
        }
        fn where_of(condition, x=none, y=none) {
          if x == none and y == none { return where(array(condition)) }
          named = isinstance(x, str) or isinstance(y, str) or has_words(x) or has_words(y)
          if not named { return where(condition, x, y) }
          flags = array(condition)
          if flags.ndim != 1 { error("`np.where` of words takes a vector of conditions") }
          n = len(flags)
          a = list(x) if isinstance(x, list) else [x] * n
          b = list(y) if isinstance(y, list) else [y] * n
          if len(a) != n or len(b) != n { error("`np.where` got {n} conditions, and {len(a)} and {len(b)} values") }
          texts = [a[i] if flags[i] else b[i] for i in range(n)]
          array([v if v == none else str(v) for v in texts])
        }
        fn has_words(x) = isinstance(x, list) and any([isinstance(v, str) for v in x])
        fn argsort_of(a, axis=-1, kind=none) {
          if has_words(a) { return array(sort(list(range(len(a))), by=i -> a[i]), dtype="int64") }
          argsort(flatten(array(a)), axis=0) if axis == none else argsort(array(a), axis=axis)
        }
        fn sorted_along(x, axis=-1, kind=none) = array(sort(list(x))) if has_words(x) else sort(flatten(array(x))) if axis == none else sort(array(x), axis=axis)
        fn partition_order(a, kth, axis=-1) = argsort_of(a, axis=axis)
        fn partitioned(a, kth, axis=-1) = sorted_along(a, axis=axis)
        # The last key counts most.
        fn lexsort(keys) {
          rows = [array(row) for row in keys]
          if len(rows) == 0 { error("`np.lexsort` takes at least one key") }
          order = arange(len(rows[0]))
          for row in rows { order = order[argsort(row[order])] }
          order
        }
        fn unravel_index(indices, shape) {
          shape = [shape] if isinstance(shape, int) else list(shape)
          total = prod([1, *shape])
          single = isinstance(indices, (int, float))
          rest = indices if single else array(indices).long()
          if single and (rest < 0 or rest >= total) or not single and numel(rest) > 0 and (min(rest) < 0 or max(rest) >= total) {
            error("an index is out of range: the shape {shape} has {total} elements")
          }
          parts = []
          for size in reversed(shape) {
            parts.insert(0, rest % size)
            rest = rest // size
          }
          parts
        }
        fn ravel_multi_index(multi_index, dims) {
          total = 0
          for i in range(len(dims)) { total = total * dims[i] + (multi_index[i] if isinstance(multi_index[i], (int, float)) else array(multi_index[i]).long()) }
          total
        }
        fn remainder_towards_zero(a, b) {
          if isinstance(a, (int, float)) and isinstance(b, (int, float)) { return sign(a) * (abs(a) % abs(b)) }
          a, b = array(a), array(b)
          sign(a) * (abs(a) % abs(b))
        }
        fn dstack(tensors) {
          parts = [array(t) for t in tensors]
          concat([reshape(x, [1, -1, 1]) if x.ndim < 2 else (unsqueeze(x, 2) if x.ndim == 2 else x) for x in parts], axis=2)
        }
        fn split_evenly(x, parts, axis=0) {
          if not isinstance(parts, int) { return split_at(x, list(parts), axis=axis) }
          size = array(x).shape[axis]
          if parts < 1 or size % parts != 0 {
            error("`np.split` makes parts of one size, and {size} elements are not {parts} such parts: `np.array_split` makes parts that differ by one")
          }
          split_at(x, [i * (size // parts) for i in range(1, parts)], axis=axis)
        }
        fn hsplit(x, parts) = split_evenly(x, parts, axis=1 if array(x).ndim > 1 else 0)
        fn vsplit(x, parts) = split_evenly(x, parts, axis=0)
        fn diagonal_filled(a, val) {
          a = array(a)
          if a.ndim != 2 { error("`np.fill_diagonal` takes a matrix") }
          n = min(a.shape[0], a.shape[1])
          values = array(val)
          rows, columns = a.shape
          spread = values if values.ndim == 0 else (values[arange(rows) % len(values)][:, none] if rows <= columns else values[arange(columns) % len(values)][none, :])
          where(eye(rows, columns) == 1, spread.type(a.dtype), a)
        }
        fn finfo(dtype="float64") {
          name = array([0], dtype=dtype).dtype
          if name == "float32" {
            return {eps=2 ** -23, max=3.4028234663852886e38, min=-3.4028234663852886e38, tiny=2 ** -126, bits=32, dtype=name}
          }
          if name != "float64" { error("`np.finfo` is about float32 and float64: `np.iinfo` is about whole numbers") }
          {eps=2 ** -52, max=1.7976931348623157e308, min=-1.7976931348623157e308, tiny=2 ** -1022, bits=64, dtype=name}
        }
        fn iinfo(dtype) {
          name = array([0], dtype=dtype).dtype
          if name == "uint8" { return {min=0, max=255, bits=8, dtype=name} }
          if name != "int64" { error("`np.iinfo` is about int64 and uint8: `np.finfo` is about fractions") }
          {min=tensor(-9223372036854775807, dtype="int64") - 1, max=tensor(9223372036854775807, dtype="int64"), bits=64, dtype=name}
        }
        fn unique_of(ar, return_index=false, return_inverse=false, return_counts=false, axis=none) {
          if axis != none { return unique_rows(array(ar), axis, return_index, return_inverse, return_counts) }
          if not return_index { return sorted_unique(ar, return_inverse, return_counts) }
          parts = sorted_unique(ar, true, true)
          found_of(parts.values, flatten(parts.inverse), parts.counts, parts.inverse, return_index, return_inverse, return_counts)
        }
        fn found_of(values, groups, counts, inverse, return_index, return_inverse, return_counts) {
          found = {values=values}
          if return_index {
            order = argsort(groups)
            found["places"] = order[concat([tensor([0], dtype="int64"), cumsum(counts)[:-1]])] if len(values) > 0 else order
          }
          if return_inverse { found["inverse"] = inverse }
          if return_counts { found["counts"] = counts }
          found
        }
        fn unique_rows(x, axis, return_index, return_inverse, return_counts) {
          rows = transpose(x, 0, axis)
          n = rows.shape[0]
          flat = reshape(rows, [n, -1])
          order = arange(n)
          for column in reversed(range(flat.shape[1])) { order = order[argsort(flat[order, column])] }
          ordered = flat[order]
          starts = concat([tensor([true], dtype="bool"), any(ordered[1:] != ordered[:-1], axis=1)]) if n > 1 else tensor([true] * n, dtype="bool")
          firsts = flat_nonzero(starts)
          values = transpose(rows[order[firsts]], 0, axis)
          if not return_index and not return_inverse and not return_counts { return values }
          inverse = scatter_add(zeros([n], dtype="int64"), order, cumsum(starts.long()) - 1)
          found_of(values, inverse, bincount(inverse), inverse, return_index, return_inverse, return_counts)
        }
        fn histogram_of(a, bins=10, range=none, density=false, weights=none) {
          found = histogram(a, bins=bins, range=range)
          if weights != none {
            values, weights = flatten(array(a)), flatten(array(weights))
            if len(values) != len(weights) { error("`np.histogram` takes a weight for each of the {len(values)} values, and got {len(weights)}") }
            count = len(found.counts)
            inside = (values >= found.edges[0]) & (values <= found.edges[-1])
            places = clip(searchsorted(found.edges, values[inside], right=true) - 1, 0, count - 1)
            found.counts = bincount(places, weights=weights[inside], minlength=count)
          }
          if density { found.counts = found.counts.double() / (sum(found.counts) * diff(found.edges)) }
          found
        }
        fn repeat_elements(x, repeats, dim=none, axis=none) {
          along = dim if axis == none else axis
          counts = list(repeats) if isinstance(repeats, (list, "tensor")) else repeats
          x = flatten(array(x)) if along == none else array(x)
          along = 0 if along == none else along
          if not isinstance(counts, list) { return repeat(x, counts, axis=along) }
          size = x.shape[along]
          if len(counts) == 1 { counts = [counts[0] for i in range(size)] }
          if len(counts) != size { error("`repeat` takes a count for each of the {size} elements, and got {len(counts)}") }
          if any([n < 0 for n in counts]) { error("`repeat` takes counts of at least 0") }
          select_along(x, along, [i for i in range(size) for j in range(counts[i])])
        }
        fn percentile_of(a, q, axis=none, method="linear", keepdims=false, interpolation=none) = share_of(a, q, 100, axis, method if interpolation == none else interpolation, keepdims)
        fn quantile_of(a, q, axis=none, method="linear", keepdims=false, interpolation=none) = share_of(a, q, 1, axis, method if interpolation == none else interpolation, keepdims)
        fn share_of(a, q, whole, axis, method, keepdims) {
          if method == "linear" {
            return percentile(a, q, axis=axis, keepdims=keepdims) if whole == 100 else quantile(a, q, axis=axis, keepdims=keepdims)
          }
          if not method in ["lower", "higher", "nearest", "midpoint"] { error("`method` is \"linear\", \"lower\", \"higher\", \"nearest\" or \"midpoint\"") }
          if not isinstance(q, (int, float)) { return stack([share_of(a, part, whole, axis, method, keepdims) for part in list(q)]) }
          if q < 0 or q > whole { error("the share goes from 0 to {whole}, and is {q}") }
          x = array(a)
          along = 0 if axis == none else axis
          values = sort(flatten(x)) if axis == none else sort(x, axis=axis)
          place = q / whole * (values.shape[along] - 1)
          low, high = floor(place), ceil(place)
          if method == "nearest" { low = high = round(place) }
          if method == "lower" { high = low }
          if method == "higher" { low = high }
          at = i -> squeeze(narrow(values, along, i, 1), along)
          result = (at(low) + at(high)) / 2 if low != high else at(low)
          if not keepdims { return result.item() if numel(result) == 1 and axis == none else result }
          reshape(result, [1] * x.ndim) if axis == none else unsqueeze(result, along)
        }
        fn nan_std(x, axis=none, ddof=0) = sqrt(nan_var(x, axis=axis, ddof=ddof))
        fn nan_var(x, axis=none, ddof=0) {
          x = array(x)
          centre = nan_mean(x, axis=axis)
          if axis != none { centre = unsqueeze(centre, axis) }
          nan_sum((x - centre) ** 2, axis=axis) / (sum(~isnan(x), axis=axis) - ddof)
        }
        # How values look is the same everywhere.
        fn print_options(precision=none, threshold=none, edgeitems=none, linewidth=none, suppress=none, formatter=none, sci_mode=none, profile=none) = none
        fn resized(a, new_shape) {
          shape = [new_shape] if isinstance(new_shape, int) else list(new_shape)
          count = prod([1, *shape])
          values = flatten(array(a))
          if count > 0 and len(values) == 0 { error("`np.resize` repeats the elements, and there are none") }
          reshape(values[arange(count) % max(len(values), 1)], shape)
        }
        fn dot_of_all(a, b) {
          a, b = flatten(array(a)), flatten(array(b))
          if len(a) != len(b) { error("`np.vdot` takes as many elements of both, and got {len(a)} and {len(b)}") }
          dot(a, b)
        }
        fn digitize(x, bins, right=false) {
          x, bins = x if isinstance(x, (int, float)) else array(x), array(bins)
          steps = diff(bins)
          if all(steps >= 0) { return searchsorted(bins, x, right=not right) }
          if not all(steps <= 0) { error("the bins of `np.digitize` rise or fall") }
          len(bins) - searchsorted(flip(bins), x, right=not right)
        }
        fn choice_of(a, size=none, replace=true, p=none) {
          if p != none and abs(sum(array(p).double()) - 1) > 1e-5 { error("the probabilities of `choice` sum to 1, and these to {sum(array(p).double())}: `p / sum(p)` does") }
          if size == none or not has_words(a) { return choice(array_of(a), size=size, replace=replace, p=p) }
          array([a[i] for i in choice(len(a), size=size, replace=replace, p=p)])
        }
        # Lists of numbers as NumPy takes them: whole ones stay whole, so that they are indices.
        fn array_of(x) {
          if not isinstance(x, list) or len(x) == 0 or not all([isinstance(v, (int, float)) for v in x]) { return x }
          array(x, dtype="int64") if all([isinstance(v, int) for v in x]) and not any([isinstance(v, bool) for v in x]) else array(x)
        }

        fn sizes_of(size) = [] if size == none else ([size] if isinstance(size, int) else size)
        fn exponential_draws(scale=1.0, size=none) = -log1p(-rand(sizes_of(size), dtype="float64")) * scale
        # By the distribution function: `steps` are the logarithms of how much likelier each number is than the one before it.
        fn draws_by_steps(first, steps, size) {
          logs = concat([zeros([1], dtype="float64"), cumsum(steps)])
          shares = cumsum(exp(logs - max(logs)))
          draws = rand(sizes_of(size), dtype="float64") * shares[-1]
          clip(searchsorted(shares, draws, right=true), 0, len(logs) - 1) + first
        }
        fn binomial_draws(n, p, size=none) {
          if not isinstance(n, (int, float)) or not isinstance(p, (int, float)) {
            n, p = array(n), array(p)
            shape = (n + p).shape if size == none else sizes_of(size)
            if max(n) > 10000 { error("`binomial` takes an array of numbers of trials of up to 10000, or a single number") }
            trials = arange(max(n)).reshape([-1] + [1] * len(shape))
            return sum((rand([max(n)] + shape, dtype="float64") < p) & (trials < n), axis=0)
          }
          if n != floor(n) or n < 0 { error("`binomial` takes a number of trials, and got {n}") }
          if not (p >= 0 and p <= 1) { error("`binomial` takes a probability from 0 to 1, and got {p}") }
          if n == 0 or p == 0 or p == 1 { return zeros(sizes_of(size), dtype="int64") + n * p if size != none else n * p }
          spread = sqrt(n * p * (1 - p))
          # Beyond a thousand million trials the normal distribution differs by less than a draw of it shows.
          if spread > 100000 { return whole_normal(n * p, spread, size, n) }
          low, high = max(floor(n * p - 12 * spread - 30), 0), min(ceil(n * p + 12 * spread + 30), n)
          k = low + arange(high - low)
          draws_by_steps(low, log((n - k).double() / (k + 1).double()) + log(p) - log1p(-p), size)
        }
        fn whole_normal(centre, spread, size, most) {
          drawn = clip(round(centre + spread * randn(sizes_of(size), dtype="float64")), 0, most)
          drawn if isinstance(drawn, (int, float)) else drawn.long()
        }
        fn poisson_draws(lam=1.0, size=none) {
          if not isinstance(lam, (int, float)) {
            lam = array(lam)
            shape = lam.shape if size == none else sizes_of(size)
            most = int(max(lam) + 12 * sqrt(max(lam)) + 30)
            if most > 2000 { error("`poisson` takes an array of means of up to 1500, or a single number") }
            return sum(cumsum(-log1p(-rand([most] + shape, dtype="float64")), axis=0) < lam, axis=0)
          }
          if not lam >= 0 or lam == inf { error("`poisson` takes a mean of at least 0, and got {lam}") }
          if lam == 0 { return zeros(sizes_of(size), dtype="int64") if size != none else 0 }
          if lam > 1e10 { return whole_normal(lam, sqrt(lam), size, inf) }
          low, high = max(floor(lam - 12 * sqrt(lam) - 30), 0), ceil(lam + 12 * sqrt(lam) + 30)
          k = low + arange(high - low)
          draws_by_steps(low, log(lam) - log((k + 1).double()), size)
        }
        fn multinomial_draws(n, pvals, size=none) {
          shares = array(pvals)
          if sum(shares[:-1]) > 1 + 1e-9 { error("the probabilities of `multinomial` sum to 1, and these to {sum(shares)}") }
          k = len(shares)
          # The last one is what is left, as in NumPy.
          own = concat([shares[:-1], clip(1 - sum(shares[:-1]), 0, 1) + zeros([1], dtype="float64")])
          one = () -> bincount(choice(k, n, p=own), minlength=k) if n > 0 else zeros([k], dtype="int64")
          if size == none { return one() }
          shape = sizes_of(size)
          reshape(stack([one() for i in range(prod([1, *shape]))]), [*shape, k])
        }
        # Marsaglia and Tsang 2000, doi:10.1145/358407.358414; shapes below 1 by a power of a uniform draw.
        fn gamma_draws(shape, scale=1.0, size=none) {
          if not isinstance(shape, (int, float)) {
            own = array(shape)
            return stack([gamma_draws(float(a), 1.0, none) + zeros([], dtype="float64") for a in flatten(own)]).reshape(own.shape) * scale
          }
          if not shape > 0 { error("`gamma` takes a shape above 0, and got {shape}") }
          count = prod([1, *sizes_of(size)])
          d = (shape if shape >= 1 else shape + 1) - 1 / 3
          c = 1 / sqrt(9 * d)
          found = zeros([0], dtype="float64")
          while len(found) < count {
            x = randn([count + 8], dtype="float64")
            v = (1 + c * x) ** 3
            u = rand([count + 8], dtype="float64")
            taken = (v > 0) & (log(u) < 0.5 * x ** 2 + d - d * v + d * log(clip(v, 1e-300, inf)))
            found = concat([found, d * v[taken]])
          }
          drawn = found[:count] * scale
          if shape < 1 { drawn = drawn * (1 - rand([count], dtype="float64")) ** (1 / shape) }
          drawn[0] if size == none else reshape(drawn, sizes_of(size))
        }
        fn beta_draws(a, b, size=none) {
          x, y = gamma_draws(a, 1.0, size), gamma_draws(b, 1.0, size)
          x / (x + y)
        }
        fn dirichlet_draws(alpha, size=none) {
          parts = [gamma_draws(float(a), 1.0, [1, *sizes_of(size)])[0] + zeros([], dtype="float64") for a in list(alpha)]
          drawn = stack(parts, axis=-1)
          drawn / sum(drawn, axis=-1, keepdims=true)
        }
        fn geometric_draws(p, size=none) {
          if not (p > 0 and p <= 1) { error("`geometric` takes a probability above 0 and up to 1, and got {p}") }
          if p == 1 { return ones(sizes_of(size), dtype="int64") if size != none else 1 }
          drawn = clip(ceil(log1p(-rand(sizes_of(size), dtype="float64")) / log1p(-p)), 1, inf)
          drawn if size == none else drawn.long()
        }
        # Arrays made of whole numbers are fractions here.
        fn bits_of(x) {
          x = array(x) if isinstance(x, list) else x
          if isinstance(x, "tensor") and x.dtype in ["float32", "float64"] and equal(x, floor(x)) { x.long() } else { x }
        }
        fn bit_and(a, b) = bits_of(a) & bits_of(b)
        fn bit_or(a, b) = bits_of(a) | bits_of(b)
        fn bit_xor(a, b) = bits_of(a) ^ bits_of(b)
        fn bit_not(x) = ~bits_of(x)
        fn shifted_left(a, b) = bits_of(a) << bits_of(b)
        fn shifted_right(a, b) = bits_of(a) >> bits_of(b)
        fn grid_indices(dimensions, dtype=none, sparse=false) {
          places = meshgrid(*[arange(n) for n in dimensions], indexing="ij")
          if sparse { error("`np.indices` gives all places here: `np.ogrid[0:3, 0:2]` gives an axis each") }
          cast(stack(places), "int64" if dtype == none else dtype)
        }
        # Pairs of real and imaginary part have an axis that is no frequency.
        fn rolled_by_half(x, axes, back) {
          x = array(x)
          if axes == none and x.ndim > 1 and x.shape[-1] == 2 {
            error("the last axis may hold real and imaginary parts: write `axes=`, such as `axes={list(range(x.ndim - 1))}` for all others")
          }
          for axis in (list(range(x.ndim)) if axes == none else [axes] if isinstance(axes, int) else list(axes)) {
            half = x.shape[axis] // 2
            x = roll(x, -half if back else half, axis=axis)
          }
          x
        }
        fn centred_frequencies(x, axes=none) = rolled_by_half(x, axes, false)
        fn uncentred_frequencies(x, axes=none) = rolled_by_half(x, axes, true)
        fn frequencies(n, d=1.0) {
          half = (n + 1) // 2
          concat([arange(half), arange(half - n, 0)]).double() / (n * d)
        }
        fn real_frequencies(n, d=1.0) = arange(n // 2 + 1).double() / (n * d)
        fn correlated(a, v, mode="valid") {
          a, v = array(a), array(v)
          # `convolve` takes the longer one first.
          if len(v) > len(a) { flip(correlated(v, a, mode), 0) } else { convolve(a, flip(v, 0), mode) }
        }
        fn size_of(a, axis=none) = numel(array(a)) if axis == none else array(a).shape[axis]
        """#
}
