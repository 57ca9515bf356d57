/* SPDX-License-Identifier: MIT */
/* outcome.c: the words for every cause, from causes.def. */
#include "mail/outcome.h"

#include "base/words.h"

#include "config/config.h"

#include "packed_words.h"

#include <string.h>

#define CAUSE(name, word, sentence, remedy) word "\0"
static const char words[] =
#include "mail/causes.def"
    ;
#undef CAUSE

static const char sentences[] = PACKED_SENTENCES;
static const char remedies[] = PACKED_REMEDIES;

static unsigned row_of(enum outcome_cause cause)
{
    return (unsigned)cause < CAUSE_COUNT ? cause : CAUSE_NONE;
}

const char *outcome_word(enum outcome_cause cause)
{
    return words_at(words, row_of(cause));
}

void outcome_put_sentence(struct text *t, enum outcome_cause cause)
{
    words_put(t, sentences, row_of(cause));
}

/* The texts name the options of the first connector. */
static void name_connector(char *at, uint8_t connector)
{
    static const char first[] = "CONNECTOR_1";

    while ((at = strstr(at, first)) != NULL) {
        at += sizeof first - 2;
        *at = (char)('1' + connector);
    }
}

void outcome_put_remedy(struct text *t, enum outcome_cause cause, uint8_t connector)
{
    size_t before = t->length;

    words_put(t, remedies, row_of(cause));
    if (CONFIG_CONNECTOR_COUNT > 1)
        name_connector(t->bytes + before, connector);
}

void outcome_put_status(struct text *t, struct enhanced_status status)
{
    text_printf(t, "%u.%u.%u", (unsigned)status.class_, (unsigned)status.subject,
                (unsigned)status.detail);
}
