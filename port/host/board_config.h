/* SPDX-License-Identifier: MIT */
/*
 * board_config.h: the host has RAM enough, and a client's first words follow its connect at
 * once; the user's header still has the first word.
 */
#ifndef CONFIG_INTAKE_GREETING_MS
#define CONFIG_INTAKE_GREETING_MS 2
#endif
#ifndef CONFIG_NET_TCP_MSS
#define CONFIG_NET_TCP_MSS 1220
#endif
#ifndef CONFIG_NET_TCP_WINDOW
#define CONFIG_NET_TCP_WINDOW 24400
#endif
#ifndef CONFIG_NET_TCP_SEND_BUFFER
#define CONFIG_NET_TCP_SEND_BUFFER 24400
#endif
#ifndef CONFIG_NET_TCP_EXTRA
#define CONFIG_NET_TCP_EXTRA 8
#endif
#ifndef CONFIG_NET_HEAP
#define CONFIG_NET_HEAP 131072
#endif
#ifndef CONFIG_NET_FRAMES
#define CONFIG_NET_FRAMES 128
#endif
#ifndef CONFIG_NET_CHECKS
#define CONFIG_NET_CHECKS 1
#endif
