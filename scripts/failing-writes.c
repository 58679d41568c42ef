// Fails writes to files under a folder, for scripts/failing-writes: the DLS_FAIL_AT-th of them, or with DLS_FAIL_ON=1 that
// one and all that follow, as where a disk is full; with DLS_FAIL_ON=kill that one kills the program. The number of writes
// is left in the file DLS_FAIL_COUNT.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long count;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int is_inside(const char *path) {
    const char *folder = getenv("DLS_FAIL_FOLDER");
    return folder && (path[0] != '/' || strncmp(path, folder, strlen(folder)) == 0);
}

static int is_watched(int file) {
    char link[40], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return path[0] == '/' && is_inside(path);
}

/// Whether this one fails.
static int fails_with(int follows) {
    const char *at = getenv("DLS_FAIL_AT"), *on = getenv("DLS_FAIL_ON");
    long number = atomic_fetch_add(&count, 1) + 1, wanted = at ? atol(at) : 0;
    return wanted > 0 && (follows && on && *on == '1' ? number >= wanted : number == wanted);
}

/// What one that fails returns, if it returns.
static int refused(void) {
    const char *on = getenv("DLS_FAIL_ON");
    if (on && *on == 'k') raise(SIGKILL);
    errno = ENOSPC;
    return -1;
}

/// Programs that it starts are left alone.
__attribute__((constructor)) static void start(void) { unsetenv("LD_PRELOAD"); }

static int fails(void) { return fails_with(1); }

/// A change of names needs no room: the next one works where one has failed.
static int name_fails(void) { return fails_with(0); }

__attribute__((destructor)) static void tell(void) {
    const char *path = getenv("DLS_FAIL_COUNT");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (!file) return;
    fprintf(file, "%ld\n", atomic_load(&count));
    fclose(file);
}

// Half of what does not fit reaches the disk.
ssize_t write(int file, const void *bytes, size_t size) {
    if (is_watched(file) && fails()) {
        if (size > 1) REAL(write)(file, bytes, size / 2);
        return refused();
    }
    return REAL(write)(file, bytes, size);
}

ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t offset) {
    return is_watched(file) && fails() ? refused() : REAL(pwrite64)(file, bytes, size, offset);
}

ssize_t pwrite(int file, const void *bytes, size_t size, off_t offset) { return pwrite64(file, bytes, size, offset); }

ssize_t writev(int file, const struct iovec *parts, int number) {
    return is_watched(file) && fails() ? refused() : REAL(writev)(file, parts, number);
}

int fsync(int file) { return is_watched(file) && fails() ? refused() : REAL(fsync)(file); }

int fdatasync(int file) { return is_watched(file) && fails() ? refused() : REAL(fdatasync)(file); }

int ftruncate64(int file, off64_t size) { return is_watched(file) && fails() ? refused() : REAL(ftruncate64)(file, size); }

int ftruncate(int file, off_t size) { return ftruncate64(file, size); }

int rename(const char *from, const char *to) { return is_inside(to) && name_fails() ? refused() : REAL(rename)(from, to); }

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
    return is_inside(to) && name_fails() ? refused() : REAL(renameat2)(from_folder, from, to_folder, to, flags);
}

int mkdir(const char *path, mode_t mode) { return is_inside(path) && fails() ? refused() : REAL(mkdir)(path, mode); }

int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return flags & O_CREAT && is_inside(path) && fails() ? refused() : REAL(open)(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return flags & O_CREAT && is_inside(path) && fails() ? refused() : REAL(open64)(path, flags, mode);
}
