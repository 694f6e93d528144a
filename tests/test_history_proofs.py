"""Proofs: what one shows, that no octet can be changed, and that a second verifier agrees."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from history_editions import BEGIN, KEY, asked_names, new_history, recorded_editions
from scale import LONG, size

from blocklist import HistoryError, Order, SignatureError, compile_orders, parse_target
from blocklist.history.history import History
from blocklist.history.proofcheck import check_proof
from blocklist.history.prooftext import ProofText
from blocklist.history.record import ErasedError
from blocklist.history.recordedcycle import RecordedCycle
from blocklist.history.recordproof import proof_of
from blocklist.signing.notekeys import SigningKey, VerifierKey

pytestmark = pytest.mark.no_core
KEYS = (KEY.verifier,)
STEP = 1 if LONG else 41
"""Every how many bits one is changed."""
NODE = shutil.which("node")


def two_editions(folder: Path, count: int) -> History:
    history = new_history(folder)
    for step in range(2):
        order = Order(
            id="it:agcom:268/23",
            targets=tuple(parse_target(f"n{n}.example.com", line=n) for n in range(step, count)),
        )
        cycle = RecordedCycle(orders=[order], image=compile_orders([order]))
        history.append(cycle, key=KEY, now=BEGIN + timedelta(days=step))
    return history


def proof(history: History, name: str, hours: float = 1) -> bytes:
    found = history.was_blocked(name, BEGIN + timedelta(hours=hours))
    return proof_of(history.record, history.index, found).octets


def second_verifier(proofs: Iterable[bytes], key: VerifierKey = KEYS[0]) -> list[Any]:
    """What the verifier in JavaScript says of each: what it shows, or ``None``."""
    if NODE is None:
        pytest.skip("no node to run the second verifier with")
    lines = "".join(f"{key} {b64encode(one).decode()}\n" for one in proofs)
    script = Path(__file__).with_name("verify_proof.mjs")
    done = subprocess.run([NODE, script], input=lines, capture_output=True, text=True, check=True)
    return [None if line == "refused" else json.loads(line) for line in done.stdout.splitlines()]


def changed(octets: bytes, step: int) -> list[bytes]:
    """The octets with one bit changed, for each bit or some."""
    found = []
    for at in range(0, len(octets) * 8, step):
        other = bytearray(octets)
        other[at // 8] ^= 1 << at % 8
        found.append(bytes(other))
    return found


def is_refused(octets: bytes) -> bool:
    try:
        check_proof(octets, KEYS)
    except (HistoryError, SignatureError):
        return True
    return False


def test_a_proof_shows_one_target_of_one_order_and_when(tmp_path: Path) -> None:
    with two_editions(tmp_path / "h", size(3_538, 400)) as history:
        octets = proof(history, "www.n300.example.com")
    found = check_proof(octets, KEYS)
    assert (found.order_id, found.target.text) == ("it:agcom:268/23", "n300.example.com")
    assert (found.begins, found.ends) == (BEGIN, BEGIN + timedelta(days=1))
    assert (found.entry, found.image, found.size) == (0, 1, 4)
    assert not found.deviates
    assert not found.confidential
    for other in ("n299", "n301"):  # the leaves beside it show nothing
        assert other.encode() not in octets
        assert other not in str(ProofText.parse(octets).extra)
    assert len(octets) < 4_500


def test_no_bit_of_a_proof_can_be_changed(tmp_path: Path) -> None:
    with two_editions(tmp_path / "h", 20) as history:
        octets = proof(history, "n7.example.com")
    assert not is_refused(octets)
    others = changed(octets, STEP)
    assert all(map(is_refused, others))
    for other in (
        octets + b"\n", octets[:-1], b"\n" + octets, octets.replace(b"\n", b"\r\n"),
        octets.replace(b"index 0", b"index 00"), octets.replace(b"index 0", b"index 1"),
        octets.replace(b"extra ", b"extra  "), octets.replace(b"=\n", b"\n"), b"", b"\n\n",
    ):  # fmt: skip
        assert other == octets or is_refused(other)


def test_nothing_can_be_added_to_a_proof_or_left_out(tmp_path: Path) -> None:
    with two_editions(tmp_path / "h", 20) as history:
        whole = ProofText.parse(proof(history, "n7.example.com"))
        other = ProofText.parse(proof(history, "n8.example.com"))
        later = ProofText.parse(proof(history, "n7.example.com", hours=30))
    extra = dict(whole.extra)
    wrong = [
        {**extra, "more": 1},
        {key: value for key, value in extra.items() if key != "member"},
        {**extra, "v": 1},
        {**extra, "v": True},
        {**extra, "target": {**extra["target"], "text": other.extra["target"]["text"]}},
        {**extra, "target": {**extra["target"], "index": extra["target"]["index"] + 1}},
        {**extra, "target": {**extra["target"], "index": True}},
        {**extra, "target": {**extra["target"], "way": extra["target"]["way"][:-1]}},
        {**extra, "target": {**extra["target"], "way": extra["target"]["way"] + bytes(32)}},
        {**extra, "witnessed": {}},
        {**extra, "witnessed": extra["images"][0]},
        {**extra, "id": extra["target"]},
        {**extra, "images": []},
        {**extra, "images": extra["images"][::-1]},
        {**extra, "images": extra["images"] * 2},
        {**extra, "member": later.extra["member"]},
        {**extra, "images": later.extra["images"]},
        {**extra, "entry": later.extra["entry"]},
    ]
    assert not is_refused(replace(whole, extra=extra).octets())
    for data in wrong:
        assert is_refused(replace(whole, extra=data).octets())
    # A proof of less is one too: without the image after it, its end is not shown.
    shorter = replace(whole, extra={**extra, "images": extra["images"][:1]}).octets()
    assert check_proof(shorter, KEYS).ends is None


def test_a_proof_says_that_the_key_was_lost(tmp_path: Path) -> None:
    new = SigningKey.generate(KEY.name)
    with two_editions(tmp_path / "h", 20) as history:
        history.replace_lost_key(new, now=BEGIN + timedelta(days=5))
        octets = proof(history, "n7.example.com")
    assert check_proof(octets, [new.verifier]).rekeyed == BEGIN + timedelta(days=5)
    assert is_refused(octets)  # by the old key alone
    whole = ProofText.parse(octets)
    for other in (whole.extra["images"][0], {**whole.extra["rekeyed"], "path": ()}, {}):
        wrong = replace(whole, extra={**whole.extra, "rekeyed": other}).octets()
        with pytest.raises(HistoryError):
            check_proof(wrong, [new.verifier])
    if NODE is not None:
        others = changed(octets, 97)
        said = second_verifier([octets, *others], new.verifier)
        assert said[0]["id"] == "it:agcom:268/23"
        assert said.count(None) == len(others)


def test_a_checkpoint_of_another_key_is_refused(tmp_path: Path) -> None:
    with two_editions(tmp_path / "h", 20) as history:
        octets = proof(history, "n7.example.com")
    other = SigningKey.generate(KEY.name)
    with pytest.raises(SignatureError, match="not signed by a trusted key"):
        check_proof(octets, [other.verifier])


def test_what_was_not_in_force_has_no_proof(tmp_path: Path) -> None:
    with two_editions(tmp_path / "h", 20) as history:
        with pytest.raises(HistoryError, match="nothing to prove"):
            proof(history, "n7.example.org")
        order = Order(id="x", targets=(parse_target("http://page.example/x"),))
        cycle = RecordedCycle(
            orders=[order], image=compile_orders([order], widen_urls=True), widen_urls=True
        )
        history.append(cycle, key=KEY, now=BEGIN + timedelta(days=3))
        with pytest.raises(HistoryError, match="by an option"):
            proof(history, "page.example", hours=99)


def test_an_order_beside_one_that_was_erased_has_a_proof(tmp_path: Path) -> None:
    orders = [Order(id=n, targets=(parse_target(f"{n}.example"),)) for n in ("gone", "kept")]
    with new_history(tmp_path / "h") as history:
        cycle = RecordedCycle(orders=orders, image=compile_orders(orders))
        history.append(cycle, key=KEY, now=BEGIN)
        before = history.was_blocked("gone.example", BEGIN + timedelta(hours=1))
        history.erase("gone", "privacy", key=KEY, now=BEGIN + timedelta(days=1))
        assert check_proof(proof(history, "kept.example"), KEYS).order_id == "kept"
        with pytest.raises(ErasedError, match="gone was erased"):
            proof_of(history.record, history.index, before)


def test_a_target_for_every_suffix_is_shown_as_the_order_names_it(tmp_path: Path) -> None:
    order = Order(id="x", targets=(parse_target("brand.{suffix}"),), confidential=True)
    with new_history(tmp_path / "h") as history:
        cycle = RecordedCycle(orders=[order], image=compile_orders([order]))
        history.append(cycle, key=KEY, now=BEGIN)
        found = check_proof(proof(history, "www.brand.it"), KEYS)
    assert found.target.text == "brand.{suffix}"
    assert found.deviates
    assert found.confidential


@pytest.mark.skipif(NODE is None, reason="no node to run the second verifier with")
def test_a_second_verifier_agrees(tmp_path: Path) -> None:
    """It was written from the specifications alone, and accepts and refuses the same."""
    draw = random.Random(30)
    proofs = []
    for number in range(size(100, 2)):
        with new_history(tmp_path / f"h{number}") as history:
            for edition in recorded_editions(history, draw, 4):
                for name in asked_names(draw, size(100, 8)):
                    found = history.was_blocked(name, edition.at)
                    if found.in_force:
                        proofs.append(proof_of(history.record, history.index, found).octets)
    assert len(proofs) > 5
    for octets, said in zip(proofs, second_verifier(proofs), strict=True):
        found_ = check_proof(octets, KEYS)
        assert said == {
            "origin": found_.origin, "id": found_.order_id, "entry": found_.entry,
            "target": list(found_.target), "image": found_.image, "stamped": found_.stamped,
        }  # fmt: skip
    assert second_verifier(changed(proofs[0], STEP)).count(None) == len(changed(proofs[0], STEP))
