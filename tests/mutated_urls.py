"""URLs of blocked hosts as people and programs may mistype, disguise and escape them."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

TARGETS = (
    "blocked.example", "bücher.example", "straße.example", "a-b.co.example", "=exact.example",
    "192.0.2.7", "198.51.100.0/24", "2001:db8:7::/48",
)  # fmt: skip
"""What is blocked."""
HOSTS = (
    "blocked.example", "www.blocked.example", "bücher.example", "xn--bcher-kva.example",
    "straße.example", "a-b.co.example", "exact.example", "192.0.2.7", "3221225991", "0xc0000207",
    "0300.0.0x2.7", "192.519", "198.51.100.9", "[2001:db8:7::1]", "[::ffff:192.0.2.7]",
    "[64:ff9b::192.0.2.7]",
)  # fmt: skip
"""The blocked hosts that URLs are made of."""
_SCHEMES = (
    "http://", "https://", "HTTP://", "ws://", "wss://", "ftp://", "http:", "http:/", "http:\\\\",
    "http:///", "https:\\/", "//", "foo://", "file://", "git+ssh://", "",
)  # fmt: skip
_PORTS = (
    ":80", ":443", ":000443", ":" + "0" * 50 + "80", ":", ":65535", ":65536", ":99999999999",
    ":8080", ":x",
)  # fmt: skip
_USERS = (
    "u@", "u:p@", "u@v@", "@", ":@", "innocent.example@", "innocent.example:80@", "%40@",
)  # fmt: skip
_TAILS = (
    "", "/", "/x", "?q", "#f", "/a/../b?c=d'e", "\\x", "/" + "a" * 90_000, "?@innocent.example",
    "/@innocent.example",
)  # fmt: skip
_CONTROLS = [chr(i) for i in range(33)]
_ODD: list[str] = [
    *_CONTROLS, *".:/\\?#@%[]<>^|{}`'\"ßſK①１％☃٣", *"\x7f\xa0\xad\u200b\u2060\ufeff\u3002\uff0e",
    *"\uff61\u200d\u200c\u034f\ufe0f\u0301\U0001d41b\ud800", "%2e", "%2E", "%00", "%20", "%25",
    "%zz", "%c2%ad", "%e3%80%82", "..", "0x", "00", "xn--",
]  # fmt: skip
_CIRCLED = "⓪①②③④⑤⑥⑦⑧⑨"
_IGNORED = "\u200b\xad\u2060\ufe00"


def mutated_urls(count: int, seed: int) -> Iterator[str]:
    """Yield URLs that are made of blocked hosts; the same for the same seed."""
    random = Random(seed)
    for _ in range(count):
        host = random.choice(HOSTS)
        for _ in range(random.choice((0, 0, 1, 1, 2, 3, 6))):
            host = _mutated(host, random)
        user = random.choice(_USERS) if random.random() < 0.3 else ""
        port = random.choice(_PORTS) if random.random() < 0.5 else ""
        tail = random.choice(_TAILS[:-3] if random.random() < 0.02 else _TAILS[:7] + _TAILS[8:])
        url = random.choice(_SCHEMES) + user + host + port + tail
        for _ in range(random.choice((0, 0, 0, 0, 1, 2))):
            url = _mutated(url, random)
        if random.random() < 0.1:
            url = random.choice(_CONTROLS) * random.randrange(3) + url + random.choice(_CONTROLS)
        yield url


def _mutated(text: str, random: Random) -> str:
    at = random.randrange(len(text) + 1)
    way = random.randrange(11)
    before, character, after = text[:at], text[at : at + 1], text[at + 1 :]
    if way < 3:
        return before + random.choice(_ODD) + character + after
    if way == 3:
        return before + after
    if way == 4:
        return before + random.choice("\t\n\r") + character + after
    if way == 5:
        ignored = random.choice(_IGNORED) * random.choice((1, 3, 70, 300, 2100))
        return before + ignored + character + after
    if way == 6:
        return before + random.choice(("0", "00", "0x")) + character + after
    if way == 7:
        octets = character.encode("utf-8", "surrogatepass")
        return before + "".join(f"%{octet:02x}" for octet in octets) + after
    return before + _other_letter(character, way) + after


def _other_letter(character: str, way: int) -> str:
    """Return a letter or digit that UTS 46 maps to the same one."""
    code = ord(character) if character.isascii() and character.isalnum() else 0
    if not code or way == 8:
        return character.swapcase()
    if way == 9:
        return chr(code - 33 + 0xFF01)  # full width
    if character.isdigit():
        return _CIRCLED[int(character)]
    return chr(0x1D400 + code - ord("A") if code < ord("a") else 0x1D41A + code - ord("a"))
