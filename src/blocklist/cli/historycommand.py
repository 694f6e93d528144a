"""HISTORY COMMAND: what was blocked when, and is the record sound."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from ..answers.disclosure import CONFIDENTIAL, describe, fit, is_hidden, tellable
from ..desk.runfile import DEFAULT, read_run_file
from ..errors import ConfigurationError, HistoryError
from ..history.history import History
from ..history.logcheck import LogCheck, check_record
from ..history.recordproof import proof_of
from ..history.tilelog import CHECKPOINT
from ..history.timelines import Period, Serving, WasBlocked
from ..model.orders import Order
from ..model.wording import plural
from .printing import note, printable, shown_json
from .values import Instant

EXIT_NO, EXIT_NOT_KNOWN = 1, 2


def history_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say which record is asked."""
    for option in reversed(
        [
            click.option(
                "--history",
                "folder",
                type=click.Path(file_okay=False, path_type=Path),
                help="Folder of the record (default: history in the state folder of --config).",
            ),
            click.option(
                "--config",
                type=click.Path(path_type=Path),
                default=DEFAULT,
                show_default=True,
                help="run.toml, which names the state folder.",
            ),
        ]
    ):
        command = option(command)
    return command


def history_folder(folder: Path | None, config: Path) -> Path:
    """Return the folder of the record that the options name."""
    if folder is not None:
        return folder
    if str(config) == str(DEFAULT) and not config.is_file():
        raise ConfigurationError(
            f"no record is named, and there is no {config}; give --history DIR or --config FILE"
        )
    return read_run_file(config, thorough=False).record


@click.command("was-blocked")
@click.argument("name")
@click.option("--at", type=Instant(), required=True, help="The time (UTC if it has no offset).")
@click.option("--served", is_flag=True, help="Let the exit code say whether it was served.")
@click.option(
    "--proof", type=click.Path(dir_okay=False, path_type=Path),
    help="Write a proof that the order named it and was in force (.tlog-proof).",
)  # fmt: skip
@click.option("--show-confidential", is_flag=True, help="Show rule and ids of confidential orders.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@history_options
def was_blocked_(
    name: str, at: datetime, served: bool, proof: Path | None, show_confidential: bool,
    as_json: bool, folder: Path | None, config: Path,
) -> None:  # fmt: skip
    """Say whether NAME, a URL or an address was blocked at an instant, and on whose order.

    Exit code 0: it was in force; 1: it was not; 2: that is not known. With --served: 0: all
    resolvers served it; 1: not all; 2: serving was not recorded.
    """
    with History.open(history_folder(folder, config)) as history:
        found = replace(history.was_blocked(name, _end_of_second(at)), at=at)
        if as_json:
            click.echo(shown_json(_answer_data(found, show_confidential), 2))
        else:
            for line in _answer_lines(found, show_confidential):
                click.echo(printable(line))
        if proof is not None:
            _write_proof(history, found, proof)
    sys.exit(_served_code(found) if served else _code(found.in_force))


@click.group("history")
def history_() -> None:
    """Ask and check the record of what was blocked."""


@history_.command("show")
@click.argument("name")
@click.option("--show-confidential", is_flag=True, help="Show rule and ids of confidential orders.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each period.")
@history_options
def show_(
    name: str, show_confidential: bool, as_json: bool, folder: Path | None, config: Path
) -> None:
    """Show since when and until when NAME was blocked, and on whose order."""
    with History.open(history_folder(folder, config)) as history:
        periods = history.periods(name)
    for period in periods:
        if as_json:
            click.echo(shown_json(_period_data(period, show_confidential)))
        else:
            click.echo(printable(_period_line(period, show_confidential)))
    if not periods:
        note("no image is recorded yet")


@history_.command("verify")
@click.option(
    "--since", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A checkpoint that somebody kept: the log must have grown from it.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@history_options
def verify_(since: Path | None, as_json: bool, folder: Path | None, config: Path) -> None:
    """Read every file of the record, and check hashes, signatures, roots and differences.

    Exit code 0: it is sound; 1: it is not; 2: it cannot be read.
    """
    where = history_folder(folder, config)
    try:
        with History.open(where) as history:
            found = check_record(history.record, since=since)
            origin = history.origin
    except HistoryError as error:
        if not (where / CHECKPOINT).is_file():
            raise
        origin, found = "no checkpoint", LogCheck(faults=[str(error)])
    if as_json:
        data = {"origin": origin, "entries": found.entries, "objects": found.objects}
        click.echo(shown_json({**data, "faults": found.faults, "notes": found.notes}, 2))
    else:
        for text in found.notes:
            note(f"note: {text}")
        for text in found.faults:
            click.echo(printable(text))
        size = f"{plural(found.entries, 'entry', 'entries')}, {plural(found.objects, 'object')}"
        state = f"not sound: {plural(len(found.faults), 'fault')}" if found.faults else "sound"
        click.echo(printable(f"{origin}: {size}: {state}"))
    sys.exit(EXIT_NO if found.faults else 0)


@history_.command("index")
@history_options
def index_(folder: Path | None, config: Path) -> None:
    """Make index.sqlite again from the record."""
    with History.open(history_folder(folder, config)) as history:
        read = history.rebuild_index()
    click.echo(f"index made from {plural(read, 'entry', 'entries')}")


@history_.command("erase")
@click.argument("order")
@click.option("--ground", required=True, help="Why; kept in the record, so it names nobody.")
@click.option("--who", default="", help="Who asked for it; kept as well.")
@click.option(
    "--key", type=click.Path(dir_okay=False, path_type=Path),
    help="File of the private key of the record (default: key in its folder).",
)  # fmt: skip
@history_options
def erase_(
    order: str, ground: str, who: str, key: Path | None, folder: Path | None, config: Path
) -> None:
    """Delete what the record holds of ORDER (its id): names, parties, texts. The log stays whole.

    If a source still holds the order, the next run records it again: remove it there first.
    """
    with History.open(history_folder(folder, config)) as history:
        found = history.erase(order, ground, who=who, key=key)
    click.echo(
        f"erased {plural(found.editions, 'edition')} of the order, "
        f"{plural(found.objects, 'object')}; treat backups in the same way"
    )


def _end_of_second(at: datetime) -> datetime:
    """Return the last instant that a time without fractions may mean, and that has come.

    Entries have milliseconds: an image of this very second would else be in force in the next.
    """
    now = datetime.now(UTC)
    if at.microsecond or at > now:
        return at
    return min(at + timedelta(milliseconds=999), now)


def _write_proof(history: History, found: WasBlocked, path: Path) -> None:
    """Write the proof of an answer, or say why that cannot be."""
    from ..atomicfile import Rights, writing

    if not found.in_force:
        note("no proof is written: the record does not say that it was in force")
        return
    proof = proof_of(history.record, history.index, found)
    if proof.confidential:
        note(f"{path}: names a target of a confidential order; keep it secret")
    with writing(path, Rights(is_private=proof.confidential)) as file:
        file.write(proof.octets)


def _code(in_force: bool | None) -> int:
    if in_force is None:
        return EXIT_NOT_KNOWN
    return 0 if in_force else EXIT_NO


def _served_code(found: WasBlocked) -> int:
    if found.serving in (Serving.NOT_RECORDED, Serving.NOT_KNOWN):
        return EXIT_NOT_KNOWN
    everywhere = bool(found.resolvers) and all(one.blocked for one in found.resolvers)
    return 0 if everywhere else EXIT_NO


def _answer_lines(found: WasBlocked, confidential: bool) -> list[str]:
    at = _shown(found.at)
    if found.in_force is None:
        return [f"{found.name}: not known at {at}: {found.reason}", f"{found.serving}"]
    lines = [f"{found.name}: {'in force' if found.in_force else 'not in force'} at {at}"]
    if found.since is not None:
        lines[0] += f", since {_shown(found.since)}"
    lines.append(_serving_line(found))
    if found.rule is not None:
        what = "rule" if not found.rule.allow else "exception"
        lines.append(f"{what}: {_rule(found, confidential)}")
    lines += (f"order: {_order(order, confidential)}" for order in found.orders)
    for one in found.resolvers:
        since = f"blocked since {_shown(one.since)}" if one.since is not None else "not blocked"
        lines.append(f"{one.output}, {one.resolver}: {since}")
    if found.reason:
        lines.append(f"not certain: {found.reason}")
    return lines


def _serving_line(found: WasBlocked) -> str:
    begun = [one.since for one in found.resolvers if one.since is not None]
    if found.serving is Serving.SERVED:
        return f"served since {_shown(max(begun))}"
    if found.serving is Serving.INTRODUCED and not found.resolvers:
        return f"{found.serving}: no resolver was seen yet"
    if found.serving in (Serving.INTRODUCED, Serving.LIFTED):
        seen = sum(one.blocked for one in found.resolvers)
        count = plural(len(found.resolvers), "resolver")
        return f"{found.serving}: seen blocked on {seen} of {count}"
    return str(found.serving)


def _rule(found: WasBlocked | Period, confidential: bool) -> str:
    if found.rule is None:
        return ""
    is_secret = bool(found.orders) and is_hidden(found.orders) and not confidential
    return CONFIDENTIAL if is_secret else found.rule.text


def _order(order: Order, confidential: bool) -> str:
    if not tellable([order], confidential=confidential):
        return CONFIDENTIAL
    return f"{fit(order.id)}: {describe(order, confidential=confidential)}"


def _ids(orders: tuple[Order, ...], confidential: bool) -> list[str]:
    return [fit(order.id) for order in tellable(orders, confidential=confidential)]


def _shown(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds").replace("+00:00", "Z")


def _answer_data(found: WasBlocked, confidential: bool) -> dict[str, Any]:
    return {
        "name": found.name,
        "at": _shown(found.at),
        "in_force": found.in_force,
        "reason": found.reason,
        "since": found.since and _shown(found.since),
        "entry": found.image,
        "rule": _rule(found, confidential) or None,
        "orders": _ids(found.orders, confidential),
        "serving": str(found.serving),
        "resolvers": [
            {
                "output": one.output,
                "resolver": one.resolver,
                "blocked": one.blocked,
                "since": one.since and _shown(one.since),
            }
            for one in found.resolvers
        ],
    }


def _period_data(period: Period, confidential: bool) -> dict[str, Any]:
    return {
        "blocked": period.blocked,
        "begins": _shown(period.begins),
        "ends": period.ends and _shown(period.ends),
        "entry": period.since,
        "rule": _rule(period, confidential) or None,
        "orders": _ids(period.orders, confidential),
    }


def _period_line(period: Period, confidential: bool) -> str:
    until = "now" if period.ends is None else _shown(period.ends)
    line = (
        f"{_shown(period.begins)} until {until}: {'blocked' if period.blocked else 'not blocked'}"
    )
    if period.rule is None:
        return line
    orders = ", ".join(_ids(period.orders, confidential)) or CONFIDENTIAL
    what = "exception" if period.rule.allow else "rule"
    return f"{line} ({what} {_rule(period, confidential)}; {orders})"
