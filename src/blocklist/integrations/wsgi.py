"""WSGI: middleware (PEP 3333) that refuses requests for blocked hosts and URLs; needs no library.

It is for an application that forwards, as ``asgi`` says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Unpack
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from ..answers.blockpage import HttpAnswer
from ..live.liveblocklist import AnyBlocklist
from ..matcher.match import Match
from .http import MAX_HOSTS, FilterSettings, RequestFilter, request_target


class BlocklistMiddleware:
    """A WSGI application in front of another.

    A blocked request is answered 451, or 403 if only the operator's own policy blocks it, and one
    for ``check.rpz.blocklist`` is told which list is in use. What the application returns for any
    other goes to the server untouched, ``close`` included.
    """

    def __init__(
        self,
        app: WSGIApplication,
        blocked: AnyBlocklist,
        **settings: Unpack[FilterSettings],
    ) -> None:
        """Take the application, and what ``http.RequestFilter`` wants to know.

        Raises:
            ConfigurationError: ``blocked_by`` is no URI, or there are no pages in the language.
        """
        self.app = app
        self.filter: RequestFilter = RequestFilter(blocked, via="wsgi", **settings)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a blocked request; hand any other to the application."""
        match = self._match(environ)
        answer = None
        if match is not None:
            answer = self.filter.answer(
                match,
                method=environ.get("REQUEST_METHOD", "GET"),
                accept_language=environ.get("HTTP_ACCEPT_LANGUAGE", ""),
                client=environ.get("REMOTE_ADDR", ""),
            )
        answer = answer or self._check(environ)
        if answer is None:
            return self.app(environ, start_response)
        start_response(f"{answer.status} {answer.reason}", list(answer.headers))
        return [answer.body]

    def _match(self, environ: WSGIEnvironment) -> Match | None:
        scheme = environ.get("wsgi.url_scheme", "http")
        found = (self.filter.match(**one, scheme=scheme) for one in _requests(environ))
        return next(filter(None, found), None)

    def _check(self, environ: WSGIEnvironment) -> HttpAnswer | None:
        return next(filter(None, (self.filter.check(**one) for one in _requests(environ))), None)


def _requests(environ: WSGIEnvironment) -> Iterator[dict[str, Any]]:
    target, method = _target(environ), environ.get("REQUEST_METHOD", "GET")
    # Servers join the values of a second Host, which they should refuse.
    for host in environ.get("HTTP_HOST", "").split(",", MAX_HOSTS - 1):
        yield {"host": _octets(host), "target": target, "method": method}


def _target(environ: dict[str, Any]) -> bytes:
    """Return the request target: as it was sent where the server tells, or else put together."""
    raw: str = environ.get("RAW_URI") or environ.get("REQUEST_URI") or ""
    if raw:
        return _octets(raw)
    path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    return request_target(_octets(path), _octets(environ.get("QUERY_STRING", "")))


def _octets(text: str) -> bytes:
    """Return the octets that PEP 3333 hides in the code points of native strings."""
    return text.encode("latin-1", "replace")
