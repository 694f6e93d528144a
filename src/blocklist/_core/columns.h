/* columns.h: columns of Arrow, read where they lie, without the GIL. A part of _native.c. */
#ifndef BLOCKLIST_COLUMNS_H
#define BLOCKLIST_COLUMNS_H

#define PENDING 32 /* blocked rows whose numbers are found together */

/* What is asked about each row: a bit, the number of the rule that blocks, or that of its set of
 * orders; -1 for none. */
enum { ASK_BLOCKED = 0, ASK_RULE = 1, ASK_SET = 2 };

/* A column of strings, or of names in wire format: `width` octets an offset (4 or 8), or 16 for
 * views. */
typedef struct {
    const uint8_t *validity, *index;
    const Py_buffer *data; /* one, or those that views point into */
    Py_ssize_t data_count, index_length, validity_length;
    int width, is_wire;
} Column;

/* A row: its octets, and how many before its end may be read. */
typedef struct {
    const uint8_t *octets;
    size_t n, readable;
    /* A name before which as many octets may not be readable, or one from the wire. */
    uint8_t window[BLK_WINDOW + BLK_MAX_NAME_OCTETS];
} Row;

/* Find the octets of a row; 0 where the column contradicts itself. */
static int read_row(const Column *column, Py_ssize_t number, Row *row) {
    const uint8_t *at = column->index, *base;
    if (column->width == 16) {
        at += number * 16;
        int32_t length, place[2];
        memcpy(&length, at, 4);
        memcpy(place, at + 8, 8);
        if (length < 0) return 0;
        row->n = (size_t)length;
        row->octets = at + 4;
        base = column->index;
        if (length > 12) {
            if (place[0] < 0 || place[0] >= column->data_count || place[1] < 0) return 0;
            const Py_buffer *data = &column->data[place[0]];
            if (place[1] > data->len || length > data->len - place[1]) return 0;
            base = (const uint8_t *)data->buf;
            row->octets = base + place[1];
        }
    } else {
        int64_t low, high;
        if (column->width == 4) {
            int32_t offsets[2];
            memcpy(offsets, at + number * 4, 8);
            low = offsets[0];
            high = offsets[1];
        } else {
            int64_t offsets[2];
            memcpy(offsets, at + number * 8, 16);
            low = offsets[0];
            high = offsets[1];
        }
        if (low < 0 || high < low || high > column->data[0].len) return 0;
        row->n = (size_t)(high - low);
        base = row->n ? (const uint8_t *)column->data[0].buf : column->index;
        row->octets = row->n ? base + low : base;
    }
    row->readable = (size_t)(row->octets - base) + row->n;
    return 1;
}

static int is_ascii(const uint8_t *octets, size_t n) {
    size_t i = 0;
    for (; n - i >= 8; i += 8) {
        if (blk_u64(octets + i) & 0x8080808080808080u) return 0;
    }
    for (; i < n; i++) {
        if (octets[i] & 0x80) return 0;
    }
    return 1;
}

/* Find where the name of a row ends and how long it is; 0 if it is no name, or -1 for Python. */
BLK_INLINE int find_name(const Column *column, Row *row, const uint8_t **end, size_t *n) {
    if (column->is_wire) {
        if (row->readable > BLK_WINDOW) {
            *n = blk_read_short_wire(row->window, row->octets, row->n);
            *end = row->window + BLK_WINDOW;
            if (*n) return 1;
        }
        int length = blk_read_wire(row->window + BLK_WINDOW, row->octets, row->n);
        if (length <= 0) return 0;
        memset(row->window, 0, BLK_WINDOW);
        *n = (size_t)length;
        *end = row->window + BLK_WINDOW + length;
        return 1;
    }
    if (!is_ascii(row->octets, row->n)) return -1;
    *n = row->n - (row->n && row->octets[row->n - 1] == '.');
    *end = row->octets + *n;
    if (row->readable <= BLK_WINDOW && *n <= BLK_WINDOW) { /* with a final dot, perhaps */
        memset(row->window, 0, BLK_WINDOW);
        memcpy(row->window + BLK_WINDOW - *n, row->octets, *n);
        *end = row->window + BLK_WINDOW;
    }
    return 1;
}

/* Blocked rows whose numbers are not found yet: what that reads is on its way meanwhile. */
typedef struct {
    blk_place places[PENDING];
    Py_ssize_t rows[PENDING];
    int count;
} Pending;

/* Write the numbers of the rules or sets of pending rows; 0 if the image contradicts itself. */
BLK_INLINE int settle(const Core *core, Pending *pending, int ask, int32_t *out) {
    uint32_t numbers[PENDING];
    for (int i = 0; i < pending->count; i++) {
        numbers[i] = blk_number_at(&core->image, &pending->places[i]);
        if (numbers[i] >= core->grounds.rule_count || numbers[i] > INT32_MAX) return 0;
        if (ask == ASK_SET) blk_prefetch_set(&core->grounds, numbers[i]);
    }
    for (int i = 0; i < pending->count; i++) {
        uint32_t number = numbers[i];
        if (ask == ASK_SET) number = blk_order_set(&core->grounds, number);
        if (number > INT32_MAX) return 0;
        out[pending->rows[i]] = (int32_t)number;
    }
    pending->count = 0;
    return 1;
}

/* Rows that need Python. */
typedef struct {
    Py_ssize_t *rows;
    Py_ssize_t count, room;
} Others;

static int add_other(Others *others, Py_ssize_t row) {
    if (others->count == others->room) {
        Py_ssize_t room = others->room ? 2 * others->room : 256;
        Py_ssize_t *grown =
            (Py_ssize_t *)PyMem_RawRealloc(others->rows, (size_t)room * sizeof *grown);
        if (!grown) return 0;
        others->rows = grown;
        others->room = room;
    }
    others->rows[others->count++] = row;
    return 1;
}

enum { READ = 0, BAD_COLUMN = -1, NO_MEMORY = -2, BAD_IMAGE = -3 };

/* Answer for rows first to first + count, without the GIL: `out` holds zeros for bits, else -1. */
BLK_INLINE int read_column(const Core *core, const Column *column, int ask, Py_ssize_t first,
                           Py_ssize_t count, void *out, Others *others) {
    const blk_image *image = &core->image;
    Pending pending;
    pending.count = 0;
    /* Where all rules have one set of orders, which rule it is does not matter. */
    int has_places = ask == ASK_RULE || (ask == ASK_SET && core->grounds.set_count != 1);
    for (Py_ssize_t at = 0; at < count; at += GROUP) {
        Row rows[GROUP];
        const uint8_t *ends[GROUP]; /* of the names, without a final dot */
        size_t sizes[GROUP];
        uint64_t hashes[GROUP];
        uint8_t asks[GROUP];
        int here = (int)(count - at < GROUP ? count - at : GROUP);
        for (int i = 0; i < here; i++) {
            Py_ssize_t number = first + at + i;
            asks[i] = 0;
            if (column->validity && !(column->validity[number >> 3] >> (number & 7) & 1)) continue;
            if (!read_row(column, number, &rows[i])) return BAD_COLUMN;
            int found = find_name(column, &rows[i], &ends[i], &sizes[i]);
            if (found < 0 && !add_other(others, at + i)) return NO_MEMORY;
            if (found > 0) asks[i] = blk_prepare(image, ends[i], sizes[i], &hashes[i]) ? 2 : 1;
        }
        for (int i = 0; i < here; i++) {
            if (asks[i] == 2) asks[i] = (uint8_t)blk_may_hold(image, hashes[i]);
        }
        for (int i = 0; i < here; i++) {
            if (!asks[i]) continue;
            blk_place *place = has_places ? &pending.places[pending.count] : NULL;
            int decision = place ? blk_find_rule(image, ends[i], sizes[i], place)
                                 : blk_decide(image, ends[i], sizes[i]);
            if (decision == BLK_ESCAPED) {
                decision = blk_judge_text(image, rows[i].octets, rows[i].n, place);
            }
            if (ask == ASK_BLOCKED) {
                ((uint8_t *)out)[(at + i) >> 3] |= (uint8_t)(decision << ((at + i) & 7));
            } else if (decision && !has_places) {
                ((int32_t *)out)[at + i] = 0;
            } else if (decision) {
                blk_prefetch_number(image, place);
                pending.rows[pending.count++] = at + i;
                if (pending.count == PENDING && !settle(core, &pending, ask, (int32_t *)out))
                    return BAD_IMAGE;
            }
        }
    }
    return !has_places || settle(core, &pending, ask, (int32_t *)out) ? READ : BAD_IMAGE;
}

/* Answer for the rows that are not ASCII, with the GIL; -1 with an exception. */
static int ask_others(Core *self, const Column *column, int ask, Py_ssize_t first,
                      const Others *others, void *out) {
    for (Py_ssize_t i = 0; i < others->count; i++) {
        Row row;
        PyObject *name = NULL;
        Pending pending;
        Py_ssize_t at = others->rows[i];
        if (read_row(column, first + at, &row)) { /* it was, unless somebody writes there */
            name = PyUnicode_DecodeUTF8((const char *)row.octets, (Py_ssize_t)row.n,
                                        "surrogateescape");
        }
        int answer = name ? decide_other(self, name, &pending.places[0]) : -1;
        Py_XDECREF(name);
        if (answer < 0) {
            if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "the column was changed");
            return -1;
        }
        if (!answer) continue;
        pending.rows[0] = at;
        pending.count = 1;
        if (ask == ASK_BLOCKED) {
            ((uint8_t *)out)[at >> 3] |= (uint8_t)(1 << (at & 7));
        } else if (!settle(self, &pending, ask, (int32_t *)out)) {
            PyErr_SetString(PyExc_IndexError, CONTRADICTION);
            return -1;
        }
    }
    return 0;
}

/* Answer for all rows; the octets of the answers, or NULL with an exception. */
static PyObject *answer_rows(Core *self, const Column *column, int ask, Py_ssize_t first,
                             Py_ssize_t count) {
    Others others = {NULL, 0, 0};
    int status = READ;
    PyObject *answers =
        PyBytes_FromStringAndSize(NULL, ask == ASK_BLOCKED ? (count + 7) / 8 : 4 * count);
    if (!answers) return NULL;
    if (enter(self)) { /* only now: taking the buffers may have run anything */
        Py_DECREF(answers);
        return NULL;
    }
    void *out = PyBytes_AS_STRING(answers);
    memset(out, ask == ASK_BLOCKED ? 0 : 0xff, (size_t)PyBytes_GET_SIZE(answers));
    Py_BEGIN_ALLOW_THREADS
    switch (ask) {
        case ASK_BLOCKED:
            status = read_column(self, column, ASK_BLOCKED, first, count, out, &others);
            break;
        case ASK_RULE:
            status = read_column(self, column, ASK_RULE, first, count, out, &others);
            break;
        default: status = read_column(self, column, ASK_SET, first, count, out, &others);
    }
    Py_END_ALLOW_THREADS
    if (status == BAD_COLUMN)
        PyErr_SetString(PyExc_ValueError, "an offset of the column lies outside its data");
    else if (status == BAD_IMAGE) PyErr_SetString(PyExc_IndexError, CONTRADICTION);
    else if (status == NO_MEMORY) PyErr_NoMemory();
    else if (ask_others(self, column, ask, first, &others, out)) status = BAD_COLUMN;
    PyMem_RawFree(others.rows);
    leave(self);
    if (status != READ) Py_CLEAR(answers);
    return answers;
}

PyDoc_STRVAR(
    ask_column_doc,
    "ask_column($self, ask, width, is_wire, buffers, first, count, /)\n--\n\n"
    "Answer for rows of a string column of Arrow; the GIL is released.\n\n"
    "ask: 0 for a bitmap of what is blocked, 1 for the number of the rule that blocks each name, 2 "
    "for that of its set of orders, as int32 of this machine and -1 for none. width: octets of an "
    "offset, 4 or 8, or 16 for views; is_wire: whether the rows hold DNS wire format; buffers: of "
    "the array, validity first. IndexError if the image contradicts itself.");

static PyObject *ask_column(Core *self, PyObject *args) {
    int ask, width, is_wire;
    Py_ssize_t first, count, held = 0;
    PyObject *buffers, *answers = NULL;
    Py_buffer *views;
    if (!PyArg_ParseTuple(args, "iipO!nn", &ask, &width, &is_wire, &PyTuple_Type, &buffers, &first,
                          &count))
        return NULL;
    Py_ssize_t total = PyTuple_GET_SIZE(buffers);
    if (ask < ASK_BLOCKED || ask > ASK_SET || (width != 4 && width != 8 && width != 16) ||
        total < 2 || total > PY_SSIZE_T_MAX / 128 || (width != 16 && total != 3) || first < 0 ||
        count < 0 || first > PY_SSIZE_T_MAX / 32 - count) {
        PyErr_SetString(PyExc_ValueError, "not the buffers of a string column");
        return NULL;
    }
    views = (Py_buffer *)PyMem_Calloc((size_t)total, sizeof *views);
    if (!views) return PyErr_NoMemory();
    for (; held < total; held++) {
        PyObject *buffer = PyTuple_GET_ITEM(buffers, held);
        if (buffer != Py_None && PyObject_GetBuffer(buffer, &views[held], PyBUF_SIMPLE)) goto done;
    }
    Column column = {views[0].buf, views[1].buf, views + 2, total - 2,
                     views[1].len, views[0].len, width,     is_wire};
    if ((count && column.index_length / width < first + count + (width != 16)) ||
        (column.validity && column.validity_length < (first + count + 7) / 8)) {
        PyErr_SetString(PyExc_ValueError, "a buffer of the column is too short");
        goto done;
    }
    answers = answer_rows(self, &column, ask, first, count);
done:
    while (held--) {
        if (views[held].obj) PyBuffer_Release(&views[held]);
    }
    PyMem_Free(views);
    return answers;
}

#endif
