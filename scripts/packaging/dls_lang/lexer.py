"""Colours for Pygments (nbconvert, Sphinx, LaTeX): the grammar that editors have, which lies beside this file, as a lexer."""

import json
import re
from pathlib import Path

from pygments.lexer import RegexLexer, include
from pygments.token import Comment, Error, Generic, Keyword, Name, Number, Operator, Punctuation, String, Text

# The first beginning that fits counts.
TOKENS = {
    "comment.line.shebang": Comment.Hashbang,
    "comment.line.cell": Comment.Special,
    "comment.line.output": Generic.Output,
    "comment": Comment.Single,
    "markup.heading": Generic.Heading,
    "constant.character": String.Escape,
    "constant.other.format": String.Interpol,
    "constant.numeric": Number,
    "constant.language": Keyword.Constant,
    "invalid": Error,
    "keyword.operator.word": Operator.Word,
    "keyword.operator": Operator,
    "keyword.declaration": Keyword.Declaration,
    "storage": Keyword.Declaration,
    "keyword": Keyword,
    "string": String,
    "punctuation.section.interpolation": String.Interpol,
    "entity.name.type": Name.Class,
    "entity.name.function": Name.Function,
    "support.function": Name.Builtin,
    "variable.language": Name.Builtin.Pseudo,
    "variable": Name,
}


def token(scope, default):
    return next((kind for start, kind in TOKENS.items() if (scope or "").startswith(start)), default)


def python_regex(pattern):
    """Python's `re` has no classes of Unicode by their names."""
    pattern = pattern.replace(r"\p{L}\p{N}_", r"\w").replace(r"[\p{L}_.]", r"(?:[^\W\d]|\.)")
    pattern = pattern.replace(r"[\p{L}_]", r"[^\W\d]")
    if r"\p" in pattern:
        raise ValueError(f"the grammar has a pattern that is not understood: {pattern}")
    return pattern


def pieces(kind, captures):
    """Gives a match in pieces, where parts of it have names of their own."""
    parts = {int(number): token(part.get("name"), kind) for number, part in captures.items() if number != "0"}
    if not parts:
        return kind

    def give(lexer, match, context=None):
        place = match.start()
        for number, part in sorted(parts.items()):
            start, end = match.span(number)
            if start < place:
                continue
            if place < start:
                yield place, kind, match.string[place:start]
            if start < end:
                yield start, part, match.string[start:end]
            place = end
        if place < match.end():
            yield place, kind, match.string[place:match.end()]

    return give


def states(grammar):
    """The states of a `RegexLexer` for a TextMate grammar."""
    found = {}

    def rules(patterns):
        return [rule(pattern) for pattern in patterns]

    def rule(pattern):
        if "include" in pattern:
            return include(pattern["include"].removeprefix("#"))
        kind = token(pattern.get("name"), Text)
        if "match" in pattern:
            return python_regex(pattern["match"]), pieces(kind, pattern.get("captures", {}))
        # From a beginning to an end: a state of its own.
        if "name" not in pattern:
            kind = Punctuation
        inner = Text if "contentName" in pattern or kind is Punctuation else kind
        first = token(pattern.get("beginCaptures", {}).get("0", {}).get("name"), kind)
        last = token(pattern.get("endCaptures", {}).get("0", {}).get("name"), kind)
        name = f"inside {len(found)}"
        found[name] = []
        found[name] += [(python_regex(pattern["end"]), last, "#pop")]
        found[name] += rules(pattern.get("patterns", []))
        found[name] += [(r"\n|.", inner)]
        return python_regex(pattern["begin"]), pieces(first, pattern.get("beginCaptures", {})), name

    for name, part in grammar["repository"].items():
        found[name] = rules([part] if "begin" in part or "match" in part else part["patterns"])
    found["root"] = rules(grammar["patterns"]) + [(r"[{}()\[\],;:.]", Punctuation), (r"\n|.", Text)]
    return found


class DlsLexer(RegexLexer):
    name = "dls"
    aliases = ["dls"]
    filenames = ["*.dls"]
    mimetypes = ["text/x-dls"]
    flags = re.MULTILINE
    tokens = states(json.loads(Path(__file__).with_name("dls.tmLanguage.json").read_text(encoding="utf-8")))
