"""Zones of each authority, and a script, for PowerDNS Recursor."""

from __future__ import annotations

import io
import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import dns.zone
import pytest
from helpers import image, order
from hypothesis import given, settings
from hypothesis import strategies as st
from scale import size
from servers.program import find_program
from test_exporters_policytree import ASKED_OF_ALL, RULES

from blocklist import Authority, Blocklist, Image, Order, compile_orders, load_orders
from blocklist.errors import ExportError
from blocklist.exporters import ExportOptions, ExportReport, export
from blocklist.exporters.lua import lua_string
from blocklist.live.policy import Response

pytestmark = pytest.mark.no_core

AUTHORITIES = {"agcom": "AGCOM", "court": "Court", "operator": "the operator's own policy"}
PATTERNS = st.lists(
    st.sampled_from(["*a*", "a-*", "*.b.*", "*_x", "a*b*a*", "*b.a.example", "b*", "*z*"]),
    max_size=3,
)  # fmt: skip
HARNESS = """
pdns = {NXDOMAIN = 3, NOERROR = 0, REFUSED = 5, A = 1, AAAA = 28, CNAME = 5}
dofile(arg[1])
for name in io.lines() do
  local dq = {qtype = 1, qname = {toString = function () return name .. "." end}}
  function dq.addAnswer() end
  local done = preresolve(dq)
  print(tostring(done), dq.rcode or "-", dq.extendedErrorCode or "-", dq.extendedErrorExtra or "-")
end
"""


def several(parts: list[tuple[list[str], list[str]]]) -> Image:
    """Return orders of the authorities, each with targets and exceptions."""
    orders = [
        order(*targets, f"{key}.test", id=f"it:{key}:1", authority=Authority(key, name),
              number=f"{number}/26", exceptions=exceptions)
        for number, ((key, name), (targets, exceptions)) in enumerate(
            zip(AUTHORITIES.items(), parts, strict=True), 1
        )
    ]  # fmt: skip
    return compile_orders(orders)


def write(list_: Image, folder: Path, **options: Any) -> ExportReport:
    return export(list_, "powerdns", folder, ExportOptions(canary=None, **options))


def zones(folder: Path) -> dict[str, Path]:
    """The zones that ``rpz.lua`` loads, by the name of the policy."""
    text = (folder / "rpz.lua").read_text("utf-8")
    found = re.findall(
        r'^rpzFile\(folder \.\. "([^"]+)", \{policyName="([^"]+)"', text, re.MULTILINE
    )
    return {policy: folder / file for file, policy in found}


PARTS = st.lists(st.tuples(RULES, RULES), min_size=3, max_size=3)


@settings(max_examples=size(30))  # each syncs files
@given(PARTS, ASKED_OF_ALL)
def test_zones_share_no_name_and_say_together_what_the_image_says(
    tmp_path_factory: pytest.TempPathFactory, parts: list[tuple[list[str], list[str]]],
    asked: list[str],
) -> None:  # fmt: skip
    folder = tmp_path_factory.mktemp("zones")
    blocked = Blocklist(several(parts))
    assert not write(blocked.image, folder).losses
    orders: list[Order] = []
    for policy, path in zones(folder).items():
        zone = dns.zone.from_file(str(path), f"{policy}.rpz.blocklist.")
        assert len(zone.nodes) > 1
        lines = path.read_text("utf-8")
        if "CNAME ." in lines:
            orders += load_orders(lines.encode(), format="rpz")
    # What is decided in one zone is decided in no other.
    named = {policy: set(_names(path)) for policy, path in zones(folder).items()}
    for one in named:
        for other in named:
            assert one == other or not named[one] & named[other]
    again = Blocklist(compile_orders(_numbered(orders)))
    for name in asked:
        assert again.is_blocked(name) is blocked.is_blocked(name), name


def _names(path: Path) -> list[str]:
    lines = path.read_text("utf-8").splitlines()
    return [line.split()[0].removeprefix("*.") for line in lines if line[0] not in ";$@"]


def _numbered(orders: list[Order]) -> list[Order]:
    return [replace(order, id=f"{order.id}:{at}") for at, order in enumerate(orders)]


def test_the_files(tmp_path: Path) -> None:
    list_ = compile_orders([
        order("a.example", id="1", authority=Authority("agcom", "AGCOM"), number="7"),
        order("b.example", id="2", authority=Authority("agcom", "AGCOM"), number="8"),
        order("c.a.example", "192.0.2.0/24", id="3", authority=Authority("Court/../of X", "Court"),
              number="R.G. 1", exceptions=["d.a.example", "192.0.2.7"]),
        order("e.example", "192.0.2.0/25", id="4"),
    ])  # fmt: skip
    report = write(list_, tmp_path, serial=1)
    assert [Path(path).name for path in report.paths] == [
        "rpz.lua", "exceptions.lua", "agcom.rpz", "court-of-x.rpz", "operator.rpz",
    ]  # fmt: skip
    lines = (tmp_path / "rpz.lua").read_text().splitlines()
    loads = [re.split(", extended", line) for line in lines[3:]]
    assert loads == [
        ['rpzFile(folder .. "agcom.rpz", {policyName="agcom"', "ErrorCode=16",
         'ErrorExtra="AGCOM"})'],
        ['rpzFile(folder .. "court-of-x.rpz", {policyName="court-of-x"', "ErrorCode=16",
         'ErrorExtra="Court, R.G. 1"})'],
        ['rpzFile(folder .. "operator.rpz", {policyName="operator"', "ErrorCode=15",
         'ErrorExtra="the operator\'s own policy (4)"})'],
    ]  # fmt: skip
    assert _names(tmp_path / "agcom.rpz") == [
        "a.example", "a.example", "d.a.example", "d.a.example", "b.example", "b.example",
    ]  # fmt: skip
    assert _names(tmp_path / "court-of-x.rpz") == [
        "24.0.2.0.192.rpz-ip", "32.7.2.0.192.rpz-ip",
    ]  # fmt: skip
    assert "$ORIGIN court-of-x.rpz.blocklist." in (tmp_path / "court-of-x.rpz").read_text()
    with pytest.raises(ExportError, match="powerdns writes several files; give a folder"):
        export(list_, "powerdns", io.BytesIO())


def test_losses_are_counted_once(tmp_path: Path) -> None:
    over = ".".join(["l" * 60] * 3 + ["m" * 60, "example"])
    list_ = compile_orders([
        order("a.example", over, "*kickass*", id="1", authority=Authority("agcom", "AGCOM")),
        order("b.example", "http://x.example/y", id="2"),
    ])  # fmt: skip
    report = write(list_, tmp_path)
    assert {loss.code: loss.count for loss in report.losses} == {
        "pattern": 1, "too-long": 1, "url": 1,
    }  # fmt: skip


def test_what_is_confidential_is_not_told(tmp_path: Path) -> None:
    secret = Authority("cncpo", "Secret Authority")
    orders = [
        order("a.example", id="1", authority=Authority("agcom", "AGCOM"), number="7"),
        order("secret.example", id="sec-1", authority=secret, confidential=True, number="R.G. z"),
    ]
    for name in ("powerdns", "powerdns-lua", "knot"):
        output = tmp_path / name
        report = export(compile_orders(orders), name, output, confidential=False)
        texts = [Path(path).read_text() for path in report.paths]
        assert not [text for text in texts if "secret" in text.lower()]
        assert [loss.code for loss in report.losses] == ["confidential"]
        report = export(compile_orders(orders), name, output, confidential=True)
        texts = [Path(path).read_text() for path in report.paths]
        assert [text for text in texts if "secret.example" in text]
        assert not [
            t for t in texts if "Secret" in t or "cncpo" in t or "R.G. z" in t or "sec-1" in t
        ]
        assert not report.losses


@pytest.mark.parametrize("name", ["powerdns", "powerdns-lua", "knot"])
def test_the_code_does_not_tell_that_an_authority_stands_behind(tmp_path: Path, name: str) -> None:
    list_ = compile_orders([
        order("a.example", id="own"),
        order("a.example", id="2", authority=Authority("court", "Court"), confidential=True),
    ])  # fmt: skip
    report = export(list_, name, tmp_path / "out", confidential=False)
    text = Path(report.paths[0]).read_text()
    assert re.findall(r"(?i)code=(\d+)", text) == ["15"]


def test_a_secret_exception_takes_the_patterns_with_it(tmp_path: Path) -> None:
    list_ = compile_orders([
        order("a.example", "*kickass*", id="1"),
        order("b.example", id="2", confidential=True, exceptions=["kickass.org"]),
    ])  # fmt: skip
    report = export(list_, "powerdns-lua", tmp_path / "script", confidential=False)
    assert {loss.code for loss in report.losses} == {"confidential", "exception"}
    assert "kickass" not in (tmp_path / "script").read_text()


def run_script(script: Path, names: list[str]) -> list[list[str]]:
    """What the script says of names, in LuaJIT as PowerDNS has it."""
    harness = script.with_name("harness.lua")
    harness.write_text(HARNESS)
    done = subprocess.run(
        [find_program("luajit"), str(harness), str(script)], input="\n".join(names),
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [line.split("\t") for line in done.stdout.splitlines()]


@settings(max_examples=size(40))
@given(PARTS, PATTERNS, PATTERNS, ASKED_OF_ALL)
def test_the_script_says_what_the_image_says(
    tmp_path_factory: pytest.TempPathFactory, parts: list[tuple[list[str], list[str]]],
    patterns: list[str], excepted: list[str], asked: list[str],
) -> None:  # fmt: skip
    script = tmp_path_factory.mktemp("script") / "blocklist.lua"
    parts = [(parts[0][0] + patterns, parts[0][1] + excepted), *parts[1:]]
    orders = [
        order(*targets, f"{key}.test", id=f"it:{key}:1", authority=Authority(key, name),
              number="1/26", exceptions=exceptions)
        for (key, name), (targets, exceptions) in zip(AUTHORITIES.items(), parts, strict=True)
    ]  # fmt: skip
    blocked = Blocklist(compile_orders(orders, permit=patterns))
    assert not export(blocked, "powerdns-lua", script).losses
    for name, (done, rcode, code, text) in zip(asked, run_script(script, asked), strict=True):
        match = blocked.match(name)
        assert (done == "true") is (match is not None), name
        if match is not None:
            assert (rcode, int(code), text) == ("3", *match.ede()), name


def test_a_large_script(tmp_path: Path) -> None:
    """More names than a function of LuaJIT may have constants."""
    names = [f"n{number}.example" for number in range(70_000)]
    export(image(*names), "powerdns-lua", tmp_path / "script")
    answers = run_script(tmp_path / "script", ["n0.example", "x.n69999.example", "n70000.example"])
    assert [done for done, *_ in answers] == ["true", "true", "false"]


def test_responses_of_the_script(tmp_path: Path) -> None:
    for response, line in (
        ("nodata", "local rcode, ttl = pdns.NOERROR, 60"),
        ("refused", "local rcode, ttl = pdns.REFUSED, 60"),
        ("notimp", "local rcode, ttl = pdns.NOTIMP, 60"),
        ("sinkhole 2001:db8::1", '  {kind=pdns.AAAA, text="2001:db8::1"},'),
    ):
        options = ExportOptions(response=Response.parse(response))
        export(image("a.example"), "powerdns-lua", tmp_path / "script", options)
        assert line in (tmp_path / "script").read_text().splitlines()
    with pytest.raises(ExportError, match="powerdns-lua cannot answer drop"):
        export(image("a.example"), "powerdns-lua", tmp_path / "script",
               ExportOptions(response=Response.parse("drop")))  # fmt: skip


@settings(max_examples=size(25))
@given(st.text(st.characters(codec=None) | st.sampled_from('"\\]-[\n\0\ud800'), max_size=30))
def test_strings_of_lua(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("lua") / "x.lua"
    path.write_text(f"io.write({lua_string(text)})", "utf-8")
    done = subprocess.run([find_program("luajit"), str(path)], capture_output=True, check=True)
    assert done.stdout == text.encode("utf-8", "replace")
