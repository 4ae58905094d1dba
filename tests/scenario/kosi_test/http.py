"""HTTP as a client speaks it: keep-alive, JSON and forms, and raw bytes for what no library would send."""
import http.client
import json
import select
import socket
import urllib.parse


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def header(self, name):
        return self.headers.get(name)

    @property
    def text(self):
        return self.body.decode("utf-8")

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        """The problem's code; None when the answer is no problem."""
        if not (self.header("Content-Type") or "").startswith("application/problem+json"):
            return None
        return self.json["code"]

    @property
    def faults(self):
        """{field: code} of a problem."""
        return {e["field"]: e["code"] for e in self.json.get("errors", [])}

    def expect(self, status, code=None):
        """Itself, when status and code are these; fails with the whole answer otherwise."""
        found = self.code
        assert self.status == status and found == code, f"expected {status} {code}, got {self.status} {found}: {self.body[:2000]!r}"
        return self

    def __repr__(self):
        return f"<{self.status} {self.body[:300]!r}>"


class Http:
    """One connection, opened when needed and kept. Not for several threads."""

    def __init__(self, port, host="127.0.0.1", timeout=20, language=None, token=None):
        self.port, self.host, self.timeout = port, host, timeout
        self.language, self.token = language, token
        self._connection = None

    def close(self):
        if self._connection:
            self._connection.close()
            self._connection = None

    def request(self, method, path, json_body=None, form=None, body=None, headers=None, key=None, query=None):
        sent = {}
        if self.language:
            sent["Accept-Language"] = self.language
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if json_body is not None:
            body = json.dumps(json_body, ensure_ascii=False).encode("utf-8", "surrogatepass")
            sent["Content-Type"] = "application/json"
        if form is not None:
            body = urllib.parse.urlencode(form, doseq=True).encode()
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        if key is not None:
            sent["Idempotency-Key"] = key
        if query:
            path += "?" + urllib.parse.urlencode(query, doseq=True)
        sent.update(headers or {})
        return self._exchange(method, path, body, sent)

    # Nothing was asked: what there is to read is the end. A POST is not sent again, so it must not go there.
    def _close_when_idle_too_long(self):
        if self._connection and select.select([self._connection.sock], [], [], 0)[0]:
            self.close()

    def _exchange(self, method, path, body, headers):
        self._close_when_idle_too_long()
        kept = self._connection is not None
        try:
            return self._once(method, path, body, headers)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            self.close()
            if not kept or method not in ("GET", "HEAD"):  # an idle connection may have been closed meanwhile
                raise
            return self._once(method, path, body, headers)
        except Exception:
            self.close()
            raise

    def _once(self, method, path, body, headers):
        if self._connection is None:
            self._connection = http.client.HTTPConnection(self.host, self.port, timeout=self.timeout)
            self._connection.connect()
            self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connection.request(method, path, body=body, headers=headers)
        response = self._connection.getresponse()
        answer = Answer(response.status, response.headers, response.read())
        if response.will_close:
            self.close()
        return answer

    def get(self, path, **more):
        return self.request("GET", path, **more)

    def post(self, path, json_body=None, **more):
        return self.request("POST", path, json_body=json_body, **more)

    def put(self, path, json_body=None, **more):
        return self.request("PUT", path, json_body=json_body, **more)

    def delete(self, path, **more):
        return self.request("DELETE", path, **more)


def raw_exchange(port, data, host="127.0.0.1", timeout=5, finish=False):
    """Sends bytes as they are and returns everything that comes back until the server closes or falls silent.
    data may be a list of pieces; finish: close our sending side afterwards."""
    pieces = [data] if isinstance(data, bytes) else data
    received = bytearray()
    with socket.create_connection((host, port), timeout=timeout) as connection:
        try:
            for piece in pieces:
                connection.sendall(piece)
            if finish:
                connection.shutdown(socket.SHUT_WR)
            while True:
                part = connection.recv(65536)
                if not part:
                    break
                received += part
        except (socket.timeout, ConnectionResetError, BrokenPipeError):
            pass
    return bytes(received)


def raw_status(received):
    """Status of the first answer in raw bytes; None when there is none."""
    parts = received.split(b" ", 2)
    return int(parts[1]) if len(parts) > 1 and parts[0].startswith(b"HTTP/") else None
