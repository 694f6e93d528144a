"""MATTERS: what a person must settle, each with the command that settles it, and the exit code.

They follow from the state and the instant alone, so a run that finds nothing to do tells the same
as the run before it.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Any

from ..model.wording import duration, plural
from .monthtable import month_failure
from .runsettings import OutputSettings, RunSettings, SourceSettings
from .sourcestate import HeldEdition, SourceState
from .state import OutputState, RunState

_FEW = 3


class Exit(IntEnum):
    """What the exit code of a run means; the highest of what applies counts, but see ``WOULD``."""

    GOOD = 0
    """All that the sources order is served, and was seen to be."""
    LOOK = 1
    """It is served, but a person must look."""
    NOTHING = 2
    """Nothing was changed."""
    NOT_SERVED = 3
    """Some outputs are not seen to serve."""
    WOULD = 4
    """A dry run: something would change."""
    BUSY = 75
    """Another run has the lock (EX_TEMPFAIL)."""


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing to settle.

    Attributes:
        code: of its kind, for programs.
        subject: source, output or order that it is about.
        text: a sentence.
        command: what settles it; empty if no command does.
        exit: what it makes of the exit code.
        stage: what makes it a new matter though code and subject are the same.
    """

    code: str
    subject: str
    text: str
    command: str = ""
    exit: Exit = Exit.LOOK
    stage: str = ""

    @property
    def key(self) -> str:
        """What is the same as long as nothing about it changes."""
        return "|".join((self.code, self.subject, self.stage))

    @property
    def facts(self) -> dict[str, Any]:
        """The same for programs."""
        return {**asdict(self), "exit": int(self.exit)}


def matters_of(settings: RunSettings, state: RunState, now: datetime) -> list[Matter]:
    """Return what is to be settled."""
    found: list[Matter] = []
    for source in settings.sources:
        found += _of_source(source, state.source(source.name), settings, now)
    for output in settings.outputs:
        found += _of_output(output, state.output(output.name))
    found += _of_list(settings, state, now)
    found += _of_month(settings, state, now)
    found += _deadlines(settings, state, now)
    return gravest_first(found)


def gravest_first(matters: Iterable[Matter]) -> list[Matter]:
    """Return matters in the sequence in which a page tells them."""
    return sorted(matters, key=lambda matter: -matter.exit)


def exit_of(matters: Iterable[Matter]) -> Exit:
    """Return the exit code."""
    return max((matter.exit for matter in matters), default=Exit.GOOD)


def _of_source(
    source: SourceSettings, state: SourceState, settings: RunSettings, now: datetime
) -> Iterator[Matter]:
    if state.fetch:
        yield Matter("fetch", source.name, f"the fetch command failed: {state.fetch}")
    if state.failure:
        yield Matter("source", source.name, state.failure)
    files = state.summary
    if not files.seen and not state.failure:
        kept = "its accepted edition counts" if files.accepted else "nothing of it is in force"
        yield Matter("no-file", source.name, f"{source.base}: there is no file; {kept}")
    for held in state.held:
        command = _command(settings, "--confirm", held.token, "--reason", "TEXT")
        stage = held.token or " ".join(held.files.values())
        reasons = "; ".join(held.reasons[:_FEW])
        more = len(held.reasons) - _FEW
        text = f"held: {reasons}{f'; and {more:,} more' if more > 0 else ''}"
        yield Matter("held", source.name, text, command if held.token else "", stage=stage)
    age = now - datetime.fromtimestamp(files.changed, UTC)
    if source.max_age is not None and files.accepted and age > source.max_age:
        yield Matter(
            "old", source.name,
            f"the newest file is {duration(age)} old, and {duration(source.max_age)} is the limit",
        )  # fmt: skip
    until = datetime.fromisoformat(state.signed_until) if state.signed_until else None
    if source.signed_by and until is not None and until <= now:
        text = f"the image was signed to be taken until {until.isoformat()}; no newer one comes"
        yield Matter("signature-old", source.name, text, stage=state.signed_until)


def _of_output(output: OutputSettings, state: OutputState) -> Iterator[Matter]:
    if output.shadow and (state.failure or state.pending):
        text = state.failure or "not written yet"
        yield Matter("shadow", output.name, f"the shadow image is not in use: {text}", stage=text)
    elif state.failure:
        yield Matter(
            "not-served", output.name, f"NOT serving: {state.failure}", exit=Exit.NOT_SERVED,
            stage=state.failure.partition(":")[0],
        )  # fmt: skip
    elif state.pending:
        yield Matter("not-served", output.name, "not written yet", exit=Exit.NOT_SERVED)


def _of_list(settings: RunSettings, state: RunState, now: datetime) -> Iterator[Matter]:
    if settings.is_edge and state.until is not None and state.until <= now:
        text = (
            f"the image is out of date since {state.until.isoformat()}; the centre sends no other"
        )
        yield Matter("stale", "image", text, stage=state.image)
    if state.pin is not None:
        age = duration(now - datetime.fromisoformat(state.pin.since))
        yield Matter(
            "pin", state.pin.image[:12],
            f"image {state.pin.image[:12]} was put back {age} ago and stays: {state.pin.reason}",
            _command(settings, "--unpin"), stage=state.pin.since,
        )  # fmt: skip
    if state.refused:
        first = "; ".join(state.rejected[:_FEW])
        more = state.refused - min(_FEW, len(state.rejected))
        text = f"{plural(state.refused, 'target')} refused: {first}"
        yield Matter(
            "refused", "list", f"{text}{f'; and {more:,} more' if more > 0 else ''}",
            stage=str(state.refused),
        )  # fmt: skip
    if state.witness_failure and settings.history is not None and settings.history.witness:
        yield Matter(
            "witness", "history", f"the checkpoint was not handed over: {state.witness_failure}"
        )
    for finding in state.findings:
        yield Matter("probe", finding.partition(":")[0], finding, exit=Exit.NOT_SERVED)


def _of_month(settings: RunSettings, state: RunState, now: datetime) -> Iterator[Matter]:
    if settings.collateral is not None and any(one.collateral for one in settings.sources):
        failure = month_failure(settings.collateral, now) or state.month_failure
        if failure:
            yield Matter("month", "collateral", failure)


def _deadlines(settings: RunSettings, state: RunState, now: datetime) -> Iterator[Matter]:
    """Yield the orders that are not served and whose deadline is near or over."""
    for order, due in waiting(state):
        left = due - now
        limits = [limit for limit in settings.alarm.deadlines if left <= limit]
        name = order or "a confidential order"
        if left <= timedelta():
            late = duration(-left)
            yield Matter("overdue", name, f"not served, and its deadline was {late} ago")
        elif limits:
            text = f"not served, and due in {duration(left)}"
            yield Matter("deadline", name, text, stage=str(limits[-1]))


def waiting(state: RunState) -> Iterator[tuple[str, datetime]]:
    """Yield id and deadline of each order that is not served."""
    held: Iterable[HeldEdition] = (held for s in state.sources.values() for held in s.held)
    dues = [due for one in held for due in one.dues]
    for order, due in sorted(dues + state.unserved, key=lambda one: one[1]):
        yield order, datetime.fromisoformat(due)


def _command(settings: RunSettings, *words: str) -> str:
    return shlex.join(("blocklist", "run", str(settings.path), *words))
