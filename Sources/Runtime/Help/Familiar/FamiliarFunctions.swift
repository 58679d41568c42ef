/// Functions of Python's libraries whose arguments differ from those of dls, written in dls: a row of the list of
/// `FamiliarNames` names the one that answers it.
enum FamiliarFunctions {
    /// - Parameters:
    ///   - name: In `source`, or of a `NativeFunction` or a `ListChange`.
    ///   - word: What the library calls it.
    static func function(_ name: String, called word: String) -> Function {
        if let native = NativeFunction.all[name] { return native.function(called: word) }
        if name == "field_setter" { return NativeFunction.fieldSetter(called: word) }
        if let change = ListChange.all[name] { return change.function(called: word) }
        return Function(native: signature(of: name, called: word), of: .none) { _, arguments, interpreter in
            if name == "raise_error", arguments.positional.isEmpty, arguments.named.isEmpty {
                throw interpreter.caught.last
                    ?? Failure(
                        "no error is being handled, so there is none to raise again",
                        help: "say what is wrong: `raise \"no data\"` or `error(\"no data\")`")
            }
            let function = try interpreter.preludeFunction(
                name, of: "familiar", source, isHidden: true, with: NativeFunction.ofTables)
            do {
                let result = try completed(interpreter.call(function, arguments), by: name)
                return name == "generator" ? .object(try GeneratorObject(result, interpreter)) : result
            } catch var failure as Failure {
                failure.replaceName(name, to: word)
                throw failure
            }
        }
    }

    /// Classes of `source` that others inherit from, by their names in the library.
    static let baseClasses = ["Dataset": "own_dataset"]

    /// What is known of the result that the language has no words for: its rows have names, or it is a column.
    private static func completed(_ result: Value, by name: String) -> Value {
        switch (name, result) {
        case ("corr_of", .object(let object as TableObject)), ("cov_of", .object(let object as TableObject)):
            .object(object.labelled(by: .names("column")))
        case ("crosstab", .object(let object as TableObject)), ("pivot_table", .object(let object as TableObject)):
            .object(object.labelled(by: object.columns.first.map { .names($0.name) } ?? .numbers))
        case ("numbered_anew", .object(let object as TableObject)): .object(object.labelled(by: .numbers))
        case ("sort_values", .object(let object as TableObject)),
            ("rows_with_largest", .object(let object as TableObject)),
            ("rows_with_smallest", .object(let object as TableObject)):
            object.labels == .formerNumbers ? .object(object.labelled(by: .formerNumbers)) : result
        case ("series", .list), ("cut_of", .list), ("to_numeric", .list): result.asColumn(of: .new())
        default: result
        }
    }

    /// `sub(pattern, new, text, count=0)` of the line that defines the function.
    private static func signature(of name: String, called word: String) -> String {
        word + (parameters[name] ?? "()")
    }

    /// The parameters of each function, in parentheses.
    private static let parameters: [String: String] = {
        var parameters: [String: String] = [:]
        for line in source.split(separator: "\n") where line.hasPrefix("fn ") {
            guard let start = line.firstIndex(of: "("), let end = line.firstIndex(of: ")") else { continue }
            parameters[String(line[line.index(line.startIndex, offsetBy: 3)..<start])] = String(line[start...end])
        }
        return parameters
    }()

    static let source = [
        commonFunctions, rarerFunctions, arrayFunctions, learningFunctions, pythonFunctions, pythonModuleFunctions,
        patternFunctions, tableFunctions, columnFunctions, groupFunctions, imageFunctions, transformFunctions,
        estimatorFunctions,
        torchFunctions,
        layerFunctions, rateFunctions, datasetFunctions, distributionFunctions,
    ]
    .joined(separator: "\n")

    private static let commonFunctions = #"""
        fn attend(query, key, value, attn_mask=none, dropout_p=0, is_causal=false, scale=none) {
          if dropout_p != 0 { error("no dropout is drawn here: give `dropout(weights)` a layer of its own") }
          scores = query @ key.transpose(-1, -2) * (1 / sqrt(query.shape[-1]) if scale == none else scale)
          if is_causal { scores = mask_fill(scores, triu(ones(scores.shape[-2:]), 1) > 0, -inf) }
          if attn_mask != none {
            scores = mask_fill(scores, ~attn_mask, -inf) if attn_mask.dtype == "bool" else scores + attn_mask
          }
          softmax(scores, axis=-1) @ value
        }
        fn vstack(tensors) = concat([x[none] if x.ndim < 2 else x for x in [array(t) for t in tensors]])
        fn hstack(tensors) {
          parts = [array(t) for t in tensors]
          concat(parts, axis=0 if parts[0].ndim < 2 else 1)
        }
        fn column_stack(tensors) = concat([x[:, none] if x.ndim < 2 else x for x in [array(t) for t in tensors]], axis=1)
        fn torch_sort(x, dim=-1, descending=false) {
          indices = argsort(-x if descending else x, axis=dim)
          {values=gather(x, dim, indices), indices=indices}
        }
        fn torch_split(x, size, dim=0) {
          if isinstance(size, int) { return split_at(x, list(range(size, x.shape[dim], size)), axis=dim) }
          if sum(size) != x.shape[dim] { error("the sizes of the parts add up to {sum(size)}, and axis {dim} has {x.shape[dim]} places") }
          split_at(x, [sum(size[:i]) for i in range(1, len(size))], axis=dim)
        }
        fn torch_pad(x, widths, mode="constant", value=0) {
          own = [[widths[2 * i], widths[2 * i + 1]] for i in reversed(range(len(widths) // 2))]
          pad(x, [[0, 0] for i in range(x.ndim - len(own))] + own, value=value, mode=mode)
        }

        fn conv_transpose_of(in_channels, out_channels, kernel_size, stride=1, padding=0, output_padding=0, groups=1, bias=true, dilation=1) =
          conv_transpose(out_channels, kernel_size, stride=stride, padding=padding, output_padding=output_padding, groups=groups, bias=bias, dilation=dilation)
        fn leaky_relu_of(negative_slope=0.01, inplace=false) = leaky_relu(slope=negative_slope)

        fn group_norm_of(num_groups, num_channels, eps=1e-5, affine=true) = group_norm(num_groups, eps=eps, affine=affine)
        fn instance_norm_of(num_features, eps=1e-5, momentum=0.1, affine=false, track_running_stats=false) {
          if track_running_stats { error("`instance_norm` keeps no running statistics: leave `track_running_stats` out") }
          instance_norm(eps=eps, affine=affine)
        }
        fn upsample_of(size=none, scale_factor=none, mode="nearest", align_corners=false) =
          upsample(scale=scale_factor, size=size, mode=mode, align_corners=align_corners == true)
        fn interpolate(x, size=none, scale_factor=none, mode="nearest", align_corners=false) =
          upsample(x, scale=scale_factor, size=size, mode=mode, align_corners=align_corners == true)
        fn cosine_of(dim=1, eps=1e-8) = (a, b) -> cosine_similarity(a, b, axis=dim, eps=eps)
        fn kl_div_of(prediction, target, reduction="mean", log_target=false) {
          if log_target { target = exp(target) }
          if reduction == "batchmean" { kl_div(prediction, target, reduction="sum") / len(prediction) } else { kl_div(prediction, target, reduction=reduction) }
        }
        fn kl_loss(reduction="mean", log_target=false) = (prediction, target) -> kl_div_of(prediction, target, reduction=reduction, log_target=log_target)
        fn huber_of(prediction, target, reduction="mean", beta=1) = huber(prediction, target, delta=beta, reduction=reduction) / beta

        fn expand_to(x, *sizes) {
          shape = list(sizes[0]) if len(sizes) == 1 and isinstance(sizes[0], list) else sizes
          own = [*([1] * max(len(shape) - x.ndim, 0)), *x.shape]
          if len(shape) < len(own) { error("`expand` takes a size for each of the {len(own)} axes; -1 keeps one") }
          broadcast(x, [own[i] if shape[i] == -1 else shape[i] for i in range(len(shape))])
        }
        fn broadcast_like(x, other) = broadcast(x, other.shape)
        fn reshape_like(x, other) = reshape(x, other.shape)
        fn hypotenuse(a, b) = sqrt(array(a) ** 2 + array(b) ** 2)
        fn count_nonzero(x, axis=none, keepdims=false) = sum(array(x) != 0, axis=axis, keepdims=keepdims)
        fn nan_sum(x, axis=none) {
          x = array(x)
          sum(where(isnan(x), 0, x), axis=axis)
        }
        fn nan_mean(x, axis=none) = nan_sum(x, axis=axis) / sum(~isnan(array(x)), axis=axis)
        fn nan_max(x, axis=none) {
          x = array(x)
          max(where(isnan(x), -inf, x), axis=axis)
        }
        fn nan_min(x, axis=none) = -nan_max(-array(x), axis=axis)
        fn finite(x, nan=0, posinf=none, neginf=none) {
          x = array(x)
          most = 3.4028234663852886e38 if x.dtype == "float32" else 1.7976931348623157e308
          x = where(isnan(x), nan, x)
          x = where(x == inf, most if posinf == none else posinf, x)
          where(x == -inf, -most if neginf == none else neginf, x)
        }
        fn log_space(start, stop, num=50, steps=none, base=10) = base ** linspace(start, stop, num if steps == none else steps, dtype="float64")
        fn cross(a, b, axis=-1) {
          a, b = array(a), array(b)
          if axis != -1 or a.shape[-1] != 3 or b.shape[-1] != 3 { error("`cross` takes vectors of three numbers along the last axis") }
          stack([a[..., 1] * b[..., 2] - a[..., 2] * b[..., 1], a[..., 2] * b[..., 0] - a[..., 0] * b[..., 2], a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]], axis=-1)
        }
        fn interp(x, xp, fp) {
          x, xp, fp = array(x), array(xp), array(fp)
          if xp.ndim != 1 or len(xp) != len(fp) or len(xp) == 0 { error("`np.interp` takes places in rising order, and a value for each") }
          if len(xp) == 1 { return 0 * x + fp[0] }
          place = clip(searchsorted(xp, x, right=true), 1, len(xp) - 1)
          share = clip((x - xp[place - 1]) / (xp[place] - xp[place - 1]), 0, 1)
          fp[place - 1] + share * (fp[place] - fp[place - 1])
        }
        fn array_split(x, parts, axis=0) {
          if isinstance(parts, list) { return split_at(x, parts, axis=axis) }
          if parts < 1 { error("`np.array_split` makes at least one part") }
          n = array(x).shape[axis]
          split_at(x, [i * (n // parts) + min(i, n % parts) for i in range(1, parts)], axis=axis)
        }
        fn convolve(a, v, mode="full") {
          if mode != "full" and mode != "same" and mode != "valid" { error("`mode` of `np.convolve` is \"full\", \"same\" or \"valid\"") }
          a, v = array(a), array(v)
          if a.ndim != 1 or v.ndim != 1 or len(a) * len(v) == 0 { error("`np.convolve` takes two vectors that are not empty") }
          if len(a) < len(v) { a, v = v, a }
          whole = pad(a, len(v) - 1) if mode != "valid" else a
          sums = conv2d(whole[none, none, none], flip(v, 0)[none, none, none])[0, 0, 0]
          first = (len(v) - 1) // 2
          sums[first:first + len(a)] if mode == "same" else sums
        }
        fn array_of_file(path, delimiter=none, skip_header=0, skiprows=0, dtype="float64") =
          tensor(load(path, separator=delimiter, skip=max(skip_header, skiprows), header=false), dtype=dtype)

        class opened(path, mode, encoding, text) {
          place = 0
          fn check(letter) {
            if mode == letter or letter == "w" and mode == "a" { return none }
            error("\"{path}\" is open for " + ("reading" if mode == "r" else "writing") + ": `open(path, \"{letter}\")` opens it for the other")
          }
          fn read(size=none) {
            self.check("r")
            rest = text[place:] if size == none else text[place:place + size]
            self.place += len(rest)
            rest
          }
          fn readline() {
            self.check("r")
            end = text[place:].find("\n")
            self.read(none if end < 0 else end + 1)
          }
          fn readlines() {
            *ended, last = self.read().split("\n")
            lines = [line + "\n" for line in ended]
            if last != "" { lines.append(last) }
            lines
          }
          fn iterate() = self.readlines()
          fn write(part) {
            self.check("w")
            save(part, path, append=true)
          }
          fn writelines(parts) = self.write("".join(parts))
          fn flush() = none
          fn enter() = self
          fn exit() = none
          fn close() = none
          fn show() = "file \"{path}\", open for " + ("reading" if mode == "r" else "writing")
        }
        fn open_file(path, mode="r", encoding=none, newline=none, overwrite=false) {
          if "b" in mode { error("`open` reads and writes text: `load` reads data of any format, and `save` writes it") }
          kind = mode.replace("t", "")
          if not kind in ["r", "w", "a"] { error("a file is opened to read, \"r\", to write, \"w\", or to write at its end, \"a\"") }
          if kind == "w" { save("", path, overwrite=overwrite) }
          opened(path, kind, encoding, read(path, encoding=encoding) if kind == "r" else "")
        }
        fn json_load(file) = from_json(file.read())
        fn bytes_of(values, encoding="utf-8") = encode(values) if isinstance(values, str) else values

        fn partial(f, *first, **options) = fn(*rest, **others) { f(*first, *rest, **options, **others) }
        fn reduce(f, values, initial=none) {
          total, rest = initial, list(values)
          if initial == none {
            if len(rest) == 0 { error("`reduce` of nothing needs a value to begin with: `reduce(f, xs, 0)`") }
            total, rest = rest[0], rest[1:]
          }
          for v in rest { total = f(total, v) }
          total
        }
        fn check_rows(count, word) {
          if count > 10000000 { error("`itertools.{word}` has {count:.0f} results here: go through them in a loop of your own") }
        }
        fn product_of(*lists, repeat=1) {
          check_rows(prod([len(list(values)) for values in lists] + [1]) ** repeat, "product")
          rows = [[]]
          for i in range(repeat) { for values in lists { rows = [[*row, v] for row in rows for v in values] } }
          rows
        }
        fn chain(*lists) = [v for values in lists for v in values]
        fn combinations(values, r) {
          values = list(values)
          count = 1
          for i in range(r) {
            count *= (len(values) - i) / (i + 1)
            check_rows(count, "combinations")
          }
          rows = [[]]
          for i in range(r) { rows = [[*row, j] for row in rows for j in range(row[-1] + 1 if len(row) > 0 else 0, len(values))] }
          [[values[i] for i in row] for row in rows]
        }

        fn apply_to(values, f, axis=0) {
          if type(values) == "record" { return {[k]=f(v) for k, v in values} }
          if type(values) == "table" and (axis == 0 or axis == "index") {
            found = {[name]=f(values[name]) for name in values.columns}
            return table(found) if len(found) > 0 and all([isinstance(v, list) or type(v) == "tensor" and v.ndim > 0 for k, v in found]) else found
          }
          gaps = isinstance(values, list) and any(isna(values)) and all([isinstance(v, (int, float)) for v in dropna(values)])
          [f(v) if not gaps or v != none else applied_to_gap(f) for v in values]
        }
        # In pandas a gap among numbers is nan, which computing with goes on.
        fn applied_to_gap(f) {
          try { return f(none) } catch problem { }
          result = f(nan)
          none if isinstance(result, float) and any(isna([result])) else result
        }
        fn with_columns(data, **columns) {
          for name, values in columns { data[name] = values(data) if type(values) == "function" else values }
          data
        }
        fn matrix_of(data) = data.values
        fn mixed(n, seed) = shuffle(list(range(n)), seed=seed)
        fn train_test_split(*arrays, test_size=none, train_size=none, random_state=none, shuffle=true, stratify=none) {
          if len(arrays) == 0 { error("`train_test_split` needs what to split: `train_test_split(x, y, test_size=0.2)`") }
          n = len(arrays[0])
          for values in arrays { if len(values) != n { error("`train_test_split` got {n} and {len(values)} examples") } }
          trains = none if train_size == none else (floor(train_size * n) if train_size < 1 else train_size)
          if test_size == none { test_size = 0.25 if trains == none else n - trains }
          tests = ceil(test_size * n) if test_size < 1 and test_size != 0 else test_size
          if tests < 0 or tests > n { error("`test_size` is a share below 1 or a number up to {n}, the number of examples") }
          if trains == none { trains = n - tests }
          if trains < 0 or trains + tests > n { error("`train_size` and `test_size` are {trains} and {tests} examples, and there are {n}") }
          order = mixed(n, random_state) if shuffle else list(range(n))
          if stratify == none { picks = [order[:trains], order[n - tests:]] } else {
            if len(stratify) != n { error("`stratify` has a class for each of the {n} examples, and got {len(stratify)}") }
            # What is in neither part goes first.
            used = order if trains + tests == n else by_class(order, list(stratify), trains + tests)[1]
            picks = by_class(used, list(stratify), tests)
          }
          [rows_of(values, picked) for values in arrays for picked in picks]
        }
        fn by_class(order, classes, tests) {
          members = {}
          for i in order {
            if not classes[i] in members { members[classes[i]] = [] }
            members[classes[i]].append(i)
          }
          shares = {[c]=len(own) * tests / len(order) for c, own in members}
          fewest = {[c]=floor(share) for c, share in shares}
          rest = tests - sum([0, *[count for c, count in fewest]])
          larger = sort([c for c, share in shares], by=c -> fewest[c] - shares[c])[:rest]
          for c in larger { fewest[c] += 1 }
          picked = set([i for c, own in members for i in own[:fewest[c]]])
          [[i for i in order if not i in picked], [i for i in order if i in picked]]
        }
        fn rows_of(values, picked) = [values[i] for i in picked] if isinstance(values, list) else values[picked]
        class scaler() {
          mean_, scale_ = none, none
          fn fit(x, y=none) {
            x = tensor(x)
            self.mean_ = mean(x, axis=0)
            deviation = std(x, axis=0, correction=0)
            self.scale_ = where(deviation == 0, 1, deviation)
            self
          }
          fn transform(x) {
            if mean_ == none { error("the scaler knows no data yet: `scaler.fit(x)`, or `scaler.fit_transform(x)`") }
            (tensor(x) - mean_) / scale_
          }
          fn fit_transform(x, y=none) = self.fit(x).transform(x)
          fn inverse_transform(x) = tensor(x) * scale_ + mean_
        }

        fn without_bar(values, **options) = values
        fn is_there(*device) = false
        fn device_name(name, index=0) {
          if name != "cpu" { error("everything runs on this machine's processor: write torch.device(\"cpu\")") }
          name
        }

        fn random_int(low, high) = randint(low, high + 1)
        fn random_sample(values, k) = choice(list(values), k, replace=false)

        fn info_of(data) {
          kinds = data.dtypes
          table([{column=name, count=len(dropna(data[name])), dtype=kinds[name]} for name in data.columns])
        }
        fn nunique_of(values) {
          if type(values) == "table" { return {[name]=nunique_of(values[name]) for name in values.columns} }
          len(unique(dropna(list(values))))
        }
        fn agg_of(data, func) {
          if type(data) == "table" {
            each = func if type(func) == "record" else {[name]=func for name in (numbers_in(data) if needs_numbers(func) else data.columns)}
            for name, word in each { if not name in data.columns { error("the table has no column `{name}`") } }
            found = {[name]=agg_of(data[name], word) for name, word in each}
            if not any([isinstance(word, list) for name, word in each]) { return found }
            words = in_order_of_appearance([name_of_figure(w) for name, word in each for w in key_list(word)])
            return table([{figure=w, **{[name]=figures.get(w, none) for name, figures in found}} for w in words])
          }
          if isinstance(func, list) { return {[name_of_figure(word)]=agg_of(data, word) for word in func} }
          word = figure_word(func)
          if not isinstance(word, str) { return word(data) }
          if word == "size" { return len(data) }
          if needs_numbers(word) and table({x=list(data)}).dtypes.x in ["string", "mixed"] { error("texts have no \"{word}\"") }
          group(table({x=list(data), one=[1] * len(data)}), "one", how={x=word}).x[0]
        }
        # Whether one of the figures is of numbers alone.
        fn needs_numbers(how) = any([figure_word(word) in ["mean", "sum", "median", "std", "var", "sem"] for word in (how if isinstance(how, list) else [how])])

        fn names_in(folder=".") = [basename(path) for path in files(folder)]
        fn folder(path, mode=none, exist_ok=false) = make_folder(path)
        fn is_folder(path) = exists(path + "/")
        fn is_file(path) = exists(path) and not exists(path + "/")
        """#
}
