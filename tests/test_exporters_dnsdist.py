"""What is exported for dnsdist: keys and values, lists, losses, Lua."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from helpers import image, order
from servers.many import near, random_image
from servers.program import find_program

from blocklist import Blocklist, compile_orders
from blocklist.errors import ExportError
from blocklist.exporters import ExportOptions, export
from blocklist.exporters.dnsdist import _block_patterns, _expression, _value, records, wire_key
from blocklist.exporters.losses import Losses
from blocklist.exporters.policytree import PolicyTree
from blocklist.live.policy import Response

pytestmark = pytest.mark.no_core

FORMATS = ("dnsdist", "dnsdist-lmdb", "dnsdist-suffixes")


def stored(*targets: str, exceptions: tuple[str, ...] = ()) -> dict[bytes, bytes]:
    blocked = Blocklist(image(*targets, exceptions=exceptions))
    return dict(records(PolicyTree(blocked.contents, Losses())))


ID = b"it:test:1"


@pytest.mark.parametrize(
    ("targets", "exceptions", "wanted"),
    [
        (["a.example"], [], {b"\1a\7example\0": ID}),
        (["=a.example"], [], {b"a.example": ID}),
        (["*.a.example"], [], {b"a.example": b"?", b"\1a\7example\0": ID}),
        (["a.example", "b.a.example"], [], {b"\1a\7example\0": ID}),
        (
            ["a.example"],
            ["b.a.example"],
            {b"\1a\7example\0": ID, b"\1b\1a\7example\0": b"-"},
        ),
        (["a.example"], ["=b.a.example"], {b"\1a\7example\0": ID, b"b.a.example": b"-"}),
        (
            ["a.example"],
            ["*.b.a.example"],
            {b"\1a\7example\0": ID, b"b.a.example": ID, b"\1b\1a\7example\0": b"-"},
        ),
    ],
)
def test_records(targets: list[str], exceptions: list[str], wanted: dict[bytes, bytes]) -> None:
    assert stored(*targets, exceptions=tuple(exceptions)) == wanted


def dnsdist_text(name: bytes) -> str:
    """Return wire format as dnsdist writes names for its regular expressions."""
    labels, at = [], 0
    while name[at]:
        label = name[at + 1 : at + 1 + name[at]]
        at += 1 + name[at]
        labels.append("".join(
            chr(o) if (chr(o).isalnum() and o < 128) or o in b"-_" else
            f"\\{chr(o)}" if 33 <= o < 127 else f"\\{o:03}" for o in label
        ))  # fmt: skip
    return ".".join(labels)


def verdict(store: dict[bytes, bytes], patterns: list[tuple[str, str]], name: bytes) -> str:
    """Return the tag that the rules of the Lua leave behind, as dnsdist evaluates them."""
    text, name = dnsdist_text(name).lower(), name.lower()
    tag = store.get(text.encode(), b"").decode()
    at = 0
    while not tag and at < len(name):
        tag = store.get(name[at:], b"").decode()
        at += 1 + name[at]
    for expression, value in patterns:
        if tag in ("", "?") and re.fullmatch(expression, text, re.DOTALL):
            tag = value
    return tag


@pytest.mark.parametrize("secrets", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_never_wider_than_the_image(tmp_path: Path, seed: int, secrets: bool) -> None:
    compiled = random_image(seed, secrets=secrets)
    blocked = Blocklist(compiled)
    report = export(compiled, "dnsdist", tmp_path, confidential=False)
    plan = PolicyTree(blocked.contents, Losses())
    patterns = [
        (_expression(pattern).replace("[^\\]", "[^\\\\]"), _value(plan, True, number).decode())
        for pattern, number in _block_patterns(plan)
    ]
    store, names = dict(records(plan)), near(blocked, seed, 2000)
    said = [verdict(store, patterns, name) not in ("", "-", "?") for name in names]
    wanted = [blocked.is_blocked(name) for name in names]
    wrong = [row for row in zip(names, said, wanted, strict=True) if row[1] != row[2]]
    assert sum(said) > 50
    assert [row for row in wrong if row[1] or not report.losses] == []
    assert bool(report.losses) == secrets


@pytest.mark.parametrize("secrets", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_a_list_is_never_wider_than_the_image(tmp_path: Path, seed: int, secrets: bool) -> None:
    compiled = random_image(seed, patterns=False, secrets=secrets)
    blocked = Blocklist(compiled)
    report = export(
        compiled, "dnsdist-suffixes", tmp_path, ExportOptions(canary=None), confidential=False
    )
    lines = set((tmp_path / "names.txt").read_text().splitlines())

    def answer(name: bytes) -> bool:
        text = dnsdist_text(name).lower()
        ends = [text, *(text[at + 1 :] for at, octet in enumerate(text) if octet == ".")]
        if f"={text}" in lines:
            return True
        excepted = f"!={text}" in lines or any(f"!{end}" in lines for end in ends)
        return not excepted and any(end in lines for end in ends)

    names = [name for name in near(blocked, seed, 2000) if b"." not in name]
    wanted = [blocked.is_blocked(name) for name in names]
    said = [answer(name) for name in names]
    wrong = [row for row in zip(names, said, wanted, strict=True) if row[1] != row[2]]
    assert sum(said) > 20
    assert [row for row in wrong if row[1] or not report.losses] == []


def test_each_half_of_a_name_tells_its_own_orders() -> None:
    orders = [order("=a.example", "b.example", id="x"), order("*.a.example", id="y")]
    orders.append(order("b.example", id="z"))
    blocked = Blocklist(compile_orders(orders))
    assert dict(records(PolicyTree(blocked.contents, Losses()))) == {
        b"a.example": b"x", wire_key("a.example"): b"y", wire_key("b.example"): b"x z",
    }  # fmt: skip


def test_what_holds_from_above_tells_the_orders_from_above() -> None:
    orders = [order("a.example", id="x"), order("z.example", exceptions=("*.b.a.example",), id="y")]
    blocked = Blocklist(compile_orders(orders))
    assert dict(records(PolicyTree(blocked.contents, Losses()))) == {
        wire_key("a.example"): b"x", b"b.a.example": b"x", wire_key("b.a.example"): b"-",
        wire_key("z.example"): b"y",
    }  # fmt: skip


@pytest.mark.parametrize("id", ["-", "?"])
def test_no_order_looks_like_an_exception(id: str) -> None:  # noqa: A002
    blocked = Blocklist(compile_orders([order("a.example", id=id)]))
    assert dict(records(PolicyTree(blocked.contents, Losses()))) == {
        wire_key("a.example"): b"order " + id.encode()
    }


def test_the_same_image_gives_the_same_octets(tmp_path: Path) -> None:
    compiled, options = image("a.example", "=b.example", "*kickass*"), ExportOptions()
    for format in ("dnsdist", "dnsdist-suffixes"):  # noqa: A001
        made = []
        for folder in ("one", "two"):
            report = export(compiled, format, tmp_path / folder, options, confidential=False)
            made.append([Path(path).read_bytes() for path in report.paths])
        assert made[0] == made[1]


def test_losses(tmp_path: Path) -> None:
    compiled = image(
        "a.example", "http://b.example/x", "192.0.2.1", "*kickass*", "*kickbox*", "in.x.a.example",
        exceptions=["kickass*.org", "x.a.example"],
    )  # fmt: skip
    losses = {
        name: {
            loss.code: loss.count
            for loss in export(compiled, name, tmp_path, confidential=False).losses
        }
        for name in FORMATS
    }
    assert losses == {
        "dnsdist": {"address": 1, "url": 1, "exception": 2},
        "dnsdist-lmdb": {"address": 1, "url": 1, "exception": 2},
        "dnsdist-suffixes": {"address": 1, "url": 1, "pattern": 2, "nested": 1},
    }


def test_confidential_orders_are_not_there(tmp_path: Path) -> None:
    secret = order("*secretive*", "hidden.example", id="secret-id", confidential=True)
    compiled = compile_orders([secret, order("a.example")])
    for format in FORMATS:  # noqa: A001
        report = export(compiled, format, tmp_path / format, confidential=False)
        assert {loss.code: loss.count for loss in report.losses} == {"confidential": 2}
        content = b"".join(Path(path).read_bytes() for path in report.paths)
        assert b"hidden" not in content
        assert b"secret" not in content


def test_names_of_a_list(tmp_path: Path) -> None:
    compiled = image(
        "a.example", "=b.example", "*.c.example", exceptions=["x.a.example", "=y.a.example"]
    )
    export(compiled, "dnsdist-suffixes", tmp_path, ExportOptions(canary=None), confidential=False)
    lines = (tmp_path / "names.txt").read_text().splitlines()
    assert {line for line in lines if line[0] != "#"} == {
        "a.example", "!x.a.example", "!=y.a.example", "=b.example", "c.example", "!=c.example",
    }  # fmt: skip


def test_responses_that_it_does_not_have(tmp_path: Path) -> None:
    options = ExportOptions(response=Response.parse("passthru"))
    with pytest.raises(ExportError, match="dnsdist cannot answer passthru"):
        export(image("a.example"), "dnsdist", tmp_path, options)
    assert list(tmp_path.iterdir()) == []


def test_lua_is_lua(tmp_path: Path) -> None:
    program = find_program("luajit")
    orders = [order("*kickass*", id='"]]\\\r\n\0é\\'), order("a.example", "x.*", id="it:1")]
    for format in ("dnsdist", "dnsdist-suffixes"):  # noqa: A001
        export(compile_orders(orders), format, tmp_path)
        done = subprocess.run(
            [program, "-b", tmp_path / "blocklist.lua", tmp_path / "out"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr


def test_lmdb_holds_the_same(tmp_path: Path) -> None:
    lmdb = pytest.importorskip("lmdb")
    compiled = image("a.example", "=b.example", "*kickass*", exceptions=["x.a.example"])
    wanted = dict(records(PolicyTree(Blocklist(compiled).contents, Losses())))
    made = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        report = export(compiled, "dnsdist-lmdb", folder, ExportOptions(canary=None))
        assert report.losses == ()
        made.append((folder / "names.mdb").read_bytes())
    assert made[0] == made[1]
    with lmdb.open(str(tmp_path / "one" / "names.mdb"), subdir=False, readonly=True, lock=False,
                   max_dbs=1) as environment:  # fmt: skip
        database = environment.open_db(b"blocklist", create=False)
        with environment.begin(db=database) as transaction:
            assert dict(transaction.cursor()) == wanted


def test_without_the_library_a_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "lmdb", None)
    with pytest.raises(ExportError, match='writing LMDB needs the extra "lmdb": pip install'):
        export(image("a.example"), "dnsdist-lmdb", tmp_path)
    assert list(tmp_path.iterdir()) == []
