"""HTTP: from an HTTP request to a match and to the answer; what all proxies here share.

No web library in it: an integration hands over what it saw of the request, as text or octets.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Unpack
from urllib.parse import quote_from_bytes

from ..answers.blockpage import HttpAnswer, PageKeys, PageSettings, http_answer
from ..answers.check import is_check_host
from ..errors import ConfigurationError, ReloadRejectedError
from ..live.blocklog import Hits
from ..live.liveblocklist import AnyBlocklist, LiveBlocklist
from ..matcher.match import Match
from ..model.urls import has_host, request_url, split_url
from .listinuse import list_in_use

_ASCII = bytes(range(128))
_PATH = "/:@!$&'()*+,;=-._~"  # RFC 3986 §3.3
_END_OF_AUTHORITY = re.compile("[/?#]")
MAX_HOSTS = 16
"""How many Host headers of a request are looked at; servers refuse a second one."""


def request_match(
    blocked: AnyBlocklist,
    *,
    host: str | bytes = "",
    target: str | bytes = "/",
    scheme: str = "http",
    method: str = "GET",
) -> Match | None:
    """Return what blocks a request, or ``None``; never raises for any request.

    Args:
        blocked: what is asked.
        host: the Host header, ``:authority`` or the like, with or without port and brackets. Octets
            are read as UTF-8, since that is what an IDNA step behind the proxy would do.
        target: the request target in any form of RFC 9112 §3.2: ``/path?query``, absolute
            (``http://host/path``), the authority of a CONNECT, or ``*``.
        scheme: of the request, for the default port of URL rules; ``ws`` counts as ``http``, and so
            does what is no scheme.
        method: CONNECT has an authority as target.

    The host is judged by name or as an address, the whole URL by URL rules. An absolute target
    overrides Host (RFC 9112 §3.2.2), but programs differ, so if either is blocked the request is.
    """
    authority, form = _ascii(host), _ascii(target)
    path, absolute = form if form.startswith("/") else "/", None
    if not form.startswith("/") and has_host(form):
        absolute = split_url(form)
        path = "/" if absolute is None else f"{absolute.path or '/'}?{absolute.query}"
    elif method == "CONNECT":
        absolute = request_url(form, "/", "https")
    found = (
        blocked.match_url(url) for url in (request_url(authority, path, scheme), absolute) if url
    )
    return next(filter(None, found), None)


def asks_for_check(
    *, host: str | bytes = "", target: str | bytes = "/", method: str = "GET"
) -> bool:
    """Whether a request, as ``request_match`` takes it, is for the host ``check.rpz.blocklist``.

    A CONNECT is not: what would be said could not be read in the tunnel.
    """
    authority, form = _ascii(host).strip(), _ascii(target)
    if not form.startswith("/") and "://" in form:
        authority = _END_OF_AUTHORITY.split(form.partition("://")[2], maxsplit=1)[0]
    return method != "CONNECT" and is_check_host(authority)


def request_target(path: str | bytes, query: bytes = b"") -> bytes:
    """Return the request target of a path whose escapes a server has already decoded.

    That an escaped slash was one cannot be told any more.
    """
    octets = path.encode("utf-8", "surrogatepass") if isinstance(path, str) else path
    target = quote_from_bytes(octets, safe=_PATH).encode() or b"/"
    return target + b"?" + query if query else target


def _ascii(value: str | bytes) -> str:
    """Return ``value`` with all that is not ASCII escaped, as it belongs into a URL."""
    octets = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
    return octets.decode("ascii") if octets.isascii() else quote_from_bytes(octets, safe=_ASCII)


class FilterSettings(PageKeys, total=False):
    """What every integration takes; see ``RequestFilter``."""

    refresh_seconds: float
    count: Callable[[Match, str, str], None] | None
    log_clients: bool


class RequestFilter:
    """Judges the requests of one integration and makes its answers.

    A ``LiveBlocklist`` is refreshed between two requests, at most once in ``refresh_seconds``. That
    is one ``stat``, and in the calling thread about a second a gigabyte when the file was replaced.
    A rejected image is logged, and the last good one stays in use.

    Attributes:
        blocked: what is asked.
        page: what the pages say.
        refresh_seconds: 0 if other code calls ``refresh`` or ``reload``.
    """

    def __init__(
        self,
        blocked: AnyBlocklist,
        *,
        via: str,
        refresh_seconds: float = 1.0,
        count: Callable[[Match, str, str], None] | None = None,
        log_clients: bool = False,
        **page: Unpack[PageKeys],
    ) -> None:
        """Take what ``PageSettings`` and ``Hits`` want to know.

        Raises:
            ConfigurationError: a setting of the page is wrong, or the seconds are below 0.
        """
        self.page: PageSettings = PageSettings(**page)
        if not refresh_seconds >= 0:
            raise ConfigurationError(f"refresh_seconds must be 0 or more, not {refresh_seconds}")
        self.blocked = blocked
        self.refresh_seconds = refresh_seconds
        self._hits = Hits(via, count=count, log_clients=log_clients)
        self._due = time.monotonic() + refresh_seconds

    def match(
        self,
        *,
        host: str | bytes = "",
        target: str | bytes = "/",
        scheme: str = "http",
        method: str = "GET",
    ) -> Match | None:
        """Refresh if it is time, then do ``request_match``."""
        self.refresh()
        return request_match(self.blocked, host=host, target=target, scheme=scheme, method=method)

    def check(
        self,
        *,
        host: str | bytes = "",
        target: str | bytes = "/",
        method: str = "GET",
        is_refusal: bool = False,
    ) -> HttpAnswer | None:
        """Return the answer to a request for ``check.rpz.blocklist``, ``None`` for any other.

        It says which list is in use. ``is_refusal`` gives it the status 403, for proxies that take
        200 for leave to pass the request on. Ask for a request that is not blocked.
        """
        if not asks_for_check(host=host, target=target, method=method):
            return None
        body = f"{list_in_use(self.blocked)}\n".encode()
        headers = [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),  # another list may be in use in a second
        ]
        status, reason = (403, "Forbidden") if is_refusal else (200, "OK")
        return HttpAnswer(status, reason, tuple(headers), b"" if method == "HEAD" else body)

    def refresh(self) -> None:
        """Take a replaced image, unless the last look was less than ``refresh_seconds`` ago."""
        live = self.blocked
        if not self.refresh_seconds or not isinstance(live, LiveBlocklist):
            return
        now = time.monotonic()
        if now >= self._due:
            self._due = now + self.refresh_seconds
            with suppress(ReloadRejectedError):  # it is in the log
                live.refresh()

    def answer(
        self,
        match: Match,
        *,
        method: str = "GET",
        accept_language: str = "",
        client: str = "",
    ) -> HttpAnswer:
        """Return the answer, and log and count the hit; without a body to HEAD."""
        answer = http_answer(match.name, match.orders, self.page, accept_language=accept_language)
        self.hit(match, str(answer.status), client=client)
        return answer._replace(body=b"") if method == "HEAD" else answer

    def hit(self, match: Match, action: str, *, client: str = "") -> None:
        """Log and count a hit that gets another answer than a page."""
        self._hits(match, action, client=client)
