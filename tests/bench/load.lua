-- wrk: asks TARGETS (URL-encoded query strings, one a line, {n} for what varies) in turn; VARY=1 makes every request another one, DELAY is milliseconds between.
local targets, turn, n = {}, 0, 0
for line in string.gmatch(os.getenv("TARGETS"), "[^\n]+") do targets[#targets + 1] = line end
local vary, pause, path = os.getenv("VARY") == "1", tonumber(os.getenv("DELAY") or "0"), os.getenv("SERVED_AT")
local started = tonumber(os.getenv("START") or "0")
if pause > 0 then
  function delay() return math.random(0, 2 * pause) end
end
local threads = 0
function setup(thread) thread:set("offset", threads * 10000000 + started); threads = threads + 1 end
function init() n = offset; wrk.headers["Accept"] = "application/sparql-results+json, text/turtle;q=0.9" end
function request()
  turn, n = turn + 1, n + 1
  local made = string.gsub(targets[turn % #targets + 1], "{n}", vary and tostring(n) or "7")
  made = string.gsub(made, "{g}", vary and tostring(n % 600) or "77")
  return wrk.format("GET", path .. "?" .. made)
end
