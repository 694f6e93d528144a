"""TEXT METRICS: a file for the textfile collector of Prometheus, replaced whole after each run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from ..atomicfile import Rights, replacing
from .matters import waiting
from .runsettings import RunSettings
from .state import RunState

_READABLE = Rights(0o644)
_HELP = {
    "run_end_seconds": "When the last run ended, as Unix time.",
    "exit_code": "Exit code of the last run.",
    "rules": "Rules in the image.",
    "valid_until_seconds": "When an order next begins or ends, as Unix time; 0 if none does.",
    "source_age_seconds": "Age of the newest accepted file of a source.",
    "held": "Editions of a source that wait for a person.",
    "output_verified": "1 if an output was seen to serve what was written.",
    "serving_seconds": "From the reload until an output was seen to serve.",
    "next_deadline_seconds": "Next deadline of an order that is not served; 0 without any.",
    "overdue_orders": "Orders that are not served after their deadline.",
}


def write_metrics(
    path: Path, settings: RunSettings, state: RunState, code: int, now: datetime
) -> None:
    """Write the file; ``OSError`` passes through."""
    with replacing(path, _READABLE) as file:
        file.write("".join(_lines(settings, state, code, now)).encode())


def _lines(settings: RunSettings, state: RunState, code: int, now: datetime) -> Iterator[str]:
    at = now.timestamp()
    dues = [due.timestamp() for _, due in waiting(state)]
    until = state.until
    sources = [(source.name, state.source(source.name)) for source in settings.sources]
    outputs = [(output, state.output(output.name)) for output in settings.outputs]
    checked = [(output.name, one) for output, one in outputs if output.check is not None]
    values: dict[str, list[tuple[str, float]]] = {
        "run_end_seconds": [("", at)],
        "exit_code": [("", code)],
        "rules": [("", state.rules)],
        "valid_until_seconds": [("", until.timestamp() if until else 0)],
        "source_age_seconds": [
            (f'{{source="{name}"}}', at - one.summary.changed)
            for name, one in sources
            if one.summary.changed
        ],
        "held": [(f'{{source="{name}"}}', len(one.held)) for name, one in sources],
        "output_verified": [
            (f'{{output="{name}"}}', not (one.pending or one.failure)) for name, one in checked
        ],
        "serving_seconds": [
            (f'{{output="{name}"}}', one.seconds) for name, one in checked if one.seconds >= 0
        ],
        "next_deadline_seconds": [("", min((due for due in dues if due > at), default=0))],
        "overdue_orders": [("", sum(due <= at for due in dues))],
    }
    for name, series in values.items():
        yield f"# HELP blocklist_{name} {_HELP[name]}\n# TYPE blocklist_{name} gauge\n"
        for labels, value in series:
            yield f"blocklist_{name}{labels} {float(value):.15g}\n"
