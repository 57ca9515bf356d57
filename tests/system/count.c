/* SPDX-License-Identifier: MIT */
/*
 * count.c: a plugin of qemu-system-arm that counts the instructions executed in the code flash,
 * for each owner apart, in a file that others may read while it runs.
 *
 *     -plugin count.so,owners=FILE,counts=FILE
 *
 * `owners` has an octet for each two of the flash: a number below 16. What is of owner 0, the C
 * library, counts for whoever was last seen before it: its caller, but for an interrupt between.
 *
 * Below is what it needs of qemu-plugin.h (QEMU 7.2, version 1), which Debian has in no package.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default")))

struct qemu_plugin_tb;
struct qemu_plugin_insn;
enum qemu_plugin_op { QEMU_PLUGIN_INLINE_ADD_U64 };
enum qemu_plugin_cb_flags { QEMU_PLUGIN_CB_NO_REGS };
typedef void translated_function(uint64_t id, struct qemu_plugin_tb *block);
typedef void executed_function(unsigned cpu, void *data);

void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, translated_function *translated);
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *block,
                                          executed_function *executed,
                                          enum qemu_plugin_cb_flags flags, void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block,
                                                 size_t number);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *instruction);
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *instruction,
                                                enum qemu_plugin_op what, void *at,
                                                uint64_t value);

EXPORTED int qemu_plugin_version = 1;
EXPORTED int qemu_plugin_install(uint64_t id, const void *info, int count,
                                 char **arguments);

enum { FLASH_SIZE = 256 * 1024, PLACES = FLASH_SIZE / 2, OWNERS = 16 };

static uint8_t *owners;
static uint64_t *counts;
static uintptr_t current; /* the last owner that was not the library */

static uint8_t owner_of(const struct qemu_plugin_insn *instruction)
{
    return owners[qemu_plugin_insn_vaddr(instruction) % FLASH_SIZE / 2] % OWNERS;
}

static void library_executed(unsigned cpu, void *size)
{
    (void)cpu;
    counts[current] += (uintptr_t)size;
}

static void other_executed(unsigned cpu, void *owner)
{
    (void)cpu;
    current = (uintptr_t)owner;
}

/* A block ends at the call, so that its last instruction is the caller's. */
static void translated(uint64_t id, struct qemu_plugin_tb *block)
{
    size_t size = qemu_plugin_tb_n_insns(block);
    uintptr_t last = owner_of(qemu_plugin_tb_get_insn(block, size - 1));

    (void)id;
    if (last == 0) {
        qemu_plugin_register_vcpu_tb_exec_cb(
            block, library_executed, QEMU_PLUGIN_CB_NO_REGS, (void *)(uintptr_t)size);
        return;
    }
    qemu_plugin_register_vcpu_tb_exec_cb(block, other_executed, QEMU_PLUGIN_CB_NO_REGS,
                                         (void *)last);
    for (size_t i = 0; i < size; i++) {
        struct qemu_plugin_insn *instruction = qemu_plugin_tb_get_insn(block, i);

        qemu_plugin_register_vcpu_insn_exec_inline(instruction, QEMU_PLUGIN_INLINE_ADD_U64,
                                                   &counts[owner_of(instruction)], 1);
    }
}

static void *map(const char *argument, const char *name, size_t size, int protection)
{
    size_t length = strlen(name);
    int fd = strncmp(argument, name, length) == 0 ? open(argument + length, O_RDWR) : -1;
    void *memory = fd < 0 ? MAP_FAILED : mmap(NULL, size, protection, MAP_SHARED, fd, 0);

    return memory == MAP_FAILED ? NULL : memory;
}

int qemu_plugin_install(uint64_t id, const void *info, int count, char **arguments)
{
    (void)info;
    if (count != 2)
        return 1;
    owners = map(arguments[0], "owners=", PLACES, PROT_READ);
    counts = map(arguments[1], "counts=", OWNERS * sizeof *counts, PROT_READ | PROT_WRITE);
    if (owners == NULL || counts == NULL)
        return 1;
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    return 0;
}
