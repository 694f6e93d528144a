"""PROOF TEXT: a proof as one file, as the C2SP specification tlog-proof has it; read strictly.

``extra`` is Base 64 over canonical JSON. The specification does not authenticate it, so here each
part of it has to be reached by hashes from the checkpoint, and nothing else may stand in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import HistoryError
from ..signing.strictbase64 import decode_base64, encode_base64
from .canonical import canonical, read_canonical
from .checkpoints import NUMBER
from .merkle import HASH_SIZE
from .saltedroot import SaltedLeaf

HEAD = "c2sp.org/tlog-proof@v1"
MAX_PROOF = 1 << 20
_LEAF = {"index", "path", "salt", "size", "text"}


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
        extra = encode_base64(canonical(self.extra).encode("ascii"))
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
            data = read_canonical(decode_base64(extra[2]).decode("ascii"))
        except (ValueError, UnicodeDecodeError):
            raise HistoryError("not a proof: a line is not in its one form") from None
        is_right = extra[0] == "extra" and index[0] == "index" and NUMBER.fullmatch(index[2])
        if not is_right or any(len(one) != HASH_SIZE for one in path) or not isinstance(data, dict):
            raise HistoryError("not a proof: a line is not in its one form")
        found = cls(data, int(index[2]), path, checkpoint)
        if found.octets() != octets:
            raise HistoryError("not a proof: it is not in its one form")
        return found


def leaf_data(leaf: SaltedLeaf) -> dict[str, Any]:
    """Return a leaf as it stands in a proof."""
    return {
        "text": leaf.text,
        "salt": encode_base64(leaf.salt),
        "index": leaf.index,
        "size": leaf.size,
        "path": path_data(leaf.path),
    }


def read_leaf(data: Any) -> SaltedLeaf:
    """Return a leaf of a proof; ``HistoryError`` for anything else."""
    if not isinstance(data, dict) or data.keys() != _LEAF or not isinstance(data["text"], str):
        raise HistoryError("not a leaf of a proof")
    numbers = (data["index"], data["size"])
    if any(type(one) is not int or one < 0 for one in numbers) or not data["text"].isascii():
        raise HistoryError("not a leaf of a proof")
    return SaltedLeaf(
        data["text"], _octets(data["salt"]), data["index"], data["size"], read_path(data["path"])
    )


def path_data(path: Sequence[bytes]) -> str:
    """Return hashes as they stand in ``extra``."""
    return encode_base64(b"".join(path))


def read_path(data: Any) -> tuple[bytes, ...]:
    """Return the hashes of a path in ``extra``; ``HistoryError`` for anything else."""
    octets = _octets(data)
    if len(octets) % HASH_SIZE:
        raise HistoryError("not a path of hashes")
    return tuple(octets[at : at + HASH_SIZE] for at in range(0, len(octets), HASH_SIZE))


def _octets(data: Any) -> bytes:
    try:
        return decode_base64(data)
    except (ValueError, AttributeError):
        raise HistoryError("not octets in Base 64") from None
