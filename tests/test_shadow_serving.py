"""A shadow image beside the one that answers: counted, and no answer of ``serve`` differs."""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dns.message
import dns.rrset
import prometheus_client
import pytest
from helpers import image, order
from hypothesis import given, settings
from hypothesis import strategies as st
from scale import size
from signing_keys import KEY, OTHER

from blocklist import Blocklist, Image, ImageError, compile_orders, save_signed
from blocklist.integrations.forwarder.configuration import Configuration, Endpoint
from blocklist.integrations.forwarder.settings import read_configuration
from blocklist.integrations.forwarder.views import View, Views
from blocklist.integrations.shadowjudge import ShadowJudge
from blocklist.integrations.wire import read_question
from blocklist.live.blocklog import Hits
from blocklist.live.metrics import Metrics
from blocklist.live.policy import Response, ResponsePolicy
from blocklist.live.shadowlist import ShadowList
from blocklist.live.shadowtally import ShadowTally

pytestmark = pytest.mark.no_core

CLIENT = "127.0.0.1"
WORDS = ["a", "b", "real", "tried", "both", "www", "cdn", "example", "test", "check", "rpz"]
UPSTREAM = (Endpoint("192.0.2.53", 53),)


def shadow_image(*targets: str, **fields: Any) -> Image:
    orders = [order(*targets, **{"id": "own:2", **fields}, shadow=True)] if targets else []
    return compile_orders(orders, shadow=True, allow_empty=True)


def query(name: str, kind: str = "A") -> bytes:
    return dns.message.make_query(name, kind, use_edns=0, id=7).to_wire()


def answer(octets: bytes, *chain: str) -> bytes:
    """What an upstream says: a chain of aliases, then an address."""
    asked = dns.message.from_wire(octets)
    response = dns.message.make_response(asked, recursion_available=True)
    owner = asked.question[0].name.to_text()
    for target in chain:
        response.answer.append(dns.rrset.from_text(owner, 60, "IN", "CNAME", f"{target}."))
        owner = f"{target}."
    response.answer.append(dns.rrset.from_text(owner, 60, "IN", "A", "198.51.100.7"))
    return response.to_wire()


class Counting:
    """Views with a shadow image, and its hits."""

    def __init__(self, folder: Path, **options: Any) -> None:
        self.metrics = Metrics(prometheus_client.CollectorRegistry())
        hits = Hits("serve", count=self.metrics.count)
        shadow = Hits("serve", count=self.metrics.count_shadow, shadow=True)
        options = {"shadow": str(folder / "S.blk"), **options}
        configuration = Configuration(str(folder / "it.blk"), UPSTREAM, **options)
        self.views = Views(configuration, hits, shadow)
        for one in self.views.shadows:
            self.metrics.watch_shadow(one)

    @property
    def view(self) -> View:
        view = self.views.of(CLIENT)
        assert view is not None
        return view

    def ask(self, name: str, kind: str = "A", *chain: str) -> tuple[bytes | None, bytes | None]:
        return both(self.view, query(name, kind), *chain)

    def counted(self, **labels: str) -> float:
        """The sum of the hits of shadow orders."""
        return sum(
            sample.value
            for family in self.metrics.registry.collect()
            for sample in family.samples
            if sample.name == "blocklist_shadow_hits_total"
            and labels.items() <= sample.labels.items()
        )

    def text(self) -> str:
        return prometheus_client.generate_latest(self.metrics.registry).decode()


def both(view: View, octets: bytes, *chain: str) -> tuple[bytes | None, bytes | None]:
    """What is said of a query, and what of the answer of an upstream to it."""
    question = read_question(octets)
    assert question is not None
    made = view.of_query(octets, question, CLIENT, tcp=False)
    if made is not None:
        return made, None
    return None, view.of_answer(octets, question, answer(octets, *chain), CLIENT, tcp=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    image("real.example", "both.test", "*.b.test").save(tmp_path / "it.blk")
    shadow_image("tried.example", "both.test", "a.test", "example.test").save(tmp_path / "S.blk")
    return tmp_path


# ---- no answer differs ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[View, View, Counting]]:
    """Views without and with a shadow image, of several policies."""
    found = []
    for number, policy in enumerate(["nodata", "nxdomain", "sinkhole 192.0.2.1", "passthru"]):
        folder = tmp_path_factory.mktemp(f"pair{number}")
        real = order("real.example", "both.test", "*.b.test", "www.*", exceptions=["x.both.test"])
        compile_orders([real]).save(folder / "it.blk")
        shadow_image(
            "*tried*", "a.example", "b.test", "198.51.100.0/24", exceptions=["real.example"],
            response="drop",
        ).save(folder / "S.blk")  # fmt: skip
        answers = ResponsePolicy(Response.parse(policy))
        options: dict[str, Any] = {"policy": answers, "check_addresses": True}
        without = Views(Configuration(str(folder / "it.blk"), UPSTREAM, **options), Hits("serve"))
        plain = without.of(CLIENT)
        assert plain is not None
        counting = Counting(folder, **options)
        found.append((plain, counting.view, counting))
    return found


labels = st.sampled_from(WORDS) | st.text("aB-_09", min_size=1, max_size=9)
asked = st.lists(labels, min_size=1, max_size=4).map(".".join)


@given(name=asked, kind=st.sampled_from(["A", "AAAA", "MX", "TXT", "HTTPS", "ANY", "CNAME"]),
       chain=st.lists(asked, max_size=2))  # fmt: skip
@settings(max_examples=size(2_000, 60))
def test_answers_are_those_without_it(
    pairs: list[tuple[View, View, Counting]], name: str, kind: str, chain: list[str]
) -> None:
    for plain, watched, _ in pairs:
        octets = query(name, kind)
        assert both(watched, octets, *chain) == both(plain, octets, *chain)


def test_answers_are_those_without_it_for_many_names_and_hits_are_exact(
    pairs: list[tuple[View, View, Counting]],
) -> None:
    choose = random.Random(7)
    plain, watched, counting = pairs[1]
    shadow = counting.views.shadows[0].current
    assert shadow is not None
    before = counting.counted()
    hits, kinds = 0, set()
    for _ in range(size(20_000, 600)):
        name = ".".join(choose.choices(WORDS, k=choose.randint(1, 4)))
        octets = query(name)
        got = both(watched, octets)
        assert got == both(plain, octets)
        # Each innocent name leads to an address that shadow orders name.
        hits += shadow.is_blocked(name) or got[0] is None
        kinds.add((shadow.is_blocked(name), got[0] is None))
    assert len(kinds) > 2
    assert counting.counted() - before == hits > 100


@given(octets=st.binary(max_size=80))
def test_an_answer_that_cannot_be_read_is_judged_as_without_it(
    pairs: list[tuple[View, View, Counting]], octets: bytes
) -> None:
    plain, watched, _ = pairs[0]
    asked = query("innocent.org")
    question = read_question(asked)
    assert question is not None

    def said(view: View) -> object:
        try:
            return view.of_answer(asked, question, octets, CLIENT, tcp=False)
        except ValueError as error:
            return str(error)

    assert said(watched) == said(plain)


# ---- what counts ---------------------------------------------------------------------------


def test_each_query_counts_once(folder: Path) -> None:
    counting = Counting(folder)
    assert counting.ask("tried.example", "A", "tried.example") == (None, None)
    assert counting.counted() == 1
    counting.ask("innocent.org", "A", "x.a.test", "tried.example")
    assert counting.counted() == 2
    blocked, _ = counting.ask("www.both.test")
    assert blocked is not None
    assert counting.counted() == 3
    counting.ask("innocent.org")
    counting.ask("real.example")
    counting.ask("tried.example", "MX")  # of which NODATA says nothing
    assert counting.counted() == 3
    assert counting.counted(action="nodata", via="serve", order="own:2", kind="subtree") == 3
    text = counting.text()
    assert 'blocklist_hits_total{action="nodata"' in text
    assert f'blocklist_shadow_rules{{path="{folder / "S.blk"}"}} 4.0' in text
    assert (
        f'blocklist_shadow_reloads_total{{path="{folder / "S.blk"}",result="rejected"}} 0.0' in text
    )
    assert "blocklist_image_info{digest" not in text  # that alarms if two differ


def test_confidential_orders_count_as_one(folder: Path) -> None:
    orders = [
        order("tried.example", id=f"secret:{number}", confidential=True, shadow=True)
        for number in range(2)
    ]
    compile_orders(orders, shadow=True).save(folder / "S.blk")
    counting = Counting(folder)
    counting.ask("tried.example")
    assert counting.counted(order="(confidential)", authority="(confidential)") == 2
    assert "secret:" not in counting.text()
    tally = ShadowTally(lambda: 0.0)
    shadow = counting.views.shadows[0].current
    assert shadow is not None
    match = shadow.match("tried.example")
    assert match is not None
    tally.count(match)
    with_log = Records()
    tally.tell(now=True)
    (record,) = with_log.stop()
    assert record.getMessage().startswith("shadow orders would have blocked 1 query in 0 s")
    assert record.getMessage().endswith(": (confidential) 1")


class Records(logging.Handler):
    """Keeps what is logged below ``blocklist`` from now on."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []
        self._logger = logging.getLogger("blocklist")
        self._before = self._logger.level
        self._logger.setLevel(logging.INFO)
        self._logger.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def stop(self) -> list[logging.LogRecord]:
        self._logger.removeHandler(self)
        self._logger.setLevel(self._before)
        return self.records


@pytest.fixture
def records() -> Iterator[list[logging.LogRecord]]:
    handler = Records()
    yield handler.records
    handler.stop()


def test_a_hit_is_logged_as_one_that_blocks_nothing(
    folder: Path, records: list[logging.LogRecord]
) -> None:
    live = ShadowList(str(folder / "S.blk"))
    live.refresh()
    logging.getLogger("blocklist.hits").setLevel(logging.INFO)
    hits = Hits("serve", shadow=True, log_clients=True)
    ShadowJudge(live, ResponsePolicy().response_of, hits).asked(
        b"\5tried\7example\0", 1, "192.0.2.7"
    )
    (record,) = [one for one in records if one.name == "blocklist.hits"]
    assert record.getMessage() == (
        "shadow, not blocked: nodata: tried.example by own:2 for 192.0.2.7"
    )
    said = vars(record)
    assert (said["event"], said["client"]) == ("shadow", "192.0.2.7")


def test_the_tally_is_told_once_an_hour(folder: Path, records: list[logging.LogRecord]) -> None:
    now = [1000.0]
    tally = ShadowTally(lambda: now[0])
    match = Blocklist.open(folder / "S.blk").match("tried.example")
    assert match is not None
    for _ in range(1_200):
        tally.count(match, "nodata", "serve")
    tally.tell()
    assert not records
    now[0] += 3600
    tally.tell()
    tally.tell(now=True)
    (record,) = records
    assert record.getMessage() == (
        "shadow orders would have blocked 1,200 queries in 1 h: own:2 1,200"
    )


# ---- a bad or missing image ----------------------------------------------------------------


def test_a_missing_image_disturbs_nothing_and_is_taken_when_it_comes(
    folder: Path, records: list[logging.LogRecord]
) -> None:
    path = folder / "S.blk"
    good = path.read_bytes()
    path.unlink()
    counting = Counting(folder)
    (shadow,) = counting.views.shadows
    assert counting.ask("tried.example") == (None, None)
    assert counting.ask("real.example")[0] is not None
    for _ in range(3):
        counting.views.reload(always=False)
    (said,) = [one for one in records if one.levelno == logging.ERROR]
    assert said.getMessage() == (
        f"{path}: No such file or directory; no shadow order is counted until there is an image, "
        "and answers do not change"
    )
    assert shadow.reloads["rejected"] == 1
    path.write_bytes(b"no image")
    counting.views.reload(always=True)
    assert shadow.reloads["rejected"] == 2
    assert 'result="rejected"} 2.0' in counting.text()
    path.with_name("new").write_bytes(good)
    path.with_name("new").replace(path)
    counting.views.reload(always=False)
    assert shadow.reloads == {"swapped": 0, "unchanged": 0, "rejected": 2}
    counting.ask("tried.example")
    assert counting.counted() == 1


def test_the_last_good_image_is_kept(folder: Path, records: list[logging.LogRecord]) -> None:
    counting = Counting(folder)
    path = folder / "S.blk"
    for octets in (b"", path.read_bytes()[:-9], b"x" * 99):
        path.with_name("new").write_bytes(octets)
        path.with_name("new").replace(path)
        counting.views.reload(always=True)
        counting.ask("tried.example")
    assert counting.counted() == 3
    assert counting.views.shadows[0].reloads["rejected"] == 3
    assert sum("the last good image stays in use" in one.getMessage() for one in records) == 3
    path.unlink()
    counting.views.reload(always=True)
    counting.ask("tried.example")
    assert counting.counted() == 4


def test_orders_that_are_enforced_leave_it_however_many(folder: Path) -> None:
    counting = Counting(folder)
    shadow_image().save(folder / "S.blk")
    counting.views.reload(always=False)
    counting.ask("tried.example")
    assert counting.counted() == 0
    assert counting.views.shadows[0].reloads["swapped"] == 1


def test_an_error_of_the_judge_stays_there(folder: Path, records: list[logging.LogRecord]) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("secret.example")

    counting = Counting(folder)
    judge = ShadowJudge(
        counting.views.shadows[0], ResponsePolicy().response_of, Hits("x", count=fail)
    )
    for _ in range(3):
        judge.asked(b"\5tried\7example\0", 1, "")
    (record,) = [one for one in records if one.levelno == logging.ERROR]
    assert "(RuntimeError)" in record.getMessage()
    assert "secret" not in record.getMessage()


def test_the_key_is_asked_of_shadow_images_too(folder: Path) -> None:
    save_signed(image("real.example"), folder / "it.blk", KEY)
    counting = Counting(folder, key=(KEY.verifier,))  # S.blk is not signed
    counting.ask("tried.example")
    assert counting.counted() == 0
    save_signed(shadow_image("tried.example"), folder / "S.blk", OTHER)
    counting.views.reload(always=True)
    assert counting.views.shadows[0].reloads["rejected"] == 2
    save_signed(shadow_image("tried.example"), folder / "S.blk", KEY)
    counting.views.reload(always=False)
    counting.ask("tried.example")
    assert counting.counted() == 1


# ---- settings ------------------------------------------------------------------------------


def test_an_image_that_answers_must_not_be_one_of_shadow_orders(folder: Path) -> None:
    (folder / "S.blk").replace(folder / "it.blk")
    with pytest.raises(ImageError, match="is an image of shadow orders"):
        Counting(folder)


def test_views_have_the_shadow_of_their_image(folder: Path) -> None:
    text = f"""
    image = "{folder}/it.blk"
    shadow = "{folder}/S.blk"
    upstreams = ["192.0.2.53"]
    allow = ["10.0.0.0/8"]
    views = [
        {{ networks = ["10.1.0.0/16"], response = "nxdomain" }},
        {{ networks = ["10.2.0.0/16"], image = "{folder}/it.blk" }},
        {{ networks = ["10.3.0.0/16"], image = "none", shadow = "{folder}/S.blk" }},
        {{ networks = ["10.4.0.0/16"], shadow = "none" }},
    ]
    """
    path = folder / "serve.toml"
    path.write_text(text, "utf-8")
    counts: list[str] = []

    def count(_match: object, action: str, _via: str) -> None:
        counts.append(action)

    hits = Hits("serve", count=count, shadow=True)
    views = Views(read_configuration(str(path), {}), Hits("serve"), hits)
    assert len(views.shadows) == 1
    found = []
    for number in range(5):
        view = views.of(f"10.{number}.0.1")
        assert view is not None
        assert both(view, query("tried.example")) == (None, None)
        found.append(counts[:])
        counts.clear()
    assert found == [["nodata"], ["nxdomain"], [], ["nodata"], []]
