"""The note beside an image: its one form, and two files that change together."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from helpers import image
from hypothesis import given, settings
from hypothesis import strategies as st
from scale import size
from signing_keys import KEY, NEXT, OTHER

import blocklist
from blocklist.errors import ConfigurationError, ImageSignatureError, SignatureError
from blocklist.image.layout import VERSION
from blocklist.image.publishing import save_signed, verified_note
from blocklist.signing.imagenote import ImageNote
from blocklist.signing.notekeys import SigningKey
from blocklist.signing.notepaths import note_paths
from blocklist.signing.signedimage import verify_image, write_signed
from blocklist.signing.signednote import open_note, sign_note

pytestmark = pytest.mark.no_core

KEYS = (KEY.verifier,)
NOW = datetime(2026, 12, 1, tzinfo=UTC)
OLD, NEW = image("a.example", "b.example"), image("a.example", "c.example")
NOTE = ImageNote(
    "isp.example/it", 3, 1796076819, hashlib.sha256(b"test").hexdigest(), 25012345, NOW,
    NOW + timedelta(days=30),
)  # fmt: skip


def test_the_lines_of_a_note() -> None:
    assert NOTE.text() == (
        "isp.example/it\nblocklist image 3\nserial 1796076819\n"
        "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\n"
        "size 25012345\nmade 2026-12-01T00:00:00Z\nvalid-until 2026-12-31T00:00:00Z\n"
    )
    assert ImageNote.parse(NOTE.text()) == NOTE
    assert len(sign_note(NOTE.text(), [KEY])) < 350


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\nserial", "\n\nserial"), ("serial 1", "serial 01"), ("serial 1", "serial +1"),
        ("serial 1796076819", "serial 1_796_076_819"), ("serial 1796076819", "serial ١"),
        ("sha256 9f", "sha256 9F"), ("sha256 9f", "sha256 9"), ("size 2", "size -2"),
        ("12-01T00", "13-01T00"), ("12-01T00", "12-01T24"), ("12-01T00", "12-01 00"),
        ("00:00:00Z\nv", "00:00:60Z\nv"),
        ("00:00:00Z\nv", "00:00:00+00:00\nv"), ("isp.example/it", "isp example"),
        ("isp.example/it", "isp+example"), ("valid-until", "Valid-until"), ("image 3", "image"),
        ("31T00:00:00Z\n", "31T00:00:00Z\nmore\n"), ("size 25012345\n", ""),
    ],
)  # fmt: skip
def test_a_note_has_one_form(old: str, new: str) -> None:
    assert NOTE.text().count(old) == 1
    with pytest.raises(SignatureError):
        ImageNote.parse(NOTE.text().replace(old, new))


@settings(max_examples=size(20000, 300), deadline=None)
@given(st.integers(0, len(NOTE.text()) - 1), st.characters(max_codepoint=0x2FF), st.booleans())
def test_what_is_read_is_written_alike(at: int, char: str, instead: bool) -> None:
    text = NOTE.text()
    changed = text[:at] + char + text[at + instead :]
    try:
        note = ImageNote.parse(changed)
    except SignatureError:
        return
    assert note.text() == changed


def test_the_origin_must_have_signed() -> None:
    """A key signs the images of one origin, so no mirror can put one list in another's place."""
    both = (KEY.verifier, OTHER.verifier)
    signed = sign_note(NOTE.text(), [OTHER])
    with pytest.raises(SignatureError, match=r"a note of isp\.example/it, which did not sign it"):
        ImageNote.open(signed, both)
    assert ImageNote.open(sign_note(NOTE.text(), [OTHER, KEY]), both) == NOTE


def test_a_note_of_something_else_is_refused() -> None:
    checkpoint = sign_note(
        "isp.example/it\n3\nqINS1GRFhWHwdkUeqLEoP4yEMkTBBzxBkGwGQlVlVcs=\n", [KEY]
    )
    assert open_note(checkpoint, KEYS).keys == KEYS
    with pytest.raises(SignatureError, match="about no image"):
        ImageNote.open(checkpoint, KEYS)


def test_save_signed_and_verify(tmp_path: Path) -> None:
    path = str(tmp_path / "it.blk")
    before = int(datetime.now(UTC).timestamp())
    note = save_signed(OLD, path, KEY)
    assert note.origin == KEY.name
    assert note.serial >= before
    assert (note.version, note.size) == (VERSION, len(OLD))
    assert note.sha256 == hashlib.sha256(Path(path).read_bytes()).hexdigest()
    assert note.valid_until - note.made == timedelta(days=30)
    assert Path(f"{path}.note").read_bytes() == note.signed
    assert verified_note(blocklist.Image.open(path), path, KEYS) == note
    assert {file.name for file in tmp_path.iterdir()} == {"it.blk", "it.blk.note"}


def test_the_serial_rises_whatever_the_clock_says(tmp_path: Path) -> None:
    path = tmp_path / "it.blk"
    serials = [
        publish(path, OLD, now=NOW + timedelta(seconds=seconds)).serial
        for seconds in (0, 0, -86_400, 1, 5_000)
    ]
    first = int(NOW.timestamp())
    assert serials == [first, first + 1, first + 2, first + 3, first + 5_000]
    Path(note_paths(str(path))[0]).unlink()
    assert publish(path, OLD, now=NOW + timedelta(days=1)).serial == first + 86_400


def test_the_serial_of_a_note_by_somebody_else_counts_for_nothing(tmp_path: Path) -> None:
    path = tmp_path / "it.blk"
    high = replace(NOTE, origin=OTHER.name, serial=10**18)
    Path(f"{path}.note").write_bytes(sign_note(high.text(), [OTHER]))
    assert publish(path, OLD).serial == int(NOW.timestamp())


def publish(path: Path, new: blocklist.Image, *keys: SigningKey, **options: Any) -> ImageNote:
    return write_signed(path, new.octets, keys or KEY, version=VERSION, **{"now": NOW, **options})


def verify(path: Path, *keys: SigningKey, **options: Any) -> ImageNote:
    octets = memoryview(path.read_bytes())
    trusted = tuple(key.verifier for key in keys or (KEY,))
    given = {"version": VERSION, "now": NOW, **options}
    return verify_image(octets, str(path), trusted, **given)


def test_rotation(tmp_path: Path) -> None:
    path = tmp_path / "it.blk"
    first = publish(path, OLD, KEY)
    both = publish(path, OLD, KEY, NEXT)
    for readers in ((KEY,), (NEXT,), (KEY, NEXT)):
        assert verify(path, *readers) == both
    last = publish(path, OLD, NEXT)
    assert first.serial < both.serial < last.serial
    with pytest.raises(ImageSignatureError, match="not signed by a trusted key; signed by isp"):
        verify(path, KEY)
    with pytest.raises(SignatureError, match="different names"):
        publish(path, OLD, KEY, OTHER)
    with pytest.raises(SignatureError, match="no key is given"):
        write_signed(path, OLD.octets, [], version=VERSION)


@pytest.mark.parametrize("valid_for", [timedelta(0), timedelta(days=4_000), timedelta(days=-1)])
def test_validity_has_limits(tmp_path: Path, valid_for: timedelta) -> None:
    with pytest.raises(ConfigurationError, match="can be signed for a second to 3,660 days"):
        publish(tmp_path / "it.blk", OLD, valid_for=valid_for)
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "it.blk"
    OLD.save(path)
    with pytest.raises(ImageSignatureError, match=r"it\.blk: not signed: there is no note"):
        verify(path)
    note = publish(path, OLD)
    assert verify(path) == note
    with pytest.raises(ImageSignatureError, match="until 2026-12-31T00:00:00Z, which has passed"):
        verify(path, now=note.valid_until)
    assert verify(path, now=note.valid_until - timedelta(seconds=1)) == note
    with pytest.raises(ImageSignatureError, match="is older than the one in use: serial"):
        verify(path, last=replace(note, serial=note.serial + 1))
    with pytest.raises(ImageSignatureError, match="of the one in use, and is another image"):
        verify(path, last=replace(note, sha256="0" * 64))
    assert verify(path, last=note) == note
    with pytest.raises(ImageSignatureError, match="about another file"):
        verify(path, version=VERSION + 1)
    with pytest.raises(ImageSignatureError, match="not signed by a trusted key"):
        verify(path, OTHER)
    NEW.save(path)
    with pytest.raises(ImageSignatureError, match="about another file"):
        verify(path)


def test_every_changed_bit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "it.blk"
    note = publish(path, OLD)
    beside, octets = Path(f"{path}.note"), bytes(OLD)
    for bit in range(0, 8 * len(octets), size(1, 1_009)):
        changed = (int.from_bytes(octets) ^ 1 << bit).to_bytes(len(octets))
        with pytest.raises(ImageSignatureError):
            verify_image(memoryview(changed), str(path), KEYS, version=VERSION, now=NOW)
    for bit in range(0, 8 * len(note.signed), size(1, 23)):
        changed = (int.from_bytes(note.signed) ^ 1 << bit).to_bytes(len(note.signed))
        beside.write_bytes(changed)
        with pytest.raises(ImageSignatureError):
            verify(path)
    beside.write_bytes(note.signed)
    assert verify(path) == note


class StoppedError(Exception):
    """A publisher that came to this point and no further."""


@pytest.mark.parametrize("rename", [1, 2, 3])
@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
def test_a_publisher_that_stops_leaves_an_image_that_can_be_verified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rename: int, done: bool
) -> None:
    path = tmp_path / "it.blk"
    first = publish(path, OLD)
    real, count = os.replace, 0

    def stopping(old: Any, new: Any) -> None:
        nonlocal count
        count += 1
        if count == rename and not done:
            raise StoppedError
        real(old, new)
        if count == rename:
            raise StoppedError

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", stopping)
        with pytest.raises(StoppedError):
            publish(path, NEW)
    assert count == rename
    is_new = (rename, done) >= (2, True)
    assert path.read_bytes() == bytes(NEW if is_new else OLD)
    found = verify(path, last=first)
    assert (found.serial > first.serial) is is_new
    last = publish(path, NEW)
    assert last.serial > found.serial
    assert verify(path, last=found) == last
    assert {file.name for file in tmp_path.iterdir()} == {"it.blk", "it.blk.note"}


def test_of_two_notes_of_an_image_the_newer_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "it.blk"
    first = publish(path, OLD)

    def stopping(self: Path, target: Any) -> Path:
        if str(target).endswith(".note"):
            raise StoppedError
        return self.rename(target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", stopping)
        with pytest.raises(StoppedError):
            publish(path, OLD)
    assert verify(path).serial == first.serial + 1


@pytest.mark.parametrize("rename", [1, 2, 3, 4])
def test_a_publisher_that_stops_after_another_that_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rename: int
) -> None:
    """The first left its note beside the place of notes: it must not be lost."""
    path = tmp_path / "it.blk"
    publish(path, OLD)
    real, stops = os.replace, [2, rename]

    def stopping(old: Any, new: Any) -> None:
        real(old, new)
        stops[0] -= 1
        if not stops[0]:
            del stops[0]
            raise StoppedError

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", stopping)
        for new in (NEW, OLD):
            with pytest.raises(StoppedError):
                publish(path, new)
    assert stops == []
    assert path.read_bytes() == bytes(OLD if rename > 2 else NEW)
    verify(path)
    publish(path, NEW)
    verify(path)
    assert {file.name for file in tmp_path.iterdir()} == {"it.blk", "it.blk.note"}


def test_publishers_at_the_same_time_do_not_mix_their_files(tmp_path: Path) -> None:
    path = tmp_path / "it.blk"
    serials: list[int] = []

    def publishing(new: blocklist.Image) -> Callable[[], None]:
        return lambda: serials.extend(publish(path, new).serial for _ in range(size(100, 10)))

    threads = [threading.Thread(target=publishing(new)) for new in (OLD, NEW, OLD)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(serials)) == len(serials) == 3 * size(100, 10)
    assert verify(path).serial == max(serials)


@pytest.mark.skipif(os.name != "posix", reason="files have no modes here")
def test_the_note_is_for_those_who_read_the_image(tmp_path: Path) -> None:
    path = tmp_path / "it.blk"
    OLD.save(path)
    path.chmod(0o640)
    publish(path, OLD)
    note = Path(f"{path}.note")
    assert note.stat().st_mode & 0o777 == 0o640
    note.chmod(0o644)
    publish(path, NEW)
    assert [file.stat().st_mode & 0o777 for file in (path, note)] == [0o640, 0o644]


def test_a_note_that_is_no_file_or_too_long_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "it.blk"
    publish(path, OLD)
    note = Path(f"{path}.note")
    good = note.read_bytes()
    note.write_bytes(b"x" * (1 << 20) + good)
    with pytest.raises(ImageSignatureError, match="more than 1,048,576 octets"):
        verify(path)
    note.unlink()
    os.mkfifo(note)
    with pytest.raises(ImageSignatureError, match="not a file"):
        verify(path)
