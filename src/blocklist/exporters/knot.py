"""KNOT: a script for Knot Resolver 5 whose answers say which orders are behind each.

``policy.rpz`` reads zones, but gives one reason for all, takes an exception for the end of all
policies, and looks at no alias.
"""

from __future__ import annotations

from collections.abc import Iterator

from .canary import Canary, CanaryRecord
from .exportoptions import ExportOptions
from .lua import lua_string
from .lua_rules import lua_rules
from .policytree import PolicyTree
from .responses import words_for

HOOKS = """\
local function because(number, action)
  local reason = reasons[number]
  return function (state, request)
    local done = action(state, request)
    -- What the action says would outrank it.
    request.extended_error.info_code = kres.extended_error.NONE
    request:set_extended_error(reason.code, reason.text)
    return done
  end
end

-- A rule for names that are asked for, and a layer's answer_finalize for what an answer leads to
-- as an alias.
return function (request, query)
  local name = kres.dname2str(query:name())
  if name:lower():gsub("%.$", "") == canary.name then
    local data = string.char(#canary.text) .. canary.text
    return policy.ANSWER({[kres.type.TXT] = {ttl=0, rdata=data}}, true)
  end
  local found = verdict(name)
  if found ~= nil and found > 0 then return because(found, action) end
end, function (state, request)
  local records = request.answ_selected
  for i = 0, tonumber(records.len) - 1 do
    local record = records.at[i].rr
    if record.type == kres.type.CNAME then
      local found = verdict(kres.dname2str(record:rdata(0)))
      if found ~= nil and found > 0 then return because(found, policy.DENY)(state, request) end
    end
  end
  return state
end
"""


def knot_lines(tree: PolicyTree, options: ExportOptions) -> Iterator[str]:
    """Yield the script, for ``dofile``: it returns a rule and an ``answer_finalize``.

    What is an alias of a blocked name does not exist, whatever the response.
    """
    response = options.response
    of_kind = {4: "A", 6: "AAAA"}
    yield "local addresses = {"
    for version, kind in of_kind.items():
        data = [
            f"kres.str2ip('{address}')"
            for address in response.addresses
            if address.version == version
        ]
        if data:
            yield f"  [kres.type.{kind}] = {{ttl={options.ttl}, rdata={{{', '.join(data)}}}}},"
    yield "}"
    yield f"local action = {words_for('knot', response)}"
    yield "local canary = {}"
    yield from lua_rules(tree)


def knot_canary(canary: Canary, _: ExportOptions) -> CanaryRecord:
    """Return the line that lets the rule answer the canary's record."""
    text = lua_string(canary.text)
    line = f"canary = {{name={lua_string(canary.name)}, text={text}}}"
    return CanaryRecord(canary.name, (line,))
