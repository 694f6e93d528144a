"""LUA RULES: what an image says of names, as Lua that answers which orders block a name.

For the scripts of PowerDNS Recursor and Knot Resolver, whose LuaJIT is Lua 5.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..answers.ede import ExtendedError, extended_error
from .lowering import sayable_patterns
from .lua import lua_string
from .policytree import Effect, PolicyTree

_READ = """\
]]):gmatch("(%S+) (%S+) (%S+)\\n") do
  own[name], below[name] = tonumber(here), tonumber(under)
end
"""
_FIND = """\
local function fits(name, parts)
  local first, last = parts[1], parts[#parts]
  if name:sub(1, #first) ~= first then return false end
  local at = #first + 1
  for i = 2, #parts - 1 do
    local _, stop = name:find(parts[i], at, true)
    if not stop then return false end
    at = stop + 1
  end
  return #name - #last + 1 >= at and name:sub(#name - #last + 1) == last
end

-- What holds for a name: the number of a reason, 0 if it is excepted, nil if no rule covers it.
local function verdict(name)
  -- An escape stands for an octet that no rule holds, and a dot in it ends no label.
  name = name:lower():gsub("\\\\.", "?"):gsub("%.$", "")
  local found, at = own[name], 0
  while found == nil do
    at = name:find(".", at + 1, true)
    if not at then break end
    found = below[name:sub(at + 1)]
  end
  if found ~= nil then return found end
  for _, pattern in ipairs(patterns) do
    if fits(name, pattern.parts) then return pattern.reason end
  end
end
"""


def lua_rules(tree: PolicyTree) -> Iterator[str]:
    """Yield the local function ``verdict(name)`` and the local table ``reasons``.

    ``verdict`` returns the number of a reason, 0 for an exception, ``nil`` if no rule covers the
    name; a reason has ``code`` and ``text`` of the Extended DNS Error. Names stand in one long
    string, since a function of LuaJIT may hold only so many constants. URLs and addresses are lost.
    """
    reasons = _Reasons(tree)
    yield "local own, below = {}, {}"
    yield "for name, here, under in ([["
    for node in tree.nodes(every=True):  # what a wider rule covers has orders of its own
        own = reasons.text(node.own, node.number_own)
        yield f"{node.name} {own} {reasons.text(node.below, node.number_below)}"
    yield _READ
    yield "local patterns = {"
    listed = sayable_patterns(tree)
    for (_, value, allow), number in listed:
        parts = ", ".join(map(lua_string, value.split("*")))
        yield f"  {{reason={reasons.text(not allow, number)}, parts={{{parts}}}}},"
    yield "}"
    yield "local reasons = {"
    for code, text in reasons.all:
        yield f"  {{code={code}, text={lua_string(text)}}},"
    yield "}"
    yield _FIND


class _Reasons:
    """The texts for clients, each once, numbered from 1.

    Attributes:
        all: code and text of each.
    """

    def __init__(self, tree: PolicyTree) -> None:
        self.all: list[ExtendedError] = []
        self._plan = tree
        self._numbers: dict[ExtendedError, int] = {}
        self._of_orders: dict[tuple[str, ...], int] = {}

    def text(self, verdict: Effect, rule: int) -> str:
        """Return how the script writes a verdict."""
        if not verdict:
            return "-" if verdict is None else "0"
        orders = self._plan.orders_of(rule)
        ids = tuple(order.id for order in orders)
        if ids not in self._of_orders:
            error = extended_error(orders, uniform_reason=self._plan.uniform_reason)
            if error not in self._numbers:
                self.all.append(error)
                self._numbers[error] = len(self.all)
            self._of_orders[ids] = self._numbers[error]
        return str(self._of_orders[ids])
