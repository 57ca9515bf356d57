/* SPDX-License-Identifier: MIT */
/*
 * outcome.c: the words for every cause, in one table. The sentence says what happened, the
 * remedy what to change and where; options are named without their CONFIG_ prefix.
 */
#include "mail/outcome.h"

struct words {
    const char *word, *sentence, *remedy;
};

/* A row: the word, the sentence, the remedy. */
/* clang-format off */
static const struct words table[CAUSE_COUNT] = {
    [CAUSE_NONE] = {
        "none",
        "nothing went wrong",
        "nothing to change"},
    [CAUSE_CONNECT_REFUSED] = {
        "connect-refused",
        "the next hop refused the connection",
        "check CONNECTOR_1_HOSTS and CONNECTOR_1_PORT, the server and any firewall"},
    [CAUSE_CONNECT_TIMEOUT] = {
        "connect-timeout",
        "the next hop did not answer the connect",
        "check CONNECTOR_1_HOSTS, the gateway, and that a firewall lets CONNECTOR_1_PORT "
        "out"},
    [CAUSE_NO_NETWORK] = {
        "no-network",
        "this device has no link or no address",
        "check the cable and the DHCP server, or set a fixed address: NET_IPV4"},
    [CAUSE_NO_MEMORY] = {
        "no-memory",
        "this device had no free connection or buffer",
        "if it happens again, raise NET_TCP_EXTRA or NET_HEAP"},
    [CAUSE_HOST_NOT_FOUND] = {
        "host-not-found",
        "the name of the next hop has no address",
        "check the name in CONNECTOR_1_HOSTS and the name servers, or give an address"},
    [CAUSE_CONNECTION_LOST] = {
        "connection-lost",
        "the connection broke off",
        "if it happens again, look in the log of the next hop and at the network"},
    [CAUSE_TIMEOUT] = {
        "timeout",
        "the next hop did not reply in time",
        "look at the load of the next hop, or raise the DELIVERY time-out of this step"},
    [CAUSE_GREETING_REFUSED] = {
        "greeting-refused",
        "the next hop greeted with a refusal",
        "let the next hop accept the address of this device"},
    [CAUSE_HELO_REFUSED] = {
        "helo-refused",
        "the next hop refused the name of this device",
        "set HOST_NAME to a full name that the next hop accepts, best one in the DNS"},
    [CAUSE_SENDER_REFUSED] = {
        "sender-refused",
        "the next hop refused the sender",
        "use a sender that the next hop permits; for our own alerts set ALERT_SENDER"},
    [CAUSE_RECIPIENT_REFUSED] = {
        "recipient-refused",
        "the next hop refused the recipient",
        "check the address, and that the next hop relays for this device"},
    [CAUSE_DATA_REFUSED] = {
        "data-refused",
        "the next hop refused to take the text",
        "see its reply, and its log"},
    [CAUSE_CONTENT_REFUSED] = {
        "content-refused",
        "the next hop refused the letter after its text",
        "see its reply, its filters and its limits"},
    [CAUSE_NO_ROOM] = {
        "no-room",
        "the next hop has no room for the letter",
        "free space on the next hop; the letter waits for it"},
    [CAUSE_TOO_MANY] = {
        "too-many",
        "the next hop takes no more recipients at once",
        "if the rest does not go out later, raise the limit of the next hop or lower "
        "INTAKE_RECIPIENTS_MAX"},
    [CAUSE_AUTH_REQUIRED] = {
        "auth-required",
        "the next hop wants a login, or TLS first",
        "let the next hop relay for the address of this device, or name one that does in "
        "CONNECTOR_1_HOSTS"},
    [CAUSE_BAD_REPLY] = {
        "bad-reply",
        "what the next hop sent is no SMTP reply",
        "check that CONNECTOR_1_HOSTS and CONNECTOR_1_PORT lead to an SMTP server that "
        "does not begin with TLS"},
    [CAUSE_NO_8BITMIME] = {
        "no-8bitmime",
        "the letter has 8-bit text and the next hop takes only 7-bit text",
        "switch on 8BITMIME at the next hop, or have the sender use quoted-printable"},
    [CAUSE_TOO_LARGE] = {
        "too-large",
        "the letter is larger than the next hop takes",
        "raise the limit of the next hop, or lower INTAKE_SIZE_MAX to tell the sender at "
        "once"},
    [CAUSE_SHUTTING_DOWN] = {
        "shutting-down",
        "the next hop is closing its service",
        "wait; if it does not come back, look in its log"},
    [CAUSE_LETTER_DAMAGED] = {
        "letter-damaged",
        "the letter is damaged in flash",
        "send it again; if more are damaged, replace the flash part"},
    [CAUSE_EXPIRED] = {
        "expired",
        "the letter could not be delivered in the time allowed",
        "remove the cause of its last try and send it again; the limit is EXPIRE_S"},
};
/* clang-format on */

static const struct words *words_of(enum outcome_cause cause)
{
    return &table[(unsigned)cause < CAUSE_COUNT ? cause : CAUSE_NONE];
}

const char *outcome_sentence(enum outcome_cause cause)
{
    return words_of(cause)->sentence;
}

const char *outcome_remedy(enum outcome_cause cause)
{
    return words_of(cause)->remedy;
}

const char *outcome_word(enum outcome_cause cause)
{
    return words_of(cause)->word;
}

void outcome_put_status(struct text *t, struct enhanced_status status)
{
    text_printf(t, "%u.%u.%u", (unsigned)status.class_, (unsigned)status.subject,
                (unsigned)status.detail);
}
