"""AUTOMATON: the patterns of an image, flattened for the native core."""

from __future__ import annotations

from collections.abc import Sequence

from ..image.layout import AUTOMATON, EDGE_TARGET_SHIFT, PATTERN, STATE, pack_u32
from ..model.patterns import literal, literal_automaton


def encode_automaton(patterns: Sequence[tuple[str, bool]]) -> bytes:
    """Return the automaton of (pattern, is exception) pairs as a section; empty if there are none.

    The pairs stand with the most specific first. See ``docs/image-format.md``.
    """
    if not patterns:
        return b""
    texts = [text for text, _ in patterns]
    automaton = literal_automaton(texts)
    _, edges, fails = automaton.dump()
    children: dict[int, list[tuple[int, int]]] = {}
    for source, octet, target in edges:
        children.setdefault(source, []).append((octet[0], target))
    root = ({source for source, _, _ in edges} - {target for _, _, target in edges}).pop()
    paths = {root: ""}
    states = [root]
    for state in states:  # it grows: breadth first
        for octet, target in sorted(children.get(state, ())):
            paths[target] = paths[state] + chr(octet)
            states.append(target)
    number = {state: i for i, state in enumerate(states)}
    fail = dict(fails)
    link: dict[int, int] = {root: 0}
    records: list[tuple[int, int, int, int]] = []
    edge_list: list[int] = []
    outputs: list[int] = []
    for state in states:
        path, above = paths[state], fail.get(state, root)
        link[state] = number[above] if automaton.get(paths[above], None) else link[above]
        records.append((len(edge_list), number[above], len(outputs), link[state]))
        edge_list += (
            o | number[t] << EDGE_TARGET_SHIFT for o, t in sorted(children.get(state, ()))
        )
        outputs += automaton.get(path, None) or ()
    records.append((len(edge_list), 0, len(outputs), 0))
    places, at = [], 0
    for text, allow in patterns:
        word = literal(text)
        places.append(PATTERN.struct.pack(at, len(text), allow, text.index(word), len(word)))
        at += len(text)
    head = AUTOMATON.struct.pack(len(states), len(edge_list), len(outputs), len(patterns), at)
    return b"".join(
        [
            head,
            *(STATE.struct.pack(*record) for record in records),
            pack_u32(edge_list),
            pack_u32(outputs),
            *places,
            *(text.encode("ascii") for text in texts),
        ]
    )
