/* fuzz_columns.c: columns of any octets, asked for in all ways. Nothing outside the buffers is
 * read, and each row gets the answer that its octets get by themselves.
 *
 * An input: an octet for the width, an octet each for whether there is validity, the first row and
 * how many rows, two octets with the size of the index, the index, and then the data. The images
 * are FUZZ_GOOD_IMAGE and, where the first octet says so, the same with other numbers in its
 * grounds. */
#include "fuzz.h"
#include "../src/blocklist/_core/rows.h"

#define HEAD 6u
#define ROWS 64

static uint8_t *good;
static size_t good_size;

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    (void)argv;
    const char *path = getenv("FUZZ_GOOD_IMAGE");
    CHECK(path, "FUZZ_GOOD_IMAGE is not set");
    good = read_file(path, &good_size);
    return 0;
}

/* What the octets of a row get by themselves: the rule, -1 for none, -2 for what Python decides. */
static int64_t ask_alone(const blk_image *image, const blk_col_column *column, int64_t number) {
    blk_col_row row;
    blk_place place;
    if (column->validity && !(column->validity[number >> 3] >> (number & 7) & 1)) return -1;
    CHECK(blk_col_read_row(column, number, &row), "a row that was read before");
    uint8_t *exact = exact_copy(row.octets, row.n);
    int decision = -2;
    if (column->is_wire) decision = blk_judge_wire(image, exact, row.n, &place);
    else if (blk_col_is_ascii(exact, row.n)) decision = blk_judge_text(image, exact, row.n, &place);
    free(exact);
    if (decision < 0) return decision;
    return decision == BLK_BLOCKED ? (int64_t)blk_number_at(image, &place) : -1;
}

static void check_answers(const blk_image *image, const blk_grounds *grounds,
                          const blk_col_column *column, int64_t first, int64_t count) {
    uint8_t bits[ROWS / 8] = {0};
    int32_t rules[ROWS], sets[ROWS];
    blk_col_others others = {NULL, 0, 0};
    memset(rules, 0xff, sizeof rules);
    memset(sets, 0xff, sizeof sets);
    int status =
        blk_col_read(image, grounds, column, BLK_COL_ASK_BLOCKED, first, count, bits, &others);
    CHECK(status == BLK_COL_READ || status == BLK_COL_BAD_COLUMN, "booleans need no numbers");
    int64_t python = others.count;
    others.count = 0;
    int by_rule =
        blk_col_read(image, grounds, column, BLK_COL_ASK_RULE, first, count, rules, &others);
    int by_set = blk_col_read(image, grounds, column, BLK_COL_ASK_SET, first, count, sets, &others);
    free(others.rows);
    CHECK((status == BLK_COL_BAD_COLUMN) == (by_rule == BLK_COL_BAD_COLUMN),
          "one column, one status");
    CHECK((status == BLK_COL_BAD_COLUMN) == (by_set == BLK_COL_BAD_COLUMN),
          "one column, one status");
    if (status != BLK_COL_READ) return;
    for (int64_t i = 0; i < count; i++) {
        int64_t rule = ask_alone(image, column, first + i);
        python -= rule == -2;
        CHECK((bits[i >> 3] >> (i & 7) & 1) == (rule >= 0), "the same as by itself");
        if (by_rule == BLK_COL_READ) CHECK(rules[i] == (rule < 0 ? -1 : rule), "the same rule");
        if (by_set != BLK_COL_READ) continue;
        CHECK((sets[i] >= 0) == (rule >= 0), "a set for each that is blocked");
        if (rule < 0 || grounds->set_count == 1) continue;
        CHECK((uint32_t)sets[i] == blk_order_set(grounds, (uint32_t)rule), "the set of the rule");
    }
    CHECK(!python, "what is not ASCII is left to Python");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const int widths[] = {4, 8, 16};
    if (size < HEAD) return 0;
    size_t index = data[4] | (size_t)data[5] << 8, rest = size - HEAD;
    if (index > rest) index = rest;
    uint8_t *at = exact_copy(data + HEAD, index), *octets;
    uint8_t *validity = exact_copy(data + size - (rest < 16 ? rest : 16), rest < 16 ? rest : 16);
    octets = exact_copy(data + HEAD + index, rest - index);
    blk_col_data parts[2] = {{octets, (int64_t)(rest - index)},
                             {octets, (int64_t)((rest - index) / 2)}};
    blk_col_column column = {data[1] & 1 ? validity : NULL,
                             at,
                             parts,
                             1,
                             (int64_t)index,
                             (int64_t)(rest < 16 ? rest : 16),
                             widths[data[0] % 3],
                             data[0] >> 4 & 1};
    if (column.width == 16) column.data_count = 2;
    int64_t first = data[2] % ROWS, count = data[3] % ROWS;
    uint8_t *image_octets = exact_copy(good, good_size);
    blk_image image;
    blk_grounds grounds;
    uint64_t grounds_size = 0;
    CHECK(blk_open(&image, image_octets, good_size) == BLK_OK, "the image of the corpus opens");
    const uint8_t *section =
        blk_section(image_octets, good_size, BLK_SECTION_GROUNDS, &grounds_size);
    if (data[0] & 0x80 && rest) /* another number of a set, or of an order */
        image_octets[section - image_octets + BLK_GROUNDS_SIZE + data[1] % 64] = data[size - 1];
    CHECK(blk_open_grounds(&grounds, section, grounds_size) == BLK_OK, "its grounds open");
    if (blk_col_fits(&column, first, count)) check_answers(&image, &grounds, &column, first, count);
    free(image_octets);
    free(at);
    free(octets);
    free(validity);
    return 0;
}
