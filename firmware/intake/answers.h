/* SPDX-License-Identifier: MIT */
/*
 * answers.h: everything that the SMTP server ever says, by number (RFC 5321 section 4.2, with
 * the enhanced status of RFC 3463). The texts tell an administrator what to change.
 */
#ifndef INTAKE_ANSWERS_H
#define INTAKE_ANSWERS_H

enum answer {
    ANSWER_NONE,

    /* What went well. */
    ANSWER_GREETING,
    ANSWER_EHLO, /* ends in a number: the greatest size */
    ANSWER_HELO,
    ANSWER_SENDER,
    ANSWER_RECIPIENT,
    ANSWER_DATA,
    ANSWER_KEPT, /* ends in a number: the letter's id */
    ANSWER_OK,
    ANSWER_VRFY,
    ANSWER_HELP,
    ANSWER_BYE,

    /* The session ends with these. */
    ANSWER_TOO_EARLY,
    ANSWER_BARE_LF,
    ANSWER_JUNK,
    ANSWER_IDLE_COMMANDS,
    ANSWER_TIMEOUT,
    ANSWER_SHUTDOWN,
    ANSWER_MAKE_ROOM,

    /* The command is refused. */
    ANSWER_UNKNOWN,
    ANSWER_BAD_LINE,
    ANSWER_LONG_LINE,
    ANSWER_ARGUMENTS,
    ANSWER_NO_ARGUMENTS,
    ANSWER_HELLO_FIRST,
    ANSWER_MAIL_FIRST,
    ANSWER_RCPT_FIRST,
    ANSWER_ONE_MAIL,
    ANSWER_OPTION,
    ANSWER_BAD_SENDER,
    ANSWER_BAD_RECIPIENT,

    /* The letter or one of its recipients is refused: counted and logged. */
    ANSWER_TOO_LARGE,
    ANSWER_FULL,
    ANSWER_FLASH,
    ANSWER_RELAY,
    ANSWER_NO_ADMIN,
    ANSWER_NO_ROUTE,
    ANSWER_RECIPIENTS,
    ANSWER_LOOP,
    ANSWER_BAD_TEXT,
    ANSWER_LONG_TEXT_LINE,

    ANSWER_COUNT
};

/* Which of intake_counts an answer adds to. */
enum answer_class {
    ANSWERS_PLAIN,
    ANSWERS_JUNK,
    ANSWERS_RELAY,
    ANSWERS_FULL,
    ANSWERS_OTHER
};

/* The whole answer without its last CRLF. */
const char *answer_text(enum answer answer);
enum answer_class answer_class(enum answer answer);

#endif
