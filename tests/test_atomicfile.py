"""A file that is there whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from blocklist.atomicfile import replacing

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
        with replacing(tmp_path / "private", mode=0o600):
            pass
    finally:
        os.umask(umask)
    modes = [(tmp_path / name).stat().st_mode & 0o777 for name in ("open", "private")]
    assert modes == [0o640, 0o600]


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
