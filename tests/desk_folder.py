"""A desk to try: a folder with ``run.toml``, orders and outputs, and runs in this process."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dns.message
import dns.rcode
import dns.rrset
from servers.stub import negative, stub

from blocklist import Blocklist
from blocklist.desk.cycle import run_cycle
from blocklist.desk.journal import JournalFile
from blocklist.desk.rehearsal import rehearse
from blocklist.desk.runfile import read_run_file
from blocklist.desk.runrequest import RunOutcome, RunRequest

IMAGE = '[[output]]\nname = "image"\nformat = "image"\npath = "out/it.blk"\nconfidential = true\n'


def agcom(serial: int, *names: str) -> str:
    return "\n".join((f"{serial:07}_2026.11.02", "", *names, ""))


def names(count: int, stem: str = "n") -> list[str]:
    return [f"{stem}{number}.example" for number in range(count)]


def order_file(id: str, *targets: str, **fields: Any) -> str:  # noqa: A002 - the word of orders
    said = {"id": id, "issued": "2026-01-02", "targets": list(targets), **fields}
    lines = (f"{key} = {json.dumps(value)}" for key, value in said.items())
    return "[[order]]\n" + "\n".join(lines) + "\n"


@dataclass
class DeskFolder:
    """A folder with the files of one desk.

    Attributes:
        path: of it; files are named below it.
        now: what the clock says; ``None`` for the real one.
    """

    path: Path
    now: datetime | None = None
    slept: list[float] = field(default_factory=list)

    def write(self, name: str, text: str | bytes) -> Path:
        """Write a file."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def old(self, name: str, text: str, seconds: float = 10) -> Path:
        """Write a file that was changed so long ago."""
        path = self.write(name, text)
        at = path.stat().st_mtime - seconds
        os.utime(path, (at, at))
        return path

    def configure(self, *parts: str) -> None:
        (self.path / "out").mkdir(exist_ok=True)
        if not any("[guards]" in part for part in parts):
            parts = (*parts, '[guards]\ncritical = "none"\n')  # a list that takes time to check
        self.write("run.toml", "".join(('state = "state"\n', *parts)))

    def run(self, **request: Any) -> RunOutcome:
        """Run; the last outcome, of which the exit code is."""
        return self.runs(**request)[-1]

    def runs(self, **request: Any) -> list[RunOutcome]:
        settings = read_run_file(self.path / "run.toml", thorough=False)
        return run_cycle(settings, RunRequest(**request), clock=self.clock, sleep=self.slept.append)

    def clock(self) -> datetime:
        return self.now or datetime.now(UTC)

    def rehearse(self, **request: Any) -> RunOutcome:
        settings = read_run_file(self.path / "run.toml")
        return rehearse(settings, RunRequest(**request), self.clock())

    def blocks(self, *asked: str) -> list[bool]:
        """What the image that was written blocks, of names and addresses."""
        with Blocklist.open(self.path / "out/it.blk") as blocked:
            return [
                blocked.is_blocked_address(one) if one[-1].isdecimal() else blocked.is_blocked(one)
                for one in asked
            ]

    def journal(self, *events: str) -> list[Any]:
        """The entries of some events."""
        entries = JournalFile(self.path / "state").entries()
        return [entry for entry in entries if entry["event"] in events]

    def left(self) -> list[str]:
        """Temporary files that are left."""
        return [
            path.name
            for path in self.path.rglob("*")
            if path.name.endswith((".tmp", ".new"))
            or path.name.startswith("staging-")
            or path.parent.name == "tmp"
        ]


def matter_codes(outcome: RunOutcome) -> list[str]:
    return [matter["code"] for matter in outcome.page["matters"]]


def token(outcome: RunOutcome) -> str:
    """The token that a run printed."""
    (found,) = [m["stage"] for m in outcome.page["matters"] if m["code"] == "held" and m["command"]]
    return str(found)


class ZoneServer:
    """A server of a policy zone, that answers every other name with an address.

    Attributes:
        acts: whether it blocks the names of a zone that it reads; else only the canary is new.
    """

    def __init__(self, zone: Path) -> None:
        self.acts = True
        self._zone, self._canary, self.blocked = zone, "", {""}

    def load(self) -> None:
        """Read the zone again."""
        lines = self._zone.read_text("utf-8").splitlines() if self._zone.exists() else []
        self._canary = next((line for line in lines if line.startswith("check.rpz.")), "")
        if self.acts:
            self.blocked = {line.split()[0] for line in lines if line.endswith(" CNAME .")}

    def answer(self, query: dns.message.Message) -> bytes:
        name, _, rest = self._canary.partition(" ")
        question = query.question[0]
        asked = question.name.to_text(omit_final_dot=True).lower()
        response = dns.message.make_response(query)
        around = [f"*.{asked.split('.', label)[-1]}" for label in range(1, asked.count(".") + 1)]
        if not self.blocked.isdisjoint([asked, *around]):
            response.set_rcode(dns.rcode.NXDOMAIN)  # without SOA, as no server of a zone answers
        elif asked == name:
            ttl, kind, data = rest.split(" ", 2)
            response.answer.append(dns.rrset.from_text(f"{name}.", int(ttl), "IN", kind, data))
        elif asked.startswith("check."):
            return negative(query)
        else:
            response.answer.append(dns.rrset.from_text(f"{asked}.", 60, "IN", "A", "192.0.2.99"))
        return response.to_wire()


@contextmanager
def zone_server(zone: Path) -> Iterator[tuple[int, ZoneServer]]:
    """Run one; yield its port, too."""
    server = ZoneServer(zone)
    with stub(server.answer) as port:
        yield port, server
