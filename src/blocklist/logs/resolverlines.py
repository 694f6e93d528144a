"""RESOLVER LINES: the text logs of DNS servers, split at fixed marks.

A general regular expression over each line costs 2.5 to 11 times as much.
"""

from __future__ import annotations

from .engine import quoted
from .logformat import LINES, TIME, Basis, LogFormat, always, like, rewritten, select, staged


def _marked(mark: str) -> str:
    """Return the lines with the ``place`` of a mark, 0 without it, and the ``rest`` behind it."""
    placed = staged(LINES, place=f"strpos(line, {quoted(mark)})")
    return staged(placed, rest=f"line[place + {len(mark)}:]")


_CLASSES = "('IN', 'CH', 'HS', 'ANY', 'NONE')"

# A zone of `log-local-actions` and lines of other kinds have no address in the place of the client.
_UNBOUND_WORDS = staged(
    staged(LINES, parts="string_split(line, ': ')"),
    head="parts[-2]",
    s="string_split(parts[-1], ' ')",
)
_UNREADABLE = "contains(s[2], '?') OR suffix(s[2], '&') OR suffix(s[2], '#')"
_UNBOUND = select(
    _UNBOUND_WORDS,
    event=(
        f"CASE WHEN s[4] NOT IN {_CLASSES} OR s[4] IS NULL THEN 'other' "
        "WHEN suffix(head, 'info') AND (suffix(s[1], '.') OR NOT (contains(s[1], '.') OR "
        "contains(s[1], ':'))) THEN 'other' "
        f"WHEN suffix(head, 'reply') OR s[5] <> 'on' THEN (CASE WHEN {_UNREADABLE} "
        f"THEN 'unread reply' ELSE 'reply' END) WHEN {_UNREADABLE} THEN 'unread query' "
        "ELSE 'query' END"
    ),
    time=TIME,
    name="s[2]",
    client="s[1]",
    qtype="s[3]",
    rcode="CASE WHEN s[5] <> 'on' THEN s[5] END",
)

# The name of a view may hold blanks, so what stands before the mark is not split into fields.
_BIND_WORDS = staged(_marked(" query: "), head="line[:place - 1]", s="string_split(rest, ' ')")
_BIND = select(
    _BIND_WORDS,
    event="CASE WHEN place = 0 OR s[3] IS NULL OR NOT contains(line, 'client ') THEN 'other' "
    "ELSE 'query' END",
    time=TIME,
    name="s[1]",
    client="split_part(split_part(head, '#', 1), ' ', -1)",
    qtype="s[3]",
)

# Blanks and backslashes stand in names as they are; the client comes after the last mark.
_DNSMASQ_WORDS = staged(_marked(" query["), source="split_part(rest, ' from ', -1)")
_DNSMASQ = select(
    _DNSMASQ_WORDS,
    event=(
        "CASE WHEN place = 0 OR NOT contains(rest, ' from ') THEN 'other' "
        "WHEN contains(rest, '] <name unprintable> from ') THEN 'unread' ELSE 'query' END"
    ),
    time=TIME,
    name="replace(rest[strpos(rest, '] ') + 2:length(rest) - length(source) - 6], '\\', '\\\\')",
    client="source",
    qtype="replace(split_part(rest, ']', 1), 'type=', 'TYPE')",
)

_RECURSOR_WORDS = staged(
    _marked(" question for '"),
    asked="split_part(rest, ''' from ', 1)",
    source="split_part(rest, ''' from ', 2)",
)
# What comes from the packet cache is logged without its name.
_RECURSOR = select(
    _RECURSOR_WORDS,
    event="CASE WHEN contains(line, ' question answered from packet cache ') THEN 'unread' "
    "WHEN place = 0 OR source = '' THEN 'other' ELSE 'query' END",
    time=TIME,
    name="asked[:length(asked) - length(split_part(asked, '|', -1)) - 1]",
    client="bare(split_part(source, ' ', 1))",
    qtype="split_part(asked, '|', -1)",
)


def _value(key: str) -> str:
    """Return SQL for a value in quotes; what is escaped inside are quotes and backslashes."""
    cut = f"split_part(split_part(line, ' {key}=\"', 2), '\" ', 1)"
    whole = f"CASE WHEN suffix({cut}, '\"') THEN ({cut})[:-2] ELSE {cut} END"
    for written, meant in (("'\\\\'", "chr(1)"), ("'\\\"'", "'\"'"), ("chr(1)", "'\\'")):
        whole = f"replace({whole}, {written}, {meant})"
    return whole


_RECURSOR_KEYS = select(
    "lines",
    # What comes from the packet cache has another message.
    event="CASE WHEN contains(line, 'msg=\"Question\"') OR "
    "contains(line, 'msg=\"Question answered from packet cache\"') THEN 'query' ELSE 'other' END",
    time=f"epoch_time(TRY_CAST({_value('ts')} AS DOUBLE))",
    name=f"nullif({_value('qname')}, '')",
    client=f"bare({_value('remote')})",
    qtype=_value("qtype"),
)

_DNSDIST_WORDS = staged(_marked("Packet from "), s="string_split(rest, ' ')")
_DNSDIST = select(
    _DNSDIST_WORDS,
    event="CASE WHEN place = 0 OR s[2] <> 'for' OR s[4] IS NULL THEN 'other' ELSE 'query' END",
    # Behind the point is a number of nanoseconds without zeros in front: no decimal.
    time="CASE WHEN line[1] = '[' THEN epoch_time(TRY_CAST(split_part(line[2:], '.', 1) AS DOUBLE))"
    " ELSE line_time(line) END",
    name="s[3]",
    client="bare(s[1])",
    qtype="s[4]",
)

_COREDNS_WORDS = staged(
    rewritten(
        "CASE WHEN line[1] = '{' THEN TRY(json_extract_string(line, '$.time')) || ' ' || "
        "TRY(json_extract_string(line, '$.log')) ELSE line END"
    ),
    p="string_split(line, '\"')",
    s="string_split(split_part(line, '\"', 2), ' ')",
)
_COREDNS = select(
    _COREDNS_WORDS,
    event="CASE WHEN s[3] IS NULL OR len(p) <> 3 OR NOT contains(p[1], ' - ') THEN 'other' "
    "ELSE 'reply' END",
    time=TIME,
    name="s[3]",
    client="bare(split_part(split_part(p[1], ' - ', 1), ' ', -1))",
    qtype="s[1]",
    rcode="split_part(p[3], ' ', 2)",
)

_SDNS_WORDS = staged(
    LINES, p="string_split(line, '\"')", s="string_split(split_part(line, '\"', 2), ' ')"
)
_SDNS = select(
    _SDNS_WORDS,
    event="CASE WHEN s[3] IS NULL OR len(p) <> 3 THEN 'other' ELSE 'reply' END",
    time="web_time(split_part(split_part(p[1], '[', 2), ']', 1))",
    name="s[1]",
    client="split_part(p[1], ' ', 1)",
    qtype="s[3]",
    rcode="split_part(p[3], ' ', 4)",
)

_FILTERED = "('REJECT', 'CLOAK', 'DROP')"


def _dnscrypt(relation: str, time: str, name: str, client: str, kind: str, code: str) -> str:
    return select(
        relation,
        event=f"CASE WHEN {code} IS NULL OR {code} = '' THEN 'other' ELSE 'reply' END",
        time=time,
        name=name,
        client=client,
        qtype=kind,
        rcode=f"CASE WHEN {code} NOT IN {_FILTERED} THEN {code} END",
        outcome=f"CASE WHEN {code} IN {_FILTERED} THEN 'blocked' ELSE said({code}) END",
    )


def _labelled(key: str) -> str:
    return f"split_part(split_part(chr(9) || line, chr(9) || '{key}:', 2), chr(9), 1)"


_TABS = staged(LINES, s="string_split(line, chr(9))")
_BLOCKY = select(
    _TABS,
    event="CASE WHEN s[10] IS NULL THEN 'other' ELSE 'reply' END",
    time="local_time(TRY_CAST(s[1] AS TIMESTAMP))",
    name="trim(s[6], '\"')",
    client="s[2]",
    qtype="s[10]",
    rcode="s[8]",
    outcome="CASE WHEN s[9] = 'BLOCKED' THEN 'blocked' ELSE said(s[8]) END",
)

_ADDRESS = r"[0-9A-Fa-f.:]+"
FORMATS = (
    LogFormat(
        "unbound", "Unbound, log-queries or log-replies",
        like(rf"unbound\S*\[\d+.*\] (query|reply|info): (?:\S+ \S+ )?{_ADDRESS}\S* \S+ \S+ \S+"),
        always(_UNBOUND), "`reply` lines if the log has them, else `query` lines",
        "seconds of Unix time; local time with log-time-ascii", proof=Basis.PROGRAM,
    ),
    LogFormat(
        "bind", "BIND 9, category queries",
        like(rf"client (?:@0x[0-9a-f]+ )?{_ADDRESS}#\d+\S* .*query: \S+ [A-Z]+ \S+"),
        always(_BIND), "`query:` lines", "local time without a zone, unless print-time is "
        "iso8601-utc", proof=Basis.PROGRAM,
    ),
    LogFormat(
        "dnsmasq", "dnsmasq and Pi-hole, log-queries", like(r" query\[[^]]+\] .* from \S+$"),
        always(_DNSMASQ), "`query[…]` lines", "local time without year and zone",
        proof=Basis.PROGRAM,
    ),
    LogFormat(
        "powerdns-recursor", "PowerDNS Recursor, quiet=no", like(r" question for '.*\|\w+' from "),
        always(_RECURSOR), "`question for` lines", "local time, as the system's log has it",
        proof=Basis.PROGRAM,
    ),
    LogFormat(
        "powerdns-recursor-structured", "PowerDNS Recursor, structured log",
        like('msg="Question" .*qname="'), always(_RECURSOR_KEYS), '`msg="Question"` lines',
        "seconds of Unix time",
        proof=Basis.PROGRAM,
    ),
    LogFormat(
        "dnsdist", "dnsdist, LogAction as text with includeTimestamp",
        like(r"Packet from \S+ for \S+ \S+ with id \d+"), always(_DNSDIST), "each line",
        "seconds of Unix time", proof=Basis.PROGRAM,
    ),
    LogFormat(
        "coredns", "CoreDNS, plugin log, below a time of the container's runtime",
        like(r'\S+:\d+ - \d+ \\?"\S+ [A-Z]+ \S+ \w+ \d+ (?:true|false) \d+\\?" '),
        always(_COREDNS), "each line", "with a zone",
    ),
    LogFormat(
        "sdns", "sdns", like(r'^\S+ - \[\d+/\w+/\d+:[^]]+\] "\S+ [A-Z]+ \S+" \w+ \S+ [A-Z]+ \d+$'),
        always(_SDNS), "each line", "with a zone",
    ),
    LogFormat(
        "dnscrypt-proxy", "dnscrypt-proxy, query log as tsv",
        like(r"^\[[0-9: -]+\]\t[^\t]+\t[^\t]+\t[A-Z0-9]+\t[A-Z0-9_]+(?:\t|$)"),
        always(_dnscrypt(_TABS, "any_time(s[1][2:-2])", "s[3]", "s[2]", "s[4]", "s[5]")),
        "each line",
    ),
    LogFormat(
        "dnscrypt-proxy-ltsv", "dnscrypt-proxy, query log as ltsv",
        like(r"^time:\d+\thost:.*\tmessage:.*\treturn:"),
        always(_dnscrypt("lines", f"epoch_time(TRY_CAST({_labelled('time')} AS DOUBLE))",
                         *map(_labelled, ("message", "host", "type", "return")))),
        "each line", "seconds of Unix time",
    ),
    LogFormat(
        "blocky", "blocky, query log as csv",
        like(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\t(?:[^\t]*\t){8,}"), always(_BLOCKY), "each line",
    ),
)  # fmt: skip
"""In the sequence in which they are asked."""
