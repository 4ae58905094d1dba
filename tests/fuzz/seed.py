#!/usr/bin/python3
"""Writes the first inputs of the fuzz targets and a dictionary, from the contract and the cities' files.

usage: seed.py GEN_DIR CITIES_DIR OUT_DIR      (OUT_DIR/NAME/* are inputs of target NAME, OUT_DIR/words.dict is the dictionary)
"""
import importlib
import json
import sys
from pathlib import Path
from urllib.parse import urlencode

TEXTS = {"SLUG": "idea", "EMAIL": "a@example.org", "URL": "https://example.org/x", "UUID": "01a200fe-c45d-760b-b0af-64e5158c246f",
         "DATE": "2026-01-15", "TOKEN": "Zm9v", "LANGUAGE": "de", "LOGIN": "a.b"}
JSON_WORDS = ["{", "}", "[", "]", ":", ",", "\\\"", "null", "true", "false", "\\\\u0000", "\\\\ud800", "\\\\udc00", "1e999", "-0", "0.1",
              "18446744073709551616", "\\\\n", "\\xff", "\\xed\\xa0\\x80", "\\x00"]


def sample(message, options, depth=0):
    """Sets every field to something that fits."""
    for field in message.DESCRIPTOR.fields:
        repeated = field.label == field.LABEL_REPEATED
        if field.type == field.TYPE_MESSAGE:
            sample(getattr(message, field.name).add() if repeated else getattr(message, field.name), options, depth + 1)
            if not repeated:
                getattr(message, field.name).SetInParent()
            continue
        value = scalar(field, options)
        getattr(message, field.name).append(value) if repeated else setattr(message, field.name, value)


def scalar(field, options):
    if field.type == field.TYPE_STRING:
        rules = field.GetOptions().Extensions[options.field]
        return TEXTS.get(options.Format.Name(rules.format), "für")
    if field.type == field.TYPE_BYTES:
        return b"0123456789abcdef"
    if field.type == field.TYPE_ENUM:
        return field.enum_type.values[0].number
    if field.type == field.TYPE_BOOL:
        return True
    return 1.5 if field.type in (field.TYPE_DOUBLE, field.TYPE_FLOAT) else 7


def write(folder, name, data):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def messages(modules):
    found = {}
    for module in modules:
        for name in module.DESCRIPTOR.message_types_by_name:
            found[name] = getattr(module, name)
    return dict(sorted(found.items()))


def seed_messages(out, found, options):
    for index, (name, cls) in enumerate(found.items()):
        message = cls()
        sample(message, options)
        prefix = index.to_bytes(2, "big")
        write(out / "messages", name, prefix + message.SerializeToString())
        write(out / "messages", name + ".empty", prefix)
    bomb = list(found).index("FormFile").to_bytes(2, "big") + b"\x3a\x00" * 1500
    write(out / "messages", "bomb", bomb)


def seed_envelopes(out, found, services):
    calls = [("REQUEST", s.lower(), m.name, m.input_type.name) for s, d in services for m in d.methods]
    calls += [("HELLO", "", "", "Hello"), ("PONG", "", "", "WorkerState"), ("HINT", "", "", "Hint"), ("REPLY", "", "", "Problem"),
              ("PING", "", "", "StatusRequest")]
    for kind, service, method, body_name in calls:
        body = found[body_name]()
        sample(body, sys.modules["kosi.options_pb2"])
        actor = found["SignedActor"](actor=found["Actor"](id="a", login="b").SerializeToString(), signature=b"s" * 64)
        envelope = found["Envelope"](version=1, kind=sys.modules["kosi.envelope_pb2"].Kind.Value(kind), service=service, method=method,
                                     request_id=b"0" * 16, time_left_ms=5000, actor=actor.SerializeToString()).SerializeToString()
        write(out / "envelope", f"{kind}-{service}-{method}", len(envelope).to_bytes(2, "big") + envelope + body.SerializeToString())


def seed_files(out, cities):
    for file in sorted(cities.glob("*/forms/*.json")):
        write(out / "form_file", f"{file.parts[-3]}-{file.name}", b"\x01" + file.read_bytes())
        write(out / "json", f"{file.parts[-3]}-{file.name}", file.read_bytes())
        form = json.loads(file.read_text())
        answers = {q["id"]: "2026-01-15" if q["type"] == "date" else "idea" for q in form.get("questions", [])}
        contact = {"name": "A", "email": "a@example.org", "language": "de"}
        write(out / "form", file.name, b"\x01" + json.dumps({"form_version": 1, "answers": answers, "contact": contact, "consents": ["x"]}).encode())
        pairs = list(answers.items()) + [("contact." + k, v) for k, v in contact.items()] + [("consents", "x"), ("consents", "y"), ("title", "z")]
        write(out / "form", file.name + ".pairs", b"\x00" + urlencode(pairs).encode())
    for file in sorted(cities.glob("*/vocabulary.json")):
        write(out / "form_file", f"{file.parts[-2]}-vocabulary", b"\x00" + file.read_bytes())


def seed_small(out):
    for i, text in enumerate(["{}", "[1,-2.5e3,true,false,null,\"a\\u00e4\\ud83d\\ude00\\n\"]", "[[[]]]", "{\"a\":{\"b\":[]}}", "1e308", "\"x\""]):
        write(out / "json", str(i), text.encode())
    for i, text in enumerate(["Lastenräder für die STRASSE", "u\u0308 ﬁ ½ Łódź", "a.b@example.org", "https://example.org:8080/ä?x#y", "7F3K-92QX",
                              "2026-01-15T14:30:00.5+01:00", "2024-02-29", "Zm9vYmFy", "01a200fe-c45d-760b-b0af-64e5158c246f", "\u1e9b\u0323 \ufdfa"]):
        write(out / "text", str(i), text.encode())


def seed_edge(out):
    field = "--x\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nfür\r\nalle\r\n"
    file = "--x\r\nContent-Disposition: form-data; name=photo; filename=\"a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n\xff\r\n"
    for i, text in enumerate([field + "--x--\r\n", field + file + field + "--x--", "--x--", "multipart/form-data; boundary=\"a b\"; q=1",
                              "127.0.0.1, 10.0.0.0/8, fd00::/8", "for=192.0.2.1;proto=http, For=\"[2001:db8::1]:4711\"", "192.0.2.1:80, ::1"]):
        write(out / "edge", str(i), b"\x05" + text.encode())


def seed_reports(out):
    original = "--x\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <Zm9vYmFy@example.org>\r\nSubject: x\r\n\r\nfür\r\n--x--\r\n"
    parts = {"failed": ("delivery-status", "Reporting-MTA: dns; a\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.2.2 x\r\n"),
             "delayed": ("delivery-status", "\r\nAction: delayed\r\nStatus: 4.4.1 (x)\r\n"),
             "complaint": ("feedback-report", "Feedback-Type: abuse\r\nVersion: 1\r\n")}
    for name, (kind, fields) in parts.items():
        head = f"Content-Type: multipart/report; report-type={kind}; boundary=x\r\nIn-Reply-To: <YQ@example.org>\r\n\r\n"
        write(out / "report", name, (head + f"--x\r\nContent-Type: message/{kind}\r\n\r\n" + fields + original).encode())


def dictionary(found, services):
    words = {f.name for cls in found.values() for f in cls.DESCRIPTOR.fields}
    words |= {w for s, d in services for w in [s.lower()] + [m.name for m in d.methods]}
    lines = [f'"{w}"' for w in sorted(words)] + [f'"\\"{w}\\":"' for w in sorted(words)] + [f'"{w}"' for w in JSON_WORDS]
    return "\n".join(lines) + "\n"


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    gen, cities, out = map(Path, sys.argv[1:])
    sys.path.insert(0, str(gen / "python"))
    options = importlib.import_module("kosi.options_pb2")
    names = sorted(p.stem for p in (gen / "python" / "kosi").glob("*_pb2.py"))
    modules = [importlib.import_module("kosi." + n) for n in names if n != "options_pb2"]
    found = messages(modules)
    services = [(n, d) for m in modules for n, d in m.DESCRIPTOR.services_by_name.items()]
    seed_messages(out, found, options)
    seed_envelopes(out, found, services)
    seed_files(out, cities)
    seed_small(out)
    seed_edge(out)
    seed_reports(out)
    (out / "words.dict").write_text(dictionary(found, services))


main()
