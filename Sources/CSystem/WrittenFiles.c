#define _GNU_SOURCE
#include "CSystem.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/xattr.h>

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
    struct stat status;
    // An empty file holds nothing, and what is no file is refused by who writes there.
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0) return 1;
    int64_t time = 0;
    if (getxattr(path, mark, &time, sizeof time) == sizeof time) return time == change_time(&status);
    // Some file systems keep no marks.
    return errno == ENOTSUP;
}
