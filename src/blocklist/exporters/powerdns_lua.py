"""POWERDNS LUA: a script for PowerDNS Recursor whose answers say which orders are behind each.

Names that an answer leads to as an alias are looked at too, after the resolution.
"""

from __future__ import annotations

from collections.abc import Iterator

from .exportoptions import ExportOptions
from .lua_rules import lua_rules
from .policytree import PolicyTree
from .responses import words_for

_HOOKS = """\
local function answer(dq, number)
  local reason = reasons[number]
  dq.rcode = rcode
  for _, address in ipairs(addresses) do
    if dq.qtype == address.kind then dq:addAnswer(address.kind, address.text, ttl) end
  end
  dq.extendedErrorCode, dq.extendedErrorExtra = reason.code, reason.text
  return true
end

function preresolve(dq)
  local found = verdict(dq.qname:toString())
  return found ~= nil and found > 0 and answer(dq, found)
end

function postresolve(dq)
  local records = dq:getRecords()
  for _, record in ipairs(records) do
    if record.type == pdns.CNAME then
      local found = verdict(record:getContent())
      if found ~= nil and found > 0 then
        dq:setRecords({})
        return answer(dq, found)
      end
    end
  end
  return false
end
"""


def powerdns_lua_lines(tree: PolicyTree, options: ExportOptions) -> Iterator[str]:
    """Yield the script, for ``lua-dns-script``."""
    response = options.response
    yield f"local rcode, ttl = {words_for('powerdns-lua', response)}, {options.ttl}"
    yield "local addresses = {"
    for address in response.addresses:
        kind = "pdns.A" if address.version == 4 else "pdns.AAAA"
        yield f'  {{kind={kind}, text="{address}"}},'
    yield "}"
    yield from lua_rules(tree)
    yield _HOOKS
