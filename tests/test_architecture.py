"""The shape of the code: who imports whom, what importing costs, what is public."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

import blocklist

pytestmark = pytest.mark.no_core

PACKAGE = Path(blocklist.__file__).parent
# The house, from the ground up: a room imports from the rows below it and from itself. Rooms of one
# row do not import each other.
ROWS = [
    {"errors", "backend", "atomicfile"},
    {"model"},
    {"signing"},
    {"image"},
    {"answers"},
    {"documents"},
    {"_core", "changes"},
    {"_columns", "c"},
    {"matcher"},
    {"loaders", "compiler"},
    {"review"},
    {"history"},
    {"live"},
    {"exporters", "integrations"},
    {"probe"},
    {"reports", "logs"},
    {"desk"},
    {"__init__"},
    {"cli"},
    {"__main__"},
]
COMPILE_SIDE = {"documents", "_columns", "loaders", "compiler", "review"}
SERVE_SIDE = {"_core", "matcher", "changes", "live", "exporters", "integrations", "probe"}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


@cache
def statements(path: Path) -> list[ast.Import | ast.ImportFrom | ast.ClassDef]:
    """The imports and classes of a file at any depth."""
    tree = ast.walk(ast.parse(path.read_text("utf-8")))
    return [node for node in tree if isinstance(node, ast.Import | ast.ImportFrom | ast.ClassDef)]


def part(path: Path) -> str:
    """The module, or the package below ``blocklist`` that it belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def dotted(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> set[Path]:
    """The files of the package that a file imports at any depth, also only for type checking."""
    folder = list(path.relative_to(PACKAGE).parts[:-1])
    found = set()
    for node in statements(path):
        if isinstance(node, ast.ClassDef):
            continue
        if isinstance(node, ast.ImportFrom) and node.level:
            base = folder[: len(folder) - node.level + 1]
        elif isinstance(node, ast.ImportFrom) and f"{node.module}.".startswith("blocklist."):
            base = []
        else:
            assert not isinstance(node, ast.Import) or not any(
                alias.name.startswith("blocklist") for alias in node.names
            ), f"{path}: write 'from … import …', which this test follows"
            continue
        module = (node.module or "").removeprefix("blocklist" if not node.level else "")
        base = [*base, *filter(None, module.split("."))]
        for alias in node.names:
            found.add(module_file([*base, alias.name]) or module_file(base))
    assert None not in found, path
    return {file for file in found if file is not None and file != path}


def module_file(parts: list[str]) -> Path | None:
    path = PACKAGE.joinpath(*parts)
    files = (path.with_suffix(".py"), path / "__init__.py", path.with_suffix(".pyi"))
    return next((file for file in files if file.is_file()), None)


def row_of(room: str) -> int:
    return next(number for number, row in enumerate(ROWS) if room in row)


def test_the_rows_name_every_room() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir()} - {"__pycache__"}
    files = {path.stem for path in PACKAGE.glob("*.py")}
    assert set.union(*ROWS) == folders | files
    assert files == {"__init__", "__main__", "errors", "backend", "atomicfile"}


@pytest.mark.parametrize("path", modules(), ids=dotted)
def test_a_room_imports_only_from_the_rows_below_it(path: Path) -> None:
    room = part(path)
    for file in imports_of(path):
        other = part(file)
        assert other == room or row_of(other) < row_of(room), f"imports {dotted(file)}"


@pytest.mark.parametrize("path", modules(), ids=dotted)
def test_neither_side_imports_the_other(path: Path) -> None:
    rooms = {part(file) for file in imports_of(path)}
    if part(path) in COMPILE_SIDE:
        assert not rooms & SERVE_SIDE
    if part(path) in SERVE_SIDE:
        assert not rooms & COMPILE_SIDE


def test_no_module_imports_itself_by_way_of_others() -> None:
    imports = {path: imports_of(path) for path in modules()}
    done: set[Path] = set()

    def visit(path: Path, way: list[Path]) -> None:
        assert path not in way, " → ".join(map(dotted, [*way[way.index(path) :], path]))
        if path not in done:
            for file in sorted(imports.get(path, ())):  # a native module imports nothing of ours
                visit(file, [*way, path])
            done.add(path)

    for path in modules():
        visit(path, [])


# Two files may be named after the same program, one that reads its syntax and one that writes it.
PROGRAMS = {
    "adblock", "bind", "coredns", "dnscrypt", "dnsmasq", "hosts", "knot", "plain", "rpz", "squid",
    "unbound",
}  # fmt: skip
TWINS = {"_pure"}  # the Python half of two native modules
SAME_CLASSES = {
    # Either is known by the interface it stands in: a server loads one by its path.
    "BlocklistMiddleware",
}


def test_no_module_has_the_name_of_another() -> None:
    names = Counter(path.stem for path in modules() if path.name != "__init__.py")
    twice = {name for name, count in names.items() if count > 1}
    assert twice == PROGRAMS | TWINS


def test_no_class_has_the_name_of_another() -> None:
    names = Counter(
        node.name
        for path in modules()
        for node in statements(path)
        if isinstance(node, ast.ClassDef)
    )
    assert {name for name, count in names.items() if count > 1} == SAME_CLASSES


@pytest.mark.parametrize(
    ("library", "home"),
    [
        ("ahocorasick", "model/patterns.py"),
        ("tldextract", "model/suffixes.py"),
        ("prometheus_client", "live/metrics.py"),
        ("pyarrow", ("matcher/arrow.py", "logs")),
        ("duckdb", "logs/engine.py"),
        ("lxml", "documents"),
        ("pypdfium2", "documents"),
        ("pytesseract", "documents"),
        ("striprtf.striprtf", "documents"),
        ("tomlkit", "loaders"),
        ("cryptography.exceptions", "signing/ed25519.py"),
        ("uvicorn", "cli"),
    ],
)
def test_one_module_imports_each_library(library: str, home: str | tuple[str, ...]) -> None:
    users = {
        path.relative_to(PACKAGE).as_posix()
        for path in modules()
        for node in statements(path)
        if (isinstance(node, ast.Import) and any(a.name == library for a in node.names))
        or (isinstance(node, ast.ImportFrom) and node.module == library)
    }
    assert {user for user in users if not user.startswith(home)} == set()
    assert users


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True, text=True, env={"PYTHONPATH": ":".join(sys.path)}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_each_module_can_be_imported() -> None:
    """The last comes first: where no module imports itself, any sequence will do."""
    said = run(
        "import importlib, sys\n"
        "from importlib.util import find_spec\n"
        f"names = {[dotted(path) for path in modules() if part(path) != '__main__']}\n"
        "if find_spec('blocklist._core._native') is None:\n"
        "    names.remove('blocklist._core.native')\n"
        "for name in reversed(names):\n"
        "    importlib.import_module(name)\n"
        "    assert name in sys.modules, name\n"
        "print(len(names))"
    )
    assert int(said) >= len(modules()) - 2


def test_serving_imports_nothing_heavy_and_opens_no_socket(tmp_path: Path) -> None:
    blocklist.compile_orders(blocklist.load_orders(b"a.com\n*zzqq*\n")).save(tmp_path / "x.blk")
    loaded = run(
        "import sys\n"
        "def no(event, args):\n"
        "    assert not event.startswith('socket.'), event\n"
        "sys.addaudithook(no)\n"
        "import blocklist\n"
        f"b = blocklist.Blocklist.open({str(tmp_path / 'x.blk')!r})\n"
        "assert b.is_blocked('www.a.com') and b.match('xzzqqx') and b.explain('b.com')\n"
        "assert b.is_blocked(b'\\x01a\\x03com\\x00') and not b.is_blocked_url('http://b.com/')\n"
        "print(*sys.modules)"
    ).split()
    for heavy in (
        "tldextract", "requests", "idna", "click", "rich", "cryptography", "blocklist.loaders",
        "blocklist.signing",
    ):  # fmt: skip
        assert heavy not in loaded
    assert "blocklist.compiler" not in loaded


def test_importing_the_package_is_light() -> None:
    loaded = run("import blocklist, sys; print(*sys.modules)").split()
    heavy = {"tldextract", "requests", "idna", "ahocorasick", "zoneinfo", "rich", "difflib"}
    late = {"tomllib", "blocklist.changes", "blocklist.answers.blockpage", "blocklist.loaders"}
    assert not (heavy | late) & set(loaded)


def test_compiling_opens_no_socket_and_writes_no_cache(tmp_path: Path) -> None:
    run(
        "import os, sys\n"
        "def no(event, args):\n"
        "    # urllib3 makes one unconnected socket as it is imported, to see if there is IPv6.\n"
        "    assert event not in ('socket.connect', 'socket.getaddrinfo', 'socket.sendto'), event\n"
        "sys.addaudithook(no)\n"
        f"os.environ['HOME'] = os.environ['XDG_CACHE_HOME'] = {str(tmp_path)!r}\n"
        "import blocklist\n"
        "blocklist.compile_orders(blocklist.load_orders(b'a.com\\nco.uk\\n'))\n"
    )
    assert list(tmp_path.rglob("*")) == []


def test_all_is_sorted_complete_and_importable() -> None:
    names = blocklist.__all__
    constants = [name for name in names if name.isupper()]
    classes = sorted(n for n in names if not n.isupper() and n[0].isupper())
    functions = sorted(n for n in names if n[0].islower())
    assert names == [*constants, *classes, *functions]
    for name in names:
        assert getattr(blocklist, name) is not None
        assert name in dir(blocklist)
    public = {
        n
        for n, v in vars(blocklist).items()
        if getattr(v, "__module__", "").startswith("blocklist")
    }
    assert {name for name in public if not name.startswith("_")} <= set(names)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        blocklist.nothing  # noqa: B018


@pytest.mark.parametrize("path", modules(), ids=dotted)
def test_a_module_can_be_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 350


@pytest.mark.parametrize("name", blocklist.__all__)
def test_everything_public_is_documented(name: str) -> None:
    thing = getattr(blocklist, name)
    if inspect.isclass(thing) or inspect.isfunction(thing):
        assert thing.__doc__
        assert not thing.__doc__.startswith(f"{name}(")
    if inspect.isclass(thing) and thing.__module__.startswith("blocklist"):
        for method, value in vars(thing).items():
            if not method.startswith("_") and inspect.isfunction(value):
                assert value.__doc__, f"{name}.{method}"
