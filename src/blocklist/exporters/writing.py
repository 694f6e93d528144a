"""WRITING: the files of an export, each there whole or not at all, with digest and canary."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path
from typing import Any, BinaryIO

from ..answers.check import DIGITS
from ..atomicfile import naming, replacing
from ..errors import ExportError
from ..image.contents import Contents
from ..model.wording import plural
from .canary import Canary, canary_name
from .exportoptions import ExportOptions
from .format import BinaryFile, Digest, Ending, File, Format, TextFile
from .losses import Losses
from .policytree import PolicyTree
from .rpz import zone_name
from .serials import without_serial
from .wholefolder import whole_folder

_FLUSH, _COPIED = 1 << 16, 1 << 20


@dataclass(frozen=True, slots=True)
class Written:
    """What was written; see ``ExportReport``."""

    paths: tuple[str, ...]
    canaries: tuple[str, ...]
    file16: str
    notes: tuple[str, ...] = ()


def write(
    row: Format, tree: PolicyTree, output: str | os.PathLike[str] | BinaryIO, options: ExportOptions
) -> Written:
    """Write the files of a format."""
    files = _files(row, tree, options)
    name = canary_name(options, zone_name(options.zone) if row.has_zone else "", tree.contents)
    if not isinstance(output, str | os.PathLike):
        if row.is_folder:
            raise ExportError(f"{row.name} writes several files; give a folder")
        with tempfile.TemporaryFile() as whole_file:
            with naming(tempfile.gettempdir()):
                written = _write_all(files, [whole_file], tree, options, name)
                whole_file.seek(0)
            shutil.copyfileobj(whole_file, output)
        return written
    target = Path(output)
    if row.is_folder and target.exists() and not target.is_dir():
        raise ExportError(f"{target} is not a folder, and {row.name} writes several files")
    paths = [target / file.name if row.is_folder else target for file in files]
    for path in paths:
        if path.exists() and path.resolve() == Path(tree.contents.image.path or "").resolve():
            raise ExportError(f"{path} is the image that is exported; name another file")
    rights = replace(options.rights, is_private=tree.confidential and tree.holds_secrets)
    # Who reads the files of a folder reads those that are new in it, too.
    known = next((path.stat() for path in paths if path.is_file()), None)
    of_new = rights.over(known)
    notes = tuple(filter(None, map(rights.taken, paths)))
    # All are written before the first takes its place: an error leaves the old ones.
    with ExitStack() as stack:
        new = paths
        if row.is_folder:
            folder = stack.enter_context(whole_folder(target))
            new = [folder / file.name for file in files]
        opened = [
            stack.enter_context(replacing(path, rights if path.exists() else of_new))
            for path in new
        ]
        written = _write_all(files, opened, tree, options, name)
        for file, path, stream in zip(files, new, opened, strict=True):
            _settle(file, stream, path, options)
    return replace(written, paths=tuple(map(os.fspath, paths)), notes=notes)


def place_file(
    file: File, made: BinaryIO, path: Path, options: ExportOptions, *, is_private: bool
) -> dict[str, Any]:
    """Write what a stream holds to the path of a file; return ``paths`` and ``notes``."""
    rights = replace(options.rights, is_private=is_private)
    note = rights.taken(path)
    with replacing(path, rights) as stream:
        made.seek(0)
        shutil.copyfileobj(made, stream, _COPIED)
        _settle(file, stream, path, options)
    return {"paths": (os.fspath(path),), "notes": (note,) if note else ()}


def _settle(file: File, new: BinaryIO, path: Path, options: ExportOptions) -> None:
    if isinstance(file, TextFile) and file.settle is not None and path.is_file():
        with path.open("rb") as old:
            file.settle(new, old, options)


def refuse_losses(row: Format, tree: PolicyTree, options: ExportOptions) -> None:
    """Raise ``ExportError`` if the format cannot say all that the tree says."""
    files = _files(row, tree, options)
    with ExitStack() as stack:
        stack.enter_context(naming(tempfile.gettempdir()))
        nowhere = [stack.enter_context(tempfile.TemporaryFile()) for _ in files]
        _write_all(files, nowhere, tree, options, "")
    tree.lose_kinds()
    losses = tree.losses.all()
    if losses:
        told = "; ".join(map(str, losses))
        raise ExportError(
            f"{row.name} cannot express everything in this image: {told}", losses=losses
        )


def _files(row: Format, tree: PolicyTree, options: ExportOptions) -> tuple[File, ...]:
    return row.files if row.split is None else row.split(replace(tree, losses=Losses()), options)


def _write_all(
    files: tuple[File, ...],
    streams: Sequence[BinaryIO],
    tree: PolicyTree,
    options: ExportOptions,
    name: str,
) -> Written:
    """Write all files and end them with a canary of that name, ``""`` for none.

    The canary of each holds the digest of all, so they are ended when all else is written.
    """
    sha256 = hashlib.sha256()
    endings = []
    for number, (file, stream) in enumerate(zip(files, streams, strict=True)):
        sha256.update(f"{file.name}\n".encode())
        # What the first file cannot say is counted, and once.
        own = tree if number == 0 else replace(tree, losses=Losses())
        endings.append(_one_file(file, own, options, stream, sha256, name))
    file16 = sha256.hexdigest()[:DIGITS]
    canary = Canary(name, tree.contents.image.content_digest[:DIGITS], file16) if name else None
    asked = [end(canary) for end in endings]
    return Written((), tuple(dict.fromkeys(filter(None, asked))), file16)


def _one_file(
    file: File,
    tree: PolicyTree,
    options: ExportOptions,
    stream: BinaryIO,
    sha256: Digest,
    name: str,
) -> Ending:
    if isinstance(file, BinaryFile):
        return file.write(tree, stream, sha256)
    _write_lines(_header(tree.contents, options, file, name), stream)
    first = True
    for block in _blocks(file.lines(tree, options)):
        stream.write(block)
        sha256.update(without_serial(block) if first and file.settle is not None else block)
        first = False
    sha256.update(file.ending.encode())

    def end(canary: Canary | None) -> str:
        asked = ""
        if canary is not None and file.canary is not None:
            asked, lines = file.canary(canary, options)
            _write_lines(iter(lines), stream)
        stream.write(file.ending.encode())
        return asked

    return end


def _header(
    contents: Contents, options: ExportOptions, file: TextFile, canary: str
) -> Iterator[str]:
    """Yield the comment lines that text files begin with: which image, when, how much."""
    at = options.at.astimezone(UTC).isoformat(timespec="seconds")
    comment = file.comment
    yield f"{comment}made by blocklist export from image {contents.image.digest}"
    yield f"{comment}at {at}, {plural(len(contents), 'rule')}; do not edit"
    if file.part:
        yield f"{comment}{file.part}"
    if canary and file.canary is not None:
        yield f"{comment}canary {canary}"


def _write_lines(lines: Iterator[str], stream: BinaryIO) -> None:
    stream.writelines(_blocks(lines))


def _blocks(lines: Iterator[str]) -> Iterator[bytes]:
    pending, size = [], 0
    for line in lines:
        pending.append(f"{line}\n")
        size += len(line)
        if size >= _FLUSH:
            yield "".join(pending).encode()
            pending, size = [], 0
    yield "".join(pending).encode()
