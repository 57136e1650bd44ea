-- A wrk script: sends the requests of the corpus in order and prints the result as JSON.

local requests
local index = 0

function init(arguments)
  requests = dofile(arguments[1])
end

function request()
  index = index % #requests + 1
  return requests[index]
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
