"""Names that a line break cuts: whole again, with the other reading where there are two."""

from __future__ import annotations

import pytest

from blocklist.loaders.italian.dehyphenation import Dehyphenation, Join

pytestmark = pytest.mark.no_core


@pytest.mark.parametrize(
    ("lines", "mended"),
    [
        # A hyphen of the printer's, or the name's own: both readings are kept.
        (["il sito pirata-", "film.com è"], ["il sito piratafilm.com", " è"]),
        (["il sito pirata\u00ad", "film.com è"], ["il sito piratafilm.com", " è"]),
        (["al sito www.", "pirata.com, e"], ["al sito www.pirata.com,", " e"]),
        (["al sito http://", "pirata.com."], ["al sito http://pirata.com.", ""]),
        (["il sito pirata.com è", "stato"], ["il sito pirata.com è", "stato"]),
        # The end of one sentence, and the beginning of another.
        (["i domini registrati.", "il sito"], ["i domini registrati.", "il sito"]),
        # A word, not a name.
        (["la resisten-", "te deve"], ["la resistente", " deve"]),
        # Over the end of a page.
        (["al sito pirata-", "Pagina 1 di 3", "film.com è"],
         ["al sito piratafilm.com", "Pagina 1 di 3", " è"]),
    ],
)  # fmt: skip
def test_lines(lines: list[str], mended: list[str]) -> None:
    assert Dehyphenation(lines).lines == mended


def test_both_readings_are_kept() -> None:
    assert Dehyphenation(["pirata-", "film.com"]).joins == {
        (1, "piratafilm.com"): Join("pirata-\nfilm.com", other="pirata-film.com")
    }


def test_the_printer_s_own_hyphen_has_one_reading() -> None:
    (join,) = Dehyphenation(["il sito pirata\u00ad", "film.com"]).joins.values()
    assert join.other == ""


def test_a_name_that_stands_whole_elsewhere_decides() -> None:
    mended = Dehyphenation(["il sito pirata-film.com", "e ancora pirata-", "film.com"])
    assert mended.lines[1] == "e ancora pirata-film.com"
    assert mended.joins[2, "pirata-film.com"].other == ""


def test_the_number_of_an_item_is_parted_from_its_name() -> None:
    lines = ["9. uno.example.com", "10.due.example.com"]
    assert Dehyphenation(lines).lines == ["9. uno.example.com", "10. due.example.com"]
    assert (
        Dehyphenation(["7. uno.example.com", "10.due.example.com"]).lines[1] == "10.due.example.com"
    )


def test_typographic_dashes_are_hyphens_where_that_is_said() -> None:
    line = "al sito pirata\N{NON-BREAKING HYPHEN}film.com"
    mended = Dehyphenation([line], dashes=True)
    assert mended.lines == ["al sito pirata-film.com"]
    (join,) = mended.joins.values()
    assert "is read as a hyphen" in join.note
    assert join.raw == "pirata\N{NON-BREAKING HYPHEN}film.com"
