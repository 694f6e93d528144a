"""Words around an order by which it is not in force here, for all; and words that do no harm."""

from __future__ import annotations

from pathlib import Path

import pytest

from blocklist import load_orders
from blocklist.errors import OrderError

pytestmark = pytest.mark.no_core

ADM = "AGENZIA DELLE DOGANE E DEI MONOPOLI\nDirezione Giochi\n\nAi fornitori di connettività\n\n"
COURT = "TRIBUNALE DI NOVARA\nR.G. 12/2026\n\nORDINANZA\n\n{}P.Q.M.\n\n{}\n\nNovara, 4 marzo 2026\n"
LAWYER = (
    "Da: avv. M.N. <m.n@pec.lecito.it>\n\nSpett.le Rete S.p.A.,\n\n"
    "Vi notifico l'ordinanza resa dal Tribunale di Novara.\n\nTrascrivo il dispositivo:\n\n"
    "\"Il Tribunale ordina a Rete S.p.A. di inibire l'accesso ai siti furto-a.it e "
    'furto-b.it."\n\n{}\n'
)
POLICE = "POLIZIA DI STATO\n\nAlle società in indirizzo\n\n{}\n\nSi prega di darvi esecuzione.\n"
NAMES = "furto-a.it e furto-b.it"
ASKS = f"di inibire l'accesso ai siti {NAMES}"
EARLIER = (
    "Con ordinanza n. 5 è stato ordinato alle resistenti di inibire l'accesso a furto-c.it.\n\n"
)
FRAMES = {
    "letter": f"{ADM}Si ordina ai fornitori di connettività {ASKS}.\n\n{{}}\n\nIl dirigente\n",
    "before": f"{ADM}{{}}\n\nSi ordina ai fornitori di connettività {ASKS}.\n\nIl dirigente\n",
    "court": COURT.format("", f"{{}}\n\nordina a Rete S.p.A. {ASKS};"),
    "item": COURT.format("", f"1) ordina a Rete S.p.A. {ASKS};\n{{}}"),
    "lawyer": LAWYER,
    "passed": POLICE,
    "duty": f"{ADM}{{}}:\n\n  furto-a.it\n  furto-b.it\n\nIl dirigente\n",
    "who": COURT.format("", "{}"),
    "extended": COURT.format(EARLIER, "{}"),
    "annex": (
        "MINISTERO DELLE IMPRESE\n\nDECRETO\n\nIl Direttore\n\ndispone\n\n{}\n\nRoma, 4 marzo "
        "2026\nIl Direttore\n\nALLEGATO\n\n1. furto-a.it\n2. furto-b.it\n"
    ),
    "release": "IVASS\nComunicato stampa\n\n{}\n\n- furto-a.it\n- furto-b.it\n",
}


def vectors() -> list[tuple[str, str, str]]:
    path = Path(__file__).with_name("vectors") / "prose" / "reservations.tsv"
    lines = [line for line in path.read_text("utf-8").splitlines() if line[:1] != "#"]
    return [(frame, sign, said) for frame, sign, said in (line.split("\t") for line in lines)]


def text_of(frame: str, said: str) -> str:
    said = said.replace("\\n", "\n").replace("{}", NAMES)
    return FRAMES[frame].replace("{}", said)


@pytest.mark.parametrize(("frame", "sign", "said"), vectors())
def test_words_around_an_order(frame: str, sign: str, said: str) -> None:
    try:
        orders = load_orders(text_of(frame, said).encode(), name="o.txt")
    except OrderError:
        orders = []
    targets = {target.text for order in orders for target in order.targets}
    assert targets == ({"furto-a.it", "furto-b.it"} if sign == "+" else set())


def test_a_doubt_quotes_the_words() -> None:
    text = text_of("letter", "La misura è decaduta il 3 marzo 2026.")
    with pytest.raises(OrderError, match=r"La misura è decaduta") as caught:
        load_orders(text.encode(), name="o.txt")
    assert "furto-a.it" in str(caught.value)


def test_what_binds_no_resolver_is_shown_beside_an_order() -> None:
    said = (
        "1) ordina a Rete S.p.A. di inibire l'accesso al sito furto-a.it;\n"
        "2) ordina al Registro .it di bloccare il dominio furto-b.it;"
    )
    (order,) = load_orders(text_of("who", said).encode(), name="o.txt")
    assert [target.text for target in order.targets] == ["furto-a.it"]
    (mention,) = [one for one in order.mentions if one.text == "furto-b.it"]
    assert mention.doubtful
    assert "runs no resolver" in mention.reason
