"""KNOT: ``policy.add(policy.suffix(policy.DENY, …))`` in the Lua configuration of Knot Resolver.

That is the only form in which Knot Resolver itself holds a list of names: the usual way is a
response policy zone, and a hosts file the other, in version 5 and in the YAML of version 6 alike;
load those files. Rules written in the YAML are not read. A policy in a ``view`` holds only for some
clients, and is neither a block nor an exception for all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...documents import Document
from ...model.orders import Order
from ...model.targets import TargetKind
from ..loadoptions import LoadOptions
from ..targetreader import LISTS
from .programconfig import ConfigurationReader

_ADD = re.compile(r"\b(?:policy[.:]add|(view)[.:](?:addr|tsig))\s*\(")
_STRING = r"""'[^'\n]*'|"[^"\n]*\""""
_TOKEN = re.compile(rf"--[^\n]*|{_STRING}|[()]")
_COMMENT = re.compile(
    rf"({_STRING})|(?:--)?\[(=*)\[(?s:.*?)(?:\]\2\]|\Z)|--[^\n]*"  # a long string names nothing
)
_RULE = re.compile(r"\s*policy\.(\w+)\s*\(\s*policy\.(\w+)")
_IN_VIEW = re.compile(r"[^,()]*,\s*policy\.(\w+)\s*\(\s*policy\.\w+")
_NAMES = re.compile(r"\btodnames?\s*\(\s*(\{[^{}]*\}|'[^'\n]*'|\"[^\"\n]*\")\s*(?:,\s*)?\)")
_QUOTED = re.compile(_STRING)
_KINDS = {
    "suffix": TargetKind.SUBTREE, "suffix_common": TargetKind.SUBTREE, "domains": TargetKind.EXACT,
}  # fmt: skip
_BLOCKS = frozenset({"DENY", "DENY_MSG", "DROP", "REFUSE", "NO_ANSWER"})
_SERVED = frozenset({"FORWARD", "TLS_FORWARD", "STUB", "ANSWER", "TC"})
"""What decides about a name and does not block it; no later policy does then."""


class KnotLoader:
    """Policies in Lua of Knot Resolver."""

    name = "knot"
    title = "Knot Resolver (Lua): policy.add(policy.suffix(policy.DENY, {todname('name')}))"
    reads = LISTS

    def recognises(self, document: Document) -> bool:
        """Whether a policy is added by suffix or by name."""
        text = document.sample.text
        return any(
            (rule := (_IN_VIEW if added[1] else _RULE).match(text, added.end())) is not None
            and rule[1] in _KINDS
            for added in _ADD.finditer(text)
        )

    def load(self, document: Document, options: LoadOptions) -> list[Order]:  # noqa: ARG002
        """Read every policy as it stands; other Lua says nothing of names."""
        reader = ConfigurationReader(document)
        for number, view, rule in _policies(document.text):
            if view:
                reason = "the view holds only for some clients, so its policy is none for all"
                reader.reject(number, f"view {_shown(rule)}", reason, "modifier")
            else:
                _read(reader, number, rule)
        return list(reader.orders(document, self.name))


def _policies(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield line, ``view`` or nothing, and content of each policy, without comments."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _COMMENT.sub(lambda found: found[1] or "\n" * found[0].count("\n"), text)
    at, line, counted = 0, 1, 0
    while added := _ADD.search(text, at):
        line += text.count("\n", counted, added.start())
        counted = added.start()
        depth, at = 1, added.end()
        while depth and (token := _TOKEN.search(text, at)):
            depth += {"(": 1, ")": -1}.get(token[0], 0)
            at = token.end()
        yield line, added[1] or "", text[added.end() : at - (not depth)]
        if depth:
            return


def _shown(rule: str) -> str:
    return " ".join(rule.split())[:200]


def _read(reader: ConfigurationReader, number: int, rule: str) -> None:
    found = _RULE.match(rule)
    shown = _shown(rule)
    if found is None or found[1] not in _KINDS:
        if rule.lstrip().startswith("policy.rpz"):
            reader.reject(number, shown, "refers to another file; load that file too", "include")
        else:
            reason = "a policy that is not about suffixes or names as they stand"
            reader.reject(number, shown, reason, "modifier")
        return
    names = [text[1:-1] for group in _NAMES.findall(rule) for text in _QUOTED.findall(group)]
    if found[2] != "PASS" and found[2] not in _BLOCKS:
        reader.reject(number, shown, f"policy.{found[2]} is not a block", "redirect")
        for name in names if found[2] in _SERVED else ():
            reader.open(number, name, _KINDS[found[1]])
        return
    if not names:
        reason = "no readable names: write todname('name') or policy.todnames({'name', …})"
        reader.reject(number, shown, reason, "not-a-rule")
    for name in names:
        add = reader.allow if found[2] == "PASS" else reader.block
        add(number, name, _KINDS[found[1]])
