/* SPDX-License-Identifier: MIT */
/*
 * address.c: the grammar of RFC 5321 sections 4.1.2 and 4.1.3, one function a rule. Each
 * skip_* moves past what it names; after a false the cursor's place means nothing unless said.
 */
#include "mail/address.h"

#include "base/ip_text.h"

#include <string.h>

#define LOCAL_MAX  64  /* RFC 5321 section 4.5.3.1.1 */
#define DOMAIN_MAX 255 /* RFC 5321 section 4.5.3.1.2 */
#define LABEL_MAX  63  /* RFC 1035 section 2.3.4 */

/* "::" in a literal stands for two groups at least, RFC 5321 section 4.1.3. */
#define LITERAL_GAP_MIN 4

static struct cursor between(const struct cursor *start, const struct cursor *end)
{
    return cursor_over(start->at, start->left - end->left);
}

static bool is_alnum(int octet)
{
    return (octet >= '0' && octet <= '9') || (octet >= 'A' && octet <= 'Z') ||
           (octet >= 'a' && octet <= 'z');
}

/* atext of RFC 5322 section 3.2.3 */
static bool is_atext(int octet)
{
    return is_alnum(octet) || (octet > 0 && strchr("!#$%&'*+-/=?^_`{|}~", octet) != NULL);
}

static bool skip_dot_string(struct cursor *c)
{
    do {
        if (!is_atext(cursor_peek(c)))
            return false;
        while (is_atext(cursor_peek(c)))
            cursor_next(c);
    } while (cursor_skip(c, '.'));
    return true;
}

static bool skip_quoted_string(struct cursor *c)
{
    if (!cursor_skip(c, '"'))
        return false;
    for (int octet = cursor_next(c); octet != '"'; octet = cursor_next(c)) {
        if (octet == '\\')
            octet = cursor_next(c);
        if (octet < 0x20 || octet > 0x7e)
            return false;
    }
    return true;
}

/* An underscore passes for a letter: RFC 5321 has none, but names of Windows hosts do. */
static bool skip_label(struct cursor *c)
{
    int first = cursor_peek(c);
    int last = '-';
    size_t length = 0;

    for (int octet = first; is_alnum(octet) || octet == '-' || octet == '_';
         octet = cursor_peek(c)) {
        last = cursor_next(c);
        length++;
    }
    return first != '-' && last != '-' && length <= LABEL_MAX;
}

static bool skip_domain(struct cursor *c)
{
    do {
        if (!skip_label(c))
            return false;
    } while (cursor_skip(c, '.'));
    return true;
}

/* No tag but IPv6 is registered, so a General-address-literal is refused. */
static bool skip_host(struct cursor *c)
{
    uint8_t octets[IPV6_OCTETS];

    if (!cursor_skip(c, '['))
        return skip_domain(c);
    if (!(cursor_skip_word(c, "IPv6:") ? ip_read_v6(c, octets, LITERAL_GAP_MIN)
                                       : ip_read_v4(c, octets)))
        return false;
    return cursor_skip(c, ']');
}

/* "@one,@two:" */
static bool skip_source_route(struct cursor *c)
{
    do {
        if (!cursor_skip(c, '@') || !skip_domain(c))
            return false;
    } while (cursor_skip(c, ','));
    return cursor_skip(c, ':');
}

static enum address_result read_mailbox(struct cursor *c, struct address *address)
{
    struct cursor start = *c, domain;

    if (!(cursor_peek(c) == '"' ? skip_quoted_string(c) : skip_dot_string(c)))
        return ADDRESS_SYNTAX;
    address->local = between(&start, c);
    if (!cursor_skip(c, '@'))
        return ADDRESS_SYNTAX;
    domain = *c;
    if (!skip_host(c))
        return ADDRESS_SYNTAX;
    address->domain = between(&domain, c);
    address->mailbox = between(&start, c);
    if (address->local.left > LOCAL_MAX || address->domain.left > DOMAIN_MAX)
        return ADDRESS_TOO_LONG;
    return ADDRESS_OK;
}

/* The two paths without a domain: "<>" for a sender, "<Postmaster>" for a recipient. */
static bool read_short_path(struct cursor *c, bool null_allowed, struct address *address)
{
    struct cursor tried = *c;
    const char *word = null_allowed ? "" : "postmaster";

    if (!cursor_skip_word(&tried, word))
        return false;
    address->local = between(c, &tried);
    address->mailbox = address->local;
    address->domain = cursor_over(tried.at, 0);
    if (!cursor_skip(&tried, '>'))
        return false;
    *c = tried;
    return true;
}

enum address_result address_read_path(struct cursor *c, bool null_allowed,
                                      struct address *address)
{
    struct cursor tried = *c;
    enum address_result result;
    bool routed;

    if (!cursor_skip(&tried, '<'))
        return ADDRESS_SYNTAX;
    if (read_short_path(&tried, null_allowed, address)) {
        *c = tried;
        return ADDRESS_OK;
    }
    routed = cursor_peek(&tried) == '@';
    if (routed && !skip_source_route(&tried))
        return ADDRESS_SYNTAX;
    result = read_mailbox(&tried, address);
    if (result == ADDRESS_SYNTAX || !cursor_skip(&tried, '>'))
        return ADDRESS_SYNTAX;
    *c = tried;
    return result == ADDRESS_OK && routed ? ADDRESS_SOURCE_ROUTE : result;
}

bool address_read_mailbox(struct cursor mailbox, struct address *address)
{
    return read_mailbox(&mailbox, address) == ADDRESS_OK && mailbox.left == 0;
}

bool address_is_host(struct cursor host)
{
    return host.left <= DOMAIN_MAX && skip_host(&host) && host.left == 0;
}

bool address_asks_to_relay(const struct address *address)
{
    struct cursor local = address->local;

    while (local.left > 0) {
        int octet = cursor_next(&local);

        if (octet == '%' || octet == '!' || octet == '@')
            return true;
    }
    return false;
}
