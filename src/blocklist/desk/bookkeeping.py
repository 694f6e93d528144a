"""BOOKKEEPING: which record a run writes: the history if there is to be one, else the journal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from .journal import Journal, JournalFile
from .runsettings import RunSettings
from .state import RunState


def journal_of(settings: RunSettings, state: RunState, clock: Callable[[], datetime]) -> Journal:
    """Return what the steps of a cycle are recorded in.

    Args:
        settings: of the run.
        state: what is noted of the record; changed by each use.
        clock: of the run.

    Raises:
        HistoryError: the record that was written is gone or damaged.
        BlocklistError: the extra ``sign`` is not installed.
        OSError: it cannot be read.
    """
    if settings.history is None:
        return JournalFile(settings.state)
    from .runhistory import RunHistory

    return RunHistory(settings.history, settings, state, clock)
