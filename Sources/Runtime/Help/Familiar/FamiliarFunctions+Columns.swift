extension FamiliarFunctions {
    /// Methods of columns, of the records of their figures, and of tables of pandas that dls has no words for.
    static let columnFunctions = #"""
        # Records that stand for a Series: figures by their names.
        fn values_in(figures) = [v for k, v in figures]
        fn largest_in(figures) = figure_of(values_in(figures), "max")
        fn smallest_in(figures) = figure_of(values_in(figures), "min")
        fn sum_in(figures) = figure_of(values_in(figures), "sum")
        fn mean_in(figures) = figure_of(values_in(figures), "mean")
        fn median_in(figures) = figure_of(values_in(figures), "median")
        fn std_in(figures) = figure_of(values_in(figures), "std")
        fn rounded_in(figures, decimals=0) = {[k]=rounded([v], decimals)[0] for k, v in figures}
        fn first_in(figures, n=5) = {[k]=figures[k] for k in keys(figures)[:n]}
        fn last_in(figures, n=5) = {[k]=figures[k] for k in keys(figures)[-n:]}
        # `ax=axes[0]` of pandas draws there.
        fn plot_on(ax, kind, x, series, options) {
          for name, values in series {
            label = name if name != "" and len(series) > 1 else none
            if kind == "line" { ax.plot(x, values, label=label) }
            else if kind == "scatter" { ax.scatter(x, values, label=label) }
            else if kind == "bar" { ax.bar(x, values, label=label) }
            else if kind == "hist" or kind == "histogram" { ax.hist(present_of(values), bins=options.get("bins", 10), label=label) }
            else if kind != "box" { error("`ax=` takes kind=\"line\", \"scatter\", \"bar\", \"hist\" or \"box\"") }
          }
          if kind == "box" { ax.boxplot([present_of(values) for name, values in series], labels=[name for name, values in series]) }
          for word, method in ({title=ax.set_title, xlabel=ax.set_xlabel, ylabel=ax.set_ylabel, xlim=ax.set_xlim, ylim=ax.set_ylim}) {
            if word in options { method(options[word]) }
          }
          ax
        }
        fn plot_column(values, *rest, ax=none, kind="line", **options) {
          if ax == none { plot(values, *rest, kind=kind, **options) } else { plot_on(ax, kind, list(range(len(values))), {[""]=list(values)}, options) }
        }
        fn drawn_boxes(data, column=none, by=none, ax=none, **options) {
          names = numbers_in(data) if column == none else key_list(column)
          if by != none and len(names) != 1 { error("`boxplot` with `by` draws one column: `t.boxplot(column=\"x\", by=\"a\")`") }
          series = {[name]=data[name] for name in names} if by == none else {[f"{key}"]=part[names[0]] for key, part in grouped(data, by, none, false).parts()}
          if len(series) == 0 { error("the table has no column of numbers") }
          if ax != none { return plot_on(ax, "box", none, series, options) }
          plot([present_of(values) for name, values in series], kind="box", labels=[name for name, values in series], **options)
        }
        fn plot_in(figures, *rest, kind="line", ax=none, **options) {
          if ax != none { return plot_on(ax, kind, [f"{k}" for k in figures] if kind == "bar" else list(range(len(figures))), {[""]=values_in(figures)}, options) }
          if len(rest) == 0 and len(figures) > 0 and all([isinstance(v, (int, float)) for k, v in figures]) { bars_of(figures, kind, options) } else { plot(figures, *rest, kind=kind, **options) }
        }
        fn plot_table(data, *rest, kind="line", x=none, y=none, ax=none, **options) {
          heads = data.columns
          drawn = key_list(y) if y != none else []
          if ax != none {
            names = drawn if y != none else [name for name in numbers_in(data) if name != x]
            return plot_on(ax, kind, list(range(len(data))) if x == none else data[x], {[name]=data[name] for name in names}, options)
          }
          if len(rest) == 0 and (x in heads or len(drawn) > 0 and all([name in heads for name in drawn])) {
            return plot_columns(data, kind, x, drawn, options)
          }
          if x != none { options["x"] = x }
          if y != none { options["y"] = y }
          if kind != "bar" or len(rest) > 0 or len(data) == 0 or not all([isinstance(v, str) for v in data[heads[0]]]) {
            return plot(data, *rest, kind=kind, **options)
          }
          plot(data[heads[0]], {[name]=data[name] for name in numbers_in(data)}, kind=kind, **options)
        }
        # `x` and `y` of pandas are columns.
        fn plot_columns(data, kind, x, drawn, options) {
          if x != none and not x in data.columns { error("the table has no column `{x}`") }
          for name in drawn { if not name in data.columns { error("the table has no column `{name}`") } }
          names = [name for name in numbers_in(data) if name != x] if len(drawn) == 0 else drawn
          if len(names) == 0 { error("the table has no other column of numbers to draw") }
          if kind in ["hist", "histogram", "box"] { return plot([present_of(data[name]) for name in names], kind=kind, labels=names, **options) }
          if x != none { options = {x=x, **options} }
          if len(names) == 1 { options = {y=names[0], **options} }
          plot(list(range(len(data))) if x == none else data[x], data[names[0]] if len(names) == 1 else {[name]=data[name] for name in names}, kind=kind, **options)
        }
        # What is missing stays so, and the rest goes on behind it.
        fn running(values, combine) {
          if type(values) == "record" { return {[k]=v for k, v in zip(keys(values), running(values_in(values), combine))} }
          found, last = [], none
          for v in list(values) {
            if any(isna([v])) { found.append(none) } else {
              last = v if last == none else combine(last, v)
              found.append(last)
            }
          }
          found
        }
        fn running_sum_of(values) = running(values, (a, b) -> a + b)
        fn running_product_of(values) = running(values, (a, b) -> a * b)
        fn running_max_of(values) = running(values, (a, b) -> b if b > a else a)
        fn running_min_of(values) = running(values, (a, b) -> b if b < a else a)
        fn drawn_histogram(data, column=none, by=none, bins=10, **looks) {
          if by != none { error("`hist` has no `by`: `for key, part in t.groupby(\"{by}\") { part.x.hist() }` draws a histogram of each group") }
          if type(data) != "table" { return plot(present_of(data), kind="histogram", bins=bins) }
          names = numbers_in(data) if column == none else key_list(column)
          if len(names) == 0 { error("the table has no column of numbers") }
          figures = [plot(present_of(data[name]), kind="histogram", bins=bins, title=name) for name in names]
          width = ceil(sqrt(len(figures)))
          if len(figures) == 1 { figures[0] } else { grid([figures[i:i + width] for i in range(0, len(figures), width)]) }
        }
        fn sort_in(figures, ascending=true) {
          found = sort(items(figures), by=pair -> pair[1], descending=not ascending)
          {[k]=v for k, v in found}
        }
        fn sort_index(data, ascending=true, inplace=false) {
          refuse_inplace(inplace, "sort_index")
          if type(data) != "record" { error("rows have numbers alone: `t.sort_values(\"column\")` sorts them") }
          found = sort(items(data), by=pair -> pair[0], descending=not ascending)
          {[k]=v for k, v in found}
        }
        fn refuse_inplace(inplace, name) { if inplace { error("`{name}` gives another table: write `t = t.{name}(...)`, without `inplace`") } }
        fn to_dict(data, orient="dict") {
          if type(data) == "record" { return data }
          if type(data) != "table" { return {[i]=v for i, v in enumerate(data)} }
          if orient == "records" { return [row for row in data] }
          if orient == "list" { return {[name]=list(data[name]) for name in data.columns} }
          if orient != "dict" { error("`orient` of `to_dict` is \"dict\", \"list\" or \"records\"") }
          {[name]={[i]=v for i, v in enumerate(data[name])} for name in data.columns}
        }
        fn place_of_extreme(values, largest) {
          if type(values) == "record" { return keys(values)[place_of_extreme(values_in(values), largest)] }
          values = list(values)
          places = [i for i in range(len(values)) if not any(isna([values[i]]))]
          if len(places) == 0 { error("nothing is there of which to find the place") }
          own = [values[i] for i in places]
          places[argmax(own) if largest else argmin(own)]
        }
        fn place_of_largest(values) = place_of_extreme(values, true)
        fn place_of_smallest(values) = place_of_extreme(values, false)
        # Methods of columns.
        fn only_value(values) {
          if len(values) != 1 { error("`item` takes a column of one value, and this one has {len(values)}") }
          list(values)[0]
        }
        fn kept_values(values, condition, other=none) {
          others = list(other) if isinstance(other, list) or type(other) == "tensor" and other.ndim > 0 else [other] * len(values)
          [v if c else o for v, c, o in zip(list(values), list(condition), others)]
        }
        fn masked_values(values, condition, other=none) = kept_values(values, [not c for c in condition], other)
        fn shifted(values, periods=1, fill_value=none) {
          values = list(values)
          [values[i - periods] if 0 <= i - periods and i - periods < len(values) else fill_value for i in range(len(values))]
        }
        fn relative_changes(values, periods=1) {
          earlier = shifted(values, periods)
          [none if any(isna([v, e])) else v / e - 1 for v, e in zip(list(values), earlier)]
        }
        fn ranks_of(values, method="average", ascending=true) {
          if not method in ["average", "min", "max", "first", "dense"] { error("`method` of `rank` is \"average\", \"min\", \"max\", \"first\" or \"dense\"") }
          column_ranks(values, method, ascending)
        }
        fn replaced(values, to_replace, value=none, inplace=false) {
          refuse_inplace(inplace, "replace")
          if type(values) == "table" {
            return table({[name]=replaced(values[name], to_replace, value) for name in values.columns})
          }
          news = to_replace if type(to_replace) == "record" else {}
          if type(to_replace) != "record" {
            olds = to_replace if isinstance(to_replace, list) else [to_replace]
            each = value if isinstance(value, list) else [value] * len(olds)
            for old, new in zip(olds, each) { news[old] = new }
          }
          [news[v] if v in news else v for v in list(values)]
        }
        fn in_order_of_appearance(values) {
          seen = set()
          found = []
          for v in list(values) { if not v in seen { seen.add(v); found.append(v) } }
          found
        }
        class windows(values, size, least, ahead=0) {
          fn each(how) {
            if type(values) == "table" { return table({[name]=windows(values[name], size, least, ahead).each(how) for name in numbers_in(values)}) }
            word = figure_word(how)
            if isinstance(word, str) { return column_of(window_figures(values, size, least, word, ahead)) }
            own = list(values)
            column_of([self.one(present_of(own[max([0, i + 1 + ahead - size]):i + 1 + ahead]), how) for i in range(len(own))])
          }
          fn one(own, how) = none if len(own) < least else how(own)
          fn mean() = self.each("mean")
          fn sum() = self.each("sum")
          fn min() = self.each("min")
          fn max() = self.each("max")
          fn std() = self.each("std")
          fn var() = self.each("var")
          fn median() = self.each("median")
          fn count() = self.each("count")
          fn apply(func, raw=false) = self.each(func)
          fn agg(func) {
            word = figure_word(func)
            if isinstance(word, str) and not word in ["mean", "sum", "min", "max", "std", "var", "median", "count"] { error("windows have no figure \"{word}\": mean, sum, min, max, std, var, median and count, or a function") }
            self.each(word)
          }
          fn show() = "windows of {size}: `.mean()`, `.sum()`, `.max()`"
        }
        fn column_of(values) = table({x=list(values)}).x
        fn rolling_of(values, window, min_periods=none, center=false) {
          if not isinstance(window, int) or window < 1 { error("`rolling` takes a number of rows, `rolling(7)`: rows have numbers and no dates") }
          windows(values, window, window if min_periods == none else min_periods, (window - 1) // 2 if center else 0)
        }
        fn expanding_of(values, min_periods=1) = windows(values, max([1, len(values)]), min_periods)
        # Of pandas' `ewm`: the weights go on over what is missing.
        class decaying(values, alpha, adjust, least) {
          fn mean() {
            if type(values) == "table" { return table({[name]=decaying(values[name], alpha, adjust, least).mean() for name in numbers_in(values)}) }
            found, average, weight, seen = [], none, 1, 0
            for v in list(values) {
              here = not any(isna([v]))
              if average != none { weight *= 1 - alpha }
              if here {
                seen += 1
                new = 1 if adjust else alpha
                if average == none { average = v } else {
                  average = (weight * average + new * v) / (weight + new)
                  weight = weight + new if adjust else 1
                }
              }
              found.append(average if seen >= least else none)
            }
            column_of(found)
          }
          fn get_field(word) { error("`ewm` has `.mean()` alone: `rolling(n)` and `expanding()` have other figures") }
          fn show() = "an average whose weights decay: `.mean()`"
        }
        fn ewm_of(values, com=none, span=none, halflife=none, alpha=none, min_periods=0, adjust=true) {
          given = [share for share in [none if com == none else 1 / (1 + com), none if span == none else 2 / (span + 1), none if halflife == none else 1 - 0.5 ** (1 / halflife), alpha] if share != none]
          if len(given) != 1 or given[0] <= 0 or given[0] > 1 { error("`ewm` takes one of `span` of at least 1, `com` or `halflife` of at least 0, and `alpha` above 0 and up to 1") }
          decaying(values, given[0], adjust, max([1, min_periods]))
        }
        fn to_numeric(values, errors="raise") {
          if not errors in ["raise", "coerce"] { error("`errors` of `pd.to_numeric` is \"raise\" or \"coerce\"") }
          [number_of(v, errors) for v in list(values)]
        }
        fn number_of(v, errors) {
          if v == none or isinstance(v, (int, float)) { return v }
          try { float(v) } catch e {
            if errors == "raise" { error("`pd.to_numeric` got {v}, which is not a number: errors=\"coerce\" leaves it out") }
            none
          }
        }
        # What is there before or behind each gap.
        fn filled_forward(values, limit=none) {
          if type(values) == "table" { return table({[name]=filled_forward(values[name], limit) for name in values.columns}) }
          last, count = none, 0
          found = []
          for v in list(values) {
            gap = any(isna([v]))
            count = count + 1 if gap else 0
            if not gap { last = v }
            found.append(last if not gap or limit == none or count <= limit else none)
          }
          found
        }
        fn filled_backward(values, limit=none) {
          if type(values) == "table" { return table({[name]=filled_backward(values[name], limit) for name in values.columns}) }
          list(reversed(filled_forward(list(reversed(list(values))), limit)))
        }
        # Gaps between two values get what is on the line between them; those at the end the last value, as in pandas.
        fn interpolated(values, method="linear") {
          if method != "linear" { error("`interpolate` of a column is linear: `ffill()` and `bfill()` take the value beside a gap") }
          values = list(values)
          known = [i for i in range(len(values)) if not any(isna([values[i]]))]
          found = [v for v in values]
          for k, i in enumerate(known) {
            next = known[k + 1] if k + 1 < len(known) else none
            for j in range(i + 1, len(values) if next == none else next) {
              found[j] = values[i] if next == none else values[i] + (values[next] - values[i]) * (j - i) / (next - i)
            }
          }
          found
        }
        fn melted(frame, id_vars=none, value_vars=none, var_name="variable", value_name="value") {
          ids = [] if id_vars == none else key_list(id_vars)
          names = [name for name in frame.columns if not name in ids] if value_vars == none else key_list(value_vars)
          cells = {[id]=[v for name in names for v in frame[id]] for id in ids}
          cells[var_name] = [name for name in names for i in range(len(frame))]
          cells[value_name] = [v for name in names for v in frame[name]]
          table(cells)
        }
        fn quantile_cut(x, q, labels=none) {
          shares = linspace(0, 1, q + 1, dtype="float64") if isinstance(q, int) else array(q)
          edges = [float(v) for v in quantile(array(present_of(x)), shares)]
          for i in range(len(edges) - 1) { if edges[i] == edges[i + 1] { error("`pd.qcut` got edges that are equal, {edges}: fewer intervals, or `pd.cut`") } }
          if labels == none {
            edge = v -> f"{round(v, 3)}"
            # The least is inside.
            labels = [f"({edge(edges[i] - 0.001 if i == 0 else edges[i])}, {edge(edges[i + 1])}]" for i in range(len(edges) - 1)]
          }
          cut_of(x, edges, labels=labels, include_lowest=true)
        }
        fn mapped_values(values, f, na_action=none) {
          if type(f) == "record" { return [f[v] if v in f else none for v in list(values)] }
          apply_to(values, f)
        }
        fn cov_of(data) {
          names = numbers_in(data)
          rows = []
          for name in names {
            row = {column=name}
            for other in names {
              pairs = [[float(x), float(y)] for x, y in zip(data[name], data[other]) if not any(isna([x, y]))]
              row[other] = nan if len(pairs) < 2 else cov(array(pairs).T)[0, 1]
            }
            rows.append(row)
          }
          table(rows)
        }
        # Tables.
        fn rows_with_numbers(data) = [[i, row] for i, row in enumerate(data)]
        fn rows_alone(data, index=false, name=none) = [row for row in data]
        fn drop_duplicates(data, subset=none, keep="first", inplace=false) {
          refuse_inplace(inplace, "drop_duplicates")
          if type(data) != "table" { return [v for v, again in zip(list(data), list(duplicated(data, keep=keep))) if not again] }
          data[~duplicated(data, subset=subset, keep=keep)]
        }
        fn key_list(names) = names if isinstance(names, list) else [names]
        fn merge_tables(left, right, how="inner", on=none, left_on=none, right_on=none, suffixes=["_x", "_y"]) {
          # Files of kept runs
          if isinstance(right, str) or isinstance(right, list) { return merge(left, right) if how == "inner" else merge(left, right, how) }
          keys_left = key_list(on if on != none else (left_on if left_on != none else [name for name in left.columns if name in right.columns]))
          keys_right = key_list(right_on) if right_on != none and on == none else keys_left
          if len(keys_left) == 0 or len(keys_left) != len(keys_right) { error("`merge` needs the columns that both tables have: `a.merge(b, on=\"id\")`") }
          if not how in ["inner", "left", "right", "outer"] { error("`how` of `merge` is \"inner\", \"left\", \"right\" or \"outer\"") }
          for name in keys_left { if not name in left.columns { error("the table has no column `{name}` to merge on") } }
          for name in keys_right { if not name in right.columns { error("the other table has no column `{name}` to merge on") } }
          shared = [name for name in left.columns if name in right.columns and not name in keys_left and not name in keys_right]
          for name in shared {
            left = rename(left, {[name]=name + suffixes[0]})
            right = rename(right, {[name]=name + suffixes[1]})
          }
          for i in range(len(keys_left)) {
            if keys_left[i] != keys_right[i] { right[keys_left[i]] = right[keys_right[i]] }
          }
          if how != "right" { return join(left, right, on=keys_left, how=how) }
          found = join(right, left, on=keys_left, how="left")
          found[[*left.columns, *[name for name in right.columns if not name in left.columns]]]
        }
        fn pivot_table(data, values=none, index=none, columns=none, aggfunc="mean", fill_value=none, margins=false, margins_name="All") {
          if index == none { error("`pivot_table` takes columns for the rows: `t.pivot_table(values=\"x\", index=\"a\", columns=\"b\")`") }
          by = key_list(index)
          over = [] if columns == none else key_list(columns)
          if len(over) > 1 { error("`pivot_table` takes one column for the columns: join two by `t[\"ab\"] = t.a + t.b` first") }
          for name in [*by, *over] { if not name in data.columns { error("the table has no column `{name}`") } }
          own = with_columns(data.dropna([*by, *over]), **{[whole_key]=1})
          words = aggfunc if type(aggfunc) == "record" else {[name]=aggfunc for name in (key_list(values) if values != none else [name for name in numbers_in(data) if not name in by and not name in over])}
          for name, word in words { if not name in data.columns { error("the table has no column `{name}`") } }
          rows = keys_sorted([[row[name] for name in by] for row in own[by]])
          heads = keys_sorted(own[over[0]]) if len(over) == 1 else []
          cells = {[by[i]]=[row[i] for row in rows] for i in range(len(by))}
          if margins { for i in range(len(by)) { cells[by[i]].append(margins_name if i == 0 else "") } }
          parts = [[name, word, [name] if len(words) > 1 or len(over) == 0 else [], [name_of_figure(word)] if isinstance(each, list) else []] for name, each in words for word in (each if isinstance(each, list) else [each])]
          for name, word, first, second in parts {
            for head in [*heads, *([none] if len(over) == 0 or margins else [])] {
              # Of all columns: those of the margin.
              own_over = [] if head == none else over
              own_key = [] if head == none else [head]
              found = pivot_figures(own, [*by, *own_over], name, word)
              column = [found.get([*row, *own_key], fill_value) for row in rows]
              if margins { column.append(pivot_figures(own, [whole_key, *own_over], name, word).get([1, *own_key], fill_value)) }
              title = [margins_name if head == none else f"{head}"] if len(over) == 1 else []
              cells["_".join([*first, *second, *title])] = column
            }
          }
          table(cells)
        }
        whole_key = "all rows of the table"
        fn pivot_figures(data, by, name, word) {
          found = grouped(data, by, name, false).agg(word)
          found.loc if isinstance(found, group_figures) else {}
        }
        fn pivoted(data, index=none, columns=none, values=none) {
          if index == none or columns == none or not isinstance(values, str) { error("`pivot` takes a column for each of three: `t.pivot(index=\"a\", columns=\"b\", values=\"x\")`") }
          if any(list(duplicated(data, subset=[*key_list(index), columns]))) { error("`pivot` got two rows for one cell: `t.pivot_table(values=\"{values}\", index=..., columns=\"{columns}\")` gives their mean") }
          pivot_table(data, values=values, index=index, columns=columns, aggfunc="first")
        }
        fn keys_sorted(values) {
          own = in_order_of_appearance(present_of(values))
          try { sort(own) } catch e { own }
        }
        fn crosstab(index, columns) {
          rows, heads = keys_sorted(index), keys_sorted(columns)
          found = counts([[a, b] for a, b in zip(list(index), list(columns))])
          cells = {row=rows}
          for head in heads { cells[f"{head}"] = [found.get([row, head], 0) for row in rows] }
          table(cells)
        }
        fn select_dtypes(data, include=none, exclude=none) {
          kinds = data.dtypes
          words = {number=["int64", "float64"], int=["int64"], float=["float64"], object=["string", "mixed"], category=["string"]}
          fn chosen(wanted) = [k for w in key_list(wanted) for k in words.get(w if isinstance(w, str) else "number", [w])]
          names = data.columns if include == none else [name for name in data.columns if kinds[name] in chosen(include)]
          data[names if exclude == none else [name for name in names if not kinds[name] in chosen(exclude)]]
        }
        fn dummies_of(data, columns=none, prefix=none, drop_first=false, dtype=none) {
          if type(data) != "table" {
            found = get_dummies(table({x=list(data)}), columns=["x"], drop_first=drop_first)
            return rename(found, {[name]=(name[2:] if prefix == none else prefix + name[1:]) for name in found.columns})
          }
          found = get_dummies(data, columns=columns, drop_first=drop_first)
          # As in pandas, the columns that stay come first.
          kept = [name for name in found.columns if name in data.columns]
          found = found[kept + [name for name in found.columns if not name in kept]]
          if prefix == none { return found }
          chosen = key_list(columns)
          prefixes = key_list(prefix)
          if columns == none or len(chosen) != len(prefixes) { error("`prefix` of `get_dummies` is a text for each of the `columns`") }
          for old, new in zip(chosen, prefixes) {
            found = rename(found, {[name]=new + name[len(old):] for name in found.columns if not name in data.columns and name.startswith(old + "_")})
          }
          found
        }
        fn typed(values, dtype) {
          values = list(values)
          word = dtype if isinstance(dtype, str) else none
          if word == "str" or word == "string" or word == "object" or dtype == str { return [str(v) for v in values] }
          if word == "category" { return values }
          if dtype == bool or word == "bool" { return [v == true or v == 1 if not isinstance(v, str) else v != "" for v in values] }
          isWhole = dtype == int or word != none and word.startswith("int")
          if not isWhole and dtype != float and (word == none or not word.startswith("float")) { return cast(array(values), dtype) }
          if isWhole and any(isna(values)) { error("a column in which something is missing has no whole numbers: `fillna` or `dropna` first") }
          [none if any(isna([v])) else (int(float(v)) if isWhole else float(v)) for v in values]
        }
        fn typed_table(data, dtype) {
          kinds = dtype if type(dtype) == "record" else {[name]=dtype for name in data.columns}
          for name, kind in kinds { if not name in data.columns { error("the table has no column `{name}`") } }
          with_columns(data, **{[name]=typed(data[name], kind) for name, kind in kinds})
        }
        fn dropped(data, *labels, columns=none, axis=none, index=none, inplace=false, errors="raise") {
          refuse_inplace(inplace, "drop")
          names = labels[0] if len(labels) == 1 and isinstance(labels[0], list) else labels
          rows = index if index != none else (names if len(names) > 0 and all([isinstance(v, (int, float)) for v in names]) else none)
          if rows == none { return drop(data, columns if columns != none else names) }
          gone = set(key_list(rows))
          for i in gone { if i < 0 or i >= len(data) { error("there is no row {i} to leave out of {len(data)}") } }
          data[[i for i in range(len(data)) if not i in gone]]
        }
        fn numbered_anew(data, drop=false, inplace=false) {
          refuse_inplace(inplace, "reset_index")
          if type(data) != "record" { return data }
          table([{index=k, value=v} for k, v in data])
        }
        fn concat_tables(tables, axis=0, ignore_index=false) {
          tables = list(tables)
          if len(tables) > 0 and type(tables[0]) != "table" {
            if axis == 1 or axis == "columns" { error("columns are joined by a table: `pd.DataFrame`") }
            return [v for values in tables for v in values]
          }
          names = []
          if axis == 1 or axis == "columns" {
            for t in tables { for name in t.columns {
              if name in names { error("`pd.concat` along the columns got two of the name `{name}`: `rename` one of them first") }
              names.append(name)
            } }
            return table({[name]=t[name] for t in tables for name in t.columns})
          }
          for t in tables { for name in t.columns { if not name in names { names.append(name) } } }
          table({[name]=[v for t in tables for v in (t[name] if name in t.columns else [none] * len(t))] for name in names})
        }
        fn read_csv(path, sep=none, header="infer", na_values=none, names=none, usecols=none, index_col=none, skiprows=0, delimiter=none, nrows=none, decimal=".", thousands=none, encoding=none, engine=none, low_memory=none) {
          if index_col != none and type(index_col) != "boolean" { error("rows have numbers alone: leave `index_col` out, and the column stays one; `t.drop(columns=[...])` leaves it out") }
          if skiprows != 0 and not isinstance(skiprows, int) { error("`skiprows` of `pd.read_csv` is how many lines to leave out at the start") }
          named = header == true or type(header) == "number"
          if type(header) == "number" { skiprows += header }
          data = load(path, separator=delimiter if sep == none else sep, header=(none if names == none else false) if header == "infer" else named, missing=na_values, skip=skiprows, text=true, decimal=decimal, thousands=thousands)
          if names != none {
            if len(names) != len(data.columns) { error("the file has {len(data.columns)} columns, and `names` has {len(names)}") }
            data = rename(data, {[data.columns[i]]=names[i] for i in range(len(names))})
          }
          if nrows != none { data = data[:nrows] }
          if usecols == none { return data }
          if type(usecols) == "function" { return data[[name for name in data.columns if usecols(name)]] }
          chosen = data[[data.columns[c] if isinstance(c, int) else c for c in usecols]].columns
          data[[name for name in data.columns if name in chosen]]
        }
        fn sort_values(data, by=none, ascending=true, inplace=false) {
          refuse_inplace(inplace, "sort_values")
          if type(data) == "record" { return sort_in(data, ascending) }
          if type(data) != "table" { return sort(list(data), descending=not (ascending if by == none else by)) }
          if by == none { error("`sort_values` needs a column: `t.sort_values(\"x\")`") }
          if not isinstance(ascending, list) { return sort(data, by=by, descending=not ascending) }
          if not isinstance(by, list) or len(by) != len(ascending) { error("`ascending` of `sort_values` is true or false, or a list of them, one for each column") }
          sort(data, by=[by[i] if ascending[i] else "-" + by[i] for i in range(len(by))])
        }
        fn sorted_unique(ar, return_inverse=false, return_counts=false) {
          if not isinstance(ar, list) or len(ar) == 0 or not all([isinstance(v, str) for v in ar]) {
            return unique(array_of(ar), inverse=return_inverse, counts=return_counts)
          }
          values = array(sort(unique(list(ar))))
          if not return_inverse and not return_counts { return values }
          found = counts(ar)
          places = {[v]=i for i, v in enumerate(values)}
          parts = {values=values}
          if return_inverse { parts.inverse = array([places[v] for v in ar], dtype="int64") }
          if return_counts { parts.counts = array([found[v] for v in values], dtype="int64") }
          parts
        }
        fn is_in(values, options) {
          if type(values) == "table" { return table({[name]=list(is_in(values[name], options)) for name in values.columns}) }
          are_among(values, options)
        }
        """#
}
