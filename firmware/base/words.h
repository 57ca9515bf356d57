/* SPDX-License-Identifier: MIT */
/*
 * words.h: lists of texts, one behind the other, each ended by NUL. A packed list was made by
 * tools/pack_words when the image was built: half as long as its texts.
 */
#ifndef BASE_WORDS_H
#define BASE_WORDS_H

#include "base/text.h"

/* The text `index` of a list; the list must have as many. */
const char *words_at(const char *list, unsigned index);

/* Adds the text `index` of a packed list. */
void words_put(struct text *t, const char *list, unsigned index);

#endif
