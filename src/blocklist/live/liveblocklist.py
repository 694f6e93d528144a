"""LIVE: a blocklist that takes a new image while it answers, and keeps the last good one.

A reload opens and verifies the new file aside and then rebinds one attribute, so the lookup path
has no lock, no test and no frame of ours in it. Questions that run meanwhile end on the image on
which they began.
"""

from __future__ import annotations

import logging
import os
import threading
import weakref
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from ..changes.difference import Difference, diff
from ..errors import ImageError, ReloadRejectedError
from ..image.container import Image
from ..matcher.blocklist import Blocklist
from ..matcher.match import Match
from ..model.addresses import Address
from ..model.orders import Order
from ..model.report import MAX_DROP, shrank

log = logging.getLogger("blocklist.live")
_all: weakref.WeakSet[LiveBlocklist] = weakref.WeakSet()


@dataclass(frozen=True)
class Reload:
    """One change of images.

    Attributes:
        old: what answered before; it can still be asked.
        new: what answers now.
    """

    old: Blocklist
    new: Blocklist

    @cached_property
    def difference(self) -> Difference:
        """The rules that changed; worked out at the first use, a few microseconds a rule."""
        return diff(self.old, self.new)


class LiveBlocklist:
    """A ``Blocklist`` that can be swapped while any number of threads ask it.

    Ask through the object each time, ``live.is_blocked(name)``: whoever keeps ``live.is_blocked``
    in a variable keeps the image of that moment with it. In pre-forked workers, open it before or
    after the fork (the pages are shared either way) and let each worker call ``refresh``.

    Replace the file by renaming another over it, as ``Image.save`` does: an image is mapped, and
    cutting it short in place ends every process that reads it (SIGBUS).

    Attributes:
        path: the file that is opened again at each reload.
        max_shrink: the part of its rules that an image may lose at a reload.
        is_blocked: that of the current image, see ``Blocklist``.
        current: the ``Blocklist`` that answers now. Take it once where several questions about one
            query should be answered from the same image.
        reloads: how often a reload ``swapped``, found the image ``unchanged``, or ``rejected`` it.
    """

    is_blocked: Callable[[str | bytes], bool]

    def __init__(self, path: str | os.PathLike[str], *, max_shrink: float = MAX_DROP) -> None:
        """Open and verify the first image.

        Raises:
            ImageError: it is no image, of another version, or damaged.
            OSError: it cannot be read; there is no last good image yet.
            ValueError: ``max_shrink`` is not from 0 to 1.
        """
        if not 0 <= max_shrink <= 1:
            raise ValueError(f"max_shrink is a part from 0 to 1, not {max_shrink}")
        self.path = os.fspath(path)
        self.max_shrink = max_shrink
        self.reloads = Counter(swapped=0, unchanged=0, rejected=0)
        self._reloading = threading.Lock()
        self._seen = _signature(self.path)
        self._swap(_opened(self.path))
        _all.add(self)

    def reload(self, *, force: bool = False) -> Reload | None:
        """Take the image that now lies at ``path``; ``None`` if it is the one that answers already.

        Reading and verifying take about a second a gigabyte, in the calling thread; lookups go on
        meanwhile. Calls at the same time wait for each other.

        Args:
            force: take an image that shrank too much as well, once a person has looked at it.

        Raises:
            ReloadRejectedError: missing, damaged, of another version, or shrunken by more than
                ``max_shrink``; what answered before goes on answering.
        """
        with self._reloading:
            self._seen = _signature(self.path)
            old = self.current
            try:
                new = _opened(self.path)
            except ImageError as error:
                raise self._rejected(str(error), None, error) from error
            except OSError as error:
                what = f"{self.path}: {error.strerror or error}"
                raise self._rejected(what, None, error) from error
            if new.image.digest == old.image.digest:
                self.reloads["unchanged"] += 1
                return None
            if shrank(len(old), len(new), self.max_shrink) and not force:
                raise self._rejected(
                    f"{self.path}: {len(new):,} rules, {len(old):,} now: more than "
                    f"{self.max_shrink:.0%} would be gone; look at it, then reload by force or "
                    "start again",
                    len(new),
                    None,
                )
            self._swap(new)
            self.reloads["swapped"] += 1
            return Reload(old, new)

    def refresh(self) -> Reload | None:
        """Reload if the file was replaced since the last look, else do nothing; one ``stat``.

        For a timer, or a worker between two requests. A file that was rejected is not tried again
        until it is replaced. Once ``valid_until`` has passed, that is logged, once for an image.

        Raises:
            ReloadRejectedError: as ``reload``.
        """
        if self._stale_from is not None:
            self._warn_if_stale(self._stale_from)
        if _signature(self.path) == self._seen:
            return None
        return self.reload()

    def _swap(self, new: Blocklist) -> None:
        # The order of the two does not matter: both are whole images, and each is one store.
        self.current = new
        self.is_blocked = new.is_blocked
        self._stale_from = new.valid_until
        log.info(
            "%s: %s rules, image %s",
            self.path, f"{len(new):,}", new.image.digest[:12],
            extra={"event": "image.loaded", "path": self.path, "rules": len(new),
                   "digest": new.image.digest},
        )  # fmt: skip
        if self._stale_from is not None:
            self._warn_if_stale(self._stale_from)

    def _warn_if_stale(self, until: datetime) -> None:
        if until > datetime.now(UTC):
            return
        self._stale_from = None  # once is enough
        log.warning(
            "%s: an order began or ended at %s; compile the orders again", self.path, until,
            extra={"event": "image.stale", "path": self.path, "valid_until": until},
        )  # fmt: skip

    def _rejected(
        self, message: str, rules: int | None, cause: Exception | None
    ) -> ReloadRejectedError:
        self.reloads["rejected"] += 1
        error = ReloadRejectedError(
            f"{message}; the last good image keeps serving",
            path=self.path,
            live_rules=len(self.current),
            new_rules=rules,
            cause=cause,
        )
        log.error(
            "%s", error,
            extra={"event": "image.rejected", "path": self.path, "live_rules": error.live_rules,
                   "new_rules": rules},
        )  # fmt: skip
        return error

    # The questions of Blocklist, to the current image.

    @property
    def image(self) -> Image:
        """The image that answers now."""
        return self.current.image

    @property
    def orders(self) -> tuple[Order, ...]:
        """See ``Blocklist.orders``."""
        return self.current.orders

    @property
    def valid_until(self) -> datetime | None:
        """See ``Blocklist.valid_until``."""
        return self.current.valid_until

    def __len__(self) -> int:
        return len(self.current)

    def __repr__(self) -> str:
        return f"<LiveBlocklist {self.path}: {self.current!r}>"

    def is_blocked_many(self, names: Any) -> Any:
        """See ``Blocklist.is_blocked_many``; all of one call are answered from one image."""
        return self.current.is_blocked_many(names)

    def match(self, name: str | bytes) -> Match | None:
        """See ``Blocklist.match``."""
        return self.current.match(name)

    def match_all(self, name: str | bytes) -> list[Match]:
        """See ``Blocklist.match_all``."""
        return self.current.match_all(name)

    def first_blocked(self, names: Iterable[str | bytes]) -> Match | None:
        """See ``Blocklist.first_blocked``."""
        return self.current.first_blocked(names)

    def is_blocked_url(self, url: str) -> bool:
        """See ``Blocklist.is_blocked_url``."""
        return self.current.is_blocked_url(url)

    def match_url(self, url: str) -> Match | None:
        """See ``Blocklist.match_url``."""
        return self.current.match_url(url)

    def is_blocked_address(self, address: str | Address) -> bool:
        """See ``Blocklist.is_blocked_address``."""
        return self.current.is_blocked_address(address)

    def match_address(self, address: str | Address) -> Match | None:
        """See ``Blocklist.match_address``."""
        return self.current.match_address(address)

    def lookup(self, question: str | bytes) -> Match | None:
        """See ``Blocklist.lookup``."""
        return self.current.lookup(question)

    def explain(self, question: str | bytes) -> str:
        """See ``Blocklist.explain``."""
        return self.current.explain(question)


AnyBlocklist = Blocklist | LiveBlocklist
"""What an integration asks."""


def _opened(path: str) -> Blocklist:
    """Open an image, and read now what would else be read, and found broken, in mid-query."""
    new = Blocklist.open(path)
    new.valid_until, new.orders  # noqa: B018
    return new


def _new_locks() -> None:
    """Let a forked process reload even if another thread of its parent did so at that moment."""
    for live in list(_all):
        live._reloading = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_new_locks)


def _signature(path: str) -> tuple[int, ...] | None:
    """Return what changes when a file is replaced; ``None`` if it is missing."""
    try:
        status = os.stat(path)  # noqa: PTH116 - called often
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
