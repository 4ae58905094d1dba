"""Where the binaries, the generated messages and the tree are."""
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
BIN = Path(os.environ.get("KOSI_BIN", ROOT / "build" / "release" / "bin")).resolve()
GEN = Path(os.environ.get("KOSI_GEN", BIN.parent / "gen")).resolve()
SANITIZED = os.environ.get("KOSI_SANITIZED", "") == "1"
# Instrumented binaries on a loaded machine: conditions stay the same, deadlines stretch.
PATIENCE = float(os.environ.get("KOSI_PATIENCE", "4" if SANITIZED else "1"))

if str(GEN / "python") not in sys.path:
    sys.path.insert(0, str(GEN / "python"))
