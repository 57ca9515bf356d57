/* SPDX-License-Identifier: MIT */
/*
 * recover.c: the one operation that the loss of power, or a failing flash, may have
 * interrupted. The last intent in the journal names it, unless a later record shows that it
 * was done. Its unit may read valid, broken or blank, and differently tomorrow.
 *
 *   an event   is written once more, to a fresh unit: both say the same, and a repeated record
 *              changes nothing
 *   a closing  is written once more, likewise
 *   a COMMIT   is void: nobody was told that it was done. Its head is closed for good, and a
 *              letter that it would have given a new head gets another one
 *
 * An interruption here leaves an intent of the same kind, and the next start does the same.
 */
#include "spool/store.h"

#include "base/log.h"

/*
 * The letter whose new head was void gets one that stands: what its own strip says may be in
 * doubt too, when it was being recovered itself.
 */
static enum spool_result renew_origin(uint16_t page)
{
    struct head_page head;
    uint16_t new_page;
    enum spool_result result = head_read(page, &head);

    if (result == SPOOL_OK)
        result = head_renew(&head, head.commit.first_page, head.commit.last_page, NULL,
                            &new_page);
    if (result == SPOOL_OK)
        letter_refresh(new_page);
    return result == SPOOL_GONE ? SPOOL_OK : result;
}

static enum spool_result close_for_good(uint16_t page, enum spool_closed how,
                                        uint16_t moved_to)
{
    struct head_page head;
    enum spool_result result = SPOOL_OK;

    if (head_look(page, &head))
        result = head_close(&head, how, moved_to);
    if (result == SPOOL_OK && how == SPOOL_CLOSED_VOID && moved_to != 0)
        result = renew_origin(moved_to);
    return result;
}

/* Where a journal was lost, an older one is read: what its last intent says is long past. */
static bool is_outdated(const struct head_page *head, const record_bytes record)
{
    struct spool_state state;

    if (record[0] != RECORD_TRY)
        return false;
    head_state(head, record[1], &state);
    return state.tries > record_tries(record);
}

static enum spool_result write_event_again(uint16_t page, const record_bytes record)
{
    struct head_page head;
    enum spool_result result = head_read(page, &head);

    if (result == SPOOL_OK && !is_outdated(&head, record))
        result = head_append(&page, record);
    if (result == SPOOL_OK)
        letter_refresh(page);
    return result == SPOOL_GONE ? SPOOL_OK : result;
}

static enum spool_result recover_intent(const struct intent *intent)
{
    uint8_t kind = intent->record[0];

    if (kind == RECORD_COMMIT)
        return close_for_good(intent->page, SPOOL_CLOSED_VOID, intent_origin(intent));
    if (kind == RECORD_CLOSED)
        return close_for_good(intent->page, (enum spool_closed)intent->record[1],
                              record_moved_to(intent->record));
    return write_event_again(intent->page, intent->record);
}

enum spool_result recover(void)
{
    struct intent intent = store.intent;
    enum spool_result result = journal_room(flashlog_has_head, journal_reserve(SPOOL_MOVE));

    if (result == SPOOL_OK && intent.page != 0)
        result = recover_intent(&intent);
    if (result == SPOOL_FAILED)
        log_write(LOG_ERROR, "spool", "not-recovered", "page=%u unit=%u", intent.page,
                  intent.unit);
    if (result == SPOOL_BUSY || result == SPOOL_FULL)
        return result;
    return journal_confirm();
}
