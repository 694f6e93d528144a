"""Court orders: the vectors are the specification; the tables below are its corners."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loading import only
from processortime import within
from scale import size

from blocklist import load_orders
from blocklist.documents import Document
from blocklist.errors import BlocklistError, OrderSyntaxError, UnknownFormatError
from blocklist.loaders.authorities.court import CourtLoader
from blocklist.loaders.italian import facts, numbers, penalties, terms
from blocklist.loaders.italian.candidates import Text, find_candidates
from blocklist.loaders.loadoptions import LoadOptions
from blocklist.model.orderdata import encode_order
from blocklist.model.orders import Order, Term
from blocklist.model.penalty import Penalty
from blocklist.model.targets import Target, TargetKind

pytestmark = [pytest.mark.begin, pytest.mark.no_core]

HERE = Path(__file__).parent
VECTORS = sorted((HERE / "vectors" / "court").glob("*.json"))
EXAMPLES = HERE.parent / "examples"

HEADING = "TRIBUNALE DI MILANO\nn.r.g. 1/2024\nORDINANZA\n\nI motivi.\n\nP.Q.M.\n\n"
SIGNATURE = "\n\nSi comunichi.\nMilano, 3 giugno 2024\n"


def order_of(operative: str) -> Order:
    (order,) = load_orders((HEADING + operative + SIGNATURE).encode(), format="court", name="o.txt")
    return order


def doubts(order: Order) -> tuple[str, ...]:
    """Return the warnings but that on what is not stated, which short orders all have."""
    return tuple(w for w in order.warnings if not re.fullmatch("no .* was found", w))


def values(operative: str) -> list[str]:
    return [target.text for target in order_of(operative).targets]


def as_data(order: Order) -> dict[str, Any]:
    def plain(targets: Any) -> list[list[Any]]:
        return [[t.line, t.raw, t.kind.value, t.value] for t in targets]

    data = encode_order(order)
    data["source"].pop("sha256")
    more = {
        "targets": plain(order.targets),
        "exceptions": plain(order.exceptions),
        "rejected": [[r.line, r.text, r.code] for r in order.rejected],
        "mentions": [[m.line, m.text, m.reason] for m in order.mentions],
    }
    data |= {name: value for name, value in more.items() if value}
    as_json: dict[str, Any] = json.loads(json.dumps(data))
    return as_json


@pytest.mark.parametrize("expected", VECTORS, ids=lambda path: path.stem)
def test_vector(expected: Path) -> None:
    source = expected.with_suffix(".txt")
    if not source.exists():
        source = EXAMPLES / f"{expected.stem}-prose.txt"
    try:
        (order,) = load_orders(source, format="court")
        got = as_data(order)
    except OrderSyntaxError as error:
        reason, _, way_on = error.reason.partition("; 'blocklist import --draft ")
        assert way_on.endswith(f"{source.name}' writes a draft with every name in it")
        got = {"error": reason, "line": error.line}
    assert got == json.loads(expected.read_text("utf-8"))


@pytest.mark.parametrize("expected", VECTORS, ids=lambda path: path.stem)
def test_target_stands_where_it_says(expected: Path) -> None:
    source = expected.with_suffix(".txt")
    if "error" in json.loads(expected.read_text("utf-8")) or not source.exists():
        return
    lines = source.read_text("utf-8").splitlines()
    (order,) = load_orders(source)
    named: list[Target] = [*order.targets, *order.exceptions]
    assert order.source.format == "court"
    assert all(target.raw in lines[target.line - 1] for target in named)
    assert all(mention.text in lines[mention.line - 1] for mention in order.mentions)


def test_founding_case() -> None:
    (order,) = load_orders(EXAMPLES / "milan-2022-prose.txt")
    assert order.issued == date(2022, 7, 11)
    assert order.deadline == Term(30, "day", "notified")
    assert order.penalty == Penalty(Decimal(10_000), "EUR", "day")
    assert order.case_number == ""
    assert sorted(t.value for t in order.targets) == [
        "corsaronero.pro",
        "ilcorsaronero.pro",
        "kickasstorrents.to",
        "limetorrents.pro",
    ]


ORDER = "ordina a TIM S.p.A. di inibire l'accesso "


@pytest.mark.parametrize(
    ("operative", "expected"),
    [
        (ORDER + "al sito a.example.com.", ["a.example.com"]),
        (ORDER + "a a.example.com", ["a.example.com"]),
        (ORDER + "ai siti «a.example.com», 'b.example.com' e (c.example.com).",
         ["a.example.com", "b.example.com", "c.example.com"]),
        (ORDER + "ai siti:\na.example.com\nb.example.com", ["a.example.com", "b.example.com"]),
        (ORDER + "ai siti:\n\n- a.example.com;\n\n- b.example.com.\n\n- c.example.com.",
         ["a.example.com", "b.example.com", "c.example.com"]),
        (ORDER + "ai siti:\n1) a.example.com\n2) sito: b.example.com\n",
         ["a.example.com", "b.example.com"]),
        (ORDER + "ai siti:\n- a.example.com (già www.z.example.com\n  dal 2020);\n- b.example.com",
         ["a.example.com", "b.example.com"]),
        (ORDER + "ai siti: *.a.example.com e A.EXAMPLE.ORG.",
         ["*.a.example.com", "a.example.org"]),
        ("dispone il blocco del sito a.example.com", ["a.example.com"]),
        ("DISPONE\n\nl'oscuramento del sito a.example.com", ["a.example.com"]),
        ("Si dispone l'oscuramento del sito a.example.com", ["a.example.com"]),
        ("inibisce a TIM S.p.A. la risoluzione DNS del nome a dominio a.example.com",
         ["a.example.com"]),
        ("accoglie il ricorso inibendo alla resistente l'accesso al portale a.example.com",
         ["a.example.com"]),
        (("ORDINA:\n1) a TIM S.p.A. di inibire l'accesso al sito a.example.com;\n"
         "2) a WIND S.p.A. di inibire l'accesso al sito b.example.com"),
         ["a.example.com", "b.example.com"]),
        ("ordina di cessare la fornitura di connettività al sito a.example.com",
         ["a.example.com"]),
        (("ordina, entro 9 giorni dalla pubblicazione, di bloccare i siti su cui sono pubblicate "
         "le opere: a.example.com"), ["a.example.com"]),
        (ORDER + 'alle piattaforme denominate "Film Gratis" (a.example.com) e "Tutto" '
         "(b.example.com)", ["a.example.com", "b.example.com"]),
        ("ordina di non consentire l'accesso al sito a.example.com", ["a.example.com"]),
        (ORDER + "al sito a.example.com e a tutti i TLD dello stesso nome di secondo livello "
         "«film»", ["a.example.com", "film.{suffix}"]),
        (ORDER + "ai siti: film.*, a.example.com", ["film.{suffix}", "a.example.com"]),
        (ORDER + "all'indirizzo IP 192.0.2.9 e al sito a.example.com",
         ["192.0.2.9", "a.example.com"]),
        (ORDER + "ai siti: a.example.com\u00a0, münchen.example.com",
         ["a.example.com", "xn--mnchen-3ya.example.com"]),
    ],
)  # fmt: skip
def test_blocks(operative: str, expected: list[str]) -> None:
    assert values(operative) == expected


KEPT = "\nOrdina di inibire l'accesso al sito kept.example.com"


@pytest.mark.parametrize(
    "operative",
    [
        "ordina di inibire l'accesso alle pagine grande.example.com",
        "ordina a TIM S.p.A. (www.tim.example.com), info@tim.example.com, di bloccare i pagamenti",
        "ordina a Cloudflare Inc., fornitrice del servizio DNS 1.1.1.1, di inibire l'accesso",
        "inibisce a Nuvola Inc., titolare del sito cdn.example.com, la prosecuzione",
        "inibisce a Nuvola Inc. (www.nuvola.example.com) l'accesso",
        "dispone la pubblicazione del dispositivo sul sito www.corriere.it",
        "dispone che il blocco sia reso noto con un avviso sul sito www.corriere.it",
        "ordina di inibire l'accesso e di pubblicare un avviso sui siti:\n- www.corriere.it",
        "ordina di inibire l'accesso ai siti pirata come elencati sul sito www.elenco.example.com",
        "ordina di inibire l'accesso ai siti che copiano il sito www.vero.example.com",
        "ordina di inibire l'accesso ai siti reindirizzando verso il sito avviso.example.com",
        "ordina di inibire l'accesso ai contenuti del sito ufficiale www.vero.example.com",
        "ordina di inibire l'accesso ai siti indicati dallo studio www.lex.example.com",
        "ordina di inibire l'accesso al sito www.agcom.it",
        "ordina di cessare l'uso del nome a dominio marchio.example.com",
        "ordina il trasferimento del nome a dominio marchio.example.com",
        "dispone la revoca del blocco del sito libero.example.com",
        "dispone che cessi l'inibizione dell'accesso al sito libero.example.com",
        "ordina il dissequestro del sito libero.example.com",
        "rigetta la domanda di inibire l'accesso al sito libero.example.com",
        "conferma il decreto che ordina di inibire l'accesso al sito vecchio.example.com",
        "non dispone il blocco del sito libero.example.com",
        "condanna la resistente alle spese, v. sito www.costi.example.com, € 5.000,00",
        "ordina di inibire l'accesso ai siti pirata.Il giudice",
        "ordina di inibire l'accesso ai siti pirata e garantire l'accesso al sito l.example.com",
        "ordina di inibire l'accesso ai siti pirata e mantenere quello ai siti:\n- l.example.com",
        "ordina di non inibire l'accesso al sito libero.example.com",
        "vieta alla resistente di bloccare il sito libero.example.com",
        "ordina di inibire i siti pirata evitando il blocco del sito libero.example.com",
        "con riguardo al sito prima.example.com, ordina di inibire l'accesso",
        "ordina di inibire l'accesso ad altro sito, n. 1.2.3.4 dell'elenco",
        "ordina di inibire l'accesso al sito ilcorsaronero.lo",
        "ordina di inibire l'accesso e la diffusione delle opere del sito b.com sul sito a.to",
        "fissa la penale, comunicata al sito www.penale.example.com, per ogni giorno di blocco",
    ],
)
def test_blocks_nothing_else(operative: str) -> None:
    assert values(operative + ";" + KEPT) == ["kept.example.com"]


@pytest.mark.parametrize(
    ("tail", "exceptions", "targets"),
    [
        (", ad eccezione di b.a.example.com", ["b.a.example.com"], ["a.example.com"]),
        (", salvo il sito b.a.example.com e c.a.example.com",
         ["b.a.example.com", "c.a.example.com"], ["a.example.com"]),
        (", con esclusione di www.other.example.org", [], ["a.example.com"]),
        (", fatta eccezione per:\n- b.a.example.com\n- c.a.example.com",
         ["b.a.example.com", "c.a.example.com"], ["a.example.com"]),
    ],
)  # fmt: skip
def test_exceptions(tail: str, exceptions: list[str], targets: list[str]) -> None:
    order = order_of(ORDER + "al sito a.example.com" + tail)
    assert [t.text for t in order.exceptions] == exceptions
    assert [t.text for t in order.targets] == targets
    assert len(doubts(order)) == (not exceptions)


@pytest.mark.parametrize(
    ("operative", "bystander"),
    [
        ("al sito a.to, fermo restando l'accesso a b.com", "b.com"),
        ("al sito a.to, impregiudicato l'accesso a b.com", "b.com"),
        ("al sito a.to, ferma restando la raggiungibilità del sito b.com", "b.com"),
        ("al sito a.to, restando accessibile b.com", "b.com"),
        ("al sito a.to, mantenendo accessibile il sito b.com", "b.com"),
        ("ai siti:\nkept.to\na.to\n\nwww.b.com", "www.b.com"),
        ("ai siti:\nkept.to\npag. 12\nwww.b.com\na.to", "www.b.com"),
        ("ai siti:\n- kept.to;\npag. 12\nwww.b.com\n- a.to", "www.b.com"),
        ("ai siti:\n- kept.to (fonte: b.com)\n- a.to", "b.com"),
        ("ai siti:\n- kept.to (v. rapporto: b.com)\n- a.to (alias: alias.to)", "b.com"),
        ("ai siti:\n- kept.to, mirror di b.com\n- a.to", "b.com"),
        ("ai siti:\n- kept.to, copia del sito b.com\n- a.to", "b.com"),
        ("tramite il sito b.com ai siti a.to", "b.com"),
        ("attraverso il motore di ricerca del sito b.com ai siti a.to", "b.com"),
    ],
)
def test_bystander_is_told(operative: str, bystander: str) -> None:
    order = order_of(ORDER + operative)
    assert {t.text for t in order.targets} - {"kept.to", "alias.to"} == {"a.to"}
    assert [m.text for m in order.mentions] == [bystander]
    assert any(f"{bystander!r} is n" in warning for warning in order.warnings)


def test_doubt_is_told() -> None:
    order = order_of(ORDER + "al sito a.example.com, gemello del sito b.example.com.")
    assert [m.text for m in order.mentions] == ["b.example.com"]
    assert "'b.example.com' is not blocked" in order.warnings[0]


def test_unknown_tld_in_a_list() -> None:
    order = order_of(ORDER + "ai seguenti siti:\n- ilcorsaronero.lo")
    assert [t.value for t in order.targets] == ["ilcorsaronero.lo"]
    assert doubts(order) == ("line 10: 'ilcorsaronero.lo' has an unknown TLD",)


def test_every_suffix_of_a_name_not_said() -> None:
    order = order_of(ORDER + "ai siti a.example.com e ad ogni altra estensione degli stessi")
    assert [t.text for t in order.targets] == ["a.example.com"]
    assert "{suffix}" in order.warnings[0]


@pytest.mark.parametrize("count", ["n. 3 nomi a dominio", "tre nomi a dominio"])
def test_count_differs(count: str) -> None:
    order = order_of(
        f"ordina di inibire l'accesso ai seguenti {count}: a.example.com, b.example.com"
    )
    assert doubts(order) == (f"line 9: the order says {count!r}, and 2 were read",)


def test_scope() -> None:
    text = HEADING + ORDER + "al sito a.example.com" + SIGNATURE
    (order,) = load_orders(text.encode(), scope="exact")
    assert [t.kind for t in order.targets] == [TargetKind.EXACT]


def test_identity_without_number_and_date() -> None:
    text = "TRIBUNALE DI ENNA\n\nP.Q.M.\n\n" + ORDER + "al sito a.example.com\n"
    (order,) = load_orders(text.encode())
    assert order.id == f"it:tribunale-di-enna:{order.source.sha256[:8]}"
    assert "no date of decision was found" in order.warnings


@pytest.mark.parametrize(
    "text",
    [
        "tribunale.example.com\nkickasstorrents.to\n",
        "url,authority\na.example.com,Tribunale di Roma (GIP)\nb.example.com,Tribunale di Milano\n",
        "Tribunale di Milano,a.example.com\nTribunale di Milano,b.example.com\n",
        '[[order]]\nid = "x"\nauthority = "Tribunale di Milano"\nnote = "P.Q.M."\n',
        "0.0.0.0 a.example.com\n",
        "TRIBUNALE DI MILANO\nORDINANZA\nsenza dispositivo\n",
        "P.Q.M.\na.example.com\n",
        "",
    ],
)
def test_does_not_recognise(text: str) -> None:
    assert not CourtLoader().recognises(Document("x", "x", text.encode()))


@pytest.mark.parametrize(
    "heading", ["P.Q.M.", "PQM", "P. Q. M.", " PER QUESTI MOTIVI ", "Per tali motivi:"]
)
def test_headings(heading: str) -> None:
    text = (
        f"TRIBUNALE DI ENNA\n\n{heading}\n\n{ORDER}al sito a.example.com\n\nEnna, 2 maggio 2024\n"
    )
    (order,) = load_orders(text.encode())
    assert (order.source.line, order.issued) == (3, date(2024, 5, 2))


def test_quoted_order_before_a_heading_in_the_line() -> None:
    text = (
        "TRIBUNALE DI ENNA\n\nP.Q.M.\n\nordina di bloccare il sito old.example.com\n\n"
        "P.Q.M. ordina di bloccare il sito new.example.com\n"
    )
    (order,) = load_orders(text.encode())
    assert [t.value for t in order.targets] == ["new.example.com"]


def test_no_operative_part() -> None:
    with pytest.raises(OrderSyntaxError, match=r"no operative part.*blocklist template"):
        load_orders(b"TRIBUNALE DI ENNA\nordina\n", format="court")
    with pytest.raises(UnknownFormatError):
        load_orders(b"TRIBUNALE DI ENNA\nordina di bloccare tutto quanto\n")


def test_no_targets() -> None:
    with pytest.raises(OrderSyntaxError, match=r"1 names are only mentioned.*order file") as caught:
        order_of("ordina di bloccare quanto indicato presso a.example.com")
    assert caught.value.line == 7


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("P.Q.M. S.p.A. s.r.l. c.p.c. l.d.a. d.lgs. art.li n.r.g. avv.to dott.ssa sig.re f.to", []),
        ("11.07.2022, 10.000,00 e 10.000.000 e 12:30:00 e 3.1", []),
        ("parola...altra L.n.633/1941", [""]),
        ("Milano.La parte", ["milano.la"]),
        ("hxxps[://]a[.]example[.]com/b, a(.)example(.)org; 'a[dot]example[dot]net'.",
         ["a.example.com", "a.example.org", "a.example.net"]),
        ("(http://a.example.com/b(c)) http://b.example.com/)", ["a.example.com", "b.example.com"]),
        ("http://a.example.com,http://b.example.com", ["a.example.com", "b.example.com"]),
        ("x@a.example.com", [""]),
        ("192.0.2.1, [2001:db8::1] e 2001:db8::/32", ["192.0.2.1", "2001:db8::1", "2001:db8::/32"]),
    ],
)  # fmt: skip
def test_candidates(text: str, expected: list[str]) -> None:
    assert [candidate.host for candidate in find_candidates(Text([text]))] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("entro 30 giorni dalla comunicazione", Term(30, "day", "notified")),
        ("entro 30 (trenta) giorni dalla notificazione", Term(30, "day", "notified")),
        ("entro il termine di trenta giorni dal deposito", Term(30, "day", "published")),
        ("entro e non oltre due settimane dalla data odierna", Term(14, "day", "issued")),
        ("entro quarantotto ore", Term(48, "hour", "notified")),
        ("immediatamente e comunque entro 30 minuti", Term(30, "minute", "notified")),
        ("senza indugio", None),
        ("entro tre mesi", None),
        ("entro tali giorni", None),
    ],
)
def test_term(text: str, expected: Term | None) -> None:
    assert terms.term(text).term == expected


DAY = " per ogni giorno di ritardo"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("penale di € 10.000,00" + DAY, Penalty(Decimal(10_000))),
        ("penale di euro 10.000" + DAY, Penalty(Decimal(10_000))),
        ("penale di 10.000 €" + DAY, Penalty(Decimal(10_000))),
        ("penale di 1.250,50 euro" + DAY, Penalty(Decimal("1250.50"))),
        ("penale di diecimila euro" + DAY, Penalty(Decimal(10_000))),
        ("penale euro diecimila/00" + DAY, Penalty(Decimal(10_000))),
        ("per ogni violazione la penale di euro 500", Penalty(Decimal(500), per="violation")),
        ("penale di € 100 per ogni violazione e di € 200" + DAY, Penalty(Decimal(200))),
        ("spese € 5.000,00; penale di € 100" + DAY, Penalty(Decimal(100))),
        ("penale di € 100" + DAY + ", fino a un massimo di € 9.000",
         Penalty(Decimal(100), cap=Decimal(9_000))),
        ("penale di € 10,000" + DAY, None),
        ("spese, liquidate in € 5.000,00 per ogni giorno di causa", None),
    ],
)  # fmt: skip
def test_penalty(text: str, expected: Penalty | None) -> None:
    assert penalties.penalty(text)[0] == expected


@pytest.mark.parametrize(
    ("word", "number"),
    [("uno", 1), ("ventotto", 28), ("trentuno", 31), ("centottanta", 180), ("mille", 1000),
     ("duecentocinquantamila", 250_000), ("millecinquecento", 1500), ("siti", None), ("", None)],
)  # fmt: skip
def test_cardinal(word: str, number: int | None) -> None:
    assert numbers.cardinal(word) == number


@pytest.mark.parametrize(
    "number",
    ["n.r.g. 51624/2017", "R.G. 51624/2017", "RG n. 51624/17", "N. R.G. 2022/12345",
     "n.r.g. 51624/2017-1", "42486/06 RGNR", "9502/06 RGGIP"],
)  # fmt: skip
def test_case_number(number: str) -> None:
    assert facts.case_number(f"procedimento iscritto al\n{number}, promosso da") == number


def test_case_number_not_public() -> None:
    assert facts.case_number("n. R.G. non pubblicato; cfr. R.G. 1/2020") == ""


@pytest.mark.parametrize(
    "piece",
    [".", "1)", "1) ", "- a.example.com\n", "a.", "a@", "hxxp://", "(", "[.]", "*.", " ", "\n",
     "\0", "ordina ", "ordina inibire ", "P.Q.M.\n", "Aa S.p.A. ", "entro 30 ", "euro 10 ", "R.G. ",
     "ogni altro sito ", "Allegato 1\n", "1 luglio 2020\n", "art. 1 ", "cessare ", "1:", "\u2028",
     "a-\n", "a-\nb.to\n", "a.to-\n", "\u00ad", "\u2011", "http://a-\n", "a.\nto\n"],
)  # fmt: skip
def test_hostile_repetition(piece: str) -> None:
    text = HEADING + ORDER + "ai seguenti siti:\n" + piece * (size(200_000, 50_000) // len(piece))
    with within(size(20, 5)), suppress(BlocklistError):
        load_orders(text.encode(), format="court")
        # Linear work takes well under a second; a machine under load is given its time.


PIECES = st.sampled_from(
    ["a.to", "b.example.com", "x.it/y", "ordina", "dispone", "inibire", "l'accesso", "ai siti",
     "seguenti", ":", ";", ".", "\n", "\n- ", "\n1) ", "P.Q.M.\n", "e", ",", "salvo", "(", ")",
     "entro 30 giorni", "€ 10.000", "Così deciso", "Il Giudice\n", "192.0.2.1", "indirizzi IP",
     "ogni altro sito", "Allegato 1\n", "all'allegato 1", "secondo livello", "ogni TLD", "«", "»"]
)  # fmt: skip


@settings(max_examples=size(200), deadline=None)
@given(st.lists(PIECES | st.text(max_size=8), max_size=60))
def test_any_prose(pieces: list[str]) -> None:
    text = (HEADING + " ".join(pieces)).encode("utf-8", "replace")
    document = Document("x", "x", text)
    CourtLoader().recognises(document)
    try:
        (order,) = CourtLoader().load(document, LoadOptions())
    except BlocklistError:
        return
    for target in (*order.targets, *order.exceptions):
        assert target.raw in document.lines[target.line - 1]
        assert target.line >= order.source.line


@settings(max_examples=size(100), deadline=None)
@given(st.binary(max_size=400))
def test_any_octets(octets: bytes) -> None:
    for encoding in (None, "latin-1"):
        with suppress(BlocklistError):
            CourtLoader().load(Document("x", "x", b"P.Q.M.\n" + octets, encoding), LoadOptions())


BROKEN = "I motivi: si cita {}."


@pytest.mark.parametrize(
    ("operative", "cited", "expected"),
    [
        ("kickasstor-\nrents.example.com", "kickasstorrents.example.com",
         "kickasstorrents.example.com"),
        ("kickasstor-\nrents.example.com", "www.kickasstor-rents.example.com",
         "kickasstor-rents.example.com"),
        ("http://www.lime\ntorrents.pro", "", "www.limetorrents.pro"),
        ("http://lime\ntorrents.pro", "", "limetorrents.pro"),
        ("limetorrents.\npro", "", "limetorrents.pro"),
        ("limetorrents\n.pro", "", "limetorrents.pro"),
        ("lime\ntorrents.pro", "limetorrents.pro", "limetorrents.pro"),
        ("http://\nlimetorrents.pro", "", "limetorrents.pro"),
        ("lime\u00adtorrents.pro", "", "limetorrents.pro"),
        ("lime\u00ad\ntorrents.pro", "", "limetorrents.pro"),
        ("lime\u200btorrents.pro", "", "limetorrents.pro"),
        ("\ufb01lm.example.com", "", "film.example.com"),
        ("film.example.com\u00a0", "", "film.example.com"),
    ],
)  # fmt: skip
def test_broken_name_is_whole(operative: str, cited: str, expected: str) -> None:
    heading = HEADING.replace("I motivi.", BROKEN.format(cited or "nulla"))
    text = heading + ORDER + f"ai siti {operative} e kept.example.com" + SIGNATURE
    order = only(text.encode())
    assert [target.value for target in order.targets] == [expected, "kept.example.com"]
    assert order.targets[0].raw in text


@pytest.mark.parametrize(
    "operative",
    [
        "kickasstor-\nrents.to",
        "http://kickasstor-\nrents.to",
        "a.example.com.\nit",
        "http://a.example.com/film-\nuno.html",
        "kick.ass\ntorrents.to",
        "kick-\nPagina 2 di 3\nass.to",
    ],
)
def test_broken_name_is_refused(operative: str) -> None:
    order = order_of(ORDER + f"ai siti {operative} e kept.example.com")
    assert [target.value for target in order.targets] == ["kept.example.com"]
    assert [rejected.code for rejected in order.rejected] == ["broken-name"]
    assert " or " in order.rejected[0].reason


@pytest.mark.parametrize("dash", "\u2010\u2011\u2013\u2014\u2212")
def test_no_fragment_behind_a_dash(dash: str) -> None:
    order = order_of(ORDER + f"ai siti kickass{dash}torrents.to e kept.example.com")
    assert [target.value for target in order.targets] == ["kept.example.com"]
    assert len(order.rejected) == 1


def test_broken_word() -> None:
    assert values("ordina l'inibi-\nzione dell'accesso al sito a.example.com") == ["a.example.com"]


@pytest.mark.parametrize("kind", ["pdf", "docx", "odt", "rtf", "html"])
def test_converted(kind: str) -> None:
    said = HEADING + ORDER + (
        "ai n. 3 nomi a dominio:\nN.\tSito\n1\ta.example.com\n\nPagina 2 di 2\n\nN.\tSito\n"
        "2\tb.example.com\n3\tc.example.com\n"
    ) + SIGNATURE  # fmt: skip
    document = Document("o", "o", b"octets", kind=kind, rendered=said)
    assert CourtLoader().recognises(document)
    (order,) = CourtLoader().load(document, LoadOptions())
    assert [target.value[0] for target in order.targets] == ["a", "b", "c"]
    assert doubts(order) == ()


def test_no_pqm() -> None:
    text = (
        "PROCURA DELLA REPUBBLICA\nPRESSO IL TRIBUNALE DI ENNA\nDECRETO DI SEQUESTRO PREVENTIVO\n\n"
        "DISPONE\n\nil sequestro preventivo, mediante oscuramento, del sito a.example.com.\n"
    )
    order = only(text.encode())
    assert [target.value for target in order.targets] == ["a.example.com"]
    assert order.instrument == "sequestro"
    assert order.warnings[0] == "no P.Q.M.: the operative part begins at the line 'DISPONE'"


@pytest.mark.parametrize(
    ("operative", "expected"),
    [
        ("a) conferma l'ordine di inibire l'accesso al sito a.example.com", ["a.example.com"]),
        (ORDER + "alle sole pagine https://a.example.com/x e https://a.example.com/?y=1",
         ["a.example.com/x", "a.example.com/?y=1"]),
        (ORDER + "alle pagine https://a.example.com/x e al sito b.example.com",
         ["a.example.com/x", "b.example.com"]),
        (ORDER + "al sito a.example.com e alla rete 192.0.2.0/28",
         ["a.example.com", "192.0.2.0/28"]),
    ],
)  # fmt: skip
def test_also_blocks(operative: str, expected: list[str]) -> None:
    assert values(operative) == expected


def test_hundred_pages() -> None:
    page = "Il sito kickass-\ntorrents.example.com è citato dalla parte in causa. " * 50 + "\n"
    text = HEADING.replace("I motivi.", page * 100) + ORDER + "al sito a.example.com" + SIGNATURE
    with within(20):
        assert len(only(text.encode()).targets) == 1


AMOUNTS = {
    "euro 10mila": 10_000, "Euro 10 mila": 10_000, "euro 10 000": 10_000, "€ 10.000,00": 10_000,
    "euro diecimila": 10_000, "1 milione di euro": 1_000_000, "euro un milione": 1_000_000,
    "euro 2.500,50": Decimal("2500.50"), "€ 1 250 000": 1_250_000,
}  # fmt: skip


@pytest.mark.parametrize(("text", "amount"), AMOUNTS.items(), ids=AMOUNTS)
def test_amounts_are_never_wrong_by_a_thousand(text: str, amount: Decimal) -> None:
    penalty, warning = penalties.penalty(f"fissa una penale di {text} per ogni giorno di ritardo")
    assert penalty is not None
    assert (penalty.amount, penalty.per, warning) == (amount, "day", "")


def test_an_amount_in_doubt_is_no_penalty() -> None:
    penalty, warning = penalties.penalty("penale di euro 10,5 milioni per ogni giorno di ritardo")
    assert penalty is None
    assert "uncertain" in warning


TERMS = {
    "entro giorni 30 dalla comunicazione": Term(30, "day"),
    "entro il termine di giorni 15 dalla notificazione": Term(15, "day"),
    "entro 10 gg. dalla notifica": Term(10, "day"),
    "assegna termine di giorni trenta dalla notifica": Term(30, "day"),
    "entro il 30 giugno 2024": date(2024, 6, 30),
    "entro ore 48 dalla comunicazione": Term(48, "hour"),
}


@pytest.mark.parametrize(("text", "wanted"), TERMS.items(), ids=TERMS)
def test_terms_as_courts_write_them(text: str, wanted: Term | date) -> None:
    assert terms.term(f"ordina di inibire l'accesso {text}") == terms.Reading(wanted)


def test_a_term_that_is_not_read_is_told() -> None:
    assert (
        "could not be read"
        in terms.term("inibisce l'accesso entro il termine che sarà fissato").warning
    )


BLOCKS = "TRIBUNALE DI MILANO\nN. R.G. 1/2025\n\nP.Q.M.\n\nordina di bloccare i seguenti siti:\n\n"


@pytest.mark.parametrize("parting", ["; ", ", ", "   "])
def test_half_a_name_below_a_half_is_refused(parting: str) -> None:
    """``limetorrents.pro`` cut without a hyphen: ``torrents.pro`` is another's site.

    The half may be a remark on the name before it, so that is a doubt.
    """
    order = f"{BLOCKS}uno.example.com{parting}lime\ntorrents.pro\n"
    (read,) = load_orders(order.encode(), name="order.txt")
    assert not read.targets
    assert "'uno.example.com' is not blocked" in "\n".join(read.warnings)
    assert [(refused.line, refused.code) for refused in read.rejected] == [(9, "broken-name")]


def test_halves_in_each_line_are_no_column() -> None:
    order = f"{BLOCKS}uno.example.com; lime\ntorrents.pro; kick\nass.pro; due.example.com\n"
    (read,) = load_orders(order.encode(), name="order.txt")
    assert not {"torrents.pro", "ass.pro"} & {target.text for target in read.targets}


@pytest.mark.parametrize("cells", [1, 3, 5000])
@pytest.mark.parametrize("parting", ["   ", "\t", "|"])
def test_rows_that_match_no_headings(parting: str, cells: int) -> None:
    """No crash, however long the rows, and no name from a row that cannot be matched."""
    heads = parting.join(["Sito", "Titolare"])
    row = parting.join(["uno.example.com"] * cells)
    with pytest.raises(OrderSyntaxError):
        load_orders(f"{BLOCKS}{heads}\nx\n{row}\n".encode(), name="order.txt")


def test_a_long_table_takes_linear_time() -> None:
    rows = "\n".join(f"{i}\ta{i}.example.com\tregistrar.example.net" for i in range(5000))
    with within(20):
        (read,) = load_orders(
            f"{BLOCKS}N.\tDominio\tRegistrar\n{rows}\n".encode(), name="order.txt"
        )
        assert len(read.targets) == 5000
