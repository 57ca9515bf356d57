/* SPDX-License-Identifier: MIT */
/*
 * transfer.h: one try of one route: the meeting of spool and delivery. It counts the try in
 * flash, connects, answers what the attempt needs from the letters that are due, and writes
 * down what became of each. There is one transfer at a time.
 */
#ifndef RELAY_TRANSFER_H
#define RELAY_TRANSFER_H

#include "delivery/attempt.h"
#include "mail/connector.h"
#include "mail/headers.h"
#include "spool/spool.h"
#include "stream/stream_tcp.h"
#include "stream/stream_tls.h"
#include "task/task.h"

#include "relay/relay.h"

/* Received, with From where it is rewritten; then the header; then Date and Message-ID */
#define TRANSFER_HEAD_MAX (CONNECTOR_REWRITES ? 448 + LETTER_PATH_MAX : 448)

struct transfer {
    struct task task; /* first */
    uint8_t connector;
    bool counted;     /* this try is in flash already (a glitch repeat) */
    bool connected;   /* a host of the list was tried */
    bool reached;     /* a next hop took EHLO: the route as such works */
    bool damaged;     /* the letter's pages do not check out */
    bool in_clear;    /* opportunistic TLS failed at the try before */
    const char *host; /* rest of the connector's list of hosts */
#if TLS_USED
    char address[ADDRESS_TEXT_SIZE]; /* of the host under way */
    struct tls_peer peer;
#endif
    struct outcome outcome; /* of the route; SENT with CAUSE_NONE: it works */
    struct spool_route route;
    struct spool_letter letter; /* under way; head 0: none */
    struct spool_state state;
    struct letter_origin origin;
    uint32_t unjudged; /* letter whose try was counted, and nobody judged it; or 0 */
    uint16_t letters;  /* given on this connection */
    uint8_t next_recipient;
    struct recipient_set refused;  /* in this transaction, for now or for good */
    struct recipient_set given_up; /* of them: for good */
    struct recipient_set accepted;
    struct stream_tcp tcp;
    struct attempt attempt;
    struct spool_reader reader;
    struct headers_pass pass;
    bool passed;     /* the header has gone into `head`; the rest follows */
    uint32_t wall_s; /* when the letter came; 0: nobody knows */
    uint16_t head_length, head_given;
    char head[TRANSFER_HEAD_MAX];
};

/*
 * Starts a try of this route; `counted` for a glitch repeat of a try in flash already. The
 * caller may then set `in_clear`.
 */
void transfer_begin(struct transfer *t, uint8_t connector, bool counted);

/*
 * Goes on as far as it can without waiting. When it is done `outcome` tells how the route
 * fared, and `attempt.reply.text` the peer's last words.
 */
enum task_state transfer_run(struct transfer *t, const struct clock *now);

/* For a glitch repeat: the letter that the fault hit goes again within its try. */
void transfer_repeat(struct transfer *t);

/* Breaks off at once; what the peer has said by now is written down. */
void transfer_stop(struct transfer *t, const struct clock *now);

#endif
