"""A blocklist that takes a new image while it answers, and keeps the last good one."""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import random
import subprocess
import sys
import textwrap
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from helpers import image, order
from servers.founding import MUST_BLOCK, MUST_RESOLVE, founding_image

from blocklist import (
    Blocklist,
    Image,
    ImageChecksumError,
    ImageVersionError,
    LiveBlocklist,
    NotAnImageError,
    ReloadRejectedError,
    compile_orders,
)
from blocklist.live import ageing
from blocklist.live import liveblocklist as live


@pytest.fixture
def path(tmp_path: Path) -> Path:
    image("a.it", "b.it", "c.it", "d.it", "e.it").save(tmp_path / "it.blk")
    return tmp_path / "it.blk"


def replace(path: Path, octets: bytes) -> None:
    """Put a file in the place of another, as a careful copy does; the old one stays mapped."""
    new = path.with_suffix(".new")
    new.write_bytes(octets)
    new.replace(path)


def test_the_questions_of_a_blocklist(path: Path) -> None:
    founding_image().save(path)
    serving, plain = LiveBlocklist(path), Blocklist.open(path)
    questions: list[Callable[[Any], Any]] = [
        lambda b: b.is_blocked_many([*MUST_BLOCK, *MUST_RESOLVE]),
        lambda b: [b.match(name) for name in MUST_BLOCK],
        lambda b: b.match_all("www.corsaronero.pro"),
        lambda b: b.first_blocked(["example.org", "t.corsaronero.pro"]),
        lambda b: b.is_blocked_url("http://corsaronero.pro/x"),
        lambda b: b.match_url("http://corsaronero.pro/x"),
        lambda b: b.is_blocked_address("192.0.2.1"),
        lambda b: b.match_address("192.0.2.1"),
        lambda b: b.lookup("hxxp://corsaronero[.]pro"),
        lambda b: b.explain("corsaronero.pro"),
        lambda b: (len(b), b.orders, b.valid_until, b.image.digest),
    ]
    for question in questions:
        assert question(serving) == question(plain)
    assert all(map(serving.is_blocked, MUST_BLOCK))
    assert not any(map(serving.is_blocked, MUST_RESOLVE))
    public = {name for name in vars(Blocklist) if not name.startswith("_")}
    # Not for a host: what closes it, and what exporters and explanations read image by image.
    assert public - {"close", "open", "rules", "numbered", "orders_of", "covering"} <= set(
        dir(serving)
    )


def test_reload(path: Path) -> None:
    serving = LiveBlocklist(path)
    assert serving.reload() is None
    old = serving.current
    image("b.it", "c.it", "d.it", "e.it", "new.it").save(path)
    assert serving.is_blocked("a.it")  # not before it is told to
    reload = serving.reload()
    assert reload is not None
    assert (reload.old, reload.new) == (old, serving.current)
    assert serving.is_blocked("new.it")
    assert not serving.is_blocked("a.it")
    assert old.is_blocked("a.it")
    assert [rule.value for rule in reload.difference.added] == ["new.it"]
    assert [rule.value for rule in reload.difference.removed] == ["a.it"]
    assert dict(serving.reloads) == {"swapped": 1, "unchanged": 1, "rejected": 0}


def test_refresh_looks_at_the_file_and_opens_it_only_if_it_was_replaced(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serving = LiveBlocklist(path)
    opened: list[str] = []
    open_ = Blocklist.open

    def counted(path: str, **options: Any) -> Blocklist:
        opened.append(path)
        return open_(path, **options)

    monkeypatch.setattr(Blocklist, "open", counted)
    for _ in range(100):
        assert serving.refresh() is None
    assert opened == []
    image("a.it", "b.it", "c.it", "d.it", "e.it", "f.it").save(path)
    assert serving.refresh() is not None
    assert serving.refresh() is None
    assert len(opened) == 1
    assert serving.is_blocked("f.it")


def with_section(good: Image, name: str, octets: bytes) -> bytes:
    """An image whose checksum is right and whose section is not."""
    sections = {section: bytes(good.section(section)) for section in good.sections}
    return bytes(Image.build({**sections, name: octets}))


def test_a_link_that_leads_elsewhere_is_another_image(path: Path) -> None:
    link, new = path.with_suffix(".link"), path.with_suffix(".new")
    link.symlink_to(path)
    serving = LiveBlocklist(link)
    image("a.it", "b.it", "c.it", "d.it", "f.it").save(new)
    next_ = path.with_suffix(".next")
    next_.symlink_to(new)
    next_.replace(link)
    assert serving.refresh() is not None
    assert serving.is_blocked("f.it")


good = image("a.it", "b.it", "c.it", "d.it", "e.it", "f.it")
octets = bytes(good)
_BAD: list[tuple[str, bytes | None, type[Exception]]] = [
    ("missing", None, FileNotFoundError),
    ("empty", b"", NotAnImageError),
    ("foreign", b"0.0.0.0 a.it\n" * 100, NotAnImageError),
    ("cut short", octets[:-1], NotAnImageError),
    ("cut to half", octets[: len(octets) // 2], NotAnImageError),
    ("its header alone", octets[:64], NotAnImageError),
    ("grown", octets + b"\0", NotAnImageError),
    ("one bit", octets[:-9] + bytes([octets[-9] ^ 4]) + octets[-8:], ImageChecksumError),
    ("of a later release", octets[:8] + b"\4\0\0\0" + octets[12:], ImageVersionError),
    ("orders that are none", with_section(good, "orders", b"[7]"), NotAnImageError),
    ("orders that are no JSON", with_section(good, "orders", b"\xff"), NotAnImageError),
    ("a date that is none", with_section(good, "meta", b'{"valid_until":"never"}'),
     NotAnImageError),
    ("a date without time zone", with_section(good, "meta", b'{"valid_until":"2020-01-01"}'),
     NotAnImageError),
    ("no grounds", with_section(good, "grounds", b""), NotAnImageError),
]  # fmt: skip
BAD = pytest.mark.parametrize(
    ("octets", "cause"), [row[1:] for row in _BAD], ids=[row[0] for row in _BAD]
)


@BAD
def test_a_bad_image_does_not_take_the_place_of_a_good_one(
    path: Path, octets: bytes | None, cause: type[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    serving = LiveBlocklist(path)
    before = serving.current
    if octets is None:
        path.unlink()
    else:
        replace(path, octets)
    with pytest.raises(ReloadRejectedError) as info:
        serving.refresh()
    assert isinstance(info.value.cause, cause)
    assert (info.value.path, info.value.live_rules, info.value.new_rules) == (str(path), 5, None)
    assert str(path) in str(info.value)
    assert str(info.value).endswith("the last good image stays in use")
    assert "Errno" not in str(info.value)
    assert "\n" not in str(info.value)
    (record,) = [r for r in caplog.records if r.levelno >= logging.ERROR]
    assert vars(record)["event"] == "image.rejected"
    assert serving.current is before
    assert serving.is_blocked("www.a.it")
    assert not serving.is_blocked("f.it")
    assert serving.refresh() is None  # not again, until it is replaced again
    with pytest.raises(ReloadRejectedError):
        serving.reload()
    good.save(path)
    assert serving.refresh() is not None
    assert serving.is_blocked("f.it")
    assert dict(serving.reloads) == {"swapped": 1, "unchanged": 0, "rejected": 2}


def test_a_rejected_image_does_not_hold_the_good_one(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not until a garbage collection either, which an interpreter that ends may not do."""
    monkeypatch.setattr(live.log, "disabled", True)  # pytest keeps what is logged
    collecting = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        serving: LiveBlocklist | None = LiveBlocklist(path)
        assert serving is not None
        held = weakref.ref(serving), weakref.ref(serving.current)
        replace(path, b"no image")
        with contextlib.suppress(ReloadRejectedError):
            serving.reload()
        assert serving.reloads["rejected"] == 1
        serving = None
        assert [each() for each in held] == [None, None]
    finally:
        if collecting:
            gc.enable()


@BAD
def test_a_bad_image_at_the_start_is_an_error_that_says_so(
    path: Path, octets: bytes | None, cause: type[Exception]
) -> None:
    path.unlink() if octets is None else replace(path, octets)
    with pytest.raises(cause, match=r"it\.blk"):
        LiveBlocklist(path)


def test_the_good_image_comes_back_as_it_was(path: Path) -> None:
    serving, before = LiveBlocklist(path), path.read_bytes()
    path.unlink()
    with pytest.raises(ReloadRejectedError):
        serving.refresh()
    path.write_bytes(before)
    assert serving.refresh() is None
    assert serving.is_blocked("a.it")


@pytest.mark.parametrize(
    ("rules", "max_shrink", "taken"),
    [(4, 0.2, True), (3, 0.2, False), (3, 0.4, True), (1, 1.0, True), (4, 0.0, False),
     (5, 0.0, True), (9, 0.0, True)],
)  # fmt: skip
def test_shrinking(path: Path, rules: int, max_shrink: float, taken: bool) -> None:
    serving = LiveBlocklist(path, max_shrink=max_shrink)
    image(*(f"x{i}.it" for i in range(rules))).save(path)
    if taken:
        assert serving.refresh() is not None
        return
    with pytest.raises(
        ReloadRejectedError, match=r"instead of .*, a loss of more than .*; check it"
    ) as info:
        serving.refresh()
    assert (info.value.live_rules, info.value.new_rules, info.value.cause) == (5, rules, None)
    assert serving.is_blocked("a.it")
    assert serving.refresh() is None
    assert serving.reload(force=True) is not None
    assert serving.is_blocked("x0.it")


def test_rules_of_orders_that_have_ended_may_all_be_gone(path: Path) -> None:
    """Their dates are in the image that answers; what else is gone counts as before."""
    begun = datetime(2026, 1, 2, tzinfo=UTC)
    kept = order("x.it", "y.it", id="kept")
    ended = order(*(f"n{number}.it" for number in range(20)), id="ended", expires=begun.date())
    compile_orders([kept, ended], at=begun).save(path)
    serving = LiveBlocklist(path)
    assert serving.is_blocked("n1.it")
    compile_orders([order("x.it", id="kept")], at=begun).save(path)
    with pytest.raises(ReloadRejectedError, match="1 rule instead of 22"):
        serving.reload()
    compile_orders([kept, ended]).save(path)
    assert serving.reload() is not None
    assert (serving.is_blocked("n1.it"), serving.is_blocked("x.it")) == (False, True)
    compile_orders([], allow_empty=True).save(path)
    with pytest.raises(ReloadRejectedError):
        serving.reload()


def test_force_takes_nothing_that_is_damaged(path: Path) -> None:
    serving = LiveBlocklist(path)
    replace(path, octets[:-1])
    with pytest.raises(ReloadRejectedError):
        serving.reload(force=True)
    assert serving.is_blocked("a.it")


@pytest.mark.parametrize("part", [-0.1, 1.1, float("nan")])
def test_a_part_is_from_0_to_1(path: Path, part: float) -> None:
    with pytest.raises(ValueError, match="max_shrink must be from 0 to 1"):
        LiveBlocklist(path, max_shrink=part)


def test_an_image_that_grew_old(
    path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO, "blocklist.live")
    ends = datetime.now(UTC) + timedelta(days=1)
    compile_orders([order("a.it", id="x", expires=ends), order("b.it")]).save(path)
    serving = LiveBlocklist(path)
    serving.refresh()
    events = [vars(record).get("event") for record in caplog.records]
    assert events == ["image.loaded"]

    class Later(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Later:
            return cls.fromtimestamp((ends + timedelta(hours=1)).timestamp(), tz)

    monkeypatch.setattr(ageing, "datetime", Later)
    for _ in range(3):
        serving.refresh()
    assert caplog.messages[1:] == [
        f"{path}: stale since {ends}, when an order began or ended; compile the orders again"
    ]
    assert vars(caplog.records[1])["valid_until"] == ends
    LiveBlocklist(path)
    assert [vars(record).get("event") for record in caplog.records[2:]] == [
        "image.loaded", "image.stale",
    ]  # fmt: skip


def test_what_is_logged_of_a_swap(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "blocklist.live")
    serving = LiveBlocklist(path)
    assert caplog.messages == [f"{path}: 5 rules, image {serving.image.digest[:12]}"]
    facts = {key: vars(caplog.records[0])[key] for key in ("event", "path", "rules", "digest")}
    assert facts == {
        "event": "image.loaded", "path": str(path), "rules": 5, "digest": serving.image.digest,
    }  # fmt: skip
    assert repr(serving).startswith(f"<LiveBlocklist {path}: <Blocklist of 5 rules")


def test_no_wrong_answer_under_load(path: Path) -> None:
    """Threads ask as fast as they can during 60 swaps; each answer fits one of the two images."""
    images = [
        image("always.it", *(f"{side}{i}.it" for i in range(200)), exceptions=[f"ok.{side}1.it"])
        for side in ("even", "odd")
    ]
    images[0].save(path)
    serving, done = LiveBlocklist(path), threading.Event()
    wrong: list[object] = []
    asked: list[int] = []

    def ask(seed: int) -> None:
        chance, count = random.Random(seed), 0
        while not done.is_set():
            i = chance.randrange(200)
            names = [f"www.even{i}.it", f"ODD{i}.it", "a.always.it", f"never{i}.it"]
            current = serving.current
            one = [current.is_blocked(name) for name in names]
            batch = serving.is_blocked_many(names)
            wrong.extend(a for a in (one, batch) if a[0] == a[1] or not a[2] or a[3])
            if not serving.is_blocked("always.it") or serving.is_blocked("alway.it"):
                wrong.append("through the object")
            found = serving.match("always.it")
            if found is None or found.rule.value != "always.it" or not found.orders:
                wrong.append(found)
            count += 1
        asked.append(count)

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(4)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(0.0002)
    for thread in threads:
        thread.start()
    try:
        for turn in range(1, 61):
            images[turn % 2].save(path)
            assert serving.refresh() is not None
            if turn % 20 == 0:
                replace(path, octets[:-1])
                with pytest.raises(ReloadRejectedError):
                    serving.refresh()
    finally:
        done.set()
        for thread in threads:
            thread.join()
        sys.setswitchinterval(interval)
    assert wrong == []
    assert len(asked) == 4
    assert min(asked) > 0


def test_one_replaced_file_is_one_swap_however_many_ask_for_it(path: Path) -> None:
    serving = LiveBlocklist(path)
    with ThreadPoolExecutor(8) as pool:
        for turn in range(20):
            image(*(f"{name}{turn}.it" for name in "abcde")).save(path)
            reloads = list(pool.map(lambda _: serving.refresh(), range(16)))
            assert sum(reload is not None for reload in reloads) == 1


def test_old_images_go(path: Path) -> None:
    serving, old = LiveBlocklist(path), []
    for turn in range(5):
        old.append(weakref.ref(serving.current))
        image(*(f"{name}{turn}.it" for name in "abcde")).save(path)
        serving.reload()
    gc.collect()
    assert [reference() for reference in old] == [None] * 5


def test_whoever_keeps_the_method_keeps_its_image(path: Path) -> None:
    serving = LiveBlocklist(path)
    kept = serving.is_blocked
    image("b.it", "c.it", "d.it", "e.it").save(path)
    serving.reload()
    assert kept("a.it")
    assert not serving.is_blocked("a.it")


def python(script: str, *arguments: str) -> str:
    """Run a script in a process of its own: one that forks should have no threads of tests."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(script), *arguments],
        capture_output=True, text=True, check=False, timeout=60,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_pre_forked_workers(path: Path) -> None:
    """Opened before the fork; each takes the next image, and keeps it when a bad one comes."""
    good.save(path.with_suffix(".next"))
    path.with_suffix(".bad").write_bytes(octets[:-1])
    script = """
        import os, sys, time
        from blocklist import LiveBlocklist, ReloadRejectedError

        path, next_, bad = sys.argv[1:]
        live = LiveBlocklist(path)

        def until(ready):
            end = time.monotonic() + 120
            while not ready():
                assert time.monotonic() < end
                time.sleep(0.01)

        def rejected():
            try:
                live.refresh()
            except ReloadRejectedError:
                return True
            return False

        def work():
            assert live.is_blocked("www.a.it") and not live.is_blocked("f.it")
            until(lambda: live.refresh() is not None)
            assert live.is_blocked("f.it")
            os.write(told, b"x")
            until(rejected)
            assert live.is_blocked("f.it") and live.refresh() is None

        heard, told = os.pipe()
        workers = []
        for _ in range(4):
            pid = os.fork()
            if pid == 0:
                code = 1
                try:
                    work()
                    code = 0
                finally:
                    os._exit(code)
            workers.append(pid)
        os.close(told)
        os.replace(next_, path)
        for _ in workers:
            assert os.read(heard, 1) == b"x"
        os.replace(bad, path)
        print(*(os.waitpid(pid, 0)[1] for pid in workers), live.is_blocked("f.it"))
    """
    said = python(script, str(path), str(path.with_suffix(".next")), str(path.with_suffix(".bad")))
    assert said == "0 0 0 0 False\n"  # the parent was not told to look


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_worker_that_is_forked_during_a_reload_can_reload(path: Path) -> None:
    script = """
        import os, signal, sys
        from blocklist import LiveBlocklist

        live = LiveBlocklist(sys.argv[1])
        with live._reloading:  # as another thread of the parent may at that moment
            pid = os.fork()
            if pid == 0:
                signal.alarm(5)
                live.reload()
                os._exit(0)
        print(os.waitpid(pid, 0)[1], live.reload())
    """
    assert python(script, str(path)) == "0 None\n"
