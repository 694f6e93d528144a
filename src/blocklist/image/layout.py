"""LAYOUT: every number of the image format, once for Python.

``docs/image-format.md`` says what each means. ``_core/kernel/format.h`` holds the same for C under
the same names, and a test compares the two. Numbers in an image are unsigned and little-endian.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Sequence

from ..model import names
from ..model.targets import Rule, TargetKind

Octets = bytes | memoryview


class Record:
    """Fields that lie one after the other, without gaps.

    Attributes:
        struct: reads and writes the whole record.
        size: its octets.
        at: the offset of each field, by name.
    """

    __slots__ = ("_fields", "at", "size", "struct")

    def __init__(self, **fields: str) -> None:
        """Take the code of each field as ``struct`` has it, by name."""
        self.struct: struct.Struct = struct.Struct("<" + "".join(fields.values()))
        self.size: int = self.struct.size
        self.at: dict[str, int] = {}
        self._fields = {name: struct.Struct(f"<{code}") for name, code in fields.items()}
        offset = 0
        for name, field in self._fields.items():
            self.at[name] = offset
            offset += field.size

    def read(self, octets: Octets, name: str) -> int:
        """Return one field, a number, of the record that ``octets`` begin with.

        Raises:
            ValueError: ``octets`` are too short.
        """
        try:
            (value,) = self._fields[name].unpack_from(octets, self.at[name])
        except struct.error as error:
            raise ValueError(f"too short for its field {name}") from error
        return int(value)


# ---- the file ----------------------------------------------------------------------------------

MAGIC = b"\x89blk\r\n\x1a\n"
VERSION = 3
ALIGNMENT = 64  # of a section: a line of the trie should be one line of the processor's cache
MAX_SECTIONS = 256
SECTION_NAME_SIZE = 16
CHECKSUM_SIZE = 32

HEADER = Record(
    magic=f"{len(MAGIC)}s",
    version="I",
    sections="I",
    length="Q",
    checksum=f"{CHECKSUM_SIZE}s",
    zero="8x",
)
TABLE_ROW = Record(name=f"{SECTION_NAME_SIZE}s", offset="Q", length="Q")

SECTION_TRIE = "trie"
SECTION_LINES = "lines"
SECTION_GATES = "gates"
SECTION_FILTER = "filter"
SECTION_LABELS = "labels"
SECTION_RANKS = "ranks"
SECTION_POOL = "pool"
SECTION_PATTERNS = "patterns"
SECTION_AUTOMATON = "automaton"
SECTION_URLS = "urls"
SECTION_ADDRESSES = "addresses"
SECTION_GROUNDS = "grounds"
SECTION_RAW_TEXTS = "raw-texts"
SECTION_ORDERS = "orders"
SECTION_META = "meta"

TRIE_SECTIONS = (
    SECTION_TRIE, SECTION_LINES, SECTION_GATES, SECTION_FILTER, SECTION_LABELS, SECTION_RANKS,
    SECTION_POOL,
)  # fmt: skip
"""What rules about names are in."""

# ---- names -------------------------------------------------------------------------------------

MAX_NAME_OCTETS = names.MAX_NAME_OCTETS
MAX_LABEL_OCTETS = names.MAX_LABEL_OCTETS
MAX_LABELS = (MAX_NAME_OCTETS + 1) // 2

# Which rules a name carries: one bit each, in the sequence of their rule numbers.
EXACT, SUBTREE, BELOW = 1, 2, 4
ALLOW_SHIFT = 3
ALL_FLAGS = 63
_BITS = {TargetKind.EXACT: EXACT, TargetKind.SUBTREE: SUBTREE, TargetKind.BELOW: BELOW}
_RULES = {
    bit << ALLOW_SHIFT * allow: (kind, allow)
    for kind, bit in _BITS.items()
    for allow in (False, True)
}


def rule_bit(rule: Rule) -> int | None:
    """Return the bit of a rule about a name, ``None`` for the other kinds."""
    bit = _BITS.get(rule.kind)
    return None if bit is None else bit << ALLOW_SHIFT * rule.allow


def named_rule(bit: int, name: str) -> Rule:
    """Return the rule that a bit set for ``name`` means."""
    kind, allow = _RULES[bit]
    return Rule(kind, name, allow)


# ---- the suffix trie ---------------------------------------------------------------------------

TRIE = Record(
    seed="Q",
    lines="I",
    gates="I",
    words="I",
    rules="I",
    first_level="I",
    last_level="I",
    reach="I",
    exceptions="I",
    zero="24x",
)
MAX_FIRST_LEVEL = 2
MAX_REACH = 16  # pairs of lines that one group may spread over

HASH_KEYS = 6
HASH_BLOCK = 32  # octets that are mixed at a time
HASH_SPREAD = 0x9E3779B97F4A7C15
HASH_MIX_1 = 0xBF58476D1CE4E5B9
HASH_MIX_2 = 0x94D049BB133111EB
HASH_KEY_BITS = 0x8080808080808080  # which every key has
HASH_DISPLACE = 0x9E3779B1

GATE_SIZE = 4
GATE_BITS = 24  # of the filter in it; the displacement stands above them
WORD_SIZE = 8
PLACE_BITS = 6  # of the spread hash for each bit that is set or asked for
GATE_PLACES_AT = 58  # where the first of two places lies, the next below it
PRESENT_PLACES_AT = 46  # of three
HEAVY_PLACES_AT = 28  # of three

LINE_ROOM = 62  # octets of entries
LINE = Record(head="B", used="B", entries=f"{LINE_ROOM}s")
LINE_GOES_ON = 0x80  # in the head: groups may go on in another line
LINE_RULES = 0x7F  # in the head: how many rules the line holds

# The key follows an entry's two octets, and flags may follow the key.
ENTRY = Record(head="B", code="B")
KEY_LENGTH = 63  # in the head: octets of the key,
KEY_POOLED = 63  # or that it is in the pool, at the offset that stands in its place
MAX_INLINE_KEY = 59
FLAGS_FOLLOW = 0x80  # in the head; without it the flags are SUBTREE
POOL_OFFSET_SIZE = 4

MAX_LAST_LABEL = 7
LABEL = Record(text=f"{MAX_LAST_LABEL}s", length="B")
MAX_CODES = 255

LINES_A_RANK = 16
RANK_SIZE = 4

# ---- the automaton of the patterns -------------------------------------------------------------

AUTOMATON = Record(states="I", edges="I", outputs="I", patterns="I", text="I", zero="12x")
STATE = Record(edges="I", failure="I", outputs="I", link="I")
EDGE_SIZE = 4
EDGE_TARGET_SHIFT = 8  # below it stands the octet
OUTPUT_SIZE = 4
PATTERN = Record(text="I", length="B", allow="B", literal="B", literal_length="B")

# ---- grounds -----------------------------------------------------------------------------------

GROUNDS = Record(
    rules="I",
    grounds="I",
    sets="I",
    members="I",
    raws="I",
    set_bits="B",
    start_bits="B",
    order_bits="B",
    line_bits="B",
    raw_bits="B",
    zero="7x",
)
PART_ALIGNMENT = 8  # of the parts that follow: a number is read with the seven octets behind it
GROUNDS_END = 8  # octets of zero behind the last part
MAX_BITS = 32  # of a packed number
BITS_A_RANK = 512

# ---- how a trie is built -----------------------------------------------------------------------

SEEDS = 32  # that are tried
SEED_GROWTH = 8  # each seed adds this part of the lines, as 1 / SEED_GROWTH
FILL_PERCENT = 82  # of the room in lines that is used
GROUPS_A_GATE = 5
BITS_A_GROUP = 5  # of the filter
MAX_GATE_GROUPS = 48
MAX_GATE_OCTETS = 4095  # of one gate's groups, as far as they are told apart
DISPLACEMENTS = 256


def pack_u32(numbers: Sequence[int]) -> bytes:
    """Return the numbers as ``u32``, one after the other."""
    return struct.pack(f"<{len(numbers)}I", *numbers)


def unpack_u32(octets: Octets) -> array[int]:
    """Return the numbers that ``pack_u32`` packed.

    Raises:
        ValueError: the octets are cut short.
    """
    numbers = array("I", bytes(octets))
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def pack_u64(numbers: Sequence[int]) -> bytes:
    """Return the numbers as ``u64``, one after the other."""
    return struct.pack(f"<{len(numbers)}Q", *numbers)
