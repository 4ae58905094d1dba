"""Kills and stops daemons at random, as the load progresses: reproducible from its seed as far as a crash can be."""
import os
import random
import signal
import threading
import time


class Mischief:
    """Strikes once for every `every` of `progress()`, however fast it grows: who finds nobody alive strikes again a little later.
    Stopped daemons go on after a while, or are killed by the node."""

    def __init__(self, node, seed, progress, every, targets=None):
        self.node, self.random, self.progress, self.every = node, random.Random(seed), progress, every
        self.done, self.struck, self.stopped = threading.Event(), [], []
        self.targets = targets or [d for d in node.daemons() if not d.startswith(".")]
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        due = self.every
        while not self.done.wait(0.005):
            self._wake()
            if self.progress() >= due and self._strike():
                due += self.every

    def _strike(self):
        target = self.random.choice(self.targets)
        how = self.random.choices([signal.SIGKILL, signal.SIGSTOP], [3, 1])[0]
        lasts = self.random.uniform(0.05, 1.5)
        pid = self.node.kill(target, how)
        if pid:
            self.struck.append((target, how.name))
            if how == signal.SIGSTOP:
                self.stopped.append((time.monotonic() + lasts, pid))
        return bool(pid)

    def _wake(self, all_of_them=False):
        for item in [i for i in self.stopped if all_of_them or i[0] < time.monotonic()]:
            self.stopped.remove(item)
            try:
                os.kill(item[1], signal.SIGCONT)
            except ProcessLookupError:
                pass

    def end(self):
        self.done.set()
        self.thread.join()
        self._wake(all_of_them=True)
