"""AGENDA: the next instants at which a run is needed, with the reason of each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from .matters import waiting
from .runsettings import RunSettings
from .state import RunState


def agenda(settings: RunSettings, state: RunState, now: datetime) -> list[tuple[datetime, str]]:
    """Return instants that are to come, the next first."""
    return sorted({one for one in _instants(settings, state) if one[0] > now})


def _instants(settings: RunSettings, state: RunState) -> Iterator[tuple[datetime, str]]:
    for instant, why in state.upcoming:
        yield datetime.fromisoformat(instant), why
    if state.until is not None and not state.upcoming:
        yield state.until, "an order begins or ends"
    for source in settings.sources:
        changed = state.source(source.name).summary.changed
        if source.max_age is not None and changed:
            at = datetime.fromtimestamp(changed, UTC) + source.max_age
            yield at, f"source {source.name} is too old, unless a new file comes"
        if source.signed_by and (until := state.source(source.name).signed_until):
            yield datetime.fromisoformat(until), f"the signature of source {source.name} ends"
    for output in settings.outputs:
        if output.sign and (again := state.output(output.name).sign_at):
            yield datetime.fromisoformat(again), f"output {output.name} is signed again"
    for order, due in waiting(state):
        name = order or "a confidential order"
        yield due, f"deadline of {name}, which is not served"
        for limit in settings.alarm.deadlines:
            yield due - limit, f"alarm: the deadline of {name} is near"
    every = settings.probe.every
    if every is not None and state.probed_at:
        yield datetime.fromtimestamp(state.probed_at, UTC) + every, "all orders are probed"
    if state.told:
        at = datetime.fromtimestamp(state.told_at, UTC) + settings.alarm.repeat
        yield at, "the alarm is repeated"
