#include "CLapack.h"

#include <dlfcn.h>
#include <lapacke.h>
#include <pthread.h>

// Each routine with its type from the header, so that calls are checked as if the library were linked.
#define ROUTINES(USE) \
    USE(dgetrf) USE(dgetri) USE(dgetrs) USE(dpotrf) USE(dgeqrf) USE(dorgqr) USE(dgesdd) USE(dsyevd) USE(dgeev)

#define FIELD(name) __typeof__(&LAPACKE_##name) name;
static struct { ROUTINES(FIELD) } lapack;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int32_t is_loaded = 0;

static void load(void) {
    void *library = dlopen("liblapacke.so.3", RTLD_LAZY | RTLD_LOCAL);
    if (!library) library = dlopen("liblapacke.so", RTLD_LAZY | RTLD_LOCAL);
    if (!library) return;
    // NaN goes through what can carry it; what cannot is checked by the caller.
    void (*set_nan_check)(int) = (void (*)(int))dlsym(library, "LAPACKE_set_nancheck");
    if (!set_nan_check) return;
    set_nan_check(0);
#define FIND(name) \
    lapack.name = (__typeof__(&LAPACKE_##name))dlsym(library, "LAPACKE_" #name); \
    if (!lapack.name) return;
    ROUTINES(FIND)
    is_loaded = 1;
}

int32_t dls_lapack_load(void) {
    pthread_once(&once, load);
    return is_loaded;
}

int32_t dls_lapack_lu(int32_t n, double *a, int32_t *pivots) {
    return lapack.dgetrf(LAPACK_ROW_MAJOR, n, n, a, n, pivots);
}

int32_t dls_lapack_inverse(int32_t n, double *lu, const int32_t *pivots) {
    return lapack.dgetri(LAPACK_ROW_MAJOR, n, lu, n, pivots);
}

int32_t dls_lapack_solve(int32_t n, int32_t columns, const double *lu, const int32_t *pivots, double *b) {
    return lapack.dgetrs(LAPACK_ROW_MAJOR, 'N', n, columns, lu, n, pivots, b, columns);
}

int32_t dls_lapack_cholesky(int32_t n, double *a) {
    return lapack.dpotrf(LAPACK_ROW_MAJOR, 'L', n, a, n);
}

int32_t dls_lapack_qr(int32_t m, int32_t n, double *a, double *tau) {
    return lapack.dgeqrf(LAPACK_ROW_MAJOR, m, n, a, n, tau);
}

int32_t dls_lapack_qr_orthogonal(int32_t m, int32_t columns, int32_t count, double *q, const double *tau) {
    return lapack.dorgqr(LAPACK_ROW_MAJOR, m, columns, count, q, columns, tau);
}

int32_t dls_lapack_svd(char job, int32_t m, int32_t n, double *a, double *s, double *u, double *vt) {
    const int32_t least = m < n ? m : n;
    return lapack.dgesdd(LAPACK_ROW_MAJOR, job, m, n, a, n, s, u, job == 'A' ? m : least, vt, n);
}

int32_t dls_lapack_eigh(char job, char uplo, int32_t n, double *a, double *w) {
    return lapack.dsyevd(LAPACK_ROW_MAJOR, job, uplo, n, a, n, w);
}

int32_t dls_lapack_eig(char job, int32_t n, double *a, double *wr, double *wi, double *v) {
    return lapack.dgeev(LAPACK_ROW_MAJOR, 'N', job, n, a, n, wr, wi, 0, n, v, n);
}
