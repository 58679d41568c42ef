// Changes of images in memory: planes of floats, one after the other.
#pragma once
#include <stddef.h>
#include <stdint.h>

struct dls_planes {
    size_t channels, height, width;
};

/// Writes for each pixel (x, y) of `to` that of `from` at column `places[0] * x + places[1] * y + places[2]` and row
/// `places[3] * x + places[4] * y + places[5]`, between four pixels where it is `smooth`.
/// Outside of the image is `fill`.
void dls_warp(
    const float *from, struct dls_planes from_size, float *to, struct dls_planes to_size, const double places[6],
    float fill, int32_t smooth);

/// Sets a rectangle.
void dls_fill(float *image, struct dls_planes size, size_t top, size_t left, size_t height, size_t width, float value);

/// Multiplies brightness, then contrast (the distance to the mean grey), then saturation (the distance to the pixel's own
/// grey); what goes beyond 0 and 1 is cut.
void dls_change_colors(float *image, struct dls_planes size, float brightness, float contrast, float saturation);

/// Adds numbers.
void dls_add(float *image, const float *numbers, size_t count);
