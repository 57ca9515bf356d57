/* SPDX-License-Identifier: MIT */
/* connector.c: address spaces. The table is filled from the configuration's macros. */
#include "mail/connector.h"

#include "base/bytes.h"

#include <stdbool.h>
#include <string.h>

#define CONNECTOR(n)                                                                       \
    {                                                                                      \
        .name = CONFIG_CONNECTOR_##n##_NAME, .space = CONFIG_CONNECTOR_##n##_SPACE,        \
        .hosts = CONFIG_CONNECTOR_##n##_HOSTS, .port = CONFIG_CONNECTOR_##n##_PORT,        \
        .cost = CONFIG_CONNECTOR_##n##_COST                                                \
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

static bool space_takes(const char *space, struct cursor domain)
{
    struct cursor parent = domain;
    struct cursor label;

    if (strcmp(space, "*") == 0)
        return true;
    if (space[0] != '*')
        return cursor_is_word(&domain, space);
    size_t suffix = strlen(space + 1); /* ".example.com" */
    return domain.left > suffix && cursor_take(&parent, domain.left - suffix, &label) &&
           cursor_is_word(&parent, space + 1);
}

uint8_t connector_for(struct cursor domain)
{
    uint8_t best = CONNECTOR_NONE;

    for (uint8_t i = 0; i < CONFIG_CONNECTOR_COUNT; i++) {
        if (!space_takes(connectors[i].space, domain))
            continue;
        if (best == CONNECTOR_NONE || connectors[i].cost < connectors[best].cost)
            best = i;
    }
    return best;
}

uint16_t connector_name_hash(uint8_t connector)
{
    const char *name = connectors[connector].name;

    return (uint16_t)crc32_add(0, (const uint8_t *)name, strlen(name));
}
