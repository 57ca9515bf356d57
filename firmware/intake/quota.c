/* SPDX-License-Identifier: MIT */
/*
 * quota.c: the sources that use most are known one by one. Whoever is not among them inherits
 * the least counts in the table: one who changes address with each letter gains nothing, and all
 * sources together have at most QUOTA_SOURCES quotas.
 */
#include "intake/quota.h"

#include "base/bytes.h"
#include "base/one_copy.h"
#include "config/config.h"

#include <string.h>

static struct {
    uint32_t since_ms; /* low part of the uptime */
    struct quota {
        uint32_t source; /* CRC-32 of its address */
        uint32_t octets;
        uint32_t letters;
    } quotas[QUOTA_SOURCES];
} table;

static struct quota *quota_of(const char *source)
{
    uint32_t wanted = crc32_add(0, (const uint8_t *)source, strlen(source));
    struct quota *least = &table.quotas[0];

    for (size_t i = 0; i < COUNT_OF(table.quotas); i++) {
        struct quota *quota = &table.quotas[i];

        if (quota->source == wanted)
            return quota;
        if (quota->octets < least->octets)
            least = quota;
    }
    least->source = wanted;
    return least;
}

bool quota_allows(const char *source, uint32_t octets, const struct clock *now)
{
    const struct quota *quota;

    if ((uint32_t)now->uptime_ms - table.since_ms >= CONFIG_INTAKE_QUOTA_S * 1000u) {
        memset(&table, 0, sizeof table);
        table.since_ms = (uint32_t)now->uptime_ms;
    }
    quota = quota_of(source);
    return quota->letters < CONFIG_INTAKE_QUOTA_LETTERS &&
           quota->octets < CONFIG_INTAKE_QUOTA_OCTETS &&
           octets <= CONFIG_INTAKE_QUOTA_OCTETS - quota->octets;
}

ONE_COPY bool quota_count(const char *source, uint32_t letters, uint32_t octets)
{
    struct quota *quota = quota_of(source);

    quota->letters += letters;
    quota->octets += octets;
    return quota->octets <= CONFIG_INTAKE_QUOTA_OCTETS;
}
