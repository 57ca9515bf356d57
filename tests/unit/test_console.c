/* SPDX-License-Identifier: MIT */
/* sources: firmware/operator/console.c firmware/operator/command.c firmware/operator/line.c
 * firmware/operator/logview.c firmware/operator/output.c firmware/operator/queue.c
 * firmware/operator/entry.c firmware/operator/show.c firmware/operator/status.c firmware/operator/route.c firmware/operator/hold.c firmware/mail/address.c firmware/base/ip_text.c firmware/base/text.c firmware/base/words.c
 * firmware/base/cursor.c firmware/base/crc32.c firmware/base/log.c firmware/mail/connector.c
 * firmware/mail/headers.c firmware/mail/letter.c firmware/mail/outcome.c
 * tests/unit/fake_port.c */
/*
 * test_console.c: the console over a port that is a test; spool, relay, intake and network are
 * stand-ins below, which can be busy, damaged, or full of hostile bytes.
 */
#include "operator/console.h"

#include "intake/flashpost.h"
#include "intake/intake.h"
#include "relay/relay.h"
#include "relay/trust.h"
#include "spool/spool.h"
#include "network/network.h"
#include "mail/connector.h"
#include "mail/letter.h"
#include "base/bytes.h"
#include "base/log.h"
#include "crypto/random.h"
#include "unit/fake_port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define CLEAR  "\x1b[2K\r"
#define PROMPT "flashpost> "

/* ---- Stand-ins --------------------------------------------------------------------------- */

struct fake_letter {
    uint16_t head;
    struct spool_state state;
    uint8_t envelope[2048];
    size_t envelope_size;
    const char *text;
};

static struct {
    struct fake_letter letters[2];
    size_t count;
    unsigned busy;  /* this many calls from now on find the flash busy */
    size_t piece;   /* of text at once */
    size_t text_at; /* of the reader */
    enum spool_result walk_result, state_result, open_result, text_result;
    bool has_next;
    struct spool_marks marks;
    bool usable;
    enum spool_opened formatted;

    struct relay_view view;
    struct relay_counts relayed;
    struct trust_end end;
    bool ends;
    unsigned flushes;
    enum relay_hold hold;
    bool held;
    enum spool_result hold_result;
    uint16_t sending, deleted; /* heads */
    struct intake_counts taken;

    enum flashpost_result alert_result;
    unsigned alerts;
    enum flashpost_severity severity;
    char subject[512], body[512];
    bool strong;
    enum network_state network;
    uint32_t network_errors;
} fake;

static struct clock now;

static bool busy(void)
{
    if (fake.busy == 0)
        return false;
    fake.busy--;
    return true;
}

static struct fake_letter *at_head(uint16_t head)
{
    for (size_t i = 0; i < fake.count; i++) {
        if (fake.letters[i].head == head)
            return &fake.letters[i];
    }
    fail_msg("no letter at %u", head);
    return NULL;
}

void spool_walk_begin(struct spool_walk *w)
{
    w->sector = 0;
    w->page = 0;
}

/* Every other call is an empty sector. */
enum spool_result spool_walk_next(struct spool_walk *w, uint16_t *head, uint32_t *id)
{
    if (busy())
        return SPOOL_BUSY;
    if (fake.walk_result != SPOOL_OK)
        return fake.walk_result;
    *head = 0;
    if (w->sector++ % 2 == 0)
        return SPOOL_OK;
    if (w->page == fake.count)
        return SPOOL_END;
    *head = fake.letters[w->page].head;
    *id = fake.letters[w->page].state.id;
    w->page++;
    return SPOOL_OK;
}

unsigned recipient_count(const struct recipient_set *set)
{
    unsigned count = 0;

    for (size_t i = 0; i < sizeof set->bits; i++)
        count += (unsigned)__builtin_popcount(set->bits[i]);
    return count;
}

enum spool_result spool_read_state(uint16_t head, uint8_t connector,
                                   struct spool_state *state)
{
    assert_int_equal(connector, 0);
    if (busy())
        return SPOOL_BUSY;
    *state = at_head(head)->state;
    return fake.state_result;
}

bool spool_next(uint8_t connector, struct spool_letter *letter)
{
    assert_int_equal(connector, 0);
    if (fake.has_next)
        letter->due_s = fake.letters[0].state.due_s;
    return fake.has_next;
}

uint32_t spool_room(enum spool_class class_)
{
    assert_int_equal(class_, SPOOL_FROM_LAN);
    return fake.marks.letters_max;
}

bool spool_is_open(void)
{
    return fake.usable;
}

enum spool_opened spool_format(struct clock *clock)
{
    assert_memory_equal(clock, &now, sizeof now);
    return fake.formatted;
}

void spool_marks(struct spool_marks *marks)
{
    *marks = fake.marks;
}

enum spool_result spool_reader_open(struct spool_reader *r, uint16_t head)
{
    if (busy())
        return SPOOL_BUSY;
    memset(r, 0, sizeof *r);
    r->id = head;
    fake.text_at = 0;
    return fake.open_result;
}

enum spool_result spool_reader_field(struct spool_reader *r, uint8_t *kind, uint8_t *value,
                                     size_t room, size_t *size)
{
    const struct fake_letter *letter = at_head((uint16_t)r->id);
    const uint8_t *field = &letter->envelope[r->at];

    if (busy())
        return SPOOL_BUSY;
    if (r->at == letter->envelope_size)
        return SPOOL_END;
    *kind = field[0];
    *size = get_u16(field + 1);
    memcpy(value, field + LETTER_FIELD_HEAD, min_size(*size, room));
    r->at = (uint16_t)(r->at + LETTER_FIELD_HEAD + *size);
    return SPOOL_OK;
}

enum spool_result spool_reader_text(struct spool_reader *r, const uint8_t **text,
                                    size_t *size)
{
    const struct fake_letter *letter = at_head((uint16_t)r->id);

    if (busy())
        return SPOOL_BUSY;
    if (fake.text_result != SPOOL_OK && fake.text_at >= 20)
        return fake.text_result;
    if (letter->text[fake.text_at] == '\0')
        return SPOOL_END;
    *text = (const uint8_t *)&letter->text[fake.text_at];
    *size = min_size(strlen(&letter->text[fake.text_at]), fake.piece);
    return SPOOL_OK;
}

void spool_reader_ack(struct spool_reader *r, size_t size)
{
    (void)r;
    fake.text_at += size;
}

void relay_view(uint8_t connector, struct relay_view *view, const struct clock *at)
{
    assert_int_equal(connector, 0);
    assert_ptr_equal(at, &now);
    *view = fake.view;
}

const char *relay_state_name(enum relay_state state)
{
    static const char *const names[] = {"ready",  "active",   "retry",    "glitch",
                                        "frozen", "disabled", "scheduled"};

    return names[state];
}

const struct relay_counts *relay_counts(void)
{
    return &fake.relayed;
}

const struct trust_end *trust_first_end(void)
{
    return fake.ends ? &fake.end : NULL;
}

bool relay_force(uint8_t connector)
{
    assert_int_equal(connector, 0);
    fake.flushes++;
    return !fake.held;
}

enum spool_result relay_hold(uint8_t connector, enum relay_hold why, bool held,
                             const struct clock *at)
{
    assert_int_equal(connector, 0);
    assert_ptr_equal(at, &now);
    if (busy())
        return SPOOL_BUSY;
    fake.hold = why;
    fake.held = held;
    return fake.hold_result;
}

bool relay_sends(uint16_t head)
{
    return head == fake.sending;
}

enum spool_result spool_close(struct spool_letter *letter, enum spool_closed how,
                              const struct clock *at)
{
    assert_int_equal(how, SPOOL_CLOSED_DELETED);
    assert_ptr_equal(at, &now);
    if (busy())
        return SPOOL_BUSY;
    fake.deleted = letter->head;
    return fake.state_result;
}

const struct intake_counts *intake_counts(void)
{
    return &fake.taken;
}

enum network_state network_state(void)
{
    return fake.network;
}

const char *network_state_name(enum network_state state)
{
    return state == NETWORK_UP ? "up" : "no-address";
}

void network_put_addresses(struct text *t)
{
    text_add(t,
             "255.255.255.255 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
             "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff");
}

uint32_t network_pool_errors(void)
{
    return fake.network_errors;
}

bool random_is_strong(void)
{
    return fake.strong;
}

enum flashpost_result flashpost_alert(enum flashpost_severity severity, const char *subject,
                                      flashpost_body body, void *context, uint32_t *id)
{
    size_t length = 0, given;

    fake.alerts++;
    fake.severity = severity;
    snprintf(fake.subject, sizeof fake.subject, "%s", subject);
    while ((given = body(context, &fake.body[length], 7)) > 0) {
        assert_true(given <= 7);
        length += given;
        assert_true(length + 8 < sizeof fake.body);
    }
    fake.body[length] = '\0';
    *id = 17;
    return fake.alert_result;
}

/* ---- Helpers ----------------------------------------------------------------------------- */

static void put_field(struct fake_letter *l, uint8_t kind, const void *value, size_t size)
{
    uint8_t *at = &l->envelope[l->envelope_size];

    assert_true(l->envelope_size + LETTER_FIELD_HEAD + size <= sizeof l->envelope);
    at[0] = kind;
    put_u16(at + 1, (uint16_t)size);
    if (size > 0)
        memcpy(at + LETTER_FIELD_HEAD, value, size);
    l->envelope_size += LETTER_FIELD_HEAD + size;
}

static struct fake_letter *add_letter(uint32_t id, const char *text)
{
    struct letter_origin origin = {
        .source = LETTER_FROM_SMTP, .helo = "client.example", .address = "192.0.2.9"};
    uint8_t packed[LETTER_FIELD_MAX];
    struct fake_letter *l = &fake.letters[fake.count++];

    l->head = (uint16_t)(100 + id);
    l->state = (struct spool_state){.id = id,
                                    .deposited_s = 900,
                                    .due_s = 1060,
                                    .text_size = 1034,
                                    .recipients = 3,
                                    .connectors = 1,
                                    .tries = 1};
    recipient_add(&l->state.sent, 1);
    recipient_add(&l->state.failed, 2);
    l->text = text;
    put_field(l, LETTER_ORIGIN, packed, letter_put_origin(&origin, packed));
    put_field(l, LETTER_SENDER, "a@client.example", 16);
    put_field(l, LETTER_RECIPIENT, "\0r0@example.com", 15);
    put_field(l, LETTER_RECIPIENT, "\0r1@example.com", 15);
    put_field(l, 'x', "a kind nobody knows", 19);
    put_field(l, LETTER_RECIPIENT, "\0r2@example.com", 15);
    put_field(l, LETTER_TEXT, "", 0);
    return l;
}

/* Polls until the console has nothing to do but wait. */
static void settle(void)
{
    for (int i = 0; i < 20000; i++) {
        if (console_poll(&now) >= 1000)
            return;
    }
    fail_msg("the console does not come to rest");
}

/* Types a string, lets the console work, and returns what was shown since. */
static const char *run(const char *typed)
{
    fake_port_wipe();
    fake_port_type(typed, strlen(typed));
    settle();
    return fake_port.shown;
}

/* The last line that was shown before the prompt. */
static const char *last_line(void)
{
    static char line[512];
    size_t end = fake_port.shown_length - strlen("\r\n" PROMPT);
    size_t start = end;

    assert_string_equal(&fake_port.shown[end], "\r\n" PROMPT);
    while (start > 0 && fake_port.shown[start - 1] != '\n')
        start--;
    snprintf(line, sizeof line, "%.*s", (int)(end - start), &fake_port.shown[start]);
    return line;
}

static void shows(const char *line)
{
    char whole[512];

    snprintf(whole, sizeof whole, "\r\n%s\r\n", line);
    if (strstr(fake_port.shown, whole) == NULL)
        fail_msg("no line \"%s\" in:\n%s", line, fake_port.shown);
}

static void never_shows(const char *part)
{
    if (strstr(fake_port.shown, part) != NULL)
        fail_msg("\"%s\" in:\n%s", part, fake_port.shown);
}

/* Printable ASCII, CRLF, the rubbing-out of one character, and the clearing of the line. */
static void only_harmless(const char *shown, size_t size)
{
    static const char *const allowed[] = {"\r\n", "\b \b", CLEAR};

    for (size_t i = 0; i < size;) {
        size_t length = shown[i] >= 0x20 && shown[i] < 0x7f ? 1 : 0;

        for (size_t k = 0; k < COUNT_OF(allowed) && length == 0; k++) {
            if (strncmp(&shown[i], allowed[k], strlen(allowed[k])) == 0)
                length = strlen(allowed[k]);
        }
        if (length == 0)
            fail_msg("octet %02x at %zu", (unsigned char)shown[i], i);
        i += length;
    }
}

static int setup(void **state)
{
    (void)state;
    fake_port_init();
    log_init();
    memset(&fake, 0, sizeof fake);
    fake.piece = 13;
    fake.view = (struct relay_view){.name = connectors[0].name, .reply = ""};
    now = (struct clock){.uptime_ms = 12345,
                         .uptime_s = 12,
                         .uptime_rest_ms = 345,
                         .powered_s = 1000,
                         .boot = 3};
    log_set_clock(&now);
    console_init();
    settle();
    return 0;
}

/* ---- Editing ----------------------------------------------------------------------------- */

static void starts_with_a_prompt(void **state)
{
    (void)state;
    assert_string_equal(fake_port.shown, PROMPT);
}

#define FLUSHED "OK\r\n" PROMPT

static void edits_the_line(void **state)
{
    static const struct {
        const char *name, *typed, *shown;
    } cases[] = {
        {"plain",                    "flush\r",                                          "flush\r\n" FLUSHED                                 },
        {"LF",                       "flush\n",                                          "flush\r\n" FLUSHED                                 },
        {"CRLF ends once",           "flush\r\n",                                        "flush\r\n" FLUSHED                                 },
        {"empty lines",              "\r\n\r\n\n\r",
         "\r\n" PROMPT "\r\n" PROMPT "\r\n" PROMPT "\r\n" PROMPT                                                                             },
        {"blanks",                   "  \r",                                             "  \r\n" PROMPT                                     },
        {"case and blanks around",   "  FLUSH  \r",                                      "  FLUSH  \r\n" FLUSHED                             },
        {"tab is a blank",           "\tflush\t\r",                                      " flush \r\n" FLUSHED                               },
        {"backspace",                "flux\bsh\r",                                       "flux\b \bsh\r\n" FLUSHED                           },
        {"delete",                   "flux\x7fsh\r",                                     "flux\b \bsh\r\n" FLUSHED                           },
        {"backspace at the start",   "\b\bflush\r",                                      "flush\r\n" FLUSHED                                 },
        {"Ctrl-U",
         "rubbish\x15"
         "flush\r",                                                                      "rubbish" CLEAR PROMPT "flush\r\n" FLUSHED          },
        {"Ctrl-C",
         "rubbish\x03"
         "flush\r",                                                                      "rubbish\r\n" PROMPT "flush\r\n" FLUSHED            },
        {"Ctrl-D",
         "rubbish\x04"
         "flush\r",                                                                      "rubbish\r\n" PROMPT "flush\r\n" FLUSHED            },
        {"other controls",
         "\x01\x07"
         "fl\x0eush\x1a\r",                                                              "flush\r\n" FLUSHED                                 },
        {"arrows and keys",          "fl\x1b[C\x1b[1;5Du\x1b[3~s\x1bOPh\x1b[[A\x1b(B\r",
         "flush\r\n" FLUSHED                                                                                                                 },
        {"a title",                  "fl\x1b]0;evil\x07ush\x1bPq evil\x1b\\\r",          "flush\r\n" FLUSHED                                 },
        {"escape broken off by CR",  "flush\x1b[12\r",                                   "flush\r\n" FLUSHED                                 },
        {"escape broken off by ESC", "flu\x1b[1\x1b[Bsh\r",                              "flush\r\n" FLUSHED                                 },
        {"not ASCII",                "\xc3\xa4\r",                                       "??\r\nERR 404 no such command: see help\r\n" PROMPT},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        if (strcmp(run(cases[i].typed), cases[i].shown) != 0)
            fail_msg("%s: shown:\n%s\nexpected:\n%s", cases[i].name, fake_port.shown,
                     cases[i].shown);
        assert_int_equal(fake_port.typed_length, 0);
    }
}

static void recalls_the_last_line(void **state)
{
    (void)state;
    assert_string_equal(run("\x1b[A"), "");
    run("flush\r");
    assert_string_equal(run("\x1b[A"), CLEAR PROMPT "flush");
    assert_string_equal(run("\x1b[A"), "");
    assert_string_equal(run("\r"), "\r\n" FLUSHED);
    assert_int_equal(fake.flushes, 2);
    assert_string_equal(run("\x1bOA\x15"), CLEAR PROMPT "flush" CLEAR PROMPT);
    assert_string_equal(run("x\b\x1b[A"), "x\b \b");
}

static void refuses_a_long_line(void **state)
{
    char line[CONFIG_CONSOLE_LINE + 1];

    (void)state;
    memset(line, 'x', sizeof line);
    line[CONFIG_CONSOLE_LINE - 1] = '\0'; /* just fits */
    run(line);
    assert_string_equal(fake_port.shown, line);
    run("\r");
    assert_string_equal(last_line(), "ERR 404 no such command: see help");

    run(line);
    assert_string_equal(run("yz"), "");
    run("\r");
    assert_string_equal(last_line(), "ERR 400 line too long: use at most 127 characters");
    assert_string_equal(run("\x1b[A"), "");

    run(line);
    run("y\b\r");
    assert_string_equal(last_line(), "ERR 404 no such command: see help");
    run(line);
    run("y\x15"
        "flush\r");
    assert_string_equal(last_line(), "OK");
}

/* ---- Commands ---------------------------------------------------------------------------- */

static void format_spares_a_flash_in_use(void **state)
{
    (void)state;
    fake.usable = true;
    run("format yes\r");
    assert_string_equal(last_line(),
                        "ERR 409 the flash is in use, nothing to format: see queue");
    fake.usable = false;
    fake.formatted = SPOOL_NO_FLASH;
    run("format yes\r");
    assert_string_equal(last_line(), "ERR 500 no flash part that this image knows");
}

static void ends_every_reply(void **state)
{
    static const struct {
        const char *typed, *last;
    } cases[] = {
        {"help",                      "OK 17 commands"                                   },
        {"help show",                 "OK"                                               },
        {"help nonsense",             "ERR 404 no such command: see help"                },
        {"status",                    "OK"                                               },
        {"status now",                "ERR 400 usage: status"                            },
        {"queue",                     "OK 1 letters"                                     },
        {"show 7",                    "OK letter 7"                                      },
        {"show 8",                    "ERR 404 no such letter: see queue"                },
        {"show",                      "ERR 400 usage: show NUMBER"                       },
        {"show x",                    "ERR 400 usage: show NUMBER"                       },
        {"show 7 8",                  "ERR 400 usage: show NUMBER"                       },
        {"show 4294967296",           "ERR 400 usage: show NUMBER"                       },
        {"show 99999999999999999999", "ERR 400 usage: show NUMBER"                       },
        {"flush",                     "OK"                                               },
        {"format",                    "ERR 400 usage: format yes"                        },
        {"format yes",                "OK the flash is empty and ours"                   },
        {"log",                       "OK log is on, level info"                         },
        {"log debug",                 "OK log is on, level debug"                        },
        {"log off",                   "OK log is off, level debug"                       },
        {"log warn",                  "OK log is off, level warn"                        },
        {"log ON",                    "OK log is on, level warn"                         },
        {"log loud",                  "ERR 400 usage: log [on|off|error|warn|info|debug]"},
        {"alert info x",              "OK kept as 17"                                    },
        {"statuss",                   "ERR 404 no such command: see help"                },
        {"stat",                      "ERR 404 no such command: see help"                },
        {"reboot now",                "ERR 400 usage: reboot"                            },
    };

    (void)state;
    add_letter(7, "Subject: x\r\n\r\n");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char typed[64];

        snprintf(typed, sizeof typed, "%s\r", cases[i].typed);
        run(typed);
        if (strcmp(last_line(), cases[i].last) != 0)
            fail_msg("%s: %s", cases[i].typed, last_line());
        never_shows("\n#");
    }
    assert_false(console_wants_reboot());
}

static void helps(void **state)
{
    (void)state;
    run("help\r");
    shows("help [COMMAND]: lists the commands, or explains one");
    shows("reboot: ends what is under way in order and starts again");
    never_shows("...\r\n");
    run("help queue\r");
    shows("queue: shows the routes and the letters that wait or are dead");
}

static void tells_the_status(void **state)
{
    (void)state;
    fake.taken.letters = 5;
    fake.relayed.letters_sent = 4;
    fake.network = NETWORK_UP;
    fake.view.state = RELAY_RETRY;
    fake.view.tries = 2;
    fake.view.due_s = 1840;
    fake_port.start_cause = PORT_START_WATCHDOG;
    now.awake_s = 4300;
    now.awake_rest_us = 42;
    run("status\r");
    shows("version=0.0.0-test");
    shows("config=01234567");
    shows("board=test");
    shows("start=watchdog");
    shows("random=weak");
    shows("uptime_s=12");
    shows("powered_s=1000");
    shows("boot=3");
    shows("clock=not set");
    shows("awake_us=4300000042");
    shows("network=up");
    shows("intake_letters=5");
    shows("sent_letters=4");
    shows("window=partial");
    shows("route_smarthost=retry");
    shows("route_smarthost_tries=2");
    shows("route_smarthost_due_in_s=840");
    now.wall_s = 1795517155;
    run("status\r");
    shows("clock=Tue, 24 Nov 2026 10:45:55 +0000");
    shows("anchors_end_in_days=none");
    fake.ends = true;
    fake.end = (struct trust_end){1795517155 / 86400 + 60, "corp"};
    run("status\r");
    shows("anchors_end_in_days=60");
    shows("anchors_end_first=corp");
    fake.end.last_day -= 61;
    run("status\r");
    shows("anchors_end_in_days=-1");
}

/* With every number at its greatest no line may be cut, and none may be missing. */
static void fits_the_status(void **state)
{
    size_t lines = 0;

    (void)state;
    memset(&fake.taken, 0xff, sizeof fake.taken);
    memset(&fake.relayed, 0xff, sizeof fake.relayed);
    memset(&fake.marks, 0xff, sizeof fake.marks);
    fake.marks.window_complete = true;
    fake.view.tries = UINT8_MAX;
    fake.view.state = RELAY_RETRY;
    fake.view.due_s = UINT32_MAX;
    fake.network_errors = fake_port.dropped = UINT32_MAX;
    fake_port.stack_size = fake_port.stack_used = UINT32_MAX;
    fake.ends = true;
    memset(&fake.end, 'x', sizeof fake.end);
    fake.end.name[TRUST_NAME_MAX] = '\0';
    memset(&now, 0xff, sizeof now);
    now.uptime_ms = 100000;
    now.awake_rest_us = 999999;
    run("status\r");
    assert_string_equal(last_line(), "OK");
    never_shows("...\r\n");
    for (const char *at = fake_port.shown; (at = strchr(at, '\n')) != NULL; at++)
        lines++;
    assert_int_equal(lines, 1 + 5 + 5 + 2 + 2 + 6 + 7 + 7 + 6 + 3 + 2 + 3 + 1);
}

static void lists_the_queue(void **state)
{
    struct fake_letter *dead;

    (void)state;
    add_letter(7, "");
    dead = add_letter(4294967295, "");
    dead->state.dead = true;
    fake.has_next = true;
    run("queue\r");
    shows("route=smarthost state=ready tries=0 due_in_s=60");
    never_shows("route_status");
    never_shows("route_reply");
    shows("letter=7 route=smarthost state=waiting tries=1 due_in_s=60 age_s=100 size=1034 "
          "recipients=3 pending=1 sent=1 failed=1");
    shows("letter=4294967295 route=smarthost state=dead tries=1 due_in_s=none age_s=100 "
          "size=1034 recipients=3 pending=1 sent=1 failed=1");
    shows("waiting=smarthost letters=1 oldest_s=100");
    assert_string_equal(last_line(), "OK 2 letters");
    dead->state.dead = false;
    dead->state.deposited_s -= 50;
    run("list smarthost\r");
    shows("waiting=smarthost letters=2 oldest_s=150");
    run("queue\r");
    shows("waiting=smarthost letters=2 oldest_s=150");
    dead->state.due_s = RELAY_NEVER;
    run("queue\r");
    shows("waiting=smarthost letters=1 oldest_s=100");
    run("list nowhere\r");
    never_shows("waiting=");
}

static void tells_why_a_route_waits(void **state)
{
    static const char *const told[][2] = {
#define CAUSE(name, word, sentence, remedy)                                                \
    {"route_status=" sentence, "route_remedy=" remedy},
#include "mail/causes.def"
#undef CAUSE
    };

    (void)state;
    fake.view.state = RELAY_RETRY;
    fake.view.tries = 3;
    fake.view.due_s = 999;
    fake.view.reply = "550 5.1.1 \x1b[31mred\r\nOK";
    for (int cause = CAUSE_NONE + 1; cause < CAUSE_COUNT; cause++) {
        fake.view.cause = (enum outcome_cause)cause;
        run("queue\r");
        shows("route=smarthost state=retry tries=3 due_in_s=0");
        shows(told[cause][0]);
        shows(told[cause][1]);
        shows("route_reply=550 5.1.1 ?[31mred??OK");
        assert_string_equal(last_line(), "OK 0 letters");
    }
}

static void tells_when_a_glitch_is_over(void **state)
{
    (void)state;
    add_letter(7, "");
    fake.has_next = true;
    fake.view.state = RELAY_GLITCH;
    fake.view.tries = 1;
    fake.view.due_s = 1030;
    run("queue\r");
    shows("route=smarthost state=glitch tries=1 due_in_s=30");
    fake.view.state = RELAY_SCHEDULED;
    run("queue\r");
    shows("route=smarthost state=scheduled tries=1 due_in_s=30");
}

static void tells_of_bad_flash(void **state)
{
    (void)state;
    add_letter(7, "Subject: x\r\n\r\n");
    fake.walk_result = SPOOL_FAILED;
    run("queue\r");
    assert_string_equal(last_line(), "ERR 500 the flash cannot be read: see the log");
    run("show 7\r");
    assert_string_equal(last_line(), "ERR 500 the flash cannot be read: see the log");
    fake.walk_result = SPOOL_OK;
    fake.state_result = SPOOL_GONE;
    run("queue\r");
    never_shows("letter=");
    run("show 7\r");
    assert_string_equal(last_line(),
                        "ERR 409 the letter left or moved meanwhile: repeat the command");
    fake.state_result = SPOOL_DAMAGED;
    run("queue\r");
    shows("letter=7 state=damaged");
    fake.state_result = SPOOL_OK;
    fake.open_result = SPOOL_GONE;
    run("show 7\r");
    assert_string_equal(last_line(),
                        "ERR 409 the letter left or moved meanwhile: repeat the command");
}

static const char *const folded =
    "Received: from x\r\n\tby y\r\nsubject:  Disk \x1b[2Jfull,\r\n"
    "\tvery\xc3\xa4 full\r\nSubjects: no\r\nX-Date: no\r\nFROM:a@b\r\n"
    "To: nobody\r\nDate:Tue, 24 Nov 2026\r\n\r\nFrom: text\r\n";

static void shows_a_letter(void **state)
{
    (void)state;
    add_letter(6, "From: other\r\n\r\n");
    add_letter(7, folded);
    for (fake.piece = 1; fake.piece < 300; fake.piece += 37) {
        run("show 7\r");
        shows("letter=7 route=smarthost state=waiting tries=1 due_in_s=60 age_s=100 "
              "size=1034 "
              "recipients=3 pending=1 sent=1 failed=1");
        shows("source=smtp");
        shows("client=192.0.2.9");
        shows("helo=client.example");
        shows("came=clock not set");
        shows("sender=<a@client.example>");
        shows("recipient=0 state=pending route=smarthost to=<r0@example.com>");
        shows("recipient=1 state=sent route=smarthost to=<r1@example.com>");
        shows("recipient=2 state=failed route=smarthost to=<r2@example.com>");
        shows("subject=Disk ?[2Jfull, very?? full");
        shows("from=a@b");
        shows("date=Tue, 24 Nov 2026");
        never_shows("from=text");
        never_shows("=no");
        assert_string_equal(last_line(), "OK letter 7");
    }
}

static void shows_odd_texts(void **state)
{
    static const struct {
        const char *text, *line;
    } cases[] = {
        {"",                                 "recipient=2 state=failed route=smarthost to=<r2@example.com>"},
        {"Subject: cut",                     "subject=cut"                                                 },
        {"Subject: cut\r",                   "subject=cut"                                                 },
        {"Subject: cut\r\n",                 "subject=cut"                                                 },
        {"Subject:\r\n\r\n",                 "subject="                                                    },
        {"Subject:\r\n \r\n x\r\n",          "subject=  x"                                                 },
        {"Subject: a\r\nSubject: b\r\n\r\n", "subject=b"                                                   },
        {" stray\r\nSubject: a\r\n\r\n",     "subject=a"                                                   },
        {"no field\r\nSubject: a\r\n",
         "recipient=2 state=failed route=smarthost to=<r2@example.com>"                                    },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        setup(NULL);
        add_letter(7, cases[i].text);
        run("show 7\r");
        shows(cases[i].line);
        assert_string_equal(last_line(), "OK letter 7");
    }
    never_shows("subject=");
}

/* Damage in the text ends the line that was open; an envelope without an end is damage. */
static void shows_damage(void **state)
{
    (void)state;
    add_letter(7, "Subject: one two three four\r\n\r\n");
    fake.text_result = SPOOL_DAMAGED;
    fake.piece = 20;
    run("show 7\r");
    shows("subject=one two thr");
    assert_string_equal(last_line(),
                        "ERR 500 the letter is damaged in flash: have it sent again");
    fake.letters[0].envelope_size -= LETTER_FIELD_HEAD;
    run("show 7\r");
    never_shows("subject");
    assert_string_equal(last_line(),
                        "ERR 500 the letter is damaged in flash: have it sent again");
}

static void cuts_what_is_long(void **state)
{
    static char text[40000];
    uint8_t recipient[321];
    struct fake_letter *l;

    (void)state;
    memset(text, 'y', sizeof text - 1);
    memcpy(text, "Subject: ", 9);
    memset(recipient, 'r', sizeof recipient);
    l = add_letter(7, text);
    l->envelope_size -= LETTER_FIELD_HEAD;
    put_field(l, LETTER_RECIPIENT, recipient, sizeof recipient);
    put_field(l, LETTER_TEXT, "", 0);
    run("show 7\r");
    assert_non_null(
        strstr(fake_port.shown, "\r\nrecipient=3 state=pending route=none to=<rrr"));
    assert_non_null(strstr(fake_port.shown, "rrr...\r\nsubject=yyy"));
    assert_non_null(strstr(fake_port.shown, "yyy...\r\nOK letter 7\r\n"));
    assert_true(fake.text_at < 17000);
}

/* Each field has a buffer of output to itself. */
static void shows_long_fields_whole(void **state)
{
    char text[512], field[201];

    (void)state;
    memset(field, 'z', sizeof field - 1);
    field[sizeof field - 1] = '\0';
    snprintf(text, sizeof text, "Subject: %s\r\nFrom: %s\r\n\r\n", field, field);
    add_letter(7, text);
    fake.piece = SIZE_MAX;
    run("show 7\r");
    never_shows("...\r\n");
    snprintf(text, sizeof text, "from=%s", field);
    shows(text);
}

/* A busy flash and a slow port change nothing in what is shown. */
static void waits_for_flash_and_port(void **state)
{
    static const char *const commands[] = {"queue\r", "show 7\r", "status\r",
                                           "help\r",  "freeze\r", "delete 6\r"};
    static char calm[sizeof fake_port.shown];

    (void)state;
    add_letter(6, "");
    add_letter(7, folded);
    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        strcpy(calm, run(commands[i]));
        for (fake_port.window = 1; fake_port.window < 40; fake_port.window += 13)
            assert_string_equal(run(commands[i]), calm);
        fake_port.window = SIZE_MAX;
        for (unsigned times = 1; times < 60; times++) {
            fake.busy = times;
            assert_string_equal(run(commands[i]), calm);
        }
        fake.busy = 0;
    }
}

static void waits_while_the_port_is_stuck(void **state)
{
    (void)state;
    fake_port_wipe();
    fake_port.window = 0;
    fake_port_type("flush\rflush\r", 12);
    for (int i = 0; i < 100; i++)
        assert_true(console_poll(&now) <= 10);
    assert_string_equal(fake_port.shown, "");
    fake_port.window = SIZE_MAX;
    settle();
    assert_string_equal(fake_port.shown, "flush\r\n" FLUSHED "flush\r\n" FLUSHED);
}

/* What cannot be echoed yet is not read yet. */
static void echoes_everything(void **state)
{
    (void)state;
    fake_port_wipe();
    fake_port.window = 0;
    for (int i = 0; i < 200; i++)
        fake_port_type("x\b", 2);
    for (int i = 0; i < 100; i++)
        console_poll(&now);
    fake_port.window = SIZE_MAX;
    settle();
    assert_int_equal(fake_port.shown_length, 200 * strlen("x\b \b"));
    only_harmless(fake_port.shown, fake_port.shown_length);
}

static void holds_routes(void **state)
{
    static const struct {
        const char *typed;
        enum relay_hold hold;
        bool held;
    } cases[] = {
        {"freeze",             RELAY_FREEZE,  true },
        {"unfreeze smarthost", RELAY_FREEZE,  false},
        {"disable SmartHost",  RELAY_DISABLE, true },
        {"enable",             RELAY_DISABLE, false},
    };
    char line[64];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        fake.hold = (enum relay_hold)0;
        fake.held = !cases[i].held;
        fake.busy = (unsigned)i;
        snprintf(line, sizeof line, "%s\r", cases[i].typed);
        run(line);
        assert_string_equal(last_line(), "OK");
        assert_int_equal(fake.hold, cases[i].hold);
        assert_int_equal(fake.held, cases[i].held);
    }
    assert_int_equal(fake.flushes, 0);
    run("freeze nowhere\r");
    assert_string_equal(last_line(), "ERR 404 no such route, or it is held: see queue");
    fake.hold_result = SPOOL_FAILED;
    run("freeze\r");
    assert_string_equal(last_line(), "ERR 500 the flash did not keep it: see the log");
}

static void forces_routes(void **state)
{
    (void)state;
    run("force smarthost\r");
    assert_string_equal(last_line(), "OK");
    run("force\r");
    assert_int_equal(fake.flushes, 2);
    run("force nowhere\r");
    assert_string_equal(last_line(), "ERR 404 no such route, or it is held: see queue");
    assert_int_equal(fake.flushes, 2);
    fake.held = true;
    run("force smarthost\r");
    assert_string_equal(last_line(), "ERR 404 no such route, or it is held: see queue");
}

static void shows_held_routes(void **state)
{
    (void)state;
    add_letter(7, "");
    fake.has_next = true;
    fake.view.state = RELAY_FROZEN;
    fake.view.cause = CAUSE_HELD;
    run("queue\r");
    shows("route=smarthost state=frozen tries=0 due_in_s=none");
    shows("route_status=the operator holds this route");
    fake.view.state = RELAY_DISABLED;
    run("status\r");
    shows("route_smarthost=disabled");
    shows("route_smarthost_due_in_s=none");
}

static void lists_one_route(void **state)
{
    (void)state;
    add_letter(7, "");
    add_letter(8, "")->state.connectors = 2;
    run("list smarthost\r");
    shows("route=smarthost state=ready tries=0 due_in_s=none");
    never_shows("letter=8");
    assert_string_equal(last_line(), "OK 1 letters");
    run("list nowhere\r");
    never_shows("letter=7");
    assert_string_equal(last_line(), "ERR 404 no such route, or it is held: see queue");
    run("list\r");
    assert_string_equal(last_line(), "ERR 400 usage: list ROUTE");
}

static void deletes_letters(void **state)
{
    (void)state;
    add_letter(6, "");
    add_letter(7, folded);
    for (fake.busy = 0; fake.busy < 6; fake.busy++) {
        unsigned busy_times = fake.busy;

        fake.deleted = 0;
        run("delete 7\r");
        assert_int_equal(fake.deleted, 107);
        shows("OK letter 7");
        never_shows("letter=");
        fake.busy = busy_times;
    }
    fake.busy = 0;
    fake.deleted = 0;
    run("delete 8\r");
    assert_string_equal(last_line(), "ERR 404 no such letter: see queue");
    fake.sending = 107;
    run("delete 7\r");
    assert_string_equal(last_line(),
                        "ERR 409 the letter is being sent: repeat the command");
    assert_int_equal(fake.deleted, 0);
    fake.sending = 0;
    fake.state_result = SPOOL_FAILED;
    run("delete 7\r");
    assert_string_equal(last_line(), "ERR 500 the flash cannot be read: see the log");
    run("delete\r");
    assert_string_equal(last_line(), "ERR 400 usage: delete NUMBER");
}

static void tells_the_route(void **state)
{
    (void)state;
    run("route a@example.com\r");
    shows("route=smarthost verdict=chosen cost=1 spaces=*");
    assert_string_equal(last_line(), "OK smarthost");
    run("route example.com b@example.com\r");
    assert_string_equal(last_line(), "ERR 400 usage: route ADDRESS [SENDER]");
    run("route\r");
    assert_string_equal(last_line(), "ERR 400 usage: route ADDRESS [SENDER]");
}

static void sends_alerts(void **state)
{
    static const struct {
        const char *typed;
        enum flashpost_severity severity;
        const char *subject, *body;
    } cases[] = {
        {"alert error Disk full", FLASHPOST_ERROR,    "Disk full", ""         },
        {"alert CRITICAL  x  ",   FLASHPOST_CRITICAL, "x",         ""         },
        {"alert debug a b | c",   FLASHPOST_DEBUG,    "a b",       "c\n"      },
        {"alert info a|b|  c  d", FLASHPOST_INFO,     "a",         "b\nc  d\n"},
        {"alert warning a |",     FLASHPOST_WARNING,  "a",         ""         },
        {"alert warning a || b",  FLASHPOST_WARNING,  "a",         "\nb\n"    },
        {"alert info 8\xc3\xa4",  FLASHPOST_INFO,     "8??",       ""         },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        run(cases[i].typed);
        run("\r");
        assert_string_equal(last_line(), "OK kept as 17");
        assert_int_equal(fake.alerts, i + 1);
        assert_int_equal(fake.severity, cases[i].severity);
        assert_string_equal(fake.subject, cases[i].subject);
        assert_string_equal(fake.body, cases[i].body);
    }
    run("alert error Disk full | now\r");
    run("\x1b[A\r"); /* the line in the buffer is unharmed */
    assert_string_equal(fake.subject, "Disk full");
    assert_string_equal(fake.body, "now\n");
}

static void refuses_alerts(void **state)
{
    static const char usage[] =
        "ERR 400 usage: alert debug|info|warning|error|critical SUBJECT [| LINE]...";
    static const char *const cases[] = {"alert\r", "alert error\r", "alert error | x\r",
                                        "alert loud x\r", "alert errors x\r"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        run(cases[i]);
        assert_string_equal(last_line(), usage);
    }
    assert_int_equal(fake.alerts, 0);
    fake.alert_result = FLASHPOST_NOT_CONFIGURED;
    run("alert info x\r");
    assert_string_equal(last_line(),
                        "ERR 503 alerts go nowhere: build with ADMIN_ADDRESS set "
                        "and a connector that takes its domain");
    fake.alert_result = FLASHPOST_FULL;
    run("alert info x\r");
    assert_string_equal(last_line(),
                        "ERR 507 the flash is full: let the queue drain, see queue");
    fake.alert_result = FLASHPOST_FAILED;
    run("alert info x\r");
    assert_string_equal(last_line(), "ERR 500 the flash did not keep it: see the log");
}

static void reboots_after_its_reply(void **state)
{
    (void)state;
    run("");
    fake_port_type("reboot\r", 7);
    fake_port.window = 0;
    for (int i = 0; i < 50; i++)
        console_poll(&now);
    assert_false(console_wants_reboot());
    fake_port.window = 1;
    for (int i = 0; i < 50 && !console_wants_reboot(); i++)
        console_poll(&now);
    assert_true(console_wants_reboot());
    assert_string_equal(fake_port.shown, "reboot\r\nOK rebooting\r\n");
    fake_port.window = SIZE_MAX;
    run("flush\r");
    assert_int_equal(fake.flushes, 0);
}

/* Its reply is on the way when the port gets stuck: that holds the reboot up for a second. */
static void reboots_with_a_stuck_port(void **state)
{
    (void)state;
    fake_port.budget = strlen("reboot\r\nOK");
    fake_port_type("reboot\r", 7);
    for (int i = 0; i < 50; i++)
        console_poll(&now);
    assert_false(console_wants_reboot());
    now.uptime_ms += 999;
    console_poll(&now);
    assert_false(console_wants_reboot());
    now.uptime_ms += 1;
    console_poll(&now);
    assert_true(console_wants_reboot());
}

/* ---- Log --------------------------------------------------------------------------------- */

static void shows_the_log(void **state)
{
    (void)state;
    fake_port_wipe();
    log_write(LOG_INFO, "spool", "committed", "id=%lu", 3ul);
    log_write(LOG_ERROR, "spool", "failed", "page=%lu", 9ul);
    settle();
    assert_string_equal(fake_port.shown,
                        CLEAR "# 12.345 info spool committed id=3\r\n"
                              "# 12.345 error spool failed page=9\r\n" PROMPT);
}

/* The call that moves the last octet of one line must not sleep over the next one. */
static void asks_to_come_back_for_the_next_line(void **state)
{
    (void)state;
    for (fake_port.window = 1; fake_port.window < 64; fake_port.window++) {
        log_write(LOG_INFO, "spool", "committed", "id=3");
        log_write(LOG_INFO, "spool", "committed", "id=4");
        run("flush\r");
        assert_non_null(strstr(fake_port.shown, "id=3\r\n"));
        assert_non_null(strstr(fake_port.shown, "id=4\r\n"));
        assert_string_equal(last_line(), "OK");
    }
}

static void redraws_what_is_typed(void **state)
{
    (void)state;
    run("flu");
    fake_port_wipe();
    log_write(LOG_INFO, "spool", "committed", "id=3");
    settle();
    assert_string_equal(fake_port.shown,
                        CLEAR "# 12.345 info spool committed id=3\r\n" PROMPT "flu");
    assert_string_equal(run("sh\r"), "sh\r\n" FLUSHED);
}

static void holds_the_log_back(void **state)
{
    (void)state;
    run("log off\r");
    log_write(LOG_INFO, "spool", "committed", "id=3");
    assert_string_equal(run("flush\r"), "flush\r\n" FLUSHED);
    log_write(LOG_INFO, "spool", "committed", "id=4");
    assert_string_equal(run(""), "");
    assert_string_equal(run("log on\r"), "log on\r\nOK log is on, level info\r\n" PROMPT);
    log_write(LOG_INFO, "spool", "committed", "id=5");
    assert_string_equal(run(""), CLEAR "# 12.345 info spool committed id=5\r\n" PROMPT);
    run("log error\r");
    log_write(LOG_WARNING, "spool", "full", "x");
    assert_string_equal(run(""), "");
}

static void counts_lost_lines(void **state)
{
    char fill[80];

    (void)state;
    memset(fill, 'x', sizeof fill - 1);
    fill[sizeof fill - 1] = '\0';
    for (int i = 0; i < 100; i++)
        log_write(LOG_INFO, "test", "fill", "%s", fill);
    run("");
    assert_non_null(strstr(fake_port.shown, CLEAR "# 12.345 warn log lost lines=9"));
    run("status\r");
    assert_non_null(strstr(fake_port.shown, "\r\nlog_lost=9"));
}

/* A reply is whole, but where it waits for the flash the log goes on. */
static void logs_while_the_flash_is_busy(void **state)
{
    (void)state;
    fake_port_wipe();
    fake_port_type("queue\r", 6);
    fake.busy = 1000;
    for (int i = 0; i < 10; i++)
        console_poll(&now);
    log_write(LOG_INFO, "spool", "erasing", "sector=3");
    for (int i = 0; i < 10; i++)
        assert_int_equal(console_poll(&now), 20);
    assert_string_equal(fake_port.shown,
                        "queue\r\nroute=smarthost state=ready tries=0 due_in_s=none\r\n"
                        "# 12.345 info spool erasing sector=3\r\n");
    fake.busy = 0;
    settle();
    assert_string_equal(last_line(), "OK 0 letters");
}

/* A line that is being put together from the flash is not broken into by the log. */
static void logs_between_lines_only(void **state)
{
    (void)state;
    add_letter(7, "Subject: one two three\r\n\r\n");
    fake.piece = 1;
    fake_port_wipe();
    fake_port_type("show 7\r", 7);
    for (int i = 0; i < 300; i++) {
        fake.busy = 1;
        log_write(LOG_INFO, "test", "line", "x");
        console_poll(&now);
    }
    settle();
    shows("subject=one two three");
    shows("# 12.345 info test line x");
    never_shows("xsubject");
}

/* ---- Hostile bytes ----------------------------------------------------------------------- */

static uint32_t chance(void)
{
    static uint32_t seed = 1;

    seed = seed * 1664525 + 1013904223;
    return seed >> 8;
}

static void type_at_random(void)
{
    static const char *const words[] = {"show 7",   "queue",  "alert info \x1b[2J | \xff",
                                        "help",     "\x1b[A", "\r",
                                        "status\n", "\r\n",   "log debug"};
    uint8_t octet = (uint8_t)chance();

    if (chance() % 4 == 0) {
        const char *word = words[chance() % COUNT_OF(words)];
        fake_port_type(word, strlen(word));
    } else {
        fake_port_type(&octet, 1);
    }
}

static void lets_nothing_hostile_out(void **state)
{
    static char evil[400];
    struct letter_origin origin = {
        .source = 99, .helo = "\x1b]0;x\x07", .address = "\r\nOK"};
    uint8_t packed[LETTER_FIELD_MAX];
    struct fake_letter *l;

    (void)state;
    memcpy(evil, "Subject: ", 9);
    for (size_t i = 9; i < 300; i++)
        evil[i] = (char)(i % 255 + 1);
    l = add_letter(7, evil);
    l->envelope_size = 0;
    put_field(l, LETTER_ORIGIN, packed, letter_put_origin(&origin, packed));
    put_field(l, LETTER_ORIGIN, evil, 90);
    put_field(l, LETTER_SENDER, evil + 9, 200);
    put_field(l, LETTER_RECIPIENT, evil + 9, 200);
    put_field(l, LETTER_RECIPIENT, "", 0);
    put_field(l, LETTER_TEXT, "", 0);
    fake.view.cause = CAUSE_BAD_REPLY;
    fake.view.reply = evil;
    for (int i = 0; i < 30000; i++) {
        type_at_random();
        if (chance() % 50 == 0)
            log_write(LOG_ERROR, "test", "evil", "%s", &evil[chance() % 300]);
        fake.busy = chance() % 3;
        fake_port.window = chance() % 9 == 0 ? 0 : chance() % 64;
        console_poll(&now);
        if (fake_port.shown_length > sizeof fake_port.shown / 2) {
            fake_port.window = SIZE_MAX;
            settle();
            only_harmless(fake_port.shown, fake_port.shown_length);
            fake_port_wipe();
        }
    }
    fake_port.window = SIZE_MAX;
    fake.busy = 0;
    settle();
    only_harmless(fake_port.shown, fake_port.shown_length);
    fake_port_type("\x03", 1);
    settle();
    run("show 7\r");
    only_harmless(fake_port.shown, fake_port.shown_length);
    assert_string_equal(last_line(), "OK letter 7");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(starts_with_a_prompt, setup),
        cmocka_unit_test_setup(edits_the_line, setup),
        cmocka_unit_test_setup(recalls_the_last_line, setup),
        cmocka_unit_test_setup(refuses_a_long_line, setup),
        cmocka_unit_test_setup(ends_every_reply, setup),
        cmocka_unit_test_setup(format_spares_a_flash_in_use, setup),
        cmocka_unit_test_setup(helps, setup),
        cmocka_unit_test_setup(tells_the_status, setup),
        cmocka_unit_test_setup(fits_the_status, setup),
        cmocka_unit_test_setup(lists_the_queue, setup),
        cmocka_unit_test_setup(tells_why_a_route_waits, setup),
        cmocka_unit_test_setup(tells_when_a_glitch_is_over, setup),
        cmocka_unit_test_setup(tells_of_bad_flash, setup),
        cmocka_unit_test_setup(shows_a_letter, setup),
        cmocka_unit_test_setup(shows_odd_texts, setup),
        cmocka_unit_test_setup(shows_damage, setup),
        cmocka_unit_test_setup(cuts_what_is_long, setup),
        cmocka_unit_test_setup(shows_long_fields_whole, setup),
        cmocka_unit_test_setup(waits_for_flash_and_port, setup),
        cmocka_unit_test_setup(waits_while_the_port_is_stuck, setup),
        cmocka_unit_test_setup(echoes_everything, setup),
        cmocka_unit_test_setup(holds_routes, setup),
        cmocka_unit_test_setup(forces_routes, setup),
        cmocka_unit_test_setup(shows_held_routes, setup),
        cmocka_unit_test_setup(lists_one_route, setup),
        cmocka_unit_test_setup(deletes_letters, setup),
        cmocka_unit_test_setup(tells_the_route, setup),
        cmocka_unit_test_setup(sends_alerts, setup),
        cmocka_unit_test_setup(refuses_alerts, setup),
        cmocka_unit_test_setup(reboots_after_its_reply, setup),
        cmocka_unit_test_setup(reboots_with_a_stuck_port, setup),
        cmocka_unit_test_setup(shows_the_log, setup),
        cmocka_unit_test_setup(asks_to_come_back_for_the_next_line, setup),
        cmocka_unit_test_setup(redraws_what_is_typed, setup),
        cmocka_unit_test_setup(holds_the_log_back, setup),
        cmocka_unit_test_setup(counts_lost_lines, setup),
        cmocka_unit_test_setup(logs_while_the_flash_is_busy, setup),
        cmocka_unit_test_setup(logs_between_lines_only, setup),
        cmocka_unit_test_setup(lets_nothing_hostile_out, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
