# SPDX-License-Identifier: MIT
"""Several connectors: each recipient of a letter goes its own way, and no way waits for another."""

import pytest

from device import config_number
from peer import HANG, Peer, Scene

pytestmark = pytest.mark.config("routes")

REST, BRANCH, BOSS = 1, 2, 3


@pytest.fixture
def peers():
    """Starts the peer of a connector."""
    started = []

    def start(connector, *scenes):
        port = config_number("routes", f"CONNECTOR_{connector}_PORT")
        started.append(Peer(port).play(*scenes))
        return started[-1]

    yield start
    for peer in started:
        peer.stop()


def recipients(peer):
    return [letter.recipients for letter in peer.taken()]


def test_recipients_go_their_ways(device, peers):
    rest, branch, boss = peers(REST), peers(BRANCH), peers(BOSS)
    device.submit(recipients=("a@example.org", "b@x.Branch.example", "c@branch.example",
                              "d@example.net"))
    device.submit(sender="boss@example.net", recipients=("e@private.example", "f@example.org"))
    status = device.wait_empty()
    assert recipients(branch) == [["<b@x.Branch.example>", "<c@branch.example>"]]
    assert recipients(rest) == [["<a@example.org>", "<d@example.net>"], ["<f@example.org>"]]
    assert recipients(boss) == [["<e@private.example>"]]
    assert (status["sent_recipients"], status["given_up_recipients"]) == (6, 0)
    assert branch.commands(0)[:2] == ["HELO flashpost.example", "MAIL FROM:<box@example.net>"]
    assert len(branch.connected) == 1, "nobody is asked again for what is done"


def test_what_no_connector_takes_is_refused(device):
    with device.connect() as client:
        client.hello()
        for sender in ("box@example.net", "boss@example.net"):
            client.say(f"MAIL FROM:<{sender}>")
            for domain in ("elsewhere.example", "xbranch.example", "private.example"):
                reply = client.say(f"RCPT TO:<x@{domain}>")
                way = domain == "private.example" and sender == "boss@example.net"
                assert reply.code == (250 if way else 550), (sender, domain, reply)
                assert way or reply.text.startswith("5.4.4 "), reply
            client.say("RSET")


def test_one_ways_trouble_is_not_the_others(device, peers):
    """Nobody listens on one way; over the other mail goes on, and goes once."""
    rest = peers(REST)
    first = device.submit(recipients=("a@example.org", "b@branch.example"))
    rest.wait_taken(1)
    device.wait_status(route_branch="retry")
    (remedy,) = [line for line in device.command("list branch") if line.startswith("route_remedy=")]
    assert "CONNECTOR_2_HOSTS" in remedy and "CONNECTOR_1" not in remedy
    device.submit(recipients=("c@example.org",))
    rest.wait_taken(2)
    device.restart()
    device.command("flush")
    device.submit(recipients=("d@example.org",))
    rest.wait_taken(3)
    shown = device.command(f"show {first}")
    assert "recipient=0 state=sent route=rest to=<a@example.org>" in shown
    assert "recipient=1 state=pending route=branch to=<b@branch.example>" in shown
    branch = peers(BRANCH, Scene(rcpt="550 5.1.1 no such user"))
    device.wait_status(letters=1, dead=1)
    assert recipients(branch) == []
    assert recipients(rest) == [["<a@example.org>"], ["<c@example.org>"], ["<d@example.org>"]]
    assert not any(line.startswith("RCPT TO:<b@") for _, line in rest.said)
    asked = [line for _, line in rest.said if line.startswith("MAIL ")]
    assert len(asked) == 3, "no transaction begins without a recipient"


def test_console_tells_the_way(device):
    told = device.command("route x@branch.example boss@example.net")
    assert told == [
        "route=rest verdict=other-space cost=1 spaces=example.org example.net",
        "route=branch verdict=chosen cost=1 spaces=branch.example *.branch.example",
        "route=boss verdict=cost cost=2 spaces=branch.example private.example", "OK branch"]
    told = device.command("route x@private.example box@example.net")
    assert told[2].startswith("route=boss verdict=sender ")
    assert told[-1].startswith("ERR 404 ")


def route_state(device, name):
    return device.status()[f"route_{name}"]


@pytest.mark.parametrize("hold,release,state",
                         [("freeze", "unfreeze", "frozen"), ("disable", "enable", "disabled")])
def test_held_route_keeps_its_mail_over_a_reboot(device, peers, hold, release, state):
    rest, branch = peers(REST), peers(BRANCH)
    assert device.command(f"{hold} branch") == ["OK"]
    number = device.submit(recipients=("a@example.org", "b@branch.example"))
    rest.wait_taken(1)
    device.reboot()
    assert route_state(device, "branch") == state
    assert device.command("force branch")[-1].startswith("ERR 404 ")
    device.submit(recipients=("c@example.org",))
    rest.wait_taken(2)
    listed = device.command("list branch")
    assert listed[0].startswith(f"route=branch state={state} ")
    assert "route_status=the operator holds this route" in listed
    assert [line.split()[0] for line in listed if line.startswith("letter=")] == [f"letter={number}"]
    assert listed[-1] == "OK 1 letters" and not branch.connected
    other = {"freeze": "enable", "disable": "unfreeze"}[hold]
    assert device.command(other) == ["OK"]
    assert route_state(device, "branch") == state, "each way of holding has its own end"
    assert device.command(release) == ["OK"]
    branch.wait_taken(1)
    device.wait_empty()


def test_held_while_active(device, peers):
    """What is under way is not broken off; when it has failed, no try follows."""
    branch = peers(BRANCH, Scene(greeting=HANG))
    device.submit(recipients=("a@branch.example",))
    branch.wait_connections(1)
    assert route_state(device, "branch") == "active"
    assert device.command("freeze branch") == ["OK"]
    branch.stop()
    device.wait_status(route_branch="frozen")
    branch = peers(BRANCH)
    assert device.command("unfreeze branch") == ["OK"]
    branch.wait_taken(1)
    device.wait_empty()


def test_deleted_letter_is_gone_for_good(device, peers):
    device.command("freeze")
    first, second = (device.submit(recipients=(f"{name}@example.org",)) for name in "ab")
    assert device.command(f"delete {first}")[-1] == f"OK letter {first}"
    assert device.command(f"delete {first}")[-1].startswith("ERR 404 ")
    device.restart()
    assert device.status()["letters"] == 1
    rest = peers(REST)
    device.command("unfreeze")
    rest.wait_taken(1)
    assert recipients(rest) == [["<b@example.org>"]] and second
    device.wait_empty()
