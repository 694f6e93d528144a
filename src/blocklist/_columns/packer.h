/* packer.h: the grounds of all rules → the section "grounds", as grounds.h reads it. The octets
 * must come out the same from every implementation; docs/image-format.md describes them. */
#ifndef BLOCKLIST_PACKER_H
#define BLOCKLIST_PACKER_H

#include "../_core/kernel/grounds.h"
#include "builder.h"

typedef struct {
    uint32_t order, line, raw;
} pck_ground;

/* A set of orders: where its members begin, how many there are, and its number. */
typedef struct {
    const uint32_t *members; /* only while the sets are sorted */
    uint64_t hash;
    uint32_t first, size, number;
} pck_set;

typedef struct {
    pck_ground *grounds; /* sorted by rule, then by order, line and raw text */
    uint32_t *ends;      /* of each rule, behind a zero */
    uint32_t *of_rules;  /* the set of each rule, as it is in `sets` */
    pck_set *sets;
    uint32_t *members, *slots; /* slots: number of a set and one, by hash; 0: free */
    uint32_t rule_count, ground_count, set_count, member_count, raw_count;
    size_t set_room, member_room, slot_count;
} pck_grounds;

/* The columns that come in: of each ground the rule, and order, line and raw text. */
typedef struct {
    const uint32_t *rules, *orders, *lines, *raws;
} pck_columns;

static inline void pck_give_back(pck_grounds *packer) {
    free(packer->grounds);
    free(packer->ends);
    free(packer->of_rules);
    free(packer->sets);
    free(packer->members);
    free(packer->slots);
}

/* ---- sorting ------------------------------------------------------------------------------ */

static inline int pck_is_before(const pck_ground *a, const pck_ground *b) {
    if (a->order != b->order) return a->order < b->order;
    return a->line != b->line ? a->line < b->line : a->raw < b->raw;
}

static inline int pck_compare_grounds(const void *a, const void *b) {
    const pck_ground *one = (const pck_ground *)a, *other = (const pck_ground *)b;
    return pck_is_before(one, other) ? -1 : pck_is_before(other, one);
}

/* Sort the grounds; 0 if a rule has none. `ends` counts what each rule has. */
static inline int pck_sort(pck_grounds *packer, const pck_columns *in) {
    uint32_t *ends = packer->ends, low = 0;
    for (uint32_t i = 0; i < packer->ground_count; i++) ends[in->rules[i] + (size_t)1]++;
    for (uint32_t i = 0; i < packer->rule_count; i++) {
        if (!ends[i + (size_t)1]) return 0;
        ends[i + (size_t)1] += ends[i];
    }
    for (uint32_t i = 0; i < packer->ground_count; i++) {
        pck_ground ground = {in->orders[i], in->lines[i], in->raws[i]};
        packer->grounds[ends[in->rules[i]]++] = ground;
        packer->raw_count += in->raws[i] != 0;
    }
    for (uint32_t i = packer->rule_count; i; i--) ends[i] = ends[i - 1]; /* each was moved on */
    ends[0] = 0;
    for (uint32_t i = 0; i < packer->rule_count; i++, low = ends[i]) {
        uint32_t end = ends[i + (size_t)1];
        int is_sorted = 1;
        for (uint32_t k = low + 1; k < end; k++)
            is_sorted &= !pck_is_before(&packer->grounds[k], &packer->grounds[k - 1]);
        if (!is_sorted)
            qsort(packer->grounds + low, end - low, sizeof *packer->grounds, pck_compare_grounds);
    }
    return 1;
}

/* ---- sets --------------------------------------------------------------------------------- */

static inline void pck_fill_slots(pck_grounds *packer) {
    memset(packer->slots, 0, packer->slot_count * sizeof *packer->slots);
    for (uint32_t i = 0; i < packer->set_count; i++) {
        size_t at = (size_t)packer->sets[i].hash & (packer->slot_count - 1);
        while (packer->slots[at]) at = (at + 1) & (packer->slot_count - 1);
        packer->slots[at] = i + 1;
    }
}

/* Make room for one more set of so many members; 0 without memory. */
static inline int pck_make_room(pck_grounds *packer, uint32_t members) {
    if (packer->set_count == packer->set_room) {
        size_t room = packer->set_room ? 2 * packer->set_room : 64;
        pck_set *sets = (pck_set *)realloc(packer->sets, room * sizeof *sets);
        if (sets) packer->sets = sets;
        free(packer->slots);
        packer->slots = (uint32_t *)malloc(2 * room * sizeof *packer->slots);
        if (!sets || !packer->slots) return 0;
        packer->set_room = room;
        packer->slot_count = 2 * room;
        pck_fill_slots(packer);
    }
    if (packer->member_room - packer->member_count < members) {
        size_t room = 2 * packer->member_room + members + 64;
        uint32_t *grown = (uint32_t *)realloc(packer->members, room * sizeof *grown);
        if (!grown) return 0;
        packer->members = grown;
        packer->member_room = room;
    }
    return 1;
}

/* Find or add the set of the members that lie behind those that are kept; UINT32_MAX without
 * memory. There is room for them. */
static inline uint32_t pck_intern(pck_grounds *packer, uint32_t size) {
    const uint32_t *members = packer->members + packer->member_count;
    uint64_t hash = size;
    for (uint32_t i = 0; i < size; i++)
        hash = blk_fold(hash ^ members[i] ^ BLK_HASH_SPREAD, BLK_HASH_MIX_1);
    size_t mask = packer->slot_count - 1, at = (size_t)hash & mask;
    for (; packer->slots[at]; at = (at + 1) & mask) {
        const pck_set *set = &packer->sets[packer->slots[at] - 1];
        if (set->hash == hash && set->size == size &&
            !memcmp(packer->members + set->first, members, size * sizeof *members))
            return packer->slots[at] - 1;
    }
    pck_set *set = &packer->sets[packer->set_count];
    set->hash = hash;
    set->first = packer->member_count;
    set->size = size;
    packer->member_count += size;
    packer->slots[at] = ++packer->set_count;
    return packer->set_count - 1;
}

static inline int pck_compare_sets(const void *a, const void *b) {
    const pck_set *one = (const pck_set *)a, *other = (const pck_set *)b;
    uint32_t size = one->size < other->size ? one->size : other->size;
    for (uint32_t i = 0; i < size; i++) {
        if (one->members[i] != other->members[i]) {
            return one->members[i] < other->members[i] ? -1 : 1;
        }
    }
    return one->size < other->size ? -1 : one->size > other->size;
}

/* Gather the different sets and sort them; 0 without memory. */
static inline int pck_gather_sets(pck_grounds *packer) {
    uint32_t before = UINT32_MAX;
    for (uint32_t rule = 0; rule < packer->rule_count; rule++) {
        uint32_t low = packer->ends[rule], end = packer->ends[rule + (size_t)1], size = 0;
        const pck_ground *grounds = packer->grounds;
        if (before != UINT32_MAX && grounds[low].order == grounds[end - 1].order &&
            packer->sets[before].size == 1 &&
            packer->members[packer->sets[before].first] == grounds[low].order) {
            packer->of_rules[rule] = before; /* as the rule before, which is usual */
            continue;
        }
        if (!pck_make_room(packer, end - low)) return 0;
        uint32_t *members = packer->members + packer->member_count;
        for (uint32_t i = low; i < end; i++) {
            if (i == low || grounds[i].order != grounds[i - 1].order)
                members[size++] = grounds[i].order;
        }
        packer->of_rules[rule] = before = pck_intern(packer, size);
    }
    for (uint32_t i = 0; i < packer->set_count; i++) {
        packer->sets[i].members = packer->members + packer->sets[i].first;
        packer->sets[i].number = i;
    }
    if (packer->set_count)
        qsort(packer->sets, packer->set_count, sizeof *packer->sets, pck_compare_sets);
    uint32_t *numbers = (uint32_t *)malloc((packer->set_count + (size_t)1) * sizeof *numbers);
    if (!numbers) return 0;
    for (uint32_t i = 0; i < packer->set_count; i++) numbers[packer->sets[i].number] = i;
    for (uint32_t i = 0; i < packer->rule_count; i++) {
        packer->of_rules[i] = numbers[packer->of_rules[i]];
    }
    free(numbers);
    return 1;
}

/* ---- writing ------------------------------------------------------------------------------ */

static inline uint32_t pck_bits_of(uint32_t largest) {
    uint32_t bits = 0;
    for (; largest; largest >>= 1) bits++;
    return bits;
}

/* Put a number into a part that was zero; the octets of the section go on behind it. */
BLK_INLINE void pck_put(uint8_t *part, uint64_t index, uint32_t bits, uint32_t number) {
    uint64_t at = index * bits;
    uint8_t *octets = part + (at >> 3);
    bld_put_u64(octets, blk_u64(octets) | (uint64_t)number << (at & 7));
}

/* Write the ranks of `count` bits behind them. */
static inline void pck_put_ranks(uint8_t *part, uint32_t count) {
    uint8_t *ranks = part + blk_part_size(count, 1);
    uint32_t before = 0;
    for (uint64_t run = 0; run * BLK_BITS_A_RANK < count; run++) {
        bld_put_u32(ranks + run * BLK_RANK_SIZE, before);
        for (uint64_t i = 0; i < BLK_BITS_A_RANK && run * BLK_BITS_A_RANK + i < count; i++)
            before += blk_packed(part, run * BLK_BITS_A_RANK + i, 1);
    }
}

typedef struct {
    uint64_t sets_at, starts_at, members_at, rules_at, orders_at, lines_at, raws_at, texts_at, size;
    uint32_t set_bits, start_bits, order_bits, line_bits, raw_bits;
} pck_places;

/* Work out how large everything is. */
static inline pck_places pck_place(const pck_grounds *packer) {
    pck_places places;
    uint32_t order = 0, line = 0, raw = 0, count = packer->ground_count;
    int is_several = count > packer->rule_count, has_starts;
    for (uint32_t i = 0; i < count; i++) {
        const pck_ground *ground = &packer->grounds[i];
        if (ground->order > order) order = ground->order;
        if (ground->line > line) line = ground->line;
        if (ground->raw > raw) raw = ground->raw;
    }
    has_starts = packer->member_count > packer->set_count;
    places.set_bits = packer->set_count ? pck_bits_of(packer->set_count - 1) : 0;
    places.start_bits = has_starts ? pck_bits_of(packer->member_count) : 0;
    places.order_bits = pck_bits_of(order);
    places.line_bits = line ? pck_bits_of(line) : 1;
    places.raw_bits = pck_bits_of(raw);
    places.sets_at = BLK_GROUNDS_SIZE;
    places.starts_at = places.sets_at + blk_part_size(packer->rule_count, places.set_bits);
    places.members_at = places.starts_at;
    if (has_starts)
        places.members_at += blk_part_size(packer->set_count + (uint64_t)1, places.start_bits);
    places.rules_at = places.members_at + blk_part_size(packer->member_count, places.order_bits);
    places.orders_at = places.rules_at + (is_several ? blk_ranked_size(count) : 0);
    places.lines_at = places.orders_at + (is_several ? blk_part_size(count, 1) : 0);
    places.raws_at = places.lines_at + blk_part_size(count, places.line_bits);
    places.texts_at = places.raws_at;
    if (packer->raw_count) places.texts_at += blk_ranked_size(count);
    places.size = places.texts_at + BLK_GROUNDS_END;
    if (packer->raw_count) places.size += blk_part_size(packer->raw_count, places.raw_bits);
    return places;
}

static inline void pck_write_head(const pck_grounds *packer, const pck_places *places,
                                  uint8_t *out) {
    bld_put_u32(out + BLK_GROUNDS_RULES_AT, packer->rule_count);
    bld_put_u32(out + BLK_GROUNDS_GROUNDS_AT, packer->ground_count);
    bld_put_u32(out + BLK_GROUNDS_SETS_AT, packer->set_count);
    bld_put_u32(out + BLK_GROUNDS_MEMBERS_AT, packer->member_count);
    bld_put_u32(out + BLK_GROUNDS_RAWS_AT, packer->raw_count);
    out[BLK_GROUNDS_SET_BITS_AT] = (uint8_t)places->set_bits;
    out[BLK_GROUNDS_START_BITS_AT] = (uint8_t)places->start_bits;
    out[BLK_GROUNDS_ORDER_BITS_AT] = (uint8_t)places->order_bits;
    out[BLK_GROUNDS_LINE_BITS_AT] = (uint8_t)places->line_bits;
    out[BLK_GROUNDS_RAW_BITS_AT] = (uint8_t)places->raw_bits;
}

/* Write the section into `places->size` octets of zero. */
static inline void pck_write(const pck_grounds *packer, const pck_places *places, uint8_t *out) {
    uint32_t member = 0, raw = 0;
    pck_write_head(packer, places, out);
    for (uint32_t i = 0; i < packer->rule_count; i++)
        pck_put(out + places->sets_at, i, places->set_bits, packer->of_rules[i]);
    for (uint32_t i = 0; i < packer->set_count; i++) {
        const pck_set *set = &packer->sets[i];
        if (places->start_bits) pck_put(out + places->starts_at, i, places->start_bits, member);
        for (uint32_t k = 0; k < set->size; k++)
            pck_put(out + places->members_at, member++, places->order_bits, set->members[k]);
    }
    if (places->start_bits)
        pck_put(out + places->starts_at, packer->set_count, places->start_bits, member);
    for (uint32_t i = 0; i < packer->ground_count; i++) {
        const pck_ground *ground = &packer->grounds[i];
        pck_put(out + places->lines_at, i, places->line_bits, ground->line);
        if (!ground->raw) continue;
        pck_put(out + places->raws_at, i, 1, 1);
        pck_put(out + places->texts_at, raw++, places->raw_bits, ground->raw);
    }
    if (raw) pck_put_ranks(out + places->raws_at, packer->ground_count);
    if (places->orders_at == places->rules_at) return;
    for (uint32_t rule = 0; rule < packer->rule_count; rule++) {
        uint32_t low = packer->ends[rule], end = packer->ends[rule + (size_t)1];
        pck_put(out + places->rules_at, low, 1, 1);
        for (uint32_t i = low; i < end; i++) {
            if (i == low || packer->grounds[i].order != packer->grounds[i - 1].order)
                pck_put(out + places->orders_at, i, 1, 1);
        }
    }
    pck_put_ranks(out + places->rules_at, packer->ground_count);
}

#endif
