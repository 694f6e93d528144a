/* blocklist.h: ask a blocklist image from C, C++, or through a foreign function interface.
 *
 *     blk_list *list;
 *     blk_error error = blk_open_file(&list, "/var/lib/blocklist/it.blk", BLK_COPY);
 *     if (error) fprintf(stderr, "%s\n", blk_error_text(error));
 *     else if (blk_query(list, "www.example.com", 15)) ...;
 *
 * An open list never changes: any number of threads may ask at once, without a lock, and nothing is
 * allocated by asking. To take a new image, open it beside the old one, let the readers use it, and
 * close the old one once none of them can still hold it.
 *
 * With BLK_COPY nothing that is done to the file changes answers. Without it the file is mapped,
 * and many processes share its memory; replace it then only by a rename, as `blocklist compile`
 * does: writing into it in place changes the answers, and cutting it short ends the process
 * (SIGBUS).
 *
 * No signature is verified: BLK_VERIFY and BLK_COPY find damage, not forgery. Of signed images give
 * it a file that `blocklist verify --key` or `blocklist run` took, from a folder to which no other
 * user writes.
 *
 * POSIX systems. Link with -lblocklist.
 */
#ifndef BLOCKLIST_H
#define BLOCKLIST_H

#include <stddef.h>
#include <stdint.h>

#include "blk_error.h"

#if defined(__GNUC__) || defined(__clang__)
#define BLK_API __attribute__((visibility("default")))
#else
#define BLK_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Of this header. It changes when a program that was compiled with an older one would not run. */
#define BLK_ABI 1u

/* For blk_open_file: compare the checksum, which reads all of the file. Without it a damaged file
 * may give wrong answers, but no read outside of it. */
#define BLK_VERIFY 1u
/* For blk_open_file: answer from a private copy in memory, whose checksum is compared there. */
#define BLK_COPY 2u
/* With BLK_COPY: threads of a process that open the same file have one copy, which is released with
 * the last of their lists. Opening and closing then wait for each other; asking never waits. */
#define BLK_ONCE 4u

/* What blk_reason returns, apart from 0. */
enum {
    BLK_BLOCKED_BY_POLICY = 15, /* the operator's own policy alone */
    BLK_CENSORED = 16           /* an authority ordered it */
};

typedef struct blk_list blk_list;

/* The BLK_ABI that the library was built with; a program that loads it by hand should compare. */
BLK_API uint32_t blk_abi(void);

/* Map or copy an image; BLK_OK, and `*list` is to be closed later, or an error, and `*list` is
 * NULL. */
BLK_API blk_error blk_open_file(blk_list **list, const char *path, uint32_t flags);

/* Release it. Nobody may ask it any more. NULL is ignored. */
BLK_API void blk_close(blk_list *list);

/* An English sentence about an error of blk_open_file, which lives for ever. */
BLK_API const char *blk_error_text(blk_error error);

/* 1 if a rule blocks the name, else 0. Total: any octets may be given, and what is no name is not
 * blocked. Text is as resolvers print it: any case, RFC 1035 escapes, at most one final dot,
 * U-labels as A-labels; `length` octets, without a NUL. */
BLK_API int blk_query(const blk_list *list, const char *text, size_t length);

/* The same for uncompressed DNS wire format, any case, with its root label: exactly `length`
 * octets. */
BLK_API int blk_query_wire(const blk_list *list, const uint8_t *wire, size_t length);

/* Why a name (wire format) is blocked, for the answer to the client and for logs: the INFO-CODE of
 * an Extended DNS Error (RFC 8914), BLK_CENSORED or BLK_BLOCKED_BY_POLICY, or 0 if it is not
 * blocked.
 *
 * The ids of the orders go to `text`, with ", " between them, as many as fit `room` octets with a
 * NUL at the end: UTF-8, control characters as '?'. Confidential orders are not named, so it may be
 * empty. */
BLK_API int blk_reason(const blk_list *list, const uint8_t *wire, size_t length, char *text,
                       size_t room);

/* The same for a list whose answers are not to tell who ordered a block, nor whether that is
 * confidential: BLK_CENSORED for every blocked name, else 0. `uniform` (UTF-8, with a NUL) goes to
 * `text`, control characters as '?'; one that does not fit is cut and ends with an ellipsis. */
BLK_API int blk_uniform_reason(const blk_list *list, const uint8_t *wire, size_t length,
                               const char *uniform, char *text, size_t room);

/* What blk_query_set returns, apart from numbers: the name is blocked, and the image contradicts
 * itself about the orders; or the name is not blocked. */
#define BLK_UNKNOWN_SET 0xfffffffeu
#define BLK_NOT_BLOCKED 0xffffffffu

/* Which set of orders blocks a name (wire format), as a number, so that what is made for one name
 * is kept for all that the same orders block; or BLK_NOT_BLOCKED. The numbers are those of this
 * list: of another image they mean other orders. */
BLK_API uint32_t blk_query_set(const blk_list *list, const uint8_t *wire, size_t length);

/* As blk_reason, for a number of blk_query_set. */
BLK_API int blk_set_reason(const blk_list *list, uint32_t set, char *text, size_t room);

/* For blk_set_text. */
enum {
    BLK_ORDER_AUTHORITY =
        0,                 /* the key of the authority, "operator" for the operator's own policy */
    BLK_ORDER_RESPONSE = 1 /* what the order demands to be answered; "" if nothing */
};

/* A text of the order at `index`, from 0, in a set, confidential ones as well; NULL after the last.
 * It is to choose an answer by, not to be shown. UTF-8, control characters as '?'; it lives as long
 * as the list. */
BLK_API const char *blk_set_text(const blk_list *list, uint32_t set, uint32_t index, int field);

/* 1 while the path leads to the file that was opened, unchanged; 0 if a new one is there, or none.
 */
BLK_API int blk_is_current(const blk_list *list, const char *path);

/* A number that tells the file that was opened from others, also from one of the same octets that
 * was written at another time: for the keys of caches. Equal in all threads that open one file. */
BLK_API uint32_t blk_edition(const blk_list *list);

/* How many rules there are, exceptions included. */
BLK_API uint32_t blk_rules(const blk_list *list);

/* The SHA-256 of the image, 64 hexadecimal digits; equal for equal lists on every machine. */
BLK_API const char *blk_digest(const blk_list *list);

#ifdef __cplusplus
}
#endif

#endif
