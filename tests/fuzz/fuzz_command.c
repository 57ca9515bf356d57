/* SPDX-License-Identifier: MIT */
/* sources: firmware/mail/command.c firmware/mail/ehlo.c firmware/mail/address.c firmware/base/ip_text.c firmware/base/cursor.c firmware/base/text.c */
/* fuzz_command.c: any octets as a command line, and as a line of an EHLO reply. */
#include "mail/command.h"
#include "mail/ehlo.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct cursor line = cursor_over(bytes, size), arguments;
    struct command_path mail, rcpt;
    struct ehlo ehlo;

    if (command_read(line, &arguments) > COMMAND_UNKNOWN || arguments.left > size)
        abort();
    if (command_read_mail(arguments, &mail) == COMMAND_OK &&
        mail.address.mailbox.left > 320)
        abort();
    command_read_mail(line, &mail);
    if (command_read_rcpt(arguments, &rcpt) == COMMAND_OK && rcpt.dsn[1].left > 506)
        abort();
    command_read_rcpt(line, &rcpt);
    command_read_helo(arguments);
    ehlo_init(&ehlo);
    ehlo_add(&ehlo, (const char *)bytes, size);
    ehlo_add_session(&ehlo, (const char *)bytes, size);
    if (ehlo.size_max != 0 && !ehlo.size)
        abort();
    return 0;
}
