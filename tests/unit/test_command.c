/* SPDX-License-Identifier: MIT */
/* sources: firmware/mail/command.c firmware/mail/address.c firmware/base/ip_text.c firmware/base/cursor.c firmware/base/text.c */
/* test_command.c: command lines, RFC 5321 section 4.1.1, RFC 1870, RFC 6152. */
#include "mail/command.h"

#include "base/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct cursor over(const char *text)
{
    return cursor_over(text, strlen(text));
}

static bool cursor_equals(struct cursor c, const char *text)
{
    return c.left == strlen(text) && (c.left == 0 || memcmp(c.at, text, c.left) == 0);
}

static void test_verbs(void **state)
{
    static const struct {
        const char *line;
        enum command_verb verb;
        const char *arguments;
    } table[] = {
        {"EHLO mail.example", COMMAND_EHLO,    "mail.example"},
        {"helo x",            COMMAND_HELO,    "x"           },
        {"MaIl FROM:<>",      COMMAND_MAIL,    "FROM:<>"     },
        {"RCPT TO:<a@b>",     COMMAND_RCPT,    "TO:<a@b>"    },
        {"DATA",              COMMAND_DATA,    ""            },
        {"RSET",              COMMAND_RSET,    ""            },
        {"NOOP a  b",         COMMAND_NOOP,    "a  b"        },
        {"VRFY a",            COMMAND_VRFY,    "a"           },
        {"HELP",              COMMAND_HELP,    ""            },
        {"QUIT",              COMMAND_QUIT,    ""            },
        {"QUIT \t ",          COMMAND_QUIT,    ""            },
        {"DATA x",            COMMAND_DATA,    "x"           },
        {"EHLO  x ",          COMMAND_EHLO,    "x"           },
        {"",                  COMMAND_UNKNOWN, ""            },
        {"   ",               COMMAND_UNKNOWN, ""            },
        {" QUIT",             COMMAND_UNKNOWN, ""            },
        {"QUITS",             COMMAND_UNKNOWN, ""            },
        {"QUI",               COMMAND_UNKNOWN, ""            },
        {"MAIL\tFROM:<>",     COMMAND_UNKNOWN, ""            },
        {"MAIL:FROM",         COMMAND_UNKNOWN, ""            },
        {"EXPN list",         COMMAND_UNKNOWN, ""            },
        {"GET / HTTP/1.1",    COMMAND_UNKNOWN, ""            },
        {"QUIT\r",            COMMAND_UNKNOWN, ""            },
        {"\xff\xfe\x80",      COMMAND_UNKNOWN, ""            },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        struct cursor arguments;
        enum command_verb verb = command_read(over(table[i].line), &arguments);

        if (verb != table[i].verb)
            print_message("line: %s\n", table[i].line);
        assert_int_equal(verb, table[i].verb);
        assert_true(cursor_equals(arguments, table[i].arguments));
    }
}

static void test_nul_in_verb(void **state)
{
    struct cursor arguments;

    (void)state;
    assert_int_equal(command_read(cursor_over("QUIT\0", 5), &arguments), COMMAND_UNKNOWN);
    assert_int_equal(command_read(cursor_over("\0QUIT", 5), &arguments), COMMAND_UNKNOWN);
}

static const struct {
    const char *arguments;
    enum command_result result;
    const char *sender; /* with COMMAND_OK */
    bool has_size;
    uint32_t size;
    bool eightbit;
} mails[] = {
    {"FROM:<a@b>",                            COMMAND_OK,             "a@b", false, 0,          false},
    {"from:<>",                               COMMAND_OK,             "",    false, 0,          false},
    {"FROM: <a@b>",                           COMMAND_OK,             "a@b", false, 0,          false},
    {"FROM:<a@b> SIZE=0",                     COMMAND_OK,             "a@b", true,  0,          false},
    {"FROM:<a@b> size=1234",                  COMMAND_OK,             "a@b", true,  1234,       false},
    {"FROM:<a@b> SIZE=4294967295",            COMMAND_OK,             "a@b", true,  UINT32_MAX, false},
    {"FROM:<a@b> SIZE=4294967296",            COMMAND_OK,             "a@b", true,  UINT32_MAX, false},
    {"FROM:<a@b> SIZE=99999999999999999999",  COMMAND_OK,             "a@b", true,  UINT32_MAX, false},
    {"FROM:<a@b> SIZE=00000000000000000012",  COMMAND_OK,             "a@b", true,  12,         false},
    {"FROM:<a@b> SIZE=100000000000000000000", COMMAND_BAD_OPTION,     NULL,  0,     0,          0    },
    {"FROM:<a@b> BODY=8BITMIME",              COMMAND_OK,             "a@b", false, 0,          true },
    {"FROM:<a@b> body=7bit",                  COMMAND_OK,             "a@b", false, 0,          false},
    {"FROM:<a@b>  SIZE=5  BODY=8bitmime",     COMMAND_OK,             "a@b", true,  5,          true },
    {"FROM:<@r:a@b>",                         COMMAND_OK,             "a@b", false, 0,          false},
 /* refused */
    {"",                                      COMMAND_SYNTAX,         NULL,  0,     0,          0    },
    {"FROM",                                  COMMAND_SYNTAX,         NULL,  0,     0,          0    },
    {"TO:<a@b>",                              COMMAND_SYNTAX,         NULL,  0,     0,          0    },
    {"FROM :<a@b>",                           COMMAND_SYNTAX,         NULL,  0,     0,          0    },
    {"FROM:",                                 COMMAND_BAD_ADDRESS,    NULL,  0,     0,          0    },
    {"FROM:a@b",                              COMMAND_BAD_ADDRESS,    NULL,  0,     0,          0    },
    {"FROM:<a>",                              COMMAND_BAD_ADDRESS,    NULL,  0,     0,          0    },
    {"FROM:<a@b>x",                           COMMAND_BAD_ADDRESS,    NULL,  0,     0,          0    },
    {"FROM:<a@b>SIZE=1",                      COMMAND_BAD_ADDRESS,    NULL,  0,     0,          0    },
    {"FROM:<a@b> SIZE",                       COMMAND_BAD_OPTION,     NULL,  0,     0,          0    },
    {"FROM:<a@b> SIZE=",                      COMMAND_SYNTAX,         NULL,  0,     0,          0    },
    {"FROM:<a@b> SIZE=-1",                    COMMAND_BAD_OPTION,     NULL,  0,     0,          0    },
    {"FROM:<a@b> SIZE=1k",                    COMMAND_BAD_OPTION,     NULL,  0,     0,          0    },
    {"FROM:<a@b> SIZE=1=2",                   COMMAND_SYNTAX,         NULL,  0,     0,          0    },
    {"FROM:<a@b> SIZE=1 SIZE=1",              COMMAND_BAD_OPTION,     NULL,  0,     0,          0    },
    {"FROM:<a@b> BODY=BINARYMIME",            COMMAND_BAD_OPTION,     NULL,  0,     0,          0    },
    {"FROM:<a@b> BODY",                       COMMAND_BAD_OPTION,     NULL,  0,     0,          0    },
    {"FROM:<a@b> BODY=7BIT BODY=7BIT",        COMMAND_BAD_OPTION,     NULL,  0,     0,          0    },
    {"FROM:<a@b> AUTH=<>",                    COMMAND_UNKNOWN_OPTION, NULL,  0,     0,          0    },
    {"FROM:<a@b> SMTPUTF8",                   COMMAND_UNKNOWN_OPTION, NULL,  0,     0,          0    },
    {"FROM:<a@b> SIZES=1",                    COMMAND_UNKNOWN_OPTION, NULL,  0,     0,          0    },
    {"FROM:<a@b> =1",                         COMMAND_SYNTAX,         NULL,  0,     0,          0    },
    {"FROM:<a@b> X=\x01",                     COMMAND_SYNTAX,         NULL,  0,     0,          0    },
    {"FROM:<a@b> SIZE=1\r\nRCPT TO:<x@y>",    COMMAND_SYNTAX,         NULL,  0,     0,          0    },
};

static void test_mail(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(mails); i++) {
        struct command_mail mail;
        enum command_result result = command_read_mail(over(mails[i].arguments), &mail);

        if (result != mails[i].result)
            print_message("MAIL %s\n", mails[i].arguments);
        assert_int_equal(result, mails[i].result);
        if (result != COMMAND_OK)
            continue;
        assert_true(cursor_equals(mail.sender.mailbox, mails[i].sender));
        assert_int_equal(mail.has_size, mails[i].has_size);
        assert_int_equal(mail.size, mails[i].size);
        assert_int_equal(mail.eightbit, mails[i].eightbit);
    }
}

static void test_rcpt(void **state)
{
    static const struct {
        const char *arguments;
        enum command_result result;
        const char *mailbox;
    } table[] = {
        {"TO:<a@b>",              COMMAND_OK,             "a@b"       },
        {"to: <a@b>",             COMMAND_OK,             "a@b"       },
        {"TO:<postmaster>",       COMMAND_OK,             "postmaster"},
        {"TO:<@r,@s:a@b>",        COMMAND_OK,             "a@b"       },
        {"TO:<>",                 COMMAND_BAD_ADDRESS,    NULL        },
        {"TO:a@b",                COMMAND_BAD_ADDRESS,    NULL        },
        {"TO:<a@b>,<c@d>",        COMMAND_BAD_ADDRESS,    NULL        },
        {"FROM:<a@b>",            COMMAND_SYNTAX,         NULL        },
        {"TO:<a@b> NOTIFY=NEVER", COMMAND_UNKNOWN_OPTION, NULL        },
        {"TO:<a@b> X",            COMMAND_UNKNOWN_OPTION, NULL        },
        {"TO:<a@b> =",            COMMAND_SYNTAX,         NULL        },
        {"TO:<a@b> X=",           COMMAND_SYNTAX,         NULL        },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        struct address address;
        enum command_result result = command_read_rcpt(over(table[i].arguments), &address);

        if (result != table[i].result)
            print_message("RCPT %s\n", table[i].arguments);
        assert_int_equal(result, table[i].result);
        if (table[i].result == COMMAND_OK)
            assert_true(cursor_equals(address.mailbox, table[i].mailbox));
    }
}

static void test_size_value(void **state)
{
    uint32_t size;

    (void)state;
    assert_true(command_read_size(over("4294967294"), &size));
    assert_int_equal(size, UINT32_MAX - 1);
    assert_true(command_read_size(over("18446744073709551617"), &size));
    assert_int_equal(size, UINT32_MAX);
    assert_false(command_read_size(over(""), &size));
    assert_false(command_read_size(over("12 "), &size));
}

static void test_helo(void **state)
{
    (void)state;
    assert_true(command_read_helo(over("mail.example")));
    assert_true(command_read_helo(over("[IPv6:fe80::1]")));
    assert_false(command_read_helo(over("")));
    assert_false(command_read_helo(over("a b")));
    assert_false(command_read_helo(over("a\r\nb")));
    assert_false(command_read_helo(over("<a>")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verbs), cmocka_unit_test(test_nul_in_verb),
        cmocka_unit_test(test_mail),  cmocka_unit_test(test_rcpt),
        cmocka_unit_test(test_helo),  cmocka_unit_test(test_size_value),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
