#include "CZMQ.h"

#include <dlfcn.h>
#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

// Each function with its type from the header, so that calls are checked as if the library were linked.
#define FUNCTIONS(USE) \
    USE(ctx_new) USE(ctx_term) USE(socket) USE(setsockopt) USE(bind) USE(connect) USE(close) USE(send) USE(msg_init) \
    USE(msg_recv) USE(msg_data) USE(msg_size) USE(msg_more) USE(msg_close) USE(poll) USE(errno) USE(strerror)

#define FIELD(name) __typeof__(&zmq_##name) name;
// `errno` is a macro, which must not replace the field.
#pragma push_macro("errno")
#undef errno
static struct { FUNCTIONS(FIELD) } zmq;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int32_t is_loaded = 0;

// The library that Jupyter's own package for Python brings along, where dls is a wheel in the same environment: its
// executables are in PREFIX/lib/dls. 0 where there is none.
static void *library_of_python(void) {
    static const char rest[] = "/lib/python3*/site-packages/pyzmq.libs/libzmq-*.so*";
    char path[PATH_MAX], pattern[2 * PATH_MAX + sizeof rest];
    const ssize_t count = readlink("/proc/self/exe", path, sizeof path - 1);
    if (count <= 0) return 0;
    path[count] = 0;
    char *end = strrchr(path, '/');
    if (!end) return 0;
    *end = 0;
    static const char own[] = "/lib/dls";
    const size_t length = strlen(path), own_length = sizeof own - 1;
    if (length < own_length || strcmp(path + length - own_length, own)) return 0;
    // Signs of patterns in the prefix mean themselves.
    size_t used = 0;
    for (size_t i = 0; i < length - own_length; i++) {
        if (strchr("\\*?[", path[i])) pattern[used++] = '\\';
        pattern[used++] = path[i];
    }
    memcpy(pattern + used, rest, sizeof rest);
    glob_t found = {0};
    void *library = 0;
    if (glob(pattern, 0, 0, &found) == 0)
        for (size_t i = 0; i < found.gl_pathc && !library; i++)
            library = dlopen(found.gl_pathv[i], RTLD_LAZY | RTLD_LOCAL);
    globfree(&found);
    return library;
}

static void load(void) {
    void *library = dlopen("libzmq.so.5", RTLD_LAZY | RTLD_LOCAL);
    if (!library) library = dlopen("libzmq.so", RTLD_LAZY | RTLD_LOCAL);
    if (!library) library = library_of_python();
    if (!library) return;
#define FIND(name) \
    zmq.name = (__typeof__(&zmq_##name))dlsym(library, "zmq_" #name); \
    if (!zmq.name) return;
    FUNCTIONS(FIND)
    is_loaded = 1;
}

int32_t dls_zmq_load(void) {
    pthread_once(&once, load);
    return is_loaded;
}

const char *dls_zmq_message(void) {
    return zmq.strerror(zmq.errno());
}

static int is_interrupted(void) {
    return zmq.errno() == EINTR;
}
#pragma pop_macro("errno")

void *dls_zmq_context(void) {
    return zmq.ctx_new();
}

void dls_zmq_close_context(void *context) {
    while (zmq.ctx_term(context) != 0 && is_interrupted()) {}
}

void *dls_zmq_socket(void *context, enum dls_zmq_kind kind, int64_t largest, int32_t waiting) {
    static const int types[] = {ZMQ_ROUTER, ZMQ_XPUB, ZMQ_REP, ZMQ_PAIR};
    void *socket = zmq.socket(context, types[kind]);
    if (!socket) return 0;
    const int linger = 1000, on = 1;
    zmq.setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger);
    zmq.setsockopt(socket, ZMQ_MAXMSGSIZE, &largest, sizeof largest);
    zmq.setsockopt(socket, ZMQ_SNDHWM, &waiting, sizeof waiting);
    // A client that connects again under its old name gets its answers.
    if (kind == dls_zmq_router) zmq.setsockopt(socket, ZMQ_ROUTER_HANDOVER, &on, sizeof on);
    if (kind == dls_zmq_xpub) {
        // Each client that subscribes is told of, not only the first.
        zmq.setsockopt(socket, ZMQ_XPUB_VERBOSE, &on, sizeof on);
        // A client gets nothing before `dls_zmq_subscribe`, so that its welcome is the first.
        zmq.setsockopt(socket, ZMQ_XPUB_MANUAL, &on, sizeof on);
    }
    return socket;
}

void dls_zmq_subscribe(void *socket, const void *topic, size_t count, int32_t begins) {
    zmq.setsockopt(socket, begins ? ZMQ_SUBSCRIBE : ZMQ_UNSUBSCRIBE, topic, count);
}

int32_t dls_zmq_bind(void *socket, const char *address) {
    return zmq.bind(socket, address);
}

int32_t dls_zmq_connect(void *socket, const char *address) {
    return zmq.connect(socket, address);
}

void dls_zmq_close(void *socket) {
    zmq.close(socket);
}

int32_t dls_zmq_send(void *socket, const void *bytes, size_t count, int32_t more) {
    int status;
    do status = zmq.send(socket, bytes, count, ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0));
    while (status < 0 && is_interrupted());
    return status < 0 ? -1 : 0;
}

int32_t dls_zmq_receive(void *socket, void *context, void (*take)(void *context, const void *bytes, size_t count)) {
    zmq_msg_t message;
    zmq.msg_init(&message);
    int status;
    do status = zmq.msg_recv(&message, socket, ZMQ_DONTWAIT);
    while (status < 0 && is_interrupted());
    if (status < 0) {
        zmq.msg_close(&message);
        return -1;
    }
    take(context, zmq.msg_data(&message), zmq.msg_size(&message));
    const int more = zmq.msg_more(&message);
    zmq.msg_close(&message);
    return more ? 1 : 0;
}

void dls_zmq_wait(void *const *sockets, int32_t count, int32_t descriptor, int32_t milliseconds) {
    enum { most = 8 };
    zmq_pollitem_t items[most + 1];
    if (count > most) count = most;
    for (int32_t i = 0; i < count; i++) items[i] = (zmq_pollitem_t){sockets[i], -1, ZMQ_POLLIN, 0};
    items[count] = (zmq_pollitem_t){0, descriptor, ZMQ_POLLIN, 0};
    zmq.poll(items, descriptor >= 0 ? count + 1 : count, milliseconds);
}
