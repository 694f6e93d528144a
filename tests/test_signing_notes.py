"""Signed notes and keys, against the specification's vectors and against every change of a bit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scale import size

from blocklist.errors import BlocklistError, SignatureError, missing_extra
from blocklist.signing.keyfile import read_key, write_key
from blocklist.signing.notekeys import SigningKey, VerifierKey, is_name, verifier_keys
from blocklist.signing.signednote import MAX_NOTE, open_note, sign_note, split_note
from blocklist.signing.strictbase64 import decode_base64, encode_base64

pytestmark = pytest.mark.no_core

VECTORS = json.loads(
    Path(__file__).with_name("vectors").joinpath("signing/notes.json").read_text("utf-8")
)
OLD, NEW = (SigningKey(name, octet * 32) for name, octet in (("isp/old", b"1"), ("isp/new", b"2")))
NAMES = st.text(min_size=1, max_size=12).filter(is_name)
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.just("\n"), max_size=60)


@pytest.mark.parametrize("vector", VECTORS["accepted"])
def test_accepted(vector: dict[str, Any]) -> None:
    note = open_note(vector["note"].encode(), vector["keys"])
    assert note.text == vector["text"]
    assert [key.name for key in note.keys] == vector["signers"]
    assert [signature.name for signature in note.signatures] == vector["signers"]
    assert [signature.name for signature in note.others] == vector["others"]


@pytest.mark.parametrize("vector", VECTORS["refused"], ids=lambda vector: vector["why"])
def test_refused(vector: dict[str, Any]) -> None:
    with pytest.raises(SignatureError) as caught:
        open_note(vector["note"].encode(), vector["keys"])
    assert str(caught.value).startswith(vector["says"])


@pytest.mark.parametrize("vector", VECTORS["signed"])
def test_other_programs_sign_the_same(vector: dict[str, str]) -> None:
    key = SigningKey.parse(vector["key"])
    assert key.secret_text() == vector["key"]
    assert str(key.verifier) == vector["verifier"]
    assert sign_note(vector["text"], [key]).decode() == vector["note"]


@pytest.mark.parametrize("vector", VECTORS["no_keys"], ids=lambda vector: vector["says"])
def test_no_keys(vector: dict[str, str]) -> None:
    with pytest.raises(SignatureError) as caught:
        VerifierKey.parse(vector["key"])
    assert vector["says"] in str(caught.value)


@pytest.mark.parametrize("text", [str(OLD.verifier), OLD.secret_text()], ids=["public", "private"])
def test_no_changed_key_is_read(text: str) -> None:
    read = SigningKey.parse if text.startswith("PRIVATE") else VerifierKey.parse
    assert str(read(text)) != ""
    octets = text.encode()
    for changed in every_bit(octets):
        with pytest.raises(SignatureError) as caught:
            read(changed.decode("utf-8", "surrogateescape"))
        if read == SigningKey.parse:
            assert encode_base64(b"\1" + OLD.seed)[4:30] not in str(caught.value)
    for cut in range(len(text)):
        for part in (text[:cut], text[cut + 1 :]):
            with pytest.raises(SignatureError):
                read(part)


def test_every_changed_bit_of_a_note_is_found() -> None:
    note = sign_note("one\n\ntwo è\n", [OLD])
    assert open_note(note, OLD.verifier).text == "one\n\ntwo è\n"
    for changed in every_bit(note):
        with pytest.raises(SignatureError):
            open_note(changed, OLD.verifier)


def test_of_two_signatures_neither_may_be_wrong() -> None:
    """A changed name makes a key unknown, as the specification has it; the text never changes."""
    note = sign_note("text\n", [OLD, NEW])
    both = (OLD.verifier, NEW.verifier)
    assert open_note(note, both).keys == both
    for key in both:
        assert open_note(note, key).keys == (key,)
    accepted = 0
    for changed in every_bit(note):
        try:
            opened = open_note(changed, both)
        except SignatureError:
            continue
        accepted += 1
        assert opened.text == "text\n"
        assert len(opened.keys) == len(opened.others) == 1
    in_names_and_ids = 8 * sum(len(key.name) + 4 for key in both)
    assert 0 < accepted < in_names_and_ids


def every_bit(octets: bytes) -> list[bytes]:
    """The octets with one bit changed, for each bit."""
    number = int.from_bytes(octets)
    return [(number ^ 1 << bit).to_bytes(len(octets)) for bit in range(8 * len(octets))]


@settings(max_examples=size(2000, 20), deadline=None)
@given(TEXTS, NAMES, st.binary(min_size=32, max_size=32))
def test_what_is_signed_is_opened(text: str, name: str, seed: bytes) -> None:
    key = SigningKey(name, seed)
    note = sign_note(f"{text}\n", [key, OLD])
    opened = open_note(note, [str(key.verifier)])
    assert opened.text == f"{text}\n"
    assert opened.keys == (key.verifier,)
    assert [signature.name for signature in opened.others] == ["isp/old"]
    assert SigningKey.parse(key.secret_text()) == key
    assert VerifierKey.parse(str(key.verifier)) == key.verifier


@settings(max_examples=size(20000, 200), deadline=None)
@given(st.binary(max_size=80) | TEXTS.map(str.encode), st.binary(max_size=80))
def test_nothing_but_a_note_is_split(head: bytes, tail: bytes) -> None:
    for octets in (head + tail, head + b"\n\n\xe2\x80\x94 " + tail + b"\n"):
        try:
            text, signatures = split_note(octets)
        except SignatureError:
            continue
        lines = "".join(f"{signature.line()}\n" for signature in signatures)
        assert f"{text}\n{lines}".encode() == octets


@settings(max_examples=size(20000, 200), deadline=None)
@given(st.text(max_size=12) | st.text("AQgw+/=", max_size=9))
def test_base64_has_one_form(text: str) -> None:
    try:
        octets = decode_base64(text)
    except ValueError:
        return
    assert encode_base64(octets) == text


@pytest.mark.parametrize("text", ["", "no line feed", "a\r\n", "\0\n", "\ud800\n"])
def test_texts_that_cannot_be_signed(text: str) -> None:
    with pytest.raises(SignatureError, match="cannot be signed"):
        sign_note(text, [OLD])


@pytest.mark.parametrize(
    "name", ["", "a b", "a+b", "a\u00a0b", "a\u2028", "a\tb", "\x7f\0", "\ud800"]
)
def test_names_that_are_no_names(name: str) -> None:
    for make in (SigningKey.generate, lambda name: VerifierKey(name, b"1" * 32)):
        with pytest.raises(SignatureError, match="is no name of a key"):
            make(name)


def test_signers_and_verifiers_must_be_there_and_distinct() -> None:
    with pytest.raises(SignatureError, match="no key is given"):
        sign_note("a\n", [])
    with pytest.raises(SignatureError, match="would sign twice"):
        sign_note("a\n", [OLD, OLD])
    with pytest.raises(SignatureError, match="no verifier key is given"):
        verifier_keys([])
    wrong: Any = [1]
    with pytest.raises(TypeError, match="not int"):
        verifier_keys(wrong)
    assert verifier_keys([str(OLD.verifier), OLD.verifier]) == (OLD.verifier,)
    with pytest.raises(SignatureError, match="more than 1,048,576 octets"):
        split_note(b"a" * (MAX_NOTE + 1))


def test_a_new_key_is_another_one() -> None:
    first, second = SigningKey.generate("isp/a"), SigningKey.generate("isp/a")
    assert first != second
    assert open_note(sign_note("a\n", [first]), first.verifier).text == "a\n"
    with pytest.raises(SignatureError, match="not signed by a trusted key"):
        open_note(sign_note("a\n", [first]), second.verifier)
    assert encode_base64(first.seed) not in repr(first)
    assert str(first.seed) not in repr(first)


class TestKeyFile:
    def test_round_trip(self, tmp_path: Path) -> None:
        path = tmp_path / "key"
        write_key(path, OLD)
        assert path.stat().st_mode & 0o777 == 0o400
        assert read_key(path) == OLD
        assert path.read_text() == f"{OLD.secret_text()}\n"

    def test_an_existing_file_stays(self, tmp_path: Path) -> None:
        path = tmp_path / "key"
        write_key(path, OLD)
        with pytest.raises(FileExistsError, match="never replaced"):
            write_key(path, NEW)
        assert read_key(path) == OLD

    @pytest.mark.skipif(os.name != "posix", reason="files have no modes here")
    @pytest.mark.parametrize("mode", [0o440, 0o404, 0o620, 0o401])
    def test_a_key_for_others_is_refused(self, tmp_path: Path, mode: int) -> None:
        path = tmp_path / "key"
        write_key(path, OLD)
        path.chmod(mode)
        with pytest.raises(SignatureError, match=rf"key: .* \(mode {mode:04o}\); chmod 0400"):
            read_key(path)

    @pytest.mark.parametrize("content", [b"", b"\xff", b"PRIVATE+KEY+a+b+c\n", b"x" * 9000])
    def test_no_keys(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "key"
        path.write_bytes(content)
        path.chmod(0o400)
        with pytest.raises(SignatureError, match="key: not a private key"):
            read_key(path)

    def test_a_line_more_is_no_key(self, tmp_path: Path) -> None:
        path = tmp_path / "key"
        path.write_text(f"{OLD.secret_text()}\n\n")
        path.chmod(0o400)
        with pytest.raises(SignatureError, match="not a private key"):
            read_key(path)

    def test_a_pipe_is_no_file(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "key", 0o400)
        with pytest.raises(SignatureError, match="key: not a file"):
            read_key(tmp_path / "key")


def test_without_the_extra_one_sentence_says_so() -> None:
    code = (
        "import sys\n"
        "sys.modules['cryptography'] = None\n"
        "from blocklist.errors import BlocklistError\n"
        "from blocklist.signing.notekeys import SigningKey, VerifierKey\n"
        "from blocklist.signing.signednote import open_note\n"
        "note = b'a\\n\\n\\xe2\\x80\\x94 n ' + sys.argv[1].encode() + b'\\n'\n"
        "for ask in (lambda: SigningKey.generate('n'), lambda: open_note(note, sys.argv[2])):\n"
        "    try:\n"
        "        ask()\n"
        "    except BlocklistError as error:\n"
        "        print(error)\n"
    )
    key = VerifierKey("n", b"1" * 32)
    line = encode_base64(key.id + b"2" * 64)
    done = subprocess.run(
        [sys.executable, "-c", code, line, str(key)], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [missing_extra("signing and verifying", "sign")] * 2
    assert issubclass(SignatureError, BlocklistError)
