"""Unbound's module with a shadow image, without Unbound: what counts, and that nothing differs."""

from __future__ import annotations

import logging
import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from helpers import image, order
from scale import size
from signing_keys import KEY
from test_integrations_unbound import CNAME, DONE, NEW, WAIT, A, Fake, Question, found, run

from blocklist import Image, compile_orders, save_signed
from blocklist.integrations.unbound import Module
from blocklist.integrations.unbound_handover import KEPT_IMAGE, KEPT_NOTE, KEPT_SETTINGS, SHADOW
from blocklist.integrations.unbound_settings import UnboundSettings

pytestmark = pytest.mark.no_core

CLIENT = SimpleNamespace(query_reply=SimpleNamespace(addr="192.0.2.7"))
WORDS = ["a", "real", "tried", "both", "www", "example", "test", "check", "rpz", "blocklist"]


@pytest.fixture(autouse=True)
def _clean_up(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give back what modules leave for the next interpreter, and the loggers."""
    monkeypatch.setattr(sys, "tracebacklimit", 1000, raising=False)
    logger = logging.getLogger("blocklist")
    before = logger.handlers, logger.level, logger.propagate
    yield
    logger.handlers, logger.level, logger.propagate = before
    os.environb.pop(KEPT_SETTINGS, None)
    for place in (b"", SHADOW):
        os.environb.pop(KEPT_NOTE + place, None)
        kept = os.environb.pop(KEPT_IMAGE + place, b"").partition(b":")[0]
        if kept:
            os.close(int(kept))


def shadow_image(*targets: str, **fields: Any) -> Image:
    shadow = order(*targets, **{"id": "own:2", **fields}, shadow=True)
    return compile_orders([shadow], shadow=True)


def begun(folder: Path, settings: str = "", *, shadow: bool = True) -> tuple[Module, Fake]:
    """A module whose images lie in a folder."""
    text = f'image = "{folder}/it.blk"\n{settings}'
    if shadow:
        text += f'\nshadow = "{folder}/S.blk"\ncheck_every = 0.001\n'
    (folder / "blocklist.toml").write_text(text, "utf-8")
    fake = Fake()
    module = Module(fake)
    assert module.init_standard(0, SimpleNamespace(cfg=SimpleNamespace(directory=str(folder))))
    return module, fake


def of_client(name: str, qtype: int = A, **more: Any) -> Question:
    question = Question(name, qtype, **more)
    question.mesh_info.reply_list = CLIENT
    return question


def told(module: Module, fake: Fake) -> list[str]:
    """End the module; return what it says of shadow orders then."""
    fake.lines.clear()
    assert module.deinit(0)
    return [line.partition("would have blocked ")[2] for line in fake.lines if "would have" in line]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    image("real.example", "both.test").save(tmp_path / "it.blk")
    shadow_image("tried.example", "both.test").save(tmp_path / "S.blk")
    return tmp_path


def test_the_setting_is_a_path() -> None:
    assert UnboundSettings.parse('image = "/x.blk"\nshadow = "/S.blk"').shadow == "/S.blk"
    assert UnboundSettings.parse('image = "/x.blk"').shadow == ""


def test_clients_count_once_and_are_answered_as_without_it(folder: Path) -> None:
    module, fake = begun(folder)
    assert run(module, NEW, of_client("www.Tried.example")) == WAIT
    question = of_client("www.tried.example")
    question.return_msg = found("www.tried.example", "x.tried.example")
    run(module, DONE, question)  # its name counted
    question = of_client("alias.org")
    assert run(module, NEW, question) == WAIT
    question.return_msg = found("alias.org", "x.tried.example")
    before = question.return_msg
    run(module, DONE, question)
    assert question.return_msg is before
    assert question.no_cache_store == 0
    assert not fake.invalidated
    run(module, NEW, of_client("both.test"))
    run(module, NEW, Question("tried.example"))  # which no client waits for
    run(module, NEW, of_client("tried.example", is_priming=1))
    run(module, NEW, of_client("tried.example", qclass=3))
    run(module, NEW, of_client("tried.example", CNAME))
    question = of_client("alias.org", CNAME)
    question.return_msg = found("alias.org", "x.tried.example")
    run(module, DONE, question)
    assert told(module, fake) == ["3 queries in 0 s: own:2 3"]


def test_what_unbound_has_cached_counts_too(folder: Path) -> None:
    module, fake = begun(folder)
    for name, chain in (("tried.example", ["x"]), ("alias.org", ["alias.org", "tried.example"])):
        asked = Question(name).qinfo
        reply = found(*chain).rep
        assert fake.callbacks["cache"](asked, None, reply, 0, None, None) is True
        assert reply.ttl == 300
    reply = found("real.example").rep
    fake.callbacks["cache"](Question("real.example").qinfo, None, reply)
    assert reply.ttl == 300  # the module watches the cache only if it is told to
    assert told(module, fake) == ["2 queries in 0 s: own:2 2"]
    module, fake = begun(folder, "watch_cache = true")
    fake.callbacks["cache"](Question("real.example").qinfo, None, reply)
    assert reply.ttl == 0


def test_answers_are_those_without_it(folder: Path) -> None:
    choose = random.Random(5)
    shadow_image("*tried*", "real.example", "both.test", "www.*", exceptions=["a.both.test"]).save(
        folder / "S.blk"
    )
    for settings in ("", 'response = "nxdomain"', 'response = "sinkhole 192.0.2.1"'):
        plain, _ = begun(folder, settings, shadow=False)
        watched, _ = begun(folder, settings)
        for _ in range(size(5_000, 150)):
            names = [".".join(choose.choices(WORDS, k=choose.randint(1, 3))) for _ in range(2)]
            qtype = choose.choice([A, CNAME, 15, 16, 65, 255])
            seen = []
            for module in (plain, watched):
                question = of_client(names[0], qtype)
                states = [run(module, NEW, question)]
                if states == [WAIT]:
                    question.return_msg = found(*names)
                    states.append(run(module, DONE, question))
                message = question.return_msg.rep
                made = getattr(message, "made", "real")
                options = [(code, bytes(text)) for code, text, _ in question.edns_opts_front_out]
                flags = getattr(message, "flags", None)
                seen.append((states, made, options, question.no_cache_store, flags))
            assert seen[0] == seen[1]


def test_a_bad_or_missing_image_disturbs_nothing(folder: Path) -> None:
    path = folder / "S.blk"
    good = path.read_bytes()
    path.unlink()
    module, fake = begun(folder)
    for _ in range(3):
        assert run(module, NEW, of_client("tried.example")) == WAIT
        module._look()
    assert run(module, NEW, of_client("real.example")) != WAIT
    assert sum("no shadow order is counted" in line for line in fake.lines) == 1
    path.write_bytes(good)
    module._look()
    run(module, NEW, of_client("tried.example"))
    path.with_name("new").write_bytes(good[:-7])
    path.with_name("new").replace(path)
    module._look()
    assert any("the last good image stays in use" in line for line in fake.lines)
    run(module, NEW, of_client("tried.example"))
    # Unbound reloads: the next interpreter takes the last good one, as that of the main image.
    assert told(module, fake) == ["2 queries in 0 s: own:2 2"]
    module, fake = begun(folder)
    run(module, NEW, of_client("tried.example"))
    assert told(module, fake) == ["1 query in 0 s: own:2 1"]


def test_an_image_that_is_missing_for_answers_is_no_reason_to_take_the_other(folder: Path) -> None:
    (folder / "it.blk").unlink()
    module, fake = begun(folder)
    assert run(module, NEW, of_client("tried.example")) == WAIT
    assert run(module, NEW, of_client("real.example")) == WAIT
    (folder / "S.blk").rename(folder / "it.blk")
    module._look()
    assert any("is an image of shadow orders" in line for line in fake.lines)
    assert run(module, NEW, of_client("tried.example")) == WAIT


def test_errors_of_unbound_stay_there(folder: Path) -> None:
    class Broken:
        def __getattr__(self, name: str) -> Any:
            raise RuntimeError(name)

    module, fake = begun(folder)
    question: Any = of_client("innocent.org")
    question.mesh_info = Broken()
    assert run(module, NEW, question) == WAIT
    assert sum("could not be counted" in line for line in fake.lines) == 1


def test_the_key_is_asked_of_it_and_its_note_is_kept(folder: Path) -> None:
    key = f'key = "{KEY.verifier}"'
    save_signed(image("real.example"), folder / "it.blk", KEY)
    module, fake = begun(folder, key)  # S.blk is not signed
    assert any("no shadow order is counted" in line for line in fake.lines)
    save_signed(shadow_image("tried.example"), folder / "S.blk", KEY)
    module._look()
    run(module, NEW, of_client("tried.example"))
    assert told(module, fake) == ["1 query in 0 s: own:2 1"]
    (folder / "S.blk").write_bytes(b"")
    module, fake = begun(folder, key)
    run(module, NEW, of_client("tried.example"))
    assert told(module, fake) == ["1 query in 0 s: own:2 1"]


def test_each_hit_is_logged_where_blocks_are(folder: Path) -> None:
    module, fake = begun(folder, "log_hits = true\nlog_clients = true")
    run(module, NEW, of_client("tried.example"))
    line = "blocklist: shadow, not blocked: nodata: tried.example by own:2 for 192.0.2.7"
    assert line in fake.lines
