// A network between namespaces of this machine, with a delay and a rate: what tc netem does where the kernel has it.
//
//     mpi-bench NAMESPACE ... DELAY_MICROSECONDS MEGABITS
//
// Each namespace gets an interface `bench0`; the first has the address 10.99.18.1, the next 10.99.18.2, and so on. A packet
// leaves its namespace at the rate, one after the other, and arrives after the delay. Prints "ready", and ends with its
// standard input.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { most_hosts = 16, packet_size = 9000, queue_length = 2048, network = 10 << 24 | 99 << 16 | 18 << 8 };

typedef struct {
    int64_t arrival;
    int size, target;
    unsigned char bytes[packet_size];
} packet;

typedef struct {
    int device;
    // When the last packet has left.
    int64_t departure;
    packet *queue;
    unsigned first, next;
} host;

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static int open_device(const char *namespace) {
    char path[256];
    snprintf(path, sizeof path, "/run/netns/%s", namespace);
    const int own = open(path, O_RDONLY);
    if (own < 0 || setns(own, CLONE_NEWNET) < 0) fail(path);
    close(own);
    const int device = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
    struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
    strcpy(request.ifr_name, "bench0");
    if (device < 0 || ioctl(device, TUNSETIFF, &request) < 0) fail("/dev/net/tun");
    return device;
}

int main(int count, char **arguments) {
    const int hosts = count - 3;
    if (hosts < 1 || hosts > most_hosts) return 2;
    const int64_t delay = 1000LL * atoll(arguments[count - 2]);
    const double nanoseconds_per_byte = 8000.0 / atof(arguments[count - 1]);
    static host all[most_hosts];
    struct pollfd waiting[most_hosts + 1] = {{.fd = 0, .events = POLLIN}};
    for (int i = 0; i < hosts; i++) {
        all[i].device = open_device(arguments[1 + i]);
        all[i].queue = malloc(queue_length * sizeof(packet));
        if (!all[i].queue) fail("malloc");
        waiting[1 + i] = (struct pollfd){.fd = all[i].device, .events = POLLIN};
    }
    puts("ready");
    fflush(stdout);
    for (;;) {
        int64_t time = now(), next = time + 1000000000;
        for (host *h = all; h < all + hosts; h++) {
            for (; h->first != h->next; h->first++) {
                const packet *p = &h->queue[h->first % queue_length];
                if (p->arrival > time) {
                    if (p->arrival < next) next = p->arrival;
                    break;
                }
                // A packet that the other side has no room for is lost, as in a network.
                if (write(all[p->target].device, p->bytes, p->size) < 0) continue;
            }
        }
        struct timespec rest = {(next - time) / 1000000000, (next - time) % 1000000000};
        if (ppoll(waiting, hosts + 1, &rest, 0) <= 0) continue;
        if (waiting[0].revents) return 0;
        for (int i = 0; i < hosts; i++) {
            if (!waiting[1 + i].revents) continue;
            host *h = &all[i];
            for (;;) {
                packet *p = &h->queue[h->next % queue_length];
                p->size = (int)read(h->device, p->bytes, packet_size);
                if (p->size < 20) break;
                const unsigned char *b = p->bytes;
                const uint32_t address = (uint32_t)b[16] << 24 | b[17] << 16 | b[18] << 8 | b[19];
                p->target = (int)(address - network) - 1;
                if (b[0] >> 4 != 4 || p->target < 0 || p->target >= hosts || h->next - h->first >= queue_length - 1)
                    continue;
                time = now();
                if (h->departure < time) h->departure = time;
                h->departure += (int64_t)(p->size * nanoseconds_per_byte);
                p->arrival = h->departure + delay;
                h->next++;
            }
        }
    }
}
