/* SPDX-License-Identifier: MIT */
/* stream_memory.c: a stream over two arrays. */
#include "stream/stream_memory.h"

#include "base/bytes.h"

#include <string.h>

static struct stream_memory *memory_of(struct stream *s)
{
    return (struct stream_memory *)(void *)s;
}

static const uint8_t *read_buf(struct stream *s, size_t *size)
{
    struct stream_memory *m = memory_of(s);

    *size = m->fed_length - m->fed_taken;
    return *size > 0 ? m->fed + m->fed_taken : NULL;
}

static void read_ack(struct stream *s, size_t size)
{
    struct stream_memory *m = memory_of(s);

    m->fed_taken += min_size(size, m->fed_length - m->fed_taken);
    if (m->fed_taken == m->fed_length)
        m->fed_taken = m->fed_length = 0;
}

static size_t write_bytes(struct stream *s, const uint8_t *bytes, size_t size)
{
    struct stream_memory *m = memory_of(s);
    size_t taken = min_size(min_size(size, m->window), sizeof m->sent - m->sent_length);

    memcpy(m->sent + m->sent_length, bytes, taken);
    m->sent_length += taken;
    m->unflushed += taken;
    return taken;
}

static void flush(struct stream *s)
{
    memory_of(s)->unflushed = 0;
}

static bool all_sent(const struct stream *s)
{
    (void)s;
    return true;
}

static void close_stream(struct stream *s)
{
    memory_of(s)->closed = true;
}

static void abort_stream(struct stream *s)
{
    memory_of(s)->aborted = true;
}

static const struct stream_backend backend = {read_buf, read_ack,     write_bytes, flush,
                                              all_sent, close_stream, abort_stream};

void stream_memory_open(struct stream_memory *s)
{
    memset(s, 0, sizeof *s);
    s->stream.backend = &backend;
    s->stream.connected = true;
    s->window = sizeof s->sent;
}

void stream_memory_feed(struct stream_memory *s, const void *bytes, size_t size)
{
    size_t waiting = s->fed_length - s->fed_taken;

    memmove(s->fed, s->fed + s->fed_taken, waiting);
    s->fed_taken = 0;
    size = min_size(size, sizeof s->fed - waiting);
    memcpy(s->fed + waiting, bytes, size);
    s->fed_length = waiting + size;
}

void stream_memory_end(struct stream_memory *s)
{
    s->stream.peer_ended = true;
}

void stream_memory_break(struct stream_memory *s, enum stream_error error)
{
    s->stream.error = error;
    s->stream.connected = false;
}
