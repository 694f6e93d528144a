"""``blocklist review``: a person answers for each fact and group, and an order comes of it."""

from __future__ import annotations

import hashlib
import os
import re
import select
import subprocess
import sys
import time
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from loading import VECTORS

from blocklist import compile_orders, load_orders
from blocklist.cli.group import cli
from blocklist.documents import Document
from blocklist.loaders.drafts import draft_text
from blocklist.review.draftfile import DraftFile, as_toml

pytestmark = pytest.mark.no_core

TEXT = """HIGH COURT OF EXAMPLE
Claim No: AB-2026-000417
Dated 14 April 2026
See www.claimant.example for the claim.
The following shall be blocked:
- uno.example
- due.example
- x@tre.example
"""
FACTS = ["y", "y", "y"]  # authority, case number, date
OUT = Path("order.reviewed.toml")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("order.txt").write_text(TEXT, "utf-8")


def review(answers: list[str], *arguments: str, file: str = "order.txt") -> Result:
    result = CliRunner().invoke(
        cli, ["review", file, *arguments], input="".join(f"{one}\n" for one in answers)
    )
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def order() -> dict[str, Any]:
    (found,) = tomllib.loads(OUT.read_text("utf-8"))["order"]
    assert isinstance(found, dict)
    return found


class TestAnswers:
    def test_a_document_becomes_a_reviewed_order(self) -> None:
        before = datetime.now(UTC) - timedelta(seconds=1)
        result = review([*FACTS, "y", "n", "y", "n", "y"], "--reviewer", "A. Person")
        assert result.exit_code == 0, result.output
        read = order()
        assert read["targets"] == ["uno.example", "due.example"]
        assert (read["authority"], read["case_number"]) == (
            "HIGH COURT OF EXAMPLE", "AB-2026-000417",
        )  # fmt: skip
        assert (read["reviewed"], read["reviewed_by"]) == (True, "A. Person")
        assert before < read["reviewed_at"] <= datetime.now(UTC)
        text = OUT.read_text("utf-8")
        assert hashlib.sha256(TEXT.encode()).hexdigest() in text
        assert "DRAFT" not in text
        assert "so far" not in text
        assert '# "www.claimant.example"' in text
        (loaded,) = load_orders(OUT)
        compile_orders([loaded])
        assert "2 targets of 1 order, reviewed" in result.stderr

    def test_a_draft_is_reviewed_likewise(self) -> None:
        draft = draft_text([Document("order.txt", "order.txt", TEXT.encode())])
        Path("draft.toml").write_text(draft, "utf-8")
        result = review([*FACTS, "y", "n", "y", "n", "y"], "--reviewer", "A", "-o", str(OUT),
                        file="draft.toml")  # fmt: skip
        assert result.exit_code == 0, result.output
        assert order()["targets"] == ["uno.example", "due.example"]
        assert Path("draft.toml").read_text("utf-8") == draft

    def test_each_name_of_a_group(self) -> None:
        answers = [*FACTS, "y", "n", "e", "x", "y", "tre-right.example", "y", "A. Person"]
        result = review(answers)
        assert result.exit_code == 0, result.output
        read = order()
        assert read["targets"] == ["due.example", "tre-right.example"]
        assert read["exceptions"] == ["uno.example"]
        assert read["reviewed_by"] == "A. Person"

    def test_a_name_is_corrected(self) -> None:
        result = review([*FACTS, "y", "n", "e", "not a name", "Uno-Right.example.", "n", "n", "y"],
                        "--reviewer", "A")  # fmt: skip
        assert order()["targets"] == ["uno-right.example"], result.output

    def test_facts_are_left_out_corrected_and_added(self) -> None:
        result = review(
            ["n", "e", "AB 9", "e", "never", "2026-04-15", "e", "gb", "",
             '{ amount = 2, unit = "week" }',
             '{ amount = 2, unit = "day" }', *[""] * 9, "n", "y", "n", "y"],
            "--reviewer", "A",
        )  # fmt: skip
        assert result.exit_code == 0, result.output
        read = order()
        assert "authority" not in read
        assert read["case_number"] == "AB 9"
        assert str(read["issued"]) == "2026-04-15"
        assert read["jurisdiction"] == "gb"
        assert read["deadline"] == {"amount": 2, "unit": "day"}

    def test_nothing_taken_stays_a_draft(self) -> None:
        result = review([*FACTS, "y", "n", "n"], "--reviewer", "A")
        assert result.exit_code == 1
        assert "no name was taken" in result.stderr
        assert order()["reviewed"] is False

    def test_the_signature_may_be_refused(self) -> None:
        result = review([*FACTS, "y", "n", "y", "n", "n"], "--reviewer", "A")
        assert result.exit_code == 1
        assert order()["reviewed"] is False
        assert review(["y"], "--reviewer", "A").exit_code == 0
        assert order()["reviewed"] is True

    def test_an_unknown_answer_is_asked_again(self) -> None:
        result = review(["perhaps", "", *FACTS, "q"])
        assert result.stdout.count("1 of ") == 1
        assert "so far: authority, case_number, issued\n" in OUT.read_text("utf-8")

    @pytest.mark.parametrize(
        "file", sorted((VECTORS / "drafts").glob("*.txt")), ids=lambda f: f.stem
    )
    def test_taking_all_takes_what_is_not_doubtful(self, file: Path) -> None:
        Path("order.txt").write_bytes(file.read_bytes())
        draft = DraftFile(draft_text([Document("o", "o", file.read_bytes())]), "o")
        answers: list[str] = []
        wanted: list[str] = []
        for step in draft.steps:
            doubtful = [choice for choice in step.choices if choice.doubtful]
            plain = [choice.text for choice in step.choices if not choice.doubtful]
            answers += ["y", *["n"] * len(doubtful)]
            wanted += plain if step.kind == "group" else []
        result = review([*answers, "y"], "--reviewer", "A")
        assert result.exit_code == 0, result.output
        assert list(dict.fromkeys(order()["targets"])) == list(dict.fromkeys(wanted))


class TestStopping:
    @pytest.mark.parametrize("stop", [["q"], []], ids=["quit", "end-of-input"])
    def test_it_goes_on_where_it_stopped(self, stop: list[str]) -> None:
        first = review([*FACTS, *stop])
        assert first.exit_code == 1
        assert "3 answers left" in first.stderr
        assert review([], "-o", str(OUT)).exit_code == 1
        with pytest.raises(Exception, match="reviewed = false"):
            compile_orders(load_orders(OUT))
        second = review(["y", "n", "y", "n", "y"], "--reviewer", "A")
        assert second.exit_code == 0, second.output
        assert "goes on after 3 answers" in second.stderr
        assert order()["case_number"] == "AB-2026-000417"

    def test_what_is_half_answered_is_asked_again(self) -> None:
        review([*FACTS, "y", "n", "e", "y", "q"])
        assert order()["targets"] == []
        assert "group 2" not in OUT.read_text("utf-8").partition("so far:")[2].partition("\n")[0]

    def test_what_was_answered_by_hand_counts(self) -> None:
        review([*FACTS, "y", "n", "q"])
        text = OUT.read_text("utf-8")
        OUT.write_text(text.replace('  # "uno.example", "due.example",',
                                    '  "uno.example", "due.example",'), "utf-8")  # fmt: skip
        result = review(["n", "y"], "--reviewer", "A")
        assert result.exit_code == 0, result.output
        assert order()["targets"] == ["uno.example", "due.example"]

    def test_the_output_of_another_document_is_kept(self) -> None:
        review([*FACTS, "q"])
        kept = OUT.read_text("utf-8")
        Path("order.txt").write_text(TEXT + "more.example\n", "utf-8")
        result = review(["q"])
        assert result.exit_code == 2
        assert "of another document" in result.output
        assert OUT.read_text("utf-8") == kept
        assert review(["q"], "--force").exit_code == 1
        assert "more.example" in OUT.read_text("utf-8")

    def test_a_reviewed_order_is_kept(self) -> None:
        review([*FACTS, "y", "n", "y", "n", "y"], "--reviewer", "A")
        kept = OUT.read_text("utf-8")
        result = review(["q"])
        assert result.exit_code == 2
        assert "--force" in result.output
        assert OUT.read_text("utf-8") == kept

    def test_an_order_file_is_no_draft(self) -> None:
        Path("o.toml").write_text('[[order]]\nid = "x"\ntargets = ["a.example"]\n', "utf-8")
        result = review([], file="o.toml")
        assert result.exit_code == 2
        assert "is no draft" in result.output

    def test_the_draft_itself_is_not_replaced(self) -> None:
        result = review([], "-o", "order.txt")
        assert result.exit_code == 2
        assert Path("order.txt").read_text("utf-8") == TEXT


class TestSafety:
    def test_nothing_of_the_document_reaches_the_terminal(self) -> None:
        draft = draft_text([Document("order.txt", "order.txt", TEXT.encode())])
        draft = draft.replace("GROUP 1, ", "GROUP 1, \x9b31m\u202e").replace(
            "line 6", "line 6 \x07"
        )
        Path("draft.toml").write_text(draft.replace("\x07", "\x7f"), "utf-8")
        result = review(["q"], file="draft.toml")
        assert result.exit_code == 2, "TOML allows no controls in comments"
        draft = draft.replace("\x07", "\u2028\u202e").replace("\x9b", "\u200e")
        Path("draft.toml").write_text(draft, "utf-8")
        result = review([*FACTS, "y", "n", "n"], file="draft.toml")
        assert not re.search("[^\n -~“”…]", result.output), result.output

    def test_an_answer_is_a_value_or_text(self) -> None:
        assert as_toml("2026-01-02") == "2026-01-02"
        assert as_toml('x"\ny = 1') == '"x\\"\\ny = 1"'
        assert as_toml("1\ny = 2") == '"1\\ny = 2"'
        assert as_toml("Some Court") == '"Some Court"'


@pytest.mark.skipif(os.name != "posix", reason="no pseudo-terminals here")
def test_on_a_terminal() -> None:
    """With Ctrl-C in the middle; the second call goes on and signs."""
    said = on_terminal(["y\r", "y\r", "\x03"])
    assert "4 answers left" in said
    said = on_terminal(["y\r", "y\r", "n\r", "y\r", "n\r", "y\r", "A. Person\r"])
    assert "2 targets of 1 order, reviewed" in said
    assert order()["reviewed_by"] == "A. Person"


def on_terminal(answers: list[str]) -> str:
    import pty

    try:
        lead, follow = pty.openpty()
    except OSError as error:  # a bare root without /dev/pts
        pytest.skip(str(error))
    command = [sys.executable, "-m", "blocklist", "review", "order.txt"]
    with subprocess.Popen(
        command, stdin=follow, stdout=follow, stderr=follow, start_new_session=True,
        preexec_fn=take_terminal,
    ) as process:  # fmt: skip
        os.close(follow)
        said = ""
        waiting = list(answers)
        seen = 0
        end = time.monotonic() + 120
        while time.monotonic() < end:
            if select.select([lead], [], [], 0.2)[0]:
                try:
                    octets = os.read(lead, 65_536)
                except OSError:
                    break
                if not octets:
                    break
                said += octets.decode("utf-8", "replace")
            prompts = len(re.findall(r"(?:\]|name): ", said))
            if waiting and prompts > seen:
                seen = prompts
                os.write(lead, waiting.pop(0).encode())
        process.kill()  # it has ended, or waits for an answer that it will not get
    os.close(lead)
    assert not waiting, said
    return said


def take_terminal() -> None:
    import fcntl
    import signal
    import termios

    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a suite in the background ignores it
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
