// The part of libzmq that the Jupyter kernel uses.
//
// The library is loaded at the first call of `dls_zmq_load`, so that dls runs where it is not installed.
// A socket belongs to the thread that uses it. Functions that fail return -1 or a null pointer, and `dls_zmq_message`
// says why.
#pragma once
#include <stddef.h>
#include <stdint.h>

enum dls_zmq_kind { dls_zmq_router, dls_zmq_xpub, dls_zmq_rep, dls_zmq_pair };

/// Loads the library; 0 where the system has none. Safe on any thread.
int32_t dls_zmq_load(void);

/// What the last call of this thread failed for.
const char *dls_zmq_message(void);

/// A context; null where the system refuses it.
void *dls_zmq_context(void);
/// Closes a context whose sockets are closed; waits until what was sent has left, or the sockets' linger is over.
void dls_zmq_close_context(void *context);

/// A socket that takes messages of `largest` bytes at most and keeps at most `waiting` messages for a slow client.
void *dls_zmq_socket(void *context, enum dls_zmq_kind kind, int64_t largest, int32_t waiting);
int32_t dls_zmq_bind(void *socket, const char *address);
int32_t dls_zmq_connect(void *socket, const char *address);
void dls_zmq_close(void *socket);

/// Begins or ends the subscription of the client whose request this xpub socket received last.
void dls_zmq_subscribe(void *socket, const void *topic, size_t count, int32_t begins);

/// Sends a frame; with `more`, others of its message follow. Does not wait.
int32_t dls_zmq_send(void *socket, const void *bytes, size_t count, int32_t more);

/// Receives a frame without waiting, and hands its bytes to `take`: 1 where others of its message follow, 0 where none do,
/// -1 where there is nothing to receive.
int32_t dls_zmq_receive(void *socket, void *context, void (*take)(void *context, const void *bytes, size_t count));

/// Waits until one of the sockets or the descriptor can be read, or so many milliseconds have passed.
void dls_zmq_wait(void *const *sockets, int32_t count, int32_t descriptor, int32_t milliseconds);
