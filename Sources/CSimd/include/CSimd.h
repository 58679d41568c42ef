// What Swift's SIMD types compile to scalar loops or library calls, as inlined vector code, and the one place that
// says how wide the vectors of the CPU are that the build is made for.
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// The family of the CPU. CSIMD_ROWS is the height of the matrix product's register tile; it is always three vectors
// wide: 24 accumulators where there are 32 registers, 12 where there are 16.
#if defined(__AVX512F__)
#define CSIMD_FAMILY 3
#define CSIMD_LANES 16
#define CSIMD_ROWS 8
#define CSIMD_HAS_FMA 1
#elif defined(__AVX2__) && defined(__FMA__)
#define CSIMD_FAMILY 2
#define CSIMD_LANES 8
#define CSIMD_ROWS 4
#define CSIMD_HAS_FMA 1
#elif defined(__aarch64__)
#define CSIMD_FAMILY 1
#define CSIMD_LANES 4
#define CSIMD_ROWS 8
#define CSIMD_HAS_FMA 1
#else
#define CSIMD_FAMILY 0
#define CSIMD_LANES 4
#define CSIMD_ROWS 4
#define CSIMD_HAS_FMA 0
#endif

typedef float csimd_float __attribute__((ext_vector_type(CSIMD_LANES)));
typedef int32_t csimd_int __attribute__((ext_vector_type(CSIMD_LANES)));
typedef double csimd_double __attribute__((ext_vector_type(CSIMD_LANES / 2)));
typedef float csimd_float4 __attribute__((ext_vector_type(4)));
typedef float csimd_float8 __attribute__((ext_vector_type(8)));
typedef float csimd_float16 __attribute__((ext_vector_type(16)));
typedef double csimd_double4 __attribute__((ext_vector_type(4)));
typedef double csimd_double8 __attribute__((ext_vector_type(8)));
typedef uint32_t csimd_uint16 __attribute__((ext_vector_type(16)));

#define CSIMD_INLINE static inline __attribute__((always_inline))

CSIMD_INLINE csimd_float csimd_sqrt(csimd_float x) { return __builtin_elementwise_sqrt(x); }
CSIMD_INLINE csimd_double csimd_sqrt_double(csimd_double x) { return __builtin_elementwise_sqrt(x); }

// The second operand where either is NaN, as the instruction has it.
CSIMD_INLINE csimd_float csimd_max(csimd_float a, csimd_float b) { return a > b ? a : b; }

// The greater (lesser) of both; NaN where either is.
CSIMD_INLINE csimd_float csimd_greatest(csimd_float a, csimd_float b) { return a != a ? a : a > b ? a : b; }
CSIMD_INLINE csimd_float csimd_least(csimd_float a, csimd_float b) { return a != a ? a : a < b ? a : b; }
CSIMD_INLINE csimd_double csimd_greatest_double(csimd_double a, csimd_double b) { return a != a ? a : a > b ? a : b; }
CSIMD_INLINE csimd_double csimd_least_double(csimd_double a, csimd_double b) { return a != a ? a : a < b ? a : b; }

// The lesser of both; the second operand where either is NaN, as the instruction has it.
CSIMD_INLINE csimd_float csimd_min(csimd_float a, csimd_float b) { return a < b ? a : b; }

// The sum of the lanes, by halves. Without calls, which would hand on vectors that a build for tests has no registers for.
CSIMD_INLINE float csimd_sum16(csimd_float16 x) {
    csimd_float8 y = x.lo + x.hi;
    csimd_float4 z = y.lo + y.hi;
    return (z.x + z.z) + (z.y + z.w);
}
CSIMD_INLINE double csimd_sum_double8(csimd_double8 x) {
    csimd_double4 y = x.lo + x.hi;
    return (y.x + y.z) + (y.y + y.w);
}

// Adds groups of four vectors at p to the four sums at `to`.
CSIMD_INLINE void csimd_add_groups16(const float *p, long groups, void *to) {
    typedef csimd_float16 unaligned __attribute__((aligned(4)));
    csimd_float16 *sums = to;
    csimd_float16 a = sums[0], b = sums[1], c = sums[2], d = sums[3];
    for (const unaligned *v = (const unaligned *)p; groups > 0; groups--, v += 4) {
        a += v[0];
        b += v[1];
        c += v[2];
        d += v[3];
    }
    sums[0] = a, sums[1] = b, sums[2] = c, sums[3] = d;
}
CSIMD_INLINE void csimd_add_groups_double8(const double *p, long groups, void *to) {
    typedef csimd_double8 unaligned __attribute__((aligned(8)));
    csimd_double8 *sums = to;
    csimd_double8 a = sums[0], b = sums[1], c = sums[2], d = sums[3];
    for (const unaligned *v = (const unaligned *)p; groups > 0; groups--, v += 4) {
        a += v[0];
        b += v[1];
        c += v[2];
        d += v[3];
    }
    sums[0] = a, sums[1] = b, sums[2] = c, sums[3] = d;
}

// Zero for what is below; NaN stays.
CSIMD_INLINE csimd_float csimd_positive_part(csimd_float x) { return x < 0 ? (csimd_float)0 : x; }
CSIMD_INLINE csimd_double csimd_positive_part_double(csimd_double x) { return x < 0 ? (csimd_double)0 : x; }
// x where y is above zero, else zero.
CSIMD_INLINE csimd_float csimd_where_positive(csimd_float y, csimd_float x) { return y > 0 ? x : (csimd_float)0; }
CSIMD_INLINE csimd_double csimd_where_positive_double(csimd_double y, csimd_double x) {
    return y > 0 ? x : (csimd_double)0;
}

// Whether a bit is set.
CSIMD_INLINE bool csimd_any(csimd_int x) {
#if CSIMD_FAMILY == 3
    return _mm512_test_epi32_mask((__m512i)x, (__m512i)x) != 0;
#elif CSIMD_FAMILY == 2
    return !_mm256_testz_si256((__m256i)x, (__m256i)x);
#else
    return (x.x | x.y | x.z | x.w) != 0;
#endif
}

// Whether a lane equals a value, or is NaN where that is.
CSIMD_INLINE bool csimd_holds(csimd_float x, float value) {
    return csimd_any(value == value ? x == (csimd_float)value : x != x);
}
CSIMD_INLINE bool csimd_holds_double(csimd_double x, double value) {
    return csimd_any((csimd_int)(value == value ? x == (csimd_double)value : x != x));
}

// All bits set where a is greater than b, or is NaN.
CSIMD_INLINE csimd_int csimd_is_greater_or_nan(csimd_float a, csimd_float b) { return (a > b) | (a != a); }
CSIMD_INLINE csimd_int csimd_is_equal(csimd_int a, csimd_int b) { return a == b; }
// a where all bits are set, else b.
CSIMD_INLINE csimd_float csimd_select(csimd_int mask, csimd_float a, csimd_float b) { return mask ? a : b; }
CSIMD_INLINE csimd_int csimd_select_int(csimd_int mask, csimd_int a, csimd_int b) { return mask ? a : b; }

// Of two vectors one after the other, the lanes with even and with odd numbers; and two vectors made of such again.
typedef float csimd_float_pair __attribute__((ext_vector_type(2 * CSIMD_LANES)));
CSIMD_INLINE csimd_float csimd_even(csimd_float a, csimd_float b) {
    csimd_float_pair x;
    x.lo = a;
    x.hi = b;
    return x.even;
}
CSIMD_INLINE csimd_float csimd_odd(csimd_float a, csimd_float b) {
    csimd_float_pair x;
    x.lo = a;
    x.hi = b;
    return x.odd;
}
CSIMD_INLINE csimd_float csimd_interleave_low(csimd_float a, csimd_float b) {
    csimd_float_pair x;
    x.even = a;
    x.odd = b;
    return x.lo;
}
CSIMD_INLINE csimd_float csimd_interleave_high(csimd_float a, csimd_float b) {
    csimd_float_pair x;
    x.even = a;
    x.odd = b;
    return x.hi;
}

// The lowest bytes of the lanes.
CSIMD_INLINE void csimd_store_bytes(csimd_int x, void *p) {
    typedef uint8_t bytes __attribute__((ext_vector_type(CSIMD_LANES)));
    typedef uint8_t unaligned __attribute__((ext_vector_type(CSIMD_LANES), aligned(1)));
    *(unaligned *)p = __builtin_convertvector(x, bytes);
}
// Bytes as numbers 0...255.
CSIMD_INLINE csimd_int csimd_load_bytes(const void *p) {
    typedef uint8_t bytes __attribute__((ext_vector_type(CSIMD_LANES)));
    typedef uint8_t unaligned __attribute__((ext_vector_type(CSIMD_LANES), aligned(1)));
    bytes b = *(const unaligned *)p;
    return __builtin_convertvector(b, csimd_int);
}

CSIMD_INLINE float csimd_sum(csimd_float x) {
#if CSIMD_LANES == 16
    return csimd_sum16(x);
#else
#if CSIMD_LANES == 8
    csimd_float4 z = x.lo + x.hi;
#else
    csimd_float4 z = x;
#endif
    return (z.x + z.z) + (z.y + z.w);
#endif
}

CSIMD_INLINE double csimd_sum_double(csimd_double x) {
#if CSIMD_LANES == 16
    return csimd_sum_double8(x);
#elif CSIMD_LANES == 8
    return (x.x + x.z) + (x.y + x.w);
#else
    return x.x + x.y;
#endif
}

// A count that Swift's compiler does not know: it would unroll the loop before it decides what to inline in it.
CSIMD_INLINE long csimd_four(void) { return 4; }

// Loads and stores of the first `count` lanes, at least 1 and fewer than all: no other memory is touched. The lanes that
// are not loaded are zero.
#if defined(__AVX512F__)
CSIMD_INLINE csimd_float csimd_load_part(const float *p, long count) {
    return _mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), p);
}
CSIMD_INLINE void csimd_store_part(csimd_float x, float *p, long count) {
    _mm512_mask_storeu_ps(p, (__mmask16)((1u << count) - 1), x);
}
CSIMD_INLINE csimd_double csimd_load_part_double(const double *p, long count) {
    return _mm512_maskz_loadu_pd((__mmask8)((1u << count) - 1), p);
}
CSIMD_INLINE void csimd_store_part_double(csimd_double x, double *p, long count) {
    _mm512_mask_storeu_pd(p, (__mmask8)((1u << count) - 1), x);
}
#elif defined(__AVX2__)
CSIMD_INLINE __m256i csimd_part_mask(long count) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
CSIMD_INLINE __m256i csimd_part_mask_double(long count) {
    return _mm256_cmpgt_epi64(_mm256_set1_epi64x(count), _mm256_setr_epi64x(0, 1, 2, 3));
}
CSIMD_INLINE csimd_float csimd_load_part(const float *p, long count) {
    return _mm256_maskload_ps(p, csimd_part_mask(count));
}
CSIMD_INLINE void csimd_store_part(csimd_float x, float *p, long count) {
    _mm256_maskstore_ps(p, csimd_part_mask(count), x);
}
CSIMD_INLINE csimd_double csimd_load_part_double(const double *p, long count) {
    return _mm256_maskload_pd(p, csimd_part_mask_double(count));
}
CSIMD_INLINE void csimd_store_part_double(csimd_double x, double *p, long count) {
    _mm256_maskstore_pd(p, csimd_part_mask_double(count), x);
}
#else
CSIMD_INLINE csimd_float csimd_load_part(const float *p, long count) {
    csimd_float x = 0;
    for (long lane = 0; lane < count; lane++) x[lane] = p[lane];
    return x;
}
CSIMD_INLINE void csimd_store_part(csimd_float x, float *p, long count) {
    for (long lane = 0; lane < count; lane++) p[lane] = x[lane];
}
CSIMD_INLINE csimd_double csimd_load_part_double(const double *p, long count) {
    csimd_double x = 0;
    for (long lane = 0; lane < count; lane++) x[lane] = p[lane];
    return x;
}
CSIMD_INLINE void csimd_store_part_double(csimd_double x, double *p, long count) {
    for (long lane = 0; lane < count; lane++) p[lane] = x[lane];
}
#endif

// The lanes in other places: that of lane i is i ^ distance.
CSIMD_INLINE csimd_float csimd_swapped(csimd_float x, int distance) {
    csimd_float y;
    for (int i = 0; i < CSIMD_LANES; i++) y[i] = x[i ^ distance];
    return y;
}
CSIMD_INLINE csimd_double csimd_swapped_double(csimd_double x, int distance) {
    csimd_double y;
    for (int i = 0; i < CSIMD_LANES / 2; i++) y[i] = x[i ^ distance];
    return y;
}

// The first `count` lanes, and zero in the others.
CSIMD_INLINE csimd_float csimd_first(csimd_float x, long count) {
    csimd_int lane;
    for (int i = 0; i < CSIMD_LANES; i++) lane[i] = i;
    return lane < (csimd_int)(int32_t)count ? x : 0;
}
CSIMD_INLINE csimd_double csimd_first_double(csimd_double x, long count) {
    typedef int64_t longs __attribute__((ext_vector_type(CSIMD_LANES / 2)));
    longs lane;
    for (int i = 0; i < CSIMD_LANES / 2; i++) lane[i] = i;
    return lane < (longs)(int64_t)count ? x : 0;
}

// Transposes a square of elements, whose rows are so many bytes apart: 8 x 8 of 32 bits, 4 x 4 of 64.
#define CSIMD_SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
CSIMD_INLINE void csimd_transpose32(const void *from, long from_stride, void *to, long to_stride) {
    typedef uint32_t row __attribute__((ext_vector_type(8)));
    typedef uint32_t unaligned __attribute__((ext_vector_type(8), aligned(4)));
    row r[8], a[8], b[8];
    for (int i = 0; i < 8; i++) r[i] = *(const unaligned *)((const char *)from + i * from_stride);
    for (int i = 0; i < 8; i += 2) {
        a[i] = CSIMD_SHUFFLE(r[i], r[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
        a[i + 1] = CSIMD_SHUFFLE(r[i], r[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
    }
    for (int i = 0; i < 8; i += 4) {
        for (int j = 0; j < 2; j++) {
            b[i + 2 * j] = CSIMD_SHUFFLE(a[i + j], a[i + 2 + j], 0, 1, 8, 9, 4, 5, 12, 13);
            b[i + 2 * j + 1] = CSIMD_SHUFFLE(a[i + j], a[i + 2 + j], 2, 3, 10, 11, 6, 7, 14, 15);
        }
    }
    for (int i = 0; i < 4; i++) {
        *(unaligned *)((char *)to + i * to_stride) = CSIMD_SHUFFLE(b[i], b[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
        *(unaligned *)((char *)to + (i + 4) * to_stride) = CSIMD_SHUFFLE(b[i], b[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    }
}
CSIMD_INLINE void csimd_transpose64(const void *from, long from_stride, void *to, long to_stride) {
    typedef uint64_t row __attribute__((ext_vector_type(4)));
    typedef uint64_t unaligned __attribute__((ext_vector_type(4), aligned(8)));
    row r[4];
    for (int i = 0; i < 4; i++) r[i] = *(const unaligned *)((const char *)from + i * from_stride);
    for (int i = 0; i < 2; i++) {
        row a = i == 0 ? CSIMD_SHUFFLE(r[0], r[1], 0, 4, 2, 6) : CSIMD_SHUFFLE(r[0], r[1], 1, 5, 3, 7);
        row b = i == 0 ? CSIMD_SHUFFLE(r[2], r[3], 0, 4, 2, 6) : CSIMD_SHUFFLE(r[2], r[3], 1, 5, 3, 7);
        *(unaligned *)((char *)to + i * to_stride) = CSIMD_SHUFFLE(a, b, 0, 1, 4, 5);
        *(unaligned *)((char *)to + (i + 2) * to_stride) = CSIMD_SHUFFLE(a, b, 2, 3, 6, 7);
    }
}

// The first 16 bytes at p as numbers 0...255, times the scale in double precision, rounded once more.
CSIMD_INLINE csimd_float16 csimd_scaled_bytes16(const void *p, double scale) {
    typedef uint8_t bytes __attribute__((ext_vector_type(16)));
    typedef uint8_t unaligned __attribute__((ext_vector_type(16), aligned(1)));
    typedef double wide __attribute__((ext_vector_type(16)));
    bytes b = *(const unaligned *)p;
    return __builtin_convertvector(__builtin_convertvector(b, wide) * scale, csimd_float16);
}

// The lowest bytes of the lanes.
typedef int32_t csimd_int8 __attribute__((ext_vector_type(8)));
CSIMD_INLINE void csimd_store_bytes8(csimd_int8 x, void *p) {
    typedef uint8_t bytes __attribute__((ext_vector_type(8)));
    typedef uint8_t unaligned __attribute__((ext_vector_type(8), aligned(1)));
    *(unaligned *)p = __builtin_convertvector(x, bytes);
}

// All bits set in the lanes whose byte at p is 4.
CSIMD_INLINE csimd_int8 csimd_bytes_are_four8(const void *p) {
    typedef uint8_t bytes __attribute__((ext_vector_type(8)));
    typedef uint8_t unaligned __attribute__((ext_vector_type(8), aligned(1)));
    bytes b = *(const unaligned *)p;
    return __builtin_convertvector(b, csimd_int8) == 4;
}

// 24 bits of randomness: x >> 8 as a number 0 ..< 2^24, exact.
CSIMD_INLINE csimd_float16 csimd_high24_to_float16(csimd_uint16 x) {
    typedef int32_t ints __attribute__((ext_vector_type(16)));
    return __builtin_convertvector((ints)(x >> 8), csimd_float16);
}

// The high half of the 64-bit products: those of the even lanes and those of the odd ones, put together.
CSIMD_INLINE csimd_uint16 csimd_multiply_high16(csimd_uint16 a, csimd_uint16 b) {
    typedef uint64_t pairs __attribute__((ext_vector_type(8)));
    const pairs low = 0xffffffff;
    pairs x = (pairs)a, y = (pairs)b;
    pairs even = (x & low) * (y & low), odd = (x >> 32) * (y >> 32);
    return (csimd_uint16)((even >> 32) | (odd & ~low));
}

// Tells the CPU that a thread waits for another.
CSIMD_INLINE void csimd_pause(void) {
#if defined(__x86_64__)
    _mm_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb");
#endif
}

// Denormals as operands and results count as zero from here on; returns the setting before, for csimd_restore.
CSIMD_INLINE uint64_t csimd_flush_denormals(void) {
#if defined(__x86_64__)
    unsigned before = _mm_getcsr();
    if ((before & 0x8040) != 0x8040) _mm_setcsr(before | 0x8040);
    return before;
#elif defined(__aarch64__)
    uint64_t before;
    __asm__ volatile("mrs %0, fpcr" : "=r"(before));
    __asm__ volatile("msr fpcr, %0" : : "r"(before | (1ULL << 24)));
    return before;
#else
    return 0;
#endif
}

CSIMD_INLINE void csimd_restore(uint64_t before) {
#if defined(__x86_64__)
    if ((before & 0x8040) != 0x8040) _mm_setcsr((unsigned)before);
#elif defined(__aarch64__)
    __asm__ volatile("msr fpcr, %0" : : "r"(before));
#else
    (void)before;
#endif
}

// Whether this thread is inside parallel work.
extern _Thread_local bool csimd_thread_is_working;
CSIMD_INLINE bool csimd_get_working(void) { return csimd_thread_is_working; }
CSIMD_INLINE void csimd_set_working(bool value) { csimd_thread_is_working = value; }

// Whether what this thread computes is thrown away at an interrupt, so that the rest of it need not be done.
extern _Thread_local bool csimd_thread_is_stoppable;
CSIMD_INLINE bool csimd_get_stoppable(void) { return csimd_thread_is_stoppable; }
CSIMD_INLINE void csimd_set_stoppable(bool value) { csimd_thread_is_stoppable = value; }

// How many blocks of memory this thread has asked for: what a step of a training asks for is tested to be none.
extern _Thread_local uint64_t csimd_thread_allocations;
CSIMD_INLINE uint64_t csimd_get_allocations(void) { return csimd_thread_allocations; }
CSIMD_INLINE void csimd_count_allocation(void) { csimd_thread_allocations++; }

// The interrupt flag: lock-free, so that a signal handler may set it.
extern atomic_int csimd_interrupt;
CSIMD_INLINE void csimd_interrupt_set(int value) { atomic_store(&csimd_interrupt, value); }
CSIMD_INLINE int csimd_interrupt_get(void) { return atomic_load_explicit(&csimd_interrupt, memory_order_relaxed); }

// The cores that the system lets this process use; at least 1.
int csimd_core_count(void);

#include "CSimdFourier.h"
#include "CSimdWide.h"
