"""WITNESSING: each checkpoint is handed to the operator's command, and what comes back is kept.

Who has a checkpoint can see later whether the record has grown from it; so no one can change what
was recorded before without others noticing.
"""

from __future__ import annotations

import sqlite3
import tempfile
from datetime import datetime
from pathlib import Path

from ..errors import BlocklistError, sentence_of
from ..history.history import History
from ..history.recordedcycle import RecordedCycle, RecordedEvent
from ..signing.strictbase64 import encode_base64
from .programs import run_program
from .runsettings import HistorySettings
from .state import RunState

_MOST = 1 << 20


def hand_over(history: HistorySettings, state: RunState, now: datetime) -> None:
    """Give the checkpoint to the command, and record what it prints.

    ``state`` says why that failed; then the next run tries it again.
    """
    try:
        state.witness_failure = _hand_over(history, state, now)
    except (BlocklistError, OSError, sqlite3.Error) as error:
        state.witness_failure = sentence_of(error)


def _hand_over(settings: HistorySettings, state: RunState, now: datetime) -> str:
    with History.open(settings.folder) as history, tempfile.TemporaryFile() as file:
        checkpoint = history.checkpoint
        failure = run_program(
            settings.witness, settings.witness_timeout, octets=checkpoint.octets, output=file
        )
        if failure:
            return failure
        file.seek(0)
        answer = file.read(_MOST + 1)
        if len(answer) > _MOST:
            return f"{settings.witness[0]} printed more than {_MOST:,} octets"
        event = RecordedEvent(
            kind="timestamp", facts={"size": checkpoint.size},
            details={
                "witness": Path(settings.witness[0]).name, "answer": encode_base64(answer),
                "checkpoint": encode_base64(checkpoint.octets),
            },
        )  # fmt: skip
        size = history.append(RecordedCycle(events=[event]), key=settings.key, now=now).size
    state.recorded = state.witnessed = size
    return ""
