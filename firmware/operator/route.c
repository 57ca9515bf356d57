/* SPDX-License-Identifier: MIT */
/* route.c: `route ADDRESS [SENDER]`: which connector takes a recipient, and why no other. */
#include "operator/command.h"

#include "operator/output.h"

#include "mail/address.h"
#include "mail/connector.h"

/* What was asked, read anew for each line: it rests in the input line. */
struct question {
    struct address to;
    uint8_t allowed; /* connectors that take the sender */
    uint8_t chosen;
};

static bool read_question(const struct command *c, struct question *q)
{
    struct cursor sender = c->arguments;

    if (!address_read_mailbox(command_take_word(&sender), &q->to))
        return false;
    q->allowed = connectors_for_letter(sender, 0);
    q->chosen = connector_for(q->to.domain, q->allowed);
    return true;
}

static const char *verdict(const struct question *q, uint8_t connector)
{
    uint16_t fit = connector_fit(connector, q->to.domain);

    if (connector == q->chosen)
        return "chosen";
    if (fit == 0)
        return "other-space";
    if (CONFIG_CONNECTOR_COUNT == 1 || (q->allowed >> connector & 1) == 0)
        return "sender";
    if (fit < connector_fit(q->chosen, q->to.domain))
        return "less-close";
    return connectors[connector].cost > connectors[q->chosen].cost ? "cost" : "number";
}

static void put_verdict(const struct command *c)
{
    const struct connector *connector = &connectors[c->connector];
    struct question q;

    if (read_question(c, &q))
        output_line("route=%s verdict=%s cost=%u spaces=%s", connector->name,
                    verdict(&q, c->connector), connector->cost, connector->spaces);
}

static enum task_state put_end(const struct command *c)
{
    struct question q;

    if (!read_question(c, &q) || q.chosen == CONNECTOR_NONE)
        return command_end(ENDING_NO_WAY);
    output_line("OK %s", connectors[q.chosen].name);
    return TASK_DONE;
}

static enum task_state verdicts_run(struct command *c, const struct clock *now)
{
    (void)now;
    TASK_BEGIN(&c->task);
    for (c->connector = 0; c->connector < CONFIG_CONNECTOR_COUNT; c->connector++) {
        TASK_AWAIT(&c->task, output_begin());
        put_verdict(c);
    }
    TASK_AWAIT(&c->task, output_begin());
    put_end(c);
    TASK_END(&c->task);
}

enum task_state route_run(struct command *c, const struct clock *now)
{
    struct question q;

    (void)now;
    if (!read_question(c, &q))
        return command_usage(c);
    c->run = verdicts_run;
    return TASK_WAITING;
}
