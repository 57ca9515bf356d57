/* SPDX-License-Identifier: MIT */
/*
 * commands.c: the commands of the SMTP server (RFC 5321 section 4.1.1) as a table: what must
 * have come before, what must not, and what to do. Each function gives its answer as a value.
 */
#include "intake/session.h"

#include "intake/origin.h"
#include "intake/quota.h"
#include "settings/settings.h"
#include "mail/address.h"
#include "mail/command.h"
#include "mail/connector.h"
#include "base/bytes.h"
#include "base/cursor.h"
#include "base/one_copy.h"
#include "base/text.h"
#include "crypto/random.h"
#include "config/config.h"

#include <string.h>

void session_forget_letter(struct session *s)
{
    spool_deposit_abort(&s->deposit);
    s->done &= SESSION_HELO | SESSION_ESMTP;
    s->recipients = 0;
}

ONE_COPY enum answer session_trouble(enum spool_result result)
{
    return result == SPOOL_FULL ? ANSWER_FULL : ANSWER_FLASH;
}

static enum answer trouble(enum spool_result result)
{
    return result == SPOOL_BUSY ? ANSWER_NONE : session_trouble(result);
}

/* A name that is none does not get into Received: it might say more than a name. */
static ONE_COPY enum answer hello(struct session *s, struct cursor name, uint8_t done)
{
    struct text helo;

    if (!command_read_helo(name)) {
        if (!CONFIG_INTAKE_LAX_HELO)
            return ANSWER_ARGUMENTS;
        name.left = 0;
    }
    session_forget_letter(s);
    text_init(&helo, s->helo, sizeof s->helo);
    text_add_clean(&helo, name.at, name.left);
    s->done = done;
    return done & SESSION_ESMTP ? ANSWER_EHLO : ANSWER_HELO;
}

static enum answer do_ehlo(struct session *s, struct cursor name, const struct clock *now)
{
    (void)now;
    return hello(s, name, SESSION_HELO | SESSION_ESMTP);
}

static enum answer do_helo(struct session *s, struct cursor name, const struct clock *now)
{
    (void)now;
    return hello(s, name, SESSION_HELO);
}

static enum spool_result put_origin(struct session *s, bool eightbit,
                                    const struct clock *now)
{
    struct letter_origin origin = {
        .source = LETTER_FROM_SMTP, .wall_s = now->wall_s, .nonce = random_u32()};

    if (s->done & SESSION_ESMTP)
        origin.flags |= LETTER_ESMTP;
    if (eightbit)
        origin.flags |= LETTER_8BIT;
    memcpy(origin.helo, s->helo, sizeof origin.helo);
    memcpy(origin.address, s->address, sizeof origin.address);
    return origin_deposit(&s->deposit, &origin);
}

/* RFC 3461's, for a notice, and for the next hop. */
static enum spool_result put_parameters(struct session *s, const struct command_path *path)
{
    enum spool_result result = SPOOL_OK;

    for (unsigned i = 0; i < COMMAND_DSN; i++) {
        if (path->dsn[i].left > 0)
            result =
                spool_deposit_parameter(&s->deposit, path->dsn[i].at, path->dsn[i].left);
    }
    return result;
}

/* Goes on where BUSY stopped it: the flash may want an erase between any two of its steps. */
static enum spool_result begin_letter(struct session *s, const struct command_path *mail,
                                      const struct clock *now)
{
    struct cursor sender = mail->address.mailbox;
    enum spool_result result = SPOOL_OK;

    if (!s->deposit.open)
        result = spool_deposit_begin(&s->deposit, SPOOL_FROM_LAN, mail->size);
    if (result == SPOOL_OK && !(s->done & SESSION_ORIGIN)) {
        result = put_origin(s, mail->eightbit, now);
        if (result == SPOOL_OK)
            s->done |= SESSION_ORIGIN;
    }
    if (result == SPOOL_OK)
        result = spool_deposit_field(&s->deposit, LETTER_SENDER, sender.at, sender.left);
    return result == SPOOL_OK ? put_parameters(s, mail) : result;
}

static enum answer syntax_answer(enum command_result result, enum answer bad_address)
{
    if (result == COMMAND_BAD_ADDRESS)
        return bad_address;
    return result == COMMAND_UNKNOWN_OPTION ? ANSWER_OPTION : ANSWER_ARGUMENTS;
}

/* A client that may not relay gets no further than RCPT, so that nothing is begun for it. */
static enum answer do_mail(struct session *s, struct cursor arguments,
                           const struct clock *now)
{
    struct command_path mail;
    enum command_result read = command_read_mail(arguments, &mail);
    enum spool_result result;

    if (read != COMMAND_OK)
        return syntax_answer(read, ANSWER_BAD_SENDER);
    if (mail.size > CONFIG_INTAKE_SIZE_MAX)
        return ANSWER_TOO_LARGE;
    if (s->allowed && !s->deposit.open && !quota_allows(s->address, mail.size, now))
        return ANSWER_QUOTA;
    result = s->allowed ? begin_letter(s, &mail, now) : SPOOL_OK;
    if (result != SPOOL_OK && result != SPOOL_BUSY)
        session_forget_letter(s);
    if (result != SPOOL_OK)
        return trouble(result);
    s->connectors = connectors_for_letter(mail.address.mailbox, mail.size);
    s->done |= SESSION_MAIL;
    return ANSWER_SENDER;
}

static enum answer add_recipient(struct session *s, const struct command_path *recipient)
{
    struct cursor mailbox = recipient->address.mailbox;
    uint8_t connector = connector_for(recipient->address.domain, s->connectors);
    enum spool_result result;

    if (connector == CONNECTOR_NONE)
        return ANSWER_NO_ROUTE;
    if (s->recipients >= CONFIG_INTAKE_RECIPIENTS_MAX)
        return ANSWER_RECIPIENTS;
    result = spool_deposit_recipient(&s->deposit, connector, mailbox.at, mailbox.left);
    if (result == SPOOL_OK)
        result = put_parameters(s, recipient);
    if (result != SPOOL_OK)
        return trouble(result);
    s->recipients++;
    s->done |= SESSION_RCPT;
    return ANSWER_RECIPIENT;
}

/* <Postmaster> and <postmaster@HOST_NAME>, in any case (RFC 5321 section 4.5.1). */
static bool is_postmaster(const struct address *recipient)
{
    return cursor_is_word(&recipient->local, "postmaster") &&
           (recipient->domain.left == 0 ||
            cursor_is_word(&recipient->domain, settings_host_name()));
}

/* The postmaster is the administrator; where there is none, a domain says where mail goes. */
static enum answer do_rcpt(struct session *s, struct cursor arguments,
                           const struct clock *now)
{
    struct command_path rcpt;
    enum command_result read = command_read_rcpt(arguments, &rcpt);
    struct cursor admin = cursor_over(CONFIG_ADMIN_ADDRESS, strlen(CONFIG_ADMIN_ADDRESS));

    (void)now;
    if (read != COMMAND_OK)
        return syntax_answer(read, ANSWER_BAD_RECIPIENT);
    if (!s->allowed)
        return ANSWER_RELAY;
    if (is_postmaster(&rcpt.address) && admin.left > 0)
        (void)address_read_mailbox(admin, &rcpt.address);
    return rcpt.address.domain.left > 0 ? add_recipient(s, &rcpt) : ANSWER_NO_ADMIN;
}

static enum answer do_data(struct session *s, struct cursor arguments,
                           const struct clock *now)
{
    (void)arguments;
    (void)now;
    s->in_text = true;
    return ANSWER_DATA;
}

static enum answer do_rset(struct session *s, struct cursor arguments,
                           const struct clock *now)
{
    (void)arguments;
    (void)now;
    session_forget_letter(s);
    return ANSWER_OK;
}

static enum answer do_quit(struct session *s, struct cursor arguments,
                           const struct clock *now)
{
    (void)arguments;
    (void)now;
    s->closing = true;
    return ANSWER_BYE;
}

#if CONFIG_INTAKE_ANY_AUTH
static enum answer do_auth(struct session *s, struct cursor arguments,
                           const struct clock *now)
{
    (void)now;
    return login_begin(s, arguments);
}
#endif

#define TAKES_ARGUMENTS 1 /* a line that was cut cannot be understood */
#define TAKES_NONE      2
#define IDLE            4 /* brings no letter on its way */

typedef enum answer (*command_function)(struct session *s, struct cursor arguments,
                                        const struct clock *now);

/* Without `run`, `answer` is all there is to do. */
static const struct {
    command_function run;
    uint8_t answer;
    uint8_t needs; /* of SESSION_HELO... all of these */
    uint8_t bars;  /* and none of these */
    uint8_t flags;
} commands[] = {
    [COMMAND_EHLO] = {do_ehlo, 0,              0,                                          0,            TAKES_ARGUMENTS | IDLE},
    [COMMAND_HELO] = {do_helo, 0,              0,                                          0,            TAKES_ARGUMENTS | IDLE},
    [COMMAND_MAIL] = {do_mail, 0,              SESSION_HELO,                               SESSION_MAIL, TAKES_ARGUMENTS       },
    [COMMAND_RCPT] = {do_rcpt, 0,              SESSION_HELO | SESSION_MAIL,                0,            TAKES_ARGUMENTS       },
    [COMMAND_DATA] = {do_data, 0,              SESSION_HELO | SESSION_MAIL | SESSION_RCPT, 0,
                      TAKES_NONE                                                                                               },
    [COMMAND_RSET] = {do_rset, 0,              0,                                          0,            TAKES_NONE | IDLE     },
    [COMMAND_NOOP] = {NULL,    ANSWER_OK,      0,                                          0,            IDLE                  },
    [COMMAND_VRFY] = {NULL,    ANSWER_VRFY,    0,                                          0,            IDLE                  },
    [COMMAND_HELP] = {NULL,    ANSWER_HELP,    0,                                          0,            IDLE                  },
    [COMMAND_QUIT] = {do_quit, 0,              0,                                          0,            TAKES_NONE            },
#if CONFIG_INTAKE_ANY_AUTH
    [COMMAND_AUTH] = {do_auth, 0,              SESSION_HELO,                               0,            IDLE                  },
#endif
    [COMMAND_UNKNOWN] = {NULL,    ANSWER_UNKNOWN, 0,                                          0,            0                     },
};

/* What stands in the way of a command now, or NONE. */
static enum answer out_of_order(const struct session *s, uint8_t needs, uint8_t bars)
{
    uint8_t missing = (uint8_t)(needs & ~s->done);

    if (missing & SESSION_HELO && !CONFIG_INTAKE_LAX_HELO)
        return ANSWER_HELLO_FIRST;
    if (missing & SESSION_MAIL)
        return ANSWER_MAIL_FIRST;
    if (missing & SESSION_RCPT)
        return ANSWER_RCPT_FIRST;
    return s->done & bars ? ANSWER_ONE_MAIL : ANSWER_NONE;
}

static bool too_idle(struct session *s, uint8_t flags)
{
    return flags & IDLE && ++s->idle_commands > SESSION_IDLE_MAX;
}

/*
 * What is refused leads nowhere: who repeats it is as idle as one who says nothing. What is
 * accepted goes to the flash.
 */
static void note_effort(struct session *s, enum answer answer, const struct clock *now)
{
    if (answer != ANSWER_SENDER && answer != ANSWER_RECIPIENT && answer != ANSWER_DATA)
        return;
    s->progress_ms = (uint32_t)now->uptime_ms;
    if (s->allowed)
        (void)quota_count(s->address, answer == ANSWER_DATA, s->line_length);
}

enum answer session_command(struct session *s, size_t length, bool cut,
                            const struct clock *now)
{
    struct cursor arguments;
    enum command_verb verb = command_read(cursor_over(s->line, length), &arguments);
    enum answer answer = out_of_order(s, commands[verb].needs, commands[verb].bars);
    uint8_t flags = commands[verb].flags;

    if (verb != COMMAND_UNKNOWN && too_idle(s, flags))
        return ANSWER_IDLE_COMMANDS;
    if (answer != ANSWER_NONE)
        return answer;
    if (flags & TAKES_ARGUMENTS && cut)
        return ANSWER_ARGUMENTS;
    if (flags & TAKES_NONE && arguments.left > 0)
        return ANSWER_NO_ARGUMENTS;
    if (commands[verb].run == NULL)
        return (enum answer)commands[verb].answer;
    answer = commands[verb].run(s, arguments, now);
    note_effort(s, answer, now);
    return answer;
}
