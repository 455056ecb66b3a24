-- wrk: asks TARGETS (URL-encoded query strings, one a line, {n} and {g} for what varies) in turn; VARY=1 makes every request another one, DELAY is milliseconds
-- between. Requests are made ahead as far as they can be, since the load generator takes its processor time from the servers.
local targets, turn, n = {}, 0, 0
local vary, pause, path = os.getenv("VARY") == "1", tonumber(os.getenv("DELAY") or "0"), os.getenv("SERVED_AT")
local started = tonumber(os.getenv("START") or "0")
if pause > 0 then
  function delay() return math.random(0, 2 * pause) end
end
local threads = 0
function setup(thread) thread:set("offset", threads * 10000000 + started); threads = threads + 1 end
-- The parts of a request between what varies, and for each gap whether {g} stands there.
local function parts(made)
  local found, from = {}, 1
  for before, name, after in string.gmatch(made, "()({[ng]})()") do
    found[#found + 1] = { string.sub(made, from, before - 1), name == "{g}" }
    from = after
  end
  return found, string.sub(made, from)
end
function init()
  n = offset
  wrk.headers["Accept"] = "application/sparql-results+json, text/turtle;q=0.9"
  for line in string.gmatch(os.getenv("TARGETS"), "[^\n]+") do
    local made = wrk.format("GET", path .. "?" .. line)
    if vary then
      local before, last = parts(made)
      targets[#targets + 1] = { before, last }
    else
      targets[#targets + 1] = string.gsub(string.gsub(made, "{n}", "7"), "{g}", "77")
    end
  end
end
function request()
  turn, n = turn + 1, n + 1
  local target = targets[turn % #targets + 1]
  if not vary then return target end
  local made = ""
  for _, part in ipairs(target[1]) do made = made .. part[1] .. (part[2] and n % 600 or n) end
  return made .. target[2]
end
