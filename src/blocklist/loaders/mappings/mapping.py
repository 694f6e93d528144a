"""MAPPING: what one TOML file says of a table; immutable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...model.authorities import Authority
from ...model.targets import TargetKind
from .templates import Template

SHAPES = ("csv", "json", "xml", "lines")
FIELDS = (
    "name", "url", "ip", "date", "removal", "authority", "decision", "title", "note", "number",
    "category", "category_code", "category_other",
)  # fmt: skip
"""What a row may say: ``number`` is a running number, read to be left out."""
ORDER_TEXTS = (
    "instrument", "legal_basis", "link", "note", "category", "category_code", "category_other",
    "report_to", "language", "received_at",
)  # fmt: skip
"""Fields of an order that a mapping states for all rows, unless a row states its own."""
GROUPS = (
    "authority", "decision", "date", "title", "note", "category", "category_code", "category_other",
)  # fmt: skip
"""The fields by which rows may be parted into orders."""
ORDER_ANSWERS = ("reasons", "redress")
"""Fields of an order that a mapping answers with yes or no for all rows."""


@dataclass(frozen=True, kw_only=True)
class TableMapping:
    """How one kind of table is read; ``docs/how-to/map-a-table.md`` explains each key."""

    name: str
    title: str
    shape: str
    fields: dict[str, tuple[str | int, ...]]
    authority: Authority | None = None
    authorities: dict[str, str]
    jurisdiction: str = ""
    timezone: str = ""
    encoding: str | None = None
    kinds: frozenset[str] = frozenset({"text"})
    scope: TargetKind | None = None
    technique: tuple[str, ...] = ()
    order_texts: dict[str, str]
    order_answers: dict[str, Any]
    series: str = ""
    confidential: bool = False
    url_beats_name: bool = False
    dates: tuple[str, ...] = ("iso",)
    separator: str = ""
    blank: frozenset[str] = frozenset()
    order_per: tuple[str, ...] = ()
    edition_line: Template | None = None
    edition_key: str = ""
    # csv
    delimiter: str = ","
    quoted: bool = True
    count: int | None = None
    header: tuple[str, ...] = ()
    optional: frozenset[str] = frozenset()
    # json
    list_key: str = ""
    # xml
    namespace: str = ""
    root: str = ""
    entry: str = ""
    # lines
    templates: tuple[Template, ...] = ()
    contains: tuple[str, ...] = ()

    @property
    def target_fields(self) -> tuple[str, ...]:
        """The fields in which the target of a row is looked for; the first that is not blank."""
        return ("url", "name", "ip") if self.url_beats_name else ("name", "url", "ip")
