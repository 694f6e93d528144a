/* threads.c: threads ask one list while another thread opens, switches and closes images, and
 * others open, ask and close the one copy that they share.
 *
 *     threads IMAGE
 *
 * Linked with --wrap for malloc and its kin, which count: asking must not allocate. */
#define _POSIX_C_SOURCE 200809L

#include <blocklist.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { THREADS = 4, SWITCHES = 200, SHARERS = 3 };

static _Atomic(blk_list *) current;
static atomic_ulong asked[THREADS], allocations;
static atomic_int is_over, wrong;
static _Thread_local int is_counting;

void *__real_malloc(size_t n);
void *__real_calloc(size_t count, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t count, size_t n);

void *__wrap_malloc(size_t n) {
    if (is_counting) atomic_fetch_add(&allocations, 1);
    return __real_malloc(n);
}

void *__wrap_calloc(size_t count, size_t n) {
    if (is_counting) atomic_fetch_add(&allocations, 1);
    return __real_calloc(count, n);
}

static void *ask(void *argument) {
    atomic_ulong *own = (atomic_ulong *)argument;
    static const char blocked[] = "WWW.A.example.", free_name[] = "nota.example";
    static const uint8_t wire[] = "\3www\1A\7example", pattern[] = "\1x\7kIckass\3org";
    char text[64];
    is_counting = 1;
    while (!atomic_load(&is_over)) {
        const blk_list *list = atomic_load(&current);
        int right = blk_query(list, blocked, sizeof blocked - 1) == 1 &&
                    blk_query(list, free_name, sizeof free_name - 1) == 0 &&
                    blk_query_wire(list, pattern, sizeof pattern) == 1 &&
                    blk_set_reason(list, blk_query_set(list, wire, sizeof wire), text, 1) == 15 &&
                    blk_query_set(list, wire + 4, sizeof wire - 5) == BLK_NOT_BLOCKED &&
                    blk_reason(list, wire, sizeof wire, text, sizeof text) == 15 &&
                    !strcmp(text, "it:test:1");
        if (!right) atomic_store(&wrong, 1);
        atomic_fetch_add(own, 1); /* no list is held between two questions */
    }
    return NULL;
}

static void *share(void *path) {
    for (int i = 0; i < SWITCHES; i++) {
        blk_list *one, *other;
        if (blk_open_file(&one, (const char *)path, BLK_COPY | BLK_ONCE) ||
            blk_open_file(&other, (const char *)path, BLK_COPY | BLK_ONCE) || one != other ||
            blk_query(one, "a.example", 9) != 1) {
            atomic_store(&wrong, 1);
            return NULL;
        }
        blk_close(one);
        if (blk_query(other, "b.example", 9)) atomic_store(&wrong, 1);
        blk_close(other);
    }
    return NULL;
}

/* Wait until each thread has begun another question, so that none can have what was switched. */
static void wait_for_all(void) {
    for (int i = 0; i < THREADS; i++) {
        unsigned long before = atomic_load(&asked[i]);
        while (atomic_load(&asked[i]) < before + 2) {
            struct timespec moment = {0, 50000};
            nanosleep(&moment, NULL);
        }
    }
}

int main(int count, char **arguments) {
    pthread_t threads[THREADS], sharers[SHARERS];
    blk_list *list;
    is_counting = 1;
    if (count != 2 || blk_open_file(&list, arguments[1], BLK_COPY)) return 2;
    is_counting = 0;
    if (!atomic_exchange(&allocations, 0)) return 3; /* it does count */
    atomic_store(&current, list);
    for (int i = 0; i < THREADS; i++) {
        if (pthread_create(&threads[i], NULL, ask, &asked[i])) return 2;
    }
    for (int i = 0; i < SHARERS; i++) {
        if (pthread_create(&sharers[i], NULL, share, arguments[1])) return 2;
    }
    for (int i = 0; i < SWITCHES; i++) {
        blk_list *opened;
        if (blk_open_file(&opened, arguments[1], BLK_COPY)) return 2;
        blk_list *old = atomic_exchange(&current, opened);
        wait_for_all();
        blk_close(old);
    }
    atomic_store(&is_over, 1);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < SHARERS; i++) pthread_join(sharers[i], NULL);
    blk_close(atomic_load(&current));
    printf("%d wrong, %lu allocations\n", atomic_load(&wrong), atomic_load(&allocations));
    return 0;
}
