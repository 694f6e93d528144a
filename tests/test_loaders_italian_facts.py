"""Sentences as orders write them, and the right value of each: term, penalty, end, day, number."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from processortime import within

from blocklist import load_orders
from blocklist.loaders.italian.datings import issued
from blocklist.loaders.italian.expiry import ending
from blocklist.loaders.italian.facts import case_number
from blocklist.loaders.italian.futurenames import dynamic
from blocklist.loaders.italian.issuers import issuer
from blocklist.loaders.italian.numbers import cardinal, in_figures, ordinal
from blocklist.loaders.italian.parties import addressees, companies
from blocklist.loaders.italian.penalties import penalty
from blocklist.loaders.italian.terms import term
from blocklist.model.orders import Order, Term
from blocklist.model.penalty import Penalty
from blocklist.model.references import normalise_number

pytestmark = pytest.mark.no_core

TERMS: dict[str, object] = {
    "ordina di inibire l'accesso nei dieci giorni successivi alla comunicazione": Term(10, "day"),
    "dispone il blocco nelle quarantotto ore dalla ricezione": Term(48, "hour"),
    "ordina il blocco nelle successive 24 ore": Term(24, "hour"),
    "ordina il blocco entro i successivi cinque giorni": Term(5, "day"),
    "Termine per adempiere: cinque giorni dalla comunicazione": Term(5, "day"),
    "Termine per l'adempimento: giorni 8 dalla notifica": Term(8, "day"),
    "L'ordine è eseguito mediante blocco del DNS entro 48 ore dalla notifica": Term(48, "hour"),
    "ordina il blocco entro e non oltre sette giorni dal deposito": Term(7, "day", "published"),
    "ordina il blocco entro 3 (tre) giorni dalla data di notificazione": Term(3, "day"),
    "ordina il blocco entro tre giorni dalla data odierna": Term(3, "day", "issued"),
    "ordina il blocco entro due giorni dalla data di pubblicazione": Term(2, "day", "published"),
    "ordina il blocco entro il quinto giorno dalla comunicazione": Term(5, "day"),
    "ordina il blocco entro il trentesimo giorno dalla notifica": Term(30, "day"),
    "ordina il blocco entro il giorno successivo alla comunicazione": Term(1, "day"),
    "ordina il blocco entro mezz'ora dalla segnalazione e ricezione": Term(30, "minute"),
    "ordina il blocco entro un'ora dalla ricezione": Term(1, "hour"),
    "ordina il blocco entro 24h dalla notifica": Term(24, "hour"),
    "ordina il blocco al più tardi entro una settimana dalla notifica": Term(7, "day"),
    "ordina il blocco entro il 5 marzo 2026": date(2026, 3, 5),
    "ordina il blocco entro e non oltre il giorno 5.3.2026": date(2026, 3, 5),
    "ordina il blocco entro le ore 12:00 del 5 marzo 2026": datetime(2026, 3, 5, 11, tzinfo=UTC),
    "ordina il blocco entro le ore 9.30 del giorno 5 luglio 2026":
        datetime(2026, 7, 5, 7, 30, tzinfo=UTC),
    "ordina il blocco entro le ore 24:00 del 5 luglio 2026": date(2026, 7, 5),
    "ordina il blocco entro mezzogiorno del 5 luglio 2026": datetime(2026, 7, 5, 10, tzinfo=UTC),
    "ordina il blocco entro dieci giorni dalla comunicazione; assegna termine di sessanta giorni "
    "per l'inizio del giudizio di merito": Term(10, "day"),
    "assegna alle parti termine di sessanta giorni per l'inizio del giudizio di merito e ordina il "
    "blocco entro dieci giorni dalla comunicazione": Term(10, "day"),
    # Terms for something else.
    "termine di sessanta giorni dalla comunicazione per l'inizio del giudizio di merito": None,
    "contro la presente ordinanza è ammesso reclamo entro 15 giorni": None,
    "il reclamo può essere proposto entro quindici giorni dalla comunicazione": None,
    "avverso il provvedimento può essere proposto ricorso al TAR entro 60 giorni": None,
    "assegna termine di trenta giorni per il deposito di memorie": None,
    "le parti possono proporre opposizione entro quaranta giorni dalla notifica": None,
    "entro dieci giorni dalla notifica può essere proposta richiesta di riesame": None,
    "dispone che la ricorrente notifichi il ricorso entro otto giorni": None,
    "dispone che ne sia data conferma scritta: dare comunicazione entro cinque giorni": None,
    "dispone che il resistente provveda al pagamento delle spese entro 30 giorni": None,
    "ordina il blocco entro tre mesi": None,
    "ordina il blocco entro cinque giorni dal passaggio in giudicato": None,
    "ordina il blocco entro 10 (quindici) giorni dalla notifica": None,
}  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), TERMS.items(), ids=list(TERMS))
def test_term(text: str, wanted: object) -> None:
    assert term(text).term == wanted


@pytest.mark.parametrize(
    "words",
    ["senza ritardo", "senza indugio", "immediatamente", "con effetto immediato", "tempestivamente",
     "nel più breve tempo possibile"],
)  # fmt: skip
def test_a_term_in_words_stays_words(words: str) -> None:
    reading = term(f"ordina alla resistente di inibire {words} l'accesso al sito")
    assert (reading.term, reading.words) == (None, words)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ordina il blocco entro tre mesi dalla notifica", "in months"),
        ("ordina il blocco entro un anno", "in years"),
        ("ordina il blocco entro cinque giorni dal passaggio in giudicato", "another day"),
        ("ordina il blocco entro 10 (quindici) giorni dalla notifica", "two numbers"),
        ("ordina il blocco entro cinque giorni lavorativi", "working days"),
        ("ordina il blocco entro il termine che sarà fissato", "could not be read"),
        ("ordina il blocco entro il 5 marzo", "could not be read"),
    ],
)
def test_a_doubtful_term_is_said(text: str, said: str) -> None:
    assert said in term(text).warning


DAY = " per ogni giorno di ritardo"


def euro(amount: str, per: str = "day", cap: int | None = None, currency: str = "EUR") -> Penalty:
    return Penalty(Decimal(amount), currency, per, None if cap is None else Decimal(cap))


PENALTIES: dict[str, Penalty | None] = {
    "fissa una penale di diecimila/00 euro" + DAY: euro("10000"),
    "fissa una penale di euro diecimila/00" + DAY: euro("10000"),
    "fissa una penale di € 10.000,00 (diecimila/00)" + DAY: euro("10000"),
    "fissa una penale di euro 1.500/50" + DAY: euro("1500.50"),
    "fissa una penale di millecinquecento/50 euro" + DAY: euro("1500.50"),
    "fissa una penale di euro duemila cinquecento" + DAY: euro("2500"),
    "fissa una penale di euro duemilacinquecentoventitré" + DAY: euro("2523"),
    "fissa una penale di un milione e duecentomila euro" + DAY: euro("1200000"),
    "fissa una penale di due milioni di euro" + DAY: euro("2000000"),
    "fissa una penale di mille euro al giorno": euro("1000"),
    "fissa la penale di € 2.500 al dì": euro("2500"),
    "fissa la penale di euro 300 pro die": euro("300"),
    "fissa la penale giornaliera di EUR 750": euro("750"),
    "fissa la penale di € 700,- a giorno per ogni giornata di inosservanza": euro("700"),
    "fissa la penale di euro 100 per ogni 24 ore di ritardo": euro("100"),
    "fissa la penale di euro 50 per ogni ora di ritardo": euro("50", "hour"),
    "fissa la penale di euro 50 per ogni ora o frazione di ora di ritardo": euro("50", "hour"),
    "fissa la penale di euro 50 all'ora": euro("50", "hour"),
    "fissa la penale di euro 900 per ogni singola violazione": euro("900", "violation"),
    "fissa la penale di euro 900 per ogni successiva inottemperanza": euro("900", "violation"),
    "fissa in euro 300,00 la somma dovuta per ciascuna inosservanza": euro("300", "violation"),
    "fissa una penale di franchi svizzeri 1.000" + DAY: euro("1000", currency="CHF"),
    "fissa una penale di CHF 1'000.00" + DAY: euro("1000", currency="CHF"),
    "fissa una penale di 5.000 dollari statunitensi" + DAY: euro("5000", currency="USD"),
    "fissa una penale di US$ 5,000.00" + DAY: euro("5000", currency="USD"),
    "fissa una penale di £ 400" + DAY: euro("400", currency="GBP"),
    "fissa una penale di quattrocento sterline" + DAY: euro("400", currency="GBP"),
    "fissa una penale di 3.000 corone svedesi" + DAY: euro("3000", currency="SEK"),
    "fissa una penale di € 100" + DAY + ", sino a un massimo di diecimila euro":
        euro("100", cap=10_000),
    "condanna alle spese, liquidate in euro 5.000,00; fissa la penale di € 100" + DAY: euro("100"),
    "riduce la penale da euro 1.000 a euro 500" + DAY: euro("500"),
    "fissa, come richiesto dalla ricorrente, la penale di € 80" + DAY: euro("80"),
    "rigetta la maggior domanda e fissa la penale di € 80" + DAY: euro("80"),
    # Refused, asked for, costs, in doubt.
    "rigetta la domanda di fissazione di una penale di euro 5.000" + DAY: None,
    "respinge la richiesta di una penale di euro 5.000" + DAY: None,
    "non dispone la penale richiesta di euro 5.000" + DAY: None,
    "dichiara inammissibile la domanda di penale di € 5.000" + DAY: None,
    "revoca la penale di € 5.000" + DAY: None,
    "condanna alle spese di lite, che liquida in euro 5.000 per ogni giorno di udienza": None,
    "condanna al risarcimento del danno per la violazione, liquidato in euro 45.000,00": None,
    "fissa una penale di 5.000 dollari" + DAY: None,
    "fissa una penale di € 10,000" + DAY: None,
    "fissa una penale di € 10.000 (mille/00)" + DAY: None,
    "fissa una penale di € 100 per ogni settimana di ritardo": None,
}  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), PENALTIES.items(), ids=list(PENALTIES))
def test_penalty(text: str, wanted: Penalty | None) -> None:
    assert penalty(text)[0] == wanted


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rigetta la domanda di una penale di euro 5.000" + DAY, "refused or only asked for"),
        ("fissa una penale di 5.000 dollari" + DAY, "uncertain"),
        ("fissa una penale di € 10.000 (mille/00)" + DAY, "uncertain"),
        ("fissa una penale di € 100 per ogni settimana di ritardo", "could not be read"),
        ("fissa la penale nella misura di cui al ricorso", "could not be read"),
        ("fissa una penale di € 100" + DAY + " e di € 200 per ogni violazione",
         "also sets 200 EUR per violation"),
        ("fissa una penale di € 100" + DAY + " e per ciascun sito", "also sets 100 EUR"),
    ],
)  # fmt: skip
def test_a_doubtful_penalty_is_said(text: str, said: str) -> None:
    assert said in penalty(text)[1]


STATED = {
    "issued": date(2026, 1, 31), "notified": date(2026, 2, 10), "published": None,
    "effective_from": None,
}  # fmt: skip
ENDINGS: dict[str, object] = {
    "con efficacia fino al 31 dicembre 2026": date(2026, 12, 31),
    "ordina il blocco del sito sino al 31/12/2026": date(2026, 12, 31),
    "ordina il blocco fino a tutto il 31 dicembre 2026": date(2026, 12, 31),
    "il blocco è efficace fino alla data del 1° luglio 2026": date(2026, 7, 1),
    "ordina il blocco fino alle ore 12:00 del 1° luglio 2026": datetime(2026, 7, 1, 10, tzinfo=UTC),
    "il provvedimento ha validità non oltre il 30 giugno 2026": date(2026, 6, 30),
    "la misura scade il 30 giugno 2026": date(2026, 6, 30),
    "il decreto perde efficacia dal 1 luglio 2026": date(2026, 6, 30),
    "dispone il blocco dal 1° maggio 2026 al 31 maggio 2026": date(2026, 5, 31),
    "per la durata di sei mesi dalla comunicazione": date(2026, 8, 10),
    "per mesi sei dalla notifica": date(2026, 8, 10),
    "per un periodo di 90 giorni dalla notificazione": date(2026, 5, 11),
    "per la durata di un mese dalla data del provvedimento": date(2026, 2, 28),
    "con efficacia per dodici mesi a decorrere dalla comunicazione": date(2027, 2, 10),
    "per la durata di un anno decorrente dal 1° marzo 2026": date(2027, 3, 1),
    "per due settimane dalla notifica": date(2026, 2, 24),
    "per la durata di sei mesi": date(2026, 7, 31),
    "per sei mesi dalla pubblicazione": None,
    "per la durata di sei mesi dal passaggio in giudicato": None,
    "sino alla definizione del giudizio di merito": None,
    "fino all'esito del giudizio": None,
    "fino a nuovo ordine": None,
    "finché perduri la violazione": None,
    "in attesa della decisione di merito": None,
    "per tutta la durata del campionato": None,
    "fino al 31 dicembre": None,
    "fino al 31/12/26": None,
}  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), ENDINGS.items(), ids=list(ENDINGS))
def test_ending(text: str, wanted: object) -> None:
    end = ending(f"ordina di inibire l'accesso al sito a.example.com {text}", STATED)
    assert end.expires == wanted
    assert wanted is not None or text[:10] in end.warning  # never dropped in silence


@pytest.mark.parametrize(
    "text",
    [
        "dispone la pubblicazione sul sito della resistente per trenta giorni consecutivi",
        "dispone la pubblicazione del dispositivo fino al 31 dicembre 2026",
        "ordina di conservare i dati per sei mesi",
        "fissa la penale di euro 500 per ogni giorno di ritardo, fino a un massimo di euro 5.000",
        "fissa la penale di euro 500 al giorno fino all'effettivo adempimento",
        "ordina il blocco entro il 30 giugno 2026",
        "ordina il blocco entro dieci giorni dalla notifica",
        "ordina il blocco dei sottodomini fino al terzo livello",
    ],
)
def test_what_is_no_end(text: str) -> None:
    assert ending(text, STATED) == ending("", STATED)


def test_a_period_begins_too() -> None:
    assert ending("dispone il blocco dal 1° maggio 2026 al 31 maggio 2026", STATED).begins == date(
        2026, 5, 1
    )


DATES: dict[tuple[str, str, str], date | None] = {
    ("", "Si comunichi.\nMilano, 3 giugno 2024", ""): date(2024, 6, 3),
    ("spese al merito. Pavia, 2 ottobre\n2025", "", ""): date(2025, 10, 2),
    ("provvede. Roma, 19 settembre 2024 - Il Direttore", "", ""): date(2024, 9, 19),
    ("", "Così deciso in Pavia il 6 maggio 2023. Depositata il 22 giugno 2023", ""):
        date(2023, 5, 6),
    ("", "Così deciso nella camera di consiglio del 6 maggio 2023", ""): date(2023, 5, 6),
    ("", "", "DECRETO\nvista la richiesta del Pubblico Ministero in data 12 marzo 2024"): None,
    ("", "", "ORDINANZA\nnel ricorso depositato il 3 marzo 2024"): None,
    ("", "", "DECRETO\nvisto il d.lgs. 24 aprile 2006, n. 219"): None,
    ("", "", "ORDINANZA del 3 marzo 2024 sul ricorso depositato il 1 febbraio 2024"):
        date(2024, 3, 3),
    ("", "Il giudice, vista l'istanza del 3 marzo 2024", ""): None,
    ("conferma il decreto del 3 maggio 2023. Pavia, 25 maggio 2023", "", ""): date(2023, 5, 25),
}  # fmt: skip


@pytest.mark.parametrize(("parts", "wanted"), DATES.items(), ids=[" ".join(p) for p in DATES])
def test_issued(parts: tuple[str, str, str], wanted: date | None) -> None:
    assert issued(*parts) == wanted


CASES = {
    "N. 3277/08 R.G.N.R.": "3277/2008",
    "n. 12345 R.G. 2022": "12345/2022",
    "N. R.G. 2025/00008017": "8017/2025",
    "Ruolo generale n. 4411/2024": "4411/2024",
    "R.G. n. 1234 del 2024": "1234/2024",
    "n. 1234/2024 del Ruolo Generale": "1234/2024",
    "iscritta al n. 3008/2022 R.G.A.C., avente": "3008/2022",
    "Proc. n. 6008/2022 R.G.N.R. - n. 4419/2022 R.GIP": "6008/2022",
    "R.G. 602/2024 - art. 700 c.p.c.": "602/2024",
    "R.G. 1234/IX/2024": "1234/2024/IX",
    "R.G. n. 771/2025 - Il Giudice": "771/2025",
}


@pytest.mark.parametrize(("text", "wanted"), CASES.items(), ids=list(CASES))
def test_case_number(text: str, wanted: str) -> None:
    assert normalise_number(case_number(f"procedimento {text} tra le parti")) == wanted


@pytest.mark.parametrize(
    "text",
    ["visto il d.lgs. n. 58/1998", "la sentenza n. 4471/2022", "legge n. 633/1941", "art. 8/2"],
)
def test_no_case_number(text: str) -> None:
    assert case_number(text) == ""


BLOCK = "ordina di inibire l'accesso al sito a.example.com"
FUTURE = {
    f"{BLOCK}, nonché ai futuri nomi di dominio del medesimo sito":
        "nonché ai futuri nomi di dominio del medesimo sito",
    f"{BLOCK}, e relativi alias e nomi a dominio, presenti e futuri; fissa":
        "presenti e futuri",
    f"{BLOCK}, anche ove venga associato un top level domain diverso":
        "anche ove venga associato un top level domain diverso",
    f"{BLOCK} e a ogni altro nome a dominio che riconduca ai medesimi contenuti":
        "e a ogni altro nome a dominio che riconduca ai medesimi contenuti",
    f"{BLOCK}, qualora il portale sia raggiungibile ad altri indirizzi":
        "qualora il portale sia raggiungibile ad altri indirizzi",
    f"{BLOCK} e agli eventuali mirror": "e agli eventuali mirror",
    f"{BLOCK} e ai siti che saranno segnalati dalla ricorrente":
        "ai siti che saranno segnalati dalla ricorrente",
}  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), FUTURE.items(), ids=list(FUTURE))
def test_future_names(text: str, wanted: str) -> None:
    assert dynamic(text).endswith(wanted)


@pytest.mark.parametrize(
    "text", [BLOCK, f"{BLOCK}; ogni altra misura è rimessa al merito",
             f"{BLOCK}; rigetta la domanda relativa ai futuri nomi a dominio"],
)  # fmt: skip
def test_no_future_names(text: str) -> None:
    assert dynamic(text) == ""


def test_future_names_are_quoted_whole() -> None:
    tail = "nonché ai futuri nomi a dominio " + "riconducibili al servizio " * 60
    said = dynamic(f"{BLOCK}, {tail}")
    assert said == " ".join(tail.split())


ADDRESSED = [
    ("", "ordina a Rete Alfa S.p.A. di inibire l'accesso", ("Rete Alfa S.p.A.",)),
    ("", "inibisce a Risolutore Beta Stiftung la risoluzione", ("Risolutore Beta Stiftung",)),
    ("", "ordina alla Banca della Laguna S.r.l. di bloccare", ("Banca della Laguna S.r.l.",)),
    ("", "ordina a Gamma GmbH, Delta AG e Epsilon B.V. di bloccare",
     ("Gamma GmbH", "Delta AG", "Epsilon B.V.")),
    ("promosso da Film Zeta S.r.l. contro Rete Eta S.p.A.", "ordina alla resistente di bloccare",
     ("Rete Eta S.p.A.",)),
    ("nel procedimento tra Film Zeta S.r.l. e Rete Eta S.p.A.",
     "ordina alla resistente di bloccare", ("Rete Eta S.p.A.",)),
    ("", "ordina alla resistente di bloccare l'accesso", ()),
    ("", "ordina ai fornitori di servizi di accesso a internet di bloccare",
     ("fornitori di servizi di accesso a internet",)),
]  # fmt: skip


@pytest.mark.parametrize(("heading", "clause", "wanted"), ADDRESSED)
def test_addressees(heading: str, clause: str, wanted: tuple[str, ...]) -> None:
    assert addressees(heading, [clause], []) == wanted


def test_companies_do_not_take_words_before_a_name() -> None:
    text = "Ordina a Rete Alfa S.p.A.; se Beta Ltd e la società Gamma Inc. non"
    assert companies(text) == ["Rete Alfa S.p.A.", "Beta Ltd", "Gamma Inc."]


ISSUERS = {
    "TRIBUNALE DI MILANO": "Tribunale di Milano",
    "LA CORTE DI APPELLO DI NAPOLI\navverso la sentenza del Tribunale di Napoli":
        "Corte d'appello di Napoli",
    "PROCURA DELLA REPUBBLICA\npresso il Tribunale di Genova": "Procura della Repubblica di Genova",
    "Procura della Repubblica\nTribunale di Genova": "Procura della Repubblica di Genova",
    "Procura presso il Tribunale Ordinario di Enna": "Procura della Repubblica di Enna",
    "AUTORITÀ GARANTE DELLA CONCORRENZA E DEL MERCATO\nvisto il decreto del Tribunale di Roma":
        "Autorità garante della concorrenza e del mercato",
    "Ministero della Salute\nDirezione generale": "Ministero della Salute",
    "MINISTERO DELL'INTERNO": "Ministero dell'Interno",
    "Agenzia delle dogane e dei monopoli": "adm",
    "CONSOB\nDELIBERA N. 1": "consob",
    "Garante per la protezione dei dati personali": "Garante per la protezione dei dati personali",
    "Il Consiglio di Stato in sede giurisdizionale": "Consiglio di Stato",
    "Tribunale Amministrativo Regionale per il Lazio": "Tribunale amministrativo regionale",
    "una lettera qualunque": "",
}  # fmt: skip


@pytest.mark.parametrize(("heading", "wanted"), ISSUERS.items(), ids=list(ISSUERS))
def test_issuer(heading: str, wanted: str) -> None:
    assert issuer(heading) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("tre", 3), ("duecentomila", 200_000), ("unmilioneduecentomila", 1_200_000),
     ("ventitré", 23), ("tremilioni", 3_000_000), ("sito", None)],
)  # fmt: skip
def test_cardinal(text: str, wanted: int | None) -> None:
    assert cardinal(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"), [("decimo", 10), ("ventesimo", 20), ("quindicesimo", 15), ("5°", 5),
                         ("giorno", None)],
)  # fmt: skip
def test_ordinal(text: str, wanted: int | None) -> None:
    assert ordinal(text) == wanted


def test_words_become_figures() -> None:
    assert in_figures("un sito, sei mesi e dieci mila euro") == "un sito, 6 mesi e 10.000 euro"


HEADING = "TRIBUNALE DI PAVIA\nn.r.g. 1/2026\nORDINANZA\n\nP.Q.M.\n\n"
SIGNATURE = "\n\nPavia, 3 marzo 2026\n"


def read(operative: str, heading: str = HEADING, signature: str = SIGNATURE) -> Order:
    (order,) = load_orders((heading + operative + signature).encode(), name="order.txt")
    return order


def test_what_is_not_found_is_said() -> None:
    order = read(
        "ordina alla resistente di inibire l'accesso al sito a.example.com",
        "TRIBUNALE DI PAVIA\nORDINANZA\n\nP.Q.M.\n\n", "\n",
    )  # fmt: skip
    assert order.warnings == (
        "no date of decision was found",
        (
            "no case number, deadline, penalty, end date, clause on future names or addressee "
            "was found"
        ),
    )


def test_what_is_found_is_not_missed() -> None:
    order = read(
        "ordina a Rete Alfa S.p.A. di inibire l'accesso al sito a.example.com e ai futuri nomi a "
        "dominio dello stesso, fino al 31 dicembre 2026, entro dieci giorni dalla comunicazione, "
        "con penale di euro 100 per ogni giorno di ritardo"
    )
    assert order.warnings == ()
    assert (order.expires, order.deadline) == (date(2026, 12, 31), Term(10, "day"))


@pytest.mark.parametrize(
    "said",
    ["; il presente provvedimento ha efficacia sino alla definizione del giudizio",
     "; la misura si intende rinnovata il 5 maggio 2026",
     ", in via temporanea"],
)  # fmt: skip
def test_no_end_is_dropped_in_silence(said: str) -> None:
    order = read(f"ordina a Rete Alfa S.p.A. di inibire l'accesso al sito a.example.com{said}")
    assert order.expires is None
    assert any("ends" in warning for warning in order.warnings), order.warnings


def test_an_end_behind_the_signature() -> None:
    order = read(BLOCK, signature=SIGNATURE + "Efficacia fino al 30 giugno 2026.\n")
    assert order.expires == date(2026, 6, 30)


def test_a_deadline_in_words_is_kept() -> None:
    order = read("ordina di inibire senza ritardo l'accesso al sito a.example.com")
    assert (order.deadline, order.note) == (None, "deadline: senza ritardo")
    assert any("'senza ritardo'" in warning for warning in order.warnings)


def test_two_acts_of_one_day_have_two_ids() -> None:
    acts = [
        f"Ministero della Salute\n\nIL DIRETTORE\n\nDECRETA\n\ndispone il blocco dell'accesso al "
        f"sito {name}.example.com.\n\nRoma, 9 maggio 2023\n"
        for name in "ab"
    ]
    first, second = (load_orders(act.encode(), name="atto.txt")[0] for act in acts)
    assert first.authority.key == "ministero-della-salute"
    assert first.id != second.id
    assert first.issued == second.issued == date(2023, 5, 9)


def test_an_unnamed_authority_is_no_tribunal() -> None:
    text = f"UFFICIO DEL G.I.P.\n\nP.Q.M.\n\n{BLOCK}\n\nPavia, 3 marzo 2026\n"
    (order,) = load_orders(text.encode(), name="order.txt")
    assert "tribunale" not in order.id
    assert any("no court or authority" in warning for warning in order.warnings)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("expires = 2026-12-31", "without a country"),
        ('expires = 2026-12-31\njurisdiction = "US"', "for US"),
        ("deadline = { amount = 3, unit = 'day' }", "without a country"),
        ('expires = 2026-12-31\njurisdiction = "IT"', ""),
        ('expires = 2026-12-31\ntimezone = "Europe/Paris"', ""),
        ("expires = 2026-12-31T10:00:00Z", ""),
        ("issued = 2026-01-01", ""),
    ],
)
def test_the_zone_that_was_taken_is_said(lines: str, said: str) -> None:
    (order,) = load_orders(
        f'[[order]]\nid = "x"\ntargets = ["a.example.com"]\n{lines}\n'.encode(), name="o.toml"
    )
    zones = [warning for warning in order.warnings if "midnight UTC" in warning]
    assert len(zones) == bool(said)
    assert all(said in warning for warning in zones)


@pytest.mark.parametrize("function", [term, penalty, dynamic, case_number, companies])
@pytest.mark.parametrize(
    "piece", ["entro ", "per ", "euro 1", "fino al ", "R.G. ", "Aa ", "e i ", "dieci "]
)
def test_time_is_linear(function: object, piece: str) -> None:
    with within(5):
        function(piece * 20_000)  # type: ignore[operator]


def test_future_names_begin_with_what_joins_them() -> None:
    said = "inibisce l'accesso al sito a.it, nonché agli alias e ai nomi presenti e futuri;"
    assert dynamic(said) == "nonché agli alias e ai nomi presenti e futuri"


def test_sitting_and_number_of_an_authority() -> None:
    act = (
        "AUTORITÀ GARANTE DELLA CONCORRENZA E DEL MERCATO\n\nPROVVEDIMENTO n. 31245\n\n"
        "NELLA SUA ADUNANZA del 9 luglio 2025;\n\nDISPONE\n\n"
        "l'oscuramento del sito furto-a.it.\n"
    )
    (order,) = load_orders(act.encode(), name="atto.txt")
    assert (order.issued, order.number) == (date(2025, 7, 9), "31245")
