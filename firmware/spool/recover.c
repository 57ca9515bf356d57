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

/* What the mount made of the head in doubt: whether it counted it, and its commit. */
struct doubt {
    bool is_counted;
    struct commit_record commit;
};

static enum spool_result close_by_new_head(struct head_page *head, enum spool_closed how)
{
    uint16_t page;
    enum spool_result result =
        head_renew(head, head->commit.first_page, head->commit.last_page, &page);

    return result == SPOOL_OK ? letter_close(&page, how) : result;
}

/* Closes a page for good, once more if it was closed already; a letter stops to count. */
static enum spool_result put_to_rest(uint16_t page, enum spool_closed how,
                                     uint16_t moved_to, const struct doubt *doubt)
{
    struct head_page head;
    enum spool_result result;

    if (!head_look(page, &head))
        return SPOOL_OK;
    head.commit = doubt->commit;
    result = head_close(&head, how, moved_to);
    if (result == SPOOL_FAILED && doubt->is_counted)
        return close_by_new_head(&head, how);
    if (result == SPOOL_OK && doubt->is_counted)
        letter_ends(page, &doubt->commit);
    return result;
}

/* The page that a head replaces, if it is one of the same letter still: closed for good. */
static void rest_origin(const struct head_page *head)
{
    struct head_page origin;

    if (head->commit.origin != 0 && head_look(head->commit.origin, &origin) &&
        origin.head.id == head->head.id)
        head_close(&origin, SPOOL_CLOSED_MOVED, head->page);
}

/*
 * The mount counted the head only if no other of the letter lives. It was never acknowledged
 * under this head then: it may stay or go, but must do so for good.
 */
static enum spool_result recover_commit(uint16_t page, const struct doubt *doubt)
{
    struct head_page head;
    uint16_t new_page;

    if (!doubt->is_counted || !head_look(page, &head))
        return put_to_rest(page, SPOOL_CLOSED_DELETED, 0, doubt);
    head.commit = doubt->commit;
    rest_origin(&head);
    return head_renew(&head, head.commit.first_page, head.commit.last_page, &new_page);
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

static enum spool_result recover_intent(const struct intent *intent,
                                        const struct doubt *doubt)
{
    enum spool_result result;

    if (intent->record[0] == RECORD_COMMIT)
        result = recover_commit(intent->page, doubt);
    else if (intent->record[0] == RECORD_CLOSED)
        result = put_to_rest(intent->page, (enum spool_closed)intent->record[1],
                             get_u16(intent->record + 4), doubt);
    else
        result = recover_event(intent->page, intent->record);
    return result;
}

enum spool_result recover(void)
{
    struct intent intent = store.intent;
    struct doubt doubt = {store.doubt_is_counted, store.doubt};
    record_bytes over;
    enum spool_result result;

    if (intent.page == 0)
        return SPOOL_OK;
    result = recover_intent(&intent, &doubt);
    if (result == SPOOL_BUSY || result == SPOOL_FULL)
        return result;
    if (result == SPOOL_FAILED)
        log_write(LOG_ERROR, "spool", "not-recovered", "page=%u unit=%u", intent.page,
                  intent.unit);
    record_put_mark(over, RECORD_INTENT_OVER);
    return journal_note(over);
}
