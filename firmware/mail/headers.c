/* SPDX-License-Identifier: MIT */
/* headers.c: Date and Received as they are written, and the scanner of passing headers. */
#include "mail/headers.h"

#include <string.h>

/* Octets of a line without CRLF; RFC 5322 section 2.1.1 wants 78 at most. */
#define FIELD_LINE_MAX 77

#define DAY_S 86400u

struct date {
    unsigned year, month, day; /* month and day from 1 */
};

/*
 * The civil date of a day since 1970. Years are counted from 1 March, so that a leap day is
 * the last of its year; the month lengths from March on then repeat as (153 m + 2) / 5.
 * 719468 days lie between 0000-03-01 and 1970-01-01, 146097 are 400 years. Any 32-bit time.
 */
static struct date date_of(uint32_t days)
{
    uint32_t shifted = days + 719468;
    uint32_t era = shifted / 146097;
    uint32_t of_era = shifted % 146097;
    uint32_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    uint32_t of_year = of_era - (365 * year + year / 4 - year / 100);
    uint32_t month = (5 * of_year + 2) / 153; /* 0 is March */
    struct date date;

    date.day = (unsigned)(of_year - (153 * month + 2) / 5 + 1);
    date.month = (unsigned)(month < 10 ? month + 3 : month - 9);
    date.year = (unsigned)(era * 400 + year) + (month >= 10);
    return date;
}

void headers_put_date(struct text *t, uint32_t wall_s)
{
    static const char day_name[][4] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    static const char month_name[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    uint32_t days = wall_s / DAY_S;
    unsigned second = (unsigned)(wall_s % DAY_S);
    struct date date = date_of(days);

    text_printf(t, "%s, %u %s %u %02u:%02u:%02u +0000", day_name[days % 7], date.day,
                month_name[date.month - 1], date.year, second / 3600, second / 60 % 60,
                second % 60);
}

/* A field being written: where its present line began. */
struct field {
    struct text *text;
    size_t line_start;
};

static void put_line_end(struct field *field)
{
    text_add(field->text, "\r\n");
    field->line_start = field->text->length;
}

/* A blank and the word, on a line of its own where it would not fit. */
static void put_word(struct field *field, const char *word)
{
    size_t column = field->text->length - field->line_start;

    if (column + 1 + strlen(word) > FIELD_LINE_MAX) {
        put_line_end(field);
        text_add(field->text, "\t");
    } else {
        text_add(field->text, column == 0 ? "\t" : " ");
    }
    text_add(field->text, word);
}

/* From-domain with TCP-info, RFC 5321 section 4.4; without a HELO the literal serves twice. */
static void put_client(struct field *field, const struct letter_origin *origin)
{
    char buffer[64];
    struct text literal;
    const char *tag = strchr(origin->address, ':') != NULL ? "IPv6:" : "";

    put_word(field, "from");
    text_init(&literal, buffer, sizeof buffer);
    text_printf(&literal, "[%s%s]", tag, origin->address);
    put_word(field, origin->helo[0] != '\0' ? origin->helo : buffer);
    text_init(&literal, buffer, sizeof buffer);
    text_printf(&literal, "([%s%s])", tag, origin->address);
    put_word(field, buffer);
    put_line_end(field);
}

void headers_put_received(struct text *t, const struct letter_origin *origin,
                          const char *host, uint32_t id, uint32_t wall_s, uint32_t floor_s)
{
    struct field field = {t, t->length};
    bool smtp = origin->source == LETTER_FROM_SMTP;
    char buffer[20];
    struct text word;

    text_add(t, "Received:");
    if (smtp)
        put_client(&field, origin);
    put_word(&field, "by");
    put_word(&field, host);
    if (!smtp)
        put_word(&field, "(alert) with local");
    else
        put_word(&field, (origin->flags & LETTER_ESMTP) != 0 ? "with ESMTP" : "with SMTP");
    text_init(&word, buffer, sizeof buffer);
    text_printf(&word, "id %lu;", (unsigned long)id);
    put_word(&field, buffer);
    text_add(t, "\r\n\t");
    headers_put_date(t, wall_s != 0 ? wall_s : floor_s);
    text_add(t, wall_s != 0 ? "\r\n" : " (clock not set)\r\n");
}

/* Where the scanner is. Lines end in CRLF; an LF alone would do. */
enum scan_state {
    AT_LINE_START,
    IN_NAME,
    AFTER_NAME, /* blanks before the colon, RFC 5322 section 4.5 */
    IN_VALUE
};

void headers_scan_init(struct headers_scan *scan)
{
    memset(scan, 0, sizeof *scan);
}

static bool name_is(const struct headers_scan *scan, const char *name)
{
    return scan->name_length == strlen(name) &&
           memcmp(scan->name, name, scan->name_length) == 0;
}

static void note_field(struct headers_scan *scan)
{
    scan->state = IN_VALUE;
    if (name_is(scan, "received") && scan->received < UINT16_MAX)
        scan->received++;
    scan->date |= name_is(scan, "date");
    scan->from |= name_is(scan, "from");
    scan->message_id |= name_is(scan, "message-id");
}

/* A name that fills `name` is none that is looked for, however it goes on. */
static void add_to_name(struct headers_scan *scan, uint8_t octet)
{
    scan->state = IN_NAME;
    if (scan->name_length < sizeof scan->name)
        scan->name[scan->name_length++] = (char)octet_lower(octet);
}

/* The name and what leads to its colon; what is no field ends the header. */
static void scan_name(struct headers_scan *scan, uint8_t octet)
{
    bool blank = octet == ' ' || octet == '\t';

    if (octet == ':' && scan->name_length > 0)
        note_field(scan);
    else if (blank && scan->name_length > 0)
        scan->state = AFTER_NAME;
    else if (scan->state != AFTER_NAME && octet > ' ' && octet < 0x7f && octet != ':')
        add_to_name(scan, octet);
    else
        scan->ended = true;
}

static void scan_octet(struct headers_scan *scan, uint8_t octet)
{
    if (scan->state == IN_VALUE) {
        if (octet == '\n')
            scan->state = AT_LINE_START;
        return;
    }
    if (scan->state == AT_LINE_START) {
        /* A blank goes on with the field before, if there was one. */
        if ((octet == ' ' || octet == '\t') && scan->name_length > 0) {
            scan->state = IN_VALUE;
            return;
        }
        scan->name_length = 0;
    }
    scan_name(scan, octet);
}

void headers_scan_add(struct headers_scan *scan, const uint8_t *text, size_t size)
{
    for (size_t i = 0; i < size && !scan->ended; i++)
        scan_octet(scan, text[i]);
}

void headers_pass_init(struct headers_pass *pass)
{
    memset(pass, 0, sizeof *pass);
}

/*
 * There is one From, the new one, and one Reply-To: whichever of the two came first. The other
 * is kept by a name that means nothing to a mail program.
 */
static const char *new_name(struct headers_pass *pass)
{
    bool from = name_is(&pass->scan, "from");

    if (!from && !name_is(&pass->scan, "reply-to"))
        return NULL;
    if (pass->reply_to)
        return from ? "Original-From" : "Original-Reply-To";
    pass->reply_to = true;
    return "Reply-To";
}

/* One octet, which is held or, with what is held, put out; says how many are. */
static size_t pass_octet(struct headers_pass *pass, bool rewrite, uint8_t octet,
                         uint8_t *out)
{
    bool in_name = pass->scan.state == IN_NAME || pass->scan.state == AFTER_NAME;
    size_t length = pass->held_length;

    if (in_name && length < sizeof pass->held) {
        pass->held[pass->held_length++] = octet;
        return 0;
    }
    if (rewrite && length > 0 && octet == ':' && !pass->cut) {
        const char *name = new_name(pass);

        if (name != NULL) {
            length = strlen(name);
            memcpy(pass->held, name, length);
        }
    }
    pass->cut = in_name;
    memcpy(out, pass->held, length);
    out[length] = octet;
    pass->held_length = 0;
    return length + 1;
}

size_t headers_pass(struct headers_pass *pass, bool rewrite, const uint8_t *text,
                    size_t size, uint8_t *out, size_t room, size_t *made)
{
    size_t used = 0;

    *made = 0;
    while (used < size && *made + sizeof pass->held < room && !pass->scan.ended) {
        scan_octet(&pass->scan, text[used]);
        pass->bare = text[used] != '\r';
        if (!pass->scan.ended)
            *made += pass_octet(pass, rewrite, text[used++], out + *made);
    }
    return used;
}
