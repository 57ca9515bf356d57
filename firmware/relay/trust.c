/* SPDX-License-Identifier: MIT */
/* trust.c: reads pins and trust anchors out of the settings; looks when anchors end. */
#include "relay/trust.h"

#include "settings/settings.h"

#include "flashlog/flashlog.h"

#include "stream/tls_kept.h"

#include "mail/connector.h"

#include "base/bytes.h"
#include "base/log.h"
#include "base/text.h"

#include <string.h>

#define DAY_S 86400

static struct {
    uint32_t looked; /* the day of the last look, since 1970; 0: none */
    struct trust_end first;
} trust;

/* One that is not as long as it must be ends the list. */
static bool read_pin(uint8_t connector, unsigned index, uint8_t pin[TLS_PIN_SIZE])
{
    const char *name = connectors[connector].name;
    struct settings_value value;
    size_t length = 0;

    return settings_find(SETTINGS_PIN, cursor_over(name, strlen(name)), index, &value) ==
               SETTINGS_OK &&
           settings_read(&value, 0, pin, TLS_PIN_SIZE, &length) == SETTINGS_OK &&
           length == TLS_PIN_SIZE;
}

static size_t read_anchor(unsigned index, size_t offset, uint8_t *octets, size_t size)
{
    struct settings_value value;
    size_t length = 0;

    if (settings_find(SETTINGS_ANCHOR, cursor_over("", 0), index, &value) == SETTINGS_OK)
        settings_read(&value, offset, octets, size, &length);
    return length;
}

const struct tls_kept trust_kept = {flashlog_ready, read_pin, read_anchor};

void trust_changed(void)
{
    for (uint8_t i = 0; i < CONFIG_CONNECTOR_COUNT; i++)
        stream_tls_forget(i);
    trust.looked = 0;
}

/* ---- The end of anchors ------------------------------------------------------------------- */

static void set_name(struct trust_end *end, const uint8_t *name, size_t length)
{
    struct text text;

    text_init(&text, end->name, sizeof end->name);
    text_add_clean(&text, name, length);
}

static bool read_kept(unsigned index, struct trust_end *end)
{
    struct settings_value value;
    uint8_t octets[TLS_KEPT_HEAD > SETTINGS_NAME_MAX ? TLS_KEPT_HEAD : SETTINGS_NAME_MAX];
    size_t length;

    if (settings_find(SETTINGS_ANCHOR, cursor_over("", 0), index, &value) != SETTINGS_OK)
        return false;
    settings_read_name(&value, octets, SETTINGS_NAME_MAX, &length);
    set_name(end, octets, length);
    settings_read(&value, 0, octets, TLS_KEPT_HEAD, &length);
    end->last_day = length == TLS_KEPT_HEAD ? tls_kept_last_day(octets) : 0;
    return true;
}

/* At the look before, if there was one, more than so many days were left, and now are not. */
static void consider(const struct trust_end *end, uint32_t day)
{
    static const int8_t thresholds[] = {60, 30, 7, -1};
    int32_t left = (int32_t)(end->last_day - day);
    int32_t left_before =
        trust.looked == 0 ? INT32_MAX : left + (int32_t)(day - trust.looked);
    bool crossed = false;

    if (end->last_day < trust.first.last_day)
        trust.first = *end;
    for (size_t i = 0; i < COUNT_OF(thresholds); i++)
        crossed = crossed || (left <= thresholds[i] && left_before > thresholds[i]);
    if (crossed)
        log_write(LOG_WARNING, "tls", "anchor-ends", "anchor=\"%s\" in_days=%ld", end->name,
                  (long)left);
}

/* Those of the image, then those of the device. */
static void look(uint32_t day)
{
    struct trust_end end;
    struct cursor name;

    trust.first.last_day = UINT32_MAX;
    for (unsigned i = 0; stream_tls_anchor(i, &end.last_day, &name); i++) {
        set_name(&end, name.at, name.left);
        consider(&end, day);
    }
    for (unsigned i = 0; TRUST_IS_KEPT && read_kept(i, &end); i++)
        consider(&end, day);
}

void trust_poll(const struct clock *now)
{
    uint32_t day = now->wall_s / DAY_S;

    if (day == trust.looked || day == 0 || !flashlog_ready())
        return;
    look(day);
    trust.looked = day;
}

const struct trust_end *trust_first_end(void)
{
    return trust.looked != 0 && trust.first.last_day != UINT32_MAX ? &trust.first : NULL;
}
