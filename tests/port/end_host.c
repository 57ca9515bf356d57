/* SPDX-License-Identifier: MIT */
/* end_host.c: a Linux process ends with a status; its faults are the operating system's. */
#include "tests/port/end.h"

#include <stdlib.h>

_Noreturn void conformance_end(bool ok)
{
    exit(ok ? EXIT_SUCCESS : EXIT_FAILURE);
}

unsigned conformance_faults(void)
{
    return 0;
}

void conformance_fault(unsigned which)
{
    (void)which;
}
