/* SPDX-License-Identifier: MIT */
/* sources: firmware/mail/outcome.c firmware/base/text.c */
/* test_outcome.c: every cause has its words, and they read as the header promises. */
#include "mail/outcome.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void check_sentence(const char *sentence)
{
    assert_non_null(sentence);
    assert_in_range(strlen(sentence), 10, 120);
    assert_true(sentence[0] >= 'a' && sentence[0] <= 'z');
    assert_int_not_equal(sentence[strlen(sentence) - 1], '.');
    assert_null(strstr(sentence, "  "));
    for (const char *c = sentence; *c != '\0'; c++)
        assert_in_range((unsigned char)*c, 0x20, 0x7e);
}

static void test_every_cause_has_words(void **state)
{
    (void)state;
    for (unsigned cause = 0; cause < CAUSE_COUNT; cause++) {
        const char *word = outcome_word((enum outcome_cause)cause);

        assert_non_null(word);
        assert_in_range(strlen(word), 4, 20);
        assert_int_equal(strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789-"),
                         strlen(word));
        check_sentence(outcome_sentence((enum outcome_cause)cause));
        check_sentence(outcome_remedy((enum outcome_cause)cause));
    }
}

static void test_words_differ(void **state)
{
    (void)state;
    for (unsigned a = 0; a < CAUSE_COUNT; a++) {
        for (unsigned b = a + 1; b < CAUSE_COUNT; b++) {
            assert_string_not_equal(outcome_word((enum outcome_cause)a),
                                    outcome_word((enum outcome_cause)b));
            assert_string_not_equal(outcome_sentence((enum outcome_cause)a),
                                    outcome_sentence((enum outcome_cause)b));
        }
    }
}

static void test_rows_stand_at_their_cause(void **state)
{
    (void)state;
    assert_string_equal(outcome_word(CAUSE_NONE), "none");
    assert_string_equal(outcome_word(CAUSE_CONNECT_REFUSED), "connect-refused");
    assert_string_equal(outcome_word(CAUSE_EXPIRED), "expired");
    assert_string_equal(outcome_sentence(CAUSE_CONNECT_REFUSED),
                        "the next hop refused the connection");
}

/* A cause read from a damaged record names nothing, and is not looked up out of range. */
static void test_out_of_range(void **state)
{
    (void)state;
    assert_string_equal(outcome_word(CAUSE_COUNT), "none");
    assert_string_equal(outcome_sentence((enum outcome_cause)255),
                        outcome_sentence(CAUSE_NONE));
    assert_string_equal(outcome_remedy((enum outcome_cause) - 1),
                        outcome_remedy(CAUSE_NONE));
}

static void test_status(void **state)
{
    char buffer[12];
    struct text t;

    (void)state;
    text_init(&t, buffer, sizeof buffer);
    outcome_put_status(&t, (struct enhanced_status){5, 1, 10});
    assert_string_equal(buffer, "5.1.10");
    text_init(&t, buffer, sizeof buffer);
    outcome_put_status(&t, (struct enhanced_status){4, 999, 999});
    assert_string_equal(buffer, "4.999.999");
    assert_false(t.cut);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_cause_has_words),
        cmocka_unit_test(test_words_differ),
        cmocka_unit_test(test_rows_stand_at_their_cause),
        cmocka_unit_test(test_out_of_range),
        cmocka_unit_test(test_status),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
