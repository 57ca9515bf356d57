# SPDX-License-Identifier: MIT
"""The one way to wait in these tests: for a condition, with a deadline. Nothing else sleeps."""

import time

STEP_S = 0.01


class TooLate(AssertionError):
    """What was waited for did not happen in time."""


def until(condition, what, seconds=20):
    """Returns the first true value of `condition()`."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise TooLate(f"waited {seconds} s for {what}")
        time.sleep(STEP_S)
    return value
