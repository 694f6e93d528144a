/* image.h: where the parts of an image lie that a lookup reads. Nothing there is trusted. */
#ifndef BLK_IMAGE_H
#define BLK_IMAGE_H

#include "blk_error.h"
#include "octets.h"

/* Prefixes of one family of addresses, sorted by where they begin. */
typedef struct {
    const uint8_t *index;    /* prefixes before each slot of the bits after those that all share */
    const uint8_t *parents;  /* the number of the prefix in which each lies */
    const uint8_t *prefixes; /* where each begins, and its flags */
    uint32_t count, shared, bits;
} blk_prefixes;

typedef struct {
    const uint8_t *lines;     /* LINE_SIZE octets each: keys and what stands there */
    const uint8_t *gates;     /* GATE_SIZE octets each: the coarse filter and the displacement */
    const uint8_t *filter;    /* WORD_SIZE octets each: the fine filter */
    const uint8_t *pool;      /* keys that fit no line */
    const uint8_t *ranks;     /* rules before each run of LINES_A_RANK lines */
    const uint8_t *automaton; /* NULL if there are no patterns */
    const uint8_t *states, *edges, *outputs, *patterns, *texts;
    uint64_t pool_length;
    uint64_t keys[BLK_HASH_KEYS];
    uint64_t labels[BLK_MAX_CODES + 1]; /* frequent last labels by code; 0 matches nothing */
    uint32_t line_count, gate_count, word_count, name_rules;
    uint32_t first_level, last_level, reach, exceptions;
    uint32_t state_count, edge_count, output_count, pattern_count, text_length;
    blk_prefixes ipv4, ipv6;
} blk_image;

/* Where the sections lie that a lookup reads. */
typedef struct {
    const uint8_t *trie, *lines, *gates, *filter, *labels, *ranks, *pool, *automaton;
    uint64_t trie_size, lines_size, gates_size, filter_size, labels_size, ranks_size, pool_size;
    uint64_t automaton_size;
} blk_sections;

/* Find a section in the octets of an image of which the header is checked; NULL if there is none or
 * it lies outside. */
static inline const uint8_t *blk_section(const uint8_t *octets, uint64_t length, const char *name,
                                         uint64_t *size) {
    uint32_t count = blk_u32(octets + BLK_HEADER_SECTIONS_AT);
    char wanted[BLK_SECTION_NAME_SIZE] = {0};
    memcpy(wanted, name, strlen(name));
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t *row = octets + BLK_HEADER_SIZE + (size_t)i * BLK_TABLE_ROW_SIZE;
        if (!memcmp(row + BLK_TABLE_ROW_NAME_AT, wanted, sizeof wanted)) {
            uint64_t offset = blk_u64(row + BLK_TABLE_ROW_OFFSET_AT);
            *size = blk_u64(row + BLK_TABLE_ROW_LENGTH_AT);
            return offset <= length && *size <= length - offset ? octets + offset : NULL;
        }
    }
    return NULL;
}

static inline blk_error blk_open_automaton(blk_image *image, const uint8_t *at, uint64_t size) {
    if (!size) return BLK_OK;
    if (size < BLK_AUTOMATON_SIZE) return BLK_ERROR_DAMAGED;
    image->state_count = blk_u32(at + BLK_AUTOMATON_STATES_AT);
    image->edge_count = blk_u32(at + BLK_AUTOMATON_EDGES_AT);
    image->output_count = blk_u32(at + BLK_AUTOMATON_OUTPUTS_AT);
    image->pattern_count = blk_u32(at + BLK_AUTOMATON_PATTERNS_AT);
    image->text_length = blk_u32(at + BLK_AUTOMATON_TEXT_AT);
    uint64_t states = ((uint64_t)image->state_count + 1) * BLK_STATE_SIZE;
    uint64_t edges = (uint64_t)image->edge_count * BLK_EDGE_SIZE;
    uint64_t outputs = (uint64_t)image->output_count * BLK_OUTPUT_SIZE;
    uint64_t patterns = (uint64_t)image->pattern_count * BLK_PATTERN_SIZE;
    uint64_t wanted = BLK_AUTOMATON_SIZE + states + edges + outputs + patterns + image->text_length;
    if (size != wanted || !image->state_count) return BLK_ERROR_DAMAGED;
    image->automaton = at;
    image->states = at + BLK_AUTOMATON_SIZE;
    image->edges = image->states + states;
    image->outputs = image->edges + edges;
    image->patterns = image->outputs + outputs;
    image->texts = image->patterns + patterns;
    return BLK_OK;
}

/* Read the header of one family of addresses; 0 if its numbers are impossible. */
static inline int blk_open_family(blk_prefixes *family, const uint8_t *at, uint32_t width) {
    family->count = blk_u32(at + BLK_FAMILY_PREFIXES_AT);
    family->shared = blk_u32(at + BLK_FAMILY_SHARED_AT);
    family->bits = blk_u32(at + BLK_FAMILY_BITS_AT);
    return family->bits <= BLK_MAX_INDEX_BITS && family->shared < width &&
           family->shared + family->bits <= width;
}

static inline blk_error blk_open_addresses(blk_image *image, const uint8_t *at, uint64_t size) {
    blk_prefixes *ipv4 = &image->ipv4, *ipv6 = &image->ipv6;
    if (!size) return BLK_OK;
    if (size < 2 * BLK_FAMILY_SIZE || !blk_open_family(ipv4, at, BLK_IPV4_BITS) ||
        !blk_open_family(ipv6, at + BLK_FAMILY_SIZE, BLK_IPV6_BITS)) {
        return BLK_ERROR_DAMAGED;
    }
    uint64_t index4 = (((uint64_t)1 << ipv4->bits) + 1) * BLK_INDEX_SIZE;
    uint64_t index6 = (((uint64_t)1 << ipv6->bits) + 1) * BLK_INDEX_SIZE;
    uint64_t parents4 = (uint64_t)ipv4->count * BLK_PARENT_SIZE;
    uint64_t parents6 = (uint64_t)ipv6->count * BLK_PARENT_SIZE;
    uint64_t prefixes4 = (uint64_t)ipv4->count * BLK_IPV4_PREFIX_SIZE;
    uint64_t prefixes6 = (uint64_t)ipv6->count * BLK_IPV6_PREFIX_SIZE;
    if (size !=
        2 * BLK_FAMILY_SIZE + index4 + index6 + parents4 + parents6 + prefixes4 + prefixes6) {
        return BLK_ERROR_DAMAGED;
    }
    ipv4->index = at + 2 * BLK_FAMILY_SIZE;
    ipv6->index = ipv4->index + index4;
    ipv4->parents = ipv6->index + index6;
    ipv6->parents = ipv4->parents + parents4;
    ipv4->prefixes = ipv6->parents + parents6;
    ipv6->prefixes = ipv4->prefixes + prefixes4;
    return BLK_OK;
}

/* Whether the numbers of the trie's header are possible, and the sections as long as they say. */
static inline int blk_sections_fit(const blk_image *image, const blk_sections *from) {
    if (image->line_count % 2) return 0;
    if (image->line_count && (!image->gate_count || !image->word_count)) return 0;
    if (image->first_level < 1 || image->first_level > BLK_MAX_FIRST_LEVEL) return 0;
    if (image->last_level > BLK_MAX_LABELS || image->reach > BLK_MAX_REACH) return 0;
    uint64_t runs = ((uint64_t)image->line_count + BLK_LINES_A_RANK - 1) / BLK_LINES_A_RANK;
    return from->lines_size == (uint64_t)image->line_count * BLK_LINE_SIZE &&
           from->gates_size == (uint64_t)image->gate_count * BLK_GATE_SIZE &&
           from->filter_size == (uint64_t)image->word_count * BLK_WORD_SIZE &&
           from->ranks_size == runs * BLK_RANK_SIZE && from->labels_size % BLK_LABEL_SIZE == 0 &&
           from->labels_size <= BLK_MAX_CODES * BLK_LABEL_SIZE;
}

/* Check that the sections fit together and set up `image` to read them. */
static inline blk_error blk_open_sections(blk_image *image, const blk_sections *from) {
    memset(image, 0, sizeof *image);
    if (!from->trie || !from->lines || !from->gates || !from->filter || !from->labels ||
        !from->ranks || !from->pool || !from->automaton || from->trie_size != BLK_TRIE_SIZE) {
        return BLK_ERROR_DAMAGED;
    }
    blk_keys(image->keys, blk_u64(from->trie + BLK_TRIE_SEED_AT));
    image->line_count = blk_u32(from->trie + BLK_TRIE_LINES_AT);
    image->gate_count = blk_u32(from->trie + BLK_TRIE_GATES_AT);
    image->word_count = blk_u32(from->trie + BLK_TRIE_WORDS_AT);
    image->name_rules = blk_u32(from->trie + BLK_TRIE_RULES_AT);
    image->first_level = blk_u32(from->trie + BLK_TRIE_FIRST_LEVEL_AT);
    image->last_level = blk_u32(from->trie + BLK_TRIE_LAST_LEVEL_AT);
    image->reach = blk_u32(from->trie + BLK_TRIE_REACH_AT);
    image->exceptions = blk_u32(from->trie + BLK_TRIE_EXCEPTIONS_AT);
    if (!blk_sections_fit(image, from)) return BLK_ERROR_DAMAGED;
    image->lines = from->lines;
    image->gates = from->gates;
    image->filter = from->filter;
    image->ranks = from->ranks;
    image->pool = from->pool;
    image->pool_length = from->pool_size;
    for (uint32_t i = 0; i <= BLK_MAX_CODES; i++) image->labels[i] = 1; /* what no label is */
    for (uint32_t i = 0; i < from->labels_size / BLK_LABEL_SIZE; i++) {
        uint64_t label = blk_u64(from->labels + (size_t)i * BLK_LABEL_SIZE);
        if (label) image->labels[i + 1] = label; /* 0 stands for a last label that is too long */
    }
    return blk_open_automaton(image, from->automaton, from->automaton_size);
}

/* Whether BLK_HEADER_SIZE octets can begin an image of that length. */
static inline blk_error blk_check_start(const uint8_t *octets, uint64_t length) {
    if (memcmp(octets, BLK_MAGIC, sizeof BLK_MAGIC - 1)) return BLK_ERROR_FOREIGN;
    if (blk_u32(octets + BLK_HEADER_VERSION_AT) != BLK_VERSION) return BLK_ERROR_VERSION;
    return blk_u64(octets + BLK_HEADER_LENGTH_AT) == length ? BLK_OK : BLK_ERROR_FOREIGN;
}

/* Read the structure of an image; nothing but `image` is written. */
static inline blk_error blk_open(blk_image *image, const void *data, size_t length) {
    const uint8_t *octets = (const uint8_t *)data;
    blk_sections from;
    memset(image, 0, sizeof *image);
    memset(&from, 0, sizeof from);
    if (length < BLK_HEADER_SIZE) return BLK_ERROR_FOREIGN;
    blk_error error = blk_check_start(octets, length);
    if (error) return error;
    uint32_t count = blk_u32(octets + BLK_HEADER_SECTIONS_AT);
    if (count > BLK_MAX_SECTIONS ||
        BLK_HEADER_SIZE + (uint64_t)count * BLK_TABLE_ROW_SIZE > length) {
        return BLK_ERROR_DAMAGED;
    }
    from.trie = blk_section(octets, length, BLK_SECTION_TRIE, &from.trie_size);
    from.lines = blk_section(octets, length, BLK_SECTION_LINES, &from.lines_size);
    from.gates = blk_section(octets, length, BLK_SECTION_GATES, &from.gates_size);
    from.filter = blk_section(octets, length, BLK_SECTION_FILTER, &from.filter_size);
    from.labels = blk_section(octets, length, BLK_SECTION_LABELS, &from.labels_size);
    from.ranks = blk_section(octets, length, BLK_SECTION_RANKS, &from.ranks_size);
    from.pool = blk_section(octets, length, BLK_SECTION_POOL, &from.pool_size);
    from.automaton = blk_section(octets, length, BLK_SECTION_AUTOMATON, &from.automaton_size);
    error = blk_open_sections(image, &from);
    if (error != BLK_OK) return error;
    uint64_t size = 0;
    const uint8_t *addresses = blk_section(octets, length, BLK_SECTION_ADDRESSES, &size);
    return addresses ? blk_open_addresses(image, addresses, size) : BLK_ERROR_DAMAGED;
}

#endif
