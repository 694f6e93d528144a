"""SIGNED IMAGE: an image and its note in two files, which change together.

Two renames are not one step. So the new note is beside the old one (``it.blk.note.next``) before
the image is renamed into its place, and takes the old one's place after that. Whenever a reader
looks, and wherever a writer was killed, one of the two notes is about the image that is there.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ..atomicfile import Rights, can_lock, lock, replacing, sync_folder
from ..errors import ConfigurationError, ImageSignatureError, SignatureError
from .imagenote import ImageNote
from .notekeys import SigningKey, VerifierKey, one_origin
from .notepaths import note_paths
from .signednote import MAX_NOTE, sign_note
from .smallfile import read_small

VALID_FOR = timedelta(days=30)
"""How long an image may be taken after it was signed, unless the publisher says otherwise."""
_LONGEST = timedelta(days=3_660)


def verify_image(
    octets: memoryview,
    path: str,
    keys: tuple[VerifierKey, ...],
    *,
    version: int,
    now: datetime | None = None,
    last: ImageNote | None = None,
) -> ImageNote:
    """Return the note beside an image after its signature, its age and these octets were checked.

    Args:
        octets: those that will answer, so a private copy.
        path: of the image.
        keys: whose signatures are believed.
        version: the format version of the image.
        now: for tests.
        last: the note of the image in use.

    Raises:
        ImageSignatureError: unsigned, or signed by others, changed, or too old.
        BlocklistError: the extra ``sign`` is not installed.
    """
    notes: list[bytes] = []
    reason = ""
    for name in note_paths(path):
        try:
            notes.append(read_small(name, MAX_NOTE)[0])
        except FileNotFoundError:
            continue
        except OSError as error:
            reason = reason or f"{name}: {error.strerror}"
        except SignatureError as error:
            reason = reason or str(error)
    try:
        found = note_of(octets, notes, keys, version=version)
        found.check_use(now or datetime.now(UTC), last)
    except SignatureError as error:
        unread = reason if not notes else ""
        raise ImageSignatureError(unread or error.reason, path=path) from None
    return found


def note_of(
    octets: bytes | memoryview,
    notes: Iterable[bytes],
    keys: tuple[VerifierKey, ...],
    *,
    version: int,
) -> ImageNote:
    """Return that of some notes which is about an image, whatever its age; of two the newer.

    Raises:
        SignatureError: no note is sound; it says what is wrong with the first.
        BlocklistError: the extra ``sign`` is not installed.
    """
    sha256 = hashlib.sha256(octets).hexdigest()
    found: list[ImageNote] = []
    reason = ""
    for signed in notes:
        try:
            note = ImageNote.open(signed, keys)
            note.check_image(sha256, len(octets), version)
            found.append(note)
        except SignatureError as error:
            reason = reason or error.reason
    if not found:
        raise SignatureError(
            reason
            or "not signed: there is no note beside it (FILE.note); publish it with: "
            "blocklist compile … --sign KEYFILE"
        )
    return max(found, key=lambda note: note.serial)


def write_signed(
    path: str | os.PathLike[str],
    octets: memoryview,
    keys: SigningKey | Iterable[SigningKey],
    *,
    version: int,
    valid_for: timedelta = VALID_FOR,
    rights: Rights | None = None,
    now: datetime | None = None,
    after: int = 0,
) -> ImageNote:
    """Write an image and its note so that a reader finds both old or both new; return the note.

    Its serial is higher than that of the note before, and at least the time in seconds, so that a
    publisher whose last note is lost is believed, too.

    Args:
        path: of the image.
        octets: the image.
        keys: of one name, the origin; two during a rotation.
        version: the format version of the image.
        valid_for: how long readers may take it.
        rights: of the image, and of a note that is new.
        now: the time that is signed, if it is not that of the clock.
        after: a serial that this one must be higher than, if the note before may be lost.

    Raises:
        SignatureError: there is no key, or they have different names.
        ConfigurationError: ``valid_for`` is less than a second, or more than ten years.
        OSError: passes through; what was there stays.
    """
    signers = [keys] if isinstance(keys, SigningKey) else list(keys)
    origin = one_origin(signers)
    made = (now or datetime.now(UTC)).replace(microsecond=0)
    if not timedelta(seconds=1) <= valid_for <= _LONGEST:
        raise ConfigurationError(
            f"an image can be signed for a second to {_LONGEST.days:,} days, not for {valid_for}"
        )
    until = (made + valid_for).replace(microsecond=0)
    where = os.fspath(path)
    beside, following = map(Path, note_paths(where))
    trusted = tuple(key.verifier for key in signers)
    with _alone(Path(where).parent):
        _end_last(where, trusted, version)
        last = max(after, _serial(beside, trusted))
        note = ImageNote(
            origin, version, max(last + 1, int(made.timestamp())),
            hashlib.sha256(octets).hexdigest(), len(octets), made, until,
        )  # fmt: skip
        signed = sign_note(note.text(), signers)
        with replacing(where, rights) as image:
            image.write(octets)
            with replacing(following, _rights(rights, beside, Path(where))) as file:
                file.write(signed)
        following.replace(beside)
        sync_folder(beside.parent)
    return replace(note, signed=signed)


def _serial(beside: Path, trusted: tuple[VerifierKey, ...]) -> int:
    """Return the serial of a note that one of the keys signed; 0 without such a note."""
    with suppress(OSError, SignatureError):
        return ImageNote.open(read_small(str(beside), MAX_NOTE)[0], trusted).serial
    return 0


def _end_last(where: str, trusted: tuple[VerifierKey, ...], version: int) -> None:
    """Do what is left of a publication that was killed: its note may be the one for the image."""
    beside, following = note_paths(where)
    with suppress(OSError, SignatureError):
        note = ImageNote.open(read_small(following, MAX_NOTE)[0], trusted)
        octets = Path(where).read_bytes()
        note.check_image(hashlib.sha256(octets).hexdigest(), len(octets), version)
        Path(following).replace(beside)


def _rights(rights: Rights | None, beside: Path, image: Path) -> Rights:
    """Return the rights of the note: those of the one before, else those of the image."""
    old = next((path.stat() for path in (beside, image) if path.exists()), None)
    return (rights or Rights()).over(old)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other publishers out of a folder, where the system can: two would mix their files."""
    if not can_lock():
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # a file system without locks
            lock(handle)
        yield
    finally:
        os.close(handle)
