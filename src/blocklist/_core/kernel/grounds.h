/* grounds.h: which orders are behind a rule, by the numbers of their sets. Nothing is trusted. */
#ifndef BLK_GROUNDS_H
#define BLK_GROUNDS_H

#include "blk_error.h"
#include "octets.h"

#define BLK_NO_SET 0xffffffffu
#define BLK_WIDTHS 5 /* octets of the head, from that with the bits of a set number */

/* Rules on the same orders have the same set of orders; the sets are numbered from 0. */
typedef struct {
    const uint8_t *sets;    /* the number of the set of each rule */
    const uint8_t *starts;  /* where the members of each set begin; NULL where each has one */
    const uint8_t *members; /* numbers of orders, those of a set ascending */
    uint32_t rule_count, ground_count, set_count, member_count;
    uint32_t set_bits, start_bits, order_bits;
} blk_grounds;

/* Read one of the numbers of `bits` bits each, at most BLK_MAX_BITS, that lie side by side. */
BLK_INLINE uint32_t blk_packed(const uint8_t *part, uint64_t index, uint32_t bits) {
    uint64_t at = index * bits;
    return (uint32_t)(blk_u64(part + (at >> 3)) >> (at & 7) & (((uint64_t)1 << bits) - 1));
}

/* The octets of a part that holds so many numbers. */
static inline uint64_t blk_part_size(uint64_t count, uint32_t bits) {
    uint64_t octets = (count * bits + 7) / 8;
    return (octets + BLK_PART_ALIGNMENT - 1) / BLK_PART_ALIGNMENT * BLK_PART_ALIGNMENT;
}

/* The octets of a bit for each ground and the ranks of those bits. */
static inline uint64_t blk_ranked_size(uint64_t count) {
    uint64_t ranks = (count + BLK_BITS_A_RANK - 1) / BLK_BITS_A_RANK;
    return blk_part_size(count, 1) + blk_part_size(ranks, 8 * BLK_RANK_SIZE);
}

/* Whether the counts of a head and the widths of what they count are possible. No count is larger
 * than what the section has octets for. */
static inline int blk_counts_fit(uint64_t rules, uint64_t count, uint64_t sets, uint64_t members,
                                 uint64_t raws, const uint8_t *bits) {
    uint32_t start_bits = bits[1], order_bits = bits[2], line_bits = bits[3];
    for (int i = 0; i < BLK_WIDTHS; i++) {
        if (bits[i] > BLK_MAX_BITS) return 0;
    }
    if (count < rules || count >= UINT32_MAX || !line_bits || raws > count) return 0;
    if (sets > rules || (rules && !sets) || members < sets) return 0;
    if (members > sets) return order_bits && !(members >> start_bits);
    return !sets || !((sets - 1) >> order_bits); /* each set is another order */
}

/* Check that the section holds what its head says, and set up `grounds` to read it. */
static inline blk_error blk_open_grounds(blk_grounds *grounds, const uint8_t *at, uint64_t size) {
    memset(grounds, 0, sizeof *grounds);
    if (!at || size < BLK_GROUNDS_SIZE) return BLK_ERROR_DAMAGED;
    uint32_t rules = blk_u32(at + BLK_GROUNDS_RULES_AT);
    uint32_t count = blk_u32(at + BLK_GROUNDS_GROUNDS_AT);
    uint32_t sets = blk_u32(at + BLK_GROUNDS_SETS_AT);
    uint32_t members = blk_u32(at + BLK_GROUNDS_MEMBERS_AT);
    uint32_t raws = blk_u32(at + BLK_GROUNDS_RAWS_AT);
    uint32_t line_bits = at[BLK_GROUNDS_LINE_BITS_AT], raw_bits = at[BLK_GROUNDS_RAW_BITS_AT];
    grounds->set_bits = at[BLK_GROUNDS_SET_BITS_AT];
    grounds->start_bits = at[BLK_GROUNDS_START_BITS_AT];
    grounds->order_bits = at[BLK_GROUNDS_ORDER_BITS_AT];
    if (!blk_counts_fit(rules, count, sets, members, raws, at + BLK_GROUNDS_SET_BITS_AT))
        return BLK_ERROR_DAMAGED;
    uint64_t starts_at = BLK_GROUNDS_SIZE + blk_part_size(rules, grounds->set_bits);
    uint64_t members_at = starts_at;
    if (members > sets) members_at += blk_part_size((uint64_t)sets + 1, grounds->start_bits);
    uint64_t end = members_at + blk_part_size(members, grounds->order_bits);
    if (count > rules) end += blk_ranked_size(count) + blk_part_size(count, 1);
    end += blk_part_size(count, line_bits);
    if (raws) end += blk_ranked_size(count) + blk_part_size(raws, raw_bits);
    if (end + BLK_GROUNDS_END != size) return BLK_ERROR_DAMAGED;
    grounds->sets = at + BLK_GROUNDS_SIZE;
    grounds->starts = members > sets ? at + starts_at : NULL;
    grounds->members = at + members_at;
    grounds->rule_count = rules;
    grounds->ground_count = count;
    grounds->set_count = sets;
    grounds->member_count = members;
    return BLK_OK;
}

/* The number of the set of orders behind a rule; BLK_NO_SET if the image contradicts itself. */
BLK_INLINE uint32_t blk_order_set(const blk_grounds *grounds, uint32_t rule) {
    if (rule >= grounds->rule_count) return BLK_NO_SET;
    uint32_t set = blk_packed(grounds->sets, rule, grounds->set_bits);
    return set < grounds->set_count ? set : BLK_NO_SET;
}

/* Ask for the memory that blk_order_set reads, of a rule that there is or is not. */
BLK_INLINE void blk_prefetch_set(const blk_grounds *grounds, uint32_t rule) {
    if (rule < grounds->rule_count)
        BLK_PREFETCH(grounds->sets + ((uint64_t)rule * grounds->set_bits >> 3));
}

/* How many orders are in a set, and where among all members they begin; 0 if the image contradicts
 * itself. */
BLK_INLINE uint32_t blk_set_members(const blk_grounds *grounds, uint32_t set, uint32_t *first) {
    *first = set;
    if (set >= grounds->set_count) return 0;
    if (!grounds->starts) return 1;
    *first = blk_packed(grounds->starts, set, grounds->start_bits);
    uint32_t end = blk_packed(grounds->starts, (uint64_t)set + 1, grounds->start_bits);
    return *first < end && end <= grounds->member_count ? end - *first : 0;
}

/* The number of an order, from the place of a member that blk_set_members gave. */
BLK_INLINE uint32_t blk_set_order(const blk_grounds *grounds, uint32_t member) {
    return blk_packed(grounds->members, member, grounds->order_bits);
}

#endif
