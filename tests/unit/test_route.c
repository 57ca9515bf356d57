/* SPDX-License-Identifier: MIT */
/* sources: firmware/mail/address.c firmware/base/ip_text.c firmware/base/cursor.c
 * firmware/base/crc32.c firmware/base/text.c */
/* test_route.c: `route` over four connectors: each verdict, and the last line. */
#undef CONFIG_FILE
#define CONFIG_FILE "unit/connectors_config.h"
#include "operator/route.c"
#include "mail/connector.c"

#include "operator/output.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static char lines[8][160];
static unsigned count;

bool output_begin(void)
{
    return true;
}

void output_line(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(lines[count++], sizeof lines[0], format, arguments);
    va_end(arguments);
}

enum task_state command_end(enum command_ending ending)
{
    output_line("ending %d", (int)ending);
    return TASK_DONE;
}

enum task_state command_usage(const struct command *c)
{
    (void)c;
    output_line("usage");
    return TASK_DONE;
}

/* What the real one does with a line whose words have one blank between. */
struct cursor command_take_word(struct cursor *c)
{
    struct cursor word = *c;

    while (cursor_peek(c) > ' ')
        cursor_next(c);
    word.left -= c->left;
    cursor_skip(c, ' ');
    return word;
}

static void ask(const char *arguments)
{
    struct clock now = {0};
    struct command c = {.run = route_run,
                        .arguments = cursor_over(arguments, strlen(arguments))};

    count = 0;
    task_init(&c.task);
    while (c.run(&c, &now) != TASK_DONE)
        continue;
}

static const struct {
    const char *question, *verdicts[CONFIG_CONNECTOR_COUNT], *end;
} answers[] = {
    {"a@branch.example",               {"less-close", "chosen", "cost", "cost"}, "OK twin"},
    {"a@branch.example b@c.example",
     {"less-close", "sender", "chosen", "number"},
     "OK branch"                                                                          },
    {"a@x.deep.branch.example",
     {"less-close", "less-close", "less-close", "chosen"},
     "OK deep"                                                                            },
    {"a@other.example b@c.example",
     {"chosen", "sender", "other-space", "other-space"},
     "OK all"                                                                             },
    {"a@[192.0.2.9] boss@example.net",
     {"less-close", "less-close", "other-space", "chosen"},
     "OK deep"                                                                            },
};

static void each_verdict_is_told(void **unused)
{
    char expected[160];

    (void)unused;
    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        ask(answers[i].question);
        assert_int_equal(count, CONFIG_CONNECTOR_COUNT + 1);
        for (unsigned k = 0; k < CONFIG_CONNECTOR_COUNT; k++) {
            snprintf(expected, sizeof expected, "route=%s verdict=%s cost=%u spaces=%s",
                     connectors[k].name, answers[i].verdicts[k], connectors[k].cost,
                     connectors[k].spaces);
            assert_string_equal(lines[k], expected);
        }
        assert_string_equal(lines[CONFIG_CONNECTOR_COUNT], answers[i].end);
    }
}

static void what_is_no_address_is_told_the_form(void **unused)
{
    static const char *const odd[] = {"", "branch.example", "<a@branch.example>", "a@"};

    (void)unused;
    for (size_t i = 0; i < COUNT_OF(odd); i++) {
        ask(odd[i]);
        assert_string_equal(lines[0], "usage");
        assert_int_equal(count, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_verdict_is_told),
        cmocka_unit_test(what_is_no_address_is_told_the_form),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
