/* SPDX-License-Identifier: MIT */
/* sources: firmware/mail/address.c firmware/base/ip_text.c firmware/base/cursor.c firmware/base/text.c */
/* test_address.c: paths and mailboxes, RFC 5321 sections 4.1.2 and 4.1.3. */
#include "mail/address.h"

#include "base/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TEN     "0123456789"
#define SIXTY   TEN TEN TEN TEN TEN TEN
#define LABEL63 SIXTY "012"

static bool cursor_equals(struct cursor c, const char *text)
{
    return c.left == strlen(text) && (c.left == 0 || memcmp(c.at, text, c.left) == 0);
}

/* In memory of its exact size, so that AddressSanitizer sees a step over the end. */
static enum address_result read_exact(const char *text, size_t size, bool null_allowed,
                                      struct address *address, size_t *left,
                                      uint8_t **bytes)
{
    struct cursor c;
    enum address_result result;

    *bytes = malloc(size > 0 ? size : 1);
    assert_non_null(*bytes);
    memcpy(*bytes, text, size);
    c = cursor_over(*bytes, size);
    result = address_read_path(&c, null_allowed, address);
    *left = c.left;
    return result;
}

static const struct {
    const char *path;
    bool null_allowed;
    enum address_result result;
    const char *mailbox, *local, *domain;
} paths[] = {
    {"<a@b>",                   true,  ADDRESS_OK,           "a@b",                   "a",              "b"            },
    {"<a.b-c+d@Example.ORG>",   false, ADDRESS_OK,           "a.b-c+d@Example.ORG",   "a.b-c+d",
     "Example.ORG"                                                                                                     },
    {"<!#$%&'*+-/=?^_`{|}~@x>", false, ADDRESS_OK,           "!#$%&'*+-/=?^_`{|}~@x",
     "!#$%&'*+-/=?^_`{|}~",                                                                             "x"            },
    {"<\"a b\"@x>",             false, ADDRESS_OK,           "\"a b\"@x",             "\"a b\"",        "x"            },
    {"<\"a\\\"@\\\\\"@x>",      false, ADDRESS_OK,           "\"a\\\"@\\\\\"@x",      "\"a\\\"@\\\\\"", "x"            },
    {"<\"\"@x>",                false, ADDRESS_OK,           "\"\"@x",                "\"\"",           "x"            },
    {"<\"<>\"@x>",              false, ADDRESS_OK,           "\"<>\"@x",              "\"<>\"",         "x"            },
    {"<a@my_host.local>",       false, ADDRESS_OK,           "a@my_host.local",       "a",              "my_host.local"},
    {"<a@1.2>",                 false, ADDRESS_OK,           "a@1.2",                 "a",              "1.2"          },
 /* the short paths */
    {"<>",                      true,  ADDRESS_OK,           "",                      "",               ""             },
    {"<>",                      false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"<PostMaster>",            false, ADDRESS_OK,           "PostMaster",            "PostMaster",     ""             },
    {"<Postmaster>",            true,  ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"<postmaster@x>",          false, ADDRESS_OK,           "postmaster@x",          "postmaster",     "x"            },
    {"<postmaster2>",           false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"<someone>",               false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
 /* address literals */
    {"<a@[192.0.2.1]>",         false, ADDRESS_OK,           "a@[192.0.2.1]",         "a",              "[192.0.2.1]"  },
    {"<a@[255.255.255.255]>",   false, ADDRESS_OK,           "a@[255.255.255.255]",   "a",
     "[255.255.255.255]"                                                                                               },
    {"<a@[256.0.0.1]>",         false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"<a@[192.0.2]>",           false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"<a@[192.0.2.1.5]>",       false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"<a@[192.0.2.0001]>",      false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"<a@[192.0.2.1>",          false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"<a@[]>",                  false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"<a@[x400:b]>",            false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"<a@[2001:db8::1]>",       false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
 /* source routes */
    {"<@r:a@b>",                false, ADDRESS_SOURCE_ROUTE, "a@b",                   "a",              "b"            },
    {"<@r,@s.t:a@b>",           true,  ADDRESS_SOURCE_ROUTE, "a@b",                   "a",              "b"            },
    {"<@r:postmaster>",         false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"<@r,s:a@b>",              false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"<@:a@b>",                 false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"<@r a@b>",                false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"<@r:>",                   true,  ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
 /* no paths */
    {"",                        true,  ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"<",                       true,  ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"a@b",                     false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"<a@b",                    false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"<@b>",                    false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"<a@>",                    false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"<a@@b>",                  false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"<.a@b>",                  false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"<a.@b>",                  false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"<a..c@b>",                false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"<a@b.>",                  false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"<a@.b>",                  false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"<a@-b>",                  false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"<a@b-.c>",                false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"<a b@c>",                 false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"< a@c>",                  false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"<a@c >",                  false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"<a@c\r\n>",               false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"<\"a\r\"@c>",             false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"<\"a\\\n\"@c>",           false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"<\"a@c>",                 false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"<\"a\\",                  false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"<\"a\"b@c>",              false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"<\xc3\xa4@b>",            false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"<a@\xc3\xa4>",            false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
    {"<\"\x7f\"@b>",            false, ADDRESS_SYNTAX,       NULL,                    NULL,             NULL           },
};

static void test_paths(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        struct address address;
        uint8_t *bytes;
        size_t left, size = strlen(paths[i].path);
        enum address_result result =
            read_exact(paths[i].path, size, paths[i].null_allowed, &address, &left, &bytes);

        if (result != paths[i].result)
            print_message("path: %s\n", paths[i].path);
        assert_int_equal(result, paths[i].result);
        if (result == ADDRESS_SYNTAX) {
            assert_int_equal(left, size);
        } else {
            assert_int_equal(left, 0);
            assert_true(cursor_equals(address.mailbox, paths[i].mailbox));
            assert_true(cursor_equals(address.local, paths[i].local));
            assert_true(cursor_equals(address.domain, paths[i].domain));
        }
        free(bytes);
    }
}

static void test_nul_is_no_atext(void **state)
{
    struct address address;
    uint8_t *bytes;
    size_t left;

    (void)state;
    assert_int_equal(read_exact("<a\0@b>", 6, false, &address, &left, &bytes),
                     ADDRESS_SYNTAX);
    free(bytes);
    assert_int_equal(read_exact("<a@b\0>", 6, false, &address, &left, &bytes),
                     ADDRESS_SYNTAX);
    free(bytes);
}

static void test_stops_behind_the_path(void **state)
{
    struct cursor c = cursor_over("<a@b> SIZE=1", 12);
    struct address address;

    (void)state;
    assert_int_equal(address_read_path(&c, true, &address), ADDRESS_OK);
    assert_true(cursor_equals(c, " SIZE=1"));
}

/* Every beginning of a good path is no path. */
static void test_cut_anywhere(void **state)
{
    static const char path[] = "<@r,@s:\"a\\\"b\"@[IPv6:2001:db8::192.0.2.1]>";

    (void)state;
    for (size_t size = 0; size < sizeof path; size++) {
        struct address address;
        uint8_t *bytes;
        size_t left;
        enum address_result result = read_exact(path, size, true, &address, &left, &bytes);

        assert_int_equal(result, size == strlen(path) || size == sizeof path
                                     ? ADDRESS_SOURCE_ROUTE
                                     : ADDRESS_SYNTAX);
        free(bytes);
    }
}

static const struct {
    const char *host;
    bool good;
} hosts[] = {
    {"mail.example",                 true },
    {"localhost",                    true },
    {"MY_PRINTER",                   true },
    {"a--b",                         true },
    {LABEL63,                        true },
    {LABEL63 "3",                    false},
    {"",                             false},
    {"a.",                           false},
    {"a b",                          false},
    {"-a",                           false},
    {"a-",                           false},
    {"[192.0.2.1]",                  true },
    {"[192.0.2.1",                   false},
    {"[192.0.2.1]x",                 false},
    {"192.0.2.1",                    true }, /* a domain of digits, as clients say it */
    {"[ipv6:::]",                    true },
    {"[IPv6:::1]",                   true },
    {"[IPv6:1::]",                   true },
    {"[IPv6:1:2:3:4:5:6:7:8]",       true },
    {"[IPv6:1:2:3:4:5:6:7]",         false},
    {"[IPv6:1:2:3:4:5:6:7:8:9]",     false},
    {"[IPv6:1:2:3:4:5:6::]",         true },
    {"[IPv6:1:2:3::4:5:6]",          true },
    {"[IPv6:1:2:3:4:5:6:7::]",       false}, /* "::" stands for two groups at least */
    {"[IPv6:1::2:3:4:5:6:7]",        false},
    {"[IPv6:1::2::3]",               false},
    {"[IPv6::::]",                   false},
    {"[IPv6:1:]",                    false},
    {"[IPv6:::1:]",                  false},
    {"[IPv6:1:2:3:4:5:6:7:8:]",      false},
    {"[IPv6::1]",                    false},
    {"[IPv6:12345::]",               false},
    {"[IPv6:g::]",                   false},
    {"[IPv6:::ffff:192.0.2.1]",      true },
    {"[IPv6:1:2:3:4:5:6:192.0.2.1]", true },
    {"[IPv6:1:2:3:4:5:192.0.2.1]",   false},
    {"[IPv6:1:2:3:4::192.0.2.1]",    true },
    {"[IPv6:1:2:3:4:5::192.0.2.1]",  false},
    {"[IPv6:::192.0.2.1:1]",         false},
    {"[IPv6:]",                      false},
};

static void test_hosts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(hosts); i++) {
        bool good = address_is_host(cursor_over(hosts[i].host, strlen(hosts[i].host)));

        if (good != hosts[i].good)
            print_message("host: %s\n", hosts[i].host);
        assert_int_equal(good, hosts[i].good);
    }
}

/* "<local@domain>" with parts of the given lengths; the domain in labels of 59. */
static size_t make_path(char *path, size_t local, size_t domain)
{
    size_t length = 0;

    path[length++] = '<';
    for (size_t i = 0; i < local; i++)
        path[length++] = 'l';
    path[length++] = '@';
    for (size_t i = 0; i < domain; i++)
        path[length++] = i % 60 == 59 ? '.' : 'd';
    path[length++] = '>';
    return length;
}

static void test_lengths(void **state)
{
    static const struct {
        size_t local, domain;
        enum address_result result;
    } table[] = {
        {64,  1,   ADDRESS_OK      },
        {65,  1,   ADDRESS_TOO_LONG},
        {1,   255, ADDRESS_OK      },
        {1,   256, ADDRESS_TOO_LONG},
        {64,  255, ADDRESS_OK      },
        {400, 400, ADDRESS_TOO_LONG},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        char path[1000];
        struct address address;
        size_t size = make_path(path, table[i].local, table[i].domain);
        struct cursor c = cursor_over(path, size);

        assert_int_equal(address_read_path(&c, false, &address), table[i].result);
        assert_int_equal(c.left, 0);
        assert_int_equal(address.local.left, table[i].local);
        assert_int_equal(address.domain.left, table[i].domain);
    }
}

/* 255 octets are a host; 256 are none. */
static void test_host_length(void **state)
{
    char host[256];

    (void)state;
    for (size_t i = 0; i < sizeof host; i++)
        host[i] = i % 60 == 59 ? '.' : 'h';
    assert_true(address_is_host(cursor_over(host, 255)));
    assert_false(address_is_host(cursor_over(host, 256)));
}

static void test_too_long_beats_route(void **state)
{
    char path[400] = "<@r:";
    struct address address;
    struct cursor c;

    (void)state;
    memset(path + 4, 'l', 65);
    memcpy(path + 69, "@d>", 3);
    c = cursor_over(path, 72);
    assert_int_equal(address_read_path(&c, false, &address), ADDRESS_TOO_LONG);
}

static void test_mailboxes(void **state)
{
    static const struct {
        const char *mailbox;
        bool good;
    } table[] = {
        {"admin@example.org",   true },
        {"\"a b\"@[192.0.2.1]", true },
        {"",                    false},
        {"admin",               false},
        {"postmaster",          false},
        {"<a@b>",               false},
        {"a@b>",                false},
        {"a@b ",                false},
        {" a@b",                false},
        {"@r:a@b",              false},
        {"l1234" SIXTY "@b",    false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        struct cursor c = cursor_over(table[i].mailbox, strlen(table[i].mailbox));
        struct address address;
        bool good = address_read_mailbox(c, &address);

        if (good != table[i].good)
            print_message("mailbox: %s\n", table[i].mailbox);
        assert_int_equal(good, table[i].good);
        if (table[i].good)
            assert_true(cursor_equals(address.mailbox, table[i].mailbox));
    }
}

static void test_asks_to_relay(void **state)
{
    static const struct {
        const char *path;
        bool asks;
    } table[] = {
        {"<a@b>",         false},
        {"<Postmaster>",  false},
        {"<a%c@b>",       true },
        {"<c!a@b>",       true },
        {"<\"a@c\"@b>",   true },
        {"<\"a\\@c\"@b>", true },
        {"<a@b%c>",       false}, /* no path at all */
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        struct cursor c = cursor_over(table[i].path, strlen(table[i].path));
        struct address address;

        if (address_read_path(&c, false, &address) == ADDRESS_OK)
            assert_int_equal(address_asks_to_relay(&address), table[i].asks);
        else
            assert_int_equal(i, COUNT_OF(table) - 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_nul_is_no_atext),
        cmocka_unit_test(test_stops_behind_the_path),
        cmocka_unit_test(test_cut_anywhere),
        cmocka_unit_test(test_hosts),
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_host_length),
        cmocka_unit_test(test_too_long_beats_route),
        cmocka_unit_test(test_mailboxes),
        cmocka_unit_test(test_asks_to_relay),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
