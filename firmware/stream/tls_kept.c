/* SPDX-License-Identifier: MIT */
/* tls_kept.c: reads the head of an anchor that the settings hold. */
#include "stream/tls_kept.h"

#include "base/bytes.h"
#include "base/cursor.h"

/* Octets of a point of a curve, uncompressed; 0: none of ours. */
static unsigned point_size(unsigned curve)
{
    static const uint8_t sizes[] = {65, 97,
                                    133}; /* secp256r1 is 23 (RFC 8422 section 5.1.1) */

    return curve - 23 < COUNT_OF(sizes) ? sizes[curve - 23] : 0;
}

bool tls_kept_is_good(const uint8_t *head, size_t size)
{
    unsigned e_size, key_size;

    if (size < TLS_KEPT_HEAD)
        return false;
    e_size = head[TLS_KEPT_E_SIZE];
    key_size = get_u16(head + TLS_KEPT_KEY_SIZE);
    if (head[TLS_KEPT_CURVE] != 0)
        return e_size == 0 && key_size == point_size(head[TLS_KEPT_CURVE]) && key_size > 0;
    return e_size - 1 < 8 && key_size >= e_size + 256 && key_size <= e_size + 512;
}

/*
 * Years are counted from 1 March, so that a leap day is the last of its year; the lengths of
 * months from March on then repeat as (153 m + 2) / 5. Each fourth year is a leap year, so that
 * from March 2100 on the day is one too late, and it gets no worse before 2200.
 */
uint32_t tls_kept_last_day(const uint8_t head[TLS_KEPT_HEAD])
{
    struct cursor digits = cursor_over(head + TLS_KEPT_LAST_DAY, 8);
    uint32_t date, year, month, day;

    if (!cursor_decimal(&digits, 99999999, &date) || digits.left > 0)
        return 0;
    year = date / 10000;
    month = date / 100 % 100 - 1;
    day = date % 100;
    if (year < 1970 || month >= 12 || day == 0 || day > 31)
        return 0;
    year -= month < 2;
    month = (month + 10) % 12;
    return 365 * year + year / 4 + (153 * month + 2) / 5 + day - 719484;
}

void tls_kept_put(struct text *t, const uint8_t head[TLS_KEPT_HEAD])
{
    static const uint16_t curve_bits[] = {256, 384, 521};
    unsigned curve = head[TLS_KEPT_CURVE];
    unsigned octets = get_u16(head + TLS_KEPT_KEY_SIZE) - head[TLS_KEPT_E_SIZE];

    text_printf(t, "key=%s-%u last_day=", curve == 0 ? "rsa" : "p",
                curve == 0 ? 8 * octets : curve_bits[curve - 23]);
    text_add_clean(t, head + TLS_KEPT_LAST_DAY, 8);
    text_add(t, " pin=");
    for (unsigned i = 0; i < TLS_KEPT_PIN_SIZE; i++)
        text_printf(t, "%02x", head[TLS_KEPT_PIN + i]);
    text_add(t, "...");
}
