/* SPDX-License-Identifier: MIT */
/*
 * console.c: the console on standard input and output, without waiting. The files are not made
 * non-blocking (that would hit every process that shares them); instead poll says what can be
 * read or written. A terminal in the foreground gives up its line editing and echo, which the
 * firmware does itself, and gets them back at the end; Ctrl-C still ends the process. When
 * standard input ends, the firmware goes on; when nobody reads the output, it is thrown away.
 */
#include "port/host/host.h"

#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define WRITE_MAX 1024 /* a pipe that polls as writable has room for this */

static struct termios saved;
static volatile bool changed; /* the terminal's settings are ours */

static struct {
    char bytes[256]; /* read and not yet taken */
    size_t length, taken;
    bool ended;
    bool output_full; /* the firmware has more to write */
    int input, output;
} console;

__attribute__((constructor)) static void start(void)
{
    struct termios ours;

    if (!isatty(0) || tcgetpgrp(0) != getpgrp() || tcgetattr(0, &saved) != 0)
        return;
    ours = saved;
    ours.c_iflag &= (tcflag_t) ~(ICRNL | INLCR | IGNCR | ISTRIP | IXON);
    ours.c_lflag &= (tcflag_t) ~(ICANON | ECHO | ECHONL | IEXTEN);
    ours.c_cc[VMIN] = 1;
    ours.c_cc[VTIME] = 0;
    if (tcsetattr(0, TCSANOW, &ours) == 0) {
        changed = true;
        atexit(host_console_restore);
    }
}

/* Also called from a signal handler. */
void host_console_restore(void)
{
    if (changed)
        tcsetattr(0, TCSANOW, &saved);
    changed = false;
}

static bool ready(int file, short events)
{
    struct pollfd one = {.fd = file, .events = events};

    return poll(&one, 1, 0) > 0 && one.revents != 0;
}

static void fill(void)
{
    ssize_t got = read(0, console.bytes, sizeof console.bytes);

    console.taken = 0;
    console.length = got > 0 ? (size_t)got : 0;
    console.ended = got <= 0;
}

size_t port_console_read(char *bytes, size_t size)
{
    size_t left;

    if (console.taken == console.length && !console.ended && ready(0, POLLIN))
        fill();
    left = console.length - console.taken;
    if (size > left)
        size = left;
    memcpy(bytes, console.bytes + console.taken, size);
    console.taken += size;
    return size;
}

size_t port_console_write(const char *bytes, size_t size)
{
    size_t part = size < WRITE_MAX ? size : WRITE_MAX;
    ssize_t written;

    console.output_full = size > 0 && !ready(1, POLLOUT);
    if (console.output_full)
        return 0;
    written = write(1, bytes, part);
    if (written < 0)
        return size;
    console.output_full = (size_t)written < size;
    return (size_t)written;
}

void host_console_before_sleep(struct host_wait *wait)
{
    console.input = console.output = -1;
    if (!console.ended)
        console.input = host_wait_for(wait, 0, POLLIN);
    if (console.output_full)
        console.output = host_wait_for(wait, 1, POLLOUT);
    if (console.taken < console.length)
        wait->max_ms = 0;
}

bool host_console_after_sleep(const struct host_wait *wait)
{
    if (host_wait_result(wait, console.output) != 0)
        console.output_full = false;
    else if (host_wait_result(wait, console.input) == 0)
        return console.taken < console.length;
    return true;
}
