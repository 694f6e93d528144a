"""SALTED ROOT: a tree over texts, each with its salt, so that a proof shows one and no other.

The salt of a text is made from the salt of its object and the text. Who sees a leaf with its salt
can test no guess about the leaves beside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from .merkle import EMPTY_ROOT, inclusion_path, is_included, leaf_hash, root_of, tree_in_memory

LEAF_SALT_SIZE = 16


@dataclass(frozen=True, slots=True)
class SaltedLeaf:
    """A text of a salted root, and the way to it.

    Attributes:
        text: what it says.
        salt: 16 octets.
        index: its place.
        size: how many leaves the tree has.
        path: the hashes from the leaf to the root.
    """

    text: str
    salt: bytes
    index: int
    size: int
    path: tuple[bytes, ...]

    def leads_to(self, root: str) -> bool:
        """Whether it is a leaf of the tree with that root, as ``salted_root`` writes it."""
        size, _, hashed = root.partition(":")
        if len(self.salt) != LEAF_SALT_SIZE or size != str(self.size):
            return False
        leaf = leaf_hash(self.salt + self.text.encode("ascii"))
        return is_included(leaf, self.index, self.size, self.path, bytes.fromhex(hashed))


def salted_root(salt: bytes, texts: Iterable[str]) -> str:
    """Return the root over ASCII texts, each once: ``SIZE:HEX``.

    The size belongs to it, since one path may lead to the root of trees of several sizes.
    """
    leaves = _leaves(salt, sorted(set(texts)))
    root = root_of(tree_in_memory(leaves), len(leaves)) if leaves else EMPTY_ROOT
    return f"{len(leaves)}:{root.hex()}"


def salted_leaf(salt: bytes, texts: Iterable[str], text: str) -> SaltedLeaf:
    """Return one of the texts with the way to their root.

    Raises:
        ValueError: it is not among them.
    """
    ordered = sorted(set(texts))
    index = ordered.index(text)
    path = inclusion_path(tree_in_memory(_leaves(salt, ordered)), index, len(ordered))
    return SaltedLeaf(text, _salt(salt, text), index, len(ordered), tuple(path))


def _salt(salt: bytes, text: str) -> bytes:
    return hashlib.sha256(salt + text.encode("ascii")).digest()[:LEAF_SALT_SIZE]


def _leaves(salt: bytes, texts: Iterable[str]) -> list[bytes]:
    begin, first = hashlib.sha256(salt), hashlib.sha256(b"\0")
    leaves = []
    for octets in (text.encode("ascii") for text in texts):
        own, leaf = begin.copy(), first.copy()
        own.update(octets)
        leaf.update(own.digest()[:LEAF_SALT_SIZE] + octets)
        leaves.append(leaf.digest())
    return leaves
