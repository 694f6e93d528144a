"""Unbound's module without Unbound: settings, made answers, and what it does with each event."""

from __future__ import annotations

import errno
import logging
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dns.name
import pytest
from helpers import image, order
from hypothesis import given
from hypothesis import strategies as st
from strategies import names, wire

from blocklist import (
    Action,
    Authority,
    Blocklist,
    ConfigurationError,
    Image,
    Response,
    ResponsePolicy,
    SignatureError,
    SigningKey,
    compile_orders,
    query_name,
)
from blocklist._core import _pure, presentation
from blocklist.errors import missing_extra
from blocklist.image import privatecopy
from blocklist.image.layout import VERSION
from blocklist.integrations import keptanswers
from blocklist.integrations.unbound import Module, UnboundHandler
from blocklist.integrations.unbound_answers import unbound_answer
from blocklist.integrations.unbound_handover import KEPT_IMAGE, KEPT_NOTE, KEPT_SETTINGS, kept_note
from blocklist.integrations.unbound_settings import UnboundSettings
from blocklist.signing.signedimage import write_signed

A, CNAME, HTTPS, AAAA, ANY = 1, 5, 65, 28, 255
NEW, PASS, DONE, OTHER = range(4)
WAIT, FINISHED, ERROR = 10, 11, 12

# ---- settings ------------------------------------------------------------------------------


def test_settings_have_defaults() -> None:
    assert UnboundSettings.parse('image = "/x.blk"') == UnboundSettings(image="/x.blk")


def test_all_settings() -> None:
    text = """
    image = "/x.blk"
    response = "nxdomain"
    obey_orders = false
    qtypes = [1, 28]
    ttl = 5
    on_error = "servfail"
    check_every = 1
    max_shrink = 0.5
    watch_cache = true
    log_hits = true
    log_clients = true
    [by_authority]
    agcom = "sinkhole 192.0.2.1"
    """
    policy = ResponsePolicy(
        default=Response(Action.NXDOMAIN),
        by_authority={"agcom": Response.parse("sinkhole 192.0.2.1")},
        obey_orders=False,
        qtypes=frozenset({1, 28}),
        ttl=5,
    )
    assert UnboundSettings.parse(text) == UnboundSettings(
        "/x.blk", policy, "servfail", 1, 0.5, watch_cache=True, log_hits=True, log_clients=True
    )


WRONG = [
    ("", "image is missing"),
    ('image = "\\u0000"', "image must be a path"),
    ("image = 7", "image must be text, not 7"),
    ("image = ", "Invalid value"),
    ('imag = "x"', "imag is unknown; did you mean image?"),
    ('image = "x"\npolicy = 1', "policy is unknown"),
    ('image = "x"\nwatch_cache = 1', "watch_cache must be true or false, not 1"),
    ('image = "x"\ncheck_every = true', "check_every must be a number from 0.001 to"),
    ('image = "x"\ncheck_every = 0', "check_every must be a number from 0.001 to 86,400"),
    ('image = "x"\ncheck_every = nan', "check_every must be a number from 0.001 to 86,400"),
    ('image = "x"\nmax_shrink = 2', "max_shrink must be a share from 0 to 1"),
    ('image = "x"\non_error = "die"', "on_error must be resolve or servfail, not 'die'"),
    (
        'image = "x"\nresponse = "tcp-only"',
        "response cannot be 'tcp-only': a module",
    ),
    ('image = "x"\nresponse = "sinkhole"', "sinkhole needs addresses"),
    ('image = "x"\nlog_clients = true', "log_clients needs log_hits"),
    ('image = "x"\nresponse = 3', "response must be text, not 3"),
    ('image = "x"\nqtypes = ["A"]', "qtypes must be a list of numbers"),
    ('image = "x"\nqtypes = [true]', "qtypes must be a list of numbers"),
    ('image = "x"\nttl = -1', "ttl must be a whole number from 0 to 86,400, not -1"),
    ('image = "x"\nobey_orders = 1', "obey_orders must be true or false, not 1"),
    ('image = "x"\nby_authority = 1', "by_authority must be a table"),
    (
        'image = "x"\n[by_authority]\nagcom = "drop"',
        "by_authority.agcom cannot be 'drop': a module",
    ),
]


@pytest.mark.parametrize(("text", "reason"), WRONG)
def test_wrong_settings_are_told_in_one_sentence(text: str, reason: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        UnboundSettings.parse(text, "/etc/unbound/blocklist.toml")
    assert str(caught.value).startswith("/etc/unbound/blocklist.toml:")
    assert reason in str(caught.value)


# ---- made answers --------------------------------------------------------------------------


@given(st.lists(st.binary(min_size=1, max_size=20), max_size=5))
def test_names_as_text_mean_the_same(labels: list[bytes]) -> None:
    octets = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
    text = presentation(octets)
    assert dns.name.from_text(text).to_wire() == octets
    assert query_name(text) == query_name(octets)
    assert not set(text) & set(' \t\n"();@$')


@given(st.binary(max_size=80) | names.map(wire))
def test_any_octets_become_text_the_same_on_both_cores(octets: bytes) -> None:
    text = presentation(octets)
    assert text.endswith(".")
    assert text == _pure.presentation(octets)


SOA = "IN SOA localhost. nobody.invalid. 1 3600 600 86400 9"
B, C = wire("b.example"), wire("c.example")
ANSWERS: list[tuple[str, int, list[tuple[bytes, bytes]], int, list[str], list[str]]] = [
    ("nodata", A, [], 0, [], [f"a.example. 9 {SOA}"]),
    ("nxdomain", A, [], 3, [], [f"a.example. 9 {SOA}"]),
    ("refused", A, [(B, C)], 5, [], []),
    ("sinkhole 192.0.2.1 ::1", A, [], 0, ["a.example. 9 IN A 192.0.2.1"], []),
    ("sinkhole 192.0.2.1 ::1", AAAA, [], 0, ["a.example. 9 IN AAAA ::1"], []),
    ("sinkhole ::1", A, [], 0, [], [f"a.example. 9 {SOA}"]),
    ("sinkhole 192.0.2.1", HTTPS, [], 0, [], [f"a.example. 9 {SOA}"]),
    (
        "sinkhole 192.0.2.1 ::1", ANY, [], 0,
        ["a.example. 9 IN A 192.0.2.1", "a.example. 9 IN AAAA ::1"], [],
    ),
    (
        "nxdomain", A, [(wire("a.example"), B), (B, C)], 3,
        ["a.example. 9 IN CNAME b.example.", "b.example. 9 IN CNAME c.example."],
        [f"c.example. 9 {SOA}"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("response", "qtype", "aliases", "rcode", "answer", "authority"), ANSWERS)
def test_made_answers(
    response: str, qtype: int, aliases: Any, rcode: int, answer: list[str], authority: list[str]
) -> None:
    made = unbound_answer(Response.parse(response), wire("a.example"), qtype, aliases, 9)
    assert made == ("a.example.", rcode, answer, authority)


# ---- events --------------------------------------------------------------------------------


class Fake:
    """``unboundmodule`` and an Unbound that holds still."""

    MODULE_EVENT_NEW, MODULE_EVENT_PASS, MODULE_EVENT_MODDONE = NEW, PASS, DONE
    MODULE_WAIT_MODULE, MODULE_FINISHED, MODULE_ERROR = WAIT, FINISHED, ERROR
    PKT_QR, PKT_RA = 1, 32

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.log_err = self.log_warn = self.log_info = self.lines.append
        self.invalidated: list[Any] = []
        self.callbacks: dict[str, Any] = {}
        self.refuses = False

    def set_return_msg(self, state: Any, name: str, *arguments: Any) -> bool:
        *_, answer, authority, _ = arguments
        made = SimpleNamespace(name=name, answer=answer, authority=authority)
        state.return_msg = SimpleNamespace(
            rep=SimpleNamespace(flags=0x8180, security=0, made=made), qinfo=state.qinfo
        )
        return not self.refuses

    def ntohs(self, number: int) -> int:
        return number >> 8 | (number & 0xFF) << 8

    def register_inplace_cb_reply_cache(self, call: Any, *_: Any) -> None:
        self.callbacks["cache"] = call

    def invalidateQueryInCache(self, _state: Any, qinfo: Any) -> None:  # noqa: N802
        self.invalidated.append(qinfo)

    def edns_opt_list_append(self, options: list[Any], *option: Any) -> None:
        options.append(option)


@dataclass
class Question:
    """A query's state in Unbound, as far as the module reads it."""

    name: str
    qtype: int = A
    qclass: int = 1
    is_valrec: int = 0
    is_priming: int = 0
    no_cache_store: int = 0
    return_rcode: int = 0
    return_msg: Any = None
    ext_state: dict[int, int] = field(default_factory=dict)
    edns_opts_front_out: list[Any] = field(default_factory=list)
    region: str = "region"

    def __post_init__(self) -> None:
        self.mesh_info = SimpleNamespace(reply_list=None)
        self.qinfo = SimpleNamespace(qname=wire(self.name), qtype=self.qtype, qclass=self.qclass)

    def set_ext_state(self, module: int, state: int) -> None:
        self.ext_state[module] = state


def found(*aliases: str) -> Any:
    """What the iterator found: a chain of aliases from the first name on."""
    keys = [
        SimpleNamespace(
            rk=SimpleNamespace(type=CNAME << 8, dname=wire(owner)),
            entry=SimpleNamespace(data=SimpleNamespace(rr_data=[b"\0\0" + wire(target)])),
        )
        for owner, target in pairwise(aliases)
    ]
    address = SimpleNamespace(rk=SimpleNamespace(type=A << 8, dname=wire(aliases[-1])))
    reply = SimpleNamespace(an_numrrsets=len(keys) + 1, rrsets=[*keys, address], ttl=300)
    return SimpleNamespace(rep=reply, qinfo=f"of {aliases[0]}")


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give back what a module leaves for the next interpreter."""
    monkeypatch.setattr(sys, "tracebacklimit", 1000, raising=False)
    yield
    kept = os.environb.pop(KEPT_IMAGE, b"").partition(b":")[0]
    os.environb.pop(KEPT_SETTINGS, None)
    os.environb.pop(KEPT_NOTE, None)
    if kept:
        os.close(int(kept))


def started(folder: Path, settings: str = "", **orders: Any) -> tuple[Module, Fake]:
    targets = orders.pop("targets", ("blocked.example",))
    compile_orders([order(*targets, **orders)]).save(folder / "it.blk")
    text = f'image = "{folder / "it.blk"}"\n{settings}'
    (folder / "blocklist.toml").write_text(text, "utf-8")
    fake = Fake()
    module = Module(fake)
    assert module.init_standard(0, SimpleNamespace(cfg=SimpleNamespace(directory=str(folder))))
    return module, fake


def run(module: Module, event: int, question: Question) -> int:
    assert module.operate(3, event, question, {}) is True
    return question.ext_state[3]


@pytest.mark.parametrize("event", [NEW, PASS])
def test_a_blocked_name_is_answered_at_once(tmp_path: Path, event: int) -> None:
    module, _ = started(tmp_path)
    question = Question("www.Blocked.example")
    assert run(module, event, question) == FINISHED
    assert question.no_cache_store == 1
    assert question.return_msg.rep.security == 3
    assert question.return_msg.rep.made.name == "www.Blocked.example."
    assert run(module, event, Question("www.example")) == WAIT


@pytest.mark.parametrize("fields", [{}, {"confidential": True}, {"authority": Authority("x", "X")}])
def test_one_reason_for_every_block(tmp_path: Path, fields: dict[str, Any]) -> None:
    module, _ = started(tmp_path, 'uniform_reason = "by law"', **fields)
    question = Question("blocked.example")
    assert run(module, NEW, question) == FINISHED
    assert question.edns_opts_front_out == [(15, b"\0\x10by law", "region")]


@pytest.mark.parametrize("qtype", [16, 255, A])
def test_the_canary_names_the_image_in_use(tmp_path: Path, qtype: int) -> None:
    module, _ = started(tmp_path)
    digest = Image.open(tmp_path / "it.blk").content_digest
    question = Question("Check.rpz.Blocklist", qtype)
    assert run(module, NEW, question) == FINISHED
    made = question.return_msg.rep.made
    record = f'Check.rpz.Blocklist. 0 IN TXT "blocklist {digest[:16]}"'
    assert made.answer == ([] if qtype == A else [record])
    assert question.no_cache_store == 1
    assert not question.edns_opts_front_out
    for other in ("x.check.rpz.blocklist", "check.rpz.blocklist.example", "check.rpz"):
        assert run(module, NEW, Question(other, qtype)) == WAIT


def test_the_reason_is_an_option_of_this_query(tmp_path: Path) -> None:
    module, _ = started(tmp_path)
    question = Question("blocked.example")
    run(module, NEW, question)
    ((code, octets, region),) = question.edns_opts_front_out
    assert (code, bytes(octets[:2]), region) == (15, b"\0\x0f", "region")
    assert octets[2:].decode() == "the operator's own policy (it:test:1)"


@pytest.mark.parametrize(
    ("question", "kept"),
    [
        (Question("www.example"), 0),
        (Question("blocked.example", qtype=15), 0),  # MX, while NODATA is for web sites
        (Question("blocked.example", qclass=3), 0),  # CHAOS
        (Question("blocked.example", is_valrec=1), 1),  # address of a name server
        (Question("blocked.example", is_priming=1), 1),
    ],
)
def test_what_is_resolved(tmp_path: Path, question: Question, kept: int) -> None:
    module, fake = started(tmp_path)
    assert run(module, NEW, question) == WAIT
    assert question.no_cache_store == kept  # or clients would find it in the cache
    question.return_msg = message = found(question.name)
    assert run(module, DONE, question) == FINISHED
    assert question.return_msg is message
    assert fake.invalidated == []


def test_an_alias_is_replaced_and_forgotten(tmp_path: Path) -> None:
    module, fake = started(tmp_path, 'response = "nxdomain"')
    question = Question("alias.example")
    question.return_msg = found("alias.example", "b.example", "x.blocked.example", "c.example")
    assert run(module, DONE, question) == FINISHED
    assert fake.invalidated == ["of alias.example"]
    assert question.return_msg.rep.made.answer == [
        "alias.example. 60 IN CNAME b.example.",
        "b.example. 60 IN CNAME x.blocked.example.",
    ]
    assert question.return_msg.rep.flags & 15 == 3
    # Unbound's own query resolves, and leaves nothing in the cache.
    question = Question("alias.example", is_valrec=1)
    question.return_msg = message = found("alias.example", "x.blocked.example")
    run(module, DONE, question)
    assert question.return_msg is message
    assert len(fake.invalidated) == 2
    # Who asks for the alias itself gets it: it is not ordered.
    question = Question("alias.example", qtype=CNAME)
    question.return_msg = message = found("alias.example", "x.blocked.example")
    run(module, DONE, question)
    assert question.return_msg is message


def test_a_passthru_changes_nothing(tmp_path: Path) -> None:
    module, fake = started(tmp_path, 'response = "passthru"\nlog_hits = true')
    assert run(module, NEW, Question("blocked.example")) == WAIT
    question = Question("alias.example")
    question.return_msg = message = found("alias.example", "blocked.example")
    run(module, DONE, question)
    assert question.return_msg is message
    assert fake.invalidated == []
    assert sum("passthru: blocked.example by it:test:1" in line for line in fake.lines) == 2


def answered(module: Module, name: str, qtype: int = A) -> tuple[int, list[str], list[str], str]:
    """RCODE, records of both sections and reason of the answer to a query for a blocked name."""
    question = Question(name, qtype)
    assert run(module, NEW, question) == FINISHED, name
    ((_, told, _),) = question.edns_opts_front_out
    reply = question.return_msg.rep
    return reply.flags & 15, reply.made.answer, reply.made.authority, bytes(told[2:]).decode()


def test_the_set_of_orders_decides_and_a_new_image_has_other_sets(tmp_path: Path) -> None:
    """What is kept of one name serves others, but only those that the same orders block."""
    secret = {"confidential": True, "authority": Authority("cncpo", "CNCPO")}
    orders = [
        order("one.example", "two.example", id="1", response="nxdomain"),
        order("two.example", "three.example", id="0", response="sinkhole 192.0.2.1"),
        order("four.example", id="4", **secret),
    ]
    module, _ = started(tmp_path, 'check_every = 0.001\nmax_shrink = 1\nresponse = "refused"')
    for turn in range(2):
        compile_orders(orders).save(tmp_path / "it.blk")
        module._next_look = 0.0
        for _ in range(2):
            soa = f"x.One.example. 60 {SOA[:-1]}60"
            one = "the operator's own policy (1)"
            if turn:
                assert answered(module, "x.One.example") == (5, [], [], one)
            else:
                assert answered(module, "x.One.example") == (3, [], [soa], one)
            name = "tWo.example"
            sunk = f"{name}. 60 IN A 192.0.2.1"
            assert answered(module, name)[:2] == (0, [sunk])
            assert answered(module, name, AAAA) == (
                0, [], [f"{name}. 60 {SOA[:-1]}60"], "the operator's own policy (0); " + one,
            )  # fmt: skip
            assert answered(module, "three.example")[3] == "the operator's own policy (0)"
            assert answered(module, "four.example") == (5, [], [], "")
            assert run(module, NEW, Question("three.example", qtype=15)) == WAIT
        orders[0] = order("one.example", "two.example", id="1")


def test_what_is_kept_does_not_grow_with_the_query_types(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keptanswers, "_MAX_KEPT", 50)
    module, _ = started(tmp_path, 'response = "nxdomain"')
    blocked = module._live.current  # type: ignore[union-attr]
    sizes = []
    for qtype in range(1, 200):
        assert answered(module, "blocked.example", qtype)[0] == 3
        sizes.append(len(module._kept.of(blocked)))
    assert 40 < max(sizes) <= 50


def test_hits_are_logged_with_the_client_and_the_name_of_each(tmp_path: Path) -> None:
    module, fake = started(tmp_path, "log_hits = true\nlog_clients = true")
    for name in ("a.blocked.example", "b.blocked.example"):
        question = Question(name)
        address = SimpleNamespace(addr=f"192.0.2.{ord(name[0])}")
        question.mesh_info.reply_list = SimpleNamespace(query_reply=address)
        run(module, NEW, question)
    assert [line.partition(" for ")[2] for line in fake.lines[-2:]] == ["192.0.2.97", "192.0.2.98"]


@pytest.mark.parametrize("demanded", ["drop", "tcp-only"])
def test_what_unbound_cannot_is_refused(tmp_path: Path, demanded: str) -> None:
    module, _ = started(tmp_path, response=demanded)
    question = Question("blocked.example")
    assert run(module, NEW, question) == FINISHED
    assert question.return_msg.rep.flags & 15 == 5


def test_other_events_are_errors(tmp_path: Path) -> None:
    module, _ = started(tmp_path)
    assert run(module, OTHER, Question("blocked.example")) == ERROR


@pytest.mark.parametrize(
    ("on_error", "event", "result", "rcode"),
    [
        ("resolve", NEW, WAIT, 0),
        ("resolve", DONE, FINISHED, 0),
        ("servfail", NEW, ERROR, 2),
        ("servfail", DONE, ERROR, 2),
    ],
)
def test_a_failing_module_ends_no_query_with_an_exception(
    tmp_path: Path, on_error: str, event: int, result: int, rcode: int
) -> None:
    module, fake = started(tmp_path, f'on_error = "{on_error}"')
    fake.refuses = True
    for _ in range(3):
        question = Question("alias.example" if event == DONE else "blocked.example")
        question.return_msg = found("alias.example", "blocked.example")
        assert run(module, event, question) == result
        assert question.return_rcode == rcode
    assert fake.lines.count("blocklist: ValueError: Unbound rejected a blocked answer") == 1


def test_cached_answers_that_are_blocked_expire(tmp_path: Path) -> None:
    module, fake = started(tmp_path, "watch_cache = true")
    for chain, ttl in [
        (["www.example"], 300),
        (["www.blocked.example"], 0),
        (["alias.example", "b.example", "blocked.example"], 0),
    ]:
        reply = found(*chain).rep
        qinfo = SimpleNamespace(qname=wire(chain[0]))
        assert fake.callbacks["cache"](qinfo, None, reply, 0, None, None, None, start_time=1.0)
        assert reply.ttl == ttl
    assert fake.callbacks["cache"](None, None, object()) is True
    assert "AttributeError" in fake.lines[-1]
    assert "cache" not in started(tmp_path)[1].callbacks
    assert module.deinit(0)
    assert module.inform_super(0, None, None, None)


@given(names, names)
def test_any_name_is_answered_as_the_image_says(listed: str, asked: str) -> None:
    module, below = Module(Fake()), f"{listed[-200:].lstrip('.')}.example.org"
    blocked = Blocklist(image(f"*.{below}", "=exact.example.org"))
    module._live = SimpleNamespace(current=blocked)  # type: ignore[assignment]
    module._next_look = float("inf")
    for name in (below, asked, f"a.{below}", f"{asked[-20:].lstrip('.')}.{below}", f"x{below}"):
        is_blocked = blocked.is_blocked(name)
        assert (run(module, NEW, Question(name)) == FINISHED) is is_blocked


def test_log_lines_are_single_lines(tmp_path: Path) -> None:
    fake = Fake()
    record = logging.LogRecord("x", logging.ERROR, "", 0, "a\nb\x1b \udcff è", (), None)
    UnboundHandler(fake).emit(record)
    assert fake.lines == ["blocklist: a\\nb\\x1b \\udcff è"]


def test_wrong_settings_are_fatal_only_at_the_first_start(tmp_path: Path) -> None:
    environment = SimpleNamespace(cfg=SimpleNamespace(directory=str(tmp_path)))
    with pytest.raises(ConfigurationError, match=r"blocklist\.toml: No such file"):
        Module(Fake()).init_standard(0, environment)
    started(tmp_path)
    (tmp_path / "blocklist.toml").write_bytes(b"\xff")
    fake = Fake()
    module = Module(fake)
    assert module.init_standard(0, environment)
    assert any("is not UTF-8" in line and "stay in use" in line for line in fake.lines)
    assert run(module, NEW, Question("blocked.example")) == FINISHED


@pytest.mark.parametrize("is_sealed", [True, False])
@pytest.mark.parametrize("bad", [b"no image", None])
def test_the_last_good_image_outlives_the_interpreter_without_proc(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_sealed: bool, bad: bytes | None
) -> None:
    """In a chroot there may be neither ``/proc`` nor what ``/dev/fd`` leads to."""
    opens = os.open

    def without_proc(path: Any, *words: Any, **more: Any) -> int:
        if os.fsdecode(path).startswith(("/dev/", "/proc/")):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        return opens(path, *words, **more)

    monkeypatch.setattr(os, "open", without_proc)
    if not is_sealed:
        monkeypatch.setattr(privatecopy, "_SEALS", 0)
    module, _ = started(tmp_path)
    path = tmp_path / "it.blk"
    path.unlink()
    if bad is not None:
        path.write_bytes(bad)
    environment = SimpleNamespace(cfg=SimpleNamespace(directory=str(tmp_path)))
    for turn in range(3):  # a second reads what a first has read to its end
        assert module.deinit(0)
        fake = Fake()
        module = Module(fake)
        assert module.init_standard(0, environment)
        assert run(module, NEW, Question("blocked.example")) == FINISHED, turn
        assert f"{path}: 1 rule, image " in fake.lines[0]
        assert str(path) in fake.lines[1]
        assert fake.lines[1].endswith("; the last good image stays in use")
    image("later.example").save(path)
    module = Module(fake)
    assert module.init_standard(0, environment)
    assert run(module, NEW, Question("later.example")) == FINISHED
    assert run(module, NEW, Question("blocked.example")) == WAIT


# ---- signed images -------------------------------------------------------------------------


KEY, THEIRS = (SigningKey("isp.example/it", octet * 32) for octet in (b"1", b"2"))


def publish(folder: Path, *targets: str, key: SigningKey = KEY, at: int = 0) -> None:
    """Sign an image so many seconds from now."""
    octets = compile_orders([order(*targets)]).octets
    now = datetime.now(UTC) + timedelta(seconds=at)
    (folder / "it.blk.note").unlink(missing_ok=True)
    write_signed(folder / "it.blk", octets, key, version=VERSION, now=now)


def signed(folder: Path, *keys: SigningKey) -> tuple[Module, Fake]:
    """A module in a new interpreter, as a reload of Unbound starts one."""
    texts = [str(key.verifier) for key in keys]
    (folder / "blocklist.toml").write_text(
        f'image = "{folder / "it.blk"}"\ncheck_every = 0.001\nkey = {texts!r}\n', "utf-8"
    )
    fake = Fake()
    module = Module(fake)
    assert module.init_standard(0, SimpleNamespace(cfg=SimpleNamespace(directory=str(folder))))
    return module, fake


def blocks(module: Module, name: str) -> bool:
    time.sleep(0.002)
    return run(module, NEW, Question(name)) == FINISHED


def test_only_signed_images_are_taken_also_by_the_next_interpreter(tmp_path: Path) -> None:
    publish(tmp_path, "old.example")
    replayed = [(file, file.read_bytes()) for file in tmp_path.iterdir()]
    module, fake = signed(tmp_path, KEY)
    assert blocks(module, "old.example")
    publish(tmp_path, "new.example", at=5)
    assert blocks(module, "new.example")
    compile_orders([order("evil.example")]).save(tmp_path / "it.blk")
    assert not blocks(module, "evil.example")
    assert "its note is about another file" in fake.lines[-1]
    for _ in range(3):
        module, fake = signed(tmp_path, KEY)
        assert blocks(module, "new.example")
        assert not blocks(module, "evil.example")
        assert any("its note is about another file" in line for line in fake.lines)
    for file, octets in replayed:
        file.write_bytes(octets)
    module, fake = signed(tmp_path, KEY)
    assert any("is older than the one in use: serial" in line for line in fake.lines)
    assert blocks(module, "new.example")
    publish(tmp_path, "newest.example", at=10)
    assert blocks(module, "newest.example")


def test_a_key_that_is_new_counts_for_the_last_good_image_too(tmp_path: Path) -> None:
    publish(tmp_path, "old.example")
    module, _ = signed(tmp_path, KEY)
    assert blocks(module, "old.example")
    module, fake = signed(tmp_path, THEIRS)
    assert not blocks(module, "old.example")
    assert "not signed by a trusted key" in fake.lines[0]
    assert "until there is an image, every name is resolved" in fake.lines[0]
    publish(tmp_path, "new.example", key=THEIRS)
    assert blocks(module, "new.example")
    (tmp_path / "it.blk.note").unlink()
    module, fake = signed(tmp_path, KEY, THEIRS)
    assert blocks(module, "new.example")
    assert "not signed: there is no note" in fake.lines[-1]


def test_an_unsigned_image_that_is_kept_does_not_answer_once_there_is_a_key(tmp_path: Path) -> None:
    module, _ = started(tmp_path, targets=("old.example",))
    assert blocks(module, "old.example")
    module, fake = signed(tmp_path, KEY)
    assert not blocks(module, "old.example")
    assert "not signed: there is no note" in fake.lines[0]


def test_the_note_that_is_kept_must_be_about_the_image_that_is_kept(tmp_path: Path) -> None:
    """Where memory cannot be sealed the file is kept, which somebody may write over."""
    publish(tmp_path, "old.example")
    note = (tmp_path / "it.blk.note").read_bytes()
    os.environb[KEPT_NOTE] = note
    kept = Image.open(tmp_path / "it.blk")
    found = kept_note(kept, (KEY.verifier,))
    assert found is not None
    assert found.signed == note
    assert kept_note(kept, ()) is None
    with pytest.raises(SignatureError, match="about another file"):
        kept_note(compile_orders([order("new.example")]), (KEY.verifier,))


def test_a_library_that_cannot_be_used_again_leaves_the_last_good_image(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path, "old.example")
    module, _ = signed(tmp_path, KEY)
    for name in [name for name in sys.modules if name.startswith("cryptography")]:
        monkeypatch.setitem(sys.modules, name, None)
    publish_later = compile_orders([order("new.example")])
    publish_later.save(tmp_path / "it.blk")
    module, fake = signed(tmp_path, KEY)
    assert blocks(module, "old.example")
    assert missing_extra("signing and verifying", "sign") in fake.lines[0]
    assert any("the last good image stays in use" in line for line in fake.lines)


def test_a_key_without_its_library_stops_the_first_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cryptography", None)
    for name in [name for name in sys.modules if name.startswith("cryptography.")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(ConfigurationError, match="key: signing and verifying needs the extra"):
        signed(tmp_path, KEY)


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("7", "key must be"), ('""', "key: not a verifier key"), ("[]", "key: no verifier key"),
        (f'"{KEY.secret_text()}"', "key: this is a private key"),
        (f'["{KEY.verifier}", "{SigningKey("other", b"3" * 32).verifier}"]', "different names"),
    ],
)  # fmt: skip
def test_keys_that_are_none(key: str, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        UnboundSettings.parse(f'image = "/x.blk"\nkey = {key}')
    text = f'image = "/x.blk"\nkey = "{KEY.verifier}"'
    assert UnboundSettings.parse(text).key == (KEY.verifier,)
