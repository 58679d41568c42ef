extension FamiliarNames {
    static let python: [FamiliarSection] = [
        FamiliarSection(
            "Language",
            [
                .instead("def f(x): return x * 2", "fn f(x) { x * 2 }", "the last value is the result", for: "def"),
                .instead(
                    "if v > 1: ... elif v > 0: ...", "if v > 1 { print 1 } else if v > 0 { print 0 }",
                    for: "elif elsif elseif"),
                .instead("for v in xs: print(v)", "for v in xs { print v }", for: ""),
                .instead("1 if v > 1 else 0", "if v > 1 { 1 } else { 0 }", for: ""),
                .same("[True, False, None]"),
                .same("lambda x: x * 2", "or x -> x * 2"),
                .same("7 // 2"),
                .same("[x * x for x in xs if x > 1]"),
                .same("{k: v for k, v in d.items()}", "or {[k]=v for k, v in d}"),
                .same("{\"lr\": 0.1}", "or {lr=0.1}; d[\"lr\"] is d.lr"),
                .instead("{1, 2}", "set([1, 2])", "sets have `|`, `&` and `-`", for: ""),
                .same("(1, 2)", "the list [1, 2]"),
                .same("first, *rest = xs"),
                .same("max(*xs)", "f(*xs, **options)"),
                .instead("del d[\"a\"]", "d.pop(\"a\")", for: "del"),
                .instead("pass", "if v > 1 { }", "an empty block", for: "pass"),
                .instead(
                    "try: ... except Exception as e: ...", "try { number(text) } catch e { print e.message }",
                    for: "except"),
                .instead(
                    "class Value: def __init__(self, data): ...", "class Value(data) { grad = 0 }",
                    for: "class object super"),
                .instead(
                    "self.data", "class Value(data) { fn double() = self.data * 2 }", "inside a class alone",
                    for: "self"),
                .instead("v is None", "v == none", for: ""),
                .instead(
                    "raise ValueError(\"no data\")", "try { error(\"no data\") } catch e { }",
                    for: "ValueError Exception TypeError KeyError NotImplementedError RuntimeError"),
                .same("import numpy as np", "it is not needed: `np.`, `torch.` and the like are there"),
                .instead("getattr(r, name)", "r[name]", "or get(r, name)", for: "getattr"),
                .instead("hasattr(r, \"name\")", "\"name\" in r", for: "hasattr"),
                .instead("dir()", "vars", "`help` lists what is built in", for: "dir globals locals"),
                .instead(
                    "sys.argv", "args", "a script's arguments; `param size = 1` is set by --set size=2", for: ""),
                .instead("exit()", "quit", "or Ctrl-D", for: "exit"),
                .refused("complex(1, 2)", "numbers are real", for: "complex"),
            ]),
        FamiliarSection(
            "Values",
            [
                .same("len(xs)"), .same("list(range(3))"), .same("abs(-2)"), .same("round(2.567, 2)"),
                .same("max(1, 2)"), .same("min(xs)"), .same("sum(xs)"), .same("any([True, False])"),
                .same("all([True, False])"), .same("pow(2, 3)", "or 2 ** 3"), .same("divmod(7, 2)"),
                .same("int(\"12\") + int(3.7)"), .same("float(\"0.5\")"), .same("bool(0)"), .same("str(3)"),
                .instead("type(v) == str", "isinstance(v, str)", "type(v) is the name of its kind, a string", for: ""),
                .same("isinstance(3, int)"),
                .same("enumerate(xs)"), .same("list(zip(xs, xs, strict=True))"), .same("list(map(str, xs))"),
                .same("list(filter(lambda x: x > 1, xs))"), .same("list(reversed(xs))"),
                .same("sorted(xs, key=lambda x: -x)"),
                .same("next(iter(xs))", "the first batch: next(iter(batches(data, 8)))"),
                .alias("dict(a=1)", "record(a=1)"), .alias("tuple(xs)", "list(xs)"),
                .same("xs.copy()", "values are copies already: `ys = xs` is one"),
                .instead("frozenset(xs)", "set(xs)", "it is a value already", for: "frozenset"),
                .instead("functools.partial(f, 1)", "x -> f(1, x)", for: "partial"),
                .instead("functools.reduce(f, xs)", "for v in xs { total = f(total, v) }", "a loop", for: "reduce"),
                .instead("itertools.product(xs, ys)", "[[a, b] for a in xs for b in ys]", for: "product"),
                .alias("copy.deepcopy(d)", "clone(d)", "values are copies already"),
            ]),
        FamiliarSection(
            "Lists, dictionaries, sets",
            [
                .same("xs.append(2)", "but ys = xs is a copy"),
                .same("xs.index(2)"), .same("xs.count(2)"),
                .same("d.get(\"b\", 0)"), .same("d.items()"), .same("d.keys()"), .same("d.values()"),
                .instead(
                    "collections.defaultdict(int)", "d[k] = d.get(k, 0) + 1",
                    "`d.setdefault(k, [])` makes a list first", for: "defaultdict"),
                .alias("collections.Counter(xs)", "counts(xs)"), .same("Counter(xs).most_common(1)"),
                .instead(
                    "collections.OrderedDict()", "{a=1}", "records keep the order of their keys", for: "OrderedDict"),
                .instead("d.popitem()", "r.pop(name)", for: "popitem"),
                .instead("s.issubset(t)", "set(xs) <= set(ys)", for: "issubset"),
                .instead("s.issuperset(t)", "set(xs) >= set(ys)", for: "issuperset"),
                .instead(
                    "s.symmetric_difference(t)", "(set(xs) | set(ys)) - (set(xs) & set(ys))",
                    for: "symmetric_difference"),
            ]),
        FamiliarSection(
            "Text",
            [
                .same("f\"{0.5:.2f}\"", "or \"{0.5:.2f}\""),
                .same("\"{:.2f} of {n}\".format(0.5, n=3)", "every \"...\" holds values: \"{v:.2f}\""),
                .same("\"%.2f of %d\" % (0.5, 3)"),
                .same("text.split(\",\")"), .same("\", \".join([\"a\", \"b\"])"), .same("text.upper()"),
                .same("text.strip()"), .same("text.replace(\"a\", \"b\")"), .same("text.find(\"b\")"),
                .alias("text.startswith(\"a\")", "text.starts_with(\"a\")"),
                .alias("text.endswith(\"a\")", "text.ends_with(\"a\")"),
                .same("text.splitlines()"), .same("text[::-1]"), .same("ord(\"a\")"), .same("chr(97)"),
                .same("string.ascii_lowercase"), .same("string.punctuation"), .same("string.digits"),
                .instead(
                    "re.findall(r\"[ab]\", text)", "find_all(text, '[ab]')", "the text comes first", for: "finditer"),
                .instead(
                    "re.sub(r\"[ab]\", \"c\", text)", "substitute(text, '[ab]', \"c\")", "the text comes first", for: ""
                ),
                .instead("re.match(r\"[ab]\", text)", "match(text, '[ab]')", "also search, fullmatch", for: "re"),
                .instead("re.split(r\"[ab]\", text)", "split(text, pattern='[ab]')", for: ""),
            ]),
        FamiliarSection(
            "Files",
            [
                .instead(
                    "open(\"f.txt\").read()", "read(\"f.txt\")", "`lines(\"f.txt\")` gives its lines", for: "open"),
                .instead("f.readlines()", "lines(\"f.txt\")", for: "readlines readline"),
                .instead("f.write(text)", "save text \"f.txt\"", "`append=true` writes at the end", for: "write"),
                .alias("os.path.join(\"a\", \"b.txt\")", "path_join(\"a\", \"b.txt\")"),
                .same("os.path.basename(\"a/b.txt\")"), .same("os.path.dirname(\"a/b.txt\")"),
                .same("os.path.splitext(\"b.txt\")"), .same("os.path.exists(\"b.txt\")"),
                .instead("os.path.isfile(\"f.txt\")", "exists(\"f.txt\")", for: "isfile is_file"),
                .instead(
                    "os.path.isdir(\"photos\")", "exists(\"photos/\")", "with a slash at the end it has to be a folder",
                    for: "isdir is_dir"),
                .instead("os.listdir(\"d\")", "files(\".\")", for: "listdir walk"),
                .instead("glob.glob(\"*.png\")", "files(\"*.png\")", for: "glob iglob"),
                .instead("os.makedirs(\"d\", exist_ok=True)", "make_folder(folder)", for: "makedirs mkdir"),
                .instead(
                    "pathlib.Path(\"d\") / \"f.png\"", "path_join(folder, \"f.png\")", "paths are strings",
                    for: "Path pathlib"),
                .instead("json.load(open(\"f.json\"))", "load \"f.json\"", for: "json"),
                .instead("json.dump(d, f)", "save r \"f.json\"", for: "dump pickle"),
                .alias("json.dumps({\"a\": 1})", "to_json({a=1})"), .alias("json.loads(\"[1]\")", "from_json(\"[1]\")"),
            ]),
        FamiliarSection(
            "Numbers, time, chance",
            [
                .same("math.pi"), .same("math.inf"), .same("math.nan"), .same("math.sqrt(2.0)"), .same("math.exp(1.0)"),
                .same("math.log(2.0)"), .same("math.log2(8.0)"), .same("math.log10(100.0)"), .same("math.log1p(0.5)"),
                .same("math.sin(1.0)"), .same("math.cos(1.0)"), .same("math.tan(1.0)"), .same("math.tanh(1.0)"),
                .same("math.floor(2.5)"), .same("math.ceil(2.5)"), .same("math.pow(2.0, 3.0)"),
                .same("math.isnan(math.nan)"), .same("math.isinf(1.0)"), .alias("math.prod([2, 3])", "prod([2, 3])"),
                .same("time.time()", "seconds since 1970"),
                .alias("time.perf_counter()", "clock()", "seconds since some moment"),
                .alias("time.monotonic()", "clock()"),
                .same("random.seed(42)"), .alias("random.random()", "rand()"), .same("random.choice(xs)"),
                .same("random.uniform(1, 2)"), .alias("random.gauss(0, 1)", "normal(0, 1)"),
                .instead("random.randint(1, 6)", "randint(1, 7)", "the end is left out", for: ""),
                .instead("random.shuffle(xs)", "xs = shuffle(xs)", for: ""),
                .instead("random.sample(xs, 2)", "choice(xs, 2, replace=false)", "without replacement", for: "sample"),
                .refused("decorators", "after the function, write `f = g(f)`", for: ""),
                .refused("yield", "there are no generators: gather the values in a list", for: ""),
            ]),
    ]
}
