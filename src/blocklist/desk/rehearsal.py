"""REHEARSAL: what a run would change; it writes only into a folder that is gone afterwards."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from ..errors import BlocklistError, sentence_of
from .matters import Exit, Matter, exit_of, matters_of
from .outputfile import foreign_change, is_outdated
from .runpage import page_of
from .runrequest import RunOutcome, RunRequest
from .runsettings import RunSettings
from .sightings import look
from .state import load_state
from .store import Store
from .taking import decide_pin, note_image, take_all


def rehearse(settings: RunSettings, request: RunRequest, at: datetime) -> RunOutcome:
    """Do the steps 3 to 7 of a cycle, and compare the outputs.

    Raises:
        ConfigurationError: the state is damaged.
    """
    state = load_state(settings.state)
    facts: dict[str, Any] = {"sources": {}, "outputs": {}, "dry_run": True}
    would = False
    extra: list[Matter] = []
    with tempfile.TemporaryDirectory() as scratch:
        store = Store(settings.state, scratch=Path(scratch))
        try:
            store.prepare()
            before = (state.image, state.source_files(), state.pin)
            takens, assembly = take_all(settings, state, look(settings), store, at, request.confirm)
            decide_pin(state, store, request, at)
            note_image(settings, state, store, assembly, at, facts)
            for taken in takens:
                facts["sources"][taken.source.name] = {
                    "added": taken.added, "lifted": taken.lifted,
                }  # fmt: skip
            would = before != (state.image, state.source_files(), state.pin)
            for output in settings.outputs:
                known = state.output(output.name)
                is_old = is_outdated(output, known, state.content_of(output), at)
                if is_old or known.pending or known.failure or foreign_change(known):
                    would, known.pending = True, False
                    facts["outputs"][output.name] = "would be written"
        except (BlocklistError, OSError) as error:
            facts["error"] = sentence_of(error)
            extra = [Matter("refused-run", "run", sentence_of(error), exit=Exit.NOTHING)]
    matters = [*extra, *matters_of(settings, state, at)]
    code = Exit.NOTHING if extra else Exit.WOULD if would else exit_of(matters)
    return RunOutcome(int(code), page_of(settings, state, facts, matters, int(code), at))
