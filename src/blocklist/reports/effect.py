"""EFFECT: whether and when an order was given effect, for the authority (DSA article 9(1))."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from ..answers.disclosure import CONFIDENTIAL, describe, fit, tellable
from ..answers.orderdates import deadline, said
from ..model.orders import Moment, Order, Term
from ..model.wording import plural
from .ordertimes import ReportedOrder, ServedTimes, iso
from .targetcheck import TargetCheck

_OTHERS = (
    "Not covered: caches of clients until they expire, resolvers and proxies of others, and names "
    "asked over encrypted DNS elsewhere."
)
_CLOCK = "Times are those of the clock of the machine that recorded them."
NOT_COVERED = (_OTHERS, _CLOCK)
NO_PROOF = "The operator can change this record: it is a statement, and no proof."


def effect_data(
    one: ReportedOrder, targets: TargetCheck, now: datetime, *, confidential: bool = False
) -> dict[str, Any]:
    """Return the report as plain data.

    Args:
        one: the order with its times.
        targets: what became of its targets.
        now: the time of the report.
        confidential: whether what a confidential order says is told.
    """
    order, times = one
    told = bool(tellable([order], confidential=confidential))
    taken = one.time_to_effect
    return {
        "order": fit(order.id),
        "description": describe(order, confidential=confidential),
        "made": now.isoformat(timespec="seconds"),
        "state": order.state(now).value,
        "notified": iso(order.notified),
        "accepted": iso(times.accepted),
        "acknowledged": iso(order.acknowledged),
        "deadline": iso(order.due),
        "in_force_since": iso(times.in_force),
        "effect": iso(one.effect),
        "effect_by": _basis(one),
        "seconds_to_effect": None if taken is None else taken // timedelta(seconds=1),
        "in_time": _in_time(one, now),
        "served": [_served(served, told=told) for served in times.outputs],
        "targets": {
            "enforced": len(targets.enforced),
            "not_enforced": len(targets.lacking),
            "not_asked": len(targets.unknown),
            "refused": len(targets.refused),
            "reasons": dict(Counter(one.code for one in targets.refused)),
            "which": [fit(target.text) for target in targets.lacking] if told else CONFIDENTIAL,
        },
        "images": list(times.images),
        "record": times.record or None,
        "uncertain": [*map(fit, times.doubts), *_unasked(targets)],
        "proof": times.proof or NO_PROOF,
        "not_covered": list(NOT_COVERED),
    }


def _served(served: ServedTimes, *, told: bool) -> dict[str, Any]:
    """Return when an output served, as plain data; a failure may quote names."""
    return {
        "output": served.output,
        "first": iso(served.first),
        "reloaded_unchecked": iso(served.unchecked) if served.first is None else None,
        "came_later": not served.counts,
        "not_served": [
            {
                "from": gap.start.isoformat(),
                "until": iso(gap.end),
                "why": fit(gap.why) if told else CONFIDENTIAL,
            }
            for gap in served.gaps
        ],
    }


def effect_lines(data: dict[str, Any]) -> Iterator[str]:
    """Yield the report as lines for a person."""
    yield f"Order {data['order']}: {data['description']}"
    yield f"Report of {data['made']}. State: {data['state']}."
    yield _verdict_line(data)
    for name, word in (
        ("notified", "notified"), ("accepted", "accepted by the desk"),
        ("acknowledged", "receipt acknowledged to the authority"), ("deadline", "deadline"),
        ("in_force_since", "in force (first image that holds it)"),
    ):  # fmt: skip
        if data[name]:
            yield f"  {word}: {data[name]}"
    yield from served_lines(data["served"])
    counts = data["targets"]
    yield (
        f"  targets: {counts['enforced']:,} enforced, {counts['not_enforced']:,} not enforced, "
        f"{counts['not_asked']:,} not asked, {counts['refused']:,} refused"
    )
    for code, count in counts["reasons"].items():
        yield f"    refused as {code}: {count:,}"
    if counts["not_enforced"]:
        which = counts["which"] if isinstance(counts["which"], str) else ", ".join(counts["which"])
        yield f"    not enforced (a guard refused it, or an exception covers it): {which}"
    if data["images"]:
        yield f"  first image: {data['images'][0]}"
    for doubt in data["uncertain"]:
        yield f"  uncertain: {doubt}"
    yield f"  {data['proof']}"
    yield from (f"  {sentence}" for sentence in data["not_covered"])


def served_lines(served: list[dict[str, Any]]) -> Iterator[str]:
    """Yield when each output served, as lines."""
    for one in served:
        later = " (came into use later)" if one["came_later"] else ""
        first = one["first"] or "not seen"
        if one["reloaded_unchecked"]:
            first = f"reloaded {one['reloaded_unchecked']}, not checked"
        yield f"  served by {one['output']}: {first}{later}"
        for gap in one["not_served"]:
            yield f"    not served from {gap['from']} until {gap['until'] or 'now'}: {gap['why']}"


def deadline_said(order: Order) -> str:
    """Return the deadline and how it was computed."""
    if order.deadline is None:
        return "none is stated"
    if order.due is None:
        return f"{order.deadline}: that date of the order is not stated, so there is no deadline"
    zone = order.timezone or order.jurisdiction or "UTC"
    rule = ""
    if isinstance(order.deadline, Term):
        start: Moment = getattr(order, order.deadline.start)
        how = (
            "days are counted without the day they run from, and end with the last day"
            if order.deadline.unit == "day"
            else "exact"
        )
        rule = f"; {order.deadline} ({said(start)}), {how}, in the time zone of {zone}"
    return f"{deadline(order)} (until {order.due.isoformat()}{rule})"


def _verdict_line(data: dict[str, Any]) -> str:
    if data["effect"] is None:
        first = [one["first"] for one in data["served"] if one["first"]]
        if first:
            of = plural(len(data["served"]), "output")
            return f"Effect: in part. Seen to be served by {len(first):,} of {of}."
        return "Effect: not seen by the record."
    late = {True: ", in time", False: ", after the deadline", None: ""}[data["in_time"]]
    return f"Effect: given on {data['effect']} ({data['effect_by']}){late}."


def _basis(one: ReportedOrder) -> str | None:
    if one.effect is None:
        return None
    if one.times.served_everywhere is None:
        return "the operator's own statement (complied)"
    return "seen to be served by the last of the outputs that are checked"


def _in_time(one: ReportedOrder, now: datetime) -> bool | None:
    due = one.order.due
    if due is None or (one.effect is None and now < due):
        return None
    return one.effect is not None and one.effect <= due


def _unasked(targets: TargetCheck) -> list[str]:
    if not targets.unknown:
        return []
    return [f"{plural(len(targets.unknown), 'target')} not asked: no image, or a pattern"]
