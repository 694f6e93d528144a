"""Debian's HAProxy, configured as the page of the how-to says."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from servers.http import origin
from servers.page import fenced, put
from servers.program import Program, find_program, free_port, listens, running

FOLDER, SOCKET = "/etc/haproxy/blocklist", "/run/haproxy/admin.sock"


@contextmanager
def haproxy(folder: Path, lists: Path, *words: str) -> Iterator[tuple[int, Program]]:
    """Run it with an export in ``lists``, in front of a web server; yield its port."""
    program, port = find_program("haproxy"), free_port()
    with origin() as web:
        configuration = put(
            fenced("haproxy.md", "haproxy"), (FOLDER, lists), (SOCKET, f"{folder}/s"),
            ("127.0.0.1:8080", f"127.0.0.1:{web.port}"), ("127.0.0.1:80\n", f"127.0.0.1:{port}\n"),
        )  # fmt: skip
        (folder / "haproxy.cfg").write_text(configuration)
        checked = subprocess.run(
            [program, "-c", "-f", folder / "haproxy.cfg"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert checked.returncode == 0, checked.stderr
        assert "[WARNING]" not in checked.stderr
        command: list[str | Path] = [program, *words, "-f", folder / "haproxy.cfg"]
        with running(command, folder, ready=listens(port)) as started:
            yield port, started
