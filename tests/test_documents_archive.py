from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_documents import opened, zipped
from processortime import within

from blocklist import OrderSyntaxError, load_orders
from blocklist.documents import Document, limits, open_documents

pytestmark = pytest.mark.no_core

LIST = b"uno.example\ndue.example\n"
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
}


def fails(octets: bytes, words: str, path: str = "folder/in.bin") -> None:
    with pytest.raises(OrderSyntaxError, match=words) as caught:
        opened(octets)
    assert caught.value.path == path


class TestZip:
    def test_documents_in_sequence(self) -> None:
        octets = zipped({"b/lista.txt": LIST, "a.html": b"<p>tre.example</p>"})
        first, second = opened(octets, "o.zip")
        assert (first.name, first.path) == ("o.zip/b/lista.txt", "folder/o.zip/b/lista.txt")
        assert (first.data, first.sha256) == (LIST, hashlib.sha256(LIST).hexdigest())
        assert (second.kind, second.text.strip()) == ("html", "tre.example")

    def test_what_a_system_hides_is_passed_over(self) -> None:
        octets = zipped(
            {"__MACOSX/._a.txt": b"\0\5", "a/.DS_Store": b"x", "a/": b"", "Thumbs.db": b"x",
             "a/a.txt": LIST}
        )  # fmt: skip
        assert [d.name for d in opened(octets, "o")] == ["o/a/a.txt"]

    def test_inside_one_another(self) -> None:
        octets = zipped({"i.zip": zipped({"l.txt.gz": gzip.compress(LIST)})})
        (document,) = opened(octets, "o.zip")
        assert document.name == "o.zip/i.zip/l.txt.gz/l.txt"
        assert [len(order.targets) for order in load_orders(octets)] == [2]

    @pytest.mark.parametrize(
        ("name", "label"),
        [
            ("../../etc/passwd", "etc/passwd"),
            ("/etc/passwd", "etc/passwd"),
            ("C:\\x\\y.txt", "C:/x/y.txt"),
            ("a\nb\x1b[31m.txt", "a b [31m.txt"),
            ("x" * 999, "x" * 200),
        ],
    )
    def test_a_name_is_only_a_label(self, name: str, label: str) -> None:
        assert opened(zipped({name: LIST}), "o.zip")[0].name == f"o.zip/{label}"

    def test_empty(self) -> None:
        fails(zipped({}), "the archive holds no files")
        fails(zipped({"a/": b""}), "the archive holds no files")

    def test_encrypted(self) -> None:
        octets = bytearray(zipped({"a.txt": LIST}))
        octets[6] |= 1
        octets[octets.index(b"PK\x01\x02") + 8] |= 1
        fails(bytes(octets), "encrypted: unpack it with its password", "folder/in.bin/a.txt")

    @pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    def test_methods(self, method: int) -> None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", method) as archive:
            archive.writestr("a.txt", LIST)
        assert opened(out.getvalue())[0].data == LIST

    def test_an_unknown_method(self) -> None:
        octets = bytearray(zipped({"a.txt": LIST}))
        octets[8] = octets[octets.index(b"PK\x01\x02") + 10] = 77
        fails(bytes(octets), "damaged", "folder/in.bin/a.txt")

    @pytest.mark.parametrize("octets", [b"PK\x03\x04", b"PK\x03\x04" + b"x" * 999])
    def test_damaged(self, octets: bytes) -> None:
        fails(octets, "a ZIP archive that is damaged")

    def test_a_wrong_checksum(self) -> None:
        octets = zipped({"a.txt": LIST}).replace(zlib.crc32(LIST).to_bytes(4, "little"), b"abcd")
        fails(octets, "damaged", "folder/in.bin/a.txt")


class TestCompressed:
    @pytest.mark.parametrize("kind", PACKERS)
    def test_one_file(self, kind: str) -> None:
        octets = PACKERS[kind](LIST)
        (document,) = opened(octets, f"l.txt.{kind}")
        assert (document.name, document.data) == (f"l.txt.{kind}/l.txt", LIST)
        assert opened(octets * 2)[0].data == LIST * 2

    @pytest.mark.parametrize("kind", PACKERS)
    def test_cut(self, kind: str) -> None:
        octets = PACKERS[kind](LIST * 99)
        for cut in (15, 30, len(octets) - 5):
            fails(octets[:cut], "file that is damaged")

    @pytest.mark.parametrize("text", [b"BZh.example\n", b"BZh9.example\n"])
    def test_a_list_that_looks_like_bzip2(self, text: bytes) -> None:
        assert opened(text)[0].data == text


class TestBombs:
    @pytest.mark.parametrize("kind", PACKERS)
    def test_ratio(self, kind: str) -> None:
        fails(PACKERS[kind](bytes(20 << 20)), "more than 200 times its size, as a bomb does")

    def test_ratio_in_a_zip(self) -> None:
        octets = zipped({"a": bytes(20 << 20)})
        fails(octets, "more than 200 times its size", "folder/in.bin/a")

    @pytest.mark.parametrize("kind", ["zip", *PACKERS])
    def test_total(self, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limits, "MAX_UNPACKED", 1_000)
        text = LIST * 50
        files = {"a": text[:999], "b": text} if kind == "zip" else {}
        octets = zipped(files) if files else PACKERS[kind](text)
        with pytest.raises(OrderSyntaxError, match="more than 1,000 octets"):
            opened(octets)

    def test_total_counts_everything_inside(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limits, "MAX_UNPACKED", 5_000)
        inner = zipped({"a": LIST * 50})
        assert len(opened(zipped({"1": inner, "2": inner}))) == 2
        with pytest.raises(OrderSyntaxError, match="more than 5,000 octets"):
            opened(zipped({str(n): inner for n in range(5)}))

    def test_sizes_that_lie(self) -> None:
        octets = bytearray(zipped({"a": bytes(20 << 20)}))
        at = octets.index(b"PK\x01\x02")
        octets[at + 24 : at + 28] = (99).to_bytes(4, "little")
        with pytest.raises(OrderSyntaxError):
            opened(bytes(octets))

    def test_members(self) -> None:
        fails(zipped(dict.fromkeys(map(str, range(10_001)), b"a")), "more than 10,000 files")

    def test_members_count_everything_inside(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limits, "MAX_MEMBERS", 5)
        with pytest.raises(OrderSyntaxError, match="more than 5 files"):
            opened(
                zipped({"1": zipped({"a": LIST, "b": LIST}), "2": zipped({"a": LIST, "b": b""})})
            )

    @pytest.mark.parametrize("kind", ["zip", *PACKERS])
    def test_depth(self, kind: str) -> None:
        octets = LIST
        for _ in range(9):
            octets = zipped({"a": octets}) if kind == "zip" else PACKERS[kind](octets)
        with pytest.raises(OrderSyntaxError, match="more than 8 archives and mails inside"):
            opened(octets)

    def test_memory_that_xz_asks_for(self) -> None:
        """By its header, changed here: who writes such a file needs the memory itself."""
        packed = bytearray(lzma.compress(LIST))
        at = packed.index(b"\x21\x01") + 2
        packed[at] = 40  # a dictionary of 4 GiB
        head = packed[12 : 12 + (packed[12] + 1) * 4 - 4]
        packed[12 + len(head) : 16 + len(head)] = zlib.crc32(head).to_bytes(4, "little")
        fails(bytes(packed), "an xz file that is damaged .*emory")


@given(st.data())
def test_mutated(data: st.DataObject) -> None:
    seed = data.draw(st.sampled_from([zipped({"a/b.txt": LIST, "c": LIST}), *(
        pack(LIST) for pack in PACKERS.values())]))  # fmt: skip
    octets = bytearray(seed)
    for _ in range(data.draw(st.integers(1, 6))):
        octets[data.draw(st.integers(0, len(octets) - 1))] = data.draw(st.integers(0, 255))
    try:
        open_documents(Document("m", "m", bytes(octets)))
    except OrderSyntaxError as error:
        assert (error.path or "").startswith("m")  # noqa: PT017 - either is right


def test_one_error_names_all_the_files_that_do_not_open() -> None:
    files = {
        "a.txt": b"a.example",
        "b.jpg": b"\xff\xd8\xff",
        "c/d.zip": zipped({"e.rar": b"Rar!\x1a\x07"}),
    }
    with pytest.raises(OrderSyntaxError) as caught:
        load_orders(zipped(files), name="in.zip")
    assert [str(error).partition(";")[0] for error in caught.value.failures] == [
        "in.zip/b.jpg: a picture",
        "in.zip/c/d.zip/e.rar: a RAR archive",
    ]
    assert str(caught.value).startswith("2 files of this source cannot be read")


def test_bombs_beside_one_another_share_one_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_UNPACKED", 20 << 20)
    read: list[int] = []

    def stream(size: int) -> bytes:
        read.append(size)
        return bytes(size)

    budget = limits.Budget()
    for _ in range(100):
        with pytest.raises(OrderSyntaxError, match="unpacks to more than"):
            budget.unpack(stream, 1, "bomb.zip")
    assert sum(read) < 130 << 20  # not the hundred times eight mebibytes of each alone


def test_streams_of_xz_without_end_take_linear_time() -> None:
    with within(10):
        data = lzma.compress(b"a") * 50_000
        assert len(opened(data)[0].data) == 50_000


def test_streams_of_xz_with_padding_between_pieces() -> None:
    one = lzma.compress(b"a.example\n")
    data = (one + bytes(4 * len(one))) * 400
    assert opened(data)[0].data == b"a.example\n" * 400
    with pytest.raises(OrderSyntaxError, match="ends too early"):
        opened((one * 400)[:-5])


def test_what_systems_leave_in_archives_is_passed_over() -> None:
    files = {"a.txt": b"a.example", "x/~$a.docx": b"\xd0\xcf\x11\xe0", "Desktop.ini": b"[x]\n"}
    assert [order.source.path for order in load_orders(zipped(files), name="z")] == ["z/a.txt"]


def test_files_that_take_long_to_fail_do_not_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("blocklist.documents.detect._PATIENCE", -1.0)
    with pytest.raises(OrderSyntaxError, match=r"^in\.zip/a\.jpg: a picture") as caught:
        load_orders(zipped({"a.jpg": b"\xff\xd8\xff", "b.jpg": b"\xff\xd8\xff"}), name="in.zip")
    assert caught.value.failures == ()
