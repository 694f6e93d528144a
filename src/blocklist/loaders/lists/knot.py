"""KNOT: ``policy.add(policy.suffix(policy.DENY, …))`` in the Lua configuration of Knot Resolver.

That is the only form in which Knot Resolver itself holds a list of names: the usual way is a
response policy zone, and a hosts file the other, in version 5 and in the YAML of version 6 alike;
load those files. Rules written in the YAML are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...documents import Document
from ...model.orders import Order
from ...model.targets import TargetKind
from ..loadoptions import LoadOptions
from ..targetreader import LISTS
from .rulereader import RuleReader, rule_order

_ADD = re.compile(r"\bpolicy[.:]add\s*\(")
_STRING = r"""'[^'\n]*'|"[^"\n]*\""""
_TOKEN = re.compile(rf"--[^\n]*|{_STRING}|[()]")
_COMMENT = re.compile(rf"({_STRING})|--[^\n]*")
_RULE = re.compile(r"\s*policy\.(\w+)\s*\(\s*policy\.(\w+)")
_NAMES = re.compile(r"\btodnames?\s*\(\s*(\{[^{}]*\}|'[^'\n]*'|\"[^\"\n]*\")\s*(?:,\s*)?\)")
_QUOTED = re.compile(_STRING)
_KINDS = {
    "suffix": TargetKind.SUBTREE, "suffix_common": TargetKind.SUBTREE, "domains": TargetKind.EXACT,
}  # fmt: skip
_BLOCKS = frozenset({"DENY", "DENY_MSG", "DROP", "REFUSE", "NO_ANSWER"})


class KnotLoader:
    """Policies in Lua of Knot Resolver."""

    name = "knot"
    title = "Knot Resolver (Lua): policy.add(policy.suffix(policy.DENY, {todname('name')}))"
    reads = LISTS

    def recognises(self, document: Document) -> bool:
        """Whether a policy is added by suffix or by name."""
        text = document.sample.text
        return any(
            (rule := _RULE.match(text, added.end())) is not None and rule[1] in _KINDS
            for added in _ADD.finditer(text)
        )

    def load(self, document: Document, options: LoadOptions) -> list[Order]:  # noqa: ARG002
        """Read every policy as it stands; other Lua says nothing of names."""
        reader = RuleReader(document)
        for number, rule in _policies(document.text):
            _read(reader, number, rule)
        return [rule_order(document, self.name, reader)]


def _policies(text: str) -> Iterator[tuple[int, str]]:
    """Yield line and content of each ``policy.add(…)``, without comments."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _COMMENT.sub(lambda found: found[1] or "", text)
    at, line, counted = 0, 1, 0
    while added := _ADD.search(text, at):
        line += text.count("\n", counted, added.start())
        counted = added.start()
        depth, at = 1, added.end()
        while depth and (token := _TOKEN.search(text, at)):
            depth += {"(": 1, ")": -1}.get(token[0], 0)
            at = token.end()
        yield line, text[added.end() : at - (not depth)]
        if depth:
            return


def _read(reader: RuleReader, number: int, rule: str) -> None:
    found = _RULE.match(rule)
    shown = " ".join(rule.split())[:200]
    if found is None or found[1] not in _KINDS:
        if rule.lstrip().startswith("policy.rpz"):
            reader.reject(number, shown, "names another file; load that one as well", "include")
        else:
            reason = "a policy that is not about suffixes or names as they stand"
            reader.reject(number, shown, reason, "modifier")
        return
    if found[2] != "PASS" and found[2] not in _BLOCKS:
        reader.reject(number, shown, f"policy.{found[2]} is no block", "redirect")
        return
    names = [text[1:-1] for group in _NAMES.findall(rule) for text in _QUOTED.findall(group)]
    if not names:
        reason = "no names that can be read: todname('name') or policy.todnames({'name', …})"
        reader.reject(number, shown, reason, "not-a-rule")
    for name in names:
        add = reader.allow if found[2] == "PASS" else reader.block
        add(number, name, _KINDS[found[1]])
