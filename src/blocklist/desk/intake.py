"""INTAKE: what each source brings is read, judged, and accepted or held; steps 4 to 6 of a cycle.

Each source stands by itself, and in it each part: what is held keeps nothing else waiting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from ..answers.disclosure import tellable
from ..errors import BlocklistError
from ..model.orders import Order
from ..model.shadows import enforced
from .acceptedorders import UNREADABLE, orders_in, read_accepted
from .deliveries import Part, candidates, name_keys, parts_of, that_count
from .judgement import Guarding, Judgement, judge, missing
from .maildir import message_of, messages, unchecked
from .readings import SourceReading, read_files
from .runsettings import NEWEST, SourceSettings
from .sightings import SourceSighting, facts_of, root_of
from .sourcestate import AcceptedFile, Facts, HeldEdition, SourceState
from .store import Store
from .tokens import token_of


@dataclass(slots=True)
class Taken:
    """What came of one source.

    Attributes:
        source: its settings.
        state: as it is to be recorded.
        orders: of the accepted editions.
        by_part: the orders of each part that was accepted now, and those that it replaces.
        added, lifted: rules that its new editions change.
        events: what to record: event and facts.
        permits: targets that a confirmation lets through the guards.
        confirmed: whether the token was for it.
    """

    source: SourceSettings
    state: SourceState
    orders: list[Order] = field(default_factory=list)
    by_part: list[tuple[Part, list[Order], list[Order]]] = field(default_factory=list)
    added: int = 0
    lifted: int = 0
    events: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    permits: list[str] = field(default_factory=list)
    confirmed: bool = False


def take_in(
    source: SourceSettings,
    state: SourceState,
    sighting: SourceSighting,
    store: Store,
    guarding: Guarding,
    confirm: str = "",
) -> Taken:
    """Read and judge one source.

    Args:
        source: its settings.
        state: what is known of it; changed to what is to be recorded.
        sighting: its files.
        store: where octets are kept.
        guarding: how orders are compiled to be compared.
        confirm: the token of the held edition that is to be accepted.

    Raises:
        BlocklistError: an accepted edition cannot be read any more.
        OSError: of the store.
    """
    taken = Taken(source, state)
    state.failure = sighting.failure
    if sighting.failure or sighting.is_unsteady:
        taken.orders = orders_in(read_accepted(store, source, state.files.accepted))
        return taken
    seen = digests_of(source, state, sighting, store)
    if sighting.is_unsteady:
        taken.orders = orders_in(read_accepted(store, source, state.files.accepted))
        return taken
    found = candidates(source, seen, sighting.controls)
    ids: dict[str, str] = {}
    if source.maildir:
        found, ids, state.others = messages(source, found, store)
    unread = {path for path, file in found.items() if "" in (file.sha256, *file.aux.values())}
    found, reading = _read(store, source, found, unread)
    unread &= found.keys()
    for path in unread:
        reading.failures[path] = [f"{root_of(source) / path}: cannot be read"]
    if "" in reading.failures:  # of no file in particular, so of all
        for path in found:
            reading.failures[path] = reading.failures[""]
    name_keys(source, found, reading, ids)
    parts = parts_of(that_count(source, found, reading), state.files.accepted, reading)
    _decide(taken, parts, reading, store, guarding, confirm)
    return taken


def _read(
    store: Store, source: SourceSettings, found: dict[str, AcceptedFile], unread: set[str]
) -> tuple[dict[str, AcceptedFile], SourceReading]:
    """Read the documents; of ``newest-file`` ones the newest.

    If that is a shadow edition, the newest enforced one counts as well: it is enforced as before.
    """
    if source.editions != NEWEST:
        readable = {path: file for path, file in found.items() if path not in unread}
        return found, read_files(store, source, readable)
    counting: dict[str, AcceptedFile] = {}
    reading = SourceReading()
    for path, file in found.items():
        one = SourceReading() if path in unread else read_files(store, source, {path: file})
        orders = one.orders.get(path, [])
        is_tried = bool(orders) and not enforced(orders)
        if not (is_tried and counting):  # of the shadow editions, too, the newest
            counting[path] = file
            reading.orders |= one.orders
            reading.failures |= one.failures
        if not is_tried:
            break
    return counting, reading


def _decide(
    taken: Taken, parts: Sequence[Part], reading: SourceReading, store: Store, guarding: Guarding,
    confirm: str,
) -> None:  # fmt: skip
    """Accept or hold each part; those that are new are judged together, and alone if need be."""
    source, state = taken.source, taken.state
    changed = [part for part in parts if not part.is_unchanged]
    old = read_files(store, source, {path: f for part in changed for path, f in part.old.items()})
    before, state.held = state.held, []
    for part in parts:
        if part.is_unchanged:
            taken.orders += reading.orders_of(part.new)
            _rename(state, part)
    known = {tuple(sorted(held.files.items())) for held in before}
    fresh = [part for part in changed if _is_readable(part) and _files(part) not in known]
    if len(fresh) > 1:
        together = _judged(source, fresh, reading, old, guarding)
        if not together.reasons:
            _accept(taken, fresh, reading, old, together)
            changed = [part for part in changed if part not in fresh]
    for part in changed:
        verdict = _judged(source, [part], reading, old, guarding)
        held = _held(source, part, reading, verdict, before, guarding.at)
        if confirm and held.token == confirm:
            taken.confirmed = True
            taken.permits += held.permits
            taken.events.append(("confirmed", {"source": source.name, **_facts(held)}))
        elif held.reasons:
            _keep(taken, part, old)
            state.held.append(held)
            if held not in before:
                taken.events.append(("held", {"source": source.name, **_facts(held)}))
            continue
        _accept(taken, [part], reading, old, verdict)


def _accept(
    taken: Taken,
    parts: Sequence[Part],
    reading: SourceReading,
    old: SourceReading,
    verdict: Judgement,
) -> None:
    files: dict[str, str] = {}
    for part in parts:
        _rename(taken.state, part)
        files |= {path: file.sha256 for path, file in part.new.items()}
        orders = reading.orders_of(part.new)
        taken.orders += orders
        taken.by_part.append((part, orders, old.orders_of(part.old)))
    taken.added += verdict.added
    taken.lifted += verdict.lifted
    facts = {"files": files, "added": verdict.added, "lifted": verdict.lifted}
    taken.events.append(("accepted" if files else "ended", {"source": taken.source.name, **facts}))


def _rename(state: SourceState, part: Part) -> None:
    """Note the files that are there as those that are accepted."""
    for path in part.old:
        state.files.accepted.pop(path, None)
    state.files.accepted.update(part.new)


def _keep(taken: Taken, part: Part, old: SourceReading) -> None:
    """Keep the accepted edition of a part; without it, its blocks would be lifted in silence."""
    failures = [failure for path in part.old for failure in old.failures.get(path, ())]
    if failures:
        raise BlocklistError(f"{UNREADABLE}: {'; '.join(failures)}")
    taken.orders += old.orders_of(part.old)


def give_way(taken: Taken, order_id: str, reason: str, at: datetime) -> bool:
    """Hold the part accepted now that has an order, which cannot stand beside the others.

    Returns:
        Whether there is one; the orders of its accepted edition count again.
    """
    for part, new, old in taken.by_part:
        if all(order.id != order_id for order in enforced(new)):
            continue
        taken.by_part.remove((part, new, old))
        gone = set(map(id, new))
        taken.orders = [order for order in taken.orders if id(order) not in gone] + old
        for path in part.new:
            taken.state.files.accepted.pop(path, None)
        taken.state.files.accepted.update(part.old)
        files = dict(_files(part))
        held = HeldEdition("", [reason], files, since=at.isoformat(), dues=dues_of(new))
        taken.state.held.append(held)
        taken.events.append(("held", {"source": taken.source.name, **_facts(held)}))
        return True
    return False


def _judged(
    source: SourceSettings, parts: Sequence[Part], reading: SourceReading, old: SourceReading,
    guarding: Guarding,
) -> Judgement:  # fmt: skip
    """Judge parts, alone or together."""
    replaced = [order for part in parts for order in old.orders_of(part.old)]
    failures = tuple(failure for part in parts for failure in part.failures)
    if failures:
        return Judgement(failures)
    if not any(part.new for part in parts):
        return missing((path for part in parts for path in part.old), replaced, guarding)
    new = [order for part in parts for order in reading.orders_of(part.new)]
    verdict = judge(source, new, replaced, guarding)
    if source.editions == NEWEST and (older := _older(parts)):
        verdict = replace(verdict, reasons=(older, *verdict.reasons))
    if source.signature:
        files = {path: file for part in parts for path, file in part.new.items()}
        return replace(verdict, reasons=(unchecked(files), *verdict.reasons))
    return verdict


def _older(parts: Sequence[Part]) -> str:
    """Say that the newest file is older than the accepted one, which must then be gone."""
    for part in parts:
        newest = max(part.new, key=lambda path: part.new[path].changed)
        before = max((file.changed for file in part.old.values()), default=0)
        if part.new[newest].changed < before:
            return f"{newest} is older than {', '.join(part.old)}, which was accepted"
    return ""


def _held(
    source: SourceSettings, part: Part, reading: SourceReading, verdict: Judgement,
    before: Sequence[HeldEdition], at: datetime,
) -> HeldEdition:  # fmt: skip
    """Return a part as it is held, with no reasons if it is not."""
    files = dict(_files(part))
    # A message is the same wherever the mailbox has it, also after a person has read it.
    versions = {message_of(file) or path: file.version for path, file in part.new.items()}
    token = token_of(source.name, versions, verdict.reasons, verdict.basis)
    same = next((held for held in before if held.files == files and held.reasons), None)
    orders = reading.orders_of(part.new)
    return HeldEdition(
        "" if part.failures or not verdict.reasons else token,
        list(verdict.reasons),
        files,
        list(verdict.permits),
        same.since if same is not None else at.isoformat(),
        dues_of(orders),
    )


def dues_of(orders: Sequence[Order]) -> list[list[str]]:
    """Return id and deadline of the orders that have one; no id of a confidential one."""
    return [
        [order.id if tellable([order]) else "", due.isoformat()]
        for order in enforced(orders)
        if (due := _due(order)) is not None
    ]


def _due(order: Order) -> datetime | None:
    return order.due if order.complied is None else None


def _facts(held: HeldEdition) -> dict[str, object]:
    return {"token": held.token, "reasons": held.reasons, "files": held.files}


def _files(part: Part) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((path, file.sha256) for path, file in part.new.items()))


def _is_readable(part: Part) -> bool:
    return bool(part.new) and not part.failures


def digests_of(
    source: SourceSettings, state: SourceState, sighting: SourceSighting, store: Store
) -> dict[str, tuple[Facts, str]]:
    """Copy what is new into the store; return facts and digests.

    There is no digest of a file that cannot be read, and nothing of a source that is being written.
    """
    seen: dict[str, tuple[Facts, str]] = {}
    for path, facts in sighting.files.items():
        before = state.files.seen.get(path)
        if before is not None and before[:-1] == [*facts] and store.object(before[-1]).is_file():
            seen[path] = facts, before[-1]
            continue
        whole = root_of(source) / path
        try:
            octets = whole.read_bytes()
        except OSError:
            seen[path] = facts, ""
            continue
        if facts_of(whole) != facts:
            sighting.is_unsteady = True  # somebody writes it just now
        seen[path] = facts, store.put(octets)
    if sighting.is_unsteady:
        return {}  # what was known of them stays known
    state.files.seen = {path: [*facts, digest] for path, (facts, digest) in seen.items()}
    return seen
