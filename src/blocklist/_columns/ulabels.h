/* ulabels.h: names in other scripts and in A-labels to their canonical form, where it is simple.
 *
 * A code point is simple if the installed idna maps it, wherever it stands, to one code point that
 * is not ASCII and maps to itself, and no rule about neighbours or directions asks for it
 * (model/uts46.py says which). A label of simple code points needs Punycode and nothing else. What
 * is not simple is for Python: 0 here says "not here", never "no name". */
#ifndef BLOCKLIST_ULABELS_H
#define BLOCKLIST_ULABELS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define ULA_MAX_LABEL 63
#define ULA_MAX_NAME 253
#define ULA_POINTS 0x40000u
#define ULA_UNASKED 0u
#define ULA_NOT_SIMPLE 1u
#define ULA_FAILED (-1)

/* What each code point is mapped to: a table of ULA_POINTS that fills as it is asked. */
typedef struct {
    uint32_t *points;
    /* Returns what a code point is mapped to, or ULA_NOT_SIMPLE; ULA_UNASKED after a failure. */
    uint32_t (*ask)(void *context, uint32_t point);
    void *context;
    /* The last label that was written, and how: most names of a list end in the same. */
    uint8_t end[4 * ULA_MAX_LABEL], end_written[ULA_MAX_LABEL];
    size_t end_size, end_length;
} ula_table;

/* One label as code points, ASCII letters small. */
typedef struct {
    uint32_t points[ULA_MAX_LABEL];
    size_t count;
    int has_others; /* whether some are not ASCII */
} ula_label;

/* Read one code point of UTF-8; the octets that it takes, or 0. */
static size_t ula_read_point(const uint8_t *at, size_t n, uint32_t *point) {
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    size_t size = at[0] < 0x80             ? 1
                  : (at[0] & 0xE0) == 0xC0 ? 2
                  : (at[0] & 0xF0) == 0xE0 ? 3
                  : (at[0] & 0xF8) == 0xF0 ? 4
                                           : 0;
    if (!size || size > n) return 0;
    uint32_t value = size == 1 ? at[0] : at[0] & (0x7Fu >> size);
    for (size_t i = 1; i < size; i++) {
        if ((at[i] & 0xC0) != 0x80) return 0;
        value = value << 6 | (at[i] & 0x3Fu);
    }
    *point = value;
    return value >= least[size] ? size : 0;
}

/* What a code point above ASCII is mapped to; ULA_NOT_SIMPLE, or ULA_UNASKED after a failure. */
static uint32_t ula_map(const ula_table *table, uint32_t point) {
    if (point >= ULA_POINTS) return ULA_NOT_SIMPLE;
    uint32_t to = table->points[point];
    if (to == ULA_UNASKED) {
        to = table->ask(table->context, point);
        if (to != ULA_UNASKED && to != ULA_NOT_SIMPLE && (to < 0x80 || to > 0x10FFFF))
            to = ULA_NOT_SIMPLE;
        table->points[point] = to;
    }
    return to;
}

/* Octets of labels: small letters, digits, hyphen and underscore; 0 for all others. */
static uint8_t ula_fold(uint32_t point) {
    if (point >= 'A' && point <= 'Z') return (uint8_t)(point + 32);
    if ((point >= 'a' && point <= 'z') || (point >= '0' && point <= '9') || point == '-' ||
        point == '_') {
        return (uint8_t)point;
    }
    return 0;
}

/* ---- Punycode (RFC 3492) ----------------------------------------------------------------- */

static uint32_t ula_adapt(uint32_t delta, uint32_t count, int is_first) {
    uint32_t k = 0;
    delta = is_first ? delta / 700 : delta / 2;
    delta += delta / count;
    for (; delta > 455; k += 36) delta /= 35;
    return k + 36 * delta / (delta + 38);
}

static uint32_t ula_threshold(uint32_t k, uint32_t bias) {
    return k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
}

static uint8_t ula_digit(uint32_t value) {
    return (uint8_t)(value < 26 ? 'a' + value : '0' + value - 26);
}

/* Write the A-label of a label that is not all ASCII; its length, or 0 if it is too long. With at
 * most 63 code points no sum here leaves 32 bits. */
static size_t ula_encode(const ula_label *label, uint8_t *out) {
    uint32_t n = 0x80, delta = 0, bias = 72, done = 0, basic;
    size_t used = 4;
    memcpy(out, "xn--", 4);
    for (size_t i = 0; i < label->count; i++) {
        if (label->points[i] >= 0x80) continue;
        if (used == ULA_MAX_LABEL) return 0;
        out[used++] = (uint8_t)label->points[i];
    }
    basic = done = (uint32_t)used - 4;
    if (basic) {
        if (used == ULA_MAX_LABEL) return 0;
        out[used++] = '-';
    }
    uint32_t next = UINT32_MAX;
    for (size_t i = 0; i < label->count; i++) {
        if (label->points[i] >= n && label->points[i] < next) next = label->points[i];
    }
    while (done < label->count) {
        delta += (next - n) * (done + 1);
        n = next;
        next = UINT32_MAX;
        for (size_t i = 0; i < label->count; i++) {
            uint32_t point = label->points[i];
            if (point < n) delta++;
            else if (point > n && point < next) next = point;
            if (point != n) continue;
            uint32_t q = delta;
            for (uint32_t k = 36;; k += 36) {
                uint32_t t = ula_threshold(k, bias);
                if (used == ULA_MAX_LABEL) return 0;
                if (q < t) break;
                out[used++] = ula_digit(t + (q - t) % (36 - t));
                q = (q - t) / (36 - t);
            }
            out[used++] = ula_digit(q);
            bias = ula_adapt(delta, done + 1, done == basic);
            delta = 0;
            done++;
        }
        delta++;
        n++;
    }
    return used;
}

/* Read the Punycode of a label of small letters, digits, hyphens and underscores; 0 if it is
 * none, or too long for any U-label. */
static int ula_decode(const uint8_t *text, size_t size, ula_label *label) {
    uint32_t n = 0x80, bias = 72;
    uint64_t i = 0;
    size_t basic = size, at = 0;
    while (basic && text[basic - 1] != '-') basic--;
    label->count = 0;
    label->has_others = 0;
    if (size > ULA_MAX_LABEL) return 0;
    if (basic) {
        for (; at + 1 < basic; at++) label->points[label->count++] = text[at];
        at = basic;
    }
    while (at < size) {
        uint64_t before = i, weight = 1;
        for (uint32_t k = 36;; k += 36) {
            if (at == size) return 0;
            uint8_t octet = text[at++];
            uint32_t digit = octet >= 'a' && octet <= 'z'   ? octet - (uint32_t)'a'
                             : octet >= '0' && octet <= '9' ? octet - '0' + 26u
                                                            : 36;
            if (digit == 36) return 0;
            i += digit * weight;
            if (i > UINT32_MAX) return 0;
            uint32_t t = ula_threshold(k, bias);
            if (digit < t) break;
            weight *= 36 - t;
            if (weight > UINT32_MAX) return 0;
        }
        uint32_t count = (uint32_t)label->count + 1;
        if (count > ULA_MAX_LABEL) return 0;
        bias = ula_adapt((uint32_t)(i - before), count, before == 0);
        if (i / count > 0x10FFFF - n) return 0;
        n += (uint32_t)(i / count);
        i %= count;
        memmove(label->points + i + 1, label->points + i,
                (size_t)(count - 1 - i) * sizeof *label->points);
        label->points[i++] = n;
        label->count = count;
        label->has_others = 1;
    }
    return 1;
}

/* Whether an A-label is what a U-label of simple code points encodes to, or ULA_FAILED. */
static int ula_is_sound(const ula_table *table, const uint8_t *text, size_t size) {
    uint8_t again[ULA_MAX_LABEL];
    ula_label label;
    if (!ula_decode(text + 4, size - 4, &label) || !label.has_others) return 0;
    if (label.count >= 4 && label.points[0] == 'x' && label.points[1] == 'n' &&
        label.points[2] == '-' && label.points[3] == '-') {
        return 0;
    }
    for (size_t i = 0; i < label.count; i++) {
        if (label.points[i] < 0x80) continue;
        uint32_t to = ula_map(table, label.points[i]);
        if (to == ULA_UNASKED) return ULA_FAILED;
        if (to != label.points[i]) return 0;
    }
    return ula_encode(&label, again) == size && !memcmp(again, text, size);
}

/* ---- names ------------------------------------------------------------------------------- */

/* Write a label as it is in a key; its length, 0 if that is not simple, or ULA_FAILED. */
static int ula_write_label(const ula_table *table, const ula_label *label, uint8_t *out) {
    const uint32_t *points = label->points;
    int is_marked = label->count >= 4 && points[0] == 'x' && points[1] == 'n' && points[2] == '-' &&
                    points[3] == '-';
    if (label->has_others) return is_marked ? 0 : (int)ula_encode(label, out);
    for (size_t i = 0; i < label->count; i++) out[i] = (uint8_t)points[i];
    if (is_marked) {
        int sound = ula_is_sound(table, out, label->count);
        if (sound != 1) return sound;
    }
    return (int)label->count;
}

/* Read one label of UTF-8; 1, 0 if it is not simple or too long, or ULA_FAILED. */
static int ula_read_label(const ula_table *table, const uint8_t *text, size_t n, ula_label *label) {
    label->count = 0;
    label->has_others = 0;
    for (size_t at = 0; at < n;) {
        uint32_t point, to;
        size_t size = ula_read_point(text + at, n - at, &point);
        if (!size || label->count == ULA_MAX_LABEL) return 0;
        at += size;
        if (point < 0x80) {
            to = ula_fold(point);
            if (!to) return 0;
        } else {
            to = ula_map(table, point);
            if (to == ULA_UNASKED) return ULA_FAILED;
            if (to == ULA_NOT_SIMPLE) return 0;
            label->has_others = 1;
        }
        label->points[label->count++] = to;
    }
    return label->count != 0;
}

/* Write the last label of a name from the one before, if they are the same. */
static int ula_write_end(ula_table *table, const uint8_t *text, size_t n, uint8_t *out) {
    ula_label label;
    if (n != table->end_size || memcmp(text, table->end, n)) {
        int length = ula_read_label(table, text, n, &label);
        if (length > 0) length = ula_write_label(table, &label, out);
        if (length <= 0 || n > sizeof table->end) return length;
        memcpy(table->end, text, n);
        memcpy(table->end_written, out, (size_t)length);
        table->end_size = n;
        table->end_length = (size_t)length;
        return length;
    }
    memcpy(out, table->end_written, table->end_length);
    return (int)table->end_length;
}

/* Write the canonical form of a name of two labels or more whose last begins with a letter there;
 * its length, 0 if the name is not simple, or ULA_FAILED. out has room for ULA_MAX_NAME octets. */
static int ula_write_name(ula_table *table, const uint8_t *text, size_t n, uint8_t *out) {
    uint8_t written[ULA_MAX_LABEL];
    ula_label label;
    size_t used = 0, at = 0;
    if (n && text[n - 1] == '.') n--;
    for (;;) {
        const uint8_t *dot = (const uint8_t *)memchr(text + at, '.', n - at);
        size_t size = dot ? (size_t)(dot - text) - at : n - at;
        if (!size || (!dot && !at)) return 0;
        int length;
        if (!dot) {
            length = ula_write_end(table, text + at, size, written);
        } else {
            length = ula_read_label(table, text + at, size, &label);
            if (length > 0) length = ula_write_label(table, &label, written);
        }
        if (length <= 0) return length;
        if (used + (at != 0) + (size_t)length > ULA_MAX_NAME) return 0;
        if (at) out[used++] = '.';
        memcpy(out + used, written, (size_t)length);
        used += (size_t)length;
        if (!dot) return written[0] >= 'a' && written[0] <= 'z' ? (int)used : 0;
        at += size + 1;
    }
}

#endif
