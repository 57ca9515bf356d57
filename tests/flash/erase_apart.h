/* SPDX-License-Identifier: MIT */
/*
 * erase_apart.h: the flash log's side of an erase beyond its own sectors, for tests of the
 * settings, which need nothing else of the log.
 */
#ifndef TESTS_FLASH_ERASE_APART_H
#define TESTS_FLASH_ERASE_APART_H

/* What a loss of power makes it forget. */
void erase_apart_power_on(void);

#endif
