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
  local failed = 0
  for _, count in pairs(summary.errors) do
    failed = failed + count
  end
  local numbers = {
    requests = summary.requests,
    seconds = summary.duration / 1e6,
    failed = failed,
    p50 = latency:percentile(50) / 1e3,
    p99 = latency:percentile(99) / 1e3,
  }
  local members = {}
  for name, number in pairs(numbers) do
    table.insert(members, string.format('"%s": %.15g', name, number))
  end
  print("{" .. table.concat(members, ", ") .. "}")
end
