/* orders.h: what answers need of the orders in an image, from its sections "orders" and "grounds"
 * (docs/image-format.md). What is read there is not trusted. */
#ifndef BLOCKLIST_ORDERS_H
#define BLOCKLIST_ORDERS_H

#include <stdlib.h>

#include "../_core/kernel.h"

/* Offset and length in `texts`, where a NUL follows; both 0: no text. */
typedef struct {
    uint32_t offset, length;
} blk_text;

typedef struct {
    blk_text id, authority, response;
    uint8_t is_confidential, is_own; /* the operator's own policy: authority "operator" */
} blk_order;

typedef struct {
    blk_order *orders;
    char *texts;
    uint32_t count;
    blk_grounds grounds;
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
enum { BLK_OTHER, BLK_ID, BLK_CONFIDENTIAL, BLK_AUTHORITY, BLK_KEY, BLK_RESPONSE };

static inline int blk_field(const char *text, uint32_t length, uint32_t depth) {
    if (depth == 3) return blk_is_text(text, length, "key") ? BLK_KEY : BLK_AUTHORITY;
    if (blk_is_text(text, length, "id")) return BLK_ID;
    if (blk_is_text(text, length, "confidential")) return BLK_CONFIDENTIAL;
    if (blk_is_text(text, length, "response")) return BLK_RESPONSE;
    return blk_is_text(text, length, "authority") ? BLK_AUTHORITY : BLK_OTHER;
}

/* Return which text of an order a field is, or NULL. */
static inline blk_text *blk_text_of(blk_order *order, int field, uint32_t depth) {
    if (field == BLK_KEY) return &order->authority;
    if (depth != 2) return NULL;
    return field == BLK_ID ? &order->id : field == BLK_RESPONSE ? &order->response : NULL;
}

/* Read the array of orders. Returns 0 if it is none. */
static inline int blk_read_orders(blk_order_table *table, const uint8_t *at, const uint8_t *end) {
    uint32_t depth = 0, used = 0, length;
    int is_key = 0, field = BLK_OTHER;
    while (at < end) {
        uint8_t c = *at++;
        if (c == '{' || c == '[') {
            is_key = c == '{';
            if (++depth == 2 && is_key) table->count++; /* it was zeroed */
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
                continue;
            }
            blk_text *kept = blk_text_of(order, field, depth);
            if (!kept) continue;
            if (field == BLK_KEY) order->is_own = (uint8_t)blk_is_text(text, length, "operator");
            text[length] = 0; /* in place of the quote, which is in the source */
            kept->offset = used;
            kept->length = length;
            used += length + 1;
        }
    }
    return depth == 0;
}

/* Set up a table from the octets of an image that blk_open has accepted. To be closed in any case.
 */
static inline blk_error blk_open_orders(blk_order_table *table, const uint8_t *octets,
                                        uint64_t size) {
    uint64_t orders_size = 0, grounds_size = 0;
    const uint8_t *orders = blk_section(octets, size, BLK_SECTION_ORDERS, &orders_size);
    const uint8_t *grounds = blk_section(octets, size, BLK_SECTION_GROUNDS, &grounds_size);
    memset(table, 0, sizeof *table);
    if (!orders || orders_size >= UINT32_MAX) return BLK_ERROR_DAMAGED;
    if (blk_open_grounds(&table->grounds, grounds, grounds_size)) return BLK_ERROR_DAMAGED;
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

/* Write the ids in a set of orders, none that is confidential, as many as fit. Returns whether an
 * authority is among those that may be named, or among all if none may be. */
static inline int blk_write_orders(const blk_order_table *table, uint32_t set, char *out,
                                   size_t room) {
    size_t written = 0;
    uint32_t first, count = blk_set_members(&table->grounds, set, &first);
    int is_mandated = 0, is_public = 0, is_full = !room;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t number = blk_set_order(&table->grounds, first + i);
        if (number >= table->count) continue;
        const blk_order *order = &table->orders[number];
        size_t comma = written ? 2 : 0;
        if (!order->is_confidential && !is_public) {
            is_public = 1;
            is_mandated = 0;
        }
        if (!order->is_confidential || !is_public) is_mandated |= !order->is_own;
        if (is_full || order->is_confidential || !order->id.length) continue;
        is_full = room - written <= comma + order->id.length;
        if (is_full) continue;
        memcpy(out + written, ", ", comma);
        memcpy(out + written + comma, table->texts + order->id.offset, order->id.length);
        written += comma + order->id.length;
        out[written] = 0;
    }
    return is_mandated;
}

#endif
