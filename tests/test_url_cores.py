"""URLs that the native core reads itself: the same answers as the reader of the whole standard."""

from __future__ import annotations

from collections import Counter
from functools import cache
from random import Random

import pytest
from helpers import image
from hypothesis import given
from hypothesis import strategies as st
from mutated_urls import HOSTS, TARGETS, mutated_urls
from scale import size
from strategies import any_text

from blocklist import Blocklist, Match
from blocklist.matcher.beyondnames import BeyondNames

MANY = size(200_000, 1_200)
RULES = [
    "http://platform.example/a", "http://platform.example/a/b/c", "https://platform.example/x?q=1",
    "https://platform.example:8443/y", "http://platform.example/dir/", "http://192.0.2.77/page",
    "http://platform.example/a%20b/'c'", "http://platform.example/d?e='f'&g=%2f",
    "http://other.example/%7Euser/index.html", f"http://other.example/{'long/' * 30}end",
    f"http://other.example/{'x' * 2100}/below", "http://bücher.example/seite",
]  # fmt: skip
EXCEPTIONS = ["http://platform.example/a/b", "http://platform.example/x?q=1&ok=1"]
HOSTS_WITH_RULES = ("platform.example", "other.example", "PLATFORM.example.", "192.0.2.77",
                    "www.platform.example", "xn--bcher-kva.example", "bücher.example")  # fmt: skip
PIECES = ("/%2e%2e", "/" * 2100, "/a", "/b", "/c", "/x", "/y", "/dir", "/dir/", "//", "/.", "/..",
          "/%2e", "/.%2E",
          "/...", "\\a", "?q=1", "?q=1&ok=1", "?", "#", "#f", "/a%20b/'c'", "/a b/'c'", "/%41",
          "/%61", "/~user", "/%7euser", "/index.html", "?e='f'&g=%2f", "?e=%27f%27&g=%2F", "/d",
          "%", "%4", "%zz", "/é", "\t", "\n", "/long" * 30, "/" + "long/" * 30 + "end",
          "/" + "x" * 2100, "/below", "x", " ", "/page", "/seite", "[", "`", "\x7f", "|",
          "/a/" * 2500)  # fmt: skip


@cache
def with_rules(kinds: str) -> Blocklist:
    targets = [*TARGETS] if "n" in kinds else ["=other.test"]
    targets = [t for t in targets if "a" in kinds or not t[0].isdigit()]
    return Blocklist(
        image(
            *targets,
            *(RULES if "u" in kinds else ()),
            exceptions=EXCEPTIONS if "u" in kinds else (),
            permit=[*TARGETS, *RULES],
        )
    )


def other_urls(count: int, seed: int) -> list[str]:
    """URLs of hosts that have rules about URLs, their paths written in every way."""
    random, urls = Random(seed), []
    for _ in range(count):
        scheme = random.choice(("http://", "https://", "HTTP:\\\\", "", "//", "foo://", "ws:"))
        port = random.choice(("", "", "", ":80", ":443", ":8443", ":08443", ":", ":x", ":99999"))
        path = "".join(random.choices(PIECES, k=random.choice((0, 1, 1, 2, 2, 3, 5))))
        urls.append(scheme + random.choice(HOSTS_WITH_RULES) + port + path)
    return urls


def reader(blocked: Blocklist) -> BeyondNames:
    return blocked._beyond


def check(blocked: Blocklist, url: str) -> bool:
    wanted: Match | None = reader(blocked).match_url(url)
    assert blocked.is_blocked_url(url) is (wanted is not None), ascii(url)[:300]
    assert reader(blocked).is_blocked_url(url) is (wanted is not None), ascii(url)[:300]
    assert blocked.match_url(url) == wanted, ascii(url)[:300]
    return wanted is not None


@pytest.mark.parametrize("kinds", ["n", "na", "nu", "nau", "u"])
def test_mutated_urls(kinds: str, core: str) -> None:
    blocked, found = with_rules(kinds), Counter[bool]()
    for url in mutated_urls(MANY // 4, seed=21):
        found[check(blocked, url)] += 1
    if "u" in kinds:
        for url in other_urls(MANY // 4, seed=22):
            found[check(blocked, url)] += 1
    assert min(found.values()) > MANY // 100 or kinds == "u", found
    assert len(found) == 2, (kinds, core)


@given(
    any_text, st.sampled_from(["", "http://", "https:", "//", "foo://", "http://platform.example/"])
)
def test_any_text(text: str, before: str) -> None:
    for kinds in ("nau", "n"):
        check(with_rules(kinds), before + text)


@given(st.text("0123456789abcdefxX.%/:@[]-", max_size=24))
def test_hosts_that_end_in_numbers(text: str) -> None:
    for host in (text, f"0x{text}", f"192.0.2.{text}", f"{text}.7"):
        check(with_rules("nau"), f"http://{host}/")
        check(with_rules("na"), host)


def test_few_urls_need_the_reader(core: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that browsers and proxies send are read in the core itself."""
    if core == "pure":
        pytest.skip("the pure core asks the reader for each")
    asked: list[object] = []
    monkeypatch.setattr(BeyondNames, "is_blocked_url", lambda _, url: asked.append(url))
    monkeypatch.setattr(BeyondNames, "match_url", lambda _, url: asked.append(url))
    blocked = Blocklist(with_rules("nu").image)
    hosts = [host for host in HOSTS if host.isascii() and "[" not in host and host[0].isalpha()]
    hosts += ["platform.example", "www.innocent.example", "innocent.example", "10.20.30.40"]
    for host in hosts:
        for url in (f"http://{host}/", f"https://{host}:8443/a/b?c=d#e", f"{host}:443", host,
                    f"HTTP://u:p@{host}/?x", f"http://{host}/a/../b%20c/é"[: None if host[0] != "p"
                    else -1], f"ws://{host.upper()}.", f"http://{host}/{'a' * 5000}",
                    f"\x01 http://{host}\\x ", "http://%77ww." + host):  # fmt: skip
            blocked.is_blocked_url(url)
            assert blocked.match_url(url) is None or blocked.is_blocked_url(url)
    assert asked == []


@pytest.mark.parametrize("wrong", [None, 7, b"http://blocked.example/", ["x"]])
def test_what_is_no_url_is_an_error(wrong: object) -> None:
    for ask in (with_rules("nau").is_blocked_url, with_rules("n").match_url):
        with pytest.raises(TypeError, match="url must be str"):
            ask(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("is_first", [True, False])
def test_a_closed_blocklist_answers_no_url(is_first: bool) -> None:
    blocked = Blocklist(image("blocked.example", "http://platform.example/a"))
    ask, match = blocked.is_blocked_url, blocked.match_url
    assert is_first or ask("http://platform.example/a/b")
    blocked.close()
    for url in ("http://blocked.example/", "http://платформа.example/"):
        for question in (ask, match, blocked.is_blocked_url, blocked.match_url):
            with pytest.raises(ValueError, match="the blocklist is closed"):
                question(url)
