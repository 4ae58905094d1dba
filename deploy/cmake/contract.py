#!/usr/bin/python3
"""Turns the options of proto/kosi/*.proto into C: contract_tables.c, and <service>.handlers.h and .c per service.

usage: contract.py DESCRIPTOR_SET PYTHON_DIR OUT_DIR SERVICE...
DESCRIPTOR_SET is protoc's (with imports); PYTHON_DIR holds kosi/options_pb2.py made by protoc --python_out.
SERVICE... are the folders of services/ that hold one: the contract must name the same.
"""
import re
import sys
from pathlib import Path

from google.protobuf import descriptor_pb2

TEXT_DEFAULT_MAX = 200


def snake(name):
    """As protoc-c: SignIn -> sign_in."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def c_text(value):
    return '"%s"' % value.replace("\\", "\\\\").replace('"', '\\"') if value else "NULL"


def c_bool(value):
    return "true" if value else "false"


def message_symbol(name):
    return "message_" + snake(name)


def short(type_name):
    return type_name.rsplit(".", 1)[-1]


class Contract:
    def __init__(self, files, options):
        self.files, self.options = files, options
        self.messages = [(f, m) for f in files for m in f.message_type]
        self.services = [(f, s) for f in files for s in f.service]

    def field_options(self, field):
        return field.options.Extensions[self.options.field]

    def check(self):
        """Rules that protoc cannot know. Returns the list of complaints."""
        bad = []
        for f, m in self.messages:
            for field in m.field:
                if field.name.endswith("_at") and field.type != field.TYPE_INT64:
                    bad.append(f"{f.name}: {m.name}.{field.name}: a field named *_at is an int64 time")
                if field.type == field.TYPE_MESSAGE and short(field.type_name) == m.name:
                    bad.append(f"{f.name}: {m.name}.{field.name}: messages are not recursive")
        for f, s in self.services:
            for method in s.method:
                for route in method.options.Extensions[self.options.method].route:
                    fields = {x.name for x in self.message(method.input_type).field}
                    for variable in re.findall(r"{(\w+)}", route.path):
                        if variable not in fields:
                            bad.append(f"{f.name}: {s.name}.{method.name}: route {route.path}: no field {variable} in {short(method.input_type)}")
        return bad

    def check_folders(self, folders):
        """A service of the contract without a daemon would be an address that never answers. Returns the list of complaints."""
        named = {s.name.lower(): (f, s) for f, s in self.services}
        bad = [f"proto/{f.name}: service {s.name} has no daemon. Write services/{name}/main.c."
               for name, (f, s) in named.items() if name not in folders]
        return bad + [f"services/{name}/main.c: no service {name} in the contract. Write proto/kosi/{name}.proto, or name the folder as the service."
                      for name in folders if name not in named]

    def message(self, type_name):
        return next(m for _, m in self.messages if m.name == short(type_name))


def field_row(contract, field):
    o = contract.field_options(field)
    textual = field.type in (field.TYPE_STRING, field.TYPE_BYTES)
    max_chars = o.max if o.HasField("max") else (TEXT_DEFAULT_MAX if field.type == field.TYPE_STRING else 65536 if textual else 0)
    parts = [
        f".format = FORMAT_{contract.options.Format.Name(o.format)}",
        f".max_chars = {max_chars}u", f".min_chars = {o.min}u", f".max_items = {o.max_items}u",
    ]
    flags = [n for n in ("needed", "personal", "derived", "map", "hidden", "needs_if_match", "bearer", "client", "always", "vouched") if getattr(o, n)]
    parts += [f".{n} = true" for n in flags]
    if field.type == field.TYPE_INT64 and (field.name == "at" or field.name.endswith("_at")):
        parts.append(".time = true")
    for n in ("least", "most"):
        if o.HasField(n):
            parts.append(f".has_{n} = true, .{n} = {getattr(o, n)!r}")
    if field.type == field.TYPE_MESSAGE:
        parts.append(f".message = &{message_symbol(short(field.type_name))}")
    return f"    {{{', '.join(parts)}}},  // {field.name}"


def tables(contract, stems):
    out = ["// Made by deploy/cmake/contract.py.", '#include "services/common/contract/contract.h"']
    out += [f'#include "kosi/{stem}.pb-c.h"' for stem in stems]
    for _, m in contract.messages:
        out.append(f"static const struct contract_message {message_symbol(m.name)};")
    for _, m in contract.messages:
        symbol = message_symbol(m.name)
        # protobuf-c keeps descriptor->fields in the order of their numbers
        fields = sorted(m.field, key=lambda x: x.number)
        if fields:
            out.append(f"static const struct contract_field fields_of_{symbol}[] = {{")
            out += [field_row(contract, x) for x in fields]
            out.append("};")
        value = m.options.Extensions[contract.options.message].value
        out.append(f"static const struct contract_message {symbol} = {{&kosi__{snake(m.name)}__descriptor, "
                   f"{'fields_of_' + symbol if fields else 'NULL'}, {c_bool(value)}}};")
    out.append("const struct contract_message *const contract_messages[] = {")
    out += [f"    &{message_symbol(n)}," for n in sorted(m.name for _, m in contract.messages)] + ["    NULL};"]
    for _, s in contract.services:
        out += service_table(contract, s)
    out.append("const struct contract_service *const contract_services[] = {")
    out += [f"    &contract_{s.name.lower()}," for _, s in contract.services] + ["    NULL};"]
    return "\n".join(out) + "\n"


def service_table(contract, service):
    name, out = service.name.lower(), []
    for m in service.method:
        routes = m.options.Extensions[contract.options.method].route
        if routes:
            out.append(f"static const struct contract_route routes_of_{name}_{snake(m.name)}[] = {{")
            out += [f"    {{{c_text(r.verb)}, {c_text(r.path)}, {r.status}, {c_text(r.location)}, {c_bool(r.attachment)}, "
                    f"{c_bool(r.secret)}, {c_text(r.cache)}, {c_text(r.also)}, {r.body_bytes}, {r.time_ms}}}," for r in routes]
            out.append("};")
    out.append(f"static const struct contract_method methods_of_{name}[] = {{")
    for m in service.method:
        o = m.options.Extensions[contract.options.method]
        routes = f"routes_of_{name}_{snake(m.name)}" if o.route else "NULL"
        out.append(f"    {{{c_text(m.name)}, &{message_symbol(short(m.input_type))}, &{message_symbol(short(m.output_type))}, "
                   f"{c_bool(o.write)}, {c_bool(o.slow)}, {c_bool(o.keyless)}, {c_text(o.role)}, "
                   f"REACH_{contract.options.Reach.Name(o.reach)}, {o.max_bytes}, {routes}, {len(o.route)}}},")
    out.append("};")
    out.append(f"const struct contract_service contract_{name} = {{{c_text(name)}, methods_of_{name}, {len(service.method)}, "
               f"{service.options.Extensions[contract.options.service].workers}}};")
    return out


def handler_signatures(contract, service, method):
    name = f"{service.name.lower()}_{snake(method.name)}"
    request = "Kosi__" + short(method.input_type)
    reply = "Kosi__" + short(method.output_type)
    full = f"int {name}(struct mesh_call *call, const {request} *request, {reply} *reply);"
    slow = f"int {name}_slow(struct mesh_call *call, const {request} *request);"
    return name, request, reply, full, slow if method.options.Extensions[contract.options.method].slow else None


def handlers_header(contract, file, service):
    stem = Path(file.name).stem
    name = service.name.lower()
    out = [f"// The handlers that service {service.name} must have. Made from {file.name}.", "#pragma once",
           '#include "services/common/mesh/mesh.h"', f'#include "kosi/{stem}.pb-c.h"', ""]
    for m in service.method:
        _, _, _, full, slow = handler_signatures(contract, service, m)
        out += [full] + ([slow] if slow else [])
    out += ["", f"extern const struct contract_service contract_{name};", f"extern const struct mesh_handler {name}_handlers[];"]
    return "\n".join(out) + "\n"


def handlers_source(contract, service):
    name = service.name.lower()
    out = [f'#include "{name}.handlers.h"', ""]
    rows = []
    for m in service.method:
        handler, request, reply, _, slow = handler_signatures(contract, service, m)
        out.append(f"static int call_{handler}(struct mesh_call *call, const ProtobufCMessage *request, ProtobufCMessage *reply) {{\n"
                   f"    return {handler}(call, (const {request} *)request, ({reply} *)reply);\n}}")
        if slow:
            out.append(f"static int call_{handler}_slow(struct mesh_call *call, const ProtobufCMessage *request) {{\n"
                       f"    return {handler}_slow(call, (const {request} *)request);\n}}")
        rows.append(f"    {{call_{handler}, {'call_' + handler + '_slow' if slow else 'NULL'}}},")
    out += [f"const struct mesh_handler {name}_handlers[] = {{"] + rows + ["};"]
    return "\n".join(out) + "\n"


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    sys.path.insert(0, sys.argv[2])
    from kosi import options_pb2 as options

    parsed = descriptor_pb2.FileDescriptorSet.FromString(Path(sys.argv[1]).read_bytes())
    files = [f for f in parsed.file if f.package == "kosi" and not f.name.endswith("options.proto")]
    contract = Contract(files, options)
    complaints = contract.check() + contract.check_folders(sys.argv[4:])
    if complaints:
        sys.exit("\n".join(complaints))
    out = Path(sys.argv[3])
    (out / "contract_tables.c").write_text(tables(contract, [Path(f.name).stem for f in files]))
    for f, s in contract.services:
        (out / f"{s.name.lower()}.handlers.h").write_text(handlers_header(contract, f, s))
        (out / f"{s.name.lower()}.handlers.c").write_text(handlers_source(contract, s))


main()
