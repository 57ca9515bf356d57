/* SPDX-License-Identifier: MIT */
/* stream.c: the rules that hold for every backend, then the call through its table. */
#include "stream/stream.h"

#include "base/one_copy.h"

const uint8_t *stream_read_buf(struct stream *s, size_t *size)
{
    *size = 0;
    if (s->error != STREAM_OK)
        return NULL;
    return s->backend->read_buf(s, size);
}

void stream_read_ack(struct stream *s, size_t size)
{
    if (s->error == STREAM_OK && size > 0)
        s->backend->read_ack(s, size);
}

bool stream_at_end(struct stream *s)
{
    size_t waiting;

    (void)stream_read_buf(s, &waiting);
    return s->error == STREAM_OK && s->peer_ended && waiting == 0;
}

ONE_COPY size_t stream_write(struct stream *s, const uint8_t *bytes, size_t size)
{
    if (s->error != STREAM_OK || !s->connected)
        return 0;
    return s->backend->write(s, bytes, size);
}

void stream_flush(struct stream *s)
{
    if (s->error == STREAM_OK && s->connected)
        s->backend->flush(s);
}

bool stream_all_sent(const struct stream *s)
{
    return s->error == STREAM_OK && s->backend->all_sent(s);
}

void stream_close(struct stream *s)
{
    s->backend->close(s);
    s->connected = false;
}

void stream_abort(struct stream *s)
{
    s->backend->abort(s);
    s->connected = false;
}
