#include "CImages.h"

#include <math.h>

/// Bits behind the point of a weight: 32, less 8 of a pixel and 2 for sums that go beyond.
enum { PRECISION = 22 };

/// For each place of a resized axis, the places that it is made of and their weights.
struct weights {
    size_t most;
    uint32_t *first, *count;
    int32_t *values;
};

static void free_weights(struct weights *weights) {
    free(weights->first);
    free(weights->count);
    free(weights->values);
}

static int make_weights(struct weights *weights, uint32_t from, uint32_t to) {
    double scale = (double)from / to;
    double reach = scale > 1 ? scale : 1;
    weights->most = (size_t)ceil(reach) * 2 + 1;
    weights->first = malloc(to * sizeof(uint32_t));
    weights->count = malloc(to * sizeof(uint32_t));
    weights->values = malloc(to * weights->most * sizeof(int32_t));
    double *exact = malloc(weights->most * sizeof(double));
    int is_whole = weights->first && weights->count && weights->values && exact;
    for (uint32_t i = 0; is_whole && i < to; i++) {
        double center = (i + 0.5) * scale;
        double low = center - reach + 0.5, high = center + reach + 0.5;
        uint32_t first = low > 0 ? (uint32_t)low : 0;
        uint32_t end = high < from ? (uint32_t)high : from;
        double sum = 0;
        for (uint32_t k = first; k < end; k++) {
            double distance = fabs((k - center + 0.5) / reach);
            exact[k - first] = distance < 1 ? 1 - distance : 0;
            sum += exact[k - first];
        }
        for (uint32_t k = 0; k < end - first; k++) {
            weights->values[i * weights->most + k] = (int32_t)(exact[k] / sum * (1 << PRECISION) + 0.5);
        }
        weights->first[i] = first;
        weights->count[i] = end - first;
    }
    free(exact);
    return is_whole;
}

/// The weighted sum of pixels that lie `step` bytes apart.
static uint8_t weighted(const uint8_t *pixels, size_t step, const int32_t *weights, uint32_t count) {
    int64_t sum = 1 << (PRECISION - 1);
    for (uint32_t k = 0; k < count; k++) sum += (int64_t)weights[k] * pixels[k * step];
    sum >>= PRECISION;
    return (uint8_t)(sum < 0 ? 0 : sum > 255 ? 255 : sum);
}

/// Resizes the rows; what is not to be resized is copied.
static int resize_rows(
    const uint8_t *pixels, size_t step, uint32_t height, uint32_t width, uint8_t *out, uint32_t out_width) {
    if (width == out_width) {
        for (size_t i = 0; i < (size_t)height * width; i++) out[i] = pixels[i * step];
        return 1;
    }
    struct weights weights = {0};
    int is_whole = make_weights(&weights, width, out_width);
    for (uint32_t y = 0; is_whole && y < height; y++) {
        const uint8_t *row = pixels + (size_t)y * width * step;
        for (uint32_t x = 0; x < out_width; x++) {
            out[(size_t)y * out_width + x] =
                weighted(row + weights.first[x] * step, step, weights.values + x * weights.most, weights.count[x]);
        }
    }
    free_weights(&weights);
    return is_whole;
}

int dls_resize_plane(
    const uint8_t *pixels, size_t step, uint32_t height, uint32_t width, uint8_t *out, uint32_t out_height,
    uint32_t out_width) {
    if (height == out_height) return resize_rows(pixels, step, height, width, out, out_width);
    uint8_t *rows = malloc((size_t)height * out_width);
    struct weights weights = {0};
    int is_whole = rows && resize_rows(pixels, step, height, width, rows, out_width)
        && make_weights(&weights, height, out_height);
    for (uint32_t y = 0; is_whole && y < out_height; y++) {
        const uint8_t *first = rows + (size_t)weights.first[y] * out_width;
        for (uint32_t x = 0; x < out_width; x++) {
            out[(size_t)y * out_width + x] =
                weighted(first + x, out_width, weights.values + y * weights.most, weights.count[y]);
        }
    }
    free_weights(&weights);
    free(rows);
    return is_whole;
}
