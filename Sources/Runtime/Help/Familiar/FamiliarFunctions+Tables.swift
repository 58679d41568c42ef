extension FamiliarFunctions {
    /// Those of tables and columns, by the words of pandas.
    static let tableFunctions = #"""
        fn data_frame(data=none, columns=none, index=none) {
          if index != none and list(index) != list(range(len(index))) {
            error("rows have numbers alone, from 0: leave `index` out, and put the labels into a column")
          }
          if data == none { return table({[name]=[] for name in (columns if columns != none else [])}) }
          if type(data) == "table" { return data if columns == none else data[columns] }
          if type(data) == "record" {
            sizes = [len(values) for name, values in data if isinstance(values, list) or type(values) == "tensor"]
            size = sizes[0] if len(sizes) > 0 else (1 if index == none else len(index))
            found = table({[name]=(list(values) if isinstance(values, list) or type(values) == "tensor" else [values] * size) for name, values in data})
            return found if columns == none else found[columns]
          }
          rows = list(data)
          if len(rows) > 0 and type(rows[0]) == "record" { return table(rows) if columns == none else table(rows)[columns] }
          rows = [list(row) if isinstance(row, list) or type(row) == "tensor" else [row] for row in rows]
          width = len(rows[0]) if len(rows) > 0 else (0 if columns == none else len(columns))
          names = ["column{i}" for i in range(width)] if columns == none else list(columns)
          if len(names) != width { error("`pd.DataFrame` got {width} columns, and {len(names)} names") }
          for row in rows { if len(row) != width { error("the rows of `pd.DataFrame` have {width} and {len(row)} values") } }
          table({[names[i]]=[row[i] for row in rows] for i in range(width)})
        }
        fn series(data, index=none, name=none) {
          if type(data) == "record" { return data }
          if index != none { return {[index[i]]=data[i] for i in range(len(data))} }
          list(data)
        }
        fn rows_with_largest(data, n=5, columns=none) {
          if type(data) == "record" { return first_in(sort_in(data, false), n) }
          if type(data) != "table" { return sort(present_of(data), descending=true)[:n] }
          if columns == none { error("`nlargest` of a table needs a column: `t.nlargest(2, \"x\")`") }
          sort(data, by=columns, descending=true)[:n]
        }
        fn rows_with_smallest(data, n=5, columns=none) {
          if type(data) == "record" { return first_in(sort_in(data), n) }
          if type(data) != "table" { return sort(present_of(data))[:n] }
          if columns == none { error("`nsmallest` of a table needs a column: `t.nsmallest(2, \"x\")`") }
          sort(data, by=columns)[:n]
        }
        fn numbers_in(data) {
          kinds = data.dtypes
          [name for name in data.columns if kinds[name] in ["int64", "float64", "bool"]]
        }
        fn figures_of(data, how, axis) {
          names = numbers_in(data)
          if len(names) == 0 { error("the table has no column of numbers") }
          if axis == 1 or axis == "columns" { return [how(dropna([row[name] for name in names])) for row in data] }
          {[name]=how(dropna([v for v in data[name]])) for name in names}
        }
        fn mean_of(data, axis=0, numeric_only=true) = figures_of(data, mean, axis)
        fn sum_of(data, axis=0, numeric_only=true) = figures_of(data, sum, axis)
        fn std_of(data, axis=0, numeric_only=true) = figures_of(data, std, axis)
        fn var_of(data, axis=0, numeric_only=true) = figures_of(data, var, axis)
        fn min_of(data, axis=0, numeric_only=true) = figures_of(data, min, axis)
        fn max_of(data, axis=0, numeric_only=true) = figures_of(data, max, axis)
        fn median_of(data, axis=0, numeric_only=true) = figures_of(data, median, axis)
        fn count_of(data) = {[name]=len(dropna(data[name])) for name in data.columns}
        fn correlation(xs, ys) {
          pairs = [[float(x), float(y)] for x, y in zip(xs, ys) if not any(isna([x, y]))]
          if len(pairs) < 2 { nan } else { round(corrcoef(array(pairs).T)[0, 1], 15) }
        }
        fn corr_of(data, other=none, numeric_only=true) {
          if type(data) != "table" {
            if other == none { error("`corr` of a column takes the other one: `t.a.corr(t.b)`") }
            return correlation(list(data), list(other))
          }
          names = numbers_in(data)
          rows = []
          for name in names {
            row = {column=name}
            for other in names { row[other] = correlation(data[name], data[other]) }
            rows.append(row)
          }
          table(rows)
        }
        fn sample_rows(data, n=none, frac=none, random_state=none, replace=false) {
          size = len(data)
          count = n if n != none else (1 if frac == none else round(frac * size))
          if count > size and not replace { error("`sample` of {count} from {size} draws some twice: replace=true allows it") }
          data[[int(i) for i in choice(size, count, replace=replace, seed=random_state)]]
        }
        fn value_counts(values, column=none, normalize=false, dropna=true) {
          if type(values) == "table" {
            if column == none { error("a column is counted: `t.value_counts(\"column\")` or `t.column.value_counts()`") }
            return value_counts(values[column], normalize=normalize, dropna=dropna)
          }
          if column == true { normalize = true }
          found = counts(present_of(values) if dropna else list(values))
          if not normalize { return found }
          total = sum([0, *[n for key, n in found]])
          {[key]=n / total for key, n in found}
        }
        fn present_of(values) = dropna(list(values))
        fn count_in(values, *value) = count(values, *value) if len(value) > 0 else len(present_of(values))
        fn describe_column(values) = {[name]=v for name, v in describe(table({x=list(values)}))[0] if name != "column"}
        fn modes(values) {
          found = items(counts(present_of(values)))
          most = max([0, *[n for v, n in found]])
          sorted([v for v, n in found if n == most])
        }
        fn differences(values, periods=1) {
          values = list(values)
          n = len(values)
          [values[i] - values[i - periods] if 0 <= i - periods and i - periods < n and not any(isna([values[i], values[i - periods]])) else none for i in range(n)]
        }
        fn between(values, left, right, inclusive="both") {
          if not inclusive in ["both", "neither", "left", "right"] { error("`inclusive` of `between` is \"both\", \"neither\", \"left\" or \"right\"") }
          low, high = inclusive in ["both", "left"], inclusive in ["both", "right"]
          array([not any(isna([v])) and (left <= v if low else left < v) and (v <= right if high else v < right) for v in list(values)])
        }
        fn duplicated(values, subset=none, keep="first") {
          if type(values) == "table" {
            names = values.columns if subset == none else subset if isinstance(subset, list) else [subset]
            return duplicated([[row[name] for name in names] for row in values], keep=keep)
          }
          values = list(values)
          if keep == "last" { return flip(duplicated(list(reversed(values)))) }
          if keep == false {
            found = counts(values)
            return array([found[v] > 1 for v in values])
          }
          seen = {}
          marks = []
          for v in values {
            marks.append(v in seen)
            seen[v] = true
          }
          array(marks)
        }
        fn cut_of(x, bins, labels=none, right=true, include_lowest=false) {
          x = list(x)
          if isinstance(bins, int) {
            low, high = min(present_of(x)), max(present_of(x))
            parts = bins
            width = (high - low) / parts
            bins = [low + width * i for i in range(parts + 1)]
            # So that the least is inside, as in pandas.
            if right { bins[0] -= (high - low) * 0.001 } else { bins[-1] += (high - low) * 0.001 }
          }
          bins = list(bins)
          count = len(bins) - 1
          if isinstance(labels, list) and len(labels) != count { error("`pd.cut` makes {count} intervals, and got {len(labels)} labels") }
          names = list(range(count)) if labels == false else labels
          if names == none { names = [("({bins[i]}, {bins[i + 1]}]" if right else "[{bins[i]}, {bins[i + 1]})") for i in range(count)] }
          [cut_one(v, bins, names, right, include_lowest) for v in x]
        }
        fn cut_one(v, bins, names, right, include_lowest) {
          if any(isna([v])) { return none }
          if include_lowest and v == bins[0] { return names[0] }
          for i in range(len(names)) {
            if (bins[i] < v and v <= bins[i + 1]) if right else (bins[i] <= v and v < bins[i + 1]) { return names[i] }
          }
          none
        }
        fn kept_where(input, condition, other) {
          isMask = type(condition) == "tensor" and condition.dtype == "bool" or isinstance(condition, bool)
          if isMask { where(condition, input, other) } else { where(input, condition, other) }
        }
        # Of all elements without an axis, as in NumPy.
        fn summed_up(x, axis=none, dim=none) = running_sum(x, axis=axis if dim == none else dim)
        fn multiplied_up(x, axis=none, dim=none) = running_product(x, axis=axis if dim == none else dim)
        fn as_float(input) = cast(input, "float32")
        fn permuted(x) = permutation(x) if isinstance(x, int) else (array(shuffle(list(x))) if has_words(x) else shuffle(array(x)))
        fn taken(a, indices, axis=none) {
          places = array(indices).long()
          flatten(array(a))[places] if axis == none else select_along(array(a), axis, places)
        }
        """#
}
