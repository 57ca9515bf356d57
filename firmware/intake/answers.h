/* SPDX-License-Identifier: MIT */
/* answers.h: everything that the SMTP server ever says, by number; the texts: answers.def. */
#ifndef INTAKE_ANSWERS_H
#define INTAKE_ANSWERS_H

#include "base/text.h"
#include "config/config.h"

enum answer {
#define ANSWER(name, class_, text) ANSWER_##name,
#include "intake/answers.def"
#undef ANSWER
    ANSWER_COUNT
};

/* Which of intake_counts an answer adds to. */
enum answer_class {
    ANSWERS_PLAIN,
    ANSWERS_JUNK,
    ANSWERS_RELAY,
    ANSWERS_FULL,
    ANSWERS_OTHER
};

/* Adds the whole answer without its last CRLF. */
void answer_put(struct text *t, enum answer answer);

enum answer_class answer_class(enum answer answer);

#endif
