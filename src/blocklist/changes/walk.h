/* walk.h: two images compared name by name, in C11, with no Python and no allocation.
 *
 * Each name of the old image is put together in a buffer and looked up in the new one, sixteen at a
 * time, so that their waits for memory overlap. A bit for each rule of the new image is set when it
 * is met; what has none at the end is new. Both images may be hostile: their lines and grounds are
 * checked first, each number is compared with what it counts, and a name that differs must be found
 * where a lookup finds it. The work is done in steps that each end soon. */
#ifndef BLOCKLIST_WALK_H
#define BLOCKLIST_WALK_H

#include "../_core/kernel/grounds.h"
#include "../_core/kernel/lines.h"

#define DIF_GROUP 16       /* names looked up together */
#define DIF_STEP_LINES 64u /* of a step */
#define DIF_STEP_RULES 8192u
#define DIF_LINE_ENTRIES 20u      /* at most: each takes three octets or more */
#define DIF_MAX_RULES 0x3fffffffu /* of an image: its rules are told apart in 32 bits */
#define DIF_NONE 0xffffffffu      /* no class */
#define DIF_MIXED 0xfffffffeu     /* more than one class */

/* What a step writes for a name at which something differs; the name follows. */
typedef struct {
    uint32_t old_number, new_number; /* of the first rule at the name; 0: no rule */
    uint8_t removed, added, changed; /* bits of rules */
    uint8_t old_flags, new_flags, length;
} dif_record;

#define DIF_STEP_OCTETS                                                                            \
    ((size_t)DIF_STEP_LINES * DIF_LINE_ENTRIES * (sizeof(dif_record) + BLK_MAX_NAME_OCTETS))

typedef enum { DIF_DONE = 0, DIF_MORE = 1, DIF_BAD_OLD = -1, DIF_BAD_NEW = -2 } dif_status;

/* One of the two images. */
typedef struct {
    blk_image image;
    blk_grounds grounds;
    const uint8_t *classes; /* a u32 of this machine for each set of orders: its class */
    uint32_t class_count;
    uint32_t line, number; /* how far the check has got */
    uint32_t only;         /* the class of all rules about names; DIF_NONE, DIF_MIXED */
    uint32_t *counts;      /* rules about names that block, for each class */
    uint8_t *heads;        /* rules of each line, in whole runs; NULL for the old image */
} dif_side;

/* A name of the old image. */
typedef struct {
    uint8_t octets[BLK_MAX_NAME_OCTETS];
    blk_name name;
    uint64_t hash; /* of the suffix that is asked first */
    uint32_t number, at, home, level;
    uint32_t found; /* rule number in the new image */
    uint8_t flags, new_flags, is_asked, is_heavy, is_found;
} dif_name;

typedef struct {
    dif_side old, new_;
    uint8_t *marks;   /* a bit for each rule about names of the new image */
    uint32_t classes; /* how many there are */
    uint32_t line, number;
    int phase;
    uint8_t *out; /* DIF_STEP_OCTETS */
    size_t written;
    size_t work; /* lines read so far, so that the caller knows how long a step took */
    uint32_t count;
    dif_name group[DIF_GROUP];
} dif_walk;

/* ---- opening ------------------------------------------------------------------------------ */

/* Read the structure of an image and of its grounds. */
static inline int dif_open(dif_side *side, const uint8_t *octets, size_t length,
                           const uint8_t *classes, uint32_t class_count) {
    uint64_t grounds_size = 0;
    const uint8_t *grounds;
    if (blk_open(&side->image, octets, length) != BLK_OK) return 0;
    grounds = blk_section(octets, length, BLK_SECTION_GROUNDS, &grounds_size);
    if (blk_open_grounds(&side->grounds, grounds, grounds_size) != BLK_OK) return 0;
    side->classes = classes;
    side->class_count = class_count;
    side->line = side->number = 0;
    side->only = DIF_NONE;
    if (side->grounds.rule_count > DIF_MAX_RULES) return 0;
    if (side->image.name_rules > side->grounds.rule_count) return 0;
    for (uint32_t code = 1; code <= BLK_MAX_CODES; code++) {
        uint64_t label = side->image.labels[code];
        uint32_t size = (uint32_t)(label >> 8 * BLK_LABEL_LENGTH_AT);
        if (label == 1) break; /* no more codes */
        if (size < 1 || size > BLK_MAX_LAST_LABEL || label & 0x0080808080808080u) return 0;
        label <<= 8; /* the text alone */
        if (size < BLK_MAX_LAST_LABEL && label >> (8 * size + 8)) return 0;
    }
    return 1;
}

/* ---- entries ------------------------------------------------------------------------------ */

typedef struct {
    const uint8_t *key;
    uint32_t key_length, tail, whole; /* octets of the key, of the label behind it, of the name */
    uint64_t label;
    uint32_t flags;
} dif_entry;

/* Read an entry of which nothing is trusted; 0 where it contradicts itself. */
BLK_INLINE int dif_read_entry(const blk_image *image, const uint8_t **at, const uint8_t *end,
                              dif_entry *entry) {
    blk_entry raw;
    uint32_t head = **at;
    if (!blk_next_entry(at, end, &raw)) return 0;
    if (raw.length > BLK_MAX_INLINE_KEY && raw.length != BLK_KEY_POOLED) return 0;
    if (head & BLK_FLAGS_FOLLOW && (!*raw.after || *raw.after > BLK_ALL_FLAGS)) return 0;
    entry->key = raw.key;
    entry->key_length = raw.length;
    entry->flags = raw.flags;
    entry->label = raw.code ? image->labels[raw.code] : 0;
    entry->tail = (uint32_t)(entry->label >> 8 * BLK_LABEL_LENGTH_AT);
    if (raw.code && !entry->tail) return 0; /* there is no such code */
    if (!blk_find_key(image, &entry->key, &entry->key_length)) return 0;
    entry->whole = entry->key_length + (raw.code ? entry->tail + 1 : 0);
    return entry->whole <= BLK_MAX_NAME_OCTETS;
}

BLK_INLINE int dif_is_ascii(const uint8_t *octets, uint32_t n) {
    uint32_t i = 0;
    for (; n - i >= 8; i += 8) {
        if (blk_u64(octets + i) & BLK_HASH_KEY_BITS) return 0;
    }
    for (; i < n; i++) {
        if (octets[i] & 0x80) return 0;
    }
    return 1;
}

/* Put the name of an entry together; where it ends. */
BLK_INLINE uint8_t *dif_put_name(uint8_t *octets, const dif_entry *entry) {
    uint8_t *end = octets + entry->key_length;
    memcpy(octets, entry->key, entry->key_length);
    if (!entry->tail) return end;
    *end++ = '.';
    for (uint32_t i = 0; i < entry->tail; i++) *end++ = (uint8_t)(entry->label >> 8 * i);
    return end;
}

/* ---- grounds ------------------------------------------------------------------------------ */

/* The class of the set of orders behind a rule, or DIF_NONE. */
BLK_INLINE uint32_t dif_class(const dif_side *side, uint32_t number) {
    uint32_t found = DIF_NONE, set = blk_order_set(&side->grounds, number);
    if (set < side->class_count) memcpy(&found, side->classes + (size_t)set * 4, 4);
    return found;
}

/* Check the set of orders behind a rule, and count the rule for its class if it blocks a name. */
BLK_INLINE int dif_check_grounds(const dif_walk *walk, dif_side *side, uint32_t number, int is_name,
                                 int is_block) {
    uint32_t class_ = dif_class(side, number);
    if (class_ >= walk->classes) return 0;
    if (is_name && side->only != class_) {
        side->only = side->only == DIF_NONE ? class_ : DIF_MIXED;
    }
    if (is_block) side->counts[class_]++;
    return 1;
}

/* ---- checking an image -------------------------------------------------------------------- */

static inline int dif_check_line(dif_walk *walk, dif_side *side) {
    const blk_image *image = &side->image;
    const uint8_t *line = image->lines + (size_t)side->line * BLK_LINE_SIZE;
    const uint8_t *at = line + BLK_LINE_ENTRIES_AT, *end = blk_line_end(line);
    uint32_t first = side->number, stop = first + (line[BLK_LINE_HEAD_AT] & BLK_LINE_RULES);
    size_t rank = side->line / BLK_LINES_A_RANK;
    dif_entry entry;
    if (side->line % BLK_LINES_A_RANK == 0 && blk_u32(image->ranks + rank * BLK_RANK_SIZE) != first)
        return 0;
    if (line[BLK_LINE_USED_AT] > BLK_LINE_ROOM || stop > image->name_rules) return 0;
    while (at < end) {
        if (!dif_read_entry(image, &at, end, &entry)) return 0;
        if (!dif_is_ascii(entry.key, entry.key_length)) return 0;
        if (blk_count_bits(entry.flags) > stop - side->number) return 0;
        for (uint32_t flags = entry.flags; flags; flags &= flags - 1) {
            int is_block = (flags & (0u - flags)) < 1u << BLK_ALLOW_SHIFT;
            if (!dif_check_grounds(walk, side, side->number++, 1, is_block)) return 0;
        }
    }
    if (side->heads) side->heads[side->line] = (uint8_t)(stop - first);
    side->line++;
    return side->number == stop;
}

/* Check some lines, then the grounds of the rules about other things. */
static inline dif_status dif_check(dif_walk *walk, dif_side *side, dif_status bad) {
    uint32_t left = 0;
    for (; left < DIF_STEP_LINES && side->line < side->image.line_count; left++) {
        if (!dif_check_line(walk, side)) return bad;
    }
    walk->work += left;
    if (side->line < side->image.line_count) return DIF_MORE;
    if (side->number < side->image.name_rules) return bad;
    for (left = DIF_STEP_RULES; left && side->number < side->grounds.rule_count; left--) {
        if (!dif_check_grounds(walk, side, side->number++, 0, 0)) return bad;
    }
    walk->work += DIF_STEP_LINES;
    if (side->number < side->grounds.rule_count) return DIF_MORE;
    walk->phase++;
    return DIF_MORE;
}

/* ---- finding a name ----------------------------------------------------------------------- */

/* How many rules stand before a line of the new image: the heads of a run, side by side. */
BLK_INLINE uint32_t dif_rules_before(const dif_side *side, uint32_t line) {
    if (!side->heads) return blk_rules_before(&side->image, line);
    uint32_t rank = line / BLK_LINES_A_RANK, at = line % BLK_LINES_A_RANK, rules = 0;
    const uint8_t *heads = side->heads + (size_t)rank * BLK_LINES_A_RANK;
    for (uint32_t i = 0; i < BLK_LINES_A_RANK; i++) rules += i < at ? heads[i] : 0u;
    return rules + blk_u32(side->image.ranks + (size_t)rank * BLK_RANK_SIZE);
}

/* Look for exactly the name in the lines of a group. */
BLK_INLINE int dif_scan(dif_walk *walk, const dif_side *side, uint32_t home, const blk_name *name,
                        uint32_t *number, uint8_t *flags) {
    const blk_image *image = &side->image;
    for (uint32_t step = 0; step < 2 * image->reach; step++) {
        uint32_t index = blk_line_at(home, step, image->line_count), passed = 0, length;
        const uint8_t *line = image->lines + (size_t)index * BLK_LINE_SIZE;
        const uint8_t *at = line + BLK_LINE_ENTRIES_AT, *end = blk_line_end(line);
        blk_entry entry;
        walk->work++;
        for (; blk_next_entry(&at, end, &entry); passed += blk_count_bits(entry.flags)) {
            const uint8_t *key = entry.key;
            uint32_t tail = entry.code ? name->tail + 1 : 0;
            length = entry.length;
            if (length != BLK_KEY_POOLED && length + tail != name->length) continue;
            if (entry.code && image->labels[entry.code] != name->tail_label) continue;
            if (!blk_find_key(image, &key, &length) || length + tail != name->length) continue;
            if (!blk_is_equal(key, name->end - name->length, length)) continue;
            *number = dif_rules_before(side, index) + passed;
            *flags = (uint8_t)entry.flags;
            return 1;
        }
        if (!(line[BLK_LINE_HEAD_AT] & BLK_LINE_GOES_ON)) break;
    }
    return 0;
}

/* Move `at` to where the next longer suffix of the name begins; 0 if it is the whole already. */
BLK_INLINE int dif_lengthen(const blk_name *name, uint32_t *at) {
    const uint8_t *begin = name->end - name->length;
    uint32_t from = *at;
    if (!from) return 0;
    if (from < name->length) from--; /* the dot */
    while (from && begin[from - 1] != '.') from--;
    *at = from;
    return 1;
}

/* Begin a lookup: where the first suffix that is asked begins, and its hash. */
BLK_INLINE int dif_begin(const blk_image *image, dif_name *one) {
    one->at = one->name.length;
    for (one->level = 0; one->level < image->first_level; one->level++) {
        if (!dif_lengthen(&one->name, &one->at)) return 0;
    }
    if (!image->line_count || one->level > image->last_level) return 0;
    one->hash = blk_hash(image->keys, one->name.end, one->name.length - one->at);
    BLK_PREFETCH(blk_gate_at(image, one->hash));
    return 1;
}

/* Ask the filters, level by level, until a group may be there; 0 if none is. */
BLK_INLINE int dif_ask(const blk_image *image, dif_name *one) {
    for (;;) {
        int is_heavy, is_there = blk_ask_filters(image, one->hash, &one->home, &is_heavy);
        one->is_heavy = (uint8_t)is_heavy;
        if (is_there) return 1;
        if (!is_heavy || one->level++ >= image->last_level) return 0;
        if (!dif_lengthen(&one->name, &one->at)) return 0;
        one->hash = blk_hash(image->keys, one->name.end, one->name.length - one->at);
    }
}

/* Read the lines of the group, and of those below it while the name is in none. */
BLK_INLINE int dif_find(dif_walk *walk, const dif_side *side, dif_name *one) {
    const blk_image *image = &side->image;
    for (;;) {
        if (dif_scan(walk, side, one->home, &one->name, &one->found, &one->new_flags)) return 1;
        if (!one->is_heavy || one->level++ >= image->last_level) return 0;
        if (!dif_lengthen(&one->name, &one->at)) return 0;
        one->hash = blk_hash(image->keys, one->name.end, one->name.length - one->at);
        if (!dif_ask(image, one)) return 0;
    }
}

/* Whether a lookup in its own image finds the name where it stands, with its flags. */
static inline int dif_is_in_place(dif_walk *walk, const dif_side *side, const dif_name *one) {
    dif_name own;
    memcpy(&own, one, sizeof own);
    own.name.end = own.octets + (one->name.end - one->octets);
    return dif_begin(&side->image, &own) && dif_ask(&side->image, &own) &&
           dif_find(walk, side, &own) && own.found == one->number && own.new_flags == one->flags;
}

/* ---- comparing ---------------------------------------------------------------------------- */

static inline void dif_put(dif_walk *walk, const dif_record *record, const uint8_t *end) {
    memcpy(walk->out + walk->written, record, sizeof *record);
    walk->written += sizeof *record;
    memcpy(walk->out + walk->written, end - record->length, record->length);
    walk->written += record->length;
}

/* The bits of rules that both images have at a name and that stand on other orders; a rule of the
 * new image is marked, and `*is_twice` set if it was. */
BLK_INLINE uint32_t dif_compare_rules(dif_walk *walk, const dif_name *one, int *is_twice) {
    uint32_t both = one->flags & one->new_flags, changed = 0;
    int is_plain = walk->old.only == walk->new_.only && walk->old.only != DIF_MIXED;
    for (uint32_t left = both; left; left &= left - 1) {
        uint32_t bit = left & (0u - left);
        uint32_t number = one->found + blk_count_bits(one->new_flags & (bit - 1));
        uint32_t mark = 1u << (number & 7);
        if (number >= walk->new_.image.name_rules) break; /* the file was changed meanwhile */
        *is_twice |= (walk->marks[number >> 3] & mark) != 0;
        walk->marks[number >> 3] |= (uint8_t)mark;
        if (is_plain) continue;
        uint32_t own = one->number + blk_count_bits((uint32_t)one->flags & (bit - 1));
        if (dif_class(&walk->old, own) != dif_class(&walk->new_, number)) changed |= bit;
    }
    return changed;
}

static inline dif_status dif_settle(dif_walk *walk, dif_name *one) {
    dif_record record;
    int is_twice = 0;
    memset(&record, 0, sizeof record);
    if (!one->is_found) one->new_flags = 0;
    record.changed = (uint8_t)dif_compare_rules(walk, one, &is_twice);
    record.removed = (uint8_t)(one->flags & ~one->new_flags);
    if (is_twice) return DIF_BAD_OLD;
    if (!record.removed && !record.changed) return DIF_MORE;
    if (record.removed && !dif_is_in_place(walk, &walk->old, one)) return DIF_BAD_OLD;
    record.old_number = one->number;
    record.new_number = one->is_found ? one->found : 0;
    record.old_flags = one->flags;
    record.new_flags = one->new_flags;
    record.length = (uint8_t)one->name.length;
    dif_put(walk, &record, one->name.end);
    return DIF_MORE;
}

/* Look up the names that are gathered; each loop asks for the memory that the next one reads. */
static inline dif_status dif_look_up(dif_walk *walk) {
    const dif_side *side = &walk->new_;
    int is_plain = walk->old.only == side->only && side->only != DIF_MIXED;
    dif_status status = DIF_MORE;
    uint32_t count = walk->count;
    walk->count = 0;
    for (uint32_t i = 0; i < count; i++) {
        dif_name *one = &walk->group[i];
        one->is_asked = one->is_asked && dif_ask(&side->image, one);
    }
    for (uint32_t i = 0; i < count; i++) {
        dif_name *one = &walk->group[i];
        one->is_found = one->is_asked && dif_find(walk, side, one);
        if (one->is_found && !is_plain) blk_prefetch_set(&side->grounds, one->found);
    }
    for (uint32_t i = 0; i < count && status == DIF_MORE; i++) {
        status = dif_settle(walk, &walk->group[i]);
    }
    return status;
}

/* Put the name of an entry together; the caller sets its rule number. */
BLK_INLINE void dif_set(dif_name *one, const dif_entry *entry) {
    uint8_t *end = dif_put_name(one->octets, entry);
    one->flags = (uint8_t)entry->flags;
    one->is_found = one->is_asked = 0;
    blk_set_name(&one->name, end, entry->whole);
}

/* Look up the names of some lines of the old image. */
static inline dif_status dif_walk_old(dif_walk *walk) {
    const blk_image *image = &walk->old.image;
    dif_status status = DIF_MORE;
    for (uint32_t i = 0; i < DIF_STEP_LINES && walk->line < image->line_count; i++, walk->line++) {
        const uint8_t *line = image->lines + (size_t)walk->line * BLK_LINE_SIZE;
        const uint8_t *at = line + BLK_LINE_ENTRIES_AT, *end = blk_line_end(line);
        dif_entry entry;
        while (at < end && dif_read_entry(image, &at, end, &entry)) {
            dif_name *one = &walk->group[walk->count];
            dif_set(one, &entry);
            one->number = walk->number;
            walk->number += blk_count_bits(entry.flags);
            one->is_asked = (uint8_t)dif_begin(&walk->new_.image, one);
            walk->count++;
            if (walk->count == DIF_GROUP) status = dif_look_up(walk);
            if (status != DIF_MORE) return status;
        }
    }
    status = dif_look_up(walk);
    if (walk->line == image->line_count) {
        walk->line = walk->number = 0;
        walk->phase++;
    }
    return status;
}

/* Whether all rules from `first` to before `stop` were met. */
BLK_INLINE int dif_is_met(const dif_walk *walk, uint32_t first, uint32_t stop) {
    for (uint32_t i = first; i < stop; i++) {
        if (!(walk->marks[i >> 3] >> (i & 7) & 1)) return 0;
    }
    return 1;
}

/* Find the rules of an entry of the new image that no name of the old one met. */
static inline int dif_add(dif_walk *walk, const dif_entry *entry) {
    dif_record record;
    dif_name *one = &walk->group[0];
    uint32_t number = walk->number, unmet = 0;
    if (blk_count_bits(entry->flags) > walk->new_.image.name_rules - number) return 0;
    for (uint32_t flags = entry->flags; flags; flags &= flags - 1, walk->number++) {
        if (!dif_is_met(walk, walk->number, walk->number + 1)) unmet |= flags & (0u - flags);
    }
    if (!unmet) return 1;
    dif_set(one, entry);
    one->number = number;
    if (!dif_is_in_place(walk, &walk->new_, one)) return 0;
    memset(&record, 0, sizeof record);
    record.added = (uint8_t)unmet;
    record.new_number = number;
    record.new_flags = one->flags;
    record.length = (uint8_t)one->name.length;
    dif_put(walk, &record, one->name.end);
    return 1;
}

/* Find what is new in some lines of the new image. */
static inline dif_status dif_walk_new(dif_walk *walk) {
    const blk_image *image = &walk->new_.image;
    for (uint32_t i = 0; i < DIF_STEP_LINES && walk->line < image->line_count; i++, walk->line++) {
        const uint8_t *line = image->lines + (size_t)walk->line * BLK_LINE_SIZE;
        const uint8_t *at = line + BLK_LINE_ENTRIES_AT, *end = blk_line_end(line);
        uint32_t stop = walk->number + walk->new_.heads[walk->line];
        dif_entry entry;
        walk->work++;
        if (stop > walk->new_.image.name_rules) return DIF_BAD_NEW;
        if (dif_is_met(walk, walk->number, stop)) {
            walk->number = stop;
            continue;
        }
        while (at < end && dif_read_entry(image, &at, end, &entry)) {
            if (!dif_add(walk, &entry)) return DIF_BAD_NEW;
        }
    }
    return walk->line < image->line_count ? DIF_MORE : DIF_DONE;
}

/* Go on for a moment. `written` octets of records lie in `out` then, which has DIF_STEP_OCTETS. */
static inline dif_status dif_step(dif_walk *walk) {
    walk->written = 0;
    switch (walk->phase) {
        case 0: return dif_check(walk, &walk->old, DIF_BAD_OLD);
        case 1: return dif_check(walk, &walk->new_, DIF_BAD_NEW);
        case 2: return dif_walk_old(walk);
        default: return dif_walk_new(walk);
    }
}

#endif
