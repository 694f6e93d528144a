"""Names that look like ordered ones are for a person: no loader reads a list of them."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from click.testing import CliRunner

from blocklist import OrderError, load_orders
from blocklist.cli.group import cli
from blocklist.documents.candidatemark import CANDIDATES_MARK
from blocklist.loaders import all_loaders

pytestmark = pytest.mark.no_core

REFUSED = "a list of candidates of 'blocklist aliases', which no order names"
TEXT = f"{CANDIDATES_MARK}\n# Candidates\nbrandx.test\tstrong\nbrandx2.test\tlikely\n"


def zipped(octets: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("names.txt", octets)
    return made.getvalue()


def mailed(octets: bytes) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@test.example", "b@test.example", "list"
    mail.set_content("See the list.")
    mail.add_attachment(octets, maintype="text", subtype="plain", filename="names.txt")
    return bytes(mail)


WAYS: dict[str, Callable[[str], bytes]] = {
    "plain": str.encode,
    "bom": lambda text: text.encode("utf-8-sig"),
    "utf-16": lambda text: text.encode("utf-16"),
    "utf-16 without mark": lambda text: text.encode("utf-16-be"),
    "utf-32": lambda text: text.encode("utf-32"),
    "cr lf": lambda text: text.replace("\n", "\r\n").encode(),
    "cr": lambda text: text.replace("\n", "\r").encode(),
    "blank lines": lambda text: ("\n \t\n" * 40_000 + text).encode(),
    "gzip": lambda text: gzip.compress(text.encode()),
    "gzip utf-16": lambda text: gzip.compress(text.encode("utf-16")),
    "zip": lambda text: zipped(text.encode()),
    "mail": lambda text: mailed(text.encode()),
    "behind a list": lambda text: ("other.example\n" * 9 + text).encode(),
    "far behind a list": lambda text: ("other.example\n" * 9_000 + text).encode(),
    "quoted cells": lambda text: "\n".join(f'"{line}"' for line in text.split("\n")).encode(),
    "html": lambda text: f"<html><body><pre>\n{text}</pre></body></html>".encode(),
    "a later form": lambda text: text.replace("candidates 1", "candidates 27").encode(),
}


@pytest.mark.parametrize("way", WAYS)
def test_no_way_leads_in(way: str) -> None:
    with pytest.raises(OrderError, match=REFUSED):
        load_orders(WAYS[way](TEXT))
    with pytest.raises(OrderError, match=REFUSED):
        load_orders(WAYS[way](TEXT), format="plain")


def test_the_same_names_without_the_mark_are_a_list() -> None:
    """So the refusal is of the mark, not of what stands behind it."""
    assert load_orders(TEXT.partition("\n")[2].replace("\t", " # ").encode(), format="plain")


@pytest.mark.parametrize("name", all_loaders())
def test_every_format_refuses_it(name: str) -> None:
    with pytest.raises(OrderError, match=REFUSED):
        load_orders(TEXT.encode(), format=name)


def test_every_command_refuses_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("names.txt").write_text(TEXT, "utf-8")
    os.utime("names.txt", (1_700_000_000, 1_700_000_000))  # a run waits for what is being written
    Path("run.toml").write_text(
        'state = "state"\n[[source]]\nname = "list"\npath = "names.txt"\n'
        '[[output]]\nname = "image"\nformat = "plain"\npath = "blocked.txt"\n',
        "utf-8",
    )
    for words in (
        ["compile", "names.txt", "-o", "x.blk"],
        ["compile", "names.txt", "--format", "plain", "-o", "x.blk"],
        ["check", "names.txt"],
        ["import", "names.txt"],
        ["import", "--draft", "names.txt"],
        ["review", "names.txt"],
    ):
        done = CliRunner().invoke(cli, words)
        assert done.exit_code, words
        assert REFUSED in done.output, (words, done.output)
    assert not Path("x.blk").exists()
    assert "nothing was changed" in CliRunner().invoke(cli, ["run", "run.toml"]).output
    assert not Path("blocked.txt").exists()
    Path("names.txt").write_text("brandx.test\n", "utf-8")
    os.utime("names.txt", (1_700_000_000, 1_700_000_000))
    assert CliRunner().invoke(cli, ["run", "run.toml"]).exit_code == 0
    assert "brandx.test" in Path("blocked.txt").read_text("utf-8")


def test_an_order_may_speak_of_them() -> None:
    text = '[[order]]\nid = "x"\nnote = "see blocklist-candidates"\ntargets = ["shop.example"]\n'
    assert [one.id for one in load_orders(text.encode())] == ["x"]
