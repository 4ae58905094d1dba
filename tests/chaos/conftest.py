"""Chaos uses the scenarios' harness."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "scenario"))
from kosi_test.fixtures import *  # noqa: E402,F401,F403
