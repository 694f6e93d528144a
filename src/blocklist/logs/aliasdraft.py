"""ALIAS DRAFT: candidates that a person accepted → a draft of the order that they would need.

As any draft it has no targets, and ``compile`` refuses it until a person has compared it with the
clause on future names of the order that the names follow from, and signed it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256

from ..answers.disclosure import fit, is_hidden
from ..errors import LogError
from ..image.contents import ImageSource, contents_of
from ..loaders.ordertext import toml_comment, toml_value
from ..matcher.blocklist import Blocklist
from ..model.names import query_name
from ..model.orders import Order
from ..model.references import slug
from ..model.suffixes import public_suffixes
from ..model.wording import plural
from .aliascores import Cores, Relation
from .aliasforms import folded
from .aliasjudge import Background, Likeness, best, reason, source_of
from .engine import libraries

_FIELDS = ("jurisdiction", "instrument", "number", "case_number", "category", "category_code")
"""What the new order is likely to have in common with the one that it follows from."""


def alias_draft(
    image: ImageSource, names: Iterable[str], *, confidential: bool = False
) -> tuple[str, list[str]]:
    """Return a draft in the notation of order files, and what a person must know of it.

    It has an ``[[order]]`` for each order that the names follow from.

    Args:
        image: compiled orders.
        names: candidates that a person accepted.
        confidential: whether they may follow from confidential orders.

    Raises:
        LogError: one is no name, is blocked already, or is like no ordered name.
        ImportError: pyarrow is missing (extra ``logs``).
    """
    libraries("comparing names with ordered ones")
    blocked = Blocklist(contents_of(image).image)
    cores = Cores(blocked, confidential=confidential)
    of_order: dict[str, tuple[Order, dict[str, str]]] = {}
    for text in names:
        name = query_name(text)
        if not name or "." not in name:
            raise LogError(f"{text[:200]!r} is no name; --accept takes names, not logs")
        if blocked.is_blocked(name):
            raise LogError(f"{name} is blocked already; leave it out")
        found = _closest(name, cores)
        if found is None:
            raise LogError(f"{name} is like no ordered name; write an order for it by hand")
        domain = public_suffixes().registrable_domain(name) or name
        target = name if found.relation is Relation.SUB_LABEL else domain
        ordered, order = source_of(found, target, cores)
        said = of_order.setdefault(order.id, (order, {}))[1]
        said[name] = reason(found, target, ordered)
    if not of_order:
        raise LogError("no name is accepted")
    digest = blocked.image.digest
    text = "\n".join(
        "\n".join(_table(order, said, digest)) + "\n" for order, said in of_order.values()
    )
    warnings = [
        f"{fit(order.id)} says nothing of future names (dynamic); a name that it does not list may "
        "need a separate order"
        for order, _ in of_order.values()
        if not order.dynamic
    ]
    return text, warnings


def _closest(name: str, cores: Cores) -> Likeness | None:
    domain = public_suffixes().registrable_domain(name)
    if domain is None:
        return None
    _, pa = libraries("comparing names with ordered ones")
    forms = folded(pa.array([domain.partition(".")[0]]))
    inside = [core for _, core in cores.inside(forms[0])]
    wholes, shorter = (form.to_pylist() for form in forms)
    found = list(cores.relations(wholes[0], shorter[0], inside)) or list(cores.similar(shorter[0]))
    left = name[: -len(domain)].replace("-", "").split(".")
    found += ((Relation.SUB_LABEL, label) for label in left if label in cores.contained)
    return best(found, cores, Background({}, {}, is_log=True), is_inside=False)


def _table(order: Order, said: Mapping[str, str], digest: str) -> Iterator[str]:
    """Yield the lines of one draft."""
    stem = sha256("\n".join(sorted(said)).encode()).hexdigest()[:8]
    yield "[[order]]"
    yield toml_comment(f"DRAFT of an order, from names like those of {fit(order.id)}; image:")
    yield toml_comment(digest)
    if order.dynamic:
        yield toml_comment(f"{fit(order.id)} says of future names: {fit(order.dynamic)}")
    else:
        yield toml_comment(
            f"WARNING: {fit(order.id)} says nothing of future names (dynamic); a name that it does "
            "not list may need a separate order."
        )
    yield "#"
    yield "# 1. Look whether that covers each name, and whether the site is the same."
    yield "# 2. Remove the # of each name that it covers."
    yield "# 3. Set reviewed = true, reviewed_by and reviewed_at. Until then compile refuses it."
    yield "#"
    yield f"id = {toml_value(f'draft:{slug(order.id)}:{stem}')}  # stable and unique"
    yield "reviewed = false"
    if is_hidden([order]):
        yield "confidential = true  # as the order that the names follow from"
    yield '# reviewed_by = "your name"'
    yield "# reviewed_at = 2026-12-31"
    authority = {"key": order.authority.key, "name": order.authority.name}
    yield f"authority = {toml_value(authority)}"
    for field in _FIELDS:
        if value := getattr(order, field):
            yield f"{field} = {toml_value(value)}"
    if order.dynamic:
        yield f"dynamic = {toml_value(fit(order.dynamic))}"
    yield f"note = {toml_value(f'Names that follow from {fit(order.id)}')}"
    yield 'scope = "subtree"  # a name with all below it; exact: that name alone'
    yield "targets = ["
    yield ""
    title = f"GROUP 1, accepted: {plural(len(said), 'candidate')}"
    yield f"  {toml_comment(title)}"
    for name, why in said.items():
        yield f"  # {toml_value(name)},  {toml_comment(why)}"
    yield "]"
