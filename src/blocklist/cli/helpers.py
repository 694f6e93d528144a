"""HELPERS: the commands that proxies query: a helper of Squid, an HTTP service."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from contextlib import ExitStack, suppress
from pathlib import Path

import click

from ..answers.pageoptions import PAGE_OPTIONS, page_keys
from ..errors import BlocklistError, ConfigurationError, ReloadRejectedError, missing_extra
from ..integrations.ext_authz import ExtAuthz
from ..integrations.squid import SquidHelper
from ..live.liveblocklist import LiveBlocklist
from .keys import key_option
from .printing import note
from .stderrlog import log_to_stderr

_share = click.option(
    "--share", is_flag=True,
    help="Map IMAGE instead of copying it into memory, for many processes. Then replace the file "
    "only by renaming another over it.",
)  # fmt: skip


@click.command("squid-helper")
@click.argument("image")
@click.option(
    "--channels/--no-channels", default=True, show_default=True,
    help="Lines begin with a channel id; use --no-channels if Squid has concurrency=0.",
)  # fmt: skip
@key_option
@_share
@click.option(
    "--uniform-reason", default="", metavar="TEXT",
    help="The same message for every blocked name, in place of authorities and orders.",
)  # fmt: skip
@click.option("--log-hits", is_flag=True, help="Log each block with its rule and orders.")
def squid_helper(
    image: str,
    channels: bool,
    key: tuple[str, ...],
    share: bool,
    uniform_reason: str,
    log_hits: bool,
) -> None:
    """Run as a Squid external_acl_type helper; answers OK for blocked names.

    Reloads a replaced IMAGE within a second, and on SIGHUP. Ends when its input ends.
    """
    _start_logging(log_hits)
    live = LiveBlocklist(image, share=share, key=key or None)
    helper = SquidHelper(live, channels=channels, uniform_reason=uniform_reason)
    if hasattr(signal, "SIGHUP"):  # not on Windows
        signal.signal(signal.SIGHUP, lambda *_: helper.reload_soon())
    # Squid gone is a broken pipe, which ends every command quietly.
    with os.fdopen(sys.stdin.fileno(), "rb", closefd=False) as lines:
        helper.run(lines, sys.stdout.buffer)


def page_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of the page that it sends."""
    for option in reversed(PAGE_OPTIONS):
        command = click.option(
            f"--{option.name.replace('_', '-')}", default=option.default, metavar=option.metavar,
            help=option.help,
        )(command)  # fmt: skip
    return command


@click.command("ext-authz")
@click.argument("image")
@click.option(
    "--listen", default="127.0.0.1:9002", show_default=True, metavar="ADDRESS:PORT|PATH",
    help="Address to listen on; a path means a Unix socket.",
)  # fmt: skip
@page_options
@key_option
@_share
@click.option("--log-hits", is_flag=True, help="Log each block with its rule and orders.")
def ext_authz(
    image: str, listen: str, key: tuple[str, ...], share: bool, log_hits: bool, **page: str
) -> None:
    """Run the HTTP service for Envoy (ext_authz) and nginx (auth_request).

    Reloads a replaced IMAGE within a second, and on SIGHUP; ends on SIGTERM.
    """
    try:
        import uvicorn
    except ImportError as error:
        raise BlocklistError(missing_extra("ext-authz", "ext-authz")) from error
    with ExitStack() as stack:
        where = _endpoint(listen, stack)
        _start_logging(log_hits)
        live = LiveBlocklist(image, share=share, key=key or None)
        app = ExtAuthz(live, **page_keys(page))
        settings = uvicorn.Config(
            app, uds=None if isinstance(where, socket.socket) else where, http="h11", ws="none",
            lifespan="off", access_log=False, log_level="warning", proxy_headers=False,
            server_header=False,
        )  # fmt: skip
        server = uvicorn.Server(settings)
        note(f"listening on {listen}")
        sockets = [where] if isinstance(where, socket.socket) else None
        with suppress(KeyboardInterrupt):  # uvicorn has ended already
            asyncio.run(_serve(server.serve(sockets), live))


def _endpoint(text: str, stack: ExitStack) -> socket.socket | str:
    """Return a bound socket, or the path of a Unix socket to create."""
    if "/" in text:
        if not Path(text).parent.is_dir():
            raise ConfigurationError(f"--listen {text}: the folder does not exist")
        return text
    host, colon, port = text.rpartition(":")
    if not (colon and host and port.isascii() and port.isdecimal() and int(port) < 65_536):
        raise ConfigurationError(f"--listen must be ADDRESS:PORT or a path, not {text!r}")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host.strip("[]"), int(port), type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP,
            flags=socket.AI_NUMERICHOST,
        )[0]  # fmt: skip
        # With the protocol named, asyncio sends small answers at once (TCP_NODELAY).
        bound = stack.enter_context(socket.socket(family, kind, protocol))
        if os.name == "posix":
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError as error:
        raise ConfigurationError(f"--listen {text}: {error.strerror}") from error
    return bound


def _start_logging(hits: bool) -> None:
    log_to_stderr()
    if not hits:
        logging.getLogger("blocklist.hits").setLevel(logging.WARNING)


async def _serve(serving: Awaitable[None], live: LiveBlocklist) -> None:
    if hasattr(signal, "SIGHUP"):  # not on Windows
        # Between two requests: a reload within a reload would wait for itself forever.
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, _reload, live)
    await serving


def _reload(live: LiveBlocklist) -> None:
    with suppress(ReloadRejectedError):  # it is in the log
        live.reload()
