/* fuzz_ulabels.c: any text is written as a canonical name or left, and what is written stays.
 *
 * An input is text, of UTF-8 or not. In place of the data of idna stands a rule by which some code
 * points are not simple, some are mapped to the next one, and all others to themselves. */
#include "fuzz.h"

#include "../src/blocklist/_columns/ulabels.h"

static uint32_t ask_rule(void *context, uint32_t point) {
    (void)context;
    return point % 5 == 0 ? ULA_NOT_SIMPLE : point % 5 == 1 ? point + 1 : point;
}

static void check_form(const uint8_t *name, size_t n) {
    size_t label = 0, labels = 1;
    CHECK(n <= ULA_MAX_NAME, "not too long");
    for (size_t i = 0; i < n; i++) {
        if (name[i] == '.') {
            CHECK(label, "no label is empty");
            label = 0;
            labels++;
            continue;
        }
        CHECK(ula_fold(name[i]) == name[i], "small letters, digits, hyphens and underscores");
        CHECK(++label <= ULA_MAX_LABEL, "no label is too long");
    }
    CHECK(label && labels > 1, "two labels or more");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static uint32_t points[ULA_POINTS];
    ula_table table;
    uint8_t out[ULA_MAX_NAME], again[ULA_MAX_NAME];
    uint8_t *exact = exact_copy(data, size);
    memset(&table, 0, sizeof table);
    table.points = points;
    table.ask = ask_rule;
    int length = ula_write_name(&table, exact, size, out);
    CHECK(length >= 0, "nothing fails");
    if (length) {
        check_form(out, (size_t)length);
        CHECK(ula_write_name(&table, exact, size, again) == length, "with the label kept, too");
        CHECK(!memcmp(out, again, (size_t)length), "the same again");
        uint8_t *name = exact_copy(out, (size_t)length);
        CHECK(ula_write_name(&table, name, (size_t)length, again) == length, "it is canonical");
        CHECK(!memcmp(out, again, (size_t)length), "and stays as it is");
        free(name);
    }
    free(exact);
    return 0;
}
