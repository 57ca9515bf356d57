/* SPDX-License-Identifier: MIT */
/*
 * change.c: writing the copy with the change, making it count, and erasing the old one; and the
 * same from where power interrupted it. A step programs a page or a few units, or begins or
 * awaits one erase.
 */
#include "settings/store.h"

#include "flashlog/flashlog.h"

#include "base/bytes.h"
#include "base/log.h"

#include <string.h>

#define NO_DROP 0xff /* no kind of value */

static struct settings_store *const store = &settings_store;

/* The sector that does not count: where a copy goes, and what is erased after it. */
static unsigned other(void)
{
    return store->live < 0 ? 0 : (unsigned)(1 - store->live);
}

static uint32_t generation_next(void)
{
    return store->generation_max + 1;
}

static void forget_octets(void)
{
    memset(store->out, 0, sizeof store->out);
    memset(store->in, 0, sizeof store->in);
}

static void end(enum settings_result result)
{
    store->step = STEP_IDLE;
    if (store->result == SETTINGS_OK)
        store->result = (uint8_t)result;
    forget_octets();
}

/* The copy comes to nothing: what was written of it is erased. */
static void give_up(enum settings_result result)
{
    store->result = (uint8_t)result;
    store->step = STEP_ERASE_OLD;
}

/* ---- Steps ---------------------------------------------------------------------------------- */

static enum settings_result write_rule(unsigned sector, uint32_t generation, uint32_t over)
{
    enum settings_result result = SETTINGS_FAILED;

    if (flashlog_sync() == FLASHLOG_OK)
        result = sector_write_note(sector, NOTE_RULES, store->boot, generation, over);
    if (result == SETTINGS_OK)
        result = sector_write_note(sector, NOTE_RULES_AGAIN, store->boot, generation, over);
    if (result != SETTINGS_OK || flashlog_sync() != FLASHLOG_OK) {
        store->doubtful = true;
        log_write(LOG_ERROR, "settings", "not-kept", "remedy=reboot");
    }
    return result;
}

static void rule_step(void)
{
    enum settings_result result =
        write_rule((unsigned)store->live, store->generation, store->other);

    store->other = 0;
    store->adopted = false;
    if (result == SETTINGS_OK)
        store->step = STEP_ERASE_OLD;
    else
        end(result);
}

/* True when the erase is over, or cannot be begun; it is begun when it is not under way. */
static bool erase_other(enum settings_result *result)
{
    if (!store->erasing) {
        store->erasing = flashlog_erase_apart(sector_address(other(), 0, 0)) == FLASHLOG_OK;
        *result = SETTINGS_FAILED;
        return !store->erasing && flashlog_ready();
    }
    store->erasing = false;
    *result = flashlog_apart_is_erased() && sector_is_blank(other()) ? SETTINGS_OK
                                                                     : SETTINGS_FAILED;
    return true;
}

static void erase_target_step(void)
{
    enum settings_result result = SETTINGS_OK;

    if (!store->target_ready && !erase_other(&result))
        return;
    if (result == SETTINGS_OK)
        store->step = STEP_HEADER;
    else
        give_up(result);
}

static void header_step(void)
{
    enum settings_result result = sector_write_header(other(), generation_next());

    store->target_ready = false;
    store->other_erased = false;
    store->step = STEP_COPY;
    if (result != SETTINGS_OK)
        give_up(result);
}

static bool is_dropped(const struct page_head *head)
{
    const struct settings_drop *drop = &store->drop;

    if (head->number == 0)
        store->dropping =
            value_matches(head, drop->kind, cursor_over(drop->name, drop->name_length)) &&
            (drop->index == SETTINGS_EACH || store->kept++ == drop->index);
    return store->dropping;
}

static enum settings_result copy_page(void)
{
    struct page_head head;
    enum settings_result result = sector_read_page((unsigned)store->live, store->from,
                                                   store->generation, store->in, &head);

    if (result != SETTINGS_OK)
        return result;
    store->from++;
    if (is_dropped(&head))
        return SETTINGS_OK;
    if (store->to == VALUES_MAX)
        return SETTINGS_FULL;
    return sector_write_page(other(), store->to++, generation_next(), store->in, &head);
}

/* Of a damaged copy nothing is read when all of it goes. */
static bool drops_all(void)
{
    return store->drop.kind == SETTINGS_ANY && store->drop.name_length == 0 &&
           store->drop.index == SETTINGS_EACH;
}

static void copy_step(void)
{
    enum settings_result result;

    if (store->live < 0 || store->from == store->pages || drops_all()) {
        store->step = store->adopted || store->founding ? STEP_CLOSE : STEP_OPEN;
        return;
    }
    result = copy_page();
    if (result != SETTINGS_OK)
        give_up(result);
}

static enum settings_result write_out(bool last)
{
    struct page_head head = store->head;

    head.size = store->fill;
    head.last = last;
    if (store->to == VALUES_MAX)
        return SETTINGS_FULL;
    store->head.number++;
    store->head.name_length = 0;
    store->fill = 0;
    return sector_write_page(other(), store->to++, generation_next(), store->out, &head);
}

static void close_step(void)
{
    enum settings_result result = store->adding ? write_out(true) : SETTINGS_OK;

    if (result == SETTINGS_OK)
        result = sector_write_end(other(), store->to, generation_next());
    store->step = STEP_SETTLE;
    if (result != SETTINGS_OK)
        give_up(result);
}

static void settle_step(void)
{
    struct sector_state state = sector_look(other(), store->in);
    uint32_t generation = generation_next();
    enum settings_result result;

    if (!state.whole || state.generation != generation || state.pages != store->to) {
        give_up(SETTINGS_FAILED);
        return;
    }
    result = write_rule(other(), generation, store->generation);
    if (result != SETTINGS_OK) {
        end(result);
        return;
    }
    store->live = (int8_t)other();
    store->generation = store->generation_max = generation;
    store->pages = state.pages;
    host_name_load();
    floor_load();
    store->adopted = false;
    store->step = STEP_ERASE_OLD;
}

static void erase_old_step(void)
{
    enum settings_result result;

    if (!erase_other(&result))
        return;
    store->target_ready = result == SETTINGS_OK;
    store->step = STEP_NOTE;
    if (result == SETTINGS_OK)
        return;
    store->doubtful = true; /* tried again at the next start */
    log_write(LOG_ERROR, "settings", "not-erased",
              "meaning=\"what was removed may still be in the flash\"");
    end(result);
}

static void begin_copy(void)
{
    store->from = store->to = store->kept = 0;
    store->adding = store->dropping = false;
    store->result = SETTINGS_OK;
    store->step = STEP_ERASE_TARGET;
}

/* Without the note, or when it does not stick, the next start erases once more. */
static void note_step(void)
{
    bool founded = store->founding && store->result == SETTINGS_OK;

    if (store->live >= 0)
        sector_write_note((unsigned)store->live, NOTE_OTHER_ERASED, store->boot,
                          store->generation, 0);
    store->other_erased = true;
    store->founding = false;
    end(flashlog_sync() == FLASHLOG_OK ? SETTINGS_OK : SETTINGS_FAILED);
    if (founded && store->result == SETTINGS_OK)
        begin_copy();
}

/* ---- Poll ----------------------------------------------------------------------------------- */

/* What an interrupted change left to do: STEP_IDLE when nothing. */
static enum settings_step left_over(void)
{
    if (store->doubtful)
        return STEP_IDLE;
    if (store->other != 0)
        return STEP_RULE;
    if (store->adopted)
        return STEP_ERASE_TARGET;
    return store->other_erased ? STEP_IDLE : STEP_ERASE_OLD;
}

static void idle_step(void)
{
    store->drop.kind = NO_DROP;
    store->abandoned = false;
    begin_copy();
    store->step = (uint8_t)left_over();
}

static void take_step(void)
{
    static void (*const steps[])(void) = {
        [STEP_IDLE] = idle_step,
        [STEP_RULE] = rule_step,
        [STEP_ERASE_TARGET] = erase_target_step,
        [STEP_HEADER] = header_step,
        [STEP_COPY] = copy_step,
        [STEP_CLOSE] = close_step,
        [STEP_SETTLE] = settle_step,
        [STEP_ERASE_OLD] = erase_old_step,
        [STEP_NOTE] = note_step,
    };

    steps[store->step]();
}

uint32_t settings_poll(bool may_write)
{
    store->closed = !may_write;
    if (store->closed)
        return 1000;
    if (!flashlog_erase_poll())
        return 5;
    if (seed_poll())
        return 0;
    floor_poll();
    if (store->abandoned && store->step == STEP_OPEN)
        give_up(SETTINGS_ABSENT);
    if (store->step == STEP_OPEN || (store->step == STEP_IDLE && left_over() == STEP_IDLE))
        return 60000;
    take_step();
    if (store->step == STEP_IDLE) /* before anyone begins another change */
        seed_poll();
    return store->erasing ? 5 : 0;
}

/* ---- Changing ------------------------------------------------------------------------------- */

enum settings_result settings_begin(const struct settings_drop *drop)
{
    static const struct settings_drop none = {.kind = NO_DROP};

    if (store->closed)
        return SETTINGS_CLOSED;
    if (store->doubtful)
        return SETTINGS_FAILED;
    if (store->step != STEP_IDLE || left_over() != STEP_IDLE)
        return SETTINGS_BUSY;
    store->drop = drop != NULL ? *drop : none;
    store->founding = store->live < 0;
    store->abandoned = false;
    begin_copy();
    return SETTINGS_OK;
}

enum settings_result settings_ready(void)
{
    if (store->step == STEP_OPEN && !store->abandoned)
        return SETTINGS_OK;
    if (store->result != SETTINGS_OK)
        return store->result;
    return SETTINGS_BUSY;
}

enum settings_result settings_add(enum settings_kind kind, struct cursor name)
{
    if (settings_ready() != SETTINGS_OK || name.left > SETTINGS_NAME_MAX || store->adding)
        return SETTINGS_FAILED;
    store->adding = true;
    store->head =
        (struct page_head){.kind = (uint8_t)kind, .name_length = (uint8_t)name.left};
    memcpy(store->out + PAGE_HEAD, name.at, name.left);
    store->fill = (uint8_t)name.left;
    return SETTINGS_OK;
}

enum settings_result settings_put(const uint8_t *bytes, size_t size)
{
    enum settings_result result = settings_ready();
    size_t part = min_size(size, (size_t)PAGE_PAYLOAD - store->fill);

    if (result != SETTINGS_OK || !store->adding)
        return result == SETTINGS_OK ? SETTINGS_FAILED : result;
    if (size > part && !flashlog_ready())
        return SETTINGS_BUSY;
    memcpy(store->out + PAGE_HEAD + store->fill, bytes, part);
    store->fill = (uint8_t)(store->fill + part);
    if (size == part)
        return SETTINGS_OK;
    result = write_out(false);
    if (result != SETTINGS_OK) {
        give_up(result);
        return result;
    }
    memcpy(store->out + PAGE_HEAD, bytes + part, size - part);
    store->fill = (uint8_t)(size - part);
    return SETTINGS_OK;
}

void settings_commit(void)
{
    if (settings_ready() == SETTINGS_OK)
        store->step = STEP_CLOSE;
}

void settings_abandon(void)
{
    if (store->step != STEP_IDLE && store->step <= STEP_OPEN)
        store->abandoned = true;
}

enum settings_result settings_outcome(void)
{
    return store->step == STEP_IDLE ? store->result : SETTINGS_BUSY;
}
