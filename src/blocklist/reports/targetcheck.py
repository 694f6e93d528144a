"""TARGET CHECK: which targets of an order the image that is served blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..matcher.blocklist import Blocklist
from ..model.orders import Order
from ..model.targets import Rejected, Target, TargetKind

_BELOW = "below-it"


@dataclass(frozen=True, slots=True)
class TargetCheck:
    """What became of the targets of an order.

    Attributes:
        enforced: those that the image blocks, on this order or a wider one.
        lacking: those that it does not block; a guard refused them, or they are covered by an
            exception.
        unknown: those that could not be asked for, or all if there is no image.
        refused: lines of the order that are no target that can be enforced.
    """

    enforced: Sequence[Target]
    lacking: Sequence[Target]
    unknown: Sequence[Target]
    refused: Sequence[Rejected]

    @property
    def is_whole(self) -> bool:
        """Whether every target and line is enforced."""
        return not (self.lacking or self.unknown or self.refused)


def check_targets(order: Order, blocked: Blocklist | None) -> TargetCheck:
    """Ask an image for each target of an order, without any network."""
    enforced: list[Target] = []
    lacking: list[Target] = []
    unknown: list[Target] = []
    for target in order.targets:
        found = None if blocked is None else _is_blocked(blocked, target)
        (unknown if found is None else enforced if found else lacking).append(target)
    refused = [one for one in order.rejected if not one.is_withdrawal]
    return TargetCheck(enforced, lacking, unknown, refused)


def _is_blocked(blocked: Blocklist, target: Target) -> bool | None:
    """Whether an image blocks a target; ``None`` if one question does not tell."""
    if target.kind is TargetKind.URL:
        return blocked.is_blocked_url(f"http://{target.value}")
    if target.kind is TargetKind.ADDRESS:
        return blocked.is_blocked_address(target.value.partition("/")[0])
    if target.kind is TargetKind.BELOW:
        return blocked.is_blocked(f"{_BELOW}.{target.value}")
    if target.kind in (TargetKind.SUBTREE, TargetKind.EXACT):
        return blocked.is_blocked(target.value)
    return None
