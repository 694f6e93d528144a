"""HANDOVER: what Unbound's module leaves for the next interpreter, as a reload starts one.

Octets of the environment, which outlives the interpreter but not the process: an open file of the
last good image with its path, its note if it was signed, and the last good settings. Octets, since
the interpreter of a service without a locale takes no text but ASCII there.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from ..image.container import Image

if TYPE_CHECKING:
    from ..signing.imagenote import ImageNote
    from ..signing.notekeys import VerifierKey

KEPT_IMAGE = b"BLOCKLIST_UNBOUND_IMAGE"
KEPT_NOTE = b"BLOCKLIST_UNBOUND_NOTE"
KEPT_SETTINGS = b"BLOCKLIST_UNBOUND_SETTINGS"
SHADOW = b"_SHADOW"
"""The place of the shadow image."""


def keep_image(
    image: Image, path: str, note: ImageNote | None = None, *, place: bytes = b""
) -> None:
    """Hold an image that is in use open, instead of the one before, with its note if it has one.

    Its memory, where that is sealed; else the file, which may be written over. ``place`` is ``b""``
    for the one that answers, or ``SHADOW``.
    """
    name, memory = os.fsencode(path), image.descriptor
    old = os.environb.pop(KEPT_IMAGE + place, b"").partition(b":")[0]
    with contextlib.suppress(OSError):
        if old:
            os.close(int(old))
        kept = os.open(name, os.O_RDONLY) if memory is None else os.dup(memory)
        os.environb[KEPT_NOTE + place] = b"" if note is None else note.signed
        os.environb[KEPT_IMAGE + place] = b"%d:%s" % (kept, name)


def kept_image(path: str, *, place: bytes = b"") -> Image | None:
    """Return the last good image of a path; ``None`` if there was none.

    Opened by its number, not as ``/dev/fd/N``: in a chroot there may be no ``/proc``.

    Raises:
        ImageError: the file that was held was written over. ``OSError`` passes through.
    """
    handle, _, of = os.environb.get(KEPT_IMAGE + place, b"").partition(b":")
    return Image.open_descriptor(int(handle), path) if of == os.fsencode(path) else None


def kept_note(
    image: Image, keys: tuple[VerifierKey, ...], *, place: bytes = b""
) -> ImageNote | None:
    """Return the note of the last good image; ``None`` if there are no keys.

    It was verified when the image was taken. That is not done again: an old ``cryptography`` cannot
    be used in a second interpreter, and the last good image must answer all the same.

    Raises:
        SignatureError: the keys are new, and the image was not signed by any of them.
    """
    if not keys:
        return None
    import hashlib

    from ..image.layout import VERSION
    from ..signing.imagenote import ImageNote

    note = ImageNote.recall(os.environb.get(KEPT_NOTE + place, b""), keys)
    note.check_image(hashlib.sha256(image.octets).hexdigest(), len(image), VERSION)
    return note


def keep_settings(text: str) -> None:
    """Keep the settings in use."""
    os.environb[KEPT_SETTINGS] = text.encode()


def kept_settings() -> str | None:
    """Return the last good settings; ``None`` at the first start."""
    kept = os.environb.get(KEPT_SETTINGS)
    return None if kept is None else kept.decode()
