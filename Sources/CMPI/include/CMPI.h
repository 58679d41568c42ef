// The few calls of MPI that dls uses: start, tell who takes part, exchange bytes with one other process, end.
//
// The library is loaded when a training first needs it: nothing is needed to build dls or to start it. Open MPI and MPICH
// name their types and constants differently in machine code (their ABI); both are supported, and which one it is, the
// library itself tells.
#pragma once
#include <stddef.h>
#include <stdint.h>

enum dls_mpi_outcome {
    dls_mpi_started,
    /// No library of MPI was found.
    dls_mpi_no_library,
    /// The library is neither Open MPI nor MPICH.
    dls_mpi_unknown_library,
    /// The library refused to start.
    dls_mpi_refused,
};

/// Loads the library and starts it; to be called once, by the thread that makes all later calls.
///
/// `library` names the file, and may be null: `prefers_mpich` then says which kind is looked for first.
int32_t dls_mpi_start(const char *library, int32_t prefers_mpich);

/// The library's name and version, or why it could not be loaded; empty where nothing is known.
const char *dls_mpi_text(void);

/// This process's place among all, from 0.
int32_t dls_mpi_rank(void);
int32_t dls_mpi_count(void);

/// Sends bytes to a process while it receives others from it. An error ends all processes, and the library says which.
void dls_mpi_exchange(
    int32_t peer, const void *sent, size_t sent_count, void *received, size_t received_count);

/// What this process has exchanged so far.
typedef struct {
    int64_t exchanges;
    /// Bytes.
    int64_t sent;
    /// Waiting for the other process, and for what goes over the network.
    double seconds;
} dls_mpi_traffic;

dls_mpi_traffic dls_mpi_traffic_so_far(void);

/// Waits until all processes have come to their end.
void dls_mpi_finish(void);
