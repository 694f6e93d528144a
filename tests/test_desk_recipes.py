"""Reload and check of each program, as ``run.toml`` says it: a new order is seen to serve."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from desk_folder import DeskFolder, order_file
from scale import size
from servers.dns import answers, ask, upstream
from servers.dnsdist import dnsdist
from servers.page import fenced, fenced_all, put
from servers.program import find_program, free_port, running
from servers.resolvers import Resolver, knot, knot_rpz, powerdns_lua, powerdns_rpz
from servers.serve import serve

pytestmark = pytest.mark.no_core

SOURCE = '[[source]]\nname = "courts"\npath = "courts/**/*"\n'
KEPT = "kept.example"
Start = Callable[[Path, Path, int], AbstractContextManager[tuple[int, list[str]]]]
"""Runs a program with a folder, a list and the port behind it; port and reload."""


def of_resolver(server: Resolver) -> tuple[int, list[str]]:
    return server.port, [str(word) for word in (*server.control, *server.reloads)]


def hangup(pid: int) -> list[str]:
    return [shutil.which("kill") or "/bin/kill", "-HUP", str(pid)]


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
        yield server.port, hangup(server.program.pid)


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
        yield port, hangup(program.pid)


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
    """Format of the output, and how the program is started with it."""

    format: str
    start: Start


RECIPES = {
    "serve": Recipe("image", served),
    "powerdns": Recipe("powerdns", power),
    "powerdns-lua": Recipe("powerdns-lua", power_lua),
    "knot": Recipe("knot", knots),
    "knot-rpz": Recipe("rpz", knots_rpz),
    "dnsmasq": Recipe("dnsmasq", dnsmasq),
    "dnsdist": Recipe("dnsdist", dnsdists),
    "unbound-local-zone": Recipe("unbound", local_zones),
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
