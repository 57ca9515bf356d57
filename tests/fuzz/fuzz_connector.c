/* SPDX-License-Identifier: MIT */
/* sources: firmware/base/cursor.c firmware/base/crc32.c */
/*
 * fuzz_connector.c: any octets as the domain of a recipient, and as the sender; and as address
 * spaces of a connector. A second, plain judge says how closely they fit.
 */
#undef CONFIG_FILE
#define CONFIG_FILE "unit/connectors_config.h"
#include "mail/connector.c"

#include <stdlib.h>
#include <strings.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static bool same(const uint8_t *one, const uint8_t *other, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (octet_lower(one[i]) != octet_lower(other[i]))
            return false;
    }
    return true;
}

/* Of the space at `space`: 0, its length for "*.x", more for a whole domain. */
static unsigned judge_word(const uint8_t *space, size_t length, const uint8_t *domain,
                           size_t size)
{
    if (space[0] == '*') {
        bool fits =
            size >= length && same(space + 1, domain + size - (length - 1), length - 1);

        return fits ? (unsigned)length : 0;
    }
    return size == length && same(space, domain, size) ? (unsigned)length + 256 : 0;
}

static unsigned judge(const char *spaces, const uint8_t *domain, size_t size)
{
    unsigned best = 0;

    while (*(spaces += strspn(spaces, " ")) != '\0') {
        size_t length = strcspn(spaces, " ");
        unsigned fit = judge_word((const uint8_t *)spaces, length, domain, size);

        best = fit > best ? fit : best;
        spaces += length;
    }
    return best;
}

static void check_domain(const uint8_t *domain, size_t size)
{
    uint8_t chosen = connector_for(cursor_over(domain, size), CONNECTORS_ALL);
    unsigned best = 0;

    for (uint8_t i = 0; i < CONFIG_CONNECTOR_COUNT; i++) {
        unsigned fit = judge(connectors[i].spaces, domain, size);

        if (fit != connector_fit(i, cursor_over(domain, size)))
            abort();
        best = fit > best ? fit : best;
    }
    if ((chosen == CONNECTOR_NONE) != (best == 0))
        abort();
    if (best > 0 && judge(connectors[chosen].spaces, domain, size) != best)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    size_t half;
    struct cursor space, list;

    if (size < 1 || size > 300)
        return 0;
    half = bytes[0] % size;
    bytes++;
    size--;
    check_domain(bytes, size);
    if ((connectors_for_letter(cursor_over(bytes, size), 0) & ~CONNECTORS_ALL) != 0)
        abort();
    list = cursor_over(bytes, half);
    while (next_word(&list, &space)) {
        if (space_fit(space, cursor_over(bytes + half, size - half)) !=
            judge_word(space.at, space.left, bytes + half, size - half))
            abort();
    }
    return 0;
}
