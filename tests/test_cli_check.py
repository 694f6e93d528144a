"""``blocklist check`` of orders in prose: the text with its marks, then what was read from it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from prose_genres import ORDERS
from prose_rendering import RENDERINGS
from rich.console import Console

from blocklist.cli.group import cli
from blocklist.cli.marked import show_text
from blocklist.documents import Document
from blocklist.loaders import LoadOptions, read_orders
from blocklist.review.markedtext import MarkedText

pytestmark = pytest.mark.no_core

Run = Callable[..., Result]
CASES = {case.name: case for case in ORDERS}
TEXT = """TRIBUNALE DI MILANO
Sezione specializzata in materia d'impresa
R.G. 1/2022
La ricorrente, titolare di casa-madre.it, ha documentato
la messa a disposizione di opere.
Si richiamano gli atti.
Null'altro.
P.Q.M.
ordina alla resistente di inibire l'accesso ai siti uno-finto.to e
due-finto.to, ad eccezione di posta.due-finto.to, entro 5 giorni dalla
notificazione.
Spese compensate.
Nulla sulle spese vive.
Milano, 11 luglio 2022
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    Path("order.txt").write_text(TEXT, "utf-8")

    def run_(*arguments: object) -> Result:
        result = CliRunner().invoke(cli, ["check", *map(str, arguments)])
        assert result.exception is None or isinstance(result.exception, SystemExit)
        assert "Traceback" not in result.output
        return result

    return run_


class TestMarks:
    def test_lines_around_marks(self, run: Run) -> None:
        lines = run("order.txt").stdout.splitlines()
        assert lines[:11] == [
            "     ⋮",
            "    3 R.G. 1/2022",
            "~~  4 La ricorrente, titolare di [casa-madre.it], ha documentato",
            "    5 la messa a disposizione di opere.",
            "     ⋮",
            "    8 P.Q.M.",
            ">>  9 ordina alla resistente di inibire l'accesso ai siti [uno-finto.to] e",
            ">> 10 [due-finto.to], ad eccezione di [posta.due-finto.to], entro 5 giorni dalla",
            "   11 notificazione.",
            "Tribunale di Milano, R.G. 1/2022, of 2022-07-11",
            lines[10],
        ]
        assert lines[10] == (
            "  it:tribunale-di-milano:rg:1/2022:2022-07-11: in force, 2 targets, 1 exception, "
            "0 refused, 1 only mentioned"
        )

    def test_what_was_read_follows(self, run: Run) -> None:
        result = run("order.txt")
        assert result.exit_code == 0
        assert result.stdout.splitlines()[11:] == [
            "  deadline: 5 days from notified",
            "  line 9: uno-finto.to (subtree)",
            (
                "      “P.Q.M. ordina alla resistente di inibire l'accesso ai siti uno-finto.to e "
                "due-finto.to, ad eccezione di posta.due-finto.to, entro 5 giorni dalla "
                "notificazione.”"
            ),
            "  line 10: due-finto.to (subtree)",
            "  except line 10: posta.due-finto.to",
            "  mentioned, not ordered: line 4: casa-madre.it (outside the operative part)",
            (
                "warning: it:tribunale-di-milano:rg:1/2022:2022-07-11: no penalty, end date, "
                "clause on future names or addressee was found"
            ),
            (
                "3 rules from 3 targets of 1 order; 0 rejected, 0 covered, 0 orders not selected, "
                "1 warning"
            ),
        ]

    def test_full_text(self, run: Run) -> None:
        lines = run("order.txt", "--full-text").stdout.splitlines()
        assert lines[0] == "    1 TRIBUNALE DI MILANO"
        assert lines[11] == "   12 Spese compensate."
        assert not any("⋮" in line for line in lines)

    def test_every_target_is_listed(self, run: Run) -> None:
        case = CASES["procura-allegato-lungo"]
        Path("order.pdf").write_bytes(RENDERINGS["pdf"](case))
        text = run("order.pdf").stdout
        assert len(case.targets) > 60
        assert [t for t in case.targets if f": {t} (subtree)\n" not in text] == []
        assert [t for t in case.targets if f"[{t}]" not in text] == []

    @pytest.mark.parametrize("format", ["text", "docx", "pdf"])
    def test_a_name_over_two_lines(self, run: Run, format: str) -> None:  # noqa: A002
        Path(f"broken.{format}").write_bytes(RENDERINGS[format](CASES["bologna-nomi-spezzati"]))
        text = run(f"broken.{format}").stdout
        assert "[http://www.serie-finte.]" in text
        assert "[to], [videoteca-immaginaria.net]" in text

    def test_refused(self, run: Run) -> None:
        text = TEXT.replace("uno-finto.to", "http://uno-finto.to/#pagina")
        Path("order.txt").write_text(text, "utf-8")
        result = run("order.txt")
        assert result.exit_code == 1
        assert "!!  9 " in result.stdout
        assert "[http://uno-finto.to/#pagina]" in result.stdout
        assert "1 refused" in result.stdout

    def test_lists_are_shown_without_their_text(self, run: Run) -> None:
        Path("list.txt").write_text("a.example\nb.example\n")
        text = run("list.txt").stdout
        assert ">>" not in text
        assert "[a.example]" not in text
        assert "  line 1: a.example (subtree)\n" in text

    def test_no_character_of_the_text_moves_the_cursor(self, run: Run) -> None:
        evil = TEXT.replace("documentato", "\x1b[2J\u202edocumentato [bold]")
        Path("order.txt").write_text(evil, "utf-8")
        text = run("order.txt").stdout
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "[bold]" in text

    def test_colours_on_a_terminal(self) -> None:
        ((document, orders),) = read_orders(TEXT.encode(), LoadOptions(name="order.txt"))
        console = Console(force_terminal=True, color_system="standard", width=200, record=True)
        with console.capture() as captured:
            show_text(MarkedText(document, orders), console, full=False)
        text = captured.get()
        assert "\x1b[1;31muno-finto.to\x1b[0m" in text
        assert "\x1b[32mposta.due-finto.to\x1b[0m" in text
        assert "\x1b[33mcasa-madre.it\x1b[0m" in text
        assert "[uno-finto.to]" not in text


class TestJson:
    def test_marks(self, run: Run) -> None:
        data = json.loads(run("order.txt", "--json").stdout)
        assert [(m["line"], m["role"], m["text"]) for m in data["marks"]] == [
            (4, "mention", "casa-madre.it"),
            (9, "target", "uno-finto.to"),
            (10, "target", "due-finto.to"),
            (10, "exception", "posta.due-finto.to"),
        ]
        lines = TEXT.splitlines()
        for m in data["marks"]:
            assert m["path"] == "order.txt"
            assert lines[m["line"] - 1][m["start"] : m["end"]] == m["text"]
        assert data["marks"][0]["reason"]
        assert data["rules"] == 3

    def test_lists_have_none(self, run: Run) -> None:
        Path("list.txt").write_text("a.example\n")
        assert json.loads(run("list.txt", "--json").stdout)["marks"] == []


class TestConfidential:
    @pytest.fixture
    def secret(self) -> str:
        Path("secret.toml").write_text(
            '[[order]]\nid = "it:x:1"\nconfidential = true\ntargets = ["secret.example"]\n'
        )
        return "secret.toml"

    def test_names_only_when_asked(self, run: Run, secret: str) -> None:
        for arguments in ([], ["--json"], ["--full-text"]):
            result = run(secret, *arguments)
            assert "secret.example" not in result.output
        assert "secret.example" in run(secret, "--show-confidential").stdout

    def test_prose_is_not_shown(self) -> None:
        document = Document("order.txt", "order.txt", TEXT.encode())
        ((document, orders),) = read_orders(TEXT.encode(), LoadOptions(name="order.txt"))
        hidden = [replace(order, confidential=True) for order in orders]
        shown = [order for order in hidden if not order.confidential]
        assert MarkedText(document, orders).is_prose
        assert not MarkedText(document, shown).is_prose
        assert list(MarkedText(document, shown).data()) == []
