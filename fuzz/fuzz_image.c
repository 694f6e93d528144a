/* fuzz_image.c: hostile images. Whatever the octets are, nothing outside them is read, nothing is
 * undefined, and every call ends soon; answers are not looked at.
 *
 * An input is a whole image and, in its last octets, a name: the last octet says how many. A
 * mutator of our own keeps magic, version and length right, so that most inputs get past blk_open,
 * and has a liking for the numbers in the header, the table and the sections' heads. */
#include "fuzz.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

#define TEN "aaaaaaaaaa"
#define LONG TEN TEN TEN TEN TEN TEN "a." TEN TEN TEN TEN ".example.org"

static volatile uint64_t sink; /* so that no question is optimised away */

static void ask(const blk_image *image, const uint8_t *octets, size_t n) {
    blk_match matches[BLK_MAX_LABELS];
    uint8_t lower[BLK_MAX_NAME_OCTETS];
    uint64_t hash = 0;
    uint8_t *exact = exact_copy(octets, n), *block = (uint8_t *)malloc(32 + n);
    CHECK(block, "no memory");
    memset(block, '.', 32);
    memcpy(block + 32, octets, n);
    sink += (uint64_t)blk_is_blocked(image, (const char *)exact, n);
    sink += (uint64_t)blk_is_blocked_wire(image, exact, n);
    sink += (uint64_t)blk_decide(image, block + 32 + n, n);
    if (blk_prepare(image, block + 32 + n, n, &hash)) sink += (uint64_t)blk_may_hold(image, hash);
    size_t found = blk_match_names(image, exact, n, matches);
    CHECK(found <= BLK_MAX_LABELS, "more matches than there is room for");
    for (size_t i = 0; i < found; i++) {
        CHECK(matches[i].start < n, "a suffix begins inside the name");
        CHECK(matches[i].flags < 64, "flags");
        sink += matches[i].number;
    }
    int length = blk_read_text(lower, exact, n);
    if (image->automaton && length > 0) {
        uint8_t *marks = (uint8_t *)calloc((size_t)image->pattern_count + 1, 1);
        uint32_t lowest = blk_find_patterns(image, lower, (size_t)length, NULL);
        CHECK(lowest <= image->pattern_count, "there is such a pattern");
        if (lowest < image->pattern_count) sink += (uint64_t)blk_pattern_allows(image, lowest);
        lowest = blk_find_patterns(image, lower, (size_t)length, marks);
        CHECK(lowest == image->pattern_count || marks[lowest], "the lowest is marked");
        for (uint32_t i = 0; i < image->pattern_count; i++) {
            CHECK(!marks[i] || i >= lowest, "none below the lowest is marked");
        }
        free(marks);
    }
    free(exact);
    free(block);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const asked[] = {
        "a",
        "n1.blog.com",
        "x.n4.a.blog.com",
        "ok.example.com",
        "www.kickass.edu",
        "a\\.b.example.com",
        LONG,
    };
    if (size < BLK_HEADER_SIZE + 2) return 0;
    size_t n = data[size - 1];
    if (n + 1 > size) n = size - 1;
    const uint8_t *name = data + size - 1 - n;
    size_t length = size - 1 - n;
    uint8_t *octets = exact_copy(data, length);
    blk_image image;
    if (blk_open(&image, octets, length) == BLK_OK) {
        ask(&image, name, n);
        for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
            ask(&image, (const uint8_t *)asked[i], strlen(asked[i]));
        }
    }
    free(octets);
    return 0;
}

/* ---- mutations ---------------------------------------------------------------------------- */

static uint32_t draw(uint32_t *state, uint32_t below) {
    *state = *state * 1664525u + 1013904223u;
    return below ? (*state >> 8) % below : 0;
}

/* A number that is interesting somewhere. */
static uint32_t draw_number(uint32_t *state, size_t length) {
    switch (draw(state, 6)) {
        case 0: return draw(state, 4);
        case 1: return UINT32_MAX - draw(state, 3);
        case 2: return (uint32_t)length + draw(state, 65) - 64;
        case 3: return 1u << draw(state, 32);
        default: return draw(state, 4096);
    }
}

/* Change one number of a section: of its head, or of any of its octets. */
static void change_section(uint8_t *data, size_t length, uint32_t *state) {
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
static void change_size(uint8_t *data, size_t length, uint32_t *state) {
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
static void move_section(uint8_t *data, size_t length, uint32_t *state) {
    uint32_t count = blk_u32(data + BLK_HEADER_SECTIONS_AT);
    if (!count || count > 64 || BLK_HEADER_SIZE + (size_t)count * BLK_TABLE_ROW_SIZE > length)
        return;
    uint8_t *entry = data + BLK_HEADER_SIZE + (size_t)draw(state, count) * BLK_TABLE_ROW_SIZE;
    uint64_t size = blk_u64(entry + BLK_TABLE_ROW_LENGTH_AT);
    if (size <= length)
        bld_put_u64(entry + BLK_TABLE_ROW_OFFSET_AT,
                    draw(state, 2) ? length - size : draw(state, 65));
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed) {
    uint32_t state = seed;
    if (size < BLK_HEADER_SIZE + 2 || draw(&state, 4) == 0)
        size = LLVMFuzzerMutate(data, size, max_size);
    if (size < BLK_HEADER_SIZE + 2) return size;
    size_t n = data[size - 1];
    size_t length = size - 1 - (n + 1 > size ? size - 1 : n);
    if (length < BLK_HEADER_SIZE) return size;
    for (uint32_t i = 1 + draw(&state, 4); i; i--) {
        switch (draw(&state, 8)) {
            case 0: move_section(data, length, &state); break;
            case 1: change_size(data, length, &state); break;
            default: change_section(data, length, &state);
        }
    }
    memcpy(data, BLK_MAGIC, sizeof BLK_MAGIC - 1);
    bld_put_u32(data + BLK_HEADER_VERSION_AT, BLK_VERSION);
    bld_put_u64(data + BLK_HEADER_LENGTH_AT, length);
    return size;
}
