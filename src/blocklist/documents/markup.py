"""MARKUP: XML and HTML by lxml, element by element, with no tree and nothing fetched.

The only module that imports lxml. A document type declaration in XML is refused: no file of Office
has one, and bombs of entities need one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_MAX_OCTETS = 256 << 20


class Walker:
    """What is called for each element and text; its methods are lxml's."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins; ``tag`` is ``{namespace}name`` in XML."""

    def end(self, tag: str) -> None:
        """An element ends."""

    def data(self, text: str) -> None:
        """Text, perhaps in several parts."""

    def comment(self, text: str) -> None:
        """A comment, which nobody sees."""

    def pi(self, target: str, text: str | None = None) -> None:
        """An instruction, likewise."""

    def close(self) -> None:
        """The end."""


class _Strict:
    """Passes everything to a walker but a document type declaration."""

    def __init__(self, walker: Walker) -> None:
        self.start, self.end, self.data = walker.start, walker.end, walker.data
        self.close = walker.close

    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        del name, public, system
        raise ValueError("it declares a document type, like an entity bomb")


def walk_xml(octets: bytes, walker: Walker) -> None:
    """Walk XML.

    Raises:
        ImportError: lxml is not installed.
        Exception: the XML is not well-formed, too deep, or declares a document type.
    """
    from lxml import etree

    if len(octets) > _MAX_OCTETS:
        raise ValueError(f"it holds more than {_MAX_OCTETS:,} octets of XML")
    parser: Any = etree.XMLParser(
        target=_Strict(walker), resolve_entities=False, no_network=True, load_dtd=False,
        huge_tree=False,
    )  # fmt: skip
    parser.feed(octets)
    parser.close()


def walk_html(text: str, walker: Walker) -> None:
    """Walk HTML, however badly it is written.

    Raises:
        ImportError: lxml is not installed.
        Exception: what lxml cannot go on from.
    """
    from lxml import etree

    # The text may declare an encoding, of octets that are gone.
    parser: Any = etree.HTMLParser(target=walker, encoding="utf-8", no_network=True, huge_tree=True)
    parser.feed(text.encode("utf-8", "replace"))
    parser.close()
