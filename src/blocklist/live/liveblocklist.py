"""LIVEBLOCKLIST: a blocklist that changes its image while it answers, and keeps the last good one.

A reload opens and verifies the new file, then rebinds one attribute, so the lookup path has no
lock, no test and no frame of ours in it. A query that runs meanwhile ends on the image on which it
began.
"""

from __future__ import annotations

import logging
import os
import threading
import weakref
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from ipaddress import IPv6Network
from typing import Any

from ..changes.difference import Difference, diff
from ..errors import ConfigurationError, ImageError, ReloadRejectedError
from ..image.container import Image
from ..matcher.blocklist import Blocklist
from ..matcher.match import Match
from ..model.addresses import Address
from ..model.nat64 import parse_prefixes
from ..model.orders import Order
from ..model.report import MAX_DROP, shrank
from ..model.urls import Url
from ..model.wording import plural

log = logging.getLogger("blocklist.live")
_all: weakref.WeakSet[LiveBlocklist] = weakref.WeakSet()


@dataclass(frozen=True)
class Reload:
    """One change of images.

    Attributes:
        old: the previous blocklist; it still answers.
        new: the current blocklist.
    """

    old: Blocklist
    new: Blocklist

    @cached_property
    def difference(self) -> Difference:
        """The rules that changed; computed at the first use, in a few microseconds per rule."""
        return diff(self.old, self.new)


class LiveBlocklist:
    """A ``Blocklist`` whose image can be replaced while any number of threads query it.

    Call ``live.is_blocked(name)`` on the object each time: a variable that keeps
    ``live.is_blocked`` keeps the image of that moment. In pre-forked workers, open it before or
    after the fork (the pages are shared either way) and let each worker call ``refresh``.

    Replace the file by renaming another over it, as ``Image.save`` does. An image is mapped into
    memory: truncating it in place crashes every process that reads it (SIGBUS).

    Attributes:
        path: the file to open at each reload.
        max_shrink: the share of its rules that an image may lose at a reload.
        nat64: the prefixes whose addresses are judged as the IPv4 address inside, see
            ``Blocklist``.
        is_blocked: that of the current image, see ``Blocklist``.
        current: the ``Blocklist`` in use. Read it once to answer several questions about one query
            from the same image.
        reloads: how many reloads ``swapped`` the image, left it ``unchanged`` or ``rejected`` it.
    """

    is_blocked: Callable[[str | bytes], bool]

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        max_shrink: float = MAX_DROP,
        nat64: Iterable[str | IPv6Network] = (),
    ) -> None:
        """Open and verify the first image.

        Raises:
            ImageError: the file is not an image, of another version, or damaged.
            OSError: the file cannot be read; there is no last good image yet.
            ValueError: ``max_shrink`` is not from 0 to 1, or ``nat64`` holds what is no prefix of a
                translator.
        """
        if not 0 <= max_shrink <= 1:
            raise ConfigurationError(f"max_shrink must be from 0 to 1, not {max_shrink}")
        self.path = os.fspath(path)
        self.max_shrink = max_shrink
        self.nat64 = parse_prefixes(nat64)
        self.reloads = Counter(swapped=0, unchanged=0, rejected=0)
        self._reloading = threading.Lock()
        self._seen = _signature(self.path)
        self._swap(self._opened())
        _all.add(self)

    def reload(self, *, force: bool = False) -> Reload | None:
        """Load the image now at ``path``; ``None`` if it is already in use.

        Takes about a second per gigabyte in the calling thread; lookups continue meanwhile.
        Concurrent calls wait for each other.

        Args:
            force: accept an image that shrank too much, after a person has checked it.

        Raises:
            ReloadRejectedError: the image is missing, damaged, of another version, or lost more
                than ``max_shrink`` of its rules; the previous image stays in use.
        """
        with self._reloading:
            self._seen = _signature(self.path)
            old = self.current
            try:
                new = self._opened()
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
                    f"{self.path}: {plural(len(new), 'rule')} instead of {len(old):,}, a loss of "
                    f"more than {self.max_shrink:.0%}; check it, then force the reload or restart",
                    len(new),
                    None,
                )
            self._swap(new)
            self.reloads["swapped"] += 1
            return Reload(old, new)

    def refresh(self) -> Reload | None:
        """Reload if the file was replaced since the last check; costs one ``stat``.

        For a timer, or a worker between two requests. A rejected file is not tried again until it
        is replaced. Logs once per image that ``valid_until`` has passed.

        Raises:
            ReloadRejectedError: as ``reload``.
        """
        if self._stale_from is not None:
            self._warn_if_stale(self._stale_from)
        if _signature(self.path) == self._seen:
            return None
        return self.reload()

    def _opened(self) -> Blocklist:
        """Open an image, and read now what a query would else read, and find broken, later."""
        new = Blocklist.open(self.path, nat64=self.nat64)
        new.valid_until, new.orders  # noqa: B018
        return new

    def _swap(self, new: Blocklist) -> None:
        # The order of the two does not matter: both are whole images, and each is one store.
        self.current = new
        self.is_blocked = new.is_blocked
        self._stale_from = new.valid_until
        log.info(
            "%s: %s, image %s",
            self.path, plural(len(new), "rule"), new.image.digest[:12],
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
            "%s: stale since %s, when an order began or ended; compile the orders again",
            self.path, until,
            extra={"event": "image.stale", "path": self.path, "valid_until": until},
        )  # fmt: skip

    def _rejected(
        self, message: str, rules: int | None, cause: Exception | None
    ) -> ReloadRejectedError:
        self.reloads["rejected"] += 1
        error = ReloadRejectedError(
            f"{message}; the last good image stays in use",
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

    # The methods of Blocklist, on the current image.

    @property
    def image(self) -> Image:
        """The image in use."""
        return self.current.image

    @property
    def orders(self) -> tuple[Order, ...]:
        """See ``Blocklist.orders``."""
        return self.current.orders

    @property
    def valid_until(self) -> datetime | None:
        """See ``Blocklist.valid_until``."""
        return self.current.valid_until

    def __contains__(self, name: str | bytes) -> bool:
        return self.is_blocked(name)

    def __iter__(self) -> Iterator[Match]:
        return iter(self.current)

    def __len__(self) -> int:
        return len(self.current)

    def __repr__(self) -> str:
        return f"<LiveBlocklist {self.path}: {self.current!r}>"

    def is_blocked_many(self, names: Any) -> Any:
        """See ``Blocklist.is_blocked_many``; one call uses one image."""
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

    def is_blocked_url(self, url: str | Url) -> bool:
        """See ``Blocklist.is_blocked_url``."""
        return self.current.is_blocked_url(url)

    def match_url(self, url: str | Url) -> Match | None:
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
"""What an integration queries."""


def _new_locks() -> None:
    """Let a forked process reload even if its parent was reloading at the fork."""
    for live in list(_all):
        live._reloading = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_new_locks)


def _signature(path: str) -> tuple[int, ...] | None:
    """Return values that change when a file is replaced; ``None`` if it is missing."""
    try:
        status = os.stat(path)  # noqa: PTH116 - called often
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
