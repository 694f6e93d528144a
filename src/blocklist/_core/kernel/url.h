/* url.h: the host of a URL as browsers find it (WHATWG URL Standard), and the one form in which
 * rules about URLs are compared.
 *
 * What is rare is not read here: BLK_URL_OTHER says that another reader, which knows all of the
 * standard, must look. What is read here is read as that reader does, and nothing is copied but a
 * host with escapes. */
#ifndef BLK_URL_H
#define BLK_URL_H

#include "octets.h"

#define BLK_URL_HOST_ROOM 254u /* octets of a host with escapes that is read here */
#define BLK_URL_BEFORE 32u     /* octets before the end of a host that may be read */
#define BLK_URL_FORM_ROOM 6144u
#define BLK_URL_MAX_PATH 2048u /* octets, host included, of which prefixes are asked for */
#define BLK_NO_PORT 0xffffffffu

enum { BLK_URL_NO_HOST = 0, BLK_URL_NAME = 1, BLK_URL_IPV4 = 2, BLK_URL_OTHER = 3 };

/* What an octet means in an authority. */
enum {
    BLK_URL_END = 1,        /* slash, backslash, question mark, number sign */
    BLK_URL_AT = 2,         /* what stands before the last is user information */
    BLK_URL_COLON = 4,      /* the port follows */
    BLK_URL_PERCENT = 8,    /* an escape */
    BLK_URL_BRACKET = 16,   /* around an IPv6 address */
    BLK_URL_TAB = 32,       /* tab or line end: ignored by browsers */
    BLK_URL_FORBIDDEN = 64, /* in a host */
    BLK_URL_HIGH = 128      /* not ASCII */
};

static const uint8_t blk_url_classes[256] = {
    64,  64,  64,  64,  64,  64,  64,  64,  64,  32,  32,  64,  64,  32,  64,  64,  64,  64,  64,
    64,  64,  64,  64,  64,  64,  64,  64,  64,  64,  64,  64,  64,  64,  0,   0,   1,   0,   8,
    0,   0,   0,   0,   0,   0,   0,   0,   0,   1,   0,   0,   0,   0,   0,   0,   0,   0,   0,
    0,   4,   0,   64,  0,   64,  1,   2,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,
    0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   16,  1,   16,  64,
    0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,
    0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   64,  0,   0,   64,  128, 128, 128, 128, 128,
    128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
    128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
    128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
    128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
    128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
    128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
    128, 128, 128, 128, 128, 128, 128, 128, 128,
};

typedef struct {
    const uint8_t *end;         /* of the host; the 32 octets before it may be read */
    size_t n;                   /* octets of the host */
    uint32_t address;           /* of a host that is one, 192.0.2.7 as 0xC0000207 */
    uint32_t port;              /* BLK_NO_PORT: none, that of the scheme, or what is no port */
    const uint8_t *tail, *stop; /* path, query and fragment */
    int is_opaque;              /* the scheme is one that browsers do not know */
    uint8_t decoded[BLK_URL_BEFORE + BLK_URL_HOST_ROOM];
} blk_url;

BLK_INLINE int blk_is_slash(uint8_t octet) { return octet == '/' || octet == '\\'; }

BLK_INLINE int blk_is_tab(uint8_t octet) { return octet == '\t' || octet == '\r' || octet == '\n'; }

/* The value of a hexadecimal digit; 16 or more for any other octet. */
BLK_INLINE uint32_t blk_hex(uint8_t octet) {
    uint32_t digit = (uint32_t)octet - '0', letter = ((uint32_t)octet | 32) - 'a';
    return digit < 10 ? digit : letter < 6 ? letter + 10 : 16;
}

/* ---- addresses ------------------------------------------------------------------------- */

/* Read a number of the IPv4 parser: decimal, octal or hexadecimal, with any number of zeros.
 * Returns 0 for what is no number, or none that an address can hold. */
static inline int blk_read_ipv4_part(const uint8_t *at, const uint8_t *end, uint64_t *value) {
    uint32_t base = 10, digits = 0;
    if (at == end) return 0;
    if (*at == '0') {
        base = 8;
        if (end - at > 1 && (at[1] | 32) == 'x') {
            base = 16;
            at += 2;
        }
    }
    *value = 0;
    for (; at < end; at++) {
        uint32_t digit = blk_hex(*at);
        if (digit >= base) return 0;
        if (*value || digit) digits++;
        if (digits > 11) return 0;
        *value = *value * base + digit;
    }
    return 1;
}

/* Whether the host is an IPv4 address as browsers read them: `0x7f.1`, `2130706433`. */
BLK_INLINE int blk_read_url_ipv4(const uint8_t *begin, const uint8_t *end, uint32_t *address) {
    uint64_t value, sum = 0;
    if (end > begin && end[-1] == '.') end--;
    if (end == begin || (blk_hex(end[-1]) > 15 && (end[-1] | 32) != 'x')) return 0;
    const uint8_t *at = end;
    while (at > begin && at[-1] != '.') at--;
    if (BLK_LIKELY((uint32_t)*at - '0' > 9)) return 0; /* as of `.de` */
    uint32_t before = 0;                               /* parts before the last */
    for (const uint8_t *dot = begin; dot < at; dot++) before += *dot == '.';
    if (before > 3 || !blk_read_ipv4_part(at, end, &value)) return 0;
    if (value >> 8 * (4 - before)) return 0;
    sum = value;
    for (uint32_t part = before; part; part--) {
        end = at - 1;
        for (at = end; at > begin && at[-1] != '.';) at--;
        if (!blk_read_ipv4_part(at, end, &value) || value > 255) return 0;
        sum |= value << 8 * (4 - part);
    }
    *address = (uint32_t)sum;
    return 1;
}

/* ---- parts ----------------------------------------------------------------------------- */

/* Find where the authority begins. Sets the port of the scheme, and whether the scheme is one that
 * browsers do not know. Returns NULL where another reader must look. */
static inline const uint8_t *blk_after_scheme(const uint8_t *at, const uint8_t *stop,
                                              uint32_t *port, int *is_opaque, int *has_scheme) {
    const uint8_t *colon = NULL;
    size_t n = (size_t)(stop - at);
    *port = BLK_NO_PORT;
    *is_opaque = 0;
    *has_scheme = 1;
    if (n >= 5 && (blk_u32(at) | 0x20202020u) == 0x70747468u) { /* http */
        if (at[4] == ':') colon = at + 4, *port = 80;
        else if ((at[4] | 32) == 's' && n >= 6 && at[5] == ':') colon = at + 5, *port = 443;
    } else if (n >= 3 && (at[0] | 32) == 'w' && (at[1] | 32) == 's') {
        if (at[2] == ':') colon = at + 2, *port = 80;
        else if ((at[2] | 32) == 's' && n >= 4 && at[3] == ':') colon = at + 3, *port = 443;
    } else if (n >= 4 && (at[0] | 32) == 'f' && (at[1] | 32) == 't' && (at[2] | 32) == 'p') {
        if (at[3] == ':') colon = at + 3, *port = 21;
    }
    if (BLK_LIKELY(colon != NULL)) {
        for (at = colon + 1; at < stop && blk_is_slash(*at);) at++;
        return at;
    }
    const uint8_t *name = at;
    if (n && ((uint32_t)*at | 32) - 'a' < 26) {
        while (at < stop && (((uint32_t)*at | 32) - 'a' < 26 || (uint32_t)*at - '0' < 10 ||
                             *at == '+' || *at == '.' || *at == '-')) {
            at++;
        }
        if (at < stop && *at == ':') {
            const uint8_t *slash = ++at;
            while (slash < stop && (blk_is_slash(*slash) || blk_is_tab(*slash))) {
                if (blk_is_tab(*slash++)) return NULL;
            }
            if (slash - at >= 2) {
                int is_file = at - name == 5 && (blk_u32(name) | 0x20202020u) == 0x656c6966u;
                *is_opaque = !is_file;
                if (is_file || (at[0] == '/' && at[1] == '/')) return at + 2;
                *is_opaque = 0;
            }
        }
    }
    *has_scheme = 0;
    at = name;
    while (at < stop && (blk_is_slash(*at) || blk_is_tab(*at))) {
        if (blk_is_tab(*at++)) return NULL;
    }
    return at - name >= 2 ? at : name;
}

/* Read a port: digits, of any number; what is more than 65535 is no port. */
static inline uint32_t blk_read_port(const uint8_t *at, const uint8_t *end) {
    uint32_t port = 0;
    if (at == end) return BLK_NO_PORT;
    for (; at < end; at++) {
        uint32_t digit = (uint32_t)*at - '0';
        if (digit > 9) return BLK_NO_PORT;
        if (port <= 65535) port = port * 10 + digit;
    }
    return port <= 65535 ? port : BLK_NO_PORT;
}

/* Write a number in decimal; returns where it ends. */
static inline uint8_t *blk_write_decimal(uint8_t *to, uint32_t number) {
    uint32_t scale = 1;
    while (number / scale > 9) scale *= 10;
    for (; scale; scale /= 10) *to++ = (uint8_t)('0' + number / scale % 10);
    return to;
}

/* Put the address of a host in place of the host, as rules about URLs have it: 192.0.2.7. */
static inline void blk_write_address(blk_url *url) {
    uint8_t *begin = url->decoded + BLK_URL_BEFORE, *to = begin;
    for (uint32_t shift = 32; shift;) {
        shift -= 8;
        to = blk_write_decimal(to, url->address >> shift & 0xff);
        if (shift) *to++ = '.';
    }
    url->n = (size_t)(to - begin);
    url->end = to;
}

/* Decode the escapes of a host. Returns BLK_URL_NAME, or what else to make of it. */
static inline int blk_decode_host(const uint8_t *at, const uint8_t *end, blk_url *url) {
    uint8_t *to = url->decoded + BLK_URL_BEFORE, *room = to + BLK_URL_HOST_ROOM;
    memset(url->decoded, 0, BLK_URL_BEFORE);
    int answer = BLK_URL_NAME;
    for (; at < end; at++) {
        uint8_t octet = *at;
        if (octet == '%') {
            if (end - at < 3 || blk_hex(at[1]) > 15 || blk_hex(at[2]) > 15) {
                answer = BLK_URL_NO_HOST; /* not at once: what is not ASCII is for another reader */
                continue;
            }
            octet = (uint8_t)(blk_hex(at[1]) << 4 | blk_hex(at[2]));
            at += 2;
            if (octet > 127) return BLK_URL_OTHER;
            if (blk_url_classes[octet]) answer = BLK_URL_NO_HOST;
        }
        if (to == room) return BLK_URL_OTHER;
        *to++ = octet;
    }
    url->n = (size_t)(to - (url->decoded + BLK_URL_BEFORE));
    url->end = to;
    return answer;
}

/* Find the host of a URL, of which the 32 octets before `text` may be read. The scheme may be
 * missing, and the host is found even where the port is wrong. */
BLK_INLINE int blk_read_url(const uint8_t *text, size_t n, blk_url *url) {
    const uint8_t *at = text, *stop = text + n, *colon = NULL, *host;
    uint32_t scheme_port, seen = 0, colons = 0;
    int is_opaque, has_scheme;
    while (at < stop && *at <= ' ') at++;
    while (at < stop && stop[-1] <= ' ') stop--;
    at = blk_after_scheme(at, stop, &scheme_port, &is_opaque, &has_scheme);
    if (BLK_UNLIKELY(!at)) return BLK_URL_OTHER;
    for (host = at; at < stop; at++) {
        uint32_t class_ = blk_url_classes[*at];
        if (BLK_LIKELY(!class_)) continue;
        if (class_ == BLK_URL_END) break;
        if (class_ == BLK_URL_AT) { /* only tabs matter before it: they may part other things */
            host = at + 1;
            seen &= BLK_URL_TAB;
            colons = 0;
            continue;
        }
        if (class_ == BLK_URL_COLON && !colons++) colon = at;
        seen |= class_;
    }
    url->tail = at;
    url->stop = stop;
    url->is_opaque = is_opaque;
    url->end = at;
    url->port = BLK_NO_PORT;
    if (BLK_UNLIKELY(is_opaque)) {
        if (seen & BLK_URL_PERCENT || (at < stop && *at == '\\')) return BLK_URL_OTHER;
    }
    if (seen) {
        if (seen & ~(uint32_t)(BLK_URL_COLON | BLK_URL_PERCENT) || colons > 1) return BLK_URL_OTHER;
        if (colons) {
            url->end = colon;
            url->port = blk_read_port(colon + 1, at);
            if (url->port == scheme_port ||
                (!has_scheme && (url->port == 80 || url->port == 443))) {
                url->port = BLK_NO_PORT;
            }
        }
    }
    url->n = (size_t)(url->end - host);
    if (!url->n) return BLK_URL_NO_HOST;
    if (is_opaque) return (uint32_t)url->end[-1] - '0' < 10 ? BLK_URL_OTHER : BLK_URL_NAME;
    if (seen & BLK_URL_PERCENT) {
        int answer = blk_decode_host(host, url->end, url);
        if (answer != BLK_URL_NAME) return answer;
        if (!url->n) return BLK_URL_NO_HOST;
    }
    return blk_read_url_ipv4(url->end - url->n, url->end, &url->address) ? BLK_URL_IPV4
                                                                         : BLK_URL_NAME;
}

/* ---- the one form ---------------------------------------------------------------------- */

/* A URL as rules about URLs are written: `host:port/path?query`. */
typedef struct {
    uint32_t host, path, length; /* octets up to the end of the host, of the path, and of all */
    uint8_t octets[BLK_URL_FORM_ROOM];
} blk_url_form;

/* Whether an escape of the octet is written as the octet itself. */
BLK_INLINE int blk_is_unescaped(uint8_t octet, int is_query) {
    return (uint32_t)octet - '0' < 10 || ((uint32_t)octet | 32) - 'a' < 26 || octet == '-' ||
           octet == '.' || octet == '_' || octet == '~' || (octet == '\'' && !is_query);
}

/* What an octet means behind an authority. */
enum {
    BLK_URL_NOT_IN_PATH = 1, /* not as it is */
    BLK_URL_NOT_IN_QUERY = 2,
    BLK_URL_QUERY = 4,
    BLK_URL_FRAGMENT = 8,
    BLK_URL_DOT = 16 /* which may be a segment */
};

static const uint8_t blk_url_tail_classes[256] = {
    3, 3, 3, 3, 3, 3, 3,  3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3,  3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3,
    3, 3, 3, 3, 0, 3, 11, 0, 3, 0, 2, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 3, 0, 3, 5, 0,  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 3, 3, 3,  3, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0,  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0,  3, 3, 3, 0, 3, 3, 3, 3, 3, 3, 3,  3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3,
    3, 3, 3, 3, 3, 3, 3,  3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3,  3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3,
    3, 3, 3, 3, 3, 3, 3,  3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3,  3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3,
    3, 3, 3, 3, 3, 3, 3,  3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3,  3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3,
    3, 3, 3, 3, 3, 3, 3,  3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3,  3, 3, 3, 3, 3, 3,
};

static inline uint8_t *blk_write_escape(uint8_t *to, uint8_t octet) {
    static const char digits[] = "0123456789ABCDEF";
    to[0] = '%';
    to[1] = (uint8_t)digits[octet >> 4];
    to[2] = (uint8_t)digits[octet & 15];
    return to + 3;
}

/* Write octets from `at` to `end` with every escape in one form. Returns NULL if there is no room,
 * or where another reader must look. */
static inline uint8_t *blk_write_form(uint8_t *to, const uint8_t *room, const uint8_t *at,
                                      const uint8_t *end, int is_query) {
    uint32_t unsafe = is_query ? BLK_URL_NOT_IN_QUERY : BLK_URL_NOT_IN_PATH;
    for (; at < end; at++) {
        uint8_t octet = *at;
        if (room - to < 3 || blk_is_tab(octet) || octet > 127) return NULL;
        if (octet == '%' && end - at > 2 && blk_hex(at[1]) < 16 && blk_hex(at[2]) < 16) {
            octet = (uint8_t)(blk_hex(at[1]) << 4 | blk_hex(at[2]));
            at += 2;
            if (!blk_is_unescaped(octet, is_query)) {
                to = blk_write_escape(to, octet);
                continue;
            }
        }
        if (!(blk_url_tail_classes[octet] & unsafe)) *to++ = octet;
        else to = blk_write_escape(to, octet);
    }
    return to;
}

/* How many dots the segment is, `%2e` counted too: 1 or 2, or 0 if it is another. */
static inline int blk_count_dots(const uint8_t *at, const uint8_t *end) {
    int dots = 0;
    while (at < end && dots < 3) {
        if (*at == '.') at++;
        else if (end - at > 2 && at[0] == '%' && at[1] == '2' && (at[2] | 32) == 'e') at += 3;
        else return 0;
        dots++;
    }
    return dots < 3 ? dots : 0;
}

/* Write the path with its dot segments resolved. */
static inline uint8_t *blk_write_path(uint8_t *to, const uint8_t *room, const uint8_t *at,
                                      const uint8_t *end) {
    uint8_t *begin = to;
    while (at < end) { /* at a slash */
        const uint8_t *segment = ++at;
        while (at < end && !blk_is_slash(*at)) {
            if (blk_is_tab(*at++)) return NULL;
        }
        int dots = blk_count_dots(segment, at);
        if (dots == 2) {
            while (to > begin && *--to != '/') {}
        }
        if (dots && at < end) continue;
        if (to == room) return NULL;
        *to++ = '/';
        if (!dots) to = blk_write_form(to, room, segment, at, 0);
        if (!to) return NULL;
    }
    if (to == begin) *to++ = '/';
    return to;
}

/* Begin the form of a URL with its host: a name, or what blk_write_address wrote; 0 if there is no
 * room, or another reader must look. */
BLK_INLINE int blk_begin_form(const blk_url *url, blk_url_form *form) {
    size_t n = url->n - (url->end[-1] == '.');
    const uint8_t *host = url->end - url->n;
    if (n > BLK_URL_HOST_ROOM || url->is_opaque) return 0;
    for (size_t i = 0; i < n; i++) form->octets[i] = blk_lower(host[i]);
    form->host = (uint32_t)n;
    return 1;
}

/* Write the rest of a form; 0 if there is no room, or another reader must look. */
static inline int blk_finish_form(const blk_url *url, blk_url_form *form) {
    uint8_t *to = form->octets + form->host;
    const uint8_t *room = form->octets + BLK_URL_FORM_ROOM - 16;
    const uint8_t *at = url->tail, *end = url->tail, *query, *stop = url->stop;
    if (url->port != BLK_NO_PORT) {
        *to++ = ':';
        to = blk_write_decimal(to, url->port);
    }
    uint32_t seen = 0;
    for (; end < stop; end++) {
        uint32_t class_ = blk_url_tail_classes[*end];
        if (class_ & (BLK_URL_QUERY | BLK_URL_FRAGMENT)) break;
        seen |= class_;
    }
    int is_simple = !(seen & BLK_URL_NOT_IN_PATH) && end > at; /* as nearly all are */
    for (const uint8_t *dot = at; is_simple && seen & BLK_URL_DOT && end - dot > 1; dot++) {
        dot = (const uint8_t *)memchr(dot, '/', (size_t)(end - dot - 1));
        if (!dot) break;
        is_simple = dot[1] != '.';
    }
    if (is_simple) {
        if (room - to < end - at) return 0;
        memcpy(to, at, (size_t)(end - at));
        to += end - at;
    } else {
        to = blk_write_path(to, room, at, end);
        if (!to) return 0;
    }
    form->path = form->length = (uint32_t)(to - form->octets);
    if (end == stop || *end == '#') return 1;
    query = end + 1;
    for (end = query, seen = 0; end < stop; end++) {
        uint32_t class_ = blk_url_tail_classes[*end];
        if (class_ & BLK_URL_FRAGMENT) break;
        seen |= class_;
    }
    if (end == query) return 1;
    if (room - to < end - query) return 0;
    *to++ = '?';
    if (seen & BLK_URL_NOT_IN_QUERY) {
        to = blk_write_form(to, room, query, end, 1);
        if (!to) return 0;
    } else {
        memcpy(to, query, (size_t)(end - query));
        to += end - query;
    }
    form->length = (uint32_t)(to - form->octets);
    return 1;
}

#endif
