"""The page of ``check --html``: what it shows of documents, and what it must not."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree.ElementTree import Element

import lxml.html
import pytest
from click.testing import CliRunner, Result
from made_documents import pdf, written
from prose_genres import ORDERS
from prose_rendering import as_pdf

from blocklist.cli.group import cli
from blocklist.review.elements import document_of, element
from blocklist.review.reading import MOST, ROLES

pytestmark = pytest.mark.no_core

TEXT = """TRIBUNALE DI MILANO
Sezione specializzata in materia d'impresa
R.G. 1/2022
La ricorrente, titolare di casa-madre.it, ha documentato i fatti.
P.Q.M.
ordina alla resistente Rete Uno S.p.A. di inibire l'accesso ai siti uno-finto.to e
due-finto.to, ad eccezione di posta.due-finto.to, entro 5 giorni dalla
notificazione. Ordina altresì di fotografare il blocco del sito tre-finto.to.
Fissa una penale di euro 1.000 per ogni giorno di ritardo.
Milano, 11 luglio 2022
"""
SECRET = """[[order]]
id = "open"
authority = "Court"
targets = ["open.example"]
[[order]]
id = "closed"
authority = "Court"
confidential = true
targets = ["hushed.example"]
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def check(*arguments: str) -> Result:
    result = CliRunner().invoke(cli, ["check", *arguments, "--html", "page.html"])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def page_of(octets: bytes, name: str, *options: str) -> lxml.html.HtmlElement:
    Path(name).write_bytes(octets)
    check(name, *options)
    page = lxml.html.fromstring(Path("page.html").read_text("utf-8"))
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {href[1:] for href in page.xpath("//a/@href | //*[local-name()='a']/@href")} <= set(ids)
    assert page.xpath("//script | //iframe | //object | //form | //*[@onload or @onclick]") == []
    loaded = page.xpath("//@src | //link/@href | //*[local-name()='image']/@href")
    assert all(address.startswith("data:") for address in loaded)
    return page


def texts(page: lxml.html.HtmlElement, path: str) -> list[str]:
    return [" ".join(found.text_content().split()) for found in page.xpath(path)]


def entries(page: lxml.html.HtmlElement) -> list[str]:
    return [" ".join(texts(row, "./*[contains(@class,'tag')] | ./strong"))
            for row in page.xpath("//ol[@class='entries']/li")]  # fmt: skip


class TestText:
    def test_names_with_their_signs(self) -> None:
        page = page_of(TEXT.encode(), "order.txt")
        assert entries(page) == [
            ">> uno-finto.to", ">> due-finto.to", "++ posta.due-finto.to", "?? tre-finto.to",
            "~~ casa-madre.it",
        ]  # fmt: skip
        assert texts(page, "//a[contains(@class,'mark') and not(contains(@class,'fact'))]") == [
            "casa-madre.it", "uno-finto.to", "due-finto.to", "posta.due-finto.to", "tre-finto.to",
        ]  # fmt: skip
        assert [text for text in texts(page, "//span[contains(@class,'margin')]") if text] == [
            "~~", ">>", ">>", "??",
        ]  # fmt: skip

    def test_a_mark_and_what_is_said_of_it_are_linked(self) -> None:
        page = page_of(TEXT.encode(), "order.txt")
        (mark,) = page.xpath("//a[contains(@class,'mark') and .='due-finto.to']")
        (row,) = page.xpath("//li[@id=$id]", id=mark.get("href")[1:])
        assert row.xpath("./strong")[0].text == "due-finto.to"
        assert row.xpath("./a/@href")[0] == f"#{mark.get('id')}"

    def test_facts_beside_their_sentences(self) -> None:
        page = page_of(TEXT.encode(), "order.txt")
        said = dict(zip(texts(page, "//dt"), texts(page, "//dd"), strict=True))
        assert said["Deadline"].startswith("§5 days from notifiedline 7")
        assert said["Penalty"].startswith("§1,000 EUR per dayline 9")
        assert said["Ends"] == "not stated in the text"
        words = dict(zip(texts(page, "//dt[following-sibling::dd[1]/q/b]"),
                         texts(page, "//dd/q/b"), strict=True))  # fmt: skip
        assert words["Deadline"] == "entro 5 giorni"
        assert words["Penalty"] == "euro 1.000 per ogni giorno di ritardo."
        assert words["Date"] == "11 luglio 2022"
        assert words["Addressees"] == "Rete Uno S.p.A."
        assert words["Authority"] == "TRIBUNALE DI MILANO"

    def test_each_role_is_in_the_legend(self) -> None:
        page = page_of(TEXT.encode(), "order.txt")
        signs = texts(page, "//ul[@class='legend']//span[contains(@class,'tag')]")
        assert signs == [sign for sign, _, _ in ROLES.values()]
        assert len(set(signs)) == len(signs)

    def test_it_names_the_file_its_digest_and_the_version(self) -> None:
        from hashlib import sha256

        from blocklist import __version__

        page = page_of(TEXT.encode(), "order.txt")
        assert texts(page, "//h1") == ["order.txt"]
        assert sha256(TEXT.encode()).hexdigest() in page.text_content()
        assert f"blocklist {__version__}" in texts(page, "//footer/p")

    def test_a_long_list_is_cut_and_says_so(self) -> None:
        names = "\n".join(f"n{number}.example" for number in range(MOST + 7))
        page = page_of(names.encode(), "list.txt")
        assert len(entries(page)) == MOST
        assert "7 names not shown here" in texts(page, "//p[@class='hidden']")
        assert any("more" in gap for gap in texts(page, "//p[@class='gap']"))

    def test_fields_of_an_order_file(self) -> None:
        page = page_of(b'[[order]]\nid = "x"\nauthority = "Court"\nissued = 2026-01-02\n'
                       b'targets = ["a.example"]\n', "order.toml")  # fmt: skip
        assert "issued = 2026-01-02" in texts(page, "//dd/q/b")


class TestHostile:
    MARKUP = "<script>alert(1)</script><img src=//x.example/i onerror=alert(1)>\"'><b>&lt;"

    def test_text_is_text(self) -> None:
        text = TEXT.replace("i fatti.", self.MARKUP).replace("Rete Uno", "<i>Rete Uno")
        page = page_of(text.encode(), "order.txt")
        assert page.xpath("//img | //i") == []
        assert self.MARKUP in page.text_content()

    def test_a_file_name_is_text(self) -> None:
        page = page_of(TEXT.encode(), "<b onclick=x>.txt")
        assert texts(page, "//h1") == ["<b onclick=x>.txt"]

    def test_controls_and_overrides_are_blanks(self) -> None:
        page = page_of(TEXT.replace("i fatti.", "a\x1b[31m\u202eb\u200bc").encode(), "order.txt")
        assert "a [31m b c" in page.text_content()

    def test_attributes_are_quoted(self) -> None:
        made = element("a", "x", title="\"><script>&'", class_="")
        text = document_of("<t>", "p { color: red }", element("body", made))
        page = lxml.html.fromstring(text)
        assert page.xpath("//a/@title") == ["\"><script>&'"]
        assert page.xpath("//script") == []
        assert "<title>&lt;t&gt;</title>" in text

    def test_the_policy_allows_its_style_alone(self) -> None:
        text = document_of("t", "p { color: red }", element("body"))
        policy = lxml.html.fromstring(text).xpath("//meta[@http-equiv]/@content")[0]
        assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")
        assert "unsafe" not in policy

    def test_children_and_tails(self) -> None:
        made: Element = element("p", "a", element("b", "c"), None, "d", "", "e")
        assert "".join(made.itertext()) == "acde"


class TestConfidential:
    def test_its_names_and_the_text_are_hidden(self) -> None:
        page = page_of(SECRET.encode(), "orders.toml")
        assert "hushed" not in lxml.html.tostring(page, encoding="unicode")
        assert entries(page) == [">> open.example"]
        assert "--show-confidential" in page.text_content()

    def test_they_are_shown_when_asked(self) -> None:
        page = page_of(SECRET.encode(), "orders.toml", "--show-confidential")
        assert entries(page) == [">> open.example", ">> hushed.example"]

    def test_a_confidential_document_shows_no_page(self) -> None:
        Path("order.pdf.toml").write_text("confidential = true\n", "utf-8")
        page = page_of(as_pdf(ORDERS[0]), "order.pdf")
        assert page.xpath("//*[local-name()='svg']") == []
        shown = lxml.html.tostring(page, encoding="unicode")
        assert not re.search("kickasstorrents|Risolutore", shown)


class TestPages:
    def test_a_box_for_each_name(self) -> None:
        page = page_of(as_pdf(ORDERS[0]), "order.pdf")
        roles = page.xpath("//svg/a[rect]/@class")
        assert sorted(roles) == ["mention"] * 4 + ["target"] * 3
        (first,) = page.xpath("//svg/a[contains(title,'kickasstorrents.to')]")
        assert first.xpath("./text")[0].text == ">>"
        (row,) = page.xpath("//li[@id=$id]", id=first.get("href")[1:])
        assert row.xpath("./a/@href")[0] == f"#{first.get('id')}"

    def test_a_name_that_a_line_cuts_has_two_boxes(self) -> None:
        lines = [*TEXT.split("\n")[:5], "ordina di inibire l'accesso al sito www.lungo-nome.",
                 "finto-sito.to entro 5 giorni.", "Milano, 11 luglio 2022"]  # fmt: skip
        page = page_of(pdf(written(lines)), "order.pdf")
        (name,) = [row for row in entries(page) if "finto-sito.to" in row]
        anchor = page.xpath("//li[strong=$name]/@id", name=name[3:])[0]
        assert len(page.xpath("//svg/a[rect][@href=$href]", href=f"#{anchor}")) == 2

    def test_the_text_is_there_for_those_who_see_no_picture(self) -> None:
        page = page_of(as_pdf(ORDERS[0]), "order.pdf")
        assert "kickasstorrents.to" in texts(page, "//svg/desc")[0]
        assert "kickasstorrents.to" in texts(page, "//details")[0]


class TestRefused:
    FRENCH = "TRIBUNAL DE VILLENEUVE\nordonne de bloquer : a-faux.example et b-faux.example\n"

    def test_a_refused_document_has_its_candidates(self) -> None:
        Path("o.txt").write_text(self.FRENCH, "utf-8")
        result = check("o.txt")
        assert result.exit_code == 2
        page = page_of(self.FRENCH.encode(), "o.txt")
        assert entries(page) == ["~~ a-faux.example", "~~ b-faux.example"]
        assert "TRIBUNAL DE VILLENEUVE" in texts(page, "//dd")[0]
        assert texts(page, "//p[@class='fault']")[0].startswith("Refused: o.txt")

    def test_others_in_the_folder_are_shown_as_well(self) -> None:
        Path("orders").mkdir()
        Path("orders/a.txt").write_text(self.FRENCH, "utf-8")
        Path("orders/b.txt").write_text(TEXT, "utf-8")
        check("orders")
        page = lxml.html.fromstring(Path("page.html").read_text("utf-8"))
        assert texts(page, "//h2") == ["a.txt", "b.txt"]


class TestOutput:
    @pytest.mark.parametrize("source", ["page.html", "."])
    def test_a_source_is_not_replaced(self, source: str) -> None:
        Path("page.html").write_text("a.example", "utf-8")
        result = check(source)
        assert result.exit_code == 2
        assert "would replace a source" in result.output
        assert Path("page.html").read_text("utf-8") == "a.example"

    def test_it_is_the_same_for_the_same_document(self) -> None:
        page_of(as_pdf(ORDERS[0]), "order.pdf")
        first = Path("page.html").read_bytes()
        page_of(as_pdf(ORDERS[0]), "order.pdf")
        assert Path("page.html").read_bytes() == first
