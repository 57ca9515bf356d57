/* SPDX-License-Identifier: MIT */
/*
 * console.c: who has the console: the command under way, then the log, then the prompt and
 * whoever types at it. While a command runs, what is typed waits in the port.
 */
#include "operator/console.h"

#include "operator/command.h"
#include "operator/entry.h"
#include "operator/line.h"
#include "operator/logview.h"
#include "operator/output.h"

#include "port/port.h"

#define PROMPT        "flashpost> "
#define ASK           "value: "
#define REDRAW        "\x1b[2K\r" /* clears the line of the screen; the cursor at its start */
#define ECHO_MAX      8           /* octets that one typed octet puts out at most */
#define STEPS_MAX     8
#define TYPED_MAX     32 /* octets read in one step */
#define WAIT_IDLE_MS  1000
#define WAIT_PORT_MS  10
#define WAIT_FLASH_MS 20

static struct {
    struct line line;
    struct command command;
    bool at_prompt; /* prompt and line stand on the screen */
} console;

void console_init(void)
{
    output_init();
    logview_init();
    line_init(&console.line);
    command_init(&console.command);
    console.at_prompt = false;
}

bool console_wants_reboot(void)
{
    return console.command.reboot;
}

/* Whether what is typed is for the command under way. */
static bool is_asked(void)
{
    return CONFIG_SETTINGS && console.command.run != NULL && entry_is_wanted();
}

static bool is_hidden(void)
{
    return is_asked() && entry_is_hidden();
}

static void draw_prompt(void)
{
    if (is_asked())
        output_raw(ASK, sizeof ASK - 1);
    else
        output_raw(PROMPT, sizeof PROMPT - 1);
    if (!is_hidden())
        output_raw(console.line.bytes, console.line.length);
    console.at_prompt = true;
}

/* The line rests until the next key, which comes when the command asks again or is over. */
static void give_line(bool is_good)
{
    struct line *line = &console.line;

    entry_give(cursor_over(line->bytes, line->length), is_good && line->excess == 0);
    line_next(line);
    line->last = 0;
    console.at_prompt = false;
}

static void enter(void)
{
    struct line *line = &console.line;

    output_raw("\r\n", 2);
    if (is_asked()) {
        give_line(true);
        return;
    }
    command_start(&console.command, cursor_over(line->bytes, line->length),
                  line->excess > 0);
    line_next(line);
    console.at_prompt = false;
}

static void show_event(enum line_event event)
{
    struct line *line = &console.line;

    if (event == LINE_ENTERED) {
        enter();
    } else if (event == LINE_DROPPED && is_asked()) {
        output_raw("\r\n", 2);
        give_line(false);
    } else if (is_hidden()) {
        return;
    } else if (event == LINE_ADDED) {
        output_raw(&line->bytes[line->length - 1], 1);
    } else if (event == LINE_ERASED) {
        output_raw("\b \b", 3);
    } else if (event == LINE_CHANGED) {
        output_raw(REDRAW, sizeof REDRAW - 1);
        console.at_prompt = false;
    } else if (event == LINE_DROPPED) {
        output_raw("\r\n", 2);
        console.at_prompt = false;
    }
}

/* True when something was typed. Stops where something else is to be drawn first. */
static bool read_typed(void)
{
    char typed;

    output_begin();
    for (int i = 0; i < TYPED_MAX; i++) {
        if (!console.at_prompt || output_room() < ECHO_MAX)
            return true;
        if (port_console_read(&typed, 1) == 0)
            return i > 0;
        show_event(line_feed(&console.line, (uint8_t)typed));
    }
    return true;
}

/* One step of the command; what was typed for it is not kept. */
static bool command_goes_on(struct command *command, const struct clock *now)
{
    bool goes_on = command_step(command, now);

    if (CONFIG_SETTINGS && command->run == NULL && entry_was_secret())
        line_forget(&console.line);
    if (is_asked())
        console.line.last = 0;
    return goes_on || (command->result == SPOOL_BUSY && logview_step(now, false));
}

/* One thing that can be done now; false when there is none. */
static bool step(const struct clock *now)
{
    struct command *command = &console.command;

    if (command->run != NULL && !is_asked())
        return command_goes_on(command, now);
    if (command->reboot) /* nothing more is taken; the log tells how all ends */
        return logview_step(now, false);
    if (logview_step(now, console.at_prompt)) {
        console.at_prompt = false;
        return true;
    }
    if (console.at_prompt)
        return read_typed();
    if (!output_begin())
        return false;
    draw_prompt();
    return true;
}

uint32_t console_poll(const struct clock *now)
{
    bool more = true;

    for (int i = 0; i < STEPS_MAX && more; i++) {
        output_drain();
        more = step(now);
    }
    more = more || output_waits(); /* once that has left, there may be more to show */
    output_drain();
    if (output_waits())
        return WAIT_PORT_MS;
    if (console.command.run != NULL && !is_asked())
        return console.command.result == SPOOL_BUSY ? WAIT_FLASH_MS : 0;
    return more ? 0 : WAIT_IDLE_MS;
}
