/* rows.h: rows of a column as Arrow has it, read where they lie, in C11 without Python. Nothing in
 * the buffers is trusted. */
#ifndef BLOCKLIST_ROWS_H
#define BLOCKLIST_ROWS_H

#include <stdlib.h>

#include "kernel.h"

#define BLK_COL_GROUP 16   /* names decided together, so that their cache misses overlap */
#define BLK_COL_PENDING 32 /* blocked rows whose numbers are found together */

/* What is asked about each row: a bit, the number of the rule that blocks, or that of its set of
 * orders; -1 for none. */
enum { BLK_COL_ASK_BLOCKED = 0, BLK_COL_ASK_RULE = 1, BLK_COL_ASK_SET = 2 };

/* Octets that a column points into. */
typedef struct {
    const uint8_t *octets;
    int64_t size;
} blk_col_data;

/* A column of strings, or of names in wire format: `width` octets an offset (4 or 8), or 16 for
 * views. */
typedef struct {
    const uint8_t *validity, *index;
    const blk_col_data *data; /* one, or those that views point into */
    int64_t data_count, index_size, validity_size;
    int width, is_wire;
} blk_col_column;

/* Whether the buffers are long enough for the rows; what they point at is looked at row by row. */
static inline int blk_col_fits(const blk_col_column *column, int64_t first, int64_t count) {
    if (count && column->index_size / column->width < first + count + (column->width != 16))
        return 0;
    return !column->validity || column->validity_size >= (first + count + 7) / 8;
}

/* A row: its octets, and how many before its end may be read. */
typedef struct {
    const uint8_t *octets;
    size_t n, readable;
    /* A name before which as many octets may not be readable, or one from the wire. */
    uint8_t window[BLK_WINDOW + BLK_MAX_NAME_OCTETS];
} blk_col_row;

/* Find the octets of a row; 0 where the column contradicts itself. */
static inline int blk_col_read_row(const blk_col_column *column, int64_t number, blk_col_row *row) {
    const uint8_t *at = column->index, *base;
    if (column->width == 16) {
        at += number * 16;
        int32_t length, place[2];
        memcpy(&length, at, 4);
        memcpy(place, at + 8, 8);
        if (length < 0) return 0;
        row->n = (size_t)length;
        row->octets = at + 4;
        base = column->index;
        if (length > 12) {
            if (place[0] < 0 || place[0] >= column->data_count || place[1] < 0) return 0;
            const blk_col_data *data = &column->data[place[0]];
            if (place[1] > data->size || length > data->size - place[1]) return 0;
            base = data->octets;
            row->octets = base + place[1];
        }
    } else {
        int64_t low, high;
        if (column->width == 4) {
            int32_t offsets[2];
            memcpy(offsets, at + number * 4, 8);
            low = offsets[0];
            high = offsets[1];
        } else {
            int64_t offsets[2];
            memcpy(offsets, at + number * 8, 16);
            low = offsets[0];
            high = offsets[1];
        }
        if (low < 0 || high < low || high > column->data[0].size) return 0;
        row->n = (size_t)(high - low);
        base = row->n ? column->data[0].octets : column->index;
        row->octets = row->n ? base + low : base;
    }
    row->readable = (size_t)(row->octets - base) + row->n;
    return 1;
}

static inline int blk_col_is_ascii(const uint8_t *octets, size_t n) {
    size_t i = 0;
    for (; n - i >= 8; i += 8) {
        if (blk_u64(octets + i) & 0x8080808080808080u) return 0;
    }
    for (; i < n; i++) {
        if (octets[i] & 0x80) return 0;
    }
    return 1;
}

/* Find where the name of a row ends and how long it is; 0 if it is no name, or -1 for Python. */
BLK_INLINE int blk_col_find_name(const blk_col_column *column, blk_col_row *row,
                                 const uint8_t **end, size_t *n) {
    if (column->is_wire) {
        if (row->readable > BLK_WINDOW) {
            *n = blk_read_short_wire(row->window, row->octets, row->n);
            *end = row->window + BLK_WINDOW;
            if (*n) return 1;
        }
        int length = blk_read_wire(row->window + BLK_WINDOW, row->octets, row->n);
        if (length <= 0) return 0;
        memset(row->window, 0, BLK_WINDOW);
        *n = (size_t)length;
        *end = row->window + BLK_WINDOW + length;
        return 1;
    }
    if (!blk_col_is_ascii(row->octets, row->n)) return -1;
    *n = row->n - (row->n && row->octets[row->n - 1] == '.');
    *end = row->octets + *n;
    if (row->readable <= BLK_WINDOW && *n <= BLK_WINDOW) { /* with a final dot, perhaps */
        memset(row->window, 0, BLK_WINDOW);
        memcpy(row->window + BLK_WINDOW - *n, row->octets, *n);
        *end = row->window + BLK_WINDOW;
    }
    return 1;
}

/* Blocked rows whose numbers are not found yet: what that reads is on its way meanwhile. */
typedef struct {
    blk_place places[BLK_COL_PENDING];
    int64_t rows[BLK_COL_PENDING];
    int count;
} blk_col_pending;

/* Write the numbers of the rules or sets of pending rows; 0 if the image contradicts itself. */
BLK_INLINE int blk_col_settle(const blk_image *image, const blk_grounds *grounds,
                              blk_col_pending *pending, int ask, int32_t *out) {
    uint32_t numbers[BLK_COL_PENDING];
    for (int i = 0; i < pending->count; i++) {
        numbers[i] = blk_number_at(image, &pending->places[i]);
        if (numbers[i] >= grounds->rule_count || numbers[i] > INT32_MAX) return 0;
        if (ask == BLK_COL_ASK_SET) blk_prefetch_set(grounds, numbers[i]);
    }
    for (int i = 0; i < pending->count; i++) {
        uint32_t number = numbers[i];
        if (ask == BLK_COL_ASK_SET) number = blk_order_set(grounds, number);
        if (number > INT32_MAX) return 0;
        out[pending->rows[i]] = (int32_t)number;
    }
    pending->count = 0;
    return 1;
}

/* Rows that need Python. */
typedef struct {
    int64_t *rows;
    int64_t count, room;
} blk_col_others;

static inline int blk_col_add_other(blk_col_others *others, int64_t row) {
    if (others->count == others->room) {
        int64_t room = others->room ? 2 * others->room : 256;
        int64_t *grown = (int64_t *)realloc(others->rows, (size_t)room * sizeof *grown);
        if (!grown) return 0;
        others->rows = grown;
        others->room = room;
    }
    others->rows[others->count++] = row;
    return 1;
}

enum { BLK_COL_READ = 0, BLK_COL_BAD_COLUMN = -1, BLK_COL_NO_MEMORY = -2, BLK_COL_BAD_IMAGE = -3 };

/* Answer for rows first to first + count: `out` holds zeros for bits, else -1. */
BLK_INLINE int blk_col_read(const blk_image *image, const blk_grounds *grounds,
                            const blk_col_column *column, int ask, int64_t first, int64_t count,
                            void *out, blk_col_others *others) {
    blk_col_pending pending;
    pending.count = 0;
    /* Where all rules have one set of orders, which rule it is does not matter. */
    int has_places = ask == BLK_COL_ASK_RULE || (ask == BLK_COL_ASK_SET && grounds->set_count != 1);
    for (int64_t at = 0; at < count; at += BLK_COL_GROUP) {
        blk_col_row rows[BLK_COL_GROUP];
        const uint8_t *ends[BLK_COL_GROUP]; /* of the names, without a final dot */
        size_t sizes[BLK_COL_GROUP];
        uint64_t hashes[BLK_COL_GROUP];
        uint8_t asks[BLK_COL_GROUP];
        int here = (int)(count - at < BLK_COL_GROUP ? count - at : BLK_COL_GROUP);
        for (int i = 0; i < here; i++) {
            int64_t number = first + at + i;
            asks[i] = 0;
            if (column->validity && !(column->validity[number >> 3] >> (number & 7) & 1)) continue;
            if (!blk_col_read_row(column, number, &rows[i])) return BLK_COL_BAD_COLUMN;
            int found = blk_col_find_name(column, &rows[i], &ends[i], &sizes[i]);
            if (found < 0 && !blk_col_add_other(others, at + i)) return BLK_COL_NO_MEMORY;
            if (found > 0) asks[i] = blk_prepare(image, ends[i], sizes[i], &hashes[i]) ? 2 : 1;
        }
        for (int i = 0; i < here; i++) {
            if (asks[i] == 2) asks[i] = (uint8_t)blk_may_hold(image, hashes[i]);
        }
        for (int i = 0; i < here; i++) {
            if (!asks[i]) continue;
            blk_place *place = has_places ? &pending.places[pending.count] : NULL;
            int decision = place ? blk_find_rule(image, ends[i], sizes[i], place)
                                 : blk_decide(image, ends[i], sizes[i]);
            if (decision == BLK_ESCAPED) {
                decision = blk_judge_text(image, rows[i].octets, rows[i].n, place);
            }
            if (ask == BLK_COL_ASK_BLOCKED) {
                ((uint8_t *)out)[(at + i) >> 3] |= (uint8_t)(decision << ((at + i) & 7));
            } else if (decision && !has_places) {
                ((int32_t *)out)[at + i] = 0;
            } else if (decision) {
                blk_prefetch_number(image, place);
                pending.rows[pending.count++] = at + i;
                if (pending.count == BLK_COL_PENDING &&
                    !blk_col_settle(image, grounds, &pending, ask, (int32_t *)out))
                    return BLK_COL_BAD_IMAGE;
            }
        }
    }
    return !has_places || blk_col_settle(image, grounds, &pending, ask, (int32_t *)out)
               ? BLK_COL_READ
               : BLK_COL_BAD_IMAGE;
}

#endif
