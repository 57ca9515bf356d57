# SPDX-License-Identifier: MIT
"""
What the next hop may do at each step, and what becomes of the letter: refusals that pass,
refusals that stay, and lines that break. One box lives through all of it.
"""

import pytest

from client import letter
from peer import CLOSE, RESET, Endless, Scene
from waiting import until

COMMANDS = ("mail", "rcpt", "data", "dot")

SOFT = {"greeting": "421 4.3.2 not now", "ehlo": "421 4.3.2 not now", "mail": "451 4.3.0 later",
        "rcpt": "450 4.2.1 later", "data": "451 4.3.0 later", "dot": "452 4.3.1 later"}
HARD = {"mail": "550 5.7.1 not you", "rcpt": "550 5.1.1 nobody", "data": "554 5.7.1 no",
        "dot": "554 5.6.0 no such text"}


@pytest.mark.parametrize("step", SOFT)
def test_soft_refusal_is_tried_again(shared, smart_host, step):
    peer = smart_host(Scene(**{step: SOFT[step]}))
    text = letter()
    shared.submit(text)
    (taken,) = peer.wait_taken()
    assert taken.text.endswith(text)
    assert taken.connection == 1, "the second connection, and no other, took it"
    shared.wait_empty()


@pytest.mark.parametrize("step", HARD)
def test_hard_refusal_is_final(shared, smart_host, step):
    peer = smart_host(Scene(**{step: HARD[step]}))
    number = shared.submit()
    shared.console.wait_log(f"(refused|recipient-refused) id={number} .*reply=\"{HARD[step]}\"",
                            shared.beginning)
    shared.wait_status(letters=1, dead=1)
    _, (dead,) = shared.queue()
    assert (dead["letter"], dead["state"], dead["failed"], dead["pending"]) == (
        number, "dead", 1, 0)
    assert "recipient=0 state=failed route=smarthost to=<ops@example.org>" in shared.command(
        f"show {number}")
    assert not peer.taken() and len(peer.connected) == 1


@pytest.mark.parametrize("step", ["greeting", "ehlo"])
def test_hard_refusal_of_the_box_judges_no_letter(shared, smart_host, step):
    refusal = "554 5.7.1 go away"
    peer = smart_host(Scene(**{step: refusal, **({"helo": refusal} if step == "ehlo" else {})}))
    number = shared.submit()
    peer.wait_connections(1)
    mark = shared.beginning
    shared.console.wait_log("route-failed .*cause=(greeting|helo)-refused remedy=", mark)
    (taken,) = peer.wait_taken()
    assert taken.connection == 1
    assert not any(f"id={number}" in line for line in shared.console.log(mark)
                   if line.startswith("warn")), "the letter itself was blamed"
    shared.wait_empty()


def test_next_hop_without_ehlo(shared, smart_host):
    peer = smart_host(Scene(ehlo="502 5.5.1 what?"))
    shared.submit()
    (taken,) = peer.wait_taken()
    assert peer.commands(0)[:3] == ["EHLO flashpost.example", "HELO flashpost.example",
                                    "MAIL FROM:<box@example.net>"]
    assert taken.connection == 0
    shared.wait_empty()


@pytest.mark.parametrize("step", ["greeting", "ehlo", "mail", "rcpt", "data", "text"])
def test_lost_connection_is_tried_again(shared, smart_host, step):
    peer = smart_host(Scene(**{step: CLOSE}))
    text = letter(8192)
    shared.submit(text)
    (taken,) = peer.wait_taken()
    assert taken.text.endswith(text) and taken.connection == 1
    shared.wait_empty()
    assert len(peer.letters) == 1, "nothing cut was taken for a whole letter"


@pytest.mark.parametrize("end", [CLOSE, RESET], ids=["closed", "reset"])
def test_lost_after_the_dot_goes_again_with_its_message_id(shared, smart_host, end):
    before = shared.status()["maybe_sent"]
    peer = smart_host(Scene(dot=end))
    shared.command("alert warning Fan 3 stands still")
    peer.wait_taken()
    first, second = peer.letters
    (message_id,) = first.header("Message-ID")
    assert second.header("Message-ID") == [message_id]
    assert first.text == second.text
    shared.wait_empty()
    assert shared.status()["maybe_sent"] == before + 1


def wait_refused(box, number, cause):
    """The letter is given up, and the log says why."""
    box.console.wait_log(f"refused id={number} cause={cause} ", box.beginning)
    box.wait_status(letters=1, dead=1)


def test_larger_than_the_next_hop_takes(shared, smart_host):
    large, _ = shared.submit(letter(5000)), shared.submit(letter(3000))
    peer = smart_host(Scene(ehlo="250-peer.example.org\r\n250 SIZE 4000"))
    wait_refused(shared, large, "too-large status=5.3.4")
    (taken,) = peer.wait_taken()
    assert taken.sender.startswith("<box@example.net> SIZE=3"), taken.sender
    assert len(taken.text) == int(taken.sender.partition("SIZE=")[2])
    assert len([line for line in peer.commands(0) if line.startswith("MAIL")]) == 1


@pytest.mark.parametrize("options", [" BODY=8BITMIME", ""], ids=["declared", "undeclared"])
def test_eight_bit_text_does_not_go_to_seven_bits(shared, smart_host, options):
    """Text is not mangled, and a part of it is not taken for the whole."""
    peer = smart_host(Scene(ehlo="250 peer.example.org"))
    with shared.connect() as client:
        client.hello()
        number = int(client.send(letter(body="Grüße\r\n".encode()), options=options).text.split()[-1])
    wait_refused(shared, number, "no-8bitmime status=5.6.3")
    assert not peer.letters
    assert any(line.startswith("MAIL") for line in peer.commands(0)) == (options == "")


def test_undeclared_eight_bit_text_goes_where_it_may(shared, smart_host):
    peer = smart_host()
    text = letter(body="Grüße\r\n".encode())
    shared.submit(text)
    (taken,) = peer.wait_taken()
    assert taken.text.endswith(text)
    shared.wait_empty()


@pytest.mark.parametrize("step", ["mail", "rcpt", "data", "dot"])
def test_a_next_hop_that_closes_its_service(shared, smart_host, step):
    """421 may come at any time; the letter is not blamed."""
    peer = smart_host(Scene(**{step: "421 4.3.2 closing"}))
    shared.submit()
    (taken,) = peer.wait_taken()
    assert taken.connection == 1
    shared.console.wait_log("route-failed .*cause=shutting-down", shared.beginning)
    shared.wait_empty()


def judged_one_by_one(shared, peer, names):
    """Two taken at once, one later, one never: what the peer and `show` say of it."""
    number = shared.submit(recipients=names)
    peer.wait_taken(2)
    first, second = peer.taken()
    assert first.recipients == [f"<{names[0]}>", f"<{names[3]}>"]
    assert second.recipients == [f"<{names[1]}>"]
    shared.wait_status(letters=1, dead=1)
    states = [line for line in shared.command(f"show {number}") if line.startswith("recipient=")]
    assert [line.split()[1] for line in states] == [
        "state=sent", "state=sent", "state=failed", "state=sent"]


def test_recipients_are_judged_one_by_one(shared, smart_host):
    names = [f"{name}@example.org" for name in ("good1", "later", "nobody", "good2")]
    peer = smart_host(Scene(rcpt=["250 ok", "450 4.2.1 busy", "550 5.1.1 nobody", "250 ok"]))
    judged_one_by_one(shared, peer, names)
    _, (dead,) = shared.queue()
    assert (dead["recipients"], dead["sent"], dead["failed"], dead["pending"]) == (4, 3, 1, 0)
    assert len(peer.connected) == 2


def test_no_data_when_no_recipient_is_left(shared, smart_host):
    peer = smart_host(Scene(rcpt=["550 5.1.1 nobody"] * 2))
    shared.submit(recipients=["a@example.org", "b@example.org"])
    shared.wait_status(letters=1, dead=1)
    peer.wait_said("QUIT")
    assert "DATA" not in peer.commands(0)


def test_letters_share_a_connection(shared, smart_host):
    for _ in range(3):
        shared.submit()
    peer = smart_host()
    peer.wait_taken(3)
    assert {taken.connection for taken in peer.taken()} == {0}
    assert len({tuple(taken.header("Message-ID")) for taken in peer.taken()}) == 3
    shared.wait_empty()


def test_one_refused_letter_holds_up_no_other(shared, smart_host):
    """A refusal of the second letter leaves the connection to the third."""
    numbers = [shared.submit() for _ in range(3)]
    peer = smart_host(Scene(mail=["250 ok", "550 5.7.1 not you", "250 ok"]))
    peer.wait_taken(2)
    shared.wait_status(letters=1, dead=1)
    _, (dead,) = shared.queue()
    assert dead["letter"] in numbers
    assert {taken.connection for taken in peer.taken()} == {0}


@pytest.mark.parametrize("scene", [
    {"ehlo": "\r\n".join(["250-line"] * 3000 + ["250 end"])},
    {"greeting": "220 " + "x" * 100_000},
    {"mail": "abc what"},
    {"greeting": "220-one\r\n550 two"},
    {"greeting": "220 peer\r\n250 ehlo\r\n250 mail\r\n250 rcpt\r\n354 data\r\n250 dot"},
    {"rcpt": "250 rcpt\r\n354 data"},
    {"data": "354 data\r\n250 dot"},
], ids=["3000 lines", "100 kB line", "no digits", "codes differ", "all replies at once",
        "before DATA", "before the dot"])
def test_hostile_replies_do_no_harm(shared, smart_host, scene):
    peer = smart_host(Scene(**scene))
    shared.submit()
    peer.wait_taken()
    shared.wait_empty()


STEPS = ("greeting", "ehlo", "mail", "rcpt", "data", "dot")
GOOD_CODE = {"greeting": "220", "data": "354"}  # of the others it is 250
NO_REPLIES = ["abc", "abc what", "25", "2500 x", "250x ok", "999 x", "000 x", "100 x", "-250 ok",
              " 250 ok", "2 50 ok", "0x2 ok", "250-one\r\n550 two", "\x1b[2J", "\xb2\xb5\xb0 ok"]


def in_time(box, done, what):
    """Waits of the route are cut short, so that many a try takes no minute."""
    until(lambda: done() or not box.command("flush"), what, 60)


def clean(lines):
    return all(" " <= char <= "~" for line in lines for char in line)


@pytest.mark.parametrize("step", STEPS)
def test_what_is_no_reply_is_no_consent(shared, smart_host, step):
    """Each connection but the last ends with it; the letter is sent once, by the last."""
    before = shared.status()["sent_letters"]
    peer = smart_host(*[Scene(**{step: reply}) for reply in NO_REPLIES])
    text = letter()
    shared.submit(text)
    in_time(shared, lambda: len(peer.connected) > len(NO_REPLIES), "the last connection")
    status = shared.wait_empty()
    assert (len(peer.connected), status["sent_letters"]) == (len(NO_REPLIES) + 1, before + 1)
    assert peer.letters[-1].connection == len(NO_REPLIES) and peer.letters[-1].text.endswith(text)
    assert clean(shared.console.lines), "the peer's octets on the console"


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("lines", ["endless", "100 kB"])
def test_replies_without_measure(shared, smart_host, step, lines):
    code = GOOD_CODE.get(step, "250")
    long = Endless(f"{code}-more\r\n") if lines == "endless" else f"{code} " + "x" * 100_000
    peer = smart_host(Scene(**{step: long}))
    text = letter()
    shared.submit(text)
    in_time(shared, lambda: shared.status()["letters"] == 0, "the letter to leave")
    assert len(peer.connected) == (2 if lines == "endless" else 1)
    assert peer.letters[-1].text.endswith(text)
    if lines == "endless":
        shared.console.wait_log("route-failed .*cause=bad-reply|maybe-sent", shared.beginning)


@pytest.mark.parametrize("replies, connections", [
    ({"ehlo": "250 peer\r\n421 4.3.2 closing"}, 2), ({"mail": "250 ok\r\n421 4.3.2 closing"}, 2),
    ({"rcpt": "250 ok\r\n421 4.3.2 closing"}, 2), ({"data": "354 go\r\n421 4.3.2 closing"}, 2),
    ({"dot": "250 ok\r\n421 4.3.2 closing"}, 1), ({"quit": "421 4.3.2 closing"}, 1),
    ({"quit": "abc"}, 1), ({"quit": "x" * 100_000}, 1), ({"quit": CLOSE}, 1),
], ids=["EHLO", "MAIL", "RCPT", "DATA", "dot", "QUIT", "QUIT abc", "QUIT 100 kB", "QUIT lost"])
def test_421_unasked_and_odd_ends(shared, smart_host, replies, connections):
    """A letter that was taken stays so, whatever is said then; one that was not goes again."""
    before = shared.status()["sent_letters"]
    peer = smart_host(Scene(**replies))
    text = letter()
    shared.submit(text)
    in_time(shared, lambda: shared.status()["letters"] == 0, "the letter to leave")
    assert len(peer.connected) == connections
    assert shared.status()["sent_letters"] == before + 1
    assert peer.letters[-1].text.endswith(text)


def test_a_peers_words_are_clean_wherever_they_show(shared, smart_host):
    words = "550 5.7.1 \x1b[2J\x07\x08\x7f\x00\xff\x9b1m no \\ \" way"
    smart_host(Scene(mail=words))
    number = shared.submit()
    shared.wait_status(dead=1)
    shown = shared.command("queue") + shared.command(f"show {number}") + shared.console.lines
    assert any("no" in line and "way" in line for line in shown), "the words do show"
    assert clean(shown)


PIPELINING = "250-peer.example.org\r\n250 PIPELINING"


def test_a_group_of_commands_goes_in_one_piece(shared, smart_host):
    """The peer says nothing before it has DATA."""
    peer = smart_host(Scene(ehlo=PIPELINING, holds=True))
    names = [f"ops{number}@example.org" for number in range(100)]
    shared.submit(recipients=names)
    (taken,) = peer.wait_taken(seconds=60)
    assert taken.recipients == [f"<{name}>" for name in names]
    assert len(peer.connected) == 1
    shared.wait_empty()


def test_pipelined_recipients_are_judged_one_by_one(shared, smart_host):
    names = [f"{name}@example.org" for name in ("good1", "later", "nobody", "good2")]
    refusals = ["250 ok", "450 4.2.1 busy", "550-5.1.1 no\r\n550 5.1.1 nobody", "250 ok"]
    peer = smart_host(Scene(ehlo=PIPELINING, rcpt=refusals, holds=True))
    judged_one_by_one(shared, peer, names)


@pytest.mark.parametrize("replies", [
    {"data": ["503 5.5.1 no valid recipients"]},
    {"data": ["354 go on"], "dot": ["554 5.5.1 no valid recipients"]},
], ids=["refused", "accepted"])
def test_pipelined_data_without_recipients(shared, smart_host, replies):
    """A lone dot ends what a server waits for; the connection is of use to the next letter."""
    shared.submit(recipients=["a@example.org", "b@example.org"])
    shared.submit()
    peer = smart_host(Scene(ehlo=PIPELINING, rcpt=["550 5.1.1 nobody"] * 2, holds=True, **replies))
    (taken,) = peer.wait_taken()
    assert taken.connection == 0
    assert [letter.text for letter in peer.letters if letter != taken] == [b""] * ("dot" in replies)
    shared.wait_status(letters=1, dead=1)


def test_pipelined_sender_refused(shared, smart_host):
    """What the peer says of the recipients then is about none of them."""
    peer = smart_host(Scene(ehlo=PIPELINING, mail="550 5.7.1 not you", rcpt="503 5.5.1 need MAIL",
                            data="503 5.5.1 need RCPT", holds=True))
    number = shared.submit(recipients=["a@example.org", "b@example.org"])
    wait_refused(shared, number, "sender-refused status=5.7.1")
    states = [line for line in shared.command(f"show {number}") if line.startswith("recipient=")]
    assert [line.split()[1] for line in states] == ["state=failed"] * 2
    assert not peer.letters and len(peer.connected) == 1


def test_replies_in_one_octet_pieces(shared, smart_host):
    peer = smart_host(Scene(bytewise=True))
    shared.submit()
    (taken,) = peer.wait_taken()
    assert taken.connection == 0
    shared.wait_empty()
