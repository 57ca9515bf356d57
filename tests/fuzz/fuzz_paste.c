/* SPDX-License-Identifier: MIT */
/* sources: firmware/stream/tls_paste.c firmware/stream/tls_kept.c firmware/stream/tls_memory.c firmware/base/cursor.c firmware/base/text.c */
/*
 * fuzz_paste.c: a root of the tests with octets changed, cut off or put in, pasted as a
 * certificate: whatever becomes an anchor is a sound one, and nothing else is read.
 */
#include "stream/tls_paste.h"

#include "stream/tls_kept.h"
#include "stream/tls_memory.h"

#include "base/bytes.h"

#include "unit/tls_pasted.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static bool lent;

bool tls_memory_lend(void)
{
    lent = true;
    return true;
}

bool tls_memory_is_lent(void)
{
    return lent;
}

/* Three octets each: a place in the text, and what is there instead. */
static void change(char *pem, size_t length, const uint8_t *bytes, size_t size)
{
    for (; size >= 3; bytes += 3, size -= 3)
        pem[get_u16(bytes) % length] = (char)bytes[2];
}

static enum tls_paste_result paste(const char *pem, size_t length)
{
    struct cursor rest = cursor_over(pem, length);
    enum tls_paste_result result = TLS_PASTE_MORE;

    tls_paste_begin();
    while (rest.left > 0 && result == TLS_PASTE_MORE) {
        const uint8_t *end = memchr(rest.at, '\n', rest.left);
        size_t size = end == NULL ? rest.left : (size_t)(end - rest.at);
        struct cursor line;

        cursor_take(&rest, size, &line);
        cursor_next(&rest);
        result = tls_paste_line(line);
    }
    return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static char pem[8192];
    static char shown[200];
    const char *root;
    struct text text;
    struct cursor anchor;

    if (size < 3)
        return 0;
    root = roots[bytes[0] % COUNT_OF(roots)].root;
    memcpy(pem, root, strlen(root));
    change(pem, strlen(root), bytes + 1, size - 1);
    if (paste(pem, strlen(root)) != TLS_PASTE_DONE)
        return 0;
    anchor = tls_paste_anchor();
    if (!tls_kept_is_good(anchor.at, anchor.left) || tls_kept_last_day(anchor.at) == 0 ||
        anchor.left > TLS_KEPT_MAX)
        abort();
    text_init(&text, shown, sizeof shown);
    tls_kept_put(&text, anchor.at);
    return 0;
}
