"""QUIET: whether a cycle has nothing to do, found out without reading a source or an image."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from .outputfile import is_outdated, is_touched
from .runsettings import OutputSettings, RunSettings
from .sightings import SourceSighting
from .sourcestate import sight_of
from .state import RunState


def config_key(settings: RunSettings) -> str:
    """Return a digest of the file and of the facts of the files that it names."""
    facts = [[str(path), *_facts(path)] for path in sorted(set(_named_files(settings)))]
    return hashlib.sha256(json.dumps([settings.digest, facts]).encode()).hexdigest()


def is_quiet(
    settings: RunSettings, state: RunState, sightings: Mapping[str, SourceSighting], now: datetime
) -> bool:
    """Whether nothing is to be done: no file, setting, order or output has changed."""
    until = None if settings.is_edge else state.until
    return (
        bool(state.image)
        and state.config == config_key(settings)
        and (until is None or until > now)
        and set(state.sources) == {source.name for source in settings.sources}
        and set(state.outputs) == {output.name for output in settings.outputs}
        and all(_is_seen(state, name, sighting) for name, sighting in sightings.items())
        and all(_is_served(output, state, now) for output in settings.outputs)
    )


def _is_seen(state: RunState, name: str, sighting: SourceSighting) -> bool:
    if sighting.is_unsteady:
        return True  # its source keeps the accepted edition until it is written
    known = state.source(name)
    return known.failure == sighting.failure and known.summary.sight == sight_of(sighting.files)


def _is_served(output: OutputSettings, state: RunState, now: datetime) -> bool:
    known = state.output(output.name)
    return (
        not known.pending
        and not known.failure
        and not is_outdated(output, known, state.content_of(output), now)
        and not is_touched(known)
    )


def _named_files(settings: RunSettings) -> Iterator[Path]:
    guards = settings.guards
    if isinstance(guards.critical, Path):
        yield guards.critical
    if guards.popular is not None:
        yield guards.popular.file
    if settings.collateral is not None:
        yield settings.collateral.month
        if settings.collateral.networks is not None:
            yield settings.collateral.networks
    for source in settings.sources:
        if "mapping" in source.options:
            yield source.options["mapping"]


def _facts(path: Path) -> tuple[int, ...]:
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_size, found.st_mtime_ns, found.st_ino
