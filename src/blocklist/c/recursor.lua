--[[ recursor.lua: blocks in PowerDNS Recursor (lua-dns-script), from an image that it asks itself.

    local blocklist = require("blocklist.recursor").open("/var/lib/blocklist/it.blk", {response = "nxdomain"})
    gettag_ffi, postresolve_ffi = blocklist.gettag_ffi, blocklist.postresolve_ffi

`gettag_ffi` answers for blocked names, `postresolve_ffi` for names that turn out to be an alias of one. Both
return true if they answered. Each thread of the Recursor runs the script for itself; all have one copy of
the image in memory.

The packet cache is asked after `gettag_ffi`, and its key has the tag that is set there: one for blocked
names, one for open ones, others for each image. So no answer outlives the list that it was made by. ]]

local blocklist = require("blocklist")
local ffi = require("ffi")

-- Under names of ours: an operator's script may declare the same functions with other types.
ffi.cdef [[
typedef struct {
  const char *name;
  size_t name_length;
  const uint8_t *content;
  size_t length;
  uint32_t ttl;
  uint32_t place;
  uint16_t type;
} blk_recursor_record;
void blk_recursor_name(void *, const uint8_t **, size_t *) __asm__("pdns_ffi_param_get_qname_raw");
uint16_t blk_recursor_type(const void *) __asm__("pdns_ffi_param_get_qtype");
void blk_recursor_tag(void *, unsigned int) __asm__("pdns_ffi_param_set_tag");
void blk_recursor_variable(void *, bool) __asm__("pdns_ffi_param_set_variable");
void blk_recursor_rcode(void *, int) __asm__("pdns_ffi_param_set_rcode");
void blk_recursor_code(void *, uint16_t) __asm__("pdns_ffi_param_set_extended_error_code");
void blk_recursor_text(void *, size_t, const char *) __asm__("pdns_ffi_param_set_extended_error_extra");
bool blk_recursor_add(void *, const char *, uint16_t, uint32_t, const char *, size_t, uint32_t)
  __asm__("pdns_ffi_param_add_record");
uint16_t blk_resolved_type(void *) __asm__("pdns_postresolve_ffi_handle_get_qtype");
bool blk_resolved_record(void *, unsigned int, blk_recursor_record *, bool)
  __asm__("pdns_postresolve_ffi_handle_get_record");
void blk_resolved_policy(void *, unsigned int) __asm__("pdns_postresolve_ffi_handle_set_appliedpolicy_kind");
void blk_resolved_clear(void *) __asm__("pdns_postresolve_ffi_handle_clear_records");
bool blk_resolved_add(void *, const char *, uint16_t, uint32_t, const char *, size_t, uint32_t, bool)
  __asm__("pdns_postresolve_ffi_handle_add_record");
int inet_pton(int, const char *, void *);
]]

local C, POINTER = ffi.C, ffi.typeof("void *")
local A, CNAME, AAAA, SVCB, HTTPS, ANY = 1, 5, 28, 64, 65, 255
local WEB_TYPES = {[A] = true, [AAAA] = true, [SVCB] = true, [HTTPS] = true, [ANY] = true}
local OPTIONS = {}
for option in ("response by_authority obey_orders ttl qtypes uniform_reason check_every max_shrink share log library")
  :gmatch("%S+") do OPTIONS[option] = true end
local ANSWER = 1 -- the section
local NOERROR, NXDOMAIN = 0, 3
local POLICY_NXDOMAIN, POLICY_NODATA = 2, 3
local MAX_TEXT = 256
local FAMILIES = {[A] = 2, [AAAA] = ffi.os == "Linux" and 10 or ffi.os == "OSX" and 30 or 28}

-- ---- responses: as live/policy.py of the Python library -----------------------------------------------

local RESPONSES = {
  nxdomain = {rcode = NXDOMAIN},
  nodata = {rcode = NOERROR, of_one_type = true},
  refused = {rcode = 5},
  notimp = {rcode = 4},
  passthru = {is_real = true},
  -- Only a server that has the connection of the client can do these.
  drop = {rcode = 5, is_refused = true},
  ["tcp-only"] = {rcode = 5, is_refused = true},
}

-- Return type and text of an address, or nil.
local function read_address(text)
  local octets = ffi.new("uint8_t[16]")
  if C.inet_pton(FAMILIES[A], text, octets) == 1 then return A, text end
  if C.inet_pton(FAMILIES[AAAA], text, octets) ~= 1 then return end
  if ffi.string(octets, 12) == ("\0"):rep(10) .. "\255\255" then
    return A, table.concat({octets[12], octets[13], octets[14], octets[15]}, ".")
  end
  return AAAA, text
end

-- Read `nxdomain`, ..., `sinkhole 192.0.2.1 2001:db8::1`, or return nil and what is wrong.
local function read_response(text)
  local words = {}
  for word in text:gmatch("%S+") do words[#words + 1] = word end
  local action = (words[1] or ""):lower():gsub("redirect", "sinkhole")
  local known = RESPONSES[action]
  if known and #words == 1 then return known end
  if known then return nil, action .. " takes no addresses" end
  if action ~= "sinkhole" then
    return nil, "choose one of: nxdomain, nodata, refused, notimp, passthru, 'sinkhole ADDRESS...'"
  end
  local response = {rcode = NOERROR, of_one_type = true, addresses = {}}
  for number = 2, #words do
    local kind, address = read_address(words[number])
    if not kind then return nil, words[number] .. " is no address" end
    response.addresses[number - 1] = {type = kind, text = address}
  end
  if #words == 1 then return nil, "a sinkhole needs addresses: 'sinkhole 192.0.2.1 2001:db8::1'" end
  return response
end

local function read_setting(name, text)
  local response, problem = nil, "it must be a string"
  if type(text) == "string" then response, problem = read_response(text) end
  if response and response.is_refused then
    response, problem = nil, "PowerDNS Recursor cannot do that from gettag_ffi"
  end
  if not response then error(string.format("blocklist: %s = %s: %s", name, tostring(text), problem), 0) end
  return response
end

-- What an order in a set demands, or nil. No order demands PASSTHRU, which would undo it.
local function demanded(orders)
  for _, order in ipairs(orders) do
    local response = order.response ~= "" and read_response(order.response)
    if response and not response.is_real then return response end
  end
end

-- What the operator has set for the authorities of a set; PASSTHRU for one does not undo what others order.
local function configured(orders, policy)
  local first
  local is_default = #orders == 0
  for _, order in ipairs(orders) do
    local response = policy.by_authority[order.authority]
    if not response then
      is_default = true
    elseif not response.is_real then
      return response
    else
      first = response
    end
  end
  return is_default and policy.default or first
end

-- What is said to a query for a name that a set of orders blocks.
local function make_answer(list, policy, set)
  local orders = list:set_orders(set)
  local response = policy.obey_orders and demanded(orders) or configured(orders, policy)
  local code, text = list:set_reason(set)
  return {response = response, code = code, text = text}
end

-- ---- hooks ------------------------------------------------------------------------------------------------

local module = {}

-- Return the hooks; an error if the image cannot be opened or an option is wrong. Options: those of `open` in
-- blocklist.lua, and `response` ("nxdomain"), `by_authority` (a table of responses by the key of an
-- authority), `obey_orders` (true: what an order demands comes first), `ttl` (60: of addresses, in
-- seconds), `qtypes` (a list of the query types that are blocked, as numbers; default: those that fit the
-- response), `uniform_reason` (one text for every block in place of the orders).
function module.open(path, options)
  options = options or {}
  for key in pairs(options) do
    if not OPTIONS[key] then error("blocklist: there is no option " .. tostring(key), 0) end
  end
  local policy = {
    default = read_setting("response", options.response or "nxdomain"),
    by_authority = {},
    obey_orders = options.obey_orders ~= false,
  }
  for key, text in pairs(options.by_authority or {}) do
    policy.by_authority[key] = read_setting("by_authority." .. key, text)
  end
  local uniform_reason = (options.uniform_reason or ""):gsub("%c+", " ")
  if #uniform_reason > MAX_TEXT then
    error("blocklist: uniform_reason: use at most " .. MAX_TEXT .. " octets", 0)
  end
  local ttl, qtypes = options.ttl or 60, options.qtypes and {}
  for _, number in ipairs(options.qtypes or {}) do qtypes[number] = true end
  local list = blocklist.open(path, options)
  list.uniform_reason = uniform_reason ~= "" and uniform_reason or nil
  local name, size = ffi.new("const uint8_t *[1]"), ffi.new("size_t[1]")
  local record = ffi.new("blk_recursor_record")

  -- The answer to a query of that type for a blocked name; nil if it is resolved all the same.
  local function answer_for(set, qtype)
    local answer = list.kept[set]
    if not answer then
      answer = make_answer(list, policy, set)
      list.kept[set] = answer
    end
    local response = answer.response
    local types = qtypes or response.of_one_type and WEB_TYPES
    if not response.is_real and (not types or types[qtype]) then return answer end
  end

  -- The hooks get light userdata, of which LuaJIT compiles nothing: so what they do is in functions of
  -- pointers, which it compiles, and what it cannot compile is done before.
  local function answer_query(query)
    C.blk_recursor_name(query, name, size)
    local set = list:set_now(name[0], size[0])
    local tag = list.edition - list.edition % 2
    local qtype = C.blk_recursor_type(query)
    local answer = set and answer_for(set, qtype)
    if not answer then
      C.blk_recursor_tag(query, tag)
      -- Another thread may still have the old image, and look for aliases in that.
      if list:is_fresh() then C.blk_recursor_variable(query, true) end
      return false
    end
    C.blk_recursor_tag(query, tag + 1)
    C.blk_recursor_rcode(query, answer.response.rcode)
    C.blk_recursor_code(query, answer.code)
    C.blk_recursor_text(query, #answer.text, answer.text)
    local addresses = answer.response.addresses
    for at = 1, addresses and #addresses or 0 do
      local address = addresses[at]
      if qtype == address.type or qtype == ANY then
        C.blk_recursor_add(query, nil, address.type, ttl, address.text, #address.text, ANSWER)
      end
    end
    return true
  end

  local function gettag_ffi(query)
    list:refresh()
    return answer_query(ffi.cast(POINTER, query))
  end

  -- The number of the set that blocks what a record leads to, and whether it does so for one type alone.
  local function led_to()
    if record.type == CNAME then return list:set_now(record.content, record.length), false end
    if record.type ~= SVCB and record.type ~= HTTPS or record.length < 3 then return end
    local target, length = record.content + 2, 1 -- after the priority
    while length < record.length - 2 and target[length - 1] > 0 do length = length + target[length - 1] + 1 end
    return length <= record.length - 2 and list:set_now(target, length), true
  end

  local function has_records(resolved, qtype)
    local at = 0
    while C.blk_resolved_record(resolved, at, record, true) do
      if record.place == ANSWER and record.type == qtype then return true end
      at = at + 1
    end
    return false
  end

  -- Answer for what leads to a blocked name. The code of an answer can be set by a policy alone, which has no
  -- REFUSED and takes no records: NODATA stands for what cannot be said.
  local function replace(resolved, response, qtype, is_by_type)
    if response.addresses and has_records(resolved, qtype) then
      C.blk_resolved_clear(resolved)
      for _, address in ipairs(response.addresses) do
        if qtype == address.type then
          C.blk_resolved_add(resolved, nil, address.type, ttl, address.text, #address.text, ANSWER, false)
        end
      end
      return
    end
    -- NXDOMAIN would deny all types of a name that is innocent itself (RFC 8020).
    local is_denied = response.rcode == NXDOMAIN and not is_by_type
    C.blk_resolved_policy(resolved, is_denied and POLICY_NXDOMAIN or POLICY_NODATA)
  end

  local function check_answer(resolved)
    local qtype = C.blk_resolved_type(resolved)
    if qtype == CNAME or qtype == ANY then return false end -- the alias itself is the answer
    local at = 0
    while C.blk_resolved_record(resolved, at, record, true) do
      at = at + 1
      local set, is_by_type = nil, false
      if record.place == ANSWER then set, is_by_type = led_to() end
      local answer = set and answer_for(set, qtype)
      if answer then
        replace(resolved, answer.response, qtype, is_by_type)
        return true
      end
    end
    return false
  end

  local function postresolve_ffi(resolved)
    list:refresh()
    return check_answer(ffi.cast(POINTER, resolved))
  end

  return {
    gettag_ffi = gettag_ffi,
    postresolve_ffi = postresolve_ffi,
    describe = function() return list:describe() end,
  }
end

return module
