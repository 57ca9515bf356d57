/* SPDX-License-Identifier: MIT */
/*
 * partitions.h: where what lives in the NOR flash. These places are kept from version to
 * version: tools and people with a dead device's flash rely on them.
 */
#ifndef CONFIG_PARTITIONS_H
#define CONFIG_PARTITIONS_H

#define PARTITION_SECTOR_SIZE 65536u

/* Settings: the first two sectors, copied from one to the other on a change. */
#define PARTITION_SETTINGS_OFFSET 0u
#define PARTITION_SETTINGS_SIZE   (2u * PARTITION_SECTOR_SIZE)

/* The spool: everything after them, to the end of the part (at most 256 sectors). */
#define PARTITION_SPOOL_OFFSET PARTITION_SETTINGS_SIZE

#endif
