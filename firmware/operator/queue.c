/* SPDX-License-Identifier: MIT */
/*
 * queue.c: `queue`: the routes, then every letter in the flash, at most one sector of it a
 * step. A letter that leaves or moves while the walk is under way may be missed; none is held.
 */
#include "operator/command.h"

#include "operator/output.h"

#include "mail/connector.h"

#include <string.h>

/* Seconds until a powered second; 0 when it has come. */
static uint32_t until(const struct clock *now, uint32_t due_s)
{
    return clock_reached(now, due_s) ? 0 : due_s - now->powered_s;
}

void queue_put_due(const struct relay_view *view, uint8_t connector,
                   const struct clock *now)
{
    struct spool_letter next = {.due_s = view->due_s};
    bool waits = view->state == RELAY_RETRY || view->state == RELAY_GLITCH ||
                 view->state == RELAY_SCHEDULED;
    bool held = view->state == RELAY_FROZEN || view->state == RELAY_DISABLED;

    if (held)
        text_add(output_text(), "none");
    else if (waits || (spool_next(connector, &next) && next.due_s != RELAY_NEVER))
        text_printf(output_text(), "%lu", (unsigned long)until(now, next.due_s));
    else
        text_add(output_text(), "none");
}

/* What stopped a route is told in the words that the log and a notice use, too. */
static void put_route(uint8_t connector, const struct clock *now)
{
    struct relay_view view;

    relay_view(connector, &view, now);
    text_printf(output_text(), "route=%s state=%s tries=%u due_in_s=", view.name,
                relay_state_name(view.state), view.tries);
    queue_put_due(&view, connector, now);
    output_end_line();
    if (view.cause == CAUSE_NONE)
        return;
    text_add(output_text(), "route_status=");
    outcome_put_sentence(output_text(), view.cause);
    output_end_line();
}

/* A buffer of output holds one of remedy and reply, hardly both. */
static void put_remedy(uint8_t connector, const struct clock *now)
{
    struct relay_view view;

    relay_view(connector, &view, now);
    if (view.cause == CAUSE_NONE)
        return;
    text_add(output_text(), "route_remedy=");
    outcome_put_remedy(output_text(), view.cause, connector);
    output_end_line();
}

static void put_reply(uint8_t connector, const struct clock *now)
{
    struct relay_view view;

    relay_view(connector, &view, now);
    if (view.reply[0] != '\0')
        output_line("route_reply=%s", view.reply);
}

static void put_state(struct command *c, const struct spool_state *state,
                      const struct clock *now)
{
    struct text *t = output_text();
    struct command_sum *sum = &c->sums[c->connector];
    uint32_t age_s = now->powered_s - state->deposited_s;
    unsigned sent = recipient_count(&state->sent);
    unsigned failed = recipient_count(&state->failed);
    unsigned settled = sent + failed;

    text_printf(t, "letter=%lu route=%s state=%s tries=%u due_in_s=", (unsigned long)c->id,
                connectors[c->connector].name, state->dead ? "dead" : "waiting",
                state->tries);
    if (state->dead || state->due_s == RELAY_NEVER) {
        text_add(t, "none");
    } else {
        text_printf(t, "%lu", (unsigned long)until(now, state->due_s));
        sum->letters++;
        if (age_s > sum->oldest_s)
            sum->oldest_s = age_s;
    }
    text_printf(t, " age_s=%lu size=%lu recipients=%u pending=%u sent=%u failed=%u",
                (unsigned long)age_s, (unsigned long)state->text_size, state->recipients,
                settled < state->recipients ? state->recipients - settled : 0, sent,
                failed);
    output_end_line();
}

bool queue_put_letter(struct command *c, const struct clock *now)
{
    struct spool_state state;

    c->result = spool_read_state(c->head, c->connector, &state);
    if (c->result == SPOOL_BUSY)
        return false;
    if (c->result == SPOOL_OK) {
        c->sent = state.sent;
        c->failed = state.failed;
        if ((state.connectors >> c->connector & 1) == 0 ||
            !command_means_route(c, c->connector))
            return true;
        put_state(c, &state, now);
        c->listed = true;
    } else if (c->result != SPOOL_GONE && !c->listed) {
        output_line("letter=%lu state=damaged", (unsigned long)c->id);
        c->listed = true;
    }
    return true;
}

bool queue_walk(struct command *c)
{
    c->result = spool_walk_next(&c->walk, &c->head, &c->id);
    return c->result != SPOOL_BUSY && !(c->result == SPOOL_OK && c->head == 0);
}

static void put_sum(const struct command *c)
{
    const struct command_sum *sum = &c->sums[c->connector];

    if (command_means_route(c, c->connector))
        output_line("waiting=%s letters=%lu oldest_s=%lu", connectors[c->connector].name,
                    (unsigned long)sum->letters, (unsigned long)sum->oldest_s);
}

static void put_end(const struct command *c)
{
    if (c->result == SPOOL_END)
        output_line("OK %lu letters", (unsigned long)c->count);
    else
        command_end(c->result == SPOOL_GONE ? ENDING_NO_ROUTE : ENDING_UNREADABLE);
}

/* GONE when the arguments name no route. */
static void begin_letters(struct command *c)
{
    c->result = c->count == 0 ? SPOOL_GONE : SPOOL_OK;
    c->count = 0;
    memset(c->sums, 0, sizeof c->sums);
    spool_walk_begin(&c->walk);
}

enum task_state queue_run(struct command *c, const struct clock *now)
{
    TASK_BEGIN(&c->task);
    c->count = 0;
    for (c->connector = 0; c->connector < CONFIG_CONNECTOR_COUNT; c->connector++) {
        if (!command_means_route(c, c->connector))
            continue;
        c->count++;
        TASK_AWAIT(&c->task, output_begin());
        put_route(c->connector, now);
        TASK_AWAIT(&c->task, output_begin());
        put_remedy(c->connector, now);
        TASK_AWAIT(&c->task, output_begin());
        put_reply(c->connector, now);
    }
    begin_letters(c);
    if (c->result == SPOOL_OK)
        TASK_AWAIT(&c->task, queue_walk(c));
    while (c->result == SPOOL_OK) {
        c->listed = false;
        for (c->connector = 0; c->connector < CONFIG_CONNECTOR_COUNT; c->connector++)
            TASK_AWAIT(&c->task, output_begin() && queue_put_letter(c, now));
        c->count += c->listed ? 1 : 0;
        TASK_AWAIT(&c->task, queue_walk(c));
    }
    for (c->connector = 0; c->connector < CONFIG_CONNECTOR_COUNT; c->connector++) {
        TASK_AWAIT(&c->task, output_begin());
        put_sum(c);
    }
    TASK_AWAIT(&c->task, output_begin());
    put_end(c);
    TASK_END(&c->task);
}

enum task_state list_run(struct command *c, const struct clock *now)
{
    return c->arguments.left == 0 ? command_usage(c) : queue_run(c, now);
}
