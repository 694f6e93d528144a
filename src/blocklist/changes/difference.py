"""DIFFERENCE: what changes between two images, for cache flushes and for people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..image.contents import Contents, ImageSource, contents_of
from ..model.names import superdomains
from ..model.targets import Rule, TargetKind


@dataclass(frozen=True, slots=True)
class Difference:
    """Rules that one image has and another has not.

    Attributes:
        added: rules of the new image alone; exceptions have ``allow`` set.
        removed: rules of the old image alone.
        changed: rules of both, on other orders, or on orders that say other things of themselves,
            such as a date; where an order was read is not compared.
    """

    added: tuple[Rule, ...]
    removed: tuple[Rule, ...]
    changed: tuple[Rule, ...]

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.added or self.removed or self.changed)

    @property
    def names(self) -> tuple[str, ...]:
        """The names whose answers a resolver should forget, each with all below it, sorted.

        Those of the rules that are new or gone, as an order lifted or an exception ended changes
        the answer too; none that is below another. Of a pattern it is the labels after its last
        ``*``, and ``.``, which is every name, if it ends with one. URLs and addresses have none.
        """
        rules = (*self.added, *self.removed)
        names = {name for rule in rules if (name := _flushed(rule)) is not None}
        return tuple(sorted(name for name in names if names.isdisjoint(_above(name))))


def diff(old: ImageSource, new: ImageSource) -> Difference:
    """Compare two images, rule by rule; a few microseconds a rule.

    Args:
        old: an image, a ``Blocklist``, or the path of a saved one.
        new: likewise.

    Raises:
        ImageError: a file is no image; ``OSError`` passes through.
    """
    old_contents, new_contents = contents_of(old), contents_of(new)
    if old_contents.image.content_digest == new_contents.image.content_digest:
        return Difference((), (), ())
    before, after = _grounds(old_contents), _grounds(new_contents)
    return Difference(
        added=tuple(sorted(after.keys() - before.keys())),
        removed=tuple(sorted(before.keys() - after.keys())),
        changed=tuple(sorted(r for r in before.keys() & after.keys() if before[r] != after[r])),
    )


def _flushed(rule: Rule) -> str | None:
    if rule.kind in (TargetKind.URL, TargetKind.ADDRESS):
        return None
    if rule.kind is TargetKind.PATTERN:
        return rule.value.rpartition("*")[2].partition(".")[2] or "."
    return rule.value


def _above(name: str) -> Iterator[str]:
    """Yield the names above a name, the root last."""
    if name != ".":
        yield from superdomains(name)
        yield "."


def _grounds(contents: Contents) -> dict[Rule, tuple[str, ...]]:
    return {rule: contents.keys_of(number) for number, rule in enumerate(contents.rules())}
