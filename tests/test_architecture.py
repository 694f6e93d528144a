"""The shape of the code: who imports whom, what importing costs, what is public."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import blocklist

PACKAGE = Path(blocklist.__file__).parent
BASE = {
    "errors", "names", "addresses", "urls", "targets", "references", "orders", "orderdata",
    "report", "files", "image", "lines", "patterns", "backend",
}  # fmt: skip
COMPILE = [
    "suffixes", "_columns", "targetlist", "documents", "loaders", "ruletable", "rules", "guards",
    "suffixtrie", "compiler",
]  # fmt: skip
SERVE = [
    "_core", "tables", "arrow", "answers", "pages", "match", "matcher", "explanation", "difference",
    "editions", "live", "hits", "metrics", "policy", "exporters", "probe", "integrations",
]  # fmt: skip
BOTH = {"cli", "__init__", "__main__"}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def part(path: Path) -> str:
    """The module, or the package below ``blocklist`` that it belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def dotted(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_parts(path: Path) -> set[str]:
    """Parts that a file imports at run time, at any depth; TYPE_CHECKING blocks do not count."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    package = list(path.relative_to(PACKAGE).parts[:-1])
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) - node.level + 1]
            if node.module:
                found.add([*base, *node.module.split(".")][0])
            else:
                found |= {base[0]} if base else {alias.name for alias in node.names}
    return {name for name in found if name != part(path) and not name.startswith("__version")}


@pytest.mark.parametrize("path", modules(), ids=dotted)
def test_lanes(path: Path) -> None:
    name = part(path)
    imports = imported_parts(path)
    if name in BOTH:
        return
    if name in BASE:
        assert imports <= BASE
        return
    lane = COMPILE if name in COMPILE else SERVE
    left = set(lane[: lane.index(name)])
    # The matcher asks for words lazily, and the words describe its matches.
    if name == "matcher":
        left.add("explanation")
    assert imports <= BASE | left


def test_every_module_has_a_lane() -> None:
    assert {part(path) for path in modules()} == BASE | set(COMPILE) | set(SERVE) | BOTH


@pytest.mark.parametrize(
    ("library", "home"),
    [
        ("ahocorasick", "patterns"),
        ("tldextract", "suffixes"),
        ("prometheus_client", "metrics"),
        ("pyarrow", "arrow"),
        ("lxml", "documents"),
        ("pypdfium2", "documents"),
        ("pytesseract", "documents"),
        ("striprtf.striprtf", "documents"),
        ("tomlkit", "loaders"),
        ("uvicorn", "cli"),
    ],
)
def test_one_module_imports_each_library(library: str, home: str) -> None:
    users = {
        part(path)
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if (isinstance(node, ast.Import) and any(a.name == library for a in node.names))
        or (isinstance(node, ast.ImportFrom) and node.module == library)
    }
    assert users == {home}


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True, text=True, env={"PYTHONPATH": ":".join(sys.path)}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("path", modules(), ids=dotted)
def test_each_module_can_be_imported_alone(path: Path) -> None:
    if part(path) != "__main__":
        run(f"import {dotted(path)}")


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
    for heavy in ("tldextract", "requests", "idna", "click", "rich", "blocklist.loaders"):
        assert heavy not in loaded
    assert "blocklist.compiler" not in loaded


def test_importing_the_package_is_light() -> None:
    loaded = run("import blocklist, sys; print(*sys.modules)").split()
    assert not {"tldextract", "requests", "idna", "ahocorasick", "zoneinfo", "rich"} & set(loaded)


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
