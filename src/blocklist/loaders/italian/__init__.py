"""ITALIAN: how Italian legal prose is read; what ``court`` is made of.

``candidates`` finds what looks like a name, ``clauses`` cuts the operative part at its verbs,
``operative`` decides which names a clause blocks; ``facts`` and ``numbers`` read what else an order
says.
"""
