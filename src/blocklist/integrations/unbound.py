"""UNBOUND: blocks inside Unbound, as its Python module; see ``docs/how-to/unbound.md``.

``unboundmodule`` exists only inside Unbound, so it is handed in, and all of this can be imported
and tested without. Written for 1.17.1, which ends and starts the interpreter at each reload, asks
no module for what it has cached, and ends itself if a module raises while it reloads.
"""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any

from .._core import presentation
from ..answers.check import is_check
from ..errors import BlocklistError, ConfigurationError, ReloadRejectedError
from ..live.blocklog import Hits
from ..live.blocklog import log as hits_log
from ..live.liveblocklist import LiveBlocklist
from ..matcher.blocklist import Blocklist
from .keptanswers import KeptAnswers
from .led import Led, led_to
from .listinuse import list_in_use
from .unbound_answers import Fields, unbound_answer, unbound_check
from .unbound_choice import UnboundChoice, UnboundKept
from .unbound_handover import keep_image, keep_settings, kept_image, kept_note, kept_settings
from .unbound_leads import read_reply
from .unbound_settings import UnboundSettings, read_settings
from .unbound_shadow import UnboundShadow
from .wire import CNAME

log: logging.Logger = logging.getLogger("blocklist.unbound")
FILE = "blocklist.toml"
_EDE = 15  # RFC 8914 §2
_SERVFAIL = 2
_INSECURE = 3  # sec_status_insecure: nothing to validate, and no AD bit
_RCODE_BITS = 0xF
_CLASSES = (1, 255)  # IN, ANY
_QUIET_SECONDS = 60.0


class Module:
    """The functions of a ``python-script``; one for all threads of Unbound.

    No method lets an exception out, except ``init_standard`` at the first start.
    """

    def __init__(self, unbound: Any) -> None:
        """Take ``unboundmodule``."""
        self._unbound = unbound
        # Each is an attribute of a module that SWIG wrote; here they are looked up once.
        self._begins = (unbound.MODULE_EVENT_NEW, unbound.MODULE_EVENT_PASS)
        self._finished, self._wait = unbound.MODULE_FINISHED, unbound.MODULE_WAIT_MODULE
        self._flags, self._return = unbound.PKT_QR | unbound.PKT_RA, unbound.set_return_msg
        self._append_option = unbound.edns_opt_list_append
        self._kept: KeptAnswers[UnboundKept | None] = KeptAnswers()
        self._settings = UnboundSettings(image="")
        self._choice = UnboundChoice(self._settings)
        self._hits, self._reports = Hits("unbound"), False
        self._live: LiveBlocklist | None = None
        self._shadow: UnboundShadow | None = None
        self._next_look = 0.0
        self._complaint, self._quiet_until = "", 0.0

    def init_standard(self, module: int, environment: Any) -> bool:
        """Read the settings, ``blocklist.toml`` in Unbound's ``directory``, and open the image.

        Without a good image Unbound answers all the same, as ``on_error`` says, and the image is
        taken as soon as there is one. At a reload the last good image and settings stay in use.

        Raises:
            ConfigurationError: the settings are wrong, and it is the first start; at a reload an
                exception would end Unbound.
        """
        self._log_to_unbound()
        try:
            self._settings = _settings(Path(environment.cfg.directory or ".") / FILE)
        except ConfigurationError as error:
            log.error("%s", error)
            sys.tracebacklimit = 0
            raise
        settings = self._settings
        self._choice = UnboundChoice(settings)
        hits_log.setLevel(logging.INFO if settings.log_hits else logging.WARNING)
        self._hits = Hits("unbound", log_clients=settings.log_clients)
        self._reports = settings.log_hits
        if settings.shadow:
            self._shadow = UnboundShadow(self._unbound, settings, self._choice)
        if settings.watch_cache or self._shadow is not None:
            self._unbound.register_inplace_cb_reply_cache(self.cached, environment, module)
        self._look()
        return True

    def deinit(self, module: int) -> bool:  # noqa: ARG002
        """Release the image: an interpreter that ends may leave objects, and memory with them."""
        if self._shadow is not None:
            self._shadow.close()
        self._live = self._shadow = None
        return True

    def inform_super(self, module: int, state: Any, parent: Any, data: Any) -> bool:  # noqa: ARG002
        """Do nothing: what a query of Unbound's own found is the iterator's to use."""
        return True

    def operate(self, module: int, event: int, state: Any, data: Any) -> bool:  # noqa: ARG002
        """Answer a query for a blocked name, let Unbound resolve the others; never raises."""
        try:
            if event in self._begins:
                if self._shadow is not None:
                    self._shadow.asked(state)
                result = self._finished if self._asked(state) else self._wait
            elif event == self._unbound.MODULE_EVENT_MODDONE:
                if self._shadow is not None:
                    self._shadow.resolved(state)
                self._resolved(state)
                result = self._finished
            else:
                result = self._unbound.MODULE_ERROR
        except Exception as error:  # noqa: BLE001 - Unbound leaks memory with each that gets out
            self._complain(f"{type(error).__name__}: {error}")
            result = self._failed(event, state)
        state.set_ext_state(module, result)
        return True

    def cached(self, query: Any, _state: Any, reply: Any, *_: Any, **__: Any) -> bool:
        """Let an answer from the cache that is blocked by now be the last; the cache callback."""
        if self._shadow is not None:
            self._shadow.cached(query, reply)
        try:
            if self._settings.watch_cache and self._live is not None and reply is not None:
                blocked = self._live.current
                led = self._led_to(blocked, reply)
                if blocked.is_blocked(query.qname) or any(True for _ in led):
                    reply.ttl = 0  # as invalidateQueryInCache of Unbound does
        except Exception as error:  # noqa: BLE001 - as in operate
            self._complain(f"{type(error).__name__}: {error}")
        return True

    # ---- one query ---------------------------------------------------------------------------

    def _asked(self, state: Any) -> bool:
        """Answer at once if the name is blocked; whether it was."""
        if monotonic() >= self._next_look:
            self._look()
        if self._live is None:
            if self._settings.on_error == "resolve" or _is_own(state):
                return False
            state.return_rcode = _SERVFAIL
            return True
        blocked, query = self._live.current, state.qinfo
        name: bytes = query.qname
        if is_check(name) and query.qclass in _CLASSES and not _is_own(state):
            check = unbound_check(name, query.qtype, list_in_use(blocked))
            self._send(state, check, query.qtype, query.qclass, None)
            return True
        number = blocked.query_set(name)
        if number < 0 or (qclass := query.qclass) not in _CLASSES:
            return False
        if _is_own(state):
            # Innocent names hang on it. But a client that asks for it must not find it cached.
            state.no_cache_store = 1
            return False
        qtype = query.qtype
        answers, key = self._kept.of(blocked), (number, qtype)
        if key not in answers:
            answers[key] = self._choice.kept(blocked.contents.orders_of_set(number), qtype)
        kept = answers[key]
        if kept is None:
            return False
        action, made, told = kept
        if made is not None:
            self._send(state, made.to(presentation(name)), qtype, qclass, told)
        if self._reports:  # after the answer, which does not need a match
            match = blocked.match(name)
            if match is not None:
                self._hits(match, action, client=self._client(state))
        return made is not None

    def _resolved(self, state: Any) -> None:
        """Replace the answer if it leads to what is blocked."""
        message = state.return_msg
        if message is None or message.rep is None or self._live is None:
            return
        for led in self._led_to(self._live.current, message.rep, state.qinfo.qtype):
            if _is_own(state):
                if led.aliases:
                    self._unbound.invalidateQueryInCache(state, message.qinfo)
                return
            if state.qinfo.qtype == CNAME:  # it is not followed
                return
            if self._answer(state, led, message.qinfo):
                return

    def _led_to(self, blocked: Blocklist, reply: Any, qtype: int = 0) -> Iterator[Led]:
        found = read_reply(self._unbound, reply, addresses=self._settings.check_addresses)
        return led_to(blocked, found, qtype)

    def _answer(self, state: Any, led: Led, found: Any = None) -> bool:
        """Make the answer to a query for a blocked name, or what leads to one; whether one was.

        Nothing is made of a query type that is not blocked, nor where blocks are only counted.
        """
        query = state.qinfo
        match, aliases, by_type = led
        response = self._choice.response(match.orders, query.qtype, by_type=by_type)
        if response is None:
            return False
        self._hits(match, response.action, client=self._client(state))
        if response.lets_through(tcp=False):
            return False
        if found is not None:
            # The iterator has stored it, and what it found of the blocked name with it.
            self._unbound.invalidateQueryInCache(state, found)
        ttl = self._settings.policy.ttl
        answer = unbound_answer(response, query.qname, query.qtype, aliases, ttl)
        told = self._choice.reason(match.orders)
        self._send(state, answer, query.qtype, query.qclass, told)
        return True

    def _send(
        self, state: Any, answer: Fields, qtype: int, qclass: int, told: bytearray | None
    ) -> None:
        name, rcode, records, authority = answer
        # As a DNSMessage does, without that object.
        if not self._return(state, name, qtype, qclass, self._flags, 0, [], records, authority, []):
            raise ValueError("Unbound rejected a blocked answer")
        state.no_cache_store = 1
        reply = state.return_msg.rep
        reply.security = _INSECURE
        if rcode:
            # Not state.return_rcode: with that Unbound sends the code alone, without any record.
            reply.flags = reply.flags & ~_RCODE_BITS | rcode
        if told is not None:
            # To the options of this query, and not from a callback: that is called for answers from
            # the cache as well, which are not ours.
            self._append_option(state.edns_opts_front_out, _EDE, told, state.region)

    def _client(self, state: Any) -> str:
        waiting = state.mesh_info.reply_list if self._settings.log_clients else None
        return str(waiting.query_reply.addr) if waiting else ""

    def _failed(self, event: int, state: Any) -> int:
        """Return what Unbound does next after an error of this module."""
        unbound = self._unbound
        if self._settings.on_error == "resolve":
            is_done = event == unbound.MODULE_EVENT_MODDONE
            return int(unbound.MODULE_FINISHED if is_done else unbound.MODULE_WAIT_MODULE)
        state.return_rcode = _SERVFAIL
        return int(unbound.MODULE_ERROR)

    # ---- image, settings, log ----------------------------------------------------------------

    def _look(self) -> None:
        """Open the image, or look whether it was replaced; what goes wrong is logged."""
        self._next_look = monotonic() + self._settings.check_every
        try:
            if self._live is None:
                self._open()
            elif self._live.refresh() is not None:
                keep_image(self._live.image, self._settings.image, self._live.note)
        except ReloadRejectedError:
            return  # logged, and the last good image answers
        except (BlocklistError, OSError) as error:
            what = f"{error}"
            if isinstance(error, OSError):
                what = f"{self._settings.image}: {error.strerror or error}"
            then = "resolved" if self._settings.on_error == "resolve" else "answered with SERVFAIL"
            self._complain(f"{what}; until there is an image, every name is {then}")
        finally:
            if self._shadow is not None:
                self._shadow.look()

    def _open(self) -> None:
        """Open the image; after a reload the last good one, and then what has come since."""
        settings, path = self._settings, self._settings.image
        options: Any = {
            "max_shrink": settings.max_shrink, "nat64": settings.nat64, "key": settings.key or None,
        }  # fmt: skip
        with contextlib.suppress(BlocklistError, OSError):  # it was written over, or not signed
            kept = kept_image(path)
            if kept is not None:
                note, first = kept_note(kept, settings.key), Blocklist(kept, nat64=settings.nat64)
                live = self._live = LiveBlocklist(path, first=first, first_note=note, **options)
                with contextlib.suppress(ReloadRejectedError):  # logged
                    if live.reload():
                        keep_image(live.image, path, live.note)
                return
        self._live = LiveBlocklist(path, **options)
        keep_image(self._live.image, path, self._live.note)

    def _complain(self, text: str) -> None:
        """Log an error, but the same one at most once a minute."""
        now = monotonic()
        if text != self._complaint or now >= self._quiet_until:
            self._complaint, self._quiet_until = text, now + _QUIET_SECONDS
            log.error("%s", text)

    def _log_to_unbound(self) -> None:
        logger = logging.getLogger("blocklist")
        logger.handlers = [UnboundHandler(self._unbound)]
        logger.setLevel(logging.INFO)
        logger.propagate = False


def _is_own(state: Any) -> bool:
    """Whether Unbound asks for itself, for the address of a name server or a key."""
    return bool(state.is_valrec or state.is_priming)


def _settings(path: Path) -> UnboundSettings:
    """Read the settings, and keep them for the next interpreter; fall back on the last good."""
    try:
        text, settings = read_settings(path)
    except ConfigurationError as error:
        kept = kept_settings()
        if kept is None:
            raise
        log.error("%s; the last good settings stay in use", error)
        return UnboundSettings.parse(kept)
    keep_settings(text)
    return settings


class UnboundHandler(logging.Handler):
    """Passes log events to Unbound's own log."""

    def __init__(self, unbound: Any) -> None:
        super().__init__()
        self._unbound = unbound

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line; what could break it is escaped."""
        unbound = self._unbound
        text = f"blocklist: {record.getMessage()}"
        line = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
        if record.levelno >= logging.ERROR:
            unbound.log_err(line)
        elif record.levelno >= logging.WARNING:
            unbound.log_warn(line)
        else:
            unbound.log_info(line)
