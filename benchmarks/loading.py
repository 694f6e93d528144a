"""Loading: the same names in the syntax of each format, real lists and a PDF, in children.

Run with a format (``-`` to recognise it), a file and a number of rounds, it prints what it found
as JSON; with a peer's title instead of a format, the same for the peer.
"""

from __future__ import annotations

import csv
import importlib
import importlib.util
import json
import lzma
import statistics
import sys
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from time import perf_counter

from benchmarks.data import FOLDER
from benchmarks.processes import ask_child, peak, reset_peak
from benchmarks.report import Report
from benchmarks.workloads import Workload

_UNIT = "frozenset(map(str.strip, file))"
_PLAIN = "plain"
_SLOWER = 2.0
"""How much more time than the plain loader a format of lines may take."""
_ZONE = "$TTL 300\n@ SOA localhost. root.localhost. 1 43200 3600 86400 300\n  NS localhost.\n"
_TITLES = "PozycjaRejestru\tAdresDomeny\tDataWpisu\tDataWykreslenia\n"
# Lists of one name a line that the plain format reads, by what each name becomes.
_NAMES: dict[str, Callable[[str], str]] = {
    "plain, *.name": "*.{}".format,
    "plain, U-labels": "имя{}".format,
    "plain, A-labels": lambda name: _a_label(f"имя{name}"),
}
# What stands before all names, how each is written, and what stands after all.
_SYNTAXES = {
    _PLAIN: ("", "{0}\n", ""),
    "hosts": ("", "0.0.0.0 {0}\n", ""),
    "adblock": ("", "||{0}^\n", ""),
    "dnsmasq": ("", "address=/{0}/0.0.0.0\n", ""),
    "unbound": ("server:\n", 'local-zone: "{0}" always_null\n', ""),
    "rpz": (_ZONE, "{0} CNAME .\n*.{0} CNAME .\n", ""),
    "bind": ("", 'zone "{0}" {{ type master; file "/etc/bind/db.list"; }};\n', ""),
    "squid": ("", ".{0}\n", ""),
    "csv": ("domain;since\n", "{0};2026-11-01\n", ""),
    "pl-cert": (_TITLES, "7\t{0}\t2026-11-01T10:00:00\t\n", ""),
    "in-master-list": ("id,URL,SOURCE,TITLE\n", '"7","{0}","an order","of a court"\n', ""),
    "pl-cert-json": (
        "[",
        (
            '{{"RegisterPositionId":7,"DomainAddress":"{0}","InsertDate":"2026-11-01T10:00:00",'
            '"DeleteDate":null}},\n'
        ),
        (
            '{"DomainAddress":"last.example.com","RegisterPositionId":8,"InsertDate":"2026-11-01",'
            '"DeleteDate":null}]'
        ),
    ),
    "de-cuii": ("[", '{{"domain":"{0}"}},', '{"domain":"last.example.com"}]'),
    "coredns": (". {\n hosts {\n", "0.0.0.0 {0}\n", " fallthrough\n }\n}\n"),
}
_LISTS = ("hosts", "adblock", "dnsmasq", "unbound", "rpz", "bind", "squid", "plain, *.name")
"""What is held to the time of the plain loader."""
_PAGES, _LINES = 100, 50


def loading(report: Report, workload: Workload, rounds: int) -> None:
    """Print how fast each format loads, against the plain loader and a set of the lines."""
    from blocklist.loaders import all_loaders

    names = workload.source.read_text("ascii").split()
    rounds = min(rounds, 5)
    found = {}
    for name, (head, line, tail) in _SYNTAXES.items():
        if name not in all_loaders():
            report.skip(name, "no such format here")
            continue
        file = workload.folder / f"load-{name}"
        file.write_text(head + "".join(map(line.format, names)) + tail, "ascii")
        found[name] = ask_child("loading", name, file, rounds)
        if found[name].get("error"):
            report.skip(name, found.pop(name)["error"])
        if name == _PLAIN:
            found[_UNIT] = ask_child("loading", _UNIT, file, rounds)
        for peer, (of, package, _) in PEERS.items():
            if of == name and importlib.util.find_spec(package) is None:
                report.skip(peer, f"{package} is not installed")
            elif of == name:
                found[peer] = ask_child("loading", peer, file, 1) | {"names": len(names)}
        file.unlink()
    for title, written in _NAMES.items():
        file = workload.folder / "load-names"
        file.write_text("".join(f"{written(name)}\n" for name in names), "utf-8")
        found[title] = ask_child("loading", _PLAIN, file, rounds)
        file.unlink()
    _print(report, f"Loading {workload.title}", workload, found)
    for name, values in found.items():
        if name not in PEERS and name in _LISTS:
            ratio = values["seconds"] / found[_PLAIN]["seconds"]
            report.target(f"load {name}, against plain", workload, ratio, {workload.scale: _SLOWER})


def real_lists(report: Report, workload: Workload, rounds: int) -> None:
    """Print how fast the files of the data folder load, and a PDF of a hundred pages."""
    found = {}
    for path in sorted([*FOLDER.glob("lists/*"), *FOLDER.glob("orders/*")]):
        octets = path.read_bytes()
        octets = lzma.decompress(octets) if path.suffix == ".xz" else octets
        file = workload.folder / path.name.removesuffix(".xz")
        file.write_bytes(octets)
        answer = ask_child("loading", "-", file, min(rounds, 3))
        if answer.get("error"):
            report.skip(file.name, answer["error"])
        else:
            found[f"{file.name} ({answer['format']})"] = answer
    if any(importlib.util.find_spec(name) is None for name in ("pypdfium2", "reportlab")):
        report.skip("a PDF", "pypdfium2 or reportlab is not installed")
    else:
        names = workload.source.read_text("ascii").split()
        file = _pdf(workload.folder / "hundred.pdf", list(islice(names, _PAGES * _LINES)))
        answer = ask_child("loading", _PLAIN, file, 1)  # mere names are no order to recognise
        if answer.get("error"):
            report.skip("a PDF", answer["error"])
        else:
            found[f"PDF of {_PAGES} pages ({answer['format']})"] = answer
    if found:
        _print(report, "Loading real lists", workload, found)


def _print(
    report: Report, title: str, workload: Workload, found: dict[str, dict[str, float]]
) -> None:
    plain = found.get(_PLAIN, {}).get("seconds")
    unit = found.get(_UNIT, {}).get("seconds")
    for name, values in found.items():
        report.record("load", workload, subject=name, **values)
    report.table(
        title,
        ["", "seconds", "names a second", "MB/s", "peak MB more", "to plain", "to the set"],
        [
            [
                name,
                f"{values['seconds']:.3f}",
                f"{values['names'] / values['seconds']:,.0f}",
                f"{values['octets'] / 1e6 / values['seconds']:.1f}",
                f"{values['peak'] / 1e6:.0f}",
                f"{values['seconds'] / plain:.2f}x" if plain else "",
                f"{values['seconds'] / unit:.2f}x" if unit else "",
            ]
            for name, values in found.items()
        ],
    )


def _a_label(name: str) -> str:
    head, _, rest = name.partition(".")
    return f"xn--{head.encode('punycode').decode('ascii')}.{rest}"


def _pdf(file: Path, names: list[str]) -> Path:
    """Write names, a line each, in as many pages as they need."""
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(file))
    for at in range(0, len(names), _LINES):
        for row, name in enumerate(names[at : at + _LINES]):
            canvas.drawString(50, 800 - 15 * row, name)
        canvas.showPage()
    canvas.save()
    return file


def _set_of_lines(file: Path) -> int:
    with file.open(encoding="ascii") as lines:
        return len(frozenset(map(str.strip, lines)))


def _adblock(file: Path) -> int:
    import adblock

    rules = adblock.FilterSet()
    rules.add_filter_list(file.read_text("ascii"))
    adblock.Engine(rules)
    return 0


def _dnspython(file: Path) -> int:
    import dns.zone

    zone = dns.zone.from_text(file.read_text("ascii"), origin="zone.", check_origin=False)
    return len(zone.nodes)


def _csv_module(file: Path) -> int:
    with file.open(encoding="ascii", newline="") as lines:
        return sum(1 for _ in csv.reader(lines))


def _pyarrow(file: Path) -> int:
    from pyarrow import csv as arrow

    options = arrow.ReadOptions(use_threads=False)
    return int(arrow.read_csv(file, read_options=options).num_rows)


def _json_module(file: Path) -> int:
    return len(json.loads(file.read_bytes()))


def _msgspec(file: Path) -> int:
    return len(importlib.import_module("msgspec").json.decode(file.read_bytes()))


PEERS: dict[str, tuple[str, str, Callable[[Path], int]]] = {
    "adblock, FilterSet and Engine": ("adblock", "adblock", _adblock),
    "dnspython, zone.from_text": ("rpz", "dns", _dnspython),
    "csv.reader, rows thrown away": ("in-master-list", "csv", _csv_module),
    "pyarrow.csv, one thread": ("in-master-list", "pyarrow", _pyarrow),
    "json.loads": ("pl-cert-json", "json", _json_module),
    "msgspec, untyped": ("pl-cert-json", "msgspec", _msgspec),
}
"""Other readers by title: the format they read, their package, and how to call them."""


def measure(what: str, file: Path, rounds: int) -> dict[str, float | str]:
    """Load a file ``rounds`` times; the first shows the memory, the median the time."""
    from blocklist import load_orders
    from blocklist.errors import OrderError

    format_ = {"format": ""}

    def load(source: Path | bytes) -> int:
        orders = load_orders(source, format=None if what == "-" else what)
        format_["format"] = orders[0].source.format
        return sum(len(order.targets) for order in orders)

    peer = PEERS[what][2] if what in PEERS else _set_of_lines if what == _UNIT else None
    call = peer or load
    times, count, highest = [], 0, 0
    try:
        if peer is None:
            load_orders(b"blocked.example.com\n")  # what a process pays once is not counted
        reset_peak()
        before = peak()
        for number in range(rounds):
            began = perf_counter()
            count = call(file)
            times.append(perf_counter() - began)
            highest = highest if number else peak() - before
    except OrderError as error:
        return {"error": error.reason[:200]}
    return {
        "seconds": statistics.median(times),
        "names": count,
        "octets": file.stat().st_size,
        "peak": highest,
        **format_,
    }


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))))
