# SPDX-License-Identifier: MIT
"""Formats use only what text_printf of base/text.h knows; the compiler checks their arguments."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
KNOWN = re.compile(r"%(\.[0-9])?(s|u|x|d|lu|lx)")
WRITERS = re.compile(r"\b(?:text_v?printf|log_write|output_line)\(")


def calls(text):
    """Each call of a writer, up to the ';' that ends it."""
    return (text[m.start() : text.index(";", m.end())] for m in WRITERS.finditer(text))


def unknown(text):
    strings = (s for call in calls(text) for s in STRING.findall(call))
    return [s for s in strings if "%" in KNOWN.sub("", s)]


def test_formats_are_known():
    found = {
        str(path.relative_to(ROOT)): wrong
        for folder in ("firmware", "tests")
        for path in sorted(ROOT.glob(f"{folder}/**/*.[ch]"))
        if (wrong := unknown(path.read_text()))
    }
    assert found == {}


def test_unknown_formats_are_found():
    assert unknown('text_printf(t, "%.2u %s %lx", a, b, c);') == []
    for wrong in "%02u", "%c", "%zu", "%llu", "%-5s", "%.*s", "%%", "%":
        assert unknown(f'log_write(LOG_INFO, "a", "b", "x={wrong}", c);') == [f"x={wrong}"]
