// PNG and JPEG files for Swift. The libraries report errors by longjmp, which must not cross Swift's frames: it stays here.
#pragma once
#include "CImageChanges.h"
#include <stddef.h>
#include <stdint.h>

enum { DLS_IMAGE_PNG = 1, DLS_IMAGE_JPEG = 2 };

/// What a call came to; where it is not `OK`, `message` may say more.
enum {
    DLS_IMAGE_OK = 0,
    DLS_IMAGE_UNREADABLE = 1,
    DLS_IMAGE_DAMAGED = 2,
    DLS_IMAGE_TOO_LARGE = 3,
    DLS_IMAGE_NO_MEMORY = 4
};

enum { DLS_IMAGE_MESSAGE_BYTES = 200 };

/// The most pixels that are decoded: three bytes for each must fit in the memory of any machine.
enum { DLS_IMAGE_GREATEST_PIXELS = 1 << 27 };

struct dls_image_header {
    uint32_t width, height;
    /// 1: grey, 3: red, green and blue. Transparency is left out; CMYK and palettes become red, green and blue.
    int32_t channels;
};

/// Reads the size of an image, without decoding it.
int32_t dls_image_header(
    const char *path, int32_t format, struct dls_image_header *header, char message[DLS_IMAGE_MESSAGE_BYTES]);

/// Decodes an image, brings it to `channels` (1 or 3) and to `height` by `width`, and writes it plane by plane.
///
/// Images that are made smaller are filtered first (a triangle as wide as the step, "antialias"), in the arithmetic of
/// Pillow's BILINEAR, so that pixels are those of torchvision.
int32_t dls_image_decode(
    const char *path, int32_t format, int32_t channels, uint32_t height, uint32_t width, uint8_t *planes,
    char message[DLS_IMAGE_MESSAGE_BYTES]);

/// Decodes a PNG in memory to rows of pixels of `header->channels` bytes each; `pixels` is to be given to `free`.
int32_t dls_png_decode(
    const uint8_t *bytes, size_t count, struct dls_image_header *header, uint8_t **pixels,
    char message[DLS_IMAGE_MESSAGE_BYTES]);

/// Encodes planes of bytes; `bytes` is to be given to `free`.
int32_t dls_image_encode(
    int32_t format, const uint8_t *planes, int32_t channels, uint32_t height, uint32_t width, int32_t quality,
    uint8_t **bytes, size_t *count, char message[DLS_IMAGE_MESSAGE_BYTES]);
