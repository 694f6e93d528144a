"""curl, as a client that nobody here wrote."""

from __future__ import annotations

import subprocess

from servers.http import Reply
from servers.program import find_program


def curl(*arguments: str, seconds: float = 10) -> Reply:
    """Run curl without its configuration and environment; the last answer of what it shows."""
    done = subprocess.run(
        [find_program("curl"), "-q", "-s", "-i", "-g", "-m", str(seconds), "--path-as-is",
         "--suppress-connect-headers", *arguments],
        capture_output=True, check=False, env={},
    )  # fmt: skip
    head, _, body = done.stdout.decode("utf-8", "replace").partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    if not first.startswith("HTTP/"):
        return Reply(0, {}, "")
    pairs = (line.partition(":") for line in lines)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    return Reply(int(first.split()[1]), headers, body)


def connect_status(*arguments: str, seconds: float = 10) -> int:
    """Return the status with which a proxy answers curl's CONNECT; 0 if none came."""
    done = subprocess.run(
        [find_program("curl"), "-q", "-s", "-k", "-p", "-m", str(seconds), "-o", "/dev/null",
         "-w", "%{http_connect}", *arguments],
        capture_output=True, text=True, check=False, env={},
    )  # fmt: skip
    return int(done.stdout or 0)
