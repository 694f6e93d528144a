"""A live blocklist with keys: what is refused, and that the last good image answers then."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from helpers import image
from scale import size
from signing_keys import KEY, NEXT, OTHER

import blocklist
from blocklist import (
    ConfigurationError,
    ImageError,
    ImageNote,
    ImageSignatureError,
    LiveBlocklist,
    NotAnImageError,
    ReloadRejectedError,
    SignatureError,
    SigningKey,
    save_signed,
)
from blocklist.image.layout import VERSION
from blocklist.live import ageing
from blocklist.signing.signedimage import write_signed

OLD, NEW = image("old.example", "b.example"), image("new.example", "b.example")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    publish(tmp_path / "it.blk", OLD)
    return tmp_path / "it.blk"


def publish(path: Path, new: blocklist.Image, *keys: SigningKey, at: int = 0) -> ImageNote:
    """Sign an image so many seconds from now."""
    now = datetime.now(UTC) + timedelta(seconds=at)
    return write_signed(path, new.octets, keys or [KEY], version=VERSION, now=now)


def beside(path: Path) -> Path:
    return Path(f"{path}.note")


def put(path: Path, octets: bytes) -> None:
    """Put a file there as a mirror does: whole, by a rename."""
    new = path.with_name("new")
    new.write_bytes(octets)
    new.replace(path)


def unsigned(path: Path) -> None:
    NEW.save(path)
    beside(path).unlink()


def without_note(path: Path) -> None:
    NEW.save(path)


def by_another_key(path: Path) -> None:
    beside(path).unlink()
    publish(path, NEW, OTHER, at=5)


def by_another_key_of_that_name(path: Path) -> None:
    publish(path, NEW, NEXT, at=5)


def past_validity(path: Path) -> None:
    note = publish(path, NEW, at=-40 * 86_400)
    assert note.serial > 0
    assert note.valid_until < datetime.now(UTC)


def changed_image(path: Path) -> None:
    publish(path, NEW, at=5)
    octets = bytearray(path.read_bytes())
    octets[-9] ^= 4
    put(path, bytes(octets))


def changed_note(path: Path) -> None:
    publish(path, NEW, at=5)
    octets = bytearray(beside(path).read_bytes())
    octets[-9] ^= 4
    put(beside(path), bytes(octets))


BAD: list[tuple[Callable[[Path], None], str]] = [
    (unsigned, "not signed: there is no note"),
    (without_note, "its note is about another file"),
    (by_another_key, "not signed by a trusted key; signed by isp.example/de+"),
    (by_another_key_of_that_name, "not signed by a trusted key; signed by isp.example/it+"),
    (past_validity, "was signed to be taken until"),
    (changed_image, "its note is about another file"),
    (changed_note, ""),
]
each_bad = pytest.mark.parametrize(("spoil", "says"), BAD, ids=[bad[0].__name__ for bad in BAD])


@each_bad
def test_what_is_refused_leaves_the_old_image(
    path: Path, spoil: Callable[[Path], None], says: str, caplog: pytest.LogCaptureFixture
) -> None:
    serving = LiveBlocklist(path, key=str(KEY.verifier))
    note = serving.note
    spoil(path)
    with pytest.raises(ReloadRejectedError, match="the last good image stays in use") as caught:
        serving.refresh()
    assert isinstance(caught.value.cause, ImageSignatureError)
    assert str(caught.value).startswith(f"{path}: {says}")
    assert serving.is_blocked("old.example")
    assert not serving.is_blocked("new.example")
    assert serving.note == note
    assert [vars(record)["event"] for record in caplog.records] == ["image.rejected"]
    with pytest.raises(ReloadRejectedError):
        serving.reload(force=True)
    publish(path, NEW, at=60)
    assert serving.refresh() is not None
    assert serving.is_blocked("new.example")
    assert serving.refresh() is None


@each_bad
def test_what_is_refused_is_an_error_at_the_start(
    path: Path, spoil: Callable[[Path], None], says: str
) -> None:
    spoil(path)
    with pytest.raises(ImageSignatureError) as caught:
        LiveBlocklist(path, key=KEY.verifier)
    assert str(caught.value).startswith(f"{path}: {says}")
    assert caught.value.path == str(path)
    if spoil is not changed_image:
        assert LiveBlocklist(path).is_blocked("b.example")


def test_no_older_image_comes_back(path: Path) -> None:
    replayed = path.read_bytes(), beside(path).read_bytes()
    serving = LiveBlocklist(path, key=KEY.verifier)
    publish(path, NEW, at=5)
    assert serving.refresh() is not None
    for octets, file in zip(replayed, (path, beside(path)), strict=True):
        put(file, octets)
    with pytest.raises(ReloadRejectedError, match="is older than the one in use: serial"):
        serving.refresh()
    assert serving.is_blocked("new.example")
    publish(path, OLD, at=10)
    assert serving.refresh() is not None
    assert serving.is_blocked("old.example")


def test_an_image_without_a_key_is_opened_as_before(path: Path) -> None:
    serving = LiveBlocklist(path)
    unsigned(path)
    assert serving.refresh() is not None
    assert serving.note is None


def test_a_new_note_of_the_same_image_renews_its_validity(path: Path) -> None:
    serving = LiveBlocklist(path, key=KEY.verifier)
    first = serving.note
    last = publish(path, OLD, at=100)
    assert serving.refresh() is None
    assert serving.reloads["unchanged"] == 1
    assert first is not None
    assert serving.note == last
    assert last.valid_until > first.valid_until
    assert serving.refresh() is None
    assert serving.reloads["unchanged"] == 1


def test_either_of_two_files_may_come_first(path: Path) -> None:
    """A mirror brings them one after the other, and nothing is served between."""
    serving = LiveBlocklist(path, key=KEY.verifier)
    elsewhere = path.with_name("elsewhere.blk")
    for turn, new in enumerate((NEW, OLD, NEW, OLD), 1):
        publish(elsewhere, new, at=10 * turn)
        moves = [(elsewhere, path), (beside(elsewhere), beside(path))]
        first, second = moves if turn % 2 else reversed(moves)
        before = serving.current
        put(first[1], first[0].read_bytes())
        with pytest.raises(ReloadRejectedError, match="its note is about another file"):
            serving.refresh()
        assert serving.current is before
        put(second[1], second[0].read_bytes())
        assert serving.refresh() is not None
        assert serving.is_blocked("new.example") is (new is NEW)


def test_a_reader_never_fails_while_a_publisher_publishes(path: Path) -> None:
    """Not even one that starts between the two renames."""
    serving, done = LiveBlocklist(path, key=KEY.verifier), threading.Event()
    wrong: list[object] = []

    def read() -> None:
        while not done.is_set():
            try:
                for live in (serving, LiveBlocklist(path, key=KEY.verifier)):
                    live.refresh()
                    names = ["old.example", "new.example"]
                    wrong.extend(a for a in [live.is_blocked_many(names)] if a[0] == a[1])
            except blocklist.BlocklistError as error:
                wrong.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    last = [publish(path, (NEW, OLD)[turn % 2], at=turn) for turn in range(size(400, 12))][-1]
    done.set()
    reader.join()
    assert wrong == []
    serving.refresh()
    assert serving.note == last


def test_image_and_note_replaced_while_they_are_read(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, turns = blocklist.Image.open, iter((NEW, OLD, NEW))

    def slow(*args: Any, **options: Any) -> blocklist.Image:
        opened = real(*args, **options)
        if (new := next(turns, None)) is not None:
            publish(path, new, at=5)
        return opened

    monkeypatch.setattr(blocklist.Image, "open", slow)
    serving = LiveBlocklist(path, key=KEY.verifier)
    assert next(turns, None) is None
    assert serving.is_blocked("new.example")


def test_rotation(path: Path) -> None:
    readers = [
        LiveBlocklist(path, key=key)
        for key in (KEY.verifier, [str(KEY.verifier), str(NEXT.verifier)])
    ]
    publish(path, NEW, KEY, NEXT, at=5)
    assert all(reader.refresh() for reader in readers)
    publish(path, OLD, NEXT, at=10)
    with pytest.raises(ReloadRejectedError):
        readers[0].refresh()
    assert readers[1].refresh()


def test_that_validity_has_passed_is_said_once(
    path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = publish(path, OLD)
    serving = LiveBlocklist(path, key=KEY.verifier)
    serving.refresh()

    class Later(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Later:
            return cls.fromtimestamp(note.valid_until.timestamp(), tz)

    monkeypatch.setattr(ageing, "datetime", Later)
    caplog.clear()
    for _ in range(3):
        serving.refresh()
    (record,) = caplog.records
    assert (record.levelno, vars(record)["event"]) == (logging.ERROR, "image.expired")
    assert f"{path}: was signed to be taken until" in record.getMessage()
    assert serving.is_blocked("old.example")


def test_keys_that_cannot_be_used(path: Path) -> None:
    with pytest.raises(ConfigurationError, match="share maps a file"):
        LiveBlocklist(path, key=KEY.verifier, share=True)
    with pytest.raises(SignatureError, match="different names"):
        LiveBlocklist(path, key=[KEY.verifier, OTHER.verifier])
    with pytest.raises(SignatureError, match="no verifier key"):
        LiveBlocklist(path, key=[])
    with pytest.raises(SignatureError, match="this is a private key"):
        LiveBlocklist(path, key=KEY.secret_text())


def test_an_image_that_is_none_is_refused_although_it_is_signed(path: Path) -> None:
    write_signed(path, memoryview(b"no image"), KEY, version=VERSION)
    with pytest.raises(NotAnImageError):
        LiveBlocklist(path, key=KEY.verifier)
    save_signed(NEW, path, KEY)
    assert LiveBlocklist(path, key=KEY.verifier).is_blocked("new.example")
    assert issubclass(ImageSignatureError, ImageError)
