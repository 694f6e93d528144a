"""Texts that are no lists: letters, and the files of a system."""

from __future__ import annotations

import json

import pytest
from loading import only, values
from shared_data import shared

from blocklist import OrderSyntaxError, UnknownFormatError, load_orders

pytestmark = pytest.mark.no_core

HEAD = (
    "Received: from a by b; Mon, 3 Mar 2025 10:00:00 +0100\nFrom: a@a.example\n"
    "To: b@b.example\nSubject: x\nDate: Mon, 3 Mar 2025 10:00:00 +0100\n"
)


def mail(words: str, attached: str = "", label: str = "list.txt") -> bytes:
    if not attached:
        return (
            f"{HEAD}MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{words}".encode()
        )
    return (
        f'{HEAD}MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="x"\n\n'
        f"--x\nContent-Type: text/plain; charset=utf-8\n\n{words}\n"
        f"--x\nContent-Type: text/plain; charset=utf-8\n"
        f'Content-Disposition: attachment; filename="{label}"\n\n{attached}\n--x--\n'
    ).encode()


LETTERS = [
    "Caro Piero,\neccoti la copia, www.notaio-neri.example\n",
    "Dear Sir,\nplease find it enclosed, www.firm.example\nwith kind regards, www.firm.example\n",
    "Egregi signori,\nd'accordo, www.a.example\ne di nuovo, www.b.example\nsaluti, www.c.example\n",
    "Oggetto; notifica\nsi veda il nostro sito; www.firm.example\n",
    "Il verbale è qui, www.a.example\nLa copia è sotto, www.b.example\nTante cose, www.c.example\n",
]


@pytest.mark.parametrize("words", LETTERS)
@pytest.mark.parametrize("form", ["text", "mail"])
def test_letter_is_no_table(words: str, form: str) -> None:
    with pytest.raises(UnknownFormatError):
        load_orders(words.encode() if form == "text" else mail(words))


@pytest.mark.parametrize("words", LETTERS)
def test_letter_beside_a_list(words: str) -> None:
    order = only(mail(words, "x.example\ny.example"))
    assert [target.text for target in order.targets] == ["x.example", "y.example"]


def test_letters_of_the_shared_corpus() -> None:
    for words in json.loads(shared("prose/not-lists.json")):
        for source in (words.encode(), mail(words)):
            with pytest.raises(UnknownFormatError):
                load_orders(source)
        assert values(mail(words, "x.example\ny.example")) == ["x.example", "y.example"]


@pytest.mark.parametrize(
    "words",
    ["a.example\nb.example\n", "||a.example^\n", "0.0.0.0 a.example\n", "url;x\na.example;1\n"],
)
def test_words_beside_an_attachment_are_no_list(words: str) -> None:
    order = only(mail(words, "x.example\ny.example"))
    assert [target.text for target in order.targets] == ["x.example", "y.example"]
    assert "own text looks like a list" in order.warnings[0]


def test_words_alone_may_be_a_plain_list_and_no_table() -> None:
    assert values(mail("a.example\nb.example\n")) == ["a.example", "b.example"]
    for name in (None, "csv"):
        with pytest.raises(UnknownFormatError):
            load_orders(mail("url;date\na.example;1\nb.example;2\n"), format=name)


def test_forced_list_is_not_sought_in_the_words() -> None:
    source = mail("Caro Piero,\necco, www.a.example\n", "url;x\nx.example;1\n", "l.csv")
    order = only(source, format="csv")
    assert [target.text for target in order.targets] == ["x.example"]
    assert not order.warnings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("url;date\na.example;1\n", ["a.example"]),  # a header that is known: one row is enough
        ("a.example;1\nb.example;2\nc.example;3\n", ["a.example", "b.example", "c.example"]),
        ("Nr;Eintrag\n1;a.example\n2;b.example\n", ["a.example", "b.example"]),
        (
            "Id,Site,Why\n1,a.example,no licence\n2,b.example,no licence\n",
            ["a.example", "b.example"],
        ),
    ],
)
def test_table_is_still_a_table(text: str, expected: list[str]) -> None:
    order = only(text.encode())
    assert order.source.format == "csv"
    assert [target.text for target in order.targets] == expected


@pytest.mark.parametrize(
    "text",
    [
        "Nr;Eintrag\n1;a.example\n",  # one row under a header that nobody knows
        "Nr;Eintrag\n1;a.example\n2;b.example\n3;c.example;x\n",
        "Nr,Site\n1,a.example\n2,b.example\nThese sites were seen by us.,c.example\n",
    ],
)
def test_no_table(text: str) -> None:
    with pytest.raises(UnknownFormatError):
        load_orders(text.encode())


SYSTEM_TEXTS = {
    "certificates": "# certificates\nmozilla/Root_One.crt\n!mozilla/Old.crt\nmozilla/Two.crt\n",
    "paths": "share/doc/readme.txt\nshare/info/guide.txt\nbin/tool\n",
    "units": "[Match]\nName=vb-*\nDriver=veth\n\n[Network]\nDHCP=yes\nLLDP=no\n",
    "sections": "[Daemon]\n#KeepCache=false\n",
    "unit names": "systemd-timed.service\nother-clock.service\n",
    "locales": "aa_DJ.ISO8859-1:\taa_DJ.ISO8859-1\n" + 3 * "en_IE.UTF-8:\ten_IE.UTF-8\n",
    "networks": "default\t\t0.0.0.0\nloopback\t127.0.0.0\nlink-local\t169.254.0.0\n",
    "numbered": "0\tcosmos\n1\tmars\n",
    "help": "*k*\n*kk*\n*K*\n\n|h|\n|ab|\n|index|\n",
    "stars": "*****************\n\n*****************\n",
    "folders": "/usr/lib/\n/usr/local/lib/\n/opt/lib/\n",
    "manual": ".sp\n.br\n.PP\n.RE\n.fi\ntext\n",
    "settings": "key=value\nother.key=value\nthird=*\n[a-z]\n",
    "table in bars": "|a|b|\n|-|-|\n|c|d|\n",
    "exponents": "x^\ny^\nz^\n",
}


@pytest.mark.parametrize("name", SYSTEM_TEXTS)
def test_system_text_is_no_list(name: str) -> None:
    with pytest.raises(UnknownFormatError):
        load_orders(SYSTEM_TEXTS[name].encode())


def test_rulers_alone_are_comments() -> None:
    with pytest.raises(OrderSyntaxError, match="names nothing: every line is a comment"):
        load_orders(b"##########\n#  settings  #\n##########\n\n#####\n##### x\n")


def test_marks_of_real_lists_are_still_known() -> None:
    for text, format_ in (
        ("||a.example^\n||b.example^$important\n@@||c.example^|\n", "adblock"),
        ("/^ads[0-9]+\\./\n/banner[0-9]/$script\n", "adblock"),
        ("|https://a.example/x^\n|http://b.example|\n", "adblock"),
        ("##.advert\na.example##.x\n", "adblock"),
        ("ads[0-9].a.example\n=b.example\nads.*\n", "dnscrypt"),
        ("a.example @worktime\n=b.example\n*x*\n", "dnscrypt"),
        ("0 a.example\n0 localhost\n", "hosts"),
        ("*bet*\n*casino*\na.example\n", "plain"),
        ("http://a.example/x\n192.0.2.1\nhttp://192.0.2.7/y\n", "plain"),
        (".a.example\n.b.example\n", "squid"),
    ):
        try:
            (order,) = load_orders(text.encode())
        except Exception as error:
            raise AssertionError(text) from error
        assert order.source.format == format_, text
