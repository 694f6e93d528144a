from __future__ import annotations

from blocklist import Rule, TargetKind
from blocklist.suffixtrie import encode_trie

GROUND = (0, 1, "")


def test_names_are_sorted_with_one_octet_of_flags_each() -> None:
    sections, numbered = encode_trie(
        {"b.com": [GROUND], "a.com": [(0, 2, "")]},
        {
            Rule(TargetKind.EXACT, "a.com"): [(0, 3, "")],
            Rule(TargetKind.BELOW, "c.com", True): [(0, 4, "")],
            Rule(TargetKind.PATTERN, "*x*"): [(0, 5, "")],
        },
    )
    assert sections == {"names": b"a.com\nb.com\nc.com", "flags": bytes([3, 2, 32])}
    assert numbered == [[(0, 3, "")], [(0, 2, "")], [GROUND], [(0, 4, "")]]


def test_no_names_at_all() -> None:
    assert encode_trie({}, {}) == ({"names": b"", "flags": b""}, [])
