"""SOURCE OCTETS: the file in the store that an order was read from, to be kept in the record."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from ..model.orders import Order
from .runsettings import RunSettings
from .sightings import root_of
from .state import RunState
from .store import Store


class SourceOctets:
    """Finds the octets of accepted files by the order that was read from one."""

    def __init__(self, settings: RunSettings, state: RunState) -> None:
        """Take what names the files; nothing is read yet."""
        self._settings, self._state = settings, state
        self._store = Store(settings.state)

    def __call__(self, order: Order) -> bytes | None:
        """Return the octets of the file, of the whole archive or mail if it is a part of one."""
        given = Path(order.source.given)
        for path in (given, *given.parents):
            digest = self._digests.get(path.as_posix())
            if digest is not None:
                return self._store.object(digest).read_bytes()
        return None

    @cached_property
    def _digests(self) -> dict[str, str]:
        return {
            (root_of(source) / path).as_posix(): file.sha256
            for source in self._settings.sources
            for path, file in self._state.source(source.name).files.accepted.items()
        }
