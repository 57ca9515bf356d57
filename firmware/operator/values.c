/* SPDX-License-Identifier: MIT */
/*
 * values.c: the commands about the settings of this device: set, unset, settings, wipe, clock, ta. A
 * secret is asked for and not echoed; none is ever shown. The reply comes when the change is in
 * flash and what it removed is gone from there.
 */
#include "operator/command.h"

#include "operator/entry.h"
#include "operator/output.h"

#include "relay/trust.h"
#include "settings/settings.h"

#include "network/network.h"

#include "stream/tls_kept.h"
#include "stream/tls_paste.h"

#include "mail/address.h"
#include "mail/connector.h"

#include "base/bytes.h"

#include <string.h>

#if CONFIG_SETTINGS

#define PIECE    64 /* octets put at once */
#define PIN_SIZE 32

/* Of a kind of value. */
enum {
    NAMED = 1,   /* of one connector */
    SECRET = 2,  /* asked for, never shown */
    LONG = 4,    /* asked for; lines until one with a dot alone, joined as they stand */
    SEVERAL = 8, /* set adds another */
    SHOWN = 16
};

struct kind {
    char word[9];
    uint8_t kind, flags;
};

static const struct kind kinds[] = {
    {"host",     SETTINGS_HOST_NAME,  SHOWN                },
    {"user",     SETTINGS_USER,       NAMED | SHOWN        },
    {"password", SETTINGS_PASSWORD,   NAMED | SECRET       },
    {"token",    SETTINGS_TOKEN,      NAMED | SECRET | LONG},
    {"pin",      SETTINGS_PIN,        NAMED | SEVERAL      },
    {"anchor",   SETTINGS_ANCHOR,     SEVERAL              },
    {"seed",     SETTINGS_SEED,       SECRET               },
    {"floor",    SETTINGS_TIME_FLOOR, 0                    },
};

#define KIND_ANCHOR  (&kinds[5])
#define KINDS_TO_SET 5 /* the first ones; the others come in other ways */

static struct {
    struct settings_drop drop;
    const struct kind *kind;      /* that is added; NULL: none */
    struct cursor name;           /* of the value: a connector's, a label, or none */
    struct cursor rest;           /* of the value at hand */
    uint8_t result;               /* enum settings_result */
    uint8_t ending;               /* where the change comes to nothing */
    bool goes, begun, asks, more; /* more: the value goes on with another line */
    uint8_t pin[PIN_SIZE];
} change;

/* ---- What is asked ------------------------------------------------------------------------ */

static const struct kind *find_kind(struct cursor word)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        if (cursor_is_word(&word, kinds[i].word))
            return &kinds[i];
    }
    return NULL;
}

/* The connector's name, where the kind has one; false when there is no such. */
static bool read_connector(struct cursor *arguments, const struct kind *kind)
{
    struct cursor word;
    uint8_t i = 0;

    change.name = cursor_over("", 0);
    if ((kind->flags & NAMED) == 0)
        return true;
    word = command_take_word(arguments);
    while (i < CONFIG_CONNECTOR_COUNT && !cursor_is_word(&word, connectors[i].name))
        i++;
    if (i == CONFIG_CONNECTOR_COUNT)
        return false;
    change.name = cursor_over(connectors[i].name, strlen(connectors[i].name));
    return true;
}

static void drop_all_of(const struct kind *kind)
{
    change.drop = (struct settings_drop){
        kind->kind, SETTINGS_EACH, (const char *)change.name.at, (uint8_t)change.name.left};
}

/* 64 hexadecimal digits, colons between them or not. */
static bool read_pin(struct cursor digits)
{
    uint32_t octet;

    for (unsigned i = 0; i < PIN_SIZE; i++) {
        size_t left = digits.left;

        if (!cursor_hex(&digits, 2, &octet) || left - digits.left != 2)
            return false;
        change.pin[i] = (uint8_t)octet;
        cursor_skip(&digits, ':');
    }
    change.rest = cursor_over(change.pin, PIN_SIZE);
    return digits.left == 0;
}

static bool is_good(struct cursor value)
{
    if (change.kind->kind == SETTINGS_PIN)
        return read_pin(value);
    if (change.kind->kind == SETTINGS_HOST_NAME)
        return value.left <= SETTINGS_HOST_MAX && address_is_host(value);
    return true;
}

static bool stop(enum command_ending ending)
{
    change.goes = false;
    change.ending = (uint8_t)ending;
    change.result = SETTINGS_ABSENT;
    return false;
}

static bool take_value(struct cursor value)
{
    change.rest = value;
    if (value.left == 0)
        return stop(ENDING_DROPPED);
    return is_good(value) || stop(ENDING_BAD_VALUE);
}

/* Whether a trust anchor is added: its value comes as the lines of a certificate. */
static bool is_pasted(void)
{
    return TRUST_IS_KEPT && change.kind == KIND_ANCHOR;
}

/* The endings stand in the order of the results. */
static void take_pasted(struct cursor line)
{
    enum tls_paste_result result = tls_paste_line(line);

    change.more = result == TLS_PASTE_MORE;
    if (result == TLS_PASTE_DONE)
        change.rest = tls_paste_anchor();
    else if (!change.more)
        stop((enum command_ending)(ENDING_NO_PEM + (result - TLS_PASTE_NO_PEM)));
}

/* The line that was asked for. A long value ends with a dot alone: nothing is left then. */
static void take_line(void)
{
    struct cursor line;

    change.more = false;
    if (!entry_line(&line))
        stop(ENDING_DROPPED);
    else if ((change.kind->flags & LONG) != 0 && change.begun && cursor_is_word(&line, "."))
        change.rest.left = 0;
    else if (is_pasted())
        take_pasted(line);
    else
        take_value(line);
}

/* ---- The change --------------------------------------------------------------------------- */

/* False while the flash is busy. What is not OK ends the change. */
static bool settled(struct command *c, enum settings_result result)
{
    change.result = (uint8_t)result;
    c->result = result == SETTINGS_BUSY ? SPOOL_BUSY : SPOOL_OK;
    change.goes = change.goes && (result == SETTINGS_OK || result == SETTINGS_BUSY);
    return result != SETTINGS_BUSY;
}

static bool look(struct command *c)
{
    struct settings_value value;
    unsigned index = change.drop.index == SETTINGS_EACH ? 0 : change.drop.index;

    return settled(c, settings_find((enum settings_kind)change.drop.kind,
                                    cursor_over(change.drop.name, change.drop.name_length),
                                    index, &value));
}

/* Of an anchor: that no other has its label. False while the flash is busy. */
static bool label_is_settled(struct command *c)
{
    if (!look(c))
        return false;
    change.goes = change.result == SETTINGS_ABSENT;
    if (!change.goes)
        stop(ENDING_LABEL_TAKEN);
    else if (!tls_paste_begin())
        stop(ENDING_TLS_IN_USE);
    return true;
}

static bool begin(struct command *c)
{
    bool several = change.kind != NULL && (change.kind->flags & SEVERAL) != 0;
    bool is_settled = settled(c, settings_begin(several ? NULL : &change.drop));

    change.begun = change.result == SETTINGS_OK;
    return is_settled;
}

static bool put_rest(struct command *c)
{
    enum settings_result result = SETTINGS_OK;

    if (is_pasted() && !tls_paste_is_there())
        return !stop(ENDING_TLS_IN_USE);
    while (change.rest.left > 0 && result == SETTINGS_OK) {
        size_t size = min_size(change.rest.left, PIECE);
        struct cursor piece;

        result = settings_put(change.rest.at, size);
        if (result == SETTINGS_OK)
            cursor_take(&change.rest, size, &piece);
    }
    return settled(c, result);
}

static void add(void)
{
    if (settings_add((enum settings_kind)change.kind->kind, change.name) != SETTINGS_OK)
        stop(ENDING_NOT_KEPT);
}

static void close_change(void)
{
    if (change.goes)
        settings_commit();
    else if (change.begun)
        settings_abandon();
    memset(change.pin, 0, sizeof change.pin);
}

static void put_end(void)
{
    static const uint8_t endings[] = {
        [SETTINGS_BUSY] = ENDING_NOT_KEPT,
        [SETTINGS_FULL] = ENDING_SETTINGS_FULL,
        [SETTINGS_FAILED] = ENDING_NOT_KEPT,
        [SETTINGS_CLOSED] = ENDING_NO_START,
    };

    if (change.result == SETTINGS_OK)
        command_end(change.kind != NULL ? ENDING_KEPT : ENDING_GONE);
    else if (change.result == SETTINGS_ABSENT)
        command_end((enum command_ending)change.ending);
    else
        command_end((enum command_ending)endings[change.result]);
}

static enum task_state change_run(struct command *c, const struct clock *now)
{
    (void)now;
    TASK_BEGIN(&c->task);
    if (is_pasted())
        TASK_AWAIT(&c->task, label_is_settled(c));
    change.more = change.asks && change.goes;
    while (change.more) {
        entry_ask((change.kind->flags & SECRET) != 0);
        TASK_AWAIT(&c->task, !entry_is_wanted());
        take_line();
    }
    if (change.goes && change.kind == NULL && change.drop.kind != SETTINGS_ANY)
        TASK_AWAIT(&c->task, look(c));
    if (change.goes)
        TASK_AWAIT(&c->task, begin(c));
    if (change.goes)
        TASK_AWAIT(&c->task, settled(c, settings_ready()));
    if (change.goes && change.kind != NULL)
        add();
    while (change.goes && change.rest.left > 0) {
        TASK_AWAIT(&c->task, put_rest(c));
        if (!change.goes || !change.asks || (change.kind->flags & LONG) == 0)
            continue;
        entry_ask(true);
        TASK_AWAIT(&c->task, !entry_is_wanted());
        take_line();
    }
    close_change();
    if (change.begun)
        TASK_AWAIT(&c->task, settled(c, settings_outcome()));
    if (TRUST_IS_KEPT && change.begun)
        trust_changed();
    TASK_AWAIT(&c->task, output_begin());
    put_end();
    TASK_END(&c->task);
}

static enum task_state start(struct command *c)
{
    change.goes = true;
    change.begun = false;
    c->run = change_run;
    return TASK_WAITING;
}

/* ---- The commands ------------------------------------------------------------------------- */

enum task_state set_run(struct command *c, const struct clock *now)
{
    struct cursor rest = c->arguments;
    const struct kind *kind = find_kind(command_take_word(&rest));

    (void)now;
    if (kind == NULL || kind - kinds >= KINDS_TO_SET)
        return command_usage(c);
    if (!read_connector(&rest, kind))
        return command_end(ENDING_NO_CONNECTOR);
    if (rest.left > 0 && (kind->flags & SECRET) != 0) {
        entry_note_secret();
        return command_end(ENDING_SECRET);
    }
    drop_all_of(kind);
    change.kind = kind;
    change.asks = rest.left == 0;
    if (!change.asks && !take_value(rest))
        return command_end(ENDING_BAD_VALUE);
    return start(c);
}

enum task_state unset_run(struct command *c, const struct clock *now)
{
    struct cursor rest = c->arguments;
    const struct kind *kind = find_kind(command_take_word(&rest));
    uint32_t number = 0;

    (void)now;
    if (kind == NULL)
        return command_usage(c);
    if (!read_connector(&rest, kind))
        return command_end(ENDING_NO_CONNECTOR);
    drop_all_of(kind);
    if (rest.left > 0) {
        if (!cursor_decimal(&rest, SETTINGS_EACH, &number) || number == 0 || rest.left > 0)
            return command_usage(c);
        change.drop.index = (uint16_t)(number - 1);
    }
    change.kind = NULL;
    change.asks = false;
    change.ending = ENDING_NO_VALUE;
    return start(c);
}

/* All of a kind; where there are none, all is well. */
static enum task_state drop_kind(struct command *c, enum settings_kind kind)
{
    change.drop = (struct settings_drop){(uint8_t)kind, SETTINGS_EACH, "", 0};
    change.kind = NULL;
    change.asks = false;
    change.ending = ENDING_OK;
    return start(c);
}

enum task_state wipe_run(struct command *c, const struct clock *now)
{
    (void)now;
    if (!cursor_is_word(&c->arguments, "yes"))
        return command_usage(c);
    return drop_kind(c, SETTINGS_ANY);
}

enum task_state clock_run(struct command *c, const struct clock *now)
{
    (void)now;
    if (!cursor_is_word(&c->arguments, "reset"))
        return command_usage(c);
    network_clock_forget();
    return drop_kind(c, SETTINGS_TIME_FLOOR);
}

#if TRUST_IS_KEPT
enum task_state ta_run(struct command *c, const struct clock *now)
{
    struct cursor rest = c->arguments;
    struct cursor word = command_take_word(&rest), label = command_take_word(&rest);
    bool adds = cursor_is_word(&word, "add");

    if (cursor_is_word(&word, "list") && label.left == 0) {
        c->run = settings_run;
        return settings_run(c, now);
    }
    if ((!adds && !cursor_is_word(&word, "remove")) || label.left == 0 ||
        label.left > sizeof c->label || rest.left > 0)
        return command_usage(c);
    memcpy(c->label, label.at, label.left);
    change.name = cursor_over(c->label, label.left);
    drop_all_of(KIND_ANCHOR);
    change.kind = adds ? KIND_ANCHOR : NULL;
    change.asks = adds;
    change.ending = ENDING_NO_VALUE;
    return start(c);
}
#endif

/* ---- settings ------------------------------------------------------------------------------ */

static void put_name(const struct settings_value *value)
{
    uint8_t name[SETTINGS_NAME_MAX];
    size_t length;

    if (settings_read_name(value, name, sizeof name, &length) != SETTINGS_OK || length == 0)
        return;
    text_add(output_text(), " name=");
    text_add_clean(output_text(), name, length);
}

static void put_anchor(const struct settings_value *value)
{
    uint8_t head[TLS_KEPT_HEAD];
    size_t length;

    text_add(output_text(), " ");
    if (settings_read(value, 0, head, sizeof head, &length) == SETTINGS_OK &&
        tls_kept_is_good(head, length))
        tls_kept_put(output_text(), head);
}

static void put_octets(const struct settings_value *value)
{
    uint8_t piece[PIECE];
    size_t length;

    text_add(output_text(), " value=");
    if (settings_read(value, 0, piece, sizeof piece, &length) == SETTINGS_OK)
        text_add_clean(output_text(), piece, length);
}

static void put_value(const struct settings_value *value)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        if (kinds[i].kind != value->kind)
            continue;
        text_add(output_text(), "kind=");
        text_add(output_text(), kinds[i].word);
        put_name(value);
        if ((kinds[i].flags & SHOWN) != 0)
            put_octets(value);
        if (TRUST_IS_KEPT && &kinds[i] == KIND_ANCHOR)
            put_anchor(value);
        output_end_line();
    }
}

/* True when all were listed, or all anchors. */
static bool list_one(struct command *c)
{
    struct settings_value value;
    enum settings_result result =
        settings_find(c->row == COMMAND_settings ? SETTINGS_ANY : SETTINGS_ANCHOR,
                      cursor_over("", 0), (unsigned)c->step, &value);

    c->result = result == SETTINGS_BUSY ? SPOOL_BUSY : SPOOL_OK;
    if (result == SETTINGS_OK) {
        put_value(&value);
        c->step++;
    }
    return result != SETTINGS_BUSY && result != SETTINGS_OK;
}

enum task_state settings_run(struct command *c, const struct clock *now)
{
    (void)now;
    TASK_BEGIN(&c->task);
    c->step = 0;
    TASK_AWAIT(&c->task, output_begin() && list_one(c));
    TASK_AWAIT(&c->task, output_begin());
    output_line("OK %u values", (unsigned)c->step);
    TASK_END(&c->task);
}

#endif
