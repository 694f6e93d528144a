"""HISTORY COMMAND: what was blocked when, and is the record sound."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from ..desk.runfile import DEFAULT, read_run_file
from ..errors import ConfigurationError, HistoryError
from ..history.history import History
from ..history.logcheck import LogCheck, check_record
from ..history.record import KEYS
from ..history.recordproof import proof_of
from ..history.tilelog import CHECKPOINT
from ..history.timelines import Serving, WasBlocked
from ..model.wording import plural
from ..signing.keyfile import read_key
from .historylines import answer_data, answer_lines, period_data, period_line
from .printing import note, printable, shown_json
from .values import Instant
from .witnessoptions import (
    attestation_data,
    attestation_notes,
    witness_data,
    witness_lines,
    witness_options,
    witness_trust,
)

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
@witness_options
@history_options
def was_blocked_(
    name: str, at: datetime, served: bool, proof: Path | None, show_confidential: bool,
    as_json: bool, folder: Path | None, config: Path, **believed: Any,
) -> None:  # fmt: skip
    """Say whether NAME, a URL or an address was blocked at an instant, and on whose order.

    Exit code 0: it was in force; 1: it was not; 2: that is not known. With --served: 0: all
    resolvers served it; 1: not all; 2: serving was not recorded.
    """
    trust = witness_trust(**believed)
    with History.open(history_folder(folder, config)) as history:
        found = replace(history.was_blocked(name, _end_of_second(at)), at=at)
        stamp = history.witnessed(found.image) if found.image is not None else None
        if as_json:
            data = answer_data(found, show_confidential)
            click.echo(shown_json({**data, "witnessed": witness_data(stamp, trust)}, 2))
        else:
            lines = answer_lines(found, show_confidential)
            for line in [*lines, *witness_lines(stamp, trust)]:
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
@witness_options
@history_options
def show_(
    name: str, show_confidential: bool, as_json: bool, folder: Path | None, config: Path,
    **believed: Any,
) -> None:  # fmt: skip
    """Show since when and until when NAME was blocked, and on whose order."""
    trust = witness_trust(**believed)
    with History.open(history_folder(folder, config)) as history:
        periods = [(period, history.witnessed(period.since)) for period in history.periods(name)]
    for period, stamp in periods:
        if as_json:
            data = period_data(period, show_confidential)
            click.echo(shown_json({**data, "witnessed": witness_data(stamp, trust)}))
            continue
        click.echo(printable(period_line(period, show_confidential)))
        for line in witness_lines(stamp, trust):
            click.echo(printable(f"  {line}"))
    if not periods:
        note("no image is recorded yet")


@history_.command("verify")
@click.option(
    "--since", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A checkpoint that somebody kept: the log must have grown from it.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@witness_options
@history_options
def verify_(
    since: Path | None, as_json: bool, folder: Path | None, config: Path, **believed: Any
) -> None:
    """Read every file of the record, and check hashes, signatures, roots and differences.

    Exit code 0: it is sound; 1: it is not; 2: it cannot be read.
    """
    where, trust = history_folder(folder, config), witness_trust(**believed)
    try:
        with History.open(where) as history:
            found = check_record(history.record, since=since, trust=trust)
            origin = history.origin
    except HistoryError as error:
        if not (where / CHECKPOINT).is_file():
            raise
        origin, found = "no checkpoint", LogCheck(faults=[str(error)])
    if as_json:
        data = {"origin": origin, "entries": found.entries, "objects": found.objects}
        data |= {"faults": found.faults, "notes": found.notes}
        click.echo(shown_json({**data, "witnessed": attestation_data(found.attestations)}, 2))
    else:
        for text in [*found.notes, *attestation_notes(found.attestations)]:
            note(f"note: {text}")
        for text in found.faults:
            click.echo(printable(text))
        size = f"{plural(found.entries, 'entry', 'entries')}, {plural(found.objects, 'object')}"
        state = f"not sound: {plural(len(found.faults), 'fault')}" if found.faults else "sound"
        click.echo(printable(f"{origin}: {size}: {state}"))
    sys.exit(EXIT_NO if found.faults else 0)


@history_.command("new-key")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--key", type=click.Path(dir_okay=False, path_type=Path),
    help="File of the private key until now (default: key in the folder of the record).",
)  # fmt: skip
@click.option("--lost", is_flag=True, help="The key until now is lost; each proof will say so.")
@history_options
def new_key_(file: Path, key: Path | None, lost: bool, folder: Path | None, config: Path) -> None:
    """Sign the record with the private key in FILE from now on.

    Make it with `blocklist key new FILE --name ORIGIN`. The key until now signs the new one.
    """
    if lost and key is not None:
        raise click.UsageError("--key FILE says where the key is, and --lost that it is lost")
    with History.open(history_folder(folder, config)) as history:
        new = read_key(file)
        if lost:
            history.replace_lost_key(new)
        else:
            history.rotate(new, key=key)
        keys = history.folder / KEYS
    click.echo(f"signed by {new.verifier} from now on: give {keys} to those who verify")
    note(f"name {file} as the key of the record (--key, or key in [history])")


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
