"""ACCEPTED ORDERS: the orders of the accepted editions, each with the file that holds it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from ..errors import BlocklistError
from ..image.container import Image
from ..image.contents import Contents
from ..model.orders import Order
from .readings import read_files
from .runsettings import RunSettings, SourceSettings
from .sourcestate import AcceptedFile
from .state import RunState
from .store import Store

UNREADABLE = "an accepted edition cannot be read any more"
Held = list[tuple[Order, str]]
"""Orders, each with the SHA-256 of the file that holds it."""


def read_accepted(store: Store, source: SourceSettings, files: Mapping[str, AcceptedFile]) -> Held:
    """Return the orders of accepted files of a source.

    Raises:
        BlocklistError: one cannot be read any more.
        OSError: of the store.
    """
    reading = read_files(store, source, files)
    failures = [failure for each in reading.failures.values() for failure in each]
    if failures:
        raise BlocklistError(f"{UNREADABLE}: {'; '.join(failures)}")
    return [
        (order, file.sha256) for path, file in files.items() for order in reading.orders_of([path])
    ]


def orders_in(held: Iterable[tuple[Order, str]]) -> list[Order]:
    """Return the orders alone."""
    return [order for order, _ in held]


def all_accepted(settings: RunSettings, state: RunState) -> Held:
    """Return the orders of all sources; nothing is written into the state folder.

    Raises:
        BlocklistError: an accepted edition cannot be read any more.
        OSError: the state folder cannot be read.
    """
    found: Held = []
    with tempfile.TemporaryDirectory() as scratch:
        store = Store(settings.state, scratch=Path(scratch))
        store.prepare()
        for source in settings.sources:
            files = state.source(source.name).files.accepted
            if source.image:
                for file in files.values():
                    image = Image(store.object(file.sha256).read_bytes())
                    found += [(order, file.sha256) for order in Contents(image).orders]
            else:
                found += read_accepted(store, source, files)
    return found


def carried_by(settings: RunSettings, image: str) -> frozenset[str] | None:
    """Return the ids of the orders that a kept image holds; ``None`` if it is not kept."""
    store = Store(settings.state)
    if not image or not store.image_path(image).is_file():
        return None
    return frozenset(order.id for order in Contents(store.image(image)).orders)
