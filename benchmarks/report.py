"""What the benchmarks found: printed as Markdown while it is found, kept for JSON and the chart."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, Protocol

from benchmarks.timing import Figure
from blocklist import BACKEND

_PACKAGES = (
    "blocklist",
    "ada-url",
    "adblock",
    "ahocorasick_rs",
    "marisa-trie",
    "publicsuffixlist",
    "py-radix",
    "pyahocorasick",
    "pyarrow",
    "pygtrie",
    "pytricia",
    "tldextract",
    "yarl",
)


class Measured(Protocol):
    """A workload, as far as a report needs to know it."""

    title: str
    scale: str


@dataclass(frozen=True)
class Outcome:
    """A figure beside what was aimed at."""

    what: str
    workload: str
    value: float
    target: float
    unit: str
    at_least: bool

    @property
    def met(self) -> bool:
        """Whether the figure, as printed, reaches the target."""
        value = round(self.value, 2)
        return value >= self.target if self.at_least else value <= self.target


@dataclass
class Report:
    """Collects records, outcomes and reasons.

    Attributes:
        machine: where and with what it was measured.
        records: every figure, for JSON.
        outcomes: figures that have a target.
        skipped: what was left out, and why.
    """

    machine: dict[str, Any] = field(default_factory=lambda: describe_machine())
    records: list[dict[str, Any]] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    def say(self, text: str) -> None:
        """Print a line."""
        print(f"\n{text}", flush=True)

    def skip(self, what: str, reason: str) -> None:
        """Print, once, that something was left out, and why."""
        line = f"left out: {what}: {reason}"
        if line not in self.skipped:
            self.skipped.append(line)
            self.say(line)

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Print a table."""
        print(f"\n### {title}\n")
        print("| " + " | ".join(columns) + " |")
        print("|---|" + "--:|" * (len(columns) - 1))
        for row in rows:
            print("| " + " | ".join(row) + " |")
        print(end="", flush=True)

    def record(self, measure: str, workload: Measured, **values: Any) -> None:
        """Keep figures for JSON."""
        self.records.append(
            {"measure": measure, "workload": workload.title, "scale": workload.scale, **values}
        )

    def target(
        self,
        what: str,
        workload: Measured,
        value: float,
        targets: Mapping[str, float],
        *,
        unit: str = "x",
        at_least: bool = False,
    ) -> None:
        """Keep a figure beside its target, if there is one for this scale."""
        if workload.scale in targets:
            target = targets[workload.scale]
            self.outcomes.append(Outcome(what, workload.title, value, target, unit, at_least))

    def figures(
        self,
        measure: str,
        title: str,
        workload: Measured,
        columns: Mapping[str, Mapping[str, Figure]],
    ) -> None:
        """Print and keep a table of times: a column a mix, a row a subject."""
        for mix, found in columns.items():
            for subject, figure in found.items():
                self.record(
                    measure, workload, mix=mix, subject=subject, ns=figure.ns, ratio=figure.ratio
                )
        subjects = list(next(iter(columns.values())))
        cells = [[_cell(found[subject]) for found in columns.values()] for subject in subjects]
        self.table(
            title, ["", *columns], [[s, *row] for s, row in zip(subjects, cells, strict=True)]
        )

    def close(self) -> None:
        """Print the targets, what was left out, and the machine."""
        if self.outcomes:
            rows = [
                [
                    outcome.what,
                    outcome.workload,
                    f"{outcome.value:.2f}{outcome.unit}",
                    f"{'≥' if outcome.at_least else '≤'} {outcome.target:g}{outcome.unit}",
                    "met" if outcome.met else "missed",
                ]
                for outcome in self.outcomes
            ]
            self.table("Targets", ["figure", "workload", "measured", "target", ""], rows)
        for line in self.skipped:
            self.say(line)
        self.say(f"took {time.monotonic() - self.began:.0f} s")

    def write(self, path: Path) -> None:
        """Write everything as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        content = {
            "machine": self.machine,
            "records": self.records,
            "targets": [{**vars(outcome), "met": outcome.met} for outcome in self.outcomes],
            "skipped": self.skipped,
        }
        self.say(f"JSON: {path}")
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")


def describe_machine() -> dict[str, Any]:
    """Return date, processor and versions; nothing that names the machine itself."""
    versions = {}
    for package in _PACKAGES:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "core": BACKEND,
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        **versions,
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _cell(figure: Figure) -> str:
    return f"{figure.ns:.0f} ({figure.ratio:.2f}x)"
