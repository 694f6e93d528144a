"""DRAFT: any text, in any language → an order file for a person to complete.

Nothing in a draft is enforced: its targets are empty, its names are comments, and ``compile``
refuses ``reviewed = false``. So it can show every name that the text may hold, where a loader shows
those of which it is certain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from ..documents import Document, open_documents
from ..errors import OrderSyntaxError
from ..model.references import slug
from ..model.wording import plural
from .draftdoubts import doubted
from .draftfacts import Proposal, certain, proposals
from .draftgroups import Group, grouped
from .draftnames import Sighting, sightings
from .loadoptions import LoadOptions
from .ordertext import toml_comment, toml_value
from .secrecy import is_delicate
from .sidecars import Sidecars
from .sources import AnySource, documents_of

_FALLBACK = ("windows-1252", "iso-8859-1")
_EMPTY = (
    ("authority", '"name of the court or agency"'),
    ("jurisdiction", '"XX"'),
    ("case_number", '"as written"'),
    ("issued", "2026-12-31"),
    ("notified", "2026-12-31"),
    ("deadline", '{ amount = 10, unit = "day", from = "notified" }'),
    ("expires", "2026-12-31"),
    ("penalty", '{ amount = 1000, currency = "EUR", per = "day" }'),
    ("addressees", '["as named"]'),
    ("dynamic", '"future names, as the order describes them"'),
)


def draft_text(documents: Sequence[Document]) -> str:
    """Return a draft in the notation of order files: an ``[[order]]`` for each document.

    Raises:
        OrderSyntaxError: a document has no text; or the library that writes TOML is missing.
    """
    return "\n".join("\n".join(_order(document)) + "\n" for document in documents)


def drafted_documents(
    source: AnySource, options: LoadOptions, *, confidential: bool = False
) -> list[Document]:
    """Return the documents of a source that hold text, opened with what is stated beside it.

    Raises:
        OrderError: one cannot be opened, or none holds text; or a sidecar says that one is
            confidential, and the caller does not say that its names may be shown.
    """
    beside = Sidecars(source)
    if beside.failures:
        raise beside.failures[0]
    found: list[Document] = []
    for file in documents_of(source, options.name, beside.files):
        stated = beside.stated(file.path)
        secret = bool(stated.fields.get("confidential"))
        if secret and not confidential:
            raise OrderSyntaxError(
                f"is confidential, as {stated.path} says; --show-confidential shows its names",
                path=file.path,
            )
        its = stated.below(options)
        opened = open_documents(replace(file, encoding=its.encoding), ocr=its.ocr)
        if len(opened) > 1:
            opened = [document for document in opened if _readable(document)[0].text.strip()]
        texts = [_readable(document)[0] for document in opened]
        for document, text in zip(opened, texts, strict=True):
            is_hidden = secret or is_delicate(text, texts, stated, None)
            if is_hidden and not confidential:
                raise OrderSyntaxError(
                    "is about child abuse material, so it is confidential; --show-confidential "
                    "shows its names",
                    path=file.path,
                )
            found.append(replace(document, is_confidential=is_hidden))
    return found


def _readable(document: Document) -> tuple[Document, str]:
    """Return the document in an encoding that fits it, and what to say of a guess."""
    try:
        document.text  # noqa: B018 - decoded here, or not at all
    except OrderSyntaxError:
        if document.encoding is not None:
            raise
        for encoding in _FALLBACK:
            guess = replace(document, encoding=encoding)
            try:
                guess.text  # noqa: B018
            except OrderSyntaxError:
                continue
            return guess, f"not UTF-8; read as {encoding}: look at the letters with accents"
        raise
    return document, ""


def _order(document: Document) -> Iterator[str]:
    document, guess = _readable(document)
    if not document.text.strip():
        raise OrderSyntaxError(
            "there is no text to draft from; a scanned page needs --ocr", path=document.path
        )
    lines = document.lines
    groups = grouped(lines, doubted(document, sightings(lines)))
    names = len({name.text for group in groups for name, _ in group.names})
    yield "[[order]]"
    yield toml_comment(f"DRAFT of an order, from {document.name}; SHA-256 of the source:")
    yield toml_comment(document.sha256)
    yield from (toml_comment(f"WARNING: {said}") for said in (guess, *document.warnings) if said)
    yield "#"
    yield "# 1. Compare each fact with the document; remove the # of those that are right."
    yield "# 2. Remove the # of each name that the order blocks; one # accepts a whole group."
    yield "# 3. Set reviewed = true, reviewed_by and reviewed_at. Until then compile refuses it."
    yield "#"
    stem = PurePosixPath(document.name.rpartition("/")[2]).stem
    yield f"id = {toml_value(f'draft:{slug(stem)}:{document.sha256[:8]}')}  # stable and unique"
    yield "reviewed = false"
    if document.is_confidential:
        yield "confidential = true  # as its sidecar or its subject says"
    yield '# reviewed_by = "your name"'
    yield "# reviewed_at = 2026-12-31"
    yield from _facts(proposals(lines))
    yield 'scope = "subtree"  # a name with all below it; exact: that name alone'
    yield "targets = ["
    yield toml_comment(
        f"{plural(names, 'name')} in {plural(len(groups), 'group')}"
        if names
        else "no name was found in the text; write those that it orders"
    )
    for number, group in enumerate(groups, 1):
        yield from _group(number, group)
    yield "]"
    yield '# exceptions = ["not-blocked.example"]'


def _facts(found: Sequence[Proposal]) -> Iterator[str]:
    """Yield each field: filled in, proposed, or empty with its form."""
    sure = certain(found)
    for key, form in _EMPTY:
        of_key = [one for one in found if one.key == key]
        for one in of_key:
            mark = "" if one in sure else "# "
            comment = toml_comment(f"line {one.line}: {one.said}")
            yield f"{mark}{key} = {toml_value(one.value)}  {comment}"
        if not of_key:
            yield f"# {key} = {form}  # not found"


def _group(number: int, group: Group) -> Iterator[str]:
    """Yield the candidates of a group; one line holds all that are plain."""
    plain = list(dict.fromkeys(name.text for name, _ in group.names if not name.doubt))
    yield ""
    title = f"GROUP {number}, {group.title}: {plural(len(group.names), 'candidate')}"
    yield f"  {toml_comment(title)}"
    if len(plain) > 1:
        yield f"  # all {len(plain):,} that are not doubtful, with the next #:"
        yield f"  # {', '.join(map(toml_value, plain))},"
        yield "  # or one by one:"
    before = ""
    for name, sentence in group.names:
        yield f"  # {toml_value(name.text)},  {toml_comment(_said(name, sentence, before))}"
        before = sentence


def _said(name: Sighting, sentence: str, before: str) -> str:
    """Return line, reason and sentence of a candidate; a sentence stands once in succession."""
    parts = [f"line {name.line}"]
    if name.raw != name.text:
        parts.append("as " + re.sub(r"\s*\n\s*", " ⏎ ", name.raw))
    if name.doubt:
        parts.append(f"DOUBTFUL: {name.doubt}")
    if sentence and sentence != before and sentence.strip(" .,;-•*") != name.raw:
        parts.append(f"“{sentence}”")
    elif sentence and sentence == before:
        parts.append("same sentence")
    return ": ".join(parts)
