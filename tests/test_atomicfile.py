"""A file that is there whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from blocklist.atomicfile import Rights, replacing

pytestmark = pytest.mark.no_core


def test_the_new_file_takes_the_place_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"old")
    with replacing(path) as file:
        file.write(b"new and longer")
        file.flush()
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new and longer"
    assert list(tmp_path.iterdir()) == [path]


def test_whoever_has_the_old_file_open_keeps_it(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"old")
    with path.open("rb") as reader:
        with replacing(path) as file:
            file.write(b"n")
        assert reader.read() == b"old"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_error_leaves_everything_as_it_was(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"old")

    def fail() -> None:
        with replacing(path) as file:
            file.write(b"half")
            raise error

    with pytest.raises(error):
        fail()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_replaced_and_what_it_led_to_is_not(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(b"old")
    (tmp_path / "link").symlink_to("old")
    with replacing(tmp_path / "link") as file:
        file.write(b"new")
    assert not (tmp_path / "link").is_symlink()
    assert [(tmp_path / name).read_bytes() for name in ("link", "old")] == [b"new", b"old"]


def test_permissions(tmp_path: Path) -> None:
    umask = os.umask(0o027)
    try:
        with replacing(tmp_path / "open"):
            pass
        with replacing(tmp_path / "private", Rights(is_private=True)):
            pass
    finally:
        os.umask(umask)
    modes = [(tmp_path / name).stat().st_mode & 0o777 for name in ("open", "private")]
    assert modes == [0o640, 0o600]


posix = pytest.mark.skipif(os.name != "posix", reason="files have no owners here")
root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away"
)


def facts(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_mode & 0o777, found.st_uid, found.st_gid


@posix
@pytest.mark.parametrize("mode", [0o644, 0o600, 0o640, 0o604, 0o777])
def test_the_mode_of_the_old_file_stays(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"old")
    path.chmod(mode)
    with replacing(path) as file:
        (temporary,) = (p for p in tmp_path.iterdir() if p != path)
        assert temporary.stat().st_mode & 0o077 == 0
        file.write(b"new")
    assert facts(path)[0] == mode
    with replacing(path, Rights(is_private=True)):
        pass
    assert facts(path)[0] == mode & 0o770
    with replacing(path, Rights(mode=0o664, is_private=True)):
        pass
    assert facts(path)[0] == 0o660


@posix
@root
def test_owner_and_group_of_the_old_file_stay(tmp_path: Path) -> None:
    path, new = tmp_path / "x", tmp_path / "new"
    path.write_bytes(b"old")
    os.chown(path, 1234, 2345)
    path.chmod(0o640)
    with replacing(path):
        pass
    assert facts(path) == (0o640, 1234, 2345)
    with replacing(path, Rights(group=77)):
        pass
    assert facts(path) == (0o640, 1234, 77)
    with replacing(new, Rights(mode=0o640, user=5, group=6)):
        pass
    assert facts(new) == (0o640, 5, 6)


@posix
@root
def test_an_access_control_list_stays(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"old")
    # Version 2; owner rw-, user 1234 r--, group r--, mask r--, others r--.
    entries = [(1, 6, -1), (2, 4, 1234), (4, 4, -1), (16, 4, -1), (32, 4, -1)]
    listed = b"\2\0\0\0" + b"".join(
        tag.to_bytes(2, "little") + bits.to_bytes(2, "little") + (who % 2**32).to_bytes(4, "little")
        for tag, bits, who in entries
    )
    try:
        os.setxattr(path, "system.posix_acl_access", listed)
    except OSError:
        pytest.skip("no access control lists on this file system")
    with replacing(path, Rights(is_private=True)):
        pass
    after = os.getxattr(path, "system.posix_acl_access")
    assert after[:-8] == listed[:-8]
    assert after[-8:-4] == b"\x20\0\0\0"  # others have no right any more
    assert facts(path)[0] == 0o640


@posix
def test_the_time_of_change_is_later(tmp_path: Path) -> None:
    """BIND reads no zone whose time is not later than that of the last load."""
    path = tmp_path / "x"
    for _ in range(3):
        before = int(path.stat().st_mtime) if path.exists() else 0
        with replacing(path) as file:
            file.write(b"x")
        assert int(path.stat().st_mtime) > before


@posix
@root
@pytest.mark.parametrize(
    ("mode", "group_too", "is_kept"),
    [(0o600, True, False), (0o640, False, False), (0o640, True, True), (0o644, False, True)],
)
def test_an_owner_who_cannot_be_kept(
    tmp_path: Path, mode: int, group_too: bool, is_kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever read the old file has to be able to read the new one."""
    path = tmp_path / "x"
    path.write_bytes(b"old")
    os.chown(path, 1234, 2345)
    path.chmod(mode)
    allowed = os.fchown

    def refuse(handle: int, user: int, group: int) -> None:
        if user != -1 or not group_too:
            raise PermissionError(1, "Operation not permitted")
        allowed(handle, user, group)

    monkeypatch.setattr(os, "fchown", refuse)
    if is_kept:
        with replacing(path) as file:
            file.write(b"new")
        assert facts(path) == (mode, 0, 2345 if group_too else 0)
    else:
        with pytest.raises(PermissionError, match="owner and group") as info, replacing(path):
            pass
        assert info.value.filename == str(path)
        assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as info, replacing(tmp_path / "no" / "x"):
        pass
    assert info.value.filename == str(tmp_path / "no")


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="no folder without files of ours")
def test_where_nothing_may_be_written() -> None:
    with pytest.raises(OSError) as info, replacing("/proc/self/x"):
        pass
    assert info.value.filename == "/proc/self/x"


def test_a_folder_in_the_place(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    with pytest.raises(OSError), replacing(tmp_path / "x") as file:
        file.write(b"x")
    assert list(tmp_path.iterdir()) == [tmp_path / "x"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with a name")
def test_what_is_no_file_is_left_alone(tmp_path: Path) -> None:
    """Else whoever is root and writes to ``/dev/null`` has none after that."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")  # as /dev/stdout may lead to one
    for name in ("pipe", "link"):
        with pytest.raises(FileExistsError, match="left alone"), replacing(tmp_path / name):
            pass
    assert (tmp_path / "pipe").is_fifo()
    assert (tmp_path / "link").is_symlink()


def test_whoever_is_killed_meanwhile_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"old")
    script = f"""
        import time
        from blocklist.atomicfile import replacing
        with replacing({str(path)!r}) as file:
            file.write(b"half")
            file.flush()
            print("writing", flush=True)
            time.sleep(60)
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        process.kill()
    assert path.read_bytes() == b"old"


def test_readers_see_one_of_the_two(tmp_path: Path) -> None:
    path = tmp_path / "x"
    contents = {b"a" * 100_000, b"b" * 200_000}
    path.write_bytes(b"a" * 100_000)
    script = f"""
        from blocklist.atomicfile import replacing
        for i in range(100):
            with replacing({str(path)!r}) as file:
                file.write(b"ba"[i % 2:][:1] * 100_000 * (2 - i % 2))
    """
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)])
    end = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < end:
        assert path.read_bytes() in contents
    assert process.wait(10) == 0
