"""IMAGE FILE: the file from which a blocklist takes its images, and the note of a signed one."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv6Network
from typing import TYPE_CHECKING

from ..errors import ImageSignatureError
from ..image.container import Image
from ..image.contents import refuse_other_kind
from ..matcher.blocklist import Blocklist
from .filesignature import FileSignature

if TYPE_CHECKING:
    from ..signing.imagenote import ImageNote
    from ..signing.notekeys import VerifierKey

_TRIES = 10
"""How often image and note are read that somebody replaces meanwhile."""


class ImageFile:
    """A path, what was last seen there, and whose signatures are believed.

    Attributes:
        path: of the image.
        keys: whose images are taken; empty: every image is.
        seen: the file that was there at the last ``look``.
    """

    def __init__(
        self,
        path: str,
        nat64: tuple[IPv6Network, ...],
        key: str | VerifierKey | Iterable[str | VerifierKey] | None,
        *,
        shadow: bool = False,
    ) -> None:
        """Take a path, and the keys of one name if images must be signed.

        Images of shadow orders, which block nothing, are taken only with ``shadow``.

        Raises:
            SignatureError: a text is no key, or the keys have different names.
        """
        self.path, self._nat64, self._shadow = path, nat64, shadow
        self.keys: tuple[VerifierKey, ...] = ()
        self._paths: tuple[str, ...] = (path,)
        if key is not None:
            from ..signing.notekeys import origin_keys  # seldom needed, and resolvers start
            from ..signing.notepaths import note_paths

            self.keys = origin_keys(key)
            self._paths = (path, *note_paths(path))
        self.seen: FileSignature | None = None
        self._all: tuple[FileSignature | None, ...] = ()

    def look(self) -> None:
        """See what is there now."""
        self._all = self._now()
        self.seen = self._all[0]

    def forget(self) -> None:
        """Take what is there for new at the next look, whatever it is."""
        self.seen, self._all = None, ()

    def is_as_seen(self) -> bool:
        """Whether nothing was replaced since the last look; one ``stat``, three with keys."""
        return self._now() == self._all

    def is_being_written(self) -> bool:
        """Whether another write may come that a look would not show."""
        return any(each is not None and each.is_being_written() for each in self._all)

    def open(self, *, share: bool, last: ImageNote | None) -> tuple[Blocklist, ImageNote | None]:
        """Open and verify what is there; return it with its note if there are keys.

        Args:
            share: map it; only without keys.
            last: the note of the image in use.

        Raises:
            ImageError: not an image, damaged, not signed as it must be, or of shadow orders.
            BlocklistError: the library that verifies cannot be used.
            OSError: it cannot be read.
        """
        if not self.keys:
            return self._ready(Blocklist.open(self.path, share=share, nat64=self._nat64)), None
        for _ in range(_TRIES):
            try:
                return self._verified(last)
            except ImageSignatureError:
                if self.is_as_seen():
                    raise
            self.look()  # image and note were replaced while they were read
        return self._verified(last)

    def _verified(self, last: ImageNote | None) -> tuple[Blocklist, ImageNote]:
        from ..image.publishing import verified_note
        from ..signing.ed25519 import load

        load()  # also if there is no image yet: a program may give up access to its files
        # Its own checksum covers what the signed one does.
        image = Image.open(self.path, share=False, verify=False)
        note = verified_note(image, self.path, self.keys, last=last)
        return self._ready(Blocklist(image, nat64=self._nat64)), note

    def _ready(self, new: Blocklist) -> Blocklist:
        new.contents.read_all()
        if not self._shadow:
            refuse_other_kind(new, shadow=False)
        return new

    def _now(self) -> tuple[FileSignature | None, ...]:
        return tuple(map(FileSignature.of, self._paths))
