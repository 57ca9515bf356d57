/* SPDX-License-Identifier: MIT */
/*
 * start.c: how the process starts, starts over, and ends.
 *
 * The arguments are read before main(), by a constructor: main() is the firmware's, as on a
 * board, and glibc hands a constructor what it hands to main. SIGTERM and SIGINT end the
 * process at once with status 0, like pulling the plug: whatever the firmware was told to be
 * on flash is there. port_reset() executes the program again with the same arguments; why it
 * did so travels in an environment variable.
 */
#include "port/host/host.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define CAUSE_VARIABLE "FLASHPOST_START_CAUSE"
#define CAUSE_SOFTWARE "software"

static const char usage[] =
    "usage: flashpost --flash FILE [--net slirp|tap:IFNAME] [--forward HOSTPORT:PORT]...\n"
    "                 [--mac XX:XX:XX:XX:XX:XX]\n"
    "  --flash    the NOR flash, 16 MiB; made blank when it does not exist\n"
    "  --net      slirp: a network of its own, 10.0.2.0/24 and fec0::/64, this host being\n"
    "             10.0.2.2 and fec0::2; tap: an interface that is there and up\n"
    "  --forward  with slirp: port HOSTPORT of 127.0.0.1 leads to PORT of flashpost\n"
    "  --mac      station address in place of the configured one\n"
    "The console is on standard input and output.\n";

struct host_options host_options;

static char **arguments;
static enum port_start start_cause;

void host_fail(const char *format, ...)
{
    va_list list;

    host_console_restore();
    fputs("flashpost: ", stderr);
    va_start(list, format);
    vfprintf(stderr, format, list);
    va_end(list);
    fputc('\n', stderr);
    exit(1);
}

/* ---- Arguments --------------------------------------------------------------------------- */

static void read_forward(const char *text)
{
    struct host_forward *forward = &host_options.forwards[host_options.forward_count];
    unsigned host_port, guest_port;
    int used = 0;

    if (host_options.forward_count == HOST_FORWARDS_MAX)
        host_fail("--forward can be given %d times at most", HOST_FORWARDS_MAX);
    if (sscanf(text, "%5u:%5u%n", &host_port, &guest_port, &used) != 2 ||
        text[used] != '\0' || host_port == 0 || host_port > 65535 || guest_port == 0 ||
        guest_port > 65535)
        host_fail("--forward %s is not HOSTPORT:PORT with ports from 1 to 65535", text);
    forward->host_port = (uint16_t)host_port;
    forward->guest_port = (uint16_t)guest_port;
    host_options.forward_count++;
}

static void read_mac(const char *text)
{
    uint8_t *mac = host_options.mac;
    int used = 0;
    int fields = sscanf(text, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%n", &mac[0], &mac[1],
                        &mac[2], &mac[3], &mac[4], &mac[5], &used);

    if (fields != 6 || used != 17 || text[17] != '\0' || (mac[0] & 1) != 0)
        host_fail("--mac %s is not a station address like 02:46:50:00:00:01", text);
    host_options.has_mac = true;
}

static void read_arguments(int count, char **values)
{
    static const struct option options[] = {
        {"flash",   required_argument, NULL, 'f'},
        {"net",     required_argument, NULL, 'n'},
        {"forward", required_argument, NULL, 'w'},
        {"mac",     required_argument, NULL, 'm'},
        {"help",    no_argument,       NULL, 'h'},
        {NULL,      0,                 NULL, 0  },
    };
    int option;

    while ((option = getopt_long(count, values, "", options, NULL)) != -1) {
        if (option == 'f')
            host_options.flash = optarg;
        else if (option == 'n')
            host_options.net = optarg;
        else if (option == 'w')
            read_forward(optarg);
        else if (option == 'm')
            read_mac(optarg);
        else if (option == 'h')
            exit(fputs(usage, stdout) < 0);
        else
            exit(1);
    }
    if (optind < count)
        host_fail("%s is no option: see --help", values[optind]);
    if (host_options.flash == NULL)
        host_fail("--flash FILE is missing: see --help");
}

/* ---- Start and end ----------------------------------------------------------------------- */

/* Only what a signal handler may call. */
static void end(int signal_number)
{
    (void)signal_number;
    host_console_restore();
    _exit(0);
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = end};

    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
}

/* Standard input, output and error may be closed; no other file may take their numbers. */
static void fill_standard_files(void)
{
    int file = open("/dev/null", O_RDWR);

    while (file >= 0 && file <= 2)
        file = dup(file);
    if (file > 2)
        close(file);
}

__attribute__((constructor)) static void start(int count, char **values)
{
    const char *cause = getenv(CAUSE_VARIABLE);

    fill_standard_files();
    if (cause != NULL && strcmp(cause, CAUSE_SOFTWARE) == 0)
        start_cause = PORT_START_SOFTWARE;
    unsetenv(CAUSE_VARIABLE);
    arguments = values;
    catch_signals();
    read_arguments(count, values);
}

enum port_start port_start_cause(void)
{
    return start_cause;
}

_Noreturn void port_reset(void)
{
    host_net_close();
    host_console_restore();
    setenv(CAUSE_VARIABLE, CAUSE_SOFTWARE, 1);
    (void)close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    execv("/proc/self/exe", arguments);
    host_fail("cannot start over: %s", strerror(errno));
}

size_t port_entropy(uint8_t *bytes, size_t size)
{
    ssize_t filled = getrandom(bytes, size, 0);

    return filled > 0 ? (size_t)filled : 0;
}

/* The stack is the system's to watch. */
size_t port_stack_size(void)
{
    return 0;
}

size_t port_stack_used(void)
{
    return 0;
}
