"""BUNDLE PROOFS: what of a history goes into the bundle of a dispute, for others to check."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from ..errors import HistoryError
from ..history.history import History
from ..history.record import KEYS
from ..history.recordproof import proof_of
from ..history.tilelog import CHECKPOINT
from ..model.orders import Order
from ..model.targets import TargetKind

MOST = 20
"""How many targets are proved; any other can be, with ``was-blocked --proof``."""
_ASKED = (TargetKind.SUBTREE, TargetKind.EXACT)


def proof_files(history: History, order: Order, at: datetime | None) -> Iterator[tuple[str, bytes]]:
    """Yield the checkpoint, the public keys, and proofs that the order named its first targets.

    Args:
        history: the record.
        order: whose targets; a proof names its target.
        at: an instant at which the order was in force; ``None`` if it never was.

    Raises:
        HistoryError: the record is damaged.
        OSError: it cannot be read.
    """
    yield "checkpoint", history.record.files.read(CHECKPOINT)
    yield "keys", history.record.files.read(KEYS)
    if at is None:
        return
    names = (target.value for target in order.targets if target.kind in _ASKED)
    for number, name in enumerate(islice(names, MOST), 1):
        found = history.was_blocked(name, at)
        orders = sorted((one.confidential, one.id) for one in found.orders)
        if not found.in_force or not orders or orders[0][1] != order.id:
            continue  # its proof would be of another order, or of nothing
        try:
            proof = proof_of(history.record, history.index, found)
        except HistoryError:  # no target says it: it was made by an option
            continue
        yield f"proof-{number}.tlog-proof", proof.octets
