// A stage of a discrete Fourier transform for numbers of the type CSIMD_FOURIER_V, see CSimdFourier.h, which includes this
// for vectors and for single numbers.
//
// Source: T. G. Stockham, High-speed convolution and correlation (1966), doi:10.1145/1464182.1464209: each stage writes the
// elements where the next one reads them in order.

#define V CSIMD_FOURIER_V
typedef V CSIMD_FOURIER(unaligned) __attribute__((aligned(8)));

CSIMD_INLINE V CSIMD_FOURIER(load)(const double *p) { return *(const CSIMD_FOURIER(unaligned) *)p; }
CSIMD_INLINE void CSIMD_FOURIER(store)(double *p, V x) { *(CSIMD_FOURIER(unaligned) *)p = x; }
// A complex number times cos + i sin.
CSIMD_INLINE void CSIMD_FOURIER(store_turned)(double *re, double *im, V x_re, V x_im, double cosine, double sine) {
    CSIMD_FOURIER(store)(re, x_re * cosine - x_im * sine);
    CSIMD_FOURIER(store)(im, x_re * sine + x_im * cosine);
}

// Element j of group p, its parts; and element k of the result, turned by p k / (radix * count).
#define CSIMD_FOURIER_LOAD(j)                                                        \
    V re##j = CSIMD_FOURIER(load)(from_re + (p + (j) * t->count) * t->stride + q), \
      im##j = CSIMD_FOURIER(load)(from_im + (p + (j) * t->count) * t->stride + q)
#define CSIMD_FOURIER_STORE(k, re, im)                                                                     \
    CSIMD_FOURIER(store_turned)(                                                                           \
        to_re + (p * t->radix + (k)) * t->stride + q, to_im + (p * t->radix + (k)) * t->stride + q, re, im, \
        table[2 * p * (k) * step], table[2 * p * (k) * step + 1])
#define CSIMD_FOURIER_EACH                                                                          \
    const double *const restrict from_re = t->from_re, *const restrict from_im = t->from_im;        \
    double *const restrict to_re = t->to_re, *const restrict to_im = t->to_im;                      \
    const double *const restrict table = t->table;                                                  \
    const long step = t->table_size / (t->radix * t->count), width = sizeof(V) / sizeof(double);    \
    for (long p = first; p < last; p++)                                                             \
        for (long q = start; q < end; q += width)

static inline void CSIMD_FOURIER(two)(const csimd_fourier_stage *t, long first, long last, long start, long end) {
    CSIMD_FOURIER_EACH {
        CSIMD_FOURIER_LOAD(0);
        CSIMD_FOURIER_LOAD(1);
        CSIMD_FOURIER_STORE(0, re0 + re1, im0 + im1);
        CSIMD_FOURIER_STORE(1, re0 - re1, im0 - im1);
    }
}

static inline void CSIMD_FOURIER(three)(const csimd_fourier_stage *t, long first, long last, long start, long end) {
    const double sine = t->sign * 0.86602540378443864676;
    CSIMD_FOURIER_EACH {
        CSIMD_FOURIER_LOAD(0);
        CSIMD_FOURIER_LOAD(1);
        CSIMD_FOURIER_LOAD(2);
        V sum_re = re1 + re2, sum_im = im1 + im2;
        V mid_re = re0 - 0.5 * sum_re, mid_im = im0 - 0.5 * sum_im;
        V side_re = sine * (im2 - im1), side_im = sine * (re1 - re2);
        CSIMD_FOURIER_STORE(0, re0 + sum_re, im0 + sum_im);
        CSIMD_FOURIER_STORE(1, mid_re + side_re, mid_im + side_im);
        CSIMD_FOURIER_STORE(2, mid_re - side_re, mid_im - side_im);
    }
}

static inline void CSIMD_FOURIER(four)(const csimd_fourier_stage *t, long first, long last, long start, long end) {
    const double sign = t->sign;
    CSIMD_FOURIER_EACH {
        CSIMD_FOURIER_LOAD(0);
        CSIMD_FOURIER_LOAD(1);
        CSIMD_FOURIER_LOAD(2);
        CSIMD_FOURIER_LOAD(3);
        V a_re = re0 + re2, a_im = im0 + im2, b_re = re0 - re2, b_im = im0 - im2;
        V c_re = re1 + re3, c_im = im1 + im3;
        // sign * i times the difference
        V d_re = sign * (im3 - im1), d_im = sign * (re1 - re3);
        CSIMD_FOURIER_STORE(0, a_re + c_re, a_im + c_im);
        CSIMD_FOURIER_STORE(1, b_re + d_re, b_im + d_im);
        CSIMD_FOURIER_STORE(2, a_re - c_re, a_im - c_im);
        CSIMD_FOURIER_STORE(3, b_re - d_re, b_im - d_im);
    }
}

static inline void CSIMD_FOURIER(five)(const csimd_fourier_stage *t, long first, long last, long start, long end) {
    // cos and sin of 72 and 144 degrees
    const double c1 = 0.30901699437494742410, c2 = -0.80901699437494742410;
    const double s1 = t->sign * 0.95105651629515357212, s2 = t->sign * 0.58778525229247312917;
    CSIMD_FOURIER_EACH {
        CSIMD_FOURIER_LOAD(0);
        CSIMD_FOURIER_LOAD(1);
        CSIMD_FOURIER_LOAD(2);
        CSIMD_FOURIER_LOAD(3);
        CSIMD_FOURIER_LOAD(4);
        V a_re = re1 + re4, a_im = im1 + im4, b_re = re2 + re3, b_im = im2 + im3;
        V c_re = re1 - re4, c_im = im1 - im4, d_re = re2 - re3, d_im = im2 - im3;
        V e_re = re0 + c1 * a_re + c2 * b_re, e_im = im0 + c1 * a_im + c2 * b_im;
        V f_re = re0 + c2 * a_re + c1 * b_re, f_im = im0 + c2 * a_im + c1 * b_im;
        V g_re = s1 * c_re + s2 * d_re, g_im = s1 * c_im + s2 * d_im;
        V h_re = s2 * c_re - s1 * d_re, h_im = s2 * c_im - s1 * d_im;
        CSIMD_FOURIER_STORE(0, re0 + a_re + b_re, im0 + a_im + b_im);
        CSIMD_FOURIER_STORE(1, e_re - g_im, e_im + g_re);
        CSIMD_FOURIER_STORE(2, f_re - h_im, f_im + h_re);
        CSIMD_FOURIER_STORE(3, f_re + h_im, f_im - h_re);
        CSIMD_FOURIER_STORE(4, e_re + g_im, e_im - g_re);
    }
}

// Any other radix: radix^2 products for each group.
static inline void CSIMD_FOURIER(any)(const csimd_fourier_stage *t, long first, long last, long start, long end) {
    const long turn = t->table_size / t->radix;
    CSIMD_FOURIER_EACH {
        for (long k = 0; k < t->radix; k++) {
            V re = CSIMD_FOURIER(load)(from_re + p * t->stride + q), im = CSIMD_FOURIER(load)(from_im + p * t->stride + q);
            long place = 0;
            for (long j = 1; j < t->radix; j++) {
                place += k;
                if (place >= t->radix) place -= t->radix;
                const double cosine = table[2 * place * turn], sine = table[2 * place * turn + 1];
                V a = CSIMD_FOURIER(load)(from_re + (p + j * t->count) * t->stride + q);
                V b = CSIMD_FOURIER(load)(from_im + (p + j * t->count) * t->stride + q);
                re = re + a * cosine - b * sine;
                im = im + a * sine + b * cosine;
            }
            CSIMD_FOURIER_STORE(k, re, im);
        }
    }
}

static inline void CSIMD_FOURIER(run)(const csimd_fourier_stage *t, long first, long last, long start, long end) {
    switch (t->radix) {
    case 2: return CSIMD_FOURIER(two)(t, first, last, start, end);
    case 3: return CSIMD_FOURIER(three)(t, first, last, start, end);
    case 4: return CSIMD_FOURIER(four)(t, first, last, start, end);
    case 5: return CSIMD_FOURIER(five)(t, first, last, start, end);
    default: return CSIMD_FOURIER(any)(t, first, last, start, end);
    }
}

#undef V
#undef CSIMD_FOURIER_LOAD
#undef CSIMD_FOURIER_STORE
#undef CSIMD_FOURIER_EACH
