/* sha256.h: SHA-256 (FIPS 180-4), for the checksum of an image. */
#ifndef BLOCKLIST_SHA256_H
#define BLOCKLIST_SHA256_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct {
    uint32_t state[8];
    uint64_t length;
    uint8_t block[64];
} blk_sha256;

static inline uint32_t blk_rotated(uint32_t x, int n) { return x >> n | x << (32 - n); }

static inline void blk_sha256_begin(blk_sha256 *sha) {
    static const uint32_t first[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    memcpy(sha->state, first, sizeof first);
    sha->length = 0;
}

static void blk_sha256_block(uint32_t state[8], const uint8_t *block) {
    static const uint32_t constants[64] = {
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
        0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
        0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
        0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
        0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
        0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
        0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
        0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
        0xc67178f2};
    uint32_t w[64], v[8];
    for (int i = 0; i < 16; i++) {
        const uint8_t *p = block + 4 * i;
        w[i] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
    }
    for (int i = 16; i < 64; i++) {
        uint32_t a = w[i - 15], b = w[i - 2];
        w[i] = w[i - 16] + w[i - 7] + (blk_rotated(a, 7) ^ blk_rotated(a, 18) ^ a >> 3) +
               (blk_rotated(b, 17) ^ blk_rotated(b, 19) ^ b >> 10);
    }
    memcpy(v, state, sizeof v);
    for (int i = 0; i < 64; i++) {
        uint32_t a = v[0], e = v[4];
        uint32_t one = v[7] + (blk_rotated(e, 6) ^ blk_rotated(e, 11) ^ blk_rotated(e, 25)) +
                       ((e & v[5]) ^ (~e & v[6])) + constants[i] + w[i];
        uint32_t two = (blk_rotated(a, 2) ^ blk_rotated(a, 13) ^ blk_rotated(a, 22)) +
                       ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]));
        memmove(v + 1, v, 7 * sizeof *v);
        v[4] += one;
        v[0] = one + two;
    }
    for (int i = 0; i < 8; i++) state[i] += v[i];
}

static void blk_sha256_add(blk_sha256 *sha, const uint8_t *octets, size_t n) {
    size_t used = (size_t)(sha->length % 64);
    sha->length += n;
    if (used + n < 64) {
        memcpy(sha->block + used, octets, n);
        return;
    }
    if (used) {
        memcpy(sha->block + used, octets, 64 - used);
        blk_sha256_block(sha->state, sha->block);
        octets += 64 - used;
        n -= 64 - used;
    }
    for (; n >= 64; octets += 64, n -= 64) blk_sha256_block(sha->state, octets);
    memcpy(sha->block, octets, n);
}

static void blk_sha256_end(blk_sha256 *sha, uint8_t digest[32]) {
    uint8_t padding[72] = {0x80};
    uint64_t bits = sha->length * 8;
    size_t zeros = 64 - (size_t)((sha->length + 8) % 64);
    for (int i = 0; i < 8; i++) padding[zeros + (size_t)i] = (uint8_t)(bits >> (56 - 8 * i));
    blk_sha256_add(sha, padding, zeros + 8);
    for (int i = 0; i < 32; i++) digest[i] = (uint8_t)(sha->state[i / 4] >> (24 - 8 * (i % 4)));
}

#endif
