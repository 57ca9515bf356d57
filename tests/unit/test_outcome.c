/* SPDX-License-Identifier: MIT */
/* sources: firmware/base/text.c firmware/base/words.c */
/* test_outcome.c: every cause has its words, and they read as the header promises. */
#undef CONFIG_FILE
#define CONFIG_FILE "unit/connectors_config.h"
#include "mail/outcome.c"

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

static const struct {
    const char *word, *sentence, *remedy;
} rows[] = {
#define CAUSE(name, word, sentence, remedy) {word, sentence, remedy},
#include "mail/causes.def"
#undef CAUSE
};

struct words {
    char sentence[OUTCOME_REMEDY_MAX + 1], remedy[OUTCOME_REMEDY_MAX + 1];
};

/* What is told of a cause, which must fit. */
static struct words told(int cause)
{
    struct words heard;
    struct text t;

    text_init(&t, heard.sentence, sizeof heard.sentence);
    outcome_put_sentence(&t, (enum outcome_cause)cause);
    assert_false(t.cut);
    text_init(&t, heard.remedy, sizeof heard.remedy);
    outcome_put_remedy(&t, (enum outcome_cause)cause, 0);
    assert_false(t.cut);
    return heard;
}

static void test_every_cause_has_words(void **state)
{
    (void)state;
    for (int cause = 0; cause < CAUSE_COUNT; cause++) {
        const char *word = outcome_word((enum outcome_cause)cause);
        struct words heard = told(cause);

        assert_string_equal(word, rows[cause].word);
        assert_string_equal(heard.sentence, rows[cause].sentence);
        assert_string_equal(heard.remedy, rows[cause].remedy);
        assert_in_range(strlen(word), 4, 20);
        assert_int_equal(strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789-"),
                         strlen(word));
        check_sentence(heard.sentence);
        check_sentence(heard.remedy);
    }
}

static void test_words_differ(void **state)
{
    (void)state;
    for (unsigned a = 0; a < CAUSE_COUNT; a++) {
        for (unsigned b = a + 1; b < CAUSE_COUNT; b++) {
            assert_string_not_equal(rows[a].word, rows[b].word);
            assert_string_not_equal(rows[a].sentence, rows[b].sentence);
        }
    }
}

/* Records in flash hold these numbers. */
static void test_causes_keep_their_numbers(void **state)
{
    (void)state;
    assert_int_equal(CAUSE_NONE, 0);
    assert_int_equal(CAUSE_GREETING_REFUSED, 8);
    assert_int_equal(CAUSE_TOO_MANY, 15);
    assert_int_equal(CAUSE_EXPIRED, 22);
}

/* A cause read from a damaged record names nothing, and is not looked up out of range. */
static void test_out_of_range(void **state)
{
    static const int wrong[] = {CAUSE_COUNT, 255, -1};

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct words heard = told(wrong[i]);

        assert_string_equal(outcome_word((enum outcome_cause)wrong[i]), "none");
        assert_string_equal(heard.sentence, rows[CAUSE_NONE].sentence);
        assert_string_equal(heard.remedy, rows[CAUSE_NONE].remedy);
    }
}

/* Of several connectors the one that failed, wherever the text names it; nothing before it changes. */
static void test_remedy_names_the_connector(void **state)
{
    (void)state;
    for (int cause = 0; cause < CAUSE_COUNT; cause++) {
        for (uint8_t connector = 0; connector < 4; connector++) {
            char expected[2 * OUTCOME_REMEDY_MAX], buffer[2 * OUTCOME_REMEDY_MAX];
            struct text t;

            strcpy(expected, "CONNECTOR_1 ");
            strcat(expected, rows[cause].remedy);
            for (char *c = expected + 12; (c = strstr(c, "CONNECTOR_")) != NULL; c += 11)
                c[10] = (char)('1' + connector);
            text_init(&t, buffer, sizeof buffer);
            text_add(&t, "CONNECTOR_1 ");
            outcome_put_remedy(&t, (enum outcome_cause)cause, connector);
            assert_string_equal(buffer, expected);
        }
    }
    assert_non_null(strstr(rows[CAUSE_CONNECT_REFUSED].remedy, "CONNECTOR_1_HOSTS"));
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
        cmocka_unit_test(test_causes_keep_their_numbers),
        cmocka_unit_test(test_out_of_range),
        cmocka_unit_test(test_remedy_names_the_connector),
        cmocka_unit_test(test_status),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
