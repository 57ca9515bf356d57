/* SPDX-License-Identifier: MIT */
/*
 * window.c: the letters known in RAM, one entry for each connector of each. When they are more
 * than it has places, those due first stay, and reclaim.c looks for the rest later.
 */
#include "spool/store.h"

#include "base/one_copy.h"

static struct window_entry *find(uint16_t head, uint8_t connector)
{
    for (unsigned i = 0; i < CONFIG_SPOOL_WINDOW; i++) {
        struct window_entry *entry = &store.window[i];

        if (entry->head == head && entry->connector == connector)
            return entry;
    }
    return NULL;
}

/* Due earlier; of those due at once, the older letter (numbers wrap). */
static ONE_COPY bool comes_before(const struct window_entry *a,
                                  const struct window_entry *b)
{
    if (a->due_s != b->due_s)
        return a->due_s < b->due_s;
    return (int32_t)(a->id - b->id) < 0;
}

/* A free place, or that of the entry which comes last. */
static struct window_entry *place(void)
{
    struct window_entry *last = &store.window[0];

    for (unsigned i = 0; i < CONFIG_SPOOL_WINDOW; i++) {
        struct window_entry *entry = &store.window[i];

        if (entry->head == 0)
            return entry;
        if (comes_before(last, entry))
            last = entry;
    }
    return last;
}

static bool add_one(const struct window_entry *added)
{
    struct window_entry *to = find(added->head, added->connector);

    if (to == NULL)
        to = place();
    if (to->head == 0 || to->head == added->head) {
        store.window_used = (uint8_t)(store.window_used + (to->head == 0));
        *to = *added;
        return true;
    }
    store.window_complete = false;
    if (comes_before(added, to))
        *to = *added;
    return false;
}

bool window_add(uint16_t head, uint32_t id, uint8_t connectors, uint32_t due_s)
{
    bool all = true;

    for (uint8_t i = 0; i < CONFIG_CONNECTOR_COUNT; i++) {
        struct window_entry entry = {
            .id = id, .due_s = due_s, .head = head, .connector = i};

        if ((connectors >> i & 1) != 0)
            all = add_one(&entry) && all;
    }
    return all;
}

void window_set_due(uint16_t head, uint8_t connector, uint32_t due_s)
{
    struct window_entry *entry = find(head, connector);

    if (entry != NULL)
        entry->due_s = due_s;
}

bool window_knows(uint16_t head)
{
    for (unsigned i = 0; i < CONFIG_SPOOL_WINDOW; i++) {
        if (store.window[i].head == head)
            return true;
    }
    return false;
}

void window_rename(uint16_t head, uint16_t new_head)
{
    for (unsigned i = 0; i < CONFIG_SPOOL_WINDOW; i++) {
        if (store.window[i].head == head)
            store.window[i].head = new_head;
    }
}

void window_remove(uint16_t head)
{
    for (unsigned i = 0; i < CONFIG_SPOOL_WINDOW; i++) {
        if (head != 0 && store.window[i].head == head) {
            store.window[i].head = 0;
            store.window_used--;
        }
    }
}

unsigned window_free(void)
{
    return CONFIG_SPOOL_WINDOW - store.window_used;
}

static bool give(const struct window_entry *entry, struct spool_letter *letter)
{
    if (entry == NULL)
        return false;
    *letter = (struct spool_letter){.id = entry->id,
                                    .head = entry->head,
                                    .connector = entry->connector,
                                    .due_s = entry->due_s};
    return true;
}

bool spool_next(uint8_t connector, struct spool_letter *letter)
{
    const struct window_entry *first = NULL;

    for (unsigned i = 0; i < CONFIG_SPOOL_WINDOW; i++) {
        const struct window_entry *entry = &store.window[i];

        if (entry->head != 0 && entry->connector == connector &&
            (first == NULL || comes_before(entry, first)))
            first = entry;
    }
    return give(first, letter);
}

bool spool_find(uint32_t id, uint8_t connector, struct spool_letter *letter)
{
    for (unsigned i = 0; i < CONFIG_SPOOL_WINDOW; i++) {
        const struct window_entry *entry = &store.window[i];

        if (entry->head != 0 && entry->id == id && entry->connector == connector)
            return give(entry, letter);
    }
    return false;
}

void spool_set_due(const struct spool_letter *letter, uint32_t due_s)
{
    window_set_due(letter->head, letter->connector, due_s);
}

void spool_bring_forward(uint8_t connector)
{
    for (unsigned i = 0; i < CONFIG_SPOOL_WINDOW; i++) {
        if (store.window[i].connector == connector)
            store.window[i].due_s = 0;
    }
}

uint32_t spool_revision(void)
{
    return store.revision;
}
