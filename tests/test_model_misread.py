"""Messages for what is no target: they name the thing or the format, not a character."""

from __future__ import annotations

from pathlib import Path

import pytest

from blocklist import InvalidNameError, OrderSyntaxError, compile_orders, load_orders
from blocklist.model.names import canonical_name
from blocklist.model.targets import TargetError, TargetKind, parse_target

pytestmark = pytest.mark.no_core


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("||a.example^", "filter list"),
        ("@@||a.example^$important", "filter list"),
        ("|https://a.example|", "filter list"),
        ("a.example##.banner", "hides parts of pages"),
        ("/^ads[0-9]+/", "regular expression"),
        ("/banner/$script", "regular expression"),
        ("127.0.0.1 a b c", "hosts"),
        ("0.0.0.0\ta.example", "hosts"),
        ("::1 a.example", "hosts"),
        ("server=/a.example/", "dnsmasq"),
        ("ipset=/a.example/x", "dnsmasq"),
        ('local-zone: "a.example" static', "unbound"),
        ("a.example CNAME .", "rpz"),
        ("a.example 60 IN A 192.0.2.1", "rpz"),
        ('zone "a.example" { type master; };', "bind"),
        ("/usr/share/x.txt", "path without a host"),
        ("mozilla/Root.crt", "path without a host"),
    ],
)
def test_the_thing_is_named(text: str, says: str) -> None:
    with pytest.raises(TargetError, match=says):
        parse_target(text)


@pytest.mark.parametrize("text", ["a b.example", "a..example", "x y", "a^b.example", "http://"])
def test_other_faults_are_said_as_before(text: str) -> None:
    with pytest.raises(TargetError) as caught:
        parse_target(text)
    assert "read it with" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["http://a.example/#", "http://a.example/#/", "https://a.example#!/"]
)
def test_root_page_is_the_host(text: str) -> None:
    target = parse_target(text)
    assert (target.kind, target.value) == (TargetKind.SUBTREE, "a.example")


@pytest.mark.parametrize("text", ["http://a.example/#/x", "http://a.example/#top"])
def test_page_by_fragment_is_not_the_host(text: str) -> None:
    with pytest.raises(TargetError, match="fragment"):
        parse_target(text)


@pytest.mark.parametrize("mark", ["\ufeff", "\u200b", "\u2060"])
@pytest.mark.parametrize("frame", ["0.0.0.0 {}", "||{}^", "address=/{}/0.0.0.0", ".{}", "{}"])
def test_unseen_mark_where_lists_were_joined(mark: str, frame: str) -> None:
    lines = [frame.format(f"{name}.example") for name in "abcd"]
    lines[2] = mark + lines[2]
    (order,) = load_orders("\n".join(lines).encode())
    assert not order.rejected
    assert sorted(t.value for t in order.targets) == [f"{name}.example" for name in "abcd"]


def test_bracketed_address_in_a_filter_list() -> None:
    (order,) = load_orders(b"||[2001:db8::7]^\n||192.0.2.7^\n||a.example^\n||[2001:db8::8]:80^\n")
    assert {t.value for t in order.targets} == {"2001:db8::7", "192.0.2.7", "a.example"}
    assert "port" in order.rejected[0].reason


def test_sets_of_the_firewall() -> None:
    (order,) = load_orders(
        b"ipset=/a.example/s\nnftset=/b.example/4#t#s\naddress=/c.example/#\n" * 1
    )
    assert [r.code for r in order.rejected] == ["configuration", "configuration"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Il Tribunale dispone della società, del sito e che è illecito\n", "windows-1252 "),
        ("žluťoučký kůň příliš\n", "windows-1250"),
    ],
)
def test_encoding_that_is_proposed(text: str, says: str) -> None:
    encoding = "windows-1252" if "Tribunale" in text else "windows-1250"
    with pytest.raises(OrderSyntaxError) as caught:
        load_orders(text.encode(encoding))
    assert says in str(caught.value)
    assert ("windows-1250" in str(caught.value)) is (encoding == "windows-1250")


@pytest.mark.parametrize(
    ("octets", "says"),
    [(b"\x7fELF\x02\x01\x01\0", "a program"), (b"MZ\x90\0\x03\0", "a program"),
     (b"SQLite format 3\0\x10", "a database")],
)  # fmt: skip
def test_what_is_no_text(octets: bytes, says: str) -> None:
    with pytest.raises(OrderSyntaxError, match=says):
        load_orders(octets)


def test_letters_of_a_program_begin_a_list() -> None:
    (order,) = load_orders(b"MZ.example\nb.example\n")
    assert [t.value for t in order.targets] == ["mz.example", "b.example"]


def test_image_is_no_source(tmp_path: Path) -> None:
    image = tmp_path / "x.blk"
    compile_orders(load_orders(b"a.example\nb.example\n")).save(image)
    with pytest.raises(OrderSyntaxError, match="an image of blocklist"):
        load_orders(image)


def test_one_form_of_path(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    file = tmp_path / "sub" / "l.txt"
    file.write_text("a.example\nco.uk\na..b\nb.example\n")
    report = compile_orders(load_orders(tmp_path)).report
    assert report is not None
    assert [refused.path for refused in report.rejected] == [str(file)] * 2


@pytest.mark.parametrize(
    ("text", "position"),
    [("a.b c.x", 3), ("a.bü cher.x", 4), ("a\u200db.com", 1), ("x.bü\u2028b.de", 4),
     ("a.ü(b).de", 3),     ("يa.de", 1), ("b..x", 2)],
)  # fmt: skip
def test_position_is_that_of_the_code_point(text: str, position: int) -> None:
    with pytest.raises(InvalidNameError) as caught:
        canonical_name(text)
    assert caught.value.position == position
