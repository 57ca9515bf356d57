/* SPDX-License-Identifier: MIT */
/* trust.c: reads pins and trust anchors out of the settings, for stream/. */
#include "relay/trust.h"

#include "settings/settings.h"

#include "flashlog/flashlog.h"

#include "mail/connector.h"

#include <string.h>

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
}
