"""From a request to a match: every way in which a request names a host."""

from __future__ import annotations

import logging
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from helpers import blocklist_of, image, order
from hypothesis import example, given
from hypothesis import strategies as st
from processortime import within
from servers.founding import MUST_BLOCK, MUST_RESOLVE, founding_blocklist

from blocklist import (
    Authority,
    Blocklist,
    ConfigurationError,
    LiveBlocklist,
    Match,
    compile_orders,
    parse_target,
)
from blocklist.integrations import http as http_module
from blocklist.integrations.http import (
    RequestFilter,
    request_match,
    request_target,
)

LIST = (
    "blocked.example", "bücher.example", "192.0.2.7", "2001:db8:7::/48",
    "http://shared.example/film", "http://shared.example/find?q=1",
    "http://shared.example:8080/other",
)  # fmt: skip
BLOCKED: list[dict[str, Any]] = [
    {"host": "blocked.example"},
    {"host": b"WWW.Blocked.Example"},
    {"host": "blocked.example:80"},
    {"host": "blocked.example."},
    {"host": "a.blocked.example.:8443"},
    {"host": "blocked.example:"},
    {"host": "blocked.example:99999"},
    {"host": "blocked.example:80:80"},
    {"host": " blocked.example\t"},
    {"host": "user:secret@blocked.example"},
    {"host": "innocent.example@blocked.example:80"},
    {"host": "blocked.example/innocent.example"},
    {"host": "bl%6Fcked.example"},
    {"host": "bücher.example"},
    {"host": "BÜCHER.example".encode()},
    {"host": "b%C3%BCcher.example"},
    {"host": "xn--bcher-kva.example"},
    {"host": "www。blocked。example".encode()},
    {"host": "192.0.2.7"},
    {"host": "192.0.2.7:8080"},
    {"host": "0xC0.0.2.7"},
    {"host": "3221225991"},
    {"host": "[::ffff:192.0.2.7]:80"},
    {"host": "[2001:db8:7::1]:80"},
    {"host": b"[2001:DB8:7::1]"},
    {"host": "2001:db8:7::1"},
    {"host": "[2001:db8:7::1%25eth0]:80"},
    {"host": "blocked.example", "scheme": ""},
    {"host": "blocked.example", "scheme": "1x"},
    {"host": "blocked.example", "scheme": "x y"},
    {"host": "blocked.example", "scheme": "http://innocent.example/"},
    {"host": "blocked.example:443", "scheme": "foo+bar"},
    {"host": "u@ blocked.example"},
    {"host": "u:p@\tblocked.example"},
    {"host": "shared.example", "target": "/film"},
    {"host": "shared.example:80", "target": b"/film/1?x=y"},
    {"host": "shared.example:443", "target": "/a/../%66ilm", "scheme": "https"},
    {"host": "shared.example", "target": "/find?q=1", "scheme": "ws"},
    {"host": "shared.example:8080", "target": "/other/"},
    {"host": "shared.example", "target": "/film?" + "x" * 100_000},
    {"host": "blocked.example", "target": "/" + "x" * 100_000},
    {"host": "innocent.example", "target": "http://blocked.example/"},
    {"host": "innocent.example", "target": "HTTP://user@Blocked.Example:80"},
    {"host": "innocent.example", "target": "http://blocked.example?x"},
    {"host": "", "target": b"http://[2001:db8:7::1]:80/"},
    {"host": "", "target": "http://shared.example/film"},
    {"host": "blocked.example", "target": "http://innocent.example/"},
    {"host": "", "target": "blocked.example:443", "method": "CONNECT"},
    {"host": "innocent.example", "target": "WWW.Blocked.Example.:443", "method": "CONNECT"},
    {"host": "innocent.example", "target": "[2001:db8:7::1]:443", "method": "CONNECT"},
    {"host": "blocked.example", "target": "*", "method": "OPTIONS"},
    {"host": "blocked.example:" + "0" * 4_000 + "80"},
    {"host": "u" * 90_000 + "@blocked.example"},
    {"host": "\x01blocked.example\x00"},
    {"host": "１９２.0.2.7".encode()},
    {"host": "192。0。2。7".encode()},
    {"host": "①92.0.2.7"},
    {"host": "0x" + "0" * 45 + "c0000207:0443"},
    {"host": ("\xad" * 2_000 + "blocked.example").encode()},
    {"host": "[64:ff9b::192.0.2.7]:80"},
    {"host": "", "target": "http://blocked.example:000443/"},
    {"host": "", "target": "http:\\\\blocked.example/"},
    {"host": "", "target": "blocked.example:99999", "method": "CONNECT"},
    {"host": "", "target": "0300.0.2.7:443", "method": "CONNECT"},
    {"host": "", "target": "http://blocked.example:443", "method": "CONNECT"},
    {"host": "shared.example", "target": "/film?" + "x" * 1_000_000},
    {"host": "shared.example", "target": "/film/" + "x/" * 100_000},
]
PASSED: list[dict[str, Any]] = [
    {"host": ""},
    {"host": "notblocked.example"},
    {"host": "blocked.example.org"},
    {"host": "blocked.example.org:80"},
    {"host": "blocked.example@innocent.example"},
    {"host": "blocked.example:80@innocent.example:80"},
    {"host": "innocent.example/blocked.example"},
    {"host": "innocent.example?blocked.example"},
    {"host": "blocked"},
    {"host": "blocked.example.."},
    {"host": "blocked .example"},
    {"host": "blocked.example,innocent.example"},
    {"host": "[blocked.example"},
    {"host": "192.0.2.8"},
    {"host": "[2001:db8:8::1]:80"},
    {"host": "[2001:db8:7::1"},
    {"host": "shared.example", "target": "/"},
    {"host": "shared.example", "target": "/films"},
    {"host": "shared.example", "target": "/find?q=2"},
    {"host": "shared.example:8080", "target": "/film"},
    {"host": "shared.example", "target": "/other"},
    {"host": "shared.example", "target": "/x?u=http://blocked.example/"},
    {"host": "innocent.example", "target": "http://innocent.example/http://blocked.example/"},
    {"host": "innocent.example", "target": "/blocked.example:443"},
    {"host": "shared.example", "target": "shared.example:443", "method": "CONNECT"},
    {"host": "innocent.example", "target": "*", "method": "OPTIONS"},
    {"host": "\t", "target": "/blocked.example/"},
    {"host": "", "target": "//blocked.example/"},
    {"host": "@", "target": "/blocked.example"},
    {"host": "192.0.2.08"},
    {"host": "[64:ff9b::192.0.2.8]"},
]


@pytest.fixture(scope="module")
def blocked(core: str) -> Blocklist:
    return blocklist_of(*LIST)


def shown(request: dict[str, Any]) -> str:
    return " ".join(str(value)[:60] for value in request.values())


@pytest.mark.parametrize("request_", BLOCKED, ids=shown)
def test_blocked(blocked: Blocklist, request_: dict[str, Any]) -> None:
    match = request_match(blocked, **request_)
    assert match is not None
    assert match.http451().status == 403  # a list without authority is the operator's own


@pytest.mark.parametrize("request_", PASSED, ids=shown)
def test_passed(blocked: Blocklist, request_: dict[str, Any]) -> None:
    assert request_match(blocked, **request_) is None


def test_the_founding_case(core: str) -> None:
    founding = founding_blocklist()
    for form in ("{}", "{}:80", "{}.", "{}.:443", "user@{}"):
        for name in MUST_BLOCK:
            assert request_match(founding, host=form.format(name)), (form, name)
            assert request_match(founding, host="example.org", target=f"http://{name}/x")
        for name in MUST_RESOLVE:
            assert not request_match(founding, host=form.format(name)), (form, name)
            assert not request_match(founding, target=f"{name}:443", method="CONNECT")
    assert not request_match(founding, host="[::1]:80")


def test_request_target() -> None:
    assert request_target("") == b"/"
    assert request_target("/è ?#%/a;b", b"q=%41") == b"/%C3%A8%20%3F%23%25/a;b?q=%41"
    assert request_target("/è".encode("latin-1")) == b"/%E8"


@given(
    st.binary(max_size=80) | st.text(max_size=80),
    st.binary(max_size=80) | st.text(max_size=80),
    st.text(max_size=10),
    st.sampled_from(["GET", "CONNECT", "\0"]),
)
@example("[", "http://[", "", "CONNECT")
@example("\ud800", "/\udfff", "\ud800", "GET")
@example(b"@" * 70_000, b"http://" + b":" * 70_000, "http", "GET")
def test_no_request_raises_and_every_answer_can_be_sent(
    host: str | bytes, target: str | bytes, scheme: str, method: str
) -> None:
    everything = blocklist_of(
        "*a*", "*1*", "http://x.example/", "192.0.0.0/16", permit=["*a*", "*1*"]
    )
    requests = RequestFilter(everything, via="test")
    match = requests.match(host=host, target=target, scheme=scheme, method=method)
    if match is not None:
        answer = requests.answer(match, accept_language=scheme)
        assert answer.body.decode()
        for key, value in answer.headers:
            assert f"{key}: {value}".isprintable()


@given(st.text(max_size=20), st.text(max_size=40), st.sampled_from(["GET", "CONNECT", "PRI"]))
@example("http://innocent.example/", "http://innocent.example/", "GET")
def test_nothing_else_in_a_request_frees_its_host(scheme: str, target: str, method: str) -> None:
    blocked = blocklist_of("blocked.example")
    asked = {"scheme": scheme, "target": target, "method": method}
    assert request_match(blocked, host="www.blocked.example:80", **asked)


@given(st.sampled_from(["example", "blocked.example", "a.blocked.example"]), st.data())
def test_a_host_is_judged_like_its_name(name: str, data: st.DataObject) -> None:
    blocked = blocklist_of("blocked.example", exceptions=["not.blocked.example"])
    label = data.draw(st.sampled_from(["", "x.", "NOT.", "not", "y.not."]))
    host = f"{label}{name}"
    assert bool(request_match(blocked, host=f"{host}:80")) == blocked.is_blocked(host)


def test_answers() -> None:
    authority = Authority("agcom", "AGCOM")
    ordered = order("blocked.example", authority=authority, number="7/24/CONS")
    own = order("own.example", id="own")
    hits: list[tuple[str, str, str]] = []

    def count(match: Match, action: str, via: str) -> None:
        hits.append((match.rule.text, action, via))

    requests = RequestFilter(
        Blocklist(compile_orders([ordered, own])), via="test", blocked_by="https://isp.example/",
        default_language="it", count=count,
    )  # fmt: skip
    match = requests.match(host="www.blocked.example")
    assert match is not None
    answer = requests.answer(match, accept_language="de")
    headers = dict(answer.headers)
    assert (answer.status, headers["Content-Language"]) == (451, "de")
    assert headers["Link"] == '<https://isp.example/>; rel="blocked-by"'
    assert "AGCOM, 7/24/CONS" in answer.body.decode()
    bare = requests.answer(match, method="HEAD", accept_language="tlh")
    assert (bare.status, bare.body) == (451, b"")
    assert dict(bare.headers)["Content-Language"] == "it"
    assert int(dict(bare.headers)["Content-Length"]) > 100
    match = requests.match(host="own.example")
    assert match is not None
    assert requests.answer(match).status == 403
    assert hits == [
        ("blocked.example", "451", "test"), ("blocked.example", "451", "test"),
        ("own.example", "403", "test"),
    ]  # fmt: skip


def test_hostile_requests_cost_little() -> None:
    blocked = blocklist_of("http://shared.example/film", "http://shared.example/x/y/z")
    with within(5):
        for part in ("/a", "/", "/.", "/..", "/%2e%2e", "%", "?", "@", ":", "[", "a.", "\\", "ß"):
            request_match(blocked, host="shared.example", target="/" + part * 29_000)
            request_match(blocked, host=part * 29_000, target=f"http://{part * 29_000}")


def test_a_hostile_accept_language_costs_nothing() -> None:
    requests = RequestFilter(blocklist_of("blocked.example"), via="test")
    match = requests.match(host="blocked.example")
    assert match is not None
    with within(1):
        for header in ("a" + " " * 60_000 + "x", "a;q=0." + "1" * 60_000, "," * 60_000, "\udcff\0"):
            requests.answer(match, accept_language=header)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"blocked_by": "not a uri"}, "blocked_by must be an http: or https: URI, not 'not a uri'"),
        ({"blocked_by": "x\r\nSet-Cookie: a"}, "blocked_by must be an http: or https: URI"),
        ({"default_language": "tlh"}, "no page in language 'tlh'; choose one of: en, it"),
        ({"refresh_seconds": -1}, "refresh_seconds must be 0 or more, not -1"),
    ],
)
def test_bad_configuration(options: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        RequestFilter(blocklist_of("a.example"), via="test", **options)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time that filters see; a test moves it."""
    now = [100.0]
    monkeypatch.setattr(http_module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    return now


def test_a_replaced_image_is_taken(
    tmp_path: Path, core: str, caplog: pytest.LogCaptureFixture, clock: list[float]
) -> None:
    path = tmp_path / "x.blk"
    image("old.example").save(path)
    requests = RequestFilter(LiveBlocklist(path), via="test", refresh_seconds=5)
    fixed = RequestFilter(LiveBlocklist(path), via="test", refresh_seconds=0)
    assert requests.match(host="old.example")
    image("new.example").save(path)
    clock[0] += 5
    assert requests.match(host="new.example")
    assert not requests.match(host="old.example")
    assert not fixed.match(host="new.example")
    path.with_suffix(".tmp").write_bytes(b"damaged")
    path.with_suffix(".tmp").replace(path)
    clock[0] += 5
    assert requests.match(host="new.example")
    assert "the last good image stays in use" in caplog.text
    path.unlink()
    clock[0] += 5
    assert requests.match(host="new.example")


def test_the_file_is_looked_at_once_a_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: list[float]
) -> None:
    path = tmp_path / "x.blk"
    image("old.example").save(path)
    live = LiveBlocklist(path)
    looks: list[None] = []
    monkeypatch.setattr(live, "refresh", lambda: looks.append(None))
    requests = RequestFilter(live, via="test", refresh_seconds=1)
    for _ in range(25):
        clock[0] += 0.1
        requests.match(host="old.example")
    assert len(looks) == 2


def test_confidential_names_stay_out_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    hidden = order("hidden.example", confidential=True)
    requests = RequestFilter(Blocklist(compile_orders([hidden])), via="test", log_clients=True)
    with caplog.at_level(logging.INFO):
        match = requests.match(host="www.hidden.example")
        assert match is not None
        answer = requests.answer(match, client="192.0.2.1")
    assert "it:test:1" not in caplog.text + answer.body.decode()
    assert "hidden.example" not in caplog.text
    assert parse_target("hidden.example") == parse_target(match.rule.text)
