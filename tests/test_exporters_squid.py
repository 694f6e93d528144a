"""Squid's dstdomain files: the same as the image, and never an entry that another covers."""

from __future__ import annotations

import pytest
from exported import Answer, lines_of, loaded, written
from helpers import image, order
from hypothesis import given, settings
from scale import size
from servers.founding import MUST_BLOCK, MUST_RESOLVE, founding_image
from test_exporters_lists import QUESTIONS, compiled, rules

from blocklist import Blocklist, compile_orders
from blocklist.exporters.squid import FILES

pytestmark = pytest.mark.no_core


def reading(files: dict[str, str]) -> Answer:
    """What the configuration of the page makes of the files, each read by our loader."""
    # Without the head by which our own loader knows which file is which.
    lists = [loaded(files[name].replace("made by", "from"), "squid") for name in FILES]

    def answer(question: str) -> bool:
        blocked, allowed, again, allowed_again = (
            found is not None and found.is_blocked(question) for found in lists
        )
        return (blocked and not allowed) or (again and not allowed_again)

    return answer


@settings(max_examples=size(150))
@given(targets=rules, exceptions=rules)
def test_load_after_export_is_identity(targets: list[str], exceptions: list[str]) -> None:
    source = compiled(
        tuple(t for t in targets if "*" not in t.removeprefix("*.")),
        tuple(e for e in exceptions if "*" not in e.removeprefix("*.")),
    )
    lost: list[tuple[str, str]] = []
    files, report = written(source, "squid", each_loss=lambda *loss: lost.append(loss))
    assert {loss.code for loss in report.losses} <= {"nested"}
    meant = Blocklist(source).is_blocked
    gone = tuple(text.lstrip("=*.") for _, text in lost)
    says = reading(files)
    for question in QUESTIONS:
        does = says(question)
        assert meant(question) or not does, question
        if meant(question) != does:
            assert question.endswith(gone), question


@given(targets=rules, exceptions=rules)
def test_no_entry_covers_another(targets: list[str], exceptions: list[str]) -> None:
    files, _ = written(compiled(tuple(targets), tuple(exceptions)), "squid")
    for name in FILES:
        entries = lines_of(files[name])
        wide = {entry[1:] for entry in entries if entry.startswith(".")}
        assert len(set(entries)) == len(entries)
        for entry in entries:
            bare = entry.lstrip(".")
            above = {bare[at + 1 :] for at, octet in enumerate(bare) if octet == "."}
            assert not above & wide, (name, entry)
            assert entry.startswith(".") or bare not in wide, (name, entry)


def test_files_and_losses() -> None:
    source = image(
        "d.it", "b.h.d.it", "=e.it", "*.f.it", "sexx.g.it", "x.it/p", "198.51.100.7", "*kickass*",
        "a.a.a.a.h.it", exceptions=["h.d.it", "o.b.h.d.it"],
    )  # fmt: skip
    files, report = written(source, "squid")
    assert {name: lines_of(text) for name, text in files.items()} == {
        "blocked": [".d.it", "e.it", ".f.it", ".sexx.g.it", ".a.a.a.a.h.it"],
        "allowed": [".h.d.it", "f.it"],
        "blocked-again": [".b.h.d.it"],
        "allowed-again": [".o.b.h.d.it"],
    }
    assert {loss.code: loss.count for loss in report.losses} == {
        "address": 1, "pattern": 1, "url": 1,
    }  # fmt: skip
    deep = image("d.it", "b.a.d.it", "d.c.b.a.d.it", exceptions=["a.d.it", "c.b.a.d.it"])
    files, report = written(deep, "squid")
    (loss,) = report.losses
    assert (loss.code, loss.examples) == ("nested", ("d.c.b.a.d.it",))
    says = reading(files)
    assert not says("d.c.b.a.d.it")
    assert says("x.b.a.d.it")


def test_confidential_names_are_in_no_file() -> None:
    secret = order("h.it", "h.d.it", id="x:2", confidential=True)
    source = compile_orders([order("d.it"), secret])
    files, report = written(source, "squid")
    assert "h." not in "".join(files.values())
    assert [loss.code for loss in report.losses] == ["confidential"]


def test_founding_case() -> None:
    files, report = written(founding_image(), "squid")
    assert report.losses == ()
    says = reading(files)
    assert all(map(says, MUST_BLOCK))
    assert not any(map(says, MUST_RESOLVE))
