/* SPDX-License-Identifier: MIT */
/*
 * store.h: what the files of spool/ share: the RAM image of the spool, and the steps that more
 * than one of them takes. Nobody outside the folder includes it.
 *
 *   mount.c    what the flash says at the start
 *   recover.c  what the last start left half done
 *   journal.c  facts that are not a letter's: time, routes, erases
 *   deposit.c  a letter comes in
 *   window.c   letters known in RAM
 *   head.c     a letter's head page, its strip of events
 *   letter.c   what becomes of a letter
 *   reader.c   a letter is read
 *   erase.c    sectors are erased
 *   scrub.c    letters are checked where they lie
 *   reclaim.c  idle work: move letters out of the way, look for letters, erase
 */
#ifndef SPOOL_STORE_H
#define SPOOL_STORE_H

#include "flashlog/flashlog.h"
#include "spool/records.h"
#include "spool/spool.h"

#include "config/config.h"

/*
 * Sectors with heads on which no unit was left to close them: the journal says that they are
 * closed. Two cuts at one head are needed for that, or a worn sector.
 */
#define CLOSED_HEADS_MAX 6

/* Sectors whose erase was cut short, or failed: more, and no other is erased. */
#define SPOILT_MAX 6

/* Starts in a row that may be cut in the last record of their snapshot, without loss. */
#define JOURNALS_MAX 8

struct window_entry {
    uint32_t id, due_s;
    uint16_t head; /* 0: free */
    uint8_t connector;
};

/* A letter that was given up and is kept. */
struct dead_letter {
    uint32_t id;
    uint16_t head;
};

struct store {
    bool usable;
    bool sector_opened; /* since reclaim.c looked whether letters lie too far apart */
    uint32_t boot;      /* number of this start */
    uint32_t next_id;   /* of the next letter */
    uint32_t revision;
    uint32_t letters;   /* live, dead ones included */
    uint32_t pages;     /* of their chains, about */
    uint32_t noted_s;   /* powered time of the last record that carries it */
    uint32_t powered_s; /* the latest powered time seen */
    uint32_t wall_s;    /* as last noted */
    uint16_t held;      /* head that must not move, or 0 */
    uint16_t moving;    /* head that is being moved, or 0 */
    int16_t erasing;    /* sector whose erase runs, or -1 */
    uint32_t erase_began_s;
    uint8_t spoilt_count;
    uint16_t spoilt[SPOILT_MAX]; /* see erase.c */
    struct intent intent;  /* the last one noted; what it names may have been touched */
    bool recovered;        /* what an interruption left half done is done */
    uint8_t journal_count; /* sectors that are held for what their journals say, */
    int16_t journals[JOURNALS_MAX]; /* newest first, until this start has one of its own */
    struct closed_heads closed_heads[CLOSED_HEADS_MAX]; /* those without any: free places */
    bool window_complete;
    uint8_t window_used; /* entries that are not free */
    uint8_t dead_count;
    struct dead_letter dead[CONFIG_DEAD_LETTERS_MAX]; /* oldest first */
    struct spool_route routes[CONFIG_CONNECTOR_COUNT];
    struct window_entry window[CONFIG_SPOOL_WINDOW];
};

extern struct store store;

/* A head page as read: its two fixed records unpacked, its strip raw. */
struct head_page {
    uint16_t page;
    struct head_record head;
    struct commit_record commit;
    uint8_t units[FLASHLOG_PAGE_SIZE];
};

enum spool_result store_result(enum flashlog_result result);

/* ---- journal.c ---- */

/*
 * Sectors kept erased ahead. A start uses one, and the next start too if power fails in it:
 * none of them ever held a letter that half an erase could bring back.
 */
#define READY_SECTORS 3

/* Whether as many sectors are ready as wanted, or as there can be. */
bool journal_enough_ready(unsigned wanted);

/* Sectors that a class of letter must leave free. */
unsigned journal_reserve(enum spool_class class_);

/*
 * Sees to it that the open sector has room (as `has` tells), opening the next one if need be
 * and if more than `reserve` free ones are left; a new sector's journal begins with all that
 * must be known from older ones.
 */
enum spool_result journal_room(bool (*has)(void), unsigned reserve);

/* Appends a record; one that the open sector does not keep goes to the next. */
enum spool_result journal_note(const record_bytes record);

/* Notes that `record` is about to be written to a unit of a head page. */
enum spool_result journal_announce(uint16_t page, unsigned unit, const record_bytes record);

/*
 * Notes that what the last intent announced was done. There is always room for it in the
 * journal that has the intent.
 */
enum spool_result journal_confirm(void);

/* Notes the time if that was not done for `age_s` seconds. */
enum spool_result journal_time(const struct clock *now, uint32_t age_s);

/* Takes in the journal that counts: the last one whose snapshot is whole. */
void journal_mount(void);

/* This start has a journal of its own: the older ones may go. */
void journal_release_old(void);

/* ---- window.c ---- */

/* Adds a letter for each of its connectors; whether all found room. */
bool window_add(uint16_t head, uint32_t id, uint8_t connectors, uint32_t due_s);
void window_set_due(uint16_t head, uint8_t connector, uint32_t due_s);
bool window_knows(uint16_t head);
void window_remove(uint16_t head);
void window_rename(uint16_t head, uint16_t new_head);
unsigned window_free(void);

/* ---- head.c ---- */

/* Reads a head; GONE unless a committed letter that is not closed is there. */
enum spool_result head_read(uint16_t page, struct head_page *head);

/* Whether these first HEAD_FIXED units are those of a letter that lives. */
bool head_is_live(const uint8_t *units, struct head_record *head,
                  struct commit_record *commit);

/* The strip of a head page, applied. */
void head_state(const struct head_page *head, uint8_t connector, struct spool_state *state);

/*
 * Writes a new head for a letter with this chain, its strip condensed and `event` (or NULL)
 * added; then closes the old one.
 */
enum spool_result head_renew(const struct head_page *old, uint16_t first_page,
                             uint16_t last_page, const uint8_t *event, uint16_t *new_page);

/* Writes an event to the strip, or where that has no unit left, to that of a new head. */
enum spool_result head_append(uint16_t *page, const record_bytes record);

/* Reads a head page whatever it is; false when its first record is no letter's. */
bool head_look(uint16_t page, struct head_page *head);

/* The head that a letter was moved to from this one, or 0. */
uint16_t head_moved_to(const struct head_page *head);

/*
 * Writes the closing record of a head: to a unit that no cut has touched, or where there is
 * none, into the journal. `moved_to`: the new head of a letter that is MOVED; of a VOID head,
 * the one that it would have replaced, or 0.
 */
enum spool_result head_close(const struct head_page *head, enum spool_closed how,
                             uint16_t moved_to);

/* The journal says that these heads are closed; forgotten when there is no room for the sector. */
void head_list_closed(const struct closed_heads *heads);

/* Whether a head is none of a living letter, whatever its units say. */
bool head_is_ended(uint16_t page);

/* A sector is erased: its pages mean nothing any more. */
void head_forget_sector(unsigned sector);

/* ---- letter.c ---- */

/* The strip of a letter has changed behind the window. */
void letter_refresh(uint16_t head);

/* Lists a letter as dead, in the order of their numbers, unless it is or there is no room. */
void letter_list_dead(uint16_t head, uint32_t id);

/* A living letter has a new head. */
void letter_rename(uint16_t head, uint16_t new_head);

/* Starts to count a letter as living; stops, and forgets its head. */
void letter_begins(uint16_t head, const struct commit_record *commit);
void letter_ends(uint16_t head, const struct commit_record *commit);

/* ---- deposit.c ---- */

/* Header of a body page besides what flashlog fills in. */
void chain_put(uint8_t *page, uint32_t id, uint16_t index, uint16_t next);
bool chain_check(const uint8_t *page, uint32_t id, uint16_t index, uint16_t *next);

/* ---- recover.c ---- */

/*
 * Ends what the pending intent announced. BUSY and FULL: to be asked again, the intent is
 * pending still.
 */
enum spool_result recover(void);

/* ---- erase.c ---- */

/*
 * A sector whose content means nothing until it was erased well. The list is that of the
 * journal; adding is false when it is full.
 */
bool erase_is_spoilt(unsigned sector);
bool erase_add_spoilt(unsigned sector);
void erase_remove_spoilt(unsigned sector);

/* Notes all of them, in a snapshot. */
enum spool_result erase_note_spoilt(void);

/* Begins an erase if one is wanted and can be noted; true when one runs. */
bool erase_step(const struct clock *now);

/* While it runs: milliseconds to wait. One that never ends makes the spool unusable. */
uint32_t erase_wait(const struct clock *now);

/* Notes what came of an erase that is no longer running; false when there was none. */
bool erase_end(void);

/* ---- scrub.c ---- */

/* Forgets the pass under way: before a mount. */
void scrub_init(void);

/* Checks a page, if one is due; milliseconds until the next is. */
uint32_t scrub_step(const struct clock *now);

/* ---- reclaim.c ---- */

/* Forgets work under way: before a mount. */
void reclaim_init(void);

/* Takes a letter that a scan came upon into the window, or among the dead. */
void reclaim_found(uint16_t page);

#endif
