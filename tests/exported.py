"""What an export says, as the program that reads it would have it: small models and short ways."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

from blocklist import (
    Blocklist,
    EmptyBlocklistError,
    Image,
    Order,
    OrderSyntaxError,
    compile_orders,
    load_orders,
)
from blocklist.exporters import ExportOptions, ExportReport, export

Answer = Callable[[str], bool]


def written(image: Image, name: str, **options: Any) -> tuple[dict[str, str], ExportReport]:
    """Export without a canary; return texts by file name, ``""`` for one file, and the report."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "out"
        chosen = replace(options.pop("options", None) or ExportOptions(), canary=None)
        report = export(image, name, target, chosen, **{"confidential": False, **options})
        texts = {p.name if target.is_dir() else "": p.read_text() for p in map(Path, report.paths)}
    return texts, report


def loaded(text: str, name: str, exceptions: str = "", **options: Any) -> Blocklist | None:
    """Read an export with our own loader; ``None`` if it blocks nothing."""
    with suppress(OrderSyntaxError, EmptyBlocklistError):  # nothing is left to block
        orders = load_orders(text.encode(), format=name, name="exported", **options)
        if exceptions:
            allowed = load_orders(exceptions.encode(), format=name, name="allowed", **options)
            exempt = tuple(target for order in allowed for target in order.targets)
            orders = [replace(order, exceptions=exempt) for order in orders]
        return Blocklist(compile_orders(orders, permit=_everything(orders)))
    return None


def _everything(orders: Iterable[Order]) -> list[str]:
    """Guards judged these targets before, and were told what to permit."""
    return [t.text for order in orders for t in order.targets if "." not in t.value]


def lines_of(text: str, comment: str = "#") -> list[str]:
    return [x.strip() for x in text.splitlines() if x.strip() and not x.startswith(comment)]


def hosts(text: str) -> Answer:
    """Single names (hosts(5)); both families lead nowhere, or the name is not blocked."""
    by_name: dict[str, set[str]] = {}
    for line in lines_of(text):
        address, name = line.split()
        by_name.setdefault(name, set()).add(address)
    return lambda name: by_name.get(name, set()) >= {"0.0.0.0", "::"}


def coredns(text: str) -> Answer:
    """The plug-in template: a zone, then an expression or the next template (its README)."""
    templates: list[tuple[list[str], list[re.Pattern[str]]]] = []
    for line in lines_of(text)[1:-1]:
        word, *rest = line.split()
        if word == "template":
            templates.append(([zone.rstrip(".") for zone in rest[2:-1]], []))
        elif word == "match":
            templates[-1][1].append(re.compile(rest[0]))
        elif word == "rcode":
            assert rest == ["NXDOMAIN"]

    def blocked(name: str) -> bool:
        for zones, expressions in templates:
            if any(f".{name}".endswith(f".{zone}") or not zone for zone in zones):
                if not expressions or any(e.search(f"{name}.") for e in expressions):
                    return True
                assert len(expressions) == 1  # and with fallthrough
        return False

    assert text.count("match") == text.count("fallthrough")
    return blocked


def adblock(text: str) -> Answer:
    """AdGuard's DNS rules: || a label's beginning, | the name's, ^ its end; four priorities."""
    rules = []
    for line in lines_of(text, "!"):
        rank = 2 * line.endswith("$important") + line.startswith("@@")
        mask = line.removeprefix("@@").removesuffix("$important")
        head, body = re.fullmatch(r"(\|{0,2})(.*)\^", mask).groups()  # type: ignore[union-attr]
        start = {"||": r"(?:.*\.)?", "|": "", "": ".*"}[head]
        rules.append((rank, re.compile(start + ".*".join(map(re.escape, body.split("*"))))))
    rules.sort(key=lambda rule: -rule[0])

    def blocked(name: str) -> bool:
        rank = next((rank for rank, mask in rules if mask.fullmatch(name)), 1)
        return rank % 2 == 0

    return blocked


def dnscrypt(blocked_names: str, allowed_names: str) -> Answer:
    """Its matcher of patterns: exact, suffix, prefix, substring, glob; allowed names first."""
    blocks, allows = (_dnscrypt_rules(text) for text in (blocked_names, allowed_names))
    return lambda name: not any(r(name) for r in allows) and any(r(name) for r in blocks)


def _dnscrypt_rules(text: str) -> list[Answer]:
    return [_dnscrypt_rule(line) for line in lines_of(text)]


def _dnscrypt_rule(line: str) -> Answer:
    if "*" in line[1:-1]:
        glob = re.compile(".*".join(map(re.escape, line.split("*"))))
        return lambda name: glob.fullmatch(name) is not None
    if line[0] == line[-1] == "*":
        return lambda name: line[1:-1] in name
    if line[-1] == "*":
        return lambda name: name.startswith(line[:-1])
    if line[0] == "=":
        return lambda name: name == line[1:]
    suffix = line.removeprefix("*").removeprefix(".")
    return lambda name: f".{name}".endswith(f".{suffix}")


def dnscrypt_addresses(text: str) -> Answer:
    """Addresses, and what comes before a star as a whole octet or group of their text."""
    lines = lines_of(text)
    starts = [line[:-2] for line in lines if line.endswith("*")]
    return lambda address: (
        address in lines or any(re.match(re.escape(start) + "[.:]", address) for start in starts)
    )


def prefixes(text: str) -> Answer:
    networks = [ip_network(line.split()[-1]) for line in lines_of(text)]
    return lambda address: any(ip_address(address) in network for network in networks)


def haproxy(files: dict[str, str], question: str) -> str:
    """HAProxy's converter, in Python: the name alone, then with all below each of its parts."""
    rows = dict(line.split(" ", 1) for line in lines_of(files["names.map"]))
    assert len(rows) == len(lines_of(files["names.map"]))
    labels = question.split(".")
    keys = [question, *(f".{'.'.join(labels[at:])}" for at in range(len(labels)))]
    value = next((rows[key] for key in keys if key in rows), "?")
    if value == "?":
        patterns = (line.split(" ", 1) for line in lines_of(files["patterns.map"]))
        value = next((value for mask, value in patterns if re.search(mask, question)), "-")
    return "" if value == "-" else value


_NGINX_ROW = re.compile(r'\\?([.*a-z0-9_-]+) "([^"\\$]*)";')


def nginx(files: dict[str, str], question: str) -> str:
    """ngx_http_map_module with ``hostnames``: the exact name, then the longest wildcard."""
    exact: dict[str, str] = {}
    below: dict[str, str] = {}
    patterns: list[tuple[str, str]] = []
    for line in lines_of(files[""]):
        if found := re.fullmatch(r'"~([^"]+)" "([^"\\$]*)";', line):
            patterns.append((found[1], found[2]))
            continue
        key, value = _NGINX_ROW.fullmatch(line).groups()  # type: ignore[union-attr]
        name = key.lstrip("*.")
        for table, is_meant in ((exact, not key.startswith("*")), (below, key[0] in "*.")):
            if is_meant:
                assert name not in table, "nginx refuses a conflicting parameter"
                table[name] = value
    labels = question.split(".")
    above = [".".join(labels[at:]) for at in range(1, len(labels))]
    first = next((value for mask, value in patterns if re.search(mask, question)), "")
    return exact.get(question, next((below[name] for name in above if name in below), first))
