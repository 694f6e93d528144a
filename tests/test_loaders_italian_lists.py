"""Lists of sites: what stands beside, between and behind their entries may take some off."""

from __future__ import annotations

from pathlib import Path

import pytest

from blocklist import load_orders
from blocklist.errors import OrderError
from blocklist.model.orders import Order

pytestmark = pytest.mark.no_core

LISTS = [
    line.split("\t")
    for line in Path(__file__)
    .with_name("vectors")
    .joinpath("prose/lists.tsv")
    .read_text("utf-8")
    .splitlines()
    if line and not line.startswith("#")
]
BLOCKS = "ordina a Rete S.p.A. di inibire l'accesso"
ORDINARY = BLOCKS + " ai seguenti siti:\n\n{}"
HEAD = (
    "TRIBUNALE DI MILANO\nN. R.G. 1/2025\n\nP.Q.M.\n\n{}\n\nMilano, 3 marzo 2025\n\nIl Giudice\n{}"
)
ANNEXED = BLOCKS + " ai siti indicati nell'allegato A."


def read(operative: str, annex: str = "") -> tuple[set[str], Order | None, str]:
    """Return the targets of an order, the order, and why it was refused."""
    try:
        (order,) = load_orders(HEAD.format(operative, annex).encode(), name="order.txt")
    except OrderError as error:
        return set(), None, str(error)
    return {target.text for target in order.targets}, order, ""


def expected(names: str) -> set[str]:
    return set() if names == "-" else set(names.split())


@pytest.mark.parametrize(("names", "entries"), LISTS)
def test_list(names: str, entries: str) -> None:
    entries = entries.replace("\\n", "\n")
    targets, order, said = read(ORDINARY.format(entries))
    assert targets == expected(names)
    if order is not None:
        # Nothing is left out unseen: each is a target or a mention.
        shown = targets | {mention.text for mention in order.mentions}
        assert all(name in shown for name in ("lecito-a.it",) if name in entries)
    else:
        assert "only mentioned" in said


@pytest.mark.parametrize("entries", [entries for names, entries in LISTS[:21]])
def test_annex(entries: str) -> None:
    """The same entries in an annex."""
    entries = entries.replace("\\n", "\n")
    targets, _, _ = read(ANNEXED, f"\nAllegato A\n\n{entries}\n")
    assert "lecito-a.it" not in targets
    assert targets or "lecito-a.it" in entries


def test_a_doubt_is_shown() -> None:
    _, order, _ = read(ORDINARY.format("furto-a.it\nlecito-a.it (espunto)\nfurto-b.it"))
    assert order is not None
    (mention,) = [one for one in order.mentions if one.text == "lecito-a.it"]
    assert mention.doubtful
    assert "'(espunto)'" in mention.reason


@pytest.mark.parametrize(
    "title",
    [
        "Allegato A - Siti già sbloccati",
        "Allegato A (stralciato)",
        "Allegato A\nSiti della ricorrente",
        "Allegato A\nSiti con concessione",
    ],
)
def test_an_annex_of_others(title: str) -> None:
    assert not read(ANNEXED, f"\n{title}\n\nlecito-a.it\nlecito-b.it\n")[0]


@pytest.mark.parametrize(
    "title",
    [
        "Allegato A",
        "ALLEGATO A\nElenco dei siti da inibire",
        "Allegato A - Siti web privi di concessione",
        "Allegato A - Siti oggetto di sequestro preventivo disposto dal Tribunale di Milano",
    ],
)
def test_an_annex_of_the_order(title: str) -> None:
    found = read(ANNEXED, f"\n{title}\n\nfurto-a.it\nfurto-b.it\n\nPagina 1 di 1 - www.lecito.it\n")
    assert found[0] == {"furto-a.it", "furto-b.it"}


@pytest.mark.parametrize(
    "said",
    [
        "a tutti i siti, fuorché i seguenti",
        "ai siti illeciti; sono autorizzati i siti",
        "ai siti che appaiono come link in",
        "ai siti, indicati nella tabella pubblicata su",
    ],
)
def test_a_list_of_others(said: str) -> None:
    assert not read(f"{BLOCKS} {said}:\n\n1. lecito-a.it\n2. lecito-b.it")[0]


def test_whom_the_order_binds_next() -> None:
    said = f"{BLOCKS} ai siti furto-a.it e furto-b.it, ed a {{}}"
    targets = read(said.format("lecito-a.it di pubblicare l'avviso."))[0]
    assert targets == {"furto-a.it", "furto-b.it"}
    assert "furto-c.it" in read(said.format("furto-c.it."))[0]


@pytest.mark.parametrize("remark", [", da ultimo liberato,", " tolto", " (già riaperto)"])
def test_a_remark_in_a_sentence(remark: str) -> None:
    targets = read(f"{BLOCKS} ai siti furto-a.it, lecito-a.it{remark} e furto-b.it.")[0]
    assert "furto-a.it" in targets
    assert "lecito-a.it" not in targets


def test_a_remark_before_a_name() -> None:
    targets = read(f"{BLOCKS} ai siti furto-a.it e (già bloccato e riaperto) lecito-a.it.")[0]
    assert targets == {"furto-a.it"}
