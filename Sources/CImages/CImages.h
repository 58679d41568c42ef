// What the files of this target share.
#pragma once
#include "include/CImages.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// A decoding under way. It lies outside of the function that calls `setjmp`, so that what it holds survives a longjmp.
struct decoding {
    FILE *file;
    struct dls_image_header header;
    /// Rows of pixels, `header.channels` bytes each; none where only the header is wanted.
    uint8_t *pixels;
    int wants_pixels;
    /// How the rows of the file lie in the picture, by the numbers of EXIF: 1 and 0 as they are shown. The header has the size
    /// of the picture; from 5 on, the file has columns for its rows.
    int orientation;
    int32_t status;
    char *message;
};

/// Decides by the header whether to decode; 0 to stop, with `status` set.
int dls_prepare_pixels(struct decoding *decoding);

/// Keeps the reason of an error.
void dls_keep_message(char *message, const char *text);

void dls_read_png(struct decoding *decoding);
void dls_read_jpeg(struct decoding *decoding);

/// Images to be written: rows of pixels.
struct encoding {
    const uint8_t *planes;
    int32_t channels;
    uint32_t height, width;
    int32_t quality;
    uint8_t *row;
    uint8_t *bytes;
    size_t count, capacity;
    int32_t status;
    char *message;
};

void dls_gather_row(struct encoding *encoding, uint32_t y);
void dls_write_png(struct encoding *encoding);
void dls_write_jpeg(struct encoding *encoding);

/// Resizes one channel of rows of pixels that lie `step` bytes apart; 0 where there is no memory.
int dls_resize_plane(
    const uint8_t *pixels, size_t step, uint32_t height, uint32_t width, uint8_t *out, uint32_t out_height,
    uint32_t out_width);
