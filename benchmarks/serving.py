"""Serving: how many queries a second resolvers and helpers answer with the blocklist in them."""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

from benchmarks import daemons
from benchmarks.daemons import Rate, Server, rate
from benchmarks.data import covered
from benchmarks.processes import CLONE
from benchmarks.report import Report
from benchmarks.workloads import Workload

_SECONDS = 1
_ROUNDS = 3
_FEW = 1_000
_NAMES = 100_000
_PLAIN = "Unbound alone"
_MODULE, _WATCHED = "Unbound with our module", "the same with watch_cache"
_ZONE = "Unbound with an RPZ"
_SERVE = "blocklist serve"
_RECURSOR = "Recursor alone"
_RECURSOR_IMAGE, _RECURSOR_ZONE = "Recursor with libblocklist", "Recursor with an RPZ"
_MODULES = "python validator iterator"
_LINES = 20_000


def serving(report: Report, workload: Workload, rounds: int) -> None:
    """Print queries a second of resolvers with and without us, of ``serve`` and of the helper."""
    reason = daemons.missing("dnsperf", "unbound", "nsd") or daemons.module_missing()
    if reason:
        report.skip("serve", reason)
    else:
        _resolvers(report, workload, min(rounds, _ROUNDS))
    _helper(report, workload, min(rounds, _ROUNDS))


def _resolvers(report: Report, workload: Workload, rounds: int) -> None:
    innocent, listed = _names(workload)
    folder = workload.folder / "serving"
    folder.mkdir(exist_ok=True)
    rng = random.Random(1)
    found: dict[tuple[str, str], list[Rate]] = {}
    with _servers(workload, folder, listed[0]) as servers:
        for number in range(rounds):
            queries = {
                "cached": _file(folder / "cached", innocent[:_FEW]),
                "resolved": _file(
                    folder / "resolved", [f"n{number}-{at}.{n}" for at, n in enumerate(innocent)]
                ),
                "blocked": _file(folder / "blocked", listed),
            }
            for title in rng.sample(list(servers), len(servers)):
                for kind in _kinds(title):
                    if kind == "cached":
                        rate(servers[title], queries[kind], 1)  # fills the cache
                    value = rate(servers[title], queries[kind], _SECONDS)
                    found.setdefault((title, kind), []).append(value)
    rows = []
    for title in servers:
        cells = [title]
        for kind in ("cached", "resolved", "blocked"):
            values, unit = found.get((title, kind)), found.get((_unit(title, kind), kind))
            if values is None or unit is None:
                cells.append("")
                continue
            value = Rate(*map(statistics.median, zip(*values, strict=True)))
            pairs = zip(values, unit, strict=True)
            ratio = statistics.median(ours.micros / theirs.micros for ours, theirs in pairs)
            report.record(
                "serve", workload, subject=title, queries=kind, ratio=ratio, **value._asdict()
            )
            cells.append(f"{value.a_second:,.0f} · {value.micros:.1f} ({ratio:.2f}x)")
        rows.append(cells)
    columns = ["", "cached names", "names to resolve", "blocked names"]
    report.table(
        f"Answers a second on one thread · µs of processor each, {workload.title}", columns, rows
    )


def _unit(title: str, kind: str) -> str:
    """Return whose figure is 1: for blocked names the resolver's own way to block."""
    if title in (_RECURSOR, _RECURSOR_IMAGE, _RECURSOR_ZONE):
        return _RECURSOR_ZONE if kind == "blocked" else _RECURSOR
    return _ZONE if kind == "blocked" else _PLAIN


def _kinds(title: str) -> tuple[str, ...]:
    """Return what is asked of a server: all that it does and that differs from another's."""
    kinds = {
        _PLAIN: ("cached", "resolved"),
        _WATCHED: ("cached",),
        _SERVE: ("resolved", "blocked"),
        _RECURSOR: ("resolved",),
        _RECURSOR_IMAGE: ("resolved", "blocked"),
        _RECURSOR_ZONE: ("resolved", "blocked"),
    }
    return kinds.get(title, ("cached", "resolved", "blocked"))


@contextmanager
def _servers(workload: Workload, folder: Path, blocked: str) -> Iterator[Mapping[str, Server]]:
    """Run them all; those that are not asked cost nothing. Those not installed are left out."""
    with ExitStack() as stack:
        upstream = stack.enter_context(daemons.nsd(folder / "nsd")).port
        servers = {}
        plain = daemons.unbound(folder / "plain", upstream, modules=_MODULES.split(" ", 1)[1])
        servers[_PLAIN] = stack.enter_context(plain)
        for title, settings in ((_MODULE, ""), (_WATCHED, "watch_cache = true\n")):
            place = folder / title.replace(" ", "-")
            servers[title] = stack.enter_context(
                with_module(place, upstream, workload.rules.image, blocked, settings)
            )
        zone = write_zone(workload, folder / "rpz.zone")
        servers[_ZONE] = stack.enter_context(with_zone(folder / "zone", upstream, zone, blocked))
        server = daemons.ours(folder / "ours", upstream, workload.rules.image, blocked)
        servers[_SERVE] = stack.enter_context(server)
        if not daemons.missing("pdns_recursor", "make", "cc"):
            for title, one in recursors(folder, upstream, workload, zone, blocked).items():
                servers[title] = stack.enter_context(one)
        yield servers


def recursors(
    folder: Path, upstream: int, workload: Workload, zone: Path, blocked: str
) -> dict[str, AbstractContextManager[Server]]:
    """Return PowerDNS Recursors to run: alone, with the image, and with a policy zone."""
    library = daemons.libblocklist(folder / "libblocklist")
    script = (
        f'package.path = "{library}/share/lua/5.1/?.lua;" .. package.path\n'
        f'local blocklist = require("blocklist.recursor").open("{workload.rules.image}", '
        f'{{library = "{library}/lib/libblocklist.so"}})\n'
        "gettag_ffi, postresolve_ffi = blocklist.gettag_ffi, blocklist.postresolve_ffi\n"
    )
    return {
        _RECURSOR: daemons.recursor(folder / "recursor", upstream),
        _RECURSOR_IMAGE: daemons.recursor(
            folder / "recursor-image", upstream, script=script, blocked=blocked
        ),
        _RECURSOR_ZONE: daemons.recursor(
            folder / "recursor-zone", upstream, rpz=f'rpzFile("{zone}", {{}})\n', blocked=blocked
        ),
    }


def with_module(
    folder: Path, upstream: int, image: Path, blocked: str, settings: str = ""
) -> AbstractContextManager[Server]:
    """Return an Unbound with our module, to run."""
    folder.mkdir(exist_ok=True)
    (folder / "blocklist.toml").write_text(f'image = "{image}"\n{settings}')
    return daemons.unbound(folder, upstream, modules=_MODULES, blocked=blocked)


def with_zone(
    folder: Path, upstream: int, zone: Path, blocked: str
) -> AbstractContextManager[Server]:
    """Return an Unbound with a response policy zone, to run."""
    more = f"rpz:\n name: 'rpz.blocklist'\n zonefile: '{zone}'\n"
    modules = "respip validator iterator"
    return daemons.unbound(folder, upstream, modules=modules, more=more, blocked=blocked)


def write_zone(workload: Workload, path: Path) -> Path:
    """Write the rules as a response policy zone, once."""
    from blocklist.exporters import export

    if not path.exists():
        export(workload.rules.image, "rpz", path)
    return path


def _names(workload: Workload) -> tuple[list[str], list[str]]:
    """Return names that are not blocked, and names that are."""
    rules = frozenset(workload.rules.names())
    mixes = {mix.title: mix for mix in workload.mixes}
    misses = mixes["99.9 % miss"].names(_NAMES)
    return [n for n in misses if not covered(n, rules)], mixes["hits only"].names(_NAMES)


def _file(path: Path, names: list[str]) -> Path:
    path.write_text("".join(f"{name} A\n" for name in names), "ascii")
    return path


def _helper(report: Report, workload: Workload, rounds: int) -> None:
    """Print lines a second of the helper for Squid."""
    words = [sys.executable, "-m", "blocklist", "squid-helper", str(workload.rules.image)]
    told = []
    for kind, names in zip(("innocent", "blocked"), _names(workload), strict=True):
        lines = [f"{at} {name} -\n" for at, name in enumerate(names[:_LINES])]
        value = len(lines) / statistics.median(_seconds(words, lines) for _ in range(rounds))
        report.record("serve", workload, subject="squid-helper", queries=kind, a_second=value)
        told.append(f"{value:,.0f} {kind}")
    report.say(f"Squid helper, {workload.title}, lines a second: {', '.join(told)}")


def _seconds(words: list[str], lines: list[str]) -> float:
    """Return how long a helper takes for lines, once it has answered the first."""
    pipe = subprocess.PIPE
    with subprocess.Popen(
        words, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True, cwd=CLONE
    ) as helper:
        assert helper.stdin is not None
        assert helper.stdout is not None
        helper.stdin.write(lines[0])
        helper.stdin.flush()
        helper.stdout.readline()
        began = time.perf_counter()
        output, _ = helper.communicate("".join(lines))
        seconds = time.perf_counter() - began
    if output.count("\n") != len(lines):
        raise RuntimeError(f"{' '.join(words)}: {output.count(chr(10))} of {len(lines)} answered")
    return seconds
