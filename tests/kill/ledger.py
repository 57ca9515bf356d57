# SPDX-License-Identifier: MIT
"""
What was said of each letter: by the box to its clients, by the next hop to the box, and by the
flash after each kill. Conservation is checked from these alone:

  accepted (the client saw 250)    must be delivered, or in the flash, or deleted as the flash says
  doubtful (no reply was seen)     may be there or not, but whole
  begun, refused                   must be nowhere

A letter is known by its Message-ID.
"""

import collections
import re
import threading

from client import letter

BEGUN, REFUSED, DOUBTFUL, ACCEPTED = "begun", "refused", "doubtful", "accepted"
MAY_EXIST = (DOUBTFUL, ACCEPTED)
MESSAGE_ID = re.compile(rb"(?m)^Message-ID: <([^>\r\n]+)>\r\n")


class Entry:
    """One letter."""

    def __init__(self, text, recipients):
        self.text, self.recipients = text, recipients
        self.state, self.number = BEGUN, None


def message_id(text):
    """Of a letter's text; None when it has none."""
    found = MESSAGE_ID.search(text or b"")
    return found and found[1].decode()


class Ledger:
    def __init__(self):
        self.entries = {}  # by Message-ID
        self.deleted = set()  # Message-IDs of letters that the flash shows as deleted
        self.waiting = 0  # letters that are not dead, in the flash when it was last looked at
        self.findings = []
        self._lost = set()  # Message-IDs: each is told once
        self._lock = threading.Lock()
        self._looked_at = 0  # letters of the peer
        self._delivered = collections.defaultdict(set)  # recipients that the next hop took
        self.repeated = 0  # transactions with a recipient that had the letter already
        self._heads_seen = {}  # Message-ID by number, of letters that the flash showed

    def begin(self, size, recipients):
        text = letter(size)
        entry = Entry(text, recipients)
        with self._lock:
            self.entries[message_id(text)] = entry
        return entry

    @property
    def lost(self):
        return len(self._lost - self.delivered())

    def count(self, state):
        return sum(entry.state == state for entry in list(self.entries.values()))

    def find(self, words):
        self.findings.append(words)

    # ---- The next hop ---------------------------------------------------------------------

    def take_deliveries(self, peer):
        """Looks at what has come to the peer since the last time."""
        taken = peer.letters[self._looked_at:]
        self._looked_at += len(taken)
        for one in taken:
            self._take(one)

    def _take(self, one):
        identity = message_id(one.text)
        entry = self.entries.get(identity)
        if entry is None or entry.state not in MAY_EXIST:
            return self.find(f"delivered, and never accepted: {identity}")
        if not one.text.endswith(entry.text) or not re.fullmatch(
                rb"Received: [^\r\n]+\r\n([ \t][^\r\n]+\r\n)*", one.text[:-len(entry.text)]):
            self.find(f"delivered with other octets: {identity}")
        recipients = {recipient.strip("<>") for recipient in one.recipients}
        if not recipients <= set(entry.recipients):
            self.find(f"delivered to others: {identity} {recipients}")
        if str(one.reply).startswith("2"):
            self.repeated += bool(recipients & self._delivered[identity])
            self._delivered[identity] |= recipients

    def delivered(self):
        """Letters of which the next hop took every recipient."""
        return {identity for identity, recipients in list(self._delivered.items())
                if recipients >= set(self.entries[identity].recipients)}

    # ---- The flash --------------------------------------------------------------------------

    def check_flash(self, spool, when):
        """
        What a kill left, read by tools/spool_format: the letters that it shows, by Message-ID.
        Each must be one that a client sent, whole; and each that is owed must be among them.
        """
        found = {}
        for one in spool.letters:
            identity = message_id(one.text)
            entry = self.entries.get(identity)
            if entry is None or entry.state not in MAY_EXIST:
                self.find(f"{when}: in the flash, and never accepted: letter {one.id} {identity}")
            elif one.trouble or one.text != entry.text or [
                    address.decode() for _, address in one.recipients] != entry.recipients:
                self.find(f"{when}: not whole in the flash: letter {one.id} {one.trouble}")
            elif identity in found:
                self.find(f"{when}: twice in the flash: letter {one.id}")
            found[identity] = one
            self._heads_seen[one.id] = identity
        self.waiting = sum(one.dead_s is None for one in spool.letters)
        self._note_deleted(spool)
        self._check_owed(found, when)
        return found

    def _note_deleted(self, spool):
        """Dead letters that gave way to younger ones: closed as deleted, or about to be."""
        intent = spool.journal.intent
        closing = intent.page if intent and intent.record[:2] == b"Z\3" else None
        numbers = {entry.number: identity for identity, entry in list(self.entries.items())}
        for head in spool.heads:
            is_closed = head.closed and head.closed[1] == 3 or head.page == closing
            is_dead = any(state == "valid" and unit[:1] == b"d"
                          for state, unit in zip(head.states, head.units))
            identity = self._heads_seen.get(head.id) or numbers.get(head.id)
            if is_closed and is_dead and identity is not None:
                self.deleted.add(identity)

    def _check_owed(self, found, when):
        owed = {identity for identity, entry in list(self.entries.items())
                if entry.state == ACCEPTED}
        for identity in owed - self._lost - set(found) - self.delivered() - self.deleted:
            self.find(f"{when}: lost: letter {self.entries[identity].number} {identity}")
            self._lost.add(identity)

    def check_end(self, found):
        """All waits are over: what is left is dead, and its pending recipients none."""
        for identity, one in found.items():
            if identity not in self.entries:
                continue
            missing = {number for number, (_, address) in enumerate(one.recipients)
                       if address.decode() not in self._delivered[identity]}
            if one.dead_s is None or not missing <= one.failed:
                self.find(f"at the end: letter {one.id} neither waits nor is it dead")

    def balance(self, found):
        """(delivered, dead, deleted) of the accepted, and how many of the doubtful came."""
        delivered, dead = self.delivered(), set(found)
        came = delivered | dead | self.deleted
        accepted = {i for i, entry in self.entries.items() if entry.state == ACCEPTED}
        doubtful = {i for i, entry in self.entries.items() if entry.state == DOUBTFUL}
        return (len(accepted & delivered), len(accepted & dead - delivered),
                len(accepted & self.deleted - dead - delivered), len(doubtful & came))

    def repeated_numbers(self):
        """Numbers that two accepted letters were given."""
        counted = collections.Counter(entry.number for entry in self.entries.values()
                                      if entry.number is not None)
        return [number for number, count in counted.items() if count > 1]
