extension FamiliarFunctions {
    /// Those of Python's smaller modules, and its words for texts and numbers.
    static let pythonModuleFunctions = #"""
        fn digits_of(n, base, prefix, word) {
          if not isinstance(n, int) { error("`{word}` takes a whole number, and got {n}") }
          rest, text = abs(n), ""
          while rest > 0 or text == "" {
            text = "0123456789abcdef"[rest % base] + text
            rest = rest // base
          }
          ("-" if n < 0 else "") + prefix + text
        }
        fn hex_of(n) = digits_of(n, 16, "0x", "hex")
        fn oct_of(n) = digits_of(n, 8, "0o", "oct")
        fn bin_of(n) = digits_of(n, 2, "0b", "bin")
        fn from_keys(keys, value=none) = {[key]=value for key in keys}

        fn rsplit_of(text, sep=none, maxsplit=-1) =
          [part[::-1] for part in reversed(text[::-1].split(none if sep == none else sep[::-1], maxsplit))]
        fn partition_of(text, sep) {
          place = text.find(sep)
          if place < 0 { [text, "", ""] } else { [text[:place], sep, text[place + len(sep):]] }
        }
        fn rpartition_of(text, sep) {
          place = text.rfind(sep)
          if place < 0 { ["", "", text] } else { [text[:place], sep, text[place + len(sep):]] }
        }
        fn swapcase_of(text) = "".join([c.lower() if c.isupper() else c.upper() for c in text])
        fn without_prefix(text, prefix) = text[len(prefix):] if text.starts_with(prefix) else text
        fn without_suffix(text, suffix) = text[:len(text) - len(suffix)] if text.ends_with(suffix) else text
        fn with_spaces(text, tabsize=8) {
          line, lines = "", []
          for c in text {
            if c == "\n" { lines.append(line) }
            line = "" if c == "\n" else line + (" " * (tabsize - len(line) % tabsize) if c == "\t" else c)
          }
          "\n".join([*lines, line])
        }
        fn last_place(text, part, start=0) {
          place = text.rfind(part, start)
          if place < 0 { error("\"{part}\" is not in the string") }
          place
        }
        fn character_table(x, y=none, z="") {
          if type(x) == "record" { return {[chr(key) if isinstance(key, int) else key]=new for key, new in x} }
          if len(x) != len(y) { error("`maketrans` takes two strings of one length, and got {len(x)} and {len(y)} characters") }
          {**{[a]=b for a, b in zip(x, y)}, **{[c]=none for c in z}}
        }
        fn translated(text, changes) {
          new = character_table(changes)
          fn changed(c) {
            found = new.get(c, c)
            if found == none { "" } elif isinstance(found, int) { chr(found) } else { found }
          }
          "".join([changed(c) for c in text])
        }

        fn is_subset(set_, other) = set(set_) <= set(other)
        fn is_superset(set_, other) = set(set_) >= set(other)
        fn is_disjoint(set_, other) = len(set(set_) & set(other)) == 0
        fn difference_of_both(set_, other) = (set(set_) | set(other)) - (set(set_) & set(other))

        fn whole_root(n) {
          if n < 0 or n != floor(n) { error("`isqrt` takes a whole number of at least 0, and got {n}") }
          root = floor(sqrt(n))
          if root * root > n { root - 1 } else { root }
        }
        fn multiple(*numbers) {
          total = 1
          for n in numbers {
            if n == 0 { return 0 }
            total = abs(total * n) // divisor(total, n)
          }
          total
        }
        fn arrangements(n, k=none) {
          k = n if k == none else k
          if k > n { return 0 }
          total = 1
          for i in range(k) { total *= n - i }
          total
        }
        fn exact_sum(numbers) {
          # Kahan's sum as Neumaier has it.
          total, rest = 0, 0
          for x in numbers {
            next_ = total + x
            rest += (total - next_) + x if abs(total) >= abs(x) else (x - next_) + total
            total = next_
          }
          total + rest
        }
        fn third_root(x) = with_sign(abs(x) ** (1 / 3), x)
        fn distance_of(p, q) = sqrt(sum([0, *[(a - b) ** 2 for a, b in zip(p, q)]]))
        fn with_sign(x, y) = -abs(x) if atan2(y, -1) < 0 else abs(x)
        fn remainder_of(x, y) = x - y * trunc(x / y)
        fn fraction_and_whole(x) = [x - trunc(x), trunc(x)]

        fn random_range(start, stop=none, by=1) {
          numbers = range(start) if stop == none else range(start, stop, by)
          if len(numbers) == 0 { error("`randrange` has no numbers to draw from") }
          numbers[randint(0, len(numbers))]
        }
        fn random_choices(values, weights=none, cum_weights=none, k=1) {
          values = list(values)
          if cum_weights != none { weights = [cum_weights[i] - (cum_weights[i - 1] if i > 0 else 0) for i in range(len(cum_weights))] }
          if weights != none { weights = [w / sum(weights) for w in weights] }
          [values[i] for i in list(choice(list(range(len(values))), k, p=weights))]
        }
        fn random_exponential(lambd=1) = -log(1 - rand(dtype="float64").item()) / lambd

        fn permutations_of(values, r=none) {
          values = list(values)
          r = len(values) if r == none else r
          check_rows(arrangements(len(values), r), "permutations")
          rows = [[]]
          for i in range(r) { rows = [[*row, j] for row in rows for j in range(len(values)) if not j in row] }
          [[values[j] for j in row] for row in rows if len(row) == r]
        }
        fn combinations_again(values, r) {
          values = list(values)
          check_rows(choose(len(values) + r - 1, r) if len(values) + r > 0 else 1, "combinations_with_replacement")
          rows = [[]]
          for i in range(r) { rows = [[*row, j] for row in rows for j in range(row[-1] if len(row) > 0 else 0, len(values))] }
          [[values[j] for j in row] for row in rows]
        }
        fn accumulate_of(values, f=none, func=none, initial=none) {
          f = func if f == none else f
          sums = [] if initial == none else [initial]
          for v in values {
            if len(sums) == 0 { sums.append(v) } elif f == none { sums.append(sums[-1] + v) } else { sums.append(f(sums[-1], v)) }
          }
          sums
        }
        fn neighbours_by(values, key=none) {
          groups = []
          for v in values {
            k = v if key == none else key(v)
            if len(groups) == 0 or groups[-1][0] != k { groups.append([k, []]) }
            groups[-1][1].append(v)
          }
          groups
        }
        fn longest_zip(*lists, fillvalue=none) {
          lists = [list(values) for values in lists]
          n = max([0, *[len(values) for values in lists]])
          [[values[i] if i < len(values) else fillvalue for values in lists] for i in range(n)]
        }
        # `chain.from_iterable(lists)` is called on `chain`.
        fn chain_of(*lists) = chain(*lists[len(lists) - 1])
        fn repeated(value, times) = [value] * times
        fn taken_while(f, values) {
          taken = []
          for v in values {
            if not f(v) { break }
            taken.append(v)
          }
          taken
        }
        fn dropped_while(f, values) {
          rest = []
          for v in values { if len(rest) > 0 or not f(v) { rest.append(v) } }
          rest
        }
        fn filtered_out(f, values) = [v for v in values if not (v if f == none else f(v))]
        fn star_map(f, rows) = [f(*row) for row in rows]
        fn pairs_of(values) {
          values = list(values)
          [[values[i], values[i + 1]] for i in range(len(values) - 1)]
        }
        fn batches_of(values, n) {
          values = list(values)
          [values[i:i + n] for i in range(0, len(values), n)]
        }
        fn selected(values, selectors) = [v for v, s in zip(values, selectors) if s]

        fn most_frequent(values) = items(counts(values))[0][0]
        fn most_frequent_all(values) {
          found = items(counts(values))
          [v for v, n in found if n == found[0][1]]
        }
        fn median_low_of(values) = sorted(values)[(len(values) - 1) // 2]
        fn median_high_of(values) = sorted(values)[len(values) // 2]
        fn smallest_of(n, values, key=none) = sorted(values, key=key)[:n]
        fn largest_of(n, values, key=none) = sorted(values, key=key, reverse=true)[:n]
        fn merged_lists(*lists, key=none, reverse=false) = sorted(chain(*lists), key=key, reverse=reverse)
        fn item_getter(*keys) = x -> x[keys[0]] if len(keys) == 1 else [x[key] for key in keys]
        fn plus_of(a, b) = a + b
        fn minus_of(a, b) = a - b
        fn times_of(a, b) = a * b
        fn quotient_of(a, b) = a / b

        class named_tuple(_kind, _fields, _parts) {
          fn get_field(name) = _parts[_fields.index(name)] if name in _fields else none
          fn get_item(place) = _parts[place]
          fn iterate() = _parts
          fn len() = len(_parts)
          fn index(value) = index(_parts, value)
          fn count(value) = count(_parts, value)
          fn _asdict() = {[_fields[i]]=_parts[i] for i in range(len(_parts))}
          fn _replace(**changes) = named_tuple(_kind, _fields, [changes.get(_fields[i], _parts[i]) for i in range(len(_parts))])
          fn ==(a, b) = list(a) == (list(b) if isinstance(b, (list, named_tuple)) else b)
          fn <(a, b) = sorted([list(a), list(b)])[0] == list(a) and list(a) != list(b)
          fn show() = "{_kind}(" + ", ".join(["{_fields[i]}={str([_parts[i]])[1:-1]}" for i in range(len(_parts))]) + ")"
        }
        fn namedtuple_of(kind, fields, defaults=[]) {
          fields = fields.replace(",", " ").split() if isinstance(fields, str) else list(fields)
          fn(*parts, **named) {
            parts = list(parts)
            if len(parts) > len(fields) { error("`{kind}` takes {len(fields)} values, and got {len(parts)}") }
            for name, value in named {
              if not name in fields { error("`{kind}` has no field `{name}`: it has " + ", ".join(fields)) }
              if fields.index(name) < len(parts) { error("`{kind}` got `{name}` twice") }
            }
            for i in range(len(parts), len(fields)) {
              usual = i - len(fields) + len(defaults)
              if not fields[i] in named and usual < 0 { error("`{kind}` needs `{fields[i]}`") }
              parts.append(named[fields[i]] if fields[i] in named else defaults[usual])
            }
            named_tuple(kind, fields, parts)
          }
        }
        class remembering(f) {
          known = {}
          fn call(*arguments, **named) {
            key = [arguments, items(named)]
            if not key in self.known { self.known[key] = f(*arguments, **named) }
            self.known[key]
          }
          fn cache_clear() { self.known = {} }
          fn show() = "a function that remembers its results"
        }
        fn remember(f=none, maxsize=none, typed=false) = remembering(f) if type(f) == "function" else (g -> remembering(g))
        fn wraps_of(f) = g -> g

        fn quantiles_between(data, n=4, method="exclusive") {
          xs, size = sorted(data), len(data)
          if size < 2 or n < 1 { error("`quantiles` takes at least two numbers, and `n` of at least 1") }
          if method != "exclusive" and method != "inclusive" { error("`method` of `quantiles` is \"exclusive\" or \"inclusive\"") }
          result = []
          for i in range(1, n) {
            place = i * (size + 1 if method == "exclusive" else size - 1)
            left = min(max(place // n - 1, 0), size - 2) if method == "exclusive" else place // n
            share = place - (left + 1) * n if method == "exclusive" else place % n
            result.append((xs[left] * (n - share) + xs[left + 1] * share) / n)
          }
          result
        }

        fn json_text(value, indent=none, sort_keys=false, ensure_ascii=true, separators=none) {
          if sort_keys { value = with_sorted_keys(value) }
          spaced = separators == none or list(separators) == [", ", ": "]
          if not spaced and (indent != none or list(separators) != [",", ":"]) { error("`separators` of `dumps` is [\",\", \":\"], without `indent`") }
          if indent == none or indent == false { return to_json(value, spaced=spaced, ascii=ensure_ascii) }
          lines = to_json(value, indent=true, ascii=ensure_ascii).split("\n")
          unit = indent if isinstance(indent, str) else " " * int(indent)
          "\n".join([unit * (len(line) - len(line.lstrip(" "))) + line.lstrip(" ") for line in lines])
        }
        fn with_sorted_keys(value) {
          if type(value) == "record" { return {[key]=with_sorted_keys(value[key]) for key in sorted(value, key=str)} }
          [with_sorted_keys(v) for v in value] if isinstance(value, list) else value
        }
        fn json_dump(value, file, indent=none, sort_keys=false, ensure_ascii=true) {
          file.write(json_text(value, indent=indent, sort_keys=sort_keys, ensure_ascii=ensure_ascii))
        }
        fn pretty_print(value, indent=1, width=80, sort_dicts=true) = print(value, all=true)
        fn pretty_text(value, indent=1, width=80, sort_dicts=true) = str(value)
        fn write_out(text) = print(text, end="")
        fn no_effect(*values, **options) = none
        fn warn_of(message, category=none, stacklevel=1) = print("warning: {message}")
        fn logged(level, message, values) = print("{level}: " + (str(message) % values if len(values) > 0 else str(message)))
        fn log_info(message, *values) = logged("INFO", message, values)
        fn log_warning(message, *values) = logged("WARNING", message, values)
        fn log_error(message, *values) = logged("ERROR", message, values)
        class logger(name) {
          fn info(message, *values) = log_info(message, *values)
          fn warning(message, *values) = log_warning(message, *values)
          fn error(message, *values) = log_error(message, *values)
          fn debug(message, *values) = none
          fn setLevel(level) = none
          fn show() = "logger \"{name}\""
        }
        fn logger_of(name="root") = logger(name)
        """#
}
