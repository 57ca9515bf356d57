/* SPDX-License-Identifier: MIT */
/* logview.c: from the log ring to the output. */
#include "operator/logview.h"

#include "operator/output.h"

#include "base/log.h"
#include "config/config.h"

#define CLEAR_LINE "\x1b[2K\r" /* ends in CR, so that '#' is the first on its line */
#define DROP_MAX   16          /* lines thrown away at once */

static struct {
    bool hidden;
    uint32_t lost;
} view;

void logview_init(void)
{
    view.hidden = false;
    view.lost = 0;
}

void logview_set(bool shown)
{
    view.hidden = !shown;
}

bool logview_is_shown(void)
{
    return !view.hidden;
}

uint32_t logview_lost(void)
{
    return view.lost;
}

static size_t next_line(char *line, size_t size, uint32_t *lost)
{
    size_t length = log_read(line, size, lost);

    view.lost += *lost;
    return length;
}

static void put_line(const struct clock *now, const char *line, uint32_t lost)
{
    if (lost > 0) {
        output_line("# %lu.%03u warn log lost lines=%lu", (unsigned long)now->uptime_s,
                    (unsigned)now->uptime_rest_ms, (unsigned long)lost);
    }
    output_line("# %s", line);
}

bool logview_step(const struct clock *now, bool at_prompt)
{
    char line[CONFIG_LOG_LINE];
    uint32_t lost;

    if (view.hidden) {
        for (int i = 0; i < DROP_MAX && next_line(line, sizeof line, &lost) > 0; i++)
            continue;
        return false;
    }
    if (!output_begin() || next_line(line, sizeof line, &lost) == 0)
        return false;
    if (at_prompt)
        output_raw(CLEAR_LINE, sizeof CLEAR_LINE - 1);
    put_line(now, line, lost);
    return true;
}
