"""KEYS: the command that makes signing keys, and what other commands do with keys."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from .printing import note, printable
from .values import Duration

if TYPE_CHECKING:
    from ..image.container import Image
    from ..signing.imagenote import ImageNote
    from ..signing.notekeys import SigningKey

Command = TypeVar("Command", bound=Callable[..., Any])

key_option = click.option(
    "--key", multiple=True, metavar="VKEY",
    help="Take only images that this verifier key signed; may be repeated, for two keys of one "
    "name.",
)  # fmt: skip


def sign_options(command: Command) -> Command:
    """Add the options with which a command signs the image that it writes."""
    command = click.option(
        "--valid-for", type=Duration(),
        help="How long readers may take the signed image (default: 30d).",
    )(command)  # fmt: skip
    return click.option(
        "--sign", multiple=True, type=click.Path(exists=True, dir_okay=False), metavar="KEYFILE",
        help="Sign the image with this private key; may be repeated, for two keys of one name.",
    )(command)  # fmt: skip


@click.group("key")
def key() -> None:
    """Make keys that sign images, and show the public form of one."""


@key.command("new")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--name", metavar="NAME",
    help="Name of the signer, such as isp.example/blocklist (default: a random one).",
)  # fmt: skip
def new(file: Path, name: str | None) -> None:
    """Make a private key in FILE, and print its verifier key.

    FILE is new and has mode 0400; an existing file is never replaced. A key signs one image: make
    another one for another image.
    """
    from ..signing.keyfile import write_key
    from ..signing.notekeys import SigningKey

    made = SigningKey.generate(name or f"blocklist.invalid/{secrets.token_hex(8)}")
    write_key(file, made)
    click.echo(printable(str(made.verifier)))


@key.command("show")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
def show(file: str) -> None:
    """Print the verifier key of the private key in FILE."""
    from ..signing.keyfile import read_key

    click.echo(printable(str(read_key(file).verifier)))


def signers(files: Sequence[str], valid_for: float | None) -> list[SigningKey]:
    """Return the keys in the files of ``--sign``.

    Raises:
        click.UsageError: ``--valid-for`` is there without any.
    """
    if not files:
        if valid_for is not None:
            raise click.UsageError("--valid-for needs --sign KEYFILE")
        return []
    from ..signing.keyfile import read_key
    from ..signing.notekeys import one_origin

    keys = [read_key(file) for file in files]
    one_origin(keys)
    return keys


def save(image: Image, path: str, keys: Sequence[SigningKey], valid_for: float | None) -> None:
    """Write an image, signed if there are keys, and say until when readers take it."""
    from ..signing.notepaths import note_paths

    beside = note_paths(path)[0]
    if not keys:
        image.save(path)
        if Path(beside).exists():
            note(
                f"{beside} stays as it was, so readers with a key refuse this image unless it is "
                "the same; sign it with --sign KEYFILE, or remove the note"
            )
        return
    from ..image.publishing import save_signed
    from ..signing.signedimage import VALID_FOR

    length = VALID_FOR if valid_for is None else timedelta(seconds=valid_for)
    made = save_signed(image, path, keys, valid_for=length)
    note(f"{beside}: {described(made)}")


def described(made: ImageNote) -> str:
    """Return what a note says, for people."""
    until = made.valid_until.isoformat()
    return f"signed by {made.origin}, serial {made.serial}, valid until {until}"
