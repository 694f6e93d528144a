"""A mailbox as a source: only read, each message once, only those of the named senders."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest
from desk_folder import IMAGE, DeskFolder, matter_codes, order_file, token

from blocklist.desk.runpage import lines_of

pytestmark = pytest.mark.no_core

SENDER = "protocollo@pec.authority.example"
MAIL = f'[[source]]\nname = "mail"\nmaildir = "mail"\nfrom = ["{SENDER}"]\n'


@pytest.fixture
def desk(tmp_path: Path) -> DeskFolder:
    desk = DeskFolder(tmp_path)
    for folder in ("new", "cur", "tmp"):
        (tmp_path / "mail" / folder).mkdir(parents=True)
    desk.configure(MAIL, IMAGE)
    return desk


def message(number: int, target: str, *, sender: str = SENDER, reply: str = "") -> str:
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, "blocklist@isp.example"
    if reply:
        mail["Reply-To"] = reply
    mail["Subject"], mail["Message-ID"] = "ordine", f"<{number}@pec.authority.example>"
    mail["Date"] = "Mon, 02 Nov 2026 09:12:00 +0100"
    mail.set_content("in allegato")
    mail.add_attachment(
        order_file(f"it:{number}", target).encode(), maintype="application", subtype="toml",
        filename="ordine.toml",
    )  # fmt: skip
    return mail.as_string()


def facts(desk: DeskFolder) -> dict[Path, tuple[int, int]]:
    found = {path: path.stat() for path in desk.path.glob("mail/*/*")}
    return {path: (stat.st_ino, stat.st_ctime_ns) for path, stat in found.items()}


def test_messages_are_read_and_left_where_they_are(desk: DeskFolder) -> None:
    desk.old("mail/new/1.host", message(1, "a.example"))
    desk.old("mail/new/2.host", message(2, "spam.example", sender="other@example.org"))
    provider = '"Per conto di: protocollo" <posta-certificata@provider.example>'
    desk.old("mail/cur/3.host:2,S", message(3, "c.example", sender=provider, reply=SENDER))
    desk.old("mail/tmp/4.host", message(4, "d.example"))
    before = facts(desk)
    outcome = desk.run()
    assert (outcome.code, outcome.page["sources"][0]["others"]) == (0, 1)
    asked = ("a.example", "spam.example", "c.example", "d.example")
    assert desk.blocks(*asked) == [True, False, True, False]
    assert facts(desk) == before


def test_a_message_is_known_by_its_id(desk: DeskFolder) -> None:
    desk.old("mail/new/1.host", message(1, "a.example"))
    desk.old("mail/new/2.host", "Received: from elsewhere\n" + message(1, "a.example"))
    assert desk.run().code == 0
    # A program for mail has shown it: it moved the file, and says so in the message.
    (desk.path / "mail/new/1.host").rename(desk.path / "mail/cur/1.host:2,S")
    assert desk.run().code == 0
    desk.old("mail/cur/1.host:2,S", "X-Status: read\n" + message(1, "a.example"))
    (desk.path / "mail/new/2.host").unlink()
    assert desk.run().code == 0
    assert desk.blocks("a.example") == [True]


def test_a_message_waits_for_a_person_where_a_signature_is_required(desk: DeskFolder) -> None:
    courts = '[[source]]\nname = "courts"\npath = "courts/*"\n'
    desk.configure(MAIL, 'signature = "required"\n', courts, IMAGE)
    desk.old("courts/b.toml", order_file("it:b", "b.example"))
    desk.old("mail/new/1.host", message(1, "a.example"))
    outcome = desk.run()
    assert (outcome.code, matter_codes(outcome)) == (1, ["held"])
    said = "held: message <1@pec.authority.example>: its signature is not checked here"
    assert said in outcome.page["matters"][0]["text"]
    # A program for mail has moved it: the token is the same.
    (desk.path / "mail/new/1.host").rename(desk.path / "mail/cur/1.host:2,")
    assert token(desk.run()) == token(outcome)
    assert desk.blocks("a.example", "b.example") == [False, True]
    assert desk.run(confirm=token(outcome), reason="verified with the provider").code == 0
    assert desk.blocks("a.example") == [True]
    (desk.path / "mail/cur/1.host:2,").rename(desk.path / "mail/cur/1.host:2,S")
    assert desk.run().code == 0


def test_what_is_said_of_signatures(desk: DeskFolder) -> None:
    """Nothing here checks one, and no page lets a person think so."""
    desk.old("mail/new/1.host", message(1, "a.example"))
    page = desk.run().page
    assert page["sources"][0]["signatures"] == "not checked"
    assert next(lines_of(page)).endswith(" 0 held, signatures not checked")


def test_a_message_of_the_sender_without_an_order_is_held_alone(desk: DeskFolder) -> None:
    desk.old("mail/new/1.host", message(1, "a.example"))
    words = EmailMessage()
    words["From"], words["Message-ID"] = SENDER, "<5@pec.authority.example>"
    words.set_content("Buongiorno, la riunione è spostata.\n")
    desk.old("mail/new/5.host", words.as_string())
    outcome = desk.run()
    assert (outcome.code, matter_codes(outcome)) == (1, ["held"])
    assert desk.blocks("a.example") == [True]
