/* fuzz_image.c: hostile images. Whatever the octets are, nothing outside them is read, nothing is
 * undefined, and every call ends soon; answers are not looked at.
 *
 * An input is a whole image and, in its last octets, a name: the last octet says how many. A
 * mutator of our own keeps magic, version and length right, so that most inputs get past blk_open,
 * and has a liking for the numbers in the header, the table and the sections' heads. */
#include "mutations.h"

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
    blk_place place;
    sink += (uint64_t)blk_decide(image, block + 32 + n, n);
    if (blk_find_rule(image, block + 32 + n, n, &place) == BLK_BLOCKED) {
        sink += blk_number_at(image, &place);
    }
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

/* Read the sets of orders of all rules. */
static void ask_grounds(const uint8_t *octets, size_t length) {
    blk_grounds grounds;
    uint64_t size = 0, left = 8 * (uint64_t)length;
    const uint8_t *section = blk_section(octets, length, BLK_SECTION_GROUNDS, &size);
    if (blk_open_grounds(&grounds, section, size) != BLK_OK) return;
    CHECK(grounds.rule_count <= left, "no more rules than the section has bits for");
    for (uint32_t rule = 0; rule <= grounds.rule_count; rule++) {
        uint32_t set = blk_order_set(&grounds, rule), first;
        CHECK(set == BLK_NO_SET || set < grounds.set_count, "there is such a set");
        blk_prefetch_set(&grounds, rule);
        uint32_t count = blk_set_members(&grounds, set, &first);
        CHECK(count <= left, "no more members than the section has bits for");
        for (uint32_t i = 0; i < count && i < 64; i++) sink += blk_set_order(&grounds, first + i);
        if (count) sink += blk_set_order(&grounds, first + count - 1);
    }
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
        ask_grounds(octets, length);
    }
    free(octets);
    return 0;
}

/* ---- mutations ---------------------------------------------------------------------------- */

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed) {
    uint32_t state = seed;
    if (size < BLK_HEADER_SIZE + 2 || draw(&state, 4) == 0)
        size = LLVMFuzzerMutate(data, size, max_size);
    if (size < BLK_HEADER_SIZE + 2) return size;
    size_t n = data[size - 1];
    size_t length = size - 1 - (n + 1 > size ? size - 1 : n);
    if (length < BLK_HEADER_SIZE) return size;
    change_image(data, length, &state);
    return size;
}
