"""The desk and shadow orders: a separate output, and no say in what is enforced."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from desk_folder import IMAGE, DeskFolder, agcom, matter_codes, names, order_file, token
from helpers import image
from signing_keys import KEY

from blocklist import Blocklist, ConfigurationError, Image
from blocklist.desk.runfile import read_run_file
from blocklist.desk.runpage import lines_of
from blocklist.history.history import History
from blocklist.image.contents import Contents
from blocklist.signing.keyfile import write_key

pytestmark = pytest.mark.no_core

COURTS = '[[source]]\nname = "courts"\npath = "courts/**/*"\n'
SHADOW = (
    '[[output]]\nname = "tried"\nformat = "image"\npath = "out/S.blk"\nshadow = true\n'
    "confidential = true\n"
)
NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path) -> DeskFolder:
    desk = DeskFolder(tmp_path, NOW)
    desk.write("courts/a.toml", order_file("it:a", "a.example"))
    desk.write("courts/s.toml", order_file("it:s", "s.example", shadow=True))
    return desk


def tried(desk: DeskFolder, *asked: str) -> list[bool]:
    """What the shadow image that was written holds."""
    with Blocklist.open(desk.path / "out/S.blk") as blocked:
        assert blocked.contents.is_shadow
        return list(map(blocked.is_blocked, asked))


def test_each_image_holds_its_own_and_the_page_counts_them(desk: DeskFolder) -> None:
    desk.configure(COURTS, IMAGE, SHADOW)
    outcome = desk.run()
    assert outcome.code == 0
    assert desk.blocks("a.example", "s.example") == [True, False]
    assert tried(desk, "a.example", "s.example") == [False, True]
    assert outcome.page["image"]["shadows"] == 1
    assert "1 shadow order left out: counted, not enforced" in list(lines_of(outcome.page))
    assert desk.run().code == 0
    assert desk.rehearse().code == 0


def test_promotion_is_the_removal_of_one_line(desk: DeskFolder) -> None:
    desk.configure(COURTS, IMAGE, SHADOW)
    desk.run()
    path = desk.path / "courts/s.toml"
    text = path.read_text("utf-8")
    assert text.count("shadow = true\n") == 1
    desk.write("courts/s.toml", text.replace("shadow = true\n", ""))
    assert desk.run().code == 0
    assert desk.blocks("a.example", "s.example") == [True, True]
    assert tried(desk, "s.example") == [False]  # of none it is empty
    (begun,) = desk.journal("accepted")[1:]
    assert (begun["added"], begun["lifted"]) == (1, 0)


def test_without_an_output_they_are_only_left_out(desk: DeskFolder) -> None:
    desk.configure(COURTS, IMAGE)
    assert desk.run().code == 0
    alone = Image.open(desk.path / "out/it.blk").octets
    (desk.path / "courts/s.toml").unlink()
    assert desk.run().code == 0  # that its file is gone lifts nothing, and is no matter
    assert Image.open(desk.path / "out/it.blk").octets == alone


def test_an_enforced_order_that_becomes_a_shadow_is_held(desk: DeskFolder) -> None:
    desk.configure(COURTS, IMAGE, SHADOW)
    desk.run()
    desk.write("courts/a.toml", order_file("it:a", "a.example", shadow=True))
    desk.write("courts/b.toml", order_file("it:b", "b.example"))
    outcome = desk.run()
    assert matter_codes(outcome) == ["held"]
    assert desk.blocks("a.example", "b.example") == [True, True]
    assert tried(desk, "a.example", "s.example") == [False, True]
    assert desk.run(confirm=token(outcome), reason="withdrawn").code == 0
    assert desk.blocks("a.example", "b.example") == [False, True]
    assert tried(desk, "a.example", "s.example") == [True, True]


def test_the_first_run_makes_no_empty_list_of_shadow_orders(desk: DeskFolder) -> None:
    (desk.path / "courts/a.toml").unlink()
    desk.configure(COURTS, IMAGE, SHADOW)
    outcome = desk.run()
    assert (outcome.code, outcome.page["error"]) == (
        2,
        "nothing would be blocked (it:s: a shadow order)",
    )
    assert not (desk.path / "out/it.blk").exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"supersedes": ["it:a"]},
        {"exceptions": ["a.example"]},
        {"revoked": "2026-01-05"},
        {"reviewed": False},
        {"confidential": True},
    ],
    ids=str,
)
def test_a_shadow_order_lifts_nothing(desk: DeskFolder, fields: dict[str, Any]) -> None:
    desk.configure(COURTS, IMAGE)
    (desk.path / "courts/s.toml").unlink()
    desk.run()
    alone = Image.open(desk.path / "out/it.blk").octets
    desk.write("courts/s.toml", order_file("it:s", "s.example", shadow=True, **fields))
    desk.write("courts/t.toml", order_file("it:a", "t.example", shadow=True))  # of the same id
    assert desk.run().code == 0
    assert Image.open(desk.path / "out/it.blk").octets == alone


def test_shadow_orders_that_contradict_each_other_keep_nothing_else_waiting(
    desk: DeskFolder,
) -> None:
    desk.configure(COURTS, IMAGE, SHADOW)
    desk.run()
    desk.write("courts/t.toml", order_file("it:s", "t.example", shadow=True))
    desk.write("courts/b.toml", order_file("it:b", "b.example"))
    outcome = desk.run()
    assert matter_codes(outcome) == ["shadow"]
    assert outcome.code == 1
    assert "two different orders have the id 'it:s'" in outcome.page["matters"][0]["text"]
    assert desk.blocks("a.example", "b.example") == [True, True]
    assert tried(desk, "s.example") == [True]
    (desk.path / "courts/t.toml").unlink()
    assert desk.run().code == 0


# ---- editions ------------------------------------------------------------------------------


LIST = '[[source]]\nname = "list"\npath = "list/*"\neditions = "newest-file"\n'


def test_a_shadow_edition_is_not_the_newest_of_what_is_enforced(desk: DeskFolder) -> None:
    desk.configure(LIST, IMAGE, SHADOW)
    desk.old("list/1.txt", "\n".join(names(30)), 50)
    assert desk.run().code == 0
    desk.old("list/2.txt", "\n".join(names(40, "new")), 40)
    desk.write("list/2.txt.toml", "shadow = true\n")
    outcome = desk.run()
    assert (outcome.code, matter_codes(outcome)) == (0, [])
    assert desk.blocks("n1.example", "new1.example") == [True, False]
    assert tried(desk, "n1.example", "new1.example") == [False, True]
    desk.old("list/3.txt", "\n".join(names(9, "third")), 30)
    desk.write("list/3.txt.toml", "shadow = true\n")
    assert desk.run().code == 0
    assert desk.blocks("n1.example", "new1.example") == [True, False]
    assert tried(desk, "new1.example", "third1.example") == [False, True]
    # A newer edition that is enforced is judged against the enforced one.
    desk.old("list/4.txt", "\n".join(names(5)), 20)
    outcome = desk.run()
    assert matter_codes(outcome) == ["held"]
    assert desk.blocks("n29.example") == [True]
    desk.old("list/4.txt", "\n".join(names(32)), 20)
    assert desk.run().code == 0
    assert desk.blocks("n31.example") == [True]
    assert tried(desk, "third1.example") == [False]


def test_a_newest_file_is_promoted_as_an_edition(desk: DeskFolder) -> None:
    desk.configure(LIST, IMAGE, SHADOW)
    desk.old("list/1.txt", "\n".join(names(30)), 50)
    desk.old("list/2.txt", "\n".join(names(31)), 40)
    beside = desk.write("list/2.txt.toml", "shadow = true\n")
    assert desk.run().code == 0
    assert desk.blocks("n30.example") == [False]
    beside.unlink()
    assert desk.run().code == 0
    assert desk.blocks("n1.example", "n30.example") == [True, True]
    assert tried(desk, "n1.example") == [False]


def test_a_shadow_edition_that_cannot_be_read_keeps_what_is_enforced(desk: DeskFolder) -> None:
    desk.configure(LIST, IMAGE, SHADOW)
    desk.old("list/1.txt", "\n".join(names(30)), 50)
    assert desk.run().code == 0
    desk.old("list/2.txt", "\n".join(names(31)), 40)
    desk.write("list/2.txt.toml", "shadow = tru\n")
    assert matter_codes(desk.run()) == ["held"]
    assert desk.blocks("n1.example") == [True]


def test_a_higher_serial_of_a_shadow_edition_ends_no_other(desk: DeskFolder) -> None:
    source = '[[source]]\nname = "agcom"\npath = "agcom/*"\neditions = "serial"\n'
    desk.configure(source, IMAGE, SHADOW)
    desk.write("agcom/1.txt", agcom(1, *names(30)))
    assert desk.run().code == 0
    desk.write("agcom/2.txt", agcom(2, *names(33)))
    desk.write("agcom/2.txt.toml", "shadow = true\n")
    assert desk.run().code == 0
    assert desk.blocks("n1.example", "n32.example") == [True, False]
    assert tried(desk, "n1.example", "n32.example") == [True, True]
    (desk.path / "agcom/2.txt.toml").unlink()
    assert desk.run().code == 0
    assert desk.blocks("n1.example", "n32.example") == [True, True]


# ---- the output ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ('format = "rpz"\nshadow = true', 'shadow needs format = "image"'),
        ('format = "image"\nshadow = "yes"', "shadow must be true or false"),
        ('format = "image"\nshadow = true\non_failure = "previous"', "on_failure is nothing for"),
        (
            'format = "image"\nshadow = true\ncheck = { resolvers = ["127.0.0.1"] }',
            "check is nothing for a shadow image",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(desk: DeskFolder, lines: str, reason: str) -> None:
    output = f'[[output]]\nname = "x"\npath = "out/x"\nconfidential = false\n{lines}\n'
    desk.configure(COURTS, IMAGE, output)
    with pytest.raises(ConfigurationError, match=reason):
        read_run_file(desk.path / "run.toml")


def test_an_edge_neither_makes_nor_takes_them(desk: DeskFolder) -> None:
    edge = '[[source]]\nname = "centre"\nimage = "in/it.blk"\n'
    desk.configure(edge, IMAGE, SHADOW)
    with pytest.raises(ConfigurationError, match="shadow is written where the list is compiled"):
        read_run_file(desk.path / "run.toml")
    desk.configure(COURTS, IMAGE, SHADOW)
    desk.run()
    desk.write("in/it.blk", (desk.path / "out/S.blk").read_bytes())
    desk.configure(edge, IMAGE.replace("out/it", "out/edge"))
    (desk.path / "state/state.json").unlink()
    outcome = desk.run()
    assert outcome.code == 2
    assert "is an image of shadow orders" in outcome.page["error"]
    assert not (desk.path / "out/edge.blk").exists()


def test_a_change_of_shadow_orders_alone_writes_their_image_alone(desk: DeskFolder) -> None:
    reload_ = 'reload = ["true"]\n'
    desk.configure(COURTS, IMAGE + reload_, SHADOW + reload_)
    desk.run()
    before = (desk.path / "out/it.blk").stat().st_ino
    desk.write("courts/s.toml", order_file("it:s", "s.example", "t.example", shadow=True))
    assert desk.rehearse().code == 4
    outcome = desk.run()
    assert [one["state"] for one in outcome.page["outputs"]] == [
        "unchanged",
        "reloaded, not checked",
    ]
    assert (desk.path / "out/it.blk").stat().st_ino == before
    assert tried(desk, "t.example") == [True]
    written = [entry["event"] for entry in desk.journal("shadow-written", "shadow-reloaded")]
    assert written == ["shadow-written", "shadow-reloaded"] * 2
    assert all(entry["output"] == "image" for entry in desk.journal("written", "reloaded"))
    (desk.path / "out/S.blk").unlink()
    assert matter_codes(desk.run()) == ["foreign"]
    assert tried(desk, "t.example") == [True]


def test_it_is_written_again_when_a_shadow_order_begins_or_ends(desk: DeskFolder) -> None:
    later = (NOW + timedelta(days=2)).isoformat()
    desk.write("courts/s.toml", order_file("it:s", "s.example", shadow=True, expires=later))
    desk.configure(COURTS, IMAGE, SHADOW)
    desk.run()
    assert tried(desk, "s.example") == [True]
    desk.now = NOW + timedelta(days=3)
    assert desk.run().code == 0
    assert tried(desk, "s.example") == [False]
    assert desk.blocks("a.example") == [True]


def test_an_image_that_is_put_back_leaves_the_shadow_image(desk: DeskFolder) -> None:
    desk.configure(COURTS, IMAGE, SHADOW)
    first = desk.run().page["image"]["digest"]
    desk.write("courts/b.toml", order_file("it:b", "b.example"))
    desk.run()
    desk.run(to=first, reason="wrong")
    desk.write("courts/s.toml", order_file("it:s", "t.example", shadow=True))
    desk.run()
    assert desk.blocks("b.example") == [False]
    assert tried(desk, "t.example", "b.example") == [True, False]


def test_what_is_confidential_is_in_it_only_if_it_may(desk: DeskFolder) -> None:
    secret = order_file("it:c", "c.example", shadow=True, confidential=True)
    desk.write("courts/c.toml", secret)
    public = SHADOW.replace("tried", "public").replace("S.blk", "P.blk")
    desk.configure(
        COURTS, IMAGE, SHADOW, public.replace("confidential = true", "confidential = false")
    )
    assert desk.run().code == 0
    assert tried(desk, "s.example", "c.example") == [True, True]
    with Blocklist.open(desk.path / "out/P.blk") as shown:
        assert [shown.is_blocked(name) for name in ("s.example", "c.example")] == [True, False]
        assert shown.contents.is_shadow
    assert not Image.open(desk.path / "out/it.blk").rights.is_private


def test_it_is_signed_as_other_images(desk: DeskFolder) -> None:
    pytest.importorskip("cryptography")
    write_key(desk.path / "key", KEY)
    desk.configure(COURTS, IMAGE, SHADOW + 'sign = "key"\n')
    assert desk.run().code == 0
    assert (desk.path / "out/S.blk.note").is_file()


def test_refused_targets_of_shadow_orders_are_notes_of_the_output(desk: DeskFolder) -> None:
    desk.write("courts/s.toml", order_file("it:s", "s.example", "com", shadow=True))
    desk.configure(COURTS, IMAGE, SHADOW)
    outcome = desk.run()
    assert outcome.code == 0
    (note,) = outcome.page["outputs"][1]["notes"]
    assert note.startswith("refused: ")
    assert "'com'" in note


def test_a_history_holds_nothing_of_them(desk: DeskFolder) -> None:
    pytest.importorskip("cryptography")
    desk.write("courts/s.toml", order_file("it:s", "s.example", shadow=True, deadline="2026-11-02"))
    desk.configure(COURTS, IMAGE, SHADOW, "[history]\n")
    outcome = desk.run()
    assert outcome.code == 0
    assert not [one for one in outcome.page["next"] if "it:s" in one["why"]]
    with History.open(desk.path / "state/history") as history:
        entries = list(history.record.entries())
        assert [entry.kind for entry in entries].count("order") == 1
        outputs = [history.record.details(one) for one in entries if one.kind == "output"]
        assert [one["output"] for one in outputs] == ["image"]
        events = [one.data.get("event") for one in entries if one.kind == "event"]
        assert "shadow-written" in events
        assert "s.example" not in json.dumps([one.data for one in entries])


def test_a_kept_image_of_the_main_output_is_no_shadow(desk: DeskFolder) -> None:
    desk.configure(COURTS, IMAGE, SHADOW)
    desk.run()
    for path in (desk.path / "state/images").glob("*.blk"):
        assert not Contents(Image.open(path)).is_shadow
    assert image("a.example").octets  # the compile of tests makes no shadow either
