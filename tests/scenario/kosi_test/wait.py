"""Waiting for a condition with a deadline."""
import time

from .paths import PATIENCE


def wait_until(condition, deadline=10.0, what=None, every=0.005):
    """Returns the condition's first true value; fails with what was waited for when the deadline (seconds) passes."""
    end = time.monotonic() + deadline * PATIENCE
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {deadline * PATIENCE:g} s: {what or condition}")
        time.sleep(every)
