// Elementary functions of vectors in single precision. Included at the end of CSimd.h.
//
// By polynomials, the same operations for every lane, so a result does not depend on where in an array it stands; errors,
// against the exact result, are below the stated units in the last place. Infinities and NaN give what the C library
// gives. In C, because the compiler does not inline functions of this length in Swift.
//
// Source: S. Moshier's Cephes library (exp, log, tanh, sin, cos); N. Juffa's approximation of erf.
#pragma once

#include "CSimd.h"

// Every product and sum is rounded for itself unless csimd_fma says otherwise.
#pragma STDC FP_CONTRACT OFF

// a * b + c: rounded once where the CPU has an instruction for it, never by a library call.
CSIMD_INLINE csimd_float csimd_fma(csimd_float a, csimd_float b, csimd_float c) {
#if CSIMD_HAS_FMA
    return __builtin_elementwise_fma(a, b, c);
#else
    return a * b + c;
#endif
}

// c[0] * x^(n - 1) + ... + c[n - 1]
CSIMD_INLINE csimd_float csimd_horner(csimd_float x, const float *c, int n) {
    csimd_float y = c[0];
    for (int i = 1; i < n; i++) y = csimd_fma(y, x, c[i]);
    return y;
}
#define CSIMD_POLYNOMIAL(x, ...) \
    csimd_horner(x, (const float[]){__VA_ARGS__}, sizeof((const float[]){__VA_ARGS__}) / sizeof(float))

CSIMD_INLINE csimd_float csimd_abs(csimd_float x) { return (csimd_float)((csimd_int)x & 0x7fffffff); }
CSIMD_INLINE csimd_float csimd_with_sign(csimd_float x, csimd_float of) {
    return (csimd_float)((csimd_int)x | ((csimd_int)of & (int32_t)0x80000000));
}

// 2^n for -126 ... 127; zero for -127.
CSIMD_INLINE csimd_float csimd_power_of_two(csimd_int n) { return (csimd_float)((n + 127) << 23); }

// Adding 1.5 * 2^23 rounds to a whole number, which stands in the lowest bits.
#define CSIMD_MAGIC 12582912.0f
#define CSIMD_MAGIC_BITS 0x4b400000

// e^x is (1 + rest) * 2^power, for x between -104 and 89; |rest| is below 0.42.
typedef struct {
    csimd_float rest;
    csimd_int power;
} csimd_exponential;

CSIMD_INLINE csimd_exponential csimd_exponential_parts(csimd_float x) {
    csimd_float shifted = csimd_fma(x, 1.44269504f, CSIMD_MAGIC);
    csimd_float n = shifted - CSIMD_MAGIC;
    csimd_float r = csimd_fma(n, -0.693359375f, x);
    r = csimd_fma(n, 2.1219444e-4f, r);
    csimd_float p = CSIMD_POLYNOMIAL(
        r, 1.98756915e-4f, 1.39819995e-3f, 8.3334519e-3f, 4.1665796e-2f, 1.66666655e-1f, 5.00000012e-1f);
    csimd_exponential parts = {csimd_fma(p, r * r, r), (csimd_int)shifted - CSIMD_MAGIC_BITS};
    return parts;
}

// 2 ulp.
CSIMD_INLINE csimd_float csimd_exp(csimd_float x) {
    // Beyond these the result is infinite, or zero.
    csimd_exponential parts = csimd_exponential_parts(csimd_max(-104, csimd_min(89, x)));
    // In two steps, because the power of two may lie outside the normal numbers where the result does not.
    csimd_int half = parts.power >> 1;
    return (parts.rest + 1) * csimd_power_of_two(half) * csimd_power_of_two(parts.power - half);
}

// e^(-x^2 / 2), for at most 13.2665 at which it is zero; 2 ulp of it and one of x^2.
CSIMD_INLINE csimd_float csimd_bell(csimd_float x) {
    const float scale = -0.721347520f;
    csimd_float s = x * x;
    csimd_float shifted = csimd_fma(s, scale, CSIMD_MAGIC);
    csimd_float r = csimd_fma(s, scale, CSIMD_MAGIC - shifted);
    csimd_float y = CSIMD_POLYNOMIAL(
        r, 1.53531526e-4f, 1.3399133e-3f, 9.61843986e-3f, 5.55033185e-2f, 2.40226479e-1f, 6.93147203e-1f, 1);
    return y * csimd_power_of_two((csimd_int)shifted - CSIMD_MAGIC_BITS);
}

// 2 ulp.
CSIMD_INLINE csimd_float csimd_log(csimd_float x) {
    csimd_int is_small = x < 0x1p-126f;
    csimd_float scaled = is_small ? x * 33554432 : x;
    // The mantissa between the roots of 1/2 and 2.
    csimd_int exponent = ((csimd_int)scaled - 0x3f3504f3) >> 23;
    csimd_float m = (csimd_float)((csimd_int)scaled - (exponent << 23));
    csimd_float e = __builtin_convertvector(exponent, csimd_float);
    e = is_small ? e - 25 : e;
    csimd_float r = m - 1, z = r * r;
    csimd_float p = CSIMD_POLYNOMIAL(
        r, 7.03768363e-2f, -1.15146103e-1f, 1.16769987e-1f, -1.24201408e-1f, 1.42493228e-1f, -1.66680577e-1f,
        2.00007148e-1f, -2.4999994e-1f, 3.33333312e-1f);
    csimd_float y = p * r * z;
    y = csimd_fma(e, -2.1219444e-4f, y);
    y = csimd_fma(z, -0.5f, y) + r;
    y = csimd_fma(e, 0.693359375f, y);
    y = x == 0 ? -__builtin_inff() : y;
    y = x == __builtin_inff() ? __builtin_inff() : y;
    return x >= 0 ? y : __builtin_nanf("");
}

// log(1 + x); 3 ulp. What rounding 1 + x loses comes back by the slope there.
CSIMD_INLINE csimd_float csimd_log1p(csimd_float x) {
    csimd_float u = 1 + x;
    csimd_float lost = x >= 1 ? 1 - (u - x) : x - (u - 1);
    csimd_float y = csimd_log(u) + lost / u;
    y = u == 0 ? -__builtin_inff() : y;
    y = csimd_abs(x) < 0x1p-25f ? x : y;
    return x == __builtin_inff() ? x : y;
}

// e^x - 1; 2 ulp.
CSIMD_INLINE csimd_float csimd_expm1(csimd_float x) {
    csimd_exponential parts = csimd_exponential_parts(csimd_max(-30, csimd_min(89, x)));
    // Half of it, because 2^128 is no number; small operands need no power.
    csimd_float half = csimd_power_of_two(parts.power - 1);
    csimd_float scaled = 2 * csimd_fma(parts.rest, half, half - 0.5f);
    return parts.power == 0 ? parts.rest : scaled;
}

// log(1 + e^x) without overflow; 3 ulp.
CSIMD_INLINE csimd_float csimd_softplus(csimd_float x) {
    csimd_float positive = x < 0 ? (csimd_float)0 : x;
    return positive + csimd_log1p(csimd_exp(-csimd_abs(x)));
}

// x where it is above zero, else alpha * (e^(x / width) - 1).
CSIMD_INLINE csimd_float csimd_exponential_linear(csimd_float x, float alpha, float width) {
    csimd_float below = csimd_expm1((x > 0 ? (csimd_float)0 : x) / width) * alpha;
    return x > 0 ? x : below;
}

// Its slope: 1 above zero, else e^(x / width) * alpha / width.
CSIMD_INLINE csimd_float csimd_exponential_linear_slope(csimd_float x, float alpha, float width) {
    csimd_float below = csimd_exp((x > 0 ? (csimd_float)0 : x) / width) * (alpha / width);
    return x > 0 ? (csimd_float)1 : below;
}

// x^n for a whole n, computed in double precision; half a unit in the last place but for large n.
typedef double csimd_wide __attribute__((ext_vector_type(CSIMD_LANES)));

CSIMD_INLINE csimd_float csimd_whole_power(csimd_float x, int32_t n) {
    csimd_wide base = __builtin_convertvector(x, csimd_wide), y = 1;
    for (int32_t rest = n < 0 ? -n : n; rest > 0; rest >>= 1, base *= base) {
        if (rest & 1) y *= base;
    }
    return __builtin_convertvector(n < 0 ? 1 / y : y, csimd_float);
}

// x^0.5 as C's `pow` has it: 0 for -0, infinite for minus infinity.
CSIMD_INLINE csimd_float csimd_half_power(csimd_float x) {
    csimd_float y = csimd_sqrt(x + 0.0f);
    return x == -__builtin_inff() ? __builtin_inff() : y;
}

// 2 ulp.
CSIMD_INLINE csimd_float csimd_tanh(csimd_float x) {
    csimd_float a = csimd_abs(x), z = x * x;
    csimd_float p = CSIMD_POLYNOMIAL(
        z, -5.70498873e-3f, 2.06390888e-2f, -5.37397156e-2f, 1.33314422e-1f, -3.33332819e-1f);
    csimd_float small = csimd_fma(p, z * x, x);
    csimd_float large = 1 - 2 / (csimd_exp(a + a) + 1);
    return a > 0.625f ? csimd_with_sign(large, x) : small;
}

// 1 / (1 + e^-x); 3 ulp.
CSIMD_INLINE csimd_float csimd_sigmoid(csimd_float x) { return 1 / (1 + csimd_exp(-x)); }

// 2 ulp.
CSIMD_INLINE csimd_float csimd_erf(csimd_float x) {
    csimd_float a = csimd_abs(x), s = x * x;
    csimd_float large = CSIMD_POLYNOMIAL(
        a, -1.7285347e-5f, 3.83197126e-4f, -3.88396438e-3f, 2.42546219e-2f, -1.06777877e-1f, -6.34846687e-1f,
        -1.28717512e-1f);
    large = 1 - csimd_exp(large * a - a);
    csimd_float p = CSIMD_POLYNOMIAL(
        s, -5.96761703e-4f, 4.99119423e-3f, -2.67681349e-2f, 1.12819925e-1f, -3.76125336e-1f, 1.28379166e-1f);
    csimd_float small = csimd_fma(p, x, x);
    // Past 4 the polynomial's argument only grows, and the result is 1.
    large = a > 4 ? 1 : large;
    return a > 0.927734375f ? csimd_with_sign(large, x) : small;
}

// The normal distribution's share below x, and e^(-x^2 / 2). The share above |x| is e^(-x^2 / 2) times a quotient of
// polynomials (ours, by least squares), so that small shares are accurate as well; it is zero from 13.25 on.
typedef struct {
    csimd_float below;
    csimd_float power;
} csimd_normal;

CSIMD_INLINE csimd_normal csimd_normal_share(csimd_float x) {
    csimd_float a = csimd_min(13.2665f, csimd_abs(x));
    csimd_float power = csimd_bell(a);
    csimd_float p = CSIMD_POLYNOMIAL(a, 0.00399428914f, 0.0398083914f, 0.1807829f, 0.434974803f, 0.500000002f);
    csimd_float q = CSIMD_POLYNOMIAL(a, 0.0100120479f, 0.0997924913f, 0.462997845f, 1.19230124f, 1.66783451f, 1);
    csimd_float beyond = power * (p / q);
    csimd_normal normal = {x > 0 ? 1 - beyond : beyond, power};
    return normal;
}

// x * (1 + erf(x / sqrt 2)) / 2
CSIMD_INLINE csimd_float csimd_gelu(csimd_float x) { return x * csimd_normal_share(x).below; }

// Its derivative.
CSIMD_INLINE csimd_float csimd_gelu_slope(csimd_float x) {
    csimd_normal normal = csimd_normal_share(x);
    return normal.below + x * normal.power * 0.398942280f;
}

// The cosine and the sine of `turns` full turns, for 0 ... 1; absolute error below 1e-7.
typedef struct {
    csimd_float cosine;
    csimd_float sine;
} csimd_circle;

CSIMD_INLINE csimd_circle csimd_circle_place(csimd_float turns) {
    csimd_float shifted = turns * 4 + CSIMD_MAGIC;
    csimd_int quarter = (csimd_int)shifted - CSIMD_MAGIC_BITS;
    csimd_float angle = (turns * 4 - (shifted - CSIMD_MAGIC)) * 1.57079633f, z = angle * angle;
    csimd_float sine =
        csimd_fma(CSIMD_POLYNOMIAL(z, -1.95152959e-4f, 8.33216087e-3f, -1.66666546e-1f), z * angle, angle);
    csimd_float cosine =
        csimd_fma(CSIMD_POLYNOMIAL(z, 2.44331571e-5f, -1.38873163e-3f, 4.16666457e-2f), z * z, 1 - 0.5f * z);
    csimd_int is_odd = (quarter & 1) == 1;
    csimd_float c = is_odd ? sine : cosine, s = is_odd ? cosine : sine;
    // cos turns negative in quarters 1 and 2, sin in 2 and 3.
    csimd_circle circle = {
        (csimd_float)((csimd_int)c ^ ((quarter + 1) & 2) << 30), (csimd_float)((csimd_int)s ^ (quarter & 2) << 30)};
    return circle;
}

// Two functions, because Swift imports no structure of vectors; what they share is computed once where both are called.
CSIMD_INLINE csimd_float csimd_cosine(csimd_float turns) { return csimd_circle_place(turns).cosine; }
CSIMD_INLINE csimd_float csimd_sine(csimd_float turns) { return csimd_circle_place(turns).sine; }
