"""PENALTY BUNDLE: what a dispute about a penalty needs, from one order and its record.

Days and amount are those of ``Order.days_overdue`` and ``Order.penalty_accrued``, as ``status``
shows them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from ..answers.disclosure import CONFIDENTIAL, fit, tellable
from ..model.orders import Order
from ..model.wording import plural
from .effect import deadline_said, effect_data, served_lines
from .ordertimes import ReportedOrder, iso
from .targetcheck import TargetCheck

CONFIRMING = ("held", "confirmed", "pinned", "unpinned")
GAPS_NOTE = (
    "Times in which it was not served afterwards stand below; they change neither days nor amount."
)
NO_CLOCK = "The record does not say whether the clock was right, unless it names a step above."


@dataclass(frozen=True, slots=True)
class ProbeFact:
    """What a probe found of the order.

    Attributes:
        file: name of the file of evidence.
        sha256: of it.
        resolver: who was asked.
        at: when the first query was sent.
        verdict: in words.
        faults: what is wrong with the file.
    """

    file: str
    sha256: str
    resolver: str
    at: str
    verdict: str
    faults: tuple[str, ...] = ()


def penalty_data(
    one: ReportedOrder,
    targets: TargetCheck,
    probes: Iterable[ProbeFact],
    now: datetime,
    *,
    confidential: bool = False,
) -> dict[str, Any]:
    """Return the bundle as plain data; arguments as of ``effect_data``."""
    order, times = one
    told = bool(tellable([order], confidential=confidential))
    data = effect_data(one, targets, now, confidential=confidential)
    entries = [
        {"at": entry.at.isoformat(), "event": entry.event, "user": entry.user,
         "text": fit(entry.text) if told else CONFIDENTIAL}
        for entry in times.entries
    ]  # fmt: skip
    return data | {
        "received": {
            "notified": data["notified"],
            "accepted": data["accepted"],
            "by": fit(order.received_at) if told else CONFIDENTIAL,
            "source": fit(order.source.path) if told else CONFIDENTIAL,
            "sha256": order.source.sha256,
        },
        "deadline_said": deadline_said(order) if told else data["deadline"],
        "penalty": _penalty(order, now, told=told),
        "with_the_record": _by_record(one, now, told=told),
        "served_first": iso(times.first_served),
        "served_everywhere": iso(times.served_everywhere),
        "entries": entries,
        "confirmed": [entry for entry in entries if entry["event"] in CONFIRMING],
        "probes": [asdict(probe) for probe in probes],
        "clock": NO_CLOCK,
    }


def _penalty(order: Order, at: datetime, *, told: bool) -> dict[str, Any]:
    amount = order.penalty_accrued(at)
    stated = order.penalty
    return {
        "stated": str(stated) if stated and told else CONFIDENTIAL if stated else None,
        "days": order.days_overdue(at),
        "amount": str(amount) if amount is not None and told else None,
        "currency": stated.currency if stated and told else None,
        "complied": iso(order.complied),
    }


def _by_record(one: ReportedOrder, at: datetime, *, told: bool) -> dict[str, Any] | None:
    """Return days and amount if the order counted as complied with when it was served."""
    served = one.times.served_everywhere
    if served is None:
        return None
    return _penalty(replace(one.order, complied=served), at, told=told)


def penalty_lines(data: dict[str, Any]) -> Iterator[str]:
    """Yield the bundle as lines for a person."""
    yield f"Penalty of order {data['order']}: {data['description']}"
    yield f"Report of {data['made']}. State: {data['state']}."
    received = data["received"]
    yield "Received"
    yield f"  notified: {received['notified'] or 'not stated'}"
    yield f"  accepted by the desk: {received['accepted'] or 'not recorded'}"
    file, digest = (received[name] or "not known" for name in ("source", "sha256"))
    yield f"  file: {file}, SHA-256 {digest}"
    if received["by"]:
        yield f"  at: {received['by']}"
    yield f"Deadline: {data['deadline_said'] or 'none is stated'}"
    yield from _money(data)
    yield "Served"
    yield f"  first: {data['served_first'] or 'not seen'}"
    yield f"  on the last of the outputs: {data['served_everywhere'] or 'not seen'}"
    yield from served_lines(data["served"])
    counts = data["targets"]
    yield f"  targets not enforced: {counts['not_enforced']:,}, refused: {counts['refused']:,}"
    yield "Confirmed by"
    for entry in data["confirmed"]:
        yield f"  {entry['at']} {entry['event']} by {entry['user']}: {entry['text']}"
    if not data["confirmed"]:
        yield "  the record names no person who confirmed anything"
    yield "Probes"
    for probe in data["probes"]:
        faults = "".join(f"; NOT whole: {fault}" for fault in probe["faults"])
        yield f"  {probe['at']} {probe['resolver']}: {probe['verdict']} ({probe['file']}){faults}"
    if not data["probes"]:
        yield "  no evidence was given (--evidence FILE)"
    yield "Record"
    for entry in data["entries"]:
        yield f"  {entry['at']} {entry['event']} by {entry['user']}: {entry['text']}"
    yield "What the record does not cover, and what is uncertain"
    for sentence in (data["clock"], data["proof"], *data["uncertain"], *data["not_covered"]):
        yield f"  {sentence}"


def _money(data: dict[str, Any]) -> Iterator[str]:
    penalty, record = data["penalty"], data["with_the_record"]
    until = f"until {penalty['complied']} (complied)" if penalty["complied"] else "until now"
    yield f"Penalty: {penalty['stated'] or 'none is stated'}"
    yield f"  {until}: {_sum(penalty)}"
    if record is not None and not penalty["complied"]:
        yield f"  until it was served everywhere ({record['complied']}): {_sum(record)}"
        yield "  the first line is what `status` shows: the order does not say complied"
    if any(one["not_served"] for one in data["served"]):
        yield f"  {GAPS_NOTE}"


def _sum(penalty: Mapping[str, Any]) -> str:
    days = f"{plural(penalty['days'], 'day')} overdue"
    if penalty["amount"] is not None:
        return f"{days}, {Decimal(penalty['amount']):,f} {penalty['currency']}"
    stated = penalty["stated"] not in (None, CONFIDENTIAL)
    return f"{days}; the penalty does not run by the day, and is not added up" if stated else days


def bundle_files(
    data: dict[str, Any], evidence: Iterable[tuple[str, bytes]], proofs: Mapping[str, bytes]
) -> dict[str, bytes]:
    """Return the files of a bundle by name, with a list of their checksums.

    Args:
        data: of ``penalty_data``.
        evidence: name and octets of each file of evidence; two folders may use the same name.
        proofs: files of the record by name, as they are.
    """
    files = {
        "report.txt": "".join(f"{line}\n" for line in penalty_lines(data)).encode(),
        "report.json": f"{json.dumps(data, ensure_ascii=False, indent=2)}\n".encode(),
        "record.jsonl": "".join(
            f"{json.dumps(entry, ensure_ascii=False)}\n" for entry in data["entries"]
        ).encode(),
        **{f"evidence-{number}-{name}": octets
           for number, (name, octets) in enumerate(evidence, 1)},
        **proofs,
    }  # fmt: skip
    sums = "".join(
        f"{hashlib.sha256(octets).hexdigest()}  {name}\n" for name, octets in files.items()
    )
    return {**files, "SHA256SUMS": sums.encode()}
