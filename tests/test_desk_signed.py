"""Signed images between desks: a centre signs its output, an edge takes only what is signed."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from desk_folder import IMAGE, DeskFolder, matter_codes, names, order_file
from signing_keys import KEY, NEXT, OTHER

from blocklist import ConfigurationError, ImageNote, LiveBlocklist, SigningKey, write_key
from blocklist.desk.agenda import agenda
from blocklist.desk.placecheck import place_faults
from blocklist.desk.runfile import read_run_file
from blocklist.desk.state import load_state
from blocklist.signing.signednote import split_note

pytestmark = pytest.mark.no_core

COURTS = '[[source]]\nname = "courts"\npath = "courts/*.toml"\n'
EDGE = '[[source]]\nname = "a"\nimage = "x.blk"\n'
NOON = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def centre(tmp_path: Path) -> DeskFolder:
    made = DeskFolder(tmp_path / "centre", NOON)
    made.path.mkdir()
    write_key(made.path / "it.key", KEY)
    made.configure(COURTS, f'{IMAGE}sign = "it.key"\nvalid_for = "10d"\n')
    made.old("courts/a.toml", order_file("it:a", *names(10)), 100)
    assert made.run().code == 0
    settle(made)
    return made


@pytest.fixture
def edge(tmp_path: Path, centre: DeskFolder) -> DeskFolder:
    made = DeskFolder(tmp_path / "edge", NOON)
    made.path.mkdir()
    trust(made, centre, KEY)
    return made


def trust(edge: DeskFolder, centre: DeskFolder, *keys: SigningKey) -> None:
    texts = [str(key.verifier) for key in keys]
    edge.configure(
        f'[[source]]\nname = "centre"\nimage = "{image(centre)}"\nsigned_by = {texts}\n', IMAGE
    )


def image(centre: DeskFolder) -> Path:
    return centre.path / "out/it.blk"


def beside(centre: DeskFolder) -> Path:
    return centre.path / "out/it.blk.note"


def note(centre: DeskFolder) -> ImageNote:
    return ImageNote.parse(split_note(beside(centre).read_bytes())[0])


def settle(centre: DeskFolder) -> None:
    """Let its files be old enough not to be looked at twice."""
    for path in (image(centre), beside(centre)):
        at = path.stat().st_mtime - 100
        os.utime(path, (at, at))


def replace(centre: DeskFolder, number: int) -> None:
    """Compile and sign another list, a minute later."""
    assert centre.now is not None
    centre.now += timedelta(minutes=1)
    centre.old("courts/a.toml", order_file("it:a", *names(10), f"more{number}.example"), 100)
    assert centre.run().code == 0
    settle(centre)


def test_an_output_is_signed(centre: DeskFolder) -> None:
    made = note(centre)
    assert (made.origin, made.serial) == ("isp.example/it", int(NOON.timestamp()))
    assert made.valid_until == NOON + timedelta(days=10)
    assert LiveBlocklist(image(centre), key=KEY.verifier).is_blocked("n9.example")
    assert centre.run().page["outputs"][0]["state"] == "unchanged"
    assert note(centre) == made


def test_it_is_signed_again_before_its_validity_ends(centre: DeskFolder) -> None:
    settings = read_run_file(centre.path / "run.toml", thorough=False)
    again = NOON + timedelta(days=5)
    state = load_state(centre.path / "state")
    assert (again, "output image is signed again") in agenda(settings, state, NOON)
    before = note(centre)
    centre.now = again - timedelta(seconds=1)
    assert centre.run().code == 0
    assert note(centre) == before
    centre.now = again
    assert centre.rehearse().code == 4
    assert centre.run().code == 0
    renewed = note(centre)
    assert renewed.serial > before.serial
    assert renewed.valid_until == again + timedelta(days=10)
    assert renewed.sha256 == before.sha256


def test_a_note_that_somebody_changed_is_written_again(centre: DeskFolder) -> None:
    before = note(centre)
    beside(centre).write_bytes(b"something else")
    outcome = centre.run()
    assert (outcome.code, matter_codes(outcome)) == (1, ["foreign"])
    assert note(centre).serial == before.serial + 1
    beside(centre).unlink()
    assert matter_codes(centre.run()) == ["foreign"]
    assert note(centre).serial == before.serial + 2
    assert LiveBlocklist(image(centre), key=KEY.verifier)


def test_without_its_key_an_output_is_not_written(centre: DeskFolder) -> None:
    settings = read_run_file(centre.path / "run.toml")
    assert place_faults(settings) == []
    (centre.path / "it.key").chmod(0o440)
    (fault,) = place_faults(settings)
    assert fault.startswith("output image: ")
    assert "chmod 0400" in fault
    centre.old("courts/a.toml", order_file("it:a", *names(11)), 90)
    outcome = centre.run()
    assert (outcome.code, matter_codes(outcome)) == (3, ["not-served"])
    assert centre.blocks("n9.example", "n10.example") == [True, False]
    assert LiveBlocklist(image(centre), key=KEY.verifier)
    (centre.path / "it.key").unlink()
    (fault,) = place_faults(settings)
    assert "is not there; run: blocklist key new" in fault


def test_an_edge_takes_what_is_signed(centre: DeskFolder, edge: DeskFolder) -> None:
    assert edge.run().code == 0
    assert edge.blocks("n9.example") == [True]
    assert edge.run().page["outputs"][0]["state"] == "unchanged"
    (accepted,) = edge.journal("accepted")
    assert accepted["serial"] == note(centre).serial
    replace(centre, 1)
    assert edge.run().code == 0
    assert edge.blocks("more1.example") == [True]


def test_an_edge_holds_what_is_not(centre: DeskFolder, edge: DeskFolder) -> None:
    old = image(centre).read_bytes(), beside(centre).read_bytes()
    edge.run()
    replace(centre, 1)
    good = image(centre).read_bytes(), beside(centre).read_bytes()
    edge.run()

    def put(octets: bytes, signed: bytes | None) -> str:
        """What the edge says of these two files; the list before stays in force."""
        image(centre).write_bytes(octets)
        beside(centre).unlink(missing_ok=True)
        if signed is not None:
            beside(centre).write_bytes(signed)
            settle(centre)
        outcome = edge.run()
        assert (outcome.code, matter_codes(outcome)) == (1, ["held"])
        (matter,) = outcome.page["matters"]
        assert matter["command"] == ""
        assert edge.blocks("n9.example", "more1.example") == [True, True]
        return str(matter["text"])

    assert "is older than the one in use: serial" in put(*old)
    assert "its note is about another file" in put(old[0], good[1])
    assert "not signed: there is no note beside it" in put(old[0], None)
    assert "malformed note" in put(old[0], b"something else")
    changed = bytearray(good[0])
    changed[-9] ^= 4
    assert "its note is about another file" in put(bytes(changed), good[1])
    image(centre).write_bytes(good[0])
    beside(centre).write_bytes(good[1])
    settle(centre)
    assert edge.run().code == 0


def test_a_new_note_of_the_same_image_is_taken(centre: DeskFolder, edge: DeskFolder) -> None:
    edge.run()
    centre.now = edge.now = NOON + timedelta(days=6)
    centre.run()
    settle(centre)
    assert edge.run().code == 0
    until = load_state(edge.path / "state").source("centre").signed_until
    assert datetime.fromisoformat(until) == NOON + timedelta(days=16)


def test_an_edge_says_that_no_newer_image_comes(centre: DeskFolder, edge: DeskFolder) -> None:
    edge.run()
    until = NOON + timedelta(days=10)
    settings = read_run_file(edge.path / "run.toml")
    assert (until, "the signature of source centre ends") in agenda(
        settings, load_state(edge.path / "state"), NOON
    )
    edge.now = until
    outcome = edge.run()
    assert (outcome.code, matter_codes(outcome)) == (1, ["signature-old"])
    assert edge.blocks("n9.example") == [True]


def test_the_first_image_must_be_signed(centre: DeskFolder, edge: DeskFolder) -> None:
    trust(edge, centre, OTHER)
    outcome = edge.run()
    assert outcome.code == 2
    assert "no image can be taken" in outcome.page["error"]
    assert "not signed by a trusted key" in outcome.page["error"]
    assert not (edge.path / "out/it.blk").exists()
    edge.now = NOON + timedelta(days=10)
    trust(edge, centre, KEY)
    assert "which has passed" in edge.run().page["error"]


def test_rotation(centre: DeskFolder, edge: DeskFolder) -> None:
    edge.run()
    write_key(centre.path / "next.key", NEXT)
    trust(edge, centre, KEY, NEXT)
    centre.configure(COURTS, f'{IMAGE}sign = ["it.key", "next.key"]\n')
    replace(centre, 1)
    assert edge.run().code == 0
    trust(edge, centre, NEXT)
    centre.configure(COURTS, f'{IMAGE}sign = "next.key"\n')
    replace(centre, 2)
    assert edge.run().code == 0
    assert edge.blocks("more2.example") == [True]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f'{COURTS}signed_by = "x"\n{IMAGE}', "signed_by is of an image"),
        (f'{EDGE}signed_by = "x"\n{IMAGE}', "signed_by cannot be used: not a verifier key"),
        (f"{EDGE}signed_by = []\n{IMAGE}", "signed_by is empty"),
        (f'{COURTS}{IMAGE}valid_for = "3d"\n', "valid_for needs sign"),
        (f'{COURTS}{IMAGE}sign = ""\n', "sign is empty"),
        (f'{COURTS}{IMAGE}sign = 7\n', "sign must be"),
        (
            f'{COURTS}[[output]]\nname = "o"\nformat = "rpz"\npath = "o.rpz"\nsign = "k"\n',
            "sign is of an image",
        ),
    ],
)  # fmt: skip
def test_settings_that_contradict_each_other(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "run.toml"
    path.write_text(f'state = "s"\n{text}')
    with pytest.raises(ConfigurationError, match=says):
        read_run_file(path)
