"""ASGI: middleware that refuses requests for blocked hosts and URLs; needs no library.

It is for an application that forwards: a gateway, a reverse proxy with many hosts, an authorisation
service behind another proxy. What is judged is the Host that a request names, not who asks.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from typing import Any, Unpack

from ..answers.blockpage import HttpAnswer
from ..live.liveblocklist import AnyBlocklist
from ..matcher.match import Match
from .http import MAX_HOSTS, FilterSettings, RequestFilter, request_target

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

_POLICY_VIOLATION = 1008  # RFC 6455 §7.4.1; seen only by servers, which answer the handshake 403


class BlocklistMiddleware:
    """An ASGI 3 application in front of another.

    A blocked ``http`` request is answered 451, or 403 if only the operator's own policy blocks it.
    So is the handshake of a blocked ``websocket``, where the server has the extension
    ``websocket.http.response``; elsewhere it is closed, which servers show as 403. A request for
    ``check.rpz.blocklist`` is told which list is in use. ``lifespan`` and
    everything else pass through.
    """

    def __init__(
        self,
        app: App,
        blocked: AnyBlocklist,
        **settings: Unpack[FilterSettings],
    ) -> None:
        """Take the application, and what ``http.RequestFilter`` wants to know.

        Raises:
            ConfigurationError: ``blocked_by`` is no URI, or there are no pages in the language.
        """
        self.app = app
        self.filter: RequestFilter = RequestFilter(blocked, via="asgi", **settings)

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer a blocked request; hand any other to the application."""
        match = self._match(scope) if scope["type"] in ("http", "websocket") else None
        if match is None:
            said = self._check(scope) if scope["type"] == "http" else None
            if said is None:
                await self.app(scope, receive, send)
            else:
                await _respond(said, send, "http.response")
            return
        answer = self.filter.answer(
            match,
            method=scope.get("method", "GET"),
            accept_language=b",".join(_values(scope, b"accept-language")).decode("latin-1"),
            client=str((scope.get("client") or ("",))[0]),
        )
        if scope["type"] == "http":
            await _respond(answer, send, "http.response")
        elif (await receive())["type"] != "websocket.connect":
            return  # the client has gone
        elif "websocket.http.response" in (scope.get("extensions") or {}):
            await _respond(answer, send, "websocket.http.response")
        else:
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})

    def _match(self, scope: MutableMapping[str, Any]) -> Match | None:
        scheme = scope.get("scheme", "http")
        found = (self.filter.match(**one, scheme=scheme) for one in _requests(scope))
        return next(filter(None, found), None)

    def _check(self, scope: MutableMapping[str, Any]) -> HttpAnswer | None:
        return next(filter(None, (self.filter.check(**one) for one in _requests(scope))), None)


def _requests(scope: MutableMapping[str, Any]) -> Iterator[dict[str, Any]]:
    query = scope.get("query_string", b"")
    raw = scope.get("raw_path")  # optional
    if raw is None:
        target = request_target(scope.get("path", "/"), query)
    else:
        target = raw + b"?" + query if query else raw
    # A server should refuse a second Host; if it does not, the application may take either.
    for host in _values(scope, b"host")[:MAX_HOSTS] or [b""]:
        yield {"host": host, "target": target, "method": scope.get("method", "GET")}


def _values(scope: MutableMapping[str, Any], name: bytes) -> list[bytes]:
    headers: Iterable[tuple[bytes, bytes]] = scope.get("headers", ())
    return [bytes(value) for key, value in headers if key == name]


async def _respond(answer: HttpAnswer, send: Send, kind: str) -> None:
    headers = [(key.lower().encode(), value.encode()) for key, value in answer.headers]
    await send({"type": f"{kind}.start", "status": answer.status, "headers": headers})
    await send({"type": f"{kind}.body", "body": answer.body})
