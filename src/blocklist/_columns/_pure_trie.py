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

from ..image.layout import SUBTREE

MAX_FLAGS, MAX_BLOCK_FLAGS = 63, 7
MAX_KEY, MAX_LAST_LABEL = 59, 7
IN_POOL, FLAGS_FOLLOW, GOES_ON = 63, 0x80, 0x80
LINE_ROOM, MAX_CODES, MAX_STEPS, MAX_GATE_GROUPS, SEEDS = 62, 255, 32, 48, 32
DISPLACEMENT, SPREAD = 0x9E3779B1, 0x9E3779B97F4A7C15
U32, U64 = 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF

_BLOCK = struct.Struct("<4Q")
_TRIE = struct.Struct("<Q8I24x")

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
    first_level = 1 if any(b"." not in name for name in flags) else 2
    if not inputs:
        sections = dict.fromkeys(("lines", "gates", "filter", "labels", "ranks", "pool"), b"")
        return {"trie": _TRIE.pack(0, 0, 0, 0, 0, first_level, 0, 0, 0)} | sections, {}
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
        allows = any(bits > MAX_BLOCK_FLAGS for bits in flags.values())
        sections = {
            "trie": _TRIE.pack(seed, *head, first_level, depth, plan.reach, allows),
            "lines": octets,
            "gates": _write_gates(plan),
            "filter": _write_filter(plan),
            "labels": labels,
            "ranks": ranks,
            "pool": pool,
        }
        return sections, first
    raise ValueError("these names find no place in any trie")


def _count_labels(inputs: Iterable[bytes]) -> tuple[dict[bytes, int], bytes]:
    """Return the codes of the most frequent last labels, and the section ``labels``."""
    counts = Counter(label for _, dot, label in (n.rpartition(b".") for n in inputs) if dot)
    rows = [
        (-count, label.ljust(MAX_LAST_LABEL, b"\0") + bytes([len(label)]), label)
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
    if size > MAX_KEY:
        size, key = IN_POOL, bytes(4)
    if flags == SUBTREE:
        return b"%c%c%b" % (size, code, key)
    return b"%c%c%b%c" % (size | FLAGS_FOLLOW, code, key, flags)


# ---- the hash --------------------------------------------------------------------------------


def hash_keys(seed: int) -> list[int]:
    """Return the six keys of a seed."""
    keys = []
    for i in range(1, 7):
        z = (6 * seed + i) * SPREAD & U64
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & U64
        z = (z ^ z >> 27) * 0x94D049BB133111EB & U64
        keys.append((z ^ z >> 31) | 0x8080808080808080)
    return keys


def hash_suffixes(suffixes: Iterable[bytes], seed: int) -> list[int]:
    """Return the hash of each suffix; one loop, because it runs for every name."""
    k0, k1, k2, k3, start, k5 = hash_keys(seed)
    read, hashes = _BLOCK.unpack_from, []
    for suffix in suffixes:
        padded = suffix.rjust(len(suffix) + 31 & -32, b"\0")
        state = start
        for at in range(len(padded) - 32, -1, -32):
            w0, w1, w2, w3 = read(padded, at)
            a = (w3 ^ k0) * (w2 ^ k1)
            b = (w1 ^ k2) * (w0 ^ k3)
            a = (a >> 64 ^ a & U64 ^ state) * (b >> 64 ^ b & U64 ^ k5)
            state = a >> 64 ^ a & U64
        hashes.append(state)
    return hashes


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
    pairs = sum(map(len, entries.values())) * 100 // (2 * 62 * 82) + 1
    plan.gates = marks // 5 + 1
    plan.words = marks * 5 // 64 + 1
    plan.lines = 2 * (pairs + pairs * plan.seed // 8)
    plan.gate_groups = [[] for _ in range(plan.gates)]
    for node in sorted(plan.groups):
        size = sum(len(entries[name]) for name in plan.groups[node])
        plan.gate_groups[(node & U32) * plan.gates >> 32].append((node, size))
    if max(map(len, plan.gate_groups)) > MAX_GATE_GROUPS:
        raise _NoPlaceError


def _displace(plan: _Plan) -> None:
    """Choose the displacement of each gate, the fullest first, and note who found room."""
    weights = [-min(sum(size for _, size in groups), 4095) for groups in plan.gate_groups]
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
    for displacement in range(256):
        shift, left, homes = displacement * DISPLACEMENT, 0, []
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
            if entry[0] & IN_POOL == IN_POOL:
                key, code = _key(name, codes)
                entry = _pooled(flags[name], code, len(pool))
                pool += bytes([len(key)]) + key
            room[line] -= len(entry)
            lines[line].append((name, entry))
    return lines, goes_on, bytes(pool)


def _home(node: int, displacement: int, lines: int) -> int:
    return ((node >> 32) + displacement * DISPLACEMENT & U32) * lines >> 32


def _pooled(flags: int, code: int, offset: int) -> bytes:
    if flags == SUBTREE:
        return struct.pack("<BBI", IN_POOL, code, offset)
    return struct.pack("<BBIB", IN_POOL | FLAGS_FOLLOW, code, offset, flags)


def _walk(
    plan: _Plan, home: int, entry: bytes, room: Sequence[int], goes_on: bytearray
) -> tuple[int, bytes]:
    """Return the first line with room, and the entry or, if only that fits, one for the pool."""
    size = 7 if entry[0] & FLAGS_FOLLOW else 6
    passed: list[int] = []
    for step in range(MAX_STEPS):
        line = _line_at(home, step, plan.lines)
        if room[line] >= min(size, len(entry)):
            if room[line] < len(entry):
                entry = bytes([entry[0] | IN_POOL]) + entry[1:size]
            for full in passed:
                goes_on[full] = GOES_ON
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
    counts = [f.bit_count() for f in range(MAX_FLAGS + 1)]
    for at, (line, more) in enumerate(zip(lines, goes_on, strict=True)):
        if at % 16 == 0:
            ranks.append(number)
        before = number
        for name, _ in line:
            first[name] = number
            number += counts[flags[name]]
        octets = b"".join([entry for _, entry in line])
        pieces.append(bytes((more | number - before, len(octets))) + octets.ljust(62, b"\0"))
    return b"".join(pieces), struct.pack(f"<{len(ranks)}I", *ranks), first


def _write_gates(plan: _Plan) -> bytes:
    gates = [displacement << 24 for displacement in plan.displacements]
    for nodes in (plan.groups, plan.heavy):
        for node in nodes:
            g = node * SPREAD & U64
            bits = 1 << ((g >> 58) * 3 >> 3) | 1 << ((g >> 52 & 63) * 3 >> 3)
            gates[(node & U32) * plan.gates >> 32] |= bits
    return struct.pack(f"<{len(gates)}I", *gates)


def _write_filter(plan: _Plan) -> bytes:
    words = [0] * plan.words
    for nodes, top in ((plan.groups, 46), (plan.heavy, 28)):
        for node in nodes:
            g = (node * SPREAD & U64) >> top - 12
            bits = 1 << (g >> 12 & 63) | 1 << (g >> 6 & 63) | 1 << (g & 63)
            words[(node >> 16 & U32) * plan.words >> 32] |= bits
    return struct.pack(f"<{len(words)}Q", *words)
