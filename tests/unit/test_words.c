/* SPDX-License-Identifier: MIT */
/* sources: firmware/base/words.c firmware/base/text.c firmware/intake/answers.c */
/* test_words.c: what was packed is what was written. */
#include "base/words.h"

#include "intake/answers.h"
#include "base/bytes.h"
#include "config/config.h"

#include "packed_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define HOST CONFIG_HOST_NAME

static const char *const answers[] = {
#define ANSWER(name, class_, text) text,
#include "intake/answers.def"
#undef ANSWER
};

static void test_at(void **state)
{
    static const char list[] = "one\0\0three";

    (void)state;
    assert_string_equal(words_at(list, 0), "one");
    assert_string_equal(words_at(list, 1), "");
    assert_string_equal(words_at(list, 2), "three");
}

static void test_every_answer(void **state)
{
    char buffer[512];
    struct text t;

    (void)state;
    for (unsigned i = 0; i < ANSWER_COUNT; i++) {
        text_init(&t, buffer, sizeof buffer);
        answer_put(&t, (enum answer)i);
        assert_string_equal(buffer, answers[i]);
        assert_int_equal(t.length, strlen(answers[i]));
    }
}

static void test_cut(void **state)
{
    char buffer[8];
    struct text t;

    (void)state;
    text_init(&t, buffer, sizeof buffer);
    answer_put(&t, ANSWER_UNKNOWN);
    assert_string_equal(buffer, "500 5.5");
    assert_true(t.cut);
}

static void test_packing_pays(void **state)
{
    size_t written = 0;

    (void)state;
    for (unsigned i = 0; i < ANSWER_COUNT; i++)
        written += strlen(answers[i]) + 1;
    assert_true(sizeof PACKED_ANSWERS < written * 6 / 10);
    assert_in_range(PACKED_DEPTH, 1, 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_at),
        cmocka_unit_test(test_every_answer),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_packing_pays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
