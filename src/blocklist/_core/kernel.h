/* kernel.h: the lookup of a blocklist image, in C11, with no Python and no allocation.
 *
 * Octets of an image in, an answer out. docs/image-format.md describes every octet that is read
 * here. The header may be used from C, C++, or through a foreign function interface:
 *
 *     blk_image image;                        // about 2 KiB, may live anywhere, never written later
 *     if (blk_open(&image, octets, length) != BLK_OK) ...;
 *     blk_is_blocked(&image, "www.example.com", 15);
 *
 * The octets must stay where they are, unchanged, for as long as the image is used; any number of
 * threads may ask at once. blk_open checks the structure in constant time and leaves the checksum
 * (SHA-256) to the caller. Whatever the octets and the names are, nothing outside them is read,
 * and each call ends after a bounded number of steps: at most `last_level` levels of at most
 * 2 * `reach` lines, both fixed when the image was compiled and checked here.
 *
 * Names are ASCII text, or raw octets of which those over 127 match no name of a rule; U-labels
 * must be A-labels already.
 */
#ifndef BLOCKLIST_KERNEL_H
#define BLOCKLIST_KERNEL_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

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

#define BLK_MAGIC "\x89" "blk\r\n\x1a\n"
#define BLK_VERSION 2u
#define BLK_MAX_NAME 253  /* octets, dots included, no final dot */
#define BLK_MAX_LABEL 63  /* octets */
#define BLK_MAX_LABELS 127
#define BLK_MAX_REACH 16u /* pairs of lines that one group may spread over */
#define BLK_LINE 64u
#define BLK_LINE_ROOM 62u
#define BLK_POOLED 63u /* the key length that says "in the pool" */
#define BLK_LINES_A_RANK 16u

/* Which rules stand at a name: one bit each; exceptions are shifted by three. */
#define BLK_EXACT 1u
#define BLK_SUBTREE 2u
#define BLK_BELOW 4u
#define BLK_ALLOW_SHIFT 3u

enum {
    BLK_OK = 0,
    BLK_FOREIGN = -1, /* not an image, or cut short */
    BLK_OTHER_VERSION = -2,
    BLK_DAMAGED = -3, /* sections are missing or contradict each other */
};

typedef struct {
    const uint8_t *lines;     /* 64 octets each: keys and what stands there */
    const uint8_t *gates;     /* 4 octets each: the coarse filter and the displacement */
    const uint8_t *filter;    /* 8 octets a word: the fine filter */
    const uint8_t *pool;      /* keys that fit no line */
    const uint8_t *ranks;     /* rules before each run of 16 lines, 4 octets each */
    const uint8_t *automaton; /* section "automaton", NULL if there are no patterns */
    const uint8_t *states, *edges, *outputs, *patterns, *texts;
    uint64_t pool_length;
    uint64_t keys[6];     /* of the hash */
    uint64_t labels[256]; /* frequent last labels by code; 0 matches nothing */
    uint32_t line_count, gate_count, word_count, name_rules;
    uint32_t first_level, last_level, reach, exceptions;
    uint32_t state_count, edge_count, output_count, pattern_count, text_length;
} blk_image;

typedef struct {
    uint32_t number; /* of the first rule at this name */
    uint8_t flags;   /* rules that stand here; those that do not apply to the name too */
    uint8_t start;   /* where in the name the suffix begins, in octets */
} blk_match;

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
static inline void blk_keys(uint64_t keys[6], uint64_t seed) {
    for (int i = 0; i < 6; i++) {
        uint64_t z = seed * 6 + (uint64_t)i + 1;
        z *= 0x9E3779B97F4A7C15u;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
        keys[i] = (z ^ (z >> 31)) | 0x8080808080808080u;
    }
}

BLK_INLINE uint64_t blk_mix(const uint64_t keys[6], uint64_t state, uint64_t w0, uint64_t w1,
                            uint64_t w2, uint64_t w3) {
    return blk_fold(blk_fold(w3 ^ keys[0], w2 ^ keys[1]) ^ state,
                    blk_fold(w1 ^ keys[2], w0 ^ keys[3]) ^ keys[5]);
}

/* Hash the `n` octets that end at `end`. */
static inline uint64_t blk_hash(const uint64_t keys[6], const uint8_t *end, size_t n) {
    uint64_t state = keys[4];
    while (n > 32) {
        end -= 32;
        n -= 32;
        state = blk_mix(keys, state, blk_u64(end), blk_u64(end + 8), blk_u64(end + 16),
                        blk_u64(end + 24));
    }
    uint8_t block[32] = {0};
    memcpy(block + 32 - n, end - n, n);
    return blk_mix(keys, state, blk_u64(block), blk_u64(block + 8), blk_u64(block + 16),
                   blk_u64(block + 24));
}

/* Scale the 32-bit fraction `x` to an index below `count`. */
BLK_INLINE uint32_t blk_scale(uint32_t x, uint32_t count) {
    return (uint32_t)((uint64_t)x * count >> 32);
}

/* The filters ask for bits at places that are taken from this, six bits for each. */
BLK_INLINE uint64_t blk_spread(uint64_t hash) { return hash * 0x9E3779B97F4A7C15u; }

/* The bits of a gate that say that a group may be there, or be heavy. */
BLK_INLINE uint32_t blk_gate_bits(uint64_t hash) {
    uint64_t g = blk_spread(hash);
    return (uint32_t)1 << ((g >> 58) * 3 >> 3) | (uint32_t)1 << ((g >> 52 & 63) * 3 >> 3);
}

/* The bits of a filter word that say that a group is present. */
BLK_INLINE uint64_t blk_present_bits(uint64_t hash) {
    uint64_t g = blk_spread(hash), one = 1;
    return one << (g >> 46 & 63) | one << (g >> 40 & 63) | one << (g >> 34 & 63);
}

/* The bits that say that it is heavy: suffixes below it have groups of their own. */
BLK_INLINE uint64_t blk_heavy_bits(uint64_t hash) {
    uint64_t g = blk_spread(hash), one = 1;
    return one << (g >> 28 & 63) | one << (g >> 22 & 63) | one << (g >> 16 & 63);
}

/* A group's line. Each gate displaces its groups together, by as much as the compiler found to put
 * nearly all of them where there is room. */
BLK_INLINE uint32_t blk_home(uint64_t hash, uint32_t displacement, uint32_t line_count) {
    return blk_scale((uint32_t)(hash >> 32) + displacement * 0x9E3779B1u, line_count);
}

/* The line that is asked after `step` others, from home: the other of the pair, the next pair. */
BLK_INLINE uint32_t blk_line_at(uint32_t home, uint32_t step, uint32_t line_count) {
    uint32_t pair = (home >> 1) + (step >> 1);
    if (BLK_UNLIKELY(pair >= line_count >> 1)) pair %= line_count >> 1;
    return pair << 1 | ((home ^ step) & 1);
}

BLK_INLINE uint32_t blk_gate_index(uint64_t hash, uint32_t gate_count) {
    return blk_scale((uint32_t)hash, gate_count);
}

BLK_INLINE uint32_t blk_word_index(uint64_t hash, uint32_t word_count) {
    return blk_scale((uint32_t)(hash >> 16), word_count);
}

BLK_INLINE const uint8_t *blk_gate_at(const blk_image *image, uint64_t hash) {
    return image->gates + (size_t)blk_gate_index(hash, image->gate_count) * 4;
}

/* Ask the filters about a group: whether it may be there (then its line is prefetched) and whether
 * it may be heavy. Most that are not there end at the gate, which stays in a near cache. */
BLK_INLINE int blk_ask_filters(const blk_image *image, uint64_t hash, uint32_t *home,
                               int *is_heavy) {
    uint32_t gate = blk_u32(blk_gate_at(image, hash));
    if (BLK_LIKELY(blk_gate_bits(hash) & ~gate)) {
        *is_heavy = 0;
        return 0;
    }
    *home = blk_home(hash, gate >> 24, image->line_count);
    BLK_PREFETCH(image->lines + (size_t)*home * BLK_LINE);
    uint64_t word = blk_u64(image->filter + (size_t)blk_word_index(hash, image->word_count) * 8);
    *is_heavy = !(blk_heavy_bits(hash) & ~word);
    return !(blk_present_bits(hash) & ~word);
}

/* ---- lines ----------------------------------------------------------------------------- */

enum { BLK_FREE = 0, BLK_BLOCKED = 1, BLK_UNDECIDED = 2, BLK_ESCAPED = 3 };

typedef struct {
    const uint8_t *end; /* of the name, in lower case */
    uint32_t length;
    uint32_t tail;       /* octets of the last label */
    uint64_t tail_label; /* the last label as `labels` holds it; 0 if it is too long for that */
} blk_name;

/* The longest suffix with a rule that applies, so far. */
typedef struct {
    uint32_t length;
    int verdict;
} blk_best;

/* What flags decide for the name itself (`is_whole`) or for a name below: the kind that is more
 * specific first, an exception before a block. */
BLK_INLINE int blk_verdict(uint32_t flags, int is_whole) {
    uint32_t first = is_whole ? BLK_EXACT : BLK_SUBTREE, second = first << 1;
    if (flags & first << BLK_ALLOW_SHIFT) return BLK_FREE;
    if (flags & first) return BLK_BLOCKED;
    if (flags & second << BLK_ALLOW_SHIFT) return BLK_FREE;
    if (flags & second) return BLK_BLOCKED;
    return BLK_UNDECIDED;
}

BLK_INLINE uint32_t blk_count_bits(uint32_t flags) {
    uint32_t count = 0;
    for (; flags; flags &= flags - 1) count++;
    return count;
}

/* Whether the key is that suffix of the name: it ends at `end`, of which `room` octets belong to
 * the name, and begins where a label does. */
BLK_INLINE int blk_is_suffix(const uint8_t *key, uint32_t length, const uint8_t *end,
                             uint32_t room) {
    if (length > room || (length < room && end[-(ptrdiff_t)length - 1] != '.')) return 0;
    return blk_is_equal(key, end - length, length);
}

/* Follow an entry into the pool, if its key is there; 0 if there is no key. */
BLK_INLINE int blk_find_key(const blk_image *image, const uint8_t **key, uint32_t *length) {
    if (*length == BLK_POOLED) {
        uint64_t offset = blk_u32(*key);
        if (offset >= image->pool_length) return 0;
        *length = image->pool[offset];
        if (*length > image->pool_length - offset - 1) return 0;
        *key = image->pool + offset + 1;
    }
    return *length > 0;
}

/* Add a match, unless it is there: a line that two groups of a name share is read twice. */
static inline void blk_add_match(blk_match *matches, size_t *count, uint32_t number, uint32_t flags,
                                 uint32_t start) {
    for (size_t i = 0; i < *count; i++) {
        if (matches[i].start == start) return;
    }
    if (*count < BLK_MAX_LABELS) {
        matches[(*count)++] = (blk_match){number, (uint8_t)flags, (uint8_t)start};
    }
}

/* Compare the entries of one group's lines with the name. With `matches`, each entry that is a
 * suffix of the name is written there (at most BLK_MAX_LABELS) and counted in `count`; without,
 * BLK_BLOCKED is returned where that is decided already, and `best` is kept. */
BLK_INLINE int blk_scan(const blk_image *image, uint32_t home, const blk_name *name, blk_best *best,
                        blk_match *matches, size_t *count) {
    for (uint32_t step = 0; step < 2 * image->reach; step++) {
        uint32_t index = blk_line_at(home, step, image->line_count);
        const uint8_t *line = image->lines + (size_t)index * BLK_LINE;
        uint32_t used = line[1];
        const uint8_t *entry = line + 2, *stop = entry + (used < BLK_LINE_ROOM ? used : BLK_LINE_ROOM);
        uint32_t before = 0; /* rules of the entries passed */
        while (stop - entry >= 3) {
            uint32_t head = entry[0], code = entry[1], length = head & 63u;
            const uint8_t *key = entry + 2, *next = key + (length == BLK_POOLED ? 4 : length);
            if (next + (head >> 7) > stop) break;
            uint32_t flags = BLK_SUBTREE;
            if (head & 0x80u) flags = *next++ & 63u;
            entry = next;
            uint32_t tail = code ? name->tail + 1 : 0;
            if (!code || image->labels[code] == name->tail_label) {
                if (blk_find_key(image, &key, &length) && blk_is_suffix(key, length, name->end - tail, name->length - tail)) {
                    uint32_t whole = length + tail;
                    if (matches) {
                        uint32_t number = blk_u32(image->ranks + 4 * (index / BLK_LINES_A_RANK));
                        for (uint32_t i = index & ~(BLK_LINES_A_RANK - 1); i < index; i++) {
                            number += image->lines[(size_t)i * BLK_LINE] & 0x7fu;
                        }
                        blk_add_match(matches, count, number + before, flags, name->length - whole);
                    } else {
                        int verdict = blk_verdict(flags, whole == name->length);
                        if (!image->exceptions) {
                            if (verdict == BLK_BLOCKED) return BLK_BLOCKED;
                        } else if (verdict != BLK_UNDECIDED && whole > best->length) {
                            best->length = whole;
                            best->verdict = verdict;
                        }
                    }
                }
            }
            if (matches) before += blk_count_bits(flags);
        }
        if (!(line[0] & 0x80u)) break;
    }
    return BLK_UNDECIDED;
}

/* Ask the filter about one group, and its lines if it may be there. Sets `*is_deeper` if groups
 * below it may hold suffixes of the name. */
BLK_INLINE int blk_level(const blk_image *image, uint64_t hash, const blk_name *name,
                         blk_best *best, blk_match *matches, size_t *count, int *is_deeper) {
    uint32_t home;
    if (!blk_ask_filters(image, hash, &home, is_deeper)) return BLK_UNDECIDED;
    return blk_scan(image, home, name, best, matches, count);
}

/* ---- the last 32 octets of a name --------------------------------------------------------- */

BLK_INLINE uint32_t blk_highest(uint32_t mask) {
#if defined(__GNUC__) || defined(__clang__)
    return 31u - (uint32_t)__builtin_clz(mask);
#else
    uint32_t i = 0;
    while (mask >>= 1) i++;
    return i;
#endif
}

/* The last octets of a name, which decide about most names. */
typedef struct {
#ifdef BLK_SSE2
    __m128i low, high; /* the octets, in lower case */
#endif
    uint8_t before[32]; /* never compared, but it may be read */
    uint8_t octets[32]; /* in lower case; what stands before a short name is not of it */
    uint8_t after[32];  /* as before */
    const uint8_t *end;  /* of the name, in any case */
    uint32_t length;     /* of the whole name */
    uint32_t start;      /* where the name begins; 0 for a longer one */
    uint32_t dots;       /* bit i: a dot of the name stands at octet i */
} blk_window;

#ifdef BLK_SSE2
static const uint8_t blk_masks[64] = {
    0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,
    0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
};

BLK_INLINE __m128i blk_lower16(__m128i octets) {
    /* Signed compares: octets over 127 are negative and stay as they are. */
    __m128i is_upper = _mm_and_si128(_mm_cmpgt_epi8(octets, _mm_set1_epi8('A' - 1)),
                                     _mm_cmplt_epi8(octets, _mm_set1_epi8('Z' + 1)));
    return _mm_or_si128(octets, _mm_and_si128(is_upper, _mm_set1_epi8(32)));
}

BLK_INLINE uint32_t blk_find16(__m128i octets, char wanted) {
    return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(octets, _mm_set1_epi8(wanted)));
}
#endif

/* Read the window of the name of 1 to 253 octets that ends at `end`; the 32 octets before `end`
 * must be readable even where the name is shorter. Returns 0 if there is a backslash. */
BLK_INLINE int blk_read_window(blk_window *window, const uint8_t *end, size_t n) {
    window->end = end;
    window->length = (uint32_t)n;
    window->start = n < 32 ? 32 - (uint32_t)n : 0;
#ifdef BLK_SSE2
    uint32_t inside = 0xffffffffu << window->start, escapes;
    window->low = blk_lower16(_mm_loadu_si128((const __m128i *)(const void *)(end - 32)));
    window->high = blk_lower16(_mm_loadu_si128((const __m128i *)(const void *)(end - 16)));
    _mm_storeu_si128((__m128i *)(void *)window->octets, window->low);
    _mm_storeu_si128((__m128i *)(void *)(window->octets + 16), window->high);
    window->dots = (blk_find16(window->low, '.') | blk_find16(window->high, '.') << 16) & inside;
    escapes = (blk_find16(window->low, '\\') | blk_find16(window->high, '\\') << 16) & inside;
    for (const uint8_t *at = end - n; end - at > 32; at += 16) {
        escapes |= blk_find16(_mm_loadu_si128((const __m128i *)(const void *)at), '\\');
    }
    return !escapes;
#else
    window->dots = 0;
    for (uint32_t i = window->start; i < 32; i++) {
        uint8_t octet = blk_lower(end[(ptrdiff_t)i - 32]);
        window->octets[i] = octet;
        window->dots |= (uint32_t)(octet == '.') << i;
    }
    return !memchr(end - n, '\\', n);
#endif
}

/* Hash the octets of the window from `start`. */
BLK_INLINE uint64_t blk_hash_window(const uint64_t keys[6], const blk_window *window,
                                    uint32_t start) {
#ifdef BLK_SSE2
    const uint8_t *mask = blk_masks + 32 - start;
    __m128i low = _mm_and_si128(window->low, _mm_loadu_si128((const __m128i *)(const void *)mask));
    __m128i high = _mm_and_si128(window->high,
                                 _mm_loadu_si128((const __m128i *)(const void *)(mask + 16)));
#if defined(__x86_64__) || defined(_M_X64)
    return blk_mix(keys, keys[4], (uint64_t)_mm_cvtsi128_si64(low),
                   (uint64_t)_mm_cvtsi128_si64(_mm_unpackhi_epi64(low, low)),
                   (uint64_t)_mm_cvtsi128_si64(high),
                   (uint64_t)_mm_cvtsi128_si64(_mm_unpackhi_epi64(high, high)));
#else
    uint64_t words[4];
    _mm_storeu_si128((__m128i *)(void *)words, low);
    _mm_storeu_si128((__m128i *)(void *)(words + 2), high);
    return blk_mix(keys, keys[4], words[0], words[1], words[2], words[3]);
#endif
#else
    return blk_hash(keys, window->octets + 32, 32 - start);
#endif
}

/* Whether the last `length` octets before `a` and `b` differ; says anything if that is over 32. The
 * `back` octets before both must be readable, and the 32 from there. */
BLK_INLINE uint32_t blk_differs(const uint8_t *a, const uint8_t *b, uint32_t length, uint32_t back) {
#ifdef BLK_SSE2
    const __m128i *x = (const __m128i *)(const void *)(a - back);
    const __m128i *y = (const __m128i *)(const void *)(b - back);
    __m128i low = _mm_cmpeq_epi8(_mm_loadu_si128(x), _mm_loadu_si128(y));
    __m128i high = _mm_cmpeq_epi8(_mm_loadu_si128(x + 1), _mm_loadu_si128(y + 1));
    uint32_t same = (uint32_t)_mm_movemask_epi8(low) | (uint32_t)_mm_movemask_epi8(high) << 16;
    return ~same >> ((back - length) & 31) << ((32 - length) & 31);
#else
    return length > back || !blk_is_equal(a - length, b - length, length);
#endif
}

/* Whether a key that reaches out of the window is a suffix of the name; `skip` octets of it are
 * compared already. */
BLK_NOINLINE int blk_is_long_suffix(const blk_window *window, const uint8_t *key, uint32_t length,
                                    uint32_t skip) {
    const uint8_t *begin = window->end - skip - length;
    if (length + skip > window->length) return 0;
    if (length + skip < window->length && begin[-1] != '.') return 0;
    for (uint32_t i = 0; i < length; i++) {
        if (blk_lower(begin[i]) != key[i]) return 0;
    }
    return 1;
}

/* blk_scan with the window of a name: an entry is compared without branches but the one that tells
 * a match. No octet beside the line is read, which could be another wait for memory. */
BLK_INLINE int blk_scan_window(const blk_image *image, uint32_t home, const blk_window *window,
                               blk_best *best) {
    /* Bit i: a label of the name begins at octet i. */
    uint64_t starts = (uint64_t)window->dots << 1 | (uint64_t)1 << window->start;
    if (window->length > 32 && window->end[-33] != '.') starts &= ~(uint64_t)1;
    const uint8_t *end = window->octets + 32;
    uint32_t tail = window->dots ? 31 - blk_highest(window->dots) : 8;
    uint64_t label = blk_u64(end - 8) >> (64 - 8 * (tail & 7)) % 64 | (uint64_t)tail << 56;
    if (tail < 1 || tail > 7) label = 0;
    for (uint32_t step = 0; step < 2 * image->reach; step++) {
        const uint8_t *line =
            image->lines + (size_t)blk_line_at(home, step, image->line_count) * BLK_LINE;
        uint32_t used = line[1];
        const uint8_t *entry = line + 2, *stop = entry + (used < BLK_LINE_ROOM ? used : BLK_LINE_ROOM);
        while (stop - entry >= 3) {
            uint32_t head = entry[0], code = entry[1], length = head & 63u;
            const uint8_t *key = entry + 2, *next = key + (length == BLK_POOLED ? 4 : length);
            if (next + (head >> 7) > stop) break;
            uint32_t flags = head >> 7 ? *next & 63u : BLK_SUBTREE;
            uint32_t skip = code ? tail + 1 : 0, whole = length + skip;
            uint32_t back = next - line < 32 ? (uint32_t)(next - line) : 32;
            int has_label = (code == 0) | (image->labels[code] == label);
            int is_match = has_label & (whole <= 32) & (length > 0) &
                           !blk_differs(next, end - skip, length, back) &
                           (int)(starts >> ((32 - whole) & 63));
            entry = next + (head >> 7);
            if (BLK_UNLIKELY(whole > 32)) {
                if (!has_label || !blk_find_key(image, &key, &length)) continue;
                whole = length + skip;
                is_match = blk_is_long_suffix(window, key, length, skip);
            }
            if (!is_match) continue;
            int verdict = blk_verdict(flags, whole == window->length);
            if (!image->exceptions) {
                if (verdict == BLK_BLOCKED) return BLK_BLOCKED;
            } else if (verdict != BLK_UNDECIDED && whole > best->length) {
                best->length = whole;
                best->verdict = verdict;
            }
        }
        if (BLK_LIKELY(!(line[0] & 0x80u))) break;
    }
    return BLK_UNDECIDED;
}

/* ---- patterns ---------------------------------------------------------------------------- */

BLK_INLINE const uint8_t *blk_find(const uint8_t *at, const uint8_t *end, const uint8_t *wanted,
                                   size_t n) {
    for (; (size_t)(end - at) >= n; at++) {
        at = (const uint8_t *)memchr(at, wanted[0], (size_t)(end - at) - n + 1);
        if (!at) return NULL;
        if (!memcmp(at, wanted, n)) return at;
    }
    return NULL;
}

/* Whether the pattern covers the whole name, `*` standing for any run of octets. */
static inline int blk_covers(const uint8_t *pattern, size_t length, const uint8_t *name, size_t n) {
    const uint8_t *stop = pattern + length, *end = name + n;
    const uint8_t *star = (const uint8_t *)memchr(pattern, '*', length);
    if (!star) return n == length && !memcmp(pattern, name, n);
    size_t first = (size_t)(star - pattern), last = 0;
    while (stop[-1 - (ptrdiff_t)last] != '*') last++;
    if (n < first + last || memcmp(pattern, name, first) || memcmp(stop - last, end - last, last)) {
        return 0;
    }
    name += first;
    end -= last;
    stop -= last;
    while (star + 1 < stop) { /* a segment begins after each star; the last star ends them */
        const uint8_t *segment = star + 1;
        star = (const uint8_t *)memchr(segment, '*', (size_t)(stop - segment));
        if (!star) return 0; /* not so in an image that was compiled */
        size_t size = (size_t)(star - segment);
        if (!size) continue;
        name = blk_find(name, end, segment, size);
        if (!name) return 0;
        name += size;
    }
    return 1;
}

/* The pattern with the lowest number that covers the name (in lower case); `pattern_count` if there
 * is none. One pass of an Aho-Corasick automaton over the literals, and each literal's patterns are
 * compared once, where it occurs first. With `marks`, an octet for each pattern, those of all that
 * cover the name are set to 1, in the same one pass. */
static inline uint32_t blk_find_patterns(const blk_image *image, const uint8_t *name, size_t n,
                                         uint8_t *marks) {
    uint32_t best = image->pattern_count, state = 0;
    uint64_t seen[64]; /* a bit for each of 4,096 classes of states */
    /* Neither runs out in an image that was compiled: there are at most n steps down fail links,
     * and each pattern is tried once, with one refusal for each state at each octet. */
    size_t budget = 4 * n + 4, tries = (size_t)image->pattern_count + 65536;
    memset(seen, 0, sizeof seen);
    for (size_t i = 0; i < n; i++) {
        for (;;) {
            const uint8_t *record = image->states + (size_t)state * 16;
            uint32_t low = blk_u32(record), high = blk_u32(record + 16);
            if (high > image->edge_count) high = image->edge_count;
            uint32_t target = 0;
            while (low < high) {
                uint32_t middle = low + (high - low) / 2;
                uint32_t edge = blk_u32(image->edges + (size_t)middle * 4);
                if ((edge & 255u) == name[i]) {
                    target = edge >> 8;
                    break;
                }
                if ((edge & 255u) < name[i]) low = middle + 1;
                else high = middle;
            }
            if (target && target < image->state_count) {
                state = target;
                break;
            }
            if (!state || !budget) break;
            budget--;
            state = blk_u32(record + 4);
            if (state >= image->state_count) state = 0;
        }
        uint32_t at = state;
        for (int links = 0; at && links <= BLK_MAX_NAME; links++) {
            const uint8_t *record = image->states + (size_t)at * 16;
            uint32_t output = blk_u32(record + 8), stop = blk_u32(record + 24);
            if (stop > image->output_count) stop = image->output_count;
            uint32_t class = at & 4095u;
            int is_first = !(seen[class >> 6] >> (class & 63) & 1);
            for (; output < stop; output++) {
                if (!tries--) return best;
                uint32_t number = blk_u32(image->outputs + (size_t)output * 4);
                if (number >= image->pattern_count) break;
                if (number >= best && !marks) break; /* in sequence: none after it is better */
                if (marks && marks[number]) continue;
                const uint8_t *p = image->patterns + (size_t)number * 8;
                uint32_t offset = blk_u32(p), length = p[4], literal = p[6], size = p[7];
                if (offset > image->text_length || length > image->text_length - offset) break;
                if (!size || literal + size > length || size > i + 1) break;
                const uint8_t *text = image->texts + offset;
                if (!is_first && blk_find(name, name + i, text + literal, size)) break;
                is_first = 1;
                if (blk_covers(text, length, name, n)) {
                    if (number < best) best = number;
                    if (!marks) break;
                    marks[number] = 1;
                }
            }
            seen[class >> 6] |= (uint64_t)1 << (class & 63);
            at = blk_u32(record + 12);
            if (at >= image->state_count) at = 0;
        }
    }
    return best;
}

BLK_INLINE int blk_pattern_allows(const blk_image *image, uint32_t number) {
    return image->patterns[(size_t)number * 8 + 5];
}

/* ---- deciding ---------------------------------------------------------------------------- */

/* Whether the octets are labels of 1 to 63 octets. */
BLK_INLINE int blk_are_labels(const uint8_t *name, size_t n) {
    size_t label = 0;
    for (size_t i = 0; i < n; i++) {
        if (name[i] != '.') label++;
        else if (label < 1 || label > BLK_MAX_LABEL) return 0;
        else label = 0;
    }
    return label >= 1 && label <= BLK_MAX_LABEL;
}

BLK_INLINE void blk_set_name(blk_name *name, const uint8_t *end, uint32_t n) {
    uint32_t tail = 0;
    uint64_t label = 0;
    name->end = end;
    name->length = n;
    while (tail < n && end[-1 - (ptrdiff_t)tail] != '.') tail++;
    if (tail && tail < 8 && tail < n) {
        const uint8_t *top = end - tail;
        for (uint32_t i = 0; i < tail; i++) label |= (uint64_t)top[i] << 8 * i;
        label |= (uint64_t)tail << 56;
    }
    name->tail = tail;
    name->tail_label = label;
}

/* Walk all levels of a name in lower case; see blk_scan for `matches`. */
static inline int blk_walk(const blk_image *image, const blk_name *name, blk_best *best,
                           blk_match *matches, size_t *count) {
    const uint8_t *begin = name->end - name->length, *at = name->end;
    int is_deeper = image->line_count > 0;
    for (uint32_t level = 1; is_deeper && level <= image->last_level && at > begin; level++) {
        if (at < name->end) at--; /* the dot */
        while (at > begin && at[-1] != '.') at--;
        if (level < image->first_level) continue;
        uint64_t hash = blk_hash(image->keys, name->end, (size_t)(name->end - at));
        int found = blk_level(image, hash, name, best, matches, count, &is_deeper);
        if (found == BLK_BLOCKED) return BLK_BLOCKED;
    }
    return best->length ? best->verdict : BLK_UNDECIDED;
}

/* Decide about 1 to 253 octets before `end`, without escapes and already in lower case. */
static inline int blk_decide_lower(const blk_image *image, const uint8_t *end, uint32_t n) {
    blk_name name;
    blk_best best = {0, BLK_UNDECIDED};
    blk_set_name(&name, end, n);
    int verdict = blk_walk(image, &name, &best, NULL, NULL);
    if (verdict == BLK_UNDECIDED && image->automaton) {
        uint32_t number = blk_find_patterns(image, end - n, n, NULL);
        if (number < image->pattern_count) verdict = !blk_pattern_allows(image, number);
    }
    return verdict == BLK_BLOCKED && blk_are_labels(end - n, n);
}

/* The same for octets in any case; here, out of line, is what few names need. */
BLK_NOINLINE int blk_decide_long(const blk_image *image, const uint8_t *end, size_t n) {
    uint8_t lower[BLK_MAX_NAME];
    for (size_t i = 0; i < n; i++) lower[i] = blk_lower(end[(ptrdiff_t)i - (ptrdiff_t)n]);
    return blk_decide_lower(image, lower + n, (uint32_t)n);
}

/* Decide about the name of `n` octets before `end`, of any length and without a final dot. The 32
 * octets before `end` must be readable (as they are in front of the octets of a Python str).
 * Returns BLK_FREE, BLK_BLOCKED, or BLK_ESCAPED if there is a backslash. */
BLK_INLINE int blk_decide(const blk_image *image, const uint8_t *end, size_t n) {
    blk_window window;
    blk_best best = {0, BLK_UNDECIDED};
    if (BLK_UNLIKELY(n - 1 >= BLK_MAX_NAME)) {
        return n && memchr(end - n, '\\', n) ? BLK_ESCAPED : BLK_FREE;
    }
    if (BLK_UNLIKELY(!blk_read_window(&window, end, n))) return BLK_ESCAPED;
    if (BLK_UNLIKELY(!image->line_count)) return blk_decide_long(image, end, n);
    uint32_t rest = window.dots, level = image->first_level;
    for (uint32_t i = 1; i < level; i++) {
        if (BLK_UNLIKELY(!rest)) { /* fewer labels than any rule, or not in the window */
            return n > 32 || image->automaton ? blk_decide_long(image, end, n) : BLK_FREE;
        }
        rest ^= 1u << blk_highest(rest);
    }
    for (;;) {
        if (BLK_UNLIKELY(!rest && n > 32)) return blk_decide_long(image, end, n);
        uint32_t start = rest ? blk_highest(rest) + 1 : window.start;
        uint64_t hash = blk_hash_window(image->keys, &window, start);
        uint32_t home;
        int is_heavy;
        if (BLK_UNLIKELY(blk_ask_filters(image, hash, &home, &is_heavy))) {
            if (blk_scan_window(image, home, &window, &best) == BLK_BLOCKED) {
                best = (blk_best){1, BLK_BLOCKED};
                break;
            }
        }
        if (BLK_LIKELY(!is_heavy) || !rest || level == image->last_level) break;
        rest ^= 1u << blk_highest(rest);
        level++;
    }
    if (!best.length) {
        if (BLK_LIKELY(!image->automaton)) return BLK_FREE;
        return blk_decide_long(image, end, n);
    }
    /* Only what would be blocked is checked for being a name. */
    if (n > 32) return best.verdict == BLK_BLOCKED && blk_are_labels(end - n, n);
    if (window.dots & (window.dots << 1 | 1u << window.start)) return BLK_FREE; /* an empty label */
    return best.verdict;
}

/* The first step of deciding about many names: find the first group that is asked and prefetch
 * what the filter says of it. Returns 0 if that is not so simple, and blk_decide must be asked. */
BLK_INLINE int blk_prepare(const blk_image *image, const uint8_t *end, size_t n, uint64_t *hash) {
    blk_window window;
    if (n - 1 >= BLK_MAX_NAME || !image->line_count || image->automaton) return 0;
    if (!blk_read_window(&window, end, n)) return 0;
    uint32_t rest = window.dots;
    for (uint32_t i = 1; i < image->first_level; i++) {
        if (!rest) return 0;
        rest ^= 1u << blk_highest(rest);
    }
    if (!rest && n > 32) return 0;
    *hash = blk_hash_window(image->keys, &window, rest ? blk_highest(rest) + 1 : window.start);
    BLK_PREFETCH(blk_gate_at(image, *hash));
    return 1;
}

/* The second step: whether that group or one below may hold a suffix; its line is prefetched. */
BLK_INLINE int blk_may_hold(const blk_image *image, uint64_t hash) {
    uint32_t home;
    int is_heavy;
    return blk_ask_filters(image, hash, &home, &is_heavy) || is_heavy;
}

/* ---- names from text and from the wire ---------------------------------------------------- */

/* An octet of a label as it is compared: what no rule holds is NUL, a dot inside a label too. */
BLK_INLINE uint8_t blk_octet(uint8_t octet) {
    if (octet < 33 || octet > 126 || octet == '.' || octet == '\\') return 0;
    return blk_lower(octet);
}

/* Read text with RFC 1035 escapes (at most one final dot) into `name`, which holds BLK_MAX_NAME
 * octets. Returns the length, or -1 if the text is not a name. */
static inline int blk_read_text(uint8_t *name, const uint8_t *text, size_t n) {
    size_t length = 0, label = 0;
    for (size_t i = 0; i < n; i++) {
        uint8_t octet = text[i];
        if (octet == '.') {
            if (label < 1 || label > BLK_MAX_LABEL) return -1;
            if (i + 1 == n) break;
            label = 0;
        } else {
            if (octet == '\\') {
                if (++i == n) return -1;
                octet = text[i];
                if (octet >= '0' && octet <= '9') {
                    if (n - i < 3) return -1;
                    unsigned value = 0;
                    for (size_t k = i; k < i + 3; k++) {
                        if (text[k] < '0' || text[k] > '9') return -1;
                        value = value * 10 + (text[k] - '0');
                    }
                    if (value > 255) return -1;
                    octet = (uint8_t)value;
                    i += 2;
                }
            }
            octet = blk_octet(octet);
            label++;
        }
        if (length == BLK_MAX_NAME) return -1;
        name[length++] = octet;
    }
    return label >= 1 && label <= BLK_MAX_LABEL ? (int)length : -1;
}

/* Read uncompressed DNS wire format with its root label, likewise; the root itself gives 0. */
static inline int blk_read_wire(uint8_t *name, const uint8_t *wire, size_t n) {
    size_t at = 0, length = 0;
    if (n > BLK_MAX_NAME + 2) return -1;
    while (at < n) {
        size_t label = wire[at++];
        if (!label) return at == n ? (int)length : -1;
        if (label > BLK_MAX_LABEL || label >= n - at) return -1;
        if (length) name[length++] = '.';
        for (size_t i = 0; i < label; i++) name[length++] = blk_octet(wire[at + i]);
        at += label;
    }
    return -1;
}

/* Whether a rule blocks the name: text as resolvers print it, any case, RFC 1035 escapes, at most
 * one final dot. What is not a name is not blocked. */
static inline int blk_is_blocked(const blk_image *image, const char *text, size_t n) {
    const uint8_t *octets = (const uint8_t *)text;
    uint8_t padded[32 + BLK_MAX_NAME];
    size_t length = n && octets[n - 1] == '.' ? n - 1 : n;
    int decision = BLK_ESCAPED;
    if (length <= BLK_MAX_NAME) {
        memset(padded, 0, 32);
        if (length) memcpy(padded + 32, octets, length);
        decision = blk_decide(image, padded + 32 + length, length);
    }
    if (decision == BLK_ESCAPED) {
        int read = blk_read_text(padded, octets, n);
        return read > 0 && blk_decide_lower(image, padded + read, (uint32_t)read);
    }
    return decision;
}

/* The same for uncompressed DNS wire format. */
static inline int blk_is_blocked_wire(const blk_image *image, const uint8_t *wire, size_t n) {
    uint8_t padded[32 + BLK_MAX_NAME];
    memset(padded, 0, 32);
    int length = blk_read_wire(padded + 32, wire, n);
    return length > 0 && blk_decide(image, padded + 32 + length, (size_t)length) == BLK_BLOCKED;
}

/* Find every rule about names that covers the name, which is in lower case with escaped octets as
 * NUL. Writes one match for each suffix that has rules, the longest first, and returns how many. */
static inline size_t blk_match_names(const blk_image *image, const uint8_t *text, size_t n,
                                     blk_match matches[BLK_MAX_LABELS]) {
    blk_name name;
    blk_best best = {0, BLK_UNDECIDED};
    size_t count = 0;
    if (n < 1 || n > BLK_MAX_NAME) return 0;
    blk_set_name(&name, text + n, (uint32_t)n);
    blk_walk(image, &name, &best, matches, &count);
    for (size_t i = 1; i < count; i++) { /* few, and nearly in sequence */
        blk_match match = matches[i];
        size_t at = i;
        for (; at && matches[at - 1].start > match.start; at--) matches[at] = matches[at - 1];
        matches[at] = match;
    }
    return count;
}

/* ---- opening ----------------------------------------------------------------------------- */

static inline const uint8_t *blk_section(const uint8_t *octets, uint64_t length, const char *name,
                                         uint64_t *size) {
    uint32_t count = blk_u32(octets + 12);
    char wanted[16] = {0};
    memcpy(wanted, name, strlen(name));
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t *entry = octets + 64 + (size_t)i * 32;
        if (!memcmp(entry, wanted, 16)) {
            uint64_t offset = blk_u64(entry + 16);
            *size = blk_u64(entry + 24);
            return offset <= length && *size <= length - offset ? octets + offset : NULL;
        }
    }
    return NULL;
}

static inline int blk_open_automaton(blk_image *image, const uint8_t *at, uint64_t size) {
    if (!size) return BLK_OK;
    if (size < 32) return BLK_DAMAGED;
    image->state_count = blk_u32(at);
    image->edge_count = blk_u32(at + 4);
    image->output_count = blk_u32(at + 8);
    image->pattern_count = blk_u32(at + 12);
    image->text_length = blk_u32(at + 16);
    uint64_t wanted = 32 + ((uint64_t)image->state_count + 1) * 16 + 4 * (uint64_t)image->edge_count +
                      4 * (uint64_t)image->output_count + 8 * (uint64_t)image->pattern_count +
                      image->text_length;
    if (size != wanted || !image->state_count) return BLK_DAMAGED;
    image->automaton = at;
    image->states = at + 32;
    image->edges = image->states + ((size_t)image->state_count + 1) * 16;
    image->outputs = image->edges + (size_t)image->edge_count * 4;
    image->patterns = image->outputs + (size_t)image->output_count * 4;
    image->texts = image->patterns + (size_t)image->pattern_count * 8;
    return BLK_OK;
}

/* Where the sections lie that a lookup reads. */
typedef struct {
    const uint8_t *trie, *lines, *gates, *filter, *labels, *ranks, *pool, *automaton;
    uint64_t trie_size, lines_size, gates_size, filter_size, labels_size, ranks_size, pool_size;
    uint64_t automaton_size;
} blk_sections;

/* Check that the sections fit together and set up `image` to read them. */
static inline int blk_open_sections(blk_image *image, const blk_sections *from) {
    memset(image, 0, sizeof *image);
    if (!from->trie || !from->lines || !from->gates || !from->filter || !from->labels ||
        !from->ranks || !from->pool || !from->automaton || from->trie_size != 64) {
        return BLK_DAMAGED;
    }
    blk_keys(image->keys, blk_u64(from->trie));
    image->line_count = blk_u32(from->trie + 8);
    image->gate_count = blk_u32(from->trie + 12);
    image->word_count = blk_u32(from->trie + 16);
    image->name_rules = blk_u32(from->trie + 20);
    image->first_level = blk_u32(from->trie + 24);
    image->last_level = blk_u32(from->trie + 28);
    image->reach = blk_u32(from->trie + 32);
    image->exceptions = blk_u32(from->trie + 36);
    if (image->line_count % 2) return BLK_DAMAGED;
    if (image->line_count && (!image->gate_count || !image->word_count)) return BLK_DAMAGED;
    if (image->first_level < 1 || image->first_level > 2) return BLK_DAMAGED;
    if (image->last_level > BLK_MAX_LABELS || image->reach > BLK_MAX_REACH) return BLK_DAMAGED;
    uint64_t runs = ((uint64_t)image->line_count + BLK_LINES_A_RANK - 1) / BLK_LINES_A_RANK;
    if (from->lines_size != (uint64_t)image->line_count * BLK_LINE ||
        from->gates_size != (uint64_t)image->gate_count * 4 ||
        from->filter_size != (uint64_t)image->word_count * 8 || from->ranks_size != runs * 4 ||
        from->labels_size % 8 || from->labels_size > 255 * 8) {
        return BLK_DAMAGED;
    }
    image->lines = from->lines;
    image->gates = from->gates;
    image->filter = from->filter;
    image->ranks = from->ranks;
    image->pool = from->pool;
    image->pool_length = from->pool_size;
    for (uint32_t i = 0; i < 256; i++) image->labels[i] = 1; /* what no label is */
    for (uint32_t i = 0; i < from->labels_size / 8; i++) {
        uint64_t label = blk_u64(from->labels + (size_t)i * 8);
        if (label) image->labels[i + 1] = label; /* 0 stands for a last label that is too long */
    }
    return blk_open_automaton(image, from->automaton, from->automaton_size);
}

/* Read the structure of an image; nothing but `image` is written. Returns BLK_OK or an error. */
static inline int blk_open(blk_image *image, const void *data, size_t length) {
    const uint8_t *octets = (const uint8_t *)data;
    blk_sections from;
    memset(image, 0, sizeof *image);
    memset(&from, 0, sizeof from);
    if (length < 64 || memcmp(octets, BLK_MAGIC, 8)) return BLK_FOREIGN;
    if (blk_u32(octets + 8) != BLK_VERSION) return BLK_OTHER_VERSION;
    if (blk_u64(octets + 16) != length) return BLK_FOREIGN;
    uint32_t count = blk_u32(octets + 12);
    if (count > 256 || 64 + (uint64_t)count * 32 > length) return BLK_DAMAGED;
    from.trie = blk_section(octets, length, "trie", &from.trie_size);
    from.lines = blk_section(octets, length, "lines", &from.lines_size);
    from.gates = blk_section(octets, length, "gates", &from.gates_size);
    from.filter = blk_section(octets, length, "filter", &from.filter_size);
    from.labels = blk_section(octets, length, "labels", &from.labels_size);
    from.ranks = blk_section(octets, length, "ranks", &from.ranks_size);
    from.pool = blk_section(octets, length, "pool", &from.pool_size);
    from.automaton = blk_section(octets, length, "automaton", &from.automaton_size);
    return blk_open_sections(image, &from);
}

#endif
