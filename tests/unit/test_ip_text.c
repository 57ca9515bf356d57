/* SPDX-License-Identifier: MIT */
/* sources: firmware/base/ip_text.c firmware/base/cursor.c firmware/base/text.c */
/* test_ip_text.c: addresses read in every form, and written in one (RFC 4291, RFC 5952). */
#include "base/ip_text.h"

#include "base/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* What is read, and what is written of it; NULL: no address, or not all of the text. */
static const struct {
    const char *read, *written;
} forms[] = {
    {"192.0.2.1",                               "192.0.2.1"                              },
    {"0.0.0.0",                                 "0.0.0.0"                                },
    {"255.255.255.255",                         "255.255.255.255"                        },
    {"010.001.002.003",                         "10.1.2.3"                               },
    {"192.0.2",                                 NULL                                     },
    {"192.0.2.1.",                              NULL                                     },
    {"192.0.2.256",                             NULL                                     },
    {"192.0.2.0001",                            NULL                                     },
    {"0x7f.0.0.1",                              NULL                                     },
    {"::",                                      "::"                                     },
    {"::1",                                     "::1"                                    },
    {"1::",                                     "1::"                                    },
    {"2001:DB8::00AB",                          "2001:db8::ab"                           },
    {"2001:db8:0:0:1:0:0:1",                    "2001:db8::1:0:0:1"                      },
    {"1:0:0:2:0:0:0:3",                         "1:0:0:2::3"                             },
    {"1:0:2:3:4:5:6:7",                         "1:0:2:3:4:5:6:7"                        },
    {"0:0:1:2:3:4:5:6",                         "::1:2:3:4:5:6"                          },
    {"1:2:3:4:5:6:0:0",                         "1:2:3:4:5:6::"                          },
    {"1:2:3:4:5:6:7::",                         "1:2:3:4:5:6:7:0"                        },
    {"::2:3:4:5:6:7:8",                         "0:2:3:4:5:6:7:8"                        },
    {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
    {"::192.0.2.33",                            "::c000:221"                             },
    {"1:2:3:4:5:6:192.0.2.33",                  "1:2:3:4:5:6:c000:221"                   },
    {"1:2:3:4:5:6:7:192.0.2.33",                NULL                                     },
    {"1:2:3:4:5:6:7:8::",                       NULL                                     },
    {"1:2:3:4:5:6:7:8:",                        NULL                                     },
    {"1:2:3:4:5:6:7:8:9",                       NULL                                     },
    {"1:2:3:4:5:6:7",                           NULL                                     },
    {"1::2::3",                                 NULL                                     },
    {":1",                                      NULL                                     },
    {"::1:",                                    NULL                                     },
    {":::",                                     NULL                                     },
    {"12345::",                                 NULL                                     },
    {"g::",                                     NULL                                     },
    {"fe80::1%en",                              NULL                                     },
    {"",                                        NULL                                     },
};

static void forms_are_read_and_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        struct cursor c = cursor_over(forms[i].read, strlen(forms[i].read));
        uint8_t octets[IPV6_OCTETS];
        size_t size = ip_read(&c, octets);
        bool whole = size > 0 && c.left == 0;
        char buffer[46];
        struct text t;

        if (whole != (forms[i].written != NULL))
            fail_msg("\"%s\": %d", forms[i].read, whole);
        if (!whole)
            continue;
        text_init(&t, buffer, sizeof buffer);
        ip_put(&t, octets, size);
        assert_string_equal(buffer, forms[i].written);
        assert_false(t.cut);
    }
}

static void octets_are_in_order(void **state)
{
    static const char v4[] = "1.2.3.4 rest", v6[] = "102:304::f0e:d0c";
    static const uint8_t octets_v6[16] = {1, 2, 3, 4, [12] = 0xf, 0xe, 0xd, 0xc};
    struct cursor c = cursor_over(v4, strlen(v4));
    uint8_t octets[IPV6_OCTETS];

    (void)state;
    assert_int_equal(ip_read(&c, octets), IPV4_OCTETS);
    assert_memory_equal(octets, "\1\2\3\4", 4);
    assert_int_equal(c.left, strlen(" rest"));
    c = cursor_over(v6, strlen(v6));
    assert_int_equal(ip_read(&c, octets), IPV6_OCTETS);
    assert_memory_equal(octets, octets_v6, 16);
}

static void a_gap_has_its_least_size(void **state)
{
    static const char one[] = "1:2:3:4:5:6:7::", two[] = "1:2:3:4:5:6::";
    struct cursor c = cursor_over(one, strlen(one));
    uint8_t octets[IPV6_OCTETS];

    (void)state;
    assert_false(ip_read_v6(&c, octets, 4));
    c = cursor_over(two, strlen(two));
    assert_true(ip_read_v6(&c, octets, 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_are_read_and_written),
        cmocka_unit_test(octets_are_in_order),
        cmocka_unit_test(a_gap_has_its_least_size),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
