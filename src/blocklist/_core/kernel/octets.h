/* octets.h: reading octets, and the hash of a suffix (docs/image-format.md, "The hash"). */
#ifndef BLK_OCTETS_H
#define BLK_OCTETS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "format.h"

#if !defined(BLK_SCALAR) && (defined(__SSE2__) || defined(_M_X64))
#define BLK_SSE2 1
#include <emmintrin.h>
#endif
#if defined(_MSC_VER) && defined(_M_X64)
#include <intrin.h>
#endif

#if defined(__GNUC__) || defined(__clang__)
#define BLK_INLINE static inline __attribute__((always_inline))
#define BLK_NOINLINE static __attribute__((noinline, unused))
#define BLK_LIKELY(x) __builtin_expect(!!(x), 1)
#define BLK_UNLIKELY(x) __builtin_expect(!!(x), 0)
#define BLK_PREFETCH(p) __builtin_prefetch(p)
#else
#define BLK_INLINE static __forceinline
#define BLK_NOINLINE static
#define BLK_LIKELY(x) (x)
#define BLK_UNLIKELY(x) (x)
#define BLK_PREFETCH(p) ((void)(p))
#endif

/* ---- octets ---------------------------------------------------------------------------- */

BLK_INLINE uint32_t blk_u32(const uint8_t *p) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
#else
    uint32_t value;
    memcpy(&value, p, sizeof value);
    return value;
#endif
}

BLK_INLINE uint64_t blk_u64(const uint8_t *p) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return (uint64_t)blk_u32(p) | (uint64_t)blk_u32(p + 4) << 32;
#else
    uint64_t value;
    memcpy(&value, p, sizeof value);
    return value;
#endif
}

BLK_INLINE int blk_is_equal(const uint8_t *a, const uint8_t *b, size_t n) {
    if (n >= 8) {
        for (size_t i = 0; i + 8 < n; i += 8) {
            if (blk_u64(a + i) != blk_u64(b + i)) return 0;
        }
        return blk_u64(a + n - 8) == blk_u64(b + n - 8);
    }
    if (n >= 4) {
        return blk_u32(a) == blk_u32(b) && blk_u32(a + n - 4) == blk_u32(b + n - 4);
    }
    for (size_t i = 0; i < n; i++) {
        if (a[i] != b[i]) return 0;
    }
    return 1;
}

BLK_INLINE uint8_t blk_lower(uint8_t octet) {
    return (uint8_t)(octet - 'A') < 26u ? (uint8_t)(octet + 32u) : octet;
}

/* ---- hash ------------------------------------------------------------------------------ */

BLK_INLINE uint64_t blk_fold(uint64_t a, uint64_t b) {
#if defined(__SIZEOF_INT128__)
    __extension__ unsigned __int128 product = a;
    product *= b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
#elif defined(_MSC_VER) && defined(_M_X64)
    uint64_t high, low = _umul128(a, b, &high);
    return low ^ high;
#else
    uint64_t a0 = (uint32_t)a, a1 = a >> 32, b0 = (uint32_t)b, b1 = b >> 32;
    uint64_t low = a0 * b0, middle = a1 * b0 + (low >> 32);
    uint64_t other = a0 * b1 + (uint32_t)middle;
    return ((other << 32) | (uint32_t)low) ^ (a1 * b1 + (middle >> 32) + (other >> 32));
#endif
}

/* The keys of the hash from the seed (SplitMix64). The high bit of each octet is set, so that no
 * name, being ASCII, can make a factor zero. */
static inline void blk_keys(uint64_t keys[BLK_HASH_KEYS], uint64_t seed) {
    for (int i = 0; i < BLK_HASH_KEYS; i++) {
        uint64_t z = seed * BLK_HASH_KEYS + (uint64_t)i + 1;
        z *= BLK_HASH_SPREAD;
        z = (z ^ (z >> 30)) * BLK_HASH_MIX_1;
        z = (z ^ (z >> 27)) * BLK_HASH_MIX_2;
        keys[i] = (z ^ (z >> 31)) | BLK_HASH_KEY_BITS;
    }
}

BLK_INLINE uint64_t blk_mix(const uint64_t keys[BLK_HASH_KEYS], uint64_t state, uint64_t w0,
                            uint64_t w1, uint64_t w2, uint64_t w3) {
    return blk_fold(blk_fold(w3 ^ keys[0], w2 ^ keys[1]) ^ state,
                    blk_fold(w1 ^ keys[2], w0 ^ keys[3]) ^ keys[5]);
}

/* Hash the `n` octets that end at `end`. */
static inline uint64_t blk_hash(const uint64_t keys[BLK_HASH_KEYS], const uint8_t *end, size_t n) {
    uint64_t state = keys[4];
    while (n > BLK_HASH_BLOCK) {
        end -= BLK_HASH_BLOCK;
        n -= BLK_HASH_BLOCK;
        state = blk_mix(keys, state, blk_u64(end), blk_u64(end + 8), blk_u64(end + 16),
                        blk_u64(end + 24));
    }
    uint8_t block[BLK_HASH_BLOCK] = {0};
    memcpy(block + BLK_HASH_BLOCK - n, end - n, n);
    return blk_mix(keys, state, blk_u64(block), blk_u64(block + 8), blk_u64(block + 16),
                   blk_u64(block + 24));
}

/* Scale the 32-bit fraction `x` to an index below `count`. */
BLK_INLINE uint32_t blk_scale(uint32_t x, uint32_t count) {
    return (uint32_t)((uint64_t)x * count >> 32);
}

#endif
