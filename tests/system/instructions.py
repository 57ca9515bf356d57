# SPDX-License-Identifier: MIT
"""
Where the board's instructions go, counted one by one by a plugin of the emulator (count.c) in the
very image that would be flashed. Each address belongs to the source file that the debugger's line
table names for it: what was inlined, to the file it was written in. What has no lines is the C
library's and counts for its caller.
"""

import array
import os
import re
import subprocess
from pathlib import Path

from device import TREE

SOURCE = Path(__file__).resolve().parent / "count.c"
PLACES = 256 * 1024 // 2  # of the code flash: an instruction has two octets or four
OWNERS = ("library", "flashpost", "bearssl", "lwip")


class Instructions:
    """`plugin` is for a Device, which runs `image`; its counts begin with the start."""

    def __init__(self, directory, image):
        library, owners, self._counts = (directory / name for name in ("count.so", "owners", "counts"))
        subprocess.run([os.environ.get("CC", "gcc"), "-O2", "-shared", "-fPIC", SOURCE, "-o",
                        library], check=True)
        owners.write_bytes(_owners(image))
        self._counts.write_bytes(bytes(16 * 8))
        self.plugin = f"{library},owners={owners},counts={self._counts}"
        self.begin()

    def _read(self):
        return array.array("Q", self._counts.read_bytes())

    def begin(self):
        self._before = self._read()

    def by_owner(self):
        """Since `begin`; the library's own are those before anybody had called it."""
        return {owner: now - before
                for owner, now, before in zip(OWNERS, self._read(), self._before)}


def _owners(image):
    """Of each two octets of the flash a number: an index of OWNERS."""
    asked = "".join(f"{place * 2:x}\n" for place in range(PLACES))
    lines = subprocess.run(["arm-none-eabi-addr2line", "-e", image], input=asked, check=True,
                           capture_output=True, text=True).stdout.splitlines()
    assert len(lines) == PLACES
    return bytes(map(_owner, lines))


def _owner(line):
    path = line.rpartition(":")[0]
    if path.startswith(str(TREE / "firmware")) or path.startswith(str(TREE / "port")):
        return OWNERS.index("flashpost")
    ours = re.search("(bearssl|lwip)", path, re.IGNORECASE)
    return OWNERS.index(ours[1].lower()) if ours else 0
