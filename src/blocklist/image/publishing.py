"""PUBLISHING: an image with a signed note beside it, and whether an image is what was signed."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import timedelta

from ..signing.imagenote import ImageNote
from ..signing.notekeys import SigningKey, VerifierKey
from ..signing.signedimage import VALID_FOR, verify_image, write_signed
from .container import Image
from .layout import VERSION


def save_signed(
    image: Image,
    path: str | os.PathLike[str],
    keys: SigningKey | Iterable[SigningKey],
    *,
    valid_for: timedelta = VALID_FOR,
) -> ImageNote:
    """Write an image as ``Image.save`` does, with a signed note beside it; return what it says.

    A reader finds both old or both new (``PATH.note``; ``PATH.note.next`` between the two renames).

    Args:
        image: what is published.
        path: of the image.
        keys: one key, or two of the same name while readers change from one to the other. A key
            signs the images of one file.
        valid_for: how long readers take it after now; from a second to ten years.

    Raises:
        SignatureError: there is no key, or they have different names.
        ConfigurationError: ``valid_for`` is out of range.
        BlocklistError: the extra ``sign`` is not installed.
        OSError: passes through, and leaves what was there as it was.
    """
    return write_signed(
        path, image.octets, keys, version=VERSION, valid_for=valid_for, rights=image.rights
    )


def verified_note(
    image: Image,
    path: str,
    keys: tuple[VerifierKey, ...],
    *,
    last: ImageNote | None = None,
) -> ImageNote:
    """Return the note beside ``path`` after it was checked against the octets of an image.

    Args:
        image: which will answer, so a private copy of the file.
        path: of the file.
        keys: whose signatures are believed.
        last: the note of the image in use, which no older one may replace.

    Raises:
        ImageSignatureError: unsigned, signed by others, changed, or too old.
        BlocklistError: the extra ``sign`` is not installed.
    """
    return verify_image(image.octets, path, keys, version=VERSION, last=last)
