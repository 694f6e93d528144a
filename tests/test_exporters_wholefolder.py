"""The files of an export take the place of the old ones at one instant."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from helpers import image

from blocklist.exporters import export, wholefolder
from blocklist.exporters.wholefolder import whole_folder

pytestmark = [
    pytest.mark.no_core,
    pytest.mark.skipif(os.name != "posix", reason="folders are exchanged on POSIX only"),
]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def write(folder: Path, text: bytes) -> None:
    with whole_folder(folder) as new:
        for name in ("one", "two"):
            (new / f".{name}").write_bytes(text)
            (new / f".{name}").replace(new / name)


def test_a_new_folder_and_one_rename(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "out"
    mask = os.umask(0o027)
    try:
        write(folder, b"1")
    finally:
        os.umask(mask)
    assert contents(folder) == {"one": b"1", "two": b"1"}
    assert folder.stat().st_mode & 0o777 == 0o750
    assert [path.name for path in folder.parent.iterdir()] == ["out"]


def test_the_old_folder_goes_as_a_whole_and_what_else_is_in_it_stays(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    write(folder, b"1")
    (folder / "own.conf").write_bytes(b"own")
    folder.chmod(0o2751)
    inode = folder.stat().st_ino
    write(folder, b"2")
    assert contents(folder) == {"one": b"2", "two": b"2", "own.conf": b"own"}
    assert folder.stat().st_mode & 0o7777 == 0o2751
    if sys.platform.startswith("linux"):
        assert folder.stat().st_ino != inode
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_no_reader_sees_two_lists(tmp_path: Path) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux exchanges folders")
    folder = tmp_path / "out"
    write(folder, b"0")
    done = threading.Event()
    mixed = []

    def look() -> None:
        while not done.is_set():
            handle = os.open(folder, os.O_RDONLY)  # one look at the name of the folder
            try:
                seen = []
                for name in ("one", "two"):
                    file = os.open(name, os.O_RDONLY, dir_fd=handle)
                    seen.append(os.read(file, 10))
                    os.close(file)
                if seen[0] != seen[1]:
                    mixed.append(seen)
            except FileNotFoundError:  # the old folder is being removed: look again
                pass
            finally:
                os.close(handle)

    reader = threading.Thread(target=look)
    reader.start()
    for number in range(200):
        write(folder, b"%d" % number)
    done.set()
    reader.join()
    assert mixed == []


@pytest.mark.parametrize("odd", ["folder", "link", "no exchange"])
def test_where_it_cannot_be_exchanged_each_file_is_renamed(
    tmp_path: Path, odd: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    write(folder, b"1")
    inode = folder.stat().st_ino
    if odd == "folder":
        (folder / "sub").mkdir()
        (folder / "sub" / "x").write_bytes(b"x")
    elif odd == "link":
        (folder / "link").symlink_to("one")
    else:
        monkeypatch.setattr(wholefolder, "_exchanged", lambda *_: False)
    write(folder, b"2")
    assert folder.stat().st_ino == inode
    assert [(folder / name).read_bytes() for name in ("one", "two")] == [b"2", b"2"]
    if odd == "folder":
        assert (folder / "sub" / "x").read_bytes() == b"x"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_link_to_a_folder_stays(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to("real")
    write(tmp_path / "out", b"1")
    assert (tmp_path / "out").is_symlink()
    assert contents(tmp_path / "real") == {"one": b"1", "two": b"1"}


def test_an_error_leaves_the_old_folder(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    write(folder, b"1")

    def fail() -> None:
        with whole_folder(folder) as new:
            (new / "one").unlink()
            raise OSError(28, "No space left on device", str(new / "two"))

    with pytest.raises(OSError, match="No space") as caught:
        fail()
    assert caught.value.filename == str(folder / "two")
    assert contents(folder) == {"one": b"1", "two": b"1"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_folders_of_killed_writers_are_swept(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from blocklist.exporters.wholefolder import whole_folder\n"
        "with whole_folder(Path(sys.argv[1])) as new:\n"
        "    (new / 'one').write_bytes(b'x')\n    print('written', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    folder = tmp_path / "out"
    for is_killed in (True, False):
        with subprocess.Popen(
            [sys.executable, "-c", code, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline()
            if is_killed:
                writer.kill()
                writer.communicate()
            write(folder, b"2")
            assert len(list(tmp_path.iterdir())) == (1 if is_killed else 2)
            if not is_killed:
                writer.communicate(b"")
                assert writer.returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_exports_are_written_so(tmp_path: Path) -> None:
    folder = tmp_path / "squid"
    for name in ("a.example", "b.example"):
        report = export(image(name), "squid", folder)
        assert set(report.paths) == {str(path) for path in folder.iterdir()}
        (folder / "blocked").chmod(0o640)
        assert name in (folder / "blocked").read_text()
    before = (folder / "blocked").stat().st_mtime_ns
    export(image("c.example"), "squid", folder)
    assert (folder / "blocked").stat().st_mode & 0o777 == 0o640
    assert (folder / "blocked").stat().st_mtime_ns // 10**9 > before // 10**9
    assert [path.name for path in tmp_path.iterdir()] == ["squid"]
