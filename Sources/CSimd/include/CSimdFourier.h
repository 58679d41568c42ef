// Stages of discrete Fourier transforms in double precision, by vectors and by single numbers, and the ways from rows of
// pairs to planes of real and imaginary parts and back. Included by CSimd.h.
#pragma once

// Rows that are transformed side by side: element j of row l stands at j * CSIMD_FOURIER_ROWS + l of each plane.
#if CSIMD_LANES == 16
#define CSIMD_FOURIER_ROWS 8
#else
#define CSIMD_FOURIER_ROWS 4
#endif

// What a stage reads and writes. It takes transforms of `radix * count` elements apart into `radix` of `count`, where
// `stride` numbers stand for one element.
typedef struct {
    const double *from_re, *from_im;
    double *to_re, *to_im;
    long radix, count, stride;
    // cos and sin of sign * 2 pi j / table_size
    const double *table;
    long table_size;
    double sign;
} csimd_fourier_stage;

#define CSIMD_FOURIER_V csimd_double
#define CSIMD_FOURIER(name) csimd_fourier_vectors_##name
#include "CSimdFourierStage.h"
#undef CSIMD_FOURIER_V
#undef CSIMD_FOURIER
#define CSIMD_FOURIER_V double
#define CSIMD_FOURIER(name) csimd_fourier_numbers_##name
#include "CSimdFourierStage.h"
#undef CSIMD_FOURIER_V
#undef CSIMD_FOURIER

// The groups `first ..< last` of the stage's `count`.
static inline void csimd_fourier_run(const csimd_fourier_stage *stage, long first, long last) {
    long whole = stage->stride - stage->stride % (CSIMD_LANES / 2);
    if (whole > 0) csimd_fourier_vectors_run(stage, first, last, 0, whole);
    if (whole < stage->stride) csimd_fourier_numbers_run(stage, first, last, whole, stage->stride);
}

// Turns the rows of a square into columns.
CSIMD_INLINE void csimd_fourier_turn(csimd_double4 *a) {
    csimd_double4 p = CSIMD_SHUFFLE(a[0], a[1], 0, 4, 2, 6), q = CSIMD_SHUFFLE(a[0], a[1], 1, 5, 3, 7);
    csimd_double4 r = CSIMD_SHUFFLE(a[2], a[3], 0, 4, 2, 6), s = CSIMD_SHUFFLE(a[2], a[3], 1, 5, 3, 7);
    a[0] = CSIMD_SHUFFLE(p, r, 0, 1, 4, 5);
    a[1] = CSIMD_SHUFFLE(q, s, 0, 1, 4, 5);
    a[2] = CSIMD_SHUFFLE(p, r, 2, 3, 6, 7);
    a[3] = CSIMD_SHUFFLE(q, s, 2, 3, 6, 7);
}

#define CSIMD_FOURIER_ROWS_OF(name, element, element4)                                                             \
    /* `count` pairs of each row, which are `row` elements apart. */                                               \
    static inline void csimd_fourier_load_##name(const element *from, long row, long count, double *re, double *im) { \
        const long rows = CSIMD_FOURIER_ROWS;                                                                      \
        typedef element4 loaded __attribute__((aligned(sizeof(element))));                                         \
        typedef csimd_double4 stored __attribute__((aligned(8)));                                                  \
        long j = 0;                                                                                                \
        for (; j + 2 <= count; j += 2)                                                                             \
            for (long l = 0; l < rows; l += 4) {                                                                   \
                csimd_double4 a[4];                                                                                \
                for (int i = 0; i < 4; i++)                                                                        \
                    a[i] = __builtin_convertvector(                                                                \
                        (element4) * (const loaded *)(from + (l + i) * row + 2 * j), csimd_double4);               \
                csimd_fourier_turn(a);                                                                             \
                *(stored *)(re + j * rows + l) = a[0];                                                             \
                *(stored *)(im + j * rows + l) = a[1];                                                             \
                *(stored *)(re + (j + 1) * rows + l) = a[2];                                                       \
                *(stored *)(im + (j + 1) * rows + l) = a[3];                                                       \
            }                                                                                                      \
        for (; j < count; j++)                                                                                     \
            for (long l = 0; l < rows; l++) {                                                                      \
                re[j * rows + l] = from[l * row + 2 * j];                                                          \
                im[j * rows + l] = from[l * row + 2 * j + 1];                                                      \
            }                                                                                                      \
    }                                                                                                              \
    static inline void csimd_fourier_store_##name(                                                                 \
        const double *re, const double *im, long row, long count, element *to) {                                  \
        const long rows = CSIMD_FOURIER_ROWS;                                                                      \
        typedef element4 stored __attribute__((aligned(sizeof(element))));                                         \
        typedef csimd_double4 loaded __attribute__((aligned(8)));                                                  \
        long j = 0;                                                                                                \
        for (; j + 2 <= count; j += 2)                                                                             \
            for (long l = 0; l < rows; l += 4) {                                                                   \
                csimd_double4 a[4];                                                                                \
                a[0] = *(const loaded *)(re + j * rows + l);                                                       \
                a[1] = *(const loaded *)(im + j * rows + l);                                                       \
                a[2] = *(const loaded *)(re + (j + 1) * rows + l);                                                 \
                a[3] = *(const loaded *)(im + (j + 1) * rows + l);                                                 \
                csimd_fourier_turn(a);                                                                             \
                for (int i = 0; i < 4; i++)                                                                        \
                    *(stored *)(to + (l + i) * row + 2 * j) = __builtin_convertvector(a[i], element4);             \
            }                                                                                                      \
        for (; j < count; j++)                                                                                     \
            for (long l = 0; l < rows; l++) {                                                                      \
                to[l * row + 2 * j] = (element)re[j * rows + l];                                                   \
                to[l * row + 2 * j + 1] = (element)im[j * rows + l];                                               \
            }                                                                                                      \
    }
CSIMD_FOURIER_ROWS_OF(float, float, csimd_float4)
CSIMD_FOURIER_ROWS_OF(double, double, csimd_double4)

// From the transform of pairs of neighbours to that of twice as many real numbers: elements 0 ... half of it. `to` has
// room for half + 1 elements, each of so many numbers; the table is that of 2 * half.
static inline void csimd_fourier_part(
    const double *from_re, const double *from_im, long half, long numbers, const double *table, double *to_re,
    double *to_im) {
    for (long k = 0; k <= half; k++) {
        long a = (k == half ? 0 : k) * numbers, b = (k == 0 ? 0 : half - k) * numbers;
        double cosine = table[2 * k], sine = table[2 * k + 1];
        for (long q = 0; q < numbers; q++) {
            double even_re = from_re[a + q] + from_re[b + q], even_im = from_im[a + q] - from_im[b + q];
            // -i times the difference
            double odd_re = from_im[a + q] + from_im[b + q], odd_im = from_re[b + q] - from_re[a + q];
            to_re[k * numbers + q] = 0.5 * (even_re + (odd_re * cosine - odd_im * sine));
            to_im[k * numbers + q] = 0.5 * (even_im + (odd_re * sine + odd_im * cosine));
        }
    }
}

// The way back: from elements 0 ... half of the transform of real numbers, which the others mirror, to that of pairs of
// neighbours.
static inline void csimd_fourier_pair(
    const double *from_re, const double *from_im, long half, long numbers, const double *table, double *to_re,
    double *to_im) {
    for (long k = 0; k < half; k++) {
        long a = k * numbers, b = (half - k) * numbers;
        double cosine = table[2 * k], sine = table[2 * k + 1];
        for (long q = 0; q < numbers; q++) {
            double even_re = from_re[a + q] + from_re[b + q], even_im = from_im[a + q] - from_im[b + q];
            double odd_re = from_re[a + q] - from_re[b + q], odd_im = from_im[a + q] + from_im[b + q];
            double turned_re = odd_re * cosine - odd_im * sine, turned_im = odd_re * sine + odd_im * cosine;
            to_re[a + q] = even_re - turned_im;
            to_im[a + q] = even_im + turned_re;
        }
    }
}
