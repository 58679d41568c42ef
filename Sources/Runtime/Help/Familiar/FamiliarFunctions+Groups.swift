extension FamiliarFunctions {
    /// Groups of rows, as `groupby` of pandas makes them.
    static let groupFunctions = #"""
        # By the keys, as pandas has them; keys that have no order stay as they come.
        fn in_order(groups, by) { try { sort(groups, by=by) } catch e { groups } }
        # A figure of each group, by the keys of the groups.
        class group_figures(rows, by, name) {
          index = rows[by] if not isinstance(by, list) else [[row[k] for k in by] for row in rows]
          iloc = rows[name]
          values = rows[name].values
          shape = [len_of(rows)]
          size = len_of(rows)
          loc = {[index[i]]=iloc[i] for i in range(len(index))}
          fn get(key) {
            if type(key) == "tensor" { return group_figures(rows[key], by, name) }
            loc[key] if key in loc else rows[key]
          }
          fn changed(figures) = group_figures(with_columns(rows, **{[name]=list(figures)}), by, name)
          fn +(a, b) = figures_among(a, b).changed(operand_of(a) + operand_of(b))
          fn -(a, b) = figures_among(a, b).changed(operand_of(a) - operand_of(b))
          fn *(a, b) = figures_among(a, b).changed(operand_of(a) * operand_of(b))
          fn /(a, b) = figures_among(a, b).changed(operand_of(a) / operand_of(b))
          fn ==(a, b) = operand_of(a) == operand_of(b)
          fn <(a, b) = operand_of(a) < operand_of(b)
          fn >(a, b) = operand_of(a) > operand_of(b)
          fn <=(a, b) = operand_of(a) <= operand_of(b)
          fn >=(a, b) = operand_of(a) >= operand_of(b)
          fn get_field(word) {
            if word in rows.columns { return rows[word] }
            error("the figures of groups have no field or method `{word}`: they have `.index`, `.values`, `.loc[key]`, `.iloc[0]`, `.max()`, `.idxmax()`, `.sort_values()`, `.round(2)`, `.plot()`, and `.reset_index()` gives a table")
          }
          fn len() = len_of(index)
          fn iterate() = list(iloc)
          fn max() = figure_of(iloc, "max")
          fn min() = figure_of(iloc, "min")
          fn sum() = figure_of(iloc, "sum")
          fn mean() = figure_of(iloc, "mean")
          fn median() = figure_of(iloc, "median")
          fn std() = figure_of(iloc, "std")
          fn idxmax() = index[place_of_largest(iloc)]
          fn idxmin() = index[place_of_smallest(iloc)]
          fn tolist() = list(iloc)
          fn to_dict() = loc
          fn items() = [[index[i], iloc[i]] for i in range(len_of(index))]
          fn keys() = list(index)
          fn round(decimals=0) = group_figures(with_columns(rows, **{[name]=rounded(iloc, decimals)}), by, name)
          fn head(n=5) = group_figures(rows[:n], by, name)
          fn sort_index(ascending=true) = group_figures(sort(rows, by=by, descending=not ascending), by, name)
          fn nlargest(n=5) = group_figures(ordered(rows, name, true)[:n], by, name)
          fn nsmallest(n=5) = group_figures(ordered(rows, name, false)[:n], by, name)
          fn sort_values(ascending=true) = group_figures(ordered(rows, name, not ascending), by, name)
          fn reset_index(drop=false, name=none) {
            own = rows[[*keys_in(by), self.name]]
            own if name == none else rename(own, {[self.name]=name})
          }
          fn unstack(level=-1, fill_value=none) {
            if not isinstance(by, list) or len_of(by) != 2 { error("`unstack` makes columns of the second of two keys: `t.groupby([\"a\", \"b\"])[\"x\"].mean().unstack()`") }
            turned = level == 0 or level == by[0]
            pivot_table(rows, values=name, index=by[1 if turned else 0], columns=by[0 if turned else 1], aggfunc="first", fill_value=fill_value)
          }
          fn plot(kind="line", **options) = bars_of(loc, kind, options)
          fn show() = "{rows}"
        }
        fn len_of(values) = len(values)
        fn operand_of(x) = array(x.values) if isinstance(x, group_figures) else x
        fn figures_among(a, b) = a if isinstance(a, group_figures) else b
        fn ordered(rows, name, descending) = sort(rows, by=name, descending=descending)
        fn rounded(values, decimals) = [none if v == none else round(v, decimals) for v in values]
        fn bars_of(figures, kind, options) = plot_in(figures, kind=kind, **options) if options.get("ax") != none else plot([f"{k}" for k in figures], [v for k, v in figures], kind=kind, **options)
        fn figure_of(values, how) {
          own = present_of(values)
          if how == "max" { max(own) } else if how == "min" { min(own) } else if how == "sum" { sum(own) } else if how == "mean" { mean(own) } else if how == "median" { median(own) } else { std(own) }
        }
        fn refuse_texts(name, how) { error("column `{name}` is of texts, which have no {how}: `min`, `max`, `first`, `last`, `count` and `nunique` they have, and `.apply(f)`") }
        fn keys_in(by) = by if isinstance(by, list) else [by]
        class grouped(data, by, columns, keeps) {
          fn get(columns) = grouped(data, by, columns, keeps)
          fn get_field(name) {
            if name in data.columns { return grouped(data, by, name, keeps) }
            error("a grouped has no field `{name}`: it has its columns, figures such as `.mean()`, and `.apply(f)`, `.filter(f)`, `.transform(f)`, `.get_group(key)`")
          }
          # Rows whose key is missing are in no group.
          fn known() = data if keeps else data.dropna(keys_in(by))
          fn rows() = self.known() if columns == none else self.known()[[*keys_in(by), *keys_in(columns)]]
          # Texts have no mean: without a column they are left out, as `numeric_only=True` of pandas does.
          fn figures(how) {
            rows = self.rows()
            kinds = rows.dtypes
            texts = [name for name in rows.columns if kinds[name] in ["string", "mixed"] and not name in keys_in(by)]
            if type(how) == "record" {
              for name, word in how { if name in texts and needs_numbers(word) { refuse_texts(name, word) } }
            } else if needs_numbers(how) {
              if columns != none and len_of(texts) > 0 { refuse_texts(texts[0], how) }
              if columns == none { rows = rows[[name for name in rows.columns if not name in texts]] }
            }
            in_order(group(rows, by, how=how), by)
          }
          fn figure(how, names) {
            if names != none and not isinstance(names, bool) { return grouped(data, by, names, keeps).figures(how) }
            found = self.figures(how)
            group_figures(found, by, columns) if isinstance(columns, str) and columns in found.columns else found
          }
          fn mean(columns=none, numeric_only=true) = self.figure("mean", columns)
          fn sum(columns=none, numeric_only=true) = self.figure("sum", columns)
          fn min(columns=none, numeric_only=true) = self.figure("min", columns)
          fn max(columns=none, numeric_only=true) = self.figure("max", columns)
          fn median(columns=none, numeric_only=true) = self.figure("median", columns)
          fn std(columns=none, numeric_only=true) = self.figure("std", columns)
          fn var(columns=none, numeric_only=true) = self.figure("var", columns)
          fn first(columns=none, numeric_only=true) = self.figure("first", columns)
          fn last(columns=none, numeric_only=true) = self.figure("last", columns)
          fn sem(columns=none, numeric_only=true) = self.figure("sem", columns)
          fn count() = self.figure("count", none)
          fn nunique() = self.figure("nunique", none)
          fn size() {
            found = in_order(group(self.known()[keys_in(by)], by), by)
            group_figures(found, by, found.columns[-1])
          }
          fn agg(func=none, **named) {
            how = figure_word(func)
            if isinstance(how, str) and how == "size" { return self.size() }
            if how == none and len_of(named) == 0 { error("`agg` takes figures: `.agg(\"mean\")`, `.agg(largest=(\"x\", \"max\"))`") }
            if how == none { return self.named_figures(named) }
            if type(how) == "function" { return self.apply(how) }
            if isinstance(how, str) { return self.figure(how, none) }
            each = how if type(how) == "record" else {[name]=how for name in (keys_in(columns) if columns != none else [name for name in data.columns if not name in keys_in(by)])}
            if not any([type(w) == "function" or w == "size" for name, words in each for w in keys_in(words)]) { return self.figures(how) }
            found = self.size().rows[keys_in(by)]
            for name, words in each { for word in keys_in(words) {
              found[name if not isinstance(words, list) else f"{name}_{name_of_figure(word)}"] = self.figures_of_column(name, word)
            } }
            found
          }
          fn figures_of_column(name, word) = list(grouped(data, by, name, keeps).agg(word).iloc)
          fn named_figures(named) {
            found = self.size().rows[keys_in(by)]
            for name, pair in named {
              column, how = pair if isinstance(pair, list) else [columns, pair]
              found[name] = self.figures_of_column(column, how)
            }
            found
          }
          fn cumsum() = self.transform(running_sum_of)
          fn cumprod() = self.transform(running_product_of)
          fn cummax() = self.transform(running_max_of)
          fn cummin() = self.transform(running_min_of)
          fn ffill() = self.transform(filled_forward)
          fn bfill() = self.transform(filled_backward)
          fn rank(method="average", ascending=true) = self.transform(part -> ranks_of(part, method, ascending))
          fn shift(periods=1, fill_value=none) = self.transform(part -> shifted(part, periods, fill_value))
          fn diff(periods=1) = self.transform(part -> differences(part, periods))
          fn pct_change(periods=1) = self.transform(part -> relative_changes(part, periods))
          fn cumcount() = grouped(with_columns(data, place=list(range(len_of(data)))), by, "place", keeps).transform(part -> list(range(len_of(part))))
          # By the number of the row in the table.
          fn idxmax() = self.place_in_table(place_of_largest)
          fn idxmin() = self.place_in_table(place_of_smallest)
          fn place_in_table(place) {
            if not isinstance(columns, str) { error("`idxmax` and `idxmin` of groups are of a column: `t.groupby(\"a\")[\"x\"].idxmax()`") }
            found = [[key, places[place(data[places][columns])]] for key, places in self.places()]
            group_figures(table([{**key_fields(by, key), [columns]=v} for key, v in found]), by, columns)
          }
          fn describe() {
            if not isinstance(columns, str) { error("`describe` of groups is of a column: `t.groupby(\"a\")[\"x\"].describe()`") }
            table([{**key_fields(by, key), **describe_column(part[columns])} for key, part in self.parts()])
          }
          fn quantile(q=0.5) = self.apply(part -> quantile(array(present_of(part)), q))
          fn head(n=5) {
            kept = sort([place for key, places in self.places() for place in places[:n]])
            self.own(data[kept])
          }
          # The key of each group with its rows.
          fn parts() = [[key, data[places]] for key, places in self.places()]
          fn places() {
            found = groups_in_order(group_places(data, keys_in(by), keeps))
            found if isinstance(by, list) else [[keys[0], places] for keys, places in found]
          }
          fn own(part) = part[columns] if columns != none else part
          fn apply(f) {
            found = [[key, f(self.own(part))] for key, part in self.parts()]
            if len_of(found) > 0 and type(found[0][1]) == "table" { return concat_tables([part for key, part in found]) }
            name = columns if isinstance(columns, str) and not columns in keys_in(by) else "value"
            group_figures(table([{**key_fields(by, key), [name]=v} for key, v in found]), by, name)
          }
          fn filter(f) {
            kept = [part for key, part in self.parts() if f(self.own(part))]
            if len_of(kept) == 0 { return data[:0] }
            left = set([key_text(key) for key, part in self.parts() if f(self.own(part))])
            data.where(row -> key_text(row[by] if not isinstance(by, list) else [row[name] for name in by]) in left)
          }
          fn transform(how) {
            if not isinstance(columns, str) { error("`transform` is of a column: `t.groupby(\"a\")[\"x\"].transform(\"mean\")`") }
            how = figure_word(how)
            found = [none] * len_of(data)
            for key, places in self.places() {
              own = data[places][columns]
              result = how(own) if type(how) == "function" else agg_of(own, how)
              each = list(result) if isinstance(result, list) or type(result) == "tensor" and result.ndim > 0 else [result] * len_of(own)
              for i, v in zip(places, each) { found[i] = v }
            }
            with_columns(data, transformed=found).transformed
          }
          fn get_group(key) {
            for own, part in self.parts() { if own == key { return self.own(part) } }
            error("there is no group {key}: `[key for key, part in t.groupby(...)]` are the groups")
          }
          fn iterate() = [[key, self.own(part)] for key, part in self.parts()]
          fn len() = len_of(self.parts())
          fn show() = "groups by {by}: `.mean()`, `.sum()`, `.agg(\"max\")`, `[\"column\"].mean()`"
        }
        fn key_text(key) = to_json(key)
        fn groups_in_order(found) { try { sort(found, by=group -> group[0]) } catch e { found } }
        fn key_fields(by, key) = {[by]=key} if not isinstance(by, list) else {[by[i]]=key[i] for i in range(len(by))}
        fn group_by(data, by=none, as_index=true, sort=true, dropna=true, key=none) {
          # The function of `itertools` has the same name.
          if type(data) != "table" and (by == none or type(by) == "function") { return neighbours_by(data, by if key == none else key) }
          if type(data) != "table" { return grouped(table({key=list(by), value=list(data)}), "key", "value", not dropna) }
          # `t.groupby(t.a > 1)`: by values, one for each row.
          if type(by) == "tensor" or isinstance(by, list) and len(by) == len(data) and not all([name in data.columns for name in by]) {
            if "key" in data.columns { error("`groupby` of values makes a column `key`, and the table has one: `t[\"name\"] = values`, and `t.groupby(\"name\")`") }
            return grouped(with_columns(data, key=list(by)), "key", none, not dropna)
          }
          if by == none { error("`groupby` of a table needs `by`, the name of a column: `t.groupby(\"a\")`") }
          rows = data[keys_in(by)]
          grouped(data, by, none, not dropna)
        }
        """#
}
