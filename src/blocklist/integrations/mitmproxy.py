"""MITMPROXY: an addon that refuses requests, connections and DNS queries for what is blocked.

A script of one line loads it. This file itself cannot be the script, nor may one be called
``blocklist.py``, for mitmproxy puts the script's folder on the path of modules::

    from blocklist.integrations.mitmproxy import addons

Both have to be installed in one environment. No name of mitmproxy is needed before it calls a hook,
so they are imported there.
"""

from __future__ import annotations

import asyncio
import logging
import struct
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ..answers.blockpage import HttpAnswer
from ..answers.check import is_check_host
from ..answers.ede import ExtendedError
from ..answers.pageoptions import PAGE_OPTIONS, page_keys
from ..errors import BlocklistError, ConfigurationError, ReloadRejectedError
from ..live.liveblocklist import LiveBlocklist
from ..live.policy import Response, ResponsePolicy
from ..matcher.match import Match
from .http import MAX_HOSTS, RequestFilter
from .listinuse import list_in_use
from .madeanswers import made_answer
from .wire import ANY, CNAME, EDE, IN, OPT, PAYLOAD, SERVICES, TXT
from .wireleads import read_service

if TYPE_CHECKING:
    from mitmproxy import dns, http, tcp, tls
    from mitmproxy.addonmanager import Loader
    from mitmproxy.proxy.server_hooks import ServerConnectionHookData

log: logging.Logger = logging.getLogger("blocklist.mitmproxy")
_NO_LIST = "no blocklist is loaded; see the log of the proxy"
_HIT = "blocklist"  # in the metadata of a flow: it is refused, counted and logged
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


class BlocklistAddon:
    """The addon; its options begin with ``blocklist_``.

    Without a good image at the start it says why, and refuses everything: mitmdump ends then, and
    the other programs run on. A bad one later leaves the last good one in place.
    """

    def __init__(self) -> None:
        self._filter: RequestFilter | None = None
        self._policy = ResponsePolicy()
        self._source: tuple[str, tuple[str, ...]] = "", ()
        self._watch: asyncio.Task[None] | None = None
        self._configured = False

    # Options and life

    def load(self, loader: Loader) -> None:
        """Declare the options.

        If one that was given is of the wrong type, mitmproxy drops the addon without a word and
        serves unfiltered, so a look follows as soon as it has had its turn.
        """
        asyncio.get_running_loop().call_soon(self._end_if_dropped)
        for name, kind, default, text in (
            ("image", str, "", "Image to use, made by 'blocklist compile'."),
            ("key", Sequence[str], [], "Take only images that this verifier key signed."),
            *((option.name, str, option.default, option.help) for option in PAGE_OPTIONS),
            ("response", str, "nodata", "Answer to DNS queries for blocked names."),
            ("log_clients", bool, False, "Also log the client address and the queried name."),
        ):
            loader.add_option(f"blocklist_{name}", kind, default, text)

    def _end_if_dropped(self) -> None:
        from mitmproxy import ctx

        if not self._configured:
            log.error("blocklist: an option has the wrong type or is given twice")
            # mitmdump ends with a status of its own before that, since an error was logged.
            asyncio.get_running_loop().call_later(1, ctx.master.shutdown)

    def configure(self, updated: set[str]) -> None:
        """Take options; those that cannot be right change nothing.

        Raises:
            OptionsError: an option was changed to what cannot be right. At the start an error is
                logged instead, which ends mitmdump.
        """
        from mitmproxy import ctx, exceptions

        if not any(name.startswith("blocklist_") for name in updated):
            return
        self._configured = True
        try:
            self._configure(ctx.options)
        except (BlocklistError, OSError, ValueError) as error:
            if self._filter is None:  # an exception would be shown with its traceback
                log.error("blocklist: %s", error)
            else:
                raise exceptions.OptionsError(f"blocklist: {error}") from error

    def _configure(self, options: Any) -> None:
        policy = ResponsePolicy(Response.parse(options.blocklist_response))
        if not options.blocklist_image:
            raise ConfigurationError("set blocklist_image to the path of an image")
        source = options.blocklist_image, tuple(options.blocklist_key)
        live = self._filter.blocked if self._filter else None
        if live is None or source != self._source:
            live = LiveBlocklist(source[0], key=source[1] or None)
        page = {one.name: getattr(options, f"blocklist_{one.name}") for one in PAGE_OPTIONS}
        self._filter = RequestFilter(
            live, via="mitmproxy", refresh_seconds=0, log_clients=options.blocklist_log_clients,
            **page_keys(page),
        )  # fmt: skip
        self._policy, self._source = policy, source

    def running(self) -> None:
        """Begin to look once a second for a replaced image."""
        self.done()
        self._watch = asyncio.get_running_loop().create_task(self._refresh())

    def done(self) -> None:
        """Stop looking."""
        if self._watch is not None:
            self._watch.cancel()

    async def _refresh(self) -> None:
        while True:
            await asyncio.sleep(1)
            live = self._filter.blocked if self._filter else None
            if isinstance(live, LiveBlocklist):
                with suppress(ReloadRejectedError):  # it is in the log
                    await asyncio.to_thread(live.refresh)

    # HTTP

    def http_connect(self, flow: http.HTTPFlow) -> None:
        """Refuse a tunnel to a blocked host."""
        self._judge(flow)

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Refuse a request before its body can be streamed to the server."""
        self._judge(flow)

    def request(self, flow: http.HTTPFlow) -> None:
        """Refuse what another addon has sent elsewhere since then."""
        self._judge(flow)

    def _judge(self, flow: http.HTTPFlow) -> None:
        """Answer a blocked request: by host, Host header, authority, SNI, and as a URL."""
        from mitmproxy import http

        if _HIT in flow.metadata:
            return
        request, requests = flow.request, self._filter
        match = self._first(_hosts(flow), _octets(request.path), request.scheme)
        if match is None and requests is not None:
            said = self._said(flow, requests)
            if said is not None and not _is_streamed(request):
                flow.metadata[_HIT] = True
                flow.response = _http_answer(said)
            return
        flow.metadata[_HIT] = True
        if _is_streamed(request):
            if match is not None and requests is not None:
                requests.hit(match, "refused", client=_client(flow.client_conn))
            flow.kill()
        elif match is None or requests is None:
            flow.response = http.Response.make(503, _NO_LIST)
        else:
            answer = requests.answer(
                match, method=request.method, client=_client(flow.client_conn),
                accept_language=request.headers.get("accept-language", ""),
            )  # fmt: skip
            flow.response = _http_answer(answer)

    def _said(self, flow: http.HTTPFlow, requests: RequestFilter) -> HttpAnswer | None:
        """Return which list is in use, if the request is for ``check.rpz.blocklist``."""
        path, method = _octets(flow.request.path), flow.request.method
        found = (requests.check(host=h, target=path, method=method) for h in _hosts(flow) if h)
        return next(filter(None, found), None)

    def _first(
        self, hosts: Iterable[str | bytes], path: str | bytes = "/", scheme: str = "http"
    ) -> Match | None:
        if self._filter is None:
            return None
        found = (self._filter.match(host=h, target=path, scheme=scheme) for h in hosts if h)
        return next(filter(None, found), None)

    # Connections that may not be HTTP

    def tls_clienthello(self, data: tls.ClientHelloData) -> None:
        """See that TLS for a blocked SNI is opened, so that the request in it can be answered."""
        if data.ignore_connection and self._first([data.client_hello.sni or ""]):
            data.ignore_connection = False

    def server_connect(self, data: ServerConnectionHookData) -> None:
        """Refuse a connection to a blocked host or address that no request has asked for."""
        host = data.server.address[0] if data.server.address else ""
        match = self._first([host, data.client.sni or "", data.server.sni or ""])
        if self._filter is None:
            data.server.error = _NO_LIST
        elif match is not None:
            self._filter.hit(match, "refused", client=_client(data.client))
            data.server.error = "blocked by the blocklist"

    def tcp_message(self, flow: tcp.TCPFlow) -> None:
        """Let nothing pass to a blocked host behind a connection that is there already."""
        if _HIT not in flow.metadata:
            host = flow.server_conn.address[0] if flow.server_conn.address else ""
            match = self._first([host, flow.client_conn.sni or ""])
            flow.metadata[_HIT] = match is not None or self._filter is None
            if match is not None and self._filter is not None:
                self._filter.hit(match, "refused", client=_client(flow.client_conn))
        if flow.metadata[_HIT]:
            flow.messages[-1].content = b""

    # DNS

    def dns_request(self, flow: dns.DNSFlow) -> None:
        """Answer a query for a blocked name."""
        flow.metadata.pop(_HIT, None)  # a client may ask twice with one id
        if self._filter is None:
            flow.response = flow.request.fail(2)  # SERVFAIL
        elif flow.request.questions and _is_check(flow.request.questions[0]):
            flow.metadata[_HIT] = True
            flow.response = _dns_check(flow.request, list_in_use(self._filter.blocked))
        else:
            self._answer(flow, [question.name for question in flow.request.questions])

    def dns_response(self, flow: dns.DNSFlow) -> None:
        """Answer in place of the server where an alias or a service leads to a blocked name."""
        names, services = [], []
        for record in flow.response.answers if flow.response else ():
            with suppress(struct.error, ValueError):
                if record.type == CNAME:
                    names.append(record.domain_name)
                elif record.type in SERVICES:
                    services.append(read_service(record.data, b"\0")[0])
        self._answer(flow, names)
        self._answer(flow, services, by_type=True)

    def _answer(
        self, flow: dns.DNSFlow, names: Iterable[str | bytes], *, by_type: bool = False
    ) -> None:
        if self._filter is None or _HIT in flow.metadata:
            return
        match = self._filter.blocked.first_blocked(names)
        question = flow.request.questions[0] if flow.request.questions else None
        response = self._policy.response(match, question.type) if match and question else None
        if match is None or response is None:
            return
        if by_type:
            response = response.of_one_type()
        flow.metadata[_HIT] = True
        self._filter.hit(match, response.action, client=_client(flow.client_conn))
        over_udp = flow.client_conn.transport_protocol == "udp"
        if response.lets_through(tcp=not over_udp):
            return
        error = match.ede(uniform_reason=self._filter.page.uniform_reason)
        flow.response = _dns_answer(flow.request, response, error, self._policy.ttl)


def _dns_answer(
    query: dns.Message, response: Response, error: ExtendedError, ttl: int
) -> dns.Message:
    """Return the answer to a query, with an Extended DNS Error if it has EDNS (RFC 8914)."""
    from mitmproxy import dns

    question = query.questions[0]
    made = made_answer(response, question.type)
    answer = query.fail(made.rcode) if made.rcode else query.succeed([])
    answer.recursion_available = True
    answer.truncation = made.truncated
    for address in made.addresses if question.type != ANY else ():
        answer.answers.append(
            dns.ResourceRecord(question.name, question.type, IN, ttl, address.packed)
        )
    if any(record.type == OPT for record in query.additionals):
        text = error.text.encode()
        option = struct.pack("!HHH", EDE, 2 + len(text), error.code) + text
        answer.additionals.append(dns.ResourceRecord("", OPT, PAYLOAD, 0, option))
    return answer


def _is_check(question: dns.Question) -> bool:
    return question.class_ == IN and is_check_host(question.name)


def _dns_check(query: dns.Message, said: str) -> dns.Message:
    """Return the answer to a query for ``check.rpz.blocklist``, which no cache may keep."""
    from mitmproxy import dns

    question, answer = query.questions[0], query.succeed([])
    answer.recursion_available = True
    if question.type in (TXT, ANY):
        text = said.encode()
        data = bytes([len(text)]) + text
        answer.answers.append(dns.ResourceRecord(question.name, TXT, IN, 0, data))
    return answer


def _http_answer(answer: HttpAnswer) -> http.Response:
    from mitmproxy import http

    headers = [(name.encode(), value.encode()) for name, value in answer.headers]
    response = http.Response.make(answer.status, answer.body)
    response.reason = answer.reason
    response.headers = http.Headers(headers)
    return response


def _hosts(flow: http.HTTPFlow) -> list[str | bytes]:
    """Return every host that a request names: where it goes, Host, ``:authority``, SNI."""
    request = flow.request
    shown = f"[{request.host}]" if ":" in request.host else request.host
    headers = [value for name, value in request.headers.fields if name.lower() == b"host"]
    sni = flow.client_conn.sni or ""
    return [f"{shown}:{request.port}", request.authority, *headers[:MAX_HOSTS], sni]


def _octets(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")


def _is_streamed(request: http.Request) -> bool:
    """Whether mitmproxy may pass the body on as it comes, which it cannot do and answer as well."""
    from mitmproxy import ctx

    if request.timestamp_end:
        return False
    unknown = "content-length" not in request.headers and request.method in _WITH_BODY
    return bool(request.stream or (ctx.options.stream_large_bodies and unknown))


def _client(connection: Any) -> str:
    return str(connection.peername[0]) if connection.peername else ""


addons: list[BlocklistAddon] = [BlocklistAddon()]
"""What mitmproxy loads from the script."""
