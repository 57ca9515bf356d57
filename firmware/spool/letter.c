/* SPDX-License-Identifier: MIT */
/*
 * letter.c: what becomes of a letter, written into its head page: tries, recipients settled,
 * dead, closed; and the letters that count as living.
 */
#include "spool/store.h"

#include "base/log.h"

#include <string.h>

unsigned recipient_count(const struct recipient_set *set)
{
    unsigned count = 0;

    for (unsigned i = 0; i < LETTER_RECIPIENTS_MAX; i++)
        count += recipient_in(set, i);
    return count;
}

/* A letter that the mount saw reads as none now: the console names the loss. */
static void forget_lost(uint16_t head)
{
    window_remove(head);
    store.letters--;
    log_write(LOG_ERROR, "spool", "lost", "page=%u", head);
}

enum spool_result spool_read_state(uint16_t head, uint8_t connector,
                                   struct spool_state *state)
{
    struct head_page page;
    enum spool_result result = head_read(head, &page);

    if (result == SPOOL_OK)
        head_state(&page, connector, state);
    else if (result == SPOOL_GONE && window_knows(head))
        forget_lost(head);
    return result;
}

/* ---- Counting ---------------------------------------------------------------------------------- */

static void forget_dead(uint16_t head)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < store.dead_count; i++) {
        if (store.dead[i].head != head)
            store.dead[kept++] = store.dead[i];
    }
    store.dead_count = (uint8_t)kept;
}

/* About: what the envelope takes is guessed. */
static uint32_t chain_pages(const struct commit_record *commit)
{
    return 2 + commit->text_size / FLASHLOG_BODY_MAX + commit->recipients / 6u;
}

void letter_begins(uint16_t head, const struct commit_record *commit)
{
    flashlog_hold(head, head);
    flashlog_hold(commit->first_page, commit->last_page);
    store.letters++;
    store.pages += chain_pages(commit);
    store.revision++;
}

void letter_refresh(uint16_t head)
{
    window_remove(head);
    forget_dead(head);
    reclaim_found(head);
}

void letter_ends(uint16_t head, const struct commit_record *commit)
{
    flashlog_release(head, head);
    flashlog_release(commit->first_page, commit->last_page);
    window_remove(head);
    forget_dead(head);
    store.letters--;
    store.pages -= chain_pages(commit);
    store.revision++;
}

void letter_rename(uint16_t head, uint16_t new_head)
{
    window_rename(head, new_head);
    for (unsigned i = 0; i < store.dead_count; i++) {
        if (store.dead[i].head == head)
            store.dead[i].head = new_head;
    }
    if (store.held == head)
        store.held = new_head;
}

/* ---- Events ------------------------------------------------------------------------------------ */

enum spool_result spool_count_try(struct spool_letter *letter, uint32_t due_s,
                                  const struct clock *now)
{
    struct spool_state state;
    record_bytes record;
    enum spool_result result = spool_ready() ? journal_time(now, 60) : SPOOL_BUSY;

    if (result == SPOOL_OK)
        result = spool_read_state(letter->head, letter->connector, &state);
    if (result != SPOOL_OK)
        return result;
    if (state.tries < UINT16_MAX)
        state.tries++;
    record_put_try(record, letter->connector, (uint16_t)store.boot, state.tries, due_s);
    result = head_append(&letter->head, record);
    if (result == SPOOL_OK)
        window_set_due(letter->head, letter->connector, due_s);
    return result;
}

enum spool_result spool_settle(struct spool_letter *letter, enum spool_settled how,
                               const struct recipient_set *recipients)
{
    enum record_kind kind = how == SPOOL_SENT ? RECORD_SENT : RECORD_FAILED;
    enum spool_result result = spool_ready() ? SPOOL_OK : SPOOL_BUSY;
    record_bytes record;

    for (unsigned first = 0; first < LETTER_RECIPIENTS_MAX && result == SPOOL_OK;
         first += RECORD_RECIPIENTS) {
        if (record_put_settled(record, kind, (uint8_t)first, (uint16_t)store.boot,
                               recipients))
            result = head_append(&letter->head, record);
    }
    return result;
}

static enum spool_result letter_close(uint16_t page, enum spool_closed how)
{
    struct head_page head;
    enum spool_result result = head_read(page, &head);

    if (result == SPOOL_OK)
        result = head_close(&head, how, 0);
    if (result == SPOOL_OK)
        letter_ends(page, &head.commit);
    return result;
}

enum spool_result spool_close(struct spool_letter *letter, enum spool_closed how,
                              const struct clock *now)
{
    enum spool_result result = spool_ready() ? journal_time(now, 60) : SPOOL_BUSY;

    return result == SPOOL_OK ? letter_close(letter->head, how) : result;
}

enum spool_result spool_hold(uint16_t head)
{
    if (head != 0 && head == store.moving)
        return SPOOL_BUSY;
    store.held = head;
    return SPOOL_OK;
}

/* ---- Dead letters ------------------------------------------------------------------------------------ */

/* A start finds them in the order in which they lie, which moves have changed. */
void letter_list_dead(uint16_t head, uint32_t id)
{
    unsigned at = store.dead_count;

    for (unsigned i = 0; i < store.dead_count; i++) {
        if (store.dead[i].head == head)
            return;
    }
    if (at == CONFIG_DEAD_LETTERS_MAX)
        return;
    for (; at > 0 && (int32_t)(store.dead[at - 1].id - id) > 0; at--)
        store.dead[at] = store.dead[at - 1];
    store.dead[at] = (struct dead_letter){.id = id, .head = head};
    store.dead_count++;
}

static enum spool_result evict_oldest_dead(const struct clock *now)
{
    struct head_page head;
    struct spool_letter oldest = {.head = store.dead[0].head};
    enum spool_result result = head_read(oldest.head, &head);

    if (result == SPOOL_GONE) {
        forget_dead(oldest.head);
        return SPOOL_OK;
    }
    if (result == SPOOL_OK)
        result = spool_close(&oldest, SPOOL_CLOSED_DELETED, now);
    if (result == SPOOL_OK)
        log_write(LOG_WARNING, "spool", "dead-evicted", "id=%lu reason=limit option=%s",
                  (unsigned long)head.head.id, "DEAD_LETTERS_MAX");
    return result;
}

enum spool_result spool_bury(struct spool_letter *letter, const struct clock *now)
{
    record_bytes record;
    enum spool_result result = spool_ready() ? SPOOL_OK : SPOOL_BUSY;

    if (result == SPOOL_OK && store.dead_count == CONFIG_DEAD_LETTERS_MAX)
        result = evict_oldest_dead(now);
    record_put_dead(record, (uint16_t)store.boot, now->powered_s);
    if (result == SPOOL_OK)
        result = head_append(&letter->head, record);
    if (result != SPOOL_OK)
        return result;
    window_remove(letter->head);
    letter_list_dead(letter->head, letter->id);
    store.revision++;
    return SPOOL_OK;
}
