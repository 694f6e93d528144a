/* urltable.h: rules about URLs, asked for the longest that covers one. The table lies in memory
 * that its maker gives; reading it allocates nothing. */
#ifndef BLK_URLTABLE_H
#define BLK_URLTABLE_H

#include "url.h"

/* A rule; `text` is its place in the texts, which stand one after the other, with 8 octets behind
 * the last. */
typedef struct {
    uint64_t hash;
    uint32_t text, length; /* 0: an empty slot */
    int allow;
} blk_url_rule;

/* Slots and words are powers of two; more than half of the slots are empty. */
typedef struct {
    blk_url_rule *slots;
    uint64_t *hosts; /* a filter of the hosts that have rules */
    uint64_t *rules; /* a filter of the rules, with as many words */
    const uint8_t *texts;
    uint32_t slot_count, word_count;
    uint64_t seed;
} blk_url_table;

enum { BLK_URL_NO_RULE = 0, BLK_URL_BLOCKED = 1, BLK_URL_EXCEPTED = 2 };

/* The hash runs over segments, so that each prefix that ends at a slash has one. Up to 7 octets
 * behind a segment are read, and do not matter. */
BLK_INLINE uint64_t blk_url_segment(uint64_t state, const uint8_t *octets, uint32_t n) {
    uint64_t mark = n * BLK_HASH_SPREAD;
    for (; n >= 8; n -= 8, octets += 8) {
        state = blk_fold(state ^ blk_u64(octets), BLK_HASH_MIX_1 ^ mark);
    }
    uint64_t rest = n ? blk_u64(octets) << (64 - 8 * n) : 0;
    return blk_fold(state ^ rest, BLK_HASH_MIX_2 ^ mark);
}

BLK_INLINE uint64_t blk_url_bits(uint64_t hash) {
    return (uint64_t)1 << (hash >> 58) | (uint64_t)1 << (hash >> 52 & 63);
}

/* Whether there may be a rule about the host. */
BLK_INLINE int blk_may_have_rules(const blk_url_table *table, const uint8_t *host, uint32_t n) {
    uint64_t hash = blk_url_segment(table->seed, host, n), bits = blk_url_bits(hash);
    return !(bits & ~table->hosts[hash & (table->word_count - 1)]);
}

/* Find the rule of exactly these octets, or NULL. */
BLK_INLINE const blk_url_rule *blk_find_url(const blk_url_table *table, uint64_t hash,
                                            const uint8_t *octets, uint32_t n) {
    if (blk_url_bits(hash) & ~table->rules[hash & (table->word_count - 1)]) return NULL;
    for (uint64_t at = hash >> 20;; at++) {
        const blk_url_rule *rule = &table->slots[at & (table->slot_count - 1)];
        if (!rule->length) return NULL;
        if (rule->hash == hash && rule->length == n &&
            !memcmp(table->texts + rule->text, octets, n)) {
            return rule;
        }
    }
}

/* Add a rule whose text lies in the texts; of two alike the exception stays. */
static inline void blk_add_url(blk_url_table *table, uint32_t text, uint32_t length, int allow) {
    const uint8_t *octets = table->texts + text;
    uint32_t host = 0, begin = 0, end = 0;
    while (host < length && octets[host] != '/' && octets[host] != ':') host++;
    uint64_t state = table->seed, hash = blk_url_segment(state, octets, host);
    table->hosts[hash & (table->word_count - 1)] |= blk_url_bits(hash);
    for (; end < length && octets[end] != '?'; end++) {
        if (octets[end] != '/') continue;
        state = blk_url_segment(state, octets + begin, end - begin);
        begin = end + 1;
    }
    hash = blk_url_segment(state, octets + begin, end - begin);
    if (end < length) hash = blk_url_segment(hash, octets + end, length - end);
    blk_url_rule *rule = (blk_url_rule *)blk_find_url(table, hash, octets, length);
    for (uint64_t at = hash >> 20; !rule; at++) {
        blk_url_rule *slot = &table->slots[at & (table->slot_count - 1)];
        if (!slot->length) rule = slot;
    }
    table->rules[hash & (table->word_count - 1)] |= blk_url_bits(hash);
    rule->hash = hash;
    rule->text = text;
    rule->length = length;
    rule->allow |= allow;
}

/* Find the longest rule that covers the URL: itself, its path, or the path as far as a slash. */
static inline int blk_judge_url(const blk_url_table *table, const blk_url_form *form) {
    const uint8_t *octets = form->octets;
    const blk_url_rule *found = NULL, *rule;
    uint32_t cut = form->path < BLK_URL_MAX_PATH ? form->path : BLK_URL_MAX_PATH;
    uint32_t begin = 0, end = 0;
    uint64_t state = table->seed;
    for (;;) {
        const void *slash = memchr(octets + begin, '/', form->path - begin);
        if (!slash) break;
        end = (uint32_t)((const uint8_t *)slash - octets);
        state = blk_url_segment(state, octets + begin, end - begin);
        if (end < cut) {
            rule = begin ? blk_find_url(table, state, octets, end) : NULL;
            if (rule) found = rule;
            uint64_t hash = blk_url_segment(state, octets, 0);
            rule = end + 1 < cut ? blk_find_url(table, hash, octets, end + 1) : NULL;
            if (rule) found = rule;
        }
        begin = end + 1;
    }
    end = form->path;
    state = blk_url_segment(state, octets + begin, end - begin);
    rule = blk_find_url(table, state, octets, end);
    if (rule) found = rule;
    if (form->length > end) {
        state = blk_url_segment(state, octets + end, form->length - end);
        rule = blk_find_url(table, state, octets, form->length);
        if (rule) found = rule;
    }
    if (!found) return BLK_URL_NO_RULE;
    return found->allow ? BLK_URL_EXCEPTED : BLK_URL_BLOCKED;
}

#endif
