"""FORMATS: the table of all loaders, and what a loader is.

To add a format, write a class with ``name``, ``title``, ``reads``, ``recognises`` and ``load`` in a
file of its own, and add it to the table before any that would also recognise its content; or write
a mapping (see ``mappings``). Another package adds its own by an entry point of the group
``blocklist.loaders``.
"""

from __future__ import annotations

from typing import Protocol

from ..documents import Document
from ..errors import OrderSyntaxError, UnknownFormatError
from ..orders import Order
from .authorities.agcom import AgcomLoader
from .authorities.court import CourtLoader
from .lists.hosts import HostsLoader
from .lists.plain import PlainLoader
from .lists.table import TableLoader
from .orderfile import OrderFileLoader
from .reading import Options

_MARKUP = ("html", "xml")


class Loader(Protocol):
    """One format.

    Attributes:
        name: what ``format=`` says.
        title: one line for people.
        reads: the kinds of document in which it is looked for: ``LISTS``, ``PROSE`` or others.
    """

    name: str
    title: str
    reads: frozenset[str]

    def recognises(self, document: Document) -> bool:
        """Whether the content, never the file name, is of this format."""

    def load(self, document: Document, options: Options) -> list[Order]:
        """Read it; ``OrderError`` where it is not what the format says."""


LOADERS: dict[str, Loader] = {
    loader.name: loader
    for loader in (
        OrderFileLoader(),
        CourtLoader(),
        AgcomLoader(),
        HostsLoader(),
        TableLoader(),
        PlainLoader(),
    )
}
"""Every format by name, in the sequence in which content is compared with them."""


def named_loader(name: str) -> Loader:
    """Return the loader of that name.

    Raises:
        UnknownFormatError: there is none.
    """
    if name not in LOADERS:
        known = ", ".join(LOADERS)
        raise UnknownFormatError(f"there is no format {name!r}; the formats are {known}")
    return LOADERS[name]


def loader_of(document: Document, wanted: Loader | None) -> Loader:
    """Return the loader that the caller wants, or that recognises the content.

    Raises:
        OrderSyntaxError: there is no content.
        UnknownFormatError: no format fits; or a web page or XML came where a list was expected.
    """
    if wanted is not None and (document.kind in wanted.reads or document.kind not in _MARKUP):
        return wanted
    if not document.text.strip():
        raise OrderSyntaxError("the file is empty", path=document.path)
    if wanted is None:
        for loader in LOADERS.values():
            if document.kind in loader.reads and loader.recognises(document):
                return loader
    if document.kind in _MARKUP:
        raise UnknownFormatError(
            "an HTML page or XML, not a list: look at it, it may be an error page",
            path=document.path,
        )
    raise UnknownFormatError(
        f"the content fits no format; name one of {', '.join(LOADERS)}", path=document.path
    )
