/* fuzz_addresses.c: addresses against good prefixes; every answer is compared with a naive one.
 *
 * An input is a line of text, which is read as an address and compared with inet_pton, and, behind
 * the first NUL, records of prefixes: six octets each, a few of them bits of the address, so that
 * prefixes often lie in each other. They are laid out as docs/image-format.md says. */
#include <arpa/inet.h>

#include "fuzz.h"

#define MOST 64u

typedef struct {
    blk_ipv6 start; /* IPv4 in the lowest 32 bits */
    uint32_t length, allow;
} Prefix;

typedef struct {
    Prefix list[MOST];
    uint32_t count, width;
} Family;

/* ---- what must come out ---------------------------------------------------------------------- */

static int compare_prefixes(const void *a, const void *b) {
    const Prefix *x = (const Prefix *)a, *y = (const Prefix *)b;
    if (x->start.high != y->start.high) return x->start.high < y->start.high ? -1 : 1;
    if (x->start.low != y->start.low) return x->start.low < y->start.low ? -1 : 1;
    if (x->length != y->length) return x->length < y->length ? -1 : 1;
    return (int)x->allow - (int)y->allow;
}

__extension__ typedef unsigned __int128 Bits;

static Bits bits_of(blk_ipv6 address) { return (Bits)address.high << 64 | address.low; }

/* The first `n` bits of an address of `width` bits. */
static Bits first_bits(blk_ipv6 address, uint32_t width, uint32_t n) {
    return n ? bits_of(address) >> (width - n) : 0;
}

static int holds(const Prefix *prefix, uint32_t width, blk_ipv6 address) {
    return first_bits(prefix->start, width, prefix->length) ==
           first_bits(address, width, prefix->length);
}

/* The prefixes that hold an address, the last one first: it is the longest. */
static uint32_t find_naively(const Family *family, blk_ipv6 address, uint32_t *found) {
    uint32_t count = 0;
    for (uint32_t i = family->count;
         i-- > 0;) { /* of two that hold it, the longer is sorted last */
        if (holds(&family->list[i], family->width, address)) found[count++] = i;
    }
    return count;
}

/* ---- a section ------------------------------------------------------------------------------- */

static void add_prefix(Family *family, blk_ipv6 address, uint32_t length, uint32_t allow) {
    Prefix prefix = {address, length % (family->width + 1), allow};
    Bits start = first_bits(address, family->width, prefix.length);
    if (prefix.length) start <<= family->width - prefix.length;
    prefix.start.high = (uint64_t)(start >> 64);
    prefix.start.low = (uint64_t)start;
    for (uint32_t i = 0; i < family->count; i++) {
        if (!compare_prefixes(&family->list[i], &prefix)) return;
    }
    if (family->count < MOST) family->list[family->count++] = prefix;
}

static uint32_t slot_of(blk_ipv6 address, uint32_t width, uint32_t shared, uint32_t bits) {
    return (uint32_t)(first_bits(address, width, shared + bits) & ((1u << bits) - 1));
}

/* Write head, index, parents and prefixes of a family to their places; how many octets each has. */
static void write_family(const Family *family, uint8_t *head, uint8_t *index, size_t *index_size,
                         uint8_t *parents, uint8_t *prefixes) {
    uint32_t shared = 0, bits = 0, width = family->width;
    size_t size = width == BLK_IPV4_BITS ? BLK_IPV4_PREFIX_SIZE : BLK_IPV6_PREFIX_SIZE;
    while (family->count / BLK_PREFIXES_A_SLOT >> bits) bits++;
    while (bits && shared < width - bits &&
           first_bits(family->list[0].start, width, shared + 1) ==
               first_bits(family->list[family->count - 1].start, width, shared + 1)) {
        shared++;
    }
    bld_put_u32(head + BLK_FAMILY_PREFIXES_AT, family->count);
    bld_put_u32(head + BLK_FAMILY_SHARED_AT, shared);
    bld_put_u32(head + BLK_FAMILY_BITS_AT, bits);
    *index_size = (((size_t)1 << bits) + 1) * BLK_INDEX_SIZE;
    for (uint32_t slot = 0; slot <= 1u << bits; slot++) {
        uint32_t before = 0;
        for (uint32_t i = 0; i < family->count; i++) {
            before += slot_of(family->list[i].start, width, shared, bits) < slot;
        }
        bld_put_u32(index + (size_t)slot * BLK_INDEX_SIZE, before);
    }
    for (uint32_t i = 0; i < family->count; i++) {
        const Prefix *prefix = &family->list[i];
        uint32_t flags = prefix->length | (prefix->allow ? BLK_PREFIX_ALLOW : 0), parent = 0;
        for (uint32_t k = 0; k < i; k++) {
            const Prefix *other = &family->list[k];
            if (other->length > prefix->length || !holds(other, width, prefix->start)) continue;
            flags |= BLK_PREFIX_NESTED;
            parent = k; /* the last of them is the longest */
        }
        uint8_t *at = prefixes + i * size;
        bld_put_u32(parents + (size_t)i * BLK_PARENT_SIZE, parent);
        if (width == BLK_IPV4_BITS) {
            bld_put_u32(at, (uint32_t)prefix->start.low);
        } else {
            bld_put_u64(at + BLK_IPV6_PREFIX_HIGH_AT, prefix->start.high);
            bld_put_u64(at + BLK_IPV6_PREFIX_LOW_AT, prefix->start.low);
        }
        at[size - 2] = (uint8_t)flags;
        at[size - 1] = (uint8_t)(flags >> 8);
    }
}

static uint8_t *write_section(const Family *ipv4, const Family *ipv6, size_t *size) {
    static uint8_t head[2 * BLK_FAMILY_SIZE], index[2][512], parents[2][MOST * BLK_PARENT_SIZE],
        prefixes[2][MOST * BLK_IPV6_PREFIX_SIZE];
    const Family *families[2] = {ipv4, ipv6};
    size_t index_sizes[2];
    memset(head, 0, sizeof head);
    for (int i = 0; i < 2; i++) {
        write_family(families[i], head + i * (int)BLK_FAMILY_SIZE, index[i], &index_sizes[i],
                     parents[i], prefixes[i]);
    }
    const struct {
        const uint8_t *octets;
        size_t size;
    } parts[] = {
        {head, sizeof head},
        {index[0], index_sizes[0]},
        {index[1], index_sizes[1]},
        {parents[0], ipv4->count * BLK_PARENT_SIZE},
        {parents[1], ipv6->count * BLK_PARENT_SIZE},
        {prefixes[0], ipv4->count * BLK_IPV4_PREFIX_SIZE},
        {prefixes[1], ipv6->count * BLK_IPV6_PREFIX_SIZE},
    };
    *size = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) *size += parts[i].size;
    uint8_t *section = (uint8_t *)malloc(*size), *at = section;
    CHECK(section, "no memory");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i].size) memcpy(at, parts[i].octets, parts[i].size);
        at += parts[i].size;
    }
    return section;
}

/* ---- questions ------------------------------------------------------------------------------- */

static void pack(blk_ipv6 address, uint8_t octets[16]) {
    for (int i = 0; i < 8; i++) {
        octets[i] = (uint8_t)(address.high >> (56 - 8 * i));
        octets[8 + i] = (uint8_t)(address.low >> (56 - 8 * i));
    }
}

static int check_address(const blk_image *image, const Family *family, blk_ipv6 address,
                         uint32_t first) {
    uint32_t wanted[MOST], found[2 * BLK_IPV6_BITS + 2], count;
    uint8_t octets[16];
    int is_ipv4 = family->width == BLK_IPV4_BITS;
    count = find_naively(family, address, wanted);
    int verdict = count ? !family->list[wanted[0]].allow : BLK_NO_PREFIX;
    pack(address, octets);
    if (is_ipv4) {
        CHECK(blk_decide_ipv4(image, (uint32_t)address.low) == verdict, "another verdict");
        CHECK(blk_covering_ipv4(image, octets + 12, found) == count, "others hold it");
    } else {
        CHECK(blk_decide_ipv6(image, address) == verdict, "another verdict");
        CHECK(blk_covering_ipv6(image, octets, found) == count, "others hold it");
    }
    for (uint32_t i = 0; i < count; i++) CHECK(found[i] == first + wanted[i], "another sequence");
    return verdict;
}

/* An address of a translator is judged as the one inside, then as itself. */
static void check_blocks(const blk_image *image, const Family *ipv4, const Family *ipv6,
                         blk_ipv6 address) {
    blk_ipv6 inside = {0, address.low & 0xffffffffu};
    int is_mapped = !address.high && address.low >> 32 == 0xffff;
    int is_translated = address.high == 0x0064ff9b00000000u && !(address.low >> 32);
    int verdict = BLK_NO_PREFIX;
    if (is_mapped || is_translated) verdict = check_address(image, ipv4, inside, 0);
    if (!is_mapped && verdict == BLK_NO_PREFIX) {
        verdict = check_address(image, ipv6, address, ipv4->count);
    }
    CHECK(blk_blocks_ipv6(image, NULL, address.high, address.low) == (verdict == 1), "blocked");
}

static void check_text(const uint8_t *text, size_t n, blk_ipv6 *address) {
    char plain[64] = {0};
    uint8_t octets[16];
    uint8_t *exact = exact_copy(text, n);
    int kind = blk_read_address(exact, n, address);
    free(exact);
    while (n && blk_is_space(text[0])) text++, n--;
    while (n && blk_is_space(text[n - 1])) n--;
    if (n && text[0] == '[') text++, n--;
    if (n && text[n - 1] == ']') n--;
    if (n >= sizeof plain) {
        CHECK(kind <= 0, "too long for an address");
        return;
    }
    if (n) memcpy(plain, text, n);
    if (inet_pton(AF_INET, plain, octets) == 1) {
        CHECK(kind == BLK_IPV4 && blk_unpack_u32(octets) == address->low, "this IPv4 address");
    } else if (inet_pton(AF_INET6, plain, octets) == 1) {
        blk_ipv6 wanted = blk_unpack_ipv6(octets);
        CHECK(kind == BLK_IPV6, "an IPv6 address");
        CHECK(wanted.high == address->high && wanted.low == address->low, "this IPv6 address");
    } else {
        CHECK(kind == (memchr(text, '%', n) ? BLK_SCOPED : BLK_NO_ADDRESS), "no address");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static Family ipv4, ipv6;
    const uint8_t *nul = size ? (const uint8_t *)memchr(data, 0, size) : NULL;
    size_t n = nul ? (size_t)(nul - data) : size, length;
    blk_ipv6 address = {0, 0};
    blk_image image;
    check_text(data, n, &address);
    ipv4.count = ipv6.count = 0;
    ipv4.width = BLK_IPV4_BITS;
    ipv6.width = BLK_IPV6_BITS;
    for (; n + 7 <= size; n += 6) { /* the address with one bit turned and eight others */
        const uint8_t *at = data + n + 1;
        blk_ipv6 other = address;
        uint32_t turn = at[2] & 127;
        if (turn < 64) other.low ^= (uint64_t)1 << turn;
        else other.high ^= (uint64_t)1 << (turn - 64);
        other.low ^= (uint64_t)at[3] << (at[4] & 63);
        if (at[0] & 1) {
            other.high = 0;
            other.low &= 0xffffffffu;
            add_prefix(&ipv4, other, at[1], at[0] >> 1 & 1);
        } else {
            add_prefix(&ipv6, other, at[1], at[0] >> 1 & 1);
        }
    }
    qsort(ipv4.list, ipv4.count, sizeof(Prefix), compare_prefixes);
    qsort(ipv6.list, ipv6.count, sizeof(Prefix), compare_prefixes);
    uint8_t *section = write_section(&ipv4, &ipv6, &length);
    memset(&image, 0, sizeof image);
    CHECK(blk_open_addresses(&image, section, length) == BLK_OK, "good prefixes open");
    for (uint32_t turn = 0; turn <= 128; turn += turn < 8 ? 1 : 5) {
        blk_ipv6 near = address, near4 = {0, 0};
        if (turn < 64) near.low ^= (uint64_t)1 << turn;
        else if (turn < 128) near.high ^= (uint64_t)1 << (turn - 64);
        near4.low = near.low & 0xffffffffu;
        if (turn < 32 || turn >= 128) {
            int verdict = check_address(&image, &ipv4, near4, 0);
            CHECK(blk_blocks_ipv4(&image, (uint32_t)near4.low) == (verdict == 1), "blocked");
        }
        check_blocks(&image, &ipv4, &ipv6, near);
    }
    free(section);
    return 0;
}
