/* SPDX-License-Identifier: MIT */
/*
 * stream_memory.h: a stream whose peer is a test. The test puts bytes in with
 * stream_memory_feed, looks at what was written in `sent`, and can end or break it.
 */
#ifndef STREAM_STREAM_MEMORY_H
#define STREAM_STREAM_MEMORY_H

#include "stream/stream.h"

struct stream_memory {
    struct stream stream;
    uint8_t fed[4096];
    size_t fed_length, fed_taken;
    uint8_t sent[8192];
    size_t sent_length;
    size_t unflushed; /* of `sent`, since the last flush */
    size_t window;    /* bytes that stream_write takes at most at once; 0: nothing */
    bool closed, aborted;
};

/* Connected, empty, with a wide-open window. */
void stream_memory_open(struct stream_memory *s);
void stream_memory_feed(struct stream_memory *s, const void *bytes, size_t size);
void stream_memory_end(struct stream_memory *s);
void stream_memory_break(struct stream_memory *s, enum stream_error error);

#endif
