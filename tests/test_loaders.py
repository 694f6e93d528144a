from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path
from typing import Any

import pytest
from loading import only, values
from shared_data import shared

from blocklist import (
    OrderError,
    OrderSyntaxError,
    TargetKind,
    UnknownFormatError,
    UnsupportedTargetError,
    load_orders,
)
from blocklist.loaders import sources

pytestmark = pytest.mark.no_core

NAMES = ["a.example", "b.example"]
SAMPLES = {
    "order": '[[order]]\nid = "it:t:1"\ntargets = ["a.example", "b.example"]\n',
    "agcom": "\r\n0000268_2023.21.07\r\n\r\na.example\r\nb.example\r\n",
    "hosts": "0.0.0.0 a.example\n0.0.0.0 b.example\n",
    "csv": "url;date\na.example;1\nb.example;2\n",
    "plain": "a.example\nb.example\n",
}
LIST = SAMPLES["plain"].encode()


class Trickle(io.RawIOBase):
    """A stream that gives a few octets at a time, as pipes and sockets do."""

    def __init__(self, octets: bytes) -> None:
        self._rest = octets

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        part, self._rest = self._rest[:7], self._rest[7:]
        buffer[: len(part)] = part
        return len(part)


class TestSources:
    def test_path(self, tmp_path: Path) -> None:
        file = tmp_path / "list.txt"
        file.write_bytes(LIST)
        for source in (file, str(file), os.fspath(file)):
            order = only(source)
            assert [target.value for target in order.targets] == NAMES
            assert order.source.path == "list.txt"
            assert order.source.sha256 == hashlib.sha256(LIST).hexdigest()

    @pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
    def test_octets(self, kind: Any) -> None:
        order = only(kind(LIST))
        assert (order.source.path, [t.line for t in order.targets]) == ("bytes", [1, 2])
        assert only(kind(LIST), name="mail.txt").source.path == "mail.txt"

    def test_stream(self, tmp_path: Path) -> None:
        order = only(io.BytesIO(LIST))
        assert ([t.value for t in order.targets], order.source.path) == (NAMES, "stream")
        assert only(io.BytesIO(LIST), name="mail.txt").source.path == "mail.txt"
        file = tmp_path / "list.txt"
        file.write_bytes(LIST)
        with file.open("rb") as stream:
            assert values(stream) == NAMES

    def test_stream_that_gives_less_than_asked(self) -> None:
        assert values(Trickle(LIST)) == NAMES

    def test_text_stream(self, tmp_path: Path) -> None:
        file = tmp_path / "list.txt"
        file.write_bytes(LIST)
        with file.open(encoding="utf-8") as stream, pytest.raises(TypeError, match="binary"):
            load_orders(stream)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="binary"):
            load_orders(io.StringIO("a.example"))  # type: ignore[arg-type]

    @pytest.mark.parametrize("source", [None, 7, ["a.example"], object()])
    def test_wrong_type(self, source: Any) -> None:
        with pytest.raises(TypeError, match=f"not {type(source).__name__}"):
            load_orders(source)

    def test_missing_file(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            load_orders(tmp_path / "none.txt")


class TestFolder:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        outside = tmp_path / "outside"
        folder = tmp_path / "orders"
        for path in (
            outside / "x.txt",
            folder / "b.txt",
            folder / "a" / "z.txt",
            folder / "a" / "k" / "q.txt",
            folder / "a.txt",
            folder / "B.txt",
            folder / ".hidden.txt",
            folder / ".git" / "x.txt",
        ):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{path.stem.strip('.')}.example\n", "utf-8")
        (folder / "c").mkdir()
        (folder / "link.txt").symlink_to(outside / "x.txt")
        (folder / "inner.txt").symlink_to(folder / "b.txt")
        (folder / "dangling.txt").symlink_to(folder / "none.txt")
        (folder / "linked").symlink_to(outside, target_is_directory=True)
        return folder

    def test_all_below_by_path(self, folder: Path) -> None:
        paths = [order.source.path for order in load_orders(folder)]
        assert paths == ["B.txt", "a.txt", "a/k/q.txt", "a/z.txt", "b.txt"]
        assert load_orders(str(folder)) == load_orders(folder)

    def test_where_does_not_matter(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(folder.parent)
        assert load_orders("orders") == load_orders(folder)

    def test_fault_names_the_file(self, folder: Path) -> None:
        (folder / "a" / "bad.txt").write_bytes(b"\xff")
        with pytest.raises(OrderSyntaxError) as caught:
            load_orders(folder)
        assert caught.value.path == str(folder / "a" / "bad.txt")

    def test_no_file(self, tmp_path: Path) -> None:
        (tmp_path / "sub").mkdir()
        (tmp_path / ".hidden").write_bytes(LIST)
        with pytest.raises(OrderSyntaxError, match="holds no files") as caught:
            load_orders(tmp_path)
        assert caught.value.path == str(tmp_path)

    def test_fifo_is_passed_over(self, folder: Path) -> None:
        os.mkfifo(folder / "pipe.txt")
        assert len(load_orders(folder)) == 5


class TestRecognition:
    @pytest.mark.parametrize("extension", ["", ".toml", ".txt", ".csv", ".conf", ".html", ".json"])
    @pytest.mark.parametrize("format_", SAMPLES)
    def test_by_content_alone(self, format_: str, extension: str, tmp_path: Path) -> None:
        file = tmp_path / f"list{extension}"
        file.write_bytes(SAMPLES[format_].encode())
        order = only(file)
        assert order.source.format == format_
        assert [target.value for target in order.targets] == NAMES

    @pytest.mark.parametrize("format_", SAMPLES)
    def test_by_name(self, format_: str) -> None:
        octets = SAMPLES[format_].encode()
        assert only(octets, format=format_) == only(octets)

    @pytest.mark.parametrize("format_", SAMPLES)
    @pytest.mark.parametrize(
        "encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
    )
    def test_in_every_unicode_encoding(self, format_: str, encoding: str) -> None:
        order = only(SAMPLES[format_].encode(encoding))
        assert (order.source.format, [t.value for t in order.targets]) == (format_, NAMES)

    @pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
    @pytest.mark.parametrize("format_", SAMPLES)
    def test_line_ends(self, format_: str, end: str) -> None:
        text = SAMPLES[format_].replace("\r\n", "\n").replace("\n", end)
        for octets in (text.encode(), text.removesuffix(end).encode()):
            order = only(octets)
            assert (order.source.format, [t.value for t in order.targets]) == (format_, NAMES)
            assert [t.line for t in order.targets] == [t.line for t in only(text.encode()).targets]

    def test_no_such_format(self) -> None:
        with pytest.raises(UnknownFormatError, match=r"unknown format 'nope'; .* order, .*plain"):
            load_orders(LIST, format="nope")

    @pytest.mark.parametrize(
        "start",
        ["<!DOCTYPE html>", "<!doctype html>", "\ufeff<html>", "\r\n\r\n <HTML>", "<html lang=it>"],
    )
    def test_html_page(self, start: str) -> None:
        page = f"{start}\n<pre>\na.example\nb.example\nc.example\n</pre>"
        with pytest.raises(UnknownFormatError, match="HTML page") as caught:
            load_orders(page.encode(), name="elenco.txt")
        assert caught.value.path == "elenco.txt"

    @pytest.mark.parametrize("octets", [b"", b" ", b"\r\n\t\n", b"\xef\xbb\xbf\n", b"\xff\xfe"])
    def test_empty(self, octets: bytes, tmp_path: Path) -> None:
        file = tmp_path / "list.txt"
        file.write_bytes(octets)
        with pytest.raises(OrderSyntaxError, match="empty") as caught:
            load_orders(file)
        assert caught.value.path == str(file)

    @pytest.mark.parametrize("format_", SAMPLES)
    @pytest.mark.parametrize("octets", [b"", b"\r\n\r\n", b"# nothing\n"])
    def test_nothing_by_name(self, format_: str, octets: bytes) -> None:
        with pytest.raises(OrderSyntaxError):
            load_orders(octets, format=format_)

    @pytest.mark.parametrize(
        "text",
        [
            'zone "a.example" { type master; file "x"; };\nzone "b.example" { type master; };\n',
            '["a.example", "b.example"]',
            '{"domain": "a.example"}\n{"domain": "b.example"}\n',
            '<?xml version="1.0"?>\n<list>\n<name>a.example</name>\n</list>\n',
            "Gentile cliente,\nla lista non è disponibile.\n",
        ],
    )
    def test_other_syntaxes_are_not_misread(self, text: str) -> None:
        with pytest.raises(UnknownFormatError, match=r"name a format|HTML page or XML"):
            load_orders(text.encode())

    @pytest.mark.parametrize(
        "path",
        [
            "formats/README.md",
        ],
    )
    def test_real_files_of_other_syntaxes(self, path: str) -> None:
        with pytest.raises(UnknownFormatError):
            load_orders(shared(path))

    def test_table_that_does_not_say_which_column(self) -> None:
        with pytest.raises(OrderSyntaxError, match="which column"):
            load_orders(b"1;a.example;b.example\n2;c.example;d.example\n")

    @pytest.mark.parametrize(
        ("path", "read", "refused"),
        [
            ("lists/dnscrypt-blocked-names.txt", 14, 0),
            ("lists/dnscrypt-ci-blocked-names.txt", 16, 2),
        ],
    )
    def test_patterns_are_plain(self, path: str, read: int, refused: int) -> None:
        order = only(shared(path))
        assert (len(order.targets), len(order.rejected)) == (read, refused)
        assert all("@" in rejected.text for rejected in order.rejected)


class TestOptions:
    @pytest.mark.parametrize("format_", SAMPLES)
    @pytest.mark.parametrize("scope", ["subtree", "exact", "below"])
    def test_scope(self, format_: str, scope: str) -> None:
        order = only(SAMPLES[format_].encode(), scope=scope)
        assert [target.kind for target in order.targets] == [TargetKind(scope)] * 2

    @pytest.mark.parametrize("scope", ["pattern", "", "SUBTREE", "all"])
    def test_wrong_scope(self, scope: str) -> None:
        with pytest.raises(ValueError, match="scope must be subtree, exact or below"):
            load_orders(LIST, scope=scope)

    @pytest.mark.parametrize("format_", SAMPLES)
    def test_authority_and_jurisdiction(self, format_: str) -> None:
        order = only(SAMPLES[format_].encode(), authority="ADM", jurisdiction="fr")
        assert (order.authority.key, order.jurisdiction) == ("adm", "FR")
        assert order.authority.name == "Agenzia delle dogane e dei monopoli"
        order = only(SAMPLES[format_].encode(), authority="  Tribunale  di Roma ")
        assert (order.authority.key, order.authority.name) == (
            "tribunale-di-roma",
            "Tribunale di Roma",
        )

    @pytest.mark.parametrize("jurisdiction", ["Italy", "I", "", "I1", "ÌT"])
    def test_wrong_jurisdiction(self, jurisdiction: str) -> None:
        with pytest.raises(ValueError, match="country code"):
            load_orders(LIST, jurisdiction=jurisdiction)

    def test_encoding(self) -> None:
        octets = "# caffè\na.example\nb.example\n".encode("latin-1")
        with pytest.raises(OrderSyntaxError, match="encoding"):
            load_orders(octets)
        assert values(octets, encoding="latin-1") == NAMES
        with pytest.raises(OrderSyntaxError, match="unknown encoding: nope"):
            load_orders(octets, encoding="nope")

    def test_strict(self, tmp_path: Path) -> None:
        file = tmp_path / "list.txt"
        file.write_bytes(b"a.example\n\nb..example\nno name\n")
        order = only(file, format="plain")
        assert [(r.line, r.path, r.order_id) for r in order.rejected] == [
            (3, str(file), order.id),
            (4, str(file), order.id),
        ]
        with pytest.raises(UnsupportedTargetError, match=r"b\.\.example") as caught:
            load_orders(file, format="plain", strict=True)
        error = caught.value
        assert (error.path, error.line, error.order_id) == (str(file), 3, order.id)
        assert values(LIST, strict=True) == NAMES

    def test_confidential(self) -> None:
        text = '[[order]]\nid = "x"\nconfidential = true\ntargets = ["a.example", "secret name"]\n'
        (rejected,) = only(text.encode()).rejected
        assert "secret" not in str(rejected)
        assert (rejected.line, rejected.code) == (4, "white-space")
        with pytest.raises(UnsupportedTargetError) as caught:
            load_orders(text.encode(), strict=True)
        assert "secret" not in str(caught.value)

    def test_size_limit(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        file = tmp_path / "list.txt"
        file.write_bytes(LIST)
        inputs: list[Any] = [file, tmp_path, LIST]
        monkeypatch.setattr(sources, "MAX_OCTETS", len(LIST))
        for source in [*inputs, io.BytesIO(LIST)]:
            assert values(source) == NAMES
        monkeypatch.setattr(sources, "MAX_OCTETS", len(LIST) - 1)
        for source in [*inputs, io.BytesIO(LIST)]:
            with pytest.raises(OrderSyntaxError, match="larger than 19 octets"):
                load_orders(source)


@pytest.mark.parametrize("format_", [None, "plain", "agcom", "csv", "hosts"])
def test_a_page_that_came_instead_of_a_list_is_never_read(format_: str | None) -> None:
    page = b"\n<head>x</head>\nmaintenance.example\nother.example\n"
    with pytest.raises(UnknownFormatError, match="error page"):
        load_orders(page, format=format_)


def test_a_folder_names_all_the_files_that_it_cannot_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a.example\n")
    (tmp_path / "b.html").write_text("<html></html>")
    (tmp_path / "c.pdf").write_bytes(b"%PDF-1.7")
    with pytest.raises(OrderError) as caught:
        load_orders(tmp_path)
    head, *lines = str(caught.value).split("\n")
    assert head.startswith("nothing was loaded, because these files cannot be read; ")
    assert [line.partition(": ")[0] for line in lines] == [
        str(tmp_path / "b.html"),
        str(tmp_path / "c.pdf"),
    ]
    assert lines[1].startswith(f"{tmp_path / 'c.pdf'}: a PDF document")
    assert caught.value.path == str(tmp_path / "b.html")
    assert [str(error) for error in caught.value.failures] == lines


def test_of_one_bad_file_among_good_ones_the_way_on_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a.example\n")
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    with pytest.raises(
        OrderSyntaxError, match=r"(?s)^nothing was loaded, .* remove the others.*photo\.jpg: a"
    ):
        load_orders(tmp_path)
    with pytest.raises(OrderSyntaxError, match=r"photo\.jpg: a picture") as caught:
        load_orders(tmp_path / "photo.jpg")
    assert caught.value.failures == ()


def test_many_bad_files_make_no_endless_text(tmp_path: Path) -> None:
    for number in range(120):
        (tmp_path / f"{number:03}.txt").write_bytes(b"")
    with pytest.raises(OrderSyntaxError) as caught:
        load_orders(tmp_path)
    assert len(caught.value.failures) == 120
    assert str(caught.value).splitlines()[-1] == "and 20 more"
    assert len(str(caught.value).splitlines()) == 102


def test_what_systems_leave_in_folders_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a.example\n")
    for name in ("Thumbs.db", "desktop.ini", "~$order.docx", ".DS_Store"):
        (tmp_path / name).write_bytes(b"\xd0\xcf\x11\xe0")
    (order,) = load_orders(tmp_path)
    assert order.source.path == "a.txt"


def test_a_folder_that_may_not_be_read_is_not_lost_in_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text("a.example\n")
    (tmp_path / "closed").mkdir()
    scandir = os.scandir

    def denied(path: str) -> Any:
        if os.fspath(path).endswith("closed"):  # root may read any folder, so the mode is no test
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", denied)
    with pytest.raises(PermissionError, match="closed"):
        load_orders(tmp_path)
