/* mutations.h: images changed so that most get past blk_open: magic, version and length stay right.
 */
#ifndef BLOCKLIST_MUTATIONS_H
#define BLOCKLIST_MUTATIONS_H

#include "fuzz.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

static inline uint32_t draw(uint32_t *state, uint32_t below) {
    *state = *state * 1664525u + 1013904223u;
    return below ? (*state >> 8) % below : 0;
}

/* A number that is interesting somewhere. */
static inline uint32_t draw_number(uint32_t *state, size_t length) {
    switch (draw(state, 6)) {
        case 0: return draw(state, 4);
        case 1: return UINT32_MAX - draw(state, 3);
        case 2: return (uint32_t)length + draw(state, 65) - 64;
        case 3: return 1u << draw(state, 32);
        default: return draw(state, 4096);
    }
}

/* Change one number of a section: of its head, or of any of its octets. */
static inline void change_section(uint8_t *data, size_t length, uint32_t *state) {
    uint32_t count = blk_u32(data + BLK_HEADER_SECTIONS_AT);
    if (!count || count > 64 || BLK_HEADER_SIZE + (size_t)count * BLK_TABLE_ROW_SIZE > length)
        return;
    const uint8_t *entry = data + BLK_HEADER_SIZE + (size_t)draw(state, count) * BLK_TABLE_ROW_SIZE;
    uint64_t offset = blk_u64(entry + BLK_TABLE_ROW_OFFSET_AT),
             size = blk_u64(entry + BLK_TABLE_ROW_LENGTH_AT);
    if (offset > length || size > length - offset || size < 4) return;
    uint32_t numbers = (uint32_t)(size / 4);
    uint8_t *at = data + offset;
    switch (draw(state, 4)) {
        case 0: at += 4 * draw(state, numbers < 16 ? numbers : 16); break;
        case 1: at += 4 * draw(state, numbers); break;
        default: at[draw(state, (uint32_t)size)] = (uint8_t)draw_number(state, length); return;
    }
    bld_put_u32(at, draw(state, 3) ? draw_number(state, length) : blk_u32(at) + draw(state, 5) - 2);
}

/* Cut a section short or let it grow, with the numbers in `trie` that say so. */
static inline void change_size(uint8_t *data, size_t length, uint32_t *state) {
    uint32_t count = blk_u32(data + BLK_HEADER_SECTIONS_AT), lines = 2 * draw(state, 8);
    if (count > 64 || BLK_HEADER_SIZE + (size_t)count * BLK_TABLE_ROW_SIZE > length) return;
    uint64_t size;
    uint8_t *trie = (uint8_t *)(uintptr_t)blk_section(data, length, BLK_SECTION_TRIE, &size);
    if (!trie || size != BLK_TRIE_SIZE) return;
    bld_put_u32(trie + BLK_TRIE_LINES_AT, lines);
    for (uint32_t i = 0; i < count; i++) {
        uint8_t *entry = data + BLK_HEADER_SIZE + (size_t)i * BLK_TABLE_ROW_SIZE;
        if (!strncmp((char *)entry, BLK_SECTION_LINES, BLK_SECTION_NAME_SIZE)) {
            bld_put_u64(entry + BLK_TABLE_ROW_LENGTH_AT, (uint64_t)lines * BLK_LINE_SIZE);
            /* At the very end of the image nothing may be read behind, at its start before it. */
            if (lines * BLK_LINE_SIZE <= length && draw(state, 2)) {
                bld_put_u64(entry + BLK_TABLE_ROW_OFFSET_AT,
                            draw(state, 2) ? length - lines * BLK_LINE_SIZE : 0);
            }
        }
        if (!strncmp((char *)entry, BLK_SECTION_RANKS, BLK_SECTION_NAME_SIZE)) {
            bld_put_u64(entry + BLK_TABLE_ROW_LENGTH_AT,
                        (lines + BLK_LINES_A_RANK - 1) / BLK_LINES_A_RANK * BLK_RANK_SIZE);
        }
    }
}

/* Move a section to the end of the image or to its start. */
static inline void move_section(uint8_t *data, size_t length, uint32_t *state) {
    uint32_t count = blk_u32(data + BLK_HEADER_SECTIONS_AT);
    if (!count || count > 64 || BLK_HEADER_SIZE + (size_t)count * BLK_TABLE_ROW_SIZE > length)
        return;
    uint8_t *entry = data + BLK_HEADER_SIZE + (size_t)draw(state, count) * BLK_TABLE_ROW_SIZE;
    uint64_t size = blk_u64(entry + BLK_TABLE_ROW_LENGTH_AT);
    if (size <= length)
        bld_put_u64(entry + BLK_TABLE_ROW_OFFSET_AT,
                    draw(state, 2) ? length - size : draw(state, 65));
}

/* Change an image of at least a header in one to four places. */
static inline void change_image(uint8_t *data, size_t length, uint32_t *state) {
    for (uint32_t i = 1 + draw(state, 4); i; i--) {
        switch (draw(state, 8)) {
            case 0: move_section(data, length, state); break;
            case 1: change_size(data, length, state); break;
            default: change_section(data, length, state);
        }
    }
    memcpy(data, BLK_MAGIC, sizeof BLK_MAGIC - 1);
    bld_put_u32(data + BLK_HEADER_VERSION_AT, BLK_VERSION);
    bld_put_u64(data + BLK_HEADER_LENGTH_AT, length);
}

#endif
