"""CODES: what each code of a refusal means, and what to do about it.

``Rejected.code`` and ``TargetError.code`` hold one of these. The reference page of errors and codes
is made from this table, and a test looks for codes in the source that are not here. A loader of
another package may have codes of its own.
"""

from __future__ import annotations

from typing import NamedTuple


class Code(NamedTuple):
    """What a code says.

    Attributes:
        means: what is the matter with the line or target; one sentence without its full stop.
        to_do: what a person does about it, likewise.
    """

    means: str
    to_do: str


_NOTHING = "Nothing, if you wanted to block whole names"
_REPORT = "Report it to the publisher of the list"

NO_TARGET = {
    "bad-address": Code(
        "Not an IP address or prefix, or a part of one",
        "Write an address, or a prefix such as `192.0.2.0/24`",
    ),
    "bad-pattern": Code(
        "A pattern that the syntax does not allow, or that has no meaning in DNS",
        "Write the names, or a pattern such as `*word*`",
    ),
    "bad-url": Code(
        "A URL whose host or port cannot be read",
        "Correct the URL, or write the name of the host if the order means the whole site",
    ),
    "broken-name": Code(
        "A line break cuts the name, and two readings are possible",
        "Compare with the document, and write the right name into an order file",
    ),
    "e-mail": Code(
        "An e-mail address",
        "If the order means the domain behind it, write that into an order file",
    ),
    "empty": Code("The line or field names nothing", "Nothing, if the source is complete"),
    "not-a-name": Code(
        "Not a domain name; the reason says which character or label is at fault",
        "Correct the name in an order file",
    ),
    "white-space": Code(
        "Several words where one target stands",
        "Write one target a line, or name the format with `--format`",
    ),
}
"""The line names nothing that could be blocked."""

NOT_OF_THE_FORMAT = {
    "field-count": Code("A table row with too many or too few fields", _REPORT),
    "not-a-record": Code("Not a record of a zone file", "Correct the zone, or export it again"),
    "not-a-rule": Code(
        "Not a rule of this list syntax", "Check whether the format was recognised correctly"
    ),
    "not-an-entry": Code(
        "Not an entry of this register", "Check the mapping against the file that you received"
    ),
    "not-cncpo": Code("Not a row of the CNCPO list", _REPORT),
    "not-hosts": Code(
        "Not an address followed by a name", "Correct the line, or name another format"
    ),
    "not-text": Code("A number, list or broken text where text belongs", _REPORT),
}
"""The line is not what its format says."""

MEANS_SOMETHING_ELSE = {
    "cosmetic": Code("A filter rule that hides parts of pages", _NOTHING),
    "modifier": Code(
        "The rule holds only for some pages, clients, contents or query types",
        "If the order means the whole name, write the name into an order file",
    ),
    "path": Code(
        "The rule names pages or one port of a site, not the site",
        "If the order means the page, write its URL into an order file",
    ),
    "redirect": Code(
        "The line redirects the name to another server or address, which is not a block",
        "If it is meant as a block, write the name into an order file",
    ),
    "regex": Code(
        "A regular expression that no name or pattern equals",
        "Write the names that it means into an order file",
    ),
    "schedule": Code(
        "The rule holds only at certain times",
        "If the order holds at all times, write the name into an order file",
    ),
    "unsupported-action": Code(
        "A policy zone asks for an action that does not exist here",
        "Correct the zone, or write the names into an order file",
    ),
    "unsupported-trigger": Code(
        "A policy zone blocks by client or by name server, which no name expresses",
        "Enforce it in the resolver itself",
    ),
}
"""The line means something else than blocking a whole name. It is never widened to the name."""

TOO_WIDE = {
    "address": Code(
        "Reserved, private or shared address space, or a prefix that is too short",
        "Name single addresses; pass the target in `permit` if the order really means it",
    ),
    "broad-exception": Code(
        "An exception with a prefix so short that it would cover whole operators",
        "Use longer prefixes",
    ),
    "broad-pattern": Code(
        "A pattern that would match nearly everything under some suffix",
        "Use a longer pattern; pass it in `permit` if the order really means it",
    ),
    "critical": Code(
        "It would block a critical name: infrastructure, an authority, a platform of millions, or "
        "a name that an order took down by accident before",
        "Ask the authority which name it means; pass it in `permit` if it is this one",
    ),
    "every-name": Code("The line would block every name", "Remove the line"),
    "popular": Code(
        "New, and it would block one of the first names of the popularity list that you gave",
        "Look at the order; pass the target in `permit` if the order really means it",
    ),
    "protected": Code(
        "At or below a name, or inside a prefix, that you protect",
        "Ask the authority; remove the entry from `protect` if the order is right",
    ),
    "public-suffix": Code(
        "A public suffix, or a name above one: unrelated owners share it",
        "Ask the authority which name it means; pass it in `permit` if it is this one",
    ),
}
"""The target would block, or allow, far more than an order means. Guards and loaders refuse it."""

CONTRADICTED = {
    "badfilter": Code("A `$badfilter` rule that matches no rule of its list", "Nothing"),
    "conflict": Code("The zone gives the same name two different answers", "Correct the zone"),
    "contradiction": Code("The URL and the domain of the row differ", _REPORT),
    "out-of-zone": Code(
        "A record outside its zone, or an absolute name in a zone without a name",
        "Add `$ORIGIN`, or correct the zone",
    ),
    "overruled": Code(
        "An exception that an `$important` rule of the same list overrules", "Nothing"
    ),
    "wrong-genre": Code(
        "Not the kind of value that Piracy Shield says it is", "Report it to AGCOM"
    ),
}
"""The line contradicts itself or another line."""

NOT_ORDERED = {
    "allowed": Code(
        "The comments of the file say that its names are to be allowed",
        "Use the list as exceptions, or pass its names in `protect`",
    ),
    "not-delivered": Code(
        "A Piracy Shield ticket that has not been delivered yet", "Load the list again later"
    ),
    "withdrawn": Code(
        "The source itself says that the target is no longer ordered",
        "Nothing: this is not a fault",
    ),
}
"""The target is not, or not yet, to be blocked."""

CONFIGURATION = {
    "configuration": Code("A setting of the program that blocks no name", "Nothing"),
    "generate": Code(
        "`$GENERATE` makes records that are not in the file", "Write the names out, or export them"
    ),
    "include": Code("Names another file, which is not opened", "Load that file as well"),
}
"""The line configures a program, or names another file."""

CODES: dict[str, Code] = {
    **NO_TARGET,
    **NOT_OF_THE_FORMAT,
    **MEANS_SOMETHING_ELSE,
    **TOO_WIDE,
    **CONTRADICTED,
    **NOT_ORDERED,
    **CONFIGURATION,
}
"""All of them."""
