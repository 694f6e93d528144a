/* fuzz_builder.c: any rules about names can be built, and all are found again.
 *
 * An input is lines, each an octet of bits and a name in octets of a small alphabet, so that many
 * names lie below each other; the first octet makes some of them longer. After building, each name
 * must be found with its bits and its number, numbers must be dense, and the answers for each name,
 * for one below it and for one beside it must be those of the naive reference. */
#include "fuzz.h"

#define MAX_RULES 4096

static const char ALPHABET[] = "abcdefghijklmnopqrstuvwxyz0123456789-_ab";

/* Read one rule; nothing is added if the line holds no name. */
static void read_rule(Rules *table, const uint8_t *line, size_t n, uint32_t stretch) {
    Rule rule;
    size_t label = 0, length = 0;
    memset(&rule, 0, sizeof rule);
    rule.bits = n && line[0] % 4 ? BLK_SUBTREE : n ? (uint8_t)(line[0] / 4 % 63 + 1) : 1;
    for (size_t i = 1; i < n && length < BLK_MAX_NAME_OCTETS; i++) {
        uint32_t octet = line[i], times = octet >= 0xC0 ? 1 + octet % stretch : 1;
        if (octet == '.' || octet % 8 == 7) {
            if (label) rule.text[length++] = '.';
            label = 0;
            continue;
        }
        for (; times && length < BLK_MAX_NAME_OCTETS && label < BLK_MAX_LABEL_OCTETS;
             times--, label++) {
            rule.text[length++] = (uint8_t)ALPHABET[octet % (sizeof ALPHABET - 1)];
        }
    }
    while (length && rule.text[length - 1] == '.') length--;
    if (!length) return;
    rule.length = (uint8_t)length;
    table->rules[table->count++] = rule;
}

/* A list of siblings, as many as `octet` says: heavy parents do not come by chance. */
static void add_siblings(Rules *table, uint8_t octet) {
    for (uint32_t i = 0; i < octet && table->count; i++) {
        Rule rule = table->rules[0];
        char label[16];
        int n = sprintf(label, "%c%u.", 'a' + (int)(i % 26), (unsigned)(i / 4));
        if (table->count == MAX_RULES || rule.length + n > BLK_MAX_NAME_OCTETS) return;
        memmove(rule.text + n, rule.text, rule.length);
        memcpy(rule.text, label, (size_t)n);
        rule.length = (uint8_t)(rule.length + n);
        rule.bits = octet & 1 ? BLK_SUBTREE : (uint8_t)(i % 63 + 1);
        table->rules[table->count++] = rule;
    }
}

static void check_answer(const blk_image *image, const Rules *table, const uint8_t *name,
                         size_t n) {
    static uint8_t key[BLK_MAX_NAME_OCTETS];
    uint8_t *exact = exact_copy(name, n);
    int length = read_text_naively(key, name, n);
    int answer = length > 0 && decide_naively(table, key, (size_t)length) == 1;
    CHECK(blk_is_blocked(image, (const char *)exact, n) == answer, "blocked or not");
    free(exact);
}

static void check_rule(const blk_image *image, const Rules *table, const Rule *rule) {
    blk_match matches[BLK_MAX_LABELS];
    uint8_t name[BLK_MAX_NAME_OCTETS + 2];
    size_t found = blk_match_names(image, rule->text, rule->length, matches);
    CHECK(found && !matches[0].start, "the rule is found");
    CHECK(matches[0].flags == rule->bits, "with its bits");
    CHECK(matches[0].number == rule->first, "and its number");
    check_answer(image, table, rule->text, rule->length);
    memcpy(name + 2, rule->text, rule->length);
    name[0] = 'x';
    name[1] = '.';
    check_answer(image, table, name, rule->length + 2u);
    name[1] = 'x';
    check_answer(image, table, name + 1, rule->length + 1u);
    if (rule->length > 1 && rule->text[1] != '.') {
        check_answer(image, table, rule->text + 1, rule->length - 1u);
    }
}

/* Give each number once, from 0 on. */
static void check_numbers(const Rules *table, uint32_t total) {
    uint8_t *seen = (uint8_t *)calloc(1, total + 1);
    CHECK(seen, "no memory");
    for (size_t i = 0; i < table->count; i++) {
        uint32_t rules = blk_count_bits(table->rules[i].bits);
        for (uint32_t k = table->rules[i].first; k < table->rules[i].first + rules; k++) {
            CHECK(k < total && !seen[k], "each number once");
            seen[k] = 1;
        }
    }
    free(seen);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static Rule rules[MAX_RULES], inputs[MAX_RULES];
    static bld_name names[MAX_RULES];
    static uint32_t joined[MAX_RULES];
    Rules table = {rules, 0};
    bld_sections out;
    blk_image image;
    size_t length;
    if (size < 2) return 0;
    uint32_t stretch = 1 + data[0] % 64;
    const uint8_t *at = data + 2, *end = data + size;
    while (at < end && table.count < MAX_RULES / 2) {
        const uint8_t *stop = (const uint8_t *)memchr(at, '\n', (size_t)(end - at));
        if (!stop) stop = end;
        read_rule(&table, at, (size_t)(stop - at), stretch);
        at = stop < end ? stop + 1 : end;
    }
    add_siblings(&table, data[1]);
    size_t count = table.count;
    memcpy(inputs, rules, count * sizeof *rules);
    memset(names, 0, count * sizeof *names);
    memset(&out, 0, sizeof out);
    for (size_t i = 0; i < count; i++) {
        names[i].text = inputs[i].text;
        names[i].length = inputs[i].length;
        names[i].bits = inputs[i].bits;
    }
    int error = bld_build(names, count, joined, &out);
    CHECK(error == BLD_OK, "rules can be built");
    join_rules(&table);
    for (size_t i = 0; i < count; i++) {
        Rule *rule = (Rule *)(uintptr_t)naive_rule(&table, inputs[i].text, inputs[i].length);
        CHECK(rule, "each input became a rule");
        CHECK(names[joined[i]].bits == rule->bits, "inputs are joined");
        rule->first = names[joined[i]].first;
    }
    uint8_t *octets = lay_out_trie(&out, &length), *exact = exact_copy(octets, length);
    CHECK(blk_open(&image, exact, length) == BLK_OK, "a built image opens");
    check_numbers(&table, image.name_rules);
    for (size_t i = 0; i < table.count; i++) check_rule(&image, &table, &table.rules[i]);
    free(octets);
    free(exact);
    free_trie(&out);
    return 0;
}
