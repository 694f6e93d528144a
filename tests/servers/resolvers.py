"""Resolvers of others on loopback, configured as the pages of the how-to say."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from servers.dns import answers, ask
from servers.library import environment as library_environment
from servers.page import fenced, fenced_all, put
from servers.program import Program, find_program, free_port, running


@dataclass
class Resolver:
    """One that runs.

    Attributes:
        port: where it answers.
        program: the process.
        control: a command that talks to it; what is to be done comes after it.
        reload: what that is for a new list.
    """

    port: int
    program: Program
    control: list[str] = field(default_factory=list)
    reloads: list[str] = field(default_factory=list)

    def reload(self) -> None:
        """Let it read the list again, as the page says."""
        if self.reloads:
            self.run(*self.reloads)

    def run(self, *words: str) -> str:
        """Tell it something, and return what it says."""
        done = subprocess.run(
            [*self.control, *words], capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, (done.stdout, done.stderr)
        return done.stdout


def unbound_version() -> tuple[int, ...]:
    """Return the version of the Unbound that is installed."""
    done = subprocess.run(
        [find_program("unbound"), "-V"], capture_output=True, text=True, check=False
    )
    return tuple(map(int, done.stdout.split()[1].split(".")))


@contextmanager
def unbound_rpz(folder: Path, zone: Path, upstream: int) -> Iterator[Resolver]:
    """Run Unbound with a policy zone."""
    port = free_port()
    page = put(fenced("unbound-rpz.md", "conf"), ("/var/lib/unbound/blocklist/blocklist.rpz", zone))
    configuration = folder / "unbound.conf"
    configuration.write_text(
        f"server:\n    interface: 127.0.0.1@{port}\n    do-not-query-localhost: no\n"
        f'    username: ""\n    chroot: ""\n    directory: "{folder}"\n'
        f'    pidfile: "{folder}/pid"\n'
        '    use-syslog: no\n    logfile: ""\n'
        f'remote-control:\n    control-enable: yes\n    control-interface: "{folder}/control"\n'
        "    control-use-cert: no\n"
        f'forward-zone:\n    name: "."\n    forward-addr: 127.0.0.1@{upstream}\n{page}',
        "utf-8",
    )
    command = [find_program("unbound"), "-d", "-c", str(configuration)]
    control = [find_program("unbound-control"), "-c", str(configuration)]
    with running(command, folder, ready=answers(port)) as program:
        yield Resolver(port, program, control, ["auth_zone_reload", "rpz.blocklist"])


@contextmanager
def bind(folder: Path, page: str, upstream: int, blocked: str) -> Iterator[Resolver]:
    """Run BIND; ``page`` is its configuration, and once ``blocked`` is, it is ready."""
    port, channel = free_port(), free_port()
    options = (
        f"options {{\n listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};\n"
        f" forward only; forwarders {{ 127.0.0.1 port {upstream}; }}; dnssec-validation no;\n"
        f' recursion yes; pid-file "{folder}/pid"; session-keyfile "{folder}/session.key";\n'
    )
    page = put(page, ("options {\n", options))
    key = 'key "k" { algorithm hmac-sha256; secret "c2VjcmV0IG9mIGEgdGVzdCBvbmx5ISE="; };\n'
    configuration, rndc = folder / "named.conf", folder / "rndc.conf"
    configuration.write_text(
        f"{key}controls {{ inet 127.0.0.1 port {channel} allow {{ 127.0.0.1; }} "
        f"keys {{ k; }}; }};\n{page}",
        "utf-8",
    )
    rndc.write_text(
        f'{key}options {{ default-key "k"; default-server 127.0.0.1; default-port {channel}; }};\n',
        "utf-8",
    )
    command = [find_program("named"), "-g", "-n", "1", "-c", str(configuration)]
    control = [find_program("rndc"), "-c", str(rndc)]
    ready = _blocks(port, blocked)
    with running(command, folder, ready=ready) as program:
        yield Resolver(port, program, control, ["reload"])


@contextmanager
def bind_rpz(folder: Path, zone: Path, upstream: int, blocked: str) -> Iterator[Resolver]:
    """Run BIND with a policy zone."""
    page = put(fenced_all("bind.md", "named")[0], ("/var/cache/bind/blocklist/blocklist.rpz", zone))
    page = put(page, ("/var/cache/bind", folder))
    with bind(folder, page, upstream, blocked) as resolver:
        resolver.reloads += ["rpz.blocklist"]
        yield resolver


@contextmanager
def powerdns(
    folder: Path, settings: str, yaml: str, upstream: int, blocked: str, reloads: str,
    *, threads: int = 1, env: dict[str, str] | None = None,
) -> Iterator[Resolver]:  # fmt: skip
    """Run PowerDNS Recursor with lines of the page: ``settings`` for 4, ``yaml`` from 5 on.

    Recursor 4 does not look for the one file, and 5 does not read the other if the first is there.
    """
    port = free_port()
    (folder / "recursor.d").mkdir()
    (folder / "recursor.d" / "blocklist.yml").write_text(yaml, "utf-8")
    (folder / "recursor.yml").write_text(
        f"incoming: {{listen: ['127.0.0.1:{port}']}}\ndnssec: {{validation: 'off'}}\n"
        f"recursor:\n  include_dir: {folder}/recursor.d\n  socket_dir: {folder}\n"
        f"  threads: {threads}\n"
        f"  hint_file: 'no'\n  security_poll_suffix: ''\n  forward_zones_recurse:\n"
        f"  - {{zone: ., forwarders: ['127.0.0.1:{upstream}']}}\n",
        "utf-8",
    )
    (folder / "recursor.conf").write_text(
        f"local-address=127.0.0.1\nlocal-port={port}\nsocket-dir={folder}\ndaemon=no\n"
        f"forward-zones-recurse=.=127.0.0.1:{upstream}\ndnssec=off\nthreads={threads}\nhint-file=no\n"
        f"security-poll-suffix=\n{settings}",
        "utf-8",
    )
    command = [find_program("pdns_recursor"), f"--config-dir={folder}"]
    control = [find_program("rec_control"), f"--socket-dir={folder}", "--timeout=60"]
    with running(command, folder, ready=_blocks(port, blocked), env=env) as program:
        yield Resolver(port, program, control, [reloads])


@contextmanager
def powerdns_rpz(folder: Path, list_: Path, upstream: int, blocked: str) -> Iterator[Resolver]:
    """Run PowerDNS Recursor with a folder of zones."""
    page = "powerdns-recursor.md"
    lua = put(fenced_all(page, "lua")[0], ("/var/lib/blocklist/powerdns", list_))
    (folder / "blocklist.lua").write_text(lua, "utf-8")
    settings = put(fenced(page, "ini"), ("/etc/powerdns", folder))
    settings = put(settings, ("/var/lib/blocklist/powerdns", list_))
    yaml = put(fenced_all(page, "yaml")[0], ("/etc/powerdns", folder))
    yaml = put(yaml, ("/var/lib/blocklist/powerdns", list_))
    with powerdns(folder, settings, yaml, upstream, blocked, "reload-lua-config") as resolver:
        yield resolver


@contextmanager
def powerdns_lua(folder: Path, script: Path, upstream: int, blocked: str) -> Iterator[Resolver]:
    """Run PowerDNS Recursor with a script."""
    page = "powerdns-recursor.md"
    settings, yaml = (
        put(text, ("/var/lib/blocklist/blocklist.lua", script))
        for text in (fenced(page, "properties"), fenced_all(page, "yaml")[2])
    )
    with powerdns(folder, settings, yaml, upstream, blocked, "reload-lua-script") as resolver:
        yield resolver


@contextmanager
def powerdns_image(
    folder: Path, image: Path, upstream: int, blocked: str, options: str = "", *, threads: int = 1
) -> Iterator[Resolver]:
    """Run PowerDNS Recursor with the library; ``options`` come after those of the page."""
    page, script = "powerdns-recursor.md", "/etc/powerdns/blocklist-image.lua"
    text = put(fenced_all(page, "lua")[1], ("/var/lib/blocklist/it.blk", image))
    text = put(text, ("\n})", f"\n{options}\n}})"))
    (folder / "image.lua").write_text(text, "utf-8")
    settings, yaml = (
        put(text, (script, folder / "image.lua"))
        for text in (fenced(page, "conf"), fenced_all(page, "yaml")[1])
    )
    with powerdns(
        folder, settings, yaml, upstream, blocked, "reload-lua-script", threads=threads,
        env=library_environment(),
    ) as resolver:  # fmt: skip
        yield resolver


@contextmanager
def knot(folder: Path, script: Path, upstream: int) -> Iterator[Resolver]:
    """Run Knot Resolver with a script."""
    page = fenced_all("knot-resolver.md", "lua")[0]
    page = put(page, ("/var/lib/blocklist/blocklist.lua", script))
    with _knot(folder, page, upstream) as resolver:
        yield resolver


@contextmanager
def knot_rpz(folder: Path, zone: Path, upstream: int) -> Iterator[Resolver]:
    """Run Knot Resolver with a policy zone."""
    page = fenced_all("knot-resolver.md", "lua")[1]
    page = put(page, ("/var/lib/blocklist/blocklist.rpz", zone))
    with _knot(folder, page, upstream) as resolver:
        yield resolver


@contextmanager
def _knot(folder: Path, page: str, upstream: int) -> Iterator[Resolver]:
    port = free_port()
    page = put(page, ("10 * sec", "0.1 * sec"))
    (folder / "kresd.conf").write_text(
        f"net.listen('127.0.0.1', {port}, {{ kind = 'dns' }})\ncache.size = 10 * MB\n"
        f"trust_anchors.remove('.')\n{page}"
        f"policy.add(policy.all(policy.STUB('127.0.0.1@{upstream}')))\n",
        "utf-8",
    )
    command = [find_program("kresd"), "-n", "-c", str(folder / "kresd.conf"), str(folder)]
    with running(command, folder, ready=answers(port)) as program:
        yield Resolver(port, program)


def _blocks(port: int, name: str) -> Callable[[], bool]:
    """Return a test whether an innocent name resolves and a listed one does not."""
    ready = answers(port)
    return lambda: ready() and not ask(name, port, timeout=0.5).is_real
