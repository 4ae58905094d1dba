-- POST of unique forms: BODY_FILE holds a body with markers @N@, which every request replaces by a number of its own; BODY_TYPE is its
-- media type (JSON unless told). GET of ever new addresses: FRESH=1 adds a query of its own to each.
-- Prints one line of JSON at the end.
local pieces, made, thread_id, path
local threads = 0

function setup(thread)
    threads = threads + 1
    thread:set("number", threads)
end

function init(args)
    math.randomseed(os.time() * 1000 + number)
    thread_id = string.format("%d-%06x", number, math.random(0, 0xffffff))
    made = 0
    local name = os.getenv("BODY_FILE")
    if name then
        local file = assert(io.open(name))
        local text = file:read("*a")
        file:close()
        pieces = {}
        for piece in (text .. "@N@"):gmatch("(.-)@N@") do
            pieces[#pieces + 1] = piece
        end
        wrk.method = "POST"
        wrk.headers["Content-Type"] = os.getenv("BODY_TYPE") or "application/json"
    end
    path = os.getenv("FRESH") and wrk.path .. "?x="
end

function request()
    made = made + 1
    if pieces then
        return wrk.format(nil, nil, nil, table.concat(pieces, thread_id .. "-" .. made))
    end
    return wrk.format("GET", path and path .. thread_id .. made or nil)
end

function done(summary, latency, requests)
    local e = summary.errors
    io.write(string.format('\nRESULT {"requests": %d, "duration_us": %d, "p50_us": %d, "p99_us": %d, "bad_status": %d, "broken": %d}\n',
        summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), e.status, e.connect + e.read + e.write + e.timeout))
end
