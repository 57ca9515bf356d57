/* SPDX-License-Identifier: MIT */
/* command.c: command lines, RFC 5321 sections 4.1.1 and 4.1.2, with SIZE and 8BITMIME. */
#include "mail/command.h"

#include "base/bytes.h"

#define SIZE_DIGITS_MAX 20 /* RFC 1870 section 3 */

static const char verb_name[][5] = {
    [COMMAND_EHLO] = "EHLO", [COMMAND_HELO] = "HELO", [COMMAND_MAIL] = "MAIL",
    [COMMAND_RCPT] = "RCPT", [COMMAND_DATA] = "DATA", [COMMAND_RSET] = "RSET",
    [COMMAND_NOOP] = "NOOP", [COMMAND_VRFY] = "VRFY", [COMMAND_HELP] = "HELP",
    [COMMAND_QUIT] = "QUIT",
};

static void trim_end(struct cursor *c)
{
    while (c->left > 0 && (c->at[c->left - 1] == ' ' || c->at[c->left - 1] == '\t'))
        c->left--;
}

enum command_verb command_read(struct cursor line, struct cursor *arguments)
{
    trim_end(&line);
    for (unsigned verb = 0; verb < COUNT_OF(verb_name); verb++) {
        struct cursor rest = line;

        if (cursor_skip_word(&rest, verb_name[verb]) &&
            (rest.left == 0 || cursor_peek(&rest) == ' ')) {
            cursor_skip_blanks(&rest);
            *arguments = rest;
            return (enum command_verb)verb;
        }
    }
    *arguments = cursor_over(line.at, 0);
    return COMMAND_UNKNOWN;
}

static enum command_result read_path(struct cursor *c, const char *word, bool null_allowed,
                                     struct address *address)
{
    enum address_result result;

    if (!cursor_skip_word(c, word))
        return COMMAND_SYNTAX;
    cursor_skip_blanks(c);
    result = address_read_path(c, null_allowed, address);
    if (result != ADDRESS_OK && result != ADDRESS_SOURCE_ROUTE)
        return COMMAND_BAD_ADDRESS;
    if (c->left > 0 && cursor_peek(c) != ' ')
        return COMMAND_BAD_ADDRESS;
    cursor_skip_blanks(c);
    return COMMAND_OK;
}

/* esmtp-keyword and esmtp-value are printable; only "=" parts them (section 4.1.2). */
static struct cursor take_printable(struct cursor *c)
{
    struct cursor start = *c;

    while (cursor_peek(c) > 0x20 && cursor_peek(c) < 0x7f && cursor_peek(c) != '=')
        cursor_next(c);
    return cursor_over(start.at, start.left - c->left);
}

/* "KEYWORD[=VALUE]" and the blanks after it; false when it is no parameter. */
static bool take_parameter(struct cursor *c, struct cursor *keyword, struct cursor *value)
{
    *keyword = take_printable(c);
    *value = cursor_over(c->at, 0);
    if (keyword->left == 0)
        return false;
    if (cursor_skip(c, '=')) {
        *value = take_printable(c);
        if (value->left == 0)
            return false;
    }
    if (c->left > 0 && cursor_peek(c) != ' ')
        return false;
    cursor_skip_blanks(c);
    return true;
}

bool command_read_size(struct cursor value, uint32_t *size)
{
    uint64_t sum = 0;

    if (value.left == 0 || value.left > SIZE_DIGITS_MAX)
        return false;
    while (value.left > 0) {
        int octet = cursor_next(&value);

        if (octet < '0' || octet > '9')
            return false;
        sum = sum * 10 + (uint64_t)(octet - '0');
        if (sum > UINT32_MAX)
            sum = UINT32_MAX;
    }
    *size = (uint32_t)sum;
    return true;
}

enum command_result command_read_mail(struct cursor arguments, struct command_mail *mail)
{
    enum command_result result = read_path(&arguments, "FROM:", true, &mail->sender);
    struct cursor keyword, value;
    bool has_body = false;

    mail->has_size = false;
    mail->size = 0;
    mail->eightbit = false;
    while (result == COMMAND_OK && arguments.left > 0) {
        if (!take_parameter(&arguments, &keyword, &value)) {
            result = COMMAND_SYNTAX;
        } else if (cursor_is_word(&keyword, "SIZE")) {
            if (mail->has_size || !command_read_size(value, &mail->size))
                result = COMMAND_BAD_OPTION;
            mail->has_size = true;
        } else if (cursor_is_word(&keyword, "BODY")) {
            mail->eightbit = cursor_is_word(&value, "8BITMIME");
            if (has_body || !(mail->eightbit || cursor_is_word(&value, "7BIT")))
                result = COMMAND_BAD_OPTION;
            has_body = true;
        } else {
            result = COMMAND_UNKNOWN_OPTION;
        }
    }
    return result;
}

enum command_result command_read_rcpt(struct cursor arguments, struct address *recipient)
{
    enum command_result result = read_path(&arguments, "TO:", false, recipient);
    struct cursor keyword, value;

    if (result != COMMAND_OK || arguments.left == 0)
        return result;
    return take_parameter(&arguments, &keyword, &value) ? COMMAND_UNKNOWN_OPTION
                                                        : COMMAND_SYNTAX;
}

bool command_read_helo(struct cursor arguments)
{
    return address_is_host(arguments);
}
