#define _GNU_SOURCE
#include "CSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

static const char mark[] = "user.dls.written";

/// The time of the last change to the contents: a file that something else has changed since is not dls's any more.
static int64_t change_time(const struct stat *status) {
    return (int64_t)status->st_mtim.tv_sec * 1000000000 + status->st_mtim.tv_nsec;
}

void dls_mark_written(int32_t file) {
    struct stat status;
    if (fstat(file, &status) != 0) return;
    const int64_t time = change_time(&status);
    fsetxattr(file, mark, &time, sizeof time, 0);
}

int32_t dls_may_replace(const char *path) {
    // Both answers are about one file, also while another takes its place.
    const int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (file < 0) return errno == ENOENT || errno == ENOTDIR;
    struct stat status;
    int64_t time = 0;
    // An empty file holds nothing, and what is no file is refused by who writes there.
    int32_t may = fstat(file, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0;
    if (!may && fgetxattr(file, mark, &time, sizeof time) == sizeof time) {
        may = time == change_time(&status);
    } else if (!may) {
        // Some file systems keep no marks.
        may = errno == ENOTSUP;
    }
    close(file);
    return may;
}

int32_t dls_has_attribute(const char *path, const char *name) {
    return getxattr(path, name, NULL, 0) >= 0;
}

int32_t dls_exchange_files(const char *first, const char *second) {
    return renameat2(AT_FDCWD, first, AT_FDCWD, second, RENAME_EXCHANGE);
}
