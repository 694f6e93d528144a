"""GROUP: the command ``blocklist``; it imports a subcommand only when that one is called.

So a helper of a proxy starts without the compile side and without its libraries.
"""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import Any

import click

from .. import _core
from ..backend import GET_NATIVE, __version__, is_pure_wanted
from ..errors import BlocklistError, sentence_of
from .printing import note, open_missing_streams, printable, take_any_text

EXIT_ERROR = 2
EXIT_INTERRUPTED = 128 + 2
"""What a shell gives a program that SIGINT ended."""
EXIT_READER_GONE = 128 + 13
"""What a shell gives a program that SIGPIPE ended: the reader of its output has seen enough."""

COMMANDS = {
    "aliases": "aliasing:aliases_",
    "audit": "auditing:audit_",
    "check": "checking:check",
    "collateral": "collateralcommand:collateral_",
    "compile": "compiling:compile_",
    "diff": "imagecommands:diff_",
    "explain": "imagecommands:explain",
    "export": "exporting:export_",
    "ext-authz": "helpers:ext_authz",
    "formats": "inputs:formats",
    "history": "historycommand:history_",
    "import": "importing:import_",
    "key": "keys:key",
    "next": "runcommand:next_",
    "probe": "probing:probe_",
    "proof": "proofcommand:proof_",
    "query": "imagecommands:query",
    "report": "reporting:report",
    "review": "reviewing:review",
    "run": "runcommand:run",
    "serve": "serving:serve",
    "squid-helper": "helpers:squid_helper",
    "status": "orderstatus:status",
    "template": "inputs:template",
    "units": "runcommand:units_",
    "verify": "imagecommands:verify",
    "was-blocked": "historycommand:was_blocked_",
}
"""Where each command is: module of this package, and attribute."""


class _Failure(click.ClickException):
    exit_code = EXIT_ERROR


class _Group(click.Group):
    """Finds the commands; every error that a user can cause becomes one line and exit code 2."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(f".{module}", __package__), name)
        command.short_help = command.get_short_help_str(limit=200)  # whole, not cut at the margin
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            leave_stdout()
            raise click.exceptions.Exit(EXIT_READER_GONE) from None
        except (BlocklistError, OSError, ValueError) as error:
            raise _Failure(printable(_sentence(error))) from error


def _sentence(error: Exception, where: str = "") -> str:
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:  # all files say their names
        where = where or "standard output"
    return sentence_of(error, where)


def leave_stdout() -> None:
    """Let nothing be written to standard output any more, also at exit, when Python flushes it."""
    with suppress(OSError, ValueError):  # closed, or no file at all
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _version(context: click.Context, _: click.Parameter, value: bool) -> None:
    """Print what a bug report needs to say."""
    if value:
        import platform

        python = platform.python_version()
        click.echo(f"blocklist {__version__} ({_core.BACKEND} core, Python {python})")
        context.exit()


def warn_without_native() -> None:
    """Say on standard error that the slow core runs, unless the operator chose it."""
    if _core.BACKEND == "pure" and not is_pure_wanted():
        note(
            "Warning: the native core is missing, so everything runs much slower; "
            f"{GET_NATIVE}. BLOCKLIST_PURE_PYTHON=1 silences this warning."
        )


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version,
    help="Show the version, the core in use and the Python version, and exit.",
)  # fmt: skip
def cli() -> None:
    """Compile domain blocking orders into one file, query it, and serve it."""


def run() -> int:
    """Run the command and return its exit code; nothing but that code and one sentence is left."""
    open_missing_streams()
    take_any_text()
    code = _ended()
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        leave_stdout()
        code = EXIT_READER_GONE
    except OSError as error:
        leave_stdout()
        if code != EXIT_ERROR:  # else that is what was said
            click.echo(f"Error: {printable(_sentence(error, 'standard output'))}", err=True)
        code = EXIT_ERROR
    return code


def _ended() -> int:
    """Run the command; return its exit code when all but what is buffered was written."""
    try:
        code = cli.main(prog_name="blocklist", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return EXIT_INTERRUPTED
    except OSError as error:  # of standard output, before any command runs
        click.echo(f"Error: {printable(_sentence(error))}", err=True)
        return EXIT_ERROR
    return code if isinstance(code, int) else 0
