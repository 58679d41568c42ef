// What the interpreter asks the system that Swift has no words for.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// An address in the frame of the caller.
static inline uintptr_t dls_stack_address(void) {
    return (uintptr_t)__builtin_frame_address(0);
}

/// The lowest address of the calling thread's stack, 0 where the system does not tell.
uintptr_t dls_stack_limit(void);

/// Runs `body` on a thread with a stack of so many bytes, and returns what it returns. Signals go to that thread.
int32_t dls_run_on_large_stack(size_t bytes, int32_t (*body)(void));

/// How many references Swift counts of an object.
ptrdiff_t dls_reference_count(const void *object);

/// A new file in memory, without a name; -1 with `errno` where the system has none to give.
int32_t dls_open_memory(void);

/// Starts a program of the PATH with one argument, its standard streams being the given descriptors.
///
/// Returns 0 and the process, or the number of the error: `ENOENT` where there is no such program.
int32_t dls_start_program(
    const char *name, const char *argument, int32_t input, int32_t output, int32_t error, int32_t *process);

/// Takes the signals that ask a program to stop away from their handlers; returns a descriptor that can be read when one
/// has come, -1 where the system has none to give. For the calling thread and those that it starts.
int32_t dls_take_stop_signals(void);

/// The number of the next signal that has come; 0 where none has.
int32_t dls_next_signal(int32_t descriptor);
