"""The canary: the last record of every export, by which a program shows that it read all of it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from helpers import image, order
from servers.dns import ask, upstream
from servers.resolvers import bind_rpz, knot, knot_rpz, powerdns_lua, powerdns_rpz, unbound_rpz

from blocklist import ConfigurationError, ExportError, Image, compile_orders
from blocklist.exporters import FORMATS, ExportOptions, ExportReport, export
from blocklist.exporters.canary import file16_of
from blocklist.live.policy import Response
from blocklist.probe.asking import Asker, Pace
from blocklist.probe.canaries import CanarySighting, Wanted, look
from blocklist.probe.resolvers import Resolver

pytestmark = pytest.mark.no_core

LIST = image("blocked.example", "=only.example", "192.0.2.7")
AT = datetime(2026, 11, 30, tzinfo=UTC)
NO_NAMES = {"prefixes", "routes"}
WITH_TXT = {"bind", "coredns", "knot", "powerdns", "powerdns-lua", "rpz", "unbound"}


def texts(report: ExportReport) -> dict[str, bytes]:
    return {Path(path).name: Path(path).read_bytes() for path in report.paths}


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_says_it_last(name: str, tmp_path: Path) -> None:
    report = export(LIST, name, tmp_path / "with", ExportOptions(at=AT, serial=1))
    bare = export(LIST, name, tmp_path / "bare", ExportOptions(at=AT, serial=1, canary=None))
    assert report.image16 == LIST.content_digest[:16]
    assert re.fullmatch("[0-9a-f]{16}", report.file16)
    assert (bare.canaries, bare.file16) == ((), report.file16)
    if name in NO_NAMES:
        assert report.canaries == ()
        return
    asked = "check.rpz.blocklist" if name in WITH_TXT else f"{report.file16}.check.rpz.blocklist"
    if name == "powerdns":
        asked = "operator.check.rpz.blocklist"
    assert asked in report.canaries
    assert file16_of(str(tmp_path / "with"), "check.rpz.blocklist") == report.file16
    said = texts(report)
    changed = [file for file, octets in texts(bare).items() if octets != said[file.replace("bare", "with")]] if FORMATS[name].is_folder else [""]  # fmt: skip # noqa: E501
    assert changed
    for file, octets in said.items():
        if file.endswith((".conf", ".cdb", ".mdb", ".lua")) or (
            file not in changed and changed != [""]
        ):
            continue
        lines = octets.decode().splitlines()
        ending = {"coredns": 6, "knot": 60, "powerdns-lua": 60}.get(name, 2)
        assert any("blocklist" in line and report.file16 in line for line in lines[-ending:])


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"dnsdist-lmdb"}))
def test_the_digest_of_the_file(name: str) -> None:
    def file16(list_: Image, **options: object) -> str:
        chosen = ExportOptions(**{"at": AT, **options})  # type: ignore[arg-type]
        if FORMATS[name].is_folder:
            return "folder"
        return export(list_, name, io.BytesIO(), chosen).file16

    first = file16(LIST)
    later = AT + timedelta(days=400)
    assert file16(LIST, at=later) == file16(LIST, serial=7) == first
    assert file16(LIST, canary="check.isp.example") == first
    assert file16(LIST, serial=4_000_000_000) == first
    if first != "folder":
        more = image("blocked.example", "=only.example", "192.0.2.7", "192.0.2.9", "more.example")
        assert file16(more) != first
    if name == "rpz":
        assert file16(LIST, zone="other.blocklist") != first
        assert file16(LIST, response=Response.parse("nodata")) != first


def test_other_file_names_and_the_serial(tmp_path: Path) -> None:
    """What is no content moves neither digest, and so not the serial of a zone."""
    path = tmp_path / "z"
    one, other = (
        compile_orders([order("a.example", source=replace(order().source, path=name))])
        for name in ("one.txt", "two.txt")
    )
    assert one.digest != other.digest
    export(one, "rpz", path, ExportOptions(at=AT))
    before = path.read_text().splitlines()[2:]
    export(other, "rpz", path, ExportOptions(at=AT + timedelta(days=1)))
    assert path.read_text().splitlines()[2:] == before


def test_the_name_of_the_canary(tmp_path: Path) -> None:
    def last(**options: str) -> str:
        export(LIST, "rpz", tmp_path / "z", ExportOptions(**options))  # type: ignore[arg-type]
        return (tmp_path / "z").read_text().splitlines()[-1]

    assert last().startswith('check.rpz.blocklist 0 TXT "blocklist ')
    assert last(zone="isp.internal").startswith("check.isp.internal 0 TXT ")
    assert last(canary="List.ISP.example.").startswith("list.isp.example 0 TXT ")
    for wrong, reason in {
        "a..b": "cannot be the name of a canary",
        "x.blocked.example": "below a name of the image; choose another name",
        "only.example": "below a name of the image",
        ".".join(["l" * 60] * 4): "too long",
    }.items():
        with pytest.raises(ExportError, match=reason):
            last(canary=wrong)


def test_digits_or_a_file(tmp_path: Path) -> None:
    assert file16_of("0123456789abcdef", "x") == "0123456789abcdef"
    (tmp_path / "empty").write_bytes(b"")
    for wrong in ("0123", str(tmp_path), str(tmp_path / "empty"), str(tmp_path / "none")):
        with pytest.raises(ConfigurationError, match="neither 16 hex digits nor an export"):
            file16_of(wrong, "x")


class Case:
    """A program that reads an export."""

    def __init__(self, name: str, folder: Path, port_of_upstream: int) -> None:
        self.format, self.folder, self.upstream = (
            name.removesuffix("-rpz"),
            folder,
            port_of_upstream,
        )
        self.name, self.target = name, folder / "list"

    @contextmanager
    def running(self) -> Iterator[tuple[int, object]]:
        target, up = self.target, self.upstream
        started = {
            "unbound-rpz": lambda: unbound_rpz(self.folder, target, up),
            "bind-rpz": lambda: bind_rpz(self.folder, target, up, "blocked.example"),
            "knot-rpz": lambda: knot_rpz(self.folder, target, up),
            "knot": lambda: knot(self.folder, target, up),
            "powerdns": lambda: powerdns_rpz(self.folder, target, up, "blocked.example"),
            "powerdns-lua": lambda: powerdns_lua(self.folder, target, up, "blocked.example"),
        }[self.name]()
        with started as resolver:
            yield resolver.port, resolver


def sighted(
    port: int, report: ExportReport, list_: Image, within: float = 0
) -> list[CanarySighting]:
    asker = Asker(Resolver.parse(f"127.0.0.1:{port}"), Pace(1000))
    image16 = list_.content_digest[:16]
    return [look(asker, Wanted(name, image16, report.file16), within) for name in report.canaries]


@pytest.mark.parametrize(
    "name", ["unbound-rpz", "bind-rpz", "knot-rpz", "knot", "powerdns", "powerdns-lua"]
)
def test_programs_answer_it(name: str, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    format_ = "rpz" if name.endswith("-rpz") else name
    with upstream() as up:
        case = Case(name, tmp_path, up.port)
        report = export(LIST, format_, case.target)
        with case.running() as (port, resolver):
            assert [s.is_seen for s in sighted(port, report, LIST, 30)] == [True] * len(
                report.canaries
            )
            assert ask("blocked.example", port).is_real is False
            assert ask("innocent.example", port).is_real
            assert ask("check.rpz.blocklist", port, "A").addresses == ()
            new = image("blocked.example", "new.example")
            (unseen, *_) = sighted(port, report, new)
            assert not unseen.is_seen
            assert unseen.told == f"it serves image {report.image16}, file {report.file16}"
            report = export(new, format_, case.target)
            resolver.reload()  # type: ignore[attr-defined]
            assert all(s.is_seen for s in sighted(port, report, new, 60))


def test_a_zone_cut_short_is_not_seen(tmp_path: Path) -> None:
    """Unbound serves the part before the cut, with the new serial."""
    tmp_path.chmod(0o755)
    with upstream() as up:
        case = Case("unbound-rpz", tmp_path, up.port)
        export(LIST, "rpz", case.target)
        with case.running() as (port, resolver):
            new = image("blocked.example", "new.example")
            report = export(new, "rpz", case.target)
            whole = case.target.read_text().splitlines(keepends=True)
            case.target.write_text("".join(whole[:-1]))
            resolver.reload()  # type: ignore[attr-defined]
            (seen,) = sighted(port, report, new)
            assert (seen.is_seen, ask("new.example", port).is_real) == (False, False)
            case.target.write_text("".join(whole))
            resolver.reload()  # type: ignore[attr-defined]
            assert all(s.is_seen for s in sighted(port, report, new, 30))
