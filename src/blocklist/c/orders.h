/* orders.h: the ids of the orders in an image, from its sections "orders", "ground-starts" and
 * "grounds" (docs/image-format.md). What is read there is not trusted. */
#ifndef BLOCKLIST_ORDERS_H
#define BLOCKLIST_ORDERS_H

#include <stdlib.h>

#include "../_core/kernel.h"

typedef struct {
    uint32_t offset, length;         /* of the id, in `texts` */
    uint8_t is_confidential, is_own; /* the operator's own policy: authority "operator" */
} blk_order;

typedef struct {
    blk_order *orders;
    char *texts;
    uint32_t count;
    const uint8_t *starts, *grounds;
    uint32_t rule_count, ground_count;
} blk_order_table;

static inline int blk_hex4(const uint8_t *at, uint32_t *value) {
    *value = 0;
    for (int i = 0; i < 4; i++) {
        uint8_t c = at[i], lower = (uint8_t)(c | 32);
        if (c >= '0' && c <= '9') *value = *value << 4 | (uint32_t)(c - '0');
        else if (lower >= 'a' && lower <= 'f') *value = *value << 4 | (uint32_t)(lower - 'a' + 10);
        else return 0;
    }
    return 1;
}

static inline size_t blk_put_utf8(char *out, uint32_t c) {
    if (c < 0x80) {
        out[0] = c < 32 || c == 127 ? '?' : (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i; i--, c >>= 6) out[i] = (char)(0x80 | (c & 0x3f));
    out[0] = (char)((n == 2 ? 0xc0 : n == 3 ? 0xe0 : 0xf0) | c);
    return n;
}

/* Read \uXXXX, of which the four digits are at `at`, and the second half of a pair if there is one.
 * Returns where it ends, or NULL. A half alone becomes '?'. */
static inline const uint8_t *blk_json_unicode(const uint8_t *at, const uint8_t *end, uint32_t *c) {
    uint32_t low;
    if (end - at < 4 || !blk_hex4(at, c)) return NULL;
    at += 4;
    if (*c < 0xd800 || *c > 0xdfff) return at;
    if (*c < 0xdc00 && end - at >= 6 && at[0] == '\\' && at[1] == 'u' && blk_hex4(at + 2, &low) &&
        low >= 0xdc00 && low <= 0xdfff) {
        *c = 0x10000 + ((*c & 0x3ff) << 10 | (low & 0x3ff));
        return at + 6;
    }
    *c = '?';
    return at;
}

/* Read a JSON string whose quote has been passed into `out`, which is never longer than the source.
 * Returns where it ends, or NULL. */
static inline const uint8_t *blk_json_string(const uint8_t *at, const uint8_t *end, char *out,
                                             uint32_t *length) {
    *length = 0;
    while (at < end && *at != '"') {
        uint32_t c = *at++;
        if (c == '\\') {
            if (at == end) return NULL;
            c = *at++;
            if (c == 'u') {
                at = blk_json_unicode(at, end, &c);
                if (!at) return NULL;
                *length += (uint32_t)blk_put_utf8(out + *length, c);
                continue;
            }
            if (c != '"' && c != '\\' && c != '/') c = '?';       /* \n, \t and the like */
        } else if (c == 0xed && end - at >= 2 && at[0] >= 0xa0) { /* half a pair, as octets */
            c = '?';
            at += 2;
        }
        out[(*length)++] = c < 32 || c == 127 ? '?' : (char)c;
    }
    return at < end ? at + 1 : NULL;
}

/* Copy a text with a NUL at its end into `room` octets, control characters as '?'. One that is too
 * long is cut between two characters, and an ellipsis follows; without room for both it is empty.
 */
static inline void blk_write_cut(const char *text, char *out, size_t room) {
    static const char ellipsis[] = "\xe2\x80\xa6";
    size_t length = strlen(text), kept = length;
    if (!room) return;
    if (length >= room) {
        kept = room > sizeof ellipsis ? room - sizeof ellipsis : 0;
        while (kept && ((uint8_t)text[kept] & 0xc0) == 0x80) kept--;
    }
    for (size_t i = 0; i < kept; i++) {
        uint8_t c = (uint8_t)text[i];
        out[i] = c < 32 || c == 127 ? '?' : (char)c;
    }
    out[kept] = 0;
    if (kept && kept < length) memcpy(out + kept, ellipsis, sizeof ellipsis);
}

static inline int blk_is_text(const char *text, uint32_t length, const char *wanted) {
    return length == strlen(wanted) && !memcmp(text, wanted, length);
}

/* The fields that are of interest; AUTHORITY is an object with a KEY. */
enum { BLK_OTHER, BLK_ID, BLK_CONFIDENTIAL, BLK_AUTHORITY, BLK_KEY };

static inline int blk_field(const char *text, uint32_t length, uint32_t depth) {
    if (depth == 3) return blk_is_text(text, length, "key") ? BLK_KEY : BLK_AUTHORITY;
    if (blk_is_text(text, length, "id")) return BLK_ID;
    if (blk_is_text(text, length, "confidential")) return BLK_CONFIDENTIAL;
    return blk_is_text(text, length, "authority") ? BLK_AUTHORITY : BLK_OTHER;
}

static inline void blk_add_order(blk_order_table *table, uint32_t offset) {
    blk_order *order = &table->orders[table->count++];
    memset(order, 0, sizeof *order);
    order->offset = offset;
}

/* Read the array of orders. Returns 0 if it is none. */
static inline int blk_read_orders(blk_order_table *table, const uint8_t *at, const uint8_t *end) {
    uint32_t depth = 0, used = 0, length;
    int is_key = 0, field = BLK_OTHER;
    while (at < end) {
        uint8_t c = *at++;
        if (c == '{' || c == '[') {
            is_key = c == '{';
            if (++depth == 2 && is_key) blk_add_order(table, used);
        } else if (c == '}' || c == ']') {
            if (!depth--) return 0;
            if (field == BLK_KEY) field = BLK_AUTHORITY;
        } else if (c == ',') {
            is_key = 1; /* in an array, which is of no interest, it does no harm */
        } else if (c == 't' && depth == 2 && field == BLK_CONFIDENTIAL && table->count) {
            table->orders[table->count - 1].is_confidential = 1;
        } else if (c == '"') {
            char *text = table->texts + used;
            int is_inside = depth == 3 && (field == BLK_AUTHORITY || field == BLK_KEY);
            at = blk_json_string(at, end, text, &length);
            if (!at) return 0;
            if (!table->count || (depth != 2 && !is_inside)) continue;
            blk_order *order = &table->orders[table->count - 1];
            if (is_key) {
                field = blk_field(text, length, depth);
                is_key = 0;
            } else if (field == BLK_KEY) {
                order->is_own = (uint8_t)blk_is_text(text, length, "operator");
            } else if (field == BLK_ID && depth == 2) {
                order->offset = used;
                order->length = length;
                used += length;
            }
        }
    }
    return depth == 0;
}

/* Set up a table from the octets of an image that blk_open has accepted. To be closed in any case.
 */
static inline blk_error blk_open_orders(blk_order_table *table, const uint8_t *octets,
                                        uint64_t size) {
    uint64_t orders_size = 0, starts_size = 0, grounds_size = 0;
    const uint8_t *orders = blk_section(octets, size, BLK_SECTION_ORDERS, &orders_size);
    memset(table, 0, sizeof *table);
    table->starts = blk_section(octets, size, BLK_SECTION_GROUND_STARTS, &starts_size);
    table->grounds = blk_section(octets, size, BLK_SECTION_GROUNDS, &grounds_size);
    uint64_t starts = starts_size / BLK_GROUND_START_SIZE, grounds = grounds_size / BLK_GROUND_SIZE;
    if (!orders || !table->starts || !table->grounds || !starts ||
        starts_size % BLK_GROUND_START_SIZE || grounds_size % BLK_GROUND_SIZE ||
        orders_size >= UINT32_MAX || starts - 1 > UINT32_MAX || grounds > UINT32_MAX) {
        return BLK_ERROR_DAMAGED;
    }
    table->rule_count = (uint32_t)(starts - 1);
    table->ground_count = (uint32_t)grounds;
    size_t most = 0; /* orders: at most as many as braces */
    for (uint64_t i = 0; i < orders_size; i++) most += orders[i] == '{';
    table->orders = (blk_order *)calloc(most + 1, sizeof *table->orders);
    table->texts = (char *)malloc((size_t)orders_size + 1);
    if (!table->orders || !table->texts) return BLK_ERROR_SYSTEM; /* errno is set */
    return blk_read_orders(table, orders, orders + orders_size) ? BLK_OK : BLK_ERROR_DAMAGED;
}

static inline void blk_close_orders(blk_order_table *table) {
    free(table->orders);
    free(table->texts);
}

/* Write the ids behind a rule, each once and none that is confidential, as many as fit. Returns
 * whether an authority is among those that may be named, or among all if none may be. */
static inline int blk_write_orders(const blk_order_table *table, uint32_t rule, char *out,
                                   size_t room) {
    size_t written = 0;
    uint32_t previous = UINT32_MAX;
    int is_mandated = 0, is_public = 0, is_full = !room;
    if (rule >= table->rule_count) return 0;
    const uint8_t *starts = table->starts + (size_t)rule * BLK_GROUND_START_SIZE;
    uint32_t start = blk_u32(starts), end = blk_u32(starts + BLK_GROUND_START_SIZE);
    for (uint32_t i = start; i < end && i < table->ground_count; i++) {
        uint32_t number =
            blk_u32(table->grounds + (size_t)i * BLK_GROUND_SIZE + BLK_GROUND_ORDER_AT);
        if (number >= table->count || number == previous) continue;
        previous = number; /* grounds are sorted by order */
        const blk_order *order = &table->orders[number];
        size_t comma = written ? 2 : 0;
        if (!order->is_confidential && !is_public) {
            is_public = 1;
            is_mandated = 0;
        }
        if (!order->is_confidential || !is_public) is_mandated |= !order->is_own;
        if (is_full || order->is_confidential || !order->length) continue;
        is_full = room - written <= comma + order->length;
        if (is_full) continue;
        memcpy(out + written, ", ", comma);
        memcpy(out + written + comma, table->texts + order->offset, order->length);
        written += comma + order->length;
        out[written] = 0;
    }
    return is_mandated;
}

#endif
