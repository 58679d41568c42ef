// Elementary functions of vectors in single precision that are computed in double precision: results are rounded once,
// and err by little more than half a unit in the last place. Included at the end of CSimd.h.
//
// Operands that a method does not hold for (zeros, infinities, NaN, negative bases, angles beyond a million) are left to
// the C library, lane by lane, so a result does not depend on where in an array an operand stands.
//
// Source: Taylor series after reductions of the range; W. Cody and W. Waite, Software Manual for the Elementary
// Functions (1980).
#pragma once

#include "CSimdMath.h"

#include <math.h>

#pragma STDC FP_CONTRACT OFF
// Everything here is inlined: no such vector is handed to a function. Nothing is included after this file.
#pragma clang diagnostic ignored "-Wpsabi"

typedef int64_t csimd_long __attribute__((ext_vector_type(CSIMD_LANES)));

CSIMD_INLINE csimd_wide csimd_widened(csimd_float x) { return __builtin_convertvector(x, csimd_wide); }
CSIMD_INLINE csimd_float csimd_narrowed(csimd_wide x) { return __builtin_convertvector(x, csimd_float); }

CSIMD_INLINE csimd_wide csimd_wide_fma(csimd_wide a, csimd_wide b, csimd_wide c) {
#if CSIMD_HAS_FMA
    return __builtin_elementwise_fma(a, b, c);
#else
    return a * b + c;
#endif
}

CSIMD_INLINE csimd_wide csimd_wide_horner(csimd_wide x, const double *c, int n) {
    csimd_wide y = c[0];
    for (int i = 1; i < n; i++) y = csimd_wide_fma(y, x, c[i]);
    return y;
}
// c[0] * x^(n - 1) + ... + c[n - 1]
#define CSIMD_WIDE_POLYNOMIAL(x, ...) \
    csimd_wide_horner(x, (const double[]){__VA_ARGS__}, sizeof((const double[]){__VA_ARGS__}) / sizeof(double))

CSIMD_INLINE csimd_wide csimd_wide_abs(csimd_wide x) { return (csimd_wide)((csimd_long)x & INT64_MAX); }
CSIMD_INLINE csimd_wide csimd_wide_with_sign(csimd_wide x, csimd_wide of) {
    return (csimd_wide)(((csimd_long)x & INT64_MAX) | ((csimd_long)of & INT64_MIN));
}

// Adding 1.5 * 2^52 rounds to a whole number, which stands in the lowest bits.
#define CSIMD_WIDE_MAGIC 6755399441055744.0

// Where a bit is set, the result is the C library's.
#define CSIMD_REPAIR(result, unfit, call)                                   \
    do {                                                                    \
        if (csimd_any(unfit))                                               \
            for (int lane = 0; lane < CSIMD_LANES; lane++)                  \
                if ((unfit)[lane]) (result)[lane] = (call);                 \
    } while (0)

// MARK: Circular functions

typedef struct {
    csimd_wide sine;
    csimd_wide cosine;
} csimd_wide_circle;

// For angles of at most a million.
CSIMD_INLINE csimd_wide_circle csimd_wide_circle_place(csimd_wide x) {
    csimd_wide shifted = csimd_wide_fma(x, 0.63661977236758134308, CSIMD_WIDE_MAGIC);
    csimd_wide n = shifted - CSIMD_WIDE_MAGIC;
    // A half of pi in three parts, of which the products with `n` are exact.
    csimd_wide r = csimd_wide_fma(n, -1.57079632673412561417, x);
    r = csimd_wide_fma(n, -6.07710050630396597660e-11, r);
    r = csimd_wide_fma(n, -2.02226624879595063154e-21, r);
    csimd_wide z = r * r;
    csimd_wide sine = csimd_wide_fma(
        CSIMD_WIDE_POLYNOMIAL(z, 1.0 / 362880, -1.0 / 5040, 1.0 / 120, -1.0 / 6), z * r, r);
    csimd_wide cosine = csimd_wide_fma(
        CSIMD_WIDE_POLYNOMIAL(z, -1.0 / 3628800, 1.0 / 40320, -1.0 / 720, 1.0 / 24), z * z, 1 - 0.5 * z);
    csimd_long quarter = (csimd_long)shifted;
    csimd_long is_odd = (quarter & 1) == 1;
    csimd_wide s = is_odd ? cosine : sine, c = is_odd ? sine : cosine;
    // The sine turns negative in quarters 2 and 3, the cosine in 1 and 2.
    csimd_wide_circle circle = {
        (csimd_wide)((csimd_long)s ^ (quarter & 2) << 62), (csimd_wide)((csimd_long)c ^ ((quarter + 1) & 2) << 62)};
    return circle;
}

CSIMD_INLINE csimd_int csimd_is_far_angle(csimd_float x) { return ~(csimd_abs(x) < 1e6f); }

CSIMD_INLINE csimd_float csimd_sin(csimd_float x) {
    csimd_float y = csimd_narrowed(csimd_wide_circle_place(csimd_widened(x)).sine);
    y = x == 0 ? x : y;
    csimd_int far = csimd_is_far_angle(x);
    CSIMD_REPAIR(y, far, sinf(x[lane]));
    return y;
}

CSIMD_INLINE csimd_float csimd_cos(csimd_float x) {
    csimd_float y = csimd_narrowed(csimd_wide_circle_place(csimd_widened(x)).cosine);
    csimd_int far = csimd_is_far_angle(x);
    CSIMD_REPAIR(y, far, cosf(x[lane]));
    return y;
}

CSIMD_INLINE csimd_float csimd_tan(csimd_float x) {
    csimd_wide_circle circle = csimd_wide_circle_place(csimd_widened(x));
    csimd_float y = csimd_narrowed(circle.sine / circle.cosine);
    y = x == 0 ? x : y;
    csimd_int far = csimd_is_far_angle(x);
    CSIMD_REPAIR(y, far, tanf(x[lane]));
    return y;
}

// Of a number that is not negative; pi / 2 of infinity.
CSIMD_INLINE csimd_wide csimd_wide_atan(csimd_wide a) {
    csimd_long is_large = a > 2.41421356237309504880, is_middle = (a > 0.41421356237309504880) & ~is_large;
    csimd_wide t = is_large ? (csimd_wide)-1 : is_middle ? a - 1 : a;
    t /= is_large ? a : is_middle ? a + 1 : (csimd_wide)1;
    csimd_wide start = is_large ? (csimd_wide)1.57079632679489661923
                     : is_middle ? (csimd_wide)0.78539816339744830962
                                 : (csimd_wide)0;
    csimd_wide z = t * t;
    csimd_wide p = CSIMD_WIDE_POLYNOMIAL(
        z, 1.0 / 21, -1.0 / 19, 1.0 / 17, -1.0 / 15, 1.0 / 13, -1.0 / 11, 1.0 / 9, -1.0 / 7, 1.0 / 5, -1.0 / 3);
    return start + csimd_wide_fma(p, z * t, t);
}

CSIMD_INLINE csimd_float csimd_atan(csimd_float x) {
    csimd_wide y = csimd_wide_atan(csimd_widened(csimd_abs(x)));
    return csimd_narrowed(csimd_wide_with_sign(y, csimd_widened(x)));
}

// The angle of the point x, y; that of 0, 0 and of infinite points is the C library's.
CSIMD_INLINE csimd_float csimd_atan2(csimd_float y, csimd_float x) {
    csimd_wide wide = csimd_widened(x);
    csimd_wide angle = csimd_wide_atan(csimd_wide_abs(csimd_widened(y)) / csimd_wide_abs(wide));
    // The sign of zero tells on which side of the axis it lies.
    angle = (csimd_long)wide < 0 ? 3.14159265358979323846 - angle : angle;
    csimd_float result = csimd_narrowed(csimd_wide_with_sign(angle, csimd_widened(y)));
    csimd_float size = csimd_abs(x), other = csimd_abs(y);
    csimd_int unfit = ((size == 0) & (other == 0)) | ((size == INFINITY) & (other == INFINITY)) | (x != x) | (y != y);
    CSIMD_REPAIR(result, unfit, atan2f(y[lane], x[lane]));
    return result;
}

CSIMD_INLINE csimd_float csimd_asin(csimd_float x) {
    csimd_wide a = csimd_widened(csimd_abs(x));
    csimd_wide y = csimd_wide_atan(a / __builtin_elementwise_sqrt((1 - a) * (1 + a)));
    return csimd_narrowed(csimd_wide_with_sign(y, csimd_widened(x)));
}

CSIMD_INLINE csimd_float csimd_acos(csimd_float x) {
    csimd_wide w = csimd_widened(x);
    return csimd_narrowed(2 * csimd_wide_atan(__builtin_elementwise_sqrt((1 - w) / (1 + w))));
}

// MARK: Logarithms and powers

// The exponent and the logarithm of the mantissa of a positive, finite number.
typedef struct {
    csimd_wide exponent;
    csimd_wide rest;
} csimd_wide_logarithm;

CSIMD_INLINE csimd_wide_logarithm csimd_wide_log_parts(csimd_wide x) {
    // The mantissa between the roots of 1/2 and 2.
    csimd_long shifted = (csimd_long)x - 0x3fe6a09e667f3bcdLL;
    // The exponent, shifted without its sign, becomes a number by the bits of 2^52.
    csimd_long biased = (csimd_long)((shifted + (1024LL << 52)) & INT64_MAX) >> 52;
    csimd_wide exponent = (csimd_wide)(biased | 0x4330000000000000LL) - (4503599627370496.0 + 1024);
    csimd_wide m = (csimd_wide)((csimd_long)x - ((biased - 1024) << 52));
    csimd_wide s = (m - 1) / (m + 1), z = s * s;
    csimd_wide p = CSIMD_WIDE_POLYNOMIAL(z, 2.0 / 13, 2.0 / 11, 2.0 / 9, 2.0 / 7, 2.0 / 5, 2.0 / 3);
    csimd_wide_logarithm parts = {exponent, csimd_wide_fma(p, z * s, 2 * s)};
    return parts;
}

CSIMD_INLINE csimd_wide csimd_wide_log(csimd_wide x) {
    csimd_wide_logarithm parts = csimd_wide_log_parts(x);
    return csimd_wide_fma(parts.exponent, 0.69314718055994530942, parts.rest);
}

CSIMD_INLINE csimd_wide csimd_wide_log2(csimd_wide x) {
    csimd_wide_logarithm parts = csimd_wide_log_parts(x);
    return csimd_wide_fma(parts.rest, 1.44269504088896340736, parts.exponent);
}

// 2^x, for at most a thousand.
CSIMD_INLINE csimd_wide csimd_wide_exp2(csimd_wide x) {
    csimd_wide shifted = x + CSIMD_WIDE_MAGIC;
    csimd_wide r = (x - (shifted - CSIMD_WIDE_MAGIC)) * 0.69314718055994530942;
    csimd_wide p = CSIMD_WIDE_POLYNOMIAL(
        r, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040, 1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 1.0 / 2, 1, 1);
    return (csimd_wide)((csimd_long)p + ((csimd_long)shifted << 52));
}

CSIMD_INLINE csimd_wide csimd_wide_within(csimd_wide x, double limit) {
    x = x < -limit ? (csimd_wide)-limit : x;
    return x > limit ? (csimd_wide)limit : x;
}

// Where a number is not positive and finite.
CSIMD_INLINE csimd_int csimd_is_no_magnitude(csimd_float x) { return ~((x > 0) & (x < __builtin_inff())); }

CSIMD_INLINE csimd_float csimd_log2(csimd_float x) {
    csimd_float y = csimd_narrowed(csimd_wide_log2(csimd_widened(x)));
    csimd_int unfit = csimd_is_no_magnitude(x);
    CSIMD_REPAIR(y, unfit, log2f(x[lane]));
    return y;
}

CSIMD_INLINE csimd_float csimd_log10(csimd_float x) {
    csimd_float y = csimd_narrowed(csimd_wide_log(csimd_widened(x)) * 0.43429448190325182765);
    csimd_int unfit = csimd_is_no_magnitude(x);
    CSIMD_REPAIR(y, unfit, log10f(x[lane]));
    return y;
}

CSIMD_INLINE csimd_float csimd_exp2(csimd_float x) {
    csimd_wide y = csimd_wide_exp2(csimd_wide_within(csimd_widened(x), 200));
    return x == x ? csimd_narrowed(y) : x;
}

// x^y
CSIMD_INLINE csimd_float csimd_power(csimd_float x, csimd_float y) {
    csimd_wide exponent = csimd_widened(y) * csimd_wide_log2(csimd_widened(x));
    csimd_float result = csimd_narrowed(csimd_wide_exp2(csimd_wide_within(exponent, 200)));
    csimd_int unfit = csimd_is_no_magnitude(x) | ~(csimd_abs(y) < __builtin_inff());
    CSIMD_REPAIR(result, unfit, powf(x[lane], y[lane]));
    return result;
}

CSIMD_INLINE csimd_float csimd_cube(csimd_float x) {
    csimd_wide w = csimd_widened(x);
    return csimd_narrowed(w * w * w);
}

// MARK: Hyperbolic functions

CSIMD_INLINE csimd_wide csimd_wide_exp(csimd_wide x) {
    return csimd_wide_exp2(csimd_wide_within(x, 200) * 1.44269504088896340736);
}

CSIMD_INLINE csimd_float csimd_sinh(csimd_float x) {
    csimd_wide w = csimd_widened(x), z = w * w, e = csimd_wide_exp(w);
    csimd_wide small = csimd_wide_fma(
        CSIMD_WIDE_POLYNOMIAL(z, 1.0 / 39916800, 1.0 / 362880, 1.0 / 5040, 1.0 / 120, 1.0 / 6), z * w, w);
    csimd_float y = csimd_narrowed(z < 1 ? small : (e - 1 / e) * 0.5);
    // NaN and the sign of zero.
    return csimd_abs(x) > 0 ? y : x;
}

CSIMD_INLINE csimd_float csimd_cosh(csimd_float x) {
    csimd_wide e = csimd_wide_exp(csimd_widened(x));
    return x == x ? csimd_narrowed((e + 1 / e) * 0.5) : x;
}

CSIMD_INLINE csimd_float csimd_asinh(csimd_float x) {
    csimd_wide w = csimd_widened(x), a = csimd_wide_abs(w);
    csimd_wide large = csimd_wide_log(a + __builtin_elementwise_sqrt(a * a + 1));
    csimd_wide y = a < 1e-4 ? csimd_wide_fma(a * a * a, -1.0 / 6, a) : large;
    return csimd_abs(x) < __builtin_inff() ? csimd_narrowed(csimd_wide_with_sign(y, w)) : x;
}

CSIMD_INLINE csimd_float csimd_acosh(csimd_float x) {
    csimd_wide w = csimd_widened(x);
    csimd_float y = csimd_narrowed(csimd_wide_log(w + __builtin_elementwise_sqrt((w - 1) * (w + 1))));
    csimd_int unfit = ~((x >= 1) & (x < __builtin_inff()));
    CSIMD_REPAIR(y, unfit, acoshf(x[lane]));
    return y;
}

CSIMD_INLINE csimd_float csimd_atanh(csimd_float x) {
    csimd_wide w = csimd_widened(x), a = csimd_wide_abs(w);
    csimd_wide y = a < 1e-4 ? csimd_wide_fma(a * a * a, 1.0 / 3, a) : csimd_wide_log((1 + a) / (1 - a)) * 0.5;
    csimd_float result = csimd_narrowed(csimd_wide_with_sign(y, w));
    csimd_int unfit = ~(csimd_abs(x) < 1);
    CSIMD_REPAIR(result, unfit, atanhf(x[lane]));
    return result;
}

// MARK: Division with remainder

typedef struct {
    csimd_wide quotient;
    csimd_wide remainder;
} csimd_wide_division;

// The quotient rounded down and what it leaves, exact for quotients below 2^28.
CSIMD_INLINE csimd_wide_division csimd_wide_floor_division(csimd_wide a, csimd_wide b) {
    csimd_wide q = __builtin_elementwise_floor(a / b);
    csimd_wide r = a - q * b;
    // The rounded quotient may be the next whole number.
    csimd_long is_high = (r != 0) & ((r < 0) != (b < 0));
    q = is_high ? q - 1 : q;
    r = is_high ? r + b : r;
    csimd_wide_division division = {q, r};
    return division;
}

// Where the quotient is not known to be below 2^28.
CSIMD_INLINE csimd_int csimd_is_hard_quotient(csimd_float a, csimd_float b) {
    return ~(csimd_abs(a) < csimd_abs(b) * 0x1p28f) | ~(csimd_abs(b) < __builtin_inff());
}

CSIMD_INLINE csimd_float csimd_floor_remainder(csimd_float a, csimd_float b) {
    return csimd_narrowed(csimd_wide_floor_division(csimd_widened(a), csimd_widened(b)).remainder);
}
CSIMD_INLINE csimd_float csimd_floor_quotient(csimd_float a, csimd_float b) {
    return csimd_narrowed(csimd_wide_floor_division(csimd_widened(a), csimd_widened(b)).quotient);
}
