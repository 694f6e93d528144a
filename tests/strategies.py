"""Hypothesis strategies for names, shared by all tests."""

from __future__ import annotations

import string

from hypothesis import strategies as st

LDH = string.ascii_lowercase + string.digits + "-_"


def _is_plain(label: str) -> bool:
    return not label.startswith("xn--")


def _is_number(label: str) -> bool:
    return label.isdigit() or (
        label.startswith("0x") and all(c in string.hexdigits for c in label[2:])
    )


def _fits(name: str) -> bool:
    return len(name) <= 253 and not _is_number(name.rpartition(".")[2])


labels = st.text(LDH, min_size=1, max_size=12).filter(_is_plain)
"""Labels of an order's name in their one spelling, no A-labels."""

long_labels = st.text(LDH, min_size=50, max_size=63).filter(_is_plain)

names = (
    st.lists(labels | labels | labels | long_labels, min_size=1, max_size=6)
    .map(".".join)
    .filter(_fits)
)
"""Canonical names in ASCII, A-labels excepted."""


@st.composite
def mixed_case(draw: st.DrawFn, source: st.SearchStrategy[str] = names) -> str:
    """Draw from ``source`` with the case of some letters changed."""
    name = draw(source)
    upper = draw(st.lists(st.booleans(), min_size=len(name), max_size=len(name)))
    return "".join(c.upper() if up else c for c, up in zip(name, upper, strict=True))


# One script a label, so that most pass the bidi rules; marks and joiners only where they may stand.
_SCRIPTS = (
    "àéîöüçñßøœłğ",
    "αβγδσςίώ",
    "абвгджыэюя",
    "אבגדהוז",
    "ابتثجدسش",
    "例子测试中文网站",
    "ひらがなカタカナー",
    "한국도메인",
    "कखगषर",
    "ไทยกขค",
    "ＡＢｃｄ１２",  # compatibility forms, which UTS 46 maps to ASCII
    "ﬁﬂªº²①",
    "⇔☃♥💩",
)
u_labels = st.one_of(
    *(st.text(script, min_size=1, max_size=10) for script in _SCRIPTS),
    st.just("क्\u200dष"),
    st.just("نامه\u200cای"),
    st.tuples(st.text("aeiou", min_size=1), st.sampled_from("\u0300\u0301\u0308")).map("".join),
    st.tuples(labels, st.sampled_from(["é", "ß", "\u00ad", "\u200b"]), labels).map("".join),
)
"""Labels outside ASCII; nearly all are valid U-labels, or map to something that is."""

u_names = st.builds(
    lambda parts, dots: "".join(
        part + dot for part, dot in zip(parts, [*dots[: len(parts) - 1], ""], strict=True)
    ),
    st.lists(labels | u_labels, min_size=1, max_size=5),
    st.lists(st.sampled_from("...\u3002\uff0e\uff61"), min_size=4, max_size=4),
)
"""Names in which some labels are U-labels, with any of the dots of IDNA between them."""

any_text = st.text(
    st.characters(codec=None) | st.sampled_from(".\\*=@:/?#[]%xn-0129\u3002\u200d\u00df\udcff"),
    max_size=40,
)
"""Any text, halves of surrogate pairs too, with a liking for what means something in names."""


def wire(name: str) -> bytes:
    """Return an ASCII name in DNS wire format."""
    parts = [label.encode("ascii") for label in name.split(".")] if name else []
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\0"
