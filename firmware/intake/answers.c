/* SPDX-License-Identifier: MIT */
/* answers.c: the texts, from answers.def. */
#include "intake/answers.h"

#include "base/words.h"

#include "packed_words.h"

#include <stdint.h>

static const char texts[] = PACKED_ANSWERS;

#define ANSWER(name, class_, text) ANSWERS_##class_,
static const uint8_t classes[] = {
#include "intake/answers.def"
};
#undef ANSWER

void answer_put(struct text *t, enum answer answer)
{
    words_put(t, texts, answer);
}

enum answer_class answer_class(enum answer answer)
{
    return (enum answer_class)classes[answer];
}
