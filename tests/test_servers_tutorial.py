"""The tutorial is followed to its end: each command as it stands, with a real Unbound.

Changed are only the folder of Unbound, its port, and that it asks a stub instead of the internet.
Where every server must be there, as in CI, the library is installed as the page says; elsewhere the
command of this tree stands in its place.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from servers.dns import upstream
from servers.program import find_program, free_port
from test_readme import matches

pytestmark = [pytest.mark.begin, pytest.mark.no_core]

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "tutorial" / "from-orders-to-a-resolver.md"
FOLDER, PORT = "/var/lib/unbound/tutorial", "5335"
STEP = re.compile(r"^```sh\n(.*?)^```\n(?:\n```text\n(.*?)^```$)?", re.MULTILINE | re.DOTALL)
INSTALLED = os.environ.get("BLOCKLIST_REQUIRE_SERVERS") == "1"


def put_program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(0o755)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A copy of what a clone holds, and the programs that must not act on this machine."""
    folder = tmp_path / "clone"
    folder.mkdir()
    for name in ("setup.py", "pyproject.toml", "README.md", "LICENSE", "MANIFEST.in"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "examples", folder / "examples")
    ignored = shutil.ignore_patterns("*.so", "*.pyd", "__pycache__", "*.egg-info")
    shutil.copytree(ROOT / "src", folder / "src", ignore=ignored)
    programs = tmp_path / "bin"
    programs.mkdir()
    put_program(programs, "sudo", 'exec "$@"')
    # Packages are not installed by a test; the page must name the ones whose programs it uses.
    put_program(programs, "apt-get", '[ "$1" = install ]')
    if not INSTALLED:
        path = ":".join(filter(None, sys.path))
        ours = f'PYTHONPATH={path} exec {sys.executable} -W error -m blocklist "$@"'
        put_program(programs, "blocklist", ours)
        put_program(programs, "python3", f"mkdir -p .venv/bin && cp {programs}/pip .venv/bin/")
        put_program(programs, "pip", ": > .venv/bin/activate")
    return folder


def test_the_tutorial(clone: Path, tmp_path: Path) -> None:
    for program in ("unbound", "unbound-checkconf", "unbound-control", "dig"):
        find_program(program)
    port, own = free_port(), tmp_path / "unbound"
    steps = STEP.findall(PAGE.read_text("utf-8"))
    assert len(steps) >= 20
    with upstream() as stub:
        resolver = (
            f"server:\n    do-not-query-localhost: no\n"
            f'forward-zone:\n    name: "."\n    forward-addr: 127.0.0.1@{stub.port}\n'
        )
        script = ["set -e"]
        for number, (commands, _) in enumerate(steps):
            for usual, ours in ((FOLDER, str(own)), (PORT, str(port))):
                commands = commands.replace(usual, ours)
            if "unbound.conf <<" in commands:
                commands += f"cat >> {own}/unbound.conf <<'END'\n{resolver}END\n"
            script.append(f"exec >{tmp_path}/{number}.out 2>&1\n{commands}")
        try:
            done = subprocess.run(
                ["bash", "-c", "\n".join(script)], cwd=clone, timeout=300, check=False,
                env={
                    "PATH": f"{tmp_path}/bin:/usr/bin:/bin", "HOME": str(tmp_path),
                    "USER": str(os.getuid()), "COLUMNS": "120",
                },
            )  # fmt: skip
        finally:
            pid = own / "unbound.pid"
            if pid.exists():  # a step before the last one failed
                os.kill(int(pid.read_text()), signal.SIGTERM)
    for number, (commands, wanted) in enumerate(steps):
        out = tmp_path / f"{number}.out"
        assert out.exists(), f"not reached: {commands}"
        printed = out.read_text("utf-8")
        assert matches(wanted, printed) or not wanted, f"{commands}\n{printed}"
    assert done.returncode == 0, printed
    assert not own.exists()


def test_the_tutorial_names_the_packages_of_its_programs() -> None:
    """Debian's packages of the programs that it calls; ``dpkg`` says where each comes from."""
    text = PAGE.read_text("utf-8")
    (named,) = re.findall(r"apt-get install -qy (.*)", text)
    dpkg = find_program("dpkg-query")
    for program in ("unbound", "unbound-checkconf", "unbound-control", "dig"):
        assert program in text
        done = subprocess.run(
            [dpkg, "-S", find_program(program)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.partition(":")[0] in named.split(), done.stdout
