"""WEB LINES: the text logs of proxies and web servers, where they have the host of a request."""

from __future__ import annotations

from ..errors import LogError
from .logfile import Head
from .logformat import LINES, Basis, LogFormat, always, like, rewritten, select, staged

# The host of `host:port` or of a URL, without a user in front of it.
_HOST = (
    "bare(split_part(split_part(split_part(CASE WHEN contains({0}, '://') THEN "
    "split_part({0}, '://', 2) ELSE {0} END, '/', 1), '?', 1), '@', -1))"
)
_GOT = (
    "CASE WHEN {0} IN ('403', '451') THEN 'blocked' WHEN {0}[1] IN ('2', '3') THEN 'answered' END"
)


def _host(url: str) -> str:
    host = _HOST.format(url)
    # A name has no colon, so what is behind one is a port, also where `bare` sees no point.
    return f"CASE WHEN {host} LIKE '%:%:%' THEN {host} ELSE split_part({host}, ':', 1) END"


# The time is padded with blanks in front, the duration behind it too.
_SQUID_WORDS = staged(
    staged(rewritten("ltrim(line)"), stamp="split_part(line, ' ', 1)"),
    s="string_split(ltrim(line[length(stamp) + 1:]), ' ')",
)
_SQUID = select(
    _SQUID_WORDS,
    event="CASE WHEN s[6] IS NULL OR TRY_CAST(stamp AS DOUBLE) IS NULL THEN 'other' "
    "WHEN s[6] = '-' OR s[6][1:6] = 'error:' THEN 'other' ELSE 'reply' END",
    time="epoch_time(TRY_CAST(stamp AS DOUBLE))",
    name=_host("s[6]"),
    client="s[2]",
    outcome="CASE WHEN contains(s[3], 'DENIED') THEN 'blocked' ELSE "
    + _GOT.format("split_part(s[3], '/', 2)")
    + " END",
)

_NGINX_WORDS = staged(LINES, p="string_split(line, '\"')")


def _nginx(host: str, client: str) -> str:
    return select(
        _NGINX_WORDS,
        event=f"CASE WHEN p[2] IS NULL THEN 'other' WHEN coalesce({host}, '') IN ('', '-') "
        "THEN 'other' ELSE 'reply' END",
        time="web_time(split_part(split_part(line, '[', 2), ']', 1))",
        name=_host(host),
        client=client,
        outcome=_GOT.format("split_part(ltrim(p[3]), ' ', 1)"),
    )


_NGINX_FIRST = _nginx("split_part(line, ' ', 1)", "split_part(line, ' ', 2)")
_NGINX_LAST = _nginx("CASE WHEN len(p) = 9 THEN p[8] END", "split_part(line, ' ', 1)")


def _no_host(head: Head) -> str:
    raise LogError(
        "this log format of a web server has no host: add $host to log_format (nginx) or %v to "
        "LogFormat (Apache)",
        path=head.name,
    )


# The first braces are the captured headers of requests, if both are captured.
_HAPROXY_WORDS = staged(
    LINES,
    s="string_split(split_part(line, ']: ', 2), ' ')",
    h="string_split(split_part(split_part(line, '{', 2), '}', 1), '|')",
)
_HAPROXY = select(
    _HAPROXY_WORDS,
    event="CASE WHEN s[6] IS NULL OR coalesce(h[1], '') IN ('', '-') THEN 'other' ELSE 'reply' END",
    time="web_time(s[2][2:-2])",
    name=_host("h[1]"),
    client="s[1][:length(s[1]) - length(split_part(s[1], ':', -1)) - 1]",
    outcome=_GOT.format("s[6]"),
)

_REQUEST = r'\[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "[^"]*" \d{3} \S+'
FORMATS = (
    LogFormat(
        "squid", "Squid, format squid (native)",
        like(r"^ *\d{9,}\.\d{3} +\d+ \S+ [A-Z_]+/\d{3} \d+ \S+ \S+"), always(_SQUID),
        "each line with a host", "seconds of Unix time", proof=Basis.PROGRAM,
    ),
    LogFormat(
        "haproxy", "HAProxy, option httplog with the host as the first captured request header",
        like(r"haproxy\[\d+\]: \S+:\d+ \[[^]]+\] .*\{[^}]*\}"), always(_HAPROXY),
        "each line with a host", proof=Basis.PROGRAM,
    ),
    LogFormat(
        "nginx-host-first", "nginx and Apache, combined with $host or %v in front",
        like(rf"^\S+ \S+ \S+ \S+ {_REQUEST}"), always(_NGINX_FIRST), "each line with a host",
        "with a zone", proof=Basis.PROGRAM,
    ),
    LogFormat(
        "nginx-host-last", 'nginx, combined with "$host" behind it',
        like(rf'^\S+ - \S+ {_REQUEST} "[^"]*" "[^"]*" "[^"]*"$'), always(_NGINX_LAST),
        "each line with a host", "with a zone", proof=Basis.PROGRAM,
    ),
    LogFormat(
        "combined", "nginx and Apache, combined: refused, since it has no host",
        like(rf'^\S+ - \S+ {_REQUEST} "[^"]*" "[^"]*"$'), _no_host, "nothing", "with a zone",
        proof=Basis.PROGRAM,
    ),
)  # fmt: skip
"""In the sequence in which they are asked."""
