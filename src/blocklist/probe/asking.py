"""ASKING: one query to one resolver, at a modest pace; every result is a ``Reply``."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING

from ..errors import BlocklistError, ConfigurationError, missing_extra, shorten
from .resolvers import Resolver, Transport

if TYPE_CHECKING:
    from dns.message import Message, QueryMessage

PAYLOAD = 1232
"""Octets of an answer over UDP that pass everywhere (DNS flag day 2020)."""
MAX_RATE = 1_000_000


def need_dnspython() -> None:
    """Say in one sentence what is missing.

    Raises:
        BlocklistError: dnspython is not installed.
    """
    try:
        import dns.query  # noqa: F401
    except ImportError as error:
        raise BlocklistError(missing_extra("probing", "probe")) from error


class Pace:
    """Lets questions through one at a time, at most ``rate`` a second; no bursts."""

    def __init__(
        self,
        rate: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if not 0.001 <= rate <= MAX_RATE:
            raise ConfigurationError(
                f"the rate must be from 0.001 to {MAX_RATE:,} queries per second, not {rate}"
            )
        self._gap = 1 / rate
        self._clock, self._sleep = clock, sleep
        self._next = clock()

    def wait(self) -> None:
        """Return when the next question may go out."""
        now = self._clock()
        if now < self._next:
            self._sleep(self._next - now)
        self._next = max(now, self._next) + self._gap


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back.

    Attributes:
        time: when the question was sent, UTC.
        elapsed: seconds until the answer or the failure.
        transport: what the answer came over: TCP if UDP was truncated.
        query: the question in wire format.
        message: the answer; ``None`` if no readable answer came.
        failure: why no answer came.
        is_silence: nothing came in time.
        tries: how often it was asked.
    """

    time: datetime
    elapsed: float
    transport: Transport
    query: bytes
    message: Message | None
    failure: str = ""
    is_silence: bool = False
    tries: int = 1


class Asker:
    """Asks one resolver.

    ``resolver`` and ``address`` are what is asked; each question has a connection of its own, so
    that no answer depends on the one before.
    """

    def __init__(
        self, resolver: Resolver, pace: Pace, *, ca: str = "", timeout: float = 3.0, tries: int = 2
    ) -> None:
        """Resolve the resolver's own name, and read the certificates that it may show.

        Args:
            resolver: whom to ask.
            pace: waited for before each packet or connection; may be shared.
            ca: file of trusted certificates (PEM), in place of the system's.
            timeout: seconds for one try.
            tries: how often a question is asked that nothing answers.

        Raises:
            ConfigurationError: no address for its name, or no certificates in ``ca``.
            BlocklistError: DNS over HTTPS needs more of dnspython.
        """
        self.resolver, self.address = resolver, resolver.address()
        self._pace, self._timeout, self._tries = pace, timeout, tries
        self._tls = None
        if resolver.transport in (Transport.TLS, Transport.HTTPS):
            self._tls = _context(ca)
        if resolver.transport is Transport.HTTPS:
            _need_doh()

    def ask(self, name: str, qtype: str) -> Reply:
        """Ask; total: a resolver that fails in any way gives a ``Reply`` that says how.

        Args:
            name: without escapes; sent in the case as written.
            qtype: as a word, such as ``HTTPS``.
        """
        import dns.message

        query = dns.message.make_query(name, qtype, use_edns=0, payload=PAYLOAD)
        for tried in range(1, self._tries + 1):
            reply = self._try(query, tried)
            if not reply.is_silence:
                break
        return reply

    def _try(self, query: QueryMessage, tries: int) -> Reply:
        import dns.flags

        self._pace.wait()
        transport, message, failure, is_silence = self.resolver.transport, None, "", False
        at, started = datetime.now(UTC), time.monotonic()
        try:
            message = self._send(query, transport)
            if transport is Transport.UDP and message.flags & dns.flags.TC:
                self._pace.wait()
                transport = Transport.TCP
                message = self._send(query, transport)
        except Exception as error:  # noqa: BLE001 - of parsers, TLS and two HTTP libraries
            message, failure = None, explain_failure(error)
            is_silence = _is_timeout(error)
        elapsed = time.monotonic() - started
        return Reply(at, elapsed, transport, query.to_wire(), message, failure, is_silence, tries)

    def _send(self, query: QueryMessage, transport: Transport) -> Message:
        import dns.query

        where, port, timeout = self.address, self.resolver.port, self._timeout
        if transport is Transport.UDP:
            # What comes from elsewhere is not the answer of this resolver.
            return dns.query.udp(query, where, timeout, port, ignore_unexpected=True)
        if transport is Transport.TCP:
            return dns.query.tcp(query, where, timeout, port)
        if transport is Transport.TLS:
            return dns.query.tls(
                query, where, timeout, port,
                ssl_context=self._tls, server_hostname=self.resolver.name,
            )  # fmt: skip
        return _within(
            2 * timeout,
            lambda: dns.query.https(
                query, self.resolver.url, timeout, port,
                bootstrap_address=where, verify=self._tls or True,
            ),
        )  # fmt: skip


def _within(seconds: float, send: Callable[[], Message]) -> Message:
    """Return what ``send`` does, or raise: HTTP libraries limit each read, not all of them."""
    done: Future[Message] = Future()

    def run() -> None:
        try:
            done.set_result(send())
        except Exception as error:  # noqa: BLE001 - handed to the caller
            done.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return done.result(seconds)


def _context(ca: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca or None)
    except ssl.SSLError as error:
        raise ConfigurationError("holds no certificates in PEM", path=ca) from error


def _need_doh() -> None:
    import dns.query

    try:
        import_module("h2")  # Unbound's DNS over HTTPS speaks HTTP/2 alone
        missing = not dns.query.have_doh
    except ImportError:
        missing = True
    if missing:
        raise BlocklistError(missing_extra("DNS over HTTPS", "probe"))


def _is_timeout(error: Exception) -> bool:
    import dns.exception

    # Those of the HTTP libraries are classes of their own: ConnectTimeout, ReadTimeout, …
    named_so = type(error).__name__.endswith("Timeout")
    return named_so or isinstance(error, dns.exception.Timeout | TimeoutError)


def explain_failure(error: BaseException) -> str:
    """Return one short line that says why there is no answer."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return (
                f"its certificate is not trusted: {cause.verify_message}; to trust it, give the "
                "certificate of its issuer as --ca FILE"
            )
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, OSError) and error.strerror:
        return shorten(error.strerror, 200)
    kind, words = type(error).__name__, " ".join(str(error).split())
    if kind == "ConnectError" and not words:  # of an HTTP library, which lost the reason
        words = "cannot connect"
    return shorten(f"{kind}: {words}" if words else kind, 200)
