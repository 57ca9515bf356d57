/* SPDX-License-Identifier: MIT */
/*
 * scrub.c: in idle time every page of every living letter is read and checked, one page a
 * second, once a day. Damage is named while the sender may still be asked, and not when the
 * letter is due.
 */
#include "spool/store.h"

#include "base/log.h"

#include <string.h>

/* Powered seconds from the start to the first pass, and from one to the next. */
#define FIRST_S 3600
#define REST_S  86400

static struct {
    struct spool_walk walk;
    uint16_t head, page, index; /* of the letter being read; page 0: none */
    uint32_t id, due_s;
} scrub;

void scrub_init(void)
{
    memset(&scrub, 0, sizeof scrub);
}

static void next_letter(const struct clock *now)
{
    struct head_page head;
    enum spool_result result = spool_walk_next(&scrub.walk, &scrub.head, &scrub.id);

    if (result == SPOOL_END) {
        spool_walk_begin(&scrub.walk);
        scrub.due_s = now->powered_s + REST_S;
    }
    if (result == SPOOL_OK && scrub.head != 0 && head_read(scrub.head, &head) == SPOOL_OK) {
        scrub.page = head.commit.first_page;
        scrub.index = 0;
    }
}

/* The letter may have gone or been moved since its last page was read. */
static bool is_there(void)
{
    struct head_page head;

    return head_read(scrub.head, &head) == SPOOL_OK && head.head.id == scrub.id;
}

static void check_page(void)
{
    uint8_t bytes[FLASHLOG_PAGE_SIZE];
    size_t size;
    uint16_t page = scrub.page;
    enum spool_result result = store_result(flashlog_read_body(page, bytes, &size));

    if (result == SPOOL_OK && !chain_check(bytes, scrub.id, scrub.index, &scrub.page))
        result = SPOOL_DAMAGED;
    scrub.index++;
    if (result == SPOOL_OK)
        return;
    log_write(LOG_ERROR, "spool", "letter-damaged", "id=%lu page=%u",
              (unsigned long)scrub.id, page);
    scrub.page = 0;
}

uint32_t scrub_step(const struct clock *now)
{
    if (scrub.due_s == 0)
        scrub.due_s = now->powered_s + FIRST_S;
    if (now->powered_s < scrub.due_s)
        return (scrub.due_s - now->powered_s) * 1000u;
    if (scrub.page != 0 && is_there())
        check_page();
    else
        next_letter(now);
    return 1000;
}
