/* blk_error.h: what opening an image returns, in kernel.h and in blocklist.h. */
#ifndef BLK_ERROR_H
#define BLK_ERROR_H

typedef enum {
    BLK_OK = 0,
    BLK_ERROR_FOREIGN = -1,  /* not an image, or cut short */
    BLK_ERROR_VERSION = -2,  /* an image of another format version */
    BLK_ERROR_DAMAGED = -3,  /* sections are missing or contradict each other */
    BLK_ERROR_CHECKSUM = -4, /* the checksum does not fit the content; blk_open leaves it alone */
    BLK_ERROR_SYSTEM = -5    /* of blocklist.h alone: errno says what, such as ENOENT or ENOMEM */
} blk_error;

#endif
