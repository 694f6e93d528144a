"""``blocklist export``: every format by the command; each mistake is one sentence and code 2."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_output import error
from click.testing import CliRunner, Result

from blocklist import Image
from blocklist.cli.group import cli
from blocklist.exporters import FORMATS

OMIT = ["--confidential", "omit"]
ORDERS = """
[[order]]
id = "it:public:1"
authority = "Tribunale di Roma"
targets = ["public.example", "=exact.example", "*.below.example", "shared.example", "ads.*",
  "192.0.2.0/29", "198.51.100.7", "http://url.example/film", "big.example"]
exceptions = ["ok.public.example"]

[[order]]
id = "it:SECRET:2"
authority = "SECRET"
title = "SECRET"
case_number = "SECRET"
confidential = true
targets = ["secret.example", "=secret-exact.example", "*.secret-below.example", "shared.example",
  "secret.public.example", "203.0.113.9", "http://secret-url.example/film", "secret.*"]
exceptions = ["secret.big.example"]
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    Path("orders.toml").write_text(ORDERS)
    options = ["--permit", "192.0.2.0/29"]
    assert run("compile", "orders.toml", "-o", "it.blk", *options).exit_code == 0
    yield tmp_path
    assert not list(tmp_path.rglob("*.tmp"))


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(cli, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def test_confidential_orders_ask_for_a_decision() -> None:
    result = run("export", "it.blk", "--format", "rpz", "-o", "out")
    assert result.exit_code == 2
    assert error(result) == (
        "the image holds 1 confidential order: say whether the program that reads this export is "
        "to enforce them (--confidential include, confidential=True) or not (--confidential omit, "
        "confidential=False)"
    )
    assert not Path("out").exists()
    Path("open.txt").write_text("open.example\n")
    assert run("compile", "open.txt", "-o", "open.blk").exit_code == 0
    for decision in ([], OMIT, ["--confidential", "include"]):
        assert run("export", "open.blk", "--format", "rpz", "-o", "o", *decision).exit_code == 0


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_included_names_no_confidential_order(name: str) -> None:
    """Ids may end in headers and pages that clients see."""
    included = run("export", "it.blk", "--format", name, "-o", "out", "--confidential", "include")
    assert included.exit_code == 0
    assert b"SECRET" not in octets(Path("out"))


def test_owner_and_mode() -> None:
    words = ["export", "it.blk", "--format", "rpz", "-o", "out", *OMIT]
    for wrong in ("9640", "rw", "0o99"):
        assert run(*words, "--mode", wrong).exit_code == 2
    missing = run(*words, "--owner", "nobody-of-that-name")
    assert (missing.exit_code, "nobody-of-that-name" in missing.stderr) == (2, True)
    assert not Path("out").exists()
    assert run(*words, "--mode", "0604", "--owner", f"{os.getuid()}:{os.getgid()}").exit_code == 0
    assert Path("out").stat().st_mode & 0o777 == 0o604
    assert run(*words).exit_code == 0
    assert Path("out").stat().st_mode & 0o777 == 0o604
    assert run(*words, "--mode", "0640", "--owner", f":{os.getgid()}").exit_code == 0
    assert Path("out").stat().st_mode & 0o777 == 0o640


def digits(zone: str) -> str:
    """What the last record of a zone says of the file."""
    return zone.splitlines()[-1].rstrip('"').split()[-1]


def octets(path: Path) -> bytes:
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return b"".join(file.read_bytes() for file in files)


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_confidential_is_told(name: str) -> None:
    result = run("export", "it.blk", "--format", name, "-o", "out", "--losses", "losses", *OMIT)
    assert result.exit_code == 0, result.stderr
    digest = run("verify", "it.blk").stdout.split("digest ")[1].split()[0]
    written = octets(Path("out"))
    assert digest.encode() in written
    told = [written, Path("losses").read_bytes(), result.output.encode()]
    assert b"secret" not in b"".join(told).lower()
    assert "left out: only confidential orders name it, and they are written only on request\n" in (
        result.stderr
    )

    result = run("export", "it.blk", "--format", name, "-o", "out", "--confidential", "include")
    assert result.exit_code == 0, result.stderr
    assert (b"secret" in octets(Path("out")).lower()) == (name not in {"prefixes", "routes"})
    files = Path("out").iterdir() if FORMATS[name].is_folder else [Path("out")]
    assert {path.stat().st_mode & 0o007 for path in files} == {0}
    names = sorted(Path("out").iterdir()) if FORMATS[name].is_folder else [Path("out")]
    lost = result.stderr.count("others lose the right r: mode 0640 instead of 0644")
    assert lost == len(names) - (name == "powerdns")  # which has one zone more now
    assert {path.stat().st_mode & 0o777 for path in names} == {0o640}
    Path("fresh").mkdir()
    for arguments, mode in (([], 0o600), (["--mode", "0640"], 0o640), (["--mode", "644"], 0o640)):
        where = f"fresh/{len(arguments)}{mode:o}{len(list(Path('fresh').iterdir()))}"
        words = ["--format", name, "-o", where, "--confidential", "include", *arguments]
        assert run("export", "it.blk", *words).exit_code == 0
        made = [path for path in Path("fresh").rglob("*") if path.is_file()]
        found = [path for path in made if str(path).startswith(where)]
        assert {path.stat().st_mode & 0o777 for path in found} == {mode}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["it.blk", "--format", "x"],
            f"unknown export format 'x'; choose one of: {', '.join(FORMATS)}",
        ),
        (["no.blk", "--format", "rpz"], "no.blk: No such file or directory"),
        ([".", "--format", "rpz"], ".: Is a directory"),
        (
            ["orders.toml", "--format", "rpz"],
            "orders.toml: not a blocklist image (make one with: blocklist compile SOURCE -o FILE)",
        ),
        (
            ["cut.blk", "--format", "rpz"],
            "cut.blk: cut short or grown: N octets, the header says SIZE; copy it again",
        ),
        (["it.blk", "--format", "squid"], "squid writes several files; give a folder"),
        (
            ["it.blk", "--format", "squid", "-o", "orders.toml"],
            "orders.toml is not a folder, and squid writes several files",
        ),
        (["it.blk", "--format", "rpz", "-o", "no/file"], "no: No such file or directory"),
        (["it.blk", "--format", "rpz", "-o", "."], ".: not a regular file, so it is left alone"),
        (
            ["it.blk", "--format", "rpz", "-o", "x", "--losses", "no/file"],
            "no: No such file or directory",
        ),
        (
            ["it.blk", "--format", "rpz", "-o", "x", "--strict"],
            (
                "rpz cannot express everything in this image: 8 left out: only confidential orders "
                "name it, and they are written only on request; 1 left out: the format cannot "
                "write its exceptions, so too much would be blocked: big.example; 1 left out: the "
                "format cannot block patterns: ads.*; 1 left out: the format cannot block URLs, "
                "and the whole host was not ordered blocked: url.example/film"
            ),
        ),
        (
            ["it.blk", "--format", "rpz", "--response", "x"],
            (
                "unknown response 'x'; choose one of: nxdomain, nodata, refused, notimp, sinkhole, "
                "drop, tcp-only, passthru"
            ),
        ),
        (
            ["it.blk", "--format", "rpz", "--ttl", "-1"],
            "the TTL must be 0 to 2147483647 seconds, not -1",
        ),
        (
            ["it.blk", "--format", "rpz", "--zone", "a b"],
            (
                "'a b' is not a zone name: not a domain name: 'a b' at position 1: ' ' is not a "
                "letter, digit, hyphen or underscore"
            ),
        ),
        (
            ["it.blk", "--format", "dnsmasq", "--response", "refused"],
            "dnsmasq cannot answer refused; omit the response, or use sinkhole",
        ),
    ],
)
def test_a_mistake_is_one_sentence(arguments: list[str], message: str) -> None:
    Path("cut.blk").write_bytes(Path("it.blk").read_bytes()[:-1])
    before = {path: path.read_bytes() for path in Path().iterdir()}
    result = run("export", *arguments, *OMIT)
    assert result.stdout == ""
    size = Path("it.blk").stat().st_size
    assert error(result) == message.replace("SIZE", str(size))
    assert {path: path.read_bytes() for path in Path().iterdir()} == before


def test_what_is_left_out_is_told() -> None:
    result = run("export", "it.blk", "--format", "rpz", "--losses", "losses", *OMIT)
    assert "shared.example CNAME ." in result.stdout
    assert result.stderr == (
        "rpz: 8 left out: only confidential orders name it, and they are written only on request\n"
        "rpz: 1 left out: the format cannot write its exceptions, so too much would be blocked: "
        "big.example\n"
        "rpz: 1 left out: the format cannot block patterns: ads.*\n"
        "rpz: 1 left out: the format cannot block URLs, and the whole host was not ordered "
        "blocked: url.example/film\n"
        "canary check.rpz.blocklist: "
        f"image {Image.open('it.blk').content_digest[:16]}, file {digits(result.stdout)}\n"
    )
    lines = [json.loads(line) for line in Path("losses").read_text().splitlines()]
    assert {"code": "pattern", "rule": "ads.*"} in lines
    assert {"code": "confidential", "rule": ""} in lines


def test_the_list_of_formats_needs_no_image() -> None:
    result = run("export", "--list")
    assert [line.split()[0] for line in result.stdout.splitlines()] == list(FORMATS)
