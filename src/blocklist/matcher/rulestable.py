"""RULES TABLE: all rules of an image as a table of pyarrow, to be joined by rule number."""

from __future__ import annotations

from typing import Any

from ..answers.disclosure import fit, is_hidden, tellable
from ..image.contents import Contents
from .arrow import load_pyarrow


def order_texts(contents: Contents, *, confidential: bool = False) -> list[str]:
    """Return a text for each set of orders: the ids of those that may be told.

    Args:
        contents: of the image.
        confidential: with the ids of confidential orders.
    """
    sets = map(contents.orders_of_set, range(contents.packed.sets))
    return [
        ", ".join(fit(order.id) for order in tellable(orders, confidential=confidential))
        for orders in sets
    ]


def rules_table(contents: Contents, *, confidential: bool = False) -> Any:
    """Return a table with a row for each rule: the row is the number of the rule.

    Args:
        contents: of the image.
        confidential: also tell names and ids of confidential orders.

    Raises:
        ImportError: pyarrow is not installed.
        NotAnImageError: the sections contradict each other.
    """
    pa = load_pyarrow()
    sets = contents.order_sets()
    behind = [contents.orders_of_set(at) for at in range(contents.packed.sets)]
    secret = [not confidential and is_hidden(orders) for orders in behind]
    has_line = [confidential or not orders[0].confidential for orders in behind]
    names, kinds, exceptions, lines = [], [], [], []
    rules = zip(sets, contents.rules(), contents.first_lines(), strict=True)
    for number, rule, line in rules:
        names.append(None if secret[number] else rule.value)
        kinds.append(str(rule.kind))
        exceptions.append(rule.allow)
        lines.append(line or None if has_line[number] else None)
    texts = order_texts(contents, confidential=confidential)
    entries = {text: at for at, text in enumerate(dict.fromkeys(texts))}
    coded = pa.array([entries[texts[number]] for number in sets], pa.int32())
    columns = {
        "name": pa.array(names, pa.string()),
        "kind": pa.array(kinds, pa.string()).dictionary_encode(),
        "exception": pa.array(exceptions, pa.bool_()),
        "orders": pa.DictionaryArray.from_arrays(coded, pa.array(list(entries), pa.string())),
        "line": pa.array(lines, pa.uint32()),
    }
    return pa.table(columns)
