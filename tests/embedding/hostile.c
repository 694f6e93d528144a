/* hostile.c: opens damaged copies of an image without asking for the checksum, and asks them.
 *
 *     hostile IMAGE FOLDER ROUNDS < NAMES
 *
 * Built with sanitizers: nothing outside of an image may be read. A name a line, as hexadecimal
 * digits of its wire format. Each round changes some octets, or cuts the file. */
#include <blocklist.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state = 88172645463325252u;

static uint64_t next(uint64_t below) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % below;
}

int main(int count, char **arguments) {
    static uint8_t octets[1 << 20], changed[1 << 20], names[4096][300];
    static size_t lengths[4096];
    char line[1024], path[1024];
    size_t name_count = 0, blocked = 0, opened = 0;
    if (count != 4) return 2;
    FILE *file = fopen(arguments[1], "rb");
    size_t size = file ? fread(octets, 1, sizeof octets, file) : 0;
    if (!size) return 2;
    fclose(file);
    snprintf(path, sizeof path, "%s/changed.blk", arguments[2]);
    while (name_count < 4096 && fgets(line, sizeof line, stdin)) {
        size_t n = 0;
        for (char *at = line; at[0] >= '0' && n < 300; at += 2) {
            char digits[3] = {at[0], at[1], 0};
            names[name_count][n++] = (uint8_t)strtoul(digits, NULL, 16);
        }
        lengths[name_count++] = n;
    }
    for (long round = 0; round < atol(arguments[3]); round++) {
        size_t kept = size;
        memcpy(changed, octets, size);
        if (next(20) == 0) kept = (size_t)next(size);
        uint64_t changes = round ? 1 + next(12) : 0;
        for (uint64_t i = 0; i < changes; i++) {
            uint64_t from = next(2) ? 64 : next(2) ? size / 2 : 0;
            uint8_t octet = next(3) ? (uint8_t)next(256) : (uint8_t)"\"\\{}[],:u"[next(9)];
            changed[from + next(size - from)] = octet;
        }
        file = fopen(path, "wb");
        if (!file || fwrite(changed, 1, kept, file) != kept) return 2;
        fclose(file);
        blk_list *list;
        if (blk_open_file(&list, path, 0)) continue;
        opened++;
        for (size_t i = 0; i < name_count; i++) {
            /* Exactly as long as they are, so that ASan sees each octet beside them. */
            size_t n = lengths[i], room = (size_t)next(40);
            uint8_t *name = (uint8_t *)malloc(n ? n : 1);
            char *text = (char *)malloc(room ? room : 1);
            if (n) memcpy(name, names[i], n);
            blocked += blk_reason(list, name, n, text, room) != 0;
            blocked += (size_t)blk_query(list, (const char *)name, n);
            if (room && strlen(text) >= room) return 3;
            /* Numbers of another list, too: any may be given. */
            uint32_t set = next(4) ? blk_query_set(list, name, n) : (uint32_t)next(UINT32_MAX);
            const char *field;
            for (uint32_t at = 0; at < 9; at++) {
                if ((field = blk_set_text(list, set, at, at % 3 != 0)))
                    blocked += strlen(field) > 60;
            }
            if (blk_set_reason(list, set, text, room) < 15) return 4;
            free(name);
            free(text);
        }
        blk_close(list);
    }
    printf("%zu opened, %zu blocked\n", opened, blocked);
    return 0;
}
