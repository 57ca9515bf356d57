/* SPDX-License-Identifier: MIT */
/* sources: firmware/operator/console.c firmware/operator/command.c firmware/operator/line.c
 * firmware/operator/logview.c firmware/operator/output.c firmware/operator/queue.c
 * firmware/operator/show.c firmware/operator/status.c firmware/operator/route.c firmware/operator/hold.c firmware/mail/address.c firmware/base/ip_text.c firmware/base/text.c firmware/base/words.c
 * firmware/base/cursor.c firmware/base/crc32.c firmware/base/log.c firmware/mail/connector.c
 * firmware/mail/headers.c firmware/mail/letter.c firmware/mail/outcome.c
 * tests/unit/fake_port.c */
/*
 * fuzz_console.c: any octets typed at the console, over the stand-ins of test_console.c, whose
 * letters hold hostile octets. What is shown is harmless, the console comes to rest, and each line
 * that was entered has one end.
 */
#define main unit_tests
int unit_tests(void);
#include "unit/test_console.c"
#undef main

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void set_up(uint8_t how)
{
    (void)setup(NULL);
    add_letter(7, "Subject: \x1b[2Jhostile\r\nFrom: a\x01 b\r\n\r\nbody\r\n");
    add_letter(9, "no header at all");
    fake.has_next = how % 2 == 1;
    fake.piece = how % 16 + 1u;
    fake.usable = how % 4 < 3;
    fake.view.reply = "550 no";
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    size_t part;

    if (size < 1)
        return 0;
    set_up(bytes[0]);
    for (size_t at = 1; at < size && !console_wants_reboot(); at += part) {
        part = min_size(size - at, 512);
        fake.busy = bytes[0] % 8;
        fake_port_wipe();
        fake_port_type(bytes + at, part);
        settle();
        only_harmless(fake_port.shown, fake_port.shown_length);
    }
    return 0;
}
