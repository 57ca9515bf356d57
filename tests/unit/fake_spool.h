/* SPDX-License-Identifier: MIT */
/*
 * fake_spool.h: a stand-in for the deposit side of spool/spool.h. It keeps the last letter
 * that was committed in memory; a test sets what the calls answer.
 */
#ifndef TESTS_FAKE_SPOOL_H
#define TESTS_FAKE_SPOOL_H

#include "spool/spool.h"

#define FAKE_RECIPIENTS 128
#define FAKE_PARAMETERS 2048

struct fake_letter {
    uint32_t id;
    enum spool_class class_;
    struct letter_origin origin;
    char sender[LETTER_PATH_MAX + 1];
    char recipient[FAKE_RECIPIENTS][LETTER_PATH_MAX + 1];
    uint8_t connector[FAKE_RECIPIENTS];
    unsigned recipients;
    char parameters[FAKE_PARAMETERS]; /* " RET=FULL of -1", each with whose it is */
    char text[32768];                 /* NUL at the end */
    size_t text_size;
    size_t text_piece_max; /* the longest piece that came at once */
    uint32_t size_declared;
};

struct fake_spool {
    enum spool_result begin, field, recipient, parameter, text,
        commit;        /* what the calls answer */
    size_t text_room;  /* octets of text after which FULL is answered; 0: no limit */
    bool erasing;      /* spool_ready says no, and a call would be an error of the caller */
    unsigned busy_for; /* spool_ready says no that many times more */
    bool tires; /* after each call an erase is due: BUSY until spool_ready was asked */
    bool tired;
    unsigned commit_busy; /* commits that answer BUSY first */
    unsigned polls;
    unsigned open; /* deposits under way */
    unsigned committed;
    unsigned aborted;
    struct fake_letter letter; /* the last one committed */
};

extern struct fake_spool fake_spool;

void fake_spool_reset(void);

#endif
