/* SPDX-License-Identifier: MIT */
/*
 * recover.c: the one operation that the loss of power may have interrupted. The last intent in
 * the journal names it, unless a later record shows that it was done. Its unit may read valid,
 * broken or blank, and differently tomorrow. So the event is written once more, to a fresh
 * unit; both say the same, and a repeated record changes nothing.
 *
 * A COMMIT cannot be repeated in its place: a letter that reads as committed gets a new head
 * with a fresh one; a page that does not is closed, so that it never comes to life.
 */
#include "spool/store.h"

#include "base/bytes.h"
#include "base/log.h"

/* Closes a page for good; a living letter stops to count. */
static enum spool_result put_to_rest(uint16_t page, enum spool_closed how,
                                     uint16_t moved_to)
{
    struct head_page head;

    if (how != SPOOL_CLOSED_MOVED && head_read(page, &head) == SPOOL_OK)
        return letter_close(&page, how);
    if (!head_look(page, &head))
        return SPOOL_OK;
    return head_close(&head, how, moved_to);
}

/* Whether a page is another head of the same letter. */
static bool is_twin(uint16_t page, uint32_t id, struct head_page *twin)
{
    return page != 0 && head_look(page, twin) && twin->head.id == id;
}

/*
 * Where the letter that the head replaces still lives, that one stays: it is beyond doubt. Else
 * a doubtful letter was never acknowledged: it may stay or go, but must do so for good.
 */
static enum spool_result recover_commit(uint16_t page)
{
    struct head_page head, twin;
    uint16_t origin, new_page;
    enum spool_result result = SPOOL_OK;

    if (head_read(page, &head) != SPOOL_OK)
        return put_to_rest(page, SPOOL_CLOSED_DELETED, 0);
    origin = head.commit.origin;
    if (is_twin(origin, head.head.id, &twin)) {
        if (head_read(origin, &twin) == SPOOL_OK)
            return head_close(&head, SPOOL_CLOSED_DELETED,
                              0); /* the mount did not count it */
        result = put_to_rest(origin, SPOOL_CLOSED_MOVED, page);
    }
    if (result == SPOOL_OK)
        result =
            head_renew(&head, head.commit.first_page, head.commit.last_page, &new_page);
    return result;
}

/* A strip with no unit left gets a new head, and the event goes there. */
static enum spool_result recover_event(uint16_t page, const record_bytes record)
{
    struct head_page head;
    uint16_t new_page;
    enum spool_result result = head_read(page, &head);

    if (result == SPOOL_OK)
        result = head_write_again(&head, record);
    if (result != SPOOL_FULL)
        return result;
    result = head_renew(&head, head.commit.first_page, head.commit.last_page, &new_page);
    if (result == SPOOL_OK && head_read(new_page, &head) == SPOOL_OK)
        result = head_write_again(&head, record);
    return result;
}

static enum spool_result recover_intent(const struct intent *intent)
{
    enum spool_result result;

    if (intent->record[0] == RECORD_COMMIT)
        result = recover_commit(intent->page);
    else if (intent->record[0] == RECORD_CLOSED)
        result = put_to_rest(intent->page, (enum spool_closed)intent->record[1],
                             get_u16(intent->record + 4));
    else
        result = recover_event(intent->page, intent->record);
    return result;
}

enum spool_result recover(void)
{
    struct intent intent = store.intent;
    record_bytes over;
    enum spool_result result;

    if (intent.page == 0)
        return SPOOL_OK;
    result = recover_intent(&intent);
    if (result == SPOOL_BUSY || result == SPOOL_FULL)
        return result;
    if (result == SPOOL_FAILED)
        log_write(LOG_ERROR, "spool", "not-recovered", "page=%u unit=%u", intent.page,
                  intent.unit);
    record_put_intent_over(over);
    return journal_note(over);
}
