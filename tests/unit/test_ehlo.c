/* SPDX-License-Identifier: MIT */
/* sources: firmware/mail/ehlo.c firmware/mail/command.c firmware/mail/address.c firmware/base/ip_text.c firmware/base/cursor.c firmware/base/text.c */
/* test_ehlo.c: the keywords of EHLO replies, as servers really spell them. */
#include "mail/ehlo.h"

#include "base/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { SIZE = 1, EIGHTBIT = 2, PIPELINING = 4, ENHANCED = 8, STARTTLS = 16, DSN = 32 };

static unsigned flags_of(const struct ehlo *ehlo)
{
    return (ehlo->size ? SIZE : 0u) | (ehlo->eightbit ? EIGHTBIT : 0u) |
           (ehlo->pipelining ? PIPELINING : 0u) | (ehlo->enhanced ? ENHANCED : 0u) |
           (ehlo->starttls ? STARTTLS : 0u) | (ehlo->dsn ? DSN : 0u);
}

static void add_line(struct ehlo *ehlo, const char *line, size_t length)
{
    ehlo_add(ehlo, line, length);
    ehlo_add_session(ehlo, line, length);
}

static const struct {
    const char *line;
    unsigned flags, auth;
    uint32_t size_max;
} lines[] = {
    {"SIZE 35882577",                              SIZE,       0,                                            35882577  },
    {"size",                                       SIZE,       0,                                            0         },
    {"SIZE 0",                                     SIZE,       0,                                            0         },
    {"SIZE 4294967295",                            SIZE,       0,                                            UINT32_MAX},
    {"SIZE 5000000000",                            SIZE,       0,                                            UINT32_MAX},
    {"SIZE 10 ",                                   SIZE,       0,                                            10        },
    {"SIZE 10x",                                   SIZE,       0,                                            0         },
    {"SIZE -1",                                    SIZE,       0,                                            0         },
    {"SIZE 000000000000000000001",                 SIZE,       0,                                            0         },
    {"SIZE=10",                                    0,          0,                                            0         },
    {"SIZES 10",                                   0,          0,                                            0         },
    {"8bitMIME",                                   EIGHTBIT,   0,                                            0         },
    {"PIPELINING",                                 PIPELINING, 0,                                            0         },
    {"ENHANCEDSTATUSCODES",                        ENHANCED,   0,                                            0         },
    {"EnhancedStatusCodes ",                       ENHANCED,   0,                                            0         },
    {"STARTTLS",                                   STARTTLS,   0,                                            0         },
    {"STARTTLS\tx",                                STARTTLS,   0,                                            0         },
    {"DSN",                                        DSN,        0,                                            0         },
    {"AUTH PLAIN LOGIN",                           0,          EHLO_AUTH_PLAIN | EHLO_AUTH_LOGIN,            0         },
    {"AUTH=PLAIN LOGIN",                           0,          EHLO_AUTH_PLAIN | EHLO_AUTH_LOGIN,            0         },
    {"auth  cram-md5\tscram-sha-256 ",             0,          EHLO_AUTH_CRAM_MD5 | EHLO_AUTH_SCRAM_SHA_256, 0         },
    {"AUTH XOAUTH2 NTLM",                          0,          EHLO_AUTH_XOAUTH2 | EHLO_AUTH_NTLM,           0         },
    {"AUTH GSSAPI SCRAM-SHA-256-PLUS SCRAM-SHA-1", 0,          EHLO_AUTH_OTHER,                              0         },
    {"AUTH PLAINX XPLAIN",                         0,          EHLO_AUTH_OTHER,                              0         },
    {"AUTH",                                       0,          0,                                            0         },
    {"AUTH=",                                      0,          0,                                            0         },
    {"AUTHX PLAIN",                                0,          0,                                            0         },
    {"XAUTH PLAIN",                                0,          0,                                            0         },
    {"",                                           0,          0,                                            0         },
    {"=",                                          0,          0,                                            0         },
    {" DSN",                                       0,          0,                                            0         },
    {"mail.example DSN SIZE 10",                   0,          0,                                            0         },
    {"CHUNKING",                                   0,          0,                                            0         },
    {"SMTPUTF8",                                   0,          0,                                            0         },
};

static void test_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        struct ehlo ehlo;

        ehlo_init(&ehlo);
        add_line(&ehlo, lines[i].line, strlen(lines[i].line));
        if (flags_of(&ehlo) != lines[i].flags || ehlo.auth != lines[i].auth)
            print_message("line: %s\n", lines[i].line);
        assert_int_equal(flags_of(&ehlo), lines[i].flags);
        assert_int_equal(ehlo.auth, lines[i].auth);
        assert_int_equal(ehlo.size_max, lines[i].size_max);
    }
}

static void test_lines_add_up(void **state)
{
    struct ehlo ehlo;

    (void)state;
    ehlo_init(&ehlo);
    for (size_t i = 0; i < COUNT_OF(lines); i++)
        add_line(&ehlo, lines[i].line, strlen(lines[i].line));
    assert_int_equal(flags_of(&ehlo), 63);
    assert_int_equal(ehlo.auth, 63 + EHLO_AUTH_OTHER);
}

static void test_init_forgets(void **state)
{
    struct ehlo ehlo;

    (void)state;
    memset(&ehlo, 1, sizeof ehlo);
    ehlo_init(&ehlo);
    assert_int_equal(flags_of(&ehlo), 0);
    assert_int_equal(ehlo.auth, 0);
    assert_int_equal(ehlo.size_max, 0);
}

static void test_nul_and_length(void **state)
{
    struct ehlo ehlo;

    (void)state;
    ehlo_init(&ehlo);
    add_line(&ehlo, "DSN\0x", 5);
    add_line(&ehlo, "DSNX", 4);
    assert_int_equal(flags_of(&ehlo), 0);
    add_line(&ehlo, "DSNX", 3);
    assert_int_equal(flags_of(&ehlo), DSN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_lines_add_up),
        cmocka_unit_test(test_init_forgets),
        cmocka_unit_test(test_nul_and_length),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
