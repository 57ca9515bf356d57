# SPDX-License-Identifier: MIT
"""The serial console of a device, read as firmware/operator/README.md tells programs to."""

import os
import re
import threading

from waiting import TooLate, until

PROMPT = "flashpost> "
CLEAR = "\x1b[2K"  # clears the row of a terminal
LOG_LINE = re.compile(r"# (\d+\.\d+) (error|warn|info|debug) (.*)")


class Console:
    """Lines in the order they came: replies, log lines, and the prompt with what was typed."""

    def __init__(self, process):
        self.lines = []
        self.partial = ""  # of the last line, not ended yet
        self._process = process
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        while octets := os.read(self._process.stdout.fileno(), 4096):
            text = self.partial + octets.decode("ascii", "replace")
            *ended, partial = re.split(r"[\r\n]", text)
            self.partial = ""
            self.lines += [line for line in (line.replace(CLEAR, "") for line in ended) if line]
            self.partial = partial

    def mark(self):
        """A place in the lines: what comes from now on is behind it."""
        return len(self.lines)

    def wait_prompt(self, seconds=20):
        until(lambda: self.partial.startswith(PROMPT), "the prompt", seconds)

    def command(self, text, seconds=20):
        """Types a command; returns the lines of its reply, the one with OK or ERR last."""
        mark = self.mark()
        self._process.stdin.write(text.encode() + b"\r")
        self._process.stdin.flush()

        def reply():
            lines = [line for line in self.lines[mark:] if not line.startswith(("#", PROMPT))]
            return lines if lines and re.match(r"(OK|ERR \d+)( |$)", lines[-1]) else None

        return until(reply, f"the reply to {text!r}", seconds)

    def log(self, mark=0):
        """The log lines behind a mark, without time, the level first."""
        found = [LOG_LINE.fullmatch(line) for line in self.lines[mark:]]
        return [f"{match[2]} {match[3]}" for match in found if match]

    def wait_log(self, pattern, mark=0, seconds=20):
        """The match of the first log line behind the mark in which the pattern is found."""

        def found():
            return next(filter(None, (re.search(pattern, line) for line in self.log(mark))), None)

        try:
            return until(found, f"a log line with {pattern!r}", seconds)
        except TooLate as error:
            raise TooLate("\n".join([str(error), *self.lines[-15:]])) from None
