"""The trie behind the pure ``build_trie``, written after ``docs/image-format.md``.

The chapter "How it is built" there has the same steps under the same names. Names are octets; a
group is known by the hash of its suffix and holds names; an entry is what stands for a name in a
line, and its length is the room that it takes.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ..image import layout
from ..image.layout import (
    ALLOW_SHIFT,
    FLAGS_FOLLOW,
    HASH_DISPLACE,
    HASH_SPREAD,
    KEY_POOLED,
    LABEL,
    LINE_ROOM,
    MAX_CODES,
    MAX_INLINE_KEY,
    MAX_LAST_LABEL,
    POOL_OFFSET_SIZE,
    SEEDS,
    SUBTREE,
    TRIE,
    TRIE_SECTIONS,
)
from ._pure_hash import IF_HEAVY, IF_PRESENT, IN_GATE, PLACE, U32, U64, hash_suffixes

MAX_STEPS = 2 * layout.MAX_REACH

_POOLED = struct.Struct("<BBI")

Groups = dict[int, list[bytes]]
Members = list[tuple[int, int]]  # hash and octets of the groups of a gate


class _NoPlaceError(Exception):
    """This seed does not do; the next may."""


@dataclass
class _Plan:
    """What one seed makes of the names, before and while they are laid out."""

    seed: int
    groups: Groups
    heavy: list[int]
    lines: int = 0
    gates: int = 0
    words: int = 0
    reach: int = 1
    gate_groups: list[Members] = field(default_factory=list)
    displacements: bytearray = field(default_factory=bytearray)
    homes: dict[int, int] = field(default_factory=dict)  # of the groups that have their place


def encode_names(
    inputs: list[bytes], flags: dict[bytes, int]
) -> tuple[dict[str, bytes], dict[bytes, int]]:
    """Return the sections of the suffix trie, and the number of each name's first rule.

    Args:
        inputs: the names, one as often as it was given.
        flags: what stands at each of them.

    Raises:
        ValueError: no trie holds these names.
    """
    codes, labels = _count_labels(inputs)
    entries = {name: _entry(name, bits, codes) for name, bits in flags.items()}
    first_level = 1 if any(b"." not in name for name in flags) else layout.MAX_FIRST_LEVEL
    if not inputs:
        sections = dict.fromkeys(TRIE_SECTIONS, b"")
        sections[layout.SECTION_TRIE] = TRIE.struct.pack(0, 0, 0, 0, 0, first_level, 0, 0, 0)
        return sections, {}
    for seed in range(SEEDS):
        plan = _Plan(seed, *_gather(list(flags), entries, first_level, seed))
        try:
            _measure(plan, entries)
            _displace(plan)
            lines, goes_on, pool = _lay_out(plan, entries, flags, codes)
        except _NoPlaceError:
            continue
        octets, ranks, first = _write_lines(lines, goes_on, flags)
        head = (plan.lines, plan.gates, plan.words, sum(map(int.bit_count, flags.values())))
        depth = max(name.count(b".") for name in flags) + 1
        allows = any(bits >> ALLOW_SHIFT for bits in flags.values())
        sections = {
            layout.SECTION_TRIE: TRIE.struct.pack(
                seed, *head, first_level, depth, plan.reach, allows
            ),
            layout.SECTION_LINES: octets,
            layout.SECTION_GATES: _write_gates(plan),
            layout.SECTION_FILTER: _write_filter(plan),
            layout.SECTION_LABELS: labels,
            layout.SECTION_RANKS: ranks,
            layout.SECTION_POOL: pool,
        }
        return sections, first
    raise ValueError("these names find no place in any trie")


def _count_labels(inputs: Iterable[bytes]) -> tuple[dict[bytes, int], bytes]:
    """Return the codes of the most frequent last labels, and the section ``labels``."""
    counts = Counter(label for _, dot, label in (n.rpartition(b".") for n in inputs) if dot)
    rows = [
        (-count, LABEL.struct.pack(label, len(label)), label)
        for label, count in counts.items()
        if 1 <= len(label) <= MAX_LAST_LABEL
    ]
    rows.sort(key=lambda row: (row[0], int.from_bytes(row[1], "little")))
    del rows[MAX_CODES:]
    codes = {label: code for code, (_, _, label) in enumerate(rows, 1)}
    return codes, b"".join(octets for _, octets, _ in rows)


def _key(name: bytes, codes: dict[bytes, int]) -> tuple[bytes, int]:
    """Return the key of a name and the code of its last label."""
    above, dot, label = name.rpartition(b".")
    code = codes.get(label, 0) if dot else 0
    return (above, code) if code else (name, 0)


def _entry(name: bytes, flags: int, codes: dict[bytes, int]) -> bytes:
    """Return the entry of a name; in place of a key that must go to the pool, four NULs."""
    key, code = _key(name, codes)
    size = len(key)
    if size > MAX_INLINE_KEY:
        size, key = KEY_POOLED, bytes(POOL_OFFSET_SIZE)
    if flags == SUBTREE:
        return b"%c%c%b" % (size, code, key)
    return b"%c%c%b%c" % (size | FLAGS_FOLLOW, code, key, flags)


# ---- steps 2 to 4 ----------------------------------------------------------------------------


def _gather(
    names: list[bytes], entries: dict[bytes, bytes], level: int, seed: int
) -> tuple[Groups, list[int]]:
    """Return the groups, names in sequence, and the hashes of the heavy nodes."""
    groups: Groups = {}
    heavy = []
    while names:
        deeper: list[bytes] = []
        for node, members in _by_hash(names, level, seed).items():
            own = members
            if len(members) > 1 and sum(len(entries[name]) for name in members) > LINE_ROOM:
                below = [name for name in members if name.count(b".") >= level]
                if below:
                    heavy.append(node)
                    deeper += below
                    own = [name for name in members if name.count(b".") < level]
            if own:
                groups[node] = sorted(own + groups.get(node, []))
        names, level = deeper, level + 1
    return groups, heavy


def _by_hash(names: Iterable[bytes], level: int, seed: int) -> Groups:
    by_suffix: dict[bytes, list[bytes]] = {}
    for name in names:
        suffix = b".".join(name.rsplit(b".", level)[-level:])
        by_suffix.setdefault(suffix, []).append(name)
    nodes: Groups = {}
    for node, members in zip(hash_suffixes(by_suffix, seed), by_suffix.values(), strict=True):
        nodes[node] = nodes[node] + members if node in nodes else members
    return nodes


def _measure(plan: _Plan, entries: dict[bytes, bytes]) -> None:
    """Set the sizes and share the groups out to their gates, by hash."""
    marks = len(plan.groups) + len(plan.heavy)
    pairs = sum(map(len, entries.values())) * 100 // (2 * LINE_ROOM * layout.FILL_PERCENT) + 1
    plan.gates = marks // layout.GROUPS_A_GATE + 1
    plan.words = marks * layout.BITS_A_GROUP // (8 * layout.WORD_SIZE) + 1
    plan.lines = 2 * (pairs + pairs * plan.seed // layout.SEED_GROWTH)
    plan.gate_groups = [[] for _ in range(plan.gates)]
    for node in sorted(plan.groups):
        size = sum(len(entries[name]) for name in plan.groups[node])
        plan.gate_groups[(node & U32) * plan.gates >> 32].append((node, size))
    if max(map(len, plan.gate_groups)) > layout.MAX_GATE_GROUPS:
        raise _NoPlaceError


def _displace(plan: _Plan) -> None:
    """Choose the displacement of each gate, the fullest first, and note who found room."""
    weights = [
        -min(sum(size for _, size in groups), layout.MAX_GATE_OCTETS) for groups in plan.gate_groups
    ]
    used = [0] * plan.lines
    plan.displacements = bytearray(plan.gates)
    for gate in sorted(range(plan.gates), key=weights.__getitem__):
        groups = plan.gate_groups[gate]
        displacement, homes = _best_displacement(groups, used, plan.lines)
        plan.displacements[gate] = displacement
        for (node, size), home in zip(groups, homes, strict=True):
            if home >= 0:
                used[home] += size
                plan.homes[node] = home


def _best_displacement(groups: Members, used: list[int], lines: int) -> tuple[int, list[int]]:
    """Return the displacement and the home of each group there, -1 if it has no place."""
    best, least, best_homes = 0, 1 << 62, [-1] * len(groups)
    for displacement in range(layout.DISPLACEMENTS):
        shift, left, homes = displacement * HASH_DISPLACE, 0, []
        for node, size in groups:
            home = ((node >> 32) + shift & U32) * lines >> 32
            if used[home] + size > LINE_ROOM:
                left += size
                if left >= least:
                    break
                home = -1
            else:
                used[home] += size
            homes.append(home)
        for (_, size), home in zip(groups, homes, strict=False):
            if home >= 0:
                used[home] -= size
        if left < least:
            best, least, best_homes = displacement, left, homes
            if not left:
                break
    return best, best_homes


# ---- step 5 ----------------------------------------------------------------------------------


def _lay_out(
    plan: _Plan, entries: dict[bytes, bytes], flags: dict[bytes, int], codes: dict[bytes, int]
) -> tuple[list[list[tuple[bytes, bytes]]], bytearray, bytes]:
    """Return name and entry of what stands in each line, whether groups go on there, the pool."""
    lines: list[list[tuple[bytes, bytes]]] = [[] for _ in range(plan.lines)]
    room = [LINE_ROOM] * plan.lines
    goes_on, pool = bytearray(plan.lines), bytearray()
    order = [node for groups in plan.gate_groups for node, _ in groups]
    with_place = [node for node in order if node in plan.homes]
    for node in with_place + [node for node in order if node not in plan.homes]:
        gate = (node & U32) * plan.gates >> 32
        home = _home(node, plan.displacements[gate], plan.lines)
        for name in plan.groups[node]:
            entry = entries[name]
            line = home
            if room[line] < len(entry):
                line, entry = _walk(plan, home, entry, room, goes_on)
            if entry[0] & layout.KEY_LENGTH == KEY_POOLED:
                key, code = _key(name, codes)
                entry = _pooled(flags[name], code, len(pool))
                pool += bytes([len(key)]) + key
            room[line] -= len(entry)
            lines[line].append((name, entry))
    return lines, goes_on, bytes(pool)


def _home(node: int, displacement: int, lines: int) -> int:
    return ((node >> 32) + displacement * HASH_DISPLACE & U32) * lines >> 32


def _pooled(flags: int, code: int, offset: int) -> bytes:
    if flags == SUBTREE:
        return _POOLED.pack(KEY_POOLED, code, offset)
    return _POOLED.pack(KEY_POOLED | FLAGS_FOLLOW, code, offset) + bytes([flags])


def _walk(
    plan: _Plan, home: int, entry: bytes, room: Sequence[int], goes_on: bytearray
) -> tuple[int, bytes]:
    """Return the first line with room, and the entry or, if only that fits, one for the pool."""
    size = _POOLED.size + bool(entry[0] & FLAGS_FOLLOW)
    passed: list[int] = []
    for step in range(MAX_STEPS):
        line = _line_at(home, step, plan.lines)
        if room[line] >= min(size, len(entry)):
            if room[line] < len(entry):
                entry = bytes([entry[0] | KEY_POOLED]) + entry[1:size]
            for full in passed:
                goes_on[full] = layout.LINE_GOES_ON
            plan.reach = max(plan.reach, step // 2 + 1)
            return line, entry
        passed.append(line)
    raise _NoPlaceError


def _line_at(home: int, step: int, lines: int) -> int:
    pair = (home // 2 + step // 2) % (lines // 2)
    return 2 * pair + ((home ^ step) & 1)


# ---- what is written -------------------------------------------------------------------------


def _write_lines(
    lines: list[list[tuple[bytes, bytes]]], goes_on: bytearray, flags: dict[bytes, int]
) -> tuple[bytes, bytes, dict[bytes, int]]:
    """Return the sections ``lines`` and ``ranks``, and the number of each name's first rule."""
    pieces, ranks, first, number = [], [], {}, 0
    counts = [f.bit_count() for f in range(layout.ALL_FLAGS + 1)]
    for at, (line, more) in enumerate(zip(lines, goes_on, strict=True)):
        if at % layout.LINES_A_RANK == 0:
            ranks.append(number)
        before = number
        for name, _ in line:
            first[name] = number
            number += counts[flags[name]]
        octets = b"".join([entry for _, entry in line])
        pieces.append(layout.LINE.struct.pack(more | number - before, len(octets), octets))
    return b"".join(pieces), layout.pack_u32(ranks), first


def _write_gates(plan: _Plan) -> bytes:
    gates = [displacement << layout.GATE_BITS for displacement in plan.displacements]
    for nodes in (plan.groups, plan.heavy):
        for node in nodes:
            g, bits = node * HASH_SPREAD & U64, 0
            for shift in IN_GATE:
                bits |= 1 << ((g >> shift & PLACE) * layout.GATE_BITS >> layout.PLACE_BITS)
            gates[(node & U32) * plan.gates >> 32] |= bits
    return layout.pack_u32(gates)


def _write_filter(plan: _Plan) -> bytes:
    words = [0] * plan.words
    for nodes, shifts in ((plan.groups, IF_PRESENT), (plan.heavy, IF_HEAVY)):
        for node in nodes:
            g, bits = node * HASH_SPREAD & U64, 0
            for shift in shifts:
                bits |= 1 << (g >> shift & PLACE)
            words[(node >> 16 & U32) * plan.words >> 32] |= bits
    return layout.pack_u64(words)
