"""GROUP: the command ``blocklist`` itself, which loads what a subcommand needs when it is called.

So a helper of a proxy does not wait for the compile side, and needs none of its libraries.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from ..backend import __version__
from ..errors import BlocklistError
from .printing import printable

EXIT_ERROR = 2

COMMANDS = {
    "check": "commands:check",
    "compile": "commands:compile_",
    "diff": "commands:diff_",
    "explain": "commands:explain",
    "export": "exporting:export_",
    "ext-authz": "helpers:ext_authz",
    "formats": "commands:formats",
    "import": "commands:import_",
    "probe": "probing:probe_",
    "query": "commands:query",
    "serve": "serving:serve",
    "squid-helper": "helpers:squid_helper",
    "status": "commands:status",
    "template": "commands:template",
    "verify": "commands:verify",
}
"""Where each command is: module of this package, and attribute."""


class _Failure(click.ClickException):
    exit_code = EXIT_ERROR


class _Group(click.Group):
    """Finds the commands, and turns every error a user can cause into one line and exit code 2."""

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
            raise  # click ends quietly: the reader has seen enough
        except (BlocklistError, OSError, ValueError) as error:
            raise _Failure(printable(_sentence(error))) from error


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, package_name="blocklist")
def cli() -> None:
    """Compile domain blocking orders into one file, ask it, and serve it."""
