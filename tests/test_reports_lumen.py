"""Notices for Lumen, and answers to Piracy Shield: what others' interfaces take."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from reported_orders import CANARY, DUE, NOW, reported

from blocklist import Authority, parse_target
from blocklist.cli.group import cli
from blocklist.model.orders import Source
from blocklist.model.targets import Rejected
from blocklist.reports.lumen import ROLES, lumen_notices, notice_faults
from blocklist.reports.ordertimes import ReportedOrder
from blocklist.reports.shieldlines import shield_lines, summary_of
from blocklist.reports.targetcheck import TargetCheck, check_targets

pytestmark = pytest.mark.no_core

TODAY = date(2026, 5, 20)
HOUR = timedelta(hours=1)


def whole(one: ReportedOrder, lacking: int = 0) -> tuple[ReportedOrder, TargetCheck]:
    """An order of whose targets all but some are enforced."""
    targets = one.order.targets
    refused = [r for r in one.order.rejected if not r.is_withdrawal]
    return one, TargetCheck(targets[lacking:], targets[:lacking], [], refused)


def notice(one: ReportedOrder, lacking: int = 0, *, parties: bool = False) -> dict[str, Any]:
    (found,), _ = lumen_notices([whole(one, lacking)], "Prova DNS", TODAY, parties=parties)
    assert [*notice_faults(found, TODAY)] == []
    return found


class TestLumen:
    def test_court(self) -> None:
        found = notice(reported(-HOUR, category="copyright", legal_basis="law 1", language="it-IT"))
        assert (found["type"], "request_type" in found) == ("CourtOrder", False)
        roles = {
            role["name"]: role["entity_attributes"]
            for role in found["entity_notice_roles_attributes"]
        }
        assert roles["issuing_court"] == {
            "name": "Tribunale di Prova", "kind": "organization", "country_code": "IT",
        }  # fmt: skip
        assert roles["recipient"]["name"] == "Prova DNS"
        urls = found["works_attributes"][0]["infringing_urls_attributes"]
        assert urls == [{"url": "http://a.example/"}, {"url": "http://b.example/film"}]
        assert (found["date_sent"], found["date_received"]) == ("2026-04-30", "2026-05-01")
        assert (found["action_taken"], found["language"]) == ("Yes", "it")
        assert found["regulation_list"] == ["law 1"]

    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("Tribunale di Prova", "CourtOrder"), ("Corte d'appello di Prova", "CourtOrder"),
            ("Landgericht Prova", "CourtOrder"), ("High Court", "CourtOrder"),
            ("agcom", "GovernmentRequest"), ("Ministero della Salute", "GovernmentRequest"),
            ("Questura di Cortina", "GovernmentRequest"),
        ],
    )  # fmt: skip
    def test_type(self, name: str, kind: str) -> None:
        found = notice(reported(authority=Authority.named(name)))
        assert found["type"] == kind
        assert found.get("request_type") == (None if kind == "CourtOrder" else "Agency")
        assert {r["name"] for r in found["entity_notice_roles_attributes"]} <= set(ROLES[kind])

    @pytest.mark.parametrize(
        ("served", "lacking", "action"),
        [
            ((-HOUR,), 0, "Yes"), ((-HOUR,), 1, "Partial"), ((-HOUR, None), 0, "Partial"),
            ((None,), 0, "No"), ((), 0, "Unspecified"),
        ],
    )  # fmt: skip
    def test_action(self, served: tuple[timedelta | None, ...], lacking: int, action: str) -> None:
        assert notice(reported(*served), lacking)["action_taken"] == action

    def test_parties_only_if_asked(self) -> None:
        one = reported(addressees=(f"{CANARY} ltd",), title=f"{CANARY} v. {CANARY} ltd")
        assert CANARY not in json.dumps(notice(one))
        roles = notice(one, parties=True)["entity_notice_roles_attributes"]
        assert [(r["name"], r["entity_attributes"]["name"]) for r in roles][2:] == [
            ("defendant", f"{CANARY} ltd")
        ]

    def test_confidential_orders_never(self) -> None:
        secret = reported(confidential=True, number=CANARY)
        notices, notes = lumen_notices([whole(secret)], "x", TODAY, parties=True)
        assert (notices, notes) == ([], ["1 order left out: confidential"])

    def test_the_operators_own_policy_is_no_request(self) -> None:
        own = reported(authority=Authority.named("operator"), doubts=("open",))
        assert lumen_notices([whole(own)], "x", TODAY) == ([], [])

    def test_what_the_record_leaves_open_is_said(self) -> None:
        _, notes = lumen_notices([whole(reported(-HOUR, doubts=("open",)))], "x", TODAY)
        assert notes == ["action_taken: of 1 order the record leaves something open"]

    def test_numbers_of_cases(self) -> None:
        found = notice(reported(case_number="51624/2017"))
        assert "case_id_number" not in found
        assert "51624/2017" in found["title"]
        assert notice(reported(case_number="51624"))["case_id_number"] == 51_624

    def test_dates_that_lumen_refuses(self) -> None:
        early, late = date(1998, 10, 28), TODAY + timedelta(days=1)
        found = notice(reported(issued=early, notified=late))
        assert "date_sent" not in found
        assert "date_received" not in found
        kept = notice(reported(issued=date(1998, 10, 29), notified=TODAY))
        assert (kept["date_sent"], kept["date_received"]) == ("1998-10-29", "2026-05-20")

    def test_what_no_url_can_say(self) -> None:
        targets = ("*bad*", "*.below.example", "a.{suffix}", "192.0.2.0/24", "=b.example")
        found = notice(reported(targets=tuple(map(parse_target, targets))))
        assert found["works_attributes"][0]["infringing_urls_attributes"] == [
            {"url": "http://b.example/"}
        ]
        assert "4 targets that no URL can say are left out" in found["body"]
        notices, notes = lumen_notices(
            [whole(reported(targets=(parse_target("*bad*"),)))], "x", TODAY
        )
        assert (notices, notes) == ([], ["1 order left out: no target that a URL can say"])

    @pytest.mark.parametrize(
        ("change", "fault"),
        [
            ({"type": "Order"}, "type"), ({"title": ""}, "no title"),
            ({"works_attributes": []}, "no works"),
            ({"entity_notice_roles_attributes": []}, "no roles"),
            ({"date_sent": "1998-10-28"}, "date_sent"),
            ({"date_received": "2026-05-21"}, "date_received"),
            ({"action_taken": "Maybe"}, "action_taken"), ({"request_type": "Fax"}, "request_type"),
            ({"case_id_number": "1/2"}, "case_id_number"),
            ({"works_attributes": [{"infringing_urls_attributes": [{"url": "a.example"}]}]}, "url"),
            ({"entity_notice_roles_attributes": [
                {"name": "judge", "entity_attributes": {"name": "x"}}]}, "role 'judge'"),
        ],
    )  # fmt: skip
    def test_faults_are_found(self, change: dict[str, Any], fault: str) -> None:
        (found,) = notice_faults(notice(reported()) | change, TODAY)
        assert found.startswith(fault)


class TestShield:
    SOURCE = Source("tickets.json", "cd" * 32, format="piracy-shield")

    def ticket(self, number: int, *served: timedelta | None, **fields: Any) -> ReportedOrder:
        said: dict[str, Any] = {
            "id": f"it:ticket:{number}", "number": str(number), "source": self.SOURCE,
            "notified": DUE - timedelta(minutes=60), "confidential": True, **fields,
        }  # fmt: skip
        return reported(*served, **said)

    def lines(self, *these: tuple[ReportedOrder, TargetCheck], **how: Any) -> list[dict[str, Any]]:
        return list(shield_lines(these, NOW, **{"confidential": True, **how}))

    def test_served_everywhere(self) -> None:
        soon = self.ticket(1, timedelta(minutes=-40), timedelta(minutes=-31))
        late = self.ticket(2, timedelta(minutes=-29), targets=(parse_target("c.example"),))
        head, first, second, third = self.lines(whole(soon), whole(late))
        assert "may differ" in head["uncertain"][0]
        assert (first["ticket"], first["value"], first["verdict"]) == (
            "1",
            "a.example",
            "processed",
        )
        assert (
            first["timestamp"] == first["served_everywhere"] == (DUE - 31 * HOUR / 60).isoformat()
        )
        assert first["answer_by"] == (DUE + 47 * HOUR).isoformat()
        assert first["image"] == "d1" * 32
        assert [one["in_time"] for one in (first, second, third)] == [True, True, False]

    def test_in_doubt_no_verdict(self) -> None:
        waiting = self.ticket(1, -HOUR, None, targets=(parse_target("c.example"),))
        (line,) = self.lines(whole(waiting))[1:]
        assert (line["verdict"], line["in_time"]) == ("open", False)
        one = self.ticket(1, -HOUR, targets=(parse_target("c.example"),))
        (line,) = self.lines((one, check_targets(one.order, None)))[1:]
        assert line["verdict"] == "open"
        assert "not known" in line["note"]

    def test_unprocessed(self) -> None:
        refused = (
            Rejected(3, "no name", "not a name", "not-a-name"),
            Rejected(4, "gone.example", "withdrawn", "withdrawn"),
        )
        one = self.ticket(1, -HOUR, rejected=refused)
        _, enforced, lacking, bad = self.lines(whole(one, lacking=1))
        assert (lacking["verdict"], lacking["reason"]) == ("unprocessed", "UNKNOWN")
        assert enforced["verdict"] == "processed"
        assert (bad["value"], bad["verdict"], bad["reason"]) == (
            "no name",
            "unprocessed",
            "UNDEFINED",
        )

    def test_already_blocked(self) -> None:
        names = (parse_target("same.example"),)
        first = self.ticket(1, timedelta(days=-10), targets=names)  # before the second came
        second = self.ticket(2, -HOUR, targets=names)
        lines = self.lines(whole(first), whole(second))[1:]
        assert [(line["verdict"], line.get("reason")) for line in lines] == [
            ("processed", None), ("unprocessed", "ALREADY_BLOCKED"),
        ]  # fmt: skip
        assert summary_of(lines) == "2 items: 1 processed, 1 unprocessed, 0 open"

    def test_only_the_platforms_and_no_values_unless_asked(self) -> None:
        refused = (Rejected(1, CANARY, f"{CANARY} is none", "not-a-name"),)
        names = (parse_target(f"{CANARY}.example"),)
        secret = self.ticket(1, -HOUR, targets=names, rejected=refused)
        both = (whole(secret), whole(reported(-HOUR)))
        found = self.lines(*both, confidential=False)
        assert len(found) == 3
        assert CANARY not in json.dumps(found)
        assert CANARY in json.dumps(self.lines(*both))


class TestCommands:
    def test_lumen(self, tmp_path: Path) -> None:
        path, out = tmp_path / "order.toml", tmp_path / "lumen.json"
        path.write_text(
            '[[order]]\nid = "it:1"\nauthority = "Tribunale di Prova"\nnotified = 2026-01-02\n'
            'targets = ["a.example"]\n[[order]]\nid = "it:2"\nauthority = "Corte di Prova"\n'
            f'confidential = true\ntargets = ["{CANARY}.example"]\n'
        )
        arguments = ["report", "lumen", str(path), "--recipient", "Prova DNS", "-o", str(out)]
        result = CliRunner().invoke(cli, arguments)
        assert result.exit_code == 0, result.output
        whole = json.loads(out.read_text("utf-8"))
        assert "1 order left out: confidential" in whole["uncertain"]
        (found,) = whole["notices"]
        assert found["notice"]["title"] == "Tribunale di Prova (it:1)"
        assert "1 order left out: confidential" in result.stderr
        assert CANARY not in result.output + out.read_text("utf-8")
        only = CliRunner().invoke(cli, [*arguments[:-2], "--order", "it:2"])
        assert json.loads(only.stdout)["notices"] == []

    def test_piracy_shield(self, tmp_path: Path) -> None:
        ticket = {
            "ticket_id": "9e2b3c5d1f", "status": "open", "fqdn": [f"{CANARY}.example"],
            "metadata": {"created_at": datetime(2026, 5, 1, tzinfo=UTC).isoformat()},
        }  # fmt: skip
        path = tmp_path / "tickets.json"
        path.write_text(json.dumps({"status": "success", "data": [ticket]}))
        arguments = ["report", "piracy-shield", str(path)]
        result = CliRunner().invoke(cli, arguments)
        assert result.exit_code == 0, result.output
        head, line = map(json.loads, result.stdout.splitlines())
        assert (head["report"], line["verdict"]) == ("piracy-shield", "open")
        assert CANARY not in result.output
        assert CANARY in CliRunner().invoke(cli, [*arguments, "--show-confidential"]).stdout
