"""What is seen of the canary of an export."""

from __future__ import annotations

import subprocess
from pathlib import Path

import dns.message
import dns.rrset
import pytest
from helpers import image
from servers.program import blocklist
from servers.stub import negative, stub

from blocklist.exporters import export

pytestmark = pytest.mark.no_core

LIST = image("blocked.example")
IMAGE16 = LIST.content_digest[:16]
FILE16 = "0123456789abcdef"


def looked(folder: Path, port: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    LIST.save(folder / "it.blk")
    command = blocklist(
        "probe", folder / "it.blk", "--resolver", f"127.0.0.1:{port}", "--rate", "1000",
        "--timeout", "0.5", *arguments,
    )  # fmt: skip
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)


def says(*texts: str, after: int = 0) -> tuple[list[str], object]:
    asked: list[str] = []

    def answer(query: dns.message.Message) -> bytes | None:
        name = query.question[0].name
        asked.append(name.to_text(omit_final_dot=True))
        if len(asked) <= after or not texts:
            return negative(query)
        response = dns.message.make_response(query)
        response.answer.append(dns.rrset.from_text(name, 0, "IN", "TXT", *texts))
        return response.to_wire()

    return asked, answer


@pytest.mark.parametrize(
    ("texts", "arguments", "code", "told"),
    [
        ([f'"blocklist {IMAGE16} {FILE16}"'], ["--canary"], 0, f"file {FILE16}"),
        ([f'"blocklist" "{IMAGE16}" "{FILE16}"'], ["--canary"], 0, f"file {FILE16}"),
        ([f'"blocklist {IMAGE16}"'], ["--canary", "x.example"], 0, f"image {IMAGE16}"),
        (['"v=spf1 -all"', f'"blocklist {IMAGE16}"'], ["--canary"], 0, f"image {IMAGE16}"),
        ([f'"blocklist {IMAGE16} {FILE16}"'], ["--canary", "--file16", FILE16], 0, FILE16),
        (
            [f'"blocklist {IMAGE16} {FILE16}"'], ["--canary", "--file16", "f" * 16], 1,
            f"it serves image {IMAGE16}, file {FILE16}",
        ),
        ([f'"blocklist {"0" * 16} {FILE16}"'], ["--canary"], 1, "it serves image 0000"),
        (['"blocklist"'], ["--canary"], 1, "no canary"),
        (['"of another"'], ["--canary"], 1, "one of a list of names alone is found with"),
        ([], ["--canary"], 1, "no canary"),
    ],
)  # fmt: skip
def test_what_a_resolver_says(
    texts: list[str], arguments: list[str], code: int, told: str, tmp_path: Path
) -> None:
    asked, answer = says(*texts)
    with stub(answer) as port:  # type: ignore[arg-type]
        done = looked(tmp_path, port, *arguments)
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    assert told in done.stderr
    seen = "seen" if code == 0 else "NOT seen"
    name = "x.example" if "x.example" in arguments else "check.rpz.blocklist"
    assert f"127.0.0.1:{port}: canary {name} {seen} after " in done.stderr
    assert set(asked) == {name}
    assert "blocked.example" not in done.stderr


def test_it_waits_until_the_canary_is_there(tmp_path: Path) -> None:
    asked, answer = says(f'"blocklist {IMAGE16} {FILE16}"', after=2)
    with stub(answer) as port:  # type: ignore[arg-type]
        assert looked(tmp_path, port, "--canary", "--within", "60s").returncode == 0
    assert len(asked) == 3


def test_silence_and_wrong_options(tmp_path: Path) -> None:
    with stub(lambda _: None) as port:
        done = looked(tmp_path, port, "--canary")
        assert (done.returncode, "no answer" in done.stderr) == (1, True)
        for wrong in (["--within", "soon"], ["--file16", "xyz"]):
            assert looked(tmp_path, port, "--canary", *wrong).returncode == 2


@pytest.mark.parametrize("blocks", ["this", "another", "all", "none"])
def test_a_format_that_holds_names_alone(blocks: str, tmp_path: Path) -> None:
    """A name that is blocked shows the file only if others beside it are not."""
    report = export(LIST, "dnsmasq", tmp_path / "list")
    (name,) = report.canaries

    def answer(query: dns.message.Message) -> bytes:
        asked = query.question[0].name.to_text(omit_final_dot=True)
        if blocks == "all" or asked == {"this": name, "another": f"{'0' * 16}.x"}.get(blocks):
            return dns.message.make_response(query).to_wire()  # without an SOA
        return negative(query)

    with stub(answer) as port:
        done = looked(tmp_path, port, "--canary", "--file16", str(tmp_path / "list"))
    assert done.returncode == (0 if blocks == "this" else 1), done.stderr
    assert report.file16 in done.stderr or blocks == "all"
