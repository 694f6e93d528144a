"""EXT_AUTHZ: an ASGI application that proxies ask, request by request, whether to let it pass.

For Envoy (``ext_authz`` with an ``http_service``) and nginx (``auth_request``); Traefik
(``ForwardAuth``) and Caddy (``forward_auth``) ask in the same way. 200 lets a request pass; any
other answer is what the client shall see.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from itertools import islice, product
from typing import Any, Unpack

from ..answers.blockpage import HttpAnswer
from ..live.liveblocklist import AnyBlocklist
from .http import FilterSettings, RequestFilter

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

STATUS_HEADER = b"x-blocklist-status"
"""With ``403`` a block is answered 403 instead of 451: nginx takes other statuses for failures."""
_HOSTS = (b"host", b"x-forwarded-host")
_TARGETS = (b"x-original-url", b"x-original-uri", b"x-forwarded-uri")
_METHODS = (b"x-original-method", b"x-forwarded-method")
_SCHEMES = ("http", "https", "ws", "wss")  # under any other no host would be found
_MAX_JUDGED = 16
_TOO_MANY = 400


class ExtAuthz:
    """An ASGI 3 application; it needs no library.

    What is judged: the Host of the check request, which Envoy takes from the request, and
    X-Forwarded-Host; the target of the check request, X-Forwarded-Uri, X-Original-URI and
    X-Original-URL. If any of them is blocked, so is the request: a client that forges such headers
    can only have more of its own requests blocked. A request for ``check.rpz.blocklist`` is refused
    with a text that says which list is in use.
    """

    def __init__(
        self,
        blocked: AnyBlocklist,
        **settings: Unpack[FilterSettings],
    ) -> None:
        """Take what ``http.RequestFilter`` wants to know.

        Raises:
            ConfigurationError: ``blocked_by`` is no URI, or there are no pages in the language.
        """
        self.filter: RequestFilter = RequestFilter(blocked, via="ext_authz", **settings)

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer a check request; anything else than HTTP is refused."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        elif scope["type"] == "http":
            await self._check(scope, send)

    async def _check(self, scope: MutableMapping[str, Any], send: Send) -> None:
        headers = [(bytes(key), bytes(value)) for key, value in scope["headers"]]
        requests = list(islice(_requests(scope, headers), _MAX_JUDGED + 1))
        if len(requests) > _MAX_JUDGED:
            await _respond(send, _TOO_MANY, [], b"more hosts than one request can be for\n")
            return
        match = next(filter(None, (self.filter.match(**request) for request in requests)), None)
        if match is not None:
            answer = self.filter.answer(
                match,
                method=scope["method"],
                accept_language=b",".join(_values(headers, b"accept-language")).decode("latin-1"),
                client=_client(scope, headers),
            )
        elif (said := self._said(scope, requests)) is not None:
            answer = said
        else:
            await _respond(send, 200, [], b"")
            return
        status = 403 if b"403" in _values(headers, STATUS_HEADER) else answer.status
        lines = [(key.lower().encode(), value.encode()) for key, value in answer.headers]
        await _respond(send, status, lines, answer.body)

    def _said(
        self, scope: MutableMapping[str, Any], requests: list[dict[str, Any]]
    ) -> HttpAnswer | None:
        """Return which list is in use, if the client asks for that."""
        asked = (
            {"host": one["host"], "target": one["target"], "method": scope["method"]}
            for one in requests
            if "method" not in one
        )
        found = (self.filter.check(**one, is_refusal=True) for one in asked)
        return next(filter(None, found), None)


def _requests(
    scope: MutableMapping[str, Any], headers: list[tuple[bytes, bytes]]
) -> Iterator[dict[str, Any]]:
    """Yield each request that the client may have made, as ``RequestFilter.match`` takes it."""
    query = scope.get("query_string", b"")
    path = scope.get("raw_path") or scope.get("path", "/").encode("utf-8", "replace")
    targets = [path + b"?" + query if query else path]
    targets += [value for name in _TARGETS for value in _values(headers, name)]
    # Proxies in a row write a list, the first being what the client asked for.
    hosts = [
        host.strip()
        for name in _HOSTS
        for value in _values(headers, name)
        for host in value.split(b",")
    ]
    told = {value.lower() for value in _values(headers, b"x-forwarded-proto")}
    schemes = [scheme for scheme in _SCHEMES if scheme.encode() in told]
    methods = [value for name in _METHODS for value in _values(headers, name)]
    is_tunnel = b"CONNECT" in [scope["method"].encode(), *methods]
    for host, target, scheme in product(
        dict.fromkeys(hosts) or [b""],
        dict.fromkeys(targets),
        schemes or [scope.get("scheme", "http")],
    ):
        request = {"host": host, "target": target, "scheme": scheme}
        yield request | ({"method": "CONNECT"} if is_tunnel else {})


def _values(headers: list[tuple[bytes, bytes]], name: bytes) -> list[bytes]:
    return [value for key, value in headers if key == name]


def _client(scope: MutableMapping[str, Any], headers: list[tuple[bytes, bytes]]) -> str:
    forwarded = _values(headers, b"x-forwarded-for")
    if forwarded:
        return forwarded[-1].rpartition(b",")[2].strip().decode("latin-1")
    return str((scope.get("client") or ("",))[0])


async def _respond(
    send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes
) -> None:
    if not headers:
        headers = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
        ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
