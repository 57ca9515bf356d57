/* SPDX-License-Identifier: MIT */
/*
 * hold.c: commands about one route or, without its name, about all. Their rows stand in
 * commands.def in this order: flush, force; freeze, unfreeze; disable, enable.
 */
#include "operator/command.h"

#include "operator/output.h"

#include "mail/connector.h"

bool command_means_route(const struct command *c, uint8_t connector)
{
    return c->arguments.left == 0 ||
           cursor_is_word(&c->arguments, connectors[connector].name);
}

/* One route; false while the flash is busy: call again. */
static bool change(struct command *c, const struct clock *now)
{
    unsigned asked = (unsigned)(c->row - COMMAND_flush);
    bool done;

    if (!command_means_route(c, c->connector))
        return true;
    if (asked < 2) {
        done = relay_force(c->connector);
    } else {
        c->result =
            relay_hold(c->connector, (enum relay_hold)(asked / 2), asked % 2 == 0, now);
        done = c->result == SPOOL_OK;
    }
    c->count += done ? 1 : 0;
    return c->result != SPOOL_BUSY;
}

static void put_end(const struct command *c)
{
    if (c->result != SPOOL_OK)
        command_end(ENDING_NOT_KEPT);
    else
        command_end(c->count > 0 ? ENDING_OK : ENDING_NO_ROUTE);
}

enum task_state hold_run(struct command *c, const struct clock *now)
{
    TASK_BEGIN(&c->task);
    c->count = 0;
    for (c->connector = 0; c->result == SPOOL_OK && c->connector < CONFIG_CONNECTOR_COUNT;
         c->connector++)
        TASK_AWAIT(&c->task, change(c, now));
    TASK_AWAIT(&c->task, output_begin());
    put_end(c);
    TASK_END(&c->task);
}
