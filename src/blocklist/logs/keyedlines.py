"""KEYED LINES: logs whose lines say what each value is: JSON, and Zeek's columns."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from ..errors import LogError
from .engine import quoted
from .logfile import Head
from .logformat import LINES, SAMPLE, LogFormat, select, staged

_NOT_UNICAST_PORTS = "('137', '5353', '5355')"
"""NetBIOS, mDNS and LLMNR: not asked of a resolver."""


def _objects(head: Head) -> list[dict[str, Any]]:
    found = []
    for line in head.lines[:SAMPLE]:
        if line.startswith("{"):
            try:
                value = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(value, dict):
                found.append(value)
    return found


def having(*keys: str) -> Callable[[Head], float]:
    """Return what says which share of the first lines are objects with all these keys."""

    def looks(head: Head) -> float:
        good = sum(all(key in one for key in keys) for one in _objects(head))
        return good / max(1, sum(line != "" for line in head.lines[:SAMPLE]))

    return looks


def from_json(paths: Sequence[str], **columns: str) -> Callable[[Head], str]:
    """Return what makes the statement from values of JSON; ``{0}`` is the first of ``paths``.

    All values of a line are taken out of it at once; a line that is no JSON is ``unread``.
    """
    list_ = ", ".join(map(quoted, paths))
    relation = staged(LINES, v=f"TRY(json_extract_string(line, [{list_}]))")
    values = [f"v[{number}]" for number in range(1, len(paths) + 1)]
    said = {key: text.format(*values) for key, text in columns.items()}
    said["event"] = f"CASE WHEN v IS NULL THEN 'unread' ELSE {said['event']} END"
    statement = select(relation, **said)
    return lambda _: statement


_GIVEN = "CASE WHEN {1} IS NULL THEN 'other' ELSE 'reply' END"
_ADGUARD = from_json(
    ["$.T", "$.QH", "$.IP", "$.QT", "$.Result.IsFiltered"],
    event=_GIVEN, time="any_time({0})", name="{1}", client="{2}", qtype="{3}",
    outcome="CASE WHEN {4} = 'true' THEN 'blocked' END",
)  # fmt: skip
# Answers are other lines with the client in another place, and say nothing that is needed.
_SURICATA = from_json(
    ["$.timestamp", "$.dns.rrname", "$.src_ip", "$.dns.rrtype", "$.event_type", "$.dns.type",
     "$.dns.queries[0].rrname", "$.dns.queries[0].rrtype"],
    event="CASE WHEN {4} IS DISTINCT FROM 'dns' OR {5} NOT IN ('query', 'request') OR {5} IS NULL "
    "THEN 'other' ELSE 'query' END",
    time="any_time({0})", name="coalesce({6}, {1})", client="{2}", qtype="coalesce({7}, {3})",
)  # fmt: skip
_ZEEK_JSON = from_json(
    ["$.ts", "$.query", '$."id.orig_h"', "$.qtype_name", "$.rcode_name", '$."id.resp_p"'],
    event="CASE WHEN {1} IS NULL OR {5} IN " + _NOT_UNICAST_PORTS + " THEN 'other' "
    "ELSE 'reply' END",
    time="number_or_time({0})", name="{1}", client="{2}", qtype="{3}", rcode="{4}",
    answers="leading_to(TRY(json_extract_string(line, '$.answers[*]')))",
)  # fmt: skip
_CLOUDFLARE = from_json(
    ["$.Datetime", "$.QueryName", "$.SrcIP", "$.DeviceID", "$.ResolverDecision"],
    event=_GIVEN, time="number_or_time({0})", name="{1}", client="coalesce({2}, {3})",
    outcome="CASE WHEN {4} LIKE 'blocked%' THEN 'blocked' WHEN {4} LIKE 'allowed%' "
    "THEN 'answered' END",
)  # fmt: skip
_ROUTE53 = from_json(
    ["$.query_timestamp", "$.query_name", "$.srcaddr", "$.query_type", "$.rcode",
     "$.firewall_rule_action"],
    event=_GIVEN, time="any_time({0})", name="{1}", client="{2}", qtype="{3}", rcode="{4}",
    outcome="CASE WHEN {5} = 'BLOCK' THEN 'blocked' ELSE said({4}) END",
    answers="leading_to(TRY(json_extract_string(line, '$.answers[*].Rdata')))",
)  # fmt: skip
_COLLECTOR_EVENT = (
    "CASE WHEN {1} IS NULL OR {1} = '-' THEN 'other' WHEN {5} = 'CLIENT_RESPONSE' THEN 'reply' "
    "WHEN {5} = 'CLIENT_QUERY' THEN 'query' ELSE 'other' END"
)
_COLLECTOR_KEYS = (
    "dnstap.timestamp-rfc3339ns", "dns.qname", "network.query-ip", "dns.qtype", "dns.rcode",
    "dnstap.operation",
)  # fmt: skip


def _collector(paths: Sequence[str], answers: str = "NULL") -> Callable[[Head], str]:
    return from_json(
        paths, event=_COLLECTOR_EVENT, time="any_time({0})", name="{1}", client="{2}", qtype="{3}",
        rcode="{4}", answers=answers,
    )  # fmt: skip


_COLLECTOR_FLAT = _collector([f'$."{key}"' for key in _COLLECTOR_KEYS])
_COLLECTOR = _collector(
    ['$."{}"."{}"'.format(*key.split(".")) for key in _COLLECTOR_KEYS],
    """leading_to(TRY(json_extract_string(line, '$.dns."resource-records".an[*].rdata')))""",
)


def _zeek(head: Head) -> str:
    """Return the statement for the columns that the header names."""
    header = next((line for line in head.lines if line.startswith("#fields\t")), "")
    at = {name: number for number, name in enumerate(header.split("\t")[1:], 1)}
    missing = [name for name in ("ts", "query", "id.orig_h") if name not in at]
    if missing:
        raise LogError(f"Zeek's header names no column {', '.join(missing)}", path=head.name)

    def column(name: str) -> str:
        return f"s[{at[name]}]" if name in at else "NULL"

    port = column("id.resp_p")
    # Octets that are no printable ASCII are written \xNN, which is no escape of DNS.
    return select(
        staged(LINES, s="string_split(line, chr(9))"),
        event=f"CASE WHEN line[1] = '#' OR {column('query')} IN ('-', '(empty)') THEN 'other' "
        f"WHEN {port} IN {_NOT_UNICAST_PORTS} THEN 'other' WHEN {column('query')} IS NULL OR "
        f"contains({column('query')}, '\\x') THEN 'unread' ELSE 'reply' END",
        time=f"epoch_time(TRY_CAST({column('ts')} AS DOUBLE))",
        name=column("query"),
        client=column("id.orig_h"),
        qtype=column("qtype_name"),
        rcode=column("rcode_name"),
        answers=f"CASE WHEN {column('answers')} NOT IN ('-', '(empty)') "
        f"THEN leading_to(string_split({column('answers')}, ',')) END",
    )


def _is_zeek(head: Head) -> float:
    lines = head.lines[:20]
    fields = next((line.split("\t") for line in lines if line.startswith("#fields\t")), [])
    return float("#path\tdns" in lines or {"ts", "query", "id.orig_h"} <= set(fields))


FORMATS = (
    LogFormat("adguard-home", "AdGuard Home, querylog.json", having("T", "QH"), _ADGUARD,
              "each line", "with a zone"),
    LogFormat("suricata", "Suricata, eve.json", having("event_type", "timestamp"), _SURICATA,
              "requests of event_type dns", "with a zone"),
    LogFormat("zeek", "Zeek, dns.log", _is_zeek, _zeek, "each line", "seconds of Unix time"),
    LogFormat("zeek-json", "Zeek, dns.log as JSON", having("ts", "uid", "query"), _ZEEK_JSON,
              "each line", "seconds of Unix time, or with a zone"),
    LogFormat("cloudflare-gateway", "Cloudflare Gateway DNS", having("Datetime", "QueryName"),
              _CLOUDFLARE, "each line", "with a zone, or Unix time"),
    LogFormat("route53-resolver", "Route 53 Resolver", having("query_timestamp", "query_name"),
              _ROUTE53, "each line", "with a zone"),
    LogFormat("dns-collector-flat", "DNS-collector, flat JSON",
              having("dns.qname", "dnstap.operation"), _COLLECTOR_FLAT,
              "`CLIENT_RESPONSE` if the log has them, else `CLIENT_QUERY`", "with a zone"),
    LogFormat("dns-collector", "DNS-collector, JSON", having("dns", "dnstap", "network"),
              _COLLECTOR, "`CLIENT_RESPONSE` if the log has them, else `CLIENT_QUERY`",
              "with a zone"),
)  # fmt: skip
"""In the sequence in which they are asked."""
