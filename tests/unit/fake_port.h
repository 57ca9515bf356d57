/* SPDX-License-Identifier: MIT */
/*
 * fake_port.h: a port whose console is a test: what was typed is fed in, what was shown is
 * kept. The rest of port.h answers with settable marks; flash and frames are not there.
 */
#ifndef TESTS_UNIT_FAKE_PORT_H
#define TESTS_UNIT_FAKE_PORT_H

#include "port/port.h"

struct fake_port {
    char typed[4096];
    size_t typed_length, typed_read;
    char shown[65536]; /* what does not fit any more is dropped */
    size_t shown_length;
    size_t window; /* octets it takes at most; after a call cut short comes a 0 */
    size_t budget; /* octets it takes until it is stuck */
    bool was_cut;
    uint64_t uptime_ms;
    enum port_start start_cause;
    uint32_t dropped;
    size_t stack_size, stack_used;
};

extern struct fake_port fake_port;

/* Nothing typed, nothing shown, a port that takes everything. */
void fake_port_init(void);
void fake_port_type(const void *bytes, size_t size);

/* Forgets what was shown. */
void fake_port_wipe(void);

#endif
