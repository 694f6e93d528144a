"""DRAFT FILE: a draft as steps that a person answers, until it is a reviewed order.

The file itself keeps the answers: what is taken has lost its mark, and behind ``reviewed = false``
stands which steps are done. So a review can stop anywhere, and ``compile`` refuses it until then.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ..errors import OrderSyntaxError
from ..loaders.orderfile import is_order_file
from ..loaders.ordertext import toml_comment, toml_value

MISSING = "missing facts"
_STATE = re.compile(r"reviewed = false(?:  # so far: (?P<done>.*))?")
_FACT = re.compile(r"(?P<mark># )?(?P<key>[a-z_]+) = (?P<value>.*?)  # (?P<said>line \d.*)")
_UNKNOWN = re.compile(r"# (?P<key>[a-z_]+) = (?P<value>.*)  # not found")
_GROUP = re.compile(r"  # GROUP (?P<number>\d+), (?P<title>.*)")
_NAME = re.compile(r'  (?P<mark># )?(?P<name>"(?:[^"\\]|\\.)*"),  # (?P<said>.*)')
_TAKEN = re.compile(r'  (?P<names>"(?:[^"\\]|\\.)*"(?:, "(?:[^"\\]|\\.)*")*),(?:  #.*)?')
_SOURCE = re.compile(r"# DRAFT of an order, from (?P<name>.*); SHA-256 of the source:")
_DIGEST = re.compile(r"# [0-9a-f]{64}")
_ADVICE = re.compile(r"#|# [123]\. .*|# reviewed_(?:by|at) = .*|  # all [\d,]+ that .*"
                     r"|  # or one by one:")  # fmt: skip
_ALL = re.compile(r'  # "(?:[^"\\]|\\.)*"(?:, "(?:[^"\\]|\\.)*")+,')
_EXCEPT = "EXCEPTION: "
_EXCEPTIONS = "# exceptions = "
_DOUBT = re.compile(r"\bDOUBTFUL: ")


class StepKind(StrEnum):
    """What a step is about."""

    FACT = "fact"
    MISSING = "missing"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Choice:
    """A line of a draft that a person takes or leaves.

    Attributes:
        line: its index in the file.
        key: of a fact; empty for a name.
        text: the value as TOML, or the name.
        said: where it stands, and the sentence.
        doubtful: whether it wants a look of its own.
    """

    line: int
    key: str
    text: str
    said: str
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What is asked at once: the readings of a fact, the facts not found, or a group of names."""

    kind: StepKind
    name: str
    title: str
    order: int
    choices: tuple[Choice, ...]


class DraftFile:
    """The text of a draft, and what is still to be answered."""

    def __init__(self, text: str, path: str) -> None:
        """Take the text of a draft.

        Raises:
            OrderSyntaxError: it is none.
        """
        self._lines = text.rstrip("\n").split("\n")
        self._path = path
        self._heads = [i for i, line in enumerate(self._lines) if line == "[[order]]"]
        states = [i for i, line in enumerate(self._lines) if _STATE.fullmatch(line)]
        if not is_order_file(self._lines) or len(states) != len(self._heads):
            raise OrderSyntaxError(
                "is no draft: an order has no line 'reviewed = false'; write one with "
                "'blocklist import --draft'",
                path=path,
            )
        self._states = states
        self.steps = [step for order in range(len(states)) for step in self._steps(order)]

    @property
    def text(self) -> str:
        """The file as it is now."""
        return "\n".join(self._lines) + "\n"

    @property
    def digests(self) -> list[str]:
        """The SHA-256 of each source."""
        return [line[2:] for line in self._lines if _DIGEST.fullmatch(line)]

    @property
    def sources(self) -> list[str]:
        """The name of the document of each order."""
        found = map(_SOURCE.fullmatch, self._lines)
        return [match["name"] for match in found if match]

    @property
    def pending(self) -> list[Step]:
        """The steps without an answer."""
        return [step for step in self.steps if step.name not in self._done(step.order)]

    def taken(self, order: int) -> list[str]:
        """Return the names that are targets of an order so far."""
        names: list[str] = []
        for line in self._block(order):
            if found := _TAKEN.fullmatch(line):
                names += tomllib.loads(f"x = [{found['names']}]")["x"]
        return list(dict.fromkeys(names))

    def excepted(self, order: int) -> list[str]:
        """Return the names that are exceptions of an order so far."""
        found = map(_NAME.fullmatch, self._block(order))
        names = [_text(m["name"]) for m in found if m and m["said"].startswith(_EXCEPT)]
        return list(dict.fromkeys(names))

    def answered(
        self,
        step: Step,
        taken: Collection[int] = (),
        excepted: Collection[int] = (),
        written: Mapping[int, str] | None = None,
    ) -> DraftFile:
        """Return the draft with a step answered.

        Args:
            step: one of ``steps``.
            taken: the lines of the choices that are taken; all others are left.
            excepted: the lines of the names that are exceptions.
            written: by the line of a choice, what a person wrote in its place, as TOML.
        """
        lines = list(self._lines)
        for choice in step.choices:
            line = lines[choice.line].replace(f"# {_EXCEPT}", "# ", 1)
            indent = "" if choice.key else "  "
            bare = line.removeprefix(f"{indent}# ").removeprefix(indent)
            if choice.line in taken and not (written and choice.line in written):
                lines[choice.line] = indent + bare
                continue
            lines[choice.line] = f"{indent}# {bare}"
            if choice.line in excepted:
                before, said = bare.split(",  # ", 1)
                lines[choice.line] = f"{indent}# {before},  # {_EXCEPT}{said}"
            elif written and choice.line in written:
                value = written[choice.line]
                new = f"{choice.key} = {value}" if choice.key else f"  {value},"
                lines[choice.line] += f"\n{new}  # written by the reviewer"
        done = [*self._done(step.order), step.name]
        lines[self._states[step.order]] = f"reviewed = false  # so far: {', '.join(done)}"
        return DraftFile("\n".join(lines), self._path)

    def signed(self, reviewer: str, when: datetime) -> str:
        """Return the reviewed orders; those of which no name was taken are left out."""
        orders = [order for order in range(len(self._heads)) if self.taken(order)]
        return "\n".join(
            "\n".join(self._signed(order, reviewer, when)).rstrip("\n") + "\n" for order in orders
        )

    def _signed(self, order: int, reviewer: str, when: datetime) -> Iterator[str]:
        names = set()
        excepted = self.excepted(order)
        for line in self._block(order):
            if _ADVICE.fullmatch(line) or _ALL.fullmatch(line):
                continue
            if source := _SOURCE.fullmatch(line):
                yield toml_comment(f"Reviewed order, from {source['name']}; SHA-256 of the source:")
            elif _STATE.fullmatch(line):
                yield "reviewed = true"
                yield f"reviewed_by = {toml_value(reviewer)}"
                yield f"reviewed_at = {when:%Y-%m-%dT%H:%M:%SZ}"
            elif line.startswith(_EXCEPTIONS):
                if excepted:
                    yield f"exceptions = {toml_value(excepted)}"
            elif (found := _NAME.fullmatch(line)) and not found["mark"]:
                once = _text(found["name"]) not in names
                names.add(_text(found["name"]))
                yield line if once else f"  # {line.strip()}"
            else:
                yield line

    def _block(self, order: int) -> list[str]:
        end = self._heads[order + 1] if order + 1 < len(self._heads) else len(self._lines)
        return self._lines[self._heads[order] : end]

    def _done(self, order: int) -> list[str]:
        found = _STATE.fullmatch(self._lines[self._states[order]])
        return found["done"].split(", ") if found and found["done"] else []

    def _steps(self, order: int) -> Iterator[Step]:
        """Yield the steps of an order: facts in their sequence, those not found, groups."""
        facts: dict[str, list[Choice]] = {}
        missing: list[Choice] = []
        groups: dict[str, tuple[str, list[Choice]]] = {}
        group: list[Choice] = []
        for index, line in enumerate(self._block(order), self._heads[order]):
            if found := _GROUP.fullmatch(line):
                group = []
                groups[f"group {found['number']}"] = found["title"], group
            elif found := _NAME.fullmatch(line):
                said = found["said"].removeprefix(_EXCEPT)
                doubtful = _DOUBT.search(said) is not None
                group.append(Choice(index, "", _text(found["name"]), said, doubtful))
            elif found := _UNKNOWN.fullmatch(line):
                missing.append(Choice(index, found["key"], found["value"], "not found"))
            elif found := _FACT.fullmatch(line):
                one = Choice(index, found["key"], found["value"], found["said"])
                facts.setdefault(found["key"], []).append(one)
        for key, choices in facts.items():
            yield Step(StepKind.FACT, key, key, order, tuple(choices))
        if missing:
            yield Step(StepKind.MISSING, MISSING, MISSING, order, tuple(missing))
        for name, (title, choices) in groups.items():
            yield Step(StepKind.GROUP, name, title, order, tuple(choices))


def as_toml(text: str) -> str:
    """Return what a person wrote as a TOML value: as it is if it is one, else as text."""
    try:
        tomllib.loads(f"x = {text}")
    except tomllib.TOMLDecodeError:
        return toml_value(text)
    return toml_value(text) if "\n" in text or not text else text


def _text(quoted: str) -> str:
    return str(tomllib.loads(f"x = {quoted}")["x"])


def is_draft(lines: Sequence[str]) -> bool:
    """Whether a text is a draft."""
    return is_order_file(lines) and any(map(_STATE.fullmatch, lines))
