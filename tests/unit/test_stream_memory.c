/* SPDX-License-Identifier: MIT */
/* sources: firmware/stream/stream.c firmware/stream/stream_memory.c */
/* test_stream_memory.c: the rules of stream.h, seen through the backend that tests use. */
#include "stream/stream_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct stream_memory memory;
static struct stream *const s = &memory.stream;

static void expect_waiting(const char *expected)
{
    size_t size;
    const uint8_t *bytes = stream_read_buf(s, &size);

    assert_int_equal(size, strlen(expected));
    if (size == 0)
        assert_null(bytes);
    else
        assert_memory_equal(bytes, expected, size);
}

static void bytes_wait_until_acknowledged(void **unused)
{
    (void)unused;
    stream_memory_open(&memory);
    expect_waiting("");
    stream_memory_feed(&memory, "abcdef", 6);
    expect_waiting("abcdef");
    expect_waiting("abcdef");
    stream_read_ack(s, 2);
    expect_waiting("cdef");
    stream_memory_feed(&memory, "gh", 2);
    expect_waiting("cdefgh");
    stream_read_ack(s, 0);
    stream_read_ack(s, 6);
    expect_waiting("");
}

static void feeding_stops_at_the_buffer(void **unused)
{
    static const char block[sizeof memory.fed];
    size_t size;

    (void)unused;
    stream_memory_open(&memory);
    stream_memory_feed(&memory, "x", 1);
    stream_memory_feed(&memory, block, sizeof block);
    (void)stream_read_buf(s, &size);
    assert_int_equal(size, sizeof memory.fed);
}

static void a_write_takes_what_the_window_lets(void **unused)
{
    (void)unused;
    stream_memory_open(&memory);
    memory.window = 3;
    assert_int_equal(stream_write(s, (const uint8_t *)"abcde", 5), 3);
    assert_int_equal(stream_write(s, (const uint8_t *)"de", 2), 2);
    memory.window = 0;
    assert_int_equal(stream_write(s, (const uint8_t *)"f", 1), 0);
    stream_flush(s);
    assert_true(stream_all_sent(s));
    assert_int_equal(memory.sent_length, 5);
    assert_memory_equal(memory.sent, "abcde", 5);
}

static void an_ended_stream_is_read_to_its_last_byte(void **unused)
{
    (void)unused;
    stream_memory_open(&memory);
    stream_memory_feed(&memory, "bye", 3);
    stream_memory_end(&memory);
    assert_false(stream_at_end(s));
    stream_read_ack(s, 3);
    assert_true(stream_at_end(s));
    assert_true(stream_is_connected(s));
    assert_int_equal(stream_write(s, (const uint8_t *)"x", 1), 1);
}

static void an_error_sticks_and_shuts_both_ways(void **unused)
{
    (void)unused;
    stream_memory_open(&memory);
    stream_memory_feed(&memory, "lost", 4);
    stream_memory_end(&memory);
    stream_memory_break(&memory, STREAM_RESET);
    assert_int_equal(stream_error(s), STREAM_RESET);
    expect_waiting("");
    assert_int_equal(stream_write(s, (const uint8_t *)"x", 1), 0);
    assert_false(stream_at_end(s));
    assert_false(stream_all_sent(s));
    assert_false(stream_is_connected(s));
    stream_memory_open(&memory);
    assert_int_equal(stream_error(s), STREAM_OK);
}

static void nothing_is_written_before_it_is_connected(void **unused)
{
    (void)unused;
    stream_memory_open(&memory);
    memory.stream.connected = false;
    assert_int_equal(stream_write(s, (const uint8_t *)"x", 1), 0);
    assert_int_equal(memory.sent_length, 0);
}

static void both_ends_are_told_apart(void **unused)
{
    (void)unused;
    stream_memory_open(&memory);
    stream_close(s);
    assert_true(memory.closed);
    assert_false(memory.aborted);
    assert_int_equal(stream_write(s, (const uint8_t *)"x", 1), 0);
    stream_memory_open(&memory);
    stream_abort(s);
    assert_true(memory.aborted);
    assert_false(memory.closed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_wait_until_acknowledged),
        cmocka_unit_test(feeding_stops_at_the_buffer),
        cmocka_unit_test(a_write_takes_what_the_window_lets),
        cmocka_unit_test(an_ended_stream_is_read_to_its_last_byte),
        cmocka_unit_test(an_error_sticks_and_shuts_both_ways),
        cmocka_unit_test(nothing_is_written_before_it_is_connected),
        cmocka_unit_test(both_ends_are_told_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
