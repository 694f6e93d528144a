"""RECORD PROOF: shows that an order named a target, and that it was in force, and nothing else.

The proof holds the entry of the order, the one target with its way to the root of targets, the id
of the order, and the image in force then with the one after it; also the first answer of a witness
to a checkpoint that has both.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from ..answers.disclosure import is_hidden
from ..errors import HistoryError
from ..model.targets import Rule, TargetKind
from .attestations import first_stamp
from .canonical import canonical
from .merkle import consistency_path, inclusion_path
from .orderrows import rule_key, rules_in
from .prooftext import ProofText, leaf_data
from .record import ErasedError, RecordFolder, member_of
from .recordwriter import field_texts
from .saltedroot import salted_leaf
from .spanindex import member_at
from .timelines import WasBlocked

VERSION = 2
_LARGEST_ANSWER = 1 << 18
"""Octets of an answer that a proof carries."""


@dataclass(frozen=True, slots=True)
class RecordProof:
    """A proof.

    Attributes:
        octets: of the file.
        confidential: whether the order is, so that the file is to be kept secret.
    """

    octets: bytes
    confidential: bool


def proof_of(record: RecordFolder, index: sqlite3.Connection, found: WasBlocked) -> RecordProof:
    """Return the proof of an answer.

    Raises:
        HistoryError: nothing was in force, or the rule was made of a target by an option, so that
            no target says it.
        ErasedError: the order was erased.
    """
    if not found.in_force or found.image is None or found.rule is None or not found.orders:
        raise HistoryError("there is nothing to prove: it was not in force")
    wanted = min(found.orders, key=lambda order: (is_hidden([order]), order.id)).id
    placed = member_at(index, found.image, wanted)
    if placed is None:
        raise ErasedError(f"the order {wanted} was erased")
    number, deviation = placed
    entry, size = record.entry(number), record.log.size
    stored = record.content(entry)
    head, rows, _ = record.rows(number)
    rules = set(rules_in(rows))
    named = _named(found.rule, rules)
    images = [_placed(record, found.image, size)]
    row = index.execute("SELECT min(entry) FROM images WHERE entry > ?", (found.image,)).fetchone()
    if row[0] is not None:
        images.append(_placed(record, row[0], size))
    members = record.rows(found.image)[1]
    member = next(one for one in members if member_of(one) == (number, deviation))
    salt = record.content(record.entry(found.image)).salt
    extra: dict[str, Any] = {
        "v": VERSION,
        "entry": entry.octets.decode("ascii"),
        "id": leaf_data(
            salted_leaf(
                stored.salt, field_texts(head["order"]), canonical(["id", head["order"]["id"]])
            )
        ),
        "target": leaf_data(salted_leaf(stored.salt, map(rule_key, rules), rule_key(named))),
        "images": images,
        "member": leaf_data(salted_leaf(salt, members, member)),
    }
    witnessed = _witnessed(record, index, max(number, found.image), size)
    if witnessed is not None:
        extra["witnessed"] = witnessed
    (lost,) = index.execute("SELECT max(entry) FROM lost_keys").fetchone()
    if lost is not None:
        extra["rekeyed"] = _placed(record, lost, size)
    path = tuple(inclusion_path(record.log.node, number, size))
    octets = ProofText(extra, number, path, record.checkpoint.octets).octets()
    return RecordProof(octets, bool(entry.data.get("confidential")))


def _placed(record: RecordFolder, number: int, size: int) -> dict[str, Any]:
    path = inclusion_path(record.log.node, number, size)
    return {"entry": record.entry(number).octets.decode("ascii"), "path": path}


def _witnessed(
    record: RecordFolder, index: sqlite3.Connection, number: int, size: int
) -> dict[str, Any] | None:
    """Return the first answer of a witness to a checkpoint with an entry, and the way to it."""
    stamp = first_stamp(record, index, number)
    stored = None
    if stamp is not None:
        stored = record.objects.octets(record.entry(stamp.entry).data["content"])
    if stamp is None or stored is None or len(stored) > _LARGEST_ANSWER:
        return None
    consistency = consistency_path(record.log.node, stamp.checkpoint.size, size)
    return {
        **_placed(record, stamp.entry, size),
        "object": stored,
        "consistency": b"".join(consistency),
    }


def _named(rule: Rule, targets: set[Rule]) -> Rule:
    """Return the target that a rule of an image comes from."""
    if rule in targets:
        return rule
    for one in sorted(targets):
        if one.kind is TargetKind.EVERY_SUFFIX and rule.value.startswith(f"{one.value}."):
            return one
    raise HistoryError(
        f"{rule.text} was made of a target by an option (--widen-urls, --strip-www), so no proof "
        "can show that the order names it"
    )
