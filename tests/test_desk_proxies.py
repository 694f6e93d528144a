"""Proxies of a desk: each is asked for the name that its canary blocks."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from desk_folder import DeskFolder, order_file
from desk_spoiling import spoiling
from scale import size
from servers.haproxy import haproxy
from servers.http import origin
from servers.nginx import nginx
from servers.page import fenced
from servers.program import find_program, free_port, listens, running, signal_command

pytestmark = pytest.mark.no_core

SOURCE = '[[source]]\nname = "courts"\npath = "courts/**/*"\n'
Start = Callable[[Path, Path], AbstractContextManager[tuple[int, list[str]]]]
"""Runs a proxy with a folder and a list; its port, and the command that reloads it."""


@contextmanager
def haproxy_of(folder: Path, list_: Path) -> Iterator[tuple[int, list[str]]]:
    with haproxy(folder, list_, "-W", "-db") as (port, program):
        yield port, signal_command("USR2", program.pid)


@contextmanager
def nginx_of(folder: Path, list_: Path) -> Iterator[tuple[int, list[str]]]:
    with nginx(folder, "nginx-map", ("/etc/nginx/blocklist.map", list_)) as (port, program):
        yield port, signal_command("HUP", program.pid)


@contextmanager
def squid_of(folder: Path, list_: Path) -> Iterator[tuple[int, list[str]]]:
    port, program = free_port(), find_program("squid")
    shutil.copytree("/usr/share/squid/errors/templates", folder / "errors")
    (folder / "errors/ERR_BLOCKED").write_text(fenced("squid.md", "html"), "utf-8")
    page = fenced("squid.md", "squid-export").replace("/etc/squid/blocklist/", f"{list_}/")
    configuration = folder / "squid.conf"
    with origin() as web:
        configuration.write_text(
            f"http_port 127.0.0.1:{port}\nerror_directory {folder}/errors\n{page}\n"
            f"http_access allow all\ncache_peer 127.0.0.1 parent {web.port} 0 no-query\n"
            "never_direct allow all\ncache deny all\nmemory_cache_shared off\n"
            f"pid_filename {folder}/pid\naccess_log none\ncache_log stdio:{folder}/cache.log\n"
            f"coredump_dir {folder}\nshutdown_lifetime 0 seconds\npinger_enable off\n"
            "visible_hostname proxy.example\nmax_filedescriptors 512\n"
        )
        if os.geteuid() == 0:
            for path in (folder, *folder.rglob("*")):
                shutil.chown(path, "proxy", "proxy")
        words = [program, "-n", f"d{port}", "-f", str(configuration)]
        with running([*words, "-N", "-d", "1"], folder, ready=listens(port)):
            yield port, [*words, "-k", "reconfigure"]


OLD = "it answers 200 for the canary, and 200 for another name"
PROXIES = [
    ("nginx", nginx_of, {"": OLD}),
    ("squid", squid_of, {
        "blocked": OLD, "allowed": "it has not read /.*/allowed: it answers 4.. for a name that",
        "blocked-again": "it has not read /.*/blocked-again: it answers 200 for a name that",
        "allowed-again": "it has not read /.*/allowed-again: it answers 4.. for a name that",
    }),
    ("haproxy", haproxy_of, {"names.map": OLD, "patterns.map": "it has not read /.*/patterns.map"}),
]  # fmt: skip


@pytest.mark.parametrize(("format_", "start", "files"), PROXIES[: size(len(PROXIES), 2)])
def test_a_new_order_is_seen_to_be_blocked(
    format_: str, start: Start, files: dict[str, str], tmp_path: Path
) -> None:
    desk = DeskFolder(tmp_path)
    tmp_path.chmod(0o755)
    output = f'[[output]]\nname = "x"\nformat = "{format_}"\npath = "out/list"\n'
    desk.configure(SOURCE, output)
    desk.old("courts/a.toml", order_file("it:a", "a.example"))
    assert desk.run().code == 0
    (tmp_path / "proxy").mkdir()
    with start(tmp_path / "proxy", tmp_path / "out/list") as (port, reload):
        check = f'check = {{ proxy = "http://127.0.0.1:{port}", within = "30s" }}\n'
        desk.configure(SOURCE, output, check, f"reload = {json.dumps(reload)}\n")
        desk.old("courts/b.toml", order_file("it:b", "b.example"))
        outcome = desk.run()
        assert outcome.code == 0, outcome.page
        assert outcome.page["outputs"][0]["state"].startswith("serving after ")
        # A proxy that was not told reads nothing.
        desk.configure(SOURCE, output, check.replace('"30s"', "0.2"), 'reload = ["true"]\n')
        desk.old("courts/c.toml", order_file("it:c", "c.example"))
        outcome = desk.run()
        assert outcome.code == 3
        assert "does not block by it" in outcome.page["outputs"][0]["state"]
        # Of each file that is cut the end is missing, whatever the reload says.
        reloads = f"reload = {json.dumps(reload)}\n"
        for number, (file, said) in enumerate(files.items()):
            desk.configure(SOURCE, output, check.replace('"30s"', "0.5"), reloads)
            desk.old(f"courts/d{number}.toml", order_file(f"it:d{number}", f"d{number}.example"))
            with spoiling("cut", tmp_path / "out/list" / file):
                outcome = desk.run()
            state = outcome.page["outputs"][0]["state"]
            assert outcome.code == 3
            assert re.search(f"NOT serving: .*{said}", state), state
            desk.configure(SOURCE, output, check, reloads)
            assert desk.run().code == 1  # somebody else changed it, by the look of it


@contextmanager
def refusing(status: int) -> Iterator[int]:
    """A proxy that answers every request alike."""

    class Refusal(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Refusal) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("status", [200, 403])
def test_a_proxy_that_answers_everything_alike_has_read_nothing(
    status: int, tmp_path: Path
) -> None:
    desk = DeskFolder(tmp_path)
    desk.old("courts/a.toml", order_file("it:a", "a.example"))
    output = '[[output]]\nname = "x"\nformat = "squid"\npath = "out/list"\n'
    with refusing(status) as port:
        desk.configure(
            SOURCE, output, f'check = {{ proxy = "http://127.0.0.1:{port}", within = 0 }}\n'
        )
        outcome = desk.run()
    assert outcome.code == 3
    said = outcome.page["outputs"][0]["state"]
    assert f"it answers {status} for the canary, and {status} for another name" in said


def test_a_proxy_that_is_not_there(tmp_path: Path) -> None:
    desk = DeskFolder(tmp_path)
    desk.old("courts/a.toml", order_file("it:a", "a.example"))
    output = '[[output]]\nname = "x"\nformat = "squid"\npath = "out/list"\n'
    check = f'check = {{ proxy = "http://127.0.0.1:{free_port()}", within = 0 }}\n'
    desk.configure(SOURCE, output, check)
    assert "Connection refused" in desk.run().page["outputs"][0]["state"]
