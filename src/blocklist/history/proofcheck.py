"""PROOF CHECK: what a proof shows, after every octet of it was reached from the checkpoint."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..errors import HistoryError
from ..model.targets import Rule
from ..signing.notekeys import VerifierKey
from .attestations import NOBODY, Attestation, Stamp, WitnessTrust
from .canonical import read_canonical
from .checkpoints import Checkpoint
from .logentries import LogEntry, read_entry
from .merkle import is_consistent, is_included, leaf_hash
from .objectstore import commitment_of, opened
from .orderrows import rule_of
from .prooftext import ProofText, read_leaf, split_path
from .record import member_of
from .recordproof import VERSION

_EXTRA = {"entry", "id", "images", "member", "target", "v"}
_WITNESSED, _REKEYED = "witnessed", "rekeyed"
_LONGEST_ANSWER = 1 << 22


@dataclass(frozen=True, slots=True)
class ProvenTarget:
    """What a proof shows.

    Attributes:
        origin: of the log.
        size: of the log at the checkpoint.
        order_id: of the order.
        target: what it names.
        entry: where the order is in the log.
        recorded: when, by the clock of the operator.
        image: entry of the first image in the proof, which has the order.
        digest: of that image.
        begins: when it was recorded.
        ends: when the next was; ``None`` if it was the last at the checkpoint.
        deviates: whether the image does not hold all of the order as it reads; which targets, no
            proof shows.
        confidential: whether the order is.
        stamped: how many entries the log had when a witness answered, the order and the first
            image among them; 0 if the proof says nothing of a witness.
        attestations: what that witness answered.
        rekeyed: when the key of the log was replaced without a signature of the one before, as that
            was lost; ``None`` if the proof says nothing of it.
    """

    origin: str
    size: int
    order_id: str
    target: Rule
    entry: int
    recorded: datetime
    image: int
    digest: str
    begins: datetime
    ends: datetime | None
    deviates: bool
    confidential: bool
    stamped: int = 0
    attestations: tuple[Attestation, ...] = ()
    rekeyed: datetime | None = None


def check_proof(
    octets: bytes, keys: Iterable[VerifierKey], trust: WitnessTrust = NOBODY
) -> ProvenTarget:
    """Return what a proof shows.

    Args:
        octets: of the file.
        keys: that are believed; each signature of the checkpoint has to be by one of them.
        trust: the witnesses that are believed.

    Raises:
        HistoryError: it shows nothing, or holds an octet that is not reached from the checkpoint.
        SignatureError: a signature is wrong, or by another key.
        BlocklistError: the extra ``sign`` is not installed.
    """
    proof = ProofText.parse(octets)
    checkpoint = Checkpoint.open(proof.checkpoint, keys)
    extra = proof.extra
    if (
        extra.keys() - {_WITNESSED, _REKEYED} != _EXTRA
        or type(extra["v"]) is not int
        or extra["v"] != VERSION
    ):
        raise HistoryError("the proof is of another version")
    order = _entry(extra["entry"], "order", checkpoint, proof.path, proof.index)
    named = read_leaf(extra["id"], order.data.get("fields"), "the id of the order")
    target = read_leaf(extra["target"], order.data.get("targets"), "the target")
    images = extra["images"]
    if not isinstance(images, list) or not 1 <= len(images) <= 2:
        raise HistoryError("the proof has no image, or too many")
    first, *later = [_placed(one, "image", checkpoint) for one in images]
    if any(one.data.get("before") != first.number for one in later):
        raise HistoryError("the two images in the proof do not follow each other")
    leaf = read_leaf(extra["member"], first.data.get("root"), "the image")
    member, deviation = member_of(leaf.text)
    if member != order.number:
        raise HistoryError("the image in the proof has another order")
    match read_canonical(named.text):
        case ["id", str(order_id)]:
            pass
        case _:
            raise HistoryError("the proof shows another field than the id of the order")
    stamp = _stamp(extra[_WITNESSED], checkpoint) if _WITNESSED in extra else None
    if stamp is not None and stamp.checkpoint.size <= max(order.number, first.number):
        raise HistoryError("the witness in the proof answered before the order was recorded")
    rekeyed = _placed(extra[_REKEYED], "key", checkpoint) if _REKEYED in extra else None
    if rekeyed is not None and "signature" in rekeyed.data:
        raise HistoryError("the key in the proof was not replaced as a lost one is")
    return ProvenTarget(
        checkpoint.origin, checkpoint.size, order_id, rule_of(target.text), order.number,
        order.time, first.number, str(first.data.get("digest")), first.time,
        later[0].time if later else None, bool(deviation), bool(order.data.get("confidential")),
        stamp.checkpoint.size if stamp else 0, stamp.attestations(trust) if stamp else (),
        rekeyed.time if rekeyed else None,
    )  # fmt: skip


def _entry(
    text: object, kind: str, checkpoint: Checkpoint, path: tuple[bytes, ...], index: int
) -> LogEntry:
    """Return an entry of a proof, which is in the log at an index."""
    if not isinstance(text, str) or not text.isascii():
        raise HistoryError("not an entry of a log")
    octets = text.encode("ascii")
    if not is_included(leaf_hash(octets), index, checkpoint.size, path, checkpoint.root):
        raise HistoryError(f"entry {index} is not in the log of the checkpoint")
    entry = read_entry(octets, index)
    if entry.kind != kind:
        raise HistoryError(f"entry {index} is of kind {entry.kind}, not {kind}")
    return entry


def _placed(data: object, kind: str, checkpoint: Checkpoint) -> LogEntry:
    if not isinstance(data, dict) or data.keys() != {"entry", "path"}:
        raise HistoryError(f"not an entry {kind} of a proof")
    return _numbered(data, kind, checkpoint)


def _numbered(data: dict[str, Any], kind: str, checkpoint: Checkpoint) -> LogEntry:
    """Return an entry of a proof that says itself which it is."""
    text = data["entry"]
    stated = read_canonical(text) if isinstance(text, str) else None
    number = stated.get("n") if isinstance(stated, dict) else None
    if type(number) is not int:
        raise HistoryError(f"not an entry {kind} of a proof")
    return _entry(text, kind, checkpoint, data["path"], number)


def _stamp(data: object, checkpoint: Checkpoint) -> Stamp:
    """Return the answer of a witness, each octet of it reached from the checkpoint."""
    keys = {"consistency", "entry", "object", "path"}
    if not isinstance(data, dict) or data.keys() != keys:
        raise HistoryError("not an answer of a witness in a proof")
    entry = _numbered(data, "timestamp", checkpoint)
    if commitment_of(data["object"]) != entry.data.get("content"):
        raise HistoryError("the answer of the witness in the proof is not that of its entry")
    content = opened(data["object"], limit=_LONGEST_ANSWER).content
    details = read_canonical(content.decode("ascii", "replace"))
    found = Stamp.parse(entry.number, details) if isinstance(details, dict) else None
    if found is None:
        raise HistoryError("the witness in the proof was given no checkpoint")
    head, path = found.checkpoint, split_path(data["consistency"])
    if (head.origin, head.size) != (checkpoint.origin, entry.data.get("size")) or (
        not is_consistent(head.size, checkpoint.size, head.root, checkpoint.root, path)
    ):
        raise HistoryError("the witness in the proof was given another log")
    return found
