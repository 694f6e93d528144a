/* libblocklist.c: the functions of blocklist.h around kernel.h; see Makefile. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../_core/kernel.h"
#include "blocklist.h"
#include "orders.h"
#include "sha256.h"

struct blk_list {
    blk_image image;
    blk_order_table orders;
    const uint8_t *octets;
    size_t size;
    int is_copy;
    dev_t device; /* of the file, as it was when it was opened */
    ino_t inode;
    struct timespec modified, changed;
    blk_list *next; /* with BLK_ONCE: another that is open */
    uint32_t users; /* with BLK_ONCE: how many have it open */
    int is_settled, is_once;
    char digest[2 * BLK_CHECKSUM_SIZE + 1];
};

uint32_t blk_abi(void) { return BLK_ABI; }

const char *blk_error_text(blk_error error) {
    switch (error) {
        case BLK_OK: return "no error";
        case BLK_ERROR_FOREIGN: return "not a blocklist image, or cut short";
        case BLK_ERROR_VERSION: return "an image of another format version: compile it again";
        case BLK_ERROR_DAMAGED: return "the sections of the image contradict each other";
        case BLK_ERROR_CHECKSUM: return "the image is damaged: its checksum is another";
        case BLK_ERROR_SYSTEM: return "the image cannot be read";
        default: return "unknown error";
    }
}

/* ---- opening ------------------------------------------------------------------------------- */

static void release(blk_list *list) {
    blk_close_orders(&list->orders);
    void *octets = (void *)(uintptr_t)list->octets;
    if (list->is_copy) free(octets);
    else if (octets) munmap(octets, list->size);
    free(list);
}

/* Read the file into memory that nobody else can change or cut short. */
static blk_error copy_file(blk_list *list, int file) {
    uint8_t start[BLK_HEADER_SIZE];
    void *octets;
    size_t done = 0;
    if (pread(file, start, sizeof start, 0) != (ssize_t)sizeof start) return BLK_ERROR_FOREIGN;
    blk_error error = blk_check_start(start, list->size); /* before there is memory for all of it */
    if (error) return error;
    int failed = posix_memalign(&octets, BLK_LINE_SIZE, list->size);
    if (failed) {
        errno = failed;
        return BLK_ERROR_SYSTEM;
    }
    list->octets = (const uint8_t *)octets;
    list->is_copy = 1;
    while (done < list->size) {
        ssize_t got = read(file, (uint8_t *)octets + done, list->size - done);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return BLK_ERROR_SYSTEM;
        if (!got) return BLK_ERROR_FOREIGN; /* cut short meanwhile */
        done += (size_t)got;
    }
    return BLK_OK;
}

static blk_error map_file(blk_list *list, int file) {
    void *octets = mmap(NULL, list->size, PROT_READ, MAP_SHARED, file, 0);
    if (octets == MAP_FAILED) return BLK_ERROR_SYSTEM;
    list->octets = (const uint8_t *)octets;
    return BLK_OK;
}

/* Whether a file that was changed then cannot change again in the same tick of the clock, which
 * would not show. */
static int is_past(struct timespec changed) {
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now)) return 0;
    int64_t seconds = (int64_t)now.tv_sec - changed.tv_sec;
    return seconds > 1 ||
           (seconds >= 0 && seconds * 1000000000 + now.tv_nsec - changed.tv_nsec > 50000000);
}

static blk_error take_file(blk_list *list, const char *path, uint32_t flags) {
    struct stat status;
    /* O_NONBLOCK: a named pipe is no image, but opening one would wait for a writer. */
    blk_error error = BLK_OK;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) return BLK_ERROR_SYSTEM;
    if (fstat(file, &status)) error = BLK_ERROR_SYSTEM;
    else if (!S_ISREG(status.st_mode) || status.st_size < (off_t)BLK_HEADER_SIZE)
        error = BLK_ERROR_FOREIGN;
    if (!error) {
        list->size = (size_t)status.st_size;
        list->device = status.st_dev;
        list->inode = status.st_ino;
        list->modified = status.st_mtim;
        list->changed = status.st_ctim;
        list->is_settled = is_past(status.st_ctim);
        error = flags & BLK_COPY ? copy_file(list, file) : map_file(list, file);
    }
    int reason = errno;
    close(file);
    errno = reason;
    return error;
}

static int is_intact(const blk_list *list) {
    blk_sha256 sha;
    uint8_t digest[BLK_CHECKSUM_SIZE];
    size_t after = BLK_HEADER_CHECKSUM_AT + BLK_CHECKSUM_SIZE;
    blk_sha256_begin(&sha);
    blk_sha256_add(&sha, list->octets, BLK_HEADER_CHECKSUM_AT);
    blk_sha256_add(&sha, list->octets + after, list->size - after);
    blk_sha256_end(&sha, digest);
    return !memcmp(digest, list->octets + BLK_HEADER_CHECKSUM_AT, BLK_CHECKSUM_SIZE);
}

static blk_error read_image(blk_list *list, uint32_t flags) {
    blk_error error = blk_open(&list->image, list->octets, list->size);
    if (error) return error;
    if (flags & (BLK_VERIFY | BLK_COPY) && !is_intact(list)) return BLK_ERROR_CHECKSUM;
    error = blk_open_orders(&list->orders, list->octets, list->size);
    for (size_t i = 0; i < BLK_CHECKSUM_SIZE; i++) {
        static const char digits[] = "0123456789abcdef";
        uint8_t octet = list->octets[BLK_HEADER_CHECKSUM_AT + i];
        list->digest[2 * i] = digits[octet >> 4];
        list->digest[2 * i + 1] = digits[octet & 15];
    }
    return error;
}

static blk_error open_new(blk_list **list, const char *path, uint32_t flags) {
    *list = NULL;
    blk_list *opened = (blk_list *)calloc(1, sizeof *opened);
    if (!opened) return BLK_ERROR_SYSTEM;
    blk_error error = take_file(opened, path, flags);
    if (!error) error = read_image(opened, flags);
    if (error) {
        int reason = errno;
        release(opened);
        errno = reason;
        return error;
    }
    *list = opened;
    return BLK_OK;
}

static pthread_mutex_t once_lock = PTHREAD_MUTEX_INITIALIZER;
static blk_list *once_lists; /* those of BLK_ONCE */

blk_error blk_open_file(blk_list **list, const char *path, uint32_t flags) {
    if (!(flags & BLK_COPY) || !(flags & BLK_ONCE)) return open_new(list, path, flags);
    pthread_mutex_lock(&once_lock);
    for (*list = once_lists; *list && blk_is_current(*list, path) != 1;) *list = (*list)->next;
    blk_error error = BLK_OK;
    if (*list) {
        (*list)->users++;
    } else {
        error = open_new(list, path, flags);
        if (!error && (*list)->is_settled) {
            (*list)->is_once = 1;
            (*list)->users = 1;
            (*list)->next = once_lists;
            once_lists = *list;
        }
    }
    pthread_mutex_unlock(&once_lock);
    return error;
}

void blk_close(blk_list *list) {
    if (!list) return;
    if (list->is_once) {
        pthread_mutex_lock(&once_lock);
        uint32_t left = --list->users;
        blk_list **at = &once_lists;
        while (!left && *at != list) at = &(*at)->next;
        if (!left) *at = list->next;
        pthread_mutex_unlock(&once_lock);
        if (left) return;
    }
    release(list);
}

/* ---- asking -------------------------------------------------------------------------------- */

int blk_query(const blk_list *list, const char *text, size_t length) {
    return blk_is_blocked(&list->image, text, length);
}

int blk_query_wire(const blk_list *list, const uint8_t *wire, size_t length) {
    return blk_is_blocked_wire(&list->image, wire, length);
}

uint32_t blk_query_set(const blk_list *list, const uint8_t *wire, size_t length) {
    blk_place place;
    if (blk_judge_wire(&list->image, wire, length, &place) != BLK_BLOCKED) return BLK_NOT_BLOCKED;
    uint32_t rule = blk_number_at(&list->image, &place);
    uint32_t set = blk_order_set(&list->orders.grounds, rule);
    return set == BLK_NO_SET ? BLK_UNKNOWN_SET : set;
}

int blk_set_reason(const blk_list *list, uint32_t set, char *text, size_t room) {
    if (room) *text = 0;
    return blk_write_orders(&list->orders, set, text, room) ? BLK_CENSORED : BLK_BLOCKED_BY_POLICY;
}

const char *blk_set_text(const blk_list *list, uint32_t set, uint32_t index, int field) {
    uint32_t first, count = blk_set_members(&list->orders.grounds, set, &first);
    if (index >= count) return NULL;
    uint32_t number = blk_set_order(&list->orders.grounds, first + index);
    if (number >= list->orders.count) return NULL;
    const blk_order *order = &list->orders.orders[number];
    blk_text text = field == BLK_ORDER_AUTHORITY ? order->authority : order->response;
    return text.length ? list->orders.texts + text.offset : "";
}

int blk_reason(const blk_list *list, const uint8_t *wire, size_t length, char *text, size_t room) {
    uint32_t set = blk_query_set(list, wire, length);
    if (set != BLK_NOT_BLOCKED) return blk_set_reason(list, set, text, room);
    if (room) *text = 0;
    return 0;
}

int blk_uniform_reason(const blk_list *list, const uint8_t *wire, size_t length,
                       const char *uniform, char *text, size_t room) {
    if (room) *text = 0;
    if (!blk_query_wire(list, wire, length)) return 0;
    blk_write_cut(uniform, text, room);
    return BLK_CENSORED;
}

static int is_same_time(struct timespec one, struct timespec other) {
    return one.tv_sec == other.tv_sec && one.tv_nsec == other.tv_nsec;
}

int blk_is_current(const blk_list *list, const char *path) {
    struct stat status;
    return !stat(path, &status) && status.st_dev == list->device && status.st_ino == list->inode &&
           (uint64_t)status.st_size == list->size && is_same_time(status.st_mtim, list->modified) &&
           is_same_time(status.st_ctim, list->changed);
}

uint32_t blk_edition(const blk_list *list) {
    uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a */
    int64_t times[] = {list->changed.tv_sec, list->changed.tv_nsec, (int64_t)list->inode};
    const uint8_t *parts[] = {list->octets + BLK_HEADER_CHECKSUM_AT, (const uint8_t *)times};
    for (size_t part = 0; part < 2; part++) {
        for (size_t i = 0; i < (part ? sizeof times : BLK_CHECKSUM_SIZE); i++) {
            hash = (hash ^ parts[part][i]) * 0x100000001b3u;
        }
    }
    return (uint32_t)(hash >> 32);
}

uint32_t blk_rules(const blk_list *list) { return list->orders.grounds.rule_count; }

const char *blk_digest(const blk_list *list) { return list->digest; }
