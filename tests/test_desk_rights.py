"""A run without rights of root: its readers can read, and it starts only what is said."""

from __future__ import annotations

import grp
import os
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from desk_folder import IMAGE, DeskFolder, order_file, zone_server
from servers.program import blocklist, environment

pytestmark = pytest.mark.no_core

COURTS = '[[source]]\nname = "courts"\npath = "courts/**/*"\n'
RPZ = '[[output]]\nname = "rpz"\nformat = "rpz"\npath = "out/it.rpz"\n'
NOBODY = 65_534


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter, unlike those of pytest."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def run_as(user: int, groups: list[int], desk: DeskFolder) -> int:
    """Run in a child of another user; the exit code. What it imports is imported before."""
    child = os.fork()
    if not child:
        code = 99
        try:
            os.setgroups(groups)
            os.setgid(user)
            os.setuid(user)
            code = desk.run().code
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.skipif(os.geteuid() != 0, reason="only the administrator may become another user")
@pytest.mark.parametrize("is_member", [True, False])
def test_an_unprivileged_user_writes_for_the_group_of_a_folder(
    open_folder: Path, tmp_path: Path, is_member: bool
) -> None:
    """The setgid bit gives each new file the group of the server, with its rights to read."""
    first = DeskFolder(tmp_path)
    first.configure(COURTS, IMAGE, RPZ)
    first.old("courts/a.toml", order_file("it:a", "a.example"))
    assert first.run().code == 0
    reader = grp.getgrgid(1)
    rights = f'group = "{reader.gr_name}"\nmode = "0640"\n'
    desk = DeskFolder(open_folder)
    desk.configure(COURTS, IMAGE + rights, RPZ + rights)
    desk.old("courts/a.toml", order_file("it:a", "a.example"))
    (open_folder / "state").mkdir()
    os.chown(open_folder / "state", NOBODY, NOBODY)
    os.chown(open_folder / "out", NOBODY, reader.gr_gid)
    (open_folder / "out").chmod(0o2750)
    code = run_as(NOBODY, [reader.gr_gid] if is_member else [], desk)
    facts = {path.name: path.stat() for path in open_folder.glob("out/*")}
    assert code == 0
    assert {(one.st_uid, one.st_gid) for one in facts.values()} == {(NOBODY, reader.gr_gid)}
    assert {stat.S_IMODE(one.st_mode) for one in facts.values()} == {0o640}
    assert desk.blocks("a.example") == [True]
    kept = [path.stat() for path in open_folder.glob("state/**/*")]
    assert {one.st_uid for one in kept} == {NOBODY}
    assert not any(one.st_mode & 0o007 for one in kept if stat.S_ISREG(one.st_mode))


def test_what_the_kernel_saw(tmp_path: Path) -> None:
    """No shell and no other program, and no question to any but the resolver."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("no strace")
    desk, trace = DeskFolder(tmp_path), tmp_path / "trace"
    desk.old("courts/a.toml", order_file("it:a", "a.example"))
    with zone_server(tmp_path / "out/it.rpz") as (port, server):
        desk.configure(
            COURTS, RPZ, 'reload = ["true"]\n',
            f'check = {{ resolvers = ["127.0.0.1:{port}"], within = 0 }}\n',
        )  # fmt: skip
        server.load()
        words = [strace, "-f", "-qq", "-e", "trace=execve,connect,sendto", "-o", str(trace)]
        command = [*words, *map(str, blocklist("run", tmp_path / "run.toml"))]
        done = subprocess.run(
            command, capture_output=True, text=True, env=environment(), check=False
        )
    if done.returncode not in (0, 3):
        pytest.skip(f"no tracing here: {done.stderr.strip()}")
    seen = trace.read_text()
    started = re.findall(r'execve\("([^"]*)".*= 0$', seen, re.MULTILINE)
    assert [Path(one).name for one in started[1:]] == ["true"]
    ports = re.findall(r"sin_port=htons\((\d+)\), sin_addr=inet_addr\(\"([^\"]*)\"", seen)
    assert set(ports) == {(str(port), "127.0.0.1")}
    assert "AF_INET6" not in seen
