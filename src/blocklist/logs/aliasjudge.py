"""ALIAS JUDGE: how far a candidate can be trusted, and why, in words.

Levels and points are those that were measured on lists of orders; they do not follow from any one
log. What the log adds (since when, how often) is text, and parts what has the same points.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from math import log2

from ..errors import InvalidNameError
from ..matcher.blocklist import Blocklist
from ..model.names import canonical_name
from ..model.orders import Order
from ..model.suffixes import public_suffixes
from ..model.wording import plural
from .aliascores import AliasLevel, Cores, OrderedName, Relation
from .aliasforms import LEAST_CONTAINED, ascii_like, folded
from .engine import libraries

_PIECE = 200_000
_LEAST_LIKELY = 7
_LEAST_ALONE = 8
"""Letters of a core that one ordered name suffices for."""
_POINTS = {
    Relation.SUFFIX: 0.3,
    Relation.NUMBER: 0.6,
    Relation.AFFIX: -0.3,
    Relation.CONTAINS: -0.7,
    Relation.LETTER: -1.8,
}
_PER_FOUR_LETTERS = 0.8
_MOST_LETTERS = 16
_PER_DOUBLING = 0.6
_PER_DOUBLED_BACKGROUND = -0.3
_LEVELS = tuple(AliasLevel)
_RELATIONS = tuple(Relation)


@dataclass(frozen=True, slots=True)
class Background:
    """How many labels that no order lists hold a core.

    Attributes:
        containing: labels that contain it, by core.
        equal: labels that are it.
        is_log: whether they are the labels of the log itself, without other spellings of the core.
    """

    containing: Mapping[str, int]
    equal: Mapping[str, int]
    is_log: bool

    @classmethod
    def of_popular(cls, names: Iterable[str], blocked: Blocklist, cores: Cores) -> Background:
        """Take a popularity list, without what the image blocks and what has an ordered domain."""
        labels: dict[str, None] = {}
        domain_of = public_suffixes().registrable_domain
        for text in names:
            try:
                name = canonical_name(text)
            except InvalidNameError:
                continue
            domain = domain_of(name)
            if domain and domain not in cores.domains and not blocked.is_blocked(name):
                labels[domain.partition(".")[0]] = None
        _, pa = libraries("reading query logs")
        column = pa.array(labels, pa.string())
        wholes = folded(column)[0].unique()
        containing: Counter[str] = Counter()
        for start in range(0, len(wholes), _PIECE):
            containing.update(core for _, core in set(cores.inside(wholes.slice(start, _PIECE))))
        return cls(containing, Counter(wholes.to_pylist()), is_log=False)

    @classmethod
    def of_log(cls, counted: Iterable[tuple[str, int]]) -> Background:
        """Take how many labels of a log contain each core."""
        return cls(dict(counted), {}, is_log=True)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How one name is like ordered ones.

    Attributes:
        level: how far it can be trusted.
        relation: how it is like them.
        core: what they share.
        count: how many ordered names share it.
        points: rank inside of the level.
    """

    level: AliasLevel
    relation: Relation
    core: str
    count: int
    points: float

    @property
    def rank(self) -> tuple[int, int, float]:
        """The best is the least."""
        return _LEVELS.index(self.level), _RELATIONS.index(self.relation), -self.points


def likeness(
    relation: Relation, core: str, cores: Cores, background: Background, *, is_inside: bool
) -> Likeness:
    """Return the level and points of a relation.

    Args:
        relation: one of the candidate's.
        core: what it is about.
        cores: of the image.
        background: where the core must be rare.
        is_inside: whether the candidate itself is counted there.
    """
    count = cores.count(relation, core)
    around = background.containing.get(core, 0)
    if is_inside and relation is Relation.CONTAINS and around:
        around -= 1
    equal = background.equal.get(core, 0)
    points = (
        _POINTS.get(relation, 0.0)
        + _PER_FOUR_LETTERS * min(len(core), _MOST_LETTERS) / 4
        + _PER_DOUBLING * log2(max(1, count))
        + _PER_DOUBLED_BACKGROUND * (log2(1 + around) + log2(1 + equal))
    )
    return Likeness(_level(relation, core, count, around), relation, core, count, round(points, 2))


def _level(relation: Relation, core: str, count: int, around: int) -> AliasLevel:
    letters = len(core)
    match relation:
        case Relation.SUFFIX | Relation.NUMBER:
            if count > 1 and around <= 1 and letters >= LEAST_CONTAINED:
                return AliasLevel.STRONG
            if relation is Relation.SUFFIX and not around and letters >= _LEAST_ALONE:
                return AliasLevel.LIKELY
        case Relation.AFFIX | Relation.CONTAINS:
            if count > 2 and not around and letters >= _LEAST_LIKELY:
                return AliasLevel.LIKELY
        case Relation.SUB_LABEL:
            if around <= 1:  # a service has a label like "support" below many domains
                return AliasLevel.LIKELY
    return AliasLevel.ALL


def best(
    relations: Iterable[tuple[Relation, str]],
    cores: Cores,
    background: Background,
    *,
    is_inside: bool,
) -> Likeness | None:
    """Return what counts of all relations of a candidate: the highest level, the closest relation.

    Arguments are those of ``likeness``.
    """
    pairs = list(relations)
    each = (likeness(*one, cores, background, is_inside=is_inside) for one in pairs)
    found = min(each, key=lambda one: (*one.rank, one.core), default=None)
    if found and found.relation is Relation.NUMBER and pairs[0][0] is Relation.SUFFIX:
        return replace(found, relation=Relation.SUFFIX)
    return found


def source_of(found: Likeness, target: str, cores: Cores) -> tuple[OrderedName, Order]:
    """Return the ordered name and the order that a candidate follows from.

    One that speaks of future names comes first, then the latest.
    """
    whole = _whole(target)
    both = (Relation.SUFFIX, Relation.NUMBER)
    relation = Relation.NUMBER if found.relation in both else found.relation
    numbers = cores.members(relation, found.core) or cores.members(found.relation, found.core)
    members = [cores.names[number] for number in numbers]
    pairs = ((name, order) for name in members for order in name.orders)
    return max(
        pairs,
        key=lambda one: (
            bool(one[1].dynamic),
            dated(one[1]) or date.min,
            one[0].forms[0] == whole,
            -len(one[0].domain),
        ),
    )


def dated(order: Order) -> date | None:
    """Return the day of an order, as people refer to it."""
    moments = (order.issued, order.notified, order.published, order.effective_from)
    moment = next(filter(None, moments), None)
    return None if moment is None else date(moment.year, moment.month, moment.day)


def reason(found: Likeness, target: str, name: OrderedName) -> str:
    """Return in words how a candidate is like ordered names."""
    said = f"{_how(found, target, name.domain)}; {plural(found.count, 'ordered name')}"
    return f'{said} {"shares" if found.count == 1 else "share"} "{found.core}"'


def _how(found: Likeness, target: str, domain: str) -> str:
    label, _, suffix = target.partition(".")
    of_label, _, of_suffix = domain.partition(".")
    match found.relation:
        case Relation.SUFFIX | Relation.NUMBER if label == of_label:
            return f"same name, other suffix (.{of_suffix} → .{suffix})"
        case Relation.SUFFIX | Relation.NUMBER if label.replace("-", "") == of_label.replace(
            "-", ""
        ):
            return f"same name, hyphens moved ({domain} → {target})"
        case Relation.SUFFIX | Relation.NUMBER if _whole(target) == _whole(domain):
            return f"same name in look-alike letters ({domain} → {target})"
        case Relation.SUFFIX | Relation.NUMBER:
            return f"same name, other number ({domain} → {target})"
        case Relation.AFFIX:
            return f"same name with other words around it ({domain} → {target})"
        case Relation.LOOK_ALIKE:
            return f"same name in look-alike digits ({domain} → {target})"
        case Relation.CONTAINS:
            return f'contains "{found.core}" ({domain} → {target})'
        case Relation.LETTER:
            return f"one letter off ({domain} → {target})"
    return f"an ordered name stands further left ({domain} → {target})"


def _whole(domain: str) -> str:
    return ascii_like(domain.partition(".")[0]).replace("-", "").replace("_", "")


def first_seen(first: datetime, begin: datetime, order: Order) -> str:
    """Return in words when a name was first seen, unless the logs begin on that day."""
    day = dated(order)
    if day is None or first.date() <= begin.date():
        return ""
    days = (first.date() - day).days
    if days < 0:
        return f"first seen {plural(-days, 'day')} before the order of {_said(day, first)}"
    if not days:
        return f"first seen on the day of the order of {_said(day, first)}"
    return f"first seen {plural(days, 'day')} after the order of {_said(day, first)}"


def _said(day: date, first: datetime) -> str:
    year = "" if day.year == first.year else f" {day.year}"
    return f"{day.day} {day:%B}{year}"
