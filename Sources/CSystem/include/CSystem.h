// What the interpreter asks the system that Swift has no words for.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/// The CPU that dls was built for: the name that the build was given, `native` without one, `debug` in a debug build.
const char *dls_build_cpu(void);

/// The instructions that Swift code is compiled to, as far as they change results: this header is read with its flags.
static inline const char *dls_instruction_set(void) {
#if defined __AVX512F__ && defined __AVX512BW__ && defined __AVX512CD__ && defined __AVX512DQ__ && defined __AVX512VL__
    return "x86-64-v4";
#elif defined __AVX2__ && defined __FMA__
    return "x86-64-v3";
#elif defined __SSE4_2__
    return "x86-64-v2";
#elif defined __x86_64__
    return "x86-64";
#elif defined __aarch64__
    return "arm64";
#else
    return "other";
#endif
}

/// Writes a number as `printf` does, by a format that takes a precision and a number, and returns the length.
static inline int32_t dls_print_number(void *text, size_t size, const char *format, int32_t precision, double number) {
    return snprintf((char *)text, size, format, precision, number);
}

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

/// Starts a command of the shell in a process group of its own, with nothing to read. Returns as `dls_start_program`.
int32_t dls_start_shell(const char *command, int32_t output, int32_t error, int32_t *process);

/// Takes the signals that ask a program to stop away from their handlers; returns a descriptor that can be read when one
/// has come, -1 where the system has none to give. For the calling thread and those that it starts.
int32_t dls_take_stop_signals(void);

/// The number of the next signal that has come; 0 where none has.
int32_t dls_next_signal(int32_t descriptor);

/// What rules can allow beneath a folder, or of one file.
enum { DLS_MAY_READ, DLS_MAY_WRITE, DLS_MAY_EXECUTE, DLS_MAY_READ_FILE, DLS_MAY_WRITE_FILE };

/// A new set of rules that refuse all files, TCP and signals to others; -1 where the kernel has no Landlock.
int32_t dls_file_rules(void);

/// Adds what is allowed at a path; -1 with `errno` where nothing is there.
int32_t dls_allow_files(int32_t rules, const char *path, int32_t rights);

/// Puts the calling thread under the rules, with all threads and processes that it starts, for good; 0 where it worked.
int32_t dls_enter_file_rules(int32_t rules);

/// Refuses to the process, for good, the system calls that reach the network, other processes and the kernel; 0 where
/// it worked.
int32_t dls_refuse_system_calls(void);

/// Lowers for good the limits of the process's addresses and of the files that it writes, in bytes.
void dls_limit_resources(uint64_t address_bytes, uint64_t file_bytes);

/// Marks an open file as written by dls, as it now is.
void dls_mark_written(int32_t file);

/// Whether nothing is lost that somebody else made when the file at a path is replaced: 1 or 0.
int32_t dls_may_replace(const char *path);

/// Whether a file has an extended attribute: 1 or 0.
int32_t dls_has_attribute(const char *path, const char *name);

/// Exchanges the names of two files at once; 0, or -1 with `errno`: `EINVAL` or `ENOSYS` where the file system cannot.
int32_t dls_exchange_files(const char *first, const char *second);
