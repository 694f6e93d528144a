from __future__ import annotations

import base64
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_documents import opened, pdf, written

from blocklist import OrderSyntaxError
from blocklist.documents import Document, open_documents
from blocklist.documents.signed import is_signed

pytestmark = pytest.mark.no_core

LIST = b"uno.example\ndue.example\n"
SIGNED, DATA = "06092a864886f70d010702", "06092a864886f70d010701"


def ber(tag: int, *parts: bytes, endless: bool = False) -> bytes:
    body = b"".join(parts)
    if endless:
        return bytes([tag, 0x80]) + body + b"\0\0"
    size = len(body).to_bytes(4, "big")
    return bytes([tag]) + (bytes([len(body)]) if len(body) < 128 else b"\x84" + size) + body


def signed(content: bytes | None, *, endless: bool = False, kind: str = SIGNED) -> bytes:
    """A signed file by hand, whose certificates nobody looks at."""
    inside = () if content is None else (ber(0xA0, content, endless=endless),)
    data = ber(0x30, bytes.fromhex(DATA), *inside, endless=endless)
    body = (b"\x02\x01\x01", ber(0x31, ber(0x30, b"\x05\0"), endless=endless), data, ber(0x31))
    inner = ber(0xA0, ber(0x30, *body, endless=endless), endless=endless)
    return ber(0x30, bytes.fromhex(kind), inner, endless=endless)


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("the program openssl is not installed")
    folder = tmp_path_factory.mktemp("key")
    run(
        folder,
        *[
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            "k.pem",
            "-out",
            "c.pem",
            "-days",
            "9",
            "-subj",
            "/CN=x",
        ],
    )
    return folder


def run(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def sign(folder: Path, octets: bytes, *options: str, form: str = "DER") -> bytes:
    (folder / "in").write_bytes(octets)
    run(folder, "cms", "-sign", "-binary", "-nodetach", "-outform", form, "-signer", "c.pem",
        "-inkey", "k.pem", "-in", "in", "-out", "out", *options)  # fmt: skip
    return (folder / "out").read_bytes()


class TestByOpenssl:
    @pytest.mark.parametrize("form", ["DER", "PEM"])
    @pytest.mark.parametrize("options", [(), ("-stream",), ("-nocerts",), ("-cades",)])
    def test_content(self, key: Path, form: str, options: tuple[str, ...]) -> None:
        octets = sign(key, LIST * 9_999, *options, form=form)
        (document,) = opened(octets, "elenco.txt.p7m")
        assert document.data == LIST * 9_999
        assert document.name == "elenco.txt.p7m/elenco.txt"
        assert document.path == "folder/elenco.txt.p7m/elenco.txt"
        assert document.warnings == ("the signature of elenco.txt.p7m was not verified",)

    def test_twice_and_a_pdf(self, key: Path) -> None:
        octets = sign(key, sign(key, pdf(written(["a.example"]))), "-stream")
        (document,) = opened(octets, "o.pdf.p7m.p7m")
        assert (document.kind, document.text) == ("pdf", "a.example\n")
        assert document.name == "o.pdf.p7m.p7m/o.pdf.p7m/o.pdf"
        assert len(document.warnings) == 2

    def test_base64_alone(self, key: Path) -> None:
        octets = sign(key, LIST)
        assert opened(base64.b64encode(octets))[0].data == LIST
        assert opened(base64.encodebytes(octets))[0].data == LIST

    def test_opaque_mail(self, key: Path) -> None:
        part = b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + LIST
        assert opened(sign(key, part))[0].text.split() == LIST.decode().split()

    def test_detached(self, key: Path) -> None:
        (key / "in").write_bytes(LIST)
        run(
            key,
            *[
                "cms",
                "-sign",
                "-binary",
                "-outform",
                "DER",
                "-signer",
                "c.pem",
                "-inkey",
                "k.pem",
                "-in",
                "in",
                "-out",
                "o",
            ],
        )
        with pytest.raises(OrderSyntaxError, match="only a signature"):
            opened((key / "o").read_bytes())

    def test_encrypted(self, key: Path) -> None:
        (key / "in").write_bytes(LIST)
        run(
            key,
            *["cms", "-encrypt", "-binary", "-outform", "DER", "-in", "in", "-out", "o", "c.pem"],
        )
        with pytest.raises(OrderSyntaxError, match="encrypted: decrypt it with its key") as caught:
            opened((key / "o").read_bytes(), "x.p7m")
        assert caught.value.path == "folder/x.p7m"


class TestByHand:
    @pytest.mark.parametrize("endless", [False, True])
    def test_whole_and_in_parts(self, endless: bool) -> None:
        parts = [ber(0x04, LIST[:5]), ber(0x24, ber(0x04, LIST[5:9]), endless=endless),
                 ber(0x04, LIST[9:])]  # fmt: skip
        for content in (ber(0x04, LIST), ber(0x24, *parts, endless=endless)):
            assert opened(signed(content, endless=endless))[0].data == LIST

    def test_a_million_parts_take_linear_time(self) -> None:
        content = ber(0x24, b"\x04\x01a" * 1_000_000, endless=True)
        assert opened(signed(content, endless=True))[0].data == b"a" * 1_000_000

    def test_deep(self) -> None:
        octets = signed(b"\x24\x80" * 500_000 + ber(0x04, LIST), endless=True)
        with pytest.raises(OrderSyntaxError):
            opened(octets)

    def test_base64_with_many_blanks_takes_linear_time(self) -> None:
        octets = base64.b64encode(signed(ber(0x04, LIST)))
        with pytest.raises(OrderSyntaxError):
            opened(octets + b" " * 1_000_000 + b"!")

    def test_a_loop(self) -> None:
        octets = LIST
        for _ in range(12):
            octets = signed(ber(0x04, octets))
        with pytest.raises(OrderSyntaxError, match="more than 8 archives and mails"):
            opened(octets)

    @pytest.mark.parametrize("cut", range(24, 76, 3))
    def test_cut(self, cut: int) -> None:
        with pytest.raises(OrderSyntaxError, match=r"p7m.*damaged|only a signature"):
            opened(signed(ber(0x04, LIST * 4))[:cut])


@pytest.mark.parametrize(
    "octets", [b"", b"0", b"MI", b"MIA=", b"milano.example\n", b"MIlano\n", b"0.0.0.0 a.example"]
)
def test_not_signed(octets: bytes) -> None:
    assert not is_signed(octets)


@given(st.data())
def test_mutated(data: st.DataObject) -> None:
    octets = bytearray(signed(ber(0x24, ber(0x04, LIST), endless=True), endless=True))
    for _ in range(data.draw(st.integers(1, 6))):
        octets[data.draw(st.integers(0, len(octets) - 1))] = data.draw(st.integers(0, 255))
    try:
        open_documents(Document("m", "m", bytes(octets)))
    except OrderSyntaxError as error:
        assert (error.path or "").startswith("m")  # noqa: PT017 - either is right
