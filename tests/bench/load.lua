-- For wrk: the corpus, one request after another, and at the end how it went, as JSON.

local requests
local turn = 0

function init(arguments)
  requests = dofile(arguments[1])
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function done(summary, latency)
  local failed, stalls = 0, 0
  for _, count in pairs(summary.errors) do
    failed = failed + count
  end
  for i = 1, #latency do
    local microseconds, count = latency(i)
    if microseconds > 10000 then
      stalls = stalls + count
    end
  end
  local numbers = {
    requests = summary.requests,
    seconds = summary.duration / 1e6,
    failed = failed,
    p50 = latency:percentile(50) / 1e3,
    p99 = latency:percentile(99) / 1e3,
    p999 = latency:percentile(99.9) / 1e3,
    slowest = latency.max / 1e3,
    stalls = stalls,
  }
  local members = {}
  for name, number in pairs(numbers) do
    table.insert(members, string.format('"%s": %.15g', name, number))
  end
  print("{" .. table.concat(members, ", ") .. "}")
end
