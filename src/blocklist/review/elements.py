"""ELEMENTS: a page of HTML as a tree, so that no text of a document can become markup."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from xml.etree.ElementTree import Element, tostring

Child = Element | str | None

_POLICY = (
    "default-src 'none'; img-src data:; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'"
)


def element(tag: str, *children: Child, **attributes: object) -> Element:
    """Return an element; ``class_`` and ``font_size`` are written ``class`` and ``font-size``.

    Attributes that are ``None`` or empty, and children that are ``None``, are left out. Characters
    that are not shown (controls, bidirectional overrides, halves of pairs) become blanks.
    """
    made = Element(tag)
    for name, value in attributes.items():
        if value is not None and value != "":
            made.set(name.rstrip("_").replace("_", "-"), visible(str(value)))
    return add(made, children)


def add(parent: Element, children: Iterable[Child]) -> Element:
    """Add children to an element, and return it."""
    for child in children:
        if isinstance(child, Element):
            parent.append(child)
        elif child:
            _append_text(parent, visible(child))
    return parent


def visible(text: str) -> str:
    """Return text of the same length in which every character is shown; lines and TABs stay."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in "\n\t" else " " for c in text)


def document_of(title: str, style: str, body: Element) -> str:
    """Return a page that loads nothing and runs nothing, with its one style sheet."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY.format(digest)),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="robots", content="noindex"),
        element("link", rel="icon", href="data:,"),
        element("title", title),
        element("style"),
    )
    head[-1].text = style  # as it is: HTML knows no escapes there
    page = element("html", head, body, lang="en")
    return f"<!doctype html>\n{tostring(page, encoding='unicode', method='html')}\n"


def _append_text(parent: Element, text: str) -> None:
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text
