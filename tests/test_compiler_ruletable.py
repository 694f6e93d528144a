from __future__ import annotations

from array import array

from hypothesis import given
from hypothesis import strategies as st

from blocklist import Order, Rule, TargetKind
from blocklist.compiler.ruletable import NameColumn, RuleTable
from blocklist.model.names import superdomains

SUBTREE, EXACT, BELOW = TargetKind.SUBTREE, TargetKind.EXACT, TargetKind.BELOW
NAMES = st.lists(st.sampled_from("abc"), min_size=2, max_size=4).map(".".join)


def column(*names: str, number: int = 0, kind: TargetKind = SUBTREE) -> NameColumn:
    text = "".join(f"{name}\n" for name in names)
    raws = [name.upper() for name in names]
    return NameColumn(number, kind, text.encode(), array("I", range(1, len(names) + 1)), raws)


@given(st.lists(NAMES, max_size=10), st.data())
def test_taking_out_leaves_the_others_as_they_were(names: list[str], data: st.DataObject) -> None:
    chosen = sorted(data.draw(st.sets(st.sampled_from(range(len(names))))) if names else ())
    whole = column(*names)
    offsets = [len("".join(f"{name}\n" for name in names[:i])) for i in chosen]
    taken = list(whole.take_out(zip(chosen, offsets, strict=True)))
    assert taken == [(names[i], i + 1, names[i].upper()) for i in chosen]
    left = [i for i in range(len(names)) if i not in chosen]
    assert whole.names.decode().split() == [names[i] for i in left]
    assert list(whole.lines) == [i + 1 for i in left]
    assert whole.raws == [names[i].upper() for i in left]


@given(st.lists(NAMES, max_size=10), st.lists(NAMES, max_size=4), st.sampled_from([EXACT, BELOW]))
def test_single_out_moves_just_what_a_question_covers(
    names: list[str], questions: list[str], kind: TargetKind
) -> None:
    table = RuleTable([Order(id="x")], columns=[column(*names)])
    table.single_out(Rule(kind, question) for question in questions)

    def is_asked(name: str) -> bool:
        if kind is EXACT:
            return name in questions
        return any(above in questions for above in superdomains(name))

    assert {rule.value for rule in table.rules} == {name for name in names if is_asked(name)}
    (rest,) = table.columns
    assert rest.names.decode().split() == [name for name in names if not is_asked(name)]
    assert sum(map(len, table.rules.values())) + len(rest) == len(names)


def test_questions_of_one_label() -> None:
    table = RuleTable([Order(id="x")], columns=[column("x.ck", "y.x.ck", "ck.com", kind=EXACT)])
    table.single_out([Rule(BELOW, "ck"), Rule(EXACT, "ck.com")])
    assert table.rules == {
        Rule(EXACT, "x.ck"): [(0, 1, "X.CK")],
        Rule(EXACT, "y.x.ck"): [(0, 2, "Y.X.CK")],
        Rule(EXACT, "ck.com"): [(0, 3, "CK.COM")],
    }
    assert not table.columns[0]


def test_superdomains() -> None:
    assert list(superdomains("a.b.cc")) == ["b.cc", "cc"]
    assert list(superdomains("cc")) == []
