from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import any_text, names

from blocklist.model.authority import split_authority
from blocklist.model.urls import refang, split_url

pytestmark = pytest.mark.no_core

URLS: dict[str, tuple[str, int | None, str, str] | None] = {
    "http://x.com": ("x.com", None, "", ""),
    "http://x.com/": ("x.com", None, "/", ""),
    "HTTP://X.com/A?B": ("X.com", None, "/A", "B"),
    "x.com": ("x.com", None, "", ""),
    "x.com/a": ("x.com", None, "/a", ""),
    "x.com:8080/a": ("x.com", 8080, "/a", ""),
    "x.com:443/a": ("x.com", None, "/a", ""),
    "//x.com/a": ("x.com", None, "/a", ""),
    "  http://x.com/a \n": ("x.com", None, "/a", ""),
    "ht\ntp://x.\tcom/a\rb": ("x.com", None, "/ab", ""),
    "http:\\\\x.com\\a\\b": ("x.com", None, "/a/b", ""),
    "http://x.com\\@y.com/": ("x.com", None, "/@y.com/", ""),
    "http://x.com?a/b": ("x.com", None, "", "a/b"),
    "http://x.com?a\\b": ("x.com", None, "", "a%5Cb"),
    "http://x.com/a?b?c": ("x.com", None, "/a", "b?c"),
    "http://x.com/a#b": ("x.com", None, "/a", ""),
    "http://x.com/a#b?c": ("x.com", None, "/a", ""),
    "http://x.com/a?b#c": ("x.com", None, "/a", "b"),
    "http://x.com:80/": ("x.com", None, "/", ""),
    "http://x.com:443/": ("x.com", 443, "/", ""),
    "https://x.com:443/": ("x.com", None, "/", ""),
    "https://x.com:80/": ("x.com", 80, "/", ""),
    "ftp://x.com:21/a": ("x.com", None, "/a", ""),
    "http://x.com:/a": ("x.com", None, "/a", ""),
    "http://x.com:0/a": ("x.com", 0, "/a", ""),
    "http://x.com:65535/a": ("x.com", 65535, "/a", ""),
    "http://x.com:65536/a": ("x.com", None, "/a", ""),
    "http://x.com:-1/a": ("x.com", None, "/a", ""),
    "http://x.com:8o/a": ("x.com", None, "/a", ""),
    "http://x.com:８０/a": ("x.com", None, "/a", ""),
    "http://x.com:80:80/a": ("x.com", None, "/a", ""),
    "http://a@x.com/": ("x.com", None, "/", ""),
    "http://a:b@x.com:81/": ("x.com", 81, "/", ""),
    "http://a@b@x.com/": ("x.com", None, "/", ""),
    "http://y.com:80@x.com/": ("x.com", None, "/", ""),
    "http://x.com/a@b": ("x.com", None, "/a@b", ""),
    "http://x.com?a@b": ("x.com", None, "", "a@b"),
    "http://ex%61mple.com/": ("example.com", None, "/", ""),
    "http://b%C3%BCcher.de/": ("bücher.de", None, "/", ""),
    "http://x%FF.com/": ("x\udcff.com", None, "/", ""),
    "http://[2001:db8::7]/a": ("2001:db8::7", None, "/a", ""),
    "http://[2001:db8::7]:81/a": ("2001:db8::7", 81, "/a", ""),
    "http://[2001:db8::7/a": None,
    "http://[2001:db8::7]x/a": ("2001:db8::7", None, "/a", ""),
    "http://[]/a": None,
    "http:///a": ("a", None, "", ""),
    "http:/a/b": ("a", None, "/b", ""),
    "http://0x-1/": ("0x-1", None, "/", ""),
    "http://1_0.0.0.1/": ("1_0.0.0.1", None, "/", ""),
    "http://٣.٣.٣.٣/": ("٣.٣.٣.٣", None, "/", ""),
    "http://0x+1/": ("0x+1", None, "/", ""),
    "http://example.com%3A80/": None,
    "http://": None,
    "http://@/": None,
    "http://:80/": None,
    "": None,
    "/a": None,
    "?a": None,
    "#a": None,
    "http://192.0.2.7/": ("192.0.2.7", None, "/", ""),
    "http://3221225991/": ("192.0.2.7", None, "/", ""),
    "http://0xC0000207/": ("192.0.2.7", None, "/", ""),
    "http://0300.0.2.7/": ("192.0.2.7", None, "/", ""),
    "http://192.0.519/": ("192.0.2.7", None, "/", ""),
    "http://192.519./": ("192.0.2.7", None, "/", ""),
    "http://0x/": ("0.0.0.0", None, "/", ""),
    "http://0x7f.1/": ("127.0.0.1", None, "/", ""),
    "http://192.0.2.256/": ("192.0.2.256", None, "/", ""),
    "http://192.0.2.08/": ("192.0.2.08", None, "/", ""),
    "http://4294967296/": ("4294967296", None, "/", ""),
    "http://1.2.3.4.5/": ("1.2.3.4.5", None, "/", ""),
    "http://1.2.3.4x/": ("1.2.3.4x", None, "/", ""),
    "http://x.com/a/./b/../c": ("x.com", None, "/a/c", ""),
    "http://x.com/../../a": ("x.com", None, "/a", ""),
    "http://x.com/a/..": ("x.com", None, "/", ""),
    "http://x.com/a/.": ("x.com", None, "/a/", ""),
    "http://x.com/a/%2e%2E/b": ("x.com", None, "/b", ""),
    "http://x.com/.%2e/a": ("x.com", None, "/a", ""),
    "http://x.com/a//b": ("x.com", None, "/a//b", ""),
    "http://x.com/.hidden/..a": ("x.com", None, "/.hidden/..a", ""),
    "http://x.com/%7e%41%2f": ("x.com", None, "/~A%2F", ""),
    "http://x.com/%2541": ("x.com", None, "/%2541", ""),
    "http://x.com/%zz%": ("x.com", None, "/%25zz%25", ""),
    "http://x.com/é?é": ("x.com", None, "/%C3%A9", "%C3%A9"),
    "http://x.com/\udcff": ("x.com", None, "/%ED%B3%BF", ""),
    'http://x.com/a b"<>`{}|^': ("x.com", None, "/a%20b%22%3C%3E%60%7B%7D%7C%5E", ""),
}


@pytest.mark.parametrize("text", URLS, ids=ascii)
def test_split(text: str) -> None:
    wanted = URLS[text]
    url = split_url(text)
    assert (url and (url.host, url.port, url.path, url.query)) == wanted


@pytest.mark.parametrize(
    ("text", "host_only"),
    [
        ("x.com", True), ("http://x.com/", True), ("http://x.com:81/", True),
        ("http://x.com/?", True), ("http://x.com/a/..", True), ("http://x.com/a", False),
        ("http://x.com//", False), ("http://x.com/?a", False), ("http://x.com?a", False),
    ],
)  # fmt: skip
def test_host_only(text: str, host_only: bool) -> None:
    url = split_url(text)
    assert url is not None
    assert url.is_host_only == host_only


@given(any_text)
@example("http://[")
@example("http://x.com/\ud800")
@example("http://%/")
@example("//")
def test_split_is_total(text: str) -> None:
    for prefix in ("", "http://", "http://x.com/"):
        url = split_url(prefix + text)
        if url is not None:
            assert url.host
            assert url.path == "" or url.path[0] == "/"
            assert (url.path + url.query).isascii()
            assert url.port is None or 0 <= url.port < 65_536


@given(st.text("0123456789abcfx.", max_size=16))
def test_hosts_of_digits_are_total(host: str) -> None:
    url = split_url(f"http://{host}/")
    assert (url is None) == (host == "")


@given(names, st.text("ab/.?=&~-_", max_size=12), st.sampled_from(["", ":81", ":80"]))
def test_parts_come_out_as_they_went_in(name: str, rest: str, port: str) -> None:
    url = split_url(f"http://{name}{port}/{rest}")
    assert url is not None
    assert url.port == (81 if port == ":81" else None)
    path, _, query = rest.partition("?")
    assert url.query == query
    assert ".." in path.split("/") or "." in path.split("/") or url.path == f"/{path}"


@given(st.text(max_size=20).filter(lambda text: "%" not in text))
def test_path_has_one_form(text: str) -> None:
    url = split_url(f"http://x.com/{text}")
    assert url is not None
    again = split_url(f"http://x.com{url.path}?{url.query}")
    assert again is not None
    assert (again.path, again.query) == (url.path, url.query)


def test_no_length_hides_the_host() -> None:
    url = split_url("http://x.com/" + "a" * 70_000)
    assert url is not None
    assert (url.host, len(url.path)) == ("x.com", 70_001)


@pytest.mark.parametrize(
    "text",
    ["http://" + "[" * 60_000, "x.com/" + "../" * 20_000, "x.com/" + "%2e/" * 15_000, "@" * 60_000],
    ids=lambda text: text[:10],
)
def test_hostile_length_is_cheap(text: str) -> None:
    url = split_url(text)
    assert url is None or len(url.path) < 10


REFANGED = {
    "example.com": "example.com",
    "example[.]com": "example.com",
    "example(.)com": "example.com",
    "example{.}com": "example.com",
    "example[dot]com": "example.com",
    "www(DOT)example[Dot]com": "www.example.com",
    "hxxp://x.com": "http://x.com",
    "HXXP://x.com": "http://x.com",
    "hxxps[://]x[.]com": "https://x.com",
    "hxxp[:]//x.com[/]a": "http://x.com/a",
    "http[:]//[2001:db8::7]/": "http://[2001:db8::7]/",
    "x.com/hxxp://y.com": "x.com/hxxp://y.com",
    "anecdote.com": "anecdote.com",
    "x[:y]": "x[:y]",
}


@pytest.mark.parametrize(("text", "plain"), REFANGED.items(), ids=REFANGED)
def test_refang(text: str, plain: str) -> None:
    assert refang(text) == plain


@pytest.mark.parametrize(
    ("text", "fragment", "octal"),
    [
        ("http://x.com/#a", True, False),
        ("http://x.com/", False, False),
        ("http://010.0.0.1/", False, True),
        ("http://0x7f.1/", False, False),
        ("http://10.0.0.1/", False, False),
    ],
)
def test_what_readers_may_doubt(text: str, fragment: bool, octal: bool) -> None:
    url = split_url(text)
    assert url is not None
    assert (url.fragment, url.octal) == (fragment, octal)


@pytest.mark.parametrize(
    ("authority", "host", "port", "is_valid"),
    [
        ("a.example", "a.example", None, True),
        ("a.example:", "a.example", None, True),
        ("a.example:80", "a.example", 80, True),
        ("a.example:0", "a.example", 0, True),
        ("a.example:0000008080", "a.example", 8080, True),
        ("a.example:65535", "a.example", 65535, True),
        ("a.example:65536", "a.example", None, False),
        ("a.example:\u0668\u0660", "a.example", None, False),
        ("a.example:x", "a.example", None, False),
        ("a.example:" + "9" * 5_000, "a.example", None, False),
        ("u:p@a.example:80", "a.example", 80, True),
        ("u@v@a.example", "a.example", None, True),
        ("a%2eexample", "a%2eexample", None, True),
        ("[::1]:80", "::1", 80, True),
        ("[::1]", "::1", None, True),
        ("[::1]x", "::1", None, False),
        ("[::1", "", None, False),
        ("::1", "::1", None, False),
        (":80", "", 80, True),
        ("", "", None, True),
    ],
)
def test_split_authority(authority: str, host: str, port: int | None, is_valid: bool) -> None:
    assert split_authority(authority) == (host, port, is_valid)


def test_a_port_with_leading_zeros_is_that_port() -> None:
    assert split_url("http://a.example:0000080/x") == split_url("http://a.example/x")
    assert split_url("http://a.example:0008080/x") == split_url("http://a.example:8080/x")
