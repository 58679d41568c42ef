#define _GNU_SOURCE
#include "CSystem.h"

#include <pthread.h>
#include <signal.h>

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
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, 0);
    pthread_join(thread, 0);
    return call.result;
}
