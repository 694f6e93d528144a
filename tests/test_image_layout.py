"""The numbers of the image format: Python's, those of the C header and the docs are the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import blocklist
from blocklist.image import layout
from blocklist.image.layout import Record

pytestmark = pytest.mark.no_core

HEADER = Path(blocklist.__file__).parent / "_core" / "kernel" / "format.h"
DOCS = (Path(__file__).parents[1] / "docs" / "image-format.md").read_text("utf-8")

Constant = int | bytes | str


def constants_of_c() -> dict[str, Constant]:
    """Every macro of the header that has a value, by its name without the prefix."""
    found: dict[str, Constant] = {}
    for name, text in re.findall(
        r"^#define BLK_(\w+) (\S.*)$", HEADER.read_text("ascii"), re.MULTILINE
    ):
        value = re.sub(r"\s*/\*.*", "", text).strip()
        if value.startswith('"'):
            octets = "".join(re.findall(r'"([^"]*)"', value)).encode().decode("unicode_escape")
            found[name] = octets.encode("latin-1") if name == "MAGIC" else octets
        else:
            found[name] = int(value.rstrip("u"), 0)
    return found


def constants_of_python() -> dict[str, Constant]:
    found: dict[str, Constant] = {}
    for name, value in vars(layout).items():
        if not name.isupper() or name.startswith("_"):
            continue
        if isinstance(value, int | bytes | str):
            found[name] = value
        elif isinstance(value, Record):
            found[f"{name}_SIZE"] = value.size
            found |= {f"{name}_{field.upper()}_AT": at for field, at in value.at.items()}
    return found


def test_c_and_python_have_the_same_numbers() -> None:
    assert constants_of_c() == constants_of_python()


def test_each_name_of_c_is_defined_once() -> None:
    names = re.findall(r"^#define (\w+) ", HEADER.read_text("ascii"), re.MULTILINE)
    assert len(names) == len(set(names)) > 100


def table(heading: str) -> list[list[str]]:
    """The cells of the first table below a heading of the docs, without its head."""
    text = DOCS.split(f"\n{heading}\n", 1)[1]
    rows = re.search(r"(?:^\|.*\n)+", text, re.MULTILINE)
    assert rows is not None
    return [[cell.strip() for cell in row.split("|")[1:-1]] for row in rows[0].splitlines()[2:]]


def test_the_table_of_the_file() -> None:
    *rows, sections = table("## The file")
    assert [int(at) for at, *_ in rows] == list(layout.HEADER.at.values())
    assert sum(int(size) for _, size, _ in rows) == layout.HEADER.size
    assert sections[:2] == [str(layout.HEADER.size), f"{layout.TABLE_ROW.size} each"]
    assert f"name ({layout.SECTION_NAME_SIZE}, padded" in sections[2]
    magic = bytes.fromhex(re.findall("`([0-9A-F ]+)`", rows[0][2])[0])
    assert magic == layout.MAGIC


def test_the_table_of_the_trie() -> None:
    rows = table("### `trie`: 64 octets")
    sizes = {"`u32`": 4, "`u64`": 8}
    assert [int(at) for at, *_ in rows] == list(layout.TRIE.at.values())
    assert sum(sizes.get(kind) or int(kind) for _, kind, _ in rows) == layout.TRIE.size


def test_the_table_of_the_grounds() -> None:
    rows = table(f"### `grounds`: a head of {layout.GROUNDS.size} octets")
    sizes = {"`u32`": 4}
    assert [int(at) for at, *_ in rows] == list(layout.GROUNDS.at.values())
    assert sum(sizes.get(kind) or int(kind) for _, kind, _ in rows) == layout.GROUNDS.size


def test_the_table_of_a_line() -> None:
    rows = table("### `lines`: what stands where")
    assert [int(at) for at, _ in rows] == list(layout.LINE.at.values())


def test_the_table_of_the_automaton() -> None:
    rows = table("## Patterns")
    sizes = [int(size) for size, _ in rows[:5] for size in re.findall(r"^\d+", size)]
    assert sizes == [
        layout.AUTOMATON.size,
        layout.STATE.size,
        layout.EDGE_SIZE,
        layout.OUTPUT_SIZE,
        layout.PATTERN.size,
    ]


def test_the_docs_name_every_section() -> None:
    names = {value for name, value in vars(layout).items() if name.startswith("SECTION_")}
    sections = {name for name in names if isinstance(name, str)}
    assert len(sections) == 15
    assert {name for name in sections if f"`{name}`" not in DOCS} == set()


@pytest.mark.parametrize(
    ("words", "number"),
    [
        (r"format version, (\d+)", layout.VERSION),
        (r"number of sections, at most (\d+)", layout.MAX_SECTIONS),
        (r"SHA-256 of the whole file without these (\d+) octets", layout.CHECKSUM_SIZE),
        (r"each at a multiple of (\d+) octets", layout.ALIGNMENT),
        (r"spreads over, at most (\d+)", layout.MAX_REACH),
        (r"for `i` from 0 to (\d+),", layout.HASH_KEYS - 1),
        (r"to a multiple of (\d+) octets\. From", layout.HASH_BLOCK),
        (r"i \+ 1\) · ([0-9A-F]{16})", layout.HASH_SPREAD),
        (r"`g = hash · ([0-9A-F]{16})`", layout.HASH_SPREAD),
        (r">> 30\)\) · ([0-9A-F]{16})", layout.HASH_MIX_1),
        (r">> 27\)\) · ([0-9A-F]{16})", layout.HASH_MIX_2),
        (r"or (8080808080808080)", layout.HASH_KEY_BITS),
        (r"displacement · ([0-9A-F]{8}), lines", layout.HASH_DISPLACE),
        (r"Its lower (\d+) bits are a Bloom", layout.GATE_BITS),
        (r"sets the bits `\(\(g >> (\d+)\) · 3\)", layout.GATE_PLACES_AT),
        (r"A group sets bits `g >> (\d+) & 63`", layout.PRESENT_PLACES_AT),
        (r"a heavy node sets `g >> (\d+) & 63`", layout.HEAVY_PLACES_AT),
        (r"octets of entries, at most (\d+)", layout.LINE_ROOM),
        (r"octets of the key, 1 to (\d+), or", layout.MAX_INLINE_KEY),
        (r"or (\d+): the key is in the pool", layout.KEY_POOLED),
        (r"Flags: (\d) EXACT", layout.EXACT),
        (r", (\d) SUBTREE, ", layout.SUBTREE),
        (r", (\d) BELOW block", layout.BELOW),
        (r"BELOW block; (\d), 16, 32", layout.EXACT << layout.ALLOW_SHIFT),
        (r"holds up to (\d+) last labels", layout.MAX_CODES),
        (r"last labels of at most (\d+) octets", layout.MAX_LAST_LABEL),
        (r"for each run of (\d+) lines", layout.LINES_A_RANK),
        (r"largest number needs, at most (\d+)", layout.MAX_BITS),
        (r"with NULs to a multiple of (\d+) octets", layout.PART_ALIGNMENT),
        (r"and (\d+) NULs follow the last", layout.GROUNDS_END),
        (r"for each run of (\d+) bits", layout.BITS_A_RANK),
        (r"one over (\d+) octets", layout.MAX_LABEL_OCTETS),
        (r"over (\d+) octets in all", layout.MAX_NAME_OCTETS),
        (r"`gates = marks / (\d+)", layout.GROUPS_A_GATE),
        (r"`words = marks · (\d+)", layout.BITS_A_GROUP),
        (r"\(2 · 62 · (\d+)\)", layout.FILL_PERCENT),
        (r"\(counts over ([\d,]+) are taken", layout.MAX_GATE_OCTETS),
        (r"displacement from 0 to (\d+)", layout.DISPLACEMENTS - 1),
        (r"a gate has over (\d+) groups", layout.MAX_GATE_GROUPS),
        (r"`p \+ p · seed / (\d+)`", layout.SEED_GROWTH),
        (r"After (\d+) seeds give up", layout.SEEDS),
    ],
)  # fmt: skip
def test_the_docs_say_the_same_number(words: str, number: int) -> None:
    (said,) = set(re.findall(words, DOCS))
    is_hexadecimal = len(said) >= 8 and "," not in said
    assert int(said.replace(",", ""), 16 if is_hexadecimal else 10) == number
