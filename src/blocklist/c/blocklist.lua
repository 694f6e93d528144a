--[[ blocklist.lua: asks a blocklist image from LuaJIT, through libblocklist; for dnsdist, Knot
Resolver, PowerDNS Recursor (see recursor.lua) and others that have LuaJIT's FFI.

    local list = require("blocklist").open("/var/lib/blocklist/it.blk")
    list:is_blocked("www.example.com")            -- text
    list:is_blocked_wire(pointer, length)         -- wire format, or a string of it
    local code, orders = list:reason(wire)        -- 16 or 15 (RFC 8914) and ids of orders, or nil

A new image at the path is taken at the next question, at most one look each `check_every` seconds. One
that is damaged, missing or has lost more than `max_shrink` of its rules is not taken: the last good
one stays in use, and `log` is called once. The old one is released at once.

Not for two threads at once, as nothing in Lua is: open one for each Lua state. All in a process that open
one file have one copy of it in memory, which nothing that is done to the file changes. With `share` the
file is mapped, and other processes have the same memory; replace it then only by a rename. Asking
allocates nothing. ]]

local has_ffi, ffi = pcall(require, "ffi")
if not has_ffi then
  error("blocklist: this program was built with a Lua without FFI, and libblocklist needs that; use a build "
    .. "with LuaJIT, or a file of `blocklist export`", 0)
end

ffi.cdef [[
typedef struct blk_list blk_list;
uint32_t blk_abi(void);
int blk_open_file(blk_list **, const char *, uint32_t);
void blk_close(blk_list *);
const char *blk_error_text(int);
int blk_query(const blk_list *, const char *, size_t);
int blk_query_wire(const blk_list *, const uint8_t *, size_t);
int blk_reason(const blk_list *, const uint8_t *, size_t, char *, size_t);
int blk_uniform_reason(const blk_list *, const uint8_t *, size_t, const char *, char *, size_t);
uint32_t blk_query_set(const blk_list *, const uint8_t *, size_t);
int blk_set_reason(const blk_list *, uint32_t, char *, size_t);
const char *blk_set_text(const blk_list *, uint32_t, uint32_t, int);
int blk_is_current(const blk_list *, const char *);
uint32_t blk_edition(const blk_list *);
uint32_t blk_rules(const blk_list *);
const char *blk_digest(const blk_list *);
char *strerror(int);
]]

local ABI, VERIFY, COPY, ONCE, ERROR_SYSTEM, ROOM = 1, 1, 2, 4, -5, 256
local AUTHORITY, RESPONSE, NOT_BLOCKED = 0, 1, 0xffffffff
local CENSORED = 16 -- RFC 8914

local List = {}
List.__index = List

local function open_image(library, path, share)
  local opened = ffi.new("blk_list *[1]")
  local code = library.blk_open_file(opened, path, share and VERIFY or COPY + ONCE)
  if code == 0 then
    -- A closure, which keeps the library loaded until its last image is closed.
    return ffi.gc(opened[0], function(image) library.blk_close(image) end)
  end
  local text = code == ERROR_SYSTEM and ffi.C.strerror(ffi.errno()) or library.blk_error_text(code)
  return nil, path .. ": " .. ffi.string(text)
end

local function rules(list) return tonumber(list.library.blk_rules(list.image)) end

-- Take the image that is at the path now, or say why not.
local function take(list)
  local image, problem = open_image(list.library, list.path, list.share)
  if not image then return nil, problem end
  local had, has = rules(list), tonumber(list.library.blk_rules(image))
  if has < had * (1 - list.max_shrink) then
    return nil, string.format("%s: %d %s instead of %d", list.path, has, has == 1 and "rule" or "rules", had)
  end
  local old = list.image
  list.image, list.edition, list.kept = image, list.library.blk_edition(image), {}
  list.taken = list.looked
  -- Now, and not when Lua collects it: to Lua it is so small that this may take hours.
  ffi.gc(old, nil)
  list.library.blk_close(old)
  return true
end

local function look(list)
  local now = os.time()
  if math.abs(now - list.looked) < list.check_every then return end -- the clock may be set back
  list.looked = now
  if list.library.blk_is_current(list.image, list.path) == 1 then
    list.problem = nil
    return
  end
  local taken, problem = take(list)
  if problem and problem ~= list.problem then
    list.log("blocklist: " .. problem .. "; the last good image stays in use")
  elseif taken then
    list.log("blocklist: " .. list:describe())
  end
  list.problem = problem
end

-- Whether a rule blocks a name as text. What is no name is not blocked.
function List:is_blocked(text)
  look(self)
  return self.library.blk_query(self.image, text, #text) == 1
end

-- The same for uncompressed wire format: a string, or a pointer and a length.
function List:is_blocked_wire(wire, length)
  look(self)
  return self.library.blk_query_wire(self.image, wire, length or #wire) == 1
end

-- INFO-CODE and EXTRA-TEXT for the answer to a client (the ids of the orders, or the uniform reason); nil
-- if not blocked.
function List:reason(wire, length)
  look(self)
  local code
  if self.uniform_reason then
    code = self.library.blk_uniform_reason(self.image, wire, length or #wire, self.uniform_reason, self.buffer, ROOM)
  else
    code = self.library.blk_reason(self.image, wire, length or #wire, self.buffer, ROOM)
  end
  if code ~= 0 then return code, ffi.string(self.buffer) end
end

-- The number of the set of orders that block a name in wire format; nil if it is not blocked. Keep what
-- you make for a set in `list.kept`, which is empty again with each new image: its numbers mean others.
function List:set(wire, length)
  look(self)
  return self:set_now(wire, length)
end

-- Look for a new image, as each question does but those of `set_now`.
List.refresh = look

-- As `set`, without a look for a new image. LuaJIT compiles it.
function List:set_now(wire, length)
  local set = self.library.blk_query_set(self.image, wire, length or #wire)
  if set ~= NOT_BLOCKED then return set end
end

-- As `reason`, for a number of `set`, before another question is asked. The uniform reason is returned
-- uncut, as it was given.
function List:set_reason(set)
  if self.uniform_reason then return CENSORED, self.uniform_reason end
  local code = self.library.blk_set_reason(self.image, set, self.buffer, ROOM)
  return code, ffi.string(self.buffer)
end

-- The orders of a set: a list of {authority = key, response = what the order demands or ""}. It is to
-- choose an answer by, not to be shown: confidential ones are in it.
function List:set_orders(set)
  local orders, text = {}, self.library.blk_set_text
  local authority = text(self.image, set, 0, AUTHORITY)
  while authority ~= nil do
    local response = text(self.image, set, #orders, RESPONSE)
    orders[#orders + 1] = {authority = ffi.string(authority), response = ffi.string(response)}
    authority = text(self.image, set, #orders, AUTHORITY)
  end
  return orders
end

-- Whether the image was taken so lately that other threads may not have taken it yet.
function List:is_fresh() return math.abs(self.looked - self.taken) <= self.check_every + 1 end

-- A sentence for logs.
function List:describe()
  local digest = ffi.string(self.library.blk_digest(self.image), 12)
  return string.format("%s: %d rules, image %s", self.path, rules(self), digest)
end

local module = {}

-- Open an image; an error if it cannot be opened. Options: `library` (its path, else the system's
-- search path), `check_every` (seconds), `max_shrink` (part of the rules), `share` (map the file), `log`
-- (a function of a sentence), `uniform_reason` (one text for every blocked name, in place of the orders).
function module.open(path, options)
  options = options or {}
  local library = ffi.load(options.library or "blocklist")
  if library.blk_abi() ~= ABI then error("libblocklist has another ABI than blocklist.lua", 2) end
  local image, problem = open_image(library, path, options.share)
  if not image then error("blocklist: " .. problem, 2) end
  return setmetatable({
    library = library,
    image = image,
    edition = library.blk_edition(image),
    kept = {},
    path = path,
    share = options.share,
    uniform_reason = options.uniform_reason ~= "" and options.uniform_reason or nil,
    buffer = ffi.new("char[?]", ROOM),
    check_every = options.check_every or 5,
    max_shrink = options.max_shrink or 0.2,
    log = options.log or function(text) io.stderr:write(text, "\n") end,
    looked = os.time(),
    taken = os.time(),
  }, List)
end

return module
