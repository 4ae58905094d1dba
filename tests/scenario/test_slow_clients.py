"""Clients that take their time: each part of a request has one deadline, whatever comes meanwhile.

covers: registry.Vocabulary
"""
import re
import socket
import threading
import time

READ = "/api/v1/vocabulary"
HEAD = b"GET " + READ.encode() + b" HTTP/1.1\r\nHost: a\r\n"
DRIPS = {  # what is sent at once, what then comes byte by byte, and when it is cut (seconds)
    "says nothing": (b"", None, 10), "head": (HEAD, b"X", 10), "second head": (HEAD + b"\r\n" + HEAD, b"X", 10),
    "short body": (b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n", b"x", 10),
    "long body": (b"POST /api/v1/forms/x/submissions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 200000\r\n\r\n", b"x", 30),
    "chunks": (b"POST /api/v1/forms/x/submissions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", 30),
}


def drip(port, first, piece, ends, name):
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(first)
        client.settimeout(0.25)
        try:
            while time.monotonic() - began < 60:
                if piece:
                    client.sendall(piece)
                try:
                    if client.recv(65536) == b"":
                        break
                except socket.timeout:
                    pass
        except OSError:
            pass
    ends[name] = time.monotonic() - began


def test_whoever_drips_is_cut_by_one_deadline(fresh):
    """Bytes that keep coming move no deadline; meanwhile others are served."""
    ends = {}
    threads = [threading.Thread(target=drip, args=(fresh.port, first, piece, ends, name)) for name, (first, piece, _) in DRIPS.items()]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        fresh.http.get(READ).expect(200)
        threads[-1].join(0.5)
    for name, (_, _, seconds) in DRIPS.items():
        assert seconds - 1 < ends[name] < seconds + 15, ends
    cut = re.search(r'kosi_http_connections_cut_total\{gateway="1"\} (\d+)', fresh.ops.get("/metrics").text)
    assert int(cut.group(1)) >= len(DRIPS)
