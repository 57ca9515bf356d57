/* SPDX-License-Identifier: MIT */
/*
 * stream.h: bytes over TCP, over TLS, or over memory for tests. The user polls; nothing calls
 * back. What arrived is looked at in place (`_read_buf`) and given back when used
 * (`_read_ack`); what is written is copied at once.
 *
 * The first error sticks: after it nothing is readable or writable, and stream_error tells it
 * until the stream is opened anew. A stream that the peer has ended in order stays readable to
 * its last byte, then stream_at_end is true.
 *
 * Ownership: a stream's memory belongs to whoever declared it (in stream_tcp.h and so on) and
 * must stay put while the stream is open.
 */
#ifndef STREAM_STREAM_H
#define STREAM_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum stream_error {
    STREAM_OK,
    STREAM_REFUSED,     /* the peer answered the connect with a reset */
    STREAM_UNREACHABLE, /* no answer to the connect, or no route */
    STREAM_RESET,       /* the connection was broken off */
    STREAM_NO_MEMORY,   /* a pool was empty when the connection was opened */

    /* of TLS (stream_tls.h) */
    STREAM_TLS_NO_ENTROPY, /* our random numbers are no secret */
    STREAM_TLS_NO_CLOCK, /* nobody knows the time, so no certificate's dates can be judged */
    STREAM_TLS_EXPIRED,  /* a certificate's time is over */
    STREAM_TLS_NOT_YET,  /* a certificate's time has not begun */
    STREAM_TLS_NAME,     /* the certificate is for another name */
    STREAM_TLS_UNKNOWN,  /* no chain of the certificates sent leads to an anchor */
    STREAM_TLS_UNPINNED,    /* the key is none of the pins */
    STREAM_TLS_SIGNATURE,   /* of a certificate or of the handshake, and it is wrong */
    STREAM_TLS_CERTIFICATE, /* a certificate is damaged, or of a kind that is not accepted */
    STREAM_TLS_VERSION,     /* the peer does not speak TLS 1.2 */
    STREAM_TLS_NO_CIPHER,   /* none that both sides accept */
    STREAM_TLS_TOO_LARGE,   /* a record does not fit into the buffer */
    STREAM_TLS_ALERT,  /* the peer ends the session with an alert; the log has its number */
    STREAM_TLS_CLOSED, /* the line ended before the handshake did */
    STREAM_TLS_PROTOCOL /* what came is no TLS, or breaks its rules */
};

struct stream;

struct stream_backend {
    const uint8_t *(*read_buf)(struct stream *s, size_t *size);
    void (*read_ack)(struct stream *s, size_t size);
    size_t (*write)(struct stream *s, const uint8_t *bytes, size_t size);
    void (*flush)(struct stream *s);
    bool (*all_sent)(const struct stream *s);
    void (*close)(struct stream *s);
    void (*abort)(struct stream *s);
};

struct stream {
    const struct stream_backend *backend;
    enum stream_error error;
    bool connected;  /* ready for bytes */
    bool peer_ended; /* the peer will send no more; what it sent may still be waiting */
};

static inline bool stream_is_connected(const struct stream *s)
{
    return s->connected;
}

static inline enum stream_error stream_error(const struct stream *s)
{
    return s->error;
}

/* The bytes that wait, or NULL and 0. They stay valid until the next call but stream_error. */
const uint8_t *stream_read_buf(struct stream *s, size_t *size);

/* Gives back the first `size` of them; at most what stream_read_buf told. */
void stream_read_ack(struct stream *s, size_t size);

/* True when the peer has ended and every byte was acknowledged. */
bool stream_at_end(struct stream *s);

/* Takes a copy of as many bytes as there is room for, and says how many: 0 means wait. */
size_t stream_write(struct stream *s, const uint8_t *bytes, size_t size);

/* Sends what was written; before it, small writes may be gathered into one segment. */
void stream_flush(struct stream *s);

/* True when the peer has acknowledged everything written. */
bool stream_all_sent(const struct stream *s);

/* Ends in order: what was written still goes out. The struct is free for reuse at once. */
void stream_close(struct stream *s);

/* Breaks off; to be used where an orderly end would say something untrue. */
void stream_abort(struct stream *s);

#endif
