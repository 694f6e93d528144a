"""EVIDENCING: what ``probe`` does with evidence: checks it, compares it, makes a page of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from ..atomicfile import replacing
from ..errors import ConfigurationError
from ..model.wording import plural
from ..probe import (
    CheckedEvidence,
    Evidence,
    EvidenceChange,
    EvidenceSummary,
    ProbeSummary,
    Verdict,
    changes_since,
    check_evidence,
)
from .evidencepage import EvidenceDescription, evidence_page
from .printing import note, printable

EXIT_NOT_WHOLE = 1
_FEW = 20


@dataclass(frozen=True, slots=True)
class Kept:
    """What is to be done with evidence beside writing it.

    Attributes:
        page: where the page goes.
        earlier: the evidence to compare with.
    """

    page: Path | None
    earlier: CheckedEvidence | None

    @classmethod
    def of(cls, page: str | None, since: str | None, others: Sequence[str]) -> Kept:
        """Read the earlier evidence, and see that the page takes the place of no other file.

        Raises:
            click.UsageError: the page would replace one of the files.
            ConfigurationError: the earlier evidence is not whole.
        """
        path = None if page is None else Path(page)
        for other in filter(None, (since, *others)):
            if path is not None and other != "-" and Path(other).resolve() == path.resolve():
                raise click.UsageError(f"--html {page} would replace {other}; name another file")
        if since is None:
            return cls(path, None)
        earlier = check_evidence(since)
        if not earlier.is_whole:
            raise ConfigurationError(
                f"evidence that is not whole cannot be compared with: {earlier.faults[0]}",
                path=since,
            )
        return cls(path, earlier)

    def begin(self, evidence: Evidence) -> None:
        """Write which evidence this one follows."""
        if self.earlier is not None:
            evidence.write(
                "since",
                {"sha256": self.earlier.sha256, "time": _time(self.earlier.summary)},
            )

    def finish(
        self, summary: EvidenceSummary, name: str, sha256: str, faults: Sequence[str] = ()
    ) -> list[EvidenceChange] | None:
        """Write the page; return what changed since the earlier evidence."""
        changes = before = None
        if self.earlier is not None:
            changes = changes_since(self.earlier.summary.probes, summary.probes)
            before = _time(self.earlier.summary)
        if self.page is not None:
            about = EvidenceDescription(name, sha256, faults, changes, before or "")
            with replacing(self.page) as file:
                file.write(evidence_page(summary, about).encode())
            note(f"{self.page}: a page of the evidence")
        return changes


def say_changes(changes: Sequence[EvidenceChange] | None, *, err: bool) -> None:
    """Print what changed; nothing if there was nothing to compare with."""
    if changes is None:
        return
    lines = [f"{change.resolver}: {change.text}" for change in changes[:_FEW]]
    if len(changes) > _FEW:
        lines.append(f"and {len(changes) - _FEW:,} more")
    click.echo("changed since:" if lines else "nothing changed since", err=err)
    for line in lines:
        click.echo(printable(f"  {line}"), err=err)


def verify_evidence(paths: Sequence[str], page: str | None, since: str | None) -> int:
    """Check files of evidence, and that each follows one before it; return the exit code."""
    kept = Kept.of(page, since, paths)
    if page is not None and len(paths) > 1:
        raise click.UsageError("--html makes a page of one file; give --verify once")
    seen: dict[str, str] = {} if kept.earlier is None else {kept.earlier.sha256: kept.earlier.path}
    code = 0
    for number, path in enumerate(paths):
        found = check_evidence(path)
        faults = [*found.faults, *_link(found, seen, is_first=number == 0)]
        seen[found.sha256] = path
        _say(found, faults, seen)
        if faults:
            code = EXIT_NOT_WHOLE
        if number == len(paths) - 1:
            changes = kept.finish(found.summary, Path(path).name, found.sha256, faults)
            say_changes(changes, err=False)
    return code


def _link(found: CheckedEvidence, seen: dict[str, str], *, is_first: bool) -> list[str]:
    if is_first or found.summary.since in seen:
        return []
    said = f"follows evidence with SHA-256 {found.summary.since}" if found.summary.since else ""
    return [f"{said or 'follows no other evidence'}: none of the files before it"]


def _say(found: CheckedEvidence, faults: Sequence[str], seen: dict[str, str]) -> None:
    state = "NOT whole" if faults else "whole"
    records, answers = plural(found.records, "record"), plural(found.answers, "answer")
    click.echo(printable(f"{found.path}: {state}: {records}, {answers} compared with the octets"))
    click.echo(f"  sha256 {found.sha256}")
    since = found.summary.since
    if since:
        click.echo(printable(f"  follows {seen.get(since) or f'evidence with SHA-256 {since}'}"))
    for fault in faults:
        click.echo(printable(f"  {fault}"))
    for probe in found.summary.probes:
        click.echo(printable(f"  {_line(probe)}"))


def _line(probe: ProbeSummary) -> str:
    if probe.failure:
        return f"{probe.resolver}: no verdict: {probe.failure}"
    verdicts = probe.verdicts
    counts = ", ".join(f"{verdicts[one]:,} {one}" for one in Verdict if verdicts[one])
    return f"{probe.resolver} at {probe.first}: orders: {counts or 'no verdict'}"


def _time(summary: EvidenceSummary) -> str:
    return next((probe.first for probe in summary.probes if probe.first), "")
