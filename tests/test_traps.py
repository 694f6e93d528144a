"""The traps of real inputs, one test for each; every one was stepped into by somebody."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from helpers import image, order, refusals
from loading import only, values

from blocklist import (
    Blocklist,
    EditionRejectedError,
    Order,
    OrderSyntaxError,
    Rule,
    TargetKind,
    UnknownFormatError,
    check_edition,
    compile_orders,
    load_orders,
    parse_target,
)

AGCOM = "\n0000268_2023.21.07\n\n"


def codes(read: Order) -> list[tuple[int, str, str]]:
    return [(refused.line, refused.text, refused.code) for refused in read.rejected]


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n"])
def test_01_a_byte_order_mark_at_the_start(mark: bytes) -> None:
    assert values(mark + b"first.example\nsecond.example\n") == ["first.example", "second.example"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_02_utf_16(encoding: str) -> None:
    """AGCOM's list of May 2014; without a mark the NULs tell."""
    read = only((AGCOM + "first.example\nsecond.example\n").encode(encoding))
    assert (read.source.format, len(read.targets)) == ("agcom", 2)


def test_03_line_ends_are_mixed_and_the_last_is_missing() -> None:
    octets = b"a.example\r\nb.example\nc.example\rd.example\r\n\r\ne.example"
    read = only(octets)
    assert [(target.line, target.value) for target in read.targets] == [
        (1, "a.example"),
        (2, "b.example"),
        (3, "c.example"),
        (4, "d.example"),
        (6, "e.example"),
    ]


@pytest.mark.parametrize("lines", ["\n", "\r\n\r\n \t\r\n"])
def test_04_blank_lines_before_the_header(lines: str) -> None:
    read = only(f"{lines}0000268_2023.21.07\n\na.example\n".encode())
    assert (read.series, read.serial, len(read.targets)) == ("it:agcom:allegato-b", 268, 1)


@pytest.mark.parametrize(
    ("header", "day", "doubt"),
    [
        ("2023.21.07", date(2023, 7, 21), False),
        ("2024.06.06", date(2024, 6, 6), False),
        ("2024.06.07", date(2024, 7, 6), True),
        ("2023.07.21", date(2023, 7, 21), True),
    ],
)
def test_05_a_date_as_year_day_month(header: str, day: date, doubt: bool) -> None:
    read = only(f"\n0000268_{header}\n\na.example\n".encode())
    assert (read.issued, bool(read.warnings)) == (day, doubt)


@pytest.mark.parametrize("at", [0, 1, 3])
def test_06_a_version_line_amid_the_names(at: int) -> None:
    """ADM's list may carry one anywhere; it is no target, no refusal, and is kept."""
    lines = ["a.example", "b.example", "c.example"]
    lines.insert(at, "0000311_2024.06.06")
    read = only(("\r\n".join(lines)).encode())
    assert [target.value for target in read.targets] == ["a.example", "b.example", "c.example"]
    assert codes(read) == []
    known = [read.number, read.title, read.note, str(read.serial), *read.warnings]
    assert any("311" in text for text in known)


@pytest.mark.parametrize("blank", [" ", "\t", "\u00a0"])
def test_07_white_space_after_a_name_and_in_it(blank: str) -> None:
    read = only(f"{blank}a.example{blank}\nb{blank}c.example\nd.example\n".encode(), format="plain")
    assert [target.value for target in read.targets] == ["a.example", "d.example"]
    assert [(line, code) for line, _, code in codes(read)] == [(2, "white-space")]


@pytest.mark.parametrize("blank", [" ", "\u00a0"])
def test_08_prose_glued_to_a_name(blank: str) -> None:
    read = only(f"a.example\nsito{blank}internet{blank}www.bad.example\n".encode(), format="plain")
    (refused,) = read.rejected
    assert (refused.line, refused.code) == (2, "white-space")
    assert "is 'www.bad.example' meant?" in refused.reason


def test_09_upper_case() -> None:
    """Never folded by a locale: a Turkish machine makes no dotless i."""
    assert values(b"BB360.EXAMPLE\nFSCS.Example\nIIII.example\n") == [
        "bb360.example",
        "fscs.example",
        "iiii.example",
    ]


def test_10_a_name_in_another_script_equals_its_a_label() -> None:
    assert (
        values("легально.example\nxn--80affxdmh4i.example\n".encode())
        == ["xn--80affxdmh4i.example"] * 2
    )
    blocked = Blocklist(compile_orders(load_orders("bücher.example\nß.example".encode())))
    for name in ("bücher.example", "xn--bcher-kva.example", "BÜCHER.example"):
        assert blocked.is_blocked(name)
    assert blocked.is_blocked("ss.example")
    assert blocked.is_blocked("xn--zca.example")


def test_11_a_top_level_domain_in_another_script() -> None:
    assert values(b"bad.xn--p1ai\nbad.xn--80asehdb\n") == ["bad.xn--p1ai", "bad.xn--80asehdb"]
    assert values("плохой.рф\n".encode())[0].endswith(".xn--p1ai")


def test_12_underscores() -> None:
    blocked = Blocklist(compile_orders(load_orders(b"a_b.example\n_c.d_.example\n")))
    assert blocked.is_blocked("x.a_b.example")
    assert blocked.is_blocked("_c.d_.example")


def test_13_a_final_dot() -> None:
    read = only(b"a.example.\nb.example..\n", format="plain")
    assert [target.value for target in read.targets] == ["a.example"]
    assert codes(read) == [(2, "b.example..", "not-a-name")]


def test_14_www_alone_is_as_written() -> None:
    orders = load_orders(b"www.a.example\nwww.b.example\nb.example\n")
    blocked = Blocklist(compile_orders(orders))
    assert not blocked.is_blocked("a.example")
    assert blocked.is_blocked("b.example")
    assert Blocklist(compile_orders(orders, strip_www=True)).is_blocked("a.example")


def test_15_a_star_or_a_dot_before_a_name() -> None:
    """``*.x`` is what lies below x; ``.x`` is x and all below, as nearly every list means it."""
    assert parse_target("*.a.example").kind is TargetKind.BELOW
    assert parse_target(".a.example").kind is TargetKind.SUBTREE
    assert parse_target(".a.example").value == "a.example"


@pytest.mark.parametrize(
    "text", ["https://medium.example/@x", "medium.example/?q=1", "http://m.example/a#b"]
)
def test_16_a_url_with_a_path_never_blocks_its_host(text: str) -> None:
    orders = load_orders(f"a.example\n{text}\n".encode())
    blocked = Blocklist(compile_orders(orders))
    host = parse_target(text).value.partition("/")[0]
    assert not blocked.is_blocked(host)
    assert blocked.is_blocked_url(text)
    assert Blocklist(compile_orders(orders, widen_urls=True)).is_blocked(host)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("http://good.example@bad.example/", "bad.example"),
        ("http://user:secret@bad.example:8080/", "bad.example"),
        ("bad.example:8443", "bad.example"),
        ("HTTPS://Bad.Example", "bad.example"),
    ],
)
def test_17_a_url_with_port_or_user(text: str, value: str) -> None:
    target = parse_target(text)
    assert (target.kind, target.value) == (TargetKind.SUBTREE, value)


def test_18_an_address_where_a_name_is_expected() -> None:
    read = only(b"name;since\na.example;2020\n82.196.4.108;2020\nb.example;2020\n", format="csv")
    assert [target.kind for target in read.targets] == ["subtree", "address", "subtree"]


@pytest.mark.parametrize(
    "text", ["010.0.0.1", "1.2.3", "1.2.3.4.", "256.1.1.1", "0x7f.1.1.1", "1.02.3.4"]
)
def test_19_odd_addresses(text: str) -> None:
    read = only(f"a.example\n{text}\n".encode(), format="plain")
    assert [target.value for target in read.targets] == ["a.example"]
    assert [line for line, _, _ in codes(read)] == [2]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2001:DB8:0:0::1", "2001:db8::1"),
        ("198.51.100.0/24", "198.51.100.0/24"),
        ("198.51.100.7/32", "198.51.100.7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
    ],
)
def test_20_forms_of_addresses(text: str, value: str) -> None:
    assert parse_target(text).value == value


@pytest.mark.parametrize("prefix", ["2000::/1", "0.0.0.0/0", "1.0.0.0/4", "::ffff:0:0/96"])
def test_20_a_prefix_that_is_too_wide(prefix: str) -> None:
    read = load_orders(f"a.example\n{prefix}\n".encode(), format="plain")
    assert [text for text, _ in refusals(compile_orders(read))] == [prefix]


@pytest.mark.parametrize("suffix", ["com", "co.uk", "com.br", "hopto.org", "mine.nu", "рф"])
def test_21_a_public_suffix(suffix: str) -> None:
    assert [code for _, code in refusals(image("a.example", suffix))] == ["public-suffix"]


def test_22_repeats_and_children_of_a_listed_parent() -> None:
    octets = (AGCOM + "a.example\nen.a.example\na.example\n").encode()
    compiled = compile_orders(load_orders(octets))
    assert compiled.report is not None
    assert (compiled.report.targets, compiled.report.accepted) == (3, 2)
    assert list(compiled.report.covered) == [("en.a.example", "a.example")]
    (match,) = Blocklist(compiled).match_all("a.example")
    assert [ground.line for ground in match.grounds] == [4, 6]


def test_23_a_top_level_domain_that_does_not_exist() -> None:
    read = only((AGCOM + "ilcorsaronero.lo\n").encode())
    assert Blocklist(compile_orders([read])).is_blocked("ilcorsaronero.lo")


def test_24_numbers_and_dashes_of_a_pdf() -> None:
    """The number of a line is cut off by the format that knows it, and by no other."""
    damaged = b"1146  m.fezbet641.example\nbetsson.example\n"
    assert [code for _, _, code in codes(only(damaged, format="plain"))] == ["white-space"]
    assert values(damaged, format="ee-emta") == ["m.fezbet641.example", "betsson.example"]
    (refused,) = only("a.example\nbad\u2010name.example\n".encode(), format="plain").rejected
    assert "is 'bad-name.example' meant?" in refused.reason


CTU = """\
URL,DATUM_ZAPISU,DATUM_VYMAZU,ZDROJ,NAZEV_DATOVE_SADY
a.example,2026-01-02,,MF,x
b.example,2026-01-02,2026-02-01,MF,x
"""


@pytest.mark.parametrize("table", [CTU, "domain;removed\na.example;\nb.example;2026-02-01\n"])
def test_25_a_date_of_removal(table: str) -> None:
    orders = load_orders(table.encode())
    assert [target.value for read in orders for target in read.targets] == ["a.example"]
    assert [refused.code for read in orders for refused in read.rejected] == ["withdrawn"]
    assert all(refused.is_withdrawal for read in orders for refused in read.rejected)


def test_26_removal_by_absence() -> None:
    """More in ``test_editions``."""
    names = [f"bad{number}.example" for number in range(10)]
    full, cut = (
        compile_orders(load_orders("\n".join(part).encode(), name="adm.txt"))
        for part in (names, names[:5])
    )
    with pytest.raises(EditionRejectedError, match="is the source complete"):
        check_edition(cut, full)


def test_27_an_encoding_is_told_and_not_guessed() -> None:
    octets = "name;note\nлегально.example;ФСКН\nbad.example;суд\n".encode("windows-1251")
    with pytest.raises(OrderSyntaxError, match="name its encoding"):
        load_orders(octets)
    read = only(octets, encoding="windows-1251", column="name")
    assert [target.value for target in read.targets] == ["xn--80affxdmh4i.example", "bad.example"]


@pytest.mark.parametrize(
    ("amount", "value"),
    [
        ("euro 10.000", 10_000),
        ("€ 10.000,00", 10_000),
        ("10.000 €", 10_000),
        ("€ 1.500,50", "1500.50"),
    ],
)
def test_28_a_dot_is_a_thousands_mark(amount: str, value: str | int) -> None:
    text = (
        "TRIBUNALE DI MILANO\nSezione specializzata in materia d'impresa\nORDINANZA\n"
        "n.r.g. 51624/2017\n\nP.Q.M.\n\nORDINA alla resistente di bloccare l'accesso al sito "
        f"limetorrents.pro; fissa una penale di {amount} per ogni giorno di ritardo.\n"
        "Milano, 11 luglio 2022\n"
    )
    read = only(text.encode())
    assert read.penalty is not None
    assert (read.penalty.amount, read.penalty.per) == (Decimal(value), "day")


@pytest.mark.parametrize(
    "number", ["n. 125/25/DDA", "N.125/2025/dda", "nr. 125/25/DDA", "n° 125/25/DDA"]
)
def test_29_numbers_in_many_forms(number: str) -> None:
    assert Order(id="x", number=number).normalised_number == "125/2025/DDA"


@pytest.mark.parametrize("number", ["б/н", "отсутствует"])
def test_30_a_case_without_a_number(number: str) -> None:
    """The id is of the source and the line, so two such cases are two orders."""
    rows = [
        f";first.example;http://first.example/;суд;{number};2013-09-11",
        f";second.example;http://second.example/;суд;{number};2013-09-11",
    ]
    text = "\n".join(["Updated: 2014-04-22 11:05:00 +0000", *rows, ""])
    orders = load_orders(text.encode("windows-1251"))
    assert [target.value for read in orders for target in read.targets] == [
        "first.example",
        "second.example",
    ]
    assert len({read.id for read in orders}) == 2


@pytest.mark.parametrize(
    "name", [f"{'a' * 64}.example", ".".join(["a" * 60] * 5), "a..example", "-a-..example"]
)
def test_31_names_that_are_too_long_or_have_an_empty_label(name: str) -> None:
    read = only(f"a.example\n{name}\n".encode(), format="plain")
    assert [(line, code) for line, _, code in codes(read)] == [(2, "not-a-name")]


def test_32_a_line_end_inside_of_a_name() -> None:
    """The platform's own check let ``x.com`` with a line feed through."""
    assert parse_target("bad.example\n").value == "bad.example"
    octets = b'{"status":"success","data":["a.example\\nb.example","c.example"]}'
    for read in load_orders(octets):
        assert [target.value for target in read.targets] == ["c.example"]
        assert len(read.rejected) == 1


@pytest.mark.parametrize(
    "octets",
    [
        b"<!DOCTYPE html><html><body>You are a bot</body></html>",
        b"\n\n  <html><head><title>503</title></head><body>a.example b.example</body></html>",
        b"<html></html>",
    ],
)
def test_33_a_page_instead_of_the_list(octets: bytes) -> None:
    for name in (None, "plain"):
        with pytest.raises(UnknownFormatError, match="HTML"):
            load_orders(octets, format=name)


def test_34_lines_of_a_hosts_file() -> None:
    hosts = b"127.0.0.1 localhost\n0.0.0.0 a.example # since May\n0.0.0.0 b.example\n"
    assert values(hosts) == ["a.example", "b.example"]
    read = only(b"a.example\n0.0.0.0 b.example\n", format="plain")
    assert [(line, code) for line, _, code in codes(read)] == [(2, "white-space")]


def test_35_two_orders_and_one_is_revoked() -> None:
    court = order("kickasstorrents.to", id="milan", revoked=date(2023, 1, 1))
    agcom = order("kickasstorrents.to", id="agcom")
    compiled = compile_orders([court, agcom], at=datetime(2023, 6, 1, tzinfo=UTC))
    match = Blocklist(compiled).match("kickasstorrents.to")
    assert match is not None
    assert match.rule == Rule(TargetKind.SUBTREE, "kickasstorrents.to")
    assert [found.id for found in match.orders] == ["agcom"]
