/* fuzz.h: what the harnesses share: an image laid out in memory, and a naive reference. */
#ifndef BLOCKLIST_FUZZ_H
#define BLOCKLIST_FUZZ_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../src/blocklist/_columns/builder.h"

/* End with a message; the fuzzer keeps the input. */
#define CHECK(condition, what)                                                                     \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: %s (%s)\n", __FILE__, __LINE__, what, #condition);             \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* Copy octets into a block of exactly their size, so that ASan sees every read beside it. */
static inline uint8_t *exact_copy(const void *octets, size_t n) {
    uint8_t *copy = (uint8_t *)calloc(n ? n : 1, 1);
    CHECK(copy, "no memory");
    if (n) memcpy(copy, octets, n);
    return copy;
}

/* Read a file of a mebibyte at most. */
static inline uint8_t *read_file(const char *path, size_t *length) {
    FILE *file = fopen(path, "rb");
    CHECK(file, path);
    uint8_t *octets = (uint8_t *)malloc(1 << 20);
    CHECK(octets, "no memory");
    *length = fread(octets, 1, 1 << 20, file);
    fclose(file);
    uint8_t *exact = exact_copy(octets, *length);
    free(octets);
    return exact;
}

/* ---- an image ----------------------------------------------------------------------------- */

typedef struct {
    const char *name;
    const uint8_t *octets;
    size_t size;
} Section;

static inline size_t aligned(size_t at) {
    return (at + BLK_ALIGNMENT - 1) / BLK_ALIGNMENT * BLK_ALIGNMENT;
}

/* Lay out sections, sorted by name, as docs/image-format.md says; the checksum stays zero. */
static inline uint8_t *lay_out(const Section *sections, uint32_t count, size_t *length) {
    const size_t start = BLK_HEADER_SIZE + (size_t)count * BLK_TABLE_ROW_SIZE;
    size_t at = start;
    for (uint32_t i = 0; i < count; i++) at = aligned(at) + sections[i].size;
    uint8_t *image = (uint8_t *)calloc(1, at);
    CHECK(image, "no memory");
    memcpy(image, BLK_MAGIC, sizeof BLK_MAGIC - 1);
    bld_put_u32(image + BLK_HEADER_VERSION_AT, BLK_VERSION);
    bld_put_u32(image + BLK_HEADER_SECTIONS_AT, count);
    bld_put_u64(image + BLK_HEADER_LENGTH_AT, at);
    *length = at;
    at = start;
    for (uint32_t i = 0; i < count; i++) {
        uint8_t *row = image + BLK_HEADER_SIZE + (size_t)i * BLK_TABLE_ROW_SIZE;
        at = aligned(at);
        memcpy(row + BLK_TABLE_ROW_NAME_AT, sections[i].name, strlen(sections[i].name));
        bld_put_u64(row + BLK_TABLE_ROW_OFFSET_AT, at);
        bld_put_u64(row + BLK_TABLE_ROW_LENGTH_AT, sections[i].size);
        if (sections[i].size) memcpy(image + at, sections[i].octets, sections[i].size);
        at += sections[i].size;
    }
    return image;
}

static inline uint8_t *lay_out_trie(const bld_sections *trie, size_t *length) {
    const Section sections[] = {
        {BLK_SECTION_ADDRESSES, NULL, 0},
        {BLK_SECTION_AUTOMATON, NULL, 0},
        {BLK_SECTION_FILTER, trie->filter, trie->filter_size},
        {BLK_SECTION_GATES, trie->gates, trie->gates_size},
        {BLK_SECTION_LABELS, trie->labels, trie->labels_size},
        {BLK_SECTION_LINES, trie->lines, trie->lines_size},
        {BLK_SECTION_POOL, trie->pool, trie->pool_size},
        {BLK_SECTION_RANKS, trie->ranks, trie->ranks_size},
        {BLK_SECTION_TRIE, trie->trie, BLK_TRIE_SIZE},
    };
    return lay_out(sections, sizeof sections / sizeof *sections, length);
}

static inline void free_trie(bld_sections *trie) {
    free(trie->trie);
    free(trie->lines);
    free(trie->gates);
    free(trie->filter);
    free(trie->labels);
    free(trie->ranks);
    free(trie->pool);
}

/* ---- the reference: rules in a table, asked suffix by suffix ------------------------------- */

typedef struct {
    uint8_t text[BLK_MAX_NAME_OCTETS];
    uint8_t length, bits;
    uint32_t first; /* number of its first rule */
} Rule;

typedef struct {
    Rule *rules; /* sorted by text */
    size_t count;
} Rules;

static inline int compare_texts(const uint8_t *a, size_t n, const uint8_t *b, size_t m) {
    int order = memcmp(a, b, n < m ? n : m);
    return order ? order : (n > m) - (n < m);
}

static inline int compare_rules(const void *a, const void *b) {
    const Rule *x = (const Rule *)a, *y = (const Rule *)b;
    return compare_texts(x->text, x->length, y->text, y->length);
}

static inline const Rule *naive_rule(const Rules *table, const uint8_t *text, size_t n) {
    size_t low = 0, high = table->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const Rule *rule = &table->rules[middle];
        int order = compare_texts(rule->text, rule->length, text, n);
        if (!order) return rule;
        if (order < 0) low = middle + 1;
        else high = middle;
    }
    return NULL;
}

/* Sort a table and join equal names. */
static inline void join_rules(Rules *table) {
    size_t kept = 0;
    qsort(table->rules, table->count, sizeof *table->rules, compare_rules);
    for (size_t i = 0; i < table->count; i++) {
        if (kept && !compare_rules(&table->rules[kept - 1], &table->rules[i])) {
            table->rules[kept - 1].bits |= table->rules[i].bits;
        } else {
            table->rules[kept++] = table->rules[i];
        }
    }
    table->count = kept;
}

/* 1: blocked, 0: excepted, -1: no rule about names decides. The name is a valid key. */
static inline int decide_naively(const Rules *table, const uint8_t *name, size_t n) {
    static const uint8_t whole[4] = {8, 1, 16, 2}, above[4] = {16, 2, 32, 4};
    for (size_t at = 0; at < n; at++) {
        if (at && name[at - 1] != '.') continue;
        const Rule *rule = naive_rule(table, name + at, n - at);
        for (int i = 0; rule && i < 4; i++) {
            uint8_t bit = at ? above[i] : whole[i];
            if (rule->bits & bit) return bit < 8;
        }
    }
    return -1;
}

/* Whether `*` in the pattern can be filled so that it is the name. */
static inline int covers_naively(const uint8_t *pattern, size_t length, const uint8_t *name,
                                 size_t n) {
    size_t p = 0, i = 0, star = SIZE_MAX, back = 0;
    while (i < n) {
        if (p < length && pattern[p] == '*') {
            star = p++;
            back = i;
        } else if (p < length && pattern[p] == name[i]) {
            p++;
            i++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            i = ++back;
        } else {
            return 0;
        }
    }
    while (p < length && pattern[p] == '*') p++;
    return p == length;
}

/* Join labels to a key: lower case, what no rule holds as NUL. The length, or -1 for no name. */
typedef struct {
    uint8_t octets[4096];
    size_t length;
} Label;

static inline uint8_t key_octet(uint8_t octet) {
    if (octet >= 'A' && octet <= 'Z') return (uint8_t)(octet - 'A' + 'a');
    return octet > ' ' && octet < 127 && octet != '.' && octet != '\\' ? octet : 0;
}

static inline int join_labels(uint8_t *key, const Label *labels, size_t count) {
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (labels[i].length < 1 || labels[i].length > BLK_MAX_LABEL_OCTETS) return -1;
        if (n + labels[i].length + (i > 0) > BLK_MAX_NAME_OCTETS) return -1;
        if (i) key[n++] = '.';
        for (size_t k = 0; k < labels[i].length; k++) key[n++] = key_octet(labels[i].octets[k]);
    }
    return count ? (int)n : -1;
}

/* Read text as a resolver prints it, in the plainest way. The length of the key, or -1. */
static inline int read_text_naively(uint8_t *key, const uint8_t *text, size_t n) {
    static Label labels[256];
    size_t count = 0;
    labels[0].length = 0;
    for (size_t i = 0; i < n; i++) {
        int octet = text[i];
        if (octet == '.') {
            if (i + 1 == n && labels[count].length) break;
            if (++count == 256) return -1;
            labels[count].length = 0;
            continue;
        }
        if (octet == '\\') {
            if (i + 1 == n) return -1;
            octet = text[++i];
            if (octet >= '0' && octet <= '9') {
                octet = 0;
                for (size_t k = 0; k < 3; k++) {
                    if (i + k >= n || text[i + k] < '0' || text[i + k] > '9') return -1;
                    octet = octet * 10 + text[i + k] - '0';
                }
                if (octet > 255) return -1;
                i += 2;
            }
        }
        if (labels[count].length == sizeof labels[count].octets) return -1;
        labels[count].octets[labels[count].length++] = (uint8_t)octet;
    }
    return join_labels(key, labels, count + 1);
}

/* Likewise for wire format; the root is no name here. */
static inline int read_wire_naively(uint8_t *key, const uint8_t *wire, size_t n) {
    static Label labels[256];
    size_t count = 0, at = 0;
    while (at < n && wire[at]) {
        size_t length = wire[at];
        if (length > BLK_MAX_LABEL_OCTETS || at + 1 + length > n || count == 256) return -1;
        memcpy(labels[count].octets, wire + at + 1, length);
        labels[count++].length = length;
        at += 1 + length;
    }
    return at + 1 == n ? join_labels(key, labels, count) : -1;
}

#endif
