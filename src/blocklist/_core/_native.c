/* The native core: binds kernel.h to Python. The twin of _pure.py, with the same answers.
 *
 * Multi-phase initialisation, a heap type and no static state, so that the module lives through
 * Py_Finalize and Py_Initialize (Unbound does that at every reload) and in subinterpreters. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <structmember.h>

#include "kernel.h"
#include "moduleslots.h"
#include "rows.h"

#define GROUP 16 /* names decided together, so that their cache misses overlap */
#define AHEAD 32 /* names whose objects are prefetched */
#define CONTRADICTION "the sections of the image contradict each other"

typedef struct {
    PyObject_HEAD
    blk_image image;
    blk_grounds grounds;
    Py_buffer octets;
    PyObject *query_name;                           /* Python's, for names that are not ASCII */
    PyObject *ipv4_type, *ipv6_type, *read_address; /* Python's, and for other addresses */
    blk_translator *translators;
    blk_nat64 nat64;
    Py_ssize_t users; /* questions that are under way */
    int is_closed, holds_octets;
} Core;

/* ---- one name ---------------------------------------------------------------------------- */

static void release_octets(Core *self) {
#ifndef Py_GIL_DISABLED
    if (self->holds_octets) {
        self->holds_octets = 0;
        PyBuffer_Release(&self->octets);
    }
#else
    (void)self; /* other threads may be inside: the octets go with the object */
#endif
}

/* Begin a question during which Python code may run, here or in another thread, and close the
 * blocklist: the octets stay until the last such question has left. */
static int enter(Core *self) {
    if (self->is_closed) {
        PyErr_SetString(PyExc_ValueError, "the blocklist is closed");
        return -1;
    }
#ifndef Py_GIL_DISABLED
    self->users++;
#endif
    return 0;
}

static void leave(Core *self) {
#ifndef Py_GIL_DISABLED
    if (!--self->users && self->is_closed) release_octets(self);
#else
    (void)self;
#endif
}

/* A key of query_name, or text that it need not see. */
static int decide_text(const Core *self, const uint8_t *text, size_t n, blk_place *place) {
    return blk_judge_text(&self->image, text, n, place);
}

/* What is neither plain ASCII nor bytes: other scripts through query_name, other types refused.
 * Where it is blocked, the rule is put into `place`, unless that is NULL. */
static int decide_other(Core *self, PyObject *name, blk_place *place) {
    if (PyBytes_Check(name)) {
        return blk_judge_wire(&self->image, (const uint8_t *)PyBytes_AS_STRING(name),
                              (size_t)PyBytes_GET_SIZE(name), place);
    }
    if (!PyUnicode_Check(name)) {
        PyErr_Format(PyExc_TypeError, "name must be str or bytes, not %s", Py_TYPE(name)->tp_name);
        return -1;
    }
    if (PyUnicode_IS_ASCII(name)) { /* escapes, or a subclass whose octets stand elsewhere */
        return decide_text(self, PyUnicode_1BYTE_DATA(name), (size_t)PyUnicode_GET_LENGTH(name),
                           place);
    }
    if (enter(self)) return -1;
    PyObject *plain = PyUnicode_FromObject(name);
    PyObject *key = plain ? PyObject_CallOneArg(self->query_name, plain) : NULL;
    int answer = key ? 0 : -1;
    if (key && PyUnicode_Check(key) && PyUnicode_IS_ASCII(key)) {
        answer =
            decide_text(self, PyUnicode_1BYTE_DATA(key), (size_t)PyUnicode_GET_LENGTH(key), place);
    }
    Py_XDECREF(plain);
    Py_XDECREF(key);
    leave(self);
    return answer;
}

/* Whether the octets stand right behind the head of the object, which is longer than 32. */
#define HAS_HEAD(name) (PyUnicode_Check(name) && PyUnicode_IS_COMPACT_ASCII(name))

static inline const uint8_t *read_octets(PyObject *name, size_t *n) {
    const uint8_t *octets = (const uint8_t *)((PyASCIIObject *)name + 1);
    size_t length = (size_t)((PyASCIIObject *)name)->length;
    if (length && octets[length - 1] == '.') length--;
    *n = length;
    return octets + length;
}

_Static_assert(sizeof(PyASCIIObject) >= BLK_WINDOW,
               "the window of a short name begins inside the object");

static inline int decide(Core *self, PyObject *name) {
    if (HAS_HEAD(name)) {
        size_t n;
        const uint8_t *end = read_octets(name, &n);
        int decision = blk_decide(&self->image, end, n);
        if (decision != BLK_ESCAPED) return decision;
    }
    return decide_other(self, name, NULL);
}

/* The same, and which rule it is that blocks. */
static inline int find_rule(Core *self, PyObject *name, blk_place *place) {
    if (HAS_HEAD(name)) {
        size_t n;
        const uint8_t *end = read_octets(name, &n);
        int decision = blk_find_rule(&self->image, end, n, place);
        if (decision != BLK_ESCAPED) return decision;
    }
    return decide_other(self, name, place);
}

PyDoc_STRVAR(is_blocked_doc,
             "is_blocked($self, name, /)\n--\n\n"
             "Whether a rule blocks the name: text, or DNS wire format as bytes; total for both.");

static PyObject *is_blocked(Core *self, PyObject *name) {
    if (self->is_closed) {
        (void)enter(self);
        return NULL;
    }
    int answer = decide(self, name);
    if (answer < 0) return NULL;
    return Py_NewRef(answer ? Py_True : Py_False);
}

/* ---- one address -------------------------------------------------------------------------- */

static int decide_packed(const Core *self, const char *octets, Py_ssize_t n) {
    const uint8_t *at = (const uint8_t *)octets;
    if (n == 4) return blk_blocks_ipv4(&self->image, blk_unpack_u32(at));
    if (n != 16) return 0;
    blk_ipv6 address = blk_unpack_ipv6(at);
    return blk_blocks_ipv6(&self->image, &self->nat64, address.high, address.low);
}

/* The two halves of a number of 128 bits; -1 with an exception. */
static int split_number(PyObject *number, uint64_t *high, uint64_t *low) {
    PyObject *bits = PyLong_FromLong(64), *rest = bits ? PyNumber_Rshift(number, bits) : NULL;
    *low = PyLong_AsUnsignedLongLongMask(number);
    *high = rest ? PyLong_AsUnsignedLongLong(rest) : 0;
    Py_XDECREF(bits);
    Py_XDECREF(rest);
    return PyErr_Occurred() ? -1 : 0;
}

/* An object of the standard library's. */
static int decide_object(Core *self, PyObject *address) {
    PyObject *number = PyNumber_Long(address);
    uint64_t high, low;
    if (!number) return -1;
    int error = split_number(number, &high, &low);
    Py_DECREF(number);
    if (error) return -1;
    if (Py_IS_TYPE(address, (PyTypeObject *)self->ipv4_type)) {
        return blk_blocks_ipv4(&self->image, (uint32_t)low);
    }
    return blk_blocks_ipv6(&self->image, &self->nat64, high, low);
}

/* What Python has to read: text that is not ASCII, a scope, a subclass, or what is refused. */
static int decide_other_address(Core *self, PyObject *address) {
    PyObject *packed = PyObject_CallOneArg(self->read_address, address);
    int answer = packed ? 0 : -1;
    if (packed && PyBytes_Check(packed)) {
        answer = decide_packed(self, PyBytes_AS_STRING(packed), PyBytes_GET_SIZE(packed));
    }
    Py_XDECREF(packed);
    return answer;
}

PyDoc_STRVAR(is_blocked_address_doc,
             "is_blocked_address($self, address, /)\n--\n\n"
             "Whether a rule blocks the address: text, 4 or 16 octets as bytes, or an object of "
             "ipaddress.");

static PyObject *is_blocked_address(Core *self, PyObject *address) {
    int answer = -1;
    if (self->is_closed) {
        (void)enter(self);
        return NULL;
    }
    if (PyUnicode_Check(address) && PyUnicode_IS_ASCII(address)) {
        blk_ipv6 read;
        int kind = blk_read_address(PyUnicode_1BYTE_DATA(address),
                                    (size_t)PyUnicode_GET_LENGTH(address), &read);
        if (kind == BLK_IPV4) answer = blk_blocks_ipv4(&self->image, (uint32_t)read.low);
        else if (kind == BLK_IPV6)
            answer = blk_blocks_ipv6(&self->image, &self->nat64, read.high, read.low);
        else if (kind == BLK_NO_ADDRESS) answer = 0;
    } else if (PyBytes_Check(address)) {
        answer = decide_packed(self, PyBytes_AS_STRING(address), PyBytes_GET_SIZE(address));
    }
    if (answer < 0) {
        if (enter(self)) return NULL;
        int is_object = Py_IS_TYPE(address, (PyTypeObject *)self->ipv4_type) ||
                        Py_IS_TYPE(address, (PyTypeObject *)self->ipv6_type);
        answer = is_object ? decide_object(self, address) : decide_other_address(self, address);
        leave(self);
    }
    if (answer < 0) return NULL;
    return Py_NewRef(answer ? Py_True : Py_False);
}

/* ---- many names -------------------------------------------------------------------------- */

BLK_INLINE void prefetch_name(PyObject *name) {
    BLK_PREFETCH(name);
    BLK_PREFETCH((const char *)name + 64);
}

/* Decide about up to GROUP names; -1 with an exception if one is no name at all. With `places` the
 * rules that block are put there. */
BLK_INLINE int decide_group(Core *self, PyObject *const *names, int count, uint8_t *answers,
                            blk_place *places) {
    uint64_t hashes[GROUP];
    uint8_t is_simple[GROUP];
    for (int i = 0; i < count; i++) {
        is_simple[i] = 0;
        if (HAS_HEAD(names[i])) {
            size_t n;
            const uint8_t *end = read_octets(names[i], &n);
            is_simple[i] = (uint8_t)blk_prepare(&self->image, end, n, &hashes[i]);
        }
    }
    for (int i = 0; i < count; i++) {
        answers[i] = !is_simple[i] || blk_may_hold(&self->image, hashes[i]);
    }
    for (int i = 0; i < count; i++) {
        if (!answers[i]) continue;
        int answer = places ? find_rule(self, names[i], &places[i]) : decide(self, names[i]);
        if (answer < 0) return -1;
        answers[i] = (uint8_t)answer;
    }
    return 0;
}

/* Make the objects of the answers: the number of the rule that blocks each name, -1 for none. */
static int make_numbers(const Core *self, int count, const uint8_t *answers,
                        const blk_place *places, PyObject **items) {
    for (int i = 0; i < count; i++) {
        if (answers[i]) blk_prefetch_number(&self->image, &places[i]);
    }
    for (int i = 0; i < count; i++) {
        uint32_t number = answers[i] ? blk_number_at(&self->image, &places[i]) : 0;
        if (answers[i] && number >= self->grounds.rule_count) {
            PyErr_SetString(PyExc_IndexError, CONTRADICTION);
            return -1;
        }
        items[i] = PyLong_FromLongLong(answers[i] ? (long long)number : -1);
        if (!items[i]) return -1;
    }
    return 0;
}

/* Answer for each name of an iterable, as a list: whether it is blocked, or by which rule. */
BLK_INLINE PyObject *ask_many(Core *self, PyObject *arg, int is_number) {
#ifdef Py_GIL_DISABLED
    PyObject *names = PySequence_Tuple(arg); /* another thread may change a list */
#else
    PyObject *names = PySequence_Fast(arg, "names must be an iterable of names");
#endif
    if (!names) return NULL;
    if (enter(self)) { /* only now: making the sequence may have run anything */
        Py_DECREF(names);
        return NULL;
    }
    Py_ssize_t total = PySequence_Fast_GET_SIZE(names);
    PyObject *result = PyList_New(total);
    for (Py_ssize_t at = 0; result && at < total; at += GROUP) {
        PyObject *group[GROUP], *made[GROUP] = {NULL};
        blk_place places[GROUP];
        uint8_t answers[GROUP];
        int count = (int)(total - at < GROUP ? total - at : GROUP);
        if (PySequence_Fast_GET_SIZE(names) != total) {
            PyErr_SetString(PyExc_RuntimeError, "the list changed its size while it was read");
            Py_CLEAR(result);
            break;
        }
        PyObject **items = PySequence_Fast_ITEMS(names) + at;
        for (int i = 0; i < GROUP && at + AHEAD + i < total; i++) prefetch_name(items[AHEAD + i]);
        /* Answering one may run Python code, which may drop the others from the list. */
        for (int i = 0; i < count; i++) group[i] = Py_NewRef(items[i]);
        int error = decide_group(self, group, count, answers, is_number ? places : NULL);
        if (is_number && !error) error = make_numbers(self, count, answers, places, made);
        for (int i = 0; i < count; i++) {
            Py_DECREF(group[i]);
            if (error) Py_XDECREF(made[i]);
            else if (is_number) PyList_SET_ITEM(result, at + i, made[i]);
            else PyList_SET_ITEM(result, at + i, Py_NewRef(answers[i] ? Py_True : Py_False));
        }
        if (error) Py_CLEAR(result);
    }
    leave(self);
    Py_DECREF(names);
    return result;
}

PyDoc_STRVAR(is_blocked_many_doc, "is_blocked_many($self, names, /)\n--\n\n"
                                  "Answer is_blocked for each name of an iterable, as a list.");

static PyObject *is_blocked_many(Core *self, PyObject *names) { return ask_many(self, names, 0); }

PyDoc_STRVAR(rule_numbers_doc,
             "rule_numbers($self, names, /)\n--\n\n"
             "Return the number of the rule that blocks each name of an iterable, -1 for none.");

static PyObject *rule_numbers(Core *self, PyObject *names) { return ask_many(self, names, 1); }

/* ---- columns of Arrow -------------------------------------------------------------------- */

/* Answer for the rows that are not ASCII, with the GIL; -1 with an exception. */
static int ask_others(Core *self, const blk_col_column *column, int ask, Py_ssize_t first,
                      const blk_col_others *others, void *out) {
    for (Py_ssize_t i = 0; i < others->count; i++) {
        blk_col_row row;
        PyObject *name = NULL;
        blk_col_pending pending;
        Py_ssize_t at = others->rows[i];
        if (blk_col_read_row(column, first + at, &row)) { /* it was, unless somebody writes there */
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
        if (ask == BLK_COL_ASK_BLOCKED) {
            ((uint8_t *)out)[at >> 3] |= (uint8_t)(1 << (at & 7));
        } else if (!blk_col_settle(&self->image, &self->grounds, &pending, ask, (int32_t *)out)) {
            PyErr_SetString(PyExc_IndexError, CONTRADICTION);
            return -1;
        }
    }
    return 0;
}

/* Answer for all rows; the octets of the answers, or NULL with an exception. */
static PyObject *answer_rows(Core *self, const blk_col_column *column, int ask, Py_ssize_t first,
                             Py_ssize_t count) {
    blk_col_others others = {NULL, 0, 0};
    int status = BLK_COL_READ;
    PyObject *answers =
        PyBytes_FromStringAndSize(NULL, ask == BLK_COL_ASK_BLOCKED ? (count + 7) / 8 : 4 * count);
    if (!answers) return NULL;
    if (enter(self)) { /* only now: taking the buffers may have run anything */
        Py_DECREF(answers);
        return NULL;
    }
    void *out = PyBytes_AS_STRING(answers);
    memset(out, ask == BLK_COL_ASK_BLOCKED ? 0 : 0xff, (size_t)PyBytes_GET_SIZE(answers));
    Py_BEGIN_ALLOW_THREADS
    switch (ask) {
        case BLK_COL_ASK_BLOCKED:
            status = blk_col_read(&self->image, &self->grounds, column, BLK_COL_ASK_BLOCKED, first,
                                  count, out, &others);
            break;
        case BLK_COL_ASK_RULE:
            status = blk_col_read(&self->image, &self->grounds, column, BLK_COL_ASK_RULE, first,
                                  count, out, &others);
            break;
        default:
            status = blk_col_read(&self->image, &self->grounds, column, BLK_COL_ASK_SET, first,
                                  count, out, &others);
    }
    Py_END_ALLOW_THREADS
    if (status == BLK_COL_BAD_COLUMN)
        PyErr_SetString(PyExc_ValueError, "an offset of the column lies outside its data");
    else if (status == BLK_COL_BAD_IMAGE) PyErr_SetString(PyExc_IndexError, CONTRADICTION);
    else if (status == BLK_COL_NO_MEMORY) PyErr_NoMemory();
    else if (ask_others(self, column, ask, first, &others, out)) status = BLK_COL_BAD_COLUMN;
    free(others.rows);
    leave(self);
    if (status != BLK_COL_READ) Py_CLEAR(answers);
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
    blk_col_data *data = NULL;
    if (!PyArg_ParseTuple(args, "iipO!nn", &ask, &width, &is_wire, &PyTuple_Type, &buffers, &first,
                          &count))
        return NULL;
    Py_ssize_t total = PyTuple_GET_SIZE(buffers);
    if (ask < BLK_COL_ASK_BLOCKED || ask > BLK_COL_ASK_SET ||
        (width != 4 && width != 8 && width != 16) || total < 2 || total > PY_SSIZE_T_MAX / 128 ||
        (width != 16 && total != 3) || first < 0 || count < 0 ||
        first > PY_SSIZE_T_MAX / 32 - count) {
        PyErr_SetString(PyExc_ValueError, "not the buffers of a string column");
        return NULL;
    }
    views = (Py_buffer *)PyMem_Calloc((size_t)total, sizeof *views);
    if (!views) return PyErr_NoMemory();
    for (; held < total; held++) {
        PyObject *buffer = PyTuple_GET_ITEM(buffers, held);
        if (buffer != Py_None && PyObject_GetBuffer(buffer, &views[held], PyBUF_SIMPLE)) goto done;
    }
    data = (blk_col_data *)PyMem_Calloc((size_t)total, sizeof *data);
    if (!data) {
        PyErr_NoMemory();
        goto done;
    }
    for (Py_ssize_t i = 2; i < total; i++)
        data[i - 2] = (blk_col_data){(const uint8_t *)views[i].buf, views[i].len};
    blk_col_column column = {views[0].buf, views[1].buf, data,  total - 2,
                             views[1].len, views[0].len, width, is_wire};
    if (!blk_col_fits(&column, first, count)) {
        PyErr_SetString(PyExc_ValueError, "a buffer of the column is too short");
        goto done;
    }
    answers = answer_rows(self, &column, ask, first, count);
done:
    while (held--) {
        if (views[held].obj) PyBuffer_Release(&views[held]);
    }
    PyMem_Free(data);
    PyMem_Free(views);
    return answers;
}

/* ---- evidence ---------------------------------------------------------------------------- */

static int append_rule(PyObject *list, uint32_t number, uint32_t bit, uint32_t what) {
    PyObject *item = Py_BuildValue("(III)", number, bit, what);
    int error = item ? PyList_Append(list, item) : -1;
    Py_XDECREF(item);
    return error;
}

PyDoc_STRVAR(
    covering_doc,
    "covering($self, key, /)\n--\n\n"
    "List the rules that cover a key of query_name, the one that decides first.\n\n"
    "Each is (rule number, bit, octets of its name), or (rule number, 0, number of the pattern).");

static PyObject *covering(Core *self, PyObject *key) {
    if (!PyUnicode_Check(key) || !PyUnicode_IS_ASCII(key)) {
        PyErr_SetString(PyExc_TypeError, "key must be a key of query_name");
        return NULL;
    }
    if (enter(self)) return NULL;
    uint8_t padded[BLK_WINDOW + BLK_MAX_NAME_OCTETS], *marks = NULL;
    int n = blk_read_text(padded + BLK_WINDOW, PyUnicode_1BYTE_DATA(key),
                          (size_t)PyUnicode_GET_LENGTH(key));
    PyObject *rules = PyList_New(0);
    if (!rules || n <= 0) goto done;
    const blk_image *image = &self->image;
    blk_match matches[BLK_MAX_LABELS];
    size_t count = blk_match_names(image, padded + BLK_WINDOW, (size_t)n, matches);
    for (size_t i = 0; i < count; i++) {
        uint32_t flags = matches[i].flags, first = matches[i].start ? BLK_SUBTREE : BLK_EXACT;
        for (uint32_t kind = first; kind <= first << 1; kind <<= 1) {
            for (int allow = 1; allow >= 0; allow--) {
                uint32_t bit = kind << (allow ? BLK_ALLOW_SHIFT : 0);
                if (!(flags & bit)) continue;
                uint32_t number = matches[i].number + blk_count_bits(flags & (bit - 1));
                if (append_rule(rules, number, bit, (uint32_t)n - matches[i].start)) goto failed;
            }
        }
    }
    if (image->automaton && image->pattern_count) {
        marks = (uint8_t *)PyMem_Calloc(image->pattern_count, 1);
        if (!marks) {
            PyErr_NoMemory();
            goto failed;
        }
        uint32_t next = blk_find_patterns(image, padded + BLK_WINDOW, (size_t)n, marks);
        for (; next < image->pattern_count; next++) {
            if (marks[next] && append_rule(rules, image->name_rules + next, 0, next)) goto failed;
        }
    }
    goto done;
failed:
    Py_CLEAR(rules);
done:
    PyMem_Free(marks);
    leave(self);
    return rules;
}

PyDoc_STRVAR(covering_address_doc,
             "covering_address($self, packed, /)\n--\n\n"
             "List the numbers of the rules about addresses whose prefix holds one, the one that "
             "decides first.\n\n"
             "Their numbers among themselves; 4 or 16 octets are judged as they stand.");

static PyObject *covering_address(Core *self, PyObject *packed) {
    if (!PyBytes_Check(packed)) {
        PyErr_SetString(PyExc_TypeError, "packed must be bytes");
        return NULL;
    }
    if (enter(self)) return NULL;
    const uint8_t *octets = (const uint8_t *)PyBytes_AS_STRING(packed);
    Py_ssize_t n = PyBytes_GET_SIZE(packed);
    uint32_t found[2 * BLK_IPV6_BITS + 2];
    size_t count = 0;
    if (n == 4) count = blk_covering_ipv4(&self->image, octets, found);
    if (n == 16) count = blk_covering_ipv6(&self->image, octets, found);
    PyObject *rules = PyList_New((Py_ssize_t)count);
    for (size_t i = 0; rules && i < count; i++) {
        PyObject *number = PyLong_FromUnsignedLong(found[i]);
        if (number) PyList_SET_ITEM(rules, (Py_ssize_t)i, number);
        else Py_CLEAR(rules);
    }
    leave(self);
    return rules;
}

PyDoc_STRVAR(order_set_doc,
             "order_set($self, rule, /)\n--\n\n"
             "Return the number of the set of orders behind the rule of that number.");

static PyObject *order_set(Core *self, PyObject *arg) {
    unsigned long rule = PyLong_AsUnsignedLong(arg);
    if (rule == (unsigned long)-1 && PyErr_Occurred()) return NULL;
    if (enter(self)) return NULL;
    uint32_t set = rule < BLK_NO_RULE ? blk_order_set(&self->grounds, (uint32_t)rule) : BLK_NO_SET;
    leave(self);
    if (set != BLK_NO_SET) return PyLong_FromUnsignedLong(set);
    PyErr_SetString(PyExc_IndexError, "there is no such rule, or it has no set of orders");
    return NULL;
}

/* ---- the rule that blocks ---------------------------------------------------------------------
 */

/* Asks a core for matches: instances of a class of Python's that are made here and filled when
 * something reads them. */
typedef struct {
    PyObject_HEAD
    Core *core;
    PyTypeObject *kind;                       /* of the matches */
    PyObject *finder;                         /* what fills them */
    Py_ssize_t finder_at, asked_at, place_at; /* where the slots of a match lie */
} Matcher;

/* A place as one number: what the finder hands back to number_at. */
static PyObject *pack_place(const blk_place *place) {
    uint64_t packed = (uint64_t)place->line << 32 | (uint64_t)place->offset << 16;
    return PyLong_FromUnsignedLongLong(packed | place->bit << 8 | place->length);
}

/* Make the match of what was asked, which may be an object of a subclass: a copy is kept then. */
static PyObject *make_match(Matcher *self, PyObject *asked, const blk_place *place) {
    if (self->core->grounds.set_count != 1) blk_prefetch_number(&self->core->image, place);
    PyObject *match = self->kind->tp_alloc(self->kind, 0);
    PyObject *packed = match ? pack_place(place) : NULL;
    if (!packed) {
        Py_XDECREF(match);
        return NULL;
    }
    *(PyObject **)((char *)match + self->finder_at) = Py_NewRef(self->finder);
    *(PyObject **)((char *)match + self->asked_at) = Py_NewRef(asked);
    *(PyObject **)((char *)match + self->place_at) = packed;
    return match;
}

/* Match what is not plain ASCII: other scripts, escapes, wire format, subclasses. */
static PyObject *match_other(Matcher *self, PyObject *name) {
    Core *core = self->core;
    PyObject *asked = NULL, *match = NULL;
    blk_place place;
    int decision = BLK_FREE;
    if (!PyBytes_Check(name) && !PyUnicode_Check(name)) {
        PyErr_Format(PyExc_TypeError, "name must be str or bytes, not %s", Py_TYPE(name)->tp_name);
        return NULL;
    }
    if (enter(core)) return NULL;
    if (PyBytes_Check(name)) {
        decision = blk_judge_wire(&core->image, (const uint8_t *)PyBytes_AS_STRING(name),
                                  (size_t)PyBytes_GET_SIZE(name), &place);
        if (decision == BLK_BLOCKED) {
            asked = PyBytes_FromStringAndSize(PyBytes_AS_STRING(name), PyBytes_GET_SIZE(name));
        }
    } else {
        PyObject *plain = PyUnicode_FromObject(name);
        asked = plain && !PyUnicode_IS_ASCII(plain) ? PyObject_CallOneArg(core->query_name, plain)
                                                    : Py_XNewRef(plain);
        Py_XDECREF(plain);
        if (asked && PyUnicode_Check(asked) && PyUnicode_IS_ASCII(asked)) {
            decision = blk_judge_text(&core->image, PyUnicode_1BYTE_DATA(asked),
                                      (size_t)PyUnicode_GET_LENGTH(asked), &place);
        }
    }
    if (asked && decision == BLK_BLOCKED) match = make_match(self, asked, &place);
    else if (!PyErr_Occurred()) match = Py_NewRef(Py_None);
    Py_XDECREF(asked);
    leave(core);
    return match;
}

PyDoc_STRVAR(match_doc, "match($self, name, /)\n--\n\n"
                        "Return the rule that blocks the name with its orders, or None; total.");

static PyObject *match(Matcher *self, PyObject *name) {
    if (HAS_HEAD(name) && !self->core->is_closed) {
        size_t n;
        blk_place place;
        const uint8_t *end = read_octets(name, &n);
        int decision = blk_find_rule(&self->core->image, end, n, &place);
        if (decision == BLK_FREE) Py_RETURN_NONE;
        if (decision == BLK_BLOCKED) return make_match(self, name, &place);
    }
    return match_other(self, name);
}

/* Find where a slot of a class lies; -1 with an exception if it has no such slot. */
static Py_ssize_t find_slot(PyTypeObject *kind, const char *name) {
    PyObject *slot = PyObject_GetAttrString((PyObject *)kind, name);
    Py_ssize_t at = -1;
    if (slot && Py_IS_TYPE(slot, &PyMemberDescr_Type) &&
        PyType_IsSubtype(kind, PyDescr_TYPE(slot))) {
        PyMemberDef *member = ((PyMemberDescrObject *)slot)->d_member;
        if (member->type == T_OBJECT_EX) at = member->offset;
    }
    Py_XDECREF(slot);
    if (at < 0 && !PyErr_Occurred()) {
        PyErr_Format(PyExc_TypeError, "%s has no slot %s", kind->tp_name, name);
    }
    return at;
}

static int matcher_traverse(Matcher *self, visitproc visit, void *arg) {
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->core);
    Py_VISIT(self->kind);
    Py_VISIT(self->finder);
    return 0;
}

static void matcher_dealloc(Matcher *self) {
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->core);
    Py_XDECREF(self->kind);
    Py_XDECREF(self->finder);
    type->tp_free(self);
    Py_DECREF(type);
}

/* Pickled, the functions of a blocklist lead to one that opens the same file. */
static PyObject *matcher_reduce(Matcher *self, PyObject *unused) {
    (void)unused;
    return PyObject_CallMethod(self->finder, "__reduce__", NULL);
}

static PyMethodDef matcher_methods[] = {
    {"__reduce__", (PyCFunction)(void (*)(void))matcher_reduce, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

PyDoc_STRVAR(matcher_doc, "Makes the matches of a core.");

static PyType_Slot matcher_slots[] = {
    {Py_tp_doc, (void *)matcher_doc},
    {Py_tp_dealloc, (void *)matcher_dealloc},
    {Py_tp_traverse, (void *)matcher_traverse},
    {Py_tp_methods, matcher_methods},
    {0, NULL},
};

static PyType_Spec matcher_spec = {
    .name = "blocklist._core._native.Matcher",
    .basicsize = sizeof(Matcher),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = matcher_slots,
};

typedef struct {
    PyTypeObject *matcher, *url_judge;
} State;

static PyMethodDef match_method = {"match", (PyCFunction)(void (*)(void))match, METH_O, match_doc};

PyDoc_STRVAR(matcher_of_doc, "matcher($self, kind, finder, /)\n--\n\n"
                             "Return the function that matches a name, as instances of a class "
                             "with the slots of LazyEvidence.");

static Matcher *new_matcher(const State *state, Core *core, PyObject *class_, PyObject *finder) {
    if (!PyType_Check(class_) || !PyType_HasFeature((PyTypeObject *)class_, Py_TPFLAGS_HEAPTYPE)) {
        PyErr_SetString(PyExc_TypeError, "matcher takes a class and a finder");
        return NULL;
    }
    PyTypeObject *kind = (PyTypeObject *)class_;
    Py_ssize_t finder_at = find_slot(kind, "_finder"), asked_at, place_at;
    if (finder_at < 0 || (asked_at = find_slot(kind, "_asked")) < 0 ||
        (place_at = find_slot(kind, "_place")) < 0) {
        return NULL;
    }
    Matcher *matcher = (Matcher *)state->matcher->tp_alloc(state->matcher, 0);
    if (!matcher) return NULL;
    matcher->core = (Core *)Py_NewRef(core);
    matcher->kind = (PyTypeObject *)Py_NewRef(kind);
    matcher->finder = Py_NewRef(finder);
    matcher->finder_at = finder_at;
    matcher->asked_at = asked_at;
    matcher->place_at = place_at;
    return matcher;
}

static PyObject *matcher_of(Core *self, PyTypeObject *defining, PyObject *const *args,
                            Py_ssize_t count, PyObject *names) {
    State *state = (State *)PyType_GetModuleState(defining);
    if (count != 2 || names) {
        PyErr_SetString(PyExc_TypeError, "matcher takes a class and a finder");
        return NULL;
    }
    Matcher *matcher = new_matcher(state, self, args[0], args[1]);
    if (!matcher) return NULL;
    PyObject *function = PyCFunction_New(&match_method, (PyObject *)matcher);
    Py_DECREF(matcher);
    return function;
}

PyDoc_STRVAR(number_at_doc, "number_at($self, place, /)\n--\n\n"
                            "Return the number of the rule at the place of a match.");

static int unpack_place(PyObject *packed, blk_place *place) {
    uint64_t bits = PyLong_AsUnsignedLongLong(packed);
    if (bits == (uint64_t)-1 && PyErr_Occurred()) return -1;
    place->line = (uint32_t)(bits >> 32);
    place->offset = (uint32_t)(bits >> 16 & 0xff);
    place->bit = (uint32_t)(bits >> 8 & 0xff);
    place->length = (uint32_t)(bits & 0xff);
    return 0;
}

static PyObject *number_at(Core *self, PyObject *packed) {
    blk_place place;
    if (unpack_place(packed, &place) || enter(self)) return NULL;
    PyObject *number = PyLong_FromUnsignedLong(blk_number_at(&self->image, &place));
    leave(self);
    return number;
}

PyDoc_STRVAR(set_at_doc, "set_at($self, place, /)\n--\n\n"
                         "Return the number of the set of orders behind the place of a match.");

static PyObject *set_at(Core *self, PyObject *packed) {
    blk_place place;
    uint32_t set = 0; /* of an image with one set nothing need be read */
    if (unpack_place(packed, &place) || enter(self)) return NULL;
    if (self->grounds.set_count != 1) {
        set = blk_order_set(&self->grounds, blk_number_at(&self->image, &place));
    }
    leave(self);
    return PyLong_FromUnsignedLong(set);
}

PyDoc_STRVAR(query_set_doc,
             "query_set($self, name, /)\n--\n\n"
             "Return the number of the set of orders that block a name in DNS wire format, or -1.");

static PyObject *query_set(Core *self, PyObject *name) {
    blk_place place;
    long long set = -1;
    if (!PyBytes_Check(name)) {
        PyErr_Format(PyExc_TypeError, "name must be bytes, not %s", Py_TYPE(name)->tp_name);
        return NULL;
    }
    if (enter(self)) return NULL;
    if (blk_judge_wire(&self->image, (const uint8_t *)PyBytes_AS_STRING(name),
                       (size_t)PyBytes_GET_SIZE(name), &place) == BLK_BLOCKED) {
        /* Of an image that contradicts itself it is a number that no set has. */
        set = blk_order_set(&self->grounds, blk_number_at(&self->image, &place));
    }
    leave(self);
    return PyLong_FromLongLong(set);
}

#include "urljudge.h"

/* ---- life -------------------------------------------------------------------------------- */

PyDoc_STRVAR(
    close_doc,
    "close($self, /)\n--\n\n"
    "Give the octets back once no question reads them; new ones raise ValueError from now on.");

static PyObject *core_close(Core *self, PyObject *unused) {
    (void)unused;
    self->is_closed = 1;
    if (!self->users) release_octets(self);
    Py_RETURN_NONE;
}

/* Read the prefixes of translators: 16 octets and a length each, the longest first. */
static int read_translators(Core *self, PyObject *packed) {
    const size_t size = 17;
    const uint8_t *at = (const uint8_t *)PyBytes_AS_STRING(packed);
    size_t count = (size_t)PyBytes_GET_SIZE(packed) / size;
    self->translators = PyMem_New(blk_translator, count + 1);
    if (!self->translators) {
        PyErr_NoMemory();
        return -1;
    }
    for (size_t i = 0; i < count; i++, at += size) {
        blk_translator *prefix = &self->translators[i];
        blk_ipv6 start = blk_unpack_ipv6(at);
        prefix->high = start.high;
        prefix->low = start.low;
        prefix->length = at[16];
        if ((prefix->length < 32 || prefix->length > 64) && prefix->length != 96) {
            PyErr_SetString(PyExc_ValueError, "no prefix of a translator");
            return -1;
        }
    }
    self->nat64.prefixes = self->translators;
    self->nat64.count = count;
    return 0;
}

static PyObject *core_new(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
    PyObject *octets, *query_name, *ipv4_type, *ipv6_type, *read_address, *nat64;
    if (kwargs && PyDict_GET_SIZE(kwargs)) {
        PyErr_SetString(PyExc_TypeError, "Core takes no keyword arguments");
        return NULL;
    }
    if (!PyArg_ParseTuple(args, "OO(O!O!)OS", &octets, &query_name, &PyType_Type, &ipv4_type,
                          &PyType_Type, &ipv6_type, &read_address, &nat64)) {
        return NULL;
    }
    Core *self = (Core *)type->tp_alloc(type, 0);
    if (!self) return NULL;
    if (PyObject_GetBuffer(octets, &self->octets, PyBUF_SIMPLE)) {
        Py_DECREF(self);
        return NULL;
    }
    self->holds_octets = 1;
    self->query_name = Py_NewRef(query_name);
    self->ipv4_type = Py_NewRef(ipv4_type);
    self->ipv6_type = Py_NewRef(ipv6_type);
    self->read_address = Py_NewRef(read_address);
    if (read_translators(self, nat64)) {
        Py_DECREF(self);
        return NULL;
    }
    if (blk_open(&self->image, self->octets.buf, (size_t)self->octets.len) != BLK_OK) {
        PyErr_SetString(PyExc_ValueError, "the sections that look-ups read do not fit together");
        Py_DECREF(self);
        return NULL;
    }
    uint64_t size = 0;
    const uint8_t *grounds = blk_section((const uint8_t *)self->octets.buf,
                                         (uint64_t)self->octets.len, BLK_SECTION_GROUNDS, &size);
    if (blk_open_grounds(&self->grounds, grounds, size)) {
        PyErr_SetString(PyExc_ValueError, "the section grounds contradicts itself");
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

static int core_traverse(Core *self, visitproc visit, void *arg) {
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->query_name);
    Py_VISIT(self->ipv4_type);
    Py_VISIT(self->ipv6_type);
    Py_VISIT(self->read_address);
    /* Not self->octets.obj: the collector would clear a memoryview that we still hold a buffer of,
     * which CPython does not survive. Nothing leads back from octets to a core. */
    return 0;
}

static int core_clear(Core *self) {
    self->is_closed = 1; /* these are needed for some questions */
    Py_CLEAR(self->query_name);
    Py_CLEAR(self->ipv4_type);
    Py_CLEAR(self->ipv6_type);
    Py_CLEAR(self->read_address);
    return 0;
}

static void core_dealloc(Core *self) {
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    if (self->holds_octets) PyBuffer_Release(&self->octets);
    (void)core_clear(self);
    PyMem_Free(self->translators);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMethodDef core_methods[] = {
    {"is_blocked", (PyCFunction)(void (*)(void))is_blocked, METH_O, is_blocked_doc},
    {"is_blocked_many", (PyCFunction)(void (*)(void))is_blocked_many, METH_O, is_blocked_many_doc},
    {"rule_numbers", (PyCFunction)(void (*)(void))rule_numbers, METH_O, rule_numbers_doc},
    {"ask_column", (PyCFunction)(void (*)(void))ask_column, METH_VARARGS, ask_column_doc},
    {"is_blocked_address", (PyCFunction)(void (*)(void))is_blocked_address, METH_O,
     is_blocked_address_doc},
    {"covering_address", (PyCFunction)(void (*)(void))covering_address, METH_O,
     covering_address_doc},
    {"covering", (PyCFunction)(void (*)(void))covering, METH_O, covering_doc},
    {"order_set", (PyCFunction)(void (*)(void))order_set, METH_O, order_set_doc},
    {"matcher", (PyCFunction)(void (*)(void))matcher_of,
     METH_METHOD | METH_FASTCALL | METH_KEYWORDS, matcher_of_doc},
    {"url_judges", (PyCFunction)(void (*)(void))url_judges,
     METH_METHOD | METH_FASTCALL | METH_KEYWORDS, url_judges_doc},
    {"set_at", (PyCFunction)(void (*)(void))set_at, METH_O, set_at_doc},
    {"number_at", (PyCFunction)(void (*)(void))number_at, METH_O, number_at_doc},
    {"query_set", (PyCFunction)(void (*)(void))query_set, METH_O, query_set_doc},
    {"close", (PyCFunction)(void (*)(void))core_close, METH_NOARGS, close_doc},
    {NULL, NULL, 0, NULL},
};

PyDoc_STRVAR(
    core_doc,
    "Core(octets, query_name, address_types, read_address, nat64, /)\n--\n\n"
    "Answers from the octets of an image; ValueError if its sections contradict each other.");

static PyType_Slot core_slots[] = {
    {Py_tp_doc, (void *)core_doc},
    {Py_tp_new, (void *)core_new},
    {Py_tp_dealloc, (void *)core_dealloc},
    {Py_tp_traverse, (void *)core_traverse},
    {Py_tp_clear, (void *)core_clear},
    {Py_tp_methods, core_methods},
    {0, NULL},
};

static PyType_Spec core_spec = {
    .name = "blocklist._core._native.Core",
    .basicsize = sizeof(Core),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .slots = core_slots,
};

static int module_exec(PyObject *module) {
    State *state = (State *)PyModule_GetState(module);
    state->matcher = (PyTypeObject *)PyType_FromModuleAndSpec(module, &matcher_spec, NULL);
    if (!state->matcher) return -1;
    state->url_judge = (PyTypeObject *)PyType_FromModuleAndSpec(module, &url_judge_spec, NULL);
    if (!state->url_judge) return -1;
    PyObject *type = PyType_FromModuleAndSpec(module, &core_spec, NULL);
    if (!type) return -1;
    int error = PyModule_AddObjectRef(module, "Core", type);
    Py_DECREF(type);
    return error;
}

static int module_traverse(PyObject *module, visitproc visit, void *arg) {
    Py_VISIT(((State *)PyModule_GetState(module))->matcher);
    Py_VISIT(((State *)PyModule_GetState(module))->url_judge);
    return 0;
}

static int module_clear(PyObject *module) {
    Py_CLEAR(((State *)PyModule_GetState(module))->matcher);
    Py_CLEAR(((State *)PyModule_GetState(module))->url_judge);
    return 0;
}

static void module_free(void *module) { (void)module_clear((PyObject *)module); }

static PyModuleDef_Slot module_slots[] = {
    {Py_mod_exec, (void *)module_exec},
    BLK_MODULE_SLOTS,
};

PyDoc_STRVAR(presentation_doc, "presentation(wire, /)\n--\n\n"
                               "Return a name in wire format as text, with a final dot; total.");

static int is_plain(uint8_t octet) {
    uint8_t letter = octet | 32;
    return (letter >= 'a' && letter <= 'z') || (octet >= '0' && octet <= '9') || octet == '-' ||
           octet == '_';
}

/* Write the text, or only count its characters where `out` is NULL. */
static Py_ssize_t write_text(const uint8_t *wire, Py_ssize_t n, uint8_t *out) {
    Py_ssize_t size = 0;
    for (Py_ssize_t at = 0; at < n && wire[at];) {
        Py_ssize_t end = at + 1 + wire[at];
        for (at++; at < end && at < n; at++) {
            uint8_t octet = wire[at], escaped[] = {'\\', 0, 0, 0};
            int plain = is_plain(octet);
            if (out && plain) out[size] = octet;
            if (out && !plain) {
                escaped[1] = (uint8_t)('0' + octet / 100);
                escaped[2] = (uint8_t)('0' + octet / 10 % 10);
                escaped[3] = (uint8_t)('0' + octet % 10);
                memcpy(out + size, escaped, 4);
            }
            size += plain ? 1 : 4;
        }
        if (out) out[size] = '.';
        size++;
    }
    if (!size && out) *out = '.';
    return size ? size : 1;
}

static PyObject *presentation(PyObject *module, PyObject *wire) {
    (void)module;
    if (!PyBytes_Check(wire)) {
        PyErr_Format(PyExc_TypeError, "name must be bytes, not %s", Py_TYPE(wire)->tp_name);
        return NULL;
    }
    const uint8_t *octets = (const uint8_t *)PyBytes_AS_STRING(wire);
    Py_ssize_t n = PyBytes_GET_SIZE(wire);
    PyObject *text = PyUnicode_New(write_text(octets, n, NULL), 127);
    if (text) write_text(octets, n, PyUnicode_1BYTE_DATA(text));
    return text;
}

static PyMethodDef module_methods[] = {
    {"presentation", presentation, METH_O, presentation_doc},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_native",
    .m_doc = "The native core; chosen in blocklist._core.",
    .m_size = sizeof(State),
    .m_methods = module_methods,
    .m_slots = module_slots,
    .m_traverse = module_traverse,
    .m_clear = module_clear,
    .m_free = module_free,
};

PyMODINIT_FUNC PyInit__native(void) { return PyModuleDef_Init(&definition); }
