"""RECORDING: ``compile --history``: the record of those who use no desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from ..errors import ConfigurationError
from ..image.container import Image
from ..model.orders import Order
from ..signing.ed25519 import public_of
from .printing import note


def record_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a record that is written."""
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
        ]
    ):
        command = option(command)
    return command


class Recording:
    """Writes what is compiled into a record, if one is asked for."""

    def __init__(self, folder: Path | None, origin: str, key: Path | None) -> None:
        """Take the options, and see that signing is possible before anything is written.

        Raises:
            ConfigurationError: an option without the one it belongs to.
            BlocklistError: the extra ``sign`` is not installed.
        """
        self._folder, self._origin, self._key = folder, origin, key
        if folder is None:
            if origin or key is not None:
                name = "--origin" if origin else "--key"
                raise click.UsageError(f"{name} needs --history DIR")
            return
        public_of(bytes(32))
        if folder.is_file():
            raise ConfigurationError(f"--history {folder}: is a file, not a folder")

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
        from ..history.history import KEY, History
        from ..history.recordwriter import RecordedCycle
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
            )  # fmt: skip
            history.append(cycle, key=self._key)
