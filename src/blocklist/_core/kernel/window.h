/* window.h: the last octets of a name, which decide about most names, compared with a line. */
#ifndef BLK_WINDOW_H
#define BLK_WINDOW_H

#include "lines.h"

#define BLK_WINDOW                                                                                 \
    32 /* octets of a name that are held at once: no more than a block of the hash                 \
        */

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
    uint8_t before[BLK_WINDOW]; /* never compared, but it may be read */
    uint8_t octets[BLK_WINDOW]; /* in lower case; what stands before a short name is not of it */
    uint8_t after[BLK_WINDOW];  /* as before */
    const uint8_t *end;         /* of the name, in any case */
    uint32_t length;            /* of the whole name */
    uint32_t start;             /* where the name begins; 0 for a longer one */
    uint32_t dots;              /* bit i: a dot of the name stands at octet i */
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

#ifdef BLK_SSE2
/* Octets of 255 where a bit of the mask is set, for two times 16 octets. */
BLK_INLINE void blk_expand(uint32_t mask, __m128i *low, __m128i *high) {
    __m128i bits = _mm_set1_epi64x((long long)0x8040201008040201u);
    __m128i each = _mm_cvtsi32_si128((int)mask);
    each = _mm_unpacklo_epi8(each, each);
    each = _mm_unpacklo_epi16(each, each); /* each octet of the mask four times */
    *low = _mm_cmpeq_epi8(_mm_and_si128(_mm_unpacklo_epi32(each, each), bits), bits);
    *high = _mm_cmpeq_epi8(_mm_and_si128(_mm_unpackhi_epi32(each, each), bits), bits);
}

/* The octets that no rule holds, or that are no octets of a label as it is compared. */
BLK_INLINE uint32_t blk_find_odd16(__m128i octets) {
    __m128i odd = _mm_cmplt_epi8(octets, _mm_set1_epi8(33)); /* also those over 127 */
    odd = _mm_or_si128(odd, _mm_cmpeq_epi8(octets, _mm_set1_epi8(127)));
    odd = _mm_or_si128(odd, _mm_cmpeq_epi8(octets, _mm_set1_epi8('.')));
    odd = _mm_or_si128(odd, _mm_cmpeq_epi8(octets, _mm_set1_epi8('\\')));
    return (uint32_t)_mm_movemask_epi8(odd);
}
#endif

/* Read wire format of plain octets that fits the window into one: `window` gets BLK_WINDOW octets,
 * of which the name is the last. Returns its length, or 0 if it is not so simple. The BLK_WINDOW
 * octets before the root label must be readable. */
BLK_INLINE uint32_t blk_read_short_wire(uint8_t *window, const uint8_t *wire, size_t n) {
#ifdef BLK_SSE2
    if (n < 3 || n > BLK_WINDOW + 2) return 0;
    const uint8_t *end = wire + n - 1;
    uint32_t length = (uint32_t)n - 2, start = BLK_WINDOW - length, at = wire[0], dots = 0, bad;
    __m128i low = _mm_loadu_si128((const __m128i *)(const void *)(end - 32));
    __m128i high = _mm_loadu_si128((const __m128i *)(const void *)(end - 16)), in_low, in_high;
    bad = (uint32_t)*end | (at == 0) | (at > length);
    while (at < length) { /* a label is no longer than 63 octets, as the name is */
        uint32_t next = wire[at + 1];
        dots |= 1u << (start + at);
        bad |= next == 0;
        at += next + 1;
    }
    if (bad | (at != length)) return 0;
    uint32_t odd = blk_find_odd16(low) | blk_find_odd16(high) << 16;
    if (odd & (0xffffffffu << start) & ~dots) return 0;
    blk_expand(dots, &in_low, &in_high);
    low = _mm_or_si128(_mm_andnot_si128(in_low, low), _mm_and_si128(in_low, _mm_set1_epi8('.')));
    high =
        _mm_or_si128(_mm_andnot_si128(in_high, high), _mm_and_si128(in_high, _mm_set1_epi8('.')));
    _mm_storeu_si128((__m128i *)(void *)window, blk_lower16(low));
    _mm_storeu_si128((__m128i *)(void *)(window + 16), blk_lower16(high));
    return length;
#else
    (void)window;
    (void)wire;
    (void)n;
    return 0;
#endif
}

/* Read the window of the name of 1 to 253 octets that ends at `end`; the 32 octets before `end`
 * must be readable even where the name is shorter. Returns 0 if there is a backslash. */
BLK_INLINE int blk_read_window(blk_window *window, const uint8_t *end, size_t n) {
    window->end = end;
    window->length = (uint32_t)n;
    window->start = n < BLK_WINDOW ? BLK_WINDOW - (uint32_t)n : 0;
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
    for (uint32_t i = window->start; i < BLK_WINDOW; i++) {
        uint8_t octet = blk_lower(end[(ptrdiff_t)i - BLK_WINDOW]);
        window->octets[i] = octet;
        window->dots |= (uint32_t)(octet == '.') << i;
    }
    return !memchr(end - n, '\\', n);
#endif
}

/* Hash the octets of the window from `start`. */
BLK_INLINE uint64_t blk_hash_window(const uint64_t keys[BLK_HASH_KEYS], const blk_window *window,
                                    uint32_t start) {
#ifdef BLK_SSE2
    const uint8_t *mask = blk_masks + 32 - start;
    __m128i low = _mm_and_si128(window->low, _mm_loadu_si128((const __m128i *)(const void *)mask));
    __m128i high =
        _mm_and_si128(window->high, _mm_loadu_si128((const __m128i *)(const void *)(mask + 16)));
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
    return blk_hash(keys, window->octets + BLK_WINDOW, BLK_WINDOW - start);
#endif
}

/* Whether the last `length` octets before `a` and `b` differ; says anything if that is over 32. The
 * `back` octets before both must be readable, and the 32 from there. */
BLK_INLINE uint32_t blk_differs(const uint8_t *a, const uint8_t *b, uint32_t length,
                                uint32_t back) {
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
    if (window->length > BLK_WINDOW && window->end[-BLK_WINDOW - 1] != '.') starts &= ~(uint64_t)1;
    const uint8_t *end = window->octets + BLK_WINDOW;
    uint32_t tail = window->dots ? 31 - blk_highest(window->dots) : 8;
    uint64_t label = blk_u64(end - 8) >> (64 - 8 * (tail & 7)) % 64;
    label |= (uint64_t)tail << 8 * BLK_LABEL_LENGTH_AT;
    if (tail < 1 || tail > BLK_MAX_LAST_LABEL) label = 0;
    for (uint32_t step = 0; step < 2 * image->reach; step++) {
        size_t index = blk_line_at(home, step, image->line_count);
        const uint8_t *line = image->lines + index * BLK_LINE_SIZE;
        const uint8_t *at = line + BLK_LINE_ENTRIES_AT, *stop = blk_line_end(line);
        while (stop - at >
               (ptrdiff_t)BLK_ENTRY_SIZE) { /* as blk_next_entry does, with less to hold */
            uint32_t head = at[BLK_ENTRY_HEAD_AT], code = at[BLK_ENTRY_CODE_AT];
            uint32_t length = head & BLK_KEY_LENGTH,
                     has_flags = head / BLK_FLAGS_FOLLOW; /* its highest bit */
            const uint8_t *key = at + BLK_ENTRY_SIZE;
            const uint8_t *next = key + (length == BLK_KEY_POOLED ? BLK_POOL_OFFSET_SIZE : length);
            if (next + has_flags > stop) break;
            uint32_t flags = has_flags ? *next & BLK_ALL_FLAGS : BLK_SUBTREE;
            uint32_t skip = code ? tail + 1 : 0, whole = length + skip;
            uint32_t back = next - line < BLK_WINDOW ? (uint32_t)(next - line) : BLK_WINDOW;
            int has_label = (code == 0) | (image->labels[code] == label);
            int is_match = has_label & (whole <= BLK_WINDOW) & (length > 0) &
                           !blk_differs(next, end - skip, length, back) &
                           (int)(starts >> ((BLK_WINDOW - whole) & 63));
            uint32_t offset = (uint32_t)(at - line);
            at = next + has_flags;
            if (BLK_UNLIKELY(whole > BLK_WINDOW)) {
                if (!has_label || !blk_find_key(image, &key, &length)) continue;
                whole = length + skip;
                is_match = blk_is_long_suffix(window, key, length, skip);
            }
            if (is_match && blk_is_final_block(image, flags, whole, window->length, (uint32_t)index,
                                               offset, best)) {
                return BLK_BLOCKED;
            }
        }
        if (BLK_LIKELY(!(line[BLK_LINE_HEAD_AT] & BLK_LINE_GOES_ON))) break;
    }
    return BLK_UNDECIDED;
}

#endif
