"""PROOF CHECK: what a proof shows, after every octet of it was reached from the checkpoint."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ..errors import HistoryError
from ..model.targets import Rule
from ..signing.notekeys import VerifierKey
from .canonical import read_canonical
from .checkpoints import Checkpoint
from .logentries import LogEntry, read_entry
from .merkle import is_included, leaf_hash
from .orderrows import rule_of
from .prooftext import ProofText, read_leaf, read_path
from .record import member_of
from .recordproof import VERSION
from .saltedroot import SaltedLeaf

_EXTRA = {"entry", "id", "images", "member", "target", "v"}


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


def check_proof(octets: bytes, keys: Iterable[VerifierKey]) -> ProvenTarget:
    """Return what a proof shows.

    Args:
        octets: of the file.
        keys: that are believed; each signature of the checkpoint has to be by one of them.

    Raises:
        HistoryError: it shows nothing, or holds an octet that is not reached from the checkpoint.
        SignatureError: a signature is wrong, or by another key.
        BlocklistError: the extra ``sign`` is not installed.
    """
    proof = ProofText.parse(octets)
    checkpoint = Checkpoint.open(proof.checkpoint, keys)
    extra = proof.extra
    if extra.keys() != _EXTRA or type(extra["v"]) is not int or extra["v"] != VERSION:
        raise HistoryError("the proof is of another version")
    order = _entry(extra["entry"], "order", checkpoint, proof.path, proof.index)
    named = _leaf(extra["id"], order.data.get("fields"), "the id of the order")
    target = _leaf(extra["target"], order.data.get("targets"), "the target")
    images = extra["images"]
    if not isinstance(images, list) or not 1 <= len(images) <= 2:
        raise HistoryError("the proof has no image, or too many")
    first, *later = [_image(one, checkpoint) for one in images]
    if any(one.data.get("before") != first.number for one in later):
        raise HistoryError("the two images in the proof do not follow each other")
    member, deviation = member_of(_leaf(extra["member"], first.data.get("root"), "the image").text)
    if member != order.number:
        raise HistoryError("the image in the proof has another order")
    match read_canonical(named.text):
        case ["id", str(order_id)]:
            pass
        case _:
            raise HistoryError("the proof shows another field than the id of the order")
    return ProvenTarget(
        checkpoint.origin, checkpoint.size, order_id, rule_of(target.text), order.number,
        order.time, first.number, str(first.data.get("digest")), first.time,
        later[0].time if later else None, bool(deviation), bool(order.data.get("confidential")),
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


def _image(data: object, checkpoint: Checkpoint) -> LogEntry:
    if not isinstance(data, dict) or data.keys() != {"entry", "path"}:
        raise HistoryError("not an image of a proof")
    text = data["entry"]
    stated = read_canonical(text) if isinstance(text, str) else None
    number = stated.get("n") if isinstance(stated, dict) else None
    if type(number) is not int:
        raise HistoryError("not an image of a proof")
    return _entry(text, "image", checkpoint, read_path(data["path"]), number)


def _leaf(data: object, root: object, what: str) -> SaltedLeaf:
    """Return a leaf of a proof, which leads to a root that an entry states."""
    leaf = read_leaf(data)
    if not isinstance(root, str) or not leaf.leads_to(root):
        raise HistoryError(f"{what} in the proof does not lead to the root of its entry")
    return leaf
