/* SPDX-License-Identifier: MIT */
/*
 * show.c: `delete NUMBER` and `show NUMBER`: the letter's state, origin and envelope, then Subject, From and Date
 * as its header has them (folded lines joined, nothing decoded). The text is not shown.
 */
#include "operator/command.h"

#include "operator/output.h"

#include "mail/connector.h"
#include "mail/headers.h"
#include "mail/letter.h"
#include "base/bytes.h"
#include "base/log.h"

#include <string.h>

#define HEADER_OCTETS_MAX 16384 /* of a header, looked through for the fields */

/* Where header_octet is. */
enum { HEADER_NAME, HEADER_SKIP, HEADER_BLANKS, HEADER_VALUE, HEADER_FOLD, HEADER_OVER };

static const char *const shown_fields[] = {"subject", "from", "date"};

/* ---- Envelope ---------------------------------------------------------------------------- */

static void put_pair(const char *key, const char *text)
{
    output_line("%s=%s", key, text[0] != '\0' ? text : "none");
}

static void put_origin(struct cursor value)
{
    static const char *const sources[] = {"unknown", "smtp", "alert", "console"};
    struct letter_origin origin;

    if (!letter_get_origin(value, &origin))
        return;
    put_pair("source", sources[origin.source < COUNT_OF(sources) ? origin.source : 0]);
    put_pair("client", origin.address);
    put_pair("helo", origin.helo);
    text_add(output_text(), "came=");
    if (origin.wall_s != 0)
        headers_put_date(output_text(), origin.wall_s);
    else
        text_add(output_text(), "clock not set");
    output_end_line();
}

static void put_path(struct cursor path)
{
    text_add(output_text(), "<");
    text_add_clean(output_text(), path.at, path.left);
    text_add(output_text(), ">");
    output_end_line();
}

static void put_recipient(struct command *c, struct cursor value)
{
    int connector = cursor_next(&value);
    bool known = connector >= 0 && connector < CONFIG_CONNECTOR_COUNT;
    const char *state = "pending";

    if (c->recipient >= LETTER_RECIPIENTS_MAX)
        return;
    if (recipient_in(&c->sent, c->recipient))
        state = "sent";
    else if (recipient_in(&c->failed, c->recipient))
        state = "failed";
    text_printf(output_text(), "recipient=%u state=%s route=%s to=", c->recipient, state,
                known ? connectors[connector].name : "none");
    put_path(value);
    c->recipient++;
}

/* The next field of the envelope; false when the flash is busy: call again. */
static bool put_field(struct command *c)
{
    uint8_t
        value[CONFIG_CONSOLE_OUT]; /* what is longer would be cut on its way out anyway */
    uint8_t kind;
    size_t size;

    c->result = spool_reader_field(&c->reader, &kind, value, sizeof value, &size);
    if (c->result == SPOOL_END)
        c->result = SPOOL_DAMAGED; /* an envelope ends in LETTER_TEXT */
    if (c->result != SPOOL_OK)
        return c->result != SPOOL_BUSY;

    struct cursor field = cursor_over(value, min_size(size, sizeof value));

    if (kind == LETTER_ORIGIN) {
        put_origin(field);
    } else if (kind == LETTER_SENDER) {
        text_add(output_text(), "sender=");
        put_path(field);
    } else if (kind == LETTER_RECIPIENT) {
        put_recipient(c, field);
    }
    c->in_text = kind == LETTER_TEXT;
    return true;
}

/* ---- Header ------------------------------------------------------------------------------ */

/* Opens a line for the field whose name is complete, if it is one to show. */
static bool begin_field(struct command *c)
{
    struct cursor name = cursor_over(c->name, c->name_length);

    c->header = HEADER_SKIP;
    for (size_t i = 0; i < COUNT_OF(shown_fields); i++) {
        if (c->name_length <= sizeof c->name && cursor_is_word(&name, shown_fields[i])) {
            text_printf(output_text(), "%s=", shown_fields[i]);
            c->header = HEADER_BLANKS;
        }
    }
    return true;
}

/* An octet at the start of a line, or in a field's name. */
static bool name_octet(struct command *c, uint8_t octet)
{
    if (octet == ':')
        return output_begin() && begin_field(c);
    if (octet == '\n')
        c->header = HEADER_OVER; /* the empty line, or one that is no field */
    else if (octet == ' ' && c->name_length == 0)
        c->header = HEADER_SKIP; /* goes on with a field that is not shown */
    else if (octet != '\r' && c->name_length < sizeof c->name)
        c->name[c->name_length++] = (char)octet;
    else if (octet != '\r')
        c->name_length = sizeof c->name + 1; /* longer than any shown */
    return true;
}

/* Takes one octet; false when a line must leave before: give the same octet again. */
static bool header_octet(struct command *c, uint8_t octet)
{
    if (octet == '\t')
        octet = ' ';
    if (c->header == HEADER_FOLD && octet != ' ') {
        output_end_line();
        c->header = HEADER_NAME;
        c->name_length = 0;
    }
    if (c->header == HEADER_NAME)
        return name_octet(c, octet);
    if (octet == '\n') {
        c->header = c->header == HEADER_SKIP ? HEADER_NAME : HEADER_FOLD;
        c->name_length = 0;
    } else if (c->header == HEADER_FOLD) {
        text_add(output_text(), " ");
        c->header = HEADER_BLANKS;
    } else if (c->header != HEADER_SKIP && octet != '\r' &&
               (octet != ' ' || c->header == HEADER_VALUE)) {
        text_add_clean(output_text(), &octet, 1);
        c->header = HEADER_VALUE;
    }
    return true;
}

static void take_text(struct command *c, const uint8_t *text, size_t size)
{
    size_t taken = 0;

    while (taken < size && c->header != HEADER_OVER && header_octet(c, text[taken]))
        taken++;
    c->count += (uint32_t)taken;
    spool_reader_ack(&c->reader, taken);
}

/* One piece of the header; true when it is over, or the text cannot be read. */
static bool put_header(struct command *c)
{
    const uint8_t *text;
    size_t size;

    c->result = spool_reader_text(&c->reader, &text, &size);
    if (c->result == SPOOL_BUSY)
        return false;
    if (c->result == SPOOL_OK)
        take_text(c, text, size);
    if (c->result == SPOOL_OK && c->header != HEADER_OVER && c->count < HEADER_OCTETS_MAX)
        return false;
    if (c->header >= HEADER_BLANKS && c->header <= HEADER_FOLD)
        output_end_line();
    if (c->result == SPOOL_END)
        c->result = SPOOL_OK; /* a text that is all header */
    return true;
}

/* ---- The whole --------------------------------------------------------------------------- */

/* Walks on until the letter is found or there are no more; false: call again. */
static bool find(struct command *c, uint32_t wanted)
{
    return queue_walk(c) && (c->result != SPOOL_OK || c->id == wanted);
}

static bool open_reader(struct command *c)
{
    c->result = spool_reader_open(&c->reader, c->head);
    c->recipient = 0;
    c->in_text = false;
    c->header = HEADER_NAME;
    c->name_length = 0;
    c->count = 0;
    return c->result != SPOOL_BUSY;
}

static void put_end(const struct command *c)
{
    switch (c->result) {
    case SPOOL_OK:
        output_line("OK letter %lu", (unsigned long)c->id);
        break;
    case SPOOL_END:
        command_end(ENDING_NO_LETTER);
        break;
    case SPOOL_GONE:
        command_end(ENDING_MOVED);
        break;
    case SPOOL_DAMAGED:
        command_end(ENDING_DAMAGED);
        break;
    case SPOOL_FULL: /* of delete_letter */
        command_end(ENDING_UNDER_WAY);
        break;
    default:
        command_end(ENDING_UNREADABLE);
    }
}

/* False while the flash is busy: call again. */
static bool delete_letter(struct command *c, const struct clock *now)
{
    struct spool_letter letter = {.id = c->id, .head = c->head};

    if (relay_sends(c->head)) {
        c->result = SPOOL_FULL;
        return true;
    }
    c->result = spool_close(&letter, SPOOL_CLOSED_DELETED, now);
    if (c->result == SPOOL_OK)
        log_write(LOG_WARNING, "operator", "deleted", "id=%lu", (unsigned long)c->id);
    return c->result != SPOOL_BUSY;
}

/* Whether there is more to show. */
static bool shows(const struct command *c)
{
    return c->result == SPOOL_OK && c->row == COMMAND_show;
}

static enum task_state letter_run(struct command *c, const struct clock *now)
{
    TASK_BEGIN(&c->task);
    TASK_AWAIT(&c->task, find(c, c->count));
    if (c->result == SPOOL_OK && c->row == COMMAND_delete)
        TASK_AWAIT(&c->task, delete_letter(c, now));
    for (c->connector = 0; shows(c) && c->connector < CONFIG_CONNECTOR_COUNT;
         c->connector++)
        TASK_AWAIT(&c->task, output_begin() && queue_put_letter(c, now));
    if (shows(c))
        TASK_AWAIT(&c->task, open_reader(c));
    while (shows(c) && !c->in_text)
        TASK_AWAIT(&c->task, output_begin() && put_field(c));
    if (shows(c))
        TASK_AWAIT(&c->task, put_header(c));
    TASK_AWAIT(&c->task, output_begin());
    put_end(c);
    TASK_END(&c->task);
}

enum task_state show_run(struct command *c, const struct clock *now)
{
    (void)now;
    if (!cursor_decimal(&c->arguments, UINT32_MAX, &c->count) || c->arguments.left > 0)
        return command_usage(c);
    spool_walk_begin(&c->walk);
    c->listed = false;
    c->run = letter_run;
    return TASK_WAITING;
}

enum task_state delete_run(struct command *c, const struct clock *now)
{
    return show_run(c, now);
}
