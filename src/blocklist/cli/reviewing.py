"""REVIEWING: the command that asks a person for each fact and group of names of a draft."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from ..atomicfile import Rights, replacing
from ..errors import BlocklistError, OrderSyntaxError
from ..loaders import LoadOptions, load_orders
from ..loaders.drafts import draft_text, drafted_documents
from ..loaders.orderfile import is_order_file
from ..loaders.ordertext import toml_value
from ..model.targets import parse_target
from ..model.tomltext import says_confidential
from ..model.wording import plural, steady
from ..review.draftfile import Choice, DraftFile, Step, StepKind, as_toml
from .printing import note

EXIT_OPEN = 1
_REVIEWED = ".reviewed.toml"
_ORDER = '[[order]]\nid = "x"\nreviewed = false\ntargets = []\n{} = {}\n'


class _QuitError(Exception):
    """The person stops here."""


@click.command("review")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Order file to write (default: FILE with .reviewed.toml for its ending).",
)
@click.option("--reviewer", help="Name of the person who reviews (default: asked at the end).")
@click.option("--force", is_flag=True, help="Begin again, although the output exists.")
@click.option("--encoding", help="Text encoding of a document, such as windows-1250.")
@click.option("--ocr", is_flag=True, help="Recognise the text of scanned pages.")
@click.option("--show-confidential", is_flag=True, help="Show the names of a confidential order.")
def review(
    file: Path,
    output: Path | None,
    reviewer: str | None,
    force: bool,
    encoding: str | None,
    ocr: bool,
    show_confidential: bool,
) -> None:
    """Ask for each fact and group of names of a draft or document, and write the reviewed order.

    FILE is a draft (import --draft) or any document. Every answer is written to the output at once:
    to stop, answer q or press Ctrl-C; the same command continues. Until the end the output is a
    draft, which compile refuses.

    Exit code 0 if the order is reviewed, 1 if something is still to be answered, 2 on an error.
    """
    output = output or file.with_suffix(_REVIEWED)
    if output.resolve() == file.resolve():
        raise click.UsageError(f"-o {output} would replace FILE; name another file")
    drafted = _drafted(file, LoadOptions(encoding=encoding, ocr=ocr), show_confidential)
    draft = _begin(file, drafted, output, force)
    try:
        while pending := draft.pending:
            draft = _answer(draft, pending[0], len(draft.steps) - len(pending) + 1)
            _write(output, draft.text)
        _sign(draft, output, reviewer)
    except (_QuitError, click.Abort):
        click.echo()
        left = plural(len(draft.pending), "answer")
        note(f"{output}: {left} left; run the same command to continue")
        sys.exit(EXIT_OPEN)


def _begin(file: Path, drafted: str, output: Path, force: bool) -> DraftFile:
    """Return the draft where its review stands."""
    draft = _read(drafted, file)
    if not output.exists() or force:
        _write(output, draft.text)
        return draft
    try:
        begun = _read(output.read_text("utf-8"), output)
    except (OrderSyntaxError, UnicodeDecodeError) as error:
        message = f"{output} is no review to go on with ({error}); use --force to begin again"
        raise click.UsageError(message) from error
    if begun.digests != draft.digests:
        raise click.UsageError(f"{output} is of another document; name another output with -o")
    done = len(begun.steps) - len(begun.pending)
    note(f"{output}: goes on after {plural(done, 'answer')}")
    return begun


def _read(text: str, path: Path) -> DraftFile:
    """Return a draft that is an order file as well, so that what comes of it can be loaded."""
    load_orders(text.encode(), format="order", name=str(path))
    return DraftFile(text, str(path))


def _drafted(file: Path, options: LoadOptions, confidential: bool) -> str:
    """Return the text of a draft, or make one of a document."""
    try:
        text = file.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    if is_order_file(text.splitlines()):
        if says_confidential(text) and not confidential:
            raise click.UsageError(
                f"{file} is confidential; use --show-confidential to show its names"
            )
        return text.replace("\r\n", "\n")
    return draft_text(drafted_documents(str(file), options, confidential=confidential))


def _write(output: Path, text: str) -> None:
    with replacing(output, Rights(is_private=says_confidential(text))) as file:
        file.write(text.encode())


def _answer(draft: DraftFile, step: Step, number: int) -> DraftFile:
    """Ask for one step, and return the draft with its answer."""
    click.echo()
    _say(f"{number} of {len(draft.steps)}: {step.title}")
    return _ASK[step.kind](draft, step)


def _fact(draft: DraftFile, step: Step) -> DraftFile:
    """Ask for each reading of a fact, until one is taken."""
    for number, choice in enumerate(step.choices, 1):
        of = f"  (reading {number} of {len(step.choices)})" if len(step.choices) > 1 else ""
        _say(f"  {choice.key} = {choice.text}{of}")
        _say(f"      {choice.said}")
        answer = _ask("  y takes it, n leaves it out, e writes another, q stops", "yneq")
        if answer == "y":
            return draft.answered(step, taken={choice.line})
        if answer == "e":
            return draft.answered(step, written={choice.line: _value(choice)})
    return draft.answered(step)


def _missing(draft: DraftFile, step: Step) -> DraftFile:
    _say(f"  not found in the text: {', '.join(choice.key for choice in step.choices)}")
    answer = _ask("  y goes on without them, e writes them, q stops", "yneq")
    if answer != "e":
        return draft.answered(step)
    _say("  Enter leaves one out.")
    written = {choice.line: _value(choice) for choice in step.choices}
    return draft.answered(step, written={line: value for line, value in written.items() if value})


def _group(draft: DraftFile, step: Step) -> DraftFile:
    """Ask for a group: as a whole, then for what is doubtful; or name by name."""
    known = {*draft.taken(step.order), *draft.excepted(step.order)}
    for choice in step.choices:
        sign = "?" if choice.doubtful else " "
        again = " (answered already)" if choice.text in known else ""
        _say(f"  {sign} {choice.text}{again}")
        _say(f"      {choice.said}")
    plain = [choice for choice in step.choices if not choice.doubtful]
    takes = f"y takes {plural(len(plain), 'name')}" if plain else "y asks for each"
    doubtful = len(step.choices) - len(plain)
    takes += f" and asks for {doubtful} with ?" if plain and doubtful else ""
    answer = _ask(f"  {takes}, n takes none, e asks for each, q stops", "yneq")
    if answer == "n":
        return draft.answered(step)
    taken = {choice.line for choice in plain} if answer == "y" else set()
    excepted, written = set(), {}
    for choice in step.choices:
        if choice.line in taken:
            continue
        said = _name(choice)
        if said == "y":
            taken.add(choice.line)
        elif said == "x":
            excepted.add(choice.line)
        elif said != "n":
            written[choice.line] = said
    return draft.answered(step, taken, excepted, written)


def _name(choice: Choice) -> str:
    """Ask for one name; return y, n, x or another name as TOML."""
    while True:
        _say(f"  {choice.text}")
        said = _prompt("    y takes it, n does not, x is an exception, q stops, or the right name")
        if said in ("y", "n", "x"):
            return said
        if said == "q":
            raise _QuitError
        try:
            return toml_value(parse_target(said).text)
        except BlocklistError as error:
            _say(f"    {error}")


def _value(choice: Choice) -> str:
    """Ask for the value of a fact, as TOML; empty if it is left out."""
    while True:
        said = _prompt(f"    {choice.key}, such as {choice.text}")
        if not said:
            return ""
        value = as_toml(said)
        try:
            load_orders(_ORDER.format(choice.key, value).encode(), format="order", name="answer")
        except BlocklistError as error:
            _say(f"    {error}")
            continue
        return value


_ASK: dict[StepKind, Callable[[DraftFile, Step], DraftFile]] = {
    StepKind.FACT: _fact,
    StepKind.MISSING: _missing,
    StepKind.GROUP: _group,
}


def _sign(draft: DraftFile, output: Path, reviewer: str | None) -> None:
    """Show what would be blocked, ask who signs, and write the reviewed order."""
    click.echo()
    for line in _summary(draft):
        _say(line)
    now = datetime.now(UTC)
    if not draft.signed("", now):
        note(f"{output}: no name was taken, so it stays a draft; use --force to begin again")
        sys.exit(EXIT_OPEN)
    if _ask("  y signs it as reviewed, n leaves it a draft", "ynq") != "y":
        raise _QuitError
    while not reviewer:
        reviewer = _prompt("  Your name")
    text = draft.signed(reviewer, now)
    orders = load_orders(text.encode(), name=str(output))
    _write(output, text)
    targets = sum(len(order.targets) for order in orders)
    note(f"{output}: {plural(targets, 'target')} of {plural(len(orders), 'order')}, reviewed")


def _summary(draft: DraftFile) -> Iterator[str]:
    for order, source in enumerate(draft.sources):
        taken, excepted = draft.taken(order), draft.excepted(order)
        left = "" if taken else "; the order is left out"
        yield f"{source}: {plural(len(taken), 'target')}{left}"
        yield from (f"  {name}" for name in taken)
        yield from (f"  except {name}" for name in excepted)


def _ask(question: str, letters: str) -> str:
    """Return the letter that a person answers; a word counts by its first."""
    while True:
        answer = _prompt(f"{question} [{'/'.join(letters)}]")[:1].lower()
        if answer == "q":
            raise _QuitError
        if answer and answer in letters:
            return answer


def _prompt(question: str) -> str:
    answer: str = click.prompt(steady(question), default="", show_default=False)
    return answer.strip()


def _say(text: str) -> None:
    """Print a line in which nothing of the document controls the terminal."""
    click.echo(steady(text).encode("utf-8", "replace").decode())
