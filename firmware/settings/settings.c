/* SPDX-License-Identifier: MIT */
/* settings.c: which copy counts, and reading it. Writes nothing. */
#include "settings/store.h"

#include "base/bytes.h"
#include "base/log.h"

#include <string.h>

struct settings_store settings_store;

/* ---- Open --------------------------------------------------------------------------------- */

static struct settings_store *const store = &settings_store;

static void take(unsigned sector, const struct sector_state *state)
{
    store->live = (int8_t)sector;
    store->generation = state->generation;
    store->pages = state->pages;
}

/*
 * Two whole copies: a change was cut short. The younger one rules if it says so, unless the
 * older one was given the word back later. Whichever it is has nothing that was under way when
 * power went; STEP_RULE lets it say so before the other is touched.
 */
static unsigned choose(const struct sector_state states[SECTORS])
{
    unsigned young = states[1].generation > states[0].generation, old = 1 - young;
    uint16_t young_since = 0, old_since = 0;
    uint32_t over = 0;

    if (!sector_rules(young, states[young].generation, states[old].generation, &young_since,
                      &over))
        return old;
    if (!sector_rules(old, states[old].generation, states[young].generation, &old_since,
                      &over))
        return young;
    return (int16_t)(old_since - young_since) > 0 ? old : young;
}

/* Damaged copies are as good as none while there is a whole one. */
static int best_of(const struct sector_state states[SECTORS])
{
    if (states[0].whole && states[1].whole)
        return (int)choose(states);
    if (states[0].whole || states[1].whole)
        return states[1].whole;
    if (states[0].ended || states[1].ended)
        return states[1].ended;
    return -1;
}

static void mount(const struct sector_state states[SECTORS])
{
    int best = best_of(states);
    uint16_t since = 0;
    const struct sector_state *other;

    store->other_erased = true;
    if (best < 0)
        return;
    other = &states[1 - best];
    take((unsigned)best, &states[best]);
    store->generation_max = store->generation;
    store->adopted =
        !sector_rules((unsigned)best, store->generation, 0, &since, &store->generation_max);
    if (other->generation > store->generation_max && other->whole)
        store->generation_max = other->generation;
    store->other = other->whole ? other->generation : 0;
    store->other_erased = !other->whole &&
                          sector_knows_other_erased((unsigned)best, store->generation) &&
                          sector_is_blank((unsigned)(1 - best));
}

/* A copy that counted has lost its end. One that was cut short never says that it counts. */
static bool was_there(const struct sector_state states[SECTORS])
{
    uint16_t since = 0;
    uint32_t over = 0;

    for (unsigned sector = 0; sector < SECTORS; sector++) {
        if (states[sector].generation != 0 &&
            sector_rules(sector, states[sector].generation, 0, &since, &over))
            return true;
    }
    return false;
}

bool settings_open(uint16_t boot)
{
    struct sector_state states[SECTORS];

    memset(store, 0, sizeof *store);
    store->live = -1;
    store->boot = boot;
    for (unsigned sector = 0; sector < SECTORS; sector++)
        states[sector] = sector_look(sector, store->in);
    mount(states);
    host_name_load();
    floor_load();
    seed_forget();
    memset(store->in, 0, sizeof store->in);
    if (store->live < 0 ? !was_there(states) : states[store->live].whole)
        return true;
    log_write(LOG_ERROR, "settings", "damaged",
              "remedy=\"enter the settings again: wipe, then set\"");
    return false;
}

/* ---- Reading ------------------------------------------------------------------------------ */

bool value_matches(const struct page_head *head, uint8_t kind, struct cursor name)
{
    return head->number == 0 && (kind == SETTINGS_ANY || head->kind == kind) &&
           (name.left == 0 ||
            (name.left == head->name_length && head->name_length <= head->size &&
             memcmp(name.at, store->in + PAGE_HEAD, name.left) == 0));
}

static enum settings_result read_in(unsigned number, struct page_head *head)
{
    return sector_read_page((unsigned)store->live, number, store->generation, store->in,
                            head);
}

enum settings_result settings_find(enum settings_kind kind, struct cursor name,
                                   unsigned index, struct settings_value *value)
{
    enum settings_result result = store->live < 0 ? SETTINGS_ABSENT : SETTINGS_OK;
    struct page_head head;
    uint16_t page = 0;

    for (; result == SETTINGS_OK && page < store->pages; page++) {
        enum settings_result got = read_in(page, &head);

        if (got == SETTINGS_BUSY)
            result = SETTINGS_BUSY;
        else if (got == SETTINGS_OK && value_matches(&head, (uint8_t)kind, name) &&
                 index-- == 0)
            break;
    }
    if (result == SETTINGS_OK && page == store->pages)
        result = SETTINGS_ABSENT;
    if (result == SETTINGS_OK)
        *value =
            (struct settings_value){store->generation, page, head.kind, head.name_length};
    memset(store->in, 0, sizeof store->in);
    return result;
}

/*
 * Octets from `offset` on of page after page; the name stands before the value. From behind the
 * end there is FAILED, as for a page that is not there.
 */
static enum settings_result read_from(const struct settings_value *value, size_t offset,
                                      uint8_t *bytes, size_t size, size_t *length)
{
    enum settings_result result = SETTINGS_OK;
    size_t number = offset / PAGE_PAYLOAD;
    struct page_head head = {0};

    *length = 0;
    if (store->live < 0 || value->generation != store->generation)
        return SETTINGS_ABSENT;
    for (offset %= PAGE_PAYLOAD; *length < size && !head.last; offset = 0) {
        size_t part;

        result = value->page + number < store->pages
                     ? read_in(value->page + (unsigned)number, &head)
                     : SETTINGS_FAILED;
        if (result == SETTINGS_OK && head.number != number)
            result = SETTINGS_FAILED;
        if (result != SETTINGS_OK)
            break;
        number++;
        part = offset < head.size ? min_size(size - *length, head.size - offset) : 0;
        memcpy(bytes + *length, store->in + PAGE_HEAD + offset, part);
        *length += part;
    }
    memset(store->in, 0, sizeof store->in);
    return result;
}

enum settings_result settings_read(const struct settings_value *value, size_t offset,
                                   uint8_t *bytes, size_t size, size_t *length)
{
    return read_from(value, value->name_length + offset, bytes, size, length);
}

enum settings_result settings_read_name(const struct settings_value *value, uint8_t *bytes,
                                        size_t size, size_t *length)
{
    return read_from(value, 0, bytes, min_size(size, value->name_length), length);
}

enum settings_result settings_get(enum settings_kind kind, struct cursor name,
                                  uint8_t *bytes, size_t size, size_t *length)
{
    struct settings_value value;
    enum settings_result result = settings_find(kind, name, 0, &value);
    uint8_t more;
    size_t rest;

    if (result == SETTINGS_OK)
        result = settings_read(&value, 0, bytes, size, length);
    if (result == SETTINGS_OK && *length == size &&
        settings_read(&value, size, &more, 1, &rest) == SETTINGS_OK && rest > 0)
        result = SETTINGS_FULL;
    return result;
}

/* ---- Host name ---------------------------------------------------------------------------- */

static char host_name[SETTINGS_HOST_MAX + 1];

void host_name_load(void)
{
    size_t length = 0;

    if (settings_get(SETTINGS_HOST_NAME, cursor_over("", 0), (uint8_t *)host_name,
                     sizeof host_name - 1, &length) != SETTINGS_OK)
        length = 0;
    host_name[length] = '\0';
}

const char *settings_own_host_name(void)
{
    return host_name[0] != '\0' ? host_name : CONFIG_HOST_NAME;
}
