/* SPDX-License-Identifier: MIT */
/* entry.c: what the console and the command that asks know of a line. */
#include "operator/entry.h"

static struct {
    struct cursor line;
    bool wanted, hidden, good, secret;
} entry;

void entry_ask(bool hidden)
{
    entry.wanted = true;
    entry.hidden = hidden;
    entry.secret = true;
}

void entry_note_secret(void)
{
    entry.secret = true;
}

bool entry_was_secret(void)
{
    bool secret = entry.secret;

    entry.secret = false;
    return secret;
}

bool entry_is_wanted(void)
{
    return entry.wanted;
}

bool entry_is_hidden(void)
{
    return entry.hidden;
}

bool entry_line(struct cursor *line)
{
    *line = entry.line;
    return entry.good;
}

void entry_give(struct cursor line, bool is_good)
{
    entry.line = line;
    entry.good = is_good;
    entry.wanted = false;
}
