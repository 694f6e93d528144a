from __future__ import annotations

import json
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import idna
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from shared_data import shared
from strategies import any_text, mixed_case, names, u_names, wire

from blocklist.errors import InvalidNameError
from blocklist.model.names import alternate_name, canonical_name, query_name

pytestmark = pytest.mark.no_core

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "vectors" / "names.json").read_text("utf-8")
)
by_id = pytest.mark.parametrize("vector", [pytest.param(v, id=v["id"]) for v in VECTORS])


def outcome(text: str) -> str | InvalidNameError:
    try:
        return canonical_name(text)
    except InvalidNameError as error:
        return error


def accepted(text: str) -> str | None:
    name = outcome(text)
    return name if isinstance(name, str) else None


def obeys_the_law(text: str) -> bool:
    """What ``canonical_name`` accepts, ``query_name`` maps to the same key; it never raises."""
    key, canonical = query_name(text), accepted(text)
    return canonical is None or canonical == key


class TestVectors:
    @by_id
    def test_canonical(self, vector: dict[str, Any]) -> None:
        if "canonical" in vector:
            assert canonical_name(vector["input"]) == vector["canonical"]
            return
        with pytest.raises(InvalidNameError) as caught:
            canonical_name(vector["input"])
        error = caught.value
        assert vector["reason"] in error.reason
        assert error.name == vector["input"]
        if "position" in vector:
            assert error.position == vector["position"]
            assert error.label is not None

    @by_id
    def test_query(self, vector: dict[str, Any]) -> None:
        assert query_name(vector["input"]) == vector["query"]

    @by_id
    def test_alternate(self, vector: dict[str, Any]) -> None:
        assert alternate_name(vector["input"]) == vector.get("alternate")

    def test_ids_are_unique(self) -> None:
        assert max(Counter(vector["id"] for vector in VECTORS).values()) == 1


WIRE = {
    "root": (b"\0", ""),
    "name": (b"\3www\7example\3com\0", "www.example.com"),
    "upper-case": (b"\1X\2IT\0", "x.it"),
    "octets": (b"\3\xe9\0 \2it\0", r"\233\000\032.it"),
    "only-ascii-is-folded": (b"\2\xc3\x89\0", r"\195\137"),
    "dot-in-label": (b"\3a.b\2it\0", r"a\046b.it"),
    "backslash-in-label": (b"\3a\\b\2it\0", r"a\092b.it"),
    "label-of-63": (b"\x3f" + b"a" * 63 + b"\0", "a" * 63),
    "name-of-255-octets": (
        (b"\x3f" + b"a" * 63) * 3 + b"\x3d" + b"b" * 61 + b"\0",
        ".".join(["a" * 63] * 3 + ["b" * 61]),
    ),
    "name-of-256-octets": ((b"\x3f" + b"a" * 63) * 3 + b"\x3e" + b"b" * 62 + b"\0", None),
    "empty": (b"", None),
    "no-root": (b"\1x", None),
    "no-root-between": (b"\1x\2it", None),
    "cut-short": (b"\5abc", None),
    "more-after-the-root": (b"\1x\0\0", None),
    "compression-pointer": (b"\1x\xc0\x0c", None),
    "label-of-64": (b"\x40" + b"a" * 64 + b"\0", None),
}


@pytest.mark.parametrize(("octets", "key"), WIRE.values(), ids=WIRE)
def test_wire_format(octets: bytes, key: str | None) -> None:
    assert query_name(octets) == key


class TestProperties:
    @given(mixed_case(names | u_names))
    def test_the_law(self, text: str) -> None:
        assert obeys_the_law(text)
        assert obeys_the_law(text + ".")

    @given(any_text)
    @example("\u00ad.")
    @example("a.\u00ad.")
    @example("\u3002")
    @example("<\u0338.com")
    @example("xn--\u00ad")
    @example("xn\u00ad--a")
    @example("\uff58\uff4e--a")
    def test_the_law_on_any_text(self, text: str) -> None:
        assert obeys_the_law(text)

    @given(st.text("abcz019-", max_size=20), st.sampled_from(["", ".com", ".\u00df"]))
    def test_the_law_on_a_labels(self, tail: str, rest: str) -> None:
        assert obeys_the_law(f"xn--{tail}{rest}")

    @given(st.binary(max_size=300))
    def test_any_octets_are_a_key_or_none(self, octets: bytes) -> None:
        key = query_name(octets)
        assert key is None or query_name(key or ".") == key

    @given(any_text)
    def test_any_text_is_a_key_or_none(self, text: str) -> None:
        key = query_name(text)
        assert key is None or (key.isascii() and query_name(key or ".") == key)

    @given(names | u_names | any_text)
    def test_canonical_is_idempotent(self, text: str) -> None:
        canonical = accepted(text)
        assert canonical is None or canonical_name(canonical) == canonical

    @given(names)
    def test_plain_names_are_their_own_key(self, name: str) -> None:
        assert canonical_name(name) == query_name(name) == name

    @given(names, st.data())
    def test_case_and_final_dot_do_not_count(self, name: str, data: st.DataObject) -> None:
        text = data.draw(mixed_case(st.just(name)))
        assert canonical_name(text) == canonical_name(text + ".") == name

    @given(mixed_case(names))
    def test_wire_door_equals_text_door(self, text: str) -> None:
        assert query_name(wire(text)) == query_name(text)

    @given(st.lists(st.binary(min_size=1, max_size=63), max_size=4))
    def test_escaped_text_door_equals_wire_door(self, labels: list[bytes]) -> None:
        octets = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
        text = ".".join("".join(f"\\{octet:03d}" for octet in label) for label in labels)
        assert query_name(text or ".") == query_name(octets)

    @given(any_text)
    def test_canonical_raises_only_its_error(self, text: str) -> None:
        error = outcome(text)
        assert isinstance(error, str) or (error.name == text and error.reason)

    @given(u_names)
    def test_alternate_is_another_canonical_name(self, text: str) -> None:
        alternate = alternate_name(text)
        if alternate is not None:
            assert canonical_name(alternate) == alternate != canonical_name(text)


@pytest.mark.parametrize("value", [None, 7, bytearray(b"\1x\0"), ["x"]], ids=repr)
def test_wrong_type(value: Any) -> None:
    with pytest.raises(TypeError, match=f"not {type(value).__name__}"):
        canonical_name(value)
    with pytest.raises(TypeError, match=f"not {type(value).__name__}"):
        query_name(value)


def test_octets_are_not_a_canonical_name() -> None:
    with pytest.raises(TypeError, match="must be str, not bytes"):
        canonical_name(b"\1x\0")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        "a." * 500_000,
        "\\" * 1_000_000,
        "é" * 1_000_000,
        "é." * 1_000,
        "xn--" + "9" * 200_000,
        "\u00ad" * 1_999 + ".",
        ("é" * 63 + ".") * 30,
    ],
    ids=lambda text: f"{text[:5]!a}*{len(text)}",
)
def test_hostile_length_is_cheap(text: str) -> None:
    assert accepted(text) is None
    assert query_name(text) is None


def test_message_does_not_grow_with_the_name() -> None:
    with pytest.raises(InvalidNameError) as caught:
        canonical_name("a" * 100_000)
    assert len(str(caught.value)) < 300


def test_idna_is_imported_at_the_first_name_outside_ascii() -> None:
    script = (
        "import sys, blocklist.model.names as names\n"
        "names.canonical_name('WWW.x.it.'); names.query_name('_dmarc.x.it')\n"
        "names.query_name(b'\\0'); names.query_name('a\\\\.b')\n"
        "assert 'idna' not in sys.modules\n"
        "names.query_name('\\xe9.it'); assert 'idna' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


# --- Unicode's and WHATWG's vectors ---------------------------------------------------------------
#
# Each vector agrees, or falls into a class of difference that a function below recognises; one that
# no function explains fails the test. The counts say how large the classes are, so that a change in
# either direction shows. Vectors whose code points are newer than the Unicode data of the running
# Python (``unicodedata``; 3.11 has Unicode 14) are refused until Python knows their bidi class:
# with a newer Python that class shrinks and the others grow.


class Vector(NamedTuple):
    """One line of the files: what toASCII makes of ``source``, and the codes of its errors."""

    source: str
    wanted: str | None
    codes: frozenset[str]


BOTH_REFUSE = "both refuse"
NEWER = "code point newer than this Python's Unicode data"


def run(
    vectors: Iterator[Vector], explain: Callable[[Vector, str | None, str], str]
) -> Counter[str]:
    counts: Counter[str] = Counter()
    unexplained = []
    for vector in vectors:
        result = outcome(vector.source)
        canonical = result if isinstance(result, str) else None
        reason = "" if isinstance(result, str) else result.reason
        key = query_name(vector.source)  # total: raises for no vector
        assert canonical in (None, key), f"the law: {vector.source!a}"
        kind = explain(vector, canonical, reason)
        if canonical is None and kind != BOTH_REFUSE and _is_newer(vector.source):
            kind = NEWER
        counts[kind] += 1
        if not kind:
            unexplained.append((vector, canonical, reason))
    assert unexplained == []
    return counts


def check(counts: Counter[str], wanted: dict[str, int]) -> None:
    assert counts.keys() <= wanted.keys()
    assert counts.total() == sum(wanted.values())
    assert counts[NEWER] <= wanted[NEWER]
    for kind, count in wanted.items():
        assert kind == NEWER or counts[kind] >= count, (kind, counts)


def _u_label(label: str) -> str:
    try:
        is_a_label = label[:4].lower() == "xn--"
        return label[4:].encode("ascii").decode("punycode") if is_a_label else label
    except UnicodeError:
        return label


def _is_newer(source: str) -> bool:
    """Whether a code point is assigned for idna's tables but not for this Python's."""
    characters = {c for label in source.split(".") for c in _u_label(label)}
    return any(unicodedata.category(c) == "Cn" and _is_allowed(c) for c in characters)


def _is_allowed(character: str) -> bool:
    try:
        idna.uts46_remap(character, std3_rules=False)
    except idna.IDNAError:
        return False
    return True


def _is_bidi_of_another_label(vector: Vector) -> bool:
    """Whether a label without right-to-left text breaks the rule that another label sets it.

    RFC 5893 §1.4 binds every label of a name in which one label is right-to-left. Here each label
    is judged alone: ``1.xn--4db`` resolves, so an order that names it can be enforced.
    """
    labels = [label for label in (vector.wanted or "").split(".") if label]
    if any(accepted(f"{label}.com") is None for label in labels):
        return False
    u_labels = [_u_label(label) for label in labels]
    rtl = [any(unicodedata.bidirectional(c) in ("R", "AL", "AN") for c in x) for x in u_labels]
    return any(rtl) and any(
        not _passes_bidi(label) for label, is_rtl in zip(u_labels, rtl, strict=True) if not is_rtl
    )


def _passes_bidi(label: str) -> bool:
    try:
        return idna.check_bidi(label, check_ltr=True)
    except idna.IDNABidiError:
        return False


class TestIdnaTestV2:
    """Unicode's own vectors: toASCII, non-transitional, with every check switched on."""

    HYPHENS = frozenset({"V2", "V3"})
    LENGTH = frozenset({"A4_1", "A4_2"})

    WANTED = {  # noqa: RUF012
        "same": 546,
        BOTH_REFUSE: 5630,
        "final dot taken off": 65,
        "hyphens allowed (CheckHyphens=false)": 62,
        "bidi rule not carried over to other labels": 85,
        NEWER: 3,
    }

    def vectors(self) -> Iterator[Vector]:
        text = shared("conformance/IdnaTestV2-17.0.txt.xz").decode("utf-8")
        for line in text.splitlines():
            source, *rest = (field.strip() for field in line.partition("#")[0].split(";"))
            if rest:
                to_unicode, status, to_ascii, ascii_status = rest[:4]
                codes = re.findall(r"[A-Z][0-9_]+", ascii_status or status)
                wanted = _unescape(to_ascii or to_unicode or source)
                yield Vector(_unescape(source), wanted, frozenset(codes))

    def explain(self, vector: Vector, canonical: str | None, _reason: str) -> str:
        wanted, codes = vector.wanted or "", vector.codes
        if canonical is None:
            return BOTH_REFUSE if codes else ""
        if canonical == wanted and not codes:
            return "same"
        if canonical != wanted.removesuffix("."):
            return ""
        if codes <= self.LENGTH and wanted.endswith("."):
            return "final dot taken off"
        if codes <= self.HYPHENS | self.LENGTH:
            return "hyphens allowed (CheckHyphens=false)"
        if all(code[0] == "B" for code in codes - self.HYPHENS - self.LENGTH):
            bidi = _is_bidi_of_another_label(vector)
            return "bidi rule not carried over to other labels" if bidi else ""
        return ""

    def test_all(self) -> None:
        check(run(self.vectors(), self.explain), self.WANTED)


def _unescape(field: str) -> str:
    if field == '""':
        return ""
    escapes = re.compile(r"\\u([0-9A-F]{4})|\\x\{([0-9A-F]+)\}")
    return escapes.sub(lambda found: chr(int(found[1] or found[2], 16)), field)


class TestWhatwg:
    """The URL Standard's toASCII: CheckHyphens, UseSTD3ASCIIRules and VerifyDnsLength are false.

    A name that is all ASCII is passed on without a look at its A-labels.
    """

    WANTED = {  # noqa: RUF012
        "conformance/wpt-toascii.json": {
            "same": 52,
            BOTH_REFUSE: 19,
            "final dot taken off": 0,
            "empty label": 2,
            "over 63 or 253 octets": 7,
            "octets outside LDH and underscore": 1,
            "A-label that ASCII input hides": 6,
            NEWER: 0,
        },
        "conformance/wpt-IdnaTestV2.json.xz": {
            "same": 598,
            BOTH_REFUSE: 1117,
            "final dot taken off": 75,
            "empty label": 103,
            "over 63 or 253 octets": 46,
            "octets outside LDH and underscore": 21,
            "A-label that ASCII input hides": 674,
            NEWER: 37,
        },
    }

    def vectors(self, path: str) -> Iterator[Vector]:
        for entry in json.loads(shared(path)):
            if isinstance(entry, dict):
                yield Vector(entry["input"], entry["output"], frozenset())

    def explain(self, vector: Vector, canonical: str | None, reason: str) -> str:
        wanted = vector.wanted
        if wanted is None:
            return BOTH_REFUSE if canonical is None else ""
        if canonical is not None:
            if canonical == wanted:
                return "same"
            return "final dot taken off" if canonical + "." == wanted else ""
        labels = wanted.removesuffix(".").split(".")
        if reason.startswith("empty") and "" in labels:
            return "empty label"
        if "octets" in reason and (
            len(wanted.removesuffix(".")) > 253 or any(len(label) > 63 for label in labels)
        ):
            return "over 63 or 253 octets"
        if "is not a letter" in reason and not re.fullmatch("[a-z0-9_.-]+", wanted):
            return "octets outside LDH and underscore"
        if "last label is a number" in reason and re.fullmatch("[0-9]+|0x[0-9a-f]*", labels[-1]):
            return "last label a number"
        if reason.startswith("invalid A-label") and vector.source.lower() == wanted:
            return "A-label that ASCII input hides" if "xn--" in wanted else ""
        return ""

    @pytest.mark.parametrize("path", WANTED)
    def test_all(self, path: str) -> None:
        check(run(self.vectors(path), self.explain), self.WANTED[path])


@pytest.mark.parametrize(
    ("text", "position"),
    [("é.a b", 3), ("１.２", 2), ("é.xn--a", 2), ("é..b", 2), ("é." + "a" * 64, 2), ("İ.1", 2)],
)
def test_positions_are_those_of_the_text_given(text: str, position: int) -> None:
    with pytest.raises(InvalidNameError) as caught:
        canonical_name(text)
    assert caught.value.position == position


def test_messages_do_not_grow_with_their_input() -> None:
    with pytest.raises(InvalidNameError) as caught:
        canonical_name("\ue000" * 1900)
    assert len(str(caught.value)) < 400
