"""A cycle of the desk: what is accepted, held, written and reported, without any server."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from desk_folder import IMAGE, DeskFolder, agcom, matter_codes, names, order_file, token
from servers.program import blocklist, environment

from blocklist.cli.group import cli
from blocklist.desk.sightings import look
from blocklist.desk.state import load_state
from blocklist.errors import ConfigurationError

pytestmark = pytest.mark.no_core

COURTS = '[[source]]\nname = "courts"\npath = "courts/**/*"\n'
AGCOM = '[[source]]\nname = "agcom"\npath = "agcom/*.txt"\nformat = "agcom"\neditions = "serial"\n'
PLAIN = '[[source]]\nname = "list"\npath = "list/*.txt"\nformat = "plain"\n'
NOVEMBER = datetime(2026, 11, 1, tzinfo=UTC)
NEWEST = f'{PLAIN}editions = "newest-file"\n'


@pytest.fixture
def desk(tmp_path: Path) -> DeskFolder:
    return DeskFolder(tmp_path)


class TestAcceptAndHold:
    def test_orders_are_enforced_and_then_nothing_is_to_do(self, desk: DeskFolder) -> None:
        desk.configure(COURTS, AGCOM, IMAGE)
        desk.old("agcom/1.txt", agcom(1, *names(10)))
        desk.old("courts/2026/a.toml", order_file("it:a", "a.example"))
        outcome = desk.run()
        assert (outcome.code, outcome.page["image"]["added"]) == (0, 11)
        assert desk.blocks("www.a.example", "n9.example", "b.example") == [True, True, False]
        written = (desk.path / "out/it.blk").stat()
        state = (desk.path / "state/state.json").stat()
        again = desk.run()
        assert (again.code, again.page["outputs"][0]["state"]) == (0, "unchanged")
        assert (desk.path / "out/it.blk").stat() == written
        assert (desk.path / "state/state.json").stat() == state
        assert [e["event"] for e in desk.journal("accepted", "compiled", "written")] == [
            "accepted", "accepted", "compiled", "written",
        ]  # fmt: skip

    def test_a_held_source_delays_no_other(self, desk: DeskFolder) -> None:
        desk.configure(AGCOM, COURTS, IMAGE)
        desk.old("agcom/1.txt", agcom(1, *names(10)))
        desk.old("courts/a.toml", order_file("it:a", "a.example"))
        desk.run()
        desk.old("agcom/2.txt", agcom(2, *names(3)))
        desk.old("courts/b.toml", order_file("it:b", "b.example"))
        outcome = desk.run()
        assert (outcome.code, matter_codes(outcome)) == (1, ["held"])
        assert "lost 7 of 10 targets" in outcome.page["matters"][0]["text"]
        assert desk.blocks("b.example", "n9.example") == [True, True]
        assert desk.run().code == 1

    def test_a_first_order_that_is_held_can_be_accepted(self, desk: DeskFolder) -> None:
        desk.configure(COURTS, IMAGE, '[guards]\npopular = { file = "top.csv", hold = 9 }\n')
        desk.write("top.csv", "1,a.example\n")
        desk.old("courts/a.toml", order_file("it:a", "a.example", "b.example"))
        for _ in range(2):
            outcome = desk.run()
            assert (outcome.code, matter_codes(outcome)) == (2, ["refused-run", "held"])
        assert desk.run(confirm=token(outcome), reason="looked").code == 0
        assert desk.blocks("a.example", "b.example") == [True, True]

    def test_a_token_accepts_one_file_and_no_other(self, desk: DeskFolder) -> None:
        desk.configure(AGCOM, COURTS, IMAGE)
        desk.old("agcom/1.txt", agcom(1, *names(10)))
        desk.old("courts/a.toml", order_file("it:a", "a.example"))
        desk.run()
        held = agcom(2, *names(3))
        desk.old("agcom/2.txt", held)
        first = token(desk.run())
        desk.old("agcom/2.txt", agcom(2, *names(4)))
        other = desk.run(confirm=first, reason="looked")
        assert other.code == 2
        assert "no held edition has the token" in other.page["error"]
        assert desk.blocks("n9.example") == [True]
        desk.old("agcom/2.txt", held)
        desk.old("courts/c.toml", order_file("it:c", "c.example"))  # another source changes
        assert token(desk.run()) == first
        outcome = desk.run(confirm=first, reason="the authority said so")
        assert (outcome.code, outcome.page["sources"][0]["lifted"]) == (0, 7)
        assert desk.blocks("n9.example", "n2.example") == [False, True]
        (confirmed,) = desk.journal("confirmed")
        assert (confirmed["reason"], confirmed["token"]) == ("the authority said so", first)
        assert confirmed["user"]

    def test_an_issue_beside_the_last_one_is_compared_with_it(self, desk: DeskFolder) -> None:
        """It would supersede the other inside the folder, which lifts as much as a cut file."""
        desk.configure(AGCOM.replace('"serial"', '"each"'), IMAGE)
        desk.old("agcom/1.txt", agcom(1, *names(100)))
        desk.run()
        desk.old("agcom/2.txt", agcom(2, *names(10)))
        outcome = desk.run()
        assert "lost 90 of 100 targets" in outcome.page["matters"][0]["text"]
        assert desk.blocks("n99.example") == [True]

    def test_an_older_issue_changes_nothing(self, desk: DeskFolder) -> None:
        desk.configure(AGCOM, IMAGE)
        desk.old("agcom/5.txt", agcom(5, *names(10)))
        desk.run()
        desk.old("agcom/4.txt", agcom(4, *names(3)))
        assert desk.run().code == 0
        (desk.path / "agcom/5.txt").unlink()
        outcome = desk.run()
        assert (outcome.code, matter_codes(outcome)) == (1, ["held"])
        assert "is older than 5" in outcome.page["matters"][0]["text"]
        assert desk.blocks("n9.example") == [True]

    def test_the_newest_file_counts_under_any_name(self, desk: DeskFolder) -> None:
        desk.configure(NEWEST, IMAGE)
        desk.old("list/x-2026-11-01.txt", "\n".join(names(10)), 500)
        assert desk.run().code == 0
        desk.old("list/a-2026-11-08.txt", "\n".join([*names(9), "new.example"]), 100)
        outcome = desk.run()
        assert outcome.code == 0
        source = outcome.page["sources"][0]
        assert (source["added"], source["lifted"], source["files"]) == (1, 1, 1)
        assert desk.blocks("n9.example", "new.example") == [False, True]
        desk.old("list/b-2026-11-15.txt", "\n".join(names(2)), 50)
        assert "lost 8 of 10" in desk.run().page["matters"][0]["text"]
        for name in ("a-2026-11-08", "b-2026-11-15"):
            (desk.path / f"list/{name}.txt").unlink()
        text = desk.run().page["matters"][0]["text"]
        assert "x-2026-11-01.txt is older than a-2026-11-08.txt" in text

    def test_a_control_file_that_does_not_fit_holds_the_list(self, desk: DeskFolder) -> None:
        desk.configure(NEWEST.replace("list/*", "list/e*"), 'checksum = "sums/*.txt"\n', IMAGE)
        desk.old("list/e1.txt", "a.example\nb.example\n")
        desk.old("sums/c1.txt", "0" * 64)
        outcome = desk.run()
        assert outcome.code == 2  # nothing is in force yet
        digest = hashlib.sha256(b"a.example\nb.example\n").hexdigest()
        desk.old("sums/c2.txt", digest, 5)
        assert desk.run().code == 0
        desk.old("list/e2.txt", "a.example\nc.example\n", 2.5)
        outcome = desk.run()
        assert (outcome.code, matter_codes(outcome)) == (1, ["held"])
        assert desk.blocks("b.example", "c.example") == [True, False]

    def test_a_bad_file_is_held_alone(self, desk: DeskFolder) -> None:
        desk.configure(COURTS, IMAGE)
        desk.old("courts/a.toml", order_file("it:a", "a.example"))
        desk.old("courts/bad.pdf", "%PDF-1.7 broken")
        outcome = desk.run()
        assert (outcome.code, matter_codes(outcome)) == (1, ["held"])
        assert str(desk.path / "courts/bad.pdf") in outcome.page["matters"][0]["text"]
        assert "staging" not in json.dumps(outcome.page)
        assert desk.blocks("a.example") == [True]

    def test_what_was_accepted_counts_when_its_file_is_gone_or_bad(self, desk: DeskFolder) -> None:
        desk.configure(COURTS, IMAGE)
        desk.old("courts/a.toml", order_file("it:a", "a.example"))
        desk.old("courts/b.toml", order_file("it:b", "b.example"))
        desk.run()
        (desk.path / "courts/a.toml").unlink()
        desk.old("courts/b.toml", "[[order]]\nid = ")
        outcome = desk.run()
        assert (outcome.code, matter_codes(outcome)) == (1, ["held", "held"])
        assert desk.blocks("a.example", "b.example") == [True, True]
        desk.old("courts/b.toml", order_file("it:b", "b.example"))
        outcome = desk.run(confirm=token(desk.run()), reason="lifted by the court")
        assert outcome.code == 0
        assert desk.blocks("a.example", "b.example") == [False, True]

    def test_a_missing_file_holds_nothing_once_its_orders_have_ended(
        self, desk: DeskFolder
    ) -> None:
        desk.now = datetime(2026, 11, 1, tzinfo=UTC)
        desk.configure(COURTS, IMAGE)
        desk.write("courts/a.toml", order_file("it:a", "a.example", expires="2026-11-03"))
        desk.write("courts/b.toml", order_file("it:b", "b.example"))
        desk.run()
        (desk.path / "courts/a.toml").unlink()
        assert desk.run().code == 1
        desk.now = datetime(2026, 11, 4, 1, tzinfo=UTC)
        assert desk.run().code == 0
        assert desk.blocks("a.example", "b.example") == [False, True]
        assert len(desk.journal("ended")) == 1

    @pytest.mark.parametrize("field", ["revoked", "expires", "suspended"])
    def test_an_order_that_is_lifted_by_its_file_is_held_by_nothing(
        self, desk: DeskFolder, field: str
    ) -> None:
        desk.now = datetime(2026, 11, 1, tzinfo=UTC)
        desk.configure(COURTS, IMAGE)
        desk.write("courts/a.toml", order_file("it:a", "a.example"))
        desk.write("courts/b.toml", order_file("it:b", "b.example"))
        desk.run()
        said = {"revoked": '"2026-10-31"', "expires": '"2026-10-31"'}
        line = f"{field} = {said.get(field, '[{ from = 2026-10-01 }]')}\n"
        desk.write("courts/b.toml", order_file("it:b", "b.example") + line)
        outcome = desk.run()
        assert (outcome.code, outcome.page["image"]["removed"]) == (0, 1)
        assert desk.blocks("a.example", "b.example") == [True, False]

    def test_a_file_that_was_renamed_is_no_change(self, desk: DeskFolder) -> None:
        desk.configure(COURTS, IMAGE)
        desk.old("courts/a.toml", order_file("it:a", "a.example"))
        desk.run()
        (desk.path / "courts/2026").mkdir()
        (desk.path / "courts/a.toml").rename(desk.path / "courts/2026/a.toml")
        assert desk.run().code == 0
        # The order is known by its id when its file and its words have changed.
        (desk.path / "courts/2026/a.toml").unlink()
        desk.old("courts/c.toml", order_file("it:a", "a.example", "more.example"))
        assert desk.run().code == 0
        assert desk.blocks("a.example", "more.example") == [True, True]

    def test_an_order_that_clashes_with_another_source_is_held(self, desk: DeskFolder) -> None:
        desk.configure(COURTS, COURTS.replace("courts", "mail"), IMAGE)
        desk.old("courts/a.toml", order_file("it:a", "a.example"))
        desk.run()
        desk.old("mail/a.toml", order_file("it:a", "b.example"))
        desk.old("mail/c.toml", order_file("it:c", "c.example"))
        outcome = desk.run()
        assert outcome.code == 1
        assert "it:a" in outcome.page["matters"][0]["text"]
        assert desk.blocks("a.example", "b.example") == [True, False]

    def test_a_draft_is_held(self, desk: DeskFolder) -> None:
        desk.configure(COURTS, IMAGE)
        desk.old("courts/a.toml", order_file("it:a", "a.example"))
        desk.old("courts/b.toml", order_file("it:b", "b.example", reviewed=False))
        outcome = desk.run()
        assert outcome.code == 1
        assert "nobody has reviewed" in outcome.page["matters"][0]["text"]
        assert desk.blocks("a.example") == [True]

    @pytest.mark.parametrize("confidential", [False, True])
    def test_a_popular_name_is_held_and_a_confirmation_permits_it(
        self, desk: DeskFolder, confidential: bool
    ) -> None:
        desk.write("top.csv", "1,search.example\n2,mail.example\n3,shop.example\n")
        guards = '[guards]\npopular = { file = "top.csv", hold = 2 }\n'
        desk.configure(guards, COURTS, IMAGE)
        desk.old("courts/a.toml", order_file("it:a", "a.example"))
        fields = {"confidential": True} if confidential else {}
        desk.old("courts/b.toml", order_file("it:b", "mail.example", "b.example", **fields))
        desk.old("courts/c.toml", order_file("it:c", "shop.example"))
        outcome = desk.run()
        assert (outcome.code, matter_codes(outcome)) == (1, ["held"])
        assert ("mail.example" in json.dumps(outcome.page)) is not confidential
        assert outcome.page["image"]["popular"] == ["shop.example, number 3 of the popularity list"]
        assert desk.blocks("b.example", "shop.example") == [False, True]
        outcome = desk.run(confirm=token(outcome), reason="asked the court")
        assert outcome.code == 0
        assert desk.blocks("b.example", "mail.example") == [True, True]
        desk.old("courts/d.toml", order_file("it:d", "d.example"))
        assert desk.run().code == 0
        assert desk.blocks("mail.example") == [True]

    def test_a_critical_name_that_begins_later_is_held_when_it_arrives(
        self, desk: DeskFolder
    ) -> None:
        desk.now = datetime(2026, 11, 1, tzinfo=UTC)
        desk.configure("[guards]\n", COURTS, IMAGE)
        desk.write("courts/a.toml", order_file("it:a", "a.example"))
        desk.write("courts/b.toml", order_file("it:b", "github.com", effective_from="2026-12-01"))
        assert matter_codes(desk.run()) == ["held"]

    def test_a_protected_name_is_refused_and_holds_nothing(self, desk: DeskFolder) -> None:
        desk.configure('[guards]\nprotect = ["isp.example"]\n', COURTS, IMAGE)
        desk.old("courts/a.toml", order_file("it:a", "www.isp.example", "a.example"))
        outcome = desk.run()
        assert (outcome.code, matter_codes(outcome)) == (1, ["refused"])
        assert desk.blocks("a.example", "www.isp.example") == [True, False]

    def test_a_file_that_somebody_writes_waits_for_the_next_run(
        self, desk: DeskFolder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        desk.configure(COURTS, IMAGE)
        desk.old("courts/a.toml", order_file("it:a", "a.example"))
        desk.run()
        path = desk.write("courts/b.toml", order_file("it:b", "b.example"))
        from blocklist.desk import cycle

        def written(_: float) -> None:
            path.write_text("[[order]]\n")

        monkeypatch.setattr(cycle, "look", partial(look, sleep=written))
        assert desk.run().code == 0
        monkeypatch.undo()
        desk.old("courts/b.toml", order_file("it:b", "b.example"))
        assert desk.run().code == 0
        assert desk.blocks("b.example") == [True]

    def test_sidecars_speak_of_their_documents(self, desk: DeskFolder) -> None:
        desk.configure(COURTS, IMAGE)
        desk.old("courts/a.txt", "a.example\nb.example\n")
        side = desk.old("courts/a.txt.toml", 'format = "plain"\nconfidential = true\n')
        assert desk.run().code == 0
        assert desk.blocks("a.example") == [True]
        assert "a.example" not in (desk.path / "state/journal.jsonl").read_text()
        side.rename(desk.path / "courts/b.txt.toml")
        outcome = desk.run()
        assert set(matter_codes(outcome)) == {"held"}
        assert desk.blocks("a.example") == [True]

    def test_manifests_speak_of_the_files_of_their_folder(self, desk: DeskFolder) -> None:
        desk.configure(COURTS, IMAGE)
        desk.old("courts/x/a.txt", "a.example\n")
        desk.old("courts/manifest.toml", '[[file]]\npath = "x/*.txt"\nformat = "plain"\n')
        assert desk.run().code == 0
        # Another meaning of the same octets is another edition.
        desk.old(
            "courts/manifest.toml",
            '[[file]]\npath = "x/*.txt"\nformat = "plain"\nscope = "exact"\n',
        )
        outcome = desk.run()
        assert outcome.code == 1
        assert desk.blocks("www.a.example") == [True]


class TestInstants:
    def test_an_order_begins_and_ends(self, desk: DeskFolder) -> None:
        desk.now = datetime(2026, 11, 1, tzinfo=UTC)
        desk.configure(COURTS, IMAGE)
        desk.write("courts/a.toml", order_file("it:a", "a.example"))
        begins = "2026-11-02T10:00:00Z"
        desk.write(
            "courts/b.toml",
            order_file("it:b", "b.example", effective_from=begins, expires="2026-11-05T00:00:00Z"),
        )
        assert desk.run().page["next"][0] == {
            "at": "2026-11-02T10:00:00+00:00", "why": "it:b begins",
        }  # fmt: skip
        assert desk.blocks("b.example") == [False]
        desk.now = datetime(2026, 11, 2, 10, tzinfo=UTC)
        outcome = desk.run()
        assert (outcome.code, outcome.page["image"]["added"]) == (0, 1)
        assert desk.blocks("b.example") == [True]
        desk.now = datetime(2026, 11, 5, tzinfo=UTC)
        assert desk.run().page["image"]["removed"] == 1
        assert desk.blocks("b.example") == [False]

    def test_ahead_enforces_at_the_instant(self, desk: DeskFolder) -> None:
        begins = datetime(2026, 11, 2, 10, tzinfo=UTC)
        desk.now = begins - timedelta(seconds=40)
        desk.configure(COURTS, IMAGE)
        desk.write("courts/a.toml", order_file("it:a", "a.example"))
        desk.write("courts/b.toml", order_file("it:b", "b.example", effective_from=str(begins)))
        assert len(desk.runs(ahead=30)) == 1
        assert desk.blocks("b.example") == [False]

        class Sleeps(list[float]):
            def append(self, seconds: float) -> None:
                assert desk.blocks("b.example") == [False]
                super().append(seconds)
                assert desk.now is not None
                desk.now += timedelta(seconds=seconds)

        desk.slept = Sleeps()
        first, second = desk.runs(ahead=60)
        assert (first.code, second.code) == (0, 0)
        assert desk.slept == [40]
        assert desk.blocks("b.example") == [True]

    def test_a_clock_that_went_back_changes_nothing(self, desk: DeskFolder) -> None:
        desk.now = datetime(2026, 11, 1, tzinfo=UTC)
        desk.configure(COURTS, IMAGE)
        desk.write("courts/a.toml", order_file("it:a", "a.example"))
        desk.run()
        desk.write("courts/b.toml", order_file("it:b", "b.example"))
        desk.now -= timedelta(minutes=6)
        outcome = desk.run()
        assert outcome.code == 2
        assert "--clock-ok" in outcome.page["error"]
        assert desk.blocks("b.example") == [False]
        assert desk.run(clock_ok=True).code == 0


class TestRunsThatChangeNothing:
    def test_a_rehearsal_says_what_would_change_and_writes_nothing(self, desk: DeskFolder) -> None:
        desk.configure(COURTS, IMAGE)
        desk.old("courts/a.toml", order_file("it:a", "a.example"))
        before = sorted(desk.path.rglob("*"))
        outcome = desk.rehearse()
        assert (outcome.code, outcome.page["outputs"][0]["state"]) == (4, "would be written")
        assert sorted(desk.path.rglob("*")) == before
        desk.run()
        assert desk.rehearse().code == 0
        (desk.path / "courts/a.toml").unlink()
        assert desk.rehearse().code == 1  # it would be held, and that changes nothing
        (desk.path / "state/state.json").unlink()
        assert desk.rehearse().code == 2  # nothing can be read

    def test_all_that_cannot_be_compiled_leaves_everything(self, desk: DeskFolder) -> None:
        desk.configure(COURTS, IMAGE)
        desk.now = NOVEMBER
        desk.write("courts/a.toml", order_file("it:a", "a.example", jurisdiction="IT"))
        desk.run()
        before = load_state(desk.path / "state")
        desk.configure('jurisdiction = "FR"\n', COURTS, IMAGE)
        outcome = desk.run()
        assert outcome.code == 2
        assert "nothing would be blocked" in outcome.page["error"]
        assert desk.blocks("a.example") == [True]
        now = load_state(desk.path / "state")
        assert now.told == ["refused-run|run|"]
        assert (now.image, now.config, now.last) == (before.image, before.config, before.last)
        assert now.source_files() == before.source_files()

    def test_a_damaged_state_is_never_begun_anew(self, desk: DeskFolder) -> None:
        desk.configure(COURTS, IMAGE)
        desk.old("courts/a.toml", order_file("it:a", "a.example"))
        desk.run()
        path = desk.path / "state/state.json"
        path.write_bytes(path.read_bytes()[:-9])
        with pytest.raises(ConfigurationError, match="is damaged"):
            desk.run()

    def test_an_accepted_edition_that_cannot_be_read_any_more_lifts_nothing(
        self, desk: DeskFolder
    ) -> None:
        desk.configure(COURTS, IMAGE)
        desk.old("courts/a.toml", order_file("it:a", "a.example"))
        desk.old("courts/b.txt", "b.example\nc.example\n")
        desk.old("courts/b.txt.toml", 'format = "plain"\n')
        desk.run()
        desk.configure(COURTS, 'format = "order"\n', IMAGE)
        (desk.path / "courts/b.txt.toml").unlink()
        for name in ("a.toml", "b.txt"):
            (desk.path / "courts" / name).unlink()
        for kept in (desk.path / "state/objects").iterdir():
            kept.unlink()
        outcome = desk.run()
        assert outcome.code == 2
        assert desk.blocks("b.example") == [True]


class TestEmptiness:
    """Nothing is blocked any more if that is known to be right, and only then."""

    RPZ = '[[output]]\nname = "rpz"\nformat = "rpz"\npath = "out/it.rpz"\n'

    def only(self, desk: DeskFolder, **fields: object) -> Path:
        """A desk with one order, on the first of November."""
        desk.now = NOVEMBER
        desk.configure(COURTS, IMAGE, self.RPZ)
        path = desk.write("courts/a.toml", order_file("it:a", "a.example", **fields))
        assert desk.run().code == 0
        return path

    def zone(self, desk: DeskFolder) -> str:
        return (desk.path / "out/it.rpz").read_text()

    def test_the_last_order_ends(self, desk: DeskFolder) -> None:
        path = self.only(desk, expires="2026-11-03")
        assert desk.blocks("a.example") == [True]
        desk.now = NOVEMBER + timedelta(days=4)
        outcome = desk.run()
        assert (outcome.code, outcome.page["image"]["rules"]) == (0, 0)
        assert desk.blocks("a.example") == [False]
        assert "a.example" not in self.zone(desk)
        assert self.zone(desk).splitlines()[-1].startswith("check.rpz.blocklist ")
        assert desk.run().page["outputs"][0]["state"] == "unchanged"
        path.unlink()  # a list of no file is as good as one of ended orders
        assert matter_codes(desk.run()) == ["no-file"]
        assert desk.blocks("a.example") == [False]
        desk.write("courts/b.toml", order_file("it:b", "b.example"))
        assert desk.run().code == 0
        assert desk.blocks("b.example") == [True]

    @pytest.mark.parametrize("field", ["revoked", "suspended"])
    def test_the_last_order_is_lifted_by_its_file(self, desk: DeskFolder, field: str) -> None:
        path = self.only(desk)
        value = "2026-10-30" if field == "revoked" else [{"from": "2026-10-30"}]
        said = json.dumps(value).replace(":", " =").replace('"from"', "from")
        path.write_text(path.read_text() + f"{field} = {said}\n")
        assert desk.run().code == 0
        assert desk.blocks("a.example") == [False]

    def test_the_last_order_is_taken_away_by_a_person(self, desk: DeskFolder) -> None:
        self.only(desk).unlink()
        outcome = desk.run()
        assert (outcome.code, matter_codes(outcome)) == (1, ["no-file", "held"])
        assert desk.blocks("a.example") == [True]
        outcome = desk.run(confirm=token(outcome), reason="the court lifted it")
        assert desk.blocks("a.example") == [False]
        assert matter_codes(outcome) == ["no-file"]

    def test_what_could_not_be_enforced_keeps_no_ended_order_in_force(
        self, desk: DeskFolder
    ) -> None:
        desk.now = NOVEMBER
        desk.configure('[guards]\nprotect = ["isp.example"]\n', COURTS, IMAGE)
        desk.write("courts/a.toml", order_file("it:a", "a.example", expires="2026-11-03"))
        desk.write("courts/b.toml", order_file("it:b", "www.isp.example"))
        assert matter_codes(desk.run()) == ["refused"]
        desk.now = NOVEMBER + timedelta(days=4)
        outcome = desk.run()
        assert (outcome.code, matter_codes(outcome)) == (1, ["refused"])
        assert desk.blocks("a.example") == [False]

    def test_orders_that_are_all_to_begin(self, desk: DeskFolder) -> None:
        self.only(desk, effective_from="2026-12-01")
        assert desk.blocks("a.example") == [False]
        desk.now = NOVEMBER + timedelta(days=31)
        assert desk.run().code == 0
        assert desk.blocks("a.example") == [True]

    @pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "<html></html>\n"])
    def test_a_list_that_arrives_empty_is_held(self, desk: DeskFolder, text: str) -> None:
        desk.configure(NEWEST, IMAGE)
        desk.old("list/1.txt", "\n".join(names(10)))
        assert desk.run().code == 0
        desk.old("list/2.txt", text, 5)
        outcome = desk.run()
        assert (outcome.code, matter_codes(outcome)) == (1, ["held"])
        assert desk.blocks("n9.example") == [True]

    @pytest.mark.parametrize("accident", ["guard", "source", "first", "unread"])
    def test_an_accident_empties_nothing(self, desk: DeskFolder, accident: str) -> None:
        fields = {"effective_from": "2026-12-01"} if accident == "unread" else {}
        if accident == "first":
            desk.configure(COURTS, IMAGE)
        elif accident == "unread":
            desk.now = NOVEMBER
            desk.configure(COURTS, IMAGE)
            desk.write("courts/a.toml", order_file("it:a", "a.example", **fields))
            desk.write("courts/b.toml", "[[order]]\n")
        else:
            self.only(desk)
            other = COURTS.replace("courts", "mail") if accident == "source" else COURTS
            desk.configure('[guards]\nprotect = ["a.example"]\n', other, IMAGE, self.RPZ)
        outcome = desk.run()
        assert outcome.code == 2
        assert "nothing would be blocked" in outcome.page["error"]
        if accident in ("guard", "source"):
            assert desk.blocks("a.example") == [True]
        else:
            assert not (desk.path / "out/it.blk").exists()

    def test_what_is_not_confidential_ends(self, desk: DeskFolder) -> None:
        desk.now = NOVEMBER
        public = IMAGE.replace("true", "false")
        desk.configure(COURTS, public, self.RPZ, "confidential = true\n")
        desk.write("courts/a.toml", order_file("it:a", "a.example", expires="2026-11-03"))
        desk.write("courts/s.toml", order_file("it:s", "s.example", confidential=True))
        assert desk.run().code == 0
        assert desk.blocks("a.example", "s.example") == [True, False]
        desk.now = NOVEMBER + timedelta(days=4)
        assert desk.run().code == 0
        assert desk.blocks("a.example", "s.example") == [False, False]
        assert "s.example" in self.zone(desk)


class TestSources:
    def test_a_fetch_that_fails_is_an_alarm_and_no_stop(self, desk: DeskFolder) -> None:
        fetch = f'{COURTS}fetch = ["false"]\n'
        desk.configure(fetch, IMAGE)
        desk.old("courts/a.toml", order_file("it:a", "a.example"))
        outcome = desk.run()
        assert (outcome.code, matter_codes(outcome)) == (1, ["fetch"])
        assert matter_codes(desk.run()) == ["fetch"]
        assert desk.blocks("a.example") == [True]

    def test_what_is_not_served_counts_more_than_what_was_not_changed(
        self, desk: DeskFolder
    ) -> None:
        failing = 'reload = ["false"]\n'
        desk.configure(COURTS, IMAGE, failing)
        desk.old("courts/a.toml", order_file("it:a", "a.example", jurisdiction="IT"))
        assert desk.run().code == 3
        desk.configure('jurisdiction = "FR"\n', COURTS, IMAGE, failing)
        outcome = desk.run()  # nothing can be compiled
        assert (outcome.code, matter_codes(outcome)) == (3, ["not-served", "refused-run"])

    def test_a_program_is_run_without_a_shell(self, desk: DeskFolder) -> None:
        words = ["cp", str(desk.path / "in $(id) ; x.toml"), str(desk.path / "courts/a.toml")]
        desk.configure(f"{COURTS}fetch = {json.dumps(words)}\n", IMAGE)
        desk.old("in $(id) ; x.toml", order_file("it:a", "a.example"))
        (desk.path / "courts").mkdir()
        assert desk.run().code == 0

    def test_a_source_that_is_too_old(self, desk: DeskFolder) -> None:
        desk.configure(f'{COURTS}max_age = "1h"\n', IMAGE)
        desk.old("courts/a.toml", order_file("it:a", "a.example"), 4_000)
        outcome = desk.run()
        assert (outcome.code, matter_codes(outcome)) == (1, ["old"])
        assert "1 h 6 min old, and 1 h" in outcome.page["matters"][0]["text"]
        assert matter_codes(desk.run()) == ["old"]

    def test_a_source_without_files(self, desk: DeskFolder) -> None:
        desk.configure(COURTS, PLAIN, IMAGE)
        desk.old("courts/a.toml", order_file("it:a", "a.example"))
        outcome = desk.run()
        assert (outcome.code, matter_codes(outcome)) == (1, ["no-file"])
        assert matter_codes(desk.run()) == ["no-file"]

    @pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may read every file")
    def test_a_file_that_may_not_be_read(self, desk: DeskFolder) -> None:
        desk.configure(COURTS, IMAGE)
        desk.old("courts/a.toml", order_file("it:a", "a.example"))
        desk.old("courts/b.toml", order_file("it:b", "b.example")).chmod(0)
        assert matter_codes(desk.run()) == ["held"]

    def test_a_confidential_source_is_told_of_without_names(self, desk: DeskFolder) -> None:
        desk.configure(f"{COURTS}confidential = true\n", IMAGE)
        desk.old("courts/a.toml", order_file("it:a", "secret.example", "bad..name.example"))
        desk.old(
            "courts/b.toml", '[[order]]\nid = "b"\ntargets = ["x y.example"]\nbad = "z.example"'
        )
        outcome = desk.run()
        assert outcome.code == 1
        told = json.dumps(outcome.page) + (desk.path / "state/journal.jsonl").read_text()
        for name in ("secret.example", "name.example", "y.example", "z.example"):
            assert name not in told
        assert desk.blocks("secret.example") == [True]

    def test_what_is_taken_out_of_the_file_is_told_once(self, desk: DeskFolder) -> None:
        other = COURTS.replace("courts", "mail")
        second = IMAGE.replace('name = "image"', 'name = "two"').replace("it.blk", "two.blk")
        desk.configure(COURTS, other, IMAGE, second)
        desk.old("courts/a.toml", order_file("it:a", "a.example"))
        desk.old("mail/b.toml", order_file("it:b", "b.example"))
        desk.run()
        desk.configure(COURTS, IMAGE)
        outcome = desk.run()
        assert (outcome.code, matter_codes(outcome)) == (1, ["source-gone", "output-gone"])
        assert desk.run().code == 0
        assert desk.blocks("a.example", "b.example") == [True, False]

    def test_an_edge_takes_an_image(self, desk: DeskFolder) -> None:
        centre, edge = DeskFolder(desk.path / "centre"), DeskFolder(desk.path / "edge")
        for one in (centre, edge):
            one.path.mkdir()
        centre.configure(COURTS, IMAGE)
        centre.old("courts/a.toml", order_file("it:a", *names(10)))
        centre.run()
        image = centre.path / "out/it.blk"
        source = f'[[source]]\nname = "centre"\nimage = "{image}"\n'
        rpz = '[[output]]\nname = "rpz"\nformat = "rpz"\npath = "out/it.rpz"\n'
        edge.configure(source, IMAGE, rpz)
        assert edge.run().code == 0
        assert edge.blocks("n9.example") == [True]
        assert "n9.example CNAME ." in (edge.path / "out/it.rpz").read_text()
        assert edge.run().page["outputs"][0]["state"] == "unchanged"
        # A cut list and a damaged image are held, as every edition is.
        centre.old("courts/a.toml", order_file("it:a", *names(2)))
        centre.run(confirm=token(centre.run()), reason="so ordered")
        outcome = edge.run()
        assert (outcome.code, matter_codes(outcome)) == (1, ["held"])
        assert edge.blocks("n9.example") == [True]
        assert edge.run(confirm=token(outcome), reason="so ordered").code == 0
        assert edge.blocks("n9.example") == [False]
        octets = bytearray(image.read_bytes())
        octets[-1] ^= 1
        image.write_bytes(octets)
        assert matter_codes(edge.run()) == ["held"]


class TestCommand:
    def run(self, *words: object) -> tuple[int, str]:
        result = CliRunner().invoke(cli, [*map(str, words)])
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result.exit_code, result.output

    def test_a_run_and_the_next_instants(self, desk: DeskFolder) -> None:
        file = desk.path / "run.toml"
        desk.configure(COURTS, IMAGE)
        desk.old(
            "courts/a.toml", order_file("it:a", "a.example") + order_file("it:b", "b.example",
            effective_from="2126-11-02T10:00:00Z"),
        )  # fmt: skip
        assert self.run("run", file, "--check") == (0, f"{file}: good\n")
        code, said = self.run("run", file, "--dry-run")
        assert (code, "output image: would be written" in said) == (4, True)
        code, said = self.run("run", file)
        assert (code, "source courts: 2 added, 0 lifted, 0 held" in said) == (0, True)
        assert "1 rule, 1 added, 0 removed" in said  # the other is to begin
        code, said = self.run("run", file, "--json")
        assert (code, json.loads(said)["exit"]) == (0, 0)
        assert self.run("next", file) == (0, "2126-11-02T10:00:00+00:00\tit:b begins\n")
        assert json.loads(self.run("next", file, "--json")[1])["why"] == "it:b begins"

    def test_the_status_of_the_last_run(self, desk: DeskFolder) -> None:
        file = desk.path / "run.toml"
        desk.configure(COURTS, IMAGE)
        desk.old("courts/a.toml", order_file("it:a", "a.example"))
        self.run("run", file)
        code, said = self.run("status", "--run", file)
        assert (code, "output image: unchanged" in said) == (0, True)
        (desk.path / "courts/a.toml").unlink()
        assert self.run("status", "--run", file)[0] == 0  # it reads no source
        self.run("run", file)
        code, said = self.run("status", "--run", file, "--json")
        assert (code, json.loads(said)["sources"][0]["held"]) == (1, 1)
        assert self.run("status")[0] == 2
        assert self.run("status", "--run", file, file)[0] == 2

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (["--confirm", "x"], "--confirm needs --reason TEXT"),
            (["--to", "x"], "--to needs --reason TEXT"),
            (["--to", "x", "--unpin", "--reason", "y"], "go one at a time"),
            (["--every", "5s", "--dry-run"], "--every goes with plain runs alone"),
        ],
    )
    def test_options_that_do_not_go_together(
        self, words: list[str], message: str, desk: DeskFolder
    ) -> None:
        desk.configure(COURTS, IMAGE)
        code, said = self.run("run", desk.path / "run.toml", *words)
        assert (code, message in said) == (2, True)

    def test_an_error_of_the_file_is_one_sentence(self, desk: DeskFolder) -> None:
        desk.configure(COURTS, IMAGE, "[histories]\n")
        code, said = self.run("run", desk.path / "run.toml")
        assert code == 2
        assert said.startswith(f"Error: {desk.path}/run.toml:")

    def test_the_exit_code_does_not_depend_on_a_reader(self, desk: DeskFolder) -> None:
        desk.configure(COURTS, IMAGE)
        desk.old("courts/a.toml", order_file("it:a", "a.example"))
        desk.run()
        (desk.path / "courts/a.toml").unlink()
        reader, writer = os.pipe()
        os.close(reader)
        command = [*map(str, blocklist("run", desk.path / "run.toml"))]
        done = subprocess.run(command, stdout=writer, env=environment(), check=False)
        os.close(writer)
        assert done.returncode == 1

    def test_check_says_what_to_run(self, desk: DeskFolder) -> None:
        desk.configure(COURTS, IMAGE.replace("out/", "elsewhere/out/"))
        code, said = self.run("run", desk.path / "run.toml", "--check")
        assert code == 2
        assert f"install -d -o {Path('/').owner() if os.geteuid() == 0 else ''}" in said
        assert "source courts:" in said
