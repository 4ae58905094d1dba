"""What the lint programs share: the tracked files, C without its comments, and the way a verdict is told."""
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def tracked():
    """Paths of the repository's files, relative to its root; of all files when there is no repository (a tarball)."""
    done = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"], capture_output=True)
    if done.returncode == 0:
        names = [Path(n) for n in done.stdout.decode().split("\0") if n]
    else:
        names = [p.relative_to(ROOT) for p in ROOT.rglob("*") if p.is_file() and p.relative_to(ROOT).parts[0] not in ("build", "node_modules")]
    return sorted(p for p in names if (ROOT / p).is_file())


def text_of(path):
    """The file's text, or None when it is none."""
    data = (ROOT / path).read_bytes()
    if b"\0" in data:
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


C_TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def without_comments(text):
    """The same text with comments blanked, so that lines stay where they are."""
    def blank(match):
        token = match.group()
        return re.sub(r"[^\n]", " ", token) if token.startswith("/") else token
    return C_TOKEN.sub(blank, text)


def strings_of(text):
    """(line, content) of every string literal."""
    for match in C_TOKEN.finditer(text):
        if match.group().startswith('"'):
            yield text.count("\n", 0, match.start()) + 1, match.group()[1:-1]


def verdict(what, complaints):
    """Prints the complaints and ends the program: 1 when there are any."""
    for complaint in complaints:
        print(complaint)
    print(f"{what}: {len(complaints)} found" if complaints else f"{what}: fine")
    sys.exit(1 if complaints else 0)
