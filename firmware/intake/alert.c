/* SPDX-License-Identifier: MIT */
/*
 * alert.c: an alert of the appliance itself becomes a letter to the administrator. Date and
 * Message-ID are put in when it is sent.
 *
 * Promises: the header is plain ASCII whatever the subject is (RFC 2047); the body is
 * quoted-printable (RFC 2045 section 6.7), so that every next hop takes it as it is, with
 * lines of any length. Nothing of it is ever whole in RAM.
 */
#include "intake/flashpost.h"

#include "intake/alert.h"
#include "intake/origin.h"
#include "intake/utf8.h"
#include "spool/spool.h"
#include "mail/address.h"
#include "mail/connector.h"
#include "mail/letter.h"
#include "base/bytes.h"
#include "base/log.h"
#include "crypto/random.h"
#include "config/config.h"
#include "port/port.h"

#include <string.h>

#define SUBJECT_MAX      200  /* octets used of a subject */
#define ENCODED_WORD_MAX 75   /* RFC 2047 section 2 */
#define QUOTED_LINE_MAX  76   /* RFC 2045 section 6.7, rule 5 */
#define BODY_PIECE       64   /* asked of the caller at once */
#define ERASE_WAIT_MS    5000 /* the part takes below a second */

#define HEADER_ADDRESSES                                                                   \
    "From: <" CONFIG_ALERT_SENDER ">\r\n"                                                  \
    "To: <" CONFIG_ADMIN_ADDRESS ">\r\n"                                                   \
    "Subject: "
#define HEADER_REST                                                                        \
    "MIME-Version: 1.0\r\n"                                                                \
    "Content-Type: text/plain; charset=utf-8\r\n"                                          \
    "Content-Transfer-Encoding: quoted-printable\r\n"                                      \
    "Auto-Submitted: auto-generated\r\n"                                                   \
    "\r\n"

static const struct {
    const char *subject;
    const char *importance; /* RFC 2156 section 5.3.4 */
} severities[] = {
    [FLASHPOST_DEBUG] = {"[debug] ",    "Importance: low\r\n"   },
    [FLASHPOST_INFO] = {"[info] ",     "Importance: normal\r\n"},
    [FLASHPOST_WARNING] = {"[warning] ",  "Importance: normal\r\n"},
    [FLASHPOST_ERROR] = {"[error] ",    "Importance: high\r\n"  },
    [FLASHPOST_CRITICAL] = {"[critical] ", "Importance: high\r\n"  },
};

/* The letter being written; pieces gather in `bytes`. */
struct alert {
    struct spool_deposit deposit;
    enum spool_result result; /* the first failure sticks */
    struct utf8 utf8;
    uint8_t column; /* of the present line of the body */
    uint8_t blank;  /* a blank whose place in the line is not known yet, or 0 */
    bool after_cr;
    uint8_t fill;
    uint8_t bytes[128];
};

static struct clock clock_now;
static bool clock_known;

void alert_set_clock(const struct clock *now)
{
    clock_now = *now;
    clock_known = true;
}

/* ---- Into the spool ----------------------------------------------------------------------- */

/*
 * Waits for an erase that runs or must come first, and gives the spool its turns meanwhile.
 * False: it never ends.
 */
static bool flash_ready(void)
{
    uint64_t start_ms = port_uptime_ms();

    while (!spool_ready()) {
        if (port_uptime_ms() - start_ms > ERASE_WAIT_MS)
            return false;
        port_watchdog_feed();
        port_sleep(1);
        (void)spool_poll(&clock_now);
    }
    return true;
}

static void send_piece(struct alert *a)
{
    if (a->result == SPOOL_OK && a->fill > 0)
        a->result = flash_ready() ? spool_deposit_text(&a->deposit, a->bytes, a->fill)
                                  : SPOOL_FAILED;
    a->fill = 0;
}

static void put_octet(struct alert *a, uint8_t octet)
{
    a->bytes[a->fill++] = octet;
    if (a->fill == sizeof a->bytes)
        send_piece(a);
}

static void put_string(struct alert *a, const char *string)
{
    for (; *string != '\0'; string++)
        put_octet(a, (uint8_t)*string);
}

static void put_escaped(struct alert *a, uint8_t octet)
{
    static const char digits[] = "0123456789ABCDEF";

    put_octet(a, '=');
    put_octet(a, (uint8_t)digits[octet >> 4]);
    put_octet(a, (uint8_t)digits[octet & 15]);
}

/* ---- Subject ------------------------------------------------------------------------------ */

/* What may stand for itself in an encoded word in any place (RFC 2047 section 5). */
static bool word_octet(uint8_t octet)
{
    return (octet >= '0' && octet <= '9') || (octet >= 'A' && octet <= 'Z') ||
           (octet >= 'a' && octet <= 'z');
}

static uint8_t no_line_ends(uint8_t octet)
{
    return octet < 0x20 ? '?' : octet;
}

/* One whole character, so that no encoded word ends within one; returns the column. */
static size_t put_encoded(struct alert *a, const uint8_t *octets, size_t size,
                          size_t column)
{
    static const char begin[] = "=?utf-8?Q?", end[] = "?=";
    size_t longest = ENCODED_WORD_MAX - (sizeof end - 1) - 3 * size;

    if (column > longest) {
        put_string(a, end);
        put_string(a, "\r\n ");
        column = 0;
    }
    if (column == 0) {
        put_string(a, begin);
        column = sizeof begin - 1;
    }
    for (size_t i = 0; i < size; i++) {
        bool plain = word_octet(octets[i]) || octets[i] == ' ';

        if (plain)
            put_octet(a, octets[i] == ' ' ? '_' : octets[i]);
        else
            put_escaped(a, octets[i]);
        column += plain ? 1 : 3;
    }
    return column;
}

static void put_encoded_subject(struct alert *a, const char *subject, size_t length)
{
    size_t column = 0;
    uint8_t out[4];

    utf8_init(&a->utf8);
    put_string(a, "\r\n ");
    for (size_t i = 0; i < length; i++) {
        size_t made = utf8_add(&a->utf8, no_line_ends((uint8_t)subject[i]), out);

        if (made > 0)
            column = put_encoded(a, out, made, column);
    }
    column = put_encoded(a, out, utf8_end(&a->utf8, out), column);
    put_string(a, "?=");
}

/* Up to SUBJECT_MAX octets, but not into a character. */
static size_t subject_length(const char *subject)
{
    size_t length = 0;

    while (length < SUBJECT_MAX && subject[length] != '\0')
        length++;
    if (subject[length] == '\0')
        return length;
    while (length > 0 && ((uint8_t)subject[length] & 0xc0) == 0x80)
        length--;
    return length;
}

static void put_subject(struct alert *a, const char *subject)
{
    size_t length = subject_length(subject);
    bool plain = true;

    for (size_t i = 0; i < length; i++) {
        bool looks_encoded = subject[i] == '=' && subject[i + 1] == '?';

        if ((uint8_t)subject[i] >= 0x80 || looks_encoded)
            plain = false;
    }
    if (!plain) {
        put_encoded_subject(a, subject, length);
        return;
    }
    for (size_t i = 0; i < length; i++) {
        uint8_t octet = no_line_ends((uint8_t)subject[i]);

        put_octet(a, octet == 0x7f ? '?' : octet);
    }
}

/* ---- Body --------------------------------------------------------------------------------- */

/* Keeps a line within its length: the "=" of a soft line break is its last octet. */
static void make_room(struct alert *a, uint8_t octets)
{
    if (a->column + octets > QUOTED_LINE_MAX - 1) {
        put_string(a, "=\r\n");
        a->column = 0;
    }
    a->column = (uint8_t)(a->column + octets);
}

static void put_quoted(struct alert *a, uint8_t octet)
{
    make_room(a, 3);
    put_escaped(a, octet);
}

static void put_plain(struct alert *a, uint8_t octet)
{
    make_room(a, 1);
    put_octet(a, octet);
}

/* A blank at the end of a line would be lost on the way (rule 3). */
static void put_blank(struct alert *a, bool at_end)
{
    if (a->blank != 0 && at_end)
        put_quoted(a, a->blank);
    else if (a->blank != 0)
        put_plain(a, a->blank);
    a->blank = 0;
}

static void end_line(struct alert *a)
{
    put_blank(a, true);
    put_string(a, "\r\n");
    a->column = 0;
}

static void put_character_octet(struct alert *a, uint8_t octet)
{
    put_blank(a, false);
    if (octet == ' ' || octet == '\t')
        a->blank = octet;
    else if (octet == '=' || octet >= 0x80)
        put_quoted(a, octet);
    else
        put_plain(a, octet);
}

/* LF and CRLF end a line; any other CR is no text. */
static void put_body_octet(struct alert *a, uint8_t octet)
{
    bool after_cr = a->after_cr;

    a->after_cr = octet == '\r';
    if (octet == '\n') {
        end_line(a);
        return;
    }
    if (after_cr)
        put_character_octet(a, '?');
    if (octet != '\r')
        put_character_octet(a, octet);
}

static void put_body_octets(struct alert *a, const uint8_t *octets, size_t size)
{
    for (size_t i = 0; i < size; i++)
        put_body_octet(a, octets[i]);
}

static void put_body(struct alert *a, flashpost_body body, void *context)
{
    char piece[BODY_PIECE];
    uint8_t out[4];

    utf8_init(&a->utf8);
    for (size_t size = body(context, piece, sizeof piece);
         size > 0 && a->result == SPOOL_OK; size = body(context, piece, sizeof piece)) {
        size = min_size(size, sizeof piece);
        for (size_t i = 0; i < size; i++)
            put_body_octets(a, out, utf8_add(&a->utf8, (uint8_t)piece[i], out));
    }
    put_body_octets(a, out, utf8_end(&a->utf8, out));
    if (a->after_cr)
        put_character_octet(a, '?');
    if (a->column > 0 || a->blank != 0)
        end_line(a);
    send_piece(a);
}

/* ---- The letter --------------------------------------------------------------------------- */

static enum spool_result put_origin(struct spool_deposit *d)
{
    struct letter_origin origin = {
        .source = LETTER_FROM_API, .wall_s = clock_now.wall_s, .nonce = random_u32()};

    return origin_deposit(d, &origin);
}

/* For the next step of the envelope: the result so far, or FAILED when the flash hangs. */
static enum spool_result go_on(enum spool_result result)
{
    return result != SPOOL_OK || flash_ready() ? result : SPOOL_FAILED;
}

static enum spool_result put_envelope(struct spool_deposit *d, uint8_t connector)
{
    enum spool_result result = go_on(SPOOL_OK);

    if (result == SPOOL_OK)
        result = go_on(spool_deposit_begin(d, SPOOL_FROM_DEVICE, 0));
    if (result == SPOOL_OK)
        result = go_on(put_origin(d));
    if (result == SPOOL_OK)
        result = go_on(spool_deposit_field(d, LETTER_SENDER, CONFIG_ALERT_SENDER,
                                           sizeof CONFIG_ALERT_SENDER - 1));
    if (result == SPOOL_OK)
        result = spool_deposit_recipient(d, connector, CONFIG_ADMIN_ADDRESS,
                                         sizeof CONFIG_ADMIN_ADDRESS - 1);
    return result;
}

static enum spool_result commit(struct alert *a)
{
    enum spool_result result = SPOOL_BUSY;

    while (result == SPOOL_BUSY && flash_ready())
        result = spool_deposit_commit(&a->deposit, &clock_now);
    return result;
}

static enum flashpost_result finish(struct alert *a, enum flashpost_severity severity,
                                    uint32_t *id)
{
    if (a->result == SPOOL_OK)
        a->result = commit(a);
    if (a->result != SPOOL_OK) {
        spool_deposit_abort(&a->deposit);
        log_write(LOG_ERROR, "intake", "alert-lost", "reason=%s",
                  a->result == SPOOL_FULL ? "full" : "flash");
        return a->result == SPOOL_FULL ? FLASHPOST_FULL : FLASHPOST_FAILED;
    }
    if (id != NULL)
        *id = a->deposit.id;
    log_write(LOG_INFO, "intake", "alert", "id=%lu severity=%u",
              (unsigned long)a->deposit.id, (unsigned)severity);
    return FLASHPOST_OK;
}

/* The connector of the administrator, or NONE. */
static uint8_t admin_connector(void)
{
    struct cursor mailbox =
        cursor_over(CONFIG_ADMIN_ADDRESS, sizeof CONFIG_ADMIN_ADDRESS - 1);
    struct cursor sender = cursor_over(CONFIG_ALERT_SENDER, sizeof CONFIG_ALERT_SENDER - 1);
    struct address admin;

    return address_read_mailbox(mailbox, &admin)
               ? connector_for(admin.domain, connectors_for_letter(sender, 0))
               : CONNECTOR_NONE;
}

enum flashpost_result flashpost_alert(enum flashpost_severity severity, const char *subject,
                                      flashpost_body body, void *context, uint32_t *id)
{
    struct alert alert = {.result = SPOOL_FAILED};
    uint8_t connector = admin_connector();

    if (connector == CONNECTOR_NONE)
        return FLASHPOST_NOT_CONFIGURED;
    if ((unsigned)severity > FLASHPOST_CRITICAL)
        severity = FLASHPOST_CRITICAL;
    if (clock_known)
        alert.result = put_envelope(&alert.deposit, connector);
    put_string(&alert, HEADER_ADDRESSES);
    put_string(&alert, severities[severity].subject);
    put_subject(&alert, subject);
    put_string(&alert, "\r\n");
    put_string(&alert, severities[severity].importance);
    put_string(&alert, HEADER_REST);
    put_body(&alert, body, context);
    return finish(&alert, severity, id);
}
