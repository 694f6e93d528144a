"""RECORDING: ``compile --history``: the record of those who use no desk."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import Any

import click

from ..errors import ConfigurationError
from ..image.container import Image
from ..model.orders import Order
from ..signing.ed25519 import public_of
from .printing import note
from .values import AfterEnd


def record_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a record that is written; the command gets a ``recording``."""

    @wraps(command)
    def with_recording(
        *args: Any, history: Path | None, origin: str, key: Path | None, keep_sources: bool,
        retain_sources: timedelta | None, retain_texts: timedelta | None, **options: Any,
    ) -> Any:  # fmt: skip
        retention = (retain_sources, retain_texts)
        recording = Recording(history, origin, key, keep_sources, retention)
        return command(*args, recording=recording, **options)

    made: Callable[..., Any] = with_recording
    for option in reversed(
        [
            click.option(
                "--history",
                type=click.Path(file_okay=False, path_type=Path),
                help="Record orders and image in this folder, which is made if it does not exist.",
            ),
            click.option(
                "--origin",
                default="",
                help="What names a new record in its checkpoints (default: made by chance).",
            ),
            click.option(
                "--key",
                type=click.Path(dir_okay=False, path_type=Path),
                help="File of the private key of the record (default: key in its folder).",
            ),
            click.option(
                "--keep-sources",
                is_flag=True,
                help="Keep the files that the orders are read from in the record.",
            ),
            click.option(
                "--retain-sources",
                type=AfterEnd(),
                help="Drop kept files this long after their orders ended, such as '2y after end'.",
            ),
            click.option(
                "--retain-texts",
                type=AfterEnd(),
                help="Drop titles, parties, notes and file names this long after the end.",
            ),
        ]
    ):
        made = option(made)
    return made


class Recording:
    """Writes what is compiled into a record, if one is asked for."""

    def __init__(
        self, folder: Path | None, origin: str, key: Path | None, keep_sources: bool,
        retention: tuple[timedelta | None, timedelta | None],
    ) -> None:  # fmt: skip
        """Take the options, and see that signing is possible before anything is written.

        Raises:
            ConfigurationError: an option without the one it belongs to.
            BlocklistError: the extra ``sign`` is not installed.
        """
        self._folder, self._origin, self._key = folder, origin, key
        self._keep_sources, self._retention = keep_sources, retention
        if folder is None:
            given = {
                "--origin": bool(origin), "--key": key is not None, "--keep-sources": keep_sources,
                "--retain-sources": retention[0] is not None,
                "--retain-texts": retention[1] is not None,
            }  # fmt: skip
            if name := next((name for name, is_given in given.items() if is_given), ""):
                raise click.UsageError(f"{name} needs --history DIR")
            return
        public_of(bytes(32))
        if folder.is_file():
            raise ConfigurationError(f"--history {folder}: is a file, not a folder")

    @property
    def is_asked(self) -> bool:
        """Whether a record is asked for."""
        return self._folder is not None

    def write(
        self, orders: list[Order], image: Image, at: datetime | None, options: dict[str, Any]
    ) -> None:
        """Record orders and image, if a record is asked for.

        Raises:
            ConfigurationError: the record has another origin.
            HistoryError: it is damaged.
            OSError: no permission, no space.
        """
        if self._folder is None:
            return
        from ..history.history import History
        from ..history.newrecord import KEY
        from ..history.recordedcycle import RecordedCycle
        from ..history.retention import Retention
        from ..history.tilelog import CHECKPOINT

        is_new = not (self._folder / CHECKPOINT).exists()
        if is_new:
            history = History.create(self._folder, origin=self._origin, key=self._key)
            key = self._key or self._folder / KEY
            note(f"{self._folder}: new record of {history.origin}; its private key is {key}")
        else:
            history = History.open(self._folder)
            if self._origin and self._origin != history.origin:
                raise ConfigurationError(
                    f"--origin {self._origin}: the record in {self._folder} is of {history.origin}"
                )
        with history:
            guards = {name: options[name] for name in ("critical", "hold", "mention")}
            guards |= {name: list(options[name]) for name in ("permit", "protect")}
            cycle = RecordedCycle(
                orders=orders, image=image, instant=at, guards=guards,
                widen_urls=options["widen_urls"], strip_www=options["strip_www"],
                octets=_octets_of if self._keep_sources else None,
            )  # fmt: skip
            history.append(cycle, key=self._key, retention=Retention(*self._retention))


def _octets_of(order: Order) -> bytes | None:
    """Return the octets of the file of an order, of the whole archive if it is a part of one."""
    source = order.source
    given = Path(source.given)
    for path in (given, *given.parents):
        if path.is_file():
            octets = path.read_bytes()
            is_changed = path == given and hashlib.sha256(octets).hexdigest() != source.sha256
            if not is_changed:
                return octets
            break
    note(f"{given}: is not kept in the record: it cannot be read again as it was")
    return None
