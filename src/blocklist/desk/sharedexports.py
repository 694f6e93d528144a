"""SHARED EXPORTS: what several outputs hold alike is made once: a zone for BIND and for Unbound."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from typing import BinaryIO

from ..atomicfile import Rights
from ..exporters import FORMATS, ExportReport, export, place
from ..image.container import Image
from .meaning import export_options
from .runsettings import IMAGE, OutputSettings


class SharedExports:
    """Exports of one cycle; the files in which they are kept have no name, and end with it."""

    def __init__(self, outputs: Iterable[OutputSettings], at: datetime) -> None:
        """Take the outputs that are to be written, and the instant that their heads name."""
        self.at: datetime = at
        self._counts = Counter(_kind(output) for output in outputs if output.format != IMAGE)
        self._made: dict[tuple[str, str], tuple[BinaryIO, ExportReport]] = {}
        self._files = ExitStack()

    def close(self) -> None:
        """Remove the files."""
        self._files.close()

    def write(self, image: Image, output: OutputSettings, rights: Rights) -> ExportReport:
        """Write the export of an output with its rights; errors as of ``export``."""
        options, includes = export_options(output, self.at), output.confidential is True
        kind = _kind(output)
        if self._counts[kind] < 2 or FORMATS[output.format].is_folder:
            return export(
                image, output.format, output.path, replace(options, rights=rights),
                confidential=includes,
            )  # fmt: skip
        if (kind, image.digest) not in self._made:
            with ExitStack() as stack:
                stream = stack.enter_context(tempfile.TemporaryFile())
                report = export(image, output.format, stream, options, confidential=includes)
                self._files.push(stack.pop_all())
            self._made[kind, image.digest] = stream, report
        made, report = self._made[kind, image.digest]
        is_private = includes and image.rights.is_private
        return place(
            made, report, output.path, replace(options, rights=rights), is_private=is_private
        )


def _kind(output: OutputSettings) -> str:
    """Return what is the same where the content is."""
    return json.dumps([output.format, output.options, output.confidential is True], sort_keys=True)
