/* SPDX-License-Identifier: MIT */
/* alert.h: what flashpost_alert (flashpost.h) needs of the rest of intake. */
#ifndef INTAKE_ALERT_H
#define INTAKE_ALERT_H

#include "base/clock.h"

/* The time that alerts are stamped with from now on. Before the first call there are none. */
void alert_set_clock(const struct clock *now);

#endif
