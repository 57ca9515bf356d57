/* SPDX-License-Identifier: MIT */
/* sources: firmware/mail/outcome.c firmware/mail/reply.c firmware/base/text.c firmware/base/words.c firmware/base/cursor.c */
/*
 * test_verdict.c: each row of the two tables is reached, and says what it should. The file
 * under test is included, so that the rows can be counted; replies are read by the real reader.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "delivery/verdict.c"

static const char *const results[] = {"sent", "later", "never", "maybe"};
static const char *const scopes[] = {"route", "letter", "recipient"};

/* "later route shutting-down 4.3.2" */
static const char *words_of(struct outcome outcome)
{
    static char line[100];
    struct text text;

    text_init(&text, line, sizeof line);
    text_printf(&text, "%s %s %s ", results[outcome.result], scopes[outcome.scope],
                outcome_word(outcome.cause));
    outcome_put_status(&text, outcome.status);
    return line;
}

static void read_line(struct reply *reply, const char *line)
{
    char bytes[200];
    size_t used;
    int length = snprintf(bytes, sizeof bytes, "%s\r\n", line);

    reply_init(reply);
    assert_int_equal(reply_read(reply, (const uint8_t *)bytes, (size_t)length, &used),
                     REPLY_DONE);
}

static const struct {
    enum attempt_step step;
    const char *reply, *words;
} replies[] = {
    {GREETING,  "421 busy",                       "later route shutting-down 4.3.2"        },
    {MAIL,      "421 4.4.2 timeout",              "later route shutting-down 4.4.2"        },
    {RCPT,      "421 4.7.0 too many errors",      "later route shutting-down 4.7.0"        },
    {DOT,       "421 5.3.2 odd class",            "later route shutting-down 4.3.2"        },
    {QUIT,      "421 bye",                        "later route shutting-down 4.3.2"        },

    {STARTTLS,  "421 bye",                        "later route shutting-down 4.3.2"        },
    {STARTTLS,  "454 4.7.0 not now",              "later route starttls-refused 4.7.0"     },
    {STARTTLS,  "501 what",                       "later route starttls-refused 4.7.4"     },
    {GREETING,  "554 no service here",            "later route greeting-refused 4.3.2"     },
    {GREETING,  "554 5.7.1 listed",               "later route greeting-refused 4.3.2"     },
    {GREETING,  "450 4.7.1 come later",           "later route greeting-refused 4.7.1"     },
    {EHLO,      "450 4.3.2 not now",              "later route helo-refused 4.3.2"         },
    {EHLO,      "502 what",                       "later route helo-refused 4.5.0"         },
    {HELO,      "504 5.5.2 need a full name",     "later route helo-refused 4.5.0"         },

    {MAIL,      "530 5.7.0 authenticate",         "later route auth-required 4.7.0"        },
    {RCPT,      "530 5.7.1 not authenticated",    "later route auth-required 4.7.0"        },
    {DOT,       "530 login first",                "later route auth-required 4.7.0"        },
    {MAIL,      "500 5.5.2 what",                 "later route bad-reply 4.5.1"            },
    {DATA,      "502 5.5.1 what",                 "later route bad-reply 4.5.1"            },
    {RCPT,      "503 need MAIL",                  "later route bad-reply 4.5.1"            },

    {MAIL,      "451 try again",                  "later letter sender-refused 4.1.0"      },
    {MAIL,      "450 4.1.8 unknown domain",       "later letter sender-refused 4.1.8"      },
    {MAIL,      "432 4.3.2 too many connections", "later letter sender-refused 4.3.2"      },
    {MAIL,      "452 4.3.1 full",                 "later letter no-room 4.3.1"             },
    {MAIL,      "452 full",                       "later letter no-room 4.3.1"             },
    {MAIL,      "552 5.3.4 too big",              "never letter too-large 5.3.4"           },
    {MAIL,      "552 too big",                    "never letter too-large 5.3.4"           },
    {MAIL,      "550 no",                         "never letter sender-refused 5.1.0"      },
    {MAIL,      "501 5.1.7 bad sender",           "never letter sender-refused 5.1.7"      },
    {MAIL,      "553 5.7.1 not yours",            "never letter sender-refused 5.7.1"      },
    {MAIL,      "550 4.1.8 odd class",            "never letter sender-refused 5.1.0"      },

    {RCPT,      "450 4.2.0 greylisted",           "later recipient recipient-refused 4.2.0"},
    {RCPT,      "451 later",                      "later recipient recipient-refused 4.1.0"},
    {RCPT,      "452 4.5.3 too many",             "later recipient too-many 4.5.3"         },
    {RCPT,      "452 too many",                   "later recipient too-many 4.5.3"         },
    {RCPT,      "452 4.2.2 mailbox full",         "later recipient recipient-refused 4.2.2"},
    {RCPT,      "452 4.3.1 disk full",            "later recipient no-room 4.3.1"          },
    {RCPT,      "552 5.2.2 over quota",           "never recipient recipient-refused 5.2.2"},
    {RCPT,      "552 5.5.3 too many",             "later recipient too-many 4.5.3"         },
    {RCPT,      "552 too many",                   "later recipient too-many 4.5.3"         },
    {RCPT,      "552 5.3.4 too big for it",       "never recipient too-large 5.3.4"        },
    {RCPT,      "553 bad name",                   "never recipient recipient-refused 5.1.3"},
    {RCPT,      "550 5.1.1 unknown",              "never recipient recipient-refused 5.1.1"},
    {RCPT,      "550 no",                         "never recipient recipient-refused 5.1.0"},
    {RCPT,      "554 5.7.1 relaying denied",      "never recipient recipient-refused 5.7.1"},

    {DATA,      "451 4.3.0 not now",              "later letter data-refused 4.3.0"        },
    {DATA,      "451 not now",                    "later letter data-refused 4.5.0"        },
    {DATA,      "452 full",                       "later letter no-room 4.3.1"             },
    {DATA,      "554 no valid recipients",        "never letter data-refused 5.5.0"        },
    {DATA,      "550 5.7.60 not your sender",     "never letter sender-refused 5.7.60"     },
    {DATA,      "250 what",                       "later route bad-reply 4.5.0"            },

    {TEXT,      "552 5.3.4 too big",              "never letter too-large 5.3.4"           },
    {TEXT,      "451 enough",                     "later letter content-refused 4.3.0"     },
    {TEXT,      "250 already",                    "later route bad-reply 4.5.0"            },

    {DOT,       "451 4.7.1 try later",            "later letter content-refused 4.7.1"     },
    {DOT,       "450 later",                      "later letter content-refused 4.3.0"     },
    {DOT,       "452 4.3.1 full",                 "later letter no-room 4.3.1"             },
    {DOT,       "552 too big",                    "never letter too-large 5.3.4"           },
    {DOT,       "554 5.3.4 too big",              "never letter too-large 5.3.4"           },
    {DOT,       "552 5.2.2 over quota",           "never letter recipient-refused 5.2.2"   },
    {DOT,       "552 5.7.0 a program inside",     "never letter content-refused 5.7.0"     },
    {DOT,       "550 5.7.60 not your sender",     "never letter sender-refused 5.7.60"     },
    {DOT,       "554 5.6.0 spam",                 "never letter content-refused 5.6.0"     },
    {DOT,       "554 no",                         "never letter content-refused 5.6.0"     },
    {DOT,       "503 no",                         "never letter content-refused 5.6.0"     },
    {DOT,       "354 go on",                      "later route bad-reply 4.5.0"            },

    {GREETING,  "250 what",                       "later route bad-reply 4.5.0"            },
    {MAIL,      "354 go on",                      "later route bad-reply 4.5.0"            },
    {STEP_RSET, "500 what",                       "later route bad-reply 4.5.0"            },
    {QUIT,      "500 what",                       "later route bad-reply 4.5.0"            },
};

static void each_reply(void **state)
{
    bool reached[COUNT_OF(rules)] = {false};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(replies); i++) {
        struct reply reply;

        print_message("step %d: %s\n", (int)replies[i].step, replies[i].reply);
        read_line(&reply, replies[i].reply);
        reached[find_rule(replies[i].step, &reply) - rules] = true;
        assert_string_equal(words_of(verdict_reply(replies[i].step, &reply)),
                            replies[i].words);
    }
    for (size_t i = 0; i < COUNT_OF(reached); i++) {
        if (!reached[i])
            fail_msg("row %u of the replies is reached by no case", (unsigned)i);
    }
}

static const struct {
    enum attempt_step step;
    enum verdict_failure failure;
    enum stream_error error;
    const char *words;
} failing[] = {
    {CONNECT,  FAILURE_TIMEOUT,     STREAM_OK,              "later route connect-timeout 4.4.1"     },
    {CONNECT,  FAILURE_STREAM,      STREAM_REFUSED,         "later route connect-refused 4.4.1"     },
    {CONNECT,  FAILURE_STREAM,      STREAM_UNREACHABLE,     "later route connect-timeout 4.4.1"     },
    {CONNECT,  FAILURE_STREAM,      STREAM_NO_MEMORY,       "later route no-memory 4.4.5"           },
    {CONNECT,  FAILURE_STREAM,      STREAM_RESET,           "later route connection-lost 4.4.2"     },
    {STARTTLS, FAILURE_NOT_OFFERED, STREAM_OK,              "later route starttls-missing 4.7.4"    },
    {TLS,      FAILURE_INJECTED,    STREAM_OK,              "later route tls-injected 4.7.5"        },
    {TLS,      FAILURE_TIMEOUT,     STREAM_OK,              "later route timeout 4.4.2"             },
    {TLS,      FAILURE_STREAM,      STREAM_RESET,           "later route connection-lost 4.4.2"     },
    {TLS,      FAILURE_STREAM,      STREAM_TLS_NO_ENTROPY,  "later route tls-no-entropy 4.7.5"      },
    {TLS,      FAILURE_STREAM,      STREAM_TLS_NO_CLOCK,    "later route clock-not-set 4.7.5"       },
    {TLS,      FAILURE_STREAM,      STREAM_TLS_EXPIRED,     "later route tls-expired 4.7.5"         },
    {TLS,      FAILURE_STREAM,      STREAM_TLS_NOT_YET,     "later route tls-not-yet-valid 4.7.5"   },
    {TLS,      FAILURE_STREAM,      STREAM_TLS_NAME,        "later route tls-name 4.7.5"            },
    {TLS,      FAILURE_STREAM,      STREAM_TLS_UNKNOWN,     "later route tls-not-trusted 4.7.5"     },
    {TLS,      FAILURE_STREAM,      STREAM_TLS_UNPINNED,    "later route tls-pin 4.7.5"             },
    {TLS,      FAILURE_STREAM,      STREAM_TLS_SIGNATURE,   "later route tls-signature 4.7.5"       },
    {TLS,      FAILURE_STREAM,      STREAM_TLS_CERTIFICATE, "later route tls-certificate 4.7.5"     },
    {TLS,      FAILURE_STREAM,      STREAM_TLS_VERSION,     "later route tls-version 4.7.5"         },
    {TLS,      FAILURE_STREAM,      STREAM_TLS_NO_CIPHER,   "later route tls-cipher 4.7.5"          },
    {TLS,      FAILURE_STREAM,      STREAM_TLS_TOO_LARGE,   "later route tls-record-too-large 4.7.5"},
    {DOT,      FAILURE_STREAM,      STREAM_TLS_ALERT,       "later route tls-alert 4.7.5"           },
    {TLS,      FAILURE_STREAM,      STREAM_TLS_CLOSED,      "later route tls-closed 4.7.5"          },
    {TLS,      FAILURE_STREAM,      STREAM_TLS_PROTOCOL,    "later route tls-protocol 4.7.5"        },
    {GREETING, FAILURE_TIMEOUT,     STREAM_OK,              "later route timeout 4.4.2"             },
    {GREETING, FAILURE_CLOSED,      STREAM_OK,              "later route connection-lost 4.4.2"     },
    {GREETING, FAILURE_BAD_REPLY,   STREAM_OK,              "later route bad-reply 4.5.0"           },
    {RCPT,     FAILURE_STREAM,      STREAM_REFUSED,         "later route connection-lost 4.4.2"     },
    {TEXT,     FAILURE_STREAM,      STREAM_UNREACHABLE,     "later route connection-lost 4.4.2"     },
    {DOT,      FAILURE_STREAM,      STREAM_RESET,           "later route connection-lost 4.4.2"     },
};

static void each_failure(void **state)
{
    bool reached[COUNT_OF(failures)] = {false};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(failing); i++) {
        struct outcome outcome =
            verdict_failure(failing[i].step, failing[i].failure, failing[i].error);

        reached[find_failure(failing[i].step, failing[i].failure, failing[i].error) -
                failures] = true;
        assert_string_equal(words_of(outcome), failing[i].words);
    }
    for (size_t i = 0; i < COUNT_OF(reached); i++) {
        if (!reached[i])
            fail_msg("row %u of the failures is reached by no case", (unsigned)i);
    }
}

/* No combination leaves the tables, loses mail for a fault of the route, or says "sent". */
static void every_combination(void **state)
{
    struct reply reply;

    (void)state;
    reply_init(&reply);
    for (unsigned step = 0; step < STEP_COUNT; step++) {
        for (reply.code = 0; reply.code < 1000; reply.code++) {
            struct outcome outcome = verdict_reply(step, &reply);

            assert_true(outcome.result == LATER || outcome.result == NEVER);
            assert_true(outcome.scope != ROUTE || outcome.result == LATER);
            assert_true(outcome.result != NEVER || reply.code / 100 == 5);
            assert_int_equal(outcome.status.class_, outcome.result == NEVER ? 5 : 4);
            assert_true(outcome.cause != CAUSE_NONE && outcome.cause < CAUSE_COUNT);
        }
    }
}

static void glitches(void **state)
{
    static const struct {
        struct outcome outcome;
        bool glitch;
    } cases[] = {
        {{LATER, ROUTE, CAUSE_CONNECT_REFUSED, {4, 4, 1}},               true },
        {{LATER, ROUTE, CAUSE_CONNECT_TIMEOUT, {4, 4, 1}},               true },
        {{LATER, ROUTE, CAUSE_CONNECTION_LOST, {4, 4, 2}},               true },
        {{LATER, ROUTE, CAUSE_SHUTTING_DOWN, {4, 3, 2}},                 true },
        {{LATER, ROUTE, CAUSE_NO_MEMORY, {4, 4, 5}},                     true },
        {{LATER, ROUTE, CAUSE_TIMEOUT, {4, 4, 2}},                       false},
        {{LATER, ROUTE, CAUSE_AUTH_REQUIRED, {4, 7, 0}},                 false},
        {{LATER, ROUTE, CAUSE_GREETING_REFUSED, {4, 3, 2}},              false},
        {{LATER, ROUTE, CAUSE_BAD_REPLY, {4, 5, 0}},                     false},
        {{LATER, LETTER, CAUSE_CONNECTION_LOST, {4, 4, 2}},              false},
        {{OUTCOME_MAYBE_SENT, LETTER, CAUSE_CONNECTION_LOST, {4, 4, 2}}, false},
        {{OUTCOME_SENT, ROUTE, CAUSE_NONE, {2, 0, 0}},                   false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_int_equal(verdict_is_glitch(&cases[i].outcome), cases[i].glitch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_reply),
        cmocka_unit_test(each_failure),
        cmocka_unit_test(every_combination),
        cmocka_unit_test(glitches),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
