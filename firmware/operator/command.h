/* SPDX-License-Identifier: MIT */
/*
 * command.h: the one command under way. Its function is a task that writes reply lines, the
 * last of which begins with OK or ERR; it is first called when the output is free.
 */
#ifndef OPERATOR_COMMAND_H
#define OPERATOR_COMMAND_H

#include "relay/relay.h"
#include "spool/spool.h"

#include "base/clock.h"
#include "base/cursor.h"
#include "config/config.h"
#include "task/task.h"

#include "config/config.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct command;
typedef enum task_state (*command_run)(struct command *c, const struct clock *now);

/* A reply's last line. */
enum command_ending {
#define ENDING(name, text) ENDING_##name,
#include "operator/endings.def"
#undef ENDING
};

/* Rows of the table. */
enum command_row {
#define COMMAND(name, run, arguments, help) COMMAND_##name,
#include "operator/commands.def"
#undef COMMAND
};

struct command {
    struct task task;        /* first */
    command_run run;         /* NULL: no command is under way */
    struct cursor arguments; /* in the input line, which rests until the command is over */
    enum spool_result result;
    size_t step;    /* through a table */
    uint32_t id;    /* of the letter at hand, or looked for */
    uint32_t count; /* letters listed; octets of header read */
    struct spool_walk walk;
    uint16_t head;
    uint8_t row; /* of commands.def */
    uint8_t connector;
    bool listed; /* the letter at hand was shown */
    bool reboot; /* asked for, and the reply has left */

    /* queue only: what waits on each route */
    struct command_sum {
        uint32_t letters, oldest_s;
    } sums[CONFIG_CONNECTOR_COUNT];

    /* show only */
    struct recipient_set sent, failed;
    uint8_t recipient;
    bool in_text;
    uint8_t header; /* where in a field of the header */
    uint8_t name_length;
    char name[8]; /* of the present field, as far as it fits */
    union {
        struct spool_reader reader;
        uint8_t label[64]; /* ta only; as SETTINGS_NAME_MAX */
    };
};

/* No command under way. */
void command_init(struct command *c);

/* Starts the command that the line names; a line of blanks starts none. */
void command_start(struct command *c, struct cursor line, bool too_long);

/* One step; false while the command waits for the flash or for the output. */
bool command_step(struct command *c, const struct clock *now);

/* Writes the last line. */
enum task_state command_end(enum command_ending ending);

/* The same, with the form of the command. */
enum task_state command_usage(const struct command *c);

/* Cuts off the next word, and the blanks behind it. */
struct cursor command_take_word(struct cursor *c);

enum task_state status_run(struct command *c, const struct clock *now);
enum task_state queue_run(struct command *c, const struct clock *now);
enum task_state show_run(struct command *c, const struct clock *now);
enum task_state delete_run(struct command *c, const struct clock *now);
enum task_state route_run(struct command *c, const struct clock *now);
enum task_state list_run(struct command *c, const struct clock *now);
enum task_state set_run(struct command *c, const struct clock *now);
enum task_state unset_run(struct command *c, const struct clock *now);
enum task_state settings_run(struct command *c, const struct clock *now);
enum task_state wipe_run(struct command *c, const struct clock *now);
enum task_state clock_run(struct command *c, const struct clock *now);
enum task_state hold_run(struct command *c, const struct clock *now);
enum task_state ta_run(struct command *c, const struct clock *now);

/* Whether the arguments name this route, or none. */
bool command_means_route(const struct command *c, uint8_t connector);

/* Adds the seconds until something is due on this route, or "none". */
void queue_put_due(const struct relay_view *view, uint8_t connector,
                   const struct clock *now);

/*
 * Writes the line of letter c->head for c->connector, if that is meant and it has recipients
 * there: c->listed; and notes c->result, c->sent and c->failed. False when the flash is busy: call again.
 */
bool queue_put_letter(struct command *c, const struct clock *now);

/* One step of the walk; true when c->result is something else than "go on". */
bool queue_walk(struct command *c);

#endif
