"""MODIFIERS: what stands behind the ``$`` of a filter rule, and whether a whole name stays blocked.

AdGuard's resolvers ignore a rule with a modifier that they do not know; so is it here, with a
reason. ``$all`` is every kind of content, ``$important`` only a matter of precedence, and
``$match-case`` nothing for names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .hosts import NOWHERE

_EXPRESSION = re.compile(r"(/.+/)(?:\$([a-z~].*))?")
_WHOLE = frozenset({"all", "important", "match-case", "badfilter", "denyallow"})
_EXCEPTING = frozenset({"important", "match-case", "badfilter"})
_ANSWERS = frozenset({"NXDOMAIN", "REFUSED", "SERVFAIL", "NOERROR"})
_SPLIT = re.compile(r"(?<!\\),")


@dataclass(frozen=True)
class Modifiers:
    """A rule in parts.

    Attributes:
        mask: the pattern.
        excepts: whether ``@@`` makes it an exception.
        values: the modifiers and their values, in sequence; ``""`` where there is none.
    """

    mask: str
    excepts: bool
    values: tuple[tuple[str, str], ...]

    @property
    def names(self) -> frozenset[str]:
        """The modifiers without their values."""
        return frozenset(name for name, _ in self.values)

    @property
    def twin(self) -> str:
        """The rule in one spelling, without ``$badfilter``: what that takes back."""
        rest = sorted(f"{name}={value}" for name, value in self.values if name != "badfilter")
        return f"{'@@' * self.excepts}{self.mask}{'$' * bool(rest)}{','.join(rest)}"

    @property
    def denied(self) -> list[str]:
        """The names that ``$denyallow`` leaves out of the block."""
        texts = (value for name, value in self.values if name == "denyallow")
        return [name for text in texts for name in text.lower().split("|") if name]

    def refusal(self) -> tuple[str, str] | None:
        """Return reason and code if the rule is not about a whole name, ``None`` if it is."""
        for name, value in self.values:
            if name == "dnsrewrite" and not self.excepts:
                if not _blocks(value):
                    return f"answers {value or 'otherwise'}, which is not a block", "redirect"
            elif name not in (_EXCEPTING if self.excepts else _WHOLE):
                reason = f"${name} narrows or changes the rule, so it blocks no whole name"
                if self.excepts:
                    reason = (
                        f"${name} narrows or changes the exception, so it excepts no whole name"
                    )
                return reason, "modifier"
        return None


def split_rule(text: str) -> Modifiers | None:
    """Return the parts of a rule, ``None`` for text that is none: with white space, or empty."""
    excepts = text.startswith("@@")
    rule = text[2:] if excepts else text
    expression = _EXPRESSION.fullmatch(rule)
    mask, options = expression.groups() if expression else (rule, None)
    if not expression:
        mask, dollar, options = rule.partition("$")
        if not dollar:
            options = None
    if not mask or re.search(r"\s", mask) or options == "":
        return None
    pairs = (part.strip().partition("=") for part in _SPLIT.split(options or "") if part.strip())
    return Modifiers(mask, excepts, tuple((name, value) for name, _, value in pairs))


def _blocks(value: str) -> bool:
    """Whether an answer of ``$dnsrewrite`` is none at all, or an address that leads nowhere."""
    code, kind, data = (*value.split(";"), "", "")[:3]
    if code in NOWHERE:
        return True
    return code in _ANSWERS and (not data or (kind in ("A", "AAAA") and data in NOWHERE))
