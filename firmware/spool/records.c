/* SPDX-License-Identifier: MIT */
/* records.c: packing of the spool's unit records. Offsets are those of FORMAT.md. */
#include "spool/records.h"

#include "base/bytes.h"
#include "base/one_copy.h"
#include "mail/connector.h"

#include <string.h>

static void begin(record_bytes to, enum record_kind kind, uint8_t detail, uint16_t second)
{
    memset(to, 0xff, FLASHLOG_RECORD_SIZE);
    to[0] = (uint8_t)kind;
    to[1] = detail;
    put_u16(to + 2, second);
}

static bool is_kind(const uint8_t *unit, enum record_kind kind)
{
    return flashlog_unit(unit) == UNIT_VALID && unit[0] == (uint8_t)kind;
}

ONE_COPY void record_put_head(record_bytes to, const struct head_record *head)
{
    begin(to, RECORD_LETTER, head->connectors, head->boot);
    put_u32(to + 4, head->id);
    put_u32(to + 8, head->deposited_s);
}

bool record_get_head(const uint8_t *unit, struct head_record *head)
{
    if (!is_kind(unit, RECORD_LETTER))
        return false;
    head->connectors = unit[1];
    head->boot = get_u16(unit + 2);
    head->id = get_u32(unit + 4);
    head->deposited_s = get_u32(unit + 8);
    return true;
}

void record_put_commit(record_bytes to, const struct commit_record *commit)
{
    begin(to, RECORD_COMMIT, commit->recipients, commit->first_page);
    put_u16(to + 4, commit->last_page);
    put_u16(to + 6, commit->origin);
    put_u32(to + 8, commit->text_size);
}

bool record_get_commit(const uint8_t *unit, struct commit_record *commit)
{
    if (!is_kind(unit, RECORD_COMMIT))
        return false;
    commit->recipients = unit[1];
    commit->first_page = get_u16(unit + 2);
    commit->last_page = get_u16(unit + 4);
    commit->origin = get_u16(unit + 6);
    commit->text_size = get_u32(unit + 8);
    return commit->recipients >= 1 && commit->recipients <= LETTER_RECIPIENTS_MAX;
}

void record_put_closed(record_bytes to, enum spool_closed how, uint16_t boot,
                       uint16_t moved_to, uint32_t now_s)
{
    begin(to, RECORD_CLOSED, (uint8_t)how, boot);
    put_u16(to + 4, moved_to);
    put_u32(to + 8, now_s);
}

uint16_t record_moved_to(const uint8_t *unit)
{
    return get_u16(unit + 4);
}

ONE_COPY void record_put_try(record_bytes to, uint8_t connector, uint16_t boot,
                             uint16_t tries, uint32_t due_s)
{
    begin(to, RECORD_TRY, connector, boot);
    put_u16(to + 4, tries);
    put_u32(to + 8, due_s);
}

uint16_t record_tries(const uint8_t *unit)
{
    return get_u16(unit + 4);
}

bool record_put_settled(record_bytes to, enum record_kind kind, uint8_t first,
                        uint16_t boot, const struct recipient_set *set)
{
    bool any = false;

    begin(to, kind, first, boot);
    for (unsigned i = 0; i < RECORD_RECIPIENTS / 8; i++) {
        size_t at = first / 8 + i;

        to[4 + i] = at < sizeof set->bits ? set->bits[at] : 0;
        any = any || to[4 + i] != 0;
    }
    return any;
}

void record_put_dead(record_bytes to, uint16_t boot, uint32_t now_s)
{
    begin(to, RECORD_DEAD, 0, boot);
    put_u32(to + 8, now_s);
}

void record_put_start(record_bytes to, uint16_t boot, uint32_t now_s, uint32_t next_id)
{
    begin(to, RECORD_START, 0, boot);
    put_u32(to + 4, now_s);
    put_u32(to + 8, next_id);
}

ONE_COPY void record_put_time(record_bytes to, uint16_t boot, uint32_t now_s,
                              uint32_t wall_s)
{
    begin(to, RECORD_TIME, 0, boot);
    put_u32(to + 4, now_s);
    put_u32(to + 8, wall_s);
}

ONE_COPY void record_put_route(record_bytes to, uint8_t connector,
                               const struct spool_route *route, uint32_t now_s)
{
    uint8_t held = (uint8_t)((route->stopped & 1u) << 7 | (route->frozen & 3u) << 4);

    begin(to, RECORD_ROUTE, held | connector, connector_name_hash(connector));
    to[4] = route->tries;
    to[5] = route->cause;
    put_u16(to + 6, (uint16_t)now_s);
    put_u32(to + 8, route->due_s);
}

bool record_get_route(const uint8_t *unit, uint8_t *connector, struct spool_route *route)
{
    *connector = unit[1] & 15;
    if (*connector >= CONFIG_CONNECTOR_COUNT ||
        get_u16(unit + 2) != connector_name_hash(*connector))
        return false;
    *route = (struct spool_route){
        .tries = unit[4],
        .stopped = unit[1] >> 7,
        .frozen = unit[1] >> 4 & 3,
        .cause = unit[5],
        .due_s = get_u32(unit + 8),
    };
    return true;
}

/* The record has the last 16 bits; one of the time is never older than half their range. */
uint32_t record_route_time(const uint8_t *unit, uint32_t known_s)
{
    uint16_t later_s = (uint16_t)(get_u16(unit + 6) - known_s);

    return later_s < 0x8000 ? known_s + later_s : known_s;
}

void record_put_place(record_bytes to, enum record_kind kind, uint16_t place)
{
    begin(to, kind, 0, place);
}

bool record_put_closed_heads(record_bytes to, const struct closed_heads *heads)
{
    uint8_t any = 0;

    begin(to, RECORD_HEAD_CLOSED, 0xff, heads->sector);
    for (unsigned i = 0; i < sizeof heads->bits; i++) {
        to[4 + i] = heads->bits[i];
        any |= heads->bits[i];
    }
    return any != 0;
}

void record_get_closed_heads(const uint8_t *unit, struct closed_heads *heads)
{
    heads->sector = get_u16(unit + 2);
    memcpy(heads->bits, unit + 4, sizeof heads->bits);
}

/* Kind and detail of the records that an intent can be for, as its four-bit code. */
static const struct intent_code {
    uint8_t kind, detail;
} intent_codes[] = {
    {RECORD_COMMIT, 0                   },
    {RECORD_TRY,    0                   },
    {RECORD_TRY,    1                   },
    {RECORD_TRY,    2                   },
    {RECORD_TRY,    3                   },
    {RECORD_SENT,   0                   },
    {RECORD_SENT,   RECORD_RECIPIENTS   },
    {RECORD_FAILED, 0                   },
    {RECORD_FAILED, RECORD_RECIPIENTS   },
    {RECORD_DEAD,   0                   },
    {RECORD_CLOSED, SPOOL_CLOSED_SENT   },
    {RECORD_CLOSED, SPOOL_CLOSED_SETTLED},
    {RECORD_CLOSED, SPOOL_CLOSED_DELETED},
    {RECORD_CLOSED, SPOOL_CLOSED_MOVED  },
    {RECORD_CLOSED, SPOOL_CLOSED_VOID   },
};

/* A commit's detail (recipients) is not kept: a commit is never written again. */
static uint8_t code_of(const record_bytes record)
{
    for (uint8_t code = 1; code < COUNT_OF(intent_codes); code++) {
        if (intent_codes[code].kind == record[0] && intent_codes[code].detail == record[1])
            return code;
    }
    return 0;
}

void record_put_intent(record_bytes to, const struct intent *intent)
{
    uint8_t code = code_of(intent->record);

    begin(to, RECORD_INTENT, (uint8_t)(code << 4 | intent->unit), intent->page);
    memcpy(to + 4, intent->record + 4, FLASHLOG_RECORD_SIZE - 4);
}

bool record_get_intent(const uint8_t *unit, struct intent *intent)
{
    uint8_t code = unit[1] >> 4;

    if (code >= COUNT_OF(intent_codes))
        return false;
    intent->page = get_u16(unit + 2);
    intent->unit = unit[1] & 15;
    begin(intent->record, (enum record_kind)intent_codes[code].kind,
          intent_codes[code].detail, 0xffff);
    memcpy(intent->record + 4, unit + 4, FLASHLOG_RECORD_SIZE - 4);
    return true;
}

uint16_t intent_origin(const struct intent *intent)
{
    return get_u16(intent->record + 6);
}

void record_put_mark(record_bytes to, enum record_kind kind)
{
    begin(to, kind, 0xff, 0xffff);
}

static void apply_set(const uint8_t *unit, struct recipient_set *set)
{
    for (unsigned i = 0; i < RECORD_RECIPIENTS / 8; i++) {
        size_t at = unit[1] / 8u + i;

        if (at < sizeof set->bits)
            set->bits[at] |= unit[4 + i];
    }
}

void record_apply(const uint8_t *unit, uint8_t connector, struct spool_state *state)
{
    if (unit[0] == RECORD_TRY && unit[1] == connector) {
        state->tries = record_tries(unit);
        state->due_s = get_u32(unit + 8);
    } else if (unit[0] == RECORD_SENT) {
        apply_set(unit, &state->sent);
    } else if (unit[0] == RECORD_FAILED) {
        apply_set(unit, &state->failed);
    } else if (unit[0] == RECORD_DEAD) {
        state->dead = true;
    }
}
