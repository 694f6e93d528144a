"""Debian's nginx, configured as the page of the how-to says."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from servers.http import origin
from servers.page import fenced, put
from servers.program import Program, find_program, free_port, listens, running


@contextmanager
def nginx(folder: Path, kind: str, *places: tuple[str, object]) -> Iterator[tuple[int, Program]]:
    """Run it with a configuration of the page in front of a web server; yield its port."""
    program, port = find_program("nginx"), free_port()
    with origin() as web:
        configuration = put(
            fenced("nginx.md", kind), *places,
            ("127.0.0.1:8080", f"127.0.0.1:{web.port}"), ("127.0.0.1:80 ", f"127.0.0.1:{port} "),
        )  # fmt: skip
        temporary = "".join(
            f"{name}_temp_path {folder}/{name};\n"
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = "user root;\n" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(
            f"{user}daemon off;\nworker_processes 1;\nerror_log stderr warn;\n"
            f"pid {folder}/pid;\nevents {{}}\nhttp {{\naccess_log off;\nkeepalive_requests 9999;\n"
            f"{temporary}{configuration}}}\n"
        )
        command: list[str | Path] = [
            program,
            "-p",
            folder,
            "-e",
            "stderr",
            "-c",
            folder / "nginx.conf",
        ]
        with running(command, folder, ready=listens(port)) as started:
            yield port, started
