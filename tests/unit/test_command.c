/* SPDX-License-Identifier: MIT */
/* sources: firmware/mail/command.c firmware/mail/address.c firmware/base/ip_text.c firmware/base/cursor.c firmware/base/text.c */
/* test_command.c: command lines, RFC 5321 section 4.1.1, RFC 1870, RFC 6152, RFC 3461. */
#include "mail/command.h"

#include "base/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
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
    uint32_t size;
    bool eightbit;
} mails[] = {
    {"FROM:<a@b>",                            COMMAND_OK,             "a@b", 0,          false},
    {"from:<>",                               COMMAND_OK,             "",    0,          false},
    {"FROM: <a@b>",                           COMMAND_OK,             "a@b", 0,          false},
    {"FROM:<a@b> SIZE=0",                     COMMAND_OK,             "a@b", 0,          false},
    {"FROM:<a@b> size=1234",                  COMMAND_OK,             "a@b", 1234,       false},
    {"FROM:<a@b> SIZE=4294967295",            COMMAND_OK,             "a@b", UINT32_MAX, false},
    {"FROM:<a@b> SIZE=4294967296",            COMMAND_OK,             "a@b", UINT32_MAX, false},
    {"FROM:<a@b> SIZE=99999999999999999999",  COMMAND_OK,             "a@b", UINT32_MAX, false},
    {"FROM:<a@b> SIZE=00000000000000000012",  COMMAND_OK,             "a@b", 12,         false},
    {"FROM:<a@b> SIZE=100000000000000000000", COMMAND_BAD_OPTION,     NULL,  0,          0    },
    {"FROM:<a@b> BODY=8BITMIME",              COMMAND_OK,             "a@b", 0,          true },
    {"FROM:<a@b> body=7bit",                  COMMAND_OK,             "a@b", 0,          false},
    {"FROM:<a@b>  SIZE=5  BODY=8bitmime",     COMMAND_OK,             "a@b", 5,          true },
    {"FROM:<@r:a@b>",                         COMMAND_OK,             "a@b", 0,          false},
 /* refused */
    {"",                                      COMMAND_SYNTAX,         NULL,  0,          0    },
    {"FROM",                                  COMMAND_SYNTAX,         NULL,  0,          0    },
    {"TO:<a@b>",                              COMMAND_SYNTAX,         NULL,  0,          0    },
    {"FROM :<a@b>",                           COMMAND_SYNTAX,         NULL,  0,          0    },
    {"FROM:",                                 COMMAND_BAD_ADDRESS,    NULL,  0,          0    },
    {"FROM:a@b",                              COMMAND_BAD_ADDRESS,    NULL,  0,          0    },
    {"FROM:<a>",                              COMMAND_BAD_ADDRESS,    NULL,  0,          0    },
    {"FROM:<a@b>x",                           COMMAND_BAD_ADDRESS,    NULL,  0,          0    },
    {"FROM:<a@b>SIZE=1",                      COMMAND_BAD_ADDRESS,    NULL,  0,          0    },
    {"FROM:<a@b> SIZE",                       COMMAND_BAD_OPTION,     NULL,  0,          0    },
    {"FROM:<a@b> SIZE=",                      COMMAND_SYNTAX,         NULL,  0,          0    },
    {"FROM:<a@b> SIZE=-1",                    COMMAND_BAD_OPTION,     NULL,  0,          0    },
    {"FROM:<a@b> SIZE=1k",                    COMMAND_BAD_OPTION,     NULL,  0,          0    },
    {"FROM:<a@b> SIZE=1=2",                   COMMAND_SYNTAX,         NULL,  0,          0    },
    {"FROM:<a@b> SIZE=1 SIZE=1",              COMMAND_BAD_OPTION,     NULL,  0,          0    },
    {"FROM:<a@b> BODY=BINARYMIME",            COMMAND_BAD_OPTION,     NULL,  0,          0    },
    {"FROM:<a@b> BODY",                       COMMAND_BAD_OPTION,     NULL,  0,          0    },
    {"FROM:<a@b> BODY=7BIT BODY=7BIT",        COMMAND_BAD_OPTION,     NULL,  0,          0    },
    {"FROM:<a@b> AUTH=<>",                    COMMAND_UNKNOWN_OPTION, NULL,  0,          0    },
    {"FROM:<a@b> SMTPUTF8",                   COMMAND_UNKNOWN_OPTION, NULL,  0,          0    },
    {"FROM:<a@b> SIZES=1",                    COMMAND_UNKNOWN_OPTION, NULL,  0,          0    },
    {"FROM:<a@b> =1",                         COMMAND_SYNTAX,         NULL,  0,          0    },
    {"FROM:<a@b> X=\x01",                     COMMAND_SYNTAX,         NULL,  0,          0    },
    {"FROM:<a@b> SIZE=1\r\nRCPT TO:<x@y>",    COMMAND_SYNTAX,         NULL,  0,          0    },
};

static void test_mail(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(mails); i++) {
        struct command_path mail;
        enum command_result result = command_read_mail(over(mails[i].arguments), &mail);

        if (result != mails[i].result)
            print_message("MAIL %s\n", mails[i].arguments);
        assert_int_equal(result, mails[i].result);
        if (result != COMMAND_OK)
            continue;
        assert_true(cursor_equals(mail.address.mailbox, mails[i].sender));
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
        {"TO:<a@b>",          COMMAND_OK,             "a@b"       },
        {"to: <a@b>",         COMMAND_OK,             "a@b"       },
        {"TO:<postmaster>",   COMMAND_OK,             "postmaster"},
        {"TO:<@r,@s:a@b>",    COMMAND_OK,             "a@b"       },
        {"TO:<>",             COMMAND_BAD_ADDRESS,    NULL        },
        {"TO:a@b",            COMMAND_BAD_ADDRESS,    NULL        },
        {"TO:<a@b>,<c@d>",    COMMAND_BAD_ADDRESS,    NULL        },
        {"FROM:<a@b>",        COMMAND_SYNTAX,         NULL        },
        {"TO:<a@b> X",        COMMAND_UNKNOWN_OPTION, NULL        },
        {"TO:<a@b> SIZE=1",   COMMAND_UNKNOWN_OPTION, NULL        },
        {"TO:<a@b> RET=FULL", COMMAND_UNKNOWN_OPTION, NULL        },
        {"TO:<a@b> =",        COMMAND_SYNTAX,         NULL        },
        {"TO:<a@b> X=",       COMMAND_SYNTAX,         NULL        },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        struct command_path path;
        enum command_result result = command_read_rcpt(over(table[i].arguments), &path);

        if (result != table[i].result)
            print_message("RCPT %s\n", table[i].arguments);
        assert_int_equal(result, table[i].result);
        if (table[i].result == COMMAND_OK)
            assert_true(cursor_equals(path.address.mailbox, table[i].mailbox));
    }
}

/* ---- RFC 3461 ---------------------------------------------------------------------------- */

#define TEN     "1234567890"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static const struct {
    bool mail; /* else RCPT */
    const char *parameters;
    enum command_result result;
    const char *dsn[COMMAND_DSN]; /* with COMMAND_OK */
} dsns[] = {
    {true,  "",                                                                              COMMAND_OK,             {"", ""}                     },
    {true,  "RET=FULL",                                                                      COMMAND_OK,             {"RET=FULL", ""}             },
    {true,  "ret=hdrs",                                                                      COMMAND_OK,             {"ret=hdrs", ""}             },
    {true,  "ENVID=QQ314159",                                                                COMMAND_OK,             {"", "ENVID=QQ314159"}       },
    {true,
     "SIZE=5 ENVID=a+2Bb+20c  BODY=7BIT RET=HDRS",                                           COMMAND_OK,
     {"RET=HDRS", "ENVID=a+2Bb+20c"}                                                                                                              },
    {true,  "ENVID=+7E+7e",                                                                  COMMAND_OK,             {"", "ENVID=+7E+7e"}         },
    {true,  "ENVID=" HUNDRED,                                                                COMMAND_OK,             {"", "ENVID=" HUNDRED}       },
    {false, "",                                                                              COMMAND_OK,             {"", ""}                     },
    {false, "NOTIFY=NEVER",                                                                  COMMAND_OK,             {"NOTIFY=NEVER", ""}         },
    {false, "notify=success",                                                                COMMAND_OK,             {"notify=success", ""}       },
    {false,
     "NOTIFY=SUCCESS,FAILURE,DELAY",                                                         COMMAND_OK,
     {"NOTIFY=SUCCESS,FAILURE,DELAY", ""}                                                                                                         },
    {false, "NOTIFY=DELAY,FAILURE",                                                          COMMAND_OK,             {"NOTIFY=DELAY,FAILURE", ""} },
    {false, "ORCPT=rfc822;a+2Bb@c",                                                          COMMAND_OK,             {"", "ORCPT=rfc822;a+2Bb@c"} },
    {false, "ORCPT=x-1;;",                                                                   COMMAND_OK,             {"", "ORCPT=x-1;;"}          },
    {false, "ORCPT=x;y NOTIFY=NEVER",                                                        COMMAND_OK,             {"NOTIFY=NEVER", "ORCPT=x;y"}},
    {false,
     "ORCPT=rfc822;123" HUNDRED HUNDRED HUNDRED HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN,
     COMMAND_OK,                                                                                                     {"", "ORCPT=rfc822;123" HUNDRED HUNDRED HUNDRED HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN
              TEN}                                                                                                                },
 /* refused */
    {true,  "RET",                                                                           COMMAND_BAD_OPTION,     {0}                          },
    {true,  "RET=",                                                                          COMMAND_SYNTAX,         {0}                          },
    {true,  "RET=FULLY",                                                                     COMMAND_BAD_OPTION,     {0}                          },
    {true,  "RET=FULL RET=FULL",                                                             COMMAND_BAD_OPTION,     {0}                          },
    {true,  "ENVID",                                                                         COMMAND_BAD_OPTION,     {0}                          },
    {true,  "ENVID=",                                                                        COMMAND_SYNTAX,         {0}                          },
    {true,  "ENVID=a ENVID=a",                                                               COMMAND_BAD_OPTION,     {0}                          },
    {true,  "ENVID=1" HUNDRED,                                                               COMMAND_BAD_OPTION,     {0}                          },
    {true,  "ENVID=a=b",                                                                     COMMAND_SYNTAX,         {0}                          },
    {true,  "ENVID=a+",                                                                      COMMAND_BAD_OPTION,     {0}                          },
    {true,  "ENVID=a+4",                                                                     COMMAND_BAD_OPTION,     {0}                          },
    {true,  "ENVID=a+4g",                                                                    COMMAND_BAD_OPTION,     {0}                          },
    {true,  "ENVID=a+0D+0AX:",                                                               COMMAND_BAD_OPTION,     {0}                          },
    {true,  "ENVID=a+1F",                                                                    COMMAND_BAD_OPTION,     {0}                          },
    {true,  "ENVID=a+7F",                                                                    COMMAND_BAD_OPTION,     {0}                          },
    {true,  "ENVID=a+C3",                                                                    COMMAND_BAD_OPTION,     {0}                          },
    {true,  "ENVID=a\xc3",                                                                   COMMAND_SYNTAX,         {0}                          },
    {true,  "NOTIFY=NEVER",                                                                  COMMAND_UNKNOWN_OPTION, {0}                          },
    {true,  "ORCPT=x;y",                                                                     COMMAND_UNKNOWN_OPTION, {0}                          },
    {false, "NOTIFY",                                                                        COMMAND_BAD_OPTION,     {0}                          },
    {false, "NOTIFY=ALWAYS",                                                                 COMMAND_BAD_OPTION,     {0}                          },
    {false, "NOTIFY=NEVER,DELAY",                                                            COMMAND_BAD_OPTION,     {0}                          },
    {false, "NOTIFY=DELAY,NEVER",                                                            COMMAND_BAD_OPTION,     {0}                          },
    {false, "NOTIFY=DELAY,",                                                                 COMMAND_BAD_OPTION,     {0}                          },
    {false, "NOTIFY=,DELAY",                                                                 COMMAND_BAD_OPTION,     {0}                          },
    {false, "NOTIFY=DELAYED",                                                                COMMAND_BAD_OPTION,     {0}                          },
    {false, "NOTIFY=SUCCESS,FAILURE,SUCCESS",                                                COMMAND_BAD_OPTION,     {0}                          },
    {false, "NOTIFY=DELAY NOTIFY=DELAY",                                                     COMMAND_BAD_OPTION,     {0}                          },
    {false, "ORCPT",                                                                         COMMAND_BAD_OPTION,     {0}                          },
    {false, "ORCPT=rfc822",                                                                  COMMAND_BAD_OPTION,     {0}                          },
    {false, "ORCPT=rfc822;",                                                                 COMMAND_BAD_OPTION,     {0}                          },
    {false, "ORCPT=;a@b",                                                                    COMMAND_BAD_OPTION,     {0}                          },
    {false, "ORCPT=rfc822;a+",                                                               COMMAND_BAD_OPTION,     {0}                          },
    {false, "ORCPT=x;y ORCPT=x;y",                                                           COMMAND_BAD_OPTION,     {0}                          },
    {false,
     "ORCPT=rfc822;1234" HUNDRED HUNDRED HUNDRED HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN
         TEN,                                                                                COMMAND_BAD_OPTION,
     {0}                                                                                                                                          },
};

static void test_dsn(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(dsns); i++) {
        struct command_path path;
        char line[1024];
        enum command_result result;

        snprintf(line, sizeof line, "%s:<a@b> %s", dsns[i].mail ? "FROM" : "TO",
                 dsns[i].parameters);
        result = dsns[i].mail ? command_read_mail(over(line), &path)
                              : command_read_rcpt(over(line), &path);
        if (result != dsns[i].result)
            print_message("%s\n", line);
        assert_int_equal(result, dsns[i].result);
        for (unsigned n = 0; result == COMMAND_OK && n < COMMAND_DSN; n++)
            assert_true(cursor_equals(path.dsn[n], dsns[i].dsn[n]));
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
        cmocka_unit_test(test_dsn),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
