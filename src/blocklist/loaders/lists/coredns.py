"""COREDNS: a Corefile: the lines of its ``hosts`` blocks, and zones of ``template`` with no answer.

A template with regular expressions and ``fallthrough`` blocks what these mean, if they mean names.

A file that ``hosts`` names is a hosts file; load that one. What the names mean is what they mean in
a hosts file. A server block answers for its own zones only, and one with ``view`` only for some
clients: what stands there is no block for all.
"""

from __future__ import annotations

import re

from ...documents import Document
from ...model.orders import Order
from ...model.targets import TargetKind
from ..loadoptions import LoadOptions
from ..targetreader import LISTS
from .expressions import Meaning, reduce_expression
from .hosts import read_host_line
from .programconfig import ConfigurationReader
from .rulereader import RuleReader, numbered_lines, without_comment

_OPENS = re.compile(r"(?m)^[ \t]*(?:hosts|template)\b[^{}\n]*\{[ \t\r]*(?:#.*)?$")
_SERVER = re.compile(r"(?m)^(?!hosts\b|template\b)\S[^{}\n=;]*\{[ \t\r]*(?:#.*)?$")
_HOSTS_OPTIONS = frozenset({"ttl", "no_reverse", "reload", "fallthrough"})
_REFUSALS = frozenset({"NXDOMAIN", "REFUSED", "SERVFAIL"})
_SCHEME = re.compile(r"\A(?:dns|tls|https|grpc|quic)://")
_PORT = re.compile(r":[0-9]+\Z")
_FINAL_DOT = re.compile(r"(?:\[\.\]|\\\.)\$\Z")


class CorednsLoader:
    """A Corefile."""

    name = "coredns"
    title = "CoreDNS Corefile: hosts { 0.0.0.0 name }"
    reads = LISTS

    def recognises(self, document: Document) -> bool:
        """Whether blocks of servers are there, and one of ``hosts`` or ``template`` within."""
        text = document.sample.text
        return _OPENS.search(text) is not None and _SERVER.search(text) is not None

    def load(self, document: Document, options: LoadOptions) -> list[Order]:
        """Read the whole document as one order."""
        reader = ConfigurationReader(document, options.kind)
        servers = _servers(document)
        blocks: list[_Block] = []

        def rule(number: int, line: str) -> None:
            text = without_comment(line)
            if text and text != "}" and blocks and servers[blocks[0].number].is_for_some:
                reader.refuse(
                    number, "stands in a view, which holds only for some clients", "modifier"
                )
                if text.endswith("{"):
                    blocks.append(_Block(number, [], 1))
            elif text:
                _read(reader, number, text, blocks)

        reader.read_rules(None, rule)  # what a line means depends on the block it is in
        for server in servers.values():
            if not server.blocks:
                for zone in server.zones:
                    reader.open(server.number, zone, TargetKind.SUBTREE)
        return list(reader.orders(document, self.name))


class _Server:
    """A block of a server, or a snippet, which is a part of those that import it.

    Attributes:
        number: the line where it begins.
        zones: the names that it answers for, without final dot, so the root is empty.
        is_for_some: whether it is for some clients only.
        blocks: whether it may block names.
    """

    def __init__(self, number: int, words: list[str]) -> None:
        self.number = number
        self.snippet = words[0].strip("()") if words and words[0].startswith("(") else ""
        parts = (_SCHEME.sub("", word.strip(",")) for word in words if not self.snippet)
        self.zones = [_PORT.sub("", part).rstrip(".").lower() for part in parts]
        self.is_for_some = self.blocks = False
        self.imports: list[str] = []


def _servers(document: Document) -> dict[int, _Server]:
    """Return the outermost blocks of a Corefile by the line where each begins."""
    servers: dict[int, _Server] = {}
    depth = begun = 0
    for number, line in numbered_lines(document.text):
        text = without_comment(line)
        words = text.removesuffix("{").split()
        if text == "}":
            depth = max(depth - 1, 0)
            continue
        if depth == 1 and words:
            server = servers[begun]
            server.is_for_some |= words[0] == "view"
            server.blocks |= words[0] in ("hosts", "template", "import")
            server.imports += words[1:] if words[0] == "import" else []
        if text.endswith("{"):
            if not depth:
                begun, servers[number] = number, _Server(number, words)
            depth += 1
    for server in servers.values():
        users = [user for user in servers.values() if server.snippet in user.imports]
        if server.snippet and users:
            server.is_for_some = all(user.is_for_some for user in users)
    return servers


class _Block:
    """What stands before a brace, and the settings within."""

    def __init__(self, number: int, words: list[str], depth: int) -> None:
        self.number = number
        self.plugin = words[0] if words and depth else ""
        self.arguments = words[1:]
        self.settings: dict[str, str] = {}


def _read(reader: RuleReader, number: int, text: str, blocks: list[_Block]) -> None:
    words = text.removesuffix("{").split()
    inner = blocks[-1].plugin if blocks else ""
    if text == "}":
        if inner == "template":
            _read_template(reader, blocks[-1])
        del blocks[-1:]
    elif text.endswith("{"):
        blocks.append(_Block(number, words, len(blocks)))
        if blocks[-1].plugin == "hosts" and blocks[-1].arguments:
            _refuse_file(reader, number, blocks[-1].arguments[0])
    elif inner == "hosts":
        if words[0] not in _HOSTS_OPTIONS:
            read_host_line(reader, number, text)
    elif inner == "template":
        settings = blocks[-1].settings
        settings[words[0]] = " ".join([*settings.get(words[0], "").split(), *words[1:]])
    elif words[0] == "hosts" and len(words) > 1:
        _refuse_file(reader, number, words[1])
    else:
        reader.refuse(number, f"{words[0]} blocks no name", "configuration")


def _refuse_file(reader: RuleReader, number: int, file: str) -> None:
    reader.refuse(number, f"names the file {file}; load that one", "include")


def _read_template(reader: RuleReader, block: _Block) -> None:
    """Add what a template is about that answers every question of it with a refusal."""
    zones, settings = block.arguments[2:], block.settings
    every = [word.upper() for word in block.arguments[:2]] in (["IN", "ANY"], ["ANY", "ANY"])
    refuses = settings.get("rcode", "").upper() in _REFUSALS
    meanings: list[Meaning] | None = [(TargetKind.SUBTREE, zone) for zone in zones]
    if "match" in settings:
        goes_on = "fallthrough" in settings and not settings["fallthrough"]
        meanings = _matching(settings["match"].split(), zones) if goes_on else None
    if every and refuses and meanings and "answer" not in settings:
        for kind, text in meanings:
            reader.block(block.number, text, kind)
    else:
        reason = "not a block: the template answers, or does not cover every query of a zone"
        reader.reject(block.number, f"template {' '.join(block.arguments)}", reason, "redirect")


def _matching(expressions: list[str], zones: list[str]) -> list[Meaning] | None:
    """Return what expressions for names with a final dot mean, ``None`` if not names in a zone."""
    found: list[Meaning] = []
    for expression in expressions:
        meanings = reduce_expression(_FINAL_DOT.sub("$", expression)) or [(TargetKind.URL, "")]
        for kind, text in meanings:
            name = text.lstrip("=*")
            if not any(z == "." or f".{name}".endswith(f".{z.rstrip('.')}") for z in zones):
                return None
            found.append((kind, text))
    return found
