/* lines.h: the filters and the lines of the suffix trie, level by level. */
#ifndef BLK_LINES_H
#define BLK_LINES_H

#include "image.h"

typedef struct {
    uint32_t number; /* of the first rule at this name */
    uint8_t flags;   /* rules that stand here; those that do not apply to the name too */
    uint8_t start;   /* where in the name the suffix begins, in octets */
} blk_match;

/* ---- filters --------------------------------------------------------------------------- */

/* The places of bits are taken from this, PLACE_BITS for each. */
BLK_INLINE uint64_t blk_spread(uint64_t hash) { return hash * BLK_HASH_SPREAD; }

/* One of the places that a spread hash holds, one below the other from `top`. */
#define BLK_PLACE(spread, top, index)                                                              \
    ((spread) >> ((top) - (index) * BLK_PLACE_BITS) & ((1u << BLK_PLACE_BITS) - 1))

/* The bit of a gate for one of 64 places. */
#define BLK_GATE_BIT(place) ((uint32_t)1 << ((place) * (BLK_GATE_BITS / 8) >> (BLK_PLACE_BITS - 3)))

/* The bits of a gate that say that a group may be there, or be heavy. */
BLK_INLINE uint32_t blk_gate_bits(uint64_t hash) {
    uint64_t g = blk_spread(hash);
    return BLK_GATE_BIT(BLK_PLACE(g, BLK_GATE_PLACES_AT, 0)) |
           BLK_GATE_BIT(BLK_PLACE(g, BLK_GATE_PLACES_AT, 1));
}

/* The bits of a filter word that say that a group is present. */
BLK_INLINE uint64_t blk_present_bits(uint64_t hash) {
    uint64_t g = blk_spread(hash), one = 1;
    return one << BLK_PLACE(g, BLK_PRESENT_PLACES_AT, 0) |
           one << BLK_PLACE(g, BLK_PRESENT_PLACES_AT, 1) |
           one << BLK_PLACE(g, BLK_PRESENT_PLACES_AT, 2);
}

/* The bits that say that it is heavy: suffixes below it have groups of their own. */
BLK_INLINE uint64_t blk_heavy_bits(uint64_t hash) {
    uint64_t g = blk_spread(hash), one = 1;
    return one << BLK_PLACE(g, BLK_HEAVY_PLACES_AT, 0) |
           one << BLK_PLACE(g, BLK_HEAVY_PLACES_AT, 1) |
           one << BLK_PLACE(g, BLK_HEAVY_PLACES_AT, 2);
}

/* A group's line. Each gate displaces its groups together, by as much as the compiler found to put
 * nearly all of them where there is room. */
BLK_INLINE uint32_t blk_home(uint64_t hash, uint32_t displacement, uint32_t line_count) {
    return blk_scale((uint32_t)(hash >> 32) + displacement * BLK_HASH_DISPLACE, line_count);
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
    return image->gates + (size_t)blk_gate_index(hash, image->gate_count) * BLK_GATE_SIZE;
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
    *home = blk_home(hash, gate >> BLK_GATE_BITS, image->line_count);
    BLK_PREFETCH(image->lines + (size_t)*home * BLK_LINE_SIZE);
    size_t index = blk_word_index(hash, image->word_count);
    uint64_t word = blk_u64(image->filter + index * BLK_WORD_SIZE);
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

/* Where the entry of the rule that decides stands, for evidence. */
typedef struct {
    uint32_t line;   /* its number; of a pattern, the number of that */
    uint32_t offset; /* of the entry in the line; 0: it is a pattern */
    uint32_t bit;    /* the kind of rule, of the entry's flags */
    uint32_t length; /* of the suffix that it names, in octets */
} blk_place;

/* The longest suffix with a rule that applies, so far. A block ends the search for yes or no, while
 * the rule that decides, asked for with `place`, may be longer. */
typedef struct {
    uint32_t length;
    int verdict;
    blk_place *place; /* to be filled in, or NULL */
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

/* The bit of the flags that decides as blk_verdict says; 0 if none applies. */
BLK_INLINE uint32_t blk_deciding_bit(uint32_t flags, int is_whole) {
    uint32_t first = is_whole ? BLK_EXACT : BLK_SUBTREE, second = first << 1;
    if (flags & first << BLK_ALLOW_SHIFT) return first << BLK_ALLOW_SHIFT;
    if (flags & first) return first;
    if (flags & second << BLK_ALLOW_SHIFT) return second << BLK_ALLOW_SHIFT;
    return flags & second;
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
    if (*length == BLK_KEY_POOLED) {
        uint64_t offset = blk_u32(*key);
        if (offset >= image->pool_length) return 0;
        *length = image->pool[offset];
        if (*length > image->pool_length - offset - 1) return 0;
        *key = image->pool + offset + 1;
    }
    return *length > 0;
}

/* An entry of a line. */
typedef struct {
    const uint8_t *key, *after; /* the key or its offset in the pool, and what follows that */
    uint32_t length;            /* of the key; BLK_KEY_POOLED if it is in the pool */
    uint32_t code, flags;
} blk_entry;

/* Where the entries of a line end. */
BLK_INLINE const uint8_t *blk_line_end(const uint8_t *line) {
    uint32_t used = line[BLK_LINE_USED_AT];
    return line + BLK_LINE_ENTRIES_AT + (used < BLK_LINE_ROOM ? used : BLK_LINE_ROOM);
}

/* Read the entry at `*at` and move on to the next; 0 if the line ends there. */
BLK_INLINE int blk_next_entry(const uint8_t **at, const uint8_t *end, blk_entry *entry) {
    if (end - *at <= (ptrdiff_t)BLK_ENTRY_SIZE) return 0;
    uint32_t head = (*at)[BLK_ENTRY_HEAD_AT],
             has_flags = head / BLK_FLAGS_FOLLOW; /* its highest bit */
    entry->code = (*at)[BLK_ENTRY_CODE_AT];
    entry->length = head & BLK_KEY_LENGTH;
    entry->key = *at + BLK_ENTRY_SIZE;
    entry->after =
        entry->key + (entry->length == BLK_KEY_POOLED ? BLK_POOL_OFFSET_SIZE : entry->length);
    if (entry->after + has_flags > end) return 0;
    entry->flags = has_flags ? *entry->after & BLK_ALL_FLAGS : BLK_SUBTREE;
    *at = entry->after + has_flags;
    return 1;
}

/* Whether the entry stands for a suffix of the name, of `*whole` octets. */
BLK_INLINE int blk_is_entry_of(const blk_image *image, const blk_entry *entry, const blk_name *name,
                               uint32_t *whole) {
    const uint8_t *key = entry->key;
    uint32_t length = entry->length, tail = entry->code ? name->tail + 1 : 0;
    if (entry->code && image->labels[entry->code] != name->tail_label) return 0;
    if (!blk_find_key(image, &key, &length)) return 0;
    *whole = length + tail;
    return blk_is_suffix(key, length, name->end - tail, name->length - tail);
}

/* Keep what an entry of `whole` octets, at `at` in its line, decides about a name of `length`, if
 * it is the longest so far. Returns 1 for a block that ends the search. */
BLK_INLINE int blk_is_final_block(const blk_image *image, uint32_t flags, uint32_t whole,
                                  uint32_t length, uint32_t line, uint32_t at, blk_best *best) {
    int verdict = blk_verdict(flags, whole == length);
    if (!image->exceptions && !best->place) return verdict == BLK_BLOCKED;
    if (verdict != BLK_UNDECIDED && whole > best->length) {
        best->length = whole;
        best->verdict = verdict;
        if (best->place) {
            best->place->line = line;
            best->place->offset = at;
            best->place->bit = blk_deciding_bit(flags, whole == length);
            best->place->length = whole;
        }
    }
    return 0;
}

/* How many rules stand before the line. */
BLK_INLINE uint32_t blk_rules_before(const blk_image *image, uint32_t index) {
    size_t rank = index / BLK_LINES_A_RANK;
    uint32_t number = blk_u32(image->ranks + rank * BLK_RANK_SIZE);
    for (uint32_t i = index & ~(BLK_LINES_A_RANK - 1); i < index; i++) {
        number += image->lines[(size_t)i * BLK_LINE_SIZE] & BLK_LINE_RULES;
    }
    return number;
}

/* The number of the rule at a place; found only now, as it takes many octets beside the line. */
static inline uint32_t blk_number_at(const blk_image *image, const blk_place *place) {
    if (!place->offset) return image->name_rules + place->line;
    if (place->line >= image->line_count) return UINT32_MAX;
    const uint8_t *line = image->lines + (size_t)place->line * BLK_LINE_SIZE;
    const uint8_t *at = line + BLK_LINE_ENTRIES_AT, *end = blk_line_end(line);
    uint32_t number = blk_rules_before(image, place->line);
    blk_entry entry;
    for (;;) {
        uint32_t offset = (uint32_t)(at - line);
        if (!blk_next_entry(&at, end, &entry)) return UINT32_MAX;
        if (offset == place->offset) break;
        number += blk_count_bits(entry.flags);
    }
    return number + blk_count_bits(entry.flags & (place->bit - 1));
}

/* Ask for the memory that blk_number_at reads beside the line. */
BLK_INLINE void blk_prefetch_number(const blk_image *image, const blk_place *place) {
    if (!place->offset || place->line >= image->line_count) return;
    uint32_t first = place->line & ~(BLK_LINES_A_RANK - 1);
    BLK_PREFETCH(image->ranks + (size_t)(place->line / BLK_LINES_A_RANK) * BLK_RANK_SIZE);
    for (uint32_t i = first; i < place->line; i++)
        BLK_PREFETCH(image->lines + (size_t)i * BLK_LINE_SIZE);
}

/* Add a match, unless it is there: a line that two groups of a name share is read twice. */
static inline void blk_add_match(blk_match *matches, size_t *count, uint32_t number, uint32_t flags,
                                 uint32_t start) {
    for (size_t i = 0; i < *count; i++) {
        if (matches[i].start == start) return;
    }
    if (*count < BLK_MAX_LABELS) {
        blk_match *match = &matches[(*count)++];
        match->number = number;
        match->flags = (uint8_t)flags;
        match->start = (uint8_t)start;
    }
}

/* Compare the entries of one group's lines with the name. With `matches`, each entry that is a
 * suffix of the name is written there (at most BLK_MAX_LABELS) and counted in `count`; without,
 * BLK_BLOCKED is returned where that is decided already, and `best` is kept. */
BLK_INLINE int blk_scan(const blk_image *image, uint32_t home, const blk_name *name, blk_best *best,
                        blk_match *matches, size_t *count) {
    for (uint32_t step = 0; step < 2 * image->reach; step++) {
        uint32_t index = blk_line_at(home, step, image->line_count);
        const uint8_t *line = image->lines + (size_t)index * BLK_LINE_SIZE;
        const uint8_t *at = line + BLK_LINE_ENTRIES_AT, *end = blk_line_end(line);
        uint32_t passed = 0, whole; /* rules of the entries passed */
        blk_entry entry;
        for (;;) {
            uint32_t before = passed, offset = (uint32_t)(at - line);
            if (!blk_next_entry(&at, end, &entry)) break;
            if (matches) passed += blk_count_bits(entry.flags);
            if (!blk_is_entry_of(image, &entry, name, &whole)) continue;
            if (matches) {
                uint32_t number = blk_rules_before(image, index) + before;
                blk_add_match(matches, count, number, entry.flags, name->length - whole);
            } else if (blk_is_final_block(image, entry.flags, whole, name->length, index, offset,
                                          best)) {
                return BLK_BLOCKED;
            }
        }
        if (!(line[BLK_LINE_HEAD_AT] & BLK_LINE_GOES_ON)) break;
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

BLK_INLINE void blk_set_name(blk_name *name, const uint8_t *end, uint32_t n) {
    uint32_t tail = 0;
    uint64_t label = 0;
    name->end = end;
    name->length = n;
    while (tail < n && end[-1 - (ptrdiff_t)tail] != '.') tail++;
    if (tail && tail <= BLK_MAX_LAST_LABEL && tail < n) {
        const uint8_t *top = end - tail;
        for (uint32_t i = 0; i < tail; i++) label |= (uint64_t)top[i] << 8 * i;
        label |= (uint64_t)tail << 8 * BLK_LABEL_LENGTH_AT;
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

#endif
