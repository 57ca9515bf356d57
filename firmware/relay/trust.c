/* SPDX-License-Identifier: MIT */
/* trust.c: reads pins out of the settings, for stream/. */
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

const struct tls_kept trust_kept = {flashlog_ready, read_pin};

void trust_changed(void)
{
    for (uint8_t i = 0; i < CONFIG_CONNECTOR_COUNT; i++)
        stream_tls_forget(i);
}
