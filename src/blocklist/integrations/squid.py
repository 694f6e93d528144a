r"""SQUID: a helper for ``external_acl_type``: a line of Squid's in, a verdict out.

http://wiki.squid-cache.org/Features/AddonHelpers: the line is a channel id (unless
``concurrency=0``), then ``%DST`` or ``%URI``, escaped as in URLs. ``OK`` means blocked, ``ERR`` not
blocked, ``BH`` that the line was none. ``check.rpz.blocklist`` is answered as a blocked name with
the tag ``check``, so that Squid's page says which list is in use. Values of the answer are quoted
with backslashes: an escape as in URLs Squid 5 would show to people as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from io import BufferedIOBase
from typing import Any, BinaryIO
from unicodedata import combining, normalize
from urllib.parse import unquote_to_bytes

from ..answers.disclosure import ids
from ..answers.ede import EDE_BLOCKED, EDE_CENSORED
from ..errors import ReloadRejectedError
from ..live.liveblocklist import AnyBlocklist, LiveBlocklist
from ..matcher.match import Match
from .http import RequestFilter, asks_for_check
from .listinuse import list_in_use

_MAX_LINE = 65_536
_MAX_IDS = 500
_NO_FIELD = b"-"
_SPECIAL = re.compile(r'["\\]')
_UNNAMED = {EDE_CENSORED: "an order of an authority", EDE_BLOCKED: "the policy of this network"}


class SquidHelper:
    """Answers the lines of one Squid; see ``run``.

    A ``LiveBlocklist`` is refreshed between two lines, at most once a second; ``reload_soon`` has
    the image read anew before the next line.
    """

    def __init__(
        self,
        blocked: AnyBlocklist,
        *,
        channels: bool = True,
        refresh_seconds: float = 1.0,
        count: Callable[[Match, str, str], None] | None = None,
        log_clients: bool = False,
        uniform_reason: str = "",
    ) -> None:
        """Take what answers, and whether Squid has ``concurrency`` set, so that lines have ids.

        With ``uniform_reason`` every blocked name gets that message and the tag ``law``.

        Raises:
            ConfigurationError: the text is too long.
        """
        self.channels = channels
        self.filter: RequestFilter = RequestFilter(
            blocked, via="squid", refresh_seconds=refresh_seconds, count=count,
            log_clients=log_clients, uniform_reason=uniform_reason,
        )  # fmt: skip
        self._reload_soon = False

    def run(self, lines: BufferedIOBase, replies: BinaryIO) -> None:
        """Answer lines until there are no more, which is how Squid ends its helpers.

        What came at once is answered at once, with one write; nothing waits for more.
        """
        begun = b""
        while octets := lines.read1(_MAX_LINE):
            *whole, begun = (begun + octets).split(b"\n")
            begun = begun[: _MAX_LINE + 1]  # enough to see that it is too long
            if whole:
                replies.write(b"".join(map(self.reply, whole)))
                replies.flush()
        if begun:
            replies.write(self.reply(begun))
            replies.flush()

    def reload_soon(self) -> None:
        """Read the image anew before the next line; safe to call in a signal handler."""
        self._reload_soon = True

    def reply(self, line: bytes) -> bytes:
        """Return the answer to a line, with its line feed; never raises.

        Of a line over 64 KiB the host is judged if the whole of it is there, and the path as far as
        it is; of a host that is cut off nothing can be said.
        """
        if self._reload_soon:
            self._reload_soon = False
            self._reload()
        words = line.split()
        channel = b""
        if self.channels:
            if not words or not words[0].isdigit():
                return b'BH message="no channel id; is concurrency set in external_acl_type?"\n'
            channel = words.pop(0) + b" "
        if len(line) > _MAX_LINE and not _holds_host(words):
            return channel + b'BH message="the line is too long"\n'
        if not words or words[0] == _NO_FIELD:
            return channel + b'BH message="no host; the format is %DST or %URI"\n'
        try:
            match = self.match(words[0])
            said = self._said(words[0]) if match is None else ""
        except ValueError:  # a mapped image was overwritten, which is in the log
            return channel + b'BH message="no image"\n'
        if match is None:
            return channel + (f'OK tag="check" message="{said}"\n'.encode() if said else b"ERR\n")
        self.filter.hit(match, "deny")
        return channel + _verdict(match, self.filter.page.uniform_reason) + b"\n"

    def match(self, field: bytes) -> Match | None:
        """Return what blocks a host, ``host:port`` or URL, as Squid writes them.

        Squid escapes brackets and quotes, but leaves escapes as they came: those of a path are the
        client's own.
        """
        return self.filter.match(**_request(field))

    def _said(self, field: bytes) -> str:
        """Return which list is in use, if the field is ``check.rpz.blocklist``."""
        return list_in_use(self.filter.blocked) if asks_for_check(**_request(field)) else ""

    def _reload(self) -> None:
        live = self.filter.blocked
        if isinstance(live, LiveBlocklist):
            with suppress(ReloadRejectedError):  # it is in the log
                live.reload()


def _request(field: bytes) -> dict[str, Any]:
    """Return a field as ``RequestFilter.match`` takes it."""
    scheme, is_url, rest = field.partition(b"://")
    if not is_url:
        return {"host": unquote_to_bytes(field)}
    authority, slash, path = rest.partition(b"/")
    return {"target": scheme + b"://" + unquote_to_bytes(authority) + slash + path}


def _holds_host(words: list[bytes]) -> bool:
    """Whether the host is whole in a line that was cut off."""
    return len(words) > 1 or b"/" in b"".join(words).partition(b"://")[2]


def _verdict(match: Match, uniform_reason: str) -> bytes:
    """Return OK, and what Squid may test for (``tag``), show (``%o``) and log (``%ea``)."""
    code, text = match.ede(uniform_reason=uniform_reason)
    values = {
        "tag": "law" if code == EDE_CENSORED else "policy",
        "message": text or _UNNAMED[code],
        "log": _ids(match),
    }
    told = (f"{key}={_quoted(value)}" for key, value in values.items() if value)
    return " ".join(["OK", *told]).encode()


def _ids(match: Match) -> str:
    """Return the ids of the orders, confidential ones excepted, as many as fit."""
    text = " ".join(ids(match.orders))
    return text if len(text) <= _MAX_IDS else f"{text[:_MAX_IDS]}..."


def _quoted(text: str) -> str:
    """Return a quoted value in ASCII: Squid's pages show each octet of other letters by itself."""
    letters = normalize("NFKD", text)
    text = "".join(c for c in letters if not combining(c)).encode("ascii", "replace").decode()
    return '"' + _SPECIAL.sub(lambda found: f"\\{found[0]}", text) + '"'
