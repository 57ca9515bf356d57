/* SPDX-License-Identifier: MIT */
/*
 * reader.c: a letter is read page by page; each page is checked (CRC, letter, place in the
 * chain) before an octet of it is handed out.
 */
#include "spool/store.h"

#include "base/bytes.h"
#include "base/one_copy.h"

#include <string.h>

static enum spool_result load_next(struct spool_reader *r)
{
    size_t size;
    uint16_t next;

    if (r->result != SPOOL_OK)
        return r->result;
    if (r->next_page == 0)
        return SPOOL_END;
    r->result = store_result(flashlog_read_body(r->next_page, r->bytes, &size));
    if (r->result == SPOOL_BUSY) {
        r->result = SPOOL_OK;
        return SPOOL_BUSY;
    }
    if (r->result == SPOOL_OK && !chain_check(r->bytes, r->id, r->index, &next))
        r->result = SPOOL_DAMAGED;
    if (r->result != SPOOL_OK)
        return r->result;
    r->index++;
    r->next_page = next;
    r->at = FLASHLOG_BODY_HEAD;
    r->end = (uint16_t)(FLASHLOG_BODY_HEAD + size);
    return SPOOL_OK;
}

enum spool_result spool_reader_open(struct spool_reader *r, uint16_t head)
{
    struct head_page page;
    enum spool_result result;

    memset(r, 0, offsetof(struct spool_reader, bytes));
    result = head_read(head, &page);
    if (result != SPOOL_OK)
        return result;
    r->id = page.head.id;
    r->next_page = page.commit.first_page;
    return SPOOL_OK;
}

/*
 * The next octet at hand; END, DAMAGED, or BUSY as load_next says. Fields are read after a
 * wait for spool_ready(), and no erase starts in between, so BUSY shows at a field's start.
 */
static enum spool_result next_octet(struct spool_reader *r, uint8_t *octet)
{
    if (r->at == r->end) {
        enum spool_result result = load_next(r);

        if (result != SPOOL_OK)
            return result;
    }
    *octet = r->bytes[r->at++];
    return SPOOL_OK;
}

static enum spool_result read_octets(struct spool_reader *r, uint8_t *to, size_t room,
                                     size_t size)
{
    enum spool_result result = SPOOL_OK;

    for (size_t i = 0; i < size && result == SPOOL_OK; i++) {
        uint8_t octet;

        result = next_octet(r, &octet);
        if (result == SPOOL_OK && i < room)
            to[i] = octet;
    }
    return result == SPOOL_END ? SPOOL_DAMAGED : result;
}

enum spool_result spool_reader_field(struct spool_reader *r, uint8_t *kind, uint8_t *value,
                                     size_t room, size_t *size)
{
    uint8_t head[LETTER_FIELD_HEAD];
    enum spool_result result;

    if (r->in_text)
        return SPOOL_END;
    if (!flashlog_ready())
        return SPOOL_BUSY;
    result = read_octets(r, head, sizeof head, sizeof head);
    if (result != SPOOL_OK)
        return result;
    *kind = head[0];
    *size = get_u16(head + 1);
    r->in_text = *kind == LETTER_TEXT;
    return read_octets(r, value, room, *size);
}

enum spool_result spool_reader_parameter(struct spool_reader *r, uint8_t *value,
                                         size_t room, size_t *size)
{
    uint8_t kind = 0;
    enum spool_result result = next_octet(r, &kind);

    if (result != SPOOL_OK)
        return result;
    r->at--;
    return kind == LETTER_PARAMETER ? spool_reader_field(r, &kind, value, room, size)
                                    : SPOOL_END;
}

ONE_COPY enum spool_result spool_reader_text(struct spool_reader *r, const uint8_t **text,
                                             size_t *size)
{
    enum spool_result result = SPOOL_OK;

    if (r->at == r->end)
        result = load_next(r);
    *text = r->bytes + r->at;
    *size = result == SPOOL_OK ? (size_t)(r->end - r->at) : 0;
    return result;
}

ONE_COPY void spool_reader_ack(struct spool_reader *r, size_t size)
{
    r->at = (uint16_t)(r->at + min_size(size, (size_t)(r->end - r->at)));
}

/* ---- Walking -------------------------------------------------------------------------------------- */

void spool_walk_begin(struct spool_walk *w)
{
    w->sector = 0;
    w->page = 0;
}

static void next_sector(struct spool_walk *w)
{
    w->sector++;
    w->page = 0;
}

enum spool_result spool_walk_next(struct spool_walk *w, uint16_t *head, uint32_t *id)
{
    struct head_page found;
    uint16_t at;
    enum spool_result result;

    *head = 0;
    while (w->sector < flashlog_sectors() &&
           (!flashlog_is_used(w->sector) || flashlog_holds(w->sector) == 0))
        next_sector(w);
    if (w->sector >= flashlog_sectors() || !store.usable)
        return SPOOL_END;
    at = (uint16_t)(flashlog_first_head(w->sector) + w->page);
    result = head_read(at, &found);
    if (result != SPOOL_OK && result != SPOOL_GONE)
        return result;
    if (++w->page == FLASHLOG_HEADS || flashlog_ends_heads(found.units))
        next_sector(w);
    if (result == SPOOL_OK) {
        *head = at;
        *id = found.head.id;
    }
    return SPOOL_OK;
}
