/* SPDX-License-Identifier: MIT */
/* sources: firmware/relay/trust.c firmware/stream/tls_kept.c firmware/base/cursor.c firmware/base/log.c firmware/base/text.c */
/* test_trust.c: when trust anchors end, and how often that is told. Settings and TLS are arrays. */
#include "relay/trust.h"

#include "flashlog/flashlog.h"
#include "settings/settings.h"
#include "stream/tls_kept.h"

#include "base/bytes.h"
#include "base/log.h"

#include "mail/connector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define DAY 20000u /* 2024-10-04 */

const struct connector connectors[CONFIG_CONNECTOR_COUNT] = {{.name = "smarthost"}};

static bool readable;
static uint32_t image_days[3];
static size_t image_count, kept_count;
static const char *labels[2];
static const char *kept_dates[2];
static struct clock now;
static unsigned forgotten;

/* ---- What trust.c asks ------------------------------------------------------------------------ */

bool flashlog_ready(void)
{
    return readable;
}

void stream_tls_forget(uint8_t session)
{
    assert_int_equal(session, forgotten);
    forgotten++;
}

bool stream_tls_anchor(unsigned index, uint32_t *last_day, struct cursor *name)
{
    static const char *const names[] = {"First\x7f", "Second", "Third"};

    if (index >= image_count)
        return false;
    *last_day = image_days[index];
    *name = cursor_over(names[index], strlen(names[index]));
    return true;
}

enum settings_result settings_find(enum settings_kind kind, struct cursor name,
                                   unsigned index, struct settings_value *value)
{
    assert_true(readable);
    assert_int_equal(kind, SETTINGS_ANCHOR);
    assert_int_equal(name.left, 0);
    value->page = (uint16_t)index;
    return index < kept_count ? SETTINGS_OK : SETTINGS_ABSENT;
}

enum settings_result settings_read(const struct settings_value *value, size_t offset,
                                   uint8_t *bytes, size_t size, size_t *length)
{
    uint8_t head[TLS_KEPT_HEAD] = {0};

    memcpy(head + TLS_KEPT_LAST_DAY, kept_dates[value->page], 8);
    *length = min_size(size, sizeof head - offset);
    memcpy(bytes, head + offset, *length);
    return SETTINGS_OK;
}

enum settings_result settings_read_name(const struct settings_value *value, uint8_t *bytes,
                                        size_t size, size_t *length)
{
    *length = min_size(size, strlen(labels[value->page]));
    memcpy(bytes, labels[value->page], *length);
    return SETTINGS_OK;
}

/* ---- Days ----------------------------------------------------------------------------------- */

static void come_to(uint32_t day)
{
    now.wall_s = day * 86400 + 43200;
    trust_poll(&now);
}

/* The next warning in the log: "anchor in_days", or "" where there is none. */
static const char *warning(void)
{
    static char line[200], name[100], told[120];
    uint32_t lost;
    long days;

    if (log_read(line, sizeof line, &lost) == 0)
        return "";
    assert_int_equal(sscanf(line,
                            "%*s warn tls anchor-ends anchor=\"%99[^\"]\" in_days=%ld",
                            name, &days),
                     2);
    snprintf(told, sizeof told, "%s %ld", name, days);
    return told;
}

static int start(void **unused)
{
    (void)unused;
    log_init();
    memset(&now, 0, sizeof now);
    readable = true;
    image_count = kept_count = 0;
    forgotten = 0;
    trust_changed(); /* forgets the look of the test before */
    forgotten = 0;
    return 0;
}

static void nothing_to_tell(void **unused)
{
    (void)unused;
    come_to(DAY);
    assert_null(trust_first_end());
    image_count = 1;
    image_days[0] = DAY + 62;
    come_to(DAY + 1);
    assert_string_equal(warning(), "");
    assert_int_equal(trust_first_end()->last_day, DAY + 62);
    assert_string_equal(trust_first_end()->name, "First?");
}

static void each_threshold_once(void **unused)
{
    static const struct {
        uint32_t day;
        const char *told;
    } steps[] = {
        {DAY,       ""         },
        {DAY + 39,  ""         },
        {DAY + 40,  "First? 60"},
        {DAY + 41,  ""         },
        {DAY + 69,  ""         },
        {DAY + 70,  "First? 30"},
        {DAY + 92,  ""         },
        {DAY + 93,  "First? 7" },
        {DAY + 100, ""         },
        {DAY + 101, "First? -1"},
        {DAY + 500, ""         },
        {DAY + 30,  ""         },
        {DAY + 95,  "First? 5" },
    };

    (void)unused;
    image_count = 1;
    image_days[0] = DAY + 100;
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        come_to(steps[i].day);
        assert_string_equal(warning(), steps[i].told);
        come_to(steps[i].day);
        assert_string_equal(warning(), "");
    }
}

static void all_are_told_and_the_first_is_shown(void **unused)
{
    (void)unused;
    image_count = 3;
    image_days[0] = DAY + 31;
    image_days[1] = DAY + 61;
    image_days[2] = DAY + 8;
    kept_count = 2;
    labels[0] = "corp";
    kept_dates[0] = "20241006"; /* the day after tomorrow */
    labels[1] = "0123456789012345678901234567890123456789012345678901234567890123";
    kept_dates[1] = "99991231";
    come_to(DAY);
    assert_string_equal(warning(), "First? 31");
    assert_string_equal(warning(), "Third 8");
    assert_string_equal(warning(), "corp 2");
    assert_string_equal(warning(), "");
    assert_string_equal(trust_first_end()->name, "corp");
    assert_int_equal(trust_first_end()->last_day, DAY + 2);
    come_to(DAY + 1);
    assert_string_equal(warning(), "First? 30");
    assert_string_equal(warning(), "Second 60");
    assert_string_equal(warning(), "Third 7");
    kept_count = 1;
    labels[0] = labels[1];
    kept_dates[0] = "20000101";
    come_to(DAY + 2);
    assert_string_equal(trust_first_end()->name, labels[1]);
}

static void no_look_without_clock_or_flash(void **unused)
{
    (void)unused;
    image_count = 1;
    image_days[0] = DAY;
    come_to(0);
    assert_null(trust_first_end());
    readable = false;
    come_to(DAY);
    assert_null(trust_first_end());
    assert_string_equal(warning(), "");
    readable = true;
    come_to(DAY);
    assert_string_equal(warning(), "First? 0");
}

static void a_change_is_looked_at(void **unused)
{
    (void)unused;
    come_to(DAY);
    assert_null(trust_first_end());
    kept_count = 1;
    labels[0] = "corp";
    kept_dates[0] = "20241003";
    trust_changed();
    assert_int_equal(forgotten, CONFIG_CONNECTOR_COUNT);
    assert_null(trust_first_end());
    come_to(DAY);
    assert_string_equal(warning(), "corp -1");
    kept_count = 0;
    forgotten = 0;
    trust_changed();
    come_to(DAY);
    assert_null(trust_first_end());
}

#define TEST(name) cmocka_unit_test_setup(name, start)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_to_tell),
        TEST(each_threshold_once),
        TEST(all_are_told_and_the_first_is_shown),
        TEST(no_look_without_clock_or_flash),
        TEST(a_change_is_looked_at),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
