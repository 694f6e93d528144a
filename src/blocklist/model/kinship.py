"""KINSHIP: what belongs together because it shares a key, and with what that shares another one."""

from __future__ import annotations


class Kinship:
    """Keys in groups; each group is known by one of its keys, the leader."""

    def __init__(self) -> None:
        """Begin with no key."""
        self._leaders: dict[str, str] = {}

    def join(self, first: str, *others: str) -> None:
        """Put keys into one group, with all that are in theirs."""
        for other in others:
            self._leaders[self.leader(first)] = self.leader(other)

    def leader(self, key: str) -> str:
        """Return the key that stands for the group of a key."""
        leaders = self._leaders
        while (above := leaders.setdefault(key, key)) != key:
            leaders[key] = leaders[above]  # halves the way for the next that asks
            key = above
        return key
