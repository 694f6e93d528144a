"""What stands around ``is_blocked``: why a name is blocked, and whole URLs, against other parsers.

Every row asks for the same names in the same rounds; URLs are made of them outside the time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from benchmarks.lookup import build
from benchmarks.peers import LOOP, OURS, PEERS, UNIT, adblock_urls
from benchmarks.report import Report
from benchmarks.timing import Figure, Subject, measure
from benchmarks.workloads import Workload
from blocklist import Blocklist, Order, compile_orders, parse_target

_COMMON = (LOOP, UNIT, OURS)
_MATCH, _ORDERS, _BOTH = "match(name)", "match(name).orders, in a lambda", "is_blocked, in a lambda"
_URL, _MATCH_URL = "is_blocked_url(url)", "match_url(url)"
_RULES = "is_blocked_url(url), where the host has rules about URLs"
_ADA, _TAIL = "ada check_url alone", "/path/to/page42.html?utm=newsletter&id=7"
_ADBLOCK = "adblock check_network_urls, the same rules"
_HOSTS, _NAMES = 2_000, 50_000
Targets = list[tuple[str, str, float]]


def match(report: Report, workload: Workload, rounds: int) -> None:
    """Print what it costs to know why, beside the answer alone."""
    subjects = _common(report, workload)
    blocked = Blocklist.open(workload.rules.image)
    subjects[_MATCH] = _asking(blocked.match)
    subjects[_BOTH] = _asking(lambda name: blocked.is_blocked(name))
    subjects[_ORDERS] = _asking(lambda name: (found := blocked.match(name)) and found.orders)
    targets: dict[str, Targets] = {
        "99.9 % miss": [(_MATCH, OURS, 1.3)],
        "hits only": [(_MATCH, OURS, 1.6), (_ORDERS, _BOTH, 3.5)],
    }
    columns = _measured("match", "Why", report, workload, subjects, rounds, list(targets))
    _compare(report, workload, columns, targets)


def urls(report: Report, workload: Workload, rounds: int) -> None:
    """Print what a URL costs, beside its host alone and beside those who take it apart."""
    subjects = _common(report, workload)
    blocked = Blocklist.open(workload.rules.image)
    subjects[_URL] = _with_urls(blocked.is_blocked_url)
    subjects[_MATCH_URL] = _with_urls(blocked.match_url)
    subjects["urlsplit, then is_blocked"] = _with_urls(
        lambda url: blocked.is_blocked(urlsplit(url).hostname or "")
    )
    for title, package, ask in (
        (_ADA, "ada_url", lambda module: module.check_url),
        ("ada URL(url).hostname", "ada_url", lambda module: lambda url: module.URL(url).hostname),
        ("yarl URL(url).host", "yarl", lambda module: lambda url: module.URL(url).host),
        (_ADBLOCK, "adblock", lambda _: adblock_urls(workload.rules)),
    ):
        try:
            module = __import__(package)
        except ImportError:
            report.skip(title, f"{package} is not installed")
            continue
        subjects[title] = _with_urls(ask(module))
    targets: dict[str, Targets] = {
        "99.9 % miss": [(_URL, OURS, 1.6), (_URL, UNIT, 1.6), (_URL, _ADA, 0.75)]
    }
    columns = _measured("url", "URLs", report, workload, subjects, rounds, list(targets))
    _compare(report, workload, columns, targets)
    _url_rules(report, workload, rounds)


def _url_rules(report: Report, workload: Workload, rounds: int) -> None:
    """Ask for URLs whose hosts have rules about other URLs of theirs."""
    mix = workload.mixes[0]
    hosts = mix.names(_HOSTS)
    texts = [f"https://{host}/film/{n % 7}/{n}" for n, host in enumerate(hosts)]
    texts += workload.rules.names()[:_NAMES]
    order = Order(id="urls", targets=tuple(parse_target(text, line=1) for text in texts))
    blocked = Blocklist(compile_orders([order]))
    subjects = {
        OURS: _asking(blocked.is_blocked),
        _RULES: _with_urls(blocked.is_blocked_url),
    }
    few = replace(mix, chunks=["\n".join(hosts).encode()] * len(mix.chunks))
    columns = {"few hosts": measure(subjects, OURS, few, rounds)}
    report.figures("url-rules", f"Hosts with rules, {workload.title}: ns", workload, columns)
    _compare(report, workload, columns, {"few hosts": [(_RULES, OURS, 6.0)]})


def _common(report: Report, workload: Workload) -> dict[str, Subject]:
    return build(report, workload, [peer for peer in PEERS if peer.title in _COMMON])


def _asking(ask: Callable[[str], Any]) -> Subject:
    def loop(names: list[str]) -> None:
        call = ask
        for name in names:
            call(name)

    return Subject(loop)


def _with_urls(ask: Callable[[str], Any]) -> Subject:
    return replace(_asking(ask), prepare=_urls_of)


def _urls_of(names: list[str]) -> list[str]:
    return [f"https://{name}{_TAIL}" for name in names]


def _measured(
    measure_name: str,
    title: str,
    report: Report,
    workload: Workload,
    subjects: dict[str, Subject],
    rounds: int,
    mixes: list[str],
) -> dict[str, dict[str, Figure]]:
    columns = {
        mix.title: measure(subjects, UNIT, mix, rounds)
        for mix in workload.mixes
        if mix.title in mixes
    }
    report.figures(measure_name, f"{title}, {workload.title}: ns (ratio)", workload, columns)
    return columns


def _compare(
    report: Report,
    workload: Workload,
    columns: dict[str, dict[str, Figure]],
    targets: dict[str, Targets],
) -> None:
    """Keep each ratio of two rows beside its target, at a million rules."""
    for mix, wanted in targets.items():
        for title, other, most in wanted:
            if other in columns[mix]:
                ratio = columns[mix][title].ratio / columns[mix][other].ratio
                report.target(f"{title} to {other}, {mix}", workload, ratio, {"1M": most})
