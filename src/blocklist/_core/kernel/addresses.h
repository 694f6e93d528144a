/* addresses.h: prefixes that hold an address, and addresses from text (docs/image-format.md,
 * "Addresses"). Addresses are numbers in the machine's order: 192.0.2.7 is 0xC0000207, and of IPv6
 * `high` are the first eight octets. */
#ifndef BLK_ADDRESSES_H
#define BLK_ADDRESSES_H

#include "image.h"

/* ---- prefixes -------------------------------------------------------------------------- */

typedef struct {
    uint64_t high, low;
} blk_ipv6;

enum { BLK_NO_PREFIX = -1, BLK_EXCEPTED = 0, BLK_PREFIX_BLOCKS = 1 };

BLK_INLINE uint32_t blk_u16(const uint8_t *p) { return (uint32_t)p[0] | (uint32_t)p[1] << 8; }

BLK_INLINE const uint8_t *blk_ipv4_prefix(const blk_prefixes *family, uint32_t number) {
    return family->prefixes + (size_t)number * BLK_IPV4_PREFIX_SIZE;
}

BLK_INLINE const uint8_t *blk_ipv6_prefix(const blk_prefixes *family, uint32_t number) {
    return family->prefixes + (size_t)number * BLK_IPV6_PREFIX_SIZE;
}

BLK_INLINE int blk_is_at_or_before(const uint8_t *prefix, blk_ipv6 address) {
    uint64_t high = blk_u64(prefix + BLK_IPV6_PREFIX_HIGH_AT);
    if (high != address.high) return high < address.high;
    return blk_u64(prefix + BLK_IPV6_PREFIX_LOW_AT) <= address.low;
}

/* The range of prefixes of a slot of the index: those before it, and those before the next. */
BLK_INLINE void blk_read_slot(const blk_prefixes *family, uint64_t slot, uint32_t *low,
                              uint32_t *high) {
    const uint8_t *at = family->index + (size_t)slot * BLK_INDEX_SIZE;
    *low = blk_u32(at);
    *high = blk_u32(at + BLK_INDEX_SIZE);
    if (*high > family->count) *high = family->count;
    if (*low > *high) *low = *high;
}

/* How many prefixes begin at the address or before it. What lies outside the bits that all share
 * is before the first or after the last. */
BLK_INLINE uint32_t blk_ipv4_before(const blk_prefixes *family, uint32_t address) {
    uint32_t low, high;
    if (!family->count || blk_u32(blk_ipv4_prefix(family, 0)) > address) return 0;
    if (blk_u32(blk_ipv4_prefix(family, family->count - 1)) <= address) return family->count;
    uint64_t slot = (uint64_t)(uint32_t)(address << family->shared) << family->bits >> 32;
    blk_read_slot(family, slot, &low, &high);
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (blk_u32(blk_ipv4_prefix(family, middle)) <= address) low = middle + 1;
        else high = middle;
    }
    return low;
}

BLK_INLINE uint32_t blk_ipv6_before(const blk_prefixes *family, blk_ipv6 address) {
    uint32_t low, high, shared = family->shared;
    if (!family->count || !blk_is_at_or_before(family->prefixes, address)) return 0;
    if (blk_is_at_or_before(blk_ipv6_prefix(family, family->count - 1), address)) {
        return family->count;
    }
    uint64_t top = address.low << (shared & 63);
    if (shared < 64) top = address.high << shared | (shared ? address.low >> (64 - shared) : 0);
    blk_read_slot(family, top >> 1 >> (63 - family->bits), &low, &high);
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (blk_is_at_or_before(blk_ipv6_prefix(family, middle), address)) low = middle + 1;
        else high = middle;
    }
    return low;
}

BLK_INLINE int blk_ipv4_holds(const uint8_t *prefix, uint32_t address) {
    uint32_t length = blk_u16(prefix + BLK_IPV4_PREFIX_FLAGS_AT) & BLK_PREFIX_LENGTH;
    uint64_t differ = blk_u32(prefix) ^ address;
    return length <= BLK_IPV4_BITS && !(differ >> (BLK_IPV4_BITS - length));
}

BLK_INLINE int blk_ipv6_holds(const uint8_t *prefix, blk_ipv6 address) {
    uint32_t length = blk_u16(prefix + BLK_IPV6_PREFIX_FLAGS_AT) & BLK_PREFIX_LENGTH;
    uint64_t high = blk_u64(prefix + BLK_IPV6_PREFIX_HIGH_AT) ^ address.high;
    uint64_t low = blk_u64(prefix + BLK_IPV6_PREFIX_LOW_AT) ^ address.low;
    if (length <= 64) return !length || !(high >> (64 - length));
    return length <= BLK_IPV6_BITS && !high && !(low >> (BLK_IPV6_BITS - length));
}

/* The parent of a prefix, counted from 1; 0 if it has none. Parents stand before what lies in them,
 * so going up ends. */
BLK_INLINE uint32_t blk_parent(const blk_prefixes *family, uint32_t number, uint32_t flags) {
    if (BLK_LIKELY(!(flags & BLK_PREFIX_NESTED))) return 0;
    uint32_t parent = blk_u32(family->parents + (size_t)number * BLK_PARENT_SIZE);
    return parent < number ? parent + 1 : 0;
}

/* The longest prefix that holds the address, counted from 1, or 0: of those from `at`, which is
 * counted so too, and up. No more prefixes than an address has lengths can lie in each other: in
 * an image that was compiled, this ends before `steps` do. */
BLK_INLINE uint32_t blk_ipv4_up(const blk_prefixes *family, uint32_t at, uint32_t address) {
    for (uint32_t steps = 0; at && steps <= 2 * BLK_IPV4_BITS + 2; steps++) {
        const uint8_t *prefix = blk_ipv4_prefix(family, at - 1);
        if (blk_ipv4_holds(prefix, address)) return at;
        at = blk_parent(family, at - 1, blk_u16(prefix + BLK_IPV4_PREFIX_FLAGS_AT));
    }
    return 0;
}

BLK_INLINE uint32_t blk_ipv6_up(const blk_prefixes *family, uint32_t at, blk_ipv6 address) {
    for (uint32_t steps = 0; at && steps <= 2 * BLK_IPV6_BITS + 2; steps++) {
        const uint8_t *prefix = blk_ipv6_prefix(family, at - 1);
        if (blk_ipv6_holds(prefix, address)) return at;
        at = blk_parent(family, at - 1, blk_u16(prefix + BLK_IPV6_PREFIX_FLAGS_AT));
    }
    return 0;
}

/* What decides about an address: BLK_NO_PREFIX, BLK_EXCEPTED or BLK_PREFIX_BLOCKS. */
BLK_INLINE int blk_decide_ipv4(const blk_image *image, uint32_t address) {
    const blk_prefixes *family = &image->ipv4;
    uint32_t found = blk_ipv4_up(family, blk_ipv4_before(family, address), address);
    if (!found) return BLK_NO_PREFIX;
    const uint8_t *prefix = blk_ipv4_prefix(family, found - 1);
    return !(blk_u16(prefix + BLK_IPV4_PREFIX_FLAGS_AT) & BLK_PREFIX_ALLOW);
}

BLK_INLINE int blk_decide_ipv6(const blk_image *image, blk_ipv6 address) {
    const blk_prefixes *family = &image->ipv6;
    uint32_t found = blk_ipv6_up(family, blk_ipv6_before(family, address), address);
    if (!found) return BLK_NO_PREFIX;
    const uint8_t *prefix = blk_ipv6_prefix(family, found - 1);
    return !(blk_u16(prefix + BLK_IPV6_PREFIX_FLAGS_AT) & BLK_PREFIX_ALLOW);
}

/* ---- addresses inside addresses ---------------------------------------------------------- */

/* A prefix under which a translator holds IPv4 addresses (RFC 6052), of 32 to 64 or 96 bits. */
typedef struct {
    uint64_t high, low;
    uint32_t length;
} blk_translator;

/* The longest prefixes first. */
typedef struct {
    const blk_translator *prefixes;
    size_t count;
} blk_nat64;

#define BLK_MAPPED 0xffffu /* of ::ffff:0:0/96: what stands above the IPv4 address in `low` */

BLK_INLINE int blk_translates(const blk_translator *prefix, blk_ipv6 address) {
    if (prefix->length <= 64) return !((prefix->high ^ address.high) >> (64 - prefix->length));
    return prefix->high == address.high && !((prefix->low ^ address.low) >> 32);
}

/* Find the IPv4 address inside an address of a translator; the octet "u" is left out. */
BLK_INLINE int blk_embedded(const blk_nat64 *nat64, blk_ipv6 address, uint32_t *inside) {
    for (size_t i = 0; i < nat64->count; i++) {
        const blk_translator *prefix = &nat64->prefixes[i];
        if (!blk_translates(prefix, address)) continue;
        uint64_t low = address.low & (((uint64_t)1 << 56) - 1);
        uint32_t shift = 88 - prefix->length; /* of `high` and `low` together, 24 to 56 */
        *inside = (uint32_t)address.low;
        if (prefix->length <= 64) {
            *inside = (uint32_t)(address.high << (56 - shift) | low >> shift);
        }
        return 1;
    }
    return 0;
}

/* ---- questions --------------------------------------------------------------------------- */

static inline int blk_has_addresses(const blk_image *image) {
    return image->ipv4.count || image->ipv6.count;
}

/* Whether a rule blocks the IPv4 address. */
static inline int blk_blocks_ipv4(const blk_image *image, uint32_t address) {
    return blk_decide_ipv4(image, address) == BLK_PREFIX_BLOCKS;
}

/* Whether a rule blocks the IPv6 address, or the IPv4 address that it stands for: an IPv4-mapped
 * one is that, one of a translator is judged as the one inside, then as itself. Without `nat64` the
 * well-known prefix 64:ff9b::/96 counts. */
static inline int blk_blocks_ipv6(const blk_image *image, const blk_nat64 *nat64, uint64_t high,
                                  uint64_t low) {
    static const blk_translator well_known = {0x0064ff9b00000000u, 0, 96};
    const blk_nat64 usual = {&well_known, 1};
    blk_ipv6 address = {high, low};
    uint32_t inside;
    int verdict = BLK_NO_PREFIX;
    if (!high && low >> 32 == BLK_MAPPED) return blk_blocks_ipv4(image, (uint32_t)low);
    if (blk_embedded(nat64 ? nat64 : &usual, address, &inside)) {
        verdict = blk_decide_ipv4(image, inside);
    }
    if (verdict == BLK_NO_PREFIX) verdict = blk_decide_ipv6(image, address);
    return verdict == BLK_PREFIX_BLOCKS;
}

/* ---- addresses from octets --------------------------------------------------------------- */

/* Numbers in the network's order, the most significant octet first. */
BLK_INLINE uint32_t blk_unpack_u32(const uint8_t *p) {
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | (uint32_t)p[3];
}

BLK_INLINE uint64_t blk_unpack_u64(const uint8_t *p) {
    return (uint64_t)blk_unpack_u32(p) << 32 | blk_unpack_u32(p + 4);
}

BLK_INLINE blk_ipv6 blk_unpack_ipv6(const uint8_t *p) {
    blk_ipv6 address = {blk_unpack_u64(p), blk_unpack_u64(p + 8)};
    return address;
}

/* ---- evidence ---------------------------------------------------------------------------- */

/* Find all prefixes that hold the address of four octets, the longest first, and of two alike the
 * exception. Their numbers among the rules about addresses; `found` has room for
 * 2 * BLK_IPV4_BITS + 2. */
static inline size_t blk_covering_ipv4(const blk_image *image, const uint8_t *octets,
                                       uint32_t *found) {
    const blk_prefixes *family = &image->ipv4;
    uint32_t address = blk_unpack_u32(octets), at = blk_ipv4_before(family, address);
    size_t count = 0;
    while (count < 2 * BLK_IPV4_BITS + 2 && (at = blk_ipv4_up(family, at, address))) {
        const uint8_t *prefix = blk_ipv4_prefix(family, at - 1);
        found[count++] = at - 1;
        at = blk_parent(family, at - 1, blk_u16(prefix + BLK_IPV4_PREFIX_FLAGS_AT));
    }
    return count;
}

/* The same for sixteen octets; `found` has room for 2 * BLK_IPV6_BITS + 2. */
static inline size_t blk_covering_ipv6(const blk_image *image, const uint8_t *octets,
                                       uint32_t *found) {
    const blk_prefixes *family = &image->ipv6;
    blk_ipv6 address = blk_unpack_ipv6(octets);
    uint32_t at = blk_ipv6_before(family, address);
    size_t count = 0;
    while (count < 2 * BLK_IPV6_BITS + 2 && (at = blk_ipv6_up(family, at, address))) {
        const uint8_t *prefix = blk_ipv6_prefix(family, at - 1);
        found[count++] = image->ipv4.count + at - 1;
        at = blk_parent(family, at - 1, blk_u16(prefix + BLK_IPV6_PREFIX_FLAGS_AT));
    }
    return count;
}

/* ---- addresses from text ----------------------------------------------------------------- */

/* The value of each octet as a hexadecimal digit; 16 for all others. */
static const uint8_t blk_hex_digits[256] = {
    16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
    16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
    0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  16, 16, 16, 16, 16, 16, 16, 10, 11, 12, 13, 14, 15, 16,
    16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
    16, 10, 11, 12, 13, 14, 15, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
    16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
    16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
    16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
    16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
    16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
    16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
};

/* Read dotted decimal, all of `n` octets. No leading zeros: programs disagree whether 010 is 8. */
BLK_INLINE int blk_read_ipv4(const uint8_t *text, size_t n, uint32_t *address) {
    uint32_t value = 0, octet = 0, digits = 0, dots = 0;
    if (n < 7 || n > 15) return 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t digit = text[i] - (uint32_t)'0';
        if (digit < 10) {
            if (digits && !octet) return 0;
            octet = octet * 10 + digit;
            if (++digits > 3) return 0;
        } else {
            if (text[i] != '.' || !digits || octet > 255) return 0;
            value = value << 8 | octet;
            octet = digits = 0;
            dots++;
        }
    }
    *address = value << 8 | octet;
    return dots == 3 && digits && octet <= 255;
}

/* Add `count` groups of 16 bits behind those that are there. */
BLK_INLINE void blk_add_groups(blk_ipv6 *address, uint32_t value, uint32_t count) {
    uint32_t bits = 16 * count;
    address->high = address->high << bits | address->low >> (64 - bits);
    address->low = address->low << bits | value;
}

/* Read groups of hexadecimal digits, `::` at most once, dotted decimal in place of the last two. */
static inline int blk_read_ipv6(const uint8_t *text, size_t n, blk_ipv6 *address) {
    const uint8_t *at = text, *end = text + n;
    blk_ipv6 groups = {0, 0}, before = {0, 0};
    uint32_t count = 0, gap = 9; /* how many stand before the gap; 9: no gap */
    if (n < 2 || n > 45) return 0;
    if (at[0] == ':') {
        if (at[1] != ':') return 0;
        gap = 0;
        at += 2;
    }
    while (at < end) {
        const uint8_t *from = at;
        uint32_t value = 0, digit, last;
        while (at < end && (digit = blk_hex_digits[*at]) < 16) {
            value = value << 4 | digit;
            at++;
        }
        if (at < end && *at == '.') {
            if (count > 6 || !blk_read_ipv4(from, (size_t)(end - from), &last)) return 0;
            blk_add_groups(&groups, last, 2);
            count += 2;
            break;
        }
        if (at == from || at - from > 4 || count == 8) return 0;
        blk_add_groups(&groups, value, 1);
        count++;
        if (at == end) break;
        if (*at++ != ':' || at == end) return 0;
        if (*at == ':') {
            if (gap < 9) return 0;
            gap = count;
            before = groups;
            groups.high = groups.low = 0;
            at++;
        }
    }
    if (gap == 9 ? count != 8 : count > 7) return 0;
    if (gap < 9 && gap) { /* at least one group, and at most seven */
        uint32_t bits = 16 * (8 - gap);
        groups.high |=
            bits < 64 ? before.high << bits | before.low >> (64 - bits) : before.low << (bits - 64);
        if (bits < 64) groups.low |= before.low << bits;
    }
    *address = groups;
    return 1;
}

BLK_INLINE int blk_is_space(uint8_t octet) {
    return octet == ' ' || (octet >= 9 && octet <= 13) || (octet >= 28 && octet <= 31);
}

enum { BLK_NO_ADDRESS = 0, BLK_IPV4 = 4, BLK_IPV6 = 6, BLK_SCOPED = -1 };

/* Read an address from ASCII text, with white space around it and brackets taken off. Returns
 * BLK_IPV4 with the address in `low`, BLK_IPV6, BLK_NO_ADDRESS, or BLK_SCOPED if there is a `%`,
 * behind which anything may stand. */
BLK_INLINE int blk_read_address(const uint8_t *text, size_t n, blk_ipv6 *address) {
    uint32_t ipv4;
    while (n && blk_is_space(text[0])) text++, n--;
    while (n && blk_is_space(text[n - 1])) n--;
    if (n && text[0] == '[') text++, n--;
    if (n && text[n - 1] == ']') n--;
    if (blk_read_ipv4(text, n, &ipv4)) {
        address->high = 0;
        address->low = ipv4;
        return BLK_IPV4;
    }
    if (blk_read_ipv6(text, n, address)) return BLK_IPV6;
    return n && memchr(text, '%', n) ? BLK_SCOPED : BLK_NO_ADDRESS;
}

#endif
