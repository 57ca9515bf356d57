/* SPDX-License-Identifier: MIT */
/* oracle.c: steps in a list, played up to a cut; and the spool held against the outcome. */
#include "tests/flash/oracle.h"

#include "tests/flash/nor_simulator.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct step {
    enum oracle_step kind;
    bool done;
    unsigned letter;
    uint32_t begin, end; /* operations done by then; UINT32_MAX: never ended */
    bool past;           /* begun before the first operation */
    uint32_t due_s;      /* of TIME: powered seconds */
    uint32_t boot;
    bool begun;
    struct recipient_set set;
    struct spool_route route;
};

static struct {
    unsigned letters, steps;
    struct oracle_letter letter[ORACLE_LETTERS_MAX];
    struct step step[ORACLE_STEPS_MAX];
} model;

struct oracle_finding oracle_finding;

void oracle_clear(void)
{
    oracle_finding.invariant = 0;
}

void oracle_violated(unsigned invariant, const char *format, ...)
{
    va_list arguments;

    if (oracle_finding.invariant != 0)
        return;
    oracle_finding.invariant = invariant;
    va_start(arguments, format);
    vsnprintf(oracle_finding.text, sizeof oracle_finding.text, format, arguments);
    va_end(arguments);
}

/* ---- Steps ----------------------------------------------------------------------------------- */

void oracle_new(void)
{
    model.letters = model.steps = 0;
}

unsigned oracle_letter(uint32_t size, unsigned recipients)
{
    if (model.letters == ORACLE_LETTERS_MAX)
        abort();
    model.letter[model.letters] =
        (struct oracle_letter){.size = size, .recipients = (uint8_t)recipients};
    return model.letters++;
}

void oracle_set_id(unsigned letter, uint32_t id)
{
    model.letter[letter].id = id;
    model.letter[letter].named = true;
}

const struct oracle_letter *oracle_letter_at(unsigned letter)
{
    return &model.letter[letter];
}

unsigned oracle_letters(void)
{
    return model.letters;
}

uint8_t oracle_octet(unsigned letter, uint32_t at)
{
    return (uint8_t)(letter * 31 + at * 7 + (at >> 8) * 3 + (letter >> 8));
}

unsigned oracle_begin(enum oracle_step kind, unsigned letter)
{
    struct step *step = &model.step[model.steps];

    if (model.steps == ORACLE_STEPS_MAX)
        abort();
    memset(step, 0, sizeof *step);
    step->kind = kind;
    step->letter = letter;
    step->begin = nor_operations();
    step->end = UINT32_MAX;
    return model.steps++;
}

void oracle_with_due(unsigned step, uint32_t due_s)
{
    model.step[step].due_s = due_s;
}

void oracle_with_time(unsigned step, uint32_t powered_s, uint32_t boot, bool begun)
{
    model.step[step].due_s = powered_s;
    model.step[step].boot = boot;
    model.step[step].begun = begun;
}

void oracle_with_set(unsigned step, const struct recipient_set *set)
{
    model.step[step].set = *set;
}

void oracle_with_route(unsigned step, const struct spool_route *route)
{
    model.step[step].route = *route;
}

void oracle_end(unsigned step, bool done)
{
    struct step *s = &model.step[step];

    s->done = done;
    if (done)
        s->end = nor_operations();
    else if (s->begin == nor_operations() && step + 1 == model.steps)
        model.steps--; /* nothing was written: it never was */
}

void oracle_settle(void)
{
    for (unsigned i = 0; i < model.steps; i++) {
        model.step[i].begin = model.step[i].end = 0;
        model.step[i].past = true;
    }
}

struct oracle_point oracle_point(void)
{
    return (struct oracle_point){model.letters, model.steps};
}

void oracle_return(struct oracle_point point)
{
    model.letters = point.letters;
    model.steps = point.steps;
}

/* ---- Expectation ----------------------------------------------------------------------------- */

static void unite(struct recipient_set *to, const struct recipient_set *from)
{
    for (unsigned i = 0; i < sizeof to->bits; i++)
        to->bits[i] |= from->bits[i];
}

static bool within(const struct recipient_set *a, const struct recipient_set *b)
{
    for (unsigned i = 0; i < sizeof a->bits; i++) {
        if ((a->bits[i] & ~b->bits[i]) != 0)
            return false;
    }
    return true;
}

static void expect_try(struct expected_letter *l, const struct step *s, bool certain)
{
    l->tries_max++;
    l->due_max = s->due_s;
    if (certain) {
        l->tries_min++;
        l->due_min = s->due_s;
    }
}

static void expect_settled(struct expected_letter *l, const struct step *s, bool certain)
{
    unite(s->kind == ORACLE_SENT ? &l->sent_max : &l->failed_max, &s->set);
    if (certain)
        unite(s->kind == ORACLE_SENT ? &l->sent_min : &l->failed_min, &s->set);
}

static void expect_step(struct expectation *e, const struct step *s, bool certain)
{
    struct expected_letter *l = &e->letter[s->letter];

    if (s->kind == ORACLE_DEPOSIT) {
        l->may_live = true;
        l->must_live = certain;
    } else if (s->kind == ORACLE_CLOSE) {
        l->must_live = false;
        l->may_live = l->may_live && !certain;
    } else if (s->kind == ORACLE_TRY) {
        expect_try(l, s, certain);
    } else if (s->kind == ORACLE_SENT || s->kind == ORACLE_FAILED) {
        expect_settled(l, s, certain);
    } else if (s->kind == ORACLE_BURY) {
        l->dead_max = true;
        l->dead_min = l->dead_min || certain;
    } else if (s->kind == ORACLE_ROUTE) {
        e->route_next = s->route;
        if (certain)
            e->route = s->route;
    } else if (s->kind == ORACLE_FORMAT) {
        e->may_be_foreign = true;
        e->powered_s = e->boot = 0; /* a formatted flash begins anew */
        e->begun = false;
    } else if (s->kind == ORACLE_TIME && certain) {
        e->powered_s = s->due_s;
        e->boot = s->boot;
        e->begun = s->begun;
    }
    if (s->kind == ORACLE_DEPOSIT && certain)
        e->may_be_foreign = false;
}

void oracle_expect(struct expectation *e, uint32_t certain, uint32_t possible)
{
    memset(e, 0,
           offsetof(struct expectation, letter) + model.letters * sizeof e->letter[0]);
    e->letters = model.letters;
    for (unsigned i = 0; i < model.steps; i++) {
        const struct step *s = &model.step[i];
        bool is_certain = s->done && s->end <= certain;

        if (is_certain || s->past || s->begin < possible)
            expect_step(e, s, is_certain);
    }
}

/* ---- Sight ----------------------------------------------------------------------------------- */

static struct spool_reader reader;

/* The newest with this id: one that was never committed gives its id to the next. */
static unsigned letter_of(uint32_t id)
{
    for (unsigned i = model.letters; i > 0; i--) {
        if (model.letter[i - 1].named && model.letter[i - 1].id == id)
            return i - 1;
    }
    return ORACLE_LETTERS_MAX;
}

static void see(struct sight *seen, uint16_t head, uint32_t id)
{
    struct seen_letter *to = &seen->letter[seen->count];
    unsigned letter = letter_of(id);
    enum spool_result result = spool_read_state(head, 0, &to->state);

    if (letter == ORACLE_LETTERS_MAX) {
        oracle_violated(2, "an unknown letter, id %lu at page %u", (unsigned long)id, head);
        return;
    }
    if (result != SPOOL_OK) {
        oracle_violated(6, "letter %u: its state cannot be read (%d)", letter, result);
        return;
    }
    if (oracle_find(seen, letter) != NULL) {
        oracle_violated(4, "letter %u lives at two places, pages %u and %u", letter,
                        oracle_find(seen, letter)->head, head);
        return;
    }
    to->letter = (uint16_t)letter;
    to->head = head;
    seen->place[letter] = (uint16_t)++seen->count;
}

void oracle_look(struct sight *seen)
{
    struct spool_walk walk;
    struct spool_marks marks;
    enum spool_result result;
    uint16_t head;
    uint32_t id;

    seen->count = 0;
    memset(seen->place, 0, sizeof seen->place);
    spool_route_get(0, &seen->route);
    spool_walk_begin(&walk);
    while ((result = spool_walk_next(&walk, &head, &id)) == SPOOL_OK) {
        if (head != 0)
            see(seen, head, id);
    }
    spool_marks(&marks);
    if (result == SPOOL_END && marks.letters != seen->count)
        oracle_violated(6, "%lu letters are counted, %u are there",
                        (unsigned long)marks.letters, seen->count);
    if (result != SPOOL_END)
        oracle_violated(6, "the walk through all letters ended with %d", result);
}

const struct seen_letter *oracle_find(const struct sight *seen, unsigned letter)
{
    return seen->place[letter] == 0 ? NULL : &seen->letter[seen->place[letter] - 1];
}

void oracle_drop(struct sight *seen, unsigned letter)
{
    unsigned at = seen->place[letter];

    if (at == 0)
        return;
    seen->letter[at - 1] = seen->letter[--seen->count];
    seen->place[seen->letter[at - 1].letter] = (uint16_t)at;
    seen->place[letter] = 0;
}

static enum oracle_reading read_envelope(unsigned recipients)
{
    uint8_t value[LETTER_FIELD_MAX], kind;
    unsigned senders = 0, found = 0;
    size_t size;
    enum spool_result result;

    while ((result = spool_reader_field(&reader, &kind, value, sizeof value, &size)) ==
           SPOOL_OK) {
        senders +=
            kind == LETTER_SENDER && size == 13 && memcmp(value, "a@example.com", 13) == 0;
        found += kind == LETTER_RECIPIENT && size == 14 && value[0] == 0 &&
                 memcmp(value + 1, "b@example.com", 13) == 0;
        if (kind == LETTER_TEXT)
            break;
    }
    if (result != SPOOL_OK && result != SPOOL_END)
        return ORACLE_REFUSED;
    return senders == 1 && found == recipients ? ORACLE_SAME : ORACLE_ALTERED;
}

static enum oracle_reading read_text(unsigned letter, uint32_t expected)
{
    const uint8_t *text;
    size_t size;
    uint32_t at = 0;
    enum spool_result result;

    while ((result = spool_reader_text(&reader, &text, &size)) == SPOOL_OK) {
        for (size_t i = 0; i < size; i++) {
            if (text[i] != oracle_octet(letter, at++))
                return ORACLE_ALTERED;
        }
        spool_reader_ack(&reader, size);
    }
    if (result != SPOOL_END)
        return ORACLE_REFUSED;
    return at == expected ? ORACLE_SAME : ORACLE_ALTERED;
}

enum oracle_reading oracle_read(const struct seen_letter *seen)
{
    const struct oracle_letter *letter = &model.letter[seen->letter];
    enum oracle_reading reading;

    if (seen->state.text_size != letter->size ||
        seen->state.recipients != letter->recipients)
        return ORACLE_ALTERED;
    if (spool_reader_open(&reader, seen->head) != SPOOL_OK)
        return ORACLE_REFUSED;
    reading = read_envelope(letter->recipients);
    return reading == ORACLE_SAME ? read_text(seen->letter, letter->size) : reading;
}

void oracle_read_some(const struct sight *seen, uint32_t octets, uint32_t turn)
{
    uint32_t all = 0, stride;

    for (unsigned i = 0; i < seen->count; i++)
        all += seen->letter[i].state.text_size + 300;
    stride = all / octets + 1;
    for (unsigned i = 0; i < seen->count; i++) {
        if ((i + turn) % stride == 0 && oracle_read(&seen->letter[i]) != ORACLE_SAME)
            oracle_violated(1, "letter %u at page %u cannot be read or is altered",
                            seen->letter[i].letter, seen->letter[i].head);
    }
}

/* ---- Judgement ------------------------------------------------------------------------------- */

static void judge_tries(unsigned number, const struct expected_letter *l,
                        const struct spool_state *s)
{
    if (l->may_be_lost && s->tries <= l->tries_max)
        return;
    if (s->tries < l->tries_min)
        oracle_violated(3, "letter %u: %u tries, %u were counted", number, s->tries,
                        l->tries_min);
    else if (s->tries > l->tries_max)
        oracle_violated(3, "letter %u: %u tries, no more than %u were", number, s->tries,
                        l->tries_max);
    else if (s->tries > 0 && s->tries == l->tries_min && l->tries_min == l->tries_max &&
             s->due_s != l->due_min)
        oracle_violated(3, "letter %u: due at %lu instead of %lu", number,
                        (unsigned long)s->due_s, (unsigned long)l->due_min);
}

static void judge_letter(unsigned number, const struct expected_letter *l,
                         const struct spool_state *s)
{
    if (!within(&l->sent_min, &s->sent) || !within(&l->failed_min, &s->failed))
        oracle_violated(4, "letter %u: a settled recipient is not settled", number);
    if (!within(&s->sent, &l->sent_max) || !within(&s->failed, &l->failed_max))
        oracle_violated(1, "letter %u: a recipient is settled that never was", number);
    if ((l->dead_min && !s->dead) || (s->dead && !l->dead_max))
        oracle_violated(4, "letter %u: dead is %d", number, s->dead);
    judge_tries(number, l, s);
}

static bool same_route(const struct spool_route *a, const struct spool_route *b)
{
    return a->tries == b->tries && a->stopped == b->stopped && a->frozen == b->frozen &&
           a->cause == b->cause && a->due_s == b->due_s;
}

void oracle_judge(const struct expectation *e, const struct sight *seen)
{
    for (unsigned i = 0; i < e->letters; i++) {
        const struct seen_letter *s = oracle_find(seen, i);
        const struct expected_letter *l = &e->letter[i];

        if (s == NULL && l->must_live && !l->may_be_lost)
            oracle_violated(1, "letter %u was acknowledged and is gone", i);
        else if (s != NULL && !l->may_live)
            oracle_violated(4, "letter %u at page %u was closed or never was, and lives", i,
                            s->head);
        else if (s != NULL)
            judge_letter(i, l, &s->state);
    }
    if (!e->facts_may_be_lost && !same_route(&seen->route, &e->route) &&
        !same_route(&seen->route, &e->route_next))
        oracle_violated(3, "the route's record is %u tries, due %lu; noted %u, %lu",
                        seen->route.tries, (unsigned long)seen->route.due_s, e->route.tries,
                        (unsigned long)e->route.due_s);
}

static void same_letter(const struct seen_letter *a, const struct seen_letter *b,
                        const char *when)
{
    const struct spool_state *x = &a->state, *y = &b->state;

    if (x->tries != y->tries || x->due_s != y->due_s)
        oracle_violated(3, "letter %u: tries %u due %lu became %u due %lu %s", a->letter,
                        x->tries, (unsigned long)x->due_s, y->tries,
                        (unsigned long)y->due_s, when);
    if (memcmp(&x->sent, &y->sent, sizeof x->sent) != 0 ||
        memcmp(&x->failed, &y->failed, sizeof x->failed) != 0 || x->dead != y->dead)
        oracle_violated(4, "letter %u: settled recipients changed %s", a->letter, when);
    if (x->text_size != y->text_size || x->recipients != y->recipients ||
        x->deposited_s != y->deposited_s)
        oracle_violated(1, "letter %u: its envelope changed %s", a->letter, when);
}

void oracle_same(const struct sight *before, const struct sight *after, const char *when)
{
    for (unsigned i = 0; i < before->count; i++) {
        const struct seen_letter *a = &before->letter[i];
        const struct seen_letter *b = oracle_find(after, a->letter);

        if (b == NULL)
            oracle_violated(1, "letter %u was seen and is gone %s", a->letter, when);
        else
            same_letter(a, b, when);
    }
    for (unsigned i = 0; i < after->count; i++) {
        if (oracle_find(before, after->letter[i].letter) == NULL)
            oracle_violated(6, "letter %u was not there and appears %s",
                            after->letter[i].letter, when);
    }
    if (!same_route(&before->route, &after->route))
        oracle_violated(3, "the route's record changed %s", when);
}

void oracle_judge_time(const struct expectation *e, const struct clock *clock)
{
    uint32_t lost = e->powered_s - clock->powered_s;

    if (e->facts_may_be_lost)
        return;
    if (e->powered_s > clock->powered_s && lost > CONFIG_SPOOL_JOURNAL_S + 60)
        oracle_violated(10, "powered time went back by %lu s", (unsigned long)lost);
    if ((int16_t)(clock->boot - e->boot - e->begun) < 0)
        oracle_violated(10, "boot %lu came after boot %lu", (unsigned long)clock->boot,
                        (unsigned long)e->boot);
}

/* ---- Taking over ----------------------------------------------------------------------------- */

static struct step *past(enum oracle_step kind, unsigned letter)
{
    struct step *step = &model.step[oracle_begin(kind, letter)];

    step->begin = step->end = 0;
    step->done = true;
    return step;
}

static void adopt_letter(const struct seen_letter *seen)
{
    const struct spool_state *state = &seen->state;

    past(ORACLE_DEPOSIT, seen->letter);
    for (unsigned i = 0; i < state->tries; i++)
        past(ORACLE_TRY, seen->letter)->due_s = state->due_s;
    past(ORACLE_SENT, seen->letter)->set = state->sent;
    past(ORACLE_FAILED, seen->letter)->set = state->failed;
    if (state->dead)
        past(ORACLE_BURY, seen->letter);
}

void oracle_adopt(const struct sight *seen, const struct clock *clock)
{
    struct step *time;

    model.steps = 0;
    for (unsigned i = 0; i < seen->count; i++)
        adopt_letter(&seen->letter[i]);
    past(ORACLE_ROUTE, 0)->route = seen->route;
    time = past(ORACLE_TIME, 0);
    time->due_s = clock->powered_s;
    time->boot = clock->boot;
    time->begun = false;
}
