/* columns.h: binds rows.h to Python; the GIL is released. A part of _native.c. */
#ifndef BLOCKLIST_COLUMNS_H
#define BLOCKLIST_COLUMNS_H

#include "rows.h"

/* Answer for the rows that are not ASCII, with the GIL; -1 with an exception. */
static int ask_others(Core *self, const col_column *column, int ask, Py_ssize_t first,
                      const col_others *others, void *out) {
    for (Py_ssize_t i = 0; i < others->count; i++) {
        col_row row;
        PyObject *name = NULL;
        col_pending pending;
        Py_ssize_t at = others->rows[i];
        if (col_read_row(column, first + at, &row)) { /* it was, unless somebody writes there */
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
        if (ask == COL_ASK_BLOCKED) {
            ((uint8_t *)out)[at >> 3] |= (uint8_t)(1 << (at & 7));
        } else if (!col_settle(&self->image, &self->grounds, &pending, ask, (int32_t *)out)) {
            PyErr_SetString(PyExc_IndexError, CONTRADICTION);
            return -1;
        }
    }
    return 0;
}

/* Answer for all rows; the octets of the answers, or NULL with an exception. */
static PyObject *answer_rows(Core *self, const col_column *column, int ask, Py_ssize_t first,
                             Py_ssize_t count) {
    col_others others = {NULL, 0, 0};
    int status = COL_READ;
    PyObject *answers =
        PyBytes_FromStringAndSize(NULL, ask == COL_ASK_BLOCKED ? (count + 7) / 8 : 4 * count);
    if (!answers) return NULL;
    if (enter(self)) { /* only now: taking the buffers may have run anything */
        Py_DECREF(answers);
        return NULL;
    }
    void *out = PyBytes_AS_STRING(answers);
    memset(out, ask == COL_ASK_BLOCKED ? 0 : 0xff, (size_t)PyBytes_GET_SIZE(answers));
    Py_BEGIN_ALLOW_THREADS
    switch (ask) {
        case COL_ASK_BLOCKED:
            status = col_read(&self->image, &self->grounds, column, COL_ASK_BLOCKED, first, count,
                              out, &others);
            break;
        case COL_ASK_RULE:
            status = col_read(&self->image, &self->grounds, column, COL_ASK_RULE, first, count, out,
                              &others);
            break;
        default:
            status = col_read(&self->image, &self->grounds, column, COL_ASK_SET, first, count, out,
                              &others);
    }
    Py_END_ALLOW_THREADS
    if (status == COL_BAD_COLUMN)
        PyErr_SetString(PyExc_ValueError, "an offset of the column lies outside its data");
    else if (status == COL_BAD_IMAGE) PyErr_SetString(PyExc_IndexError, CONTRADICTION);
    else if (status == COL_NO_MEMORY) PyErr_NoMemory();
    else if (ask_others(self, column, ask, first, &others, out)) status = COL_BAD_COLUMN;
    free(others.rows);
    leave(self);
    if (status != COL_READ) Py_CLEAR(answers);
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
    col_data *data = NULL;
    if (!PyArg_ParseTuple(args, "iipO!nn", &ask, &width, &is_wire, &PyTuple_Type, &buffers, &first,
                          &count))
        return NULL;
    Py_ssize_t total = PyTuple_GET_SIZE(buffers);
    if (ask < COL_ASK_BLOCKED || ask > COL_ASK_SET || (width != 4 && width != 8 && width != 16) ||
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
    data = (col_data *)PyMem_Calloc((size_t)total, sizeof *data);
    if (!data) {
        PyErr_NoMemory();
        goto done;
    }
    for (Py_ssize_t i = 2; i < total; i++)
        data[i - 2] = (col_data){(const uint8_t *)views[i].buf, views[i].len};
    col_column column = {views[0].buf, views[1].buf, data,  total - 2,
                         views[1].len, views[0].len, width, is_wire};
    if (!col_fits(&column, first, count)) {
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

#endif
