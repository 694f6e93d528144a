"""REPORT WRITING: a report goes to a file, never that which it is made from, or is printed."""

from __future__ import annotations

from pathlib import Path

from ..atomicfile import Rights, writing
from .outputs import refuse_sources
from .printing import print_octets


def write_report(
    text: str, output: Path | None, sources: tuple[str, ...], *, private: bool = False
) -> None:
    """Write a report to a file, or print it without one.

    Args:
        text: of the report.
        output: the file.
        sources: what the report was made from.
        private: whether only the owner may read a new file, since it holds what is confidential.

    Raises:
        click.UsageError: it would replace a source.
        OSError: the file cannot be written.
    """
    if output is None:
        print_octets(text)
        return
    refuse_sources({"-o": output}, sources)
    with writing(output, Rights(is_private=private)) as file:
        file.write(text.encode())
