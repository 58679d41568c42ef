#define _GNU_SOURCE
#include "CSimd.h"

#include <unistd.h>
#if defined(__linux__)
#include <sched.h>
#endif

_Thread_local uint64_t csimd_thread_allocations = 0;
_Thread_local bool csimd_thread_is_working = false;
_Thread_local bool csimd_thread_is_stoppable = false;
atomic_int csimd_interrupt = 0;

int csimd_core_count(void) {
#if defined(__linux__)
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) return CPU_COUNT(&set);
#endif
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? (int)count : 1;
}
