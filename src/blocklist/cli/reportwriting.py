"""REPORT WRITING: a report goes to a file, never that which it is made from, or is printed."""

from __future__ import annotations

from pathlib import Path

from ..atomicfile import Rights, writing
from .outputs import refuse_sources
from .printing import print_octets
from .reportsource import ReportSource


def write_report(
    text: str,
    output: Path | None,
    found: ReportSource,
    image: Path | None = None,
    *,
    private: bool = False,
) -> None:
    """Write a report to a file, or print it without one.

    Args:
        text: of the report.
        output: the file.
        found: what the report was made from.
        image: in which targets were looked up.
        private: whether only the owner may read a new file, since it holds what is confidential.

    Raises:
        click.UsageError: it would replace what the report was made from.
        OSError: the file cannot be written.
    """
    if output is None:
        print_octets(text)
        return
    refuse_sources({"-o": output}, found.inputs, [image])
    with writing(output, Rights(is_private=private)) as file:
        file.write(text.encode())
