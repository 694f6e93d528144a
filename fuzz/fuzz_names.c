/* fuzz_names.c: names against good images; every answer is compared with the naive reference.
 *
 * The images are built here at the start, and one that the library wrote (its path in
 * FUZZ_GOOD_IMAGE, its rules beside it as .rules) brings patterns. The first octet of an input
 * chooses the image and how the rest is read: as text, as wire format, or as a list of labels from
 * a vocabulary, which meets the rules more often. */
#include "fuzz.h"

typedef struct {
    blk_image image;
    Rules rules;
    int has_numbers; /* of rules, in `rules` */
} Good;

static Good goods[4];
static const char *const VOCABULARY[] = {
    "com",
    "org",
    "it",
    "uk",
    "co",
    "example",
    "blog",
    "museum",
    "photography",
    "a",
    "b",
    "c",
    "www",
    "x",
    "xn--80ak6aa92e",
    "kickass",
    "_dmarc",
    "0",
    "-",
    "n1",
    "n2",
    "n3",
    "n12",
    "n123",
    "a23456789-123456789-123456789-123456789-123456789-123456789-123",
    "b23456789-123456789-123456789-123456789-123456789-12345678",
    "c23456789-123456789-1234567",
    "1234567",
    "12345678"};
#define WORDS (sizeof VOCABULARY / sizeof *VOCABULARY)

/* ---- images ------------------------------------------------------------------------------- */

static uint32_t draw_state = 1;

static uint32_t draw(uint32_t below) {
    draw_state = draw_state * 1664525u + 1013904223u;
    return (draw_state >> 8) % below;
}

static void add_rule(Rules *table, const char *text, uint32_t bits) {
    size_t n = strlen(text);
    CHECK(n && n <= BLK_MAX_NAME_OCTETS, "a rule of this length");
    Rule *grown = (Rule *)realloc(table->rules, (table->count + 1) * sizeof *grown);
    CHECK(grown, "no memory");
    table->rules = grown;
    Rule *rule = &table->rules[table->count++];
    memset(rule, 0, sizeof *rule);
    memcpy(rule->text, text, n);
    rule->length = (uint8_t)n;
    rule->bits = (uint8_t)bits;
}

/* Rules with `least` to 6 labels; bits of all sorts, or only blocks of whole subtrees. */
static void draw_rules(Rules *table, size_t count, uint32_t least, uint32_t all_bits) {
    char text[512];
    for (size_t i = 0; i < count; i++) {
        size_t n = 0;
        uint32_t labels = least + draw(7 - least);
        for (uint32_t k = 0; k < labels; k++) {
            const char *word = VOCABULARY[k + 1 < labels ? draw(WORDS) : draw(9)];
            if (n + strlen(word) + 1 > BLK_MAX_NAME_OCTETS) break;
            n += (size_t)sprintf(text + n, "%s%s", n ? "." : "", word);
        }
        add_rule(table, text, draw(3) ? BLK_SUBTREE : 1 + draw(all_bits));
    }
    for (uint32_t i = 0; i < 600; i++) { /* a heavy parent, and one below it */
        sprintf(text, "n%u.%sblog.com", (unsigned)i, i % 5 ? "" : "a.");
        add_rule(table, text, i % 3 ? BLK_SUBTREE : 1 + draw(all_bits));
    }
}

/* Give the builder each name more than once, with its bits one by one. */
static void build_good(Good *good) {
    Rules *table = &good->rules;
    size_t count = 0, length;
    join_rules(table);
    bld_name *names = (bld_name *)calloc(table->count * 6, sizeof *names);
    Rule **owners = (Rule **)calloc(table->count * 6, sizeof *owners);
    uint32_t *joined = (uint32_t *)calloc(table->count * 6, sizeof *joined);
    bld_sections out;
    memset(&out, 0, sizeof out);
    CHECK(names && owners && joined, "no memory");
    for (uint32_t shift = 0; shift < 6; shift++) {
        for (size_t i = 0; i < table->count; i++) {
            Rule *rule = &table->rules[i];
            if (!(rule->bits >> shift & 1)) continue;
            names[count].text = rule->text;
            names[count].length = rule->length;
            names[count].bits = (uint8_t)(1 << shift);
            owners[count++] = rule;
        }
    }
    CHECK(bld_build(names, count, joined, &out) == BLD_OK, "these rules can be built");
    for (size_t i = 0; i < count; i++) owners[i]->first = names[joined[i]].first;
    uint8_t *octets = lay_out_trie(&out, &length);
    CHECK(blk_open(&good->image, octets, length) == BLK_OK, "a built image opens");
    CHECK(good->image.name_rules == count, "each rule counts once");
    good->has_numbers = 1;
    free_trie(&out);
    free(names);
    free(owners);
    free(joined);
}

/* An image of the library and its rules: lines of bits, a blank, and the name. */
static void read_good(Good *good, const char *path) {
    size_t length;
    uint8_t *octets = read_file(path, &length);
    CHECK(blk_open(&good->image, octets, length) == BLK_OK, "the image of the corpus opens");
    char rules[1024], text[512];
    unsigned bits;
    snprintf(rules, sizeof rules, "%s.rules", path);
    FILE *file = fopen(rules, "r");
    CHECK(file, rules);
    while (fscanf(file, "%u %500s", &bits, text) == 2) add_rule(&good->rules, text, bits);
    fclose(file);
    join_rules(&good->rules);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    (void)argv;
    const char *path = getenv("FUZZ_GOOD_IMAGE");
    CHECK(path, "FUZZ_GOOD_IMAGE is not set");
    draw_rules(&goods[0].rules, 500, 2, 7);
    draw_rules(&goods[1].rules, 3000, 1, 63);
    add_rule(&goods[2].rules, "example.com", BLK_SUBTREE);
    for (int i = 0; i < 3; i++) build_good(&goods[i]);
    read_good(&goods[3], path);
    return 0;
}

/* ---- questions ---------------------------------------------------------------------------- */

static const uint8_t *pattern_at(const blk_image *image, uint32_t number, size_t *length) {
    const uint8_t *record = image->patterns + (size_t)number * 8;
    *length = record[4];
    return image->texts + blk_u32(record);
}

/* The answer for a key, or for -1, which is no name. */
static int wanted(const Good *good, const uint8_t *key, int n) {
    if (n < 1) return 0;
    int verdict = decide_naively(&good->rules, key, (size_t)n);
    for (uint32_t i = 0; verdict < 0 && i < good->image.pattern_count; i++) {
        size_t length;
        const uint8_t *text = pattern_at(&good->image, i, &length);
        if (covers_naively(text, length, key, (size_t)n)) {
            verdict = !blk_pattern_allows(&good->image, i);
        }
    }
    return verdict == 1;
}

/* Compare the rule that decides with the first of those that cover the name. */
static void check_place(const Good *good, const uint8_t *key, size_t n, const blk_match *matches,
                        size_t found) {
    const blk_image *image = &good->image;
    uint32_t bit = 0, number = image->name_rules;
    size_t first = 0;
    for (; !bit && first < found; first++) {
        bit = blk_deciding_bit(matches[first].flags, !matches[first].start);
        number = matches[first].number + blk_count_bits(matches[first].flags & (bit - 1));
    }
    uint8_t *block = (uint8_t *)malloc(BLK_WINDOW + n);
    blk_place place;
    CHECK(block, "no memory");
    memset(block, '.', BLK_WINDOW);
    memcpy(block + BLK_WINDOW, key, n);
    int decision = blk_find_rule(image, block + BLK_WINDOW + n, n, &place);
    free(block);
    if (decision != BLK_BLOCKED) return;
    if (!bit) number += blk_find_patterns(image, key, n, NULL);
    CHECK(place.bit == bit, "another kind of rule decides");
    CHECK(blk_number_at(image, &place) == number, "another rule decides");
    if (bit) CHECK(place.length == n - matches[first - 1].start, "another name decides");
}

/* Compare the evidence: each suffix with rules, the longest first; then each pattern. */
static void check_evidence(const Good *good, const uint8_t *key, size_t n) {
    const blk_image *image = &good->image;
    blk_match matches[BLK_MAX_LABELS];
    uint8_t *exact = exact_copy(key, n);
    size_t found = blk_match_names(image, exact, n, matches), next = 0;
    for (size_t at = 0; at < n; at++) {
        if (at && key[at - 1] != '.') continue;
        const Rule *rule = naive_rule(&good->rules, key + at, n - at);
        if (!rule) continue;
        CHECK(next < found, "a rule was not found");
        CHECK(matches[next].start == at, "a rule was not found here");
        CHECK(matches[next].flags == rule->bits, "other rules stand here");
        if (good->has_numbers) CHECK(matches[next].number == rule->first, "its number is another");
        next++;
    }
    CHECK(next == found, "a rule was found that is none");
    check_place(good, exact, n, matches, found);
    if (image->automaton) {
        uint32_t lowest = image->pattern_count;
        uint8_t *marks = (uint8_t *)calloc((size_t)image->pattern_count + 1, 1);
        blk_find_patterns(image, exact, n, marks);
        for (uint32_t i = image->pattern_count; i-- > 0;) {
            size_t length;
            const uint8_t *text = pattern_at(image, i, &length);
            int covers = covers_naively(text, length, key, n);
            CHECK(marks[i] == covers, "other patterns cover it");
            if (covers) lowest = i;
        }
        CHECK(blk_find_patterns(image, exact, n, NULL) == lowest, "the first pattern is another");
        free(marks);
    }
    free(exact);
}

/* Say what was asked before a check of the answer ends the process. */
static void expect(int found, int answer, const char *how, const uint8_t *octets, size_t n) {
    if (found == answer) return;
    fprintf(stderr, "%s: %d, the reference says %d: \"", how, found, answer);
    for (size_t i = 0; i < n; i++) {
        fprintf(stderr, octets[i] > 32 && octets[i] < 127 ? "%c" : "\\x%02x", octets[i]);
    }
    fprintf(stderr, "\"\n");
    abort();
}

static void check_text(const Good *good, const uint8_t *text, size_t n, uint8_t before) {
    const blk_image *image = &good->image;
    static uint8_t key[BLK_MAX_NAME_OCTETS];
    int length = read_text_naively(key, text, n), answer = wanted(good, key, length);
    uint8_t *exact = exact_copy(text, n);
    expect(blk_is_blocked(image, (const char *)exact, n), answer, "blk_is_blocked", text, n);
    free(exact);
    /* What stands before the name is readable and must not matter. */
    size_t name = n && text[n - 1] == '.' ? n - 1 : n;
    uint8_t *block = (uint8_t *)malloc(32 + name);
    CHECK(block, "no memory");
    memset(block, before, 32);
    if (name) memcpy(block + 32, text, name);
    int decision = blk_decide(image, block + 32 + name, name);
    blk_place place;
    CHECK(decision == blk_find_rule(image, block + 32 + name, name, &place), "blk_find_rule");
    if (decision == BLK_ESCAPED) CHECK(memchr(text, '\\', n), "nothing is escaped");
    else expect(decision == BLK_BLOCKED, answer, "blk_decide", text, n);
    uint64_t hash;
    if (blk_prepare(image, block + 32 + name, name, &hash) && !blk_may_hold(image, hash)) {
        CHECK(!answer, "what may not be there is blocked");
    }
    free(block);
    if (length > 0) check_evidence(good, key, (size_t)length);
}

static void check_wire(const Good *good, const uint8_t *wire, size_t n, uint8_t before) {
    static uint8_t key[BLK_MAX_NAME_OCTETS], read[BLK_MAX_NAME_OCTETS];
    int length = read_wire_naively(key, wire, n);
    uint8_t *exact = exact_copy(wire, n);
    expect(blk_is_blocked_wire(&good->image, exact, n), wanted(good, key, length), "wire", wire, n);
    int found = blk_read_wire(read, exact, n);
    CHECK(length > 0 ? found == length : found <= 0, "blk_read_wire");
    CHECK(length <= 0 || !memcmp(read, key, (size_t)length), "blk_read_wire gives another name");
    free(exact);
    uint8_t *block = (uint8_t *)malloc(BLK_WINDOW + n); /* what stands before must not matter */
    CHECK(block, "no memory");
    memset(block, before, BLK_WINDOW);
    memcpy(block + BLK_WINDOW, wire, n);
    found = n ? (int)blk_read_short_wire(read, block + BLK_WINDOW, n) : 0;
    CHECK(!found || found == length, "blk_read_short_wire");
    CHECK(!found || !memcmp(read + BLK_WINDOW - found, key, (size_t)found), "another short name");
    free(block);
    if (length > 0) check_evidence(good, key, (size_t)length);
}

/* Read octets as labels of the vocabulary and others; write text and wire. */
static void check_labels(const Good *good, const uint8_t *data, size_t size, uint8_t before) {
    static uint8_t text[1024], wire[1024];
    size_t n = 0, w = 0;
    while (size-- && n < 700) {
        uint8_t code = *data++, label[80];
        size_t length = 0;
        if (code < 0xC0) {
            const char *word = VOCABULARY[(code & 0x3f) % WORDS];
            length = strlen(word);
            memcpy(label, word, length);
            if (code >= 0x80) label[length - 1] ^= (uint8_t)(code & 0x20);
            else if (code >= 0x40)
                label[0] = blk_lower(label[0]) == label[0] ? label[0] & 0xDF : label[0];
        } else if (code < 0xE0) {
            length = (size_t)sprintf((char *)label, "n%u", size ? (unsigned)(*data) * 3u : 0u);
        } else {
            for (size_t k = 0; k < (code & 31u) * 2 + 1u && size; k++) {
                label[length++] = *data++;
                size--;
            }
        }
        if (n) text[n++] = '.';
        memcpy(text + n, label, length);
        n += length;
        wire[w++] = (uint8_t)length;
        memcpy(wire + w, label, length);
        w += length;
    }
    wire[w++] = 0;
    check_text(good, text, n, before);
    check_wire(good, wire, w, before);
    text[n] = '.';
    check_text(good, text, n + 1, before);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (!size || size > 2048) return 0;
    const Good *good = &goods[data[0] & 3];
    uint8_t before = data[0] & 0x40 ? '.' : 'a';
    switch (data[0] >> 2 & 3) {
        case 0: check_text(good, data + 1, size - 1, before); break;
        case 1: check_wire(good, data + 1, size - 1, before); break;
        default: check_labels(good, data + 1, size - 1, before);
    }
    return 0;
}
