/**
 * What a state runs before its script, in Lua: it takes away what reaches out of the state, adds what LuaJIT has
 * and newer Lua lacks, and builds the objects that scripts are handed. They hold nothing but the number of their
 * run: each question goes to `host`, which knows whether that run is still the one under way.
 *
 * Methods ask in a tail call of `ask`, or by `fetch`, so that an error carries the line of the script and not one
 * of these.
 */
export const prelude: string = `
local host, yield, tostring, error, type, next = host, coroutine.yield, tostring, error, type, next

_G.host, io, package, require, dofile, loadfile, debug = nil
os = { clock = os.clock, date = os.date, difftime = os.difftime, time = os.time }
local loadAny = load
function load(chunk, name, _, ...) return loadAny(chunk, name, 't', ...) end
loadstring = load
string.dump = nil

unpack = table.unpack
table.maxn = function(t)
  local largest = 0
  for key in next, t do if type(key) == 'number' and key > largest then largest = key end end
  return largest
end
table.getn = function(t) return #t end
math.pow = function(x, y) return x ^ y end
math.mod = math.fmod
math.log10 = function(x) return math.log(x, 10) end
string.gfind = string.gmatch

-- LuaJIT cuts fractions off where it is asked for a whole number; newer Lua refuses them.
local format, truncate = string.format, math.tointeger
local function whole(x)
  if type(x) ~= 'number' or truncate(x) then return x end
  return truncate(x >= 0 and x // 1 or -(-x // 1)) or x
end
function string.format(pattern, ...)
  local values, at = table.pack(...), 0
  for specifier in tostring(pattern):gsub('%%%%', ''):gmatch('%%[%-+ #0%d.]*(%a)') do
    at = at + 1
    if specifier:find('[cdioxXu]') then values[at] = whole(values[at]) end
  end
  return format(pattern, unpack(values, 1, values.n))
end

local function signed(x)
  x = x & 0xffffffff
  return x >= 0x80000000 and x - 0x100000000 or x
end
local function int(x) return truncate(whole(x + 0)) or 0 end
local function folded(operator)
  return function(first, ...)
    local result = int(first)
    for _, x in ipairs({ ... }) do result = operator(result, int(x)) end
    return signed(result)
  end
end
bit = {
  tobit = function(x) return signed(int(x)) end,
  bnot = function(x) return signed(~int(x)) end,
  band = folded(function(a, b) return a & b end),
  bor = folded(function(a, b) return a | b end),
  bxor = folded(function(a, b) return a ~ b end),
  lshift = function(x, n) return signed(int(x) << (n & 31)) end,
  rshift = function(x, n) return signed((int(x) & 0xffffffff) >> (n & 31)) end,
  arshift = function(x, n) return signed(signed(int(x)) >> (n & 31) | (int(x) < 0 and ~(-1 >> (n & 31)) or 0)) end,
  rol = function(x, n)
    x, n = int(x) & 0xffffffff, n & 31
    return signed(x << n | x >> (32 - n))
  end,
  ror = function(x, n)
    x, n = int(x) & 0xffffffff, n & 31
    return signed(x >> n | x << (32 - n))
  end,
  tohex = function(x, n) return format('%08x', int(x) & 0xffffffff):sub(-(n or 8)) end,
}

EnvoyTimestampResolution = { MILLISECOND = 0, MICROSECOND = 1 }

local function answer(failure, ...)
  if failure ~= nil then error(failure, 2) end
  return ...
end
local function ask(operation, object, ...) return answer(host(operation, object.run, ...)) end

-- For methods that go on with the answer.
local function fetch(operation, object, ...)
  local failure, value = host(operation, object.run, ...)
  if failure ~= nil then error(failure, 3) end
  return value
end

-- Of what takes time there is an answer, or a promise of one that comes with the resumption.
local function await(operation, object, ...)
  local failure, isReady, value = host(operation, object.run, ...)
  if failure ~= nil then error(failure, 3) end
  if isReady then return value end
  return yield()
end

local function text(value, position, method)
  if type(value) == 'string' then return value end
  if type(value) == 'number' then return tostring(value) end
  local message = "bad argument #%d to '%s' (string expected, got %s)"
  error(format(message, position, method, type(value)), 3)
end

local function class(methods, events)
  local meta = events or {}
  meta.__index, meta.__metatable = methods, false
  return function(run, fields)
    fields = fields or {}
    fields.run = run
    return setmetatable(fields, meta)
  end
end

function print(...)
  local parts = table.pack(...)
  for i = 1, parts.n do parts[i] = tostring(parts[i]) end
  host('print', 0, table.concat(parts, '\\t'))
end

local function modify(headers)
  if headers.isIterating then error('header map cannot be modified while iterating', 3) end
end
local HeaderMap = class({
  add = function(self, name, value)
    modify(self)
    return ask('header.add', self, self.map, text(name, 1, 'add'), text(value, 2, 'add'))
  end,
  get = function(self, name) return ask('header.get', self, self.map, text(name, 1, 'get')) end,
  getAtIndex = function(self, name, index)
    return ask('header.getAtIndex', self, self.map, text(name, 1, 'getAtIndex'), index)
  end,
  getNumValues = function(self, name)
    return ask('header.getNumValues', self, self.map, text(name, 1, 'getNumValues'))
  end,
  remove = function(self, name)
    modify(self)
    return ask('header.remove', self, self.map, text(name, 1, 'remove'))
  end,
  replace = function(self, name, value)
    modify(self)
    return ask('header.replace', self, self.map, text(name, 1, 'replace'), text(value, 2, 'replace'))
  end,
  setHttp1ReasonPhrase = function(self, phrase)
    return ask('header.setHttp1ReasonPhrase', self, text(phrase, 1, 'setHttp1ReasonPhrase'))
  end,
}, {
  __pairs = function(self)
    if self.isIterating then error('cannot create a second iterator before completing the first', 2) end
    local lines, at = fetch('header.lines', self, self.map), -1
    self.isIterating = true
    return function()
      at = at + 2
      if lines[at] == nil then self.isIterating = false end
      return lines[at], lines[at + 1]
    end
  end,
})

local Metadata = class({ get = function(self, key) return self.values[key] end }, {
  __pairs = function(self) return next, self.values end,
})
local function metadata(self, of) return Metadata(self.run, { values = fetch('metadata', self, of) }) end

local Buffer = class({
  length = function(self) return #self.bytes end,
  getBytes = function(self, index, length)
    if index < 0 or length < 0 or index + length > #self.bytes then
      error('index/length must be >= 0 and (index + length) must be <= buffer size', 2)
    end
    return self.bytes:sub(index + 1, index + length)
  end,
  setBytes = function(self, bytes)
    bytes = text(bytes, 1, 'setBytes')
    self.bytes = bytes
    return ask('body.set', self, bytes)
  end,
})

local DynamicMetadata = class({
  get = function(self, filter) return ask('dynamicMetadata.get', self, text(filter, 1, 'get')) end,
  set = function(self, filter, key, value)
    return ask('dynamicMetadata.set', self, text(filter, 1, 'set'), text(key, 2, 'set'), value)
  end,
}, {
  __pairs = function(self) return next, fetch('dynamicMetadata.all', self) end,
})

local function fact(name) return function(self) return ask('stream', self, name) end end
local nothing = class({ get = function() return nil end })
local Ssl = class({
  peerCertificatePresented = fact('peerCertificatePresented'),
  peerCertificateValidated = fact('peerCertificateValidated'),
})
local function ssl(self)
  if fetch('stream', self, 'isSecure') then return Ssl(self.run) end
  return nil
end

local StreamInfo = class({
  protocol = fact('protocol'),
  routeName = fact('routeName'),
  virtualClusterName = fact('virtualClusterName'),
  requestedServerName = fact('requestedServerName'),
  downstreamDirectLocalAddress = fact('downstreamLocalAddress'),
  downstreamDirectRemoteAddress = fact('downstreamRemoteAddress'),
  downstreamLocalAddress = fact('downstreamLocalAddress'),
  downstreamRemoteAddress = fact('downstreamRemoteAddress'),
  downstreamSslConnection = ssl,
  dynamicMetadata = function(self) return DynamicMetadata(self.run) end,
  dynamicTypedMetadata = function() return nil end,
  filterState = function(self) return nothing(self.run) end,
  drainConnectionUponCompletion = function() end,
})
local Connection = class({ ssl = ssl })
local ConnectionStreamInfo = class({ dynamicMetadata = nothing, dynamicTypedMetadata = function() return nil end })
local Route = class({ metadata = function(self) return metadata(self, 'route') end })
local VirtualHost = class({ metadata = function(self) return metadata(self, 'virtualHost') end })

local function logger(level)
  return function(self, message) return ask('log', self, level, text(message, 1, 'log')) end
end
local function wrapped(make)
  return function(self)
    fetch('isAlive', self)
    return make(self.run)
  end
end
local function body(self, alwaysWrap)
  local bytes = await('body', self)
  if #(bytes or '') == 0 and not alwaysWrap then return nil end
  return Buffer(self.run, { bytes = bytes or '' })
end

local Handle = class({
  headers = function(self)
    fetch('isAlive', self)
    self.headerMap = self.headerMap or HeaderMap(self.run, { map = 'headers' })
    return self.headerMap
  end,
  body = body,
  bodyChunks = function(self)
    local isRead = false
    return function()
      if isRead then return nil end
      isRead = true
      return body(self)
    end
  end,
  trailers = function(self)
    if not await('trailers', self) then return nil end
    self.trailerMap = self.trailerMap or HeaderMap(self.run, { map = 'trailers' })
    return self.trailerMap
  end,
  metadata = function(self) return metadata(self, 'route') end,
  filterContext = function(self) return Metadata(self.run, { values = fetch('filterContext', self) }) end,
  streamInfo = wrapped(StreamInfo),
  connection = wrapped(Connection),
  connectionStreamInfo = wrapped(ConnectionStreamInfo),
  route = wrapped(Route),
  virtualHost = wrapped(VirtualHost),
  respond = function(self, headers, content)
    fetch('respond', self, headers, content ~= nil and text(content, 2, 'respond') or nil)
    return yield()
  end,
  httpCall = function(self, cluster, headers, content, timeoutMs, options)
    content = content ~= nil and text(content, 3, 'httpCall') or nil
    local answered = await('httpCall', self, text(cluster, 1, 'httpCall'), headers, content, timeoutMs, options)
    if answered then return answered.headers, answered.body end
  end,
  clearRouteCache = function(self) return ask('clearRouteCache', self) end,
  setUpstreamOverrideHost = function(self) return ask('setUpstreamOverrideHost', self) end,
  logTrace = logger('trace'),
  logDebug = logger('debug'),
  logInfo = logger('info'),
  logWarn = logger('warn'),
  logErr = logger('error'),
  logCritical = logger('critical'),
  base64Escape = function(self, value) return ask('base64Escape', self, text(value, 1, 'base64Escape')) end,
  timestamp = function(self, resolution) return ask('timestamp', self, resolution) end,
  timestampString = function(self, resolution) return format('%.0f', fetch('timestamp', self, resolution)) end,
  importPublicKey = function(self, der, length)
    return ask('importPublicKey', self, text(der, 1, 'importPublicKey'), length)
  end,
  verifySignature = function(self, hash, key, signature, signatureLength, data, dataLength)
    return ask('verifySignature', self, hash, key, signature, signatureLength, data, dataLength)
  end,
})

function enter(script, run) return script(Handle(run)) end
`;
