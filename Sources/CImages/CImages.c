#include "CImages.h"

#include <errno.h>

void dls_keep_message(char *message, const char *text) {
    snprintf(message, DLS_IMAGE_MESSAGE_BYTES, "%s", text);
}

int dls_prepare_pixels(struct decoding *decoding) {
    uint64_t count = (uint64_t)decoding->header.width * decoding->header.height;
    if (count > DLS_IMAGE_GREATEST_PIXELS) {
        decoding->status = DLS_IMAGE_TOO_LARGE;
        return 0;
    }
    if (!decoding->wants_pixels) return 0;
    // CMYK takes four bytes while it is decoded.
    decoding->pixels = malloc(count * (decoding->header.channels == 1 ? 1 : 4));
    if (!decoding->pixels) {
        decoding->status = DLS_IMAGE_NO_MEMORY;
        return 0;
    }
    return 1;
}

static void read_image(const char *path, int32_t format, struct decoding *decoding) {
    decoding->message[0] = 0;
    decoding->file = fopen(path, "rbe");
    if (!decoding->file) {
        dls_keep_message(decoding->message, strerror(errno));
        decoding->status = DLS_IMAGE_UNREADABLE;
        return;
    }
    if (format == DLS_IMAGE_PNG) dls_read_png(decoding);
    else dls_read_jpeg(decoding);
    fclose(decoding->file);
}

/// Puts pixels where they are seen: mirrored or turned, as EXIF's orientation says.
static int turn_pixels(struct decoding *decoding) {
    size_t width = decoding->header.width, height = decoding->header.height, step = (size_t)decoding->header.channels;
    int orientation = decoding->orientation;
    uint8_t *turned = malloc(width * height * step);
    if (!turned) return 0;
    size_t file_width = orientation >= 5 ? height : width, file_height = orientation >= 5 ? width : height;
    int from_right = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    int from_below = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    uint8_t *to = turned;
    for (size_t y = 0; y < height; y++) {
        for (size_t x = 0; x < width; x++, to += step) {
            size_t column = orientation >= 5 ? y : x, row = orientation >= 5 ? x : y;
            if (from_right) column = file_width - 1 - column;
            if (from_below) row = file_height - 1 - row;
            memcpy(to, decoding->pixels + (row * file_width + column) * step, step);
        }
    }
    free(decoding->pixels);
    decoding->pixels = turned;
    return 1;
}

int32_t dls_image_header(
    const char *path, int32_t format, struct dls_image_header *header, char message[DLS_IMAGE_MESSAGE_BYTES]) {
    struct decoding decoding = {.message = message};
    read_image(path, format, &decoding);
    *header = decoding.header;
    return decoding.status;
}

/// Red, green and blue to grey, by the weights of ITU-R 601 as Pillow rounds them.
static void make_grey(uint8_t *pixels, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const uint8_t *pixel = pixels + 3 * i;
        pixels[i] = (uint8_t)((pixel[0] * 19595u + pixel[1] * 38470u + pixel[2] * 7471u + 0x8000u) >> 16);
    }
}

int32_t dls_image_decode(
    const char *path, int32_t format, int32_t channels, uint32_t height, uint32_t width, uint8_t *planes,
    char message[DLS_IMAGE_MESSAGE_BYTES]) {
    struct decoding decoding = {.message = message, .wants_pixels = 1};
    read_image(path, format, &decoding);
    if (decoding.status == DLS_IMAGE_OK && decoding.orientation > 1 && !turn_pixels(&decoding))
        decoding.status = DLS_IMAGE_NO_MEMORY;
    if (decoding.status == DLS_IMAGE_OK) {
        const struct dls_image_header *header = &decoding.header;
        size_t step = (size_t)header->channels;
        if (step == 3 && channels == 1) {
            make_grey(decoding.pixels, (size_t)header->width * header->height);
            step = 1;
        }
        size_t plane = (size_t)height * width;
        for (int32_t channel = 0; channel < channels && decoding.status == DLS_IMAGE_OK; channel++) {
            if (channel > 0 && step == 1) memcpy(planes + channel * plane, planes, plane);
            else if (!dls_resize_plane(
                         decoding.pixels + channel, step, header->height, header->width, planes + channel * plane,
                         height, width))
                decoding.status = DLS_IMAGE_NO_MEMORY;
        }
    }
    free(decoding.pixels);
    return decoding.status;
}

int32_t dls_png_decode(
    const uint8_t *bytes, size_t count, struct dls_image_header *header, uint8_t **pixels,
    char message[DLS_IMAGE_MESSAGE_BYTES]) {
    struct decoding decoding = {.message = message, .wants_pixels = 1};
    message[0] = 0;
    decoding.file = fmemopen((void *)bytes, count, "rb");
    if (!decoding.file) {
        dls_keep_message(message, strerror(errno));
        return DLS_IMAGE_UNREADABLE;
    }
    dls_read_png(&decoding);
    fclose(decoding.file);
    *header = decoding.header;
    if (decoding.status == DLS_IMAGE_OK) *pixels = decoding.pixels;
    else free(decoding.pixels);
    return decoding.status;
}

void dls_gather_row(struct encoding *encoding, uint32_t y) {
    size_t plane = (size_t)encoding->height * encoding->width;
    for (int32_t channel = 0; channel < encoding->channels; channel++) {
        const uint8_t *from = encoding->planes + channel * plane + (size_t)y * encoding->width;
        uint8_t *to = encoding->row + channel;
        for (uint32_t x = 0; x < encoding->width; x++) to[(size_t)x * (size_t)encoding->channels] = from[x];
    }
}

int32_t dls_image_encode(
    int32_t format, const uint8_t *planes, int32_t channels, uint32_t height, uint32_t width, int32_t quality,
    uint8_t **bytes, size_t *count, char message[DLS_IMAGE_MESSAGE_BYTES]) {
    struct encoding encoding = {
        .planes = planes, .channels = channels, .height = height, .width = width, .quality = quality,
        .message = message};
    message[0] = 0;
    encoding.row = malloc((size_t)width * (size_t)channels);
    if (!encoding.row) return DLS_IMAGE_NO_MEMORY;
    if (format == DLS_IMAGE_PNG) dls_write_png(&encoding);
    else dls_write_jpeg(&encoding);
    free(encoding.row);
    if (encoding.status == DLS_IMAGE_OK) {
        *bytes = encoding.bytes;
        *count = encoding.count;
    } else {
        free(encoding.bytes);
    }
    return encoding.status;
}
