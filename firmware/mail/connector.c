/* SPDX-License-Identifier: MIT */
/* connector.c: address spaces. The table is filled from the configuration's macros. */
#include "mail/connector.h"

#include "base/bytes.h"

#include <stdbool.h>
#include <string.h>

#define FIT_WHOLE 256 /* a domain named whole fits closer than any "*." */

#define SIZE_MAX_OF(n)                                                                     \
    (CONFIG_CONNECTOR_##n##_SIZE_MAX > 0 ? CONFIG_CONNECTOR_##n##_SIZE_MAX : UINT32_MAX)

#if TLS_USED
#define CONNECTOR_TLS(n)                                                                   \
    .protection = CONFIG_CONNECTOR_##n##_PROTECTION,                                       \
    .trust = CONFIG_CONNECTOR_##n##_TRUST, .pins = CONFIG_CONNECTOR_##n##_PINS,            \
    .tls_name = CONFIG_CONNECTOR_##n##_TLS_NAME,
#else
#define CONNECTOR_TLS(n)
#endif

#define CONNECTOR(n)                                                                       \
    {                                                                                      \
        CONNECTOR_TLS(n).name = CONFIG_CONNECTOR_##n##_NAME,                               \
        .spaces = CONFIG_CONNECTOR_##n##_SPACES,                                           \
        .senders = CONFIG_CONNECTOR_##n##_SENDERS, .hosts = CONFIG_CONNECTOR_##n##_HOSTS,  \
        .sender = CONFIG_CONNECTOR_##n##_SENDER, .size_max = SIZE_MAX_OF(n),               \
        .hours = CONFIG_CONNECTOR_##n##_HOURS, .port = CONFIG_CONNECTOR_##n##_PORT,        \
        .helo_only = CONFIG_CONNECTOR_##n##_HELO_ONLY, .cost = CONFIG_CONNECTOR_##n##_COST \
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

#define ANY_CONNECTOR(test) (test(1) || test(2) || test(3) || test(4))

/* What no connector asks for is not in the image: who sends, how much, when. */
#define NAMES_SENDERS(n) (sizeof CONFIG_CONNECTOR_##n##_SENDERS > 1)
#define LIMITS_SIZE(n)   (CONFIG_CONNECTOR_##n##_SIZE_MAX > 0)
#define LIMITS_HOURS(n)  (CONFIG_CONNECTOR_##n##_HOURS != HOURS(0, 24))
static const bool senders_matter = ANY_CONNECTOR(NAMES_SENDERS);
static const bool sizes_matter = ANY_CONNECTOR(LIMITS_SIZE);
static const bool hours_matter = ANY_CONNECTOR(LIMITS_HOURS);

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

uint8_t connectors_for_letter(struct cursor sender, uint32_t size)
{
    uint8_t set = CONNECTORS_ALL;

    if (!senders_matter && !sizes_matter)
        return set;
    for (uint8_t i = 0; i < CONFIG_CONNECTOR_COUNT; i++) {
        if (size > connectors[i].size_max || !takes_sender(connectors[i].senders, sender))
            set &= (uint8_t) ~(1u << i);
    }
    return set;
}

uint32_t connectors_size_max(uint8_t set)
{
    uint32_t least = UINT32_MAX;

    for (uint8_t i = 0; sizes_matter && i < CONFIG_CONNECTOR_COUNT; i++) {
        if ((set >> i & 1) != 0 && connectors[i].size_max < least)
            least = connectors[i].size_max;
    }
    return least;
}

/* One hour at least is among them: config/options.h. */
uint32_t connector_rests_s(uint8_t connector, uint32_t wall_s)
{
    uint32_t hour = wall_s / 3600;
    uint32_t ahead = 0;

    if (!hours_matter || wall_s == 0)
        return 0;
    while ((connectors[connector].hours >> (hour + ahead) % 24 & 1) == 0)
        ahead++;
    return ahead == 0 ? 0 : ahead * 3600 - wall_s % 3600;
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
