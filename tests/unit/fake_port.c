/* SPDX-License-Identifier: MIT */
/* fake_port.c: see the header. */
#include "unit/fake_port.h"

#include "base/bytes.h"

#include <string.h>

struct fake_port fake_port;

void fake_port_init(void)
{
    memset(&fake_port, 0, sizeof fake_port);
    fake_port.window = SIZE_MAX;
    fake_port.budget = SIZE_MAX;
}

void fake_port_type(const void *bytes, size_t size)
{
    size = min_size(size, sizeof fake_port.typed - fake_port.typed_length);
    memcpy(&fake_port.typed[fake_port.typed_length], bytes, size);
    fake_port.typed_length += size;
}

void fake_port_wipe(void)
{
    fake_port.shown_length = 0;
    memset(fake_port.shown, 0, sizeof fake_port.shown);
}

size_t port_console_read(char *bytes, size_t size)
{
    size = min_size(size, fake_port.typed_length - fake_port.typed_read);
    memcpy(bytes, &fake_port.typed[fake_port.typed_read], size);
    fake_port.typed_read += size;
    if (fake_port.typed_read == fake_port.typed_length)
        fake_port.typed_read = fake_port.typed_length = 0;
    return size;
}

size_t port_console_write(const char *bytes, size_t size)
{
    size_t open = fake_port.was_cut ? 0 : min_size(fake_port.window, fake_port.budget);
    size_t taken = min_size(size, open);
    size_t kept = min_size(taken, sizeof fake_port.shown - 1 - fake_port.shown_length);

    memcpy(&fake_port.shown[fake_port.shown_length], bytes, kept);
    fake_port.shown_length += kept;
    fake_port.budget -= taken;
    fake_port.was_cut = !fake_port.was_cut && taken < size;
    return taken;
}

uint64_t port_uptime_ms(void)
{
    return fake_port.uptime_ms;
}

uint32_t port_awake_us(void)
{
    return 0;
}

enum port_start port_start_cause(void)
{
    return fake_port.start_cause;
}

uint32_t port_net_dropped(void)
{
    return fake_port.dropped;
}

size_t port_stack_size(void)
{
    return fake_port.stack_size;
}

size_t port_stack_used(void)
{
    return fake_port.stack_used;
}
