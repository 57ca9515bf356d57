# SPDX-License-Identifier: MIT
"""One box under test: the host's process or the board in the emulator, driven alike."""

import fcntl
import os
import re
import signal
import socket
import subprocess
from pathlib import Path

from client import Client, letter
from console import Console
from waiting import until

TREE = Path(__file__).resolve().parents[2]
BOARDS = ("host", "emcraft-sf2")
MAC = "02:46:50:00:00:01"
LINK_LOCAL = "fe80::46:50ff:fe00:1"
GLOBAL = "fec0::46:50ff:fe00:1"
NETWORK_S = 60  # with --icount, seconds of the box are longer on a busy machine

# The host's build runs under the sanitizers; what they find ends it.
SANITIZE = "-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer"
BUILD_FLAGS = {
    "host": [f"CFLAGS={SANITIZE}", f"LDFLAGS={SANITIZE}"],
    "emcraft-sf2": [],
}


def build(board, config):
    """Makes the image of one configuration; a second call finds it made."""
    out = f"build/test-{board}-{config}"
    command = ["make", "-j2", f"BOARD={board}", f"CONFIG=tests/system/config/{config}.h",
               f"OUT={out}", f"BEARSSL_OUT=build/test-{board}-bearssl", *BUILD_FLAGS[board]]
    clean = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    (TREE / "build").mkdir(exist_ok=True)
    with open(TREE / f"build/test-{board}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another run may be building the same
        done = subprocess.run(command, cwd=TREE, env=clean, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command)} failed:\n{done.stderr[-3000:]}"
    return TREE / out / ("flashpost" if board == "host" else "flashpost.elf")


def config_number(config, name):
    """The value of a numeric option in one of the test configurations."""
    text = (TREE / f"tests/system/config/{config}.h").read_text()
    return int(re.search(rf"^#define CONFIG_{name} +(\d+)$", text, re.MULTILINE)[1])


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]

# 16 octets each: four headers E and one O; S, R, M and V; X and Y of three erases.
START_PROGRAMS = 16 * (4 + 1 + 4 + 2 * 3)


class Device:
    """start, stop, kill, restart; console; submit. Its flash outlives each start."""

    def __init__(self, board, image, directory, net="slirp", prefix=(), icount=False,
                 plugin=None):
        self.board = board
        self.directory = directory
        self.flash = directory / "flash"
        self.net = net
        self.port = free_port() if net == "slirp" else None
        self.history = []  # consoles, the present one last
        self.expected_errors = []  # patterns of log lines that the scenario brings about
        self.beginning = 0  # mark: where the present test began, for boxes that serve several
        self._image = image
        self._prefix = list(prefix)
        self._icount = icount
        self._plugin = plugin
        self._process = None
        self._complaints = open(directory / "stderr", "ab")

    def _command(self):
        command = [str(self._image)]
        if self.board != "host":
            command = [str(TREE / "tools/emulate"), "--image", *command]
            command += ["--icount"] if self._icount else []
            command += ["--plugin", self._plugin] if self._plugin else []
        command += ["--flash", str(self.flash), "--mac", MAC]
        command += ["--net", self.net] if self.net != "none" else []  # both start without one
        command += ["--forward", f"{self.port}:25"] if self.port else []
        return self._prefix + command

    @property
    def console(self):
        return self.history[-1]

    def start(self, wait_network=True):
        self.launch()
        self.wait_start(0, wait_network)

    def launch(self):
        """Power is there; how far the start has come is not waited for."""
        self._process = subprocess.Popen(self._command(), stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, stderr=self._complaints)
        self.history.append(Console(self._process))

    def wait_start(self, mark, wait_network=True):
        """Until a start that began behind the mark has come to its prompt and its address."""
        if wait_network:
            self.console.wait_log("network address ip=10.0.2.15", mark, NETWORK_S)
        self.console.wait_prompt()

    @property
    def pid(self):
        return self._process.pid

    @property
    def running(self):
        return self._process is not None and self._process.poll() is None

    def kill(self):
        """
        Power is cut: no instruction more. The emulator writes its flash file behind the guest's
        back, and what is under way dies with it, though the guest was told that it is written: a
        cut right after 250 lost the letter twice in 40 times, the host's build none in 40. That
        is no fault of the firmware, so the emulator gets one exchange on the console to write;
        cuts at the very instant are the host's, and the NOR simulator's, to show.
        """
        if self.board != "host" and self.running:
            self.status()
        self._end(signal.SIGKILL)

    def stop(self):
        self._end(signal.SIGTERM)

    def _end(self, how):
        if self.running:
            self._process.send_signal(how)
            self._process.wait(20)

    def wait_erases(self):
        """A start of an empty spool has done all that it does by itself."""
        until(lambda: self.status()["programmed"] >= START_PROGRAMS, "the erases of a start")

    def restart(self):
        """A power cut, and power again."""
        self.kill()
        self.start()

    def reboot(self):
        """The console's own command: an orderly end, and a new start in the same process."""
        mark = self.console.mark()
        assert self.command("reboot") == ["OK rebooting"]
        self.wait_start(mark)

    # ---- Console ------------------------------------------------------------------------------

    def command(self, text, seconds=20):
        return self.console.command(text, seconds)

    def status(self):
        lines = self.command("status")
        assert lines[-1] == "OK", lines[-1]
        return {key: int(value) if value.isdigit() else value
                for key, value in (line.split("=", 1) for line in lines[:-1])}

    def queue(self):
        """(route, letters): what `queue` says of the route, and of each letter, as dicts."""
        route, letters = {}, []
        for line in self.command("queue")[:-1]:
            if line.startswith("letter="):
                letters.append(_pairs(line))
            elif line.startswith("route="):
                route = _pairs(line)
            else:
                key, value = line.split("=", 1)
                route[key] = value
        return route, letters

    def wait_status(self, seconds=20, **wanted):
        """Until `status` shows all these values."""
        return until(lambda: (now := self.status()) and all(
            now[key] == value for key, value in wanted.items()) and now,
            f"status with {wanted}", seconds)

    def wait_empty(self, seconds=20):
        return self.wait_status(seconds, letters=0)

    def log(self):
        return [line for console in self.history for line in console.log()]

    # ---- Mail ---------------------------------------------------------------------------------

    def dial(self):
        """A client that waits for its greeting."""
        return Client.dial("127.0.0.1", self.port)

    def connect(self):
        """A client that has been greeted."""
        return Client.connect("127.0.0.1", self.port)

    def submit(self, text=None, sender="box@example.net", recipients=("ops@example.org",)):
        """Submits one letter; the number that the box kept it under."""
        with self.connect() as client:
            client.hello()
            reply = client.send(letter() if text is None else text, sender, recipients)
            assert reply.code == 250, reply
            return int(reply.text.split()[-1])


def _pairs(line):
    pairs = (pair.split("=", 1) for pair in line.split())
    return {key: int(value) if value.isdigit() else value for key, value in pairs}
