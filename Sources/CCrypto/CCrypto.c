#include "CCrypto.h"

#include <dlfcn.h>
#include <pthread.h>

// OpenSSL's headers are large, and these two functions have had these types since version 1.0.
static const void *(*sha256)(void);
static unsigned char *(*hmac)(
    const void *digest, const void *key, int key_count, const unsigned char *bytes, size_t count, unsigned char *result,
    unsigned int *result_count);

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int32_t is_loaded = 0;

static void load(void) {
    static const char *const names[] = {"libcrypto.so.3", "libcrypto.so.1.1", "libcrypto.so"};
    void *library = 0;
    for (int i = 0; i < 3 && !library; i++) library = dlopen(names[i], RTLD_LAZY | RTLD_LOCAL);
    if (!library) return;
    sha256 = (__typeof__(sha256))dlsym(library, "EVP_sha256");
    hmac = (__typeof__(hmac))dlsym(library, "HMAC");
    is_loaded = sha256 && hmac;
}

int32_t dls_crypto_load(void) {
    pthread_once(&once, load);
    return is_loaded;
}

int32_t dls_hmac_sha256(const uint8_t *key, int32_t key_count, const uint8_t *bytes, size_t count, uint8_t *result) {
    unsigned int written = 0;
    return hmac(sha256(), key, key_count, bytes, count, result, &written) && written == 32;
}
