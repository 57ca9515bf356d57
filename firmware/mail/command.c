/* SPDX-License-Identifier: MIT */
/* command.c: command lines, RFC 5321 sections 4.1.1 and 4.1.2, with SIZE, 8BITMIME and DSN. */
#include "mail/command.h"

#include "base/bytes.h"

#include <string.h>

#define SIZE_DIGITS_MAX 20 /* RFC 1870 section 3 */

static const char verb_name[][5] = {
    [COMMAND_EHLO] = "EHLO", [COMMAND_HELO] = "HELO", [COMMAND_MAIL] = "MAIL",
    [COMMAND_RCPT] = "RCPT", [COMMAND_DATA] = "DATA", [COMMAND_RSET] = "RSET",
    [COMMAND_NOOP] = "NOOP", [COMMAND_VRFY] = "VRFY", [COMMAND_HELP] = "HELP",
    [COMMAND_QUIT] = "QUIT",
#if CONFIG_INTAKE_ANY_AUTH
    [COMMAND_AUTH] = "AUTH",
#endif
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

/* ---- Parameters -------------------------------------------------------------------------- */

enum parameter {
    PARAMETER_SIZE, /* from here on those of MAIL */
    PARAMETER_BODY,
#if CONFIG_INTAKE_ANY_AUTH
    PARAMETER_AUTH, /* RFC 4954 section 5: whoever offers AUTH takes it, too; it says nothing here */
#endif
    PARAMETER_RET, /* from here on those of RFC 3461, by twos */
    PARAMETER_ENVID,
    PARAMETER_NOTIFY, /* from here on those of RCPT */
    PARAMETER_ORCPT,
    PARAMETER_END
};

/* The keyword, then the words that its value may consist of, each with its NUL; none: xtext. */
static const struct {
    const char *words;
    uint16_t max; /* octets of the value */
} parameters[] = {
    [PARAMETER_SIZE] = {"SIZE\0",                            SIZE_DIGITS_MAX                   },
    [PARAMETER_BODY] = {"BODY\0"
                        "8BITMIME\0"
                        "7BIT\0",    sizeof "8BITMIME" - 1             },
#if CONFIG_INTAKE_ANY_AUTH
    [PARAMETER_AUTH] = {"AUTH\0",                            500                               },
#endif
    [PARAMETER_RET] = {"RET\0"
                       "FULL\0"
                       "HDRS\0",     sizeof "FULL" - 1                 },
    [PARAMETER_ENVID] = {"ENVID\0",                           100                               }, /* RFC 3461 section 4.4 */
    [PARAMETER_NOTIFY] = {"NOTIFY\0"
                          "SUCCESS\0"
                          "FAILURE\0"
                          "DELAY\0", sizeof "SUCCESS,FAILURE,DELAY" - 1},
    [PARAMETER_ORCPT] = {"ORCPT\0",                           500                               }, /* section 4.2 */
};

/*
 * xtext of RFC 3461 section 4, of octets that take_printable let pass: what a "+" and two
 * hexadecimal digits stand for is printable, too. One digit alone stands for less than a blank.
 */
static bool is_xtext(struct cursor c)
{
    uint32_t octet;

    while (c.left > 0) {
        if (cursor_next(&c) == '+' &&
            !(cursor_hex(&c, 2, &octet) && octet >= 0x20 && octet < 0x7f))
            return false;
    }
    return true;
}

/* Words of the list, commas between; only NOTIFY may be long enough for two. */
static bool is_list(struct cursor c, const char *words)
{
    const char *word;

    do {
        word = words;
        while (*word != '\0' && !cursor_skip_word(&c, word))
            word += strlen(word) + 1;
    } while (*word != '\0' && cursor_skip(&c, ','));
    return *word != '\0' && c.left == 0;
}

/* The type of an address, ";", the address. */
static bool is_orcpt(struct cursor c)
{
    struct cursor address = c;
    int octet;

    do
        octet = cursor_next(&address);
    while (octet >= 0 && octet != ';');
    return address.left > 0 && address.left < c.left - 1;
}

static bool take_value(unsigned parameter, struct cursor value, const char *words,
                       struct command_path *path)
{
    if (value.left == 0 || value.left > parameters[parameter].max)
        return false;
    if (parameter == PARAMETER_SIZE)
        return command_read_size(value, &path->size);
    if (parameter == PARAMETER_BODY)
        path->eightbit = value.left == sizeof "8BITMIME" - 1;
    if (parameter == PARAMETER_NOTIFY && cursor_is_word(&value, "NEVER"))
        return true;
    if (words[0] != '\0')
        return is_list(value, words);
    return is_xtext(value) && (parameter != PARAMETER_ORCPT || is_orcpt(value));
}

/* The path, and the parameters from `i` up to `end`. */
static enum command_result read_command(struct cursor c, const char *word, unsigned first,
                                        unsigned end, struct command_path *path)
{
    enum command_result result;
    struct cursor keyword, value;
    unsigned given = 0;

    memset(path, 0, sizeof *path);
    result = read_path(&c, word, first == PARAMETER_SIZE, &path->address);
    while (result == COMMAND_OK && c.left > 0) {
        unsigned i = first;

        if (!take_parameter(&c, &keyword, &value))
            return COMMAND_SYNTAX;
        while (!cursor_is_word(&keyword, parameters[i].words)) {
            if (++i == end)
                return COMMAND_UNKNOWN_OPTION;
        }
        if ((given >> i & 1) != 0 ||
            !take_value(i, value, parameters[i].words + keyword.left + 1, path))
            return COMMAND_BAD_OPTION;
        given |= 1u << i;
        if (i >= PARAMETER_RET)
            path->dsn[(i - PARAMETER_RET) % COMMAND_DSN] =
                cursor_over(keyword.at, keyword.left + 1 + value.left);
    }
    return result;
}

enum command_result command_read_mail(struct cursor arguments, struct command_path *mail)
{
    return read_command(arguments, "FROM:", PARAMETER_SIZE, PARAMETER_NOTIFY, mail);
}

enum command_result command_read_rcpt(struct cursor arguments, struct command_path *rcpt)
{
    return read_command(arguments, "TO:", PARAMETER_NOTIFY, PARAMETER_END, rcpt);
}

bool command_read_helo(struct cursor arguments)
{
    return address_is_host(arguments);
}
