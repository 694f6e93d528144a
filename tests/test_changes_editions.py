"""New editions against the last accepted one: lists as they really came, and as they should not."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime

import pytest
from helpers import image, order
from shared_data import shared

from blocklist import (
    Blocklist,
    EditionRejectedError,
    EditionReport,
    Image,
    Order,
    check_edition,
    compile_orders,
    load_orders,
)

pytestmark = pytest.mark.no_core

AGCOM = "formats/agcom_elenco_url_0000268_2023.21.07.txt"


def agcom(*names: str, serial: int = 268, day: str = "2023.21.07") -> Image:
    text = f"\r\n{serial:07}_{day}\r\n\r\n" + "".join(f"{name}\r\n" for name in names)
    return compile_orders(load_orders(text.encode(), name=f"{serial}.txt"))


def names(count: int) -> list[str]:
    return [f"pirate{number}.example" for number in range(count)]


def plain(*lines: str, name: str = "adm.txt") -> list[Order]:
    return load_orders("\n".join(lines).encode(), name=name)


def refused(new: Image, previous: Image, **limits: float) -> str:
    with pytest.raises(EditionRejectedError) as caught:
        check_edition(new, previous, **limits)  # type: ignore[arg-type]
    assert isinstance(caught.value.report, EditionReport)
    assert caught.value.report.violations
    return str(caught.value)


def test_the_next_issue_is_accepted_and_says_what_it_changes() -> None:
    report = check_edition(agcom(*names(105), serial=277), agcom(*names(100)))
    (change,) = report.changes
    assert (change.name, change.serials, change.before) == ("it:agcom:allegato-b", (268, 277), 100)
    assert (len(change.added), change.removed, change.lifted) == (5, (), ())
    assert str(change) == "it:agcom:allegato-b 268 → 277: 5 added, 0 removed"
    assert report.violations == ()


def test_an_older_issue_is_refused() -> None:
    says = refused(agcom(*names(105)), agcom(*names(105), serial=277))
    assert "it:agcom:allegato-b: issue 268 is older than 277" in says


def test_the_same_issue_with_other_content_is_refused() -> None:
    says = refused(agcom(*names(99), "other.example"), agcom(*names(100)))
    assert "issue 268 came again with other content (1 added, 1 removed)" in says


def test_the_same_issue_written_otherwise_is_no_other_content() -> None:
    (issue,) = load_orders(b"\n0000268_2023.21.07\n\na.example\nb.example\n", name="x.txt")
    previous = compile_orders([issue])
    again = compile_orders(load_orders(b"\n0000268_2023.21.07\n\nb.example\na.example", name="y"))
    assert check_edition(again, previous).changes == ()


def test_the_same_issue_under_other_guards_is_the_same_issue() -> None:
    orders = plain("a.example", "b.example", "c.example", "d.example", "e.example", "f.example")
    report = check_edition(compile_orders(orders, protect=["a.example"]), compile_orders(orders))
    assert [len(change.removed) for change in report.changes] == [1]


def test_a_real_list_grew_by_a_hundred_and_seven() -> None:
    """Issue 277 held 107 names that 268 had not, and lacked none."""
    octets = shared(AGCOM)
    later = octets.replace(b"0000268_2023.21.07", b"0000277_2023.18.09")
    later += "".join(f"{name}\r\n" for name in names(107)).encode()
    old, new = (compile_orders(load_orders(data, name="agcom.txt")) for data in (octets, later))
    (change,) = check_edition(new, old).changes
    assert (len(change.added), len(change.removed)) == (107, 0)
    assert (change.before, change.serials) == (3401, (268, 277))
    says = refused(old, new)
    assert "issue 268 is older than 277" in says
    cut = octets.replace(b"268_2023.21.07", b"277_2023.18.09")[: len(octets) // 2]
    says = refused(compile_orders(load_orders(cut, name="agcom.txt")), old)
    assert "is the source complete?" in says


def test_real_editions_of_a_register() -> None:
    """The Czech register: withdrawn entries leave the list, and it grows by what is published."""
    images = {
        number: compile_orders(load_orders(shared(f"orders/cz-mfcr-v{number}.csv"), name="mf.csv"))
        for number in (38, 60, 69, 70)
    }
    counts = {}
    for old, new in ((38, 60), (60, 69), (69, 70)):
        (change,) = check_edition(images[new], images[old]).changes
        counts[old, new] = (change.before, len(change.added), len(change.removed))
    assert counts == {(38, 60): (409, 269, 3), (60, 69): (675, 60, 17), (69, 70): (718, 3, 0)}
    assert "is the source complete?" in refused(images[38], images[60])


def test_half_a_list_is_refused_whatever_comes_instead() -> None:
    previous = compile_orders(plain(*names(10)))
    assert "lost 3 of 10 targets (30.0%, the limit is 20.0%)" in refused(
        compile_orders(plain(*names(7))), previous
    )
    others = [f"other{number}.example" for number in range(10)]
    assert "lost 10 of 10 targets" in refused(compile_orders(plain(*others)), previous)
    assert check_edition(compile_orders(plain(*names(8))), previous).violations == ()
    assert check_edition(compile_orders(plain(*names(1))), previous, max_drop=0.9).changes


def test_a_list_that_grew_too_much_is_another_list() -> None:
    previous = compile_orders(plain(*names(200)))
    says = refused(compile_orders(plain(*names(401))), previous)
    assert "gained 201 targets, having had 200 (100.5%, the limit is 100.0%)" in says
    assert check_edition(compile_orders(plain(*names(400))), previous).changes
    assert check_edition(compile_orders(plain(*names(401))), previous, max_growth=1.5).changes
    short = compile_orders(plain("a.example"))
    assert check_edition(compile_orders(plain("a.example", *names(100))), short).changes


def test_a_list_names_at_least_so_many() -> None:
    previous = compile_orders(plain(*names(10)))
    new = compile_orders(plain(*names(9)))
    assert "list:adm.txt has 9 targets, fewer than 10" in refused(new, previous, min_targets=10)


@pytest.mark.parametrize("name", ["adm.txt", "other.txt"])
def test_the_editions_of_a_file_are_known_by_its_name(name: str) -> None:
    previous = compile_orders(plain(*names(10)) + plain("kept.example", name="kept.txt"))
    new = compile_orders(plain(*names(9), name=name) + plain("kept.example", name="kept.txt"))
    if name == "adm.txt":
        assert [str(change) for change in check_edition(new, previous).changes] == [
            "list:adm.txt: 0 added, 1 removed"
        ]
    else:
        assert "list:adm.txt is missing, which lifts 9 blocks" not in refused(new, previous)
        assert "list:adm.txt is missing, which would lift 10 blocks" in refused(new, previous)


def test_a_missing_order_is_refused() -> None:
    kept = order("a.example", id="court:1")
    gone = order("b.example", id="court:2")
    says = refused(compile_orders([kept]), compile_orders([kept, gone]))
    assert "court:2 is missing, which would lift 1 block;" in says


@pytest.mark.parametrize("file", ["kept", "gone"])
@pytest.mark.parametrize("how", ["revoked", "expires"])
def test_an_order_that_ended_may_be_gone(how: str, file: str) -> None:
    now = datetime(2026, 6, 2, tzinfo=UTC)
    kept = order("a.example", id="court:1")
    binding = order("b.example", id="court:2", **{how: date(2026, 6, 1)})
    before = datetime(2026, 5, 1, tzinfo=UTC)
    previous = compile_orders([kept, binding], at=before)
    orders = [kept, binding] if file == "kept" else [kept]
    (change,) = check_edition(compile_orders(orders, at=now), previous, at=now).changes
    assert str(change) == "court:2: 0 added, 0 removed, 1 lifted"
    with pytest.raises(EditionRejectedError, match="court:2 is missing"):
        check_edition(compile_orders([kept]), previous, at=before)


def test_a_superseded_order_may_be_gone() -> None:
    old = order("a.example", "b.example", id="court:1")
    new = order("a.example", id="court:2", supersedes=("court:1",))
    report = check_edition(compile_orders([old, new]), compile_orders([old]))
    assert [(len(c.added), len(c.removed), len(c.lifted)) for c in report.changes] == [
        (0, 0, 2),
        (1, 0, 0),
    ]


def test_what_another_order_still_asks_for_is_no_loss() -> None:
    """One name, two grounds: each list is judged by itself, so the one that is cut short shows."""
    both = [*plain(*names(10)), order(*names(10), id="court:1")]
    assert "list:adm.txt lost 5 of 10 targets" in refused(
        compile_orders([*plain(*names(5)), order(*names(10), id="court:1")]), compile_orders(both)
    )


def test_a_list_that_newly_names_what_is_protected() -> None:
    protect = {"protect": ["google.com"]}
    old = plain(*names(10))
    new = plain(*names(10), "drive.usercontent.google.com")
    previous = compile_orders(old, **protect)  # type: ignore[arg-type]
    current = compile_orders(new, **protect)  # type: ignore[arg-type]
    says = refused(current, previous)
    assert "1 target under protected names (the limit is 0)" in says
    assert "drive.usercontent.google.com" in says
    assert not Blocklist(current).is_blocked("drive.usercontent.google.com")
    assert check_edition(current, previous, max_protected=1).violations == ()
    assert check_edition(current, current).violations == ()  # it was looked at and accepted


def test_names_of_confidential_lists_are_not_told() -> None:
    old = order(*names(10), id="secret", confidential=True)
    new = order("a.google.com", id="secret", confidential=True)
    says = refused(
        compile_orders([new, order("x.example", id="1")], protect=["google.com"]),
        compile_orders([old, order("x.example", id="1")]),
    )
    assert "google" not in says
    assert "pirate" not in says


def test_exceptions_are_no_targets() -> None:
    old = order(*names(10), id="1", exceptions=["www.pirate1.example"])
    assert (
        check_edition(compile_orders([order(*names(10), id="1")]), compile_orders([old])).violations
        == ()
    )


def test_everything_that_is_wrong_is_said_and_survives_pickle() -> None:
    previous = compile_orders([order(*names(10), id="1"), order("b.example", id="2")])
    with pytest.raises(EditionRejectedError) as caught:
        check_edition(image("pirate1.example"), previous)
    error = pickle.loads(pickle.dumps(caught.value))
    assert "and 1 more: " in str(error)
    assert error.report == caught.value.report
    assert len(error.report.violations) == 2


def test_nothing_changed() -> None:
    assert check_edition(image("a.example"), image("a.example")) == EditionReport((), ())


def test_a_list_that_stops_to_number_its_issues_is_the_same_list() -> None:
    """ADM's version line is there in some issues; without it, content and size must do."""
    lines = "0000311_2024.06.06\n{}".format("\n".join(names(10)))
    old = compile_orders(load_orders(lines.encode(), format="adm-giochi", name="adm.txt"))
    new = compile_orders(
        load_orders("\n".join(names(11)).encode(), format="adm-giochi", name="adm.txt")
    )
    (change,) = check_edition(new, old).changes
    assert str(change) == "it:adm:giochi: 1 added, 0 removed"


def test_a_register_of_many_decisions_is_one_list_and_takes_no_longer() -> None:
    """Each decision is an order; one that is no longer there was lifted, within the limit."""

    def register(numbers: range) -> Image:
        head = f"Updated: 2026-01-{numbers.start + 1:02} 11:05:00 +0000"
        rows = (f";bad{n}.example;;суд;{n}/2026;2026-01-01" for n in numbers)
        octets = "\n".join([head, *rows, ""]).encode("windows-1251")
        return compile_orders(load_orders(octets, name="dump.csv"))

    old, new = register(range(3000)), register(range(1, 3001))
    (change,) = check_edition(new, old).changes
    assert (change.name, change.before) == ("dump.csv", 3000)
    assert str(change).endswith("20260101110500 → 20260102110500: 1 added, 1 removed")
