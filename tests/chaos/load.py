"""Clients that do what good clients do: repeat with the same key until they have an answer."""
import http.client
import json
import queue
import threading
import time

from kosi_test import Http

REPEAT = {429, 500, 502, 503, 504}
PATIENCE_S = 60


class Refused(Exception):
    pass


def insist(client, method, path, body, key):
    """Sends until there is an answer that is one. Returns (answer, tries)."""
    end, tries = time.monotonic() + PATIENCE_S, 0
    data = json.dumps(body).encode()
    while time.monotonic() < end:
        tries += 1
        try:
            answer = client.request(method, path, body=data, headers={"Content-Type": "application/json"}, key=key)
            if answer.status not in REPEAT:
                return answer, tries
            wait = float(answer.header("Retry-After") or 0)
        except (OSError, http.client.HTTPException):
            client.close()
            wait = 0
        time.sleep(min(wait, 0.2) or 0.02)  # a crowd that comes back at once would be another test
    raise Refused(f"{method} {path} with key {key}: no answer in {PATIENCE_S} s")


class Crowd:
    """Threads that work off numbered tasks. work(client, number) runs with a connection of the thread's own."""

    def __init__(self, port, threads, tasks, work, token=None):
        self.tasks, self.work, self.errors = queue.SimpleQueue(), work, []
        for number in tasks:
            self.tasks.put(number)
        self.threads = [threading.Thread(target=self._run, args=(port, token), daemon=True) for _ in range(threads)]
        for t in self.threads:
            t.start()

    def _run(self, port, token):
        client = Http(port, timeout=8, token=token)
        while not self.errors:
            try:
                number = self.tasks.get_nowait()
            except queue.Empty:
                return
            try:
                self.work(client, number)
            except Exception as e:  # told by join()
                self.errors.append(e)

    def alive(self):
        return any(t.is_alive() for t in self.threads)

    def join(self):
        for t in self.threads:
            t.join()
        if self.errors:
            raise self.errors[0]
