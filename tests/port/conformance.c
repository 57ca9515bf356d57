/* SPDX-License-Identifier: MIT */
/*
 * conformance.c: holds a port to port/port.h. It takes the place of firmware/main.c and prints
 * a line `ok N ...` or `not ok N ...` for each promise, `#` lines beside, and at the end
 * `conformance: ok` or `conformance: not ok`.
 *
 * It runs over several starts: power on, a reset, and one more for each fault the board can be
 * made to have (end.h). A page in the flash counts the starts. The last two sectors of the
 * flash are overwritten. The network must answer ARP for 10.0.2.2 (the emulator's and the host
 * program's slirp do). A few line ends (the first bytes may come before the UART is set up),
 * the word "conformance" and a line end, sent to the console at the start, let it check the
 * receiving side; without them that check is skipped.
 */
#include "tests/port/end.h"

#include "port/port.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int main(void);

static unsigned checks, failures;
static struct port_nor_geometry part;
static uint8_t page[256], want[256];

/* ---- Words ---- */

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void say(const char *format, ...)
{
    char line[128];
    size_t sent = 0;
    int n;
    va_list list;

    va_start(list, format);
    n = vsnprintf(line, sizeof line, format, list);
    va_end(list);
    while (n > 0 && sent < (size_t)n && sent < sizeof line - 1) {
        const size_t moved = port_console_write(line + sent, (size_t)n - sent);

        sent += moved;
        if (moved == 0)
            port_sleep(10);
    }
}

static void check(bool holds, const char *what)
{
    checks++;
    failures += holds ? 0 : 1;
    say("%s %u %s\r\n", holds ? "ok" : "not ok", checks, what);
}

/* ---- The page of the starts ---- */

/* Each start that went well programs one unit more, in the first page of this sector. */
static uint32_t starts_page(void)
{
    return part.size - 2 * part.sector_size;
}

static bool starts_note(uint32_t unit)
{
    memset(want, 0, sizeof want);
    return port_nor_program(starts_page() + unit * part.unit_size, want, part.unit_size) ==
               PORT_NOR_OK &&
           port_nor_sync() == PORT_NOR_OK;
}

/* The last unit says that the run is over: where nothing outside ends it, it is not run again. */
static uint32_t unit_over(void)
{
    return part.page_size / part.unit_size - 1;
}

static bool starts_over(void)
{
    return port_start_cause() != PORT_START_POWER &&
           port_nor_read(starts_page() + unit_over() * part.unit_size, page, 1) ==
               PORT_NOR_OK &&
           page[0] == 0;
}

static void verdict(void)
{
    if (part.unit_size != 0)
        (void)starts_note(unit_over());
    say("conformance: %s\r\n", failures == 0 ? "ok" : "not ok");
    port_sleep(20);
    conformance_end(failures == 0);
}

/* ---- Time and sleep ---- */

static void check_time(void)
{
    const uint64_t start = port_uptime_ms();
    const uint32_t awake = port_awake_us();
    uint64_t last = start, last_awake = awake;
    bool forward = true;

    while (last < start + 50) {
        const uint64_t now = port_uptime_ms();
        const uint32_t now_awake = port_awake_us();

        forward = forward && now >= last && now_awake >= last_awake;
        last = now;
        last_awake = now_awake;
    }
    check(forward, "time: never goes back over 50 ms of reading");
    check(port_awake_us() - awake >= 1000, "time: being busy counts as awake");
}

static void check_sleep(void)
{
    const uint64_t start = port_uptime_ms();
    const uint32_t awake = port_awake_us();
    uint64_t now = start;
    unsigned returns = 0;

    while (now < start + 300) {
        port_sleep((uint32_t)(start + 300 - now));
        now = port_uptime_ms();
        returns++;
    }
    check(now <= start + 400, "sleep: returns when its time is over");
    check(returns < 100, "sleep: does sleep");
    check(port_awake_us() - awake < 100000, "sleep: does not count as awake");
    for (now = port_uptime_ms(), returns = 0; returns < 1000; returns++)
        port_sleep(0);
    check(port_uptime_ms() - now < 500, "sleep: of 0 ms returns at once");
}

/* ---- NOR flash ---- */

static bool nor_erase(uint32_t address)
{
    const uint64_t end = port_uptime_ms() + 20000;
    enum port_nor_result result;

    if (port_nor_erase_start(address) != PORT_NOR_OK)
        return false;
    do
        result = port_nor_erase_poll();
    while (result == PORT_NOR_BUSY && port_uptime_ms() < end);
    return result == PORT_NOR_OK;
}

static bool nor_holds(uint32_t address, const uint8_t *bytes, size_t size)
{
    memset(page, 0x5A, sizeof page);
    return port_nor_read(address, page, size) == PORT_NOR_OK &&
           memcmp(page, bytes, size) == 0;
}

static bool nor_blank(uint32_t address, uint32_t size)
{
    bool blank = true;

    for (uint32_t i = 0; i < size && blank; i += sizeof page) {
        blank = port_nor_read(address + i, page, sizeof page) == PORT_NOR_OK;
        for (size_t k = 0; k < sizeof page; k++)
            blank = blank && page[k] == 0xFF;
    }
    return blank;
}

static void check_nor_geometry(void)
{
    check(part.sector_size != 0 && part.size % part.sector_size == 0 &&
              part.size / part.sector_size >= 4,
          "nor: whole sectors, at least four");
    check(part.page_size != 0 && part.sector_size % part.page_size == 0 &&
              part.page_size <= sizeof page,
          "nor: whole pages in a sector, of at most 256 bytes");
    check(part.unit_size != 0 && part.page_size % part.unit_size == 0,
          "nor: whole units in a page");
}

static void check_nor_refusals(void)
{
    const uint32_t last = part.size - part.sector_size;

    memset(want, 0xFF, sizeof want);
    check(port_nor_read(part.size, page, 1) == PORT_NOR_FAILED &&
              port_nor_read(part.size - 1, page, 2) == PORT_NOR_FAILED &&
              port_nor_read(UINT32_MAX, page, 2) == PORT_NOR_FAILED,
          "nor: refuses to read beyond the part");
    check(port_nor_program(last, want, 0) == PORT_NOR_FAILED,
          "nor: refuses to program nothing");
    check(port_nor_program(last + part.page_size - 1, want, 2) == PORT_NOR_FAILED &&
              port_nor_program(last + 1, want, part.page_size) == PORT_NOR_FAILED,
          "nor: refuses to program across pages");
    check(port_nor_program(part.size, want, 16) == PORT_NOR_FAILED,
          "nor: refuses to program beyond the part");
    check(port_nor_erase_start(last - part.page_size) == PORT_NOR_FAILED &&
              port_nor_erase_start(part.size) == PORT_NOR_FAILED,
          "nor: refuses an erase not aligned, or beyond the part");
}

static void fill(uint32_t seed)
{
    for (size_t i = 0; i < sizeof want; i++) {
        seed = seed * 1664525u + 1013904223u;
        want[i] = (uint8_t)(seed >> 24);
    }
}

static void check_nor_program(void)
{
    const uint32_t last = part.size - part.sector_size, before = last - part.sector_size;
    bool parts = true;

    check(nor_erase(before) && nor_erase(last) && nor_blank(before, part.sector_size) &&
              nor_blank(last, part.sector_size),
          "nor: an erased sector is all ones");
    fill(1);
    check(port_nor_program(last, want, part.page_size) == PORT_NOR_OK &&
              nor_holds(last, want, part.page_size) &&
              nor_blank(last + part.page_size, part.page_size),
          "nor: a page is programmed, its neighbour is not");
    for (uint32_t n = 1; n <= part.page_size; n += n < 40 ? 1 : 31)
        parts = parts && port_nor_read(last + part.page_size - n, page, n) == PORT_NOR_OK &&
                memcmp(page, want + part.page_size - n, n) == 0;
    check(parts, "nor: reads of every length and alignment agree");
    check(port_nor_program(last + part.page_size + part.unit_size, want, part.unit_size) ==
                  PORT_NOR_OK &&
              nor_holds(last + part.page_size + part.unit_size, want, part.unit_size) &&
              nor_blank(last + part.page_size * 2, part.page_size),
          "nor: one unit is programmed");
    check(port_nor_sync() == PORT_NOR_OK, "nor: sync succeeds");
    check(port_nor_program(before + part.page_size, want, part.unit_size) == PORT_NOR_OK &&
              nor_erase(last) && nor_blank(last, part.sector_size) &&
              nor_holds(before + part.page_size, want, part.unit_size),
          "nor: an erase takes its own sector only");
}

/* Bits only fall: a second program is refused and changes nothing, or it is an AND. */
static void check_nor_and(void)
{
    const uint32_t address = part.size - part.sector_size;
    uint8_t first[16], second[16];
    bool holds;

    memset(first, 0x3C, sizeof first);
    memset(second, 0x5A, sizeof second);
    memset(want, 0x3C, sizeof want);
    holds = port_nor_program(address, first, sizeof first) == PORT_NOR_OK;
    if (port_nor_program(address, second, sizeof second) == PORT_NOR_OK)
        memset(want, 0x3C & 0x5A, sizeof want);
    check(holds && nor_holds(address, want, sizeof first), "nor: bits only fall");
    check(nor_erase(address), "nor: the sector erases again");
}

static void say_nor_speed(void)
{
    const uint32_t start = port_awake_us();

    for (unsigned i = 0; i < 256; i++)
        (void)port_nor_read(i * 256u, page, sizeof page);
    say("# nor: %lu ns for a read of 256 bytes\r\n",
        (unsigned long)((port_awake_us() - start) * 1000u / 256u));
}

static void check_nor(void)
{
    check_nor_geometry();
    check_nor_refusals();
    check_nor_program();
    check_nor_and();
    say_nor_speed();
}

/* ---- Entropy ---- */

static void check_entropy(void)
{
    uint8_t a[32] = {0}, b[32] = {0};
    const size_t n = port_entropy(a, sizeof a);

    if (n == 0) {
        say("# entropy: this board has none\r\n");
        return;
    }
    check(n <= sizeof a && port_entropy(b, sizeof b) > 0 && memcmp(a, b, sizeof a) != 0,
          "entropy: two draws differ");
}

/* ---- Ethernet ---- */

static uint8_t station[6] = {0x02, 0x46, 0x50, 0x00, 0x00, 0x01};

/* An ARP request of 10.0.2.15 for 10.0.2.2. */
static bool arp_ask(void)
{
    static const uint8_t fixed[] = {0x08, 0x06, 0, 1, 8, 0, 6, 4, 0, 1};
    static const uint8_t from[] = {10, 0, 2, 15}, to[] = {10, 0, 2, 2};
    uint8_t *frame = port_net_transmit_buffer();

    if (frame == NULL)
        return false;
    memset(frame, 0, 60);
    memset(frame, 0xFF, 6);
    memcpy(frame + 6, station, 6);
    memcpy(frame + 12, fixed, sizeof fixed);
    memcpy(frame + 22, station, 6);
    memcpy(frame + 28, from, 4);
    memcpy(frame + 38, to, 4);
    port_net_transmit(60);
    return true;
}

static bool is_answer(const uint8_t *frame, size_t size)
{
    static const uint8_t from[] = {10, 0, 2, 2};

    return size >= 42 && size <= PORT_FRAME_SIZE && memcmp(frame, station, 6) == 0 &&
           frame[12] == 0x08 && frame[13] == 0x06 && frame[21] == 2 &&
           memcmp(frame + 28, from, 4) == 0;
}

/* Takes all frames there are; how many of them answered. */
static unsigned net_drain(void)
{
    unsigned answers = 0;
    size_t size;
    const uint8_t *frame;

    while ((frame = port_net_receive(&size)) != NULL) {
        answers += is_answer(frame, size) ? 1 : 0;
        port_net_receive_done();
    }
    return answers;
}

/* Sleeps first: what came before it must end the sleep just as what comes in it. */
static unsigned net_wait(uint32_t ms)
{
    const uint64_t end = port_uptime_ms() + ms;
    unsigned answers = 0;

    for (uint64_t now = end - ms; answers == 0 && now < end; now = port_uptime_ms()) {
        port_sleep((uint32_t)(end - now));
        answers = net_drain();
    }
    return answers;
}

static void check_net_event(void)
{
    const uint64_t start = port_uptime_ms();

    check(arp_ask() && net_wait(5000) > 0, "net: an ARP request is answered");
    check(port_uptime_ms() - start < 1000, "net: a frame ends a sleep of 5 s");
}

/* Far more frames than there are buffers, with nobody reading, and then one that is read. */
static void check_net_overflow(void)
{
    bool sent = true;
    unsigned answers = 0;

    for (unsigned i = 0; i < 300; i++) {
        sent = arp_ask() && sent;
        if (i % 50 == 0)
            port_sleep(20);
    }
    port_sleep(100);
    for (unsigned i = 0; i < 20; i++) {
        answers += net_drain();
        port_sleep(10);
    }
    say("# net: %u of 300 answers taken, %lu dropped\r\n", answers,
        (unsigned long)port_net_dropped());
    check(sent, "net: there is always a buffer for the next frame");
    check(arp_ask() && net_wait(5000) > 0, "net: receives again after an overflow");
}

static void check_net(void)
{
    const uint64_t end = port_uptime_ms() + 5000;

    if (!port_net_open(station)) {
        say("# net: no interface\r\n");
        return;
    }
    say("# net: station %02x:%02x:%02x:%02x:%02x:%02x\r\n", station[0], station[1],
        station[2], station[3], station[4], station[5]);
    while (!port_net_link_up() && port_uptime_ms() < end)
        port_sleep(50);
    check(port_net_link_up(), "net: the link comes up");
    check(port_net_transmit_buffer() != NULL, "net: a buffer to send from");
    check_net_event();
    check_net_overflow();
}

/* ---- Console ---- */

static void check_console_write(void)
{
    static const char line[] =
        "# console: 0123456789 abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ\r\n";
    const uint64_t end = port_uptime_ms() + 5000;
    bool bounded = true;
    size_t sent = 0;

    while (sent < sizeof line - 1 && port_uptime_ms() < end) {
        const size_t n = port_console_write(line + sent, sizeof line - 1 - sent);

        bounded = bounded && n <= sizeof line - 1 - sent;
        sent += n;
        if (n == 0)
            port_sleep(1000);
    }
    check(bounded && sent == sizeof line - 1, "console: takes a line");
    check(port_console_write(line, 0) == 0, "console: takes nothing of nothing");
}

static void check_console_read(void)
{
    static const char typed[] = "conformance\n";
    const uint64_t end = port_uptime_ms() + 2000;
    char got[sizeof typed];
    size_t n = 0;

    while (n < sizeof typed - 1 && port_uptime_ms() < end) {
        const size_t more = port_console_read(got + n, n < 3 ? 1 : sizeof typed - 1 - n);

        n += n == 0 && more > 0 && got[0] != typed[0] ? 0 : more;
        if (more == 0)
            port_sleep(100);
    }
    if (n == 0)
        say("# console: nothing typed, receiving not checked\r\n");
    else
        check(n == sizeof typed - 1 && memcmp(got, typed, n) == 0,
              "console: bytes come whole and in order");
}

/* ---- Memory marks ---- */

static unsigned __attribute__((noinline)) use_stack(void)
{
    volatile uint8_t hole[1024];

    for (size_t i = 0; i < sizeof hole; i++)
        hole[i] = (uint8_t)i;
    return hole[port_uptime_ms() % sizeof hole];
}

static void check_stack(void)
{
    const size_t size = port_stack_size();

    (void)use_stack();
    if (size == 0) {
        say("# stack: cannot be told\r\n");
        return;
    }
    check(port_stack_used() >= 1024 && port_stack_used() <= size,
          "stack: the mark is at least what was used, at most what there is");
    say("# stack: %lu of %lu bytes used\r\n", (unsigned long)port_stack_used(),
        (unsigned long)size);
}

/* ---- The starts ---- */

static unsigned starts_read(void)
{
    unsigned n = 0;

    while (n < unit_over() &&
           port_nor_read(starts_page() + n * part.unit_size, page, 1) == PORT_NOR_OK &&
           page[0] == 0)
        n++;
    return n;
}

static void first_start(void)
{
    check_console_read();
    check_console_write();
    check_time();
    check_sleep();
    check_nor();
    check_entropy();
    check_net();
    check_stack();
    check(starts_note(0), "start: noted in flash");
    if (failures > 0)
        verdict();
    say("# reset\r\n");
    port_reset();
}

/* `n` starts went before this one; from the second on each was ended by a fault. */
static void later_start(unsigned n)
{
    const enum port_start cause = n == 1 ? PORT_START_SOFTWARE : PORT_START_FAULT;

    check(port_start_cause() == cause, "start: the cause is told after a restart");
    check(port_uptime_ms() < 5000, "start: time begins again");
    if (failures > 0 || n > conformance_faults())
        verdict();
    check(starts_note(n), "start: noted in flash");
    say("# fault %u\r\n", n - 1);
    conformance_fault(n - 1);
    check(false, "start: a fault is caught");
    verdict();
}

int main(void)
{
    enum port_nor_result opened = port_nor_open(&part);

    check(opened == PORT_NOR_OK, "nor: the part is found");
    if (opened != PORT_NOR_OK)
        verdict();
    while (starts_over())
        port_sleep(1000);
    if (port_start_cause() == PORT_START_POWER)
        first_start();
    else
        later_start(starts_read());
    return 0;
}
