"""The desk with real Unbound and BIND: what it writes is read, and what is not read is found."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from desk_folder import DeskFolder, agcom, matter_codes, names, order_file
from desk_spoiling import spoiling
from processortime import pace, spent
from scale import LONG
from servers.dns import ask, upstream
from servers.page import fenced_all, put
from servers.program import environment
from servers.resolvers import Resolver, bind, unbound_rpz

pytestmark = pytest.mark.no_core

KEPT = "kept.example"
SOURCES = (
    '[[source]]\nname = "courts"\npath = "courts/**/*"\n'
    '[[source]]\nname = "agcom"\npath = "agcom/*.txt"\nformat = "agcom"\neditions = "serial"\n'
)


@dataclass
class Served:
    """Two servers of one desk.

    Attributes:
        desk: with an output for each.
        servers: by name.
    """

    desk: DeskFolder
    servers: dict[str, Resolver]

    def answers(self, name: str) -> set[bool]:
        """Whether each server blocks a name."""
        return {not ask(name, server.port).is_real for server in self.servers.values()}


def output(name: str, more: str = "", folder: str | Path = "out") -> str:
    path = f"{folder}/{name}.rpz"
    return f'[[output]]\nname = "{name}"\nformat = "rpz"\npath = "{path}"\n{more}'


def checked(name: str, server: Resolver, folder: str | Path = "out") -> str:
    reload = [str(word) for word in (*server.control, *server.reloads)]
    check = f'{{ resolvers = ["127.0.0.1:{server.port}"], within = "60s" }}'
    return output(name, f"reload = {json.dumps(reload)}\ncheck = {check}\n", folder)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("desk")
    folder.chmod(0o755)
    desk = DeskFolder(folder)
    desk.configure(SOURCES, output("unbound"), output("bind"))
    desk.old("courts/a.toml", order_file("it:a", KEPT))
    desk.old("agcom/1.txt", agcom(1, *names(20)))
    assert desk.run().code == 0
    places = [tmp_path_factory.mktemp(name) for name in ("unbound", "bind")]
    with (
        upstream() as stub,
        unbound_rpz(places[0], folder / "out/unbound.rpz", stub.port) as unbound,
        bind(places[1], page_of_bind(places[1], folder), stub.port, KEPT) as named,
    ):
        named.reloads.append("rpz.blocklist")
        servers = {"unbound": unbound, "bind": named}
        desk.configure(SOURCES, *(checked(name, one) for name, one in servers.items()))
        yield Served(desk, servers)


def page_of_bind(folder: Path, desk: Path) -> str:
    """The page's configuration, but that it acts on a new zone at once, and not 5 s later."""
    page = fenced_all("bind.md", "named")[0]
    page = put(page, ("/var/cache/bind/blocklist/blocklist.rpz", desk / "out/bind.rpz"))
    page = put(page, ("min-update-interval 5", "min-update-interval 0"))
    return put(page, ("/var/cache/bind", folder))


def states(page: dict[str, Any]) -> dict[str, str]:
    return {one["name"]: one["state"] for one in page["outputs"]}


def test_an_edition_and_an_order_are_seen_to_serve(served: Served) -> None:
    desk = served.desk
    desk.old("agcom/2.txt", agcom(2, *names(20), "list.example"))
    desk.old("courts/b.toml", order_file("it:b", "b.example"))
    outcome = desk.run()
    assert outcome.code == 0, outcome.page
    for said in states(outcome.page).values():
        assert said.startswith("serving after ")
    for name in (KEPT, "www.b.example", "list.example"):
        assert served.answers(name) == {True}
    assert served.answers("other.example") == {False}
    assert set(states(desk.run().page).values()) == {"unchanged"}


@pytest.mark.parametrize("server", ["unbound", "bind"])
@pytest.mark.parametrize("way", ["broken", "cut", "cut after a line", "empty", "unreadable"])
def test_a_file_that_a_server_cannot_read_to_its_end_is_found(
    served: Served, server: str, way: str
) -> None:
    """BIND says that the reload went well; Unbound may serve the part before the error."""
    desk, name = served.desk, f"{server}-{way}".replace(" ", "-")
    desk.old(f"courts/{name}.toml", order_file(f"it:{name}", f"{name}.new.example"))
    good = (desk.path / "run.toml").read_text()
    desk.write("run.toml", good.replace('"60s"', '"1s"'))
    with spoiling(way, desk.path / f"out/{server}.rpz"):
        outcome = desk.run()
    assert outcome.code == 3
    said = states(outcome.page)
    assert re.search(r"NOT serving: (reload: .*(error|fail)|.* does not serve it)", said[server])
    assert "serving after" in next(said[other] for other in said if other != server)
    desk.write("run.toml", good)
    outcome = desk.run()
    assert (outcome.code, matter_codes(outcome)) == (1, ["foreign"])
    assert served.answers(f"{name}.new.example") == {True}


class Waits(list[float]):
    """Sleeps, and notes what processor time was spent before it woke."""

    woke = 0.0

    def append(self, seconds: float) -> None:
        time.sleep(seconds)
        super().append(seconds)
        self.woke = spent()


def test_an_order_begins_between_two_ticks(served: Served) -> None:
    """What is left to do at the instant is to write, reload and ask: within a second."""
    desk, waits = served.desk, Waits()
    begins = datetime.now(UTC) + timedelta(seconds=4)
    desk.old("courts/soon.toml", order_file("it:soon", "soon.example", effective_from=str(begins)))
    desk.slept = waits
    first, second = desk.runs(ahead=60)
    took = spent() - waits.woke
    assert (first.code, second.code) == (0, 0), (first.page, second.page)
    assert datetime.now(UTC) >= begins
    assert served.answers("soon.example") == {True}
    assert took < pace()


def test_going_back_is_served(served: Served) -> None:
    desk = served.desk
    first = desk.run().page["image"]["served"]
    desk.old("courts/c.toml", order_file("it:c", "c.example"))
    assert desk.run().code == 0
    assert served.answers("c.example") == {True}
    outcome = desk.run(to=first, reason="a mistake")
    assert outcome.code == 1
    assert served.answers("c.example") == {False}
    assert served.answers(KEPT) == {True}
    assert desk.run(unpin=True).code == 0
    assert served.answers("c.example") == {True}


def test_the_last_order_ends(served: Served, tmp_path: Path) -> None:
    """Both servers read a zone of nothing but its canary, and are seen to."""
    first, desk = served.desk, DeskFolder(tmp_path)
    folder = first.path / "out"
    courts = SOURCES.partition('[[source]]\nname = "agcom"')[0]
    desk.configure(courts, *(checked(name, one, folder) for name, one in served.servers.items()))
    path = desk.old("courts/only.toml", order_file("it:only", "only.example"))
    assert desk.run().code == 0
    assert served.answers("only.example") == {True}
    path.write_text(path.read_text() + "revoked = 2026-01-03\n")
    outcome = desk.run()
    assert (outcome.code, outcome.page["image"]["rules"]) == (0, 0), outcome.page
    assert served.answers("only.example") == {False}
    assert matter_codes(first.run()) == ["foreign", "foreign"]
    assert served.answers(KEPT) == {True}


@pytest.mark.skipif(not LONG, reason="a long test: --long")
def test_kills_at_every_point_converge_and_open_nothing(served: Served) -> None:
    """Each touch of the disk is a point; three rounds take every third of them."""
    desk = served.desk
    program = [sys.executable, str(Path(__file__).with_name("desk_faults.py")), str(desk.path)]
    number = 100
    for first in range(3):
        for at in range(first, 200, 3):
            number += 1
            desk.old(f"courts/{number}.toml", order_file(f"it:{number}", f"k{number}.example"))
            done = subprocess.run(
                [*program, str(at), "run", str(desk.path / "run.toml")],
                capture_output=True, check=False, env=environment(),
            )  # fmt: skip
            assert served.answers(KEPT) == {True}
            if done.returncode != -signal.SIGKILL:
                break
            assert desk.run().code == 0
            assert served.answers(KEPT) == {True}
            assert served.answers(f"k{number}.example") == {True}
