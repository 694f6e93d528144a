"""A disk that loses power: what was not synced may be lost, cut or full of zeros.

Each folder keeps the sequence of changes to its names that are not durable; a loss of power cuts it
anywhere. What a file holds is durable when the file was synced; else it comes back cut, or with
zeros.
"""

from __future__ import annotations

import random
from posixpath import basename, dirname

Node = int
"""The number of a file or a folder."""


class LossyDisk:
    """Does what ``FileOperations`` asks in memory, and can lose power.

    Attributes:
        skipped: kinds of syncs that do nothing, for mutants: ``file``, ``folder``, ``new-folder``.
    """

    def __init__(self, skipped: frozenset[str] = frozenset()) -> None:
        self.skipped = skipped
        self._next = 1
        self._folders: dict[Node, dict[str, Node]] = {0: {}}
        self._durable: dict[Node, dict[str, Node]] = {0: {}}
        self._changes: dict[Node, list[tuple[str, Node | None]]] = {0: []}
        self._files: dict[Node, bytes] = {}
        self._synced: dict[Node, bytes] = {}
        self._made: set[Node] = set()

    def read(self, path: str) -> bytes:
        node = self._find(path)
        if node not in self._files:
            raise FileNotFoundError(path)
        return self._files[node]

    def names(self, folder: str) -> list[str]:
        try:
            return sorted(self._folders.get(self._find(folder), {}))
        except FileNotFoundError:
            return []

    def make_folder(self, path: str) -> bool:
        folder = self._find(dirname(path))
        if basename(path) in self._folders[folder]:
            return False
        node = self._new()
        self._folders[node], self._durable[node], self._changes[node] = {}, {}, []
        self._set(folder, basename(path), node)
        self._made.add(node)
        return True

    def write(self, path: str, octets: bytes, mode: int) -> None:
        assert mode
        node = self._new()
        self._files[node], self._synced[node] = octets, b""
        self._set(self._find(dirname(path)), basename(path), node)

    def sync_file(self, path: str) -> None:
        if "file" not in self.skipped:
            node = self._find(path)
            self._synced[node] = self._files[node]

    def sync_folder(self, path: str) -> None:
        node = self._find(path)
        if "folder" in self.skipped:
            return
        if (
            "new-folder" in self.skipped
        ):  # the names of folders are not made durable, those of files are
            kept = [c for c in self._changes[node] if c[1] in self._folders]
            self._durable[node] = {
                n: at
                for n, at in self._folders[node].items()
                if at not in self._folders or n in self._durable[node]
            }
            self._changes[node] = kept
            return
        self._durable[node] = dict(self._folders[node])
        self._changes[node] = []

    def rename(self, old: str, new: str) -> None:
        node = self._find(old)
        self._set(self._find(dirname(new)), basename(new), node)
        self._set(self._find(dirname(old)), basename(old), None)

    def remove(self, path: str) -> bool:
        try:
            node = self._find(path)
        except FileNotFoundError:
            return False
        if self._folders.get(node):
            raise OSError(39, "not empty", path)
        self._set(self._find(dirname(path)), basename(path), None)
        return True

    def after_loss(self, draw: random.Random) -> LossyDisk:
        """Return the disk as one loss of power may leave it; this one stays as it is."""
        left = LossyDisk()
        left._next = self._next
        for node, octets in self._files.items():
            synced = self._synced[node]
            if synced != octets:
                fate = draw.randrange(4)
                cut = draw.randrange(len(octets) + 1)
                octets = (
                    octets,
                    octets[:cut],
                    bytes(len(octets)),
                    octets[:cut] + bytes(len(octets) - cut),
                )[fate]
            left._files[node] = left._synced[node] = octets
        for node, names in self._durable.items():
            now = dict(names)
            changes = self._changes[node]
            for name, target in changes[: draw.randrange(len(changes) + 1)]:
                if target is None:
                    now.pop(name, None)
                else:
                    now[name] = target
            left._folders[node], left._durable[node], left._changes[node] = now, dict(now), []
        return left

    def _new(self) -> Node:
        self._next += 1
        return self._next

    def _set(self, folder: Node, name: str, node: Node | None) -> None:
        if node is None:
            del self._folders[folder][name]
        else:
            self._folders[folder][name] = node
        self._changes[folder].append((name, node))

    def _find(self, path: str) -> Node:
        node = 0
        for name in filter(None, path.split("/")):
            if name not in self._folders.get(node, {}):
                raise FileNotFoundError(path)
            node = self._folders[node][name]
        return node
