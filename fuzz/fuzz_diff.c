/* fuzz_diff.c: two hostile images compared. Whatever their octets are, nothing outside them is read
 * or written, nothing is undefined, each step ends soon, and no more is found than there are rules.
 *
 * An input is two images and four octets that say how long the first is. An image that passes all
 * checks differs in nothing from itself; other answers are not looked at. */
#include "mutations.h"
#include "../src/blocklist/changes/walk.h"

#define SETS 8u
#define CLASSES 3u
#define TAIL 4u

typedef struct {
    size_t removed, added, changed;
} Found;

static uint32_t read_records(const uint8_t *at, size_t size, Found *found) {
    const uint8_t *end = at + size;
    uint32_t count = 0;
    for (; at < end; count++) {
        dif_record record;
        CHECK((size_t)(end - at) >= sizeof record, "a record is whole");
        memcpy(&record, at, sizeof record);
        at += sizeof record;
        CHECK(record.length >= 1 && record.length <= BLK_MAX_NAME_OCTETS, "a name");
        CHECK((size_t)(end - at) >= record.length, "the name is there");
        CHECK(record.removed | record.added | record.changed, "something differs");
        CHECK(!(record.removed & ~record.old_flags), "what is gone was there");
        CHECK(!((record.added | record.changed) & ~record.new_flags), "what is new is there");
        for (uint32_t i = 0; i < record.length; i++) CHECK(at[i] < 128, "ASCII");
        found->removed += blk_count_bits(record.removed);
        found->added += blk_count_bits(record.added);
        found->changed += blk_count_bits(record.changed);
        at += record.length;
    }
    return count;
}

static void open_side(dif_side *side, const uint8_t *octets, size_t length, const uint32_t *classes,
                      int *is_open) {
    *is_open &= dif_open(side, octets, length, (const uint8_t *)classes, SETS);
}

/* Compare; the status of the last step, or DIF_MORE if an image does not open. */
static dif_status compare(const uint8_t *old, size_t old_length, const uint8_t *new_,
                          size_t new_length, int is_same) {
    static uint8_t *out; /* kept: it is large */
    static const uint32_t classes[2][SETS] = {{0, 1, 2, 0, 1, 2, 0, 1}, {0, 1, 1, 0, 1, 2, 2, 2}};
    dif_walk *walk = (dif_walk *)calloc(1, sizeof *walk);
    Found found = {0, 0, 0};
    dif_status status = DIF_MORE;
    int is_open = 1;
    CHECK(walk, "no memory");
    walk->classes = CLASSES;
    open_side(&walk->old, old, old_length, classes[0], &is_open);
    open_side(&walk->new_, new_, new_length, classes[is_same ? 0 : 1], &is_open);
    if (is_open) {
        size_t runs = walk->new_.image.line_count / BLK_LINES_A_RANK + 1;
        walk->new_.heads = (uint8_t *)calloc(runs, BLK_LINES_A_RANK);
        walk->marks = (uint8_t *)calloc(walk->new_.image.name_rules / 8 + (size_t)1, 1);
        walk->old.counts = (uint32_t *)calloc(CLASSES, sizeof(uint32_t));
        walk->new_.counts = (uint32_t *)calloc(CLASSES, sizeof(uint32_t));
        if (!out) out = (uint8_t *)malloc(DIF_STEP_OCTETS);
        walk->out = out;
        CHECK(walk->out && walk->marks && walk->new_.heads, "no memory");
        size_t left = 8 + (old_length + new_length) / 256;
        for (; status == DIF_MORE; left--) {
            CHECK(left, "more steps than there is to read");
            status = dif_step(walk);
            CHECK(walk->written <= DIF_STEP_OCTETS, "more than there is room for");
            if (status >= 0) read_records(walk->out, walk->written, &found);
        }
        CHECK(found.removed + found.changed <= walk->old.image.name_rules, "rules of the old");
        CHECK(found.added + found.changed <= walk->new_.image.name_rules, "rules of the new");
        if (is_same && status == DIF_DONE) {
            CHECK(!found.removed && !found.added && !found.changed, "nothing differs from itself");
        }
    }
    free(walk->new_.heads);
    free(walk->marks);
    free(walk->old.counts);
    free(walk->new_.counts);
    free(walk);
    return status;
}

/* How long the first image is. */
static size_t first_length(const uint8_t *data, size_t size) {
    size_t length = blk_u32(data + size - TAIL);
    return length < size - TAIL ? length : size - TAIL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < TAIL) return 0;
    size_t length = first_length(data, size), rest = size - TAIL - length;
    uint8_t *old = exact_copy(data, length), *new_ = exact_copy(data + length, rest);
    compare(old, length, new_, rest, 0);
    compare(new_, rest, old, length, 0);
    compare(old, length, old, length, 1);
    free(old);
    free(new_);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed) {
    uint32_t state = seed;
    if (size < TAIL || draw(&state, 8) == 0) size = LLVMFuzzerMutate(data, size, max_size);
    if (size < TAIL) return size;
    size_t length = first_length(data, size), rest = size - TAIL - length;
    uint32_t which = draw(&state, 3);
    if (which != 1 && length >= BLK_HEADER_SIZE) change_image(data, length, &state);
    if (which != 0 && rest >= BLK_HEADER_SIZE) change_image(data + length, rest, &state);
    return size;
}
