/* SPDX-License-Identifier: MIT */
/*
 * flashpost.h: the one header that the appliance's own code includes: send an alert to the
 * administrator (CONFIG_ADMIN_ADDRESS). The letter is in flash, safe from any loss of power,
 * when flashpost_alert returns FLASHPOST_OK; it is delivered as soon as the network allows.
 *
 * Call it from the main loop only, after the first intake_poll, never from an interrupt. It
 * takes some milliseconds of flash time per KiB, waits for at most one running erase (below a
 * second), and needs about 1.5 KiB of stack.
 */
#ifndef FLASHPOST_H
#define FLASHPOST_H

#include <stddef.h>
#include <stdint.h>

enum flashpost_severity {
    FLASHPOST_DEBUG,
    FLASHPOST_INFO,
    FLASHPOST_WARNING,
    FLASHPOST_ERROR,
    FLASHPOST_CRITICAL
};

enum flashpost_result {
    FLASHPOST_OK,
    FLASHPOST_NOT_CONFIGURED, /* no ADMIN_ADDRESS, or no connector takes it */
    FLASHPOST_FULL,           /* the part of the flash kept for alerts is full */
    FLASHPOST_FAILED          /* the flash does not work; the log says more */
};

/*
 * Gives the next piece of the body: writes at most `size` (>= 1) octets into `piece` and returns
 * how many; 0 ends the body. Lines may end in LF or CRLF and be of any length; octets that are
 * neither printable ASCII, UTF-8 nor a tab become '?'. It goes out as quoted-printable, which
 * every mail program shows as it was written and every mail server takes.
 */
typedef size_t (*flashpost_body)(void *context, char *piece, size_t size);

/*
 * Deposits an alert. `subject`: UTF-8, up to 200 octets used, control octets become '?'.
 * `id` (may be NULL) receives the letter's number, as the console's `queue` shows it.
 */
enum flashpost_result flashpost_alert(enum flashpost_severity severity, const char *subject,
                                      flashpost_body body, void *context, uint32_t *id);

#endif
