-- POST of unique forms: BODY_FILE holds a body with the marker @N@, which every request replaces by a number of its own.
-- Prints one line of JSON at the end.
local head, tail, made, thread_id
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
        local from, to = text:find("@N@", 1, true)
        head, tail = text:sub(1, from - 1), text:sub(to + 1)
        wrk.method = "POST"
        wrk.headers["Content-Type"] = "application/json"
    end
end

function request()
    if not head then
        return wrk.format("GET")
    end
    made = made + 1
    return wrk.format(nil, nil, nil, head .. thread_id .. "-" .. made .. tail)
end

function done(summary, latency, requests)
    local e = summary.errors
    io.write(string.format('\nRESULT {"requests": %d, "duration_us": %d, "p50_us": %d, "p99_us": %d, "bad_status": %d, "broken": %d}\n',
        summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), e.status, e.connect + e.read + e.write + e.timeout))
end
