/* ask.c: says of each line of the standard input whether the image blocks it as a name.
 *
 *     cc -O2 ask.c -lblocklist -o ask
 *     printf 'www.example.com\n' | ./ask it.blk [UNIFORM-REASON]
 *
 * A line that begins with a space is a name in wire format, as hexadecimal digits. SIGHUP takes a
 * new image, before the next line; one that cannot be opened leaves the old one in use. */
#define _POSIX_C_SOURCE 200809L

#include <blocklist.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *uniform_reason; /* what is told of every block in place of the orders */
static volatile sig_atomic_t is_reload_wanted;

static void want_reload(int number) {
    (void)number;
    is_reload_wanted = 1;
}

static blk_list *open_list(const char *path) {
    blk_list *list;
    blk_error error = blk_open_file(&list, path, BLK_COPY);
    if (error == BLK_ERROR_SYSTEM) fprintf(stderr, "%s: %s\n", path, strerror(errno));
    else if (error) fprintf(stderr, "%s: %s\n", path, blk_error_text(error));
    return list;
}

/* Return the octets that hexadecimal digits stand for, at the place of the digits. */
static size_t read_digits(char *text) {
    size_t n = 0;
    for (char *at = text; at[0] && at[1]; at += 2) {
        char digits[3] = {at[0], at[1], 0};
        text[n++] = (char)strtoul(digits, NULL, 16);
    }
    return n;
}

static void answer(const blk_list *list, char *line, size_t length) {
    char orders[256];
    if (*line != ' ') {
        puts(blk_query(list, line, length) ? "blocked" : "free");
        return;
    }
    const uint8_t *wire = (const uint8_t *)line + 1;
    length = read_digits(line + 1);
    int code = uniform_reason
                   ? blk_uniform_reason(list, wire, length, uniform_reason, orders, sizeof orders)
                   : blk_reason(list, wire, length, orders, sizeof orders);
    if (code) printf("blocked %d %s\n", code, orders);
    else puts("free");
}

int main(int count, char **arguments) {
    if (count < 2 || count > 3 || blk_abi() != BLK_ABI) {
        fputs("usage: ask IMAGE [UNIFORM-REASON] < NAMES\n", stderr);
        return 2;
    }
    uniform_reason = arguments[2]; /* NULL unless given */
    blk_list *list = open_list(arguments[1]);
    if (!list) return 1;
    struct sigaction action = {.sa_handler = want_reload, .sa_flags = SA_RESTART};
    sigaction(SIGHUP, &action, NULL);
    fprintf(stderr, "%u rules, image %.12s\n", (unsigned)blk_rules(list), blk_digest(list));
    setvbuf(stdout, NULL, _IOLBF, 0);

    char *line = NULL;
    size_t room = 0;
    for (ssize_t n; (n = getline(&line, &room, stdin)) >= 0;) {
        if (is_reload_wanted) {
            is_reload_wanted = 0;
            blk_list *opened = open_list(arguments[1]);
            if (opened) {
                blk_close(list); /* no other thread has it */
                list = opened;
            }
        }
        if (n && line[n - 1] == '\n') line[--n] = 0;
        answer(list, line, (size_t)n);
    }
    free(line);
    blk_close(list);
    return 0;
}
