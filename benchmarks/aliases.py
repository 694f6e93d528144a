"""Aliases: how many of the names that authorities ordered later are found, and what else.

Half of a list is ordered, the other half hidden in benign names; the rest of the benign names is
the background. A candidate is right only if the authority really ordered it: true mirrors that are
popular count as wrong. So precision is a lower bound.
"""

from __future__ import annotations

import csv
import io
import random
import re
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

from benchmarks.data import FOLDER, read_names, text_of
from benchmarks.report import Report
from benchmarks.workloads import Workload
from blocklist import Order, compile_orders, parse_target
from blocklist.errors import InvalidNameError
from blocklist.model.names import canonical_name
from blocklist.model.suffixes import public_suffixes

_BENIGN = ("benign/alexa-2016-top100k.txt.xz", "benign/opendns-top10k.txt.xz",
           "benign/ee-zone.txt.xz")  # fmt: skip
_SEED = 18
_SCHEME = re.compile(r"[a-z]+://", re.IGNORECASE)
_END = re.compile(r"[/?:#\s;,]")
# Limits; false ones are the mean of the lists.
PRECISION = 0.93
FALSE = 20.0
MILLIONS = 0.6
_NAMES = 5_000_000


@dataclass(frozen=True)
class AliasList:
    """Where a list is, and how it is parted.

    Attributes:
        files: of the data folder; of two the first is an earlier edition of the second.
        right: strong candidates that were right when the method was measured first.
        by_date: whether the names stand in the sequence in which they were ordered.
        encoding: of the text.
    """

    files: tuple[str, ...]
    right: int
    by_date: bool = False
    encoding: str = "utf-8"


LISTS = {
    "AGCOM": AliasList(("formats/agcom_elenco_url_0000268_2023.21.07.txt",), 789, by_date=True),
    "Czech ministry": AliasList(
        ("orders/cz-mfcr-v38.csv", "orders/cz-mfcr-v70.csv"), 50, encoding="windows-1250"
    ),
    "Estonia": AliasList(("orders/ee-emta-blocklist.txt",), 48),
    "ADM 2015": AliasList(("orders/it-adm-aams-2015.csv.xz",), 84),
    "India": AliasList(("orders/in-court_order_jab_harry_met_sejal.txt.xz",), 147),
}
OTHERS = ("orders/it-courts-bofh-2015.csv.xz",)


@dataclass(frozen=True)
class Split:
    """What was found of one list.

    Attributes:
        ordered: domains that the image blocks; ``hidden``: that the authority ordered later.
        right: strong candidates among these; ``wrong``: among the benign.
        benign: how many benign domains there were.
        likely: the same two of the candidates that are likely.
    """

    ordered: int
    hidden: int
    right: int
    wrong: int
    benign: int
    likely: tuple[int, int]

    @property
    def precision(self) -> float:
        """The share of the strong candidates that is right."""
        return self.right / max(1, self.right + self.wrong)

    @property
    def per_100_000(self) -> float:
        """Strong candidates of 100,000 benign domains."""
        return 100_000 * self.wrong / max(1, self.benign)


def domains(file: str, encoding: str = "utf-8") -> list[str]:
    """Return the registrable domains of the first column of a list, each once, in sequence."""
    domain_of = public_suffixes().registrable_domain
    rows = csv.reader(io.StringIO(text_of(file, encoding)), delimiter=";")
    cells = (row[0] for row in rows if row)
    found = (domain_of(name) for name in _names(cells))
    return list(dict.fromkeys(filter(None, found)))


def _names(cells: Iterable[str]) -> Iterator[str]:
    for cell in cells:
        host = _END.split(_SCHEME.sub("", cell.strip()))[0].strip(".").lower()
        try:
            yield canonical_name(host)
        except InvalidNameError:
            continue


@cache
def benign(step: int = 1) -> tuple[list[str], list[str]]:
    """Return two halves of the benign domains, each ``step``-th, without all that is ordered."""
    ordered = {name for file in OTHERS for name in domains(file)}
    for one in LISTS.values():
        ordered.update(name for file in one.files for name in domains(file, one.encoding))
    domain_of = public_suffixes().registrable_domain
    known = set(filter(None, map(domain_of, _names(read_names(*_BENIGN)[::step]))))
    names = sorted(known - ordered)
    random.Random(_SEED).shuffle(names)
    return names[: len(names) // 2], names[len(names) // 2 :]


def halves(name: str) -> tuple[list[str], list[str]]:
    """Return the ordered and the hidden domains of a list."""
    one = LISTS[name]
    names = domains(one.files[-1], one.encoding)
    if len(one.files) > 1:
        first = domains(one.files[0], one.encoding)
        return first, [domain for domain in names if domain not in set(first)]
    if not one.by_date:
        names = sorted(names)
        random.Random(_SEED).shuffle(names)
    return names[: len(names) // 2], names[len(names) // 2 :]


def measured(name: str, folder: Path, step: int = 1) -> Split:
    """Hide half of a list in each ``step``-th of the benign domains, and look for it."""
    from blocklist.logs import aliases

    ordered, hidden = halves(name)
    background, rest = benign(step)
    targets = tuple(parse_target(domain) for domain in ordered)
    image = compile_orders([Order(id=name, targets=targets)], critical=None)
    log = folder / "names.txt"
    log.write_text("\n".join([*rest, *hidden, ""]), "utf-8")
    found = aliases(image, str(log), format="plain", popular=background)
    levels: dict[str, list[int]] = {"strong": [0, 0], "likely": [0, 0]}
    truth = set(hidden)
    for row in found.candidates.to_pylist():
        levels[row["level"]][row["name"] not in truth] += 1
    right, wrong = levels["strong"]
    more = levels["likely"]
    return Split(len(ordered), len(hidden), right, wrong, len(rest), (more[0], more[1]))


_ROWS = """
COPY (SELECT TIMESTAMP '2026-11-01' + to_microseconds(CAST(hash(range) % 2592000000000 AS BIGINT))
    AS time, '10.0.' || hash(range + 1) % 200 || '.' || hash(range + 2) % 250 AS client,
  CASE WHEN range % 5 < 2 THEN substr(md5(range::VARCHAR), 1, 6) || '-' ||
      split_part(name, '.', 1) || '.' || ['com', 'net', 'co.uk', 'it', 'com.br'][1 + range % 5]
    ELSE 'h' || range || '.www.' || name END AS name
  FROM (SELECT range, names[1 + CAST(hash(range + 3) % len(names) AS BIGINT)] AS name
    FROM range({rows}), (SELECT list(name) AS names FROM names)))
TO '{path}' (FORMAT parquet, COMPRESSION zstd)
"""


def taken(folder: Path) -> float:
    """Return the processor seconds of five million distinct names, against all lists."""
    from blocklist.logs import aliases

    duckdb, pa = import_module("duckdb"), import_module("pyarrow")
    log = folder / "names.parquet"
    link = duckdb.connect(config={"memory_limit": "1GB", "temp_directory": str(folder / "spilled")})
    link.register("names", pa.table({"name": benign()[1]}))
    link.execute(_ROWS.format(rows=_NAMES, path=log))
    link.close()
    ordered = {name for one in LISTS.values() for name in domains(one.files[-1], one.encoding)}
    targets = tuple(parse_target(domain) for domain in sorted(ordered))
    image = compile_orders([Order(id="all", targets=targets)], critical=None)
    before = time.process_time()
    aliases(image, str(log), log_zone="UTC", memory=1 << 30)
    return time.process_time() - before


def aliasing(report: Report, workload: Workload) -> None:
    """Print what is found of each list, and the speed."""
    present = [
        name for name, one in LISTS.items() if all((FOLDER / file).is_file() for file in one.files)
    ]
    if not present:
        report.skip("aliases", "the data folder is absent")
        return
    with tempfile.TemporaryDirectory(prefix="blocklist-aliases-") as folder:
        splits = {name: measured(name, Path(folder)) for name in present}
        seconds = taken(Path(folder))
    table = [
        (
            name, f"{one.ordered:,} → {one.hidden:,}", f"{one.right:,} / {one.wrong}",
            f"{one.precision:.3f}", f"{one.right / one.hidden:.2f}", f"{one.per_100_000:.1f}",
            f"{one.likely[0]:,} / {one.likely[1]}",
        )
        for name, one in splits.items()
    ]  # fmt: skip
    report.table(
        "Aliases",
        ("list", "ordered → hidden", "strong: right / wrong", "precision", "share of hidden",
         "wrong of 100,000 benign", "likely: right / wrong"),
        table,
    )  # fmt: skip
    right, wrong = (sum(getattr(one, key) for one in splits.values()) for key in ("right", "wrong"))
    report.target(
        "aliases, precision of strong", workload, right / (right + wrong), _same(PRECISION),
        at_least=True,
    )  # fmt: skip
    false = sum(one.per_100_000 for one in splits.values()) / len(splits)
    report.target("aliases, wrong of 100,000 benign", workload, false, _same(FALSE))
    report.target(
        "aliases, million distinct names a CPU s", workload, _NAMES / seconds / 1e6,
        _same(MILLIONS), at_least=True,
    )  # fmt: skip


def _same(value: float) -> dict[str, float]:
    return {"100k": value, "1M": value}
