"""IMAGE INTAKE: an edge takes an image that was compiled elsewhere, and judges it as an edition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ..changes.editions import check_edition
from ..errors import BlocklistError, EditionRejectedError, ImageError, SignatureError
from ..image.container import Image
from ..image.contents import Contents, refuse_other_kind
from ..signing.notepaths import note_paths
from .intake import Taken, digests_of
from .runsettings import SourceSettings
from .sightings import SourceSighting
from .sourcestate import AcceptedFile, Facts, HeldEdition, SourceState
from .store import Store
from .tokens import token_of

if TYPE_CHECKING:
    from ..signing.imagenote import ImageNote

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
    if not sighting.failure and not sighting.is_unsteady:
        found = digests_of(source, state, sighting, store)
        facts, digest = found.get(source.base.name, ((0, 0, 0, 0), ""))
        if digest:
            before, state.held = state.held, []
            came = _judged(source, state, found, store, old, at)
            if came.held is not None and confirm and came.held.token == confirm:
                taken.confirmed = True
                taken.events.append(("confirmed", {"source": source.name, "token": confirm}))
                came.held = None
            if came.held is not None:
                same = next((one for one in before if one.files == came.held.files), None)
                came.held.since = same.since if same else came.held.since
                state.held = [came.held]
            else:
                _take_note(state, came.note)
                if came.image is not None:
                    _accept(taken, came, AcceptedFile(digest, changed=facts[1] / 1e9))
                    return taken, came.image
    if old is None:
        reasons = "; ".join(reason for held in state.held for reason in held.reasons)
        raise BlocklistError(f"{source.base}: no image can be taken: {reasons or 'no file'}")
    return taken, old


@dataclass(slots=True)
class _Arrival:
    """What lies there now.

    Attributes:
        image: if it is another one than the accepted.
        held: why it is not taken.
        note: what was signed of it.
        added, lifted: how many rules are new and gone.
    """

    image: Image | None = None
    held: HeldEdition | None = None
    note: ImageNote | None = None
    added: int = 0
    lifted: int = 0


def _judged(
    source: SourceSettings,
    state: SourceState,
    found: dict[str, tuple[Facts, str]],
    store: Store,
    old: Image | None,
    at: datetime,
) -> _Arrival:
    """Judge what lies there: whether it is signed, and what it changes."""
    name = source.base.name
    digest = found[name][1]
    accepted = state.files.accepted.get(name)
    is_new = accepted is None or digest != accepted.sha256
    files, came = {name: digest}, _Arrival()
    try:
        came.note = _note(source, state, found, store, at if is_new else None)
        if not is_new:
            return came
        came.image = new = Image(store.object(digest).read_bytes())
        contents = Contents(new)
        contents.read_all()
        refuse_other_kind(contents, shadow=False)
        if old is None:
            came.added = len(contents)
            return came
        report = check_edition(
            new, old, max_drop=source.max_drop, max_growth=source.max_growth,
            max_protected=_NO_LIMIT, at=at,
        )  # fmt: skip
    except (ImageError, SignatureError) as error:
        reasons = [f"{source.base}: {error.reason}"]
        return _Arrival(held=HeldEdition("", reasons, files, since=at.isoformat()))
    except EditionRejectedError as error:
        reasons = list(error.report.violations)
        basis = "" if old is None else old.content_digest
        token = token_of(source.name, files, reasons, basis)
        came.held = HeldEdition(token, reasons, files, since=at.isoformat())
        return came
    came.added = sum(len(change.added) for change in report.changes)
    came.lifted = sum(len(change.removed) + len(change.lifted) for change in report.changes)
    return came


def _note(
    source: SourceSettings,
    state: SourceState,
    found: dict[str, tuple[Facts, str]],
    store: Store,
    now: datetime | None,
) -> ImageNote | None:
    """Return the note of an image that must be signed; ``now`` is there if the image is new.

    Then it must not be too old, either. One that was taken stays as it grows old.

    Raises:
        SignatureError: none of the keys signed it, it was changed, or is too old.
        BlocklistError: the extra ``sign`` is not installed.
    """
    if not source.signed_by:
        return None
    from ..image.layout import VERSION
    from ..signing.imagenote import ImageNote
    from ..signing.notekeys import origin_keys
    from ..signing.signedimage import note_of

    keys = origin_keys(source.signed_by)
    digests = [found[name][1] for name in note_paths(source.base.name) if name in found]
    notes = [store.object(digest).read_bytes() for digest in digests if digest]
    octets = store.object(found[source.base.name][1]).read_bytes()
    note = note_of(octets, notes, keys, version=VERSION)
    last = ImageNote.parse(state.note) if state.note else None
    if last is not None and last.origin != note.origin:
        last = None  # another publisher has other serials
    if now is not None:
        note.check_use(now, last)
    return last if last is not None and now is None and last.serial > note.serial else note


def _take_note(state: SourceState, note: ImageNote | None) -> None:
    state.note = "" if note is None else note.text()
    state.signed_until = "" if note is None else note.valid_until.isoformat()


def _accept(taken: Taken, came: _Arrival, file: AcceptedFile) -> None:
    """Note that an image takes the place of the accepted one."""
    source = taken.source
    taken.state.files.accepted = {source.base.name: file}
    taken.added, taken.lifted = came.added, came.lifted
    serial = {} if came.note is None else {"serial": came.note.serial}
    event = {"source": source.name, "files": {source.base.name: file.sha256}, **serial}
    taken.events.append(("accepted", {**event, "added": came.added, "lifted": came.lifted}))
