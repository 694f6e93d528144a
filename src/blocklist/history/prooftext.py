"""PROOF TEXT: a proof as one file, as the C2SP specification tlog-proof has it; read strictly.

``extra`` is Base 64 over what ``proofextra`` packs. The specification does not authenticate it, so
here each part of it has to be reached by hashes from the checkpoint, and nothing else may stand in
it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import HistoryError
from ..signing.strictbase64 import decode_base64, encode_base64
from .checkpoints import NUMBER
from .merkle import HASH_SIZE
from .proofextra import packed, unpacked
from .saltedroot import LEAF_SALT_SIZE, SaltedLeaf

HEAD = "c2sp.org/tlog-proof@v1"
MAX_PROOF = 1 << 20
_LEAF = {"index", "text", "way"}


@dataclass(frozen=True, slots=True)
class ProofText:
    """The parts of a proof, none of them checked against another.

    Attributes:
        extra: what the application adds.
        index: of the entry in the log.
        path: from the entry to the root.
        checkpoint: the signed note.
    """

    extra: Mapping[str, Any]
    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes

    def octets(self) -> bytes:
        """Return the file."""
        extra = encode_base64(packed(self.extra, self.path))
        lines = [HEAD, f"extra {extra}", f"index {self.index}", *map(encode_base64, self.path), ""]
        return "".join(f"{line}\n" for line in lines).encode("ascii") + self.checkpoint

    @classmethod
    def parse(cls, octets: bytes) -> ProofText:
        """Read a proof; ``HistoryError`` unless writing it again gives the same octets."""
        head, gap, checkpoint = octets.partition(b"\n\n")
        lines = head.decode("ascii", "replace").split("\n")
        if len(octets) > MAX_PROOF or not gap or len(lines) < 3 or lines[0] != HEAD:
            raise HistoryError(f"not a proof: it begins with {HEAD}")
        extra, index = lines[1].partition(" "), lines[2].partition(" ")
        try:
            path = tuple(decode_base64(line) for line in lines[3:])
            octets_of_extra = decode_base64(extra[2])
        except ValueError:
            raise HistoryError("not a proof: a line is not in its one form") from None
        is_right = extra[0] == "extra" and index[0] == "index" and NUMBER.fullmatch(index[2])
        if not is_right or any(len(one) != HASH_SIZE for one in path):
            raise HistoryError("not a proof: a line is not in its one form")
        found = cls(unpacked(octets_of_extra, path), int(index[2]), path, checkpoint)
        if found.octets() != octets:
            raise HistoryError("not a proof: it is not in its one form")
        return found


def leaf_data(leaf: SaltedLeaf) -> dict[str, Any]:
    """Return a leaf as it stands in a proof; its root says how many leaves there are."""
    return {"text": leaf.text, "index": leaf.index, "way": leaf.salt + b"".join(leaf.path)}


def read_leaf(data: Any, root: object, what: str) -> SaltedLeaf:
    """Return a leaf of a proof.

    Args:
        data: as ``leaf_data`` gives it.
        root: to which it must lead.
        what: the leaf is, for the message.

    Raises:
        HistoryError: it is anything else, or does not lead there.
    """
    if not isinstance(data, dict) or data.keys() != _LEAF or not isinstance(data["text"], str):
        raise HistoryError("not a leaf of a proof")
    if type(data["index"]) is not int or data["index"] < 0 or not data["text"].isascii():
        raise HistoryError("not a leaf of a proof")
    way = data["way"]
    salt, path = way[:LEAF_SALT_SIZE], split_path(way[LEAF_SALT_SIZE:])
    size = str(root).partition(":")[0]
    if isinstance(root, str) and NUMBER.fullmatch(size):
        leaf = SaltedLeaf(data["text"], salt, data["index"], int(size), path)
        if leaf.leads_to(root):
            return leaf
    raise HistoryError(f"{what} in the proof does not lead to the root of its entry")


def split_path(octets: bytes) -> tuple[bytes, ...]:
    """Return the hashes of a path; ``HistoryError`` for anything else."""
    if len(octets) % HASH_SIZE:
        raise HistoryError("not a path of hashes")
    return tuple(octets[at : at + HASH_SIZE] for at in range(0, len(octets), HASH_SIZE))
