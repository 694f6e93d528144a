"""POWERDNS LUA: a script for PowerDNS Recursor whose answers say which orders are behind each.

Names that an answer leads to as an alias are looked at too, after the resolution.
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
  local name = dq.qname:toString()
  if name:lower():gsub("%.$", "") == canary.name then
    if dq.qtype == pdns.TXT then dq:addAnswer(pdns.TXT, canary.text, 0) end
    dq.rcode = pdns.NOERROR
    return true
  end
  local found = verdict(name)
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
    yield "local canary = {}"
    yield from lua_rules(tree)


def powerdns_lua_canary(canary: Canary, _: ExportOptions) -> CanaryRecord:
    """Return the line that lets the hook answer the canary's record."""
    quoted = lua_string(f'"{canary.text}"')
    line = f"canary = {{name={lua_string(canary.name)}, text={quoted}}}"
    return CanaryRecord(canary.name, (line,))
