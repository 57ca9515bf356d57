/* SPDX-License-Identifier: MIT */
/*
 * ethernet.c: the MAC with three receive buffers and one to send from: 6,192 bytes in all.
 *
 * The DMA follows a ring of descriptors. Bit 31 of a size says, for a receive descriptor, that
 * it is the DMA's; for the transmit descriptor, that it is idle. The interrupt notes an event
 * and rests; it is level-triggered, so switching it on again loses nothing. When a frame finds
 * no room the MAC stops receiving; giving a buffer back starts it again.
 *
 * Limit: the PHY has no interrupt line here, so a link change is seen by who asks for it.
 */
#include "board.h"

#include "port/port.h"

#define RECEIVE_BUFFERS 3u
#define BUFFER_SIZE     1536u /* what MAX_FRAME_LENGTH lets in, checksum and all */

static struct emac_registers {
    uint32_t cfg1, cfg2, gap, half_duplex, max_frame, reserved0[3];
    uint32_t mii_cfg, mii_command, mii_address, mii_control, mii_status, mii_busy;
    uint32_t reserved1[2];
    uint32_t station1, station2;
    uint32_t fifo_cfg[6];
    uint32_t reserved2[72];
    uint32_t tx_control, tx_descriptor, tx_status;
    uint32_t rx_control, rx_descriptor, rx_status;
    uint32_t irq_mask, irq;
} volatile *const emac = (volatile struct emac_registers *)BOARD_EMAC;

_Static_assert(offsetof(struct emac_registers, station1) == 0x40, "register map");
_Static_assert(offsetof(struct emac_registers, tx_control) == 0x180, "register map");

#define CFG1_RESET       0x80000000u
#define CFG1_RUN         5u      /* receive, transmit */
#define CFG2_FRAMES      0x7107u /* preamble 7, nibble mode, pad, checksum, full duplex */
#define FIFO_ENABLE      (31u << 8)
#define MII_CLOCK        7u /* the bus clock by 28: below 2.5 MHz */
#define MII_READ         1u
#define PHY_ADDRESS      1u
#define PHY_STATUS       1u /* BMSR */
#define PHY_STATUS_LINK  (1u << 2)
#define DMA_RUN          1u
#define TX_SENT          (1u << 0)
#define TX_UNDERRUN      (1u << 1)
#define RX_RECEIVED      (1u << 0)
#define RX_OVERFLOW      (1u << 2)
#define IRQ_TX_SENT      (TX_SENT)
#define IRQ_RX           (RX_RECEIVED << 4 | RX_OVERFLOW << 4)
#define DESCRIPTOR_EMPTY (1u << 31)
#define DESCRIPTOR_SIZE  0x7FFu

struct descriptor {
    uint32_t address, size, next;
};

static volatile struct descriptor rx_ring[RECEIVE_BUFFERS];
static volatile struct descriptor tx_ring;
static uint8_t rx_buffer[RECEIVE_BUFFERS][BUFFER_SIZE] __attribute__((aligned(4)));
static uint8_t tx_buffer[BUFFER_SIZE] __attribute__((aligned(4)));
static uint8_t rx_next; /* the descriptor that is read next */
static uint32_t dropped;

static uint32_t address_of(const volatile void *memory)
{
    return (uint32_t)(uintptr_t)memory;
}

static void receive_start(void)
{
    board_barrier();
    emac->rx_descriptor = address_of(&rx_ring[rx_next]);
    emac->rx_control = DMA_RUN;
}

/* The interrupt for a sent frame is wanted only while one is on its way. */
static void listen(void)
{
    emac->irq_mask = IRQ_RX | ((tx_ring.size & DESCRIPTOR_EMPTY) != 0 ? 0 : IRQ_TX_SENT);
}

void board_emac_interrupt(void)
{
    emac->irq_mask = 0;
    board_event();
}

static void rings_open(void)
{
    for (uint32_t i = 0; i < RECEIVE_BUFFERS; i++) {
        rx_ring[i].address = address_of(rx_buffer[i]);
        rx_ring[i].size = DESCRIPTOR_EMPTY;
        rx_ring[i].next = address_of(&rx_ring[(i + 1u) % RECEIVE_BUFFERS]);
    }
    tx_ring.address = address_of(tx_buffer);
    tx_ring.size = DESCRIPTOR_EMPTY;
    tx_ring.next = address_of(&tx_ring);
    rx_next = 0;
}

/* True when the factory gave this board an address; it then replaces the configured one. */
static bool factory_address(uint8_t mac[6])
{
    const volatile uint8_t *const field = (const volatile uint8_t *)BOARD_FACTORY_ADDRESS;

    if (field[0] != 'F' || field[1] != 'P' || (field[2] & 1u) != 0)
        return false;
    for (size_t i = 0; i < 6; i++)
        mac[i] = field[2 + i];
    return true;
}

bool port_net_open(uint8_t mac[6])
{
    (void)factory_address(mac);
    emac->cfg1 = CFG1_RESET;
    emac->cfg1 = 0;
    emac->cfg2 = CFG2_FRAMES;
    emac->max_frame = BUFFER_SIZE;
    emac->fifo_cfg[0] = FIFO_ENABLE;
    emac->mii_cfg = MII_CLOCK;
    emac->station1 =
        (uint32_t)mac[0] << 24 | (uint32_t)mac[1] << 16 | (uint32_t)mac[2] << 8 | mac[3];
    emac->station2 = (uint32_t)mac[4] << 24 | (uint32_t)mac[5] << 16;
    rings_open();
    emac->cfg1 = CFG1_RUN;
    receive_start();
    listen();
    CORE_NVIC_ISER0 = 1u << BOARD_IRQ_EMAC;
    return true;
}

/* One transfer on the management bus takes 64 of its clocks, below 30 us. */
bool port_net_link_up(void)
{
    bool up;

    emac->mii_address = PHY_ADDRESS << 8 | PHY_STATUS;
    emac->mii_command = MII_READ;
    while ((emac->mii_busy & 1u) != 0) {
    }
    up = (emac->mii_status & PHY_STATUS_LINK) != 0;
    emac->mii_command = 0;
    return up;
}

const uint8_t *port_net_receive(size_t *size)
{
    const uint32_t state = rx_ring[rx_next].size;

    if ((state & DESCRIPTOR_EMPTY) != 0) {
        listen();
        return NULL;
    }
    board_barrier();
    *size = state & DESCRIPTOR_SIZE;
    if (*size > PORT_FRAME_SIZE) /* with the checksum, which the stack has no use for */
        *size = PORT_FRAME_SIZE;
    return rx_buffer[rx_next];
}

/*
 * The MAC stops where all descriptors are full, that is before the oldest: the one given back
 * here. So it starts again at this one.
 */
void port_net_receive_done(void)
{
    board_barrier(); /* the frame has been read */
    rx_ring[rx_next].size = DESCRIPTOR_EMPTY;
    board_barrier();
    emac->rx_status = RX_RECEIVED; /* counts one frame down */
    if ((emac->rx_status & RX_OVERFLOW) != 0) {
        dropped++;
        emac->rx_status = RX_OVERFLOW;
        receive_start();
    }
    rx_next = (uint8_t)((rx_next + 1u) % RECEIVE_BUFFERS);
    listen();
}

uint8_t *port_net_transmit_buffer(void)
{
    if ((tx_ring.size & DESCRIPTOR_EMPTY) == 0) {
        listen();
        return NULL;
    }
    return tx_buffer;
}

/* The address of the descriptor is written each time: the MAC does not advance it. */
void port_net_transmit(size_t size)
{
    if ((emac->tx_status & TX_SENT) != 0)
        emac->tx_status = TX_SENT | TX_UNDERRUN; /* the last one: counts it down */
    board_barrier();
    tx_ring.size = (uint32_t)size & DESCRIPTOR_SIZE;
    board_barrier();
    emac->tx_descriptor = address_of(&tx_ring);
    emac->tx_control = DMA_RUN;
}

uint32_t port_net_dropped(void)
{
    return dropped;
}
