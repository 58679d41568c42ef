// The routines of LAPACK that dls uses, in double precision.
//
// The library is loaded at the first call of `dls_lapack_load`: mapping it and what it needs (BLAS, libgfortran) takes
// a millisecond, which a program without linear algebra need not pay when it starts.
//
// Matrices are row-major and without gaps. What a routine returns is LAPACK's `info`: 0 for success, a positive number
// for what the matrix is to blame for, a negative one for memory that is lacking.
#pragma once
#include <stdint.h>

/// Loads the library; 0 where the system has none. Safe on any thread.
int32_t dls_lapack_load(void);

/// P A = L U in place, for a [n, n]; pivots [n], counted from 1. Positive where U has a 0 on its diagonal.
int32_t dls_lapack_lu(int32_t n, double *a, int32_t *pivots);

/// The inverse in place of what `dls_lapack_lu` made.
int32_t dls_lapack_inverse(int32_t n, double *lu, const int32_t *pivots);

/// b [n, columns] becomes the solution of A x = b, for what `dls_lapack_lu` made.
int32_t dls_lapack_solve(int32_t n, int32_t columns, const double *lu, const int32_t *pivots, double *b);

/// A = L L^T in the lower triangle, in place. Positive where A is not positive definite.
int32_t dls_lapack_cholesky(int32_t n, double *a);

/// a [m, n] becomes R in its upper triangle, with the reflectors of Q below; tau [min(m, n)].
int32_t dls_lapack_qr(int32_t m, int32_t n, double *a, double *tau);

/// q [m, columns], whose first `count` columns hold reflectors, becomes the first columns of Q.
int32_t dls_lapack_qr_orthogonal(int32_t m, int32_t columns, int32_t count, double *q, const double *tau);

/// Singular values s [k] in descending order, k = min(m, n), of a [m, n], which is overwritten.
///
/// `job` is 'N' for the values alone, 'S' for u [m, k] and vt [k, n], 'A' for u [m, m] and vt [n, n].
int32_t dls_lapack_svd(char job, int32_t m, int32_t n, double *a, double *s, double *u, double *vt);

/// Eigenvalues w [n] in ascending order of the symmetric matrix whose lower (`uplo` 'L') or upper ('U') triangle a has;
/// with `job` 'V' a becomes their vectors, as columns.
int32_t dls_lapack_eigh(char job, char uplo, int32_t n, double *a, double *w);

/// Eigenvalues wr + i wi [n] of a [n, n], which is overwritten; with `job` 'V' the right vectors v [n, n] as columns, those
/// of a pair of complex values as real and imaginary part.
int32_t dls_lapack_eig(char job, int32_t n, double *a, double *wr, double *wi, double *v);
