"""IMAGE INTAKE: an edge takes an image that was compiled elsewhere, and judges it as an edition."""

from __future__ import annotations

from datetime import datetime

from ..changes.editions import check_edition
from ..errors import BlocklistError, EditionRejectedError, ImageError
from ..image.container import Image
from ..image.contents import Contents
from .intake import Taken, digests_of
from .runsettings import SourceSettings
from .sightings import SourceSighting
from .sourcestate import AcceptedFile, HeldEdition, SourceState
from .store import Store
from .tokens import token_of

_NO_LIMIT = 1 << 62


def take_image(
    source: SourceSettings,
    state: SourceState,
    sighting: SourceSighting,
    store: Store,
    at: datetime,
    confirm: str = "",
) -> tuple[Taken, Image]:
    """Read and judge the image of an edge.

    Raises:
        BlocklistError: there is no accepted image and no new one that can be used.
        OSError: of the store.
    """
    taken = Taken(source, state)
    state.failure = sighting.failure
    accepted = next(iter(state.files.accepted.values()), None)
    old = None if accepted is None else Image(store.object(accepted.sha256).read_bytes())
    path = source.base.name
    if not sighting.failure and not sighting.is_unsteady:
        found = digests_of(source, state, sighting, store)
        facts, digest = found.get(path, ((0, 0, 0, 0), ""))
        if digest and (accepted is None or digest != accepted.sha256):
            before, state.held = state.held, []
            new, held, changed = _judged(source, digest, store, old, at)
            if held is not None and confirm and held.token == confirm:
                taken.confirmed = True
                taken.events.append(("confirmed", {"source": source.name, "token": confirm}))
                held = None
            if held is None and new is not None:
                state.files.accepted = {path: AcceptedFile(digest, changed=facts[1] / 1e9)}
                taken.added, taken.lifted = changed
                event = {"source": source.name, "files": {path: digest}, "added": changed[0]}
                taken.events.append(("accepted", {**event, "lifted": changed[1]}))
                return taken, new
            if held is not None:
                same = next((one for one in before if one.files == held.files), None)
                held.since = same.since if same else held.since
                state.held = [held]
        elif digest:
            state.held = []
    if old is None:
        reasons = "; ".join(reason for held in state.held for reason in held.reasons)
        raise BlocklistError(f"{source.base}: no image can be taken: {reasons or 'no file'}")
    return taken, old


def _judged(
    source: SourceSettings, digest: str, store: Store, old: Image | None, at: datetime
) -> tuple[Image | None, HeldEdition | None, tuple[int, int]]:
    """Return the image, how it is held if it is, and how many rules are new and gone."""
    files, since = {source.base.name: digest}, at.isoformat()
    try:
        new = Image(store.object(digest).read_bytes())
        contents = Contents(new)
        contents.read_all()
        rules = len(contents)
        if old is None:
            return new, None, (rules, 0)
        found = check_edition(
            new, old, max_drop=source.max_drop, max_growth=source.max_growth,
            max_protected=_NO_LIMIT, at=at,
        )  # fmt: skip
    except ImageError as error:
        return None, HeldEdition("", [f"{source.base}: {error.reason}"], files, since=since), (0, 0)
    except EditionRejectedError as error:
        reasons = list(error.report.violations)
        basis = "" if old is None else old.content_digest
        token = token_of(source.name, files, reasons, basis)
        return new, HeldEdition(token, reasons, files, since=since), (0, 0)
    lifted = sum(len(change.removed) + len(change.lifted) for change in found.changes)
    return new, None, (sum(len(change.added) for change in found.changes), lifted)
