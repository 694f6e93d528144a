"""PROXY.PY: a plug-in that refuses requests and tunnels for what is blocked.

proxy.py finds it by name::

    proxy --plugins blocklist.integrations.proxy_py.BlocklistPlugin --blocklist-image it.blk
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Callable
from functools import cache
from typing import Any

from ..answers.blockpage import HttpAnswer, PageSettings
from ..answers.pageoptions import PAGE_OPTIONS, page_keys
from ..errors import BlocklistError, ConfigurationError, ImageError, missing_extra
from ..live.liveblocklist import LiveBlocklist
from ..signing.notekeys import origin_keys
from .http import RequestFilter

try:
    from proxy.common.flag import flags
    from proxy.http.exception import HttpRequestRejected
    from proxy.http.parser import HttpParser
    from proxy.http.proxy import HttpProxyBasePlugin
except ImportError as error:
    raise BlocklistError(missing_extra("the plugin of proxy.py", "proxy-py")) from error

log: logging.Logger = logging.getLogger("blocklist.proxy_py")


class _ImageOrKeys(argparse.Action):
    """Takes the image or the keys; proxy.py exits with one sentence if they cannot be used.

    Either may come first. An image without a key is looked at too, since the key may be missing.
    """

    def __call__(
        self,
        _parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        _option: str | None = None,
    ) -> None:
        """Keep the value."""
        setattr(namespace, self.dest, values)
        path, keys = namespace.blocklist_image, namespace.blocklist_key
        try:
            if path is None:
                origin_keys(keys)
            else:
                LiveBlocklist(path, key=keys or None).current.close()
        except (BlocklistError, OSError) as error:
            raise argparse.ArgumentError(self, str(error)) from error


def _text_of(name: str) -> Callable[[str], str]:
    """Return what checks an option of the page; proxy.py exits with one sentence if it is wrong."""
    default = {option.name: option.default for option in PAGE_OPTIONS}

    def checked(text: str) -> str:
        try:
            PageSettings(**page_keys(default | {name: text}))
        except ConfigurationError as error:
            raise argparse.ArgumentTypeError(str(error)) from error
        return text

    return checked


# proxy.py wants flags to be declared as the module of a plug-in is imported.
flags.add_argument(
    "--blocklist-image", action=_ImageOrKeys, required=True, metavar="FILE",
    help="Image to use, made by 'blocklist compile'.",
)  # fmt: skip
flags.add_argument(
    "--blocklist-key", action=_ImageOrKeys, nargs="+", default=[], metavar="VKEY",
    help="Take only images that this verifier key signed; may be two, of one name.",
)  # fmt: skip
for _option in PAGE_OPTIONS:
    flags.add_argument(
        f"--blocklist-{_option.name.replace('_', '-')}", type=_text_of(_option.name),
        default=_option.default, metavar=_option.metavar, help=_option.help,
    )  # fmt: skip
flags.add_argument(
    "--blocklist-log-clients", action="store_true", default=False,
    help="Also log the client address and the queried name.",
)  # fmt: skip


@cache  # for a process: there is an object of the plug-in for each connection
def _filter(
    image: str, keys: tuple[str, ...], page: tuple[tuple[str, str], ...], log_clients: bool
) -> RequestFilter:
    live = LiveBlocklist(image, key=keys or None)
    return RequestFilter(live, via="proxy.py", log_clients=log_clients, **page_keys(dict(page)))


class BlocklistPlugin(HttpProxyBasePlugin):
    """The plug-in, for one connection of a client.

    It judges the request before proxy.py connects to a server, each later one on the same
    connection, and where proxy.py intercepts TLS those in the tunnel. Other tunnels are judged by
    their CONNECT alone.
    """

    _tunnel: str | None = None
    """Host and port of the CONNECT that this connection began with."""

    def before_upstream_connection(self, request: HttpParser) -> HttpParser | None:
        """Refuse a blocked request, CONNECT included.

        Raises:
            HttpRequestRejected: with the whole answer.
        """
        if request.method == b"CONNECT":
            self._tunnel = f"{_text(request.host)}:{request.port}"
        self._judge(request)
        return request

    def handle_client_request(self, request: HttpParser) -> HttpParser | None:
        """Refuse what comes later on this connection, or inside an intercepted tunnel.

        Raises:
            HttpRequestRejected: with the whole answer.
        """
        self._judge(request)
        return request

    def handle_client_data(self, raw: memoryview) -> memoryview | None:
        """End the connection where another plug-in, such as a proxy pool, talks to the server.

        proxy.py does not take apart what follows the first request there, so it could not be
        judged; clients open another connection.

        Raises:
            HttpRequestRejected: without an answer, unless this is a tunnel.
        """
        if self._tunnel is None:
            raise HttpRequestRejected
        return raw

    def _judge(self, request: HttpParser) -> None:
        options = self.flags
        try:
            page = tuple(
                (one.name, getattr(options, f"blocklist_{one.name}")) for one in PAGE_OPTIONS
            )
            requests = _filter(
                options.blocklist_image, tuple(options.blocklist_key), page,
                options.blocklist_log_clients,
            )  # fmt: skip
        except (ImageError, OSError) as error:  # it was good when proxy.py started
            log.error("%s", error)
            raise HttpRequestRejected(503, b"Service Unavailable") from error
        named: list[str | bytes] = []
        if request.host is not None:
            named.append(f"{_text(request.host)}:{request.port}")
        if request.has_header(b"host"):
            named.append(request.header(b"host"))
        if self._tunnel is not None:
            named.append(self._tunnel)
        for host in named:
            match = requests.match(
                host=host, target=request.path or b"/",
                scheme="http" if self._tunnel is None else "https",
            )  # fmt: skip
            if match is None:
                continue
            language = b"accept-language"
            answer = requests.answer(
                match, method=_text(request.method), client=str((self.client.addr or ("",))[0]),
                accept_language=_text(request.header(language))
                if request.has_header(language)
                else "",
            )  # fmt: skip
            raise _rejected(answer)
        for host in named if self._tunnel is None else ():
            said = requests.check(
                host=host, target=request.path or b"/", method=_text(request.method)
            )
            if said is not None:
                raise _rejected(said)


def _rejected(answer: HttpAnswer) -> HttpRequestRejected:
    """Return what makes proxy.py give an answer of ours."""
    headers = {name.encode(): value.encode() for name, value in answer.headers}
    return HttpRequestRejected(answer.status, answer.reason.encode(), headers, answer.body)


def _text(octets: bytes | None) -> str:
    return (octets or b"").decode("utf-8", "surrogateescape")
