/* patterns.h: the patterns that cover a name, by an Aho-Corasick automaton over their literals. */
#ifndef BLK_PATTERNS_H
#define BLK_PATTERNS_H

#include "image.h"

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

/* A search for the patterns that cover a name. */
typedef struct {
    const uint8_t *name;
    size_t n;
    uint8_t *marks; /* an octet for each pattern, or NULL */
    uint32_t best;  /* the lowest number so far */
    /* Neither runs out in an image that was compiled: there are at most n steps down fail links,
     * and each pattern is tried once, with one refusal for each state at each octet. */
    size_t steps, tries;
    uint64_t seen[64]; /* a bit for each of 4,096 classes of states */
} blk_search;

/* Where the edge of a state for an octet leads; 0 if there is none. */
BLK_INLINE uint32_t blk_edge_target(const blk_image *image, const uint8_t *state, uint8_t octet) {
    uint32_t low = blk_u32(state + BLK_STATE_EDGES_AT);
    uint32_t high = blk_u32(state + BLK_STATE_SIZE + BLK_STATE_EDGES_AT);
    if (high > image->edge_count) high = image->edge_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        uint32_t edge = blk_u32(image->edges + (size_t)middle * BLK_EDGE_SIZE);
        uint8_t found = (uint8_t)edge; /* the target stands above it */
        if (found == octet) return edge >> BLK_EDGE_TARGET_SHIFT;
        if (found < octet) low = middle + 1;
        else high = middle;
    }
    return 0;
}

/* The state after `octet`, down fail links as far as needed. */
BLK_INLINE uint32_t blk_next_state(const blk_image *image, blk_search *search, uint32_t state,
                                   uint8_t octet) {
    for (;;) {
        const uint8_t *record = image->states + (size_t)state * BLK_STATE_SIZE;
        uint32_t target = blk_edge_target(image, record, octet);
        if (target && target < image->state_count) return target;
        if (!state || !search->steps) return state;
        search->steps--;
        state = blk_u32(record + BLK_STATE_FAILURE_AT);
        if (state >= image->state_count) state = 0;
    }
}

/* The text of a pattern, and of the literal in it. */
typedef struct {
    const uint8_t *text, *literal;
    uint32_t length, literal_length;
} blk_pattern;

/* Find the text of a pattern; 0 where its record contradicts itself. */
BLK_INLINE int blk_read_pattern(const blk_image *image, uint32_t number, blk_pattern *pattern) {
    const uint8_t *record = image->patterns + (size_t)number * BLK_PATTERN_SIZE;
    uint32_t offset = blk_u32(record + BLK_PATTERN_TEXT_AT);
    uint32_t length = record[BLK_PATTERN_LENGTH_AT], literal = record[BLK_PATTERN_LITERAL_AT];
    uint32_t size = record[BLK_PATTERN_LITERAL_LENGTH_AT];
    if (offset > image->text_length || length > image->text_length - offset) return 0;
    if (!size || literal + size > length) return 0;
    pattern->text = image->texts + offset;
    pattern->literal = pattern->text + literal;
    pattern->length = length;
    pattern->literal_length = size;
    return 1;
}

/* Try the patterns of a state whose literal ends behind octet `i` of the name. Returns 0 if the
 * search is over. */
BLK_INLINE int blk_try_patterns(const blk_image *image, blk_search *search, uint32_t state,
                                size_t i) {
    const uint8_t *record = image->states + (size_t)state * BLK_STATE_SIZE;
    uint32_t output = blk_u32(record + BLK_STATE_OUTPUTS_AT);
    uint32_t stop = blk_u32(record + BLK_STATE_SIZE + BLK_STATE_OUTPUTS_AT);
    uint64_t *seen = &search->seen[state >> 6 & 63], bit = (uint64_t)1 << (state & 63);
    int is_first = !(*seen & bit);
    blk_pattern pattern;
    if (stop > image->output_count) stop = image->output_count;
    for (; output < stop; output++) {
        if (!search->tries--) return 0;
        uint32_t number = blk_u32(image->outputs + (size_t)output * BLK_OUTPUT_SIZE);
        if (number >= image->pattern_count) break;
        if (number >= search->best && !search->marks) break; /* none after it is better */
        if (search->marks && search->marks[number]) continue;
        if (!blk_read_pattern(image, number, &pattern) || pattern.literal_length > i + 1) break;
        if (!is_first &&
            blk_find(search->name, search->name + i, pattern.literal, pattern.literal_length)) {
            break;
        }
        is_first = 1;
        if (!blk_covers(pattern.text, pattern.length, search->name, search->n)) continue;
        if (number < search->best) search->best = number;
        if (!search->marks) break;
        search->marks[number] = 1;
    }
    *seen |= bit;
    return 1;
}

/* The pattern with the lowest number that covers the name (in lower case); `pattern_count` if there
 * is none. One pass of an Aho-Corasick automaton over the literals, and each literal's patterns are
 * compared once, where it occurs first. With `marks`, an octet for each pattern, those of all that
 * cover the name are set to 1, in the same one pass. */
static inline uint32_t blk_find_patterns(const blk_image *image, const uint8_t *name, size_t n,
                                         uint8_t *marks) {
    blk_search search;
    uint32_t state = 0;
    memset(&search, 0, sizeof search);
    search.name = name;
    search.n = n;
    search.marks = marks;
    search.best = image->pattern_count;
    search.steps = 4 * n + 4;
    search.tries = (size_t)image->pattern_count + 65536;
    for (size_t i = 0; i < n; i++) {
        state = blk_next_state(image, &search, state, name[i]);
        uint32_t at = state;
        for (int links = 0; at && links <= BLK_MAX_NAME_OCTETS; links++) {
            if (!blk_try_patterns(image, &search, at, i)) return search.best;
            at = blk_u32(image->states + (size_t)at * BLK_STATE_SIZE + BLK_STATE_LINK_AT);
            if (at >= image->state_count) at = 0;
        }
    }
    return search.best;
}

BLK_INLINE int blk_pattern_allows(const blk_image *image, uint32_t number) {
    return image->patterns[(size_t)number * BLK_PATTERN_SIZE + BLK_PATTERN_ALLOW_AT];
}

#endif
