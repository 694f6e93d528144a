"""REPORT SOURCE: the orders of a report, and the times that the record has of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

import click

from ..answers.disclosure import is_hidden
from ..desk.acceptedorders import all_accepted, carried_by
from ..desk.journal import JournalFile
from ..desk.runfile import DEFAULT, read_run_file
from ..desk.runsettings import RunSettings
from ..desk.state import RunState, load_state
from ..desk.store import Store
from ..errors import BlocklistError
from ..history.history import History
from ..history.tilelog import CHECKPOINT
from ..image.contents import refuse_other_kind
from ..matcher.blocklist import Blocklist
from ..model.orders import Order
from ..model.wording import plural
from ..reports.historytimes import HistoryReading
from ..reports.journaltimes import JournalReading
from ..reports.ordertimes import OrderTimes, ReportedOrder
from .options import load, source_options
from .printing import note

Command = TypeVar("Command", bound=Callable[..., Any])
Item = TypeVar("Item")


def report_options(command: Command) -> Command:
    """Add the sources and the record of a report."""
    command = click.option(
        "--history", type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="Record of what was blocked: its orders, unless sources are given, and its times "
        "(default: that of --config, if it is there).",
    )(command)  # fmt: skip
    command = click.option(
        "--config", metavar="RUN.TOML", type=click.Path(exists=True, dir_okay=False),
        help="Settings of `blocklist run`: its accepted orders, unless sources are given, and its "
        f"record of when they were served (default: {DEFAULT}).",
    )(command)  # fmt: skip
    return source_options(command, required=False)


output_option = partial(
    click.option, "-o", "--output", type=click.Path(dir_okay=False, path_type=Path),
)  # fmt: skip
image_option = click.option(
    "--image", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Image to look up the targets in (default: the one that the outputs are to serve).",
)  # fmt: skip
confidential_option = click.option(
    "--show-confidential", is_flag=True, help="Show what confidential orders say."
)


@dataclass(frozen=True, slots=True)
class ReportSource:
    """What a report is made of.

    Attributes:
        orders: with their times.
        settings: of the desk; ``None`` without one.
        state: of the desk; ``None`` without one.
        history: folder of the record; ``None`` without one.
        missing: what the record holds no longer, as sentences.
        inputs: files and folders that were read, and that no report replaces.
    """

    orders: list[ReportedOrder]
    settings: RunSettings | None
    state: RunState | None
    history: Path | None = None
    missing: Sequence[str] = ()
    inputs: Sequence[str] = ()

    def is_private(self, *, confidential: bool) -> bool:
        """Whether a report that tells what confidential orders say tells of any of them."""
        return confidential and any(is_hidden([one.order]) for one in self.orders)

    def blocked(self, image: Path | None) -> Blocklist | None:
        """Open an image, or else the one that the desk's outputs are to serve.

        Raises:
            ImageError: it is damaged, or of shadow orders.
        """
        if image is None and self.settings is not None and self.state is not None:
            image = Store(self.settings.state).image_path(self.state.written)
            image = image if self.state.written and image.is_file() else None
        if image is None:
            return None
        blocked = Blocklist.open(image)
        refuse_other_kind(blocked, shadow=False)
        return blocked

    def order(self, id_: str) -> ReportedOrder:
        """Return the order with an id, or the only one whose id begins so.

        Raises:
            BlocklistError: no order fits, or several do.
        """
        return _one_of(id_, self.orders, lambda one: one.order.id)


def _one_of(id_: str, orders: Iterable[Item], of: Callable[[Item], str]) -> Item:
    orders = list(orders)
    exact = [one for one in orders if of(one) == id_]
    found = exact or [one for one in orders if of(one).startswith(id_)]
    if len(found) != 1:
        raise BlocklistError(
            f"{id_!r} fits {plural(len(found), 'order')}; `blocklist status` shows the ids"
        )
    return found[0]


def report_source(
    sources: Iterable[str],
    config: str | None,
    history: Path | None,
    *,
    only: str = "",
    **loading: Any,
) -> ReportSource:
    """Read the orders of sources, of a record, or those that the desk accepted; and their times.

    Args:
        sources: files and folders.
        config: the settings of the desk.
        history: the folder of a record.
        only: the one order that the report is about, by its id or the beginning of that; then all
            of the record is read that is about it.
        loading: options of ``load``.

    Raises:
        click.UsageError: none of them is there.
        BlocklistError: one cannot be read, or there is not one order of that id.
    """
    sources = list(sources)
    path = Path(config) if config else DEFAULT if DEFAULT.is_file() else None
    settings = state = None
    if path is not None:
        try:
            settings = read_run_file(path, thorough=False)
            state = load_state(settings.state)
        except (BlocklistError, OSError) as error:
            if config or not (sources or history):
                raise
            settings = None
            note(f"{path} is not used: {error}")
    if history is None and settings is not None and (settings.record / CHECKPOINT).is_file():
        history = settings.record
    if settings is None and history is None and not sources:
        raise click.UsageError(
            f"give SOURCE…, --history DIR or --config RUN.TOML: there is no {DEFAULT}"
        )
    given = load(sources, **loading) if sources else None
    if given is not None and (history or settings) is not None:
        note(f"times are from the record of {history or path}")
    missing: Sequence[str] = ()
    if history is not None:
        orders, missing = _of_history(given, history, settings, only)
    elif settings is not None and state is not None:
        orders = _of_journal(given, settings, state, only)
    else:
        picked = _picked([(order, "") for order in given or ()], only)
        orders = [ReportedOrder(order, OrderTimes(order.id)) for order, _ in picked]
    inputs = [*sources, *(str(one) for one in (path, history) if one is not None)]
    return ReportSource(orders, settings, state, history, missing, inputs)


def _of_history(
    given: list[Order] | None, folder: Path, settings: RunSettings | None, only: str
) -> tuple[list[ReportedOrder], list[str]]:
    outputs = () if settings is None else [one.name for one in settings.outputs if not one.shadow]
    with History.open(folder) as history:
        reading = HistoryReading(history, outputs)
        held = [(order, "") for order in (reading.orders() if given is None else given)]
        reported = [
            ReportedOrder(order, reading.times(order, whole=bool(only)))
            for order, _ in _picked(held, only)
        ]
        return reported, reading.missing


def _of_journal(
    given: list[Order] | None, settings: RunSettings, state: RunState, only: str
) -> list[ReportedOrder]:
    if given is None:
        held = all_accepted(settings, state)
    else:
        held = [(order, order.source.sha256) for order in given]
    reading = JournalReading(
        JournalFile(settings.state).entries(),
        cache(partial(carried_by, settings)),
        [output.name for output in settings.outputs if not output.shadow],
    )
    return [
        ReportedOrder(order, reading.times(order, file, whole=bool(only)))
        for order, file in _picked(held, only)
    ]


def _picked(held: list[tuple[Order, str]], only: str) -> list[tuple[Order, str]]:
    """Return each order that is enforced once, or the one that is asked for."""
    tried = sum(order.shadow for order, _ in held)
    if tried:
        note(f"{plural(tried, 'shadow order')} left out: nothing is blocked for a shadow order")
    held = [(order, file) for order, file in held if not order.shadow]
    once = {order.id: (order, file) for order, file in held}
    if len(once) < len(held):
        note(f"{plural(len(held) - len(once), 'order')} given more than once; the last counts")
    return [_one_of(only, once.values(), lambda one: one[0].id)] if only else list(once.values())
