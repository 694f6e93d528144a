"""LIVEBLOCKLIST: a blocklist that changes its image while it answers, and keeps the last good one.

A reload opens and verifies the new file, then rebinds one attribute, so the lookup path has no
lock, no test and no frame of ours in it. A query that runs meanwhile ends on the image on which it
began.
"""

from __future__ import annotations

import logging
import os
import threading
import time
import weakref
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from ipaddress import IPv6Network
from typing import TYPE_CHECKING

from ..errors import BlocklistError, ConfigurationError, ReloadRejectedError
from ..image.container import Image
from ..matcher.blocklist import Blocklist
from ..matcher.manynames import AsksManyNames, ManyNames
from ..matcher.match import Match
from ..model.addresses import Address
from ..model.nat64 import parse_prefixes
from ..model.orders import Order
from ..model.report import MAX_DROP
from ..model.urls import Url
from ..model.wording import plural
from .ageing import Ageing
from .filesignature import TICK_SECONDS, FileSignature
from .imagefile import ImageFile
from .reload import Reload, shrank_unexplained

if TYPE_CHECKING:
    from ..signing.imagenote import ImageNote
    from ..signing.notekeys import VerifierKey

log: logging.Logger = logging.getLogger("blocklist.live")
_all: weakref.WeakSet[LiveBlocklist] = weakref.WeakSet()


class LiveBlocklist(AsksManyNames):
    """A ``Blocklist`` whose image can be replaced while any number of threads query it.

    Call ``live.is_blocked(name)`` on the object each time: a variable that keeps
    ``live.is_blocked`` keeps the image of that moment. In pre-forked workers, open it before the
    fork, so that they share the pages of the first image, and let each worker call ``refresh``.

    Answers come from a private copy that was verified in memory, so nothing that is done to the
    file changes them or ends the process. A reload holds two copies for a moment.

    With ``share`` the file is mapped instead, and many processes started apart share its pages.
    Replace it then only by renaming another over it, as ``Image.save`` does: cutting a mapped file
    short ends the processes that read it (SIGBUS), and other octets give other answers. ``refresh``
    logs that as critical, and takes a private copy of the new octets if they are a good image. If
    not, questions raise ``ValueError`` until there is one: the last good image is gone.

    With ``key`` only an image is taken that such a key signed (``PATH.note``, see ``save_signed``),
    whose serial is not lower than that of the image in use, and whose validity has not passed.

    Attributes:
        path: the file to open at each reload.
        max_shrink: the share of its rules that an image may lose at a reload.
        share: whether the file is mapped.
        note: what was signed of the image in use; ``None`` without a key.
        nat64: the prefixes whose addresses are judged as the IPv4 address inside, see
            ``Blocklist``.
        is_blocked, is_blocked_address, is_blocked_url, match, match_url: those of the current
            image, see ``Blocklist``.
        current: the ``Blocklist`` in use. Read it once to answer several questions about one query
            from the same image.
        reloads: how many reloads ``swapped`` the image, left it ``unchanged`` or ``rejected`` it.
    """

    is_blocked: Callable[[str | bytes], bool]
    is_blocked_address: Callable[[str | bytes | Address], bool]
    match: Callable[[str | bytes], Match | None]
    is_blocked_url: Callable[[str | Url], bool]
    match_url: Callable[[str | Url], Match | None]

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        max_shrink: float = MAX_DROP,
        share: bool = False,
        nat64: Iterable[str | IPv6Network] = (),
        shadow: bool = False,
        key: str | VerifierKey | Iterable[str | VerifierKey] | None = None,
        first: Blocklist | None = None,
        first_note: ImageNote | None = None,
    ) -> None:
        """Open and verify the first image.

        A process that was handed its last good image gives it as ``first``, with its note if it
        was signed: it answers until a ``reload`` finds a good one at ``path``, which is not read
        before. An image of shadow orders, which block nothing, is taken only with ``shadow``.

        Raises:
            ImageError: the file is not an image, of another version, damaged, of shadow orders, or
                not signed as ``key`` demands.
            OSError: the file cannot be read; there is no last good image yet.
            ValueError: ``max_shrink`` is not from 0 to 1, ``nat64`` holds what is no prefix of a
                translator, or ``key`` what is no key; or it is there together with ``share``.
            BlocklistError: ``key`` needs the extra ``sign``.
        """
        if not 0 <= max_shrink <= 1:
            raise ConfigurationError(f"max_shrink must be from 0 to 1, not {max_shrink}")
        if share and key is not None:
            raise ConfigurationError("share maps a file, which no key can verify; leave one out")
        self.path: str = os.fspath(path)
        self.max_shrink: float = max_shrink
        self.share: bool = share
        self.nat64: tuple[IPv6Network, ...] = parse_prefixes(nat64)
        self.reloads: Counter[str] = Counter(swapped=0, unchanged=0, rejected=0)
        self._rules, self._is_lost = 0, False
        self._mapped: FileSignature | None = None
        self._reloading = threading.Lock()
        self._file = ImageFile(self.path, self.nat64, key, shadow=shadow)
        self._ageing = Ageing(self.path)
        if first is None:
            self._file.look()
            self._swap(*self._file.open(share=share, last=None), is_mapped=share)
        else:
            first.contents.read_all()
            self._swap(first, first_note, is_mapped=False)
        _all.add(self)

    def reload(self, *, force: bool = False) -> Reload | None:
        """Load the image now at ``path``; ``None`` if it is already in use.

        Takes about a second per gigabyte in the calling thread; lookups continue meanwhile.
        Concurrent calls wait for each other.

        Args:
            force: accept an image that shrank too much, after a person has checked it.

        Raises:
            ReloadRejectedError: the image is missing, damaged, of another version, not signed as it
                must be, or lost more than ``max_shrink`` of its rules; the previous image stays in
                use, unless it was mapped and overwritten.
        """
        with self._reloading:
            old, (new, note) = self.current, self._read()
            if new.image.digest == old.image.digest and not self._is_lost:
                if self._is_mapped_file():
                    if not self._has_same_times():
                        self._log_overwriting()
                    self._mapped = self._file.seen
                self._take_note(note)
                self.reloads["unchanged"] += 1
                return None
            known = None if self._is_lost else old
            if not force and shrank_unexplained(known, self._rules, len(new), self.max_shrink):
                raise self._rejected(
                    f"{self.path}: {plural(len(new), 'rule')} instead of {self._rules:,}, a loss "
                    f"of more than {self.max_shrink:.0%}; check it, then force the reload or "
                    "restart",
                    len(new),
                )
            was_overwritten = self._is_mapped_file()
            if was_overwritten and not self._is_lost:
                self._log_overwriting()
            self._swap(new, note, is_mapped=self.share and not was_overwritten)
            if was_overwritten:
                old.close()  # its octets are those of the new one, its structure is not
            self.reloads["swapped"] += 1
            return Reload(old, new)

    def refresh(self) -> Reload | None:
        """Reload if the file was replaced since the last check; costs a ``stat``, three with a key.

        For a timer, or a worker between two requests. A rejected file is not tried again until it
        or its note is replaced. Logs once per image that a ``valid_until`` has passed.

        Raises:
            ReloadRejectedError: as ``reload``.
        """
        self._ageing.warn()
        if self._file.is_as_seen():
            return None
        return self.reload()

    def _read(self) -> tuple[Blocklist, ImageNote | None]:
        """Return what is at ``path`` now; ``ReloadRejectedError`` if it is no good image."""
        is_last = False
        while True:
            self._file.look()
            # A writer's next octets may fall into the same tick of the clock: nothing shows them.
            may_change = self._file.is_being_written()
            try:
                # What somebody writes in place is not mapped again.
                share = self.share and not self._is_mapped_file()
                return self._file.open(share=share, last=self.note)
            except BlocklistError as error:
                if is_last or not may_change:
                    what = str(error)
                    # Not kept in a variable: its traceback leads here, so neither would be freed.
                    raise self._rejected(what, None, error, look_again=may_change) from error
            except OSError as error:
                what = f"{self.path}: {error.strerror or error}"
                raise self._rejected(what, None, error) from error
            is_last = True
            time.sleep(TICK_SECONDS)

    def _is_mapped_file(self) -> bool:
        """Whether the file at ``path`` is the one that is mapped."""
        return self._file.seen is not None and self._file.seen.is_file_of(self._mapped)

    def _has_same_times(self) -> bool:
        """Whether nothing was written to it: a change of owner, mode or links is none."""
        seen, mapped = self._file.seen, self._mapped
        return seen is not None and mapped is not None and seen[:-1] == mapped[:-1]

    def _log_overwriting(self) -> None:
        log.critical(
            "%s: written in place while it was mapped, so answers came from octets that nobody "
            "verified; rename a new file over it, or do not share it",
            self.path,
            extra={"event": "image.overwritten", "path": self.path},
        )

    def _swap(self, new: Blocklist, note: ImageNote | None, *, is_mapped: bool) -> None:
        self.current = new
        self._take_answers()
        self._take_note(note)
        self._mapped = self._file.seen if is_mapped else None
        self._rules, self._is_lost = len(new), False
        log.info(
            "%s: %s, image %s",
            self.path, plural(len(new), "rule"), new.image.digest[:12],
            extra={"event": "image.loaded", "path": self.path, "rules": len(new),
                   "digest": new.image.digest},
        )  # fmt: skip
        self._ageing.watch(new)

    def _take_answers(self) -> None:
        """Answer with the functions of the current image themselves.

        Their order does not matter: all are of whole images, and each is one store.
        """
        now = self.current
        self.is_blocked, self.is_blocked_address = now.is_blocked, now.is_blocked_address
        self.is_blocked_url, self.match_url = now.is_blocked_url, now.match_url
        self.match = now.match

    def _take_note(self, note: ImageNote | None) -> None:
        self.note: ImageNote | None = note
        self._ageing.watch_note(note)

    def _rejected(
        self,
        message: str,
        rules: int | None,
        cause: Exception | None = None,
        *,
        look_again: bool = False,
    ) -> ReloadRejectedError:
        self.reloads["rejected"] += 1
        kept = "the last good image stays in use"
        if self._is_mapped_file() and self._file.seen != self._mapped and not self._is_lost:
            self._log_overwriting()
            self._is_lost = True
            self.current.close()
            self._take_answers()
        if self._is_lost:
            kept = "it overwrote the last good one, so no question is answered until there is one"
        error = ReloadRejectedError(
            f"{message}; {kept}",
            path=self.path,
            live_rules=0 if self._is_lost else self._rules,
            new_rules=rules,
            cause=cause,
        )
        log.error(
            "%s", error,
            extra={"event": "image.rejected", "path": self.path, "live_rules": error.live_rules,
                   "new_rules": rules},
        )  # fmt: skip
        if look_again:
            self._file.forget()
        return error

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
        """How many rules answer; 0 while none does, since a mapped file was overwritten."""
        return 0 if self._is_lost else self._rules

    def __repr__(self) -> str:
        return f"<LiveBlocklist {self.path}: {self.current if not self._is_lost else None!r}>"

    def _many_names(self) -> ManyNames:
        return self.current._many_names()

    def match_all(self, name: str | bytes) -> list[Match]:
        """See ``Blocklist.match_all``."""
        return self.current.match_all(name)

    def first_blocked(self, names: Iterable[str | bytes]) -> Match | None:
        """See ``Blocklist.first_blocked``."""
        return self.current.first_blocked(names)

    def match_address(self, address: str | bytes | Address) -> Match | None:
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
