from __future__ import annotations

import os
import pickle
import stat
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from helpers import image
from hypothesis import given
from hypothesis import strategies as st

from blocklist import (
    Blocklist,
    BlocklistError,
    Image,
    ImageChecksumError,
    ImageError,
    ImageVersionError,
    NotAnImageError,
)
from blocklist.image.layout import MAGIC, VERSION

GOOD = bytes(image("example.com", "*kick*ass*", "http://x.example/y", "192.0.2.7"))


def test_saved_and_opened_it_is_the_same(tmp_path: Path) -> None:
    compiled = image("example.com")
    path = tmp_path / "it.blk"
    compiled.save(path)
    opened = Image.open(path)
    assert bytes(opened) == bytes(compiled) == path.read_bytes()
    assert (opened.digest, len(opened)) == (compiled.digest, len(compiled))
    assert opened.path == str(path)
    assert opened.report is None
    assert compiled.report is not None
    assert compiled.digest[:12] in repr(opened)


def test_save_replaces_whole_and_leaves_nothing_beside(tmp_path: Path) -> None:
    path = tmp_path / "it.blk"
    image("old.example").save(path)
    before = Blocklist.open(path)
    image("new.example").save(path)
    assert before.is_blocked("old.example")
    assert Blocklist.open(path).is_blocked("new.example")
    assert [file.name for file in tmp_path.iterdir()] == ["it.blk"]


def test_a_failed_save_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "it.blk"
    image("old.example").save(path)

    def full_disk(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space"):
        image("new.example").save(path)
    monkeypatch.undo()
    assert Blocklist.open(path).is_blocked("old.example")
    assert [file.name for file in tmp_path.iterdir()] == ["it.blk"]


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
def test_permissions_follow_the_umask(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        image("a.example").save(tmp_path / "it.blk")
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "it.blk").stat().st_mode) == 0o640


def test_a_missing_file_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Blocklist.open(tmp_path / "none.blk")


@pytest.mark.parametrize(
    "data", [b"", b"\x89blk", b"PK\x03\x04" + bytes(200), b"example.com\n" * 20, GOOD[:63]]
)
def test_a_foreign_file(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(data)
    with pytest.raises(NotAnImageError, match="not a blocklist image") as caught:
        Image.open(path)
    assert caught.value.path == str(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a system with named pipes is needed")
@pytest.mark.parametrize("kind", ["pipe", "device", "sparse", "grown"])
def test_what_is_no_whole_file_is_refused_at_once(kind: str, tmp_path: Path) -> None:
    """Opening a pipe would wait for ever, and reading the others take all memory."""
    path = tmp_path / "it.blk"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        path.write_bytes(GOOD)
        os.truncate(path, 1 << 40 if kind == "sparse" else len(GOOD) + 1)
    script = (
        "import sys\nfrom blocklist import Image, NotAnImageError\n"
        "for share in (True, False):\n"
        "    try:\n        Image.open(sys.argv[1], share=share)\n"
        "    except NotAnImageError as error:\n        print(error.path == sys.argv[1])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, path], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "True\nTrue\n"


def test_text_mode_damage_shows_in_the_magic() -> None:
    with pytest.raises(NotAnImageError):
        Image(GOOD.replace(b"\r\n", b"\n"))
    assert MAGIC[0] > 127


@pytest.mark.parametrize("cut", [64, 100, len(GOOD) // 2, len(GOOD) - 1])
def test_a_truncated_file(cut: int) -> None:
    with pytest.raises(NotAnImageError, match="cut short"):
        Image(GOOD[:cut])


def test_a_file_with_something_behind() -> None:
    with pytest.raises(NotAnImageError, match="grown"):
        Image(GOOD + b"\0")


def test_a_newer_file() -> None:
    newer = GOOD[:8] + struct.pack("<I", VERSION + 1) + GOOD[12:]
    with pytest.raises(ImageVersionError, match="compile the orders again") as caught:
        Image(newer)
    assert (caught.value.expected, caught.value.got) == (VERSION, VERSION + 1)
    assert pickle.loads(pickle.dumps(caught.value)).got == VERSION + 1


@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_no_changed_octet_goes_unseen(at: int, change: int) -> None:
    damaged = bytearray(GOOD)
    damaged[at] ^= change
    with pytest.raises(ImageError):
        Image(bytes(damaged))


def test_the_checksum_error_says_both_sums() -> None:
    with pytest.raises(ImageChecksumError) as caught:
        Image(GOOD[:-1] + bytes([GOOD[-1] ^ 1]))
    assert caught.value.expected != caught.value.got
    assert len(str(caught.value.got)) == 64


@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255), st.text(max_size=12))
def test_unverified_damage_never_crashes(at: int, change: int, name: str) -> None:
    damaged = bytearray(GOOD)
    damaged[at] ^= change
    try:
        blocked = Blocklist(Image(bytes(damaged), verify=False))
        for question in (name, "www.example.com", "x.example/y", "192.0.2.7", "kickass"):
            blocked.is_blocked(question)
            blocked.lookup(question)
            blocked.explain(question)
        list(blocked.rules())
    except BlocklistError:
        pass


def test_a_missing_section() -> None:
    with pytest.raises(NotAnImageError, match="no section 'trie'"):
        Blocklist(Image.build({"meta": b"{}"}))


def test_sections_lie_at_multiples_of_64() -> None:
    built = Image.build({"a": b"1", "b": b"22", "c": b""})
    assert (bytes(built.section("a")), bytes(built.section("b"))) == (b"1", b"22")
    assert bytes(built.section("c")) == b""
    assert bytes(Image.build({"b": b"22", "c": b"", "a": b"1"})) == bytes(built)
