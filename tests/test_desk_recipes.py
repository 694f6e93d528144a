"""Reload and check of each program, as ``run.toml`` says it: a new order is seen to serve."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from desk_folder import DeskFolder, order_file
from desk_spoiling import spoiling
from scale import size
from servers.dns import answers, ask, upstream
from servers.dnsdist import dnsdist
from servers.page import fenced, fenced_all, put
from servers.program import find_program, free_port, running, signal_command
from servers.resolvers import Resolver, knot, knot_rpz, powerdns_lua, powerdns_rpz
from servers.serve import serve

pytestmark = pytest.mark.no_core

SOURCE = '[[source]]\nname = "courts"\npath = "courts/**/*"\n'
KEPT = "kept.example"
Start = Callable[[Path, Path, int], AbstractContextManager[tuple[int, list[str]]]]
"""Runs a program with a folder, a list and the port behind it; port and reload."""


def of_resolver(server: Resolver) -> tuple[int, list[str]]:
    return server.port, [str(word) for word in (*server.control, *server.reloads)]


@contextmanager
def power(folder: Path, list_: Path, stub: int) -> Iterator[tuple[int, list[str]]]:
    with powerdns_rpz(folder, list_, stub, KEPT) as server:
        yield of_resolver(server)


@contextmanager
def power_lua(folder: Path, list_: Path, stub: int) -> Iterator[tuple[int, list[str]]]:
    with powerdns_lua(folder, list_, stub, KEPT) as server:
        yield of_resolver(server)


@contextmanager
def knots(folder: Path, list_: Path, stub: int) -> Iterator[tuple[int, list[str]]]:
    with knot(folder, list_, stub) as server:
        yield server.port, []  # it looks for another file itself


@contextmanager
def knots_rpz(folder: Path, list_: Path, stub: int) -> Iterator[tuple[int, list[str]]]:
    with knot_rpz(folder, list_, stub) as server:
        yield server.port, []


@contextmanager
def served(folder: Path, list_: Path, stub: int) -> Iterator[tuple[int, list[str]]]:
    with serve(folder, list_, upstream=stub) as server:
        yield server.port, signal_command("HUP", server.program.pid)


@contextmanager
def dnsmasq(folder: Path, list_: Path, stub: int) -> Iterator[tuple[int, list[str]]]:
    port = free_port()
    page = put(fenced("dnsmasq.md", "conf"), ("/etc/blocklist/dnsmasq.servers", list_))
    (folder / "dnsmasq.conf").write_text(
        f"{page}port={port}\nno-resolv\nno-hosts\nno-poll\nserver=127.0.0.1#{stub}\n"
    )
    command = [
        find_program("dnsmasq"), "--keep-in-foreground", "--log-facility=-", "--user=",
        "--pid-file=", f"--conf-file={folder}/dnsmasq.conf",
    ]  # fmt: skip
    with running(command, folder, ready=answers(port)) as program:
        yield port, signal_command("HUP", program.pid)


@contextmanager
def dnsdists(folder: Path, list_: Path, stub: int) -> Iterator[tuple[int, list[str]]]:
    page = fenced_all("dnsdist.md", "lua")[0]
    with dnsdist(folder, page, stub, {"/var/lib/blocklist/dnsdist": str(list_)}) as server:
        again = f'dofile("{list_}/blocklist.lua")'
        program = find_program("dnsdist")
        yield server.port, [program, "-C", str(server.config), "-c", "-e", again]


@contextmanager
def local_zones(folder: Path, list_: Path, stub: int) -> Iterator[tuple[int, list[str]]]:
    port = free_port()
    configuration = folder / "unbound.conf"
    page = put(
        fenced("unbound-local-zone.md", "conf"),
        ("interface: 127.0.0.1\n", f"interface: 127.0.0.1@{port}\n"),
        ("/etc/unbound/blocklist.conf", list_),
    )
    configuration.write_text(
        f'{page}    control-interface: "{folder}/control"\n    control-use-cert: no\n'
        f'server:\n    directory: "{folder}"\n    chroot: ""\n    pidfile: ""\n    username: ""\n'
        '    use-syslog: no\n    logfile: ""\n    do-not-query-localhost: no\n'
        '    module-config: "iterator"\n'
        f'forward-zone:\n    name: "."\n    forward-addr: 127.0.0.1@{stub}\n'
    )
    command = [find_program("unbound"), "-d", "-c", str(configuration)]
    with running(command, folder, ready=answers(port)):
        yield port, [find_program("unbound-control"), "-c", str(configuration), "reload"]


@dataclass(frozen=True)
class Recipe:
    """A program.

    Attributes:
        format: of the output.
        start: how it is started with it.
        cut, unreadable: part of the sentence when such a file is there.
        file: the one of a folder that holds the names.
    """

    format: str
    start: Start
    cut: str
    unreadable: str
    file: str = ""


OLD = "it serves image "
NONE = "no canary, and "
GONE = "No such file or directory|Permission denied"
RECIPES = {
    "serve": Recipe("image", served, OLD, OLD),
    "dnsmasq": Recipe("dnsmasq", dnsmasq, NONE, NONE),
    "powerdns-lua": Recipe("powerdns-lua", power_lua, "could not read", GONE),
    "knot": Recipe("knot", knots, OLD, OLD),
    "knot-rpz": Recipe("rpz", knots_rpz, NONE, OLD),
    "dnsdist": Recipe("dnsdist", dnsdists, NONE, GONE, "names.cdb"),
    "unbound-local-zone": Recipe("unbound", local_zones, "error: EOF|error: syntax", GONE),
    # The last: its cache keeps for a minute that there was no canary.
    "powerdns": Recipe("powerdns", power, NONE, NONE, "operator.rpz"),
}


@pytest.mark.parametrize("name", list(RECIPES)[: size(len(RECIPES), 2)])
def test_a_new_order_is_seen_to_serve(name: str, tmp_path: Path) -> None:
    recipe, desk = RECIPES[name], DeskFolder(tmp_path)
    tmp_path.chmod(0o755)
    output = f'[[output]]\nname = "x"\nformat = "{recipe.format}"\npath = "out/list"\n'
    desk.configure(SOURCE, output)
    desk.old("courts/a.toml", order_file("it:a", KEPT))
    assert desk.run().code == 0
    (tmp_path / "server").mkdir()
    with (
        upstream() as stub,
        recipe.start(tmp_path / "server", tmp_path / "out/list", stub.port) as (port, reload),
    ):
        check = f'check = {{ resolvers = ["127.0.0.1:{port}"], within = "60s" }}\n'
        reloads = f"reload = {json.dumps(reload)}\n" if reload else ""
        desk.configure(SOURCE, output, check, reloads)
        desk.old("courts/b.toml", order_file("it:b", "new.example"))
        outcome = desk.run()
        assert outcome.code == 0, outcome.page
        assert outcome.page["outputs"][0]["state"].startswith("serving after ")
        assert not ask("new.example", port).is_real
        assert not ask(KEPT, port).is_real
        assert ask("other.example", port).is_real
        # A file that it cannot read to its end is found, whatever the reload says, and put right.
        soon = check.replace('"60s"', '"1s"')
        for number, (way, said) in enumerate(
            (("cut", recipe.cut), ("unreadable", recipe.unreadable))
        ):
            desk.configure(SOURCE, output, soon, reloads)
            desk.old(f"courts/c{number}.toml", order_file(f"it:c{number}", f"c{number}.example"))
            with spoiling(way, tmp_path / "out/list" / recipe.file):
                outcome = desk.run()
            state = outcome.page["outputs"][0]["state"]
            assert outcome.code == 3
            assert re.search(rf"NOT serving: .*({said})", state), state
            desk.configure(SOURCE, output, check, reloads)
            assert desk.run().code == 1  # somebody else changed it, by the look of it
            assert not ask(f"c{number}.example", port).is_real
