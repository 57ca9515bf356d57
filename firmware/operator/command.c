/* SPDX-License-Identifier: MIT */
/* command.c: the table of commands, and those that need no file of their own. */
#include "operator/command.h"

#include "operator/logview.h"
#include "operator/output.h"

#include "intake/flashpost.h"
#include "relay/relay.h"

#include "base/bytes.h"
#include "base/log.h"
#include "base/words.h"
#include "config/config.h"

#include "packed_words.h"

#include <string.h>

#define REBOOT_WAIT_MS                                                                     \
    1000 /* for the reply to leave; a console nobody reads holds up nothing */

#define COMMAND(name, run, arguments, help) #name "\0"
static const char names[] =
#include "operator/commands.def"
    ;
#undef COMMAND

static const char arguments[] = PACKED_ARGUMENTS;
static const char helps[] = PACKED_HELPS;
static const char endings[] = PACKED_ENDINGS;

void command_init(struct command *c)
{
    memset(c, 0, sizeof *c);
}

enum task_state command_end(enum command_ending ending)
{
    words_put(output_text(), endings, ending);
    output_end_line();
    return TASK_DONE;
}

/* Adds "name" or "name arguments". */
static void put_form(unsigned row)
{
    text_add(output_text(), words_at(names, row));
    if (words_at(arguments, row)[0] == '\0')
        return;
    text_add(output_text(), " ");
    words_put(output_text(), arguments, row);
}

enum task_state command_usage(const struct command *c)
{
    text_add(output_text(), "ERR 400 usage: ");
    put_form(c->row);
    output_end_line();
    return TASK_DONE;
}

struct cursor command_take_word(struct cursor *c)
{
    struct cursor rest = *c;
    struct cursor word;

    while (cursor_peek(&rest) >= 0 && cursor_peek(&rest) != ' ')
        cursor_next(&rest);
    cursor_take(c, c->left - rest.left, &word);
    cursor_skip_blanks(c);
    return word;
}

/* ---- format, reboot ------------------------------------------------------------------------------ */

/* Only a flash that is not ours is formatted: there is no letter of ours to lose in it. */
static enum task_state format_run(struct command *c, const struct clock *now)
{
    struct clock fresh = *now;

    if (!cursor_is_word(&c->arguments, "yes"))
        return command_usage(c);
    if (spool_is_open())
        return command_end(ENDING_IN_USE);
    if (spool_format(&fresh) != SPOOL_OPENED)
        return command_end(ENDING_NO_FLASH);
    return command_end(ENDING_FORMATTED);
}

static enum task_state reboot_run(struct command *c, const struct clock *now)
{
    TASK_BEGIN(&c->task);
    command_end(ENDING_REBOOTING);
    c->task.deadline_ms = now->uptime_ms + REBOOT_WAIT_MS;
    TASK_AWAIT(&c->task, output_begin() || task_late(&c->task, now->uptime_ms));
    c->reboot = true;
    TASK_END(&c->task);
}

/* ---- log --------------------------------------------------------------------------------- */

static const char *const log_words[] = {"error", "warn", "info", "debug"};

static bool set_log(struct cursor word)
{
    if (cursor_is_word(&word, "on") || cursor_is_word(&word, "off")) {
        logview_set(cursor_is_word(&word, "on"));
        return true;
    }
    for (size_t i = 0; i < COUNT_OF(log_words); i++) {
        if (cursor_is_word(&word, log_words[i])) {
            log_set_level((enum log_level)i);
            return true;
        }
    }
    return false;
}

static enum task_state log_run(struct command *c, const struct clock *now)
{
    (void)now;
    if (c->arguments.left > 0 && !set_log(c->arguments))
        return command_usage(c);
    output_line("OK log is %s, level %s", logview_is_shown() ? "on" : "off",
                log_words[log_level()]);
    return TASK_DONE;
}

/* ---- alert ------------------------------------------------------------------------------- */

static const char *const severities[] = {"debug", "info", "warning", "error", "critical"};

static bool read_severity(struct cursor word, enum flashpost_severity *severity)
{
    for (size_t i = 0; i < COUNT_OF(severities); i++) {
        if (cursor_is_word(&word, severities[i])) {
            *severity = (enum flashpost_severity)i;
            return true;
        }
    }
    return false;
}

struct alert_body {
    struct cursor rest; /* lines, '|' between them */
    bool ended;
};

static size_t give_body(void *context, char *piece, size_t size)
{
    struct alert_body *body = context;
    size_t given = 0;

    while (given < size && !body->ended) {
        int octet = cursor_next(&body->rest);

        body->ended = octet < 0;
        piece[given++] = octet < 0 || octet == '|' ? '\n' : (char)octet;
        if (octet == '|')
            cursor_skip_blanks(&body->rest);
    }
    return given;
}

/* Up to the first '|', without the blanks before it; `rest` begins behind it. */
static void take_subject(struct cursor *rest, struct text *subject)
{
    for (int octet = cursor_next(rest); octet >= 0 && octet != '|';
         octet = cursor_next(rest)) {
        uint8_t byte = (uint8_t)octet;

        text_add_clean(subject, &byte, 1);
    }
    while (subject->length > 0 && subject->bytes[subject->length - 1] == ' ')
        subject->bytes[--subject->length] = '\0';
    cursor_skip_blanks(rest);
}

static enum task_state put_alert_result(enum flashpost_result result, uint32_t id)
{
    switch (result) {
    case FLASHPOST_OK:
        output_line("OK kept as %lu", (unsigned long)id);
        return TASK_DONE;
    case FLASHPOST_NOT_CONFIGURED:
        return command_end(ENDING_NO_ADMIN);
    case FLASHPOST_FULL:
        return command_end(ENDING_FULL);
    default:
        return command_end(ENDING_NOT_KEPT);
    }
}

static enum task_state alert_run(struct command *c, const struct clock *now)
{
    char buffer[CONFIG_CONSOLE_LINE];
    struct text subject;
    struct alert_body body = {.rest = c->arguments};
    enum flashpost_severity severity;
    uint32_t id = 0;

    (void)now;
    text_init(&subject, buffer, sizeof buffer);
    if (!read_severity(command_take_word(&body.rest), &severity))
        return command_usage(c);
    take_subject(&body.rest, &subject);
    if (subject.length == 0)
        return command_usage(c);
    body.ended = body.rest.left == 0;
    enum flashpost_result result = flashpost_alert(severity, buffer, give_body, &body, &id);

    return put_alert_result(result, id);
}

/* ---- help, and the table ----------------------------------------------------------------- */

static enum task_state help_run(struct command *c, const struct clock *now);

#define COMMAND(name, run, arguments, help) run,
static const command_run runs[] = {
#include "operator/commands.def"
};
#undef COMMAND

/* The row of a command; COUNT_OF(runs) when there is none. */
static uint8_t find(struct cursor name)
{
    uint8_t row = 0;

    while (row < COUNT_OF(runs) && !cursor_is_word(&name, words_at(names, row)))
        row++;
    return row;
}

static void put_help(unsigned row)
{
    put_form(row);
    text_add(output_text(), ": ");
    words_put(output_text(), helps, row);
    output_end_line();
}

static enum task_state help_all_run(struct command *c, const struct clock *now)
{
    (void)now;
    TASK_BEGIN(&c->task);
    for (c->step = 0; c->step < COUNT_OF(runs); c->step++) {
        TASK_AWAIT(&c->task, output_begin());
        put_help((unsigned)c->step);
    }
    TASK_AWAIT(&c->task, output_begin());
    output_line("OK %u commands", (unsigned)COUNT_OF(runs));
    TASK_END(&c->task);
}

static enum task_state unknown_run(struct command *c, const struct clock *now)
{
    (void)c;
    (void)now;
    return command_end(ENDING_UNKNOWN);
}

static enum task_state help_run(struct command *c, const struct clock *now)
{
    uint8_t row = find(c->arguments);

    if (c->arguments.left == 0) {
        c->run = help_all_run;
        return TASK_WAITING;
    }
    if (row == COUNT_OF(runs))
        return unknown_run(c, now);
    put_help(row);
    return command_end(ENDING_OK);
}

/* ---- Start and steps --------------------------------------------------------------------- */

static enum task_state too_long_run(struct command *c, const struct clock *now)
{
    (void)c;
    (void)now;
    output_line("ERR 400 line too long: use at most %u characters",
                (unsigned)(CONFIG_CONSOLE_LINE - 1));
    return TASK_DONE;
}

static enum task_state usage_run(struct command *c, const struct clock *now)
{
    (void)now;
    return command_usage(c);
}

static struct cursor without_blanks_at_end(struct cursor c)
{
    struct cursor kept = c;
    struct cursor rest = c;

    for (int octet = cursor_next(&rest); octet >= 0; octet = cursor_next(&rest)) {
        if (octet != ' ')
            kept.left = c.left - rest.left;
    }
    return kept;
}

void command_start(struct command *c, struct cursor line, bool too_long)
{
    cursor_skip_blanks(&line);
    line = without_blanks_at_end(line);
    if (line.left == 0 && !too_long)
        return;
    task_init(&c->task);
    c->result = SPOOL_OK;
    c->row = find(command_take_word(&line));
    c->arguments = line;
    if (too_long)
        c->run = too_long_run;
    else if (c->row == COUNT_OF(runs))
        c->run = unknown_run;
    else if (words_at(arguments, c->row)[0] == '\0' && line.left > 0)
        c->run = usage_run;
    else
        c->run = runs[c->row];
}

bool command_step(struct command *c, const struct clock *now)
{
    if (c->task.line == 0 && !output_begin())
        return false;
    if (c->run(c, now) == TASK_DONE)
        c->run = NULL;
    return c->run == NULL || (c->result != SPOOL_BUSY && !output_waits());
}
