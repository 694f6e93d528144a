/* urljudge.h: URLs for Python. Included by _native.c, whose Core and Matcher it needs.
 *
 * A URL that kernel/url.h reads is answered here; the others by the reader, which is written in
 * Python and knows all of the standard. */
#ifndef BLK_URLJUDGE_H
#define BLK_URLJUDGE_H

#include "kernel/urltable.h"

#define MAX_COPIED 512 /* octets of a URL that is not ASCII of which a copy is read */

typedef struct {
    PyObject_HEAD
    Matcher *matcher;
    PyObject *is_blocked_url, *match_url; /* of the reader */
    PyObject *url_rules;                  /* of the reader: pairs of a URL and whether it excepts */
    int has_urls;                         /* whether there are rules about them */
    blk_url_table *table;                 /* in one block; NULL: not asked for yet */
} UrlJudge;

/* URL_HAS_RULE: blocked by a rule about it or its address, of which the reader makes a match. */
enum { URL_FREE, URL_BLOCKED, URL_HAS_RULE, URL_FOR_READER, URL_ERROR };

/* ---- the table of rules ------------------------------------------------------------------- */

static uint32_t power_above(size_t count) {
    uint32_t power = 8;
    while (power < count) power <<= 1;
    return power;
}

/* Lay out a table for rules of so many octets, in one block. */
static blk_url_table *new_url_table(size_t count, size_t octets) {
    if (count > UINT32_MAX / 8 || octets > UINT32_MAX) {
        PyErr_SetString(PyExc_OverflowError, "too many rules about URLs");
        return NULL;
    }
    uint32_t slots = power_above(2 * count + 1), words = power_above(count / 4 + 1);
    size_t size =
        sizeof(blk_url_table) + slots * sizeof(blk_url_rule) + 2 * words * sizeof(uint64_t);
    uint8_t *block = (uint8_t *)PyMem_RawCalloc(size + octets + 8, 1);
    if (!block) return (blk_url_table *)PyErr_NoMemory();
    blk_url_table *table = (blk_url_table *)(void *)block;
    table->slots = (blk_url_rule *)(void *)(block + sizeof *table);
    table->hosts = (uint64_t *)(void *)(table->slots + slots);
    table->rules = table->hosts + words;
    table->texts = (const uint8_t *)(table->rules + words);
    table->slot_count = slots;
    table->word_count = words;
    return table;
}

/* Make the table of a list of pairs; a text that is not ASCII covers no URL of one form. */
static blk_url_table *make_url_table(PyObject *pairs, uint64_t seed) {
    size_t octets = 0, at = 0;
    Py_ssize_t count = PySequence_Fast_GET_SIZE(pairs);
    for (int pass = 0;; pass++) {
        blk_url_table *table = pass ? new_url_table((size_t)count, octets) : NULL;
        if (pass && !table) return NULL;
        if (table) table->seed = seed;
        for (Py_ssize_t i = 0; i < count; i++) {
            PyObject *pair = PySequence_Fast_GET_ITEM(pairs, i);
            PyObject *text = PyTuple_Check(pair) && PyTuple_GET_SIZE(pair) == 2
                                 ? PyTuple_GET_ITEM(pair, 0)
                                 : NULL;
            if (!text || !PyUnicode_CheckExact(text) || !PyBool_Check(PyTuple_GET_ITEM(pair, 1))) {
                PyErr_SetString(PyExc_TypeError, "rules about URLs are pairs of str and bool");
                PyMem_RawFree(table);
                return NULL;
            }
            if (!PyUnicode_IS_ASCII(text) || !PyUnicode_GET_LENGTH(text)) continue;
            size_t n = (size_t)PyUnicode_GET_LENGTH(text);
            if (table) {
                memcpy((uint8_t *)table->texts + at, PyUnicode_1BYTE_DATA(text), n);
                blk_add_url(table, (uint32_t)at, (uint32_t)n, PyTuple_GET_ITEM(pair, 1) == Py_True);
                at += n;
            } else {
                octets += n;
            }
        }
        if (table) return table;
    }
}

/* Ask the reader for the rules, once. */
static int load_url_table(UrlJudge *self) {
    if (enter(self->matcher->core)) return -1;
    PyObject *rules = PyObject_CallNoArgs(self->url_rules);
    PyObject *pairs = rules ? PySequence_Tuple(rules) : NULL;
    const blk_image *image = &self->matcher->core->image;
    blk_url_table *table = pairs ? make_url_table(pairs, image->keys[0]) : NULL;
    Py_XDECREF(rules);
    Py_XDECREF(pairs);
    leave(self->matcher->core);
    if (!table) return -1;
#ifdef Py_GIL_DISABLED
    blk_url_table *none = NULL;
    if (!__atomic_compare_exchange_n(&self->table, &none, table, 0, __ATOMIC_ACQ_REL,
                                     __ATOMIC_ACQUIRE)) {
        PyMem_RawFree(table); /* another thread was first */
    }
#else
    if (self->table) PyMem_RawFree(table); /* the reader has asked here in its turn */
    else self->table = table;
#endif
    return 0;
}

static blk_url_table *url_table(UrlJudge *self) {
#ifdef Py_GIL_DISABLED
    return __atomic_load_n(&self->table, __ATOMIC_ACQUIRE);
#else
    return self->table;
#endif
}

/* ---- one URL ---------------------------------------------------------------------------- */

/* Copy the beginning of a text that is not ASCII, with one octet over 127 for each such character.
 * Returns how much was copied. */
static size_t copy_url(PyObject *text, uint8_t *to) {
    int kind = (int)PyUnicode_KIND(text);
    const void *data = PyUnicode_DATA(text);
    size_t length = (size_t)PyUnicode_GET_LENGTH(text), n = 0;
    for (; n < length && n < MAX_COPIED; n++) {
        Py_UCS4 character = PyUnicode_READ(kind, data, (Py_ssize_t)n);
        to[n] = character < 128 ? (uint8_t)character : 128;
    }
    return n;
}

/* Decide by the rules about URLs, of which there are some. */
static int judge_by_urls(UrlJudge *self, const blk_url *url) {
    const blk_url_table *table = url_table(self);
    blk_url_form form;
    if (!blk_begin_form(url, &form)) return URL_FOR_READER;
    if (!blk_may_have_rules(table, form.octets, form.host)) return URL_FREE;
    if (!blk_finish_form(url, &form)) return URL_FOR_READER;
    return blk_judge_url(table, &form) == BLK_URL_BLOCKED ? URL_HAS_RULE : URL_FREE;
}

/* Decide about a URL of which the host is read as a name. */
BLK_INLINE int judge_name(UrlJudge *self, const blk_url *url, blk_place *place) {
    size_t n = url->n - (url->end[-1] == '.');
    const uint8_t *end = url->end - (url->end[-1] == '.');
    int decision = blk_judge(&self->matcher->core->image, end, n, place);
    if (decision == BLK_BLOCKED) return URL_BLOCKED;
    if (decision != BLK_FREE) return URL_FOR_READER;
    return BLK_LIKELY(!self->has_urls) ? URL_FREE : judge_by_urls(self, url);
}

/* Decide about what was asked; `host` gets the host that a rule blocks, if it is wanted. */
BLK_INLINE int judge_url(UrlJudge *self, PyObject *text, blk_place *place, PyObject **host) {
    blk_url url;
    uint8_t copy[BLK_URL_BEFORE + MAX_COPIED];
    int read;
    if (BLK_UNLIKELY(!PyUnicode_Check(text) || !PyUnicode_IS_COMPACT(text))) return URL_FOR_READER;
    if (BLK_UNLIKELY(self->has_urls && !url_table(self)) && load_url_table(self)) return URL_ERROR;
    if (self->matcher->core->is_closed) {
        (void)enter(self->matcher->core);
        return URL_ERROR;
    }
    if (BLK_LIKELY(PyUnicode_IS_ASCII(text))) {
        const uint8_t *octets = (const uint8_t *)((PyASCIIObject *)text + 1);
        read = blk_read_url(octets, (size_t)((PyASCIIObject *)text)->length, &url);
    } else {
        memset(copy, 0, BLK_URL_BEFORE);
        size_t n = copy_url(text, copy + BLK_URL_BEFORE);
        read = blk_read_url(copy + BLK_URL_BEFORE, n, &url);
        if (n == MAX_COPIED || (read != BLK_URL_OTHER && url.tail == url.stop)) {
            read = BLK_URL_OTHER;
        }
    }
    if (read == BLK_URL_NO_HOST) return URL_FREE;
    if (read == BLK_URL_IPV4) {
        if (blk_blocks_ipv4(&self->matcher->core->image, url.address)) return URL_HAS_RULE;
        if (BLK_LIKELY(!self->has_urls)) return URL_FREE;
        blk_write_address(&url);
        return judge_by_urls(self, &url);
    }
    if (read == BLK_URL_OTHER) return URL_FOR_READER;
    int answer = judge_name(self, &url, place);
    if (answer == URL_BLOCKED && host) {
        *host = PyUnicode_FromKindAndData(PyUnicode_1BYTE_KIND, url.end - url.n, (Py_ssize_t)url.n);
        if (!*host) return URL_ERROR;
    }
    return answer;
}

PyDoc_STRVAR(is_blocked_url_doc, "is_blocked_url($self, url, /)\n--\n\n"
                                 "Whether the URL is blocked: itself, or its host; total.");

static PyObject *is_blocked_url(UrlJudge *self, PyObject *text) {
    switch (judge_url(self, text, NULL, NULL)) {
        case URL_FREE: Py_RETURN_FALSE;
        case URL_BLOCKED:
        case URL_HAS_RULE: Py_RETURN_TRUE;
        case URL_FOR_READER: return PyObject_CallOneArg(self->is_blocked_url, text);
        default: return NULL;
    }
}

PyDoc_STRVAR(match_url_doc, "match_url($self, url, /)\n--\n\n"
                            "Return what blocks the URL with its orders, or None.");

static PyObject *match_url(UrlJudge *self, PyObject *text) {
    blk_place place;
    PyObject *host = NULL, *match = NULL;
    switch (judge_url(self, text, &place, &host)) {
        case URL_FREE: Py_RETURN_NONE;
        case URL_BLOCKED:
            match = make_match(self->matcher, host, &place);
            Py_DECREF(host);
            return match;
        case URL_HAS_RULE:
        case URL_FOR_READER: return PyObject_CallOneArg(self->match_url, text);
        default: return NULL;
    }
}

/* ---- life -------------------------------------------------------------------------------- */

static int url_judge_traverse(UrlJudge *self, visitproc visit, void *arg) {
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->matcher);
    Py_VISIT(self->is_blocked_url);
    Py_VISIT(self->match_url);
    Py_VISIT(self->url_rules);
    return 0;
}

static void url_judge_dealloc(UrlJudge *self) {
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->matcher);
    Py_XDECREF(self->is_blocked_url);
    Py_XDECREF(self->match_url);
    Py_XDECREF(self->url_rules);
    PyMem_RawFree(self->table);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyObject *url_judge_reduce(UrlJudge *self, PyObject *unused) {
    return matcher_reduce(self->matcher, unused);
}

static PyMethodDef url_judge_methods[] = {
    {"__reduce__", (PyCFunction)(void (*)(void))url_judge_reduce, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

PyDoc_STRVAR(url_judge_doc, "Judges the URLs of a core.");

static PyType_Slot url_judge_slots[] = {
    {Py_tp_doc, (void *)url_judge_doc},
    {Py_tp_dealloc, (void *)url_judge_dealloc},
    {Py_tp_traverse, (void *)url_judge_traverse},
    {Py_tp_methods, url_judge_methods},
    {0, NULL},
};

static PyType_Spec url_judge_spec = {
    .name = "blocklist._core._native.UrlJudge",
    .basicsize = sizeof(UrlJudge),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = url_judge_slots,
};

static PyMethodDef is_blocked_url_method = {
    "is_blocked_url", (PyCFunction)(void (*)(void))is_blocked_url, METH_O, is_blocked_url_doc};
static PyMethodDef match_url_method = {"match_url", (PyCFunction)(void (*)(void))match_url, METH_O,
                                       match_url_doc};

PyDoc_STRVAR(url_judges_doc,
             "url_judges($self, kind, finder, reader, has_urls, /)\n--\n\n"
             "Return two functions: whether a URL is blocked, and what blocks it.\n\n"
             "The reader answers what is not read here, and has the rules about URLs.");

static PyObject *url_judges(Core *self, PyTypeObject *defining, PyObject *const *args,
                            Py_ssize_t count, PyObject *names) {
    State *state = (State *)PyType_GetModuleState(defining);
    Matcher *matcher = count == 4 && !names ? new_matcher(state, self, args[0], args[1]) : NULL;
    if (!matcher) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_TypeError, "url_judges takes four arguments in their sequence");
        }
        return NULL;
    }
    PyObject *first = NULL, *second = NULL, *both = NULL;
    UrlJudge *judge = (UrlJudge *)state->url_judge->tp_alloc(state->url_judge, 0);
    if (!judge) {
        Py_DECREF(matcher);
        return NULL;
    }
    judge->matcher = matcher;
    judge->has_urls = PyObject_IsTrue(args[3]);
    if (judge->has_urls >= 0) {
        judge->is_blocked_url = PyObject_GetAttrString(args[2], "is_blocked_url");
    }
    if (judge->is_blocked_url) judge->match_url = PyObject_GetAttrString(args[2], "match_url");
    if (judge->match_url) judge->url_rules = PyObject_GetAttrString(args[2], "url_rules");
    if (judge->url_rules) {
        first = PyCFunction_New(&is_blocked_url_method, (PyObject *)judge);
        second = first ? PyCFunction_New(&match_url_method, (PyObject *)judge) : NULL;
        both = second ? PyTuple_Pack(2, first, second) : NULL;
    }
    Py_XDECREF(first);
    Py_XDECREF(second);
    Py_DECREF(judge);
    return both;
}

#endif
