/* SPDX-License-Identifier: MIT */
/* address_text.c: between lwIP's addresses and base/ip_text.h. */
#include "stream/address_text.h"

#include "base/ip_text.h"

#include <string.h>

const uint8_t *address_octets(const ip_addr_t *address, size_t *count)
{
#if LWIP_IPV6
    if (IP_IS_V6(address)) {
        *count = IPV6_OCTETS;
        return (const uint8_t *)ip_2_ip6(address)->addr;
    }
#endif
    *count = IPV4_OCTETS;
    return (const uint8_t *)&ip_2_ip4(address)->addr;
}

void address_text(const ip_addr_t *address, char text[ADDRESS_TEXT_SIZE])
{
    struct text t;
    size_t count;
    const uint8_t *octets = address_octets(address, &count);

    text_init(&t, text, ADDRESS_TEXT_SIZE);
    ip_put(&t, octets, count);
}

bool address_read(const char *text, ip_addr_t *address)
{
    struct cursor c = cursor_over(text, strlen(text));
    uint8_t octets[IPV6_OCTETS];
    size_t count = ip_read(&c, octets);

    memset(address, 0, sizeof *address);
    if (count == IPV4_OCTETS) {
        memcpy(&ip_2_ip4(address)->addr, octets, IPV4_OCTETS);
        IP_SET_TYPE(address, IPADDR_TYPE_V4);
    }
#if LWIP_IPV6
    if (count == IPV6_OCTETS) {
        memcpy(ip_2_ip6(address)->addr, octets, IPV6_OCTETS);
        IP_SET_TYPE(address, IPADDR_TYPE_V6);
    }
#else
    if (count == IPV6_OCTETS)
        return false;
#endif
    return count > 0 && c.left == 0;
}
