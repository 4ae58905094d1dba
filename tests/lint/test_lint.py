"""The lint programs see what they are there for: each is run on a small tree with one fault in it."""
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
LONG = "int f(void) {\n" + "    g();\n" * 60 + "}\n"
MANUAL = ".TH KOSI\\-BROKER 8 \"\" \"KoSI\"\n" + "".join(f".SH {s}\nword \\fIword\\fR\n" for s in (
    "NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "FILES", "SIGNALS", "EXIT STATUS", "SEE ALSO")) + ".BR kosi\\-broker (8)\n"
PAGE = "services/broker/kosi-broker.8"
QUERY = """static const char a[] = "CREATE TABLE mail (n INTEGER PRIMARY KEY, about TEXT) STRICT;"
    "CREATE INDEX mail_about ON mail(about) WHERE about <> '';";
const struct store_migration x[] = {{1, 1, a}};
#define BY "about = ?1"
"""
FAULTS = [
    ("accessibility", "docs/accessibility.md", "| 1.1.1 | A | Non-text Content | No pictures. | by hand: us |\n"),
    ("accessibility", "docs/accessibility.md", "`test_nobody.py::test_knows`\n"),
    ("layers", "services/common/base/a.c", '#include "services/common/mesh/mesh.h"\n'),
    ("layers", "services/common/base/a.c", '#include "kosi/submissions.pb-c.h"\n'),
    ("layers", "services/common/store/a.c", '#include "services/common/contract/contract.h"\n'),
    ("layers", "services/registry/a.c", '#include "services/submissions/form.h"\n'),
    ("layers", "services/registry/a.c", '#include "submissions.handlers.h"\n'),
    ("layers", "services/common/mesh/a.h", '#include "gateway/gateway.h"\n'),
    ("layers", "gateway/a.cc", '#include "services/registry/entry.h"\n'),
    ("layers", "deploy/cli/a.c", '#include "local.h"\n'),
    ("mailwords", "services/notifications/mail_kind.h", '    X(ECHO, "echo", NULL, false, false, "receipt")\n'),
    ("mailwords", "services/notifications/a.c", 'rc = ledger_drop(call, id, -1, "weather");\n'),
    ("methods", "proto/kosi/x.proto", "service Events {\n  rpc Book(A) returns (B) {}\n}\n"),
    ("queries", "services/notifications/migrations.c", QUERY + 'const char *b = "SELECT n FROM mail WHERE " BY;\n'),
    ("texts", "gateway/a.c", 'const char *t = "Für alle";\n'),
    ("texts", "gateway/templates/a.tpl", "<p>{{X}} Hello</p>\n"),
    ("texts", "gateway/templates/a.tpl", '<img alt="A picture">\n'),
    ("shape", "gateway/a.c", LONG),
    ("shape", "gateway/a.h", "\n" * 151),
    ("shape", "gateway/a.c", "\n" * 601),
    ("manuals", "services/notes/main.c", "int main(void) {\n}\n"),
    ("manuals", PAGE, MANUAL.replace("BROKER", "BROKE")),
    ("manuals", PAGE, MANUAL.replace(".SH SIGNALS", ".SH NOISES")),
    ("manuals", PAGE, MANUAL.replace("\\fR", "")),
    ("manuals", PAGE, MANUAL + ".XX a request nobody knows\n"),
    ("manuals", PAGE, MANUAL + ".BR kosi\\-nobody (8)\n"),
    ("strays", "README.md", "see /" "work/shared\n"),
    ("strays", "package-lock.json", "https://registry.npm" "js.org/x\n"),
    ("strays", "README.md", "write to someone@" "dortmund.de\n"),
]
FINE = [
    ("layers", "services/registry/a.c", '// #include "gateway/x.h"\n#include "services/common/mesh/mesh.h"\n#include "registry.handlers.h"\n#include "kosi/log.pb-c.h"\n'),
    ("methods", "proto/kosi/x.proto", "service Broker {\n  // rpc Old(A) returns (B) {}\n  rpc Status(A) returns (B) {}\n}\n"),
    ("queries", "services/notifications/migrations.c", QUERY + 'const char *b = "SELECT n FROM mail WHERE " BY " AND about <> \'\'";\n'),
    ("texts", "gateway/a.c", '// Für alle\nconst char *t = "for all"; /* "Für" */\n'),
    ("texts", "gateway/templates/a.tpl", '<p class="kern-text">{{X}} [[page.title]] &amp; · 5</p><input type="hidden" value="yes">\n'),
    ("shape", "gateway/a.c", "int f(void);\nint f(void) {\n}\n" * 20),
    ("manuals", PAGE, MANUAL),
    ("strays", "README.md", "a@example.org /workspace tests/work\n"),
]


def run(lint, tmp_path, name, content):
    (tmp_path / "tests/scenario").mkdir(parents=True)
    (tmp_path / "proto").mkdir()
    (tmp_path / "proto/status.proto").write_text("service Broker {\n  rpc Status(A) returns (B) {}\n}\n")
    (tmp_path / "tests/scenario/test_x.py").write_text("# covers: broker.Status\n")
    (tmp_path / PAGE).parent.mkdir(parents=True)
    (tmp_path / PAGE).with_name("main.c").write_text("int main(void) {\n}\n")
    (tmp_path / PAGE).write_text(MANUAL)
    shutil.copytree(HERE, tmp_path / "tests/lint", ignore=shutil.ignore_patterns("__pycache__", ".pytest_cache", "test_*"))
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text(content)
    return subprocess.run([tmp_path / "tests/lint" / lint], capture_output=True, text=True)


@pytest.mark.parametrize("lint,name,content", FAULTS)
def test_a_fault_is_found(lint, name, content, tmp_path):
    done = run(lint, tmp_path, name, content)
    assert done.returncode == 1 and name in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize("lint,name,content", FINE)
def test_what_is_fine_passes(lint, name, content, tmp_path):
    done = run(lint, tmp_path, name, content)
    assert done.returncode == 0, done.stdout + done.stderr
