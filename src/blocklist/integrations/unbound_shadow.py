"""UNBOUND: counts what shadow orders would block; the module answers as without them."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from typing import Any

from ..errors import BlocklistError
from ..live.blocklog import Hits
from ..live.shadowlist import ShadowList
from ..live.shadowtally import ShadowTally
from ..matcher.blocklist import Blocklist
from .led import Led, led_to
from .shadowjudge import ShadowJudge, Undisturbed
from .unbound_choice import UnboundChoice
from .unbound_handover import SHADOW, keep_image, kept_image, kept_note
from .unbound_leads import read_reply
from .unbound_settings import UnboundSettings
from .wire import CNAME

log: logging.Logger = logging.getLogger("blocklist.unbound")
_CLASSES = (1, 255)  # IN, ANY


class UnboundShadow:
    """Counts the queries of clients; no method lets an exception out."""

    def __init__(self, unbound: Any, settings: UnboundSettings, choice: UnboundChoice) -> None:
        """Take ``unboundmodule``, and settings that name a shadow image."""
        self._unbound, self._settings = unbound, settings
        self._undisturbed, self._tally = Undisturbed(settings.shadow), ShadowTally()
        hits = Hits(
            "unbound", count=self._tally.count, log_clients=settings.log_clients, shadow=True
        )
        self._list = self._opened()
        self._judge = ShadowJudge(self._list, choice.response, hits)

    def look(self) -> None:
        """Take a new image if there is one, and log what was counted if it is time."""
        with self._undisturbed:
            if self._list.refresh() and self._list.live is not None:
                live = self._list.live
                keep_image(live.image, self._list.path, live.note, place=SHADOW)
            self._tally.tell()

    def close(self) -> None:
        """Log what was counted; the interpreter ends."""
        with self._undisturbed:
            self._tally.tell(now=True)

    def asked(self, state: Any) -> None:
        """Count a query of a client that begins, by its name."""
        with self._undisturbed:
            query = state.qinfo
            if _is_of_client(state) and query.qclass in _CLASSES:
                self._judge.asked(query.qname, query.qtype, self._client(state))

    def resolved(self, state: Any) -> None:
        """Count a query of a client by what its answer leads to."""
        with self._undisturbed:
            message, query = state.return_msg, state.qinfo
            if message is not None and message.rep is not None and _is_of_client(state):
                self._answered(query, message.rep, self._client(state))

    def cached(self, query: Any, reply: Any) -> None:
        """Count a query that Unbound answers from its cache, which the module does not see."""
        with self._undisturbed:
            if query.qclass in _CLASSES:
                self._judge.asked(query.qname, query.qtype, "")
                if reply is not None:
                    self._answered(query, reply, "")

    def _answered(self, query: Any, reply: Any, client: str) -> None:
        qtype, addresses = query.qtype, self._settings.check_addresses

        def led(shadow: Blocklist) -> Iterator[Led]:
            return led_to(shadow, read_reply(self._unbound, reply, addresses=addresses), qtype)

        if qtype != CNAME and query.qclass in _CLASSES:  # it is not followed
            self._judge.answered(query.qname, qtype, led, client)

    def _client(self, state: Any) -> str:
        if not self._settings.log_clients:
            return ""
        return str(state.mesh_info.reply_list.query_reply.addr)

    def _opened(self) -> ShadowList:
        """Return the shadow image: after a reload of Unbound the last good one."""
        path, nat64, key = self._settings.shadow, self._settings.nat64, self._settings.key
        with contextlib.suppress(BlocklistError, OSError):  # it was written over, or not signed
            kept = kept_image(path, place=SHADOW)
            if kept is not None:
                note, first = kept_note(kept, key, place=SHADOW), Blocklist(kept, nat64=nat64)
                return ShadowList(path, nat64=nat64, key=key, first=first, first_note=note)
        return ShadowList(path, nat64=nat64, key=key)


def _is_of_client(state: Any) -> bool:
    """Whether a client waits for it: not so where Unbound asks for itself, or fetches ahead."""
    if state.is_valrec or state.is_priming:
        return False
    return bool(state.mesh_info.reply_list)
