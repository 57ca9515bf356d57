# SPDX-License-Identifier: MIT
"""
Fixtures of the scenarios. `device` is a running box with an empty flash, once the host's
process and once the board in the emulator; a test asks for another configuration than main with
@pytest.mark.config("name"), see config/. After each test the box must be in good health.
"""

import os
import re
import shutil
import subprocess

import pytest

from device import BOARDS, GLOBAL, TREE, Device, build, config_number
from measured import measured
from namespace import Namespace, leave_the_machines_network
from peer import Peer
from postfix import PROGRAM as POSTFIX, Postfix
from tls import Certificates
from waiting import until

TEST_SECONDS = 180  # the first test of a configuration waits for its build
STACK_SHARE = 0.85  # what may be used of the board's stack: 15 % are kept spare


def pytest_addoption(parser):
    parser.addoption("--half", type=int, choices=(1, 2), help="half of the tests only")


def pytest_configure(config):
    subprocess.run(["make", "-s", "sources"], cwd=TREE, check=True)  # while there is a network
    subprocess.run(["tools/fetch_mailers"], cwd=TREE, check=False)  # without, tests are skipped
    leave_the_machines_network()
    config.addinivalue_line("markers", "config(name): the configuration of the box")
    config.addinivalue_line("markers", "icount: the emulator's time counts instructions")
    config.addinivalue_line("markers", "alone: holds the box to seconds, and wants the machine")


def in_half(items, number):
    """The cases of a test go to the half that has less so far, those of most cases first."""
    groups = {}
    for item in items:
        groups.setdefault(item.function, []).append(item)
    halves = [], []
    for group in sorted(groups.values(), key=len, reverse=True):
        min(halves, key=len).extend(group)
    chosen = set(halves[number - 1])
    return [item for item in items if item in chosen]


def pytest_collection_modifyitems(config, items):
    for item in items:
        item.add_marker(pytest.mark.timeout(TEST_SECONDS))
    if config.getoption("half"):
        items[:] = in_half(items, config.getoption("half"))


def pytest_terminal_summary(terminalreporter):
    for name, value in measured.items():
        terminalreporter.write_line(f"{name}: {value}")


@pytest.fixture(scope="session")
def images():
    """image(board, config), each made once."""
    made = {}

    def image(board, config):
        if (board, config) not in made:
            made[board, config] = build(board, config)
        return made[board, config]

    return image


@pytest.fixture(scope="session")
def certificates(tmp_path_factory):
    """For configuration tls, which is built with them: asked for before the box."""
    return Certificates(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="session")
def empty_flash(images, tmp_path_factory):
    """
    A flash file with an empty spool. Any box may go on from it: reading a blank part through on
    its first start takes the board seconds, test_power.py does it once.
    """
    box = Device("host", images("host", "main"), tmp_path_factory.mktemp("empty"), net="none")
    box.start(wait_network=False)
    box.wait_erases()
    box.stop()
    yield box.flash
    box.flash.unlink()


@pytest.fixture
def config(request):
    marker = request.node.get_closest_marker("config")
    return marker.args[0] if marker else "main"


@pytest.fixture(params=BOARDS)
def board(request):
    return request.param


def check_health(device):
    """What must hold after any scenario."""
    status = device.status()
    assert status["damaged"] == 0, "pages in the flash do not check out"
    if status["stack_size"]:
        measured["stack of the board, greatest use"] = max(
            measured.get("stack of the board, greatest use", 0), status["stack_used"])
        assert status["stack_used"] <= STACK_SHARE * status["stack_size"], "stack nearly used up"


def check_log(device):
    for line in device.log():
        if line.startswith("error ") and not any(
                re.search(pattern, line) for pattern in device.expected_errors):
            pytest.fail(f"unexpected in the log: {line}")


def check_and_end(device):
    if device.running:
        check_health(device)
    device.stop()
    device.flash.unlink(missing_ok=True)
    complaints = (device.directory / "stderr").read_text()
    assert not re.search("Sanitizer|runtime error", complaints), complaints
    check_log(device)


@pytest.fixture
def boxes(board, config, images, empty_flash, tmp_path):
    """
    A function that makes a box, not yet started, from a flash file; all are ended after the test.
    """
    made = []

    def make(flash=empty_flash, **options):
        directory = tmp_path / f"box{len(made)}"
        directory.mkdir()
        made.append(Device(board, images(board, config), directory, **options))
        if flash is not None:
            shutil.copy(flash, made[-1].flash)
        return made[-1]

    yield make
    for device in made:
        check_and_end(device)


@pytest.fixture
def device(boxes, request):
    box = boxes(icount=bool(request.node.get_closest_marker("icount")))
    box.start()
    return box


@pytest.fixture(scope="module", params=BOARDS)
def shared_box(request, images, tmp_path_factory):
    box = Device(request.param, images(request.param, "main"), tmp_path_factory.mktemp("shared"))
    yield box
    check_and_end(box)


@pytest.fixture
def shared(shared_box, empty_flash):
    """A running box of configuration main that tests of a module share; its flash is empty."""
    if not shared_box.running or shared_box.status()["letters"] > 0:
        shared_box.kill()
        shutil.copy(empty_flash, shared_box.flash)
        shared_box.start()
    shared_box.beginning = shared_box.console.mark()
    return shared_box


@pytest.fixture
def smart_host(config):
    """A function that starts the peer at the configuration's port."""
    started = []

    def start(*scenes):
        host = "::1" if config == "ipv6" else "127.0.0.1"
        started.append(Peer(config_number(config, "CONNECTOR_1_PORT"), host).play(*scenes))
        return started[-1]

    yield start
    for peer in started:
        peer.stop()


@pytest.fixture(scope="module")
def postfix_server():
    if os.geteuid() != 0 or POSTFIX is None:
        pytest.skip("Postfix must be there, and is started by root only")
    server = Postfix(config_number("main", "CONNECTOR_1_PORT"))
    yield server
    server.stop()


@pytest.fixture
def postfix(postfix_server):
    """A Postfix at the smart host's port, its maildir empty."""
    postfix_server.empty()
    return postfix_server


@pytest.fixture
def namespace():
    if os.geteuid() != 0 or not os.path.exists("/dev/net/tun") or not shutil.which("ip"):
        pytest.skip("a network namespace with a TAP interface needs root, /dev/net/tun and ip")
    network = Namespace()
    yield network
    network.stop()


@pytest.fixture
def neighbour(boxes, namespace):
    """A box on the namespace's cable, with an address of the prefix announced there."""
    box = boxes(net="tap:tap0", prefix=namespace.prefix)
    box.start(wait_network=False)

    def addressed():
        namespace.advertise()
        return GLOBAL in str(box.status()["addresses"])

    until(addressed, f"the address {GLOBAL}")
    return box


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A failed test shows what the boxes' consoles said last."""
    outcome = yield
    report = outcome.get_result()
    made = item.funcargs.get("device") or item.funcargs.get("shared")
    if report.failed and made is not None and made.history:
        report.sections.append(("console", "\n".join(made.console.lines[-40:])))
        report.sections.append(("stderr", (made.directory / "stderr").read_text()[-3000:]))
