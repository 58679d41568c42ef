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
typedef float csimd_float16 __attribute__((ext_vector_type(16)));
typedef uint32_t csimd_uint16 __attribute__((ext_vector_type(16)));

#define CSIMD_INLINE static inline __attribute__((always_inline))

CSIMD_INLINE csimd_float csimd_sqrt(csimd_float x) { return __builtin_elementwise_sqrt(x); }
CSIMD_INLINE csimd_double csimd_sqrt_double(csimd_double x) { return __builtin_elementwise_sqrt(x); }

// The second operand where either is NaN, as the instruction has it.
CSIMD_INLINE csimd_float csimd_max(csimd_float a, csimd_float b) { return a > b ? a : b; }

// The greater (lesser) of both; NaN where either is.
CSIMD_INLINE csimd_float csimd_greatest(csimd_float a, csimd_float b) { return ((a > b) | (a != a)) ? a : b; }
CSIMD_INLINE csimd_float csimd_least(csimd_float a, csimd_float b) { return ((a < b) | (a != a)) ? a : b; }
CSIMD_INLINE csimd_double csimd_greatest_double(csimd_double a, csimd_double b) { return ((a > b) | (a != a)) ? a : b; }
CSIMD_INLINE csimd_double csimd_least_double(csimd_double a, csimd_double b) { return ((a < b) | (a != a)) ? a : b; }

// Zero for what is below; NaN stays.
CSIMD_INLINE csimd_float csimd_positive_part(csimd_float x) { return x < 0 ? (csimd_float)0 : x; }
CSIMD_INLINE csimd_double csimd_positive_part_double(csimd_double x) { return x < 0 ? (csimd_double)0 : x; }
// x where y is above zero, else zero.
CSIMD_INLINE csimd_float csimd_where_positive(csimd_float y, csimd_float x) { return y > 0 ? x : (csimd_float)0; }
CSIMD_INLINE csimd_double csimd_where_positive_double(csimd_double y, csimd_double x) {
    return y > 0 ? x : (csimd_double)0;
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

// The sum of the lanes, by halves.
CSIMD_INLINE float csimd_sum(csimd_float x) {
    typedef float four __attribute__((ext_vector_type(4)));
#if CSIMD_LANES == 16
    typedef float eight __attribute__((ext_vector_type(8)));
    eight y = x.lo + x.hi;
    four z = y.lo + y.hi;
#elif CSIMD_LANES == 8
    four z = x.lo + x.hi;
#else
    four z = x;
#endif
    return (z.x + z.z) + (z.y + z.w);
}

CSIMD_INLINE double csimd_sum_double(csimd_double x) {
#if CSIMD_LANES == 16
    typedef double four __attribute__((ext_vector_type(4)));
    four y = x.lo + x.hi;
    return (y.x + y.z) + (y.y + y.w);
#elif CSIMD_LANES == 8
    return (x.x + x.z) + (x.y + x.w);
#else
    return x.x + x.y;
#endif
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
