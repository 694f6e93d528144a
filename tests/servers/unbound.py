"""Debian's Unbound with its Python module, configured as the page of the how-to says."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from servers.dns import answers
from servers.page import fenced
from servers.program import Program, built_once, find_program, free_port, missing, running

ROOT = Path(__file__).parents[2]
PYTHON = "/usr/bin/python3"
PACKAGES = Path("/usr/lib/python3/dist-packages")
"""Where Debian has unboundmodule.py, which Unbound 1.17 does not look for there."""
PAGE = "unbound.md"
SITE = "/opt/blocklist/lib/python3.11/site-packages"


@cache
def debian_site() -> Path:
    """Return where Debian's Python finds the library, built for it from a copy of this tree."""
    find_program("unbound")
    if not Path(PYTHON).exists() or not (PACKAGES / "unboundmodule.py").exists():
        missing("no Python module of Unbound: apt-get install python3-unbound")
    asked = [PYTHON, "-ISc", "import sys; print(sys.version_info >= (3, 11))"]
    if subprocess.run(asked, capture_output=True, check=False).stdout.strip() != b"True":
        missing("the Python of the system is older than 3.11")
    (site,) = (built_once("debian", _install) / "venv/lib").glob("python3*/site-packages")
    return site


def _install(folder: Path) -> None:
    ignored = shutil.ignore_patterns("*.so", "*.pyd", "__pycache__", "*.egg-info")
    shutil.copytree(ROOT / "src", folder / "tree" / "src", ignore=ignored)
    for name in ("setup.py", "pyproject.toml", "README.md", "LICENSE", "MANIFEST.in"):
        shutil.copy(ROOT / name, folder / "tree")
    pip = str(folder / "venv/bin/pip")
    tree = str(folder / "tree")
    for command in (
        [PYTHON, "-m", "venv", str(folder / "venv")],
        [pip, "install", "-q", "--no-deps", "idna", "pyahocorasick", tree],
        [pip, "install", "-q", "cryptography>=47"],
    ):
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=300, check=False,
            env=os.environ
            | {"BLOCKLIST_REQUIRE_NATIVE": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
        )  # fmt: skip
        if done.returncode:
            missing(f"{' '.join(command)}: {done.stderr.strip()[-500:]}")


@dataclass
class Unbound:
    """One that runs.

    Attributes:
        port: where it answers.
        folder: its directory, with ``blocklist.toml``.
        program: the process.
    """

    port: int
    folder: Path
    program: Program

    def control(self, *words: str) -> str:
        """Run ``unbound-control``."""
        done = subprocess.run(
            [find_program("unbound-control"), "-c", self.folder / "unbound.conf", *words],
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, (done.stdout, done.stderr)
        return done.stdout

    def reload(self) -> None:
        """Let it end and start its interpreter, and wait until it answers."""
        starts = self.log().count("start of service")
        assert self.control("reload") == "ok\n"
        ready = answers(self.port)
        self.program.wait_until(lambda: self.log().count("start of service") > starts and ready())

    def log(self) -> str:
        return self.program.output()


def configure(
    folder: Path, image: Path, upstream: int, *, settings: str = "", server: str = ""
) -> int:
    """Write configuration and settings of the page, with our ports and paths; return the port.

    Args:
        settings: lines that stand instead of those of the page, after ``image``.
        server: more lines of the clause ``server:``.
    """
    port = free_port()
    (folder / "blocklist.toml").write_text(f'image = "{image}"\n{settings}', "utf-8")
    page = fenced(PAGE, "conf").replace(SITE, str(debian_site()))
    assert "interface: 127.0.0.1\n" in page
    page = page.replace("interface: 127.0.0.1\n", f"interface: 127.0.0.1@{port}\n")
    (folder / "unbound.conf").write_text(
        f"{page}"
        f'    control-interface: "{folder}/control"\n    control-use-cert: no\n'
        f'server:\n    directory: "{folder}"\n    pidfile: "{folder}/pid"\n'
        '    username: ""\n    use-syslog: no\n    logfile: ""\n    do-not-query-localhost: no\n'
        f"{server}"
        f'forward-zone:\n    name: "."\n    forward-addr: 127.0.0.1@{upstream}\n',
        "utf-8",
    )
    return port


@contextmanager
def unbound(
    folder: Path, image: Path, upstream: int, *, settings: str = "", server: str = ""
) -> Iterator[Unbound]:
    """Run it; see ``configure``."""
    port = configure(folder, image, upstream, settings=settings, server=server)
    command = [find_program("unbound"), "-d", "-c", str(folder / "unbound.conf")]
    with running(command, folder, ready=answers(port), env=environment()) as program:
        yield Unbound(port, folder, program)


def environment() -> dict[str, str]:
    """Return the environment in which Debian's service runs, with what the page adds."""
    return {"PATH": "/usr/sbin:/usr/bin:/bin", "PYTHONPATH": str(PACKAGES)}
