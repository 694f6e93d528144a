"""Write the seeds of the fuzzers: images that the library compiles, and names for their rules.

    python fuzz/make_corpus.py FOLDER

Nothing in them is anybody else's: the rules are made up here.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterator
from pathlib import Path

from blocklist import Image, compile_orders, load_orders
from blocklist.image import layout
from blocklist.image.layout import ALLOW_SHIFT, pack_u32, rule_bit
from blocklist.model.targets import Rule, TargetKind

BLOCKS = [
    "example.com", "=exact.example.org", "*.below.example.it", "a.b.example.co.uk",
    "x.photography", "www.museum", "xn--80ak6aa92e.com", "_dmarc.example.net", "*kickass*",
    "ads*.example", "*.blog*c", "play*now*free*", "*pirate*bay*org", "n1.n2.n3.example.edu",
    *(f"n{i}.blog.com" for i in range(60)),
    *(f"n{i}.a.blog.com" for i in range(0, 60, 4)),
    *(f"{c * 61}.{c * 40}.example.org" for c in "abc"),
]  # fmt: skip
EXCEPTIONS = [
    "ok.example.com", "=n1.blog.com", "*.n2.blog.com", "*kickass*edu", "free.x.photography",
]  # fmt: skip
NAMES = [
    "example.com", "WWW.Example.COM.", "ok.example.com", "exact.example.org",
    "a.exact.example.org", "below.example.it", "a.below.example.it", "n1.blog.com",
    "a.n1.blog.com", "x.n2.blog.com", "n4.a.blog.com", "kickass.to", "www.kickass.edu",
    "ads1.example", "xkickass..", "a\\.b.example.com", "a\\046b.example.com",
    "\\065.example.com", f"{'x' * 63}.{'a' * 61}.{'a' * 40}.example.org", ".".join("a" * 127),
    "..", ".", "", "playnowfree", "play1now2free3", "thepiratebay.org", "x.photography.",
    "a.b.example.co.uk",
]  # fmt: skip


def compiled(blocks: list[str], exceptions: list[str]) -> Image:
    """Compile an order that names the targets; exceptions stand in an order of their own."""
    quoted = "".join(f"{name!r}, " for name in blocks)
    excepted = "".join(f"{name!r}, " for name in exceptions)
    text = f'[[order]]\nid = "fuzz"\ntargets = [{quoted}]\nexceptions = [{excepted}]\n'
    return compile_orders(load_orders(text.encode()), permit=[*blocks, *exceptions])


def wire(name: str) -> bytes:
    """Return a name in wire format, whatever its labels are."""
    labels = name.encode().split(b".") if name else []
    return b"".join(bytes([len(label) & 0xFF]) + label for label in labels) + b"\0"


def rules_of(blocks: list[str], exceptions: list[str]) -> str:
    """Return the rules about names as the harness reads them: a line of bits and name for each."""
    lines = []
    for texts, shift in ((blocks, 0), (exceptions, ALLOW_SHIFT)):
        for text in texts:
            kind = {"=": TargetKind.EXACT, "*": TargetKind.BELOW}.get(text[0], TargetKind.SUBTREE)
            name = text.removeprefix("=").removeprefix("*.")
            if "*" not in name:
                lines.append(f"{(rule_bit(Rule(kind, name)) or 0) << shift} {name}\n")
    return "".join(lines)


READ_BY_KERNEL = (*layout.TRIE_SECTIONS, layout.SECTION_AUTOMATON, layout.SECTION_GROUNDS)


def kernel_part(image: Image) -> bytes:
    """Return an image of only those sections that are read: smaller, so sooner mutated."""
    return bytes(Image.build({name: bytes(image.section(name)) for name in READ_BY_KERNEL}))


def pairs(images: list[Image]) -> Iterator[bytes]:
    """Yield seeds of two images that are compared, with the length of the first."""
    parts = [kernel_part(image) for image in images]
    for old in parts:
        for new in parts:
            yield old + new + len(old).to_bytes(4, "little")


def columns() -> Iterator[bytes]:
    """Yield seeds of columns: the names as text and in wire format, with offsets and as views."""
    for is_wire in (False, True):
        rows = [wire(name) if is_wire else name.encode() for name in NAMES]
        ends = [sum(map(len, rows[:at])) for at in range(len(rows) + 1)]
        for at, code in enumerate("iq"):
            index = struct.pack(f"<{len(ends)}{code}", *ends)
            head = bytes([at | is_wire << 4, at, 0, len(rows)])
            yield head + len(index).to_bytes(2, "little") + index + b"".join(rows)
        views = [
            len(row).to_bytes(4, "little")
            + (row.ljust(12, b"\0") if len(row) <= 12 else row[:4] + struct.pack("<2i", 0, start))
            for row, start in zip(rows, ends, strict=False)
        ]
        index = b"".join(views)
        head = bytes([2 | is_wire << 4, 0, 1, len(rows) - 1])
        yield head + len(index).to_bytes(2, "little") + index + b"".join(rows)


def hostile(image: Image, outputs: list[int], *patterns: bytes) -> bytes:
    """Return an image whose automaton was made to cost time.

    It has two states, an edge for ``a`` to the second from both, a link from the second to itself,
    and the second gives ``outputs``: numbers of patterns, in any sequence and any number of times.
    """
    sections = {name: bytes(image.section(name)) for name in READ_BY_KERNEL}
    text = b"".join(patterns)
    sections[layout.SECTION_AUTOMATON] = b"".join(
        (
            layout.AUTOMATON.struct.pack(2, 2, len(outputs), len(patterns), len(text)),
            pack_u32([0, 0, 0, 0, 1, 0, 0, 1, 2, 0, len(outputs), 0]),
            pack_u32([ord("a") | 1 << layout.EDGE_TARGET_SHIFT] * 2),
            pack_u32(outputs),
            *(layout.PATTERN.struct.pack(text.index(p), len(p), 0, 1, 1) for p in patterns),
            text,
        )
    )
    return bytes(Image.build(sections))


def main() -> None:
    """Write ``good.image`` with its rules, and a folder of seeds for each harness."""
    folder = Path(sys.argv[1])
    for name in ("names", "image", "builder", "columns", "diff", "slow"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    good = compiled(BLOCKS, EXCEPTIONS)
    (folder / "good.image").write_bytes(bytes(good))
    (folder / "good.image.rules").write_text(rules_of(BLOCKS, EXCEPTIONS), "ascii")
    for i, name in enumerate(NAMES):
        (folder / "names" / f"text-{i:02}").write_bytes(bytes([i & 3]) + name.encode())
        (folder / "names" / f"wire-{i:02}").write_bytes(bytes([i & 3 | 4]) + wire(name))
        (folder / "names" / f"labels-{i:02}").write_bytes(
            bytes([i & 3 | 8, *range(i, i + i % 7 + 1)])
        )
    images = [
        compiled(BLOCKS[:1], []),
        compiled(BLOCKS[:8], EXCEPTIONS[:1]),
        compiled(["*kickass*"], []),
        compiled(BLOCKS[8:14], EXCEPTIONS[3:4]),
        compiled(BLOCKS[14:40], []),
        good,
    ]
    slow_name = ".".join(["a" * 63] * 3 + ["a" * 61]).encode()
    slow = {
        "circle": hostile(images[2], [0] * 3000, b"*b*"),
        "stars": hostile(images[2], [0] * 3000, b"*" + b"a*" * 50 + b"aaab*"),
        "backwards": hostile(images[2], [2, 2, 0], b"*a*", b"*a*a*", b"*ab*"),
    }
    for title, octets in slow.items():
        seed = octets + slow_name + bytes([len(slow_name)])
        (folder / "slow" / title).write_bytes(seed)
    for i, image in enumerate(images):
        for k, name in enumerate(NAMES[i::6]):
            seed = kernel_part(image) + name.encode() + bytes([len(name.encode())])
            (folder / "image" / f"{i}-{k}").write_bytes(seed)
    named = [image for image in images if len(image.section(layout.SECTION_LINES))]
    for i, seed in enumerate(pairs(named)):
        (folder / "diff" / str(i)).write_bytes(seed)
    for i, seed in enumerate(columns()):
        (folder / "columns" / str(i)).write_bytes(seed)
    for i in range(8):
        lines = [bytes([i * 5 + k]) + name.encode() for k, name in enumerate(NAMES[i:])]
        head = bytes([i * 9, (0, 3, 40, 200, 255, 8, 90, 91)[i]])
        (folder / "builder" / str(i)).write_bytes(head + b"\n".join(lines))


if __name__ == "__main__":
    main()
