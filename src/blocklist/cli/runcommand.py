"""RUN COMMAND: ``blocklist run`` and ``next``: the desk on the command line."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from ..atomicfile import writing
from ..desk.agenda import agenda
from ..desk.cycle import run_cycle
from ..desk.lock import BusyError
from ..desk.matters import Exit, exit_of, matters_of
from ..desk.runfile import DEFAULT, read_run_file
from ..desk.runpage import lines_of, page_of
from ..desk.runrequest import RunOutcome, RunRequest
from ..desk.state import load_state
from ..errors import BlocklistError, sentence_of
from .group import leave_stdout
from .printing import note, printable, shown_json
from .values import Duration

_file = click.argument("file", type=click.Path(path_type=Path), default=DEFAULT, metavar="[FILE]")
_SHORTEST = 1.0


@click.command("run")
@_file
@click.option("--dry-run", is_flag=True, help="Say what would change; write nothing.")
@click.option(
    "--check", is_flag=True,
    help="Only check FILE: keys, paths, formats, programs, owners, resolvers; read no source.",
)  # fmt: skip
@click.option(
    "--confirm", metavar="TOKEN", default="", help="Accept the held edition that printed TOKEN."
)
@click.option(
    "--to", metavar="DIGEST", default="", help="Put back an image that is kept, and stay there."
)
@click.option("--unpin", is_flag=True, help="End that.")
@click.option("--reason", default="", help="Why; with --confirm and --to.")
@click.option(
    "--wait", type=Duration(), default="10s", show_default=True,
    help="How long to wait for another run to end.",
)  # fmt: skip
@click.option(
    "--ahead", type=Duration(), default="0s",
    help="Compile for an instant that comes within this time, and enforce it at that instant.",
)  # fmt: skip
@click.option("--every", type=Duration(), help="Stay, and run again after this time.")
@click.option("--clock-ok", is_flag=True, help="Run although the clock is before the last run.")
@click.option("--json", "as_json", is_flag=True, help="Print the page as JSON, one object a run.")
def run(
    file: Path,
    dry_run: bool,
    check: bool,
    confirm: str,
    to: str,
    unpin: bool,
    reason: str,
    wait: float,
    ahead: float,
    every: float | None,
    clock_ok: bool,
    as_json: bool,
) -> None:
    """Bring the orders of a folder into force, and see that they are served.

    FILE is run.toml (default: /etc/blocklist/run.toml). Exit code 0: all that the sources order is
    served; 1: it is, but a person must look; 2: nothing was changed; 3: an output is not seen to
    serve; 4: with --dry-run, something would change; 75: another run has the lock.
    """
    _refuse_together(dry_run, check, confirm, to, unpin, reason, every)
    if check:
        sys.exit(_check(file))
    request = RunRequest(
        confirm=confirm, to=to, unpin=unpin, reason=reason, wait=wait, ahead=ahead,
        clock_ok=clock_ok,
    )  # fmt: skip
    if dry_run:
        from ..desk.rehearsal import rehearse

        sys.exit(_tell([rehearse(read_run_file(file), request, datetime.now(UTC))], as_json))
    if every is None:
        sys.exit(_run_once(file, request, as_json))
    while True:
        begun = time.monotonic()
        try:
            _run_once(file, request, as_json)
        except (BlocklistError, OSError) as error:  # the next run may find it put right
            note(f"Error: {sentence_of(error)}")
        sys.stdout.flush()
        time.sleep(max(_SHORTEST, every - (time.monotonic() - begun)))


def _refuse_together(
    dry_run: bool, check: bool, confirm: str, to: str, unpin: bool, reason: str, every: float | None
) -> None:
    if (confirm or to) and not reason.strip():
        raise click.UsageError(f"{'--confirm' if confirm else '--to'} needs --reason TEXT")
    if sum(map(bool, (confirm, to, unpin))) > 1:
        raise click.UsageError("--confirm, --to and --unpin go one at a time")
    if every is not None and (dry_run or check or confirm or to or unpin):
        raise click.UsageError("--every goes with plain runs alone")


def _check(file: Path) -> int:
    from ..desk.placecheck import place_faults

    faults = place_faults(read_run_file(file))
    for fault in faults:
        note(fault)
    if not faults:
        note(f"{file}: good")
    return Exit.NOTHING if faults else Exit.GOOD


def _run_once(file: Path, request: RunRequest, as_json: bool) -> int:
    settings = read_run_file(file, thorough=False)
    try:
        return _tell(run_cycle(settings, request), as_json)
    except BusyError as error:
        note(str(error))
        return Exit.BUSY


def _tell(outcomes: list[RunOutcome], as_json: bool) -> int:
    """Print the pages; the exit code says how the run went, also if no one reads them."""
    try:
        for outcome in outcomes:
            _print(outcome, as_json)
        sys.stdout.flush()
    except BrokenPipeError:
        leave_stdout()
    return outcomes[-1].code


def _print(outcome: RunOutcome, as_json: bool) -> None:
    if as_json:
        click.echo(shown_json(outcome.page))
    else:
        for line in lines_of(outcome.page):
            click.echo(printable(line))
    for failure in outcome.page.get("failures", ()):
        note(failure)


def tell_state(file: Path, as_json: bool) -> int:
    """Print the page of what the last run recorded, as it stands now; return its exit code."""
    settings = read_run_file(file, thorough=False)
    state, now = load_state(settings.state), datetime.now(UTC)
    matters = matters_of(settings, state, now)
    code = int(exit_of(matters))
    page = page_of(settings, state, {}, matters, code, now)
    return _tell([RunOutcome(code, page)], as_json)


@click.command("next")
@_file
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line.")
def next_(file: Path, as_json: bool) -> None:
    """Show the next instants at which a run is needed, with the reason of each.

    The first is when an order next begins or ends, unless something else comes before.
    """
    settings = read_run_file(file, thorough=False)
    now = datetime.now(UTC)
    for at, why in agenda(settings, load_state(settings.state), now):
        if as_json:
            click.echo(shown_json({"at": at.isoformat(), "why": why}))
        else:
            click.echo(printable(f"{at.isoformat(timespec='seconds')}\t{why}"))


@click.command("units")
@_file
@click.option("--user", default="blocklist", show_default=True, help="User that runs it.")
@click.option(
    "--program", default="/opt/blocklist/bin/blocklist", show_default=True,
    help="Path of the command.",
)  # fmt: skip
@click.option("--cron", is_flag=True, help="Print a line for /etc/cron.d instead of units.")
@click.option(
    "-o", "--output", type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="Folder to write blocklist.service and blocklist.timer to, instead of printing them.",
)  # fmt: skip
def units_(file: Path, user: str, program: str, cron: bool, output: Path | None) -> None:
    """Print what runs FILE each minute: setup commands, systemd units, or a cron line.

    FILE is run.toml (default: /etc/blocklist/run.toml). Nothing is installed.
    """
    from ..desk.units import cron_line, notes, service_unit, setup_lines, timer_unit

    settings = replace(read_run_file(file, thorough=False), path=file.absolute())
    parts = {
        "blocklist.service": service_unit(settings, user, program),
        "blocklist.timer": timer_unit(),
    }
    if output is not None:
        for name, text in parts.items():
            with writing(output / name) as unit:
                unit.write(text.encode())
        return
    for line in setup_lines(settings, user):
        click.echo(f"# {line}")
    for line in notes(settings):
        click.echo(f"# {line}")
    if cron:
        click.echo(cron_line(settings, user, program), nl=False)
        return
    for name, text in parts.items():
        click.echo(f"\n# {name}\n{text}", nl=False)
