// What front ends take from libcrypto (OpenSSL), which is loaded when it is first needed.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Loads the library; 0 where the system has none. Safe on any thread.
int32_t dls_crypto_load(void);

/// Writes the 32 bytes of HMAC-SHA256 (RFC 2104) of `count` bytes; 0 where the library refuses.
int32_t dls_hmac_sha256(const uint8_t *key, int32_t key_count, const uint8_t *bytes, size_t count, uint8_t *result);
