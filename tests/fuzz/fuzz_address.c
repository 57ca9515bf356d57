/* SPDX-License-Identifier: MIT */
/* sources: firmware/mail/address.c firmware/base/ip_text.c firmware/base/cursor.c firmware/base/text.c */
/* fuzz_address.c: any octets as a path; what is accepted is clean and lies inside. */
#include "mail/address.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void check_inside(struct cursor part, const uint8_t *bytes, size_t size)
{
    if (part.left == 0)
        return;
    if (part.at < bytes || part.at + part.left > bytes + size)
        abort();
    while (part.left > 0) {
        int octet = cursor_next(&part);

        if (octet < 0x20 || octet > 0x7e)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    for (int null_allowed = 0; null_allowed < 2; null_allowed++) {
        struct cursor c = cursor_over(bytes, size);
        struct address address;
        enum address_result result = address_read_path(&c, null_allowed != 0, &address);

        if (result == ADDRESS_SYNTAX) {
            if (c.left != size)
                abort();
            continue;
        }
        check_inside(address.mailbox, bytes, size);
        check_inside(address.local, bytes, size);
        check_inside(address.domain, bytes, size);
        if (result != ADDRESS_TOO_LONG &&
            (address.local.left > 64 || address.domain.left > 255))
            abort();
        if (result == ADDRESS_OK && address.domain.left > 0 &&
            (!address_read_mailbox(address.mailbox, &address) ||
             !address_is_host(address.domain)))
            abort();
        address_asks_to_relay(&address);
    }
    address_is_host(cursor_over(bytes, size));
    return 0;
}
