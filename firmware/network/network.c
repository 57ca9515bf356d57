/* SPDX-License-Identifier: MIT */
/*
 * network.c: one Ethernet interface over the port's frames, its addresses, and the functions
 * that lwIP asks of us (config/lwipopts.h, config/lwip_hooks.h).
 */
#include "network/network.h"
#include "network/network_clock.h"

#include "stream/address_text.h"

#include "base/bytes.h"
#include "base/cursor.h"
#include "base/log.h"
#include "crypto/random.h"

#include "config/config.h"
#include "config/lwip_hooks.h"
#include "port/port.h"

#include <string.h>

#include "lwip/dhcp.h"
#include "lwip/etharp.h"
#include "lwip/ethip6.h"
#include "lwip/init.h"
#include "lwip/netif.h"
#include "lwip/pbuf.h"
#include "lwip/stats.h"
#include "lwip/sys.h"
#include "lwip/timeouts.h"

#define FRAMES_A_POLL       8
#define LINK_CHECK_MS       500
#define ETHERNET_MTU        1500
#define ADDRESSES_TEXT_SIZE (1 + 4 * 40) /* one IPv4 and three IPv6, a blank before each */
#define IPV4_BIT            1U           /* of `usable`; address n of IPv6 has bit n + 1 */

static struct {
    struct netif netif;
    bool present;
    bool link;
    uint8_t usable;
    uint64_t link_check_ms; /* uptime of the next look at the link */
} net;

/* ---- What lwIP asks of us ---------------------------------------------------------------- */

u32_t sys_now(void)
{
    return (u32_t)port_uptime_ms();
}

static size_t put_address(uint8_t *to, const ip_addr_t *address)
{
    size_t count;
    const uint8_t *octets = address_octets(address, &count);

    memcpy(to, octets, count);
    return count;
}

/* RFC 6528 section 3: a clock of 4 us, plus a keyed hash of the connection's two ends. */
u32_t network_tcp_isn(const ip_addr_t *local, u16_t local_port, const ip_addr_t *remote,
                      u16_t remote_port)
{
    uint8_t ends[36];
    size_t size = 4;

    put_u16(ends, local_port);
    put_u16(ends + 2, remote_port);
    size += put_address(ends + size, local);
    size += put_address(ends + size, remote);
    return (u32_t)(port_uptime_ms() * 250) + random_keyed(ends, size);
}

/* ---- Frames ------------------------------------------------------------------------------ */

static err_t send_frame(struct netif *netif, struct pbuf *p)
{
    size_t size = p->tot_len - ETH_PAD_SIZE;
    uint8_t *buffer;

    (void)netif;
    if (size > PORT_FRAME_SIZE)
        return ERR_BUF;
    buffer = port_net_transmit_buffer();
    if (buffer == NULL)
        return ERR_MEM;
    pbuf_copy_partial(p, buffer, (u16_t)size, ETH_PAD_SIZE);
    port_net_transmit(size);
    return ERR_OK;
}

/* False when there was no frame. One that no pool can hold is lost, as on the wire. */
static bool receive_frame(void)
{
    size_t size;
    const uint8_t *frame = port_net_receive(&size);
    struct pbuf *p;

    if (frame == NULL)
        return false;
    p = pbuf_alloc(PBUF_RAW, (u16_t)(size + ETH_PAD_SIZE), PBUF_POOL);
    if (p != NULL)
        pbuf_take_at(p, frame, (u16_t)size, ETH_PAD_SIZE);
    port_net_receive_done();
    if (p != NULL && net.netif.input(p, &net.netif) != ERR_OK)
        pbuf_free(p);
    return true;
}

/* ---- The interface ----------------------------------------------------------------------- */

/* "02:46:50:00:00:01"; a first octet with the group bit is no station's address. */
static bool read_mac(const char *text, uint8_t mac[6])
{
    struct cursor c = cursor_over(text, strlen(text));
    uint32_t octet;

    if (c.left != sizeof "02:46:50:00:00:01" - 1)
        return false;
    for (size_t i = 0; i < 6; i++) {
        if ((i > 0 && !cursor_skip(&c, ':')) || !cursor_hex(&c, 2, &octet))
            return false;
        mac[i] = (uint8_t)octet;
    }
    return (mac[0] & 1) == 0;
}

static err_t set_up_netif(struct netif *netif)
{
    netif->name[0] = 'e';
    netif->name[1] = 'n';
    netif->mtu = ETHERNET_MTU;
    netif->hwaddr_len = ETH_HWADDR_LEN;
    netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET;
    netif->output = etharp_output;
    netif->linkoutput = send_frame;
#if LWIP_IPV6
    netif->flags |= NETIF_FLAG_MLD6;
    netif->output_ip6 = ethip6_output;
#endif
    return ERR_OK;
}

static void start_ipv6(void)
{
#if LWIP_IPV6
    netif_create_ip6_linklocal_address(&net.netif, 1);
    netif_set_ip6_autoconfig_enabled(&net.netif, 1);
#endif
}

#if CONFIG_NET_IPV4 == NET_IPV4_DHCP
static void start_ipv4(void)
{
    if (dhcp_start(&net.netif) != ERR_OK)
        log_write(LOG_ERROR, "network", "no-dhcp", "cause=memory");
}

static bool ipv4_usable(void)
{
    return dhcp_supplied_address(&net.netif) != 0;
}
#elif CONFIG_NET_IPV4 == NET_IPV4_STATIC
static void start_ipv4(void)
{
    ip4_addr_t address, netmask, gateway;

    if (!ip4addr_aton(CONFIG_NET_IPV4_ADDRESS, &address) ||
        !ip4addr_aton(CONFIG_NET_IPV4_NETMASK, &netmask)) {
        log_write(LOG_ERROR, "network", "bad-address", "see=CONFIG_NET_IPV4_ADDRESS");
        return;
    }
    if (!ip4addr_aton(CONFIG_NET_IPV4_GATEWAY, &gateway))
        ip4_addr_set_zero(&gateway);
    netif_set_addr(&net.netif, &address, &netmask, &gateway);
}

static bool ipv4_usable(void)
{
    return !ip4_addr_isany(netif_ip4_addr(&net.netif));
}
#else
static void start_ipv4(void)
{
}

static bool ipv4_usable(void)
{
    return false;
}
#endif

void network_init(void)
{
    uint8_t mac[6];

    lwip_init();
    if (!read_mac(CONFIG_NET_MAC, mac)) {
        log_write(LOG_ERROR, "network", "bad-address", "see=CONFIG_NET_MAC");
        return;
    }
    if (!port_net_open(mac)) {
        log_write(LOG_WARNING, "network", "no-interface", "");
        return;
    }
    memcpy(net.netif.hwaddr, mac, sizeof mac);
    netif_add_noaddr(&net.netif, NULL, set_up_netif, netif_input);
    netif_set_default(&net.netif);
    netif_set_up(&net.netif);
    net.present = true;
    start_ipv6();
    start_ipv4();
}

/* ---- Link and addresses ------------------------------------------------------------------ */

/* lwIP asks its DHCP server and its routers anew when the link comes back. */
static void look_at_link(uint64_t now_ms)
{
    bool up = port_net_link_up();

    net.link_check_ms = now_ms + LINK_CHECK_MS;
    if (up == net.link)
        return;
    net.link = up;
    log_write(LOG_INFO, "network", "%s", "", up ? "link-up" : "link-down");
    if (up)
        netif_set_link_up(&net.netif);
    else
        netif_set_link_down(&net.netif);
}

#if LWIP_IPV6
static bool ipv6_usable(int i)
{
    return ip6_addr_ispreferred(netif_ip6_addr_state(&net.netif, i)) &&
           !ip6_addr_islinklocal(netif_ip6_addr(&net.netif, i));
}

static unsigned usable_ipv6(void)
{
    unsigned usable = 0;

    for (int i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++) {
        if (ipv6_usable(i))
            usable |= IPV4_BIT << (i + 1);
    }
    return usable;
}

#else
static unsigned usable_ipv6(void)
{
    return 0;
}
#endif

static const ip_addr_t *address_of(int bit)
{
#if LWIP_IPV6
    if (bit > 0)
        return netif_ip_addr6(&net.netif, bit - 1);
#else
    (void)bit;
#endif
    return netif_ip_addr4(&net.netif);
}

/* Each address of the set with a blank in front. */
static void put_set(struct text *t, unsigned set)
{
    char address[ADDRESS_TEXT_SIZE];

    for (int bit = 0; set >> bit != 0; bit++) {
        if ((set >> bit & 1) == 0)
            continue;
        address_text(address_of(bit), address);
        text_printf(t, " %s", address);
    }
}

static void look_at_addresses(void)
{
    unsigned usable = 0, fresh;
    char buffer[ADDRESSES_TEXT_SIZE];
    struct text line;

    if (net.link)
        usable = (ipv4_usable() ? IPV4_BIT : 0) | usable_ipv6();
    fresh = usable & ~(unsigned)net.usable;
    net.usable = (uint8_t)usable;
    if (fresh == 0)
        return;
    text_init(&line, buffer, sizeof buffer);
    put_set(&line, fresh);
    log_write(LOG_INFO, "network", "address", "ip=%s", buffer + 1);
    network_clock_restart();
}

uint32_t network_poll(void)
{
    uint64_t now_ms = port_uptime_ms();
    unsigned frames = 0;
    uint64_t link_ms;
    size_t clock_ms;

    if (!net.present)
        return UINT32_MAX;
    if (now_ms >= net.link_check_ms)
        look_at_link(now_ms);
    while (frames < FRAMES_A_POLL && receive_frame())
        frames++;
    sys_check_timeouts();
    look_at_addresses();
    clock_ms = network_clock_poll();
    if (frames == FRAMES_A_POLL)
        return 0;
    link_ms = net.link_check_ms > now_ms ? net.link_check_ms - now_ms : 0;
    return (uint32_t)min_size(clock_ms,
                              LWIP_MIN((uint32_t)link_ms, sys_timeouts_sleeptime()));
}

/* ---- What others ask --------------------------------------------------------------------- */

enum network_state network_state(void)
{
    if (!net.present)
        return NETWORK_NO_INTERFACE;
    if (!net.link)
        return NETWORK_NO_LINK;
    return net.usable != 0 ? NETWORK_UP : NETWORK_NO_ADDRESS;
}

const char *network_state_name(enum network_state state)
{
    static const char *const name[] = {
        [NETWORK_NO_INTERFACE] = "no-interface",
        [NETWORK_NO_LINK] = "no-link",
        [NETWORK_NO_ADDRESS] = "no-address",
        [NETWORK_UP] = "up",
    };

    return name[state];
}

void network_put_addresses(struct text *t)
{
    char buffer[ADDRESSES_TEXT_SIZE];
    struct text set;

    text_init(&set, buffer, sizeof buffer);
    put_set(&set, net.usable);
    text_add(t, set.length > 0 ? buffer + 1 : "none");
}

uint32_t network_pool_errors(void)
{
    uint32_t errors = lwip_stats.mem.err;

    for (size_t i = 0; i < MEMP_MAX; i++)
        errors += lwip_stats.memp[i]->err;
    return errors;
}
