#define _GNU_SOURCE
#include "CSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

// Landlock, by the numbers of its calls: the headers of older systems do not have it.
// Source: https://docs.kernel.org/userspace-api/landlock.html
#define CREATE_RULESET 444
#define ADD_RULE 445
#define RESTRICT_SELF 446

struct ruleset {
    uint64_t files;
    uint64_t network;
    uint64_t scoped;
};

struct __attribute__((packed)) beneath {
    uint64_t allowed;
    int32_t folder;
};

enum {
    EXECUTE = 1 << 0,
    WRITE_FILE = 1 << 1,
    READ_FILE = 1 << 2,
    READ_FOLDER = 1 << 3,
    REMOVE_FOLDER = 1 << 4,
    REMOVE_FILE = 1 << 5,
    MAKE_FOLDER = 1 << 7,
    MAKE_FILE = 1 << 8,
    REFER = 1 << 13,
    TRUNCATE = 1 << 14,
};

static int version(void) {
    return (int)syscall(CREATE_RULESET, NULL, (size_t)0, 1u);
}

/// What a version of Landlock can refuse on files.
static uint64_t known_rights(int version) {
    const int count = version >= 5 ? 16 : version >= 3 ? 15 : version >= 2 ? 14 : 13;
    return ((uint64_t)1 << count) - 1;
}

int32_t dls_file_rules(void) {
    const int supported = version();
    if (supported < 1) return -1;
    const struct ruleset rules = {
        .files = known_rights(supported),
        // Connecting and binding by TCP; signals and abstract sockets beyond what is confined.
        .network = supported >= 4 ? 3 : 0,
        .scoped = supported >= 6 ? 3 : 0,
    };
    const size_t size = supported >= 6 ? 24 : supported >= 4 ? 16 : 8;
    return (int32_t)syscall(CREATE_RULESET, &rules, size, 0u);
}

int32_t dls_allow_files(int32_t rules, const char *path, int32_t rights) {
    uint64_t allowed = READ_FILE;
    if (rights == DLS_MAY_WRITE_FILE) allowed |= WRITE_FILE;
    if (rights != DLS_MAY_READ_FILE && rights != DLS_MAY_WRITE_FILE) allowed |= READ_FOLDER;
    if (rights == DLS_MAY_EXECUTE) allowed |= EXECUTE;
    if (rights == DLS_MAY_WRITE)
        allowed |= WRITE_FILE | REMOVE_FOLDER | REMOVE_FILE | MAKE_FOLDER | MAKE_FILE | REFER | TRUNCATE;
    const int folder = open(path, O_PATH | O_CLOEXEC);
    if (folder < 0) return -1;
    const struct beneath rule = {allowed & known_rights(version()), folder};
    const int32_t result = (int32_t)syscall(ADD_RULE, rules, 1u, &rule, 0u);
    close(folder);
    return result;
}

int32_t dls_enter_file_rules(int32_t rules) {
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
    const int32_t result = (int32_t)syscall(RESTRICT_SELF, rules, 0u);
    close(rules);
    return result;
}

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

int32_t dls_refuse_system_calls(void) {
#ifdef ARCHITECTURE
    // New connections, other processes' memory, the kernel itself, and namespaces in which rights would come back.
    static const int32_t refused[] = {
        SYS_socket, SYS_connect, SYS_bind, SYS_listen, SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev,
        SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register, SYS_bpf, SYS_perf_event_open,
        SYS_userfaultfd, SYS_keyctl, SYS_add_key, SYS_request_key, SYS_mount, SYS_umount2, SYS_pivot_root,
        SYS_chroot, SYS_unshare, SYS_setns, SYS_kexec_load, SYS_init_module, SYS_finit_module, SYS_delete_module,
        SYS_open_by_handle_at, SYS_name_to_handle_at, SYS_reboot, SYS_swapon, SYS_swapoff, SYS_acct,
        SYS_settimeofday, SYS_clock_settime, SYS_sethostname, SYS_setdomainname, SYS_personality,
        434 /* pidfd_open */, 438 /* pidfd_getfd */, 428 /* open_tree */, 429 /* move_mount */,
    };
    enum { COUNT = sizeof refused / sizeof refused[0] };
    struct sock_filter program[2 * COUNT + 8];
    unsigned short n = 0;
    const struct sock_filter refuse = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
    program[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
    program[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
    program[n++] = refuse;
    program[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
#ifdef __x86_64__
    // The calls of the x32 interface have numbers of their own.
    program[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1);
    program[n++] = refuse;
#endif
    for (int index = 0; index < COUNT; index++) {
        program[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)refused[index], 0, 1);
        program[n++] = refuse;
    }
    program[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    const struct sock_fprog filter = {n, program};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
    return (int32_t)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &filter);
#else
    errno = ENOSYS;
    return -1;
#endif
}

static void lower_limit(int resource, uint64_t value) {
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0) return;
    if (limit.rlim_max == RLIM_INFINITY || limit.rlim_max > value) limit.rlim_max = value;
    if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > value) limit.rlim_cur = value;
    setrlimit(resource, &limit);
}

void dls_limit_resources(uint64_t address_bytes, uint64_t file_bytes) {
    lower_limit(RLIMIT_AS, address_bytes);
    lower_limit(RLIMIT_FSIZE, file_bytes);
    lower_limit(RLIMIT_CORE, 0);
}
