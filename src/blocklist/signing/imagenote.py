"""IMAGE NOTE: what a publisher says of an image, in a signed note beside it (``it.blk.note``).

Seven lines, each in one form::

    isp.example/blocklist
    blocklist image 3
    serial 1796076819
    sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
    size 25012345
    made 2026-12-01T00:00:00Z
    valid-until 2026-12-31T00:00:00Z

The first is the origin: the name of the key, which signs the images of one file and nothing else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Self

from ..errors import SignatureError
from .notekeys import VerifierKey, is_name
from .signednote import open_note, split_note

_NUMBER, _INSTANT = r"(0|[1-9][0-9]{0,18})", r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z)"
_LINES = re.compile(
    rf"([^\n]+)\nblocklist image {_NUMBER}\nserial {_NUMBER}\nsha256 ([0-9a-f]{{64}})\n"
    rf"size {_NUMBER}\nmade {_INSTANT}\nvalid-until {_INSTANT}\n"
)


@dataclass(frozen=True, slots=True)
class ImageNote:
    """What was signed of an image.

    Attributes:
        origin: who publishes it: the name of the key.
        version: the format version of the image.
        serial: higher with each publication.
        sha256: of the file, in hex.
        size: of the file, in octets.
        made: when it was signed, in whole seconds (UTC).
        valid_until: when readers stop to take it, in whole seconds (UTC).
        signed: the octets of the note, once it was signed or verified.
    """

    origin: str
    version: int
    serial: int
    sha256: str
    size: int
    made: datetime
    valid_until: datetime
    signed: bytes = field(default=b"", repr=False, compare=False)

    def text(self) -> str:
        """Return the seven lines."""
        return (
            f"{self.origin}\nblocklist image {self.version}\nserial {self.serial}\n"
            f"sha256 {self.sha256}\nsize {self.size}\nmade {_written(self.made)}\n"
            f"valid-until {_written(self.valid_until)}\n"
        )

    @classmethod
    def parse(cls, text: str, signed: bytes = b"") -> Self:
        """Read the seven lines; ``SignatureError`` if they are not in their one form."""
        found = _LINES.fullmatch(text)
        if found is None or not is_name(found[1]):
            raise SignatureError("the note is about no image of a blocklist")
        origin, version, serial, sha256, size, made, valid_until = found.groups()
        try:
            note = cls(
                origin, int(version), int(serial), sha256, int(size), _read(made),
                _read(valid_until), signed,
            )  # fmt: skip
        except ValueError:
            raise SignatureError("the note has a time that does not exist") from None
        if note.text() != text:
            raise SignatureError("the note is not in its one form")
        return note

    @classmethod
    def open(cls, octets: bytes, keys: tuple[VerifierKey, ...]) -> Self:
        """Return what a note says once it was verified.

        Raises:
            SignatureError: malformed, not about an image, or not signed by a trusted key that has
                the name of its origin.
            BlocklistError: the extra ``sign`` is not installed.
        """
        opened = open_note(octets, keys)
        note = cls.parse(opened.text, octets)
        if note.origin not in {key.name for key in opened.keys}:
            raise SignatureError(f"a note of {note.origin}, which did not sign it")
        return note

    @classmethod
    def recall(cls, octets: bytes, keys: tuple[VerifierKey, ...]) -> Self:
        """Return what a note says that this process has verified: no signature is looked at again.

        Raises:
            SignatureError: none of the keys, which may be others by now, has signed it.
        """
        text, signatures = split_note(octets)
        note = cls.parse(text, octets)
        signers = {(signature.name, signature.id) for signature in signatures}
        if not any((note.origin, key.id) in signers for key in keys if key.name == note.origin):
            raise SignatureError("not signed by a trusted key")
        return note

    def check_image(self, sha256: str, size: int, version: int) -> None:
        """Raise ``SignatureError`` unless it is about the image with these facts."""
        if (self.sha256, self.size, self.version) != (sha256, size, version):
            raise SignatureError(
                f"its note is about another file (serial {self.serial}, {self.size:,} octets): "
                "the image was changed, or image and note were not copied together"
            )

    def check_use(self, now: datetime, last: ImageNote | None) -> None:
        """Raise ``SignatureError`` if it is too old to be taken now.

        Args:
            now: with a time zone.
            last: of the image in use, which a replay must not replace.
        """
        if now >= self.valid_until:
            raise SignatureError(
                f"was signed to be taken until {_written(self.valid_until)}, which has passed; "
                "publish it again, or look why no newer one came"
            )
        if last is None:
            return
        if self.serial < last.serial:
            raise SignatureError(
                f"is older than the one in use: serial {self.serial}, and {last.serial} was taken "
                "already; to go back, sign the old image again"
            )
        if self.serial == last.serial and self.sha256 != last.sha256:
            raise SignatureError(
                f"has the serial {self.serial} of the one in use, and is another image; publish it "
                "again"
            )


def _written(instant: datetime) -> str:
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def _read(text: str) -> datetime:
    # Not strptime: it cannot be used in an interpreter that was started again, as Unbound does.
    return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)
