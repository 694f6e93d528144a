from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from loading import VECTORS, account, check_vector, only, values, vectors
from processortime import taken, within
from shared_data import shared

from blocklist import (
    Blocklist,
    Image,
    Order,
    OrderSyntaxError,
    TargetKind,
    UnknownFormatError,
    check_edition,
    compile_orders,
    load_orders,
)
from blocklist.cli.group import cli
from blocklist.documents import Document
from blocklist.loaders.mappings import shipped_mappings

pytestmark = pytest.mark.no_core

NAMESPACE = "http://www.hazard.mf.gov.pl/2017/03/21/"
ROOT = f"<Rejestr xmlns='{NAMESPACE}'>"
SHIPPED = {loader.name: loader for loader in shipped_mappings()}


@pytest.mark.parametrize("vector", vectors("mappings"))
def test_vector(vector: Path) -> None:
    check_vector(vector)


def dump(*rows: str, updated: str = "2014-04-22 11:05:00 +0000") -> bytes:
    """A Russian dump with these rows."""
    return "\n".join([f"Updated: {updated}", *rows, ""]).encode("windows-1251")


def row(name: str, decision: str = "2-1/13", agency: str = "суд", day: str = "2013-06-10") -> str:
    return f"192.0.2.1;{name};;{agency};{decision};{day}"


class TestOrderPerDecision:
    def test_rows_of_one_decision_are_one_order(self) -> None:
        rows = [row("a.example"), row("b.example", "2-2/13"), row("c.example")]
        first, second = load_orders(dump(*rows))
        assert [target.value for target in first.targets] == ["a.example", "c.example"]
        assert (first.number, first.issued) == ("2-1/13", date(2013, 6, 10))
        assert (second.number, second.source.line) == ("2-2/13", 3)
        assert first.authority.key == "ru-court"
        explained = Blocklist(compile_orders([first, second])).explain("www.c.example")
        assert "суд" in explained
        assert "2-1/13" in explained
        assert "2013-06-10" in explained

    @pytest.mark.parametrize(
        "other",
        [
            row("b.example", agency="ФСКН"),
            row("b.example", decision="2-1/14"),
            row("b.example", day="2013-06-11"),
        ],
    )
    def test_another_authority_number_or_day_is_another_order(self, other: str) -> None:
        orders = load_orders(dump(row("a.example"), other))
        assert len({order.id for order in orders}) == 2

    @pytest.mark.parametrize("number", ["б/н", "Б/Н", "отсутствует", "", " "])
    def test_without_a_number_the_line_is_in_the_id(self, number: str) -> None:
        orders = load_orders(dump(row("a.example", number), row("b.example", number)))
        assert [order.number for order in orders] == ["", ""]
        assert [order.id.rpartition(":")[2] for order in orders] == ["2", "3"]
        assert all(order.series == "" for order in orders)
        assert Blocklist(compile_orders(orders)).is_blocked("b.example")

    def test_unknown_agency_keeps_its_name(self) -> None:
        (order,) = load_orders(dump(row("a.example", agency="Новое  агентство")))
        assert (order.authority.key, order.authority.name) == (
            "новое-агентство",
            "Новое агентство",
        )

    def test_agencies_of_one_number_stay_apart(self) -> None:
        rows = [row("a.example", agency="Суд № 2"), row("b.example", agency="Палата 2")]
        assert len({order.authority.key for order in load_orders(dump(*rows))}) == 2

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            (row("a.example"), row("b.example", agency="СУД")),
            (row("a.example", "2-1  13"), row("b.example", "2-1-13")),
            (row("a.example", "x:2013-06-10"), row("b.example", "x", day="2013-06-10:2013-06-10")),
        ],
    )
    def test_ids_are_unique(self, first: str, second: str) -> None:
        orders = load_orders(dump(first, second, first, second))
        assert len({order.id for order in orders}) == len(orders)
        assert sum(len(order.targets) for order in orders) == 4
        compile_orders(orders)

    def test_a_sentence_for_a_number_gives_a_short_id(self) -> None:
        long = "определение о предварительном обеспечении по заявлению " * 20
        orders = load_orders(dump(row("a.example", long + "1"), row("b.example", long + "2")))
        assert len({order.id for order in orders}) == 2
        assert all(len(order.id) < 200 for order in orders)
        assert orders[0].number == long + "1"

    def test_row_that_cannot_be_read_belongs_to_no_decision(self) -> None:
        rows = [row("a.example"), "x;b.example;http://b.example/;;;суд;1;"]
        first, second = load_orders(dump(*rows), format="ru-z-i")
        assert len(first.rejected) == 0
        assert second.id == "ru-z-i:unassigned:20140422110500"
        (refused,) = second.rejected
        assert (refused.line, refused.code) == (3, "field-count")
        assert "8 fields where 6 are expected" in refused.reason

    def test_unreadable_day_is_said_and_blocks(self) -> None:
        orders = load_orders(dump(row("a.example", day="10.06.2013"), row("b.example")))
        assert orders[0].issued is None
        assert Blocklist(compile_orders(orders)).is_blocked("a.example")
        (warning,) = orders[0].warnings
        assert "1 dates in none of the formats" in warning
        assert "line 2" in warning

    def test_newer_edition_of_a_decision_replaces_the_older(self) -> None:
        old = load_orders(dump(row("gone.example"), row("stays.example")))
        new = load_orders(dump(row("stays.example"), updated="2014-04-23 01:00:00 +0400"))
        assert old[0].series == new[0].series
        assert old[0].id != new[0].id
        assert new[0].serial == 20140422210000
        blocked = Blocklist(compile_orders(old + new))
        assert blocked.is_blocked("stays.example")
        assert not blocked.is_blocked("gone.example")

    def test_a_moved_row_without_a_number_is_no_missing_order(self) -> None:
        def image(*rows: str, updated: str) -> Image:
            octets = dump(*rows, updated=f"{updated} +0000")
            return compile_orders(load_orders(octets, name="dump.csv"))

        nameless, named = row("a.example", "б/н"), row("b.example")
        old = image(nameless, named, updated="2014-04-22 11:05:00")
        new = image(named, row("c.example"), nameless, updated="2014-04-23 11:05:00")
        (change,) = check_edition(new, old).changes
        assert [rule.value for rule in change.added] == ["c.example"]
        assert change.removed == ()

    def test_one_order_an_authority(self) -> None:
        header = (
            "url,name,category_code,date_added,date_published,data_format_version,source,"
            "authority,notes\n"
        )
        rows = "a.example,n,c,,,0.1,s,AAMS,\nb.example,n,c,,,0.1,s,Tribunale di Roma (GIP),\n"
        first, second = load_orders((header + rows).encode())
        assert (first.authority.key, second.authority.key) == ("adm", "tribunale-di-roma-gip")


class TestRemoval:
    HEADER = "URL,DATUM_ZAPISU,DATUM_VYMAZU,ZDROJ,NAZEV_DATOVE_SADY\n"

    def load(self, removal: str) -> list[Order]:
        rows = f"a.example,2026-01-01,,MF,x\nb.example,2026-01-01,{removal},MF,x\n"
        return load_orders((self.HEADER + rows).encode())

    @pytest.mark.parametrize("removal", ["2021-10-22", "22.10.2021", "ano", "2021-13-45", "0"])
    def test_any_text_withdraws(self, removal: str) -> None:
        (order,) = self.load(removal)
        assert [target.value for target in order.targets] == ["a.example"]
        (refused,) = order.rejected
        assert (refused.line, refused.text, refused.code) == (3, "b.example", "withdrawn")
        assert refused.is_withdrawal

    @pytest.mark.parametrize("removal", ["", " ", "\t"])
    def test_blank_does_not(self, removal: str) -> None:
        (order,) = self.load(removal)
        assert len(order.targets) == 2

    def test_a_day_to_come_blocks_until_then(self) -> None:
        day = (datetime.now(UTC) + timedelta(days=400)).date()
        order, ending = self.load(day.isoformat())
        assert [target.value for target in ending.targets] == ["b.example"]
        assert ending.revoked == day
        assert ending.id != order.id
        before = datetime.combine(day, datetime.min.time(), tzinfo=UTC) - timedelta(days=2)
        for at, expected in ((before, True), (before + timedelta(days=3), False)):
            blocked = Blocklist(compile_orders([order, ending], at=at))
            assert blocked.is_blocked("b.example") is expected
            assert blocked.is_blocked("a.example")


class TestEncoding:
    def test_its_own_encoding_is_no_guess(self) -> None:
        octets = dump(row("легально.example"))
        assert values(octets) == ["xn--80affxdmh4i.example"]
        assert values(octets, format="ru-z-i") == ["xn--80affxdmh4i.example"]
        assert values(octets, format="ru-z-i", encoding="cp1251") == ["xn--80affxdmh4i.example"]

    def test_what_the_caller_says_goes_before(self) -> None:
        with pytest.raises(OrderSyntaxError, match="not utf-8"):
            load_orders(dump(row("a.example")), format="ru-z-i", encoding="utf-8")

    def test_utf_8_is_read_as_utf_8(self) -> None:
        octets = dump(row("легально.example")).decode("cp1251").encode()
        (order,) = load_orders(octets)
        assert (order.authority.name, order.targets[0].value) == ("суд", "xn--80affxdmh4i.example")

    def test_another_list_in_that_encoding_is_still_unknown(self) -> None:
        with pytest.raises(OrderSyntaxError, match="not utf-8"):
            load_orders("имя;дата\nлегально.example;2014\n".encode("windows-1251"))


class TestXml:
    def load(self, body: str) -> Order:
        return only(f"{ROOT}{body}</Rejestr>".encode(), format="pl-hazard")

    def test_names_elsewhere_are_none(self) -> None:
        entry = "<PozycjaRejestru><AdresDomeny>a.example</AdresDomeny></PozycjaRejestru>"
        stray = "<AdresDomeny>stray.example</AdresDomeny>"
        inner = (
            f"<PozycjaRejestru><x>{stray}</x><AdresDomeny>b.example</AdresDomeny></PozycjaRejestru>"
        )
        order = self.load(entry + stray + inner)
        assert [target.value for target in order.targets] == ["a.example", "b.example"]

    def test_two_names_in_an_entry(self) -> None:
        names = "<AdresDomeny>a.example</AdresDomeny><AdresDomeny>b.example</AdresDomeny>"
        order = self.load(f"<PozycjaRejestru>{names}</PozycjaRejestru>")
        assert [target.value for target in order.targets] == ["a.example", "b.example"]

    def test_text_over_the_parts_of_the_stream(self) -> None:
        entry = "<PozycjaRejestru>\n<AdresDomeny>n{}.example</AdresDomeny>\n</PozycjaRejestru>\n"
        order = self.load("".join(entry.format(i) for i in range(40_000)))
        assert len(order.targets) == 40_000
        assert all(t.value == f"n{i}.example" for i, t in enumerate(order.targets))
        assert order.targets[-1].line == 1 + 3 * 39_999

    @pytest.mark.parametrize(
        "text",
        [
            "<!DOCTYPE Rejestr SYSTEM 'http://a.example/x.dtd'><Rejestr xmlns='{}'/>",
            "<!DOCTYPE Rejestr [<!ENTITY x SYSTEM 'file:///x'>]><Rejestr xmlns='{}'>&x;</Rejestr>",
            "<!DOCTYPE Rejestr [<!ENTITY % p 'x'>]><Rejestr xmlns='{}'/>",
        ],
    )
    def test_definitions_are_refused(self, text: str) -> None:
        with pytest.raises(OrderSyntaxError, match="type definition"):
            load_orders(text.replace("{}", NAMESPACE).encode(), format="pl-hazard")


class TestRecognition:
    def documents(self) -> Iterator[Document]:
        for file in sorted(VECTORS.rglob("*")):
            if file.is_file() and file.parent.name != "mappings":
                yield Document(file.name, file.name, file.read_bytes())

    def test_no_mapping_takes_a_file_of_another_format(self) -> None:
        for document in self.documents():
            for loader in SHIPPED.values():
                if document.kind in loader.reads:
                    assert not loader.recognises(document), (document.name, loader.name)

    @pytest.mark.parametrize("name", SHIPPED)
    @pytest.mark.parametrize(
        "text",
        [
            "", "\n", "[", "{", "[]", "{}", "[[]]", '[{"domain": 1}]', "<", "<a/>",
            "a.example\n", "Updated: 2014\n", "Updated: 2014\na;b;c\n", "URL\n", ";;;\n", "\t\t\n",
            '{"list": 1}', '{"list": []}', '"', "ESBK\n",
        ],
    )  # fmt: skip
    def test_scraps_are_nobodys(self, name: str, text: str) -> None:
        document = Document("x", "x", text.encode())
        assert not SHIPPED[name].recognises(document)
        if name == "ee-emta":  # any word may be a name there
            return
        try:
            orders = load_orders(text.encode(), format=name)
        except (OrderSyntaxError, UnknownFormatError):
            return
        assert not any(order.targets for order in orders)

    def test_mappings_that_nothing_tells_apart_are_named(self) -> None:
        octets = b"1 a.example\n2 b.example\n"
        assert values(octets, format="ee-emta") == ["a.example", "b.example"]
        assert not SHIPPED["ee-emta"].recognises(Document("x", "x", octets))

    def test_long_register_is_known_by_its_first_lines(self) -> None:
        octets = dump(*(row(f"n{i}.example") for i in range(3_000)))
        (order,) = load_orders(octets)
        assert (order.source.format, len(order.targets)) == ("ru-z-i", 3_000)


class TestOwnMapping:
    TEXT = """
name = "my-list"
title = "a list of mine"
authority = { key = "mine", name = "My Authority" }
jurisdiction = "PT"
encoding = "iso-8859-1"
shape = "csv"
scope = "exact"
dates = ["%d/%m/%Y"]
order_per = ["decision", "date"]
[csv]
delimiter = ";"
[fields]
name = ["Domínio", "Endereço"]
decision = "Decisão"
date = "Data"
"""
    LIST = "Nº;ENDERECO;Decisão;Data\n1;a.example;7/2024;31/01/2024\n".encode("iso-8859-1")

    @pytest.fixture
    def mapping(self, tmp_path: Path) -> Path:
        file = tmp_path / "mine.toml"
        file.write_text(self.TEXT, "utf-8")
        return file

    @pytest.mark.parametrize("as_text", [True, False])
    def test_load(self, mapping: Path, as_text: bool) -> None:
        order = only(self.LIST, mapping=str(mapping) if as_text else mapping)
        (target,) = order.targets
        assert (target.kind, target.value, target.line) == (TargetKind.EXACT, "a.example", 2)
        assert order.authority.name == "My Authority"
        assert (order.jurisdiction, order.number, order.issued) == (
            "PT",
            "7/2024",
            date(2024, 1, 31),
        )
        assert order.source.format == "my-list"
        assert only(self.LIST, mapping=mapping, scope="below").targets[0].kind is TargetKind.BELOW

    def test_categories(self, tmp_path: Path) -> None:
        """Of all rows, and of each row with a code of its own."""
        file = tmp_path / "mine.toml"
        text = self.TEXT.replace('["decision", "date"]', '["category_code"]').replace(
            "[csv]", 'category = "counterfeiting"\n[csv]'
        )
        file.write_text(text + 'category_code = "Código"\n', "utf-8")
        rows = "DOMINIO;Decisão;Data;Código\na.example;1;31/01/2024;K1\nb.example;1;31/01/2024;K2\n"
        orders = load_orders(rows.replace("DOMINIO", "Domínio").encode("iso-8859-1"), mapping=file)
        found = {(o.category, o.category_code, *(t.value for t in o.targets)) for o in orders}
        assert found == {
            ("counterfeiting", "K1", "a.example"), ("counterfeiting", "K2", "b.example"),
        }  # fmt: skip

    def test_what_the_regulation_wants(self, tmp_path: Path) -> None:
        """Of all rows, and what a category "other" means also of each row."""
        file = tmp_path / "mine.toml"
        stated = 'language = "pt"\nreport_to = "desk@authority.example"\nredress = true\n'
        text = self.TEXT.replace('["decision", "date"]', '["category_other"]')
        file.write_text(
            text.replace("[csv]", f"{stated}[csv]") + 'category_other = "Assunto"\n', "utf-8"
        )
        rows = "DOMINIO;Decisão;Data;Assunto\na.example;1;31/01/2024;jogo\n"
        order = only(rows.replace("DOMINIO", "Domínio").encode("iso-8859-1"), mapping=file)
        assert (order.category_other, order.language, order.report_to) == (
            "jogo", "pt", "desk@authority.example",
        )  # fmt: skip
        assert (order.redress, order.reasons) == (True, None)
        file.write_text(file.read_text("utf-8").replace('"pt"', '"Português"'), "utf-8")
        with pytest.raises(OrderSyntaxError, match="language: 'Português' is not a language code"):
            load_orders(rows.encode("iso-8859-1"), mapping=file)

    def test_not_with_a_format(self, mapping: Path) -> None:
        with pytest.raises(ValueError, match="not both"):
            load_orders(self.LIST, mapping=mapping, format="csv")

    def test_no_such_file(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            load_orders(self.LIST, mapping=tmp_path / "none.toml")

    def test_it_knows_its_columns(self, mapping: Path) -> None:
        with pytest.raises(OrderSyntaxError, match="knows its columns"):
            load_orders(self.LIST, mapping=mapping, column=2)

    def test_web_page_in_the_place_of_the_list(self, mapping: Path) -> None:
        with pytest.raises(UnknownFormatError, match="HTML"):
            load_orders(b"<!DOCTYPE html><html><body>a.example</body></html>", mapping=mapping)

    def test_command_line(self, mapping: Path, tmp_path: Path) -> None:
        (tmp_path / "list.csv").write_bytes(self.LIST)
        arguments = ["check", "--mapping", str(mapping), str(tmp_path / "list.csv")]
        done = CliRunner().invoke(cli, arguments)
        assert done.exit_code == 0, done.output
        assert "7/2024" in done.output
        done = CliRunner().invoke(cli, [*arguments, "--format", "csv"])
        assert done.exit_code == 2

    def test_confidential(self, mapping: Path) -> None:
        mapping.write_text("confidential = true\n" + self.TEXT, "utf-8")
        order = only(self.LIST + b"2;not a name;7/2024;31/01/2024\n", mapping=mapping)
        assert order.confidential
        assert [refused.text for refused in order.rejected] == ["(confidential)"]


class TestHostile:
    @pytest.mark.parametrize("name", SHIPPED)
    @pytest.mark.parametrize(
        "octets",
        [
            bytes(range(256)) * 64,
            b"\0" * 5_000,
            b"x" * 1_000_000,
            b";" * 200_000,
            b"\t," * 100_000,
            b"[" * 200_000,
            b'{"list":' * 100_000,
            b'[{"domain":' * 100_000,
            b"<" * 100_000,
            b"<a>" * 100_000,
            b'"' * 100_001,
            b"Updated: " + b"9" * 10_000 + b"\n;;;;\n",
            b'[{"RegisterPositionId": ' + b"9" * 10_000 + b"}]",
            b"[NaN, Infinity]",
            b'{"\\ud800": 1}',
            b"{1: 2}",
        ],
    )
    def test_no_crash_and_no_hang(self, name: str, octets: bytes) -> None:
        with within(20):
            assert not SHIPPED[name].recognises(Document("x", "x", octets))
            try:
                orders = load_orders(octets, format=name)
            except (OrderSyntaxError, UnknownFormatError):
                orders = []
            assert all(order.targets or order.rejected for order in orders)

    def test_each_prefix_of_a_register_is_an_error_or_whole_rows(self) -> None:
        entry = "<PozycjaRejestru Lp='1'><AdresDomeny>a.example</AdresDomeny></PozycjaRejestru>"
        whole = f"<Rejestr xmlns='{NAMESPACE}'>{entry}{entry}</Rejestr>".encode()
        for end in range(1, len(whole)):
            with pytest.raises((OrderSyntaxError, UnknownFormatError)):
                load_orders(whole[:end], format="pl-hazard")

    def test_each_prefix_of_a_json_list_is_an_error(self) -> None:
        whole = b'[{"domain":"a.example","first_blocked_on":"2024-01-01","site":null}]'
        for end in range(1, len(whole)):
            with pytest.raises((OrderSyntaxError, UnknownFormatError)):
                load_orders(whole[:end], format="de-cuii")

    @pytest.mark.parametrize(
        "name", ["a" * 64 + ".example", ".".join(["a" * 60] * 5), "a..example", "-", "com.", "[::1"]
    )
    def test_names_that_are_none(self, name: str) -> None:
        orders = load_orders(dump(row("a.example"), row(name)))
        image = compile_orders(orders)
        assert image.report is not None
        assert [refused.line for refused in image.report.rejected] == [3]

    @pytest.mark.parametrize(
        "text",
        [
            r'{"domain": "\ud800.example", "first_blocked_on": "", "site": null}',
            r'{"domain": ["a.example", "\udfff"], "first_blocked_on": "", "site": null}',
            r'"\ud800.example"',
            '{"domain": {"a": 1}, "first_blocked_on": "", "site": null}',
            '{"domain": [["a.example"]], "first_blocked_on": "", "site": null}',
            "null",
            "[]",
        ],
    )
    def test_entries_that_hold_no_text(self, text: str) -> None:
        order = only(f"[{text}]".encode(), format="de-cuii")
        (refused,) = order.rejected
        assert refused.code in ("not-text", "not-an-entry")
        refused.text.encode()
        assert not order.targets

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("de-cuii", "[{" + ",".join(f'"k{i}":1' for i in range(200_000)) + ',"k199999":1}]'),
            ("de-cuii", "{" + ",".join(f'"k{i}":1' for i in range(200_000)) + ',"k199999":1}'),
            ("pl-hazard", f"{ROOT}<a b='" + "x" * 10_000_000 + "'/></Rejestr>"),
            ("pl-hazard", f"{ROOT}<!--" + "x" * 10_000_000 + "--></Rejestr>"),
            ("pl-hazard", ROOT + "<x>" * 1_000_000),
            ("ch-esbk", "ESBK\n" + "www.a.example b\n" * 200_000),
            ("ru-z-i", "Updated: 2014-04-22 11:05:00 +0000\n" + ";" * 5_000_000),
            ("cz-mf", "Adresa;" * 300_000 + "\na;b\n"),
        ],
    )  # fmt: skip
    def test_time_is_in_proportion(self, name: str, text: str) -> None:
        with within(10):
            try:
                orders = load_orders(text.encode(), format=name)
            except OrderSyntaxError:
                orders = []
            assert not any(order.targets for order in orders)

    def test_time_grows_with_the_list(self) -> None:
        entry = "<PozycjaRejestru><AdresDomeny>n{}.example</AdresDomeny></PozycjaRejestru>\n"

        def took(count: int) -> float:
            body = "".join(map(entry.format, range(count)))
            octets = f"<Rejestr xmlns='{NAMESPACE}'>\n{body}</Rejestr>".encode()
            return taken(lambda: only(octets))

        assert min(took(30_000) / took(3_000) for _ in range(4)) < 40


class TestRealLists:
    @pytest.mark.parametrize(
        ("path", "options", "name", "orders", "expected"),
        [
            ("formats/ru_zi_dump_2014_sample.csv", {}, "ru-z-i", 30, (57, 57, 0)),
            ("formats/de_cuii_latest_excerpt.json", {}, "de-cuii", 1, (12, 12, 0)),
            ("formats/pl_hazard_style_sample.xml", {}, "pl-hazard", 1, (1, 1, 0)),
            ("formats/cz_mfcr_style_excerpt.csv", {}, "cz-mf", 1, (1, 1, 2)),
            ("formats/cz_ctu_style_constructed.csv", {}, "cz-ctu", 1, (1, 1, 1)),
            ("formats/ee_emta_pdf_extract_excerpt.txt", {"format": "ee-emta"}, "ee-emta", 1,
             (6, 6, 0)),
            ("orders/ee-emta-blocklist.txt", {"format": "ee-emta"}, "ee-emta", 1,
             (1_893, 1_893, 0)),
            ("orders/cz-mfcr-v38.csv", {}, "cz-mf", 1, (409, 409, 2)),
            ("orders/cz-mfcr-v60.csv", {}, "cz-mf", 1, (675, 675, 5)),
            ("orders/cz-mfcr-v69.csv", {}, "cz-mf", 1, (718, 718, 22)),
            ("orders/cz-mfcr-v70.csv", {}, "cz-mf", 1, (721, 721, 22)),
            # One has a comma in its host, four name a fragment of a start page.
            ("orders/in-master-list.csv.xz", {}, "in-master-list", 8, (1_216, 1_145, 5)),
            ("orders/it-adm-aams-2015.csv.xz", {}, "citizenlab", 1, (2_837, 2_837, 1)),
            ("orders/it-courts-bofh-2015.csv.xz", {}, "citizenlab", 36, (666, 666, 0)),
        ],
    )  # fmt: skip
    def test_account(
        self,
        path: str,
        options: dict[str, Any],
        name: str,
        orders: int,
        expected: tuple[int, int, int],
    ) -> None:
        found = load_orders(shared(path), **options)
        assert {order.source.format for order in found} == {name}
        assert len(found) == orders
        targets = {(target.kind, target.value) for order in found for target in order.targets}
        entries = [account(order) for order in found]
        total = (sum(e[0] for e in entries), len(targets), sum(e[2] for e in entries))
        assert total == expected

    def test_a_page_never_blocks_its_host(self) -> None:
        octets = shared("formats/ru_zi_dump_2014_sample.csv")
        pages: set[str] = set()
        hosts: set[str] = set()
        for line in octets.decode("windows-1251").splitlines()[1:]:
            _, name, urls, *_ = line.split(";")
            for url in urls.split("|"):
                bare = url.strip().partition("://")[2].partition("/")
                (pages if bare[2] else hosts).add(name.strip())
        assert pages - hosts
        blocked = Blocklist(compile_orders(load_orders(octets)))
        for name in pages - hosts:
            assert not blocked.is_blocked(name), name
        for name in hosts - {"82.196.4.108"}:
            assert blocked.is_blocked(name), name
        assert blocked.is_blocked_address("82.196.4.108")

    def test_the_sources_of_the_indian_table_stay_apart(self) -> None:
        titles = {order.title for order in load_orders(shared("orders/in-master-list.csv.xz"))}
        assert "kafila_maste_list.txt" in titles
        assert len(titles) == 8
