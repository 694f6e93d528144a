"""MAILDIR: which messages of a mailbox are read as orders: of whom, and each once.

The folder is only read. A message is known by its Message-ID, since programs for mail move files
and add fields to them. What an envelope says of the sender proves nothing without its signature,
and no signature is verified here; so a source may say that everything waits for a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses

from .runsettings import SourceSettings
from .sourcestate import AcceptedFile
from .store import Store

_SENDERS = ("From", "Reply-To", "Sender")
"""Certified mail names the sender in Reply-To; From is its provider's."""
_HEAD = 1 << 16
_MESSAGE = "message:"


def messages(
    source: SourceSettings, files: Mapping[str, AcceptedFile], store: Store
) -> tuple[dict[str, AcceptedFile], dict[str, str], int]:
    """Choose the messages of the senders of a source.

    Returns:
        The files by path, their Message-IDs by path, and how many messages are of others.
    """
    chosen: dict[str, AcceptedFile] = {}
    ids: dict[str, str] = {}
    others = 0
    for path, file in sorted(files.items(), key=lambda one: (one[1].changed, one[0])):
        if not file.sha256:
            chosen[path] = file  # it cannot be read, which becomes a failure
            continue
        head = _head(store, file)
        if source.senders and not _is_of(head, source.senders):
            others += 1
            continue
        id_ = str(head.get("Message-ID", "")).strip()
        if id_ and id_ in ids.values():
            continue  # it was delivered twice
        chosen[path] = file
        if id_:
            ids[path] = id_
    return chosen, ids, others


def key_of(id_: str) -> str:
    """Return what tells that two files are one message."""
    return f"{_MESSAGE}{id_}"


def message_of(file: AcceptedFile) -> str:
    """Return the Message-ID of a file; empty if it is no message, or has none."""
    return next((key.removeprefix(_MESSAGE) for key in file.keys if key.startswith(_MESSAGE)), "")


def unchecked(files: Mapping[str, AcceptedFile]) -> str:
    """Say that a person must check the signatures of messages."""
    known = sorted({message_of(file) for file in files.values()} - {""})
    ids = ", ".join(known) or "without Message-ID"
    return (
        f"message {ids}: its signature is not checked here, and signature is required: check it "
        "(openssl cms -verify -in FILE -CAfile CERTIFICATES), and confirm if it is good"
    )


def _head(store: Store, file: AcceptedFile) -> Message:
    with store.object(file.sha256).open("rb") as octets:
        return BytesHeaderParser().parsebytes(octets.read(_HEAD))


def _is_of(head: Message, senders: tuple[str, ...]) -> bool:
    fields = [str(value) for name in _SENDERS for value in head.get_all(name, [])]
    found = {address.lower() for _, address in getaddresses(fields)}
    return not found.isdisjoint(sender.lower() for sender in senders)
