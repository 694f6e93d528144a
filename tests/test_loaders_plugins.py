"""Formats of other packages: a tiny distribution on the path, as ``pip`` leaves it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from loading import only, values

from blocklist import OrderSyntaxError, UnknownFormatError, load_orders
from blocklist.cli.group import cli
from blocklist.loaders import LOADERS, all_loaders, other_loaders
from blocklist.loaders.plugins import plugins

pytestmark = pytest.mark.no_core

LOADER = """
from blocklist import Order, parse_target


class AcmeLoader:
    name = "acme"
    title = "the daily list of ACME"
    reads = frozenset({"text"})

    def recognises(self, document):
        return document.text.startswith("ACME ")

    def load(self, document, options):
        numbered = enumerate(document.lines[1:], 2)
        targets = tuple(parse_target(line, line=at) for at, line in numbered if line)
        return [Order(id="acme:1", targets=targets, source=document.source(self.name))]
"""
MAPPING = """
name = "acme"
title = "a table of ACME"
authority = "ACME"
shape = "csv"

[csv]
delimiter = ";"

[fields]
name = "acme name"
removal = "acme end"
"""
LIST = b"ACME 1\na.example\nb.example\n"

Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Return a function that puts a distribution with one module and its entry points there."""
    modules: list[str] = []

    def install_(code: str, *points: str, name: str = "acme-formats") -> None:
        module = name.replace("-", "_")
        modules.append(module)
        folder = tmp_path / name
        info = folder / f"{module}-1.5.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.5\n")
        (info / "entry_points.txt").write_text("\n".join(["[blocklist.loaders]", *points, ""]))
        (folder / f"{module}.py").write_text(code)
        (folder / "acme.toml").write_text(MAPPING)
        monkeypatch.syspath_prepend(folder)
        plugins.cache_clear()

    yield install_
    plugins.cache_clear()
    for module in modules:
        sys.modules.pop(module, None)


def test_without_plug_ins_there_are_our_formats() -> None:
    assert list(all_loaders()) == list(LOADERS)
    assert other_loaders().faults == {}


@pytest.mark.parametrize("leads_to", ["AcmeLoader", "loader"])
def test_a_class_or_an_object(install: Install, leads_to: str) -> None:
    install(LOADER + "\nloader = AcmeLoader()\n", f"acme = acme_formats:{leads_to}")
    assert only(LIST).source.format == "acme"
    assert values(LIST) == ["a.example", "b.example"]
    assert values(b"ACME \nc.example", format="acme") == ["c.example"]
    names = list(all_loaders())
    assert names.index("acme") == names.index("csv") - 1
    assert names[-1] == "plain"


@pytest.mark.parametrize(
    "path",
    ["Path(__file__).with_name('acme.toml')", "str(Path(__file__).with_name('acme.toml'))"],
)
def test_a_mapping(install: Install, path: str) -> None:
    install(f"from pathlib import Path\nmapping = {path}\n", "acme = acme_formats:mapping")
    table = b"acme name;acme end\na.example;\nb.example;2020-01-01\n"
    order = only(table)
    assert (order.source.format, order.authority.key) == ("acme", "acme")
    assert [target.value for target in order.targets] == ["a.example"]
    assert [refused.code for refused in order.rejected] == ["withdrawn"]


def test_a_mapping_with_an_encoding_of_its_own(install: Install) -> None:
    code = "from pathlib import Path\nmapping = Path(__file__).with_name('acme.toml')\n"
    install(code, "acme = acme_formats:mapping")
    file = Path(sys.path[0], "acme.toml")
    file.write_text('encoding = "windows-1250"\n' + file.read_text())
    order = only("acme name;acme end\nčeský.example;\n".encode("windows-1250"))
    assert [target.value for target in order.targets] == ["xn--esk-noa0f.example"]


def test_ours_that_are_specific_come_before(install: Install) -> None:
    install(
        LOADER.replace('document.text.startswith("ACME ")', "True"),
        "acme = acme_formats:AcmeLoader",
    )
    assert only(b"\n0000268_2023.21.07\n\na.example\n").source.format == "agcom"
    assert only(b"0.0.0.0 a.example\n").source.format == "hosts"
    assert only(b"x\na.example\n").source.format == "acme"


def test_nothing_is_imported_before_it_is_needed(install: Install) -> None:
    install(LOADER, "acme = acme_formats:AcmeLoader")
    only(b"\n0000268_2023.21.07\n\na.example\n")
    assert "acme_formats" not in sys.modules
    only(b"a.example\n")
    assert "acme_formats" in sys.modules


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("def broken(", "SyntaxError"),
        ("raise SystemExit('no')", "SystemExit: no"),
        ("x = 1", "AttributeError: "),
        (LOADER.replace("def recognises", "def other"), "has no method 'recognises'"),
        (LOADER.replace("frozenset({", "list({"), "has no set of texts 'reads'"),
        (LOADER.replace('title = "', "title = 1 # "), "has no text 'title'"),
        (LOADER.replace('name = "acme"', 'name = "other"'), "its entry point 'acme'"),
        (LOADER + "    def __init__(self, x): ...", "TypeError: "),
        ("AcmeLoader = '/no/such/file.toml'", "FileNotFoundError: "),
        ("AcmeLoader = __file__", "the mapping is not TOML"),
        ("AcmeLoader = None", "has no method 'recognises'"),
    ],
)
def test_a_broken_plug_in_is_one_sentence(install: Install, code: str, says: str) -> None:
    install(code, "acme = acme_formats:AcmeLoader")
    with pytest.raises(UnknownFormatError, match=r"'acme' of acme-formats 1\.5 cannot") as caught:
        load_orders(LIST, format="acme")
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    # Ours work; where the plug-in could have been the one to read it, a warning says so.
    assert only(b"\n0000268_2023.21.07\n\na.example\n").warnings == ()
    (warning,) = only(b"a.example\n").warnings
    assert "of acme-formats 1.5 cannot be used" in warning
    with pytest.raises(UnknownFormatError, match=r"fits no format.*of acme-formats 1\.5 cannot"):
        load_orders(b"no format at all, is it?\n" * 9)
    result = CliRunner().invoke(cli, ["formats"])
    assert result.exit_code == 0
    assert "acme-formats 1.5 cannot be used" in result.stderr


@pytest.mark.parametrize("method", ["recognises", "load"])
def test_a_plug_in_that_fails_at_a_file(install: Install, method: str) -> None:
    code = LOADER.replace(f"def {method}(self, document", f"def {method}(self, document, *, x")
    code = LOADER + f"\n\ndef fail(*_):\n    raise KeyError('x')\n\n\nAcmeLoader.{method} = fail\n"
    install(code, "acme = acme_formats:AcmeLoader")
    says = "the format 'acme' of acme-formats 1.5 failed: KeyError: 'x'"
    if method == "load":
        with pytest.raises(OrderSyntaxError, match=says) as caught:
            load_orders(LIST, name="list.txt")
        assert caught.value.path == "list.txt"
        return
    order = only(b"a.example\n")
    assert (order.source.format, len(order.targets)) == ("plain", 1)
    assert order.warnings[0].startswith(says)


def test_a_plug_in_returns_orders_or_nothing(install: Install) -> None:
    install(
        LOADER.replace("return [Order", "return ['x'] or [Order"), "acme = acme_formats:AcmeLoader"
    )
    with pytest.raises(OrderSyntaxError, match="something else than a list of orders"):
        load_orders(LIST)


def test_a_plug_in_may_refuse_a_file_in_its_own_words(install: Install) -> None:
    raising = "raise __import__('blocklist').OrderSyntaxError('no edition', path=document.path)"
    install(
        LOADER.replace("numbered = ", raising + "; numbered = "), "acme = acme_formats:AcmeLoader"
    )
    with pytest.raises(OrderSyntaxError, match=r"^list.txt: no edition$"):
        load_orders(LIST, name="list.txt")


def test_a_name_of_ours_is_ours(install: Install) -> None:
    code = LOADER.replace('name = "acme"', 'name = "plain"')
    install(code, "plain = acme_formats:AcmeLoader")
    assert values(b"a.example", format="plain") == ["a.example"]
    (warning,) = only(b"a.example").warnings
    assert warning == (
        "the format 'plain' is of acme-formats 1.5 and of blocklist; that of blocklist counts"
    )


def test_two_of_one_name_are_none(install: Install) -> None:
    install(LOADER, "acme = acme_formats:AcmeLoader")
    install(LOADER, "acme = other_formats:AcmeLoader", name="other-formats")
    with pytest.raises(UnknownFormatError, match="remove one of them") as caught:
        load_orders(LIST, format="acme")
    assert "of acme-formats 1.5 and of other-formats 1.5" in str(caught.value)


def test_the_list_of_formats_says_whose_they_are(install: Install) -> None:
    install(LOADER, "acme = acme_formats:AcmeLoader")
    result = CliRunner().invoke(cli, ["formats"], env={"COLUMNS": "200"})
    (line,) = [line for line in result.stdout.splitlines() if "│ acme " in line]
    assert "the daily list of ACME" in line
    assert "acme-formats 1.5" in line
    result = CliRunner().invoke(cli, ["check", "-", "--format", "acme"], input=LIST)
    assert "acme:1" in result.stdout


def test_importing_the_loaders_looks_for_no_plug_in(install: Install, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import blocklist.loaders, sys; print(*sys.modules)"],
        capture_output=True, text=True, check=True,
        env={"PYTHONPATH": ":".join(path for path in sys.path if path)},
    )  # fmt: skip
    assert "acme_formats" not in done.stdout
