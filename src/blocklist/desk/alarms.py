"""ALARMS: the operator's command is run when what is to be settled changes, and repeatedly then."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from .matters import Matter
from .runsettings import RunSettings
from .state import RunState

_LIMIT = timedelta(seconds=60)


def is_due(state: RunState, matters: Sequence[Matter], repeat: timedelta, now: datetime) -> bool:
    """Whether there is something to tell: a change, or the same for too long."""
    keys = sorted({matter.key for matter in matters})
    if keys != state.told:
        return True
    return bool(keys) and now.timestamp() - state.told_at >= repeat.total_seconds()


def sound(
    settings: RunSettings,
    state: RunState,
    matters: Sequence[Matter],
    page: Mapping[str, Any],
    now: datetime,
) -> tuple[bool, str]:
    """Run the alarm command if it is due.

    Returns:
        Whether ``state`` changed, and why the command failed; the next run tries again.
    """
    if not is_due(state, matters, settings.alarm.repeat, now):
        return False, ""
    if settings.alarm.command:
        from .programs import run_program

        octets = json.dumps(page, default=str).encode()
        failure = run_program(settings.alarm.command, _LIMIT, octets=octets)
        if failure:
            return False, failure
    state.told = sorted({matter.key for matter in matters})
    state.told_at = now.timestamp()
    return True, ""
