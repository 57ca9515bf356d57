/* SPDX-License-Identifier: MIT */
/* connector.c: address spaces. The table is filled from the configuration's macros. */
#include "mail/connector.h"

#include "base/bytes.h"

#include <stdbool.h>
#include <string.h>

#define FIT_WHOLE 256 /* a domain named whole fits closer than any "*." */

#define CONNECTOR(n)                                                                       \
    {                                                                                      \
        .name = CONFIG_CONNECTOR_##n##_NAME, .spaces = CONFIG_CONNECTOR_##n##_SPACES,      \
        .senders = CONFIG_CONNECTOR_##n##_SENDERS, .hosts = CONFIG_CONNECTOR_##n##_HOSTS,  \
        .port = CONFIG_CONNECTOR_##n##_PORT, .cost = CONFIG_CONNECTOR_##n##_COST           \
    }

const struct connector connectors[CONFIG_CONNECTOR_COUNT] = {
    CONNECTOR(1),
#if CONFIG_CONNECTOR_COUNT >= 2
    CONNECTOR(2),
#endif
#if CONFIG_CONNECTOR_COUNT >= 3
    CONNECTOR(3),
#endif
#if CONFIG_CONNECTOR_COUNT >= 4
    CONNECTOR(4),
#endif
};

/* Where no connector asks who sends, nothing of that is in the image. */
#define NAMES_SENDERS(n) (sizeof CONFIG_CONNECTOR_##n##_SENDERS > 1)
static const bool senders_matter =
    NAMES_SENDERS(1) || NAMES_SENDERS(2) || NAMES_SENDERS(3) || NAMES_SENDERS(4);

/* The same of spaces, where one connector takes everything. */
#define ONE_TAKES_ALL                                                                      \
    (CONFIG_CONNECTOR_COUNT == 1 && sizeof CONFIG_CONNECTOR_1_SPACES == sizeof "*" &&      \
     CONFIG_CONNECTOR_1_SPACES[0] == '*')

/* Cuts the next word off a list; false at its end. */
static bool next_word(struct cursor *list, struct cursor *word)
{
    struct cursor rest;

    cursor_skip_blanks(list);
    rest = *list;
    while (cursor_peek(&rest) > ' ')
        cursor_next(&rest);
    return cursor_take(list, list->left - rest.left, word) && word->left > 0;
}

static bool ends_with(struct cursor whole, struct cursor end)
{
    struct cursor front;

    if (whole.left < end.left || !cursor_take(&whole, whole.left - end.left, &front))
        return false;
    while (end.left > 0) {
        if (octet_lower(cursor_next(&whole)) != octet_lower(cursor_next(&end)))
            return false;
    }
    return true;
}

static uint16_t space_fit(struct cursor space, struct cursor domain)
{
    uint16_t length = (uint16_t)space.left;

    if (cursor_skip(&space, '*'))
        return domain.left > space.left && ends_with(domain, space) ? length : 0;
    if (domain.left != space.left || !ends_with(domain, space))
        return 0;
    return (uint16_t)(length + FIT_WHOLE);
}

uint16_t connector_fit(uint8_t connector, struct cursor domain)
{
    const char *spaces = connectors[connector].spaces;
    struct cursor list = cursor_over(spaces, strlen(spaces));
    struct cursor space;
    uint16_t best = 0;

    if (ONE_TAKES_ALL)
        return domain.left > 0;
    while (next_word(&list, &space)) {
        uint16_t fit = space_fit(space, domain);

        best = fit > best ? fit : best;
    }
    return best;
}

static bool takes_sender(const char *senders, struct cursor sender)
{
    struct cursor list = cursor_over(senders, strlen(senders));
    struct cursor word;

    if (list.left == 0 || sender.left == 0)
        return true;
    while (next_word(&list, &word)) {
        bool whole = cursor_peek(&word) != '@';

        if ((!whole || word.left == sender.left) && ends_with(sender, word))
            return true;
    }
    return false;
}

uint8_t connectors_for_sender(struct cursor sender)
{
    uint8_t set = CONNECTORS_ALL;

    for (uint8_t i = 0; senders_matter && i < CONFIG_CONNECTOR_COUNT; i++) {
        if (!takes_sender(connectors[i].senders, sender))
            set &= (uint8_t) ~(1u << i);
    }
    return set;
}

uint8_t connector_for(struct cursor domain, uint8_t allowed)
{
    uint8_t best = CONNECTOR_NONE;
    uint16_t best_fit = 0;

    for (uint8_t i = 0; i < CONFIG_CONNECTOR_COUNT; i++) {
        uint16_t fit = (allowed >> i & 1) != 0 ? connector_fit(i, domain) : 0;

        if (fit > best_fit ||
            (fit > 0 && fit == best_fit && connectors[i].cost < connectors[best].cost)) {
            best = i;
            best_fit = fit;
        }
    }
    return best;
}

uint16_t connector_name_hash(uint8_t connector)
{
    const char *name = connectors[connector].name;

    return (uint16_t)crc32_add(0, (const uint8_t *)name, strlen(name));
}
