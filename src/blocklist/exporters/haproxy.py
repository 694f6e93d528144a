r"""HAPROXY: a map, and the Lua converter that asks it label by label.

``map_dom`` would block ``blocked.example.org`` for ``blocked.example``, and ``map_end`` compares a
name with each row in turn (20 ms at a million). A map of whole strings is a tree, so the converter
asks it for the name and then for what is left after each label: exact, at any depth of exceptions,
a few lookups for a name.

The key ``name`` is for that name alone and decides first; ``.name`` is for it and all below it, the
longest first. The value is a status and the ids of orders, ``-`` for an exception, or ``?`` for a
name that no rule covers although one covers those below it. What no row of names decides the first
pattern that matches does: their map is one of expressions, and asked one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model.names import MAX_NAME_OCTETS
from .canary import Canary, CanaryRecord, Proof
from .exportoptions import ExportOptions
from .policytree import Effect, PolicyTree
from .proxymaps import UNORDERED, expressions, status_and_orders

MAP_FILE, PATTERNS_FILE = "names.map", "patterns.map"
PROOFS = (Proof("1", PATTERNS_FILE, is_blocked=True),)
_ALLOWED, _UNDECIDED = "-", "?"
_LUA = f"""\
local folder = debug.getinfo(1, "S").source:match("^@(.*/)") or ""
local names = Map.new(folder .. "{MAP_FILE}", Map._str)
local patterns = Map.new(folder .. "{PATTERNS_FILE}", Map._reg)

-- The name in a Host header or an SNI: without port and final dot, in lower case. RFC 3986 lets
-- letters be written as escapes, and what is behind this proxy may read them so.
local function name_of(host)
  host = host:gsub("%%(%x%x)", function(code) return string.char(tonumber(code, 16)) end)
  return (host:match("^[^:/?#]*"):gsub("^%s+", ""):gsub("%s+$", ""):gsub("%.$", ""):lower())
end

local too_long = ("[^.]"):rep(64)

-- Status and order ids of a blocked name; an empty string, which begins with neither status, for
-- any other. (Of nil HAProxy makes a value that is found.)
core.register_converters("blocklist", function(host)
  local name = name_of(host:match("@([^@]*)$") or host)
  if #name > {MAX_NAME_OCTETS} or ("." .. name):find("..", 1, true) \
or name:find(too_long) then return "" end
  local value, rest = names:lookup(name), "." .. name
  while value == nil and rest do
    value = names:lookup(rest)
    rest = rest:match("^%.[^.]*(%..*)$")
  end
  if value == nil or value == "{_UNDECIDED}" then value = patterns:lookup(name) end
  return value ~= "{_ALLOWED}" and value or ""
end)
"""


def haproxy_map(tree: PolicyTree, __: ExportOptions) -> Iterator[str]:
    """Yield the rows of the map."""
    path: list[tuple[str, str]] = []
    for node in tree.nodes():
        while path and not node.name.endswith(path[-1][0]):
            path.pop()
        above = path[-1][1] if path else _UNDECIDED
        own = above if node.own == node.above else _value(tree, node.own, node.number)
        below = above if node.below == node.above else _value(tree, node.below, node.number_below)
        if own != below:
            yield f"{node.name} {own}"
        if node.below != node.above:
            yield f".{node.name} {below}"
        path.append((f".{node.name}", below))
    for _ in expressions(tree):
        pass  # the losses of all files are counted here


def haproxy_canary(canary: Canary, _: ExportOptions) -> CanaryRecord:
    """Return the row of the canary."""
    return canary.lines(f"{{}} {UNORDERED}")


def haproxy_patterns_canary(canary: Canary, _: ExportOptions) -> CanaryRecord:
    """Return the row that shows that the patterns were read."""
    (proof,) = PROOFS
    return CanaryRecord("", (f"^{re.escape(f'{proof.label}.{canary.blocked}')}$ {UNORDERED}",))


def haproxy_patterns(tree: PolicyTree, _: ExportOptions) -> Iterator[str]:
    """Yield the rows of the map of expressions."""
    for expression, value in expressions(tree):
        yield f"{expression} {value or _ALLOWED}"


def haproxy_lua(_: PolicyTree, __: ExportOptions) -> Iterator[str]:
    """Yield the converter ``lua.blocklist``, which reads the map beside its own file."""
    yield from _LUA.splitlines()


def _value(tree: PolicyTree, verdict: Effect, number: int) -> str:
    if verdict is None:
        return _UNDECIDED
    return status_and_orders(tree, number) if verdict else _ALLOWED
