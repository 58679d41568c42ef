#include "CImages.h"

#include <jpeglib.h>
#include <jerror.h>

/// A file of many scans costs much time for few bytes.
enum { GREATEST_SCANS = 500 };

struct failure {
    struct jpeg_error_mgr manager;
    jmp_buf place;
    int32_t *status;
    char *message;
};

static void fail(j_common_ptr jpeg) {
    struct failure *failure = (struct failure *)jpeg->err;
    char text[JMSG_LENGTH_MAX];
    jpeg->err->format_message(jpeg, text);
    int code = jpeg->err->msg_code;
    dls_keep_message(failure->message, code == JWRN_JPEG_EOF ? "it ends early" : text);
    *failure->status =
        code == JERR_OUT_OF_MEMORY || code == JERR_NO_BACKING_STORE ? DLS_IMAGE_NO_MEMORY : DLS_IMAGE_DAMAGED;
    longjmp(failure->place, 1);
}

/// Pixels that the library had to make up are an error; other oddities do no harm.
static void judge_warning(j_common_ptr jpeg, int level) {
    if (level >= 0) return;
    switch (jpeg->err->msg_code) {
    case JWRN_JPEG_EOF:
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_BOGUS_PROGRESSION:
    case JWRN_MUST_RESYNC: fail(jpeg);
    }
}

static void print_nothing(j_common_ptr jpeg) { (void)jpeg; }

static struct jpeg_error_mgr *start(struct failure *failure, int32_t *status, char *message) {
    failure->status = status;
    failure->message = message;
    struct jpeg_error_mgr *manager = jpeg_std_error(&failure->manager);
    manager->error_exit = fail;
    manager->emit_message = judge_warning;
    manager->output_message = print_nothing;
    return manager;
}

static void count_scans(j_common_ptr jpeg) {
    if (((j_decompress_ptr)jpeg)->input_scan_number > GREATEST_SCANS) {
        struct failure *failure = (struct failure *)jpeg->err;
        dls_keep_message(failure->message, "it has more scans than any program writes");
        *failure->status = DLS_IMAGE_DAMAGED;
        longjmp(failure->place, 1);
    }
}

/// Inks to colours in place. Programs write them inverted, as Adobe's do: 255 is no ink.
static void convert_inks(uint8_t *row, uint32_t width) {
    for (uint32_t x = 0; x < width; x++) {
        const uint8_t *inks = row + 4 * (size_t)x;
        unsigned black = inks[3];
        for (int i = 0; i < 3; i++) row[3 * (size_t)x + i] = (uint8_t)((inks[i] * black + 127) / 255);
    }
}

/// The bytes of a segment that are looked at: the orientation stands at its start.
enum { EXIF_BYTES = 4096 };

/// A whole number of EXIF, whose bytes have the order that its header says.
static uint32_t exif_number(const uint8_t *bytes, int count, int is_little) {
    uint32_t number = 0;
    for (int i = 0; i < count; i++) number = number << 8 | bytes[is_little ? count - 1 - i : i];
    return number;
}

/// The orientation of a picture, from 1 to 8; 1 where the segments of EXIF are damaged or do not say.
static int orientation(const struct jpeg_marker_struct *marker) {
    for (; marker; marker = marker->next) {
        if (marker->marker != JPEG_APP0 + 1 || marker->data_length < 14 || memcmp(marker->data, "Exif\0\0", 6)) continue;
        const uint8_t *tiff = marker->data + 6;
        size_t size = marker->data_length - 6;
        int is_little = !memcmp(tiff, "II*\0", 4);
        if (!is_little && memcmp(tiff, "MM\0*", 4)) continue;
        size_t place = exif_number(tiff + 4, 4, is_little);
        if (place > size - 2) continue;
        uint32_t count = exif_number(tiff + place, 2, is_little);
        for (place += 2; count > 0 && size >= 12 && place <= size - 12; count--, place += 12) {
            const uint8_t *entry = tiff + place;
            if (exif_number(entry, 2, is_little) != 0x112 || exif_number(entry + 2, 2, is_little) != 3) continue;
            uint32_t value = exif_number(entry + 8, 2, is_little);
            return value >= 1 && value <= 8 ? (int)value : 1;
        }
    }
    return 1;
}

void dls_read_jpeg(struct decoding *decoding) {
    struct jpeg_decompress_struct jpeg;
    struct failure failure;
    struct jpeg_progress_mgr progress = {.progress_monitor = count_scans};
    jpeg.err = start(&failure, &decoding->status, decoding->message);
    if (setjmp(failure.place) == 0) {
        jpeg_create_decompress(&jpeg);
        jpeg.progress = &progress;
        jpeg_stdio_src(&jpeg, decoding->file);
        jpeg_save_markers(&jpeg, JPEG_APP0 + 1, EXIF_BYTES);
        jpeg_read_header(&jpeg, TRUE);
        int is_grey = jpeg.jpeg_color_space == JCS_GRAYSCALE;
        int has_inks = jpeg.jpeg_color_space == JCS_CMYK || jpeg.jpeg_color_space == JCS_YCCK;
        jpeg.out_color_space = is_grey ? JCS_GRAYSCALE : has_inks ? JCS_CMYK : JCS_RGB;
        decoding->orientation = orientation(jpeg.marker_list);
        decoding->header.width = decoding->orientation < 5 ? jpeg.image_width : jpeg.image_height;
        decoding->header.height = decoding->orientation < 5 ? jpeg.image_height : jpeg.image_width;
        decoding->header.channels = is_grey ? 1 : 3;
        if (dls_prepare_pixels(decoding)) {
            jpeg_start_decompress(&jpeg);
            size_t stride = (size_t)jpeg.output_width * (size_t)decoding->header.channels;
            while (jpeg.output_scanline < jpeg.output_height) {
                // A row of inks is longer than that of colours; the next row takes the rest over.
                JSAMPROW row = decoding->pixels + jpeg.output_scanline * stride;
                jpeg_read_scanlines(&jpeg, &row, 1);
                if (has_inks) convert_inks(row, jpeg.output_width);
            }
            jpeg_finish_decompress(&jpeg);
        }
    }
    jpeg_destroy_decompress(&jpeg);
}

void dls_write_jpeg(struct encoding *encoding) {
    struct jpeg_compress_struct jpeg;
    struct failure failure;
    jpeg.err = start(&failure, &encoding->status, encoding->message);
    unsigned long count = 0;
    if (setjmp(failure.place) == 0) {
        jpeg_create_compress(&jpeg);
        jpeg_mem_dest(&jpeg, &encoding->bytes, &count);
        jpeg.image_width = encoding->width;
        jpeg.image_height = encoding->height;
        jpeg.input_components = encoding->channels;
        jpeg.in_color_space = encoding->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
        jpeg_set_defaults(&jpeg);
        jpeg_set_quality(&jpeg, encoding->quality, TRUE);
        jpeg_start_compress(&jpeg, TRUE);
        for (uint32_t y = 0; y < encoding->height; y++) {
            dls_gather_row(encoding, y);
            jpeg_write_scanlines(&jpeg, &encoding->row, 1);
        }
        jpeg_finish_compress(&jpeg);
        encoding->count = count;
    }
    jpeg_destroy_compress(&jpeg);
}
