"""The writer of constant databases, compared with tinycdb."""

from __future__ import annotations

import contextlib
import io
import struct
import subprocess
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from servers.program import find_program

from blocklist.errors import ExportError
from blocklist.exporters.cdb import CdbWriter, cdb_hash

pytestmark = pytest.mark.no_core

Records = list[tuple[bytes, bytes]]


def cdb(records: Records) -> bytes:
    stream = io.BytesIO()
    with CdbWriter(stream) as writer:
        for key, value in records:
            writer.add(key, value)
    return stream.getvalue()


def find(data: bytes, key: bytes) -> bytes | None:
    """Look up a key as https://cr.yp.to/cdb/cdb.txt says."""
    hashed = 5381
    for octet in key:
        hashed = ((hashed << 5) + hashed & 0xFFFFFFFF) ^ octet
    table, slots = struct.unpack_from("<II", data, hashed % 256 * 8)
    for step in range(slots):
        slot = (hashed // 256 + step) % slots
        found, at = struct.unpack_from("<II", data, table + 8 * slot)
        if at == 0:
            return None
        key_length, length = struct.unpack_from("<II", data, at)
        start = at + 8 + key_length
        if found == hashed and data[at + 8 : start] == key:
            return data[start : start + length]
    return None


@pytest.mark.parametrize(
    ("key", "hashed"),
    [(b"", 5381), (b"a", 177604), (b"ab", (177604 * 33) ^ ord("b"))],
)
def test_hash(key: bytes, hashed: int) -> None:
    assert cdb_hash(key) == hashed


def test_an_empty_one_is_a_header_alone() -> None:
    assert cdb([]) == struct.pack("<II", 2048, 0) * 256


@given(st.dictionaries(st.binary(max_size=20), st.binary(max_size=20), max_size=60))
def test_each_key_is_found_and_no_other(records: dict[bytes, bytes]) -> None:
    data = cdb(list(records.items()))
    for key, value in records.items():
        assert find(data, key) == value
        assert find(data, key + b"x") == records.get(key + b"x")
    assert data == cdb(list(records.items()))


def test_the_first_of_equal_keys_is_found() -> None:
    assert find(cdb([(b"k", b"1"), (b"k", b"2")]), b"k") == b"1"


def test_tinycdb_reads_it(tmp_path: Path) -> None:
    program = find_program("cdb")
    draw = Random(1)
    records = {draw.randbytes(draw.randrange(1, 40)): draw.randbytes(5) for _ in range(5000)}
    path = tmp_path / "k.cdb"
    path.write_bytes(cdb(list(records.items())))
    dump = subprocess.run([program, "-d", path], capture_output=True, check=True).stdout
    lines = [b"+%d,%d:%s->%s\n" % (len(k), len(v), k, v) for k, v in records.items()]
    assert dump == b"".join(lines) + b"\n"
    # What tinycdb makes of the same records is the same file.
    made = tmp_path / "t.cdb"
    command = [program, "-c", "-t", str(tmp_path / "t.tmp"), str(made)]
    subprocess.run(command, input=dump, capture_output=True, check=True)
    assert made.read_bytes() == path.read_bytes()


def test_tinycdb_finds_a_key(tmp_path: Path) -> None:
    program = find_program("cdb")
    path = tmp_path / "k.cdb"
    path.write_bytes(cdb([(b"one.example", b"it:1"), (b"two.example", b"it:2")]))
    for key, value in (("one.example", b"it:1"), ("two.example", b"it:2"), ("no.example", b"")):
        done = subprocess.run([program, "-q", path, key], capture_output=True, check=False)
        assert done.stdout == value


def test_over_four_gigabytes_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    records = [(b"%d" % number, b"value") for number in range(100)]
    size = len(cdb(records))
    monkeypatch.setattr("blocklist.exporters.cdb._LIMIT", size + 1)
    assert len(cdb(records)) == size
    with pytest.raises(ExportError, match=r"^101 names do not fit in a CDB file \(4 GiB\)$"):
        cdb([*records, (b"last", b"")])
    monkeypatch.setattr("blocklist.exporters.cdb._LIMIT", size)
    with pytest.raises(ExportError, match=r"^100 names do not fit"):
        cdb(records)


def test_an_error_leaves_no_tables() -> None:
    stream = io.BytesIO()
    writer = CdbWriter(stream)
    with contextlib.suppress(KeyError), writer:
        writer.add(b"k", b"v")
        raise KeyError
    assert stream.getvalue() == b""
