#define _GNU_SOURCE
#include "CSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <unistd.h>

#ifndef DLS_CPU
#define DLS_CPU "debug"
#endif

const char *dls_build_cpu(void) {
    return DLS_CPU;
}

uintptr_t dls_stack_limit(void) {
    pthread_attr_t attributes;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) return 0;
    void *base = 0;
    size_t size = 0;
    pthread_attr_getstack(&attributes, &base, &size);
    pthread_attr_destroy(&attributes);
    return (uintptr_t)base;
}

struct call {
    int32_t (*body)(void);
    int32_t result;
};

static void *run(void *argument) {
    struct call *call = argument;
    call->result = call->body();
    return 0;
}

int32_t dls_run_on_large_stack(size_t bytes, int32_t (*body)(void)) {
    struct call call = {body, 0};
    pthread_attr_t attributes;
    pthread_t thread;
    if (pthread_attr_init(&attributes) != 0) return body();
    if (pthread_attr_setstacksize(&attributes, bytes) != 0
        || pthread_create(&thread, &attributes, run, &call) != 0) {
        pthread_attr_destroy(&attributes);
        return body();
    }
    pthread_attr_destroy(&attributes);
    // This thread only waits: a signal that it took would not wake the one that reads and runs.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    pthread_join(thread, 0);
    pthread_sigmask(SIG_SETMASK, &before, 0);
    return call.result;
}

int32_t dls_open_memory(void) {
    return memfd_create("dls", MFD_CLOEXEC);
}

// Starts a program of the PATH; in a process group of its own where that is asked for.
static int start(char *const *arguments, const int32_t *descriptors, int has_group, int32_t *process) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int status = posix_spawn_file_actions_init(&actions);
    if (status != 0) return status;
    status = posix_spawnattr_init(&attributes);
    if (status != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return status;
    }
    // The prompt blocks and ignores signals that the program should meet as they are by default.
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    posix_spawnattr_setflags(&attributes, has_group ? flags | POSIX_SPAWN_SETPGROUP : flags);
    for (int stream = 0; stream < 3 && status == 0; stream++)
        status = posix_spawn_file_actions_adddup2(&actions, descriptors[stream], stream);
    if (status == 0) {
        pid_t child = 0;
        status = posix_spawnp(&child, arguments[0], &actions, &attributes, arguments, environ);
        *process = child;
    }
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return status;
}

int32_t dls_start_program(
    const char *name, const char *argument, int32_t input, int32_t output, int32_t error, int32_t *process) {
    char *arguments[3] = {(char *)name, (char *)argument, 0};
    const int32_t descriptors[3] = {input, output, error};
    return start(arguments, descriptors, 0, process);
}

int32_t dls_start_shell(const char *command, int32_t output, int32_t error, int32_t *process) {
    char *arguments[4] = {"/bin/sh", "-c", (char *)command, 0};
    int32_t input = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (input < 0) return errno;
    const int32_t descriptors[3] = {input, output, error};
    int status = start(arguments, descriptors, 1, process);
    close(input);
    return status;
}

// Of Swift's runtime library.
extern size_t swift_retainCount(const void *object);

ptrdiff_t dls_reference_count(const void *object) {
    return (ptrdiff_t)swift_retainCount(object);
}

int32_t dls_take_stop_signals(void) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP);
    if (pthread_sigmask(SIG_BLOCK, &signals, 0) != 0) return -1;
    return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

int32_t dls_next_signal(int32_t descriptor) {
    struct signalfd_siginfo info;
    return read(descriptor, &info, sizeof info) == sizeof info ? (int32_t)info.ssi_signo : 0;
}
