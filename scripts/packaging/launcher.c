// `dls` of a package: starts the executable for this machine's CPU, which lies in ../lib/dls beside this program's folder.
// DLS_CPU names another one: x86-64-v2, or v2.
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { level_count = 3 };
// The best one first.
static const char *const levels[level_count] = {"x86-64-v4", "x86-64-v3", "x86-64-v2"};

static int is_supported(int level) {
    __builtin_cpu_init();
    switch (level) {
    case 0: return __builtin_cpu_supports("x86-64-v4");
    case 1: return __builtin_cpu_supports("x86-64-v3");
    default: return __builtin_cpu_supports("x86-64-v2");
    }
}

static char folder[PATH_MAX];

// Where the executables are; 0 where the system does not tell.
static int find_folder(void) {
    ssize_t count = readlink("/proc/self/exe", folder, sizeof folder - 1);
    if (count <= 0) return 0;
    folder[count] = 0;
    // The folder of this program's folder.
    for (int part = 0; part < 2; part++) {
        char *end = strrchr(folder, '/');
        if (!end) return 0;
        *end = 0;
    }
    static const char rest[] = "/lib/dls";
    size_t used = strlen(folder);
    if (used + sizeof rest > sizeof folder) return 0;
    memcpy(folder + used, rest, sizeof rest);
    return 1;
}

// Becomes the executable of a level; returns where that is not there, and ends the program where it cannot be started.
static void start(int level, char **arguments) {
    char path[PATH_MAX + 32];
    snprintf(path, sizeof path, "%s/dls-%s", folder, levels[level]);
    execv(path, arguments);
    if (errno == ENOENT) return;
    fprintf(stderr, "dls: cannot start %s: %s\n", path, strerror(errno));
    exit(126);
}

static int level_called(const char *name) {
    for (int level = 0; level < level_count; level++)
        if (!strcmp(name, levels[level]) || !strcmp(name, levels[level] + strlen("x86-64-"))) return level;
    return -1;
}

int main(int count, char **arguments) {
    (void)count;
    if (!find_folder()) {
        fputs("dls: cannot find its own folder: is /proc mounted?\n", stderr);
        return 127;
    }
    const char *wanted = getenv("DLS_CPU");
    // `native` is for builds from the sources.
    if (wanted && *wanted && strcmp(wanted, "native")) {
        int level = level_called(wanted);
        if (level < 0) {
            fprintf(stderr, "dls: DLS_CPU is `%s`; a package has x86-64-v2, x86-64-v3 and x86-64-v4\n", wanted);
            return 2;
        }
        if (!is_supported(level)) {
            fprintf(stderr, "dls: DLS_CPU is `%s`, which this CPU cannot run: unset it\n", wanted);
            return 2;
        }
        start(level, arguments);
        fprintf(stderr, "dls: DLS_CPU is `%s`, but there is no %s/dls-%s: unset it, or install the whole package\n",
            wanted, folder, levels[level]);
        return 127;
    }
    int any = 0;
    for (int level = 0; level < level_count; level++) {
        if (!is_supported(level)) continue;
        any = 1;
        start(level, arguments);
    }
    if (any) fprintf(stderr, "dls: there is no executable for this CPU in %s: install the package again\n", folder);
    else fputs("dls: this CPU is older than x86-64-v2: build dls from its sources with DLS_CPU=native\n", stderr);
    return 127;
}
