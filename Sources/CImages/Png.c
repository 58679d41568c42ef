#include "CImages.h"

#include <png.h>

static void fail_reading(png_structp png, png_const_charp text) {
    struct decoding *decoding = png_get_error_ptr(png);
    dls_keep_message(decoding->message, feof(decoding->file) ? "it ends early" : text);
    decoding->status = DLS_IMAGE_DAMAGED;
    png_longjmp(png, 1);
}

/// Odd chunks beside the pixels do no harm.
static void ignore_warning(png_structp png, png_const_charp text) {
    (void)png;
    (void)text;
}

/// Has the library give rows of 8-bit grey, or of red, green and blue.
static void ask_for_bytes(png_structp png, png_infop info) {
    int type = png_get_color_type(png, info);
    if (png_get_bit_depth(png, info) == 16) png_set_scale_16(png);
    if (type == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
    else if (type == PNG_COLOR_TYPE_GRAY) png_set_expand_gray_1_2_4_to_8(png);
    png_set_strip_alpha(png);
}

void dls_read_png(struct decoding *decoding) {
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, decoding, fail_reading, ignore_warning);
    png_infop info = png ? png_create_info_struct(png) : 0;
    if (!info) {
        decoding->status = DLS_IMAGE_NO_MEMORY;
        png_destroy_read_struct(&png, 0, 0);
        return;
    }
    if (setjmp(png_jmpbuf(png)) == 0) {
        // The bound on pixels is ours.
        png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
        png_init_io(png, decoding->file);
        png_read_info(png, info);
        decoding->header.width = png_get_image_width(png, info);
        decoding->header.height = png_get_image_height(png, info);
        decoding->header.channels = png_get_color_type(png, info) & PNG_COLOR_MASK_COLOR ? 3 : 1;
        if (dls_prepare_pixels(decoding)) {
            ask_for_bytes(png, info);
            int passes = png_set_interlace_handling(png);
            png_read_update_info(png, info);
            size_t stride = (size_t)decoding->header.width * (size_t)decoding->header.channels;
            if (png_get_rowbytes(png, info) != stride) png_error(png, "its rows have an odd length");
            for (int pass = 0; pass < passes; pass++) {
                for (uint32_t y = 0; y < decoding->header.height; y++) {
                    png_read_row(png, decoding->pixels + y * stride, 0);
                }
            }
            png_read_end(png, 0);
        }
    }
    png_destroy_read_struct(&png, &info, 0);
}

static void fail_writing(png_structp png, png_const_charp text) {
    struct encoding *encoding = png_get_error_ptr(png);
    dls_keep_message(encoding->message, text);
    if (encoding->status == DLS_IMAGE_OK) encoding->status = DLS_IMAGE_DAMAGED;
    png_longjmp(png, 1);
}

static void append(png_structp png, png_bytep data, size_t count) {
    struct encoding *encoding = png_get_io_ptr(png);
    if (encoding->capacity - encoding->count < count) {
        size_t capacity = 2 * (encoding->capacity + count);
        uint8_t *bytes = realloc(encoding->bytes, capacity);
        if (!bytes) {
            encoding->status = DLS_IMAGE_NO_MEMORY;
            png_error(png, "no memory");
        }
        encoding->bytes = bytes;
        encoding->capacity = capacity;
    }
    memcpy(encoding->bytes + encoding->count, data, count);
    encoding->count += count;
}

static void flush(png_structp png) { (void)png; }

void dls_write_png(struct encoding *encoding) {
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, encoding, fail_writing, ignore_warning);
    png_infop info = png ? png_create_info_struct(png) : 0;
    if (!info) {
        encoding->status = DLS_IMAGE_NO_MEMORY;
        png_destroy_write_struct(&png, 0);
        return;
    }
    if (setjmp(png_jmpbuf(png)) == 0) {
        png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
        png_set_write_fn(png, encoding, append, flush);
        png_set_IHDR(
            png, info, encoding->width, encoding->height, 8,
            encoding->channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
            PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
        png_write_info(png, info);
        for (uint32_t y = 0; y < encoding->height; y++) {
            dls_gather_row(encoding, y);
            png_write_row(png, encoding->row);
        }
        png_write_end(png, info);
    }
    png_destroy_write_struct(&png, &info);
}
