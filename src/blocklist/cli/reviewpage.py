"""REVIEW PAGE: the page that ``check --html`` writes, also when a document is refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import click

from ..atomicfile import replacing
from ..documents import Document
from ..errors import OrderError
from ..loaders.loading import Refused
from ..model.orders import Order
from ..model.wording import plural
from ..review.page import page_of
from ..review.reading import DocumentReading, read_here, refused_here
from .printing import note


@dataclass(slots=True)
class ReviewPage:
    """Collects what was read, if a page is wanted."""

    wanted: bool
    confidential: bool
    ocr: bool
    readings: list[DocumentReading] = field(default_factory=list)

    def add(self, document: Document, orders: Sequence[Order]) -> None:
        """Add a document with its orders."""
        if self.wanted:
            read = read_here(document, orders, confidential=self.confidential, ocr=self.ocr)
            self.readings.append(read)

    def refused(self, also: Refused | None) -> Refused | None:
        """Return what to call with a document that is refused."""
        if not self.wanted:
            return also

        def add(document: Document, error: OrderError) -> None:
            self.readings.append(refused_here(document, error, ocr=self.ocr))
            if also is not None:
                also(document, error)

        return add


@contextmanager
def review_page(
    path: Path | None, sources: Iterable[str], *, confidential: bool, ocr: bool
) -> Iterator[ReviewPage]:
    """Write a page of what the block adds; also if it ends with the error of a document.

    Raises:
        click.UsageError: the page would replace a source.
    """
    if path is not None and any(_is(path, source) for source in sources):
        raise click.UsageError(f"--html {path} would replace a source; name another file")
    page = ReviewPage(path is not None, confidential, ocr)
    try:
        yield page
    finally:
        if path is not None and page.readings:
            with replacing(path) as file:
                file.write(page_of(page.readings).encode())
            note(f"{path}: a page of {plural(len(page.readings), 'document')}")


def _is(path: Path, source: str) -> bool:
    """Whether a path is a source, or in a folder that is one."""
    other = Path(source).resolve()
    return other == path.resolve() or other in path.resolve().parents
