#include "include/CImageChanges.h"

#include <math.h>

static float pixel(const float *plane, struct dls_planes size, double x, double y, float fill) {
    // What is no number lies outside, too.
    int is_inside = x >= 0 && y >= 0 && x < (double)size.width && y < (double)size.height;
    return is_inside ? plane[(size_t)y * size.width + (size_t)x] : fill;
}

void dls_warp(
    const float *from, struct dls_planes from_size, float *to, struct dls_planes to_size, const double places[6],
    float fill, int32_t smooth) {
    size_t from_plane = from_size.height * from_size.width, to_plane = to_size.height * to_size.width;
    for (size_t row = 0; row < to_size.height; row++) {
        for (size_t column = 0; column < to_size.width; column++) {
            double x = places[0] * (double)column + places[1] * (double)row + places[2];
            double y = places[3] * (double)column + places[4] * (double)row + places[5];
            // Rounding must not take a pixel of the edge for one outside.
            double left = floor(smooth ? x + 1e-6 : x + 0.5), top = floor(smooth ? y + 1e-6 : y + 0.5);
            double across = fmax(0, x - left), down = fmax(0, y - top);
            for (size_t channel = 0; channel < to_size.channels; channel++) {
                const float *plane = from + channel * from_plane;
                double value = pixel(plane, from_size, left, top, fill);
                if (smooth && (across > 1e-6 || down > 1e-6)) {
                    value = (1 - down) * ((1 - across) * value + across * pixel(plane, from_size, left + 1, top, fill))
                        + down * ((1 - across) * pixel(plane, from_size, left, top + 1, fill)
                                  + across * pixel(plane, from_size, left + 1, top + 1, fill));
                }
                to[channel * to_plane + row * to_size.width + column] = (float)value;
            }
        }
    }
}

void dls_fill(float *image, struct dls_planes size, size_t top, size_t left, size_t height, size_t width, float value) {
    for (size_t channel = 0; channel < size.channels; channel++) {
        for (size_t row = top; row < top + height; row++) {
            float *start = image + (channel * size.height + row) * size.width + left;
            for (size_t column = 0; column < width; column++) start[column] = value;
        }
    }
}

/// The weights of ITU-R 601.
static float grey(const float *image, size_t plane, size_t channels, size_t i) {
    return channels == 3 ? 0.299f * image[i] + 0.587f * image[plane + i] + 0.114f * image[2 * plane + i] : image[i];
}

static float blended(float value, float other, float factor) {
    float result = factor * value + (1 - factor) * other;
    return result < 0 ? 0 : result > 1 ? 1 : result;
}

void dls_change_colors(float *image, struct dls_planes size, float brightness, float contrast, float saturation) {
    size_t plane = size.height * size.width, count = plane * size.channels;
    if (brightness != 1) {
        for (size_t i = 0; i < count; i++) image[i] = blended(image[i], 0, brightness);
    }
    if (contrast != 1) {
        double sum = 0;
        for (size_t i = 0; i < plane; i++) sum += grey(image, plane, size.channels, i);
        float mean = (float)(sum / (double)plane);
        for (size_t i = 0; i < count; i++) image[i] = blended(image[i], mean, contrast);
    }
    if (saturation != 1 && size.channels == 3) {
        for (size_t i = 0; i < plane; i++) {
            float own = grey(image, plane, size.channels, i);
            for (size_t channel = 0; channel < 3; channel++) {
                image[channel * plane + i] = blended(image[channel * plane + i], own, saturation);
            }
        }
    }
}

void dls_add(float *image, const float *numbers, size_t count) {
    for (size_t i = 0; i < count; i++) image[i] += numbers[i];
}
