/* SPDX-License-Identifier: MIT */
/* answers.c: the texts. Greeting, EHLO, HELO and 354 carry no enhanced status (RFC 2034). */
#include "intake/answers.h"

#include "config/config.h"

#include <stdint.h>

#define HOST CONFIG_HOST_NAME

static const struct {
    const char *text;
    uint8_t class_;
} answers[ANSWER_COUNT] = {
    [ANSWER_NONE] = {"",                                                                           ANSWERS_PLAIN},

    [ANSWER_GREETING] = {"220 " HOST " ESMTP flashpost",                                               ANSWERS_PLAIN},
    [ANSWER_EHLO] = {"250-" HOST "\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250 SIZE ",
                     ANSWERS_PLAIN                                                                              },
    [ANSWER_HELO] = {"250 " HOST,                                                                  ANSWERS_PLAIN},
    [ANSWER_SENDER] = {"250 2.1.0 Sender ok",                                                        ANSWERS_PLAIN},
    [ANSWER_RECIPIENT] = {"250 2.1.5 Recipient ok",                                                     ANSWERS_PLAIN},
    [ANSWER_DATA] = {"354 End the text with CRLF.CRLF",                                            ANSWERS_PLAIN},
    [ANSWER_KEPT] = {"250 2.0.0 Ok, kept as ",                                                     ANSWERS_PLAIN},
    [ANSWER_OK] = {"250 2.0.0 Ok",                                                               ANSWERS_PLAIN},
    [ANSWER_VRFY] = {"252 2.5.2 Not verified: send mail, it will be tried",                        ANSWERS_PLAIN},
    [ANSWER_HELP] = {"214 2.0.0 EHLO HELO MAIL RCPT DATA RSET NOOP VRFY HELP QUIT",
                     ANSWERS_PLAIN                                                                              },
    [ANSWER_BYE] = {"221 2.0.0 " HOST " closing",                                                 ANSWERS_PLAIN},

    [ANSWER_TOO_EARLY] = {"554 5.5.1 Wait for the greeting before you speak",
                     ANSWERS_OTHER                                                                              },
    [ANSWER_BARE_LF] = {"554 5.5.2 Lines end in CRLF, not in LF",                                     ANSWERS_OTHER},
    [ANSWER_JUNK] = {"421 4.7.0 " HOST " Too many commands that are none",                         ANSWERS_OTHER},
    [ANSWER_IDLE_COMMANDS] = {"421 4.7.0 " HOST " Too many commands without mail",
                     ANSWERS_OTHER                                                                              },
    [ANSWER_TIMEOUT] = {"421 4.4.2 " HOST " Waited too long for you",                                 ANSWERS_OTHER},
    [ANSWER_SHUTDOWN] = {"421 4.3.2 " HOST " Restarting, try again later",                             ANSWERS_OTHER},
    [ANSWER_MAKE_ROOM] = {"421 4.3.2 " HOST
                          " Others wait, and you were idle: come back later", ANSWERS_OTHER},

    [ANSWER_UNKNOWN] = {"500 5.5.2 No such command: see HELP",                                        ANSWERS_JUNK },
    [ANSWER_BAD_LINE] = {"500 5.5.2 CR and NUL have no place in a command",                            ANSWERS_JUNK },
    [ANSWER_LONG_LINE] = {"500 5.5.2 Command line longer than 512 octets",                              ANSWERS_JUNK },
    [ANSWER_ARGUMENTS] = {"501 5.5.4 Arguments missing, too long or not understood",
                     ANSWERS_PLAIN                                                                              },
    [ANSWER_NO_ARGUMENTS] = {"501 5.5.4 This command takes no arguments",                                  ANSWERS_PLAIN},
    [ANSWER_HELLO_FIRST] = {"503 5.5.1 EHLO first",                                                       ANSWERS_PLAIN},
    [ANSWER_MAIL_FIRST] = {"503 5.5.1 MAIL first",                                                       ANSWERS_PLAIN},
    [ANSWER_RCPT_FIRST] = {"503 5.5.1 RCPT first: no recipient was accepted",
                     ANSWERS_PLAIN                                                                              },
    [ANSWER_ONE_MAIL] = {"503 5.5.1 MAIL was given: end this letter, or RSET",
                     ANSWERS_PLAIN                                                                              },
    [ANSWER_OPTION] = {"555 5.5.4 Parameter not supported",                                          ANSWERS_PLAIN},
    [ANSWER_BAD_SENDER] = {"501 5.1.7 Not a sender's address",                                           ANSWERS_PLAIN},
    [ANSWER_BAD_RECIPIENT] = {"501 5.1.3 Not a recipient's address",                                        ANSWERS_PLAIN},

    [ANSWER_TOO_LARGE] = {"552 5.3.4 Message larger than INTAKE_SIZE_MAX",                              ANSWERS_OTHER},
    [ANSWER_FULL] = {"452 4.3.1 No room in the flash: see that queued mail gets out",
                     ANSWERS_FULL                                                                               },
    [ANSWER_FLASH] = {"451 4.3.0 The flash did not take it: see the log",                           ANSWERS_OTHER},
    [ANSWER_RELAY] = {"550 5.7.1 Relaying denied: your network is not in INTAKE_NETWORKS",
                     ANSWERS_RELAY                                                                              },
    [ANSWER_NO_ADMIN] = {"550 5.1.1 No postmaster: set ADMIN_ADDRESS",                                 ANSWERS_OTHER},
    [ANSWER_NO_ROUTE] = {"550 5.4.4 No connector takes this domain",                                   ANSWERS_OTHER},
    [ANSWER_RECIPIENTS] = {"452 4.5.3 Too many recipients",                                              ANSWERS_OTHER},
    [ANSWER_LOOP] = {"554 5.4.6 Too many Received fields: mail is looping",                        ANSWERS_OTHER},
    [ANSWER_BAD_TEXT] = {"554 5.6.0 Bare CR, bare LF or NUL in the text",                              ANSWERS_OTHER},
    [ANSWER_LONG_TEXT_LINE] = {"554 5.6.0 Line of text longer than 998 octets",
                     ANSWERS_OTHER                                                                              },
};

const char *answer_text(enum answer answer)
{
    return answers[answer].text;
}

enum answer_class answer_class(enum answer answer)
{
    return (enum answer_class)answers[answer].class_;
}
