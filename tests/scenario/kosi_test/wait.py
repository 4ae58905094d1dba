"""Waiting for a condition with a deadline."""
import time

from .paths import PATIENCE

WAITING = max(PATIENCE, 3)   # a deadline that passes says that something hangs, not that the machine is busy


def wait_until(condition, deadline=10.0, what=None, every=0.005):
    """Returns the condition's first true value; fails with what was waited for when the deadline (seconds, on a machine at rest) passes."""
    end = time.monotonic() + deadline * WAITING
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {deadline * WAITING:g} s: {what or condition}")
        time.sleep(every)


def best_of_three(measure, most):
    """One round within `most` is enough, since other programs use this machine too; fails with what every round took."""
    rounds = []
    while len(rounds) < 3:
        rounds.append(measure())
        if rounds[-1] <= most:
            return
    raise AssertionError(f"not within {most:g} in any round: {rounds}")
