"""URLS: take a URL apart as browsers do (WHATWG URL Standard), for rules and for lookups.

Only what blocking needs: host, port, path, query. The same function reads the URL in an order and
the URL that a proxy asks about, so that both come out alike. ``authority`` reads the host.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

from .authority import read_host, split_authority

# Browsers take any number of slashes after the schemes they know; after others two count.
_SCHEME = re.compile(
    r"(?P<special>https?|ftp|wss?):[/\\]*|(?P<file>file):[/\\]{2}|(?P<other>[a-z][a-z0-9+.-]*)://",
    re.IGNORECASE | re.ASCII,
)
_SLASHES = re.compile(r"\A[/\\]{2,}")
_DEFAULT_PORTS = {"http": 80, "https": 443, "ftp": 21, "ws": 80, "wss": 443}
_C0_AND_SPACE = "".join(map(chr, range(33)))
_IGNORED = str.maketrans("", "", "\t\r\n")
_END = re.compile(r"[/\\?#]")
_OPAQUE_END = re.compile(r"[/?#]")
_PLAIN_HOST = re.compile(
    r"(?:https?|wss?)://((?:[A-Za-z0-9_-]+\.)+[A-Za-z][A-Za-z0-9_-]*)(?::[0-9]{1,4})?(?=[/?#]|\Z)"
)
_PATH = "/:@!$&'()*+,;=-._~?%"
_QUERY = "/:@!$&()*+,;=-._~?%"  # browsers escape an apostrophe there, and in a path they do not
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
_LONE_PERCENT = re.compile(r"%(?![0-9a-fA-F]{2})")
_DEFANGED = (
    (re.compile(r"\Ahxxp(s?)(?=\[?:)", re.IGNORECASE), r"http\1"),
    (re.compile(r"\[:\]"), ":"),
    (re.compile(r"\[(://|/)\]"), r"\1"),
    (re.compile(r"[\[({](?:\.|dot)[\])}]", re.IGNORECASE), "."),
)
_BRACKETS = frozenset("[({")  # without which, and hxxp, nothing is defanged
# The first page of a site that is one program.
_ROOT_FRAGMENTS = frozenset({"", "/", "!", "!/"})


@dataclass(frozen=True, slots=True)
class Url:
    """A URL in parts.

    Attributes:
        host: as written, percent-escapes decoded; IPv6 without brackets, IPv4 in four numbers;
            not yet normalised.
        port: ``None`` where it is the default of the scheme, not given, or none.
        path: begins with ``/`` or is empty; dot segments resolved; escapes in one form.
        query: without the ``?``; empty if there is none.
        fragment: whether one names a page (``#…``, not ``#/``); it is never sent, but may be
            all that tells two pages of a host apart.
        octal: whether the host is an IPv4 address with leading zeros (``authority.Host``).
        is_valid: whether a browser takes the authority (``authority.HostPort``). Where it does
            not, the host counts all the same for a lookup, and an order is not read.
    """

    host: str
    port: int | None
    path: str
    query: str
    fragment: bool = False
    octal: bool = False
    is_valid: bool = True

    @property
    def is_host_only(self) -> bool:
        """Whether nothing beyond the host (and port) is named: ``http://x.com/`` is, too."""
        return self.path in ("", "/") and not self.query


def refang(text: str) -> str:
    """Undo what mail and reports do to keep a link from being clicked.

    >>> refang("hxxps[://]example[.]com")
    'https://example.com'
    """
    if text[:4].lower() != "hxxp" and _BRACKETS.isdisjoint(text):
        return text
    for pattern, plain in _DEFANGED:
        text = pattern.sub(plain, text)
    return text


def has_host(text: str) -> bool:
    """Whether ``text`` begins with a scheme after which a host stands."""
    return _SCHEME.match(_trimmed(text)) is not None


def plain_host(url: str) -> str | None:
    """Return the host of a URL that says it plainly, else ``None``: then ask ``split_url``.

    A short cut for what nearly all URLs are; the host is one that ``split_url`` finds, too.
    """
    found = _PLAIN_HOST.match(url)
    return found and found[1]


def split_url(text: str) -> Url | None:
    """Take ``text`` apart; ``None`` if no host can be read from it. Never raises on ``str``.

    The scheme may be missing (``example.com:8080/path``). User information is dropped
    (``http://a@b/`` is host ``b``), as is the fragment. Backslashes count as slashes, tabs and line
    ends are ignored, and hosts such as ``0x7f.1`` become the IPv4 address they mean.
    """
    text = _trimmed(text)
    scheme = _SCHEME.match(text)
    if scheme is None:
        return _url(_SLASHES.sub("", text), "")
    return _url(text[scheme.end() :], scheme[0].partition(":")[0], opaque=bool(scheme["other"]))


def request_url(authority: str, target: str, scheme: str = "http") -> Url | None:
    """Return the URL of a request that names its host apart, as in a ``Host`` field.

    Args:
        authority: ``host:port``; what follows a slash, ``?`` or ``#`` in it does not count.
        target: path and query.
        scheme: for the default port; one that browsers do not know is read as they read ``http``.
    """
    host = _END.split(_trimmed(authority), maxsplit=1)[0]
    return _url(host + target.translate(_IGNORED), scheme)


def _trimmed(text: str) -> str:
    return text.strip(_C0_AND_SPACE).translate(_IGNORED)


def _url(rest: str, scheme: str, *, opaque: bool = False) -> Url | None:
    """Return the URL of what follows a scheme and its slashes."""
    end = (_OPAQUE_END if opaque else _END).search(rest)
    at = end.start() if end else len(rest)
    host, port, is_valid = split_authority(rest[:at])
    found = read_host(host, opaque=opaque)
    if found is None:
        return None
    tail, _, fragment = rest[at:].partition("#")
    path, _, query = tail.partition("?")
    if port == _DEFAULT_PORTS.get(scheme.lower()) or (not scheme and port in (80, 443)):
        port = None
    return Url(
        host=found.text,
        port=port,
        path=_one_form(_resolve(path if opaque else path.replace("\\", "/")), _PATH),
        query=_one_form(query, _QUERY),
        fragment=fragment not in _ROOT_FRAGMENTS,
        octal=found.octal,
        is_valid=is_valid,
    )


def _resolve(path: str) -> str:
    """Resolve ``.`` and ``..`` segments, as a browser does before it asks."""
    if "/." not in path and "/%2" not in path:
        return path
    out: list[str] = []
    segments = path.split("/")[1:]
    for i, segment in enumerate(segments):
        plain = segment.lower().replace("%2e", ".")
        if plain == "..":
            del out[-1:]
        elif plain != ".":
            out.append(segment)
            continue
        if i == len(segments) - 1:
            out.append("")
    return "/" + "/".join(out)


def _one_form(text: str, safe: str) -> str:
    """Write each escape in one way: what is never escaped plain, the rest ``%XX``."""
    if "%" in text:
        plain = b"-._~'" if "'" in safe else b"-._~"

        def normal(escape: re.Match[str]) -> str:
            octet = unquote_to_bytes(escape[0])
            if octet.isalnum() or octet in plain:
                return octet.decode("ascii")
            return escape[0].upper()

        text = _ESCAPE.sub(normal, _LONE_PERCENT.sub("%25", text))
    return quote(text, safe=safe, errors="surrogatepass")
