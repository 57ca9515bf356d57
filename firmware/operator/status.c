/* SPDX-License-Identifier: MIT */
/*
 * status.c: `status`, in groups of lines that fit the output buffer even with every number at
 * its greatest; the unit test holds them to it.
 */
#include "operator/command.h"

#include "operator/logview.h"
#include "operator/output.h"

#include "intake/intake.h"
#include "relay/relay.h"
#include "relay/trust.h"
#include "spool/spool.h"
#include "network/network.h"
#include "mail/connector.h"
#include "mail/headers.h"
#include "base/bytes.h"
#include "base/words.h"
#include "crypto/random.h"
#include "port/port.h"

#include "build_id.h"
#include "packed_words.h"

enum status_key {
#define KEY(name) KEY_##name,
#include "operator/status.def"
#undef KEY
};

static const char keys[] = PACKED_KEYS;

static void put_number(enum status_key key, uint32_t value)
{
    words_put(output_text(), keys, key);
    output_line("=%lu", (unsigned long)value);
}

static void put_image(const struct clock *now)
{
    static const char *const causes[] = {"power", "software", "watchdog", "fault"};

    (void)now;
    output_line("version=" BUILD_VERSION);
    output_line("config=" BUILD_CONFIG_HASH);
    output_line("board=" BUILD_BOARD);
    output_line("start=%s", causes[port_start_cause()]);
    output_line("random=%s", random_is_strong() ? "strong" : "weak");
}

static void put_floor(void)
{
    uint32_t floor_s = network_clock_floor();

    text_add(output_text(), "clock_floor=");
    headers_put_date(output_text(), floor_s);
    output_end_line();
    output_line("clock_floor_from=%s", floor_s == CONFIG_CLOCK_FLOOR ? "image" : "flash");
}

static void put_time(const struct clock *now)
{
    put_number(KEY_uptime_s, now->uptime_s);
    put_number(KEY_powered_s, now->powered_s);
    put_number(KEY_boot, now->boot);
    text_add(output_text(), "clock=");
    if (now->wall_s != 0)
        headers_put_date(output_text(), now->wall_s);
    else
        text_add(output_text(), "not set");
    output_end_line();
    if (CONFIG_SETTINGS)
        put_floor();
    if (now->awake_s == 0)
        put_number(KEY_awake_us, now->awake_rest_us);
    else
        output_line("awake_us=%lu%06lu", (unsigned long)now->awake_s,
                    (unsigned long)now->awake_rest_us);
}

static void put_network(const struct clock *now)
{
    (void)now;
    output_line("network=%s", network_state_name(network_state()));
    text_add(output_text(), "addresses=");
    network_put_addresses(output_text());
    output_end_line();
}

static void put_frames(const struct clock *now)
{
    (void)now;
    put_number(KEY_frames_dropped, port_net_dropped());
    put_number(KEY_network_pool_errors, network_pool_errors());
}

static void put_intake(const struct clock *now)
{
    const struct intake_counts *counts = intake_counts();

    (void)now;
    put_number(KEY_intake_sessions, counts->sessions);
    put_number(KEY_intake_open, counts->open);
    put_number(KEY_intake_letters, counts->letters);
    put_number(KEY_intake_refused_relay, counts->refused_relay);
    put_number(KEY_intake_refused_full, counts->refused_full);
    put_number(KEY_intake_refused_other, counts->refused_other);
}

static void put_relay(const struct clock *now)
{
    const struct relay_counts *counts = relay_counts();

    (void)now;
    put_number(KEY_sent_letters, counts->letters_sent);
    put_number(KEY_sent_recipients, counts->recipients_sent);
    put_number(KEY_given_up_recipients, counts->given_up);
    put_number(KEY_maybe_sent, counts->maybe_sent);
    put_number(KEY_transactions, counts->transactions);
    put_number(KEY_connects, counts->connects);
    put_number(KEY_failures, counts->failures);
}

static void put_letters(const struct clock *now)
{
    struct spool_marks marks;

    (void)now;
    spool_marks(&marks);
    put_number(KEY_letters, marks.letters);
    put_number(KEY_dead, marks.dead);
    put_number(KEY_letters_max, marks.letters_max);
    output_line("window=%s", marks.window_complete ? "complete" : "partial");
    put_number(KEY_programmed, marks.programmed);
    put_number(KEY_erased, marks.erased);
    put_number(KEY_damaged, marks.damaged);
}

static void put_flash(const struct clock *now)
{
    struct spool_marks marks;

    (void)now;
    spool_marks(&marks);
    put_number(KEY_sectors, marks.sectors);
    put_number(KEY_sectors_free, marks.sectors_free);
    put_number(KEY_sectors_bad, marks.sectors_bad);
    put_number(KEY_erases_min, marks.erases_min);
    put_number(KEY_erases_max, marks.erases_max);
    put_number(KEY_room, spool_room(SPOOL_FROM_LAN));
}

static void put_memory(const struct clock *now)
{
    (void)now;
    put_number(KEY_stack_size, (uint32_t)port_stack_size());
    put_number(KEY_stack_used, (uint32_t)port_stack_used());
    put_number(KEY_log_lost, logview_lost());
}

#if TLS_USED
static void put_anchors(const struct clock *now)
{
    const struct trust_end *end = trust_first_end();

    if (end == NULL) {
        output_line("anchors_end_in_days=none");
        return;
    }
    output_line("anchors_end_in_days=%ld",
                (long)(int32_t)(end->last_day - now->wall_s / 86400));
    output_line("anchors_end_first=%s", end->name);
}
#endif

static void put_route(uint8_t connector, const struct clock *now)
{
    const char *name = connectors[connector].name;
    struct relay_view view;

    relay_view(connector, &view, now);
    output_line("route_%s=%s", name, relay_state_name(view.state));
    output_line("route_%s_tries=%u", name, view.tries);
    text_printf(output_text(), "route_%s_due_in_s=", name);
    queue_put_due(&view, connector, now);
    output_end_line();
}

static void (*const groups[])(const struct clock *now) = {
    put_image,   put_time,    put_network, put_frames, put_intake,
    put_relay,   put_letters, put_flash,   put_memory,
#if TLS_USED
    put_anchors,
#endif
};

enum task_state status_run(struct command *c, const struct clock *now)
{
    TASK_BEGIN(&c->task);
    for (c->step = 0; c->step < COUNT_OF(groups); c->step++) {
        TASK_AWAIT(&c->task, output_begin());
        groups[c->step](now);
    }
    for (c->connector = 0; c->connector < CONFIG_CONNECTOR_COUNT; c->connector++) {
        TASK_AWAIT(&c->task, output_begin());
        put_route(c->connector, now);
    }
    TASK_AWAIT(&c->task, output_begin());
    command_end(ENDING_OK);
    TASK_END(&c->task);
}
