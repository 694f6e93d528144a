"""SHIELD LINES: what to answer the Piracy Shield platform for each item, as JSON lines.

Known from published source of the platform; the live interface may differ. Nothing is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from ..answers.disclosure import CONFIDENTIAL, tellable
from ..model.orders import Order
from ..model.targets import Target
from ..model.wording import plural
from .ordertimes import ReportedOrder, iso
from .targetcheck import TargetCheck

FORMAT = "piracy-shield"
PROCESSED, UNPROCESSED, OPEN = "processed", "unprocessed", "open"
REASONS = ("ALREADY_BLOCKED", "UNDEFINED", "UNKNOWN")
DUTY, ANSWER = timedelta(minutes=30), timedelta(hours=48)
UNCERTAIN = (
    "the interface is known from published source; the live one may differ",
    "the time counts from the ticket's own date, where no notification is stated",
    "removals after 24 hours are not visible in tickets: compare with the full list as well",
)
_Served = dict[tuple[str, str], list[tuple[datetime, str]]]
_NOT_YET = "not seen to be served everywhere: no verdict yet"
_NOT_ASKED = "no image was compared: whether this item is blocked is not known"
_LACKING = "the image does not block it: a guard refused it, or an exception covers it"


def shield_lines(
    reported: Iterable[tuple[ReportedOrder, TargetCheck]],
    now: datetime,
    *,
    confidential: bool = False,
) -> Iterator[dict[str, Any]]:
    """Yield a line of what is uncertain, then one for each item.

    Args:
        reported: orders, with what became of their targets; others than the platform's are left.
        now: the time of the report.
        confidential: whether values are told; the platform wants them.
    """
    these = [one for one in reported if one[0].order.source.format == FORMAT]
    doubts = list(dict.fromkeys(doubt for one, _ in these for doubt in one.times.doubts))
    yield {
        "report": FORMAT, "made": now.isoformat(timespec="seconds"),
        "uncertain": [*UNCERTAIN, *doubts],
    }  # fmt: skip
    served = _served_since(these)
    for one, targets in these:
        told = bool(tellable([one.order], confidential=confidential))
        verdicts = {id(target): PROCESSED for target in targets.enforced}
        verdicts |= {id(target): UNPROCESSED for target in targets.lacking}
        for target in (*targets.enforced, *targets.lacking, *targets.unknown):
            line = _line(one, target.raw, now, told=told)
            yield line | _verdict(one, target, verdicts.get(id(target), OPEN), served)
        for refused in targets.refused:
            said = refused.reason if told else f"refused as {refused.code}"
            yield _line(one, refused.text, now, told=told) | {
                "verdict": UNPROCESSED, "reason": "UNDEFINED", "note": said,
            }  # fmt: skip


def _served_since(these: Iterable[tuple[ReportedOrder, TargetCheck]]) -> _Served:
    """Return for each target on which orders it is served, and since when."""
    found: _Served = {}
    for one, targets in these:
        effect = one.times.served_everywhere
        if effect is not None:
            for target in targets.enforced:
                since = found.setdefault((target.kind.value, target.value), [])
                since.append((effect, one.order.id))
    return found


def received_at(order: Order) -> datetime | None:
    """Return the instant from which the platform's times run."""
    moment = order.notified or order.issued
    return None if moment is None else order.start_of(moment)


def _line(one: ReportedOrder, value: str, now: datetime, *, told: bool) -> dict[str, Any]:
    received, effect = received_at(one.order), one.times.served_everywhere
    in_time = None
    if received is not None and (effect is not None or now - received > DUTY):
        in_time = effect is not None and effect - received <= DUTY
    return {
        "ticket": one.order.number if told else CONFIDENTIAL,
        "order": one.order.id if told else CONFIDENTIAL,
        "value": value if told else CONFIDENTIAL,
        "verdict": OPEN,
        "received": iso(received),
        "served_everywhere": iso(effect),
        "in_time": in_time,
        "answer_by": iso(received + ANSWER) if received is not None else None,
        "image": one.times.images[0] if one.times.images else None,
        "entry": iso(one.times.in_force),
    }


def _verdict(
    one: ReportedOrder,
    target: Target,
    verdict: str,
    served: _Served,
) -> dict[str, Any]:
    """Return the verdict; in doubt it is open, since a wrong one misleads the authority."""
    effect = one.times.served_everywhere
    if verdict == UNPROCESSED:
        return {"verdict": UNPROCESSED, "reason": "UNKNOWN", "note": _LACKING}
    if verdict == OPEN:
        return {"verdict": OPEN, "note": _NOT_ASKED}
    if effect is None:
        return {"verdict": OPEN, "note": _NOT_YET}
    begun = one.times.accepted or one.times.in_force
    for since, order in served.get((target.kind.value, target.value), ()):
        if order != one.order.id and begun is not None and since < begun:
            note = f"served since {since.isoformat()} on an order before this one"
            return {"verdict": UNPROCESSED, "reason": "ALREADY_BLOCKED", "note": note}
    return {"verdict": PROCESSED, "timestamp": effect.isoformat()}


def summary_of(lines: Iterable[dict[str, Any]]) -> str:
    """Return how many items came off how."""
    counts = dict.fromkeys((PROCESSED, UNPROCESSED, OPEN), 0)
    for line in lines:
        if "verdict" in line:
            counts[line["verdict"]] += 1
    said = ", ".join(f"{count:,} {verdict}" for verdict, count in counts.items())
    return f"{plural(sum(counts.values()), 'item')}: {said}"
