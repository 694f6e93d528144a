"""SHADOW LIST: an image that is only tried, and reloaded as the one that answers."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from ipaddress import IPv6Network
from typing import TYPE_CHECKING, Any

from ..errors import BlocklistError, ReloadRejectedError
from ..matcher.blocklist import Blocklist
from .imagefile import ImageFile
from .liveblocklist import LiveBlocklist

if TYPE_CHECKING:
    from ..signing.imagenote import ImageNote
    from ..signing.notekeys import VerifierKey

log: logging.Logger = logging.getLogger("blocklist.live")


class ShadowList:
    """A shadow image that may be missing or bad: that is logged and counted, and raises nothing.

    Answers never come from it. It is a private copy, so that nothing that is done to the file can
    end the process, and it may lose all its rules: orders that are enforced by now leave it.

    Attributes:
        path: the file.
        live: the image in use; ``None`` until there is a good one.
        reloads: how many reloads ``swapped`` the image, left it ``unchanged`` or ``rejected`` it.
    """

    def __init__(
        self,
        path: str,
        *,
        nat64: tuple[IPv6Network, ...] = (),
        key: Iterable[VerifierKey] = (),
        first: Blocklist | None = None,
        first_note: ImageNote | None = None,
    ) -> None:
        """Take a path, which ``refresh`` reads, and the last good image if there is one."""
        self.path: str = path
        self._options: dict[str, Any] = {
            "max_shrink": 1.0, "nat64": nat64, "key": tuple(key) or None, "shadow": True,
        }  # fmt: skip
        self._file = ImageFile(path, nat64, self._options["key"])
        self.live: LiveBlocklist | None = None
        self.reloads: Counter[str] = Counter(swapped=0, unchanged=0, rejected=0)
        if first is not None:
            self._take(LiveBlocklist(path, first=first, first_note=first_note, **self._options))

    @property
    def current(self) -> Blocklist | None:
        """The ``Blocklist`` in use."""
        live = self.live
        return None if live is None else live.current

    def __len__(self) -> int:
        """How many rules are tried."""
        return 0 if self.live is None else len(self.live)

    def refresh(self, *, always: bool = False) -> bool:
        """Take a new image if there is one; whether one was taken. A bad one is logged once.

        ``always`` opens also a file that looks as it did before.
        """
        if self.live is None:
            return (always or not self._file.is_as_seen()) and self._open()
        try:
            return (self.live.reload() if always else self.live.refresh()) is not None
        except ReloadRejectedError:
            return False  # logged and counted, and the last good one is kept

    def _open(self) -> bool:
        self._file.look()
        may_change = self._file.is_being_written()
        try:
            self._take(LiveBlocklist(self.path, **self._options))
        except (BlocklistError, OSError) as error:
            what = f"{error}"
            if isinstance(error, OSError):
                what = f"{self.path}: {error.strerror or error}"
            self.reloads["rejected"] += 1
            log.error(
                "%s; no shadow order is counted until there is an image, and answers do not change",
                what, extra={"event": "image.rejected", "path": self.path, "live_rules": 0,
                             "new_rules": None},
            )  # fmt: skip
            if may_change:
                self._file.forget()
            return False
        return True

    def _take(self, live: LiveBlocklist) -> None:
        live.reloads.update(self.reloads)  # of the tries before
        self.live, self.reloads = live, live.reloads
