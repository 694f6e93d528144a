"""EXPORT: Image → the files of other programs, streaming, deterministic, never wider than it.

What a format cannot express is left out, counted and reported; see ``losses``. Rules that only
confidential orders name are written only if the caller says so.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import BinaryIO

from ..atomicfile import replacing
from ..errors import ExportError
from ..image.contents import Contents, ImageSource, contents_of
from ..model.wording import plural
from .exportoptions import ExportOptions, ExportReport
from .formats import FORMATS, BinaryFile, File, Format, TextFile
from .losses import Loss, Losses
from .policytree import PolicyTree
from .responses import words_for

__all__ = ["FORMATS", "ExportOptions", "ExportReport", "Format", "Loss", "export"]

_FLUSH = 1 << 16
_PUBLIC, _PRIVATE = 0o666, 0o600


def export(
    image: ImageSource,
    format: str,  # noqa: A002 - the word of load_orders
    output: str | os.PathLike[str] | BinaryIO,
    options: ExportOptions | None = None,
    *,
    strict: bool = False,
    confidential: bool = False,
    each_loss: Callable[[str, str], None] | None = None,
) -> ExportReport:
    """Write an image in the format of another program.

    Args:
        image: an image, a ``Blocklist``, or the path of a saved one.
        format: a name of ``FORMATS``.
        output: a file, a folder (made if need be) for a format of several files, or a binary
            stream. Files take the place of older ones whole or not at all.
        options: what the format may be told.
        strict: write nothing if anything is lost.
        confidential: write rules that only confidential orders name, too; the files are then
            readable by their owner alone.
        each_loss: called with code and text of every single loss.

    Raises:
        ExportError: there is no such format, or it cannot give the response; with ``strict``,
            ``losses`` says what is lost; a format of several files needs a folder.
        ImageError: the image is none. ``OSError`` passes through.
    """
    row = find_format(format)
    options = options or ExportOptions()
    contents = contents_of(image)
    losses = Losses(each_loss)
    words_for(row.name, options.response)
    tree = PolicyTree(contents, losses, confidential, row.can, options.response.action)
    if strict:
        _refuse_losses(row, tree, options)
        tree = replace(tree, losses=(losses := Losses(each_loss)))
    paths = _write(row, tree, output, options)
    tree.lose_kinds()
    return ExportReport(row.name, contents.image.digest, paths, losses.all())


def find_format(name: str) -> Format:
    """Return a row of the table; ``ExportError`` if there is none of that name."""
    try:
        return FORMATS[name]
    except KeyError:
        raise ExportError(
            f"unknown export format {name!r}; choose one of: {', '.join(FORMATS)}"
        ) from None


def header(contents: Contents, options: ExportOptions, comment: str) -> Iterator[str]:
    """Yield the comment lines that text files begin with: which image, when, how much."""
    at = options.at.astimezone(UTC).isoformat(timespec="seconds")
    yield f"{comment}made by blocklist export from image {contents.image.digest}"
    yield f"{comment}at {at}, {plural(len(contents), 'rule')}; do not edit"


def _refuse_losses(row: Format, tree: PolicyTree, options: ExportOptions) -> None:
    with tempfile.TemporaryFile() as nowhere:
        for number, file in enumerate(_files(row, tree, options)):
            _one_file(file, _for_file(tree, number), options, nowhere)
    tree.lose_kinds()
    losses = tree.losses.all()
    if losses:
        told = "; ".join(map(str, losses))
        raise ExportError(
            f"{row.name} cannot express everything in this image: {told}", losses=losses
        )


def _write(
    row: Format, tree: PolicyTree, output: str | os.PathLike[str] | BinaryIO, options: ExportOptions
) -> tuple[str, ...]:
    files = _files(row, tree, options)
    if not isinstance(output, str | os.PathLike):
        if row.is_folder:
            raise ExportError(f"{row.name} writes several files; give a folder")
        with tempfile.TemporaryFile() as whole_file:
            _one_file(files[0], tree, options, whole_file)
            whole_file.seek(0)
            shutil.copyfileobj(whole_file, output)
        return ()
    target = Path(output)
    if row.is_folder:
        if target.exists() and not target.is_dir():
            raise ExportError(f"{target} is not a folder, and {row.name} writes several files")
        target.mkdir(parents=True, exist_ok=True)
    paths = [target / file.name if row.is_folder else target for file in files]
    mode = _PRIVATE if tree.confidential else _PUBLIC
    # All are written before the first takes its place: an error leaves the old ones.
    with ExitStack() as stack:
        opened = [stack.enter_context(replacing(path, mode=mode)) for path in paths]
        for number, (file, path, stream) in enumerate(zip(files, paths, opened, strict=True)):
            _one_file(file, _for_file(tree, number), options, stream)
            if isinstance(file, TextFile) and file.settle is not None and path.is_file():
                with path.open("rb") as old:
                    file.settle(stream, old, options)
    return tuple(map(os.fspath, paths))


def _files(row: Format, tree: PolicyTree, options: ExportOptions) -> tuple[File, ...]:
    return row.files if row.split is None else row.split(replace(tree, losses=Losses()), options)


def _for_file(tree: PolicyTree, number: int) -> PolicyTree:
    """Return the tree of one file; what the first cannot say is counted, and once."""
    return tree if number == 0 else replace(tree, losses=Losses())


def _one_file(file: File, tree: PolicyTree, options: ExportOptions, stream: BinaryIO) -> None:
    if isinstance(file, BinaryFile):
        file.write(tree, options, stream)
        return
    pending, size = [], 0
    for line in _with_header(file, tree, options):
        pending.append(f"{line}\n")
        size += len(line)
        if size >= _FLUSH:
            stream.write("".join(pending).encode())
            pending, size = [], 0
    stream.write("".join(pending).encode())


def _with_header(file: TextFile, tree: PolicyTree, options: ExportOptions) -> Iterator[str]:
    yield from header(tree.contents, options, file.comment)
    yield from file.lines(tree, options)
