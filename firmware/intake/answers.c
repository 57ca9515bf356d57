/* SPDX-License-Identifier: MIT */
/* answers.c: the texts, from answers.def. */
#include "intake/answers.h"

#include "settings/settings.h"

#include "base/words.h"

#include "packed_words.h"

#include <stdint.h>
#include <string.h>

#define HOST_MARK 1 /* config/words.in */

static const char texts[] = PACKED_ANSWERS;

#define ANSWER(name, class_, text) ANSWERS_##class_,
static const uint8_t classes[] = {
#include "intake/answers.def"
};
#undef ANSWER

/* The one mark behind `from` becomes the name of this box. */
static void put_host_name(struct text *t, size_t from)
{
    const char *name = settings_host_name();
    size_t length = strlen(name), at = from;

    while (at < t->length && t->bytes[at] != HOST_MARK)
        at++;
    if (at == t->length || t->length + length > t->size)
        return;
    memmove(t->bytes + at + length, t->bytes + at + 1, t->length - at);
    memcpy(t->bytes + at, name, length);
    t->length += length - 1;
}

void answer_put(struct text *t, enum answer answer)
{
    size_t from = t->length;

    words_put(t, texts, answer);
    if (CONFIG_SETTINGS)
        put_host_name(t, from);
}

enum answer_class answer_class(enum answer answer)
{
    return (enum answer_class)classes[answer];
}
