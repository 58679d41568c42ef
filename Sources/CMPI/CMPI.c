#include "CMPI.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

// Without a header of MPI: these functions have had these types since MPI 3. Open MPI's handles are pointers to symbols of
// the library; MPICH's (and those of the libraries with its ABI, such as Intel MPI's) are numbers that it promises to keep.
typedef struct {
    int (*comm_rank)(void *, int *);
    int (*comm_size)(void *, int *);
    int (*sendrecv)(const void *, int, void *, int, int, void *, int, void *, int, int, void *, void *);
} pointer_functions;

typedef struct {
    int (*comm_rank)(int, int *);
    int (*comm_size)(int, int *);
    int (*sendrecv)(const void *, int, int, int, int, void *, int, int, int, int, int, void *);
} number_functions;

static pointer_functions by_pointers;
static number_functions by_numbers;
static int (*finalize)(void);

// Open MPI's.
static void *world, *byte_type;
// MPICH's.
enum { mpich_world = 0x44000000, mpich_byte = 0x4c00010d };
static void *const mpich_ignored_status = (void *)1;

static int uses_pointers, rank, count = 1, is_started;
static dls_mpi_traffic traffic;
// As long as the longest text of either.
static char text[8192];

enum { thread_serialized = 2, exchange_tag = 1 };

static void *load(const char *library, int32_t prefers_mpich) {
    static const char *const mpich[] = {"libmpich.so.12", "libmpi.so.12", "libmpich.so", 0};
    static const char *const open_mpi[] = {"libmpi.so.40", "libmpi.so", 0};
    // Open MPI's parts are libraries of their own, which look for its functions among those that all see.
    const int flags = RTLD_NOW | RTLD_GLOBAL;
    void *found = 0;
    if (library) {
        found = dlopen(library, flags);
        if (!found) snprintf(text, sizeof text, "%s", dlerror());
        return found;
    }
    for (int turn = 0; turn < 2 && !found; turn++)
        for (const char *const *name = (turn == 0) == (prefers_mpich != 0) ? mpich : open_mpi; *name && !found; name++)
            found = dlopen(*name, flags);
    return found;
}

int32_t dls_mpi_start(const char *library, int32_t prefers_mpich) {
    void *found = load(library, prefers_mpich);
    if (!found) return dls_mpi_no_library;
    int (*init)(int *, char ***, int, int *) = (__typeof__(init))dlsym(found, "MPI_Init_thread");
    int (*version)(char *, int *) = (__typeof__(version))dlsym(found, "MPI_Get_library_version");
    void *comm_rank = dlsym(found, "MPI_Comm_rank"), *comm_size = dlsym(found, "MPI_Comm_size");
    void *sendrecv = dlsym(found, "MPI_Sendrecv");
    finalize = (__typeof__(finalize))dlsym(found, "MPI_Finalize");
    if (!init || !version || !comm_rank || !comm_size || !sendrecv || !finalize) return dls_mpi_unknown_library;
    int length = 0;
    version(text, &length);
    world = dlsym(found, "ompi_mpi_comm_world");
    byte_type = dlsym(found, "ompi_mpi_byte");
    uses_pointers = world && byte_type;
    if (uses_pointers) {
        by_pointers = (pointer_functions){
            (__typeof__(by_pointers.comm_rank))comm_rank, (__typeof__(by_pointers.comm_size))comm_size,
            (__typeof__(by_pointers.sendrecv))sendrecv};
    } else if (strstr(text, "MPICH") || strstr(text, "Intel") || strstr(text, "MVAPICH")) {
        by_numbers = (number_functions){
            (__typeof__(by_numbers.comm_rank))comm_rank, (__typeof__(by_numbers.comm_size))comm_size,
            (__typeof__(by_numbers.sendrecv))sendrecv};
    } else {
        return dls_mpi_unknown_library;
    }
    int provided = 0;
    if (init(0, 0, thread_serialized, &provided) != 0) return dls_mpi_refused;
    is_started = 1;
    if (uses_pointers) {
        by_pointers.comm_rank(world, &rank);
        by_pointers.comm_size(world, &count);
    } else {
        by_numbers.comm_rank(mpich_world, &rank);
        by_numbers.comm_size(mpich_world, &count);
    }
    return dls_mpi_started;
}

const char *dls_mpi_text(void) {
    return text;
}

int32_t dls_mpi_rank(void) {
    return rank;
}

int32_t dls_mpi_count(void) {
    return count;
}

static double seconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void exchange(int peer, const char *sent, int sent_count, char *received, int received_count) {
    if (uses_pointers) {
        by_pointers.sendrecv(
            sent, sent_count, byte_type, peer, exchange_tag, received, received_count, byte_type, peer, exchange_tag,
            world, 0);
    } else {
        by_numbers.sendrecv(
            sent, sent_count, mpich_byte, peer, exchange_tag, received, received_count, mpich_byte, peer, exchange_tag,
            mpich_world, mpich_ignored_status);
    }
}

void dls_mpi_exchange(int32_t peer, const void *sent, size_t sent_count, void *received, size_t received_count) {
    // A count is an int.
    const size_t largest = (size_t)1 << 30;
    size_t s = 0, r = 0;
    const double start = seconds();
    do {
        const size_t sending = sent_count - s < largest ? sent_count - s : largest;
        const size_t receiving = received_count - r < largest ? received_count - r : largest;
        exchange(peer, (const char *)sent + s, (int)sending, (char *)received + r, (int)receiving);
        s += sending;
        r += receiving;
    } while (s < sent_count || r < received_count);
    traffic.exchanges++;
    traffic.sent += sent_count;
    traffic.seconds += seconds() - start;
}

dls_mpi_traffic dls_mpi_traffic_so_far(void) {
    return traffic;
}

void dls_mpi_finish(void) {
    if (is_started) finalize();
    is_started = 0;
}
