/* SPDX-License-Identifier: MIT */
/*
 * spool.h: letters at rest in NOR flash. DESIGN.md says why it is built so, FORMAT.md gives
 * every bit, INVARIANTS.md what holds at each instant and the test that shows it.
 *
 * Conventions
 * - Every function that touches flash returns SPOOL_BUSY, having done nothing, while an erase
 *   runs; the caller waits for spool_ready(). No erase starts but in spool_poll.
 * - A letter is named by its `id` and found by `head`, the flash page that holds its strip. A
 *   reclaim may move a letter that is not held (spool_hold); an old `head` is then refused
 *   with SPOOL_GONE, and the letter comes up anew in spool_next.
 * - Recipients are numbered from 0 in the order of their deposit.
 */
#ifndef SPOOL_SPOOL_H
#define SPOOL_SPOOL_H

#include "base/clock.h"
#include "mail/letter.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum spool_result {
    SPOOL_OK,
    SPOOL_BUSY,    /* an erase runs: nothing was done */
    SPOOL_FULL,    /* no room left for this class of letter */
    SPOOL_FAILED,  /* the flash did not take or keep what was written */
    SPOOL_DAMAGED, /* stored bytes do not check out */
    SPOOL_GONE,    /* no live letter is at this head */
    SPOOL_END      /* nothing more to read */
};

/* Who deposits: each class may use the space that the ones before it must leave. */
enum spool_class { SPOOL_FROM_LAN, SPOOL_FROM_DEVICE, SPOOL_NOTICE, SPOOL_MOVE };

/* Bits for LETTER_RECIPIENTS_MAX recipients. */
struct recipient_set {
    uint8_t bits[(LETTER_RECIPIENTS_MAX + 7) / 8];
};

static inline bool recipient_in(const struct recipient_set *set, unsigned recipient)
{
    return (set->bits[recipient / 8] >> (recipient % 8) & 1) != 0;
}

static inline void recipient_add(struct recipient_set *set, unsigned recipient)
{
    set->bits[recipient / 8] |= (uint8_t)(1u << (recipient % 8));
}

unsigned recipient_count(const struct recipient_set *set);

/* ---- Start and idle work ----------------------------------------------------------------- */

enum spool_opened {
    SPOOL_OPENED,
    SPOOL_FOREIGN, /* the flash holds something else: only spool_format makes it usable */
    SPOOL_NO_FLASH /* no part that the format fits */
};

/*
 * Reads what the flash holds and makes it consistent: bounded time, idempotent, formats
 * nothing (a blank part becomes an empty spool). Sets `boot` and `powered_s` of the clock for
 * this start. Unless it says OPENED every later call answers SPOOL_FAILED.
 */
enum spool_opened spool_open(struct clock *clock);

/* Whether the last of these two said OPENED. */
bool spool_is_open(void);

/* Makes an empty spool of whatever is there; everything in it is lost. */
enum spool_opened spool_format(struct clock *clock);

/*
 * One bounded step of idle work: the powered-time journal, erasing, moving letters out of the
 * way, filling the window. Returns the milliseconds after which it wants to be called again.
 */
uint32_t spool_poll(const struct clock *now);

/* Whether the number of this start is in flash: no other start has it or will have it. */
bool spool_has_begun(void);

/* Notes the time, before a reset in order, so that none of it is lost. */
void spool_stop(const struct clock *now);

/* False while an erase runs, or must run before anything more can be written. */
bool spool_ready(void);

/* Changes whenever a letter was committed, settled or came into the window. */
uint32_t spool_revision(void);

/* ---- Deposit ----------------------------------------------------------------------------- */

#define SPOOL_PAGE_SIZE 256

/* A letter on its way in; in the caller's memory, which must stay put until it ends. */
struct spool_deposit {
    bool open, in_text, sealed; /* sealed: the last page is written */
    uint8_t class_;             /* enum spool_class */
    uint8_t connectors;         /* bit per connector that has a recipient */
    uint8_t recipients;
    uint16_t fill;       /* octets of payload in `page` */
    uint16_t index;      /* of `page` in the chain */
    uint16_t first_page; /* of the chain; 0 until taken */
    uint16_t this_page;  /* where `page` will be written */
    uint32_t id;
    uint32_t text_size;       /* octets after LETTER_TEXT */
    enum spool_result result; /* the first failure sticks */
    uint8_t page[SPOOL_PAGE_SIZE];
};

/*
 * Starts a letter of about `size` octets (0: not known). FULL when the class has no room for
 * it. Deposits of several letters may be under way at once (CONFIG_INTAKE_SESSIONS + 2).
 */
enum spool_result spool_deposit_begin(struct spool_deposit *d, enum spool_class class_,
                                      uint32_t size);

/* Adds one field of the envelope, in the order letter.h gives. All or nothing. */
enum spool_result spool_deposit_field(struct spool_deposit *d, enum letter_field kind,
                                      const void *value, size_t size);

/* Adds one recipient; `address` without brackets. */
enum spool_result spool_deposit_recipient(struct spool_deposit *d, uint8_t connector,
                                          const void *address, size_t size);

/*
 * Adds a LETTER_PARAMETER to the sender or recipient that was added just now: never BUSY, since
 * nothing comes between.
 */
enum spool_result spool_deposit_parameter(struct spool_deposit *d, const void *value,
                                          size_t size);

/* Adds text (LETTER_TEXT is put in front of the first). All or nothing. */
enum spool_result spool_deposit_text(struct spool_deposit *d, const void *text,
                                     size_t size);

/*
 * Makes the letter exist. SPOOL_OK means that it outlives any loss of power from now on. On
 * BUSY call again; on any other result the deposit is over and nothing was kept.
 */
enum spool_result spool_deposit_commit(struct spool_deposit *d, const struct clock *now);

/* Forgets the letter; harmless when there is none. */
void spool_deposit_abort(struct spool_deposit *d);

/* Octets of letters that `class_` could still deposit now, about. */
uint32_t spool_room(enum spool_class class_);

/* ---- Letters that are due ---------------------------------------------------------------- */

struct spool_letter {
    uint32_t id;
    uint16_t head;
    uint8_t connector;
    uint32_t due_s; /* powered seconds */
};

/*
 * The letter of `connector` that is due first, of those the window knows: due or not yet
 * (compare `due_s` with the clock). False when there is none.
 */
bool spool_next(uint8_t connector, struct spool_letter *letter);

/* The letter of this id, if the window knows it. */
bool spool_find(uint32_t id, uint8_t connector, struct spool_letter *letter);

/* What the flash says of a letter, for one connector. */
struct spool_state {
    uint32_t id;
    uint32_t deposited_s; /* powered seconds */
    uint16_t boot;        /* start during which its strip was begun (low 16 bits) */
    uint32_t due_s;
    uint32_t text_size;
    uint8_t recipients;
    uint8_t connectors;
    uint16_t tries;              /* counted for this connector */
    bool dead;                   /* given up, kept for the operator */
    struct recipient_set sent;   /* the next hop has them */
    struct recipient_set failed; /* given up */
};

enum spool_result spool_read_state(uint16_t head, uint8_t connector,
                                   struct spool_state *state);

/* Keeps a letter from being moved; one at a time, 0 for none. BUSY while it is being moved. */
enum spool_result spool_hold(uint16_t head);

/*
 * Counts one try of the letter's connector, before it is made; the next is due at `due_s`.
 *
 * This and the next three may find the letter's strip full and give it a new head: they then
 * renew `letter->head`.
 */
enum spool_result spool_count_try(struct spool_letter *letter, uint32_t due_s,
                                  const struct clock *now);

/* Another due time, without counting a try. RAM only: a restart forgets it. */
void spool_set_due(const struct spool_letter *letter, uint32_t due_s);

/* Makes every letter of the connector that the window knows due at once. RAM only. */
void spool_bring_forward(uint8_t connector);

enum spool_settled { SPOOL_SENT, SPOOL_GIVEN_UP };

/* Notes for good what became of some recipients. */
enum spool_result spool_settle(struct spool_letter *letter, enum spool_settled how,
                               const struct recipient_set *recipients);

enum spool_closed {
    SPOOL_CLOSED_SENT =
        1, /* every recipient that is not settled otherwise has been sent to */
    SPOOL_CLOSED_SETTLED, /* every recipient is settled in the strip */
    SPOOL_CLOSED_DELETED, /* by the operator, or a dead letter evicted */
    SPOOL_CLOSED_MOVED,   /* lives on at another page */
    SPOOL_CLOSED_VOID     /* never began to live: its COMMIT was cut (the spool's own) */
};

/* Ends a letter's life; its pages are garbage from now on. */
enum spool_result spool_close(struct spool_letter *letter, enum spool_closed how,
                              const struct clock *now);

/*
 * Keeps a letter as dead: no longer due, but listed. The dead letter that came first is deleted, and
 * the log says so, when there are more than CONFIG_DEAD_LETTERS_MAX.
 */
enum spool_result spool_bury(struct spool_letter *letter, const struct clock *now);

/* ---- Reading ----------------------------------------------------------------------------- */

struct spool_reader {
    uint32_t id;
    uint16_t next_page, index; /* of the page that follows the one at hand; 0: none */
    uint16_t at, end;          /* of what is unread in `bytes` */
    bool in_text;
    enum spool_result result; /* the first failure sticks */
    uint8_t bytes[SPOOL_PAGE_SIZE];
};

/* Goes to the first field of the envelope. */
enum spool_result spool_reader_open(struct spool_reader *r, uint16_t head);

/*
 * The next field: copies its value (cut to `room`) and tells kind and length; END after
 * LETTER_TEXT was returned: the text follows.
 */
enum spool_result spool_reader_field(struct spool_reader *r, uint8_t *kind, uint8_t *value,
                                     size_t room, size_t *size);

/* The same for a LETTER_PARAMETER; END, and nothing is read, where the next field is none. */
enum spool_result spool_reader_parameter(struct spool_reader *r, uint8_t *value,
                                         size_t room, size_t *size);

/*
 * Text in place, as much as is at hand, each octet checked against its page's CRC; valid
 * until the next call on this reader. END after the last octet, DAMAGED at a bad page.
 */
enum spool_result spool_reader_text(struct spool_reader *r, const uint8_t **text,
                                    size_t *size);

/* Gives back the first `size` octets. */
void spool_reader_ack(struct spool_reader *r, size_t size);

/* ---- Walking through all letters, for `queue` and `show` --------------------------------- */

struct spool_walk {
    uint16_t sector, page;
};

void spool_walk_begin(struct spool_walk *w);

/* The next letter, dead ones included: OK, END, or BUSY. Bounded: may say OK with `head` 0. */
enum spool_result spool_walk_next(struct spool_walk *w, uint16_t *head, uint32_t *id);

/* ---- Route records, one for each connector ------------------------------------------------ */

struct spool_route {
    uint8_t tries;   /* in a row without success, this one counted */
    uint8_t stopped; /* not to be brought forward by link-up (AUTH) */
    uint8_t frozen;  /* held by the operator, or disabled: enum of relay/ */
    uint8_t cause;   /* enum outcome_cause of the last failure */
    uint32_t due_s;  /* powered seconds of the next try; 0: at once */
};

/* The last record written; all zero when there is none. */
void spool_route_get(uint8_t connector, struct spool_route *route);
enum spool_result spool_route_put(uint8_t connector, const struct spool_route *route,
                                  const struct clock *now);

/* ---- Marks for `status` ------------------------------------------------------------------ */

struct spool_marks {
    uint32_t letters; /* live, dead ones included */
    uint32_t dead;
    uint32_t letters_max; /* the stated maximum */
    uint32_t sectors, sectors_free, sectors_bad;
    uint32_t erases_min, erases_max; /* per sector */
    uint32_t programmed;             /* bytes since the start of the firmware */
    uint32_t erased;                 /* sectors since the start of the firmware */
    uint32_t damaged;     /* pages or units that did not check out since the start */
    bool window_complete; /* the window holds every live letter */
};

void spool_marks(struct spool_marks *marks);

#endif
