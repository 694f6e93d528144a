"""PAGE OPTIONS: the settings of pages as every program's options have them, each a text."""

from __future__ import annotations

from typing import NamedTuple

from .blockpage import PageKeys
from .pagetemplate import page_template
from .pagewords import LANGUAGES


class PageOption(NamedTuple):
    """An option of a program that sends pages; ``name`` is a word of an identifier."""

    name: str
    default: str
    metavar: str
    help: str


PAGE_OPTIONS = (
    PageOption("blocked_by", "", "URI", "Web address of who enforces the block (RFC 7725)."),
    PageOption("organization", "", "NAME", "Name of who enforces the block, for the page."),
    PageOption("contact", "", "URI", "Where to ask: an https:, mailto: or tel: URI."),
    PageOption("objection", "", "URI", "Where to object: an https:, mailto: or tel: URI."),
    PageOption(
        "language", "en", "LANGUAGE",
        f"Language of the page for clients that accept none of {', '.join(LANGUAGES)}.",
    ),
    PageOption("template", "", "FILE", "Jinja template of the page (extra pages)."),
)  # fmt: skip


def page_keys(texts: dict[str, str]) -> PageKeys:
    """Return the keywords of ``PageSettings`` for what the options say.

    Raises:
        ConfigurationError: the template cannot be used.
    """
    keys = PageKeys(
        blocked_by=texts["blocked_by"],
        organization=texts["organization"],
        contact=texts["contact"],
        objection=texts["objection"],
        default_language=texts["language"],
    )
    if texts["template"]:
        keys["template"] = page_template(texts["template"])
    return keys
