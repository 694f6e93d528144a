"""Real lists as sources of a desk: accepted whole, and held where a real accident is made."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from desk_folder import IMAGE, DeskFolder, matter_codes, token
from shared_data import shared

pytestmark = pytest.mark.no_core

AGCOM = "formats/agcom_elenco_url_0000268_2023.21.07.txt"
SOURCE = (
    '[[source]]\nname = "agcom"\npath = "agcom/*.txt"\nformat = "agcom"\neditions = "serial"\n'
    '[guards]\ncritical = "default"\n'
)
LISTS = {
    "adm": ("formats/adm_giochi_sample.txt", "adm-giochi"),
    "cz": ("formats/cz_mfcr_style_excerpt.csv", ""),
    "ee": ("formats/ee_emta_pdf_extract_excerpt.txt", ""),
    "agcom": (AGCOM, "agcom"),
}


@pytest.fixture
def desk(tmp_path: Path) -> DeskFolder:
    return DeskFolder(tmp_path)


@pytest.mark.parametrize("name", LISTS)
def test_a_regulator_s_list_is_held_by_no_critical_name(desk: DeskFolder, name: str) -> None:
    path, format_ = LISTS[name]
    desk.write(f"list/{Path(path).name}", shared(path))
    wanted = f'format = "{format_}"\n' if format_ else ""
    desk.configure(f'[[source]]\nname = "x"\npath = "list/*"\n{wanted}', "[guards]\n", IMAGE)
    outcome = desk.run()
    assert outcome.code in (0, 1), outcome.page["error"]
    assert "held" not in matter_codes(outcome)


def test_an_edition_that_was_not_handed_over(desk: DeskFolder) -> None:
    """What comes next is unknown: so editions are made of a real one, good and bad."""
    text = shared(AGCOM).decode("latin-1")
    _, *names = re.split(r"\r\n|\r|\n", text.strip())
    assert len(names) > 1_000
    chance = random.Random(277)

    def edition(serial: int, lines: list[str]) -> str:
        return "\r\n".join((f"{serial:07}_2023.22.09", "", *lines, ""))

    desk.configure(SOURCE, IMAGE)
    desk.old("agcom/268.txt", text)
    assert desk.run().code in (0, 1)
    more = [f"made{number}.example" for number in range(40)]
    kept = [name for name in names if name and chance.random() > 0.02]
    desk.old("agcom/277.txt", edition(277, [*kept, *more]))
    outcome = desk.run()
    assert "held" not in matter_codes(outcome), outcome.page["matters"]
    assert desk.blocks("made39.example") == [True]
    assert 0 < outcome.page["sources"][0]["lifted"] < 200
    # Cut in the middle, another list, an older issue that comes again, the same serial again.
    for serial, lines, reason in (
        (278, kept[:900], "is the source complete?"),
        (279, [f"other{number}.example" for number in range(5_000)], "lost"),
        (277, [*kept, "more.example"], "came again with other content"),
    ):
        path = desk.old("agcom/bad.txt", edition(serial, lines))
        if serial == 277:
            (desk.path / "agcom/277.txt").unlink()
        outcome = desk.run()
        assert outcome.code == 1
        held = [matter for matter in outcome.page["matters"] if matter["code"] == "held"]
        assert reason in held[0]["text"]
        assert desk.blocks("made39.example", kept[-1]) == [True, True]
        path.unlink()
    # The first issue alone is older; a person can still want it.
    outcome = desk.run()
    assert "is older than 277" in outcome.page["matters"][0]["text"]
    desk.run(confirm=token(outcome), reason="the authority withdrew 277")
    assert desk.blocks("made39.example") == [False]
