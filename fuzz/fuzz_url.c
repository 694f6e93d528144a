/* fuzz_url.c: the host of a URL, its one form and the rule that covers it, beside a naive
 * reference.
 *
 * The first octet of an input says whether the rest is a URL as it is, or pieces of a vocabulary,
 * which meet rules and odd paths more often. The reference follows the standard step by step on
 * copies. What it leaves to the reader of the whole standard must be left here too. */
#include "fuzz.h"

#include "../src/blocklist/_core/kernel/urltable.h"

#define MAX_INPUT 4096
#define MAX_FORM (4 * MAX_INPUT + 64)

static const char *const RULES[] = {
    "platform.example/a",      "platform.example/a/b",     "platform.example/a/b/c",
    "platform.example/x?q=1",  "platform.example:8443/y",  "platform.example/dir/",
    "platform.example/",       "other.example/%20/'c'",    "other.example/d?e=%27f%27",
    "other.example/~u/i.html", "other.example:65535/a//b", "platform.example/a/b/c/d/e?x/y",
};
#define RULE_COUNT (sizeof RULES / sizeof *RULES)
#define IS_EXCEPTION(i) ((i) % 4 == 1)

static const char *const PIECES[] = {
    "http://",
    "https://",
    "HTTP:\\\\",
    "ws:",
    "wss:/",
    "ftp://",
    "file://",
    "foo://",
    "//",
    "http",
    "platform.example",
    "other.example",
    "PLATFORM.example.",
    "192.0.2.7",
    "0x7f.1",
    "0300.",
    "3221225991",
    "%77ww.",
    "%2e",
    "@",
    "u:p@",
    ":",
    ":80",
    ":443",
    ":8443",
    ":0065535",
    ":65536",
    "/",
    "/a",
    "/b",
    "/c",
    "/d",
    "/e",
    "/x",
    "/y",
    "/dir/",
    "/.",
    "/..",
    "/%2E",
    "/%2e%2e",
    "\\",
    "?",
    "?q=1",
    "?e='f'",
    "#",
    "#f",
    "/%7Eu",
    "/i.html",
    "/'c'",
    "/%20",
    "%",
    "%4",
    "%zz",
    "%41",
    "\t",
    "\n",
    " ",
    "\x01",
    "\x80",
    "[::1]",
    "<",
    "^",
    ".",
    "..",
    "x",
    "xn--",
    "//b",
    "/b/c/d/e",
};
#define PIECE_COUNT (sizeof PIECES / sizeof *PIECES)

static uint8_t texts[1024];
static blk_url_rule slots[64];
static uint64_t hosts[8], rules[8];
static blk_url_table table = {slots, hosts, rules, texts, 64, 8, 7};

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    (void)argv;
    uint32_t at = 0;
    for (size_t i = 0; i < RULE_COUNT; i++) {
        uint32_t n = (uint32_t)strlen(RULES[i]);
        memcpy(texts + at, RULES[i], n);
        blk_add_url(&table, at, n, IS_EXCEPTION(i));
        at += n;
    }
    CHECK(at + 8 <= sizeof texts, "the texts have room");
    return 0;
}

/* ---- the reference ------------------------------------------------------------------------ */

enum { LEFT = -1 }; /* to the reader of the whole standard */

typedef struct {
    uint8_t octets[MAX_INPUT];
    size_t n;
} Text;

typedef struct {
    int kind; /* as of blk_read_url */
    Text host, path, query;
    uint32_t address;
    long port; /* -1: none */
    int is_opaque;
} Url;

static int is_letter(int c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static int is_digit(int c) { return c >= '0' && c <= '9'; }
static int is_hex(int c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
static int is_in(int c, const char *set) { return c && strchr(set, c) != NULL; }

static void add(Text *text, int c) { text->octets[text->n++] = (uint8_t)c; }

static int begins(const Text *text, size_t at, const char *word) {
    for (; *word; word++, at++) {
        if (at >= text->n || blk_lower(text->octets[at]) != (uint8_t)*word) return 0;
    }
    return 1;
}

static int value_of(const uint8_t *two) {
    char digits[3] = {(char)two[0], (char)two[1], 0};
    return (int)strtol(digits, NULL, 16);
}

/* Strip both ends, drop tabs and line ends. */
static void trim(Text *to, const uint8_t *octets, size_t n) {
    size_t at = 0;
    while (at < n && octets[at] <= 32) at++;
    while (n > at && octets[n - 1] <= 32) n--;
    for (to->n = 0; at < n; at++) {
        if (!is_in(octets[at], "\t\n\r")) add(to, octets[at]);
    }
}

/* Find where the authority begins, and the port of the scheme. */
static size_t skip_scheme(const Text *text, long *port, int *is_opaque, int *has_scheme) {
    static const struct {
        const char *name;
        long port;
    } known[] = {{"http:", 80}, {"https:", 443}, {"ftp:", 21}, {"ws:", 80}, {"wss:", 443}};
    size_t at = 0;
    *port = -1;
    *is_opaque = 0;
    *has_scheme = 1;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (!begins(text, 0, known[i].name)) continue;
        *port = known[i].port;
        for (at = strlen(known[i].name); at < text->n && is_in(text->octets[at], "/\\"); at++) {}
        return at;
    }
    if (begins(text, 0, "file:") && text->n >= 7 && is_in(text->octets[5], "/\\") &&
        is_in(text->octets[6], "/\\")) {
        return 7;
    }
    if (text->n && is_letter(text->octets[0])) {
        while (at < text->n && (is_letter(text->octets[at]) || is_digit(text->octets[at]) ||
                                is_in(text->octets[at], "+-."))) {
            at++;
        }
        if (begins(text, at, "://")) {
            *is_opaque = 1;
            return at + 3;
        }
    }
    *has_scheme = 0;
    for (at = 0; at < text->n && is_in(text->octets[at], "/\\"); at++) {}
    return at >= 2 ? at : 0;
}

static int read_part(const uint8_t *octets, size_t n, uint64_t *value) {
    int base = 10, zeros = 0;
    if (!n) return 0;
    if (n > 1 && octets[0] == '0' && blk_lower(octets[1]) == 'x') {
        base = 16;
        octets += 2;
        n -= 2;
    } else if (octets[0] == '0') {
        base = 8;
    }
    while (n && *octets == '0') {
        octets++;
        n--;
        zeros++;
    }
    if (n > 11) return 0;
    *value = 0;
    for (size_t i = 0; i < n; i++) {
        int digit = is_digit(octets[i]) ? octets[i] - '0'
                    : is_hex(octets[i]) ? blk_lower(octets[i]) - 'a' + 10
                                        : 99;
        if (digit >= base) return 0;
        *value = *value * (uint64_t)base + (uint64_t)digit;
    }
    return 1;
}

static int read_address(const Text *host, uint32_t *address) {
    size_t n = host->n && host->octets[host->n - 1] == '.' ? host->n - 1 : host->n, begin = 0;
    uint64_t parts[4], sum = 0;
    int count = 0;
    for (size_t at = 0; at <= n; at++) {
        if (at < n && host->octets[at] != '.') continue;
        if (count == 4 || !read_part(host->octets + begin, at - begin, &parts[count++])) return 0;
        begin = at + 1;
    }
    for (int i = 0; i + 1 < count; i++) {
        if (parts[i] > 255) return 0;
        sum |= parts[i] << 8 * (3 - i);
    }
    if (parts[count - 1] >> 8 * (5 - count)) return 0;
    *address = (uint32_t)(sum | parts[count - 1]);
    return 1;
}

static int decode(Text *host) {
    Text out;
    out.n = 0;
    int is_bad = 0;
    for (size_t i = 0; i < host->n; i++) {
        int c = host->octets[i];
        if (c == '%') {
            if (host->n - i < 3 || !is_hex(host->octets[i + 1]) || !is_hex(host->octets[i + 2])) {
                is_bad = 1;
                continue;
            }
            c = value_of(host->octets + i + 1);
            i += 2;
            if (c > 127) return LEFT;
            if (c <= 32 || c == 127 || is_in(c, "#/:<>?@[\\]^|%")) is_bad = 1;
        }
        add(&out, c);
    }
    if (out.n > BLK_URL_HOST_ROOM) return LEFT;
    *host = out;
    return is_bad ? BLK_URL_NO_HOST : BLK_URL_NAME;
}

static long read_port(const Text *text, size_t at, size_t end) {
    long port = 0;
    if (at == end) return -1;
    for (; at < end; at++) {
        if (!is_digit(text->octets[at])) return -1;
        port = port > 65535 ? port : port * 10 + text->octets[at] - '0';
    }
    return port > 65535 ? -1 : port;
}

static int find_host(Url *url, const Text *text) {
    long scheme_port;
    int has_scheme, colons = 0, has_escape = 0;
    size_t begin = skip_scheme(text, &scheme_port, &url->is_opaque, &has_scheme), end, colon = 0;
    for (end = begin;
         end < text->n && !is_in(text->octets[end], url->is_opaque ? "/?#" : "/\\?#");) {
        end++;
    }
    for (size_t at = begin; at < end; at++) {
        if (text->octets[at] == '@') begin = at + 1;
    }
    for (size_t at = end; at-- > begin;) {
        int c = text->octets[at];
        if (c > 127 || c <= 32 || c == 127 || is_in(c, "<>[\\]^|")) return LEFT;
        if (c == '%') has_escape = 1;
        if (c == ':') {
            colon = at;
            colons++;
        }
    }
    if (colons > 1 || (url->is_opaque && has_escape)) return LEFT;
    url->port = colons ? read_port(text, colon + 1, end) : -1;
    if (url->port == scheme_port || (!has_scheme && (url->port == 80 || url->port == 443))) {
        url->port = -1;
    }
    for (size_t at = begin; at < (colons ? colon : end); at++) add(&url->host, text->octets[at]);
    for (; end < text->n && text->octets[end] != '#'; end++) {
        if (text->octets[end] == '?' && !url->query.n) {
            for (; end < text->n && text->octets[end] != '#'; end++) {
                add(&url->query, text->octets[end]);
            }
            break;
        }
        add(&url->path, text->octets[end] == '\\' && !url->is_opaque ? '/' : text->octets[end]);
    }
    if (!url->host.n) return BLK_URL_NO_HOST;
    if (url->is_opaque) {
        return is_digit(url->host.octets[url->host.n - 1]) ? LEFT : BLK_URL_NAME;
    }
    if (has_escape) {
        int kind = decode(&url->host);
        if (kind != BLK_URL_NAME) return kind;
        if (!url->host.n) return BLK_URL_NO_HOST;
    }
    return read_address(&url->host, &url->address) ? BLK_URL_IPV4 : BLK_URL_NAME;
}

/* Write a text with every escape in one form. */
static size_t write_text(uint8_t *to, const uint8_t *octets, size_t n, const char *safe) {
    size_t length = 0;
    for (size_t i = 0; i < n; i++) {
        int c = octets[i];
        if (c == '%' && n - i > 2 && is_hex(octets[i + 1]) && is_hex(octets[i + 2])) {
            c = value_of(octets + i + 1);
            i += 2;
            if (!is_letter(c) && !is_digit(c) && !is_in(c, "-._~") &&
                !(c == '\'' && is_in(c, safe))) {
                length += (size_t)sprintf((char *)to + length, "%%%02X", (unsigned)c);
                continue;
            }
        }
        if (is_letter(c) || is_digit(c) || is_in(c, safe)) to[length++] = (uint8_t)c;
        else length += (size_t)sprintf((char *)to + length, "%%%02X", (unsigned)c);
    }
    return length;
}

/* Resolve dot segments: copy those that stay into a list. */
static void resolve(Text *path) {
    static size_t begins_at[MAX_INPUT], lengths[MAX_INPUT];
    Text out;
    size_t count = 0, at = 1, end;
    if (!path->n) return;
    for (;; at = end + 1) {
        for (end = at; end < path->n && path->octets[end] != '/';) end++;
        char plain[8] = "";
        size_t n = 0;
        for (size_t i = at; i < end && n < 4; i++) {
            if (end - i > 2 && path->octets[i] == '%' && path->octets[i + 1] == '2' &&
                blk_lower(path->octets[i + 2]) == 'e') {
                plain[n++] = '.';
                i += 2;
            } else {
                plain[n++] = (char)path->octets[i];
            }
        }
        int is_up = n == 2 && !memcmp(plain, "..", 2), is_here = n == 1 && plain[0] == '.';
        if (is_up && count) count--;
        if (!is_up && !is_here) {
            begins_at[count] = at;
            lengths[count++] = end - at;
        } else if (end >= path->n) {
            begins_at[count] = at;
            lengths[count++] = 0;
        }
        if (end >= path->n) break;
    }
    out.n = 0;
    for (size_t i = 0; i < count; i++) {
        add(&out, '/');
        for (size_t k = 0; k < lengths[i]; k++) add(&out, path->octets[begins_at[i] + k]);
    }
    *path = out;
}

static size_t write_naively(Url *url, uint8_t *to, size_t *path_end) {
    size_t n = 0, host = url->host.n - (url->host.octets[url->host.n - 1] == '.');
    for (size_t i = 0; i < host; i++) to[n++] = blk_lower(url->host.octets[i]);
    if (url->port >= 0) n += (size_t)sprintf((char *)to + n, ":%ld", url->port);
    resolve(&url->path);
    if (!url->path.n) to[n++] = '/';
    n += write_text(to + n, url->path.octets, url->path.n, "/:@!$&'()*+,;=-._~?");
    *path_end = n;
    if (url->query.n > 1) {
        to[n++] = '?';
        n += write_text(to + n, url->query.octets + 1, url->query.n - 1, "/:@!$&()*+,;=-._~?");
    }
    return n;
}

static int find_rule_of(const uint8_t *octets, size_t n) {
    for (size_t i = 0; i < RULE_COUNT; i++) {
        if (strlen(RULES[i]) == n && !memcmp(RULES[i], octets, n)) {
            return IS_EXCEPTION(i) ? BLK_URL_EXCEPTED : BLK_URL_BLOCKED;
        }
    }
    return BLK_URL_NO_RULE;
}

/* The URL itself, its path, then the path up to each slash, with it and without, the longest first.
 */
static int judge_naively(const uint8_t *form, size_t n, size_t path) {
    int found = find_rule_of(form, n);
    if (!found) found = find_rule_of(form, path);
    size_t cut = path < BLK_URL_MAX_PATH ? path : BLK_URL_MAX_PATH;
    const uint8_t *first = (const uint8_t *)memchr(form, '/', path);
    for (size_t at = cut; !found && at-- > 1;) {
        if (form[at] != '/') continue;
        if (at + 1 < cut) found = find_rule_of(form, at + 1);
        if (!found && form + at > first) found = find_rule_of(form, at);
    }
    return found;
}

/* ---- one input --------------------------------------------------------------------------- */

static void check_url(const uint8_t *octets, size_t n, uint8_t before) {
    static uint8_t wanted[MAX_FORM];
    static Text text;
    static Url naive;
    blk_url url;
    /* What stands before the text is readable and must not matter. */
    uint8_t *block = (uint8_t *)malloc(BLK_URL_BEFORE + n);
    CHECK(block, "no memory");
    memset(block, before, BLK_URL_BEFORE);
    if (n) memcpy(block + BLK_URL_BEFORE, octets, n);
    memset(&naive, 0, sizeof naive);
    int kind = blk_read_url(block + BLK_URL_BEFORE, n, &url);
    trim(&text, octets, n);
    int right = find_host(&naive, &text);
    if (right == LEFT) CHECK(kind == BLK_URL_OTHER, "another reader is asked");
    if (kind == BLK_URL_OTHER) {
        int has_tab = 0;
        for (size_t i = 0; i < n; i++) has_tab |= is_in(octets[i], "\t\n\r");
        CHECK(right == LEFT || has_tab || naive.is_opaque, "nothing here needs another reader");
        free(block);
        return;
    }
    CHECK(kind == right, "another kind of host");
    if (kind == BLK_URL_IPV4) CHECK(url.address == naive.address, "another address");
    if (kind != BLK_URL_NO_HOST) {
        CHECK(url.n == naive.host.n && !memcmp(url.end - url.n, naive.host.octets, url.n), "host");
        CHECK(url.port == (naive.port < 0 ? BLK_NO_PORT : (uint32_t)naive.port), "another port");
        for (int i = 1; i <= 32; i++) CHECK(url.end[-i] || 1, "readable");
    }
    if (kind == BLK_URL_NAME) {
        blk_url_form *form = (blk_url_form *)malloc(sizeof *form);
        CHECK(form, "no memory");
        if (blk_begin_form(&url, form) && blk_finish_form(&url, form)) {
            size_t path, length = write_naively(&naive, wanted, &path);
            CHECK(form->length == length && form->path == path, "another length");
            CHECK(!memcmp(form->octets, wanted, length), "another form");
            int found = judge_naively(wanted, length, path);
            int judged = blk_may_have_rules(&table, form->octets, form->host)
                             ? blk_judge_url(&table, form)
                             : BLK_URL_NO_RULE;
            CHECK(judged == found, "another rule decides");
        }
        free(form);
    }
    free(block);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static uint8_t text[MAX_INPUT];
    if (!size || size > MAX_INPUT) return 0;
    uint8_t before = data[0] & 2 ? '.' : '1';
    if (data[0] & 1) {
        check_url(data + 1, size - 1, before);
        return 0;
    }
    size_t n = 0;
    for (size_t i = 1; i < size; i++) {
        const char *piece = PIECES[data[i] % PIECE_COUNT];
        size_t length = strlen(piece);
        if (n + length > MAX_INPUT - 8) break;
        memcpy(text + n, piece, length);
        n += length;
    }
    check_url(text, n, before);
    return 0;
}
