/* kernel.h: the lookup of a blocklist image, in C11, with no Python and no allocation.
 *
 * Octets of an image in, an answer out. docs/image-format.md describes every octet that is read
 * here. The header may be used from C, C++, or through a foreign function interface:
 *
 *     blk_image image;                        // about 2 KiB, may live anywhere, never written
 * later if (blk_open(&image, octets, length) != BLK_OK) ...; blk_is_blocked(&image,
 * "www.example.com", 15);
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

#include "kernel/grounds.h"
#include "kernel/patterns.h"
#include "kernel/window.h"

#define BLK_NO_RULE 0xffffffffu

/* ---- deciding ---------------------------------------------------------------------------- */

/* Whether the octets are labels of 1 to 63 octets. */
BLK_INLINE int blk_are_labels(const uint8_t *name, size_t n) {
    size_t label = 0;
    for (size_t i = 0; i < n; i++) {
        if (name[i] != '.') label++;
        else if (label < 1 || label > BLK_MAX_LABEL_OCTETS) return 0;
        else label = 0;
    }
    return label >= 1 && label <= BLK_MAX_LABEL_OCTETS;
}

/* Decide about 1 to 253 octets before `end`, without escapes and already in lower case. Where it is
 * blocked, the rule that decides is put into `place`, unless that is NULL. */
static inline int blk_decide_lower(const blk_image *image, const uint8_t *end, uint32_t n,
                                   blk_place *place) {
    blk_name name;
    blk_best best = {0, BLK_UNDECIDED, place};
    blk_set_name(&name, end, n);
    int verdict = blk_walk(image, &name, &best, NULL, NULL);
    if (verdict == BLK_UNDECIDED && image->automaton) {
        uint32_t number = blk_find_patterns(image, end - n, n, NULL);
        if (number < image->pattern_count) verdict = !blk_pattern_allows(image, number);
        if (place) {
            place->line = number;
            place->offset = place->bit = place->length = 0;
        }
    }
    return verdict == BLK_BLOCKED && blk_are_labels(end - n, n);
}

/* The same for octets in any case; here, out of line, is what few names need. */
BLK_NOINLINE int blk_decide_long(const blk_image *image, const uint8_t *end, size_t n,
                                 blk_place *place) {
    uint8_t lower[BLK_MAX_NAME_OCTETS];
    for (size_t i = 0; i < n; i++) lower[i] = blk_lower(end[(ptrdiff_t)i - (ptrdiff_t)n]);
    return blk_decide_lower(image, lower + n, (uint32_t)n, place);
}

/* blk_decide and blk_find_rule, which say what it is for. */
BLK_INLINE int blk_judge(const blk_image *image, const uint8_t *end, size_t n, blk_place *place) {
    blk_window window;
    blk_best best = {0, BLK_UNDECIDED, place};
    if (BLK_UNLIKELY(n - 1 >= BLK_MAX_NAME_OCTETS)) {
        return n && memchr(end - n, '\\', n) ? BLK_ESCAPED : BLK_FREE;
    }
    if (BLK_UNLIKELY(!blk_read_window(&window, end, n))) return BLK_ESCAPED;
    if (BLK_UNLIKELY(!image->line_count)) return blk_decide_long(image, end, n, place);
    uint32_t rest = window.dots, level = image->first_level;
    for (uint32_t i = 1; i < level; i++) {
        if (BLK_UNLIKELY(!rest)) { /* fewer labels than any rule, or not in the window */
            return n > BLK_WINDOW || image->automaton ? blk_decide_long(image, end, n, place)
                                                      : BLK_FREE;
        }
        rest ^= 1u << blk_highest(rest);
    }
    for (;;) {
        if (BLK_UNLIKELY(!rest && n > BLK_WINDOW)) return blk_decide_long(image, end, n, place);
        uint32_t start = rest ? blk_highest(rest) + 1 : window.start;
        uint64_t hash = blk_hash_window(image->keys, &window, start);
        uint32_t home;
        int is_heavy;
        if (BLK_UNLIKELY(blk_ask_filters(image, hash, &home, &is_heavy))) {
            if (blk_scan_window(image, home, &window, &best) == BLK_BLOCKED) {
                best.length = 1;
                best.verdict = BLK_BLOCKED;
                break;
            }
        }
        if (BLK_LIKELY(!is_heavy) || !rest || level == image->last_level) break;
        rest ^= 1u << blk_highest(rest);
        level++;
    }
    if (!best.length) {
        if (BLK_LIKELY(!image->automaton)) return BLK_FREE;
        return blk_decide_long(image, end, n, place);
    }
    /* Only what would be blocked is checked for being a name. */
    if (n > BLK_WINDOW) return best.verdict == BLK_BLOCKED && blk_are_labels(end - n, n);
    if (window.dots & (window.dots << 1 | 1u << window.start)) return BLK_FREE; /* an empty label */
    return best.verdict;
}

/* Decide about the name of `n` octets before `end`, of any length and without a final dot. The 32
 * octets before `end` must be readable (as they are in front of the octets of a Python str).
 * Returns BLK_FREE, BLK_BLOCKED, or BLK_ESCAPED if there is a backslash. */
BLK_INLINE int blk_decide(const blk_image *image, const uint8_t *end, size_t n) {
    return blk_judge(image, end, n, NULL);
}

/* The same, and which rule it is that blocks: the longest. */
BLK_INLINE int blk_find_rule(const blk_image *image, const uint8_t *end, size_t n,
                             blk_place *place) {
    return blk_judge(image, end, n, place);
}

/* The first step of deciding about many names: find the first group that is asked and prefetch
 * what the filter says of it. Returns 0 if that is not so simple, and blk_decide must be asked. */
BLK_INLINE int blk_prepare(const blk_image *image, const uint8_t *end, size_t n, uint64_t *hash) {
    blk_window window;
    if (n - 1 >= BLK_MAX_NAME_OCTETS || !image->line_count || image->automaton) return 0;
    if (!blk_read_window(&window, end, n)) return 0;
    uint32_t rest = window.dots;
    for (uint32_t i = 1; i < image->first_level; i++) {
        if (!rest) return 0;
        rest ^= 1u << blk_highest(rest);
    }
    if (!rest && n > BLK_WINDOW) return 0;
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

/* Read an escape, `\X` or `\DDD`, at the start of the text; how long it is, 0 if it is none. */
static inline size_t blk_read_escape(const uint8_t *text, size_t n, uint8_t *octet) {
    unsigned value = 0;
    if (n < 2) return 0;
    *octet = text[1];
    if (text[1] < '0' || text[1] > '9') return 2;
    if (n < 4) return 0;
    for (size_t i = 1; i < 4; i++) {
        if (text[i] < '0' || text[i] > '9') return 0;
        value = value * 10 + (text[i] - '0');
    }
    *octet = (uint8_t)value;
    return value <= 255 ? 4 : 0;
}

/* Read text with RFC 1035 escapes (at most one final dot) into `name`, which holds
 * BLK_MAX_NAME_OCTETS octets. Returns the length, or -1 if the text is not a name. */
static inline int blk_read_text(uint8_t *name, const uint8_t *text, size_t n) {
    size_t length = 0, label = 0;
    for (size_t i = 0; i < n; i++) {
        uint8_t octet = text[i];
        if (octet == '.') {
            if (label < 1 || label > BLK_MAX_LABEL_OCTETS) return -1;
            if (i + 1 == n) break;
            label = 0;
        } else {
            size_t size = octet == '\\' ? blk_read_escape(text + i, n - i, &octet) : 1;
            if (!size) return -1;
            i += size - 1;
            octet = blk_octet(octet);
            label++;
        }
        if (length == BLK_MAX_NAME_OCTETS) return -1;
        name[length++] = octet;
    }
    return label >= 1 && label <= BLK_MAX_LABEL_OCTETS ? (int)length : -1;
}

/* Lower eight octets as blk_octet does; 0 if one of them is over 127 or becomes NUL. */
BLK_INLINE int blk_lower_octets(uint64_t *octets) {
    uint64_t x = *octets, each = 0x0101010101010101u, high = 0x80 * each, low = high - each;
    uint64_t is_upper = (x + (0x80 - 'A') * each) & ~(x + (0x7f - 'Z') * each) & high;
    *octets = x | is_upper >> 2;
    /* Below 128 none of these sums reaches the octet above. */
    return !((x | ~(x + (0x80 - 33) * each) | (x + (0x7f - 126) * each) |
              ~((x ^ '.' * each) + low) | ~((x ^ '\\' * each) + low)) &
             high);
}

/* Read wire format of which all octets are plain, as nearly every name is; 0 if it is not so. */
static inline int blk_read_plain_wire(uint8_t *name, const uint8_t *wire, size_t n) {
    uint8_t dots[BLK_MAX_LABELS + 1], padded[BLK_MAX_NAME_OCTETS + 10];
    if (n < 3 || wire[n - 1]) return 0;
    size_t count = 0, length = n - 2, at = wire[0];
    memcpy(padded, wire + 1, length);
    memset(padded + length, 'a', 8);
    for (; at < length; at += wire[at + 1] + (size_t)1) {
        if (count > BLK_MAX_LABELS || !wire[at + 1] || wire[at + 1] > BLK_MAX_LABEL_OCTETS)
            return 0;
        dots[count++] = (uint8_t)at;
        padded[at] = 'a';
    }
    if (at != length || !wire[0] || wire[0] > BLK_MAX_LABEL_OCTETS) return 0;
    for (size_t i = 0; i < length; i += 8) {
        uint64_t octets;
        memcpy(&octets, padded + i, 8); /* each by itself: their sequence does not matter */
        if (!blk_lower_octets(&octets)) return 0;
        memcpy(padded + i, &octets, 8);
    }
    for (size_t i = 0; i < count; i++) padded[dots[i]] = '.';
    memcpy(name, padded, length);
    return (int)length;
}

/* Read uncompressed DNS wire format with its root label, likewise; the root itself gives 0. */
static inline int blk_read_wire(uint8_t *name, const uint8_t *wire, size_t n) {
    size_t at = 0, length = 0;
    if (n > BLK_MAX_NAME_OCTETS + 2) return -1;
    int plain = blk_read_plain_wire(name, wire, n);
    if (plain) return plain;
    while (at < n) {
        size_t label = wire[at++];
        if (!label) return at == n ? (int)length : -1;
        if (label > BLK_MAX_LABEL_OCTETS || label >= n - at) return -1;
        if (length) name[length++] = '.';
        for (size_t i = 0; i < label; i++) name[length++] = blk_octet(wire[at + i]);
        at += label;
    }
    return -1;
}

/* Whether a rule blocks the name: text as resolvers print it, any case, RFC 1035 escapes, at most
 * one final dot. What is not a name is not blocked. See blk_decide_lower for `place`. */
static inline int blk_judge_text(const blk_image *image, const uint8_t *text, size_t n,
                                 blk_place *place) {
    uint8_t padded[BLK_WINDOW + BLK_MAX_NAME_OCTETS];
    size_t length = n && text[n - 1] == '.' ? n - 1 : n;
    int decision = BLK_ESCAPED;
    if (length <= BLK_MAX_NAME_OCTETS) {
        memset(padded, 0, BLK_WINDOW);
        if (length) memcpy(padded + BLK_WINDOW, text, length);
        decision = blk_judge(image, padded + BLK_WINDOW + length, length, place);
    }
    if (decision == BLK_ESCAPED) {
        int read = blk_read_text(padded, text, n);
        return read > 0 && blk_decide_lower(image, padded + read, (uint32_t)read, place);
    }
    return decision;
}

static inline int blk_is_blocked(const blk_image *image, const char *text, size_t n) {
    return blk_judge_text(image, (const uint8_t *)text, n, NULL);
}

/* The same for uncompressed DNS wire format. */
static inline int blk_judge_wire(const blk_image *image, const uint8_t *wire, size_t n,
                                 blk_place *place) {
    uint8_t padded[BLK_WINDOW + BLK_MAX_NAME_OCTETS];
    memset(padded, 0, BLK_WINDOW);
    int length = blk_read_wire(padded + BLK_WINDOW, wire, n);
    return length > 0 &&
           blk_judge(image, padded + BLK_WINDOW + length, (size_t)length, place) == BLK_BLOCKED;
}

static inline int blk_is_blocked_wire(const blk_image *image, const uint8_t *wire, size_t n) {
    return blk_judge_wire(image, wire, n, NULL);
}

/* Find every rule about names that covers the name, which is in lower case with escaped octets as
 * NUL. Writes one match for each suffix that has rules, the longest first, and returns how many. */
static inline size_t blk_match_names(const blk_image *image, const uint8_t *text, size_t n,
                                     blk_match matches[BLK_MAX_LABELS]) {
    blk_name name;
    blk_best best = {0, BLK_UNDECIDED, NULL};
    size_t count = 0;
    if (n < 1 || n > BLK_MAX_NAME_OCTETS) return 0;
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

#endif
