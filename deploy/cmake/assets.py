#!/usr/bin/python3
"""The browser's assets: a style sheet with what the templates use of KERN, and fonts with Latin letters only; under names that hold
their hash (a browser may keep them for ever), what gains by it also compressed with brotli and gzip.

usage: assets.py SOURCE_DIR TEMPLATE_DIR NODE_MODULES OUT_DIR
"""
import gzip
import hashlib
import re
import subprocess
import sys
from pathlib import Path

import brotli

FONTS = {"fira-sans-regular": "FiraSans-Regular", "fira-sans-semibold": "FiraSans-SemiBold"}
# Latin with its extensions A (Polish, Turkish, …) and Romanian, punctuation, arrows, signs of money and mathematics
LETTERS = "U+0020-007E,U+00A0-017F,U+0192,U+0218-021B,U+02C6,U+02DA,U+02DC,U+1E9E,U+2010-2015,U+2018-201F,U+2020-2022,U+2026," \
          "U+2030,U+2032-2033,U+2039-203A,U+2044,U+20AC,U+2122,U+2190-2193,U+2212,U+2215,U+2248,U+2260,U+2264-2265"
COMPRESSED = {".css", ".svg", ".js"}
MARKER = re.compile(r"{{.*?}}|\[\[.*?\]\]")


# ---- the style sheet: which classes the templates use

def used_classes(folder):
    """(names, beginnings): class="kern-badge--{{tone}}" uses whatever begins with kern-badge--."""
    names, beginnings = set(), set()
    for file in sorted(folder.glob("*.tpl")):
        for value in re.findall(r'class="((?:{{.*?}}|[^"])*)"', file.read_text(encoding="utf-8")):
            value = re.sub(r"{{[#/^].*?}}", " ", value)
            for word in MARKER.sub("\0", value).split():
                (beginnings if "\0" in word else names).add(word.split("\0")[0])
    return names, {b for b in beginnings if b}


def skip_text(css, at):
    """The index after the quoted text that begins at `at`."""
    end = at + 1
    while css[end] != css[at]:
        end += 2 if css[end] == "\\" else 1
    return end + 1


def split(css, separator):
    """Splits at a separator that is in no bracket and no quotes."""
    parts, depth, start, at = [], 0, 0, 0
    while at < len(css):
        c = css[at]
        if c in "\"'":
            at = skip_text(css, at)
            continue
        depth += (c in "([{") - (c in ")]}")
        if c == separator and depth == 0:
            parts.append(css[start:at])
            start = at + 1
        at += 1
    return parts + [css[start:]]


def blocks(css):
    """Yields (head, body) of each rule of a compressed style sheet; body is None for statements such as @charset."""
    at = start = 0
    while at < len(css):
        c = css[at]
        if c in "\"'":
            at = skip_text(css, at)
        elif c == ";":
            yield css[start:at], None
            at = start = at + 1
        elif c == "{":
            depth, end = 1, at + 1
            while depth:
                if css[end] in "\"'":
                    end = skip_text(css, end)
                    continue
                depth += (css[end] == "{") - (css[end] == "}")
                end += 1
            yield css[start:at], css[at + 1:end - 1]
            at = start = end
        else:
            at += 1


def is_used(selector, classes):
    names, beginnings = classes
    flat = selector
    while True:   # what stands in :not(), :is(), :has() are alternatives, not needs
        fewer = re.sub(r"\([^()]*\)", "", flat)
        if fewer == flat:
            break
        flat = fewer
    if "[data-kern-theme" in flat:   # the reader's system decides between light and dark
        return False
    wanted = [c.replace("\\", "") for c in re.findall(r"\.((?:[\w-]|\\.)+)", re.sub(r"\[[^]]*\]", "", flat))]
    return all(c in names or any(c.startswith(b) for b in beginnings) for c in wanted)


def keep_used(css, classes):
    out = []
    for head, body in blocks(css):
        if body is None or head.startswith("@font-face"):
            out.append(head + (";" if body is None else "{" + body + "}"))
        elif head.startswith("@"):
            inner = body if head.startswith("@keyframes") else keep_used(body, classes)
            out.append(f"{head}{{{inner}}}" if inner else "")
        else:
            selectors = [s for s in split(head, ",") if is_used(s, classes)]
            out.append(f"{','.join(selectors)}{{{body}}}" if selectors and body else "")
    return "".join(out)


def without_declarations(css, unused):
    out = []
    for head, body in blocks(css):
        if body is None:
            out.append(head + ";")
        elif head.startswith("@") and not head.startswith("@font-face"):
            inner = body if head.startswith("@keyframes") else without_declarations(body, unused)
            out.append(f"{head}{{{inner}}}" if inner else "")
        else:
            kept = [d for d in split(body, ";") if d.strip() and d.split(":", 1)[0].strip() not in unused]
            out.append(f"{head}{{{';'.join(kept)}}}" if kept else "")
    return "".join(out)


def without_unused_values(css):
    """Drops custom properties that nobody reads, until none is left."""
    while True:
        defined = set(re.findall(r"[{;]\s*(--[\w-]+)\s*:", css))
        unused = defined - set(re.findall(r"var\(\s*(--[\w-]+)", css))
        if not unused:
            return css
        css = without_declarations(css, unused)


def style_sheet(source, templates, modules):
    css = subprocess.run(["node", str(modules / "sass/sass.js"), "--quiet-deps", "--no-source-map", "--style=compressed", "--no-charset",
                          f"--load-path={modules}", str(source / "kosi.scss")], check=True, stdout=subprocess.PIPE).stdout.decode()
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S).strip().removeprefix("\ufeff")
    return without_unused_values(keep_used(css, used_classes(templates)))


# ---- files

def write(out, name, data):
    """name.HASH.ending, with .br and .gz beside it when that helps. Returns the name."""
    stem, ending = name.rsplit(".", 1)
    hashed = f"{stem}.{hashlib.sha256(data).hexdigest()[:12]}.{ending}"
    (out / hashed).write_bytes(data)
    if f".{ending}" in COMPRESSED:
        (out / f"{hashed}.br").write_bytes(brotli.compress(data, quality=11))
        (out / f"{hashed}.gz").write_bytes(gzip.compress(data, 9, mtime=0))
    return hashed


def cached_font(out, modules, name, file):
    """Cutting a font to Latin letters takes some seconds; it changes with KERN's version only."""
    path = modules / f"@kern-ux/native/dist/fonts/fira-sans/{file}.woff2"
    cache = out.parent / f"{name}.{hashlib.sha256(path.read_bytes() + LETTERS.encode()).hexdigest()[:12]}.woff2"
    if not cache.exists():
        subprocess.run(["node", str(Path(__file__).with_name("subset.mjs")), str(modules), str(path), str(cache), LETTERS], check=True)
    return cache.read_bytes()


def main():
    source, templates, modules, out = (Path(a) for a in sys.argv[1:5])
    out.mkdir(parents=True, exist_ok=True)
    before = set(out.iterdir())
    css = style_sheet(source, templates, modules)
    written = []
    for name, file in FONTS.items():
        written.append(write(out, f"{name}.woff2", cached_font(out, modules, name, file)))
        css = css.replace(f"{name}.woff2", written[-1])
    written.append(write(out, "kosi.css", css.encode()))
    for script in sorted(source.glob("*.js")):
        written.append(write(out, script.name, script.read_bytes()))
    kept = {out / (name + ending) for name in written for ending in ("", ".br", ".gz")}
    for old in before - kept:
        old.unlink()


if __name__ == "__main__":
    main()
