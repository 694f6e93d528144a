"""FINDINGS: what the names of a document in prose came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ...model.targets import Mention, Rejected, Target, TargetError, TargetKind, parse_target
from .candidates import Candidate, Text
from .clauses import Clause
from .facts import every_suffix


@dataclass(slots=True)
class Findings:
    """Targets, exceptions, refusals, mentions, and what a person should look at."""

    targets: list[Target] = field(default_factory=list)
    exceptions: list[Target] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def target(self, name: Candidate, scope: TargetKind, path: str) -> Target | None:
        """Return the target that a name is; where it can be none, keep it as refused."""
        if name.trait == "broken":
            self.broken(name, path)
            return None
        written = name.host if name.host.endswith(".{suffix}") else name.text
        try:
            target = parse_target(written, line=name.line, kind=scope)
        except TargetError as error:
            self.refuse(name, str(error), error.code, path)
            return None
        return replace(target, raw=name.raw, note=target.note or name.note)

    def broken(self, name: Candidate, path: str) -> None:
        """Refuse a name that a line break cuts, and that has two readings."""
        self.refuse(
            name,
            f"a line break cuts it: {name.text!r} or {name.other!r}? Write the right one into "
            "an order file (blocklist template)",
            "broken-name",
            path,
        )

    def refuse(self, name: Candidate, reason: str, code: str, path: str) -> None:
        """Keep a name that stands where a target does and cannot be one."""
        self.rejected.append(Rejected(name.line, name.raw, reason, code, path))

    def mention(self, name: Candidate, reason: str, *, doubtful: bool = False) -> None:
        """Keep a name that is no target."""
        if name.host or name.trait == "e-mail":
            self.mentions.append(Mention(name.raw, name.line, reason, doubtful))

    def doubt(self, name: Candidate, reason: str) -> None:
        """Keep a name that is no target where a person might have read one."""
        self.mention(name, reason, doubtful=True)
        self.warnings.append(
            f"line {name.line}: {name.text!r} is not blocked: {reason}; look at it"
        )

    def withdraw(self, doubted: Sequence[tuple[Candidate, str]]) -> None:
        """Make doubts of names that were read as targets, each for its reason."""
        taken = {(name.raw, name.line) for name, _ in doubted}
        self.targets = [t for t in self.targets if (t.raw, t.line) not in taken]
        for name, reason in doubted:
            self.doubt(name, reason)

    def withhold(self, reason: str) -> None:
        """Make doubts of all targets and exceptions, as the act as a whole may order nothing."""
        withheld = [*self.targets, *self.exceptions]
        self.targets, self.exceptions = [], []
        for one in sorted(withheld, key=lambda target: target.line):
            self.mentions.append(Mention(one.raw, one.line, reason, doubtful=True))
            self.warnings.append(
                f"line {one.line}: {one.raw!r} is not blocked: {reason}; look at it"
            )
        for refused in self.rejected:
            self.mentions.append(Mention(refused.text, refused.line, reason, doubtful=True))
        self.rejected = []

    def warn_of_tld(self, name: Candidate) -> None:
        """Warn if the name of a target ends with a TLD that the list does not know."""
        if name.trait == "unknown-tld":
            self.warnings.append(f"line {name.line}: {name.text!r} has an unknown TLD")

    def take_every_suffix(
        self, text: Text, clause: Clause, known: set[str], parties: frozenset[str]
    ) -> None:
        """Read "any extension of the same second-level name": only the name that it says.

        Args:
            text: the document.
            clause: the clause that may say so.
            known: labels before the TLD of the targets.
            parties: first words of the parties' names.
        """
        labels = every_suffix(clause.text)
        if labels is None:
            return
        stated = False
        for at, label, quoted in labels:
            name = label.lower()
            if (quoted or name in known) and name not in parties:
                target = parse_target(f"{name}.{{suffix}}", line=text.line_at(clause.start + at))
                self.targets.append(replace(target, raw=label))
                stated = True
        if not stated:
            self.warnings.append(
                f"line {text.line_at(clause.start)}: the order speaks of every extension of a name "
                "and does not give the name itself; add name.{suffix} if that is meant"
            )

    def keep_covered(self) -> None:
        """Keep of the exceptions only those that a target covers; say so of the others."""
        kept: list[Target] = []
        values = {target.value for target in self.targets}
        every = {t.value for t in self.targets if t.kind is TargetKind.EVERY_SUFFIX}
        for target in self.exceptions:
            if _is_below(target, values, every):
                kept.append(target)
                continue
            reason = "named as an exception, but not below any target"
            self.mentions.append(Mention(target.raw, target.line, reason, doubtful=True))
            self.warnings.append(f"line {target.line}: {target.raw!r} is {reason}; look at it")
        self.exceptions = kept


def _is_below(exception: Target, values: set[str], every: set[str]) -> bool:
    """Whether a target covers it; ``every`` holds those that stand under each extension."""
    labels = exception.value.partition("/")[0].split(".")
    supers = (".".join(labels[i:]) for i in range(len(labels)))
    return not every.isdisjoint(labels[:-1]) or any(name in values for name in supers)
