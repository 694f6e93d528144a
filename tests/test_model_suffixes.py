from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared_data import shared
from strategies import labels
from tldextract import TLDExtract

from blocklist.errors import InvalidNameError
from blocklist.model.names import canonical_name
from blocklist.model.suffixes import PublicSuffixes, public_suffixes

pytestmark = pytest.mark.no_core


def _canonical_rule(rule: str) -> str:
    mark = "!" if rule[0] == "!" else "*." if rule[:2] == "*." else ""
    return mark + canonical_name(rule.removeprefix(mark))


_EXTRACT = TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
BUNDLED = frozenset(map(_canonical_rule, _EXTRACT.tlds))
"""The rules of both parts in the snapshot that tldextract ships."""


def is_wildcard_within_wildcard(name: str) -> bool:
    """Whether both ``*.svc.firenet.ch`` and ``*.firenet.ch`` are rules, for ``svc.firenet.ch``.

    tldextract follows the longer rule only, so here it takes the name for no suffix.
    """
    return {f"*.{name}", f"*.{name.partition('.')[2]}"} <= BUNDLED


def registrable(name: str, rules: frozenset[str] = BUNDLED) -> str | None:
    """The algorithm of publicsuffix.org/list, label by label."""
    parts = name.split(".")
    depth = 1
    for i in range(len(parts)):
        tail = ".".join(parts[i:])
        if f"!{tail}" in rules:
            depth = len(parts) - i - 1
            break
        if tail in rules or f"*.{'.'.join(parts[i + 1 :])}" in rules:
            depth = len(parts) - i
            break
    return ".".join(parts[-depth - 1 :]) if len(parts) > depth else None


def vectors() -> Iterator[tuple[str, str | None]]:
    for line in shared("conformance/psl-tests.txt").decode("utf-8").splitlines():
        if line.strip() and not line.startswith("//"):
            name, wanted = line.split()
            if name != "null":
                yield name, None if wanted == "null" else wanted


def test_vectors_of_the_list() -> None:
    """All agree, from whatever day the snapshot is; a leading dot is not a name here."""
    suffixes, counts = public_suffixes(), {"suffix": 0, "domain": 0, "not a name": 0}
    for text, wanted in vectors():
        if text.startswith("."):
            assert wanted is None
            with pytest.raises(InvalidNameError):
                canonical_name(text)
            counts["not a name"] += 1
            continue
        name = canonical_name(text)
        got = suffixes.registrable_domain(name)
        assert got == (None if wanted is None else canonical_name(wanted)), text
        assert suffixes.is_public_suffix(name) == (wanted is None)
        counts["suffix" if wanted is None else "domain"] += 1
    assert counts == {"suffix": 21, "domain": 52, "not a name": 4}


def test_other_snapshot_differs_only_in_its_rules() -> None:
    """Whatever rule both snapshots hold gives the same answer; the others are few."""
    lines = shared("conformance/public_suffix_list.dat.xz").decode("utf-8").splitlines()
    other = frozenset(
        _canonical_rule(line.split()[0]) for line in lines if line.strip() and line[:2] != "//"
    )
    suffixes = public_suffixes()
    assert len(other ^ BUNDLED) < len(other) / 10
    for rule in other & BUNDLED:
        name = f"a.b.{rule.removeprefix('*.').removeprefix('!')}"
        if registrable(name, other) == registrable(name):
            assert suffixes.registrable_domain(name) == registrable(name, other)


@given(st.sampled_from(sorted(BUNDLED)), st.lists(labels, max_size=3))
def test_as_the_published_algorithm(rule: str, above: list[str]) -> None:
    name = ".".join([*above, rule.removeprefix("*.").removeprefix("!")])
    suffixes = public_suffixes()
    if is_wildcard_within_wildcard(name):
        return
    assert suffixes.registrable_domain(name) == registrable(name)
    assert suffixes.is_public_suffix(name) == (registrable(name) is None)


def test_every_rule_alone() -> None:
    suffixes = public_suffixes()
    for rule in BUNDLED:
        name = rule.removeprefix("*.").removeprefix("!")
        if not is_wildcard_within_wildcard(name):
            assert suffixes.is_public_suffix(name) == (registrable(name) is None), rule
        for parent in _above(name):
            if not suffixes.is_public_suffix(parent):
                assert suffixes.is_above_any(parent), (rule, parent)


def _above(name: str) -> Iterator[str]:
    while "." in name:
        name = name.partition(".")[2]
        yield name


QUESTIONS = {
    # name: public suffix, above an ICANN suffix, above any suffix, registrable domain
    "it": (True, False, False, None),
    "co.uk": (True, False, False, None),
    "github.io": (True, False, False, None),
    "notalisted": (True, False, False, None),
    "bbc.co.uk": (False, False, False, "bbc.co.uk"),
    "www.bbc.co.uk": (False, False, False, "bbc.co.uk"),
    "x.github.io": (False, False, False, "x.github.io"),
    "a.b.notalisted": (False, False, False, "b.notalisted"),
    "kobe.jp": (False, True, True, "kobe.jp"),
    "c.kobe.jp": (True, False, False, None),
    "city.kobe.jp": (False, False, False, "city.kobe.jp"),
    "www.ck": (False, False, False, "www.ck"),
    "salesforce.com": (False, False, True, "salesforce.com"),
    "amazonaws.com": (False, False, True, "amazonaws.com"),
    "xn--55qx5d.cn": (True, False, False, None),
    "shishi.xn--55qx5d.cn": (False, False, False, "shishi.xn--55qx5d.cn"),
    "_dmarc.x.it": (False, False, False, "x.it"),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_questions(name: str) -> None:
    suffixes = public_suffixes()
    answers = (
        suffixes.is_public_suffix(name),
        suffixes.is_above_icann(name),
        suffixes.is_above_any(name),
        suffixes.registrable_domain(name),
    )
    assert answers == QUESTIONS[name]


def test_all_are_canonical() -> None:
    suffixes = public_suffixes()
    for name in suffixes.listed | suffixes.wildcards:
        assert canonical_name(name) == name
    assert suffixes.icann < suffixes.listed <= suffixes.risky


def test_list_is_read_once() -> None:
    assert public_suffixes() is public_suffixes()


def test_no_socket_and_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr("socket.socket", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("TLDEXTRACT_CACHE", str(tmp_path / "cache"))
    suffixes = PublicSuffixes()
    assert suffixes.is_public_suffix("co.uk")
    assert suffixes.registrable_domain("a.b.notalisted") == "b.notalisted"
    assert list(tmp_path.iterdir()) == []


def test_import_reaches_no_network_and_writes_nothing(tmp_path: Path) -> None:
    script = """
import sys

def watch(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        raise AssertionError(f"{event} {args}")
    if event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
        raise AssertionError(f"{event} {args}")

sys.addaudithook(watch)
from blocklist.model.suffixes import public_suffixes
assert public_suffixes().registrable_domain("www.bbc.co.uk") == "bbc.co.uk"
"""
    environment = os.environ | {"HOME": str(tmp_path), "TLDEXTRACT_CACHE": str(tmp_path / "cache")}
    subprocess.run([sys.executable, "-B", "-c", script], check=True, env=environment)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["svc.firenet.ch", "ocp.customer-oci.com", "in.futurecms.at"])
def test_a_wildcard_below_a_wildcard(name: str) -> None:
    assert public_suffixes().is_public_suffix(name)
