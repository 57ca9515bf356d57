/* SPDX-License-Identifier: MIT */
/*
 * board_config.h: what the board's three receive buffers (ethernet.c) ask for. A window of
 * more full segments than buffers lets a sender lose one of them again and again, and wait a
 * second or more each time before it repeats it.
 */
#ifndef CONFIG_NET_TCP_WINDOW
#define CONFIG_NET_TCP_WINDOW 1608 /* 3 x 536 */
#endif
