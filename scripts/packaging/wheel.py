"""Makes the wheel of a tree with bin, lib and share: wheel.py TREE ROOT VERSION OUTPUT."""

import base64
import hashlib
import re
import subprocess
import sys
import time
import zipfile
from os import environ
from pathlib import Path

# What every Linux with glibc has: the executables need no copies of these.
SYSTEM_LIBRARIES = re.compile(r"(ld-linux.*|lib(c|m|dl|rt|pthread|util|gcc_s|stdc\+\+))\.so")


def libraries(program):
    """The libraries that an executable is linked to, and that a machine may lack or have in another version."""
    described = subprocess.run(["objdump", "-p", program], check=True, capture_output=True, text=True).stdout
    needed = re.findall(r"^\s*NEEDED\s+(\S+)", described, re.MULTILINE)
    if "$ORIGIN" not in "".join(re.findall(r"^\s*R(?:UN)?PATH\s+(\S+)", described, re.MULTILINE)):
        sys.exit(f"package: {program} does not look for libraries beside itself, so the wheel would lack them")
    linked = subprocess.run(["ldd", program], check=True, capture_output=True, text=True).stdout
    places = dict(re.findall(r"^\s*(\S+) => (\S+)", linked, re.MULTILINE))
    return {name: Path(places[name]) for name in needed if not SYSTEM_LIBRARIES.match(name)}


def main():
    tree, root, version, output = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], Path(sys.argv[4])
    release = subprocess.run(["getconf", "GNU_LIBC_VERSION"], check=True, capture_output=True, text=True).stdout
    glibc = release.split()[1].replace(".", "_")
    tag = f"py3-none-manylinux_{glibc}_x86_64"
    name = f"dls_lang-{version}"

    files = {}
    for path in sorted(tree.rglob("*")):
        if path.is_file():
            inside = path.relative_to(tree)
            place = f"scripts/{inside.name}" if inside.parts[0] == "bin" else f"data/{inside}"
            files[f"{name}.data/{place}"] = path.read_bytes(), path.stat().st_mode & 0o111 != 0
    for program in sorted((tree / "lib/dls").iterdir()):
        for library, path in libraries(program).items():
            files[f"{name}.data/data/lib/dls/{library}"] = path.read_bytes(), True
    for path in sorted((root / "scripts/packaging/dls_lang").glob("*.py")):
        files[f"dls_lang/{path.name}"] = path.read_bytes(), False
    grammar = root / "scripts/editor/syntaxes/dls.tmLanguage.json"
    files[f"dls_lang/{grammar.name}"] = grammar.read_bytes(), False

    def add_text(path, text):
        files[f"{name}.dist-info/{path}"] = text.encode(), False

    add_text("METADATA", f"""Metadata-Version: 2.1
Name: dls-lang
Version: {version}
Summary: A notebook-style language for deep learning, and its kernel for Jupyter
License: GPL-3.0-or-later
Requires-Python: >=3.9
Provides-Extra: highlight
Requires-Dist: pygments ; extra == 'highlight'
""")
    add_text("WHEEL", f"Wheel-Version: 1.0\nGenerator: dls\nRoot-Is-Purelib: false\nTag: {tag}\n")
    add_text("entry_points.txt", "[pygments.lexers]\ndls = dls_lang.lexer:DlsLexer\n")

    record = ""
    for path, (content, _) in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        record += f"{path},sha256={digest},{len(content)}\n"
    add_text("RECORD", record + f"{name}.dist-info/RECORD,,\n")

    moment = time.gmtime(max(int(environ.get("SOURCE_DATE_EPOCH", "0")), 315532800))[:6]
    with zipfile.ZipFile(output / f"{name}-{tag}.whl", "w", zipfile.ZIP_DEFLATED) as wheel:
        for path, (content, is_executable) in files.items():
            entry = zipfile.ZipInfo(path, moment)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o100755 if is_executable else 0o100644) << 16
            wheel.writestr(entry, content)


main()
