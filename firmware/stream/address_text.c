/* SPDX-License-Identifier: MIT */
/* address_text.c: lwIP writes IPv6 in upper case; everything else in lower is what is wanted. */
#include "stream/address_text.h"

void address_text(const ip_addr_t *address, char text[ADDRESS_TEXT_SIZE])
{
    text[0] = '\0';
    (void)ipaddr_ntoa_r(address, text, ADDRESS_TEXT_SIZE);
    for (char *c = text; *c != '\0'; c++) {
        if (*c >= 'A' && *c <= 'F')
            *c = (char)(*c + ('a' - 'A'));
    }
}
