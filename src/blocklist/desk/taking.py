"""TAKING: the steps that read, judge, hold and compile, over all sources."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from ..errors import BlocklistError
from ..image.contents import Contents
from ..model.wording import plural
from .assembly import Assembly, assemble
from .emptiness import Emptiness, kept_image
from .imagechange import change_of, upcoming
from .imageintake import take_image
from .intake import Taken, take_in
from .judgement import Guarding
from .runrequest import RunRequest
from .runsettings import RunSettings
from .sightings import SourceSighting
from .state import Pin, RunState
from .store import Store

_FEW = 10


def take_all(
    settings: RunSettings,
    state: RunState,
    sightings: Mapping[str, SourceSighting],
    store: Store,
    at: datetime,
    confirm: str,
) -> tuple[list[Taken], Assembly]:
    """Take in every source, and compile what is accepted.

    Raises:
        BlocklistError: nothing can be compiled, or no held edition has the token.
        OSError: of the store.
    """
    emptiness = Emptiness(settings, state, store, at)
    state.sources = {source.name: state.source(source.name) for source in settings.sources}
    state.outputs = {output.name: state.output(output.name) for output in settings.outputs}
    guarding = Guarding(settings, state.permits, at)
    takens: list[Taken] = []
    for source in settings.sources:
        known, sighting = state.source(source.name), sightings[source.name]
        if source.image:
            taken, image = take_image(source, known, sighting, store, at, confirm)
            assembly = Assembly(image)
        else:
            taken = take_in(source, known, sighting, store, guarding, confirm)
        state.permits += [one for one in taken.permits if one not in state.permits]
        takens.append(taken)
    state.month_failure = guarding.month.failure
    if confirm and not any(taken.confirmed for taken in takens):
        raise BlocklistError(
            f"no held edition has the token {confirm}; its file, its reasons or what is in force "
            "of its source have changed: blocklist run --dry-run shows what is held now"
        )
    if not settings.is_edge:
        assembly = assemble(
            takens, guarding, lambda orders: emptiness.is_explained(orders, state.sources)
        )
    return takens, assembly


def decide_pin(state: RunState, store: Store, request: RunRequest, at: datetime) -> None:
    """Pin the image that is to be put back, or end that.

    Raises:
        BlocklistError: it is not one of those that are kept.
    """
    if request.unpin:
        state.pin = None
    if request.to:
        found = [digest for digest in store.images() if digest.startswith(request.to)]
        if len(found) != 1:
            kept = ", ".join(digest[:12] for digest in store.images())
            raise BlocklistError(
                f"--to {request.to} fits {plural(len(found), 'kept image')}; choose from: {kept}"
            )
        state.pin = Pin(found[0], request.reason, at.isoformat())


def note_image(
    settings: RunSettings,
    state: RunState,
    store: Store,
    assembly: Assembly,
    at: datetime,
    facts: dict[str, Any],
) -> None:
    """Note the images in the state, and in ``facts`` what changes where they are served."""
    image, contents = assembly.image, Contents(assembly.image)
    before = kept_image(store, state.written)
    pinned = None if state.pin is None else store.image(state.pin.image)
    served = image if pinned is None else pinned
    change = change_of(before, served, Guarding(settings, state.permits, at), _FEW)
    is_new = image.digest != state.image
    state.image, state.content = image.digest, image.content_digest
    state.written, state.written_content = served.digest, served.content_digest
    state.valid_until = contents.valid_until.isoformat() if contents.valid_until else ""
    state.rules = len(Contents(served))
    state.upcoming = upcoming(assembly.orders or contents.orders, at)
    state.unserved += [due for due in change.dues if due not in state.unserved]
    if image.report is not None:
        faults = [one for one in image.report.rejected if not one.is_withdrawal]
        state.refused, state.rejected = len(faults), list(map(str, faults[:_FEW]))
    facts["image"] = {
        "is_new": is_new,
        "added": change.added,
        "removed": change.removed,
        "hidden": change.hidden,
        "popular": list(change.popular),
        "lost": list(change.lost) if state.pin is not None else [],
    }
    facts["names"] = change.names
    _note_shadow(settings, state, assembly)


def _note_shadow(settings: RunSettings, state: RunState, assembly: Assembly) -> None:
    """Note the image of the shadow orders, if an output is to hold it."""
    state.shadows, state.shadow_content = len(assembly.tried), ""
    if not any(output.shadow for output in settings.outputs):
        return
    with suppress(BlocklistError):  # said where it is written; all else is enforced meanwhile
        image = assembly.shadow.image
        state.shadow_content = image.content_digest
        until = min(filter(None, [state.until, Contents(image).valid_until]), default=None)
        state.valid_until = until.isoformat() if until else ""
