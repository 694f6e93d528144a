/* builder.h: names and what stands at each → the sections of the suffix trie, as kernel.h reads
 * them. docs/image-format.md, "How it is built", says in words what is done here: the octets must
 * come out the same from every implementation. */
#ifndef BLOCKLIST_BUILDER_H
#define BLOCKLIST_BUILDER_H

#include <stdlib.h>

#include "../_core/kernel.h"

#define BLD_AHEAD 8 /* groups, whose memory is asked for early */

typedef enum {
    BLD_OK = 0,
    BLD_NO_MEMORY = -1,
    BLD_NO_SEED = -2 /* these names find no place */
} bld_error;

typedef struct {
    const uint8_t *text;
    uint8_t length;
    uint8_t bits;   /* the rules at this name, once the inputs are joined */
    uint8_t labels; /* how many */
    uint8_t code;   /* of the last label; 0 if the key is the whole name */
    uint8_t key;    /* octets of the key */
    uint32_t first; /* rule number of its first rule, once it is placed */
} bld_name;

/* A name under the hash of its group. What is asked of every name is kept here, since the names
 * themselves lie in another sequence, each a wait for memory away. */
typedef struct {
    uint64_t hash;
    uint32_t name;
    uint8_t size;   /* octets of the entry, once the inputs are joined */
    uint8_t labels; /* of the name */
} bld_item;

/* An array of items that grows. */
typedef struct {
    bld_item *items;
    size_t count, room;
} bld_items;

typedef struct {
    uint8_t *lines, *gates, *filter, *labels, *ranks, *pool, *trie;
    size_t lines_size, gates_size, filter_size, labels_size, ranks_size, pool_size;
} bld_sections;

static inline void bld_put_u32(uint8_t *at, uint32_t value) {
    for (int i = 0; i < 4; i++) at[i] = (uint8_t)(value >> 8 * i);
}

static inline void bld_put_u64(uint8_t *at, uint64_t value) {
    bld_put_u32(at, (uint32_t)value);
    bld_put_u32(at + 4, (uint32_t)(value >> 32));
}

static inline bld_error bld_push(bld_items *items, bld_item item) {
    if (items->count == items->room) {
        size_t room = items->room ? items->room * 2 : 1024;
        bld_item *grown = (bld_item *)realloc(items->items, room * sizeof *grown);
        if (!grown) return BLD_NO_MEMORY;
        items->items = grown;
        items->room = room;
    }
    items->items[items->count++] = item;
    return BLD_OK;
}

/* ---- sorting by hash, then by name ------------------------------------------------------ */

static inline int bld_compare_names(const bld_name *a, const bld_name *b) {
    uint8_t n = a->length < b->length ? a->length : b->length;
    int order = memcmp(a->text, b->text, n);
    return order ? order : (int)a->length - (int)b->length;
}

/* Sort by the upper 33 bits of the hash (radix, 11 bits at a time). */
static inline bld_error bld_radix_sort(bld_item *items, size_t count) {
    bld_item *other = (bld_item *)malloc((count + 1) * sizeof *other), *from = items, *to = other;
    if (!other) return BLD_NO_MEMORY;
    for (unsigned shift = 31; shift < 64; shift += 11) {
        uint32_t starts[2048] = {0}, sum = 0;
        for (size_t i = 0; i < count; i++) starts[from[i].hash >> shift & 2047]++;
        for (size_t i = 0; i < 2048; i++) {
            uint32_t here = starts[i];
            starts[i] = sum;
            sum += here;
        }
        for (size_t i = 0; i < count; i++) to[starts[from[i].hash >> shift & 2047]++] = from[i];
        bld_item *swap = from;
        from = to;
        to = swap;
    }
    memcpy(items, other, count * sizeof *items); /* three passes end there */
    free(other);
    return BLD_OK;
}

static inline int bld_is_after(const bld_item *a, const bld_item *b, const bld_name *names) {
    if (a->hash != b->hash) return a->hash > b->hash;
    return bld_compare_names(&names[a->name], &names[b->name]) > 0;
}

static inline void bld_sift(bld_item *items, size_t count, size_t at, const bld_name *names) {
    bld_item item = items[at];
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && bld_is_after(&items[child + 1], &items[child], names)) child++;
        if (!bld_is_after(&items[child], &item, names)) break;
        items[at] = items[child];
    }
    items[at] = item;
}

/* Sort a few by hash and name: by insertion, or as a heap, whose worst case is near its best. */
static inline void bld_sort_run(bld_item *items, size_t count, const bld_name *names) {
    if (count <= 24) {
        for (size_t i = 1; i < count; i++) {
            bld_item item = items[i];
            size_t at = i;
            for (; at && bld_is_after(&items[at - 1], &item, names); at--)
                items[at] = items[at - 1];
            items[at] = item;
        }
        return;
    }
    for (size_t at = count / 2; at-- > 0;) bld_sift(items, count, at, names);
    for (size_t left = count; left-- > 1;) {
        bld_item last = items[0];
        items[0] = items[left];
        items[left] = last;
        bld_sift(items, left, 0, names);
    }
}

/* Sort by hash, then by name. */
static inline bld_error bld_sort(const bld_items *list, const bld_name *names) {
    bld_item *items = list->items;
    if (list->count > 1 && bld_radix_sort(items, list->count)) return BLD_NO_MEMORY;
    for (size_t low = 0, high; low < list->count; low = high) {
        high = low + 1;
        while (high < list->count && items[high].hash >> 31 == items[low].hash >> 31) high++;
        if (high - low > 1) bld_sort_run(items + low, high - low, names);
    }
    return BLD_OK;
}

/* ---- frequent last labels ---------------------------------------------------------------- */

typedef struct {
    uint64_t label; /* as the section holds it; 0: a free slot */
    uint32_t count;
    uint8_t code;
} bld_label;

typedef struct {
    bld_label *slots;
    size_t room, used; /* room is a power of two */
} bld_label_table;

static inline uint64_t bld_last_label(const bld_name *name) {
    blk_name read;
    blk_set_name(&read, name->text + name->length, name->length);
    return read.tail_label;
}

static inline bld_label *bld_label_slot(const bld_label_table *table, uint64_t label) {
    size_t at = (size_t)(blk_fold(label, BLK_HASH_SPREAD)) & (table->room - 1);
    while (table->slots[at].label && table->slots[at].label != label)
        at = (at + 1) & (table->room - 1);
    return &table->slots[at];
}

static inline bld_error bld_grow_labels(bld_label_table *table) {
    bld_label_table grown = {NULL, table->room ? table->room * 2 : 4096, table->used};
    grown.slots = (bld_label *)calloc(grown.room, sizeof *grown.slots);
    if (!grown.slots) return BLD_NO_MEMORY;
    for (size_t i = 0; i < table->room; i++) {
        if (table->slots[i].label) *bld_label_slot(&grown, table->slots[i].label) = table->slots[i];
    }
    free(table->slots);
    *table = grown;
    return BLD_OK;
}

static inline int bld_more_frequent(const void *a, const void *b) {
    const bld_label *x = (const bld_label *)a, *y = (const bld_label *)b;
    if (x->count != y->count) return x->count > y->count ? -1 : 1;
    return x->label < y->label ? -1 : x->label > y->label;
}

/* Choose the codes and set them in the names; the most frequent label of the inputs gets 1. */
static inline bld_error bld_choose_labels(bld_name *names, size_t count, bld_sections *out) {
    bld_label_table table = {NULL, 0, 0};
    for (size_t i = 0; i < count; i++) {
        uint64_t label = bld_last_label(&names[i]);
        if (!label) continue;
        if (table.used * 2 >= table.room && bld_grow_labels(&table)) {
            free(table.slots);
            return BLD_NO_MEMORY;
        }
        bld_label *slot = bld_label_slot(&table, label);
        if (!slot->label) {
            slot->label = label;
            table.used++;
        }
        slot->count++;
    }
    bld_label *sorted = (bld_label *)malloc((table.used + 1) * sizeof *sorted);
    size_t used = 0;
    for (size_t i = 0; sorted && i < table.room; i++) {
        if (table.slots[i].label) sorted[used++] = table.slots[i];
    }
    if (sorted && used) qsort(sorted, used, sizeof *sorted, bld_more_frequent);
    if (used > BLK_MAX_CODES) used = BLK_MAX_CODES;
    out->labels = (uint8_t *)malloc(used * BLK_LABEL_SIZE + 1);
    if (sorted && out->labels) {
        out->labels_size = used * BLK_LABEL_SIZE;
        for (size_t i = 0; i < used; i++) {
            bld_put_u64(out->labels + i * BLK_LABEL_SIZE, sorted[i].label);
            bld_label_slot(&table, sorted[i].label)->code = (uint8_t)(i + 1);
        }
        for (size_t i = 0; i < count; i++) {
            uint64_t label = bld_last_label(&names[i]);
            names[i].code = label ? bld_label_slot(&table, label)->code : 0;
        }
    }
    free(table.slots);
    free(sorted);
    return sorted && out->labels ? BLD_OK : BLD_NO_MEMORY;
}

static inline uint32_t bld_key_length(const bld_name *name) {
    uint32_t length = name->length;
    if (name->code) {
        while (name->text[--length] != '.') {}
    }
    return length;
}

/* Octets of a name's entry in a line. */
static inline uint32_t bld_entry_size(const bld_name *name) {
    uint32_t key = name->key;
    return BLK_ENTRY_SIZE + (key > BLK_MAX_INLINE_KEY ? BLK_POOL_OFFSET_SIZE : key) +
           (name->bits != BLK_SUBTREE);
}

/* ---- groups ------------------------------------------------------------------------------ */

static inline uint64_t bld_hash_level(const uint64_t keys[BLK_HASH_KEYS], const bld_name *name,
                                      uint32_t level) {
    const uint8_t *end = name->text + name->length, *at = end;
    for (;;) {
        while (at > name->text && at[-1] != '.') at--;
        if (!--level || at == name->text) break;
        at--;
    }
    return blk_hash(keys, end, (size_t)(end - at));
}

/* What grouping works on, and what it finds. */
typedef struct {
    bld_name *names;
    const uint64_t *keys;
    uint32_t *joined;        /* which name each input became */
    bld_items here, deeper;  /* names to be grouped at this level and at the next */
    bld_items groups, heavy; /* found: names in groups, and nodes that go on at the next level */
} bld_grouping;

static inline void bld_free_grouping(bld_grouping *grouping) {
    free(grouping->here.items);
    free(grouping->deeper.items);
    free(grouping->groups.items);
    free(grouping->heavy.items);
}

/* Join equal names among the items `low` to `high`, which have one hash and are sorted; the number
 * of the last that is left, and one more. `size` becomes the octets of their entries. */
static inline size_t bld_join(bld_grouping *grouping, size_t low, size_t high, uint32_t *size) {
    bld_item *items = grouping->here.items;
    size_t kept = low;
    *size = 0;
    for (size_t i = low; i < high; i++) {
        bld_item *item = &items[i], *last = &items[kept - (kept > low)];
        bld_name *name = &grouping->names[last->name];
        if (kept == low || bld_compare_names(name, &grouping->names[item->name])) {
            *size += item->size;
            items[kept++] = *item;
            continue;
        }
        name->bits |= grouping->names[item->name].bits;
        grouping->joined[item->name] = last->name;
        *size -= last->size;
        last->size = (uint8_t)bld_entry_size(name);
        *size += last->size;
    }
    return kept;
}

/* Make a group of the items `low` to `high`, which have one hash; what does not fit a line together
 * goes on at the next level, as far as it has one. */
static inline bld_error bld_group_run(bld_grouping *grouping, size_t low, size_t high,
                                      uint32_t level) {
    bld_item *items = grouping->here.items;
    uint32_t size;
    int is_heavy = 0;
    bld_error error = BLD_OK;
    size_t kept = bld_join(grouping, low, high, &size);
    for (size_t i = low; i < kept; i++) is_heavy |= items[i].labels > level;
    is_heavy &= size > BLK_LINE_ROOM;
    if (is_heavy) {
        bld_item node = {items[low].hash, 0, 0, 0};
        error = bld_push(&grouping->heavy, node);
    }
    for (size_t i = low; !error && i < kept; i++) {
        bld_item item = items[i];
        if (is_heavy && item.labels > level) {
            item.hash = bld_hash_level(grouping->keys, &grouping->names[item.name], level + 1);
            error = bld_push(&grouping->deeper, item);
        } else {
            error = bld_push(&grouping->groups, item);
        }
    }
    return error;
}

/* Give each name the hash of its group, from the first level on. */
static inline bld_error bld_group(bld_grouping *grouping, size_t count, uint32_t first_level) {
    const bld_name *names = grouping->names;
    bld_items *here = &grouping->here;
    bld_error error = BLD_OK;
    for (size_t i = 0; !error && i < count; i++) {
        uint64_t hash = bld_hash_level(grouping->keys, &names[i], first_level);
        bld_item item = {hash, (uint32_t)i, (uint8_t)bld_entry_size(&names[i]), names[i].labels};
        error = bld_push(here, item);
    }
    for (uint32_t level = first_level; !error && here->count; level++) {
        error = bld_sort(here, names);
        grouping->deeper.count = 0;
        for (size_t low = 0, high; !error && low < here->count; low = high) {
            high = low + 1;
            while (high < here->count && here->items[high].hash == here->items[low].hash) high++;
            error = bld_group_run(grouping, low, high, level);
        }
        bld_items swap = *here;
        *here = grouping->deeper;
        grouping->deeper = swap;
    }
    return error;
}

/* ---- lines and filter -------------------------------------------------------------------- */

/* Write an entry into the line, its key into the pool if it is too long for the room there; 0 if
 * there is not even room for that. */
static inline int bld_write_entry(uint8_t *line, const bld_name *name, bld_sections *out) {
    uint32_t whole = bld_entry_size(name);
    uint8_t *head = &line[BLK_LINE_HEAD_AT], *used = &line[BLK_LINE_USED_AT];
    uint8_t *at = line + BLK_LINE_ENTRIES_AT + *used;
    uint32_t key = name->key, has_flags = name->bits != BLK_SUBTREE;
    int is_pooled = key > BLK_MAX_INLINE_KEY || *used + whole > BLK_LINE_ROOM;
    uint32_t size = is_pooled ? BLK_ENTRY_SIZE + BLK_POOL_OFFSET_SIZE + has_flags : whole;
    if (*used + size > BLK_LINE_ROOM) return 0;
    *used = (uint8_t)(*used + size);
    *head = (uint8_t)(*head + blk_count_bits(name->bits));
    at[BLK_ENTRY_HEAD_AT] =
        (uint8_t)((is_pooled ? BLK_KEY_POOLED : key) | (has_flags ? BLK_FLAGS_FOLLOW : 0));
    at[BLK_ENTRY_CODE_AT] = name->code;
    at += BLK_ENTRY_SIZE;
    if (is_pooled) {
        bld_put_u32(at, (uint32_t)out->pool_size);
        out->pool[out->pool_size++] = (uint8_t)key;
        memcpy(out->pool + out->pool_size, name->text, key);
        out->pool_size += key;
        at += BLK_POOL_OFFSET_SIZE;
    } else {
        memcpy(at, name->text, key);
        at += key;
    }
    if (has_flags) *at = name->bits;
    return 1;
}

/* A group: items `low` to `high` of the sorted list, and its place. */
typedef struct {
    uint64_t hash;
    uint32_t low, high;
    uint32_t gate;
    uint16_t size; /* octets of its entries */
    uint8_t is_placed;
} bld_run;

typedef struct {
    bld_run *runs;      /* by gate, then by hash */
    uint32_t *gates;    /* where the runs of each gate begin, and the end */
    uint32_t *sequence; /* gates, the one with the most octets first */
    uint8_t *used;      /* octets of each line that are spoken for */
    size_t count;
} bld_plan;

static inline void bld_free_plan(bld_plan *plan) {
    free(plan->runs);
    free(plan->gates);
    free(plan->sequence);
    free(plan->used);
}

/* Octets of a gate's groups, as far as they are told apart. */
static inline uint32_t bld_gate_octets(const bld_plan *plan, uint32_t gate) {
    uint32_t size = 0;
    for (uint32_t i = plan->gates[gate]; i < plan->gates[gate + 1]; i++) size += plan->runs[i].size;
    return size < BLK_MAX_GATE_OCTETS ? size : BLK_MAX_GATE_OCTETS;
}

/* Put the gates into sequence; BLD_NO_SEED if one holds too many groups. */
static inline bld_error bld_sort_gates(bld_plan *plan, uint32_t gate_count) {
    size_t starts[BLK_MAX_GATE_OCTETS + 1] = {0}, sum = 0;
    for (uint32_t i = 0; i < gate_count; i++) {
        if (plan->gates[i + 1] - plan->gates[i] > BLK_MAX_GATE_GROUPS) return BLD_NO_SEED;
        starts[BLK_MAX_GATE_OCTETS - bld_gate_octets(plan, i)]++;
    }
    for (size_t i = 0; i <= BLK_MAX_GATE_OCTETS; i++) {
        size_t here = starts[i];
        starts[i] = sum;
        sum += here;
    }
    for (uint32_t i = 0; i < gate_count; i++) {
        plan->sequence[starts[BLK_MAX_GATE_OCTETS - bld_gate_octets(plan, i)]++] = i;
    }
    return BLD_OK;
}

/* Sort the groups to their gates, and the gates by octets. */
static inline bld_error bld_make_plan(const bld_items *groups, size_t run_count,
                                      uint32_t line_count, uint32_t gate_count, bld_plan *plan) {
    plan->count = run_count;
    plan->runs = (bld_run *)malloc(run_count * sizeof *plan->runs);
    plan->gates = (uint32_t *)calloc((size_t)gate_count + 2, sizeof *plan->gates);
    plan->sequence = (uint32_t *)malloc(gate_count * sizeof *plan->sequence);
    plan->used = (uint8_t *)calloc(line_count, 1);
    if (!plan->runs || !plan->gates || !plan->sequence || !plan->used) return BLD_NO_MEMORY;
    const bld_item *items = groups->items;
    for (size_t i = 0; i < groups->count; i++) {
        if (i && items[i].hash == items[i - 1].hash) continue;
        plan->gates[blk_gate_index(items[i].hash, gate_count) + 2]++;
    }
    for (uint32_t i = 0; i < gate_count; i++) plan->gates[i + 2] += plan->gates[i + 1];
    for (size_t low = 0, high; low < groups->count; low = high) {
        uint32_t size = 0, gate = blk_gate_index(items[low].hash, gate_count);
        for (high = low; high < groups->count && items[high].hash == items[low].hash; high++) {
            size += items[high].size;
        }
        bld_run *run = &plan->runs[plan->gates[gate + 1]++];
        run->hash = items[low].hash;
        run->low = (uint32_t)low;
        run->high = (uint32_t)high;
        run->gate = gate;
        run->size = (uint16_t)(size < UINT16_MAX ? size : UINT16_MAX);
        run->is_placed = 0;
    }
    return bld_sort_gates(plan, gate_count);
}

/* Speak for room in the lines of one gate's groups; returns the octets that find none. `keep`
 * leaves it spoken for. */
static inline uint32_t bld_displace(bld_plan *plan, uint32_t gate, uint32_t displacement,
                                    uint32_t line_count, uint32_t limit, int keep) {
    uint32_t low = plan->gates[gate], high = plan->gates[gate + 1], at = low, unfit = 0;
    for (; at < high && unfit < limit; at++) {
        bld_run *run = &plan->runs[at];
        uint8_t *used = &plan->used[blk_home(run->hash, displacement, line_count)];
        run->is_placed = *used + run->size <= BLK_LINE_ROOM;
        if (run->is_placed) *used = (uint8_t)(*used + run->size);
        else unfit += run->size;
    }
    while (!keep && at-- > low) {
        bld_run *run = &plan->runs[at];
        if (!run->is_placed) continue;
        uint8_t *used = &plan->used[blk_home(run->hash, displacement, line_count)];
        *used = (uint8_t)(*used - run->size);
    }
    return unfit;
}

/* The displacement of a gate: the octet above its filter. */
static inline uint8_t *bld_displacement(const bld_sections *out, uint32_t gate) {
    return out->gates + (size_t)gate * BLK_GATE_SIZE + BLK_GATE_BITS / 8;
}

static inline uint32_t bld_home(const bld_plan *plan, size_t run, uint32_t line_count,
                                const bld_sections *out) {
    const bld_run *at = &plan->runs[run];
    return blk_home(at->hash, *bld_displacement(out, at->gate), line_count);
}

/* Ask for what the runs after number `i` will touch, so that their waits overlap. (A function that
 * is not inlined and does nothing but this is taken for one that does nothing.) */
BLK_INLINE void bld_prefetch_run(const bld_plan *plan, size_t i, const bld_items *groups,
                                 const bld_name *names, uint32_t line_count,
                                 const bld_sections *out) {
    if (i + 3 * BLD_AHEAD < plan->count) {
        BLK_PREFETCH(&groups->items[plan->runs[i + 3 * BLD_AHEAD].low]);
    }
    if (i + 2 * BLD_AHEAD < plan->count) {
        BLK_PREFETCH(&names[groups->items[plan->runs[i + 2 * BLD_AHEAD].low].name]);
    }
    if (i + BLD_AHEAD < plan->count) {
        BLK_PREFETCH(names[groups->items[plan->runs[i + BLD_AHEAD].low].name].text);
        uint32_t home = bld_home(plan, i + BLD_AHEAD, line_count, out);
        BLK_PREFETCH(out->lines + (size_t)home * BLK_LINE_SIZE);
    }
}

/* Write the entry of a name into the first line from home with room; lines passed are marked.
 * `line` becomes that line, and `first` of the name the rules before it there. Returns the pairs
 * that this reaches over, 0 if no line within `limit` steps has room. */
static inline uint32_t bld_place_name(bld_name *name, uint32_t home, uint32_t line_count,
                                      uint32_t limit, uint32_t *line, bld_sections *out) {
    for (uint32_t step = 0; step < limit; step++) {
        uint32_t index = blk_line_at(home, step, line_count);
        uint8_t *octets = out->lines + (size_t)index * BLK_LINE_SIZE;
        uint32_t before = octets[BLK_LINE_HEAD_AT] & BLK_LINE_RULES;
        if (bld_write_entry(octets, name, out)) {
            name->first = before;
            *line = index;
            return step / 2 + 1;
        }
        octets[BLK_LINE_HEAD_AT] |= BLK_LINE_GOES_ON;
    }
    return 0;
}

/* Write the entries of the groups: first those that fit their line, then, entry by entry, the
 * others. Returns the pairs that the widest group reaches over, 0 if that is more than
 * BLK_MAX_REACH. */
static inline uint32_t bld_place(const bld_plan *plan, const bld_items *groups, bld_name *names,
                                 uint32_t line_count, uint32_t *line_of, bld_sections *out) {
    uint32_t widest = 1, limit = 2 * BLK_MAX_REACH < line_count ? 2 * BLK_MAX_REACH : line_count;
    out->pool_size = 0;
    memset(out->lines, 0, (size_t)line_count * BLK_LINE_SIZE);
    for (int is_first = 1; is_first >= 0; is_first--) {
        for (size_t i = 0; i < plan->count; i++) {
            const bld_run *run = &plan->runs[i];
            if (is_first) bld_prefetch_run(plan, i, groups, names, line_count, out);
            if (run->is_placed != is_first) continue; /* nearly all are placed at first */
            uint32_t home = bld_home(plan, i, line_count, out);
            for (uint32_t item = run->low; item < run->high; item++) {
                uint32_t name = groups->items[item].name;
                uint32_t reach =
                    bld_place_name(&names[name], home, line_count, limit, &line_of[name], out);
                if (!reach) return 0;
                if (reach > widest) widest = reach;
            }
        }
    }
    return widest;
}

static inline void bld_add_bits(bld_sections *out, uint32_t gate_count, uint32_t word_count,
                                uint64_t hash, uint64_t bits) {
    uint8_t *gate = out->gates + (size_t)blk_gate_index(hash, gate_count) * BLK_GATE_SIZE;
    uint8_t *word = out->filter + (size_t)blk_word_index(hash, word_count) * BLK_WORD_SIZE;
    bld_put_u32(gate, blk_u32(gate) | blk_gate_bits(hash));
    bld_put_u64(word, blk_u64(word) | bits);
}

/* Give each name the number of its first rule: rules count by line, then by entry. */
static inline void bld_number(bld_name *names, size_t count, const uint32_t *line_of,
                              const uint32_t *joined, uint32_t *starts, uint32_t line_count,
                              bld_sections *out) {
    uint32_t number = 0;
    for (uint32_t i = 0; i < line_count; i++) {
        if (i % BLK_LINES_A_RANK == 0)
            bld_put_u32(out->ranks + i / BLK_LINES_A_RANK * BLK_RANK_SIZE, number);
        starts[i] = number;
        number += out->lines[(size_t)i * BLK_LINE_SIZE] & BLK_LINE_RULES;
    }
    for (size_t i = 0; i < count; i++) {
        if (joined[i] == i) names[i].first += starts[line_of[i]];
    }
    bld_put_u32(out->trie + BLK_TRIE_RULES_AT, number);
}

/* How large an attempt makes the sections. */
typedef struct {
    size_t runs;
    uint32_t lines, gates, words;
} bld_sizes;

/* Count groups and octets, and choose the sizes after them. */
static inline bld_error bld_measure(const bld_grouping *grouping, uint32_t attempt,
                                    bld_sizes *sizes) {
    const bld_items *groups = &grouping->groups;
    uint64_t total = 0;
    sizes->runs = 0;
    for (size_t i = 0; i < groups->count; i++) {
        total += groups->items[i].size;
        sizes->runs += !i || groups->items[i].hash != groups->items[i - 1].hash;
    }
    uint64_t pairs = total * 100 / (2 * BLK_LINE_ROOM * BLK_FILL_PERCENT) + 1;
    pairs += pairs * attempt / BLK_SEED_GROWTH;
    size_t marks = sizes->runs + grouping->heavy.count;
    if (pairs > UINT32_MAX / 4 || marks > UINT32_MAX / 64) return BLD_NO_MEMORY;
    sizes->lines = (uint32_t)pairs * 2;
    sizes->gates = (uint32_t)(marks / BLK_GROUPS_A_GATE + 1);
    sizes->words = (uint32_t)(marks * BLK_BITS_A_GROUP / (8 * BLK_WORD_SIZE) + 1);
    return BLD_OK;
}

/* Make a block `size` octets large; without memory the old one stays. */
static inline bld_error bld_resize(uint8_t **block, size_t size) {
    uint8_t *resized = (uint8_t *)realloc(*block, size);
    if (!resized) return BLD_NO_MEMORY;
    *block = resized;
    return BLD_OK;
}

static inline bld_error bld_make_room(const bld_sizes *sizes, bld_sections *out) {
    size_t ranks = ((size_t)sizes->lines + BLK_LINES_A_RANK - 1) / BLK_LINES_A_RANK;
    out->lines_size = (size_t)sizes->lines * BLK_LINE_SIZE;
    out->filter_size = (size_t)sizes->words * BLK_WORD_SIZE;
    out->gates_size = (size_t)sizes->gates * BLK_GATE_SIZE;
    out->ranks_size = ranks * BLK_RANK_SIZE;
    if (bld_resize(&out->lines, out->lines_size) || bld_resize(&out->filter, out->filter_size) ||
        bld_resize(&out->gates, out->gates_size) || bld_resize(&out->ranks, out->ranks_size)) {
        return BLD_NO_MEMORY;
    }
    memset(out->filter, 0, out->filter_size);
    memset(out->gates, 0, out->gates_size);
    return BLD_OK;
}

/* Choose the displacement of each gate, those with the most octets first. */
static inline void bld_displace_all(bld_plan *plan, const bld_sizes *sizes, bld_sections *out) {
    for (uint32_t i = 0; i < sizes->gates; i++) {
        uint32_t gate = plan->sequence[i], least = UINT32_MAX, chosen = 0;
        for (uint32_t tried = 0; tried < BLK_DISPLACEMENTS && least; tried++) {
            uint32_t unfit = bld_displace(plan, gate, tried, sizes->lines, least, 0);
            if (unfit < least) {
                least = unfit;
                chosen = tried;
            }
        }
        bld_displace(plan, gate, chosen, sizes->lines, UINT32_MAX, 1);
        *bld_displacement(out, gate) = (uint8_t)chosen;
    }
}

/* Set the bits of all groups and heavy nodes in the filters. */
static inline void bld_fill_filters(const bld_grouping *grouping, const bld_sizes *sizes,
                                    bld_sections *out) {
    for (size_t i = 0; i < grouping->groups.count; i++) {
        uint64_t hash = grouping->groups.items[i].hash;
        bld_add_bits(out, sizes->gates, sizes->words, hash, blk_present_bits(hash));
    }
    for (size_t i = 0; i < grouping->heavy.count; i++) {
        uint64_t hash = grouping->heavy.items[i].hash;
        bld_add_bits(out, sizes->gates, sizes->words, hash, blk_heavy_bits(hash));
    }
}

/* Lay grouped names out. */
static inline bld_error bld_lay_out(const bld_grouping *grouping, size_t count, uint32_t attempt,
                                    bld_sections *out) {
    bld_plan plan = {NULL, NULL, NULL, NULL, 0};
    bld_sizes sizes;
    uint32_t *line_of = NULL, *starts = NULL, widest;
    bld_error error = bld_measure(grouping, attempt, &sizes);
    if (!error) error = bld_make_room(&sizes, out);
    if (error) return error;
    line_of = (uint32_t *)malloc(count * sizeof *line_of);
    starts = (uint32_t *)malloc(sizes.lines * sizeof *starts);
    error = line_of && starts ? BLD_OK : BLD_NO_MEMORY;
    if (!error)
        error = bld_make_plan(&grouping->groups, sizes.runs, sizes.lines, sizes.gates, &plan);
    if (error) goto done;
    bld_displace_all(&plan, &sizes, out);
    widest = bld_place(&plan, &grouping->groups, grouping->names, sizes.lines, line_of, out);
    if (!widest) {
        error = BLD_NO_SEED;
        goto done;
    }
    bld_fill_filters(grouping, &sizes, out);
    bld_put_u64(out->trie + BLK_TRIE_SEED_AT, attempt);
    bld_put_u32(out->trie + BLK_TRIE_LINES_AT, sizes.lines);
    bld_put_u32(out->trie + BLK_TRIE_GATES_AT, sizes.gates);
    bld_put_u32(out->trie + BLK_TRIE_WORDS_AT, sizes.words);
    bld_put_u32(out->trie + BLK_TRIE_REACH_AT, widest);
    bld_number(grouping->names, count, line_of, grouping->joined, starts, sizes.lines, out);
done:
    bld_free_plan(&plan);
    free(line_of);
    free(starts);
    return error;
}

/* One attempt: everything that depends on the seed. Returns BLD_NO_SEED if a group would spread
 * over too many lines. */
static inline bld_error bld_attempt(bld_name *names, size_t count, uint32_t attempt,
                                    uint32_t *joined, bld_sections *out) {
    uint64_t keys[BLK_HASH_KEYS];
    bld_grouping grouping;
    memset(&grouping, 0, sizeof grouping);
    grouping.names = names;
    grouping.keys = keys;
    grouping.joined = joined;
    blk_keys(keys, attempt);
    for (size_t i = 0; i < count; i++) joined[i] = (uint32_t)i;
    bld_error error = bld_group(&grouping, count, blk_u32(out->trie + BLK_TRIE_FIRST_LEVEL_AT));
    if (!error) error = bld_sort(&grouping.groups, names);
    if (!error) error = bld_lay_out(&grouping, count, attempt, out);
    bld_free_grouping(&grouping);
    return error;
}

/* Build the sections of `count` names, each with its text, length and bits. `joined[i]` becomes
 * the index of the name that input `i` is one with; there, `first` is its first rule's number. The
 * caller frees what `out` holds, also after an error. */
static inline bld_error bld_build(bld_name *names, size_t count, uint32_t *joined,
                                  bld_sections *out) {
    uint32_t first_level = BLK_MAX_FIRST_LEVEL, last_level = 0, exceptions = 0;
    size_t pool = 0;
    out->trie = (uint8_t *)calloc(1, BLK_TRIE_SIZE);
    if (!out->trie || bld_choose_labels(names, count, out)) return BLD_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        bld_name *name = &names[i];
        uint8_t labels = 1;
        for (uint32_t k = 0; k < name->length; k++)
            if (name->text[k] == '.') labels++;
        name->labels = labels;
        name->key = (uint8_t)bld_key_length(name);
        pool += (size_t)name->key + 1;
        if (labels > last_level) last_level = labels;
        if (labels < first_level) first_level = labels;
        exceptions |= name->bits >= 1u << BLK_ALLOW_SHIFT;
    }
    out->pool = (uint8_t *)malloc(pool + 1);
    if (!out->pool) return BLD_NO_MEMORY;
    bld_put_u32(out->trie + BLK_TRIE_FIRST_LEVEL_AT, first_level);
    bld_put_u32(out->trie + BLK_TRIE_LAST_LEVEL_AT, last_level);
    bld_put_u32(out->trie + BLK_TRIE_EXCEPTIONS_AT, exceptions);
    if (!count) return BLD_OK;
    for (uint32_t attempt = 0; attempt < BLK_SEEDS; attempt++) {
        bld_error error = bld_attempt(names, count, attempt, joined, out);
        if (error != BLD_NO_SEED) return error;
    }
    return BLD_NO_SEED;
}

#endif
