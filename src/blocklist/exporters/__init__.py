"""EXPORT: Image → the files of other programs, streaming, deterministic, never wider than it.

What a format cannot express is left out, counted and reported; see ``losses``. Rules that only
confidential orders name are written only if the caller says so.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from ..answers.check import DIGITS
from ..answers.disclosure import tellable
from ..errors import ExportError
from ..image.contents import Contents, ImageSource, contents_of, refuse_other_kind
from ..model.wording import plural
from .exportoptions import ExportOptions, ExportReport
from .formats import FORMATS, Format
from .losses import Loss, Losses
from .policytree import PolicyTree
from .responses import words_for
from .writing import place_file, refuse_losses, write

__all__ = ["FORMATS", "ExportOptions", "ExportReport", "Format", "Loss", "export", "place"]

_FLUSH = 1 << 16
_PUBLIC, _PRIVATE = 0o666, 0o600


def export(
    image: ImageSource,
    format: str,  # noqa: A002 - the word of load_orders
    output: str | os.PathLike[str] | BinaryIO,
    options: ExportOptions | None = None,
    *,
    strict: bool = False,
    confidential: bool | None = None,
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
        confidential: whether rules that only confidential orders name are written, which must be
            said if the image holds such orders. If they are, the files are not for others, and new
            ones for their owner alone unless ``options`` say more.
        each_loss: called with code and text of every single loss.

    Raises:
        ExportError: there is no such format, or it cannot give the response; with ``strict``,
            ``losses`` says what is lost; a format of several files needs a folder; the canary
            has no name that the format can hold; nothing is said of confidential orders.
        ImageError: it is not an image, or one of shadow orders. ``OSError`` passes through.
    """
    row = find_format(format)
    options = options or ExportOptions()
    contents = contents_of(image)
    refuse_other_kind(contents, shadow=False)
    included = _is_included(confidential, contents)
    losses = Losses(each_loss)
    words_for(row.name, options.response)
    can = row.can.assuming(options.assume)
    tree = PolicyTree(
        contents, losses, included, can, options.response.action, options.uniform_reason
    )
    losses.is_private = included and tree.holds_secrets
    if strict:
        refuse_losses(row, tree, options)
        tree = replace(tree, losses=(losses := Losses(each_loss)))
    written = write(row, tree, output, options)
    tree.lose_kinds()
    return ExportReport(
        row.name, contents.image.digest, written.paths, losses.all(), written.canaries,
        contents.image.content_digest[:DIGITS], written.file16, written.notes,
    )  # fmt: skip


def place(
    made: BinaryIO,
    report: ExportReport,
    path: str | os.PathLike[str],
    options: ExportOptions,
    *,
    is_private: bool,
) -> ExportReport:
    """Put an export that was made into a stream where a program reads it, as ``export`` does.

    Args:
        made: the stream; it can seek, and stays open for the next place.
        report: of the export, of a format of one file.
        path: of the file.
        options: those of the export; ``rights`` are of use, and ``serial`` is settled.
        is_private: whether it holds confidential orders.

    Raises:
        ExportError: as ``export``; ``OSError`` passes through.
    """
    (file,) = find_format(report.format).files
    return replace(report, **place_file(file, made, Path(path), options, is_private=is_private))


def _is_included(confidential: bool | None, contents: Contents) -> bool:
    """Return the decision on confidential orders, which has to be made if there are any."""
    hidden = len(contents.orders) - len(tellable(contents.orders))
    if confidential is None and hidden:
        raise ExportError(
            f"the image holds {plural(hidden, 'confidential order')}: say whether the program that "
            "reads this export is to enforce them (--confidential include, confidential=True) or "
            "not (--confidential omit, confidential=False)"
        )
    return bool(confidential)


def find_format(name: str) -> Format:
    """Return a row of the table; ``ExportError`` if there is none of that name."""
    try:
        return FORMATS[name]
    except KeyError:
        raise ExportError(
            f"unknown export format {name!r}; choose one of: {', '.join(FORMATS)}"
        ) from None
