"""MONTH GUARD: new targets that would take down what many use hold their source.

The month of queries is a table that was prepared before: a run reads no logs. Without it nothing is
held; that is an alarm. What is said has no count, which would be another one each night: a token
accepts what it was given for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from ..errors import BlocklistError, sentence_of
from ..model.targets import Rule
from .runsettings import CollateralSettings, GuardSettings

if TYPE_CHECKING:
    from ..logs.month import Month
    from ..logs.reach import Watched


class MonthGuard:
    """What new targets are held against.

    Attributes:
        failure: why the month could not be read.
    """

    def __init__(
        self, settings: CollateralSettings | None, guards: GuardSettings,
        popular: Callable[[], Sequence[str]],
    ) -> None:  # fmt: skip
        """Take the settings and the popularity list; nothing is read before it is needed."""
        self._settings, self._guards, self._popular = settings, guards, popular
        self._opened: tuple[Watched, Month | None] | None = None
        self.failure: str = ""

    def reasons(self, rules: Iterable[Rule]) -> list[str]:
        """Return why some of the targets hold their source; those that are permitted do not."""
        rules = [r for r in rules if not r.allow and r.text not in self._guards.permit]
        if self._settings is None or not rules:
            return []
        from ..logs.reach import Level, Traffic, at_least, gravest

        if self._opened is None:
            self._opened = self._open(self._settings)
        watched, month = self._opened
        traffic = (lambda _: Traffic()) if month is None else month.traffic(rules)
        limit = Level(self._settings.fail_on)
        return [
            f"{rule.text!r}: {', '.join(f.reason for f in found if at_least(f.level, limit))}"
            for rule, found in watched.judge(rules, traffic).items()
            if at_least(gravest(found), limit)
        ]

    def _open(self, settings: CollateralSettings) -> tuple[Watched, Month | None]:
        from ..logs.month import Month
        from ..logs.reach import Limits, Watched, networks_in

        networks = () if settings.networks is None else networks_in(settings.networks)
        watched = Watched(
            popular=self._popular(), protect=self._guards.protect, networks=networks,
            limits=Limits(reach=settings.reach),
        )  # fmt: skip
        try:
            return watched, Month(settings.month)
        except (BlocklistError, OSError, ImportError) as error:
            said = str(error) if isinstance(error, ImportError) else sentence_of(error)
            self.failure = f"{said}; new targets are not held against a month"
            return watched, None
