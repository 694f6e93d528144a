"""EVIDENCE CHANGES: what an earlier probe found otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..model.wording import plural
from .evidencesummary import ProbeSummary
from .judging import Verdict


class EvidenceChange(NamedTuple):
    """One thing that is no longer as it was; ``is_worse`` if an order is enforced less."""

    resolver: str
    text: str
    is_worse: bool = False


def changes_since(
    before: Sequence[ProbeSummary], now: Sequence[ProbeSummary]
) -> list[EvidenceChange]:
    """Return what changed, by resolver; confidential orders are counted and never named."""
    return [
        EvidenceChange(probe.resolver, text, is_worse)
        for probe, earlier in _pairs(before, now)
        for text, is_worse in _changes(earlier, probe)
    ] + [
        EvidenceChange(earlier.resolver, "not probed this time")
        for earlier in before
        if len(before) + len(now) > 2 and all(p.resolver != earlier.resolver for p in now)
    ]


def _pairs(
    before: Sequence[ProbeSummary], now: Sequence[ProbeSummary]
) -> Iterator[tuple[ProbeSummary, ProbeSummary | None]]:
    if len(before) == len(now) == 1:  # the same one at another address, or one beside another
        yield now[0], before[0]
        return
    known = {probe.resolver: probe for probe in before}
    for probe in now:
        yield probe, known.get(probe.resolver)


def _changes(before: ProbeSummary | None, now: ProbeSummary) -> Iterator[tuple[str, bool]]:
    if before is None:
        yield "not probed before", False
        return
    if before.resolver != now.resolver:
        yield f"another resolver: {before.resolver} before", False
    if before.start.get("image") != now.start.get("image"):
        yield "another image", False
    if now.failure and not before.failure:
        yield f"no verdict now: {now.failure}", True
        return
    if before.failure:
        yield "no verdict, now and before" if now.failure else "no verdict before", False
        return
    yield from _orders(before, now)
    if before.secret != now.secret:
        said = f"confidential orders: {_counts(now.secret)}; before: {_counts(before.secret)}"
        yield said, now.secret[Verdict.ENFORCED] < before.secret[Verdict.ENFORCED]
    if before.overblocked_count != now.overblocked_count:
        names = plural(now.overblocked_count, "name is", "names are")
        yield (
            f"{names} blocked without an order; before: {before.overblocked_count:,}",
            now.overblocked_count > before.overblocked_count,
        )


def _orders(before: ProbeSummary, now: ProbeSummary) -> Iterator[tuple[str, bool]]:
    for id_, order in now.orders.items():
        earlier = before.orders.get(id_)
        if earlier is None:
            yield f"{id_}: {order.verdict}; not probed before", False
        elif earlier.verdict is not order.verdict:
            is_worse = earlier.verdict is Verdict.ENFORCED or (
                order.verdict is Verdict.NOT_ENFORCED and earlier.verdict is Verdict.PARTLY
            )
            yield f"{id_}: {order.verdict}; before: {earlier.verdict}", is_worse
    for id_, earlier in before.orders.items():
        if id_ not in now.orders:
            yield f"{id_}: not probed this time; before: {earlier.verdict}", False


def _counts(verdicts: Counter[Verdict]) -> str:
    parts = [f"{verdicts[one]:,} {one}" for one in Verdict if verdicts[one]]
    return ", ".join(parts) or "none"
