/* SPDX-License-Identifier: MIT */
/*
 * task.h: conversations as stackless tasks, after Adam Dunkels' protothreads.
 *
 * A task is one struct (whose first member is a `struct task`) and one function that reads
 * from top to bottom like the protocol it speaks. TASK_AWAIT leaves the function until its
 * condition holds; the next call goes on there. So:
 *
 * - nothing local lives across a wait: what must last is in the struct;
 * - no `switch` in a task body (the waits are cases of one);
 * - one wait a line (the line number is the place to go on);
 * - a child task is a struct with its own `struct task`, awaited with TASK_AWAIT;
 * - one exit: TASK_END.
 *
 * tools/check_tasks holds every task to these. Time-outs, a broken stream and shutdown are not
 * the body's business: its driver looks at them first and then resumes it, or ends it.
 */
#ifndef TASK_TASK_H
#define TASK_TASK_H

#include <stdbool.h>
#include <stdint.h>

struct task {
    uint16_t line;        /* where to go on; 0 at the start */
    uint64_t deadline_ms; /* uptime by which the present step must be over; 0: none */
};

enum task_state { TASK_WAITING, TASK_DONE };

/* Sets a task to its start, without a deadline. */
static inline void task_init(struct task *task)
{
    task->line = 0;
    task->deadline_ms = 0;
}

/* For drivers: whether the present step has taken too long. */
static inline bool task_late(const struct task *task, uint64_t uptime_ms)
{
    return task->deadline_ms != 0 && uptime_ms >= task->deadline_ms;
}

#define TASK_BEGIN(task)                                                                   \
    switch ((task)->line) {                                                                \
    case 0:

/* Leaves the task until `condition` holds; it is looked at on every call. */
#define TASK_AWAIT(task, condition)                                                        \
    do {                                                                                   \
        (task)->line = __LINE__;                                                           \
        __attribute__((fallthrough));                                                      \
    case __LINE__:                                                                         \
        if (!(condition))                                                                  \
            return TASK_WAITING;                                                           \
    } while (false)

#define TASK_END(task)                                                                     \
    }                                                                                      \
    (task)->line = 0;                                                                      \
    return TASK_DONE

#endif
