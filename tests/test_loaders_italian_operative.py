"""Which names of a clause are to be blocked: those where the object of the verb stands."""

from __future__ import annotations

import pytest

from blocklist import TargetKind
from blocklist.loaders.italian.candidates import Text, find_candidates
from blocklist.loaders.italian.clauses import split_clauses
from blocklist.loaders.italian.findings import Findings
from blocklist.loaders.italian.operative import ClauseReader

pytestmark = pytest.mark.no_core


def read(said: str, *, parties: frozenset[str] = frozenset()) -> Findings:
    """What is found in an operative part."""
    text = Text(said.split("\n"))
    names = find_candidates(text)
    reader = ClauseReader(text, parties, TargetKind.SUBTREE, "order.txt")
    for clause in split_clauses(text, names, 0, len(text.plain), ordered=False):
        inside = [name for name in names if clause.start <= name.start < clause.end]
        if clause.object_start is not None:
            reader.read(clause, inside)
    return reader.finish()


@pytest.mark.parametrize(
    ("said", "targets"),
    [
        ("ordina di bloccare l'accesso al sito uno.com.", ["uno.com"]),
        ("ordina di inibire i seguenti siti: uno.com, due.com e tre.com.",
         ["uno.com", "due.com", "tre.com"]),
        ("ordina di bloccare i siti:\n- uno.com\n- due.com\n", ["uno.com", "due.com"]),
        ("ordina di bloccare i siti:\n1) uno.com (pirata)\n2) due.com\n", ["uno.com", "due.com"]),
        ("ordina di bloccare il sito uno.com mirror del sito due.com.", ["uno.com"]),
        ("ordina di bloccare il sito uno.com dal sito due.com.", ["uno.com"]),
        ("ordina di bloccare il sito uno.com e di garantire l'accesso al sito due.com.",
         ["uno.com"]),
        ("ordina di bloccare i pagamenti verso i siti uno.com e due.com.", []),
        ("ordina di non bloccare il sito uno.com.", []),
        ("ordina di bloccare i siti uno.com e due.com (escluso).", ["uno.com"]),
        ("ordina di bloccare il sito uno.com e scrivere ad a@due.com.", ["uno.com"]),
    ],
)  # fmt: skip
def test_targets(said: str, targets: list[str]) -> None:
    assert [target.value for target in read(said).targets] == targets


def test_what_is_left_is_a_mention_and_a_warning() -> None:
    found = read("ordina di bloccare il sito uno.com dal sito due.com.")
    assert [(mention.text, mention.line) for mention in found.mentions] == [("due.com", 1)]
    (warning,) = found.warnings
    assert warning.startswith("line 1: 'due.com' is not blocked: ")


def test_exceptions() -> None:
    found = read("ordina di bloccare il sito uno.com, fatta eccezione per www.uno.com.")
    assert [target.value for target in found.targets] == ["uno.com"]
    assert [target.value for target in found.exceptions] == ["www.uno.com"]


def test_an_exception_below_no_target_is_none() -> None:
    found = read("ordina di bloccare il sito uno.com, fatta eccezione per due.com.")
    assert found.exceptions == []
    assert any("not below any target" in warning for warning in found.warnings)


def test_addresses_are_blocked_only_where_the_order_speaks_of_them() -> None:
    said = "ordina di bloccare l'accesso {} 198.51.100.7."
    assert [t.value for t in read(said.format("all'indirizzo IP")).targets] == ["198.51.100.7"]
    assert read(said.format("al sito")).targets == []


def test_a_site_of_a_party_is_not_blocked() -> None:
    found = read("ordina di bloccare i siti uno.com e tizia.it.", parties=frozenset({"tizia"}))
    assert [target.value for target in found.targets] == ["uno.com"]
    assert [mention.text for mention in found.mentions] == ["tizia.it"]


def test_a_name_with_two_readings_is_refused() -> None:
    found = read("ordina di bloccare i siti uno.com, pirata-\nfilm.com.")
    assert [target.value for target in found.targets] == ["uno.com"]
    (refused,) = found.rejected
    assert refused.code == "broken-name"
    assert "'pirata-film.com'" in refused.reason
