# SPDX-License-Identifier: MIT
"""Figures that the scenarios measure; the last lines of a run tell them."""

measured = {}
