/* Two images compared in C: binds walk.h to Python. The twin of _pure.py, with the same results.
 *
 * Multi-phase initialisation and no static state, like the native core. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "../_core/moduleslots.h"
#include "walk.h"

#define SIGNAL_WORK 16384u /* lines read between two looks for Ctrl-C: some milliseconds */

/* Octets that grow. */
typedef struct {
    uint8_t *octets;
    size_t size, room;
} Bytes;

/* Make room for what a step writes; 0 without memory. */
static int make_room(Bytes *bytes) {
    if (bytes->room - bytes->size >= DIF_STEP_OCTETS) return 1;
    size_t room = 2 * bytes->room + 2 * DIF_STEP_OCTETS;
    uint8_t *grown = (uint8_t *)PyMem_RawRealloc(bytes->octets, room);
    if (!grown) return 0;
    bytes->octets = grown;
    bytes->room = room;
    return 1;
}

/* ---- walking ------------------------------------------------------------------------------ */

/* Take steps until it is time to look for signals; sets `*is_full` without memory. */
static dif_status take_steps(dif_walk *walk, Bytes *found, int *is_full) {
    dif_status status = DIF_MORE;
    size_t stop = walk->work + SIGNAL_WORK;
    while (status == DIF_MORE && walk->work < stop) {
        if (!make_room(found)) {
            *is_full = 1;
            return DIF_MORE;
        }
        walk->out = found->octets + found->size;
        status = dif_step(walk);
        found->size += walk->written;
    }
    return status;
}

static int set_contradiction(int is_new) {
    PyObject *value = Py_BuildValue("(si)", "the sections contradict each other", is_new);
    if (value) PyErr_SetObject(PyExc_ValueError, value);
    Py_XDECREF(value);
    return -1;
}

/* Walk to the end, without the GIL; -1 with an exception. */
static int walk_all(dif_walk *walk, Bytes *found) {
    dif_status status = DIF_MORE;
    while (status == DIF_MORE) {
        int is_full = 0;
        Py_BEGIN_ALLOW_THREADS
        status = take_steps(walk, found, &is_full);
        Py_END_ALLOW_THREADS
        if (is_full) {
            PyErr_NoMemory();
            return -1;
        }
        if (PyErr_CheckSignals()) return -1;
    }
    return status == DIF_DONE ? 0 : set_contradiction(status == DIF_BAD_NEW);
}

/* ---- results ------------------------------------------------------------------------------ */

static int append(PyObject *list, PyObject *item) {
    int error = item ? PyList_Append(list, item) : -1;
    Py_XDECREF(item);
    return error;
}

/* Append each rule of `bits`, with its number in the images that have it, else 0. */
static int append_rules(PyObject *list, const dif_record *record, uint32_t bits, PyObject *name) {
    for (uint32_t left = bits; left; left &= left - 1) {
        uint32_t bit = left & (0u - left), numbers[2] = {0, 0};
        if (record->old_flags & bit)
            numbers[0] = record->old_number + blk_count_bits(record->old_flags & (bit - 1));
        if (record->new_flags & bit)
            numbers[1] = record->new_number + blk_count_bits(record->new_flags & (bit - 1));
        if (append(list, Py_BuildValue("(IIIO)", numbers[0], numbers[1], bit, name))) return -1;
    }
    return 0;
}

/* Make three lists of the records: what is gone, what is new, and what stands on other orders. */
static int read_records(const Bytes *found, PyObject *const lists[3]) {
    uint32_t count = 0;
    for (size_t at = 0; at < found->size;) {
        dif_record record;
        memcpy(&record, found->octets + at, sizeof record);
        at += sizeof record;
        PyObject *name = PyUnicode_New(record.length, 127);
        if (!name) return -1;
        memcpy(PyUnicode_1BYTE_DATA(name), found->octets + at, record.length);
        at += record.length;
        int error = append_rules(lists[0], &record, record.removed, name) ||
                    append_rules(lists[1], &record, record.added, name) ||
                    append_rules(lists[2], &record, record.changed, name);
        Py_DECREF(name);
        if (error || (++count % 65536 == 0 && PyErr_CheckSignals())) return -1;
    }
    return 0;
}

static PyObject *list_of_counts(const uint32_t *counts, uint32_t size) {
    PyObject *list = PyList_New(size);
    for (uint32_t i = 0; list && i < size; i++) {
        PyObject *count = PyLong_FromUnsignedLong(counts[i]);
        if (count) PyList_SET_ITEM(list, i, count);
        else Py_CLEAR(list);
    }
    return list;
}

static PyObject *make_result(const dif_walk *walk, const Bytes *found) {
    PyObject *lists[5] = {PyList_New(0), PyList_New(0), PyList_New(0),
                          list_of_counts(walk->old.counts, walk->classes),
                          list_of_counts(walk->new_.counts, walk->classes)};
    PyObject *result = NULL;
    int is_complete = 1;
    for (int i = 0; i < 5; i++) is_complete &= lists[i] != NULL;
    if (is_complete && !read_records(found, lists)) result = PyTuple_New(5);
    for (int i = 0; i < 5; i++) {
        if (result) PyTuple_SET_ITEM(result, i, lists[i]);
        else Py_XDECREF(lists[i]);
    }
    return result;
}

/* ---- compare_names ------------------------------------------------------------------------ */

/* Allocate what the walk writes into; -1 with an exception. */
static int allocate(dif_walk *walk) {
    size_t lines = (size_t)walk->new_.image.line_count + BLK_LINES_A_RANK;
    walk->new_.heads = (uint8_t *)PyMem_RawCalloc(lines, 1);
    walk->marks = (uint8_t *)PyMem_RawCalloc(walk->new_.image.name_rules / 8 + (size_t)1, 1);
    walk->old.counts = (uint32_t *)PyMem_RawCalloc((size_t)walk->classes + 1, sizeof(uint32_t));
    walk->new_.counts = (uint32_t *)PyMem_RawCalloc((size_t)walk->classes + 1, sizeof(uint32_t));
    if (walk->new_.heads && walk->marks && walk->old.counts && walk->new_.counts) return 0;
    PyErr_NoMemory();
    return -1;
}

static void give_back(dif_walk *walk) {
    PyMem_RawFree(walk->new_.heads);
    PyMem_RawFree(walk->marks);
    PyMem_RawFree(walk->old.counts);
    PyMem_RawFree(walk->new_.counts);
}

static int open_side(dif_side *side, const Py_buffer *octets, const Py_buffer *classes,
                     int is_new) {
    if (dif_open(side, (const uint8_t *)octets->buf, (size_t)octets->len,
                 (const uint8_t *)classes->buf, (uint32_t)(classes->len / 4))) {
        return 0;
    }
    return set_contradiction(is_new);
}

PyDoc_STRVAR(compare_names_doc,
             "compare_names($module, old, new, old_classes, new_classes, classes, /)\n--\n\n"
             "Compare the rules about names of two images; the GIL is released.\n\n"
             "old, new: the octets of the images; old_classes, new_classes: u32 of this machine, "
             "for each set of orders the number of its class, below `classes`.\n\n"
             "Returns what is gone, what is new and what stands on a set of another class, as "
             "lists of (number in old, number in new, bit, name), and how many rules that block "
             "each class has in old and in new. ValueError(message, is_new) if the sections of an "
             "image contradict each other.");

static PyObject *compare_names(PyObject *module, PyObject *args) {
    Py_buffer views[4];
    unsigned int classes;
    PyObject *result = NULL;
    Bytes found = {NULL, 0, 0};
    (void)module;
    if (!PyArg_ParseTuple(args, "y*y*y*y*I", &views[0], &views[1], &views[2], &views[3], &classes))
        return NULL;
    dif_walk *walk = (dif_walk *)PyMem_RawCalloc(1, sizeof *walk);
    if (!walk) {
        PyErr_NoMemory();
        goto done;
    }
    walk->classes = classes;
    if (views[2].len / 4 > UINT32_MAX || views[3].len / 4 > UINT32_MAX ||
        classes > (size_t)(views[2].len + views[3].len) / 4) {
        PyErr_SetString(PyExc_ValueError, "more classes than sets of orders");
        goto done;
    }
    if (open_side(&walk->old, &views[0], &views[2], 0) ||
        open_side(&walk->new_, &views[1], &views[3], 1) || allocate(walk)) {
        goto done;
    }
    if (!walk_all(walk, &found)) result = make_result(walk, &found);
done:
    if (walk) give_back(walk);
    PyMem_RawFree(walk);
    PyMem_RawFree(found.octets);
    for (int i = 0; i < 4; i++) PyBuffer_Release(&views[i]);
    return result;
}

/* ---- the module --------------------------------------------------------------------------- */

static PyMethodDef methods[] = {
    {"compare_names", compare_names, METH_VARARGS, compare_names_doc},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot module_slots[] = {
    BLK_MODULE_SLOTS,
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_native",
    .m_doc = "The native walk over two images; chosen in blocklist.changes.",
    .m_methods = methods,
    .m_slots = module_slots,
};

PyMODINIT_FUNC PyInit__native(void) { return PyModuleDef_Init(&definition); }
