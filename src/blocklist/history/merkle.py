"""MERKLE: the hash tree of RFC 6962 with SHA-256, its proofs, and their verification.

A tree is asked through ``NodeReader``: the hash of each subtree that is complete, by its level (0
is a leaf) and its index. So one code makes proofs over tiles on disk and over hashes in memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

HASH_SIZE = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
NodeReader = Callable[[int, int], bytes]


def leaf_hash(content: bytes) -> bytes:
    """Return the hash of a leaf."""
    return hashlib.sha256(b"\0" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over its two children."""
    return hashlib.sha256(b"\1" + left + right).digest()


def tree_in_memory(leaves: Sequence[bytes]) -> NodeReader:
    """Return the reader of a tree over the hashes of its leaves."""
    levels = [list(leaves)]
    sha256 = hashlib.sha256
    while len(levels[-1]) > 1:
        below = levels[-1]
        pairs = zip(below[::2], below[1::2], strict=False)
        levels.append([sha256(b"\1" + left + right).digest() for left, right in pairs])
    return lambda level, index: levels[level][index]


def root_of(nodes: NodeReader, size: int) -> bytes:
    """Return the root of the tree over the first ``size`` leaves."""
    return _range_hash(nodes, 0, size) if size else EMPTY_ROOT


def inclusion_path(nodes: NodeReader, index: int, size: int) -> list[bytes]:
    """Return the hashes that lead from a leaf to the root over ``size`` leaves, the lowest first.

    Raises:
        IndexError: there is no such leaf.
    """
    if not 0 <= index < size:
        raise IndexError(f"no leaf {index} among {size}")
    path: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append(_range_hash(nodes, middle, end))
            end = middle
        else:
            path.append(_range_hash(nodes, begin, middle))
            begin = middle
    return path[::-1]


def consistency_path(nodes: NodeReader, old: int, size: int) -> list[bytes]:
    """Return the hashes that show that the tree over ``old`` leaves is the beginning of this one.

    Raises:
        IndexError: the old tree is the larger one, or has no leaf.
    """
    if not 0 < old <= size:
        raise IndexError(f"no consistency between {old} and {size} leaves")
    path: list[bytes] = []
    begin, end, is_whole = 0, size, True
    while end != old:
        middle = begin + _split(end - begin)
        if old <= middle:
            path.append(_range_hash(nodes, middle, end))
            end = middle
        else:
            path.append(_range_hash(nodes, begin, middle))
            begin, is_whole = middle, False
    if not is_whole:
        path.append(_range_hash(nodes, begin, end))
    return path[::-1]


def is_included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether ``path`` leads from the hash of a leaf to ``root`` (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for other in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(other, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, other)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(old: int, size: int, old_root: bytes, root: bytes, path: Sequence[bytes]) -> bool:
    """Whether ``path`` shows one tree to be the beginning of another (RFC 9162 section 2.1.4.2)."""
    if old == size:
        return not path and old_root == root
    if old == 0:
        return not path and old_root == EMPTY_ROOT
    if not 0 < old < size:
        return False
    hashes = list(path)
    if old & (old - 1) == 0:
        hashes.insert(0, old_root)
    if not hashes:
        return False
    at, last = old - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    before = after = hashes[0]
    for other in hashes[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            before, after = node_hash(other, before), node_hash(other, after)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            after = node_hash(after, other)
        at, last = at >> 1, last >> 1
    return last == 0 and before == old_root and after == root


def _split(size: int) -> int:
    """Return the largest power of two that is less than ``size``."""
    return 1 << (size - 1).bit_length() - 1


def _range_hash(nodes: NodeReader, begin: int, end: int) -> bytes:
    """Return the hash over some leaves, as they stand together in the tree."""
    size = end - begin
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return nodes(level, begin >> level)
    middle = begin + _split(size)
    return node_hash(_range_hash(nodes, begin, middle), _range_hash(nodes, middle, end))
