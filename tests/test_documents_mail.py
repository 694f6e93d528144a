from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from email.message import EmailMessage
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import SMTP
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_documents import opened, pdf, written, zipped
from processortime import within

from blocklist import OrderSyntaxError, UnknownFormatError, load_orders
from blocklist.documents import Document, open_documents
from blocklist.documents import mail as mail_module
from blocklist.documents.mail import is_mail

pytestmark = pytest.mark.no_core

DATICERT = b"""<?xml version="1.0" encoding="UTF-8"?>
<postacert tipo="posta-certificata" errore="nessuno"><intestazione>
<mittente>autorita@pec.example</mittente></intestazione><dati>
<data zona="+0200"><giorno>25/09/2026</giorno><ora>10:30:05</ora></data></dati></postacert>"""
ORDER = pdf(written(["Il Presidente ordina:", "uno.example"]))


def message(text: str = "In allegato l'ordine.\n", **headers: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"] = "autorita@example.org", "abuse@isp.example"
    mail["Subject"], mail["Date"] = "Ordine", "Wed, 25 Nov 2026 10:00:00 +0100"
    mail["Message-ID"] = "<1@example.org>"
    for name, value in headers.items():
        mail[name] = value
    if text:
        mail.set_content(text)
    return mail


def attach(mail: EmailMessage, name: str, data: bytes, kind: str = "application/pdf") -> None:
    maintype, _, subtype = kind.partition("/")
    mail.add_attachment(data, maintype=maintype, subtype=subtype, filename=name)


def octets(mail: Any) -> bytes:
    return bytes(mail.as_bytes(policy=SMTP))


def certified(inner: EmailMessage, record: bytes = DATICERT) -> bytes:
    """A delivery of certified mail, as a provider builds it: signed, around message and record."""
    envelope = MIMEMultipart("mixed")
    words = MIMEMultipart("alternative")
    words.attach(MIMEText("Messaggio di posta certificata\n", "plain"))
    words.attach(MIMEText("<p>Messaggio di posta certificata</p>", "html"))
    envelope.attach(words)
    part = MIMEBase("message", "rfc822", name="postacert.eml")
    part.add_header("Content-Disposition", "attachment", filename="postacert.eml")
    part.attach(inner)
    envelope.attach(part)
    xml = MIMEBase("application", "xml", name="daticert.xml")
    xml.add_header("Content-Disposition", "attachment", filename="daticert.xml")
    xml.set_payload(record.decode())
    envelope.attach(xml)
    signed = MIMEMultipart("signed", protocol="application/pkcs7-signature")
    signed["From"], signed["To"] = "posta-certificata@pec.example", "isp@pec.example"
    signed["Subject"], signed["Message-ID"] = "POSTA CERTIFICATA: Ordine", "<2@pec.example>"
    signed["Date"] = "Fri, 25 Sep 2026 10:30:09 +0200"
    signed.attach(envelope)
    signature = MIMEBase("application", "x-pkcs7-signature", name="smime.p7s")
    signature.add_header("Content-Disposition", "attachment", filename="smime.p7s")
    signature.set_payload(b"0\x80")
    signed.attach(signature)
    return octets(signed)


class TestWords:
    def test_alone_are_the_document(self) -> None:
        data = octets(message("uno.example\ndue.example\n"))
        (document,) = opened(data, "a.eml")
        assert document.text.split() == ["uno.example", "due.example"]
        assert (document.name, document.kind, document.part) == ("a.eml", "text", "")
        assert document.sha256 == hashlib.sha256(data).hexdigest()
        assert [t.value for t in load_orders(data)[0].targets] == ["uno.example", "due.example"]

    def test_beside_a_document(self) -> None:
        mail = message()
        attach(mail, "ordine.pdf", ORDER)
        words, order = opened(octets(mail), "a.eml")
        assert (words.part, order.part) == ("words", "attachment")
        assert (order.name, order.path, order.kind) == (
            "a.eml/ordine.pdf", "folder/a.eml/ordine.pdf", "pdf",
        )  # fmt: skip
        assert order.sha256 == hashlib.sha256(ORDER).hexdigest()
        assert "allegato" in words.text

    def test_plain_before_html(self) -> None:
        mail = message("uno.example\n")
        mail.add_alternative("<p>altro</p>", subtype="html")
        (document,) = opened(octets(mail))
        assert (document.text.strip(), document.kind) == ("uno.example", "text")

    def test_html_where_there_is_no_plain(self) -> None:
        mail = message("")
        mail.set_content("<p>Blocco di <b>uno.example</b>&nbsp;e<br>altri</p>", subtype="html")
        (document,) = opened(octets(mail))
        assert document.text.split("\n")[:2] == ["Blocco di uno.example e", "altri"]
        assert document.kind == "html"

    def test_empty_plain_is_no_choice(self) -> None:
        mail = message("\n")
        mail.add_alternative("<p>uno.example</p>", subtype="html")
        assert opened(octets(mail))[0].text.strip() == "uno.example"

    def test_charset(self) -> None:
        mail = message("")
        mail.set_content("società\n", charset="iso-8859-15", cte="quoted-printable")
        assert opened(octets(mail))[0].text.strip() == "società"

    def test_unknown_charset(self) -> None:
        data = octets(message("a.example\n")).replace(b'"utf-8"', b'"x-no-such"')
        assert opened(data)[0].text.strip() == "a.example"


class TestAttachments:
    def test_text_in_its_charset(self) -> None:
        mail = message("")
        mail.set_content("vedi\n")
        mail.add_attachment("bücher.example\n", filename="l.txt", charset="iso-8859-1")
        listed = opened(octets(mail))[1]
        assert listed.text.split() == ["bücher.example"]

    @pytest.mark.parametrize(
        ("name", "kind", "data"),
        [
            ("smime.p7s", "application/x-pkcs7-signature", b"0\x80"),
            ("invito.ics", "text/calendar", b"BEGIN:VCALENDAR\n"),
            ("firma.vcf", "application/octet-stream", b"BEGIN:VCARD\n"),
            ("Segnatura.xml", "application/xml", b'<?xml version="1.0"?>\n<Segnatura a="1"/>'),
            ("vuoto.txt", "text/plain", b"\n"),
        ],
    )  # fmt: skip
    def test_passed_over(self, name: str, kind: str, data: bytes) -> None:
        mail = message("uno.example\n")
        attach(mail, name, data, kind)
        (document,) = opened(octets(mail))
        assert document.part == ""
        assert document.warnings == ()

    def test_pictures_are_passed_over_and_named(self) -> None:
        mail = message("uno.example\n")
        attach(mail, "foto.png", b"\x89PNG\r\n", "application/octet-stream")
        attach(mail, "scansione.jpg", b"\xff\xd8\xff", "image/jpeg")
        (document,) = opened(octets(mail))
        assert document.warnings == (
            "the picture foto.png in the mail was not read",
            "the picture scansione.jpg in the mail was not read",
        )

    def test_a_name_is_only_a_label(self) -> None:
        mail = message()
        attach(mail, "../../etc/\x01passwd", b"a.example\n", "text/plain")
        assert opened(octets(mail), "a.eml")[1].name == "a.eml/etc/ passwd"

    def test_a_letter_beside_the_order_is_named(self) -> None:
        mail = message()
        attach(mail, "lettera.txt", b"Si trasmette quanto in oggetto.\n", "text/plain")
        attach(mail, "elenco.txt", b"uno.example\ndue.example\n", "text/plain")
        (order,) = load_orders(octets(mail), name="a.eml")
        assert [target.value for target in order.targets] == ["uno.example", "due.example"]
        (warning,) = order.warnings
        assert warning.startswith("a.eml/lettera.txt fits no format and was not read")

    def test_letters_alone_are_an_error(self) -> None:
        mail = message()
        attach(mail, "lettera.txt", b"Si trasmette quanto in oggetto.\n", "text/plain")
        with pytest.raises(UnknownFormatError, match="fits no format") as caught:
            load_orders(octets(mail), name="a.eml")
        assert caught.value.path == "a.eml/lettera.txt"

    def test_a_forwarded_mail(self) -> None:
        inner = message("Inoltro\n")
        attach(inner, "ordine.pdf", ORDER)
        mail = message("Vedi sotto\n")
        mail.add_attachment(inner)
        assert [(d.name, d.part) for d in opened(octets(mail), "a.eml")] == [
            ("a.eml", "words"),
            ("a.eml/message.eml", "words"),
            ("a.eml/message.eml/ordine.pdf", "attachment"),
        ]

    def test_an_archive(self) -> None:
        mail = message("")
        attach(mail, "o.zip", zipped({"x/ordine.pdf": ORDER}), "application/zip")
        assert [d.name for d in opened(octets(mail), "a.eml")] == ["a.eml/o.zip/x/ordine.pdf"]

    def test_one_that_cannot_be_read_is_an_error(self) -> None:
        mail = message()
        attach(mail, "ordine.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
        with pytest.raises(OrderSyntaxError, match="old Office") as caught:
            opened(octets(mail), "a.eml")
        assert caught.value.path == "folder/a.eml/ordine.doc"


class TestCertified:
    def test_order_and_time(self) -> None:
        inner = message("In allegato\n")
        attach(inner, "ordine.pdf", ORDER)
        documents = opened(certified(inner), "pec.eml")
        assert [(d.name, d.part) for d in documents] == [
            ("pec.eml", "words"),
            ("pec.eml/postacert.eml", "words"),
            ("pec.eml/postacert.eml/ordine.pdf", "attachment"),
        ]
        when = datetime(2026, 9, 25, 8, 30, 5, tzinfo=UTC)
        assert {d.received for d in documents} == {when}

    def test_words_of_the_inner_mail(self) -> None:
        documents = opened(certified(message("uno.example\ndue.example\n")))
        assert [(d.part, "uno.example" in d.text) for d in documents] == [
            ("words", False), ("attachment", True),
        ]  # fmt: skip
        assert opened(certified(message("a.example\n")))[1].text.strip() == "a.example"

    def test_notified_when_delivered(self) -> None:
        orders = load_orders(certified(message("uno.example\ndue.example\n")))
        assert [order.notified for order in orders] == [datetime(2026, 9, 25, 8, 30, 5, tzinfo=UTC)]

    @pytest.mark.parametrize(
        "record", [b"<postacert/>", DATICERT.replace(b"25/09", b"31/02"), b"?"]
    )
    def test_a_record_without_time(self, record: bytes) -> None:
        documents = opened(certified(message(), record))
        assert documents[0].received == datetime(2026, 9, 25, 8, 30, 9, tzinfo=UTC)


class TestReceived:
    def test_last_server_before_date(self) -> None:
        data = b"Received: from a by b; Wed, 25 Nov 2026 09:05:00 +0000\r\n" + octets(message())
        assert opened(data)[0].received == datetime(2026, 11, 25, 9, 5, tzinfo=UTC)

    def test_date(self) -> None:
        assert opened(octets(message()))[0].received == datetime(2026, 11, 25, 9, 0, tzinfo=UTC)

    @pytest.mark.parametrize("date", ["", "ieri", "Wed, 99 Nov 2026 10:00:00 +0100", "1" * 5000])
    def test_no_date(self, date: str) -> None:
        data = octets(message()).replace(b"Wed, 25 Nov 2026 10:00:00 +0100", date.encode())
        assert opened(data)[0].received is None


class TestRecognised:
    @pytest.mark.parametrize(
        "text",
        [
            "a.example\nb.example\n",
            "From: Tribunale\nTo: ISP\nDate: oggi\nSubject: ordine\n\nsi blocchi a.example\n",
            "domain: a.example\ndate: 2026\n",
            "Received: x\nMIME-Version: 1.0\n",
            "From: a\nMIME-Version: 1.0\na.example\nTo: b\n\n",
            "",
            ":\n",
            "From:\n",
        ],
    )
    def test_not_a_mail(self, text: str) -> None:
        assert not is_mail(text.encode())
        assert [d.text for d in opened(text.encode())] == [text]

    def test_folded_and_long_headers(self) -> None:
        data = octets(message(References="<x@y.example> " * 2000))
        assert is_mail(data)
        assert is_mail(b"\xef\xbb\xbf" + data)


class TestRefused:
    def fails(self, data: bytes, words: str) -> None:
        with pytest.raises(OrderSyntaxError, match=words) as caught:
            opened(data, "a.eml")
        assert (caught.value.path or "").startswith("folder/a.eml")

    def test_nothing_in_it(self) -> None:
        mail = message("")
        mail["MIME-Version"] = "1.0"
        self.fails(octets(mail), "a mail without words")

    def test_encrypted(self) -> None:
        mail = MIMEMultipart("encrypted", protocol="application/pgp-encrypted")
        mail["From"], mail["To"], mail["Message-ID"] = "a@x.example", "b@x.example", "<1@x>"
        mail.attach(MIMEText("Version: 1"))
        self.fails(octets(mail), "an encrypted mail: decrypt it")

    def test_a_loop_of_mails(self) -> None:
        mail = message("uno.example\n")
        for _ in range(12):
            outer = message("")
            outer.set_content("vedi\n")
            outer.add_attachment(mail)
            mail = outer
        self.fails(octets(mail), "more than 8 archives and mails inside one another")

    def test_many_parts_inside_one_another(self) -> None:
        head = octets(message(""))[:-2]
        parts = b"".join(
            b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n)
            for n in range(5_000)
        )
        self.fails(head + b"MIME-Version: 1.0\r\n" + parts, "too many parts")

    def test_headers_that_take_quadratic_time(self) -> None:
        head = octets(message(""))[:-2]
        for end in (b";", b";\r\n ", b"; a=b\n\t"):
            for name in (b"Content-Type: text/plain", b'Content-Disposition: x; filename="'):
                self.fails(head + name + end * 500_000 + b"\r\n\r\na", "too long headers")

    def test_a_long_header_that_is_harmless(self) -> None:
        inner, mail = message("uno.example\n"), message("vedi\n")
        mail.add_attachment(inner)
        known = b"Message-ID: <1@example.org>\r\n"
        long = known + b"References: " + b"<a@b.example>\r\n " * 200_000 + b"<a>\r\n"
        data = octets(mail).replace(known, long)
        assert len(data) > 5_000_000
        with within(20):
            assert opened(data)[-1].text.strip() == "uno.example"

    def test_too_large(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(mail_module, "_MAX_OCTETS", 99)
        self.fails(octets(message("a")), "a mail of more than 99 octets")

    def test_many_attachments(self) -> None:
        part = b'--b\r\nContent-Disposition: attachment; filename="a"\r\n\r\na.example\r\n'
        head = octets(message(""))[:-2] + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        self.fails(head + part * 10_001, "more than 10,000 files")


SEED = certified(message("uno.example\n"))


@given(st.data())
def test_mutated(data: st.DataObject) -> None:
    mutated = bytearray(SEED)
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(mutated) - 1))
        mutated[at : at + data.draw(st.integers(0, 9))] = data.draw(
            st.binary(max_size=9) | st.sampled_from([b"\r\n", b"--", b"multipart/", b"=?x?b?"])
        )
    try:
        open_documents(Document("m", "m", bytes(mutated)))
    except OrderSyntaxError as error:
        assert (error.path or "").startswith("m")  # noqa: PT017 - either is right


def test_more_parts_than_anybody_sends_are_refused_at_once() -> None:
    head = octets(message(""))[:-2]
    kind = b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    with within(5), pytest.raises(OrderSyntaxError, match="too many parts"):
        opened(head + kind + b"--b\n\na\n" * 1_000_000)


@pytest.mark.parametrize("stated", ["punycode", "idna", "unicode_escape", "raw-unicode-escape"])
def test_encodings_that_no_mail_has_are_not_believed(stated: str) -> None:
    head = octets(message(""))[:-2]
    kind = f"MIME-Version: 1.0\r\nContent-Type: text/plain; charset={stated}\r\n\r\n".encode()
    with within(5):
        (document,) = opened(head + kind + b"a-" + b"9" * 300_000)  # quadratic in Punycode
        assert document.text == "a-" + "9" * 300_000


def test_one_error_names_all_the_attachments_that_do_not_open() -> None:
    mail = message()
    attach(mail, "a.doc", b"\xd0\xcf\x11\xe0")
    attach(mail, "b.rar", b"Rar!\x1a\x07")
    attach(mail, "c.txt", b"c.example\n", "text/plain")
    with pytest.raises(OrderSyntaxError) as caught:
        load_orders(octets(mail), name="pec.eml")
    assert [error.path for error in caught.value.failures] == ["pec.eml/a.doc", "pec.eml/b.rar"]
