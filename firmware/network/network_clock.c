/* SPDX-License-Identifier: MIT */
/*
 * network_clock.c: the wall clock, by questions to one time server. lwIP's own client is not
 * used: it acts on a kiss-of-death that anybody may send and then asks more often, believes a
 * server that says it does not know the time, and takes the same answer twice. Which answer is
 * believed stands in clock_rules.h.
 *
 * A question carries random bits where a client's time of day would stand, which nobody needs
 * to know and anybody could guess. It has one answer, soon, from whom it went to.
 */
#include "network/clock_rules.h"
#include "network/network.h"
#include "network/network_clock.h"

#include "stream/address_text.h"

#include "base/bytes.h"
#include "base/log.h"
#include "base/words.h"
#include "crypto/random.h"

#include "config/config.h"
#include "port/port.h"

#include "packed_words.h"

#include <string.h>

#include "lwip/dhcp.h"
#include "lwip/ip_addr.h"
#include "lwip/pbuf.h"
#include "lwip/udp.h"

#define NTP_PORT      123
#define QUESTION      0x23 /* version 4, a client's */
#define AT_TRANSMIT   40
#define ANSWER_MS     5000 /* a later one would set the clock wrong by that */
#define WAIT_LEAST_S  15   /* RFC 4330 section 10; doubled up to CONFIG_SNTP_INTERVAL_S */
#define KISSED_MOST_S (16 * CONFIG_SNTP_INTERVAL_S)
#define TROUBLE_MAX   90 /* octets of a text of clock.def */
#define NEWS_S        2  /* a correction below this is not worth a line in the log */

static struct {
    struct clock_rules rules;
    uint64_t counted_ms; /* uptime up to which rules.since_s counts */
    uint64_t asked_ms;   /* of the last question; 0: there was none */
    uint64_t next_ms;    /* of the next one; 0: none before there is an address */
    uint32_t wait_s;     /* before the next one, if this one comes to nothing */
    struct udp_pcb *pcb;
    ip_addr_t server;
    bool open; /* a question may be answered */
    uint8_t nonce[CLOCK_NONCE_SIZE];
} sntp;

static uint32_t clock_floor_s = CONFIG_CLOCK_FLOOR;

static const char troubles[] = PACKED_TROUBLES;

uint32_t network_wall_clock(void)
{
    for (uint64_t now_ms = port_uptime_ms(); now_ms - sntp.counted_ms >= 1000;
         sntp.counted_ms += 1000)
        sntp.rules.since_s++;
    return clock_rules_now(&sntp.rules);
}

/* ---- Answers ----------------------------------------------------------------------------- */

/* Whoever is refused, or not answered, asks later each time; a kiss doubles the interval. */
static void schedule(enum clock_verdict verdict, uint64_t now_ms)
{
    if (verdict == CLOCK_TAKEN) {
        sntp.wait_s = WAIT_LEAST_S;
        sntp.next_ms = now_ms + CONFIG_SNTP_INTERVAL_S * 1000ull;
    } else if (verdict == CLOCK_KISS) {
        if (sntp.wait_s < CONFIG_SNTP_INTERVAL_S)
            sntp.wait_s = CONFIG_SNTP_INTERVAL_S;
        sntp.wait_s = (uint32_t)min_size(2 * sntp.wait_s, KISSED_MOST_S);
        sntp.next_ms = now_ms + sntp.wait_s * 1000ull;
    }
}

static void tell_trouble(enum clock_verdict verdict, uint32_t said_s, uint32_t believed_s)
{
    char trouble[TROUBLE_MAX];
    struct text text;

    text_init(&text, trouble, sizeof trouble);
    words_put(&text, troubles, verdict - CLOCK_TAKEN - 1);
    log_write(LOG_WARNING, "clock", "refused", "said=%lu believed=%lu cause=%s",
              (unsigned long)said_s, (unsigned long)believed_s, trouble);
}

static void take_answer(const uint8_t *answer, uint64_t now_ms)
{
    uint32_t believed_s = network_wall_clock(), said_s;
    enum clock_verdict verdict =
        clock_rules_hear(&sntp.rules, clock_floor_s, answer, sntp.nonce, &said_s);

    if (verdict == CLOCK_IGNORED)
        return;
    sntp.open = false;
    schedule(verdict, now_ms);
    if (verdict != CLOCK_TAKEN)
        tell_trouble(verdict, said_s, believed_s);
    else if (said_s - believed_s + NEWS_S > 2 * NEWS_S)
        log_write(LOG_INFO, "clock", "set", "wall=%lu", (unsigned long)said_s);
}

/* Called by lwIP for all that comes to our port. */
static void hear(void *context, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *from,
                 u16_t port)
{
    uint8_t answer[CLOCK_ANSWER_SIZE];
    uint64_t now_ms = port_uptime_ms();
    bool whole = pbuf_copy_partial(p, answer, sizeof answer, 0) == sizeof answer;

    (void)context;
    (void)pcb;
    pbuf_free(p);
    if (whole && sntp.open && now_ms - sntp.asked_ms <= ANSWER_MS && port == NTP_PORT &&
        ip_addr_eq(from, &sntp.server))
        take_answer(answer, now_ms);
}

/* ---- Questions --------------------------------------------------------------------------- */

static bool send_question(void)
{
    struct pbuf *p = pbuf_alloc(PBUF_TRANSPORT, CLOCK_ANSWER_SIZE, PBUF_RAM);
    uint8_t *question;
    bool sent;

    if (p == NULL)
        return false;
    question = p->payload;
    memset(question, 0, CLOCK_ANSWER_SIZE);
    question[0] = QUESTION;
    random_bytes(sntp.nonce, sizeof sntp.nonce);
    memcpy(question + AT_TRANSMIT, sntp.nonce, sizeof sntp.nonce);
    sent = udp_sendto(sntp.pcb, p, &sntp.server, NTP_PORT) == ERR_OK;
    pbuf_free(p);
    return sent;
}

static void ask(uint64_t now_ms)
{
    sntp.next_ms = now_ms + sntp.wait_s * 1000ull;
    if (sntp.wait_s < CONFIG_SNTP_INTERVAL_S)
        sntp.wait_s = (uint32_t)min_size(2 * sntp.wait_s, CONFIG_SNTP_INTERVAL_S);
    sntp.open = send_question();
    if (sntp.open)
        sntp.asked_ms = now_ms;
}

uint32_t network_clock_poll(void)
{
    uint64_t now_ms = port_uptime_ms();

    if (sntp.next_ms == 0 || ip_addr_isany(&sntp.server))
        return UINT32_MAX;
    if (now_ms >= sntp.next_ms)
        ask(now_ms);
    return (uint32_t)(sntp.next_ms - now_ms);
}

#if LWIP_DHCP
/* Called by lwIP when an address comes, and comes anew. */
void dhcp_set_ntp_servers(u8_t count, const ip4_addr_t *servers)
{
    if (sizeof CONFIG_SNTP_SERVER == 1 && count > 0)
        ip_addr_copy_from_ip4(sntp.server, *servers);
}
#endif

static void open_pcb(void)
{
    sntp.pcb = udp_new_ip_type(IPADDR_TYPE_ANY);
    if (sntp.pcb != NULL)
        udp_recv(sntp.pcb, hear, NULL);
}

/* One that has kissed us waits all the same. */
void network_clock_restart(void)
{
    uint64_t now_ms = port_uptime_ms(), least_ms = sntp.asked_ms + WAIT_LEAST_S * 1000;

    if (sntp.pcb == NULL)
        open_pcb();
    if (sizeof CONFIG_SNTP_SERVER > 1)
        address_read(CONFIG_SNTP_SERVER, &sntp.server);
    if (sntp.pcb == NULL || sntp.wait_s > CONFIG_SNTP_INTERVAL_S)
        return;
    sntp.wait_s = WAIT_LEAST_S;
    sntp.next_ms = sntp.asked_ms != 0 && now_ms < least_ms ? least_ms : now_ms;
}

/* ---- The floor ------------------------------------------------------------------------------ */

uint32_t network_clock_floor(void)
{
    return clock_floor_s;
}

void network_clock_set_floor(uint32_t floor_s)
{
    bool falls = floor_s < clock_floor_s;

    clock_floor_s = floor_s;
    if (falls)
        network_clock_restart();
}

uint32_t network_clock_proven(void)
{
    return clock_rules_proven(&sntp.rules);
}

void network_clock_forget(void)
{
    sntp.rules.set = false;
    network_clock_restart();
}
