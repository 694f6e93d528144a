"""EMPTINESS: whether it is known why nothing is to be blocked any more.

An image of nothing opens every name, so by accident none is made. But an order whose end has come
must not stay blocked because it was the last one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from ..errors import ImageError
from ..image.container import Image
from ..image.contents import Contents
from ..model.orders import Order
from ..model.shadows import enforced
from .runsettings import RunSettings
from .sourcestate import SourceState
from .state import RunState
from .store import Store


class Emptiness:
    """What an image of nothing would take the place of."""

    def __init__(self, settings: RunSettings, state: RunState, store: Store, at: datetime) -> None:
        """Take the state as the last run left it."""
        wanted = {source.name for source in settings.sources}
        self._at = at
        self._store, self._image = store, state.image
        self._is_source_gone = any(
            known.summary.accepted for name, known in state.sources.items() if name not in wanted
        )

    def is_explained(self, orders: Iterable[Order], sources: Mapping[str, SourceState]) -> bool:
        """Whether no order that is in force gave a block that is gone.

        Editions that are gone were judged or confirmed; a source that is no longer in ``run.toml``,
        and another ``jurisdiction`` or guard, explain nothing.

        Args:
            orders: of the accepted editions.
            sources: what is known of their sources.
        """
        orders = list(orders)
        # A shadow order took the place of a block only if that was judged; the first run cannot.
        binding = {order.id for order in orders if order.in_force(self._at)}
        before = kept_image(self._store, self._image)
        if before is None:  # what the outputs hold is of no run, so each order must say it
            all_read = not any(known.failure or known.held for known in sources.values())
            return bool(orders) and not binding and all_read
        binding = {order.id for order in enforced(orders) if order.in_force(self._at)}
        return not self._is_source_gone and binding.isdisjoint(_enforced(before))


def kept_image(store: Store, digest: str) -> Image | None:
    """Return an image that is kept; ``None`` if it is not, or is damaged."""
    try:
        return store.image(digest) if digest else None
    except (OSError, ImageError):
        return None


def _enforced(image: Image) -> set[str]:
    """Return the ids of the orders that give a block of an image."""
    contents = Contents(image)
    numbers: set[int] = set()
    for number, rule in enumerate(contents.rules()):
        if not rule.allow:
            numbers.update(contents.order_numbers(number))
    return {contents.orders[number].id for number in numbers}
