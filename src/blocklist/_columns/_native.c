/* Batch work of the compile side in C: the twin of _pure.py, with the same results to the octet. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "builder.h"
#include "../_core/moduleslots.h"
#include "packer.h"
#include "ulabels.h"

/* ---- scan_names and scan_framed ------------------------------------------------------------ */

/* Octets of a canonical name: 1 lower-case letter, 2 digit or underscore, 3 dot, 4 hyphen. */
static const uint8_t scan_kinds[256] = {
    ['-'] = 4, ['.'] = 3, ['0'] = 2, ['1'] = 2, ['2'] = 2, ['3'] = 2, ['4'] = 2, ['5'] = 2,
    ['6'] = 2, ['7'] = 2, ['8'] = 2, ['9'] = 2, ['_'] = 2, ['a'] = 1, ['b'] = 1, ['c'] = 1,
    ['d'] = 1, ['e'] = 1, ['f'] = 1, ['g'] = 1, ['h'] = 1, ['i'] = 1, ['j'] = 1, ['k'] = 1,
    ['l'] = 1, ['m'] = 1, ['n'] = 1, ['o'] = 1, ['p'] = 1, ['q'] = 1, ['r'] = 1, ['s'] = 1,
    ['t'] = 1, ['u'] = 1, ['v'] = 1, ['w'] = 1, ['x'] = 1, ['y'] = 1, ['z'] = 1,
};

/* Where the last label begins, if the octets are a canonical name of two labels or more whose last
 * begins with a letter, without "xn--": most lines of most lists. 0 if they are not. */
static size_t scan_last_label(const uint8_t *name, size_t n) {
    size_t start = 0, i = 0;
    if (n < 3 || n > BLK_MAX_NAME_OCTETS) return 0;
    for (; i < n; i++) {
        uint8_t kind = scan_kinds[name[i]];
        if (kind == 1 || kind == 2) continue;
        if (!kind) return 0;
        if (kind == 3) {
            if (i == start || i - start > BLK_MAX_LABEL_OCTETS) return 0;
            start = i + 1;
        } else if (i >= 3 && name[i - 1] == '-' && name[i - 2] == 'n' && name[i - 3] == 'x') {
            return 0;
        }
    }
    if (start == n || n - start > BLK_MAX_LABEL_OCTETS || scan_kinds[name[start]] != 1) return 0;
    return start;
}

static int scan_is_blank(uint8_t octet) { return octet == ' ' || octet == '\t'; }

/* Whether the line says nothing: blank, or a comment. */
static int scan_is_silent(const uint8_t *line, size_t n) {
    size_t i = 0;
    while (i < n && scan_is_blank(line[i])) i++;
    return i == n || line[i] == '#';
}

/* Take blanks and a comment after a blank off the line, if one word is left; its length. */
static size_t scan_trim(const uint8_t **line, size_t n) {
    const uint8_t *at = *line, *end = at + n;
    while (at < end && scan_is_blank(*at)) at++;
    const uint8_t *word = at;
    while (at < end && !scan_is_blank(*at)) at++;
    if (!scan_is_silent(at, (size_t)(end - at)) || (at < end && *at == '#')) return n;
    *line = word;
    return (size_t)(at - word);
}

typedef struct {
    const uint8_t *octets;
    size_t size;
} Part;

/* What a line holds beside its name, and which names are not taken. */
typedef struct {
    Part after, odd;
    int has_comments; /* whether blanks around the name, and a comment after it, are passed over */
    int drops_silent; /* whether lines that say nothing are left out */
} Frame;

/* The names after one beginning of a line, and the numbers of their lines. */
typedef struct {
    Part before;
    PyObject *names;
    size_t used;
    uint32_t *numbers;
    size_t count, room;
} Column;

static int get_part(PyObject *text, Part *part) {
    Py_ssize_t size = 0;
    part->octets = (const uint8_t *)PyUnicode_AsUTF8AndSize(text, &size);
    part->size = (size_t)size;
    return part->octets ? 0 : -1;
}

/* The name that a line holds between the beginning and the end of the frame; its length, or 0.
 * found is the name before, and becomes this one: a zone says most names twice. */
static size_t scan_between(const uint8_t *line, size_t n, const Part *before, const Frame *frame,
                           Part *found) {
    const Part *after = &frame->after, *odd = &frame->odd;
    if (n < before->size || n - before->size < after->size ||
        memcmp(line, before->octets, before->size) ||
        memcmp(line + n - after->size, after->octets, after->size)) {
        return 0;
    }
    const uint8_t *name = line + before->size;
    n -= before->size + after->size;
    if (n && n == found->size && !memcmp(name, found->octets, n)) return n;
    size_t last = scan_last_label(name, n);
    if (!last && frame->has_comments) {
        n = scan_trim(&name, n);
        last = scan_last_label(name, n);
    } else if (!last && after->size && scan_is_blank(after->octets[0])) {
        while (n && scan_is_blank(name[n - 1])) n--;
        last = scan_last_label(name, n);
    }
    if (!last ||
        (odd->size && n - last >= odd->size && !memcmp(name + last, odd->octets, odd->size))) {
        return 0;
    }
    *found = (Part){name, n};
    return n;
}

/* Double the room of an array, which begins with that of `first` items of `size` octets. NULL with
 * MemoryError if there is no memory; the array stays then. */
static void *doubled(void *items, size_t *room, size_t first, size_t size) {
    size_t more = *room ? 2 * *room : first;
    void *grown = PyMem_Realloc(items, more * size);
    if (grown) *room = more;
    else PyErr_NoMemory();
    return grown;
}

static int add_name(Column *column, const Part *name, uint32_t number) {
    if (column->count == column->room) {
        void *grown = doubled(column->numbers, &column->room, 1024, sizeof *column->numbers);
        if (!grown) return -1;
        column->numbers = (uint32_t *)grown;
    }
    uint8_t *out = (uint8_t *)PyBytes_AS_STRING(column->names) + column->used;
    memcpy(out, name->octets, name->size);
    out[name->size] = '\n';
    column->used += name->size + 1;
    column->numbers[column->count++] = number;
    return 0;
}

/* Put each line's name into the first column that it fits, or the line into rest. */
static int scan_lines(const Part *text, const Frame *frame, Column *columns, size_t count,
                      PyObject *rest) {
    const uint8_t *line = text->octets, *end = line + text->size;
    int has_returns = memchr(line, '\r', text->size) != NULL;
    uint32_t number = 0;
    size_t taken = 0, i;
    Part name = {line, 0};
    for (size_t k = 0; k < count; k++) {
        /* Each line gives a column its length and a line end at most. */
        columns[k].names = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)text->size + 1);
        if (!columns[k].names) return -1;
    }
    for (;;) {
        const uint8_t *stop = line;
        if (has_returns) {
            while (stop < end && *stop != '\n' && *stop != '\r') stop++;
        } else {
            stop = (const uint8_t *)memchr(line, '\n', (size_t)(end - line));
            if (!stop) stop = end;
        }
        size_t n = (size_t)(stop - line), length = 0;
        number++;
        for (i = 0; i < count && !length; i++) {
            length = scan_between(line, n, &columns[i].before, frame, &name);
        }
        if (length) {
            if (add_name(&columns[i - 1], &name, number)) return -1;
            taken++;
        } else if (!frame->drops_silent || !scan_is_silent(line, n)) {
            PyObject *other = Py_BuildValue("(nIs#)", (Py_ssize_t)taken, (unsigned)number,
                                            (const char *)line, (Py_ssize_t)n);
            if (!other || PyList_Append(rest, other)) {
                Py_XDECREF(other);
                return -1;
            }
            Py_DECREF(other);
        }
        if (stop == end) return 0;
        line = stop + (stop + 1 < end && *stop == '\r' && stop[1] == '\n' ? 2 : 1);
    }
}

/* Return the names and the numbers of a column; both are taken out of it. */
static int end_column(Column *column, PyObject **names, PyObject **numbers) {
    if (_PyBytes_Resize(&column->names, (Py_ssize_t)column->used)) return -1;
    *numbers = PyBytes_FromStringAndSize((const char *)column->numbers,
                                         (Py_ssize_t)(column->count * sizeof *column->numbers));
    if (!*numbers) return -1;
    *names = column->names;
    column->names = NULL;
    return 0;
}

static void free_column(Column *column) {
    PyMem_Free(column->numbers);
    Py_XDECREF(column->names);
}

PyDoc_STRVAR(scan_names_doc,
             "scan_names(text, /)\n--\n\n"
             "Return the names among the lines of text, their line numbers, and the other lines.");

static PyObject *scan_names(PyObject *module, PyObject *arg) {
    (void)module;
    static const uint8_t nothing[1] = {0};
    const Frame frame = {{nothing, 0}, {nothing, 0}, 1, 1};
    Column column = {{nothing, 0}, NULL, 0, NULL, 0, 0};
    PyObject *names = NULL, *numbers = NULL, *rest = NULL, *result = NULL;
    Part text;
    if (get_part(arg, &text)) return NULL;
    rest = PyList_New(0);
    if (rest && !scan_lines(&text, &frame, &column, 1, rest) &&
        !end_column(&column, &names, &numbers)) {
        result = PyTuple_Pack(3, names, numbers, rest);
    }
    free_column(&column);
    Py_XDECREF(names);
    Py_XDECREF(numbers);
    Py_XDECREF(rest);
    return result;
}

PyDoc_STRVAR(scan_framed_doc,
             "scan_framed(text, befores, after, comments, odd, /)\n--\n\n"
             "Return names and line numbers for each of befores, and the other lines.");

static PyObject *scan_framed(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *source, *befores, *after, *odd, *found = NULL, *rest = NULL, *result = NULL;
    Frame frame = {.drops_silent = 0};
    Column *columns = NULL;
    Part text;
    if (!PyArg_ParseTuple(args, "UO!UpU", &source, &PyTuple_Type, &befores, &after,
                          &frame.has_comments, &odd)) {
        return NULL;
    }
    size_t count = (size_t)PyTuple_GET_SIZE(befores);
    if (get_part(source, &text) || get_part(after, &frame.after) || get_part(odd, &frame.odd)) {
        return NULL;
    }
    columns = (Column *)PyMem_Calloc(count + 1, sizeof *columns);
    if (!columns) return PyErr_NoMemory();
    for (size_t i = 0; i < count; i++) {
        PyObject *before = PyTuple_GET_ITEM(befores, (Py_ssize_t)i);
        if (!PyUnicode_Check(before)) {
            PyErr_SetString(PyExc_TypeError, "what stands before a name is a str");
            goto done;
        }
        if (get_part(before, &columns[i].before)) goto done;
    }
    found = PyList_New(0);
    rest = PyList_New(0);
    if (!found || !rest || scan_lines(&text, &frame, columns, count, rest)) goto done;
    for (size_t i = 0; i < count; i++) {
        PyObject *names = NULL, *numbers = NULL;
        if (end_column(&columns[i], &names, &numbers)) goto done;
        PyObject *pair = PyTuple_Pack(2, names, numbers);
        Py_DECREF(names);
        Py_DECREF(numbers);
        if (!pair || PyList_Append(found, pair)) {
            Py_XDECREF(pair);
            goto done;
        }
        Py_DECREF(pair);
    }
    result = PyTuple_Pack(2, found, rest);
done:
    for (size_t i = 0; i < count; i++) free_column(&columns[i]);
    PyMem_Free(columns);
    Py_XDECREF(found);
    Py_XDECREF(rest);
    return result;
}

/* ---- scan_targets ------------------------------------------------------------------------- */

/* What a target is written with beside its name: the octet of a form, or-ed with FORM_RAW where its
 * text is kept. */
#define FORM_RAW 4
static const char *const form_marks[] = {"", "*.", "=", "."};

/* Octets that grow. */
typedef struct {
    uint8_t *octets;
    size_t used, room;
} Buffer;

/* Make room for so many octets more. */
static int reserve(Buffer *buffer, size_t more) {
    if (buffer->room - buffer->used >= more) return 0;
    size_t room = buffer->room + buffer->room / 2 + more + 32;
    uint8_t *grown = (uint8_t *)PyMem_Realloc(buffer->octets, room);
    if (!grown) {
        PyErr_NoMemory();
        return -1;
    }
    buffer->octets = grown;
    buffer->room = room;
    return 0;
}

static int add_octets(Buffer *buffer, const void *octets, size_t size) {
    if (reserve(buffer, size)) return -1;
    memcpy(buffer->octets + buffer->used, octets, size);
    buffer->used += size;
    return 0;
}

static int add_line(Buffer *buffer, const uint8_t *text, size_t size) {
    return add_octets(buffer, text, size) || add_octets(buffer, "\n", 1);
}

static PyObject *as_bytes(const Buffer *buffer) {
    return PyBytes_FromStringAndSize((const char *)buffer->octets, (Py_ssize_t)buffer->used);
}

/* The columns of the targets that were read. */
typedef struct {
    Buffer names, numbers, forms, raws;
    size_t count;
} Targets;

static void free_targets(Targets *targets) {
    PyMem_Free(targets->names.octets);
    PyMem_Free(targets->numbers.octets);
    PyMem_Free(targets->forms.octets);
    PyMem_Free(targets->raws.octets);
}

static uint32_t ask_python(void *context, uint32_t point) {
    PyObject *answer = PyObject_CallFunction((PyObject *)context, "I", (unsigned)point);
    if (!answer) return ULA_UNASKED;
    unsigned long value = PyLong_AsUnsignedLong(answer);
    Py_DECREF(answer);
    if (value == (unsigned long)-1 && PyErr_Occurred()) return ULA_UNASKED;
    if (value != ULA_UNASKED && value <= 0x10FFFF) return (uint32_t)value;
    PyErr_SetString(PyExc_ValueError, "not what a code point is mapped to");
    return ULA_UNASKED;
}

/* Take the table of code points, and what is asked for those that are not in it. */
static int get_table(PyObject *points, PyObject *ask, Py_buffer *buffer, ula_table *table) {
    if (PyObject_GetBuffer(points, buffer, PyBUF_WRITABLE)) return -1;
    if (buffer->len != (Py_ssize_t)(ULA_POINTS * sizeof(uint32_t)) ||
        (uintptr_t)buffer->buf % _Alignof(uint32_t)) {
        PyErr_SetString(PyExc_ValueError, "not a table of code points");
        PyBuffer_Release(buffer);
        return -1;
    }
    table->points = (uint32_t *)buffer->buf;
    table->ask = ask_python;
    table->context = ask;
    table->end_size = 0;
    return 0;
}

static int add_target(Targets *targets, const uint8_t *name, size_t n, uint32_t number,
                      unsigned form, const Part *raw) {
    if (add_line(&targets->names, name, n) ||
        add_octets(&targets->numbers, &number, sizeof number) || reserve(&targets->forms, 1) ||
        (raw && add_line(&targets->raws, raw->octets, raw->size))) {
        return -1;
    }
    targets->forms.octets[targets->forms.used++] = (uint8_t)(form | (raw ? FORM_RAW : 0));
    targets->count++;
    return 0;
}

/* Read the word of a line as a target that is a name; 1 if it is one, 0 if not, -1 on failure. raw
 * is what is kept of the line. */
static int read_word(Targets *targets, ula_table *table, const Part *word, Part raw,
                     uint32_t number) {
    static const size_t sizes[] = {0, 2, 1, 1};
    uint8_t written[ULA_MAX_NAME];
    unsigned mark = 0;
    for (unsigned i = 1; i < 4 && !mark; i++) {
        if (word->size > sizes[i] && !memcmp(word->octets, form_marks[i], sizes[i])) mark = i;
    }
    const uint8_t *name = word->octets + sizes[mark];
    size_t n = word->size - sizes[mark];
    if (!scan_last_label(name, n)) {
        int length = ula_write_name(table, name, n, written);
        if (length <= 0) return length;
        int is_same = (size_t)length == n && !memcmp(written, name, n);
        if (!is_same) {
            return add_target(targets, written, (size_t)length, number, mark, &raw) ? -1 : 1;
        }
    }
    /* Blanks around a name alone are not kept. */
    int is_bare = !mark || raw.size == word->size;
    return add_target(targets, name, n, number, mark, is_bare ? NULL : &raw) ? -1 : 1;
}

/* Read one line; 1 if it was read or says nothing, 0 if it is for others, -1 on failure. */
static int read_target(Targets *targets, ula_table *table, const uint8_t *line, size_t n,
                       int comments, uint32_t number) {
    if (scan_last_label(line, n)) {
        return add_target(targets, line, n, number, 0, NULL) ? -1 : 1;
    }
    const uint8_t *at = line, *end = line + n;
    while (at < end && scan_is_blank(*at)) at++;
    if (at == end || (comments && *at == '#')) return 1;
    Part word = {at, 0}, raw = {line, n};
    while (at < end && !scan_is_blank(*at)) at++;
    word.size = (size_t)(at - word.octets);
    while (at < end && scan_is_blank(*at)) at++;
    if (at < end) {
        if (!comments || *at != '#') return 0;
        raw.size = (size_t)(at - line) - 1; /* a comment takes one blank with it */
    }
    return read_word(targets, table, &word, raw, number);
}

static int scan_target_lines(Targets *targets, ula_table *table, const Part *text, int comments,
                             PyObject *rest) {
    const uint8_t *line = text->octets, *end = line + text->size;
    int has_returns = memchr(line, '\r', text->size) != NULL;
    if (reserve(&targets->names, text->size + 1)) return -1;
    for (uint32_t number = 1;; number++) {
        const uint8_t *stop = line;
        if (has_returns) {
            while (stop < end && *stop != '\n' && *stop != '\r') stop++;
        } else {
            stop = (const uint8_t *)memchr(line, '\n', (size_t)(end - line));
            if (!stop) stop = end;
        }
        int read = read_target(targets, table, line, (size_t)(stop - line), comments, number);
        if (read < 0) return -1;
        if (!read) {
            PyObject *other = Py_BuildValue("(nIs#)", (Py_ssize_t)targets->count, (unsigned)number,
                                            (const char *)line, (Py_ssize_t)(stop - line));
            if (!other || PyList_Append(rest, other)) {
                Py_XDECREF(other);
                return -1;
            }
            Py_DECREF(other);
        }
        if (stop == end) return 0;
        line = stop + (stop + 1 < end && *stop == '\r' && stop[1] == '\n' ? 2 : 1);
    }
}

PyDoc_STRVAR(scan_targets_doc,
             "scan_targets(text, comments, points, ask, /)\n--\n\n"
             "Return names, line numbers, forms and raw texts of the targets, and other lines.");

static PyObject *scan_targets(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *source, *points, *ask, *rest = NULL, *result = NULL;
    PyObject *names = NULL, *numbers = NULL, *forms = NULL, *raws = NULL;
    Py_buffer buffer;
    Targets targets;
    ula_table table;
    Part text;
    int comments;
    memset(&targets, 0, sizeof targets);
    if (!PyArg_ParseTuple(args, "UpOO", &source, &comments, &points, &ask) ||
        get_part(source, &text) || get_table(points, ask, &buffer, &table)) {
        return NULL;
    }
    rest = PyList_New(0);
    if (rest && !scan_target_lines(&targets, &table, &text, comments, rest)) {
        names = as_bytes(&targets.names);
        numbers = as_bytes(&targets.numbers);
        forms = as_bytes(&targets.forms);
        raws = as_bytes(&targets.raws);
        if (names && numbers && forms && raws)
            result = PyTuple_Pack(5, names, numbers, forms, raws, rest);
    }
    free_targets(&targets);
    PyBuffer_Release(&buffer);
    Py_XDECREF(names);
    Py_XDECREF(numbers);
    Py_XDECREF(forms);
    Py_XDECREF(raws);
    Py_XDECREF(rest);
    return result;
}

/* ---- scan_rows ----------------------------------------------------------------------------- */

#define MAX_FIELDS 64
#define MAX_ROW 100000 /* octets; the csv module refuses longer fields, and has the word there */

/* How the rows of a table lie, and which fields say what. */
typedef struct {
    uint8_t mark;
    int quoted;
    size_t least, count;                    /* fields of a row; count is 0 if there may be more */
    size_t names[MAX_FIELDS], name_count;   /* the first that is not blank is the target */
    size_t blanks[MAX_FIELDS], blank_count; /* say nothing in a row that is read here */
    size_t groups[MAX_FIELDS], group_count; /* rows with the same texts here are one group */
} Table;

typedef struct {
    Targets targets;
    PyObject *texts;
    uint32_t line; /* of its first row */
} Group;

typedef struct {
    Group *groups;
    size_t count, room;
    PyObject *numbers; /* of the groups, by their texts */
    Buffer key, last_key;
    size_t last;
} Groups;

static int is_line_end(uint8_t octet) { return octet == '\n' || octet == '\r'; }

/* Split a row without doubled quotes, or line ends in quotes; the number of fields, or 0. */
static size_t split_row(const Table *table, const uint8_t *at, const uint8_t *end, Part *fields,
                        const uint8_t **stop) {
    const uint8_t *row = at;
    for (size_t count = 0;;) {
        const uint8_t *field = at;
        size_t size;
        if (table->quoted && at < end && *at == '"') {
            field = ++at;
            while (at < end && *at != '"' && *at && !is_line_end(*at)) at++;
            if (at == end || *at != '"') return 0;
            size = (size_t)(at++ - field);
            if (at < end && *at != table->mark && !is_line_end(*at)) return 0;
        } else {
            while (at < end && *at != table->mark && !is_line_end(*at)) {
                if (!*at || (table->quoted && *at == '"')) return 0;
                at++;
            }
            size = (size_t)(at - field);
        }
        if (count < MAX_FIELDS) fields[count] = (Part){field, size};
        count++;
        if (at == end || is_line_end(*at)) {
            *stop = at;
            return at - row > MAX_ROW ? 0 : count;
        }
        at++;
    }
}

/* Where a row ends that split_row leaves: a line end in quotes is a part of it, as the csv module
 * reads it; what it refuses ends with its line. */
static const uint8_t *end_of_row(const Table *table, const uint8_t *at, const uint8_t *end) {
    int is_start = 1;
    for (; at < end && !is_line_end(*at); at++) {
        if (table->quoted && is_start && *at == '"') {
            for (at++; at < end; at++) {
                if (*at != '"') continue;
                if (at + 1 == end || at[1] != '"') break;
                at++;
            }
            if (at == end) return end;
            is_start = 0;
            continue;
        }
        is_start = *at == table->mark;
    }
    return at;
}

static Part trim(Part field) {
    while (field.size && scan_is_blank(field.octets[0])) field.octets++, field.size--;
    while (field.size && scan_is_blank(field.octets[field.size - 1])) field.size--;
    return field;
}

static int add_group(Groups *groups, const Table *table, const Part *fields, uint32_t line) {
    if (groups->count == groups->room) {
        void *grown = doubled(groups->groups, &groups->room, 16, sizeof *groups->groups);
        if (!grown) return -1;
        groups->groups = (Group *)grown;
    }
    Group *group = &groups->groups[groups->count];
    memset(group, 0, sizeof *group);
    group->line = line;
    group->texts = PyTuple_New((Py_ssize_t)table->group_count);
    if (!group->texts) return -1;
    groups->last = groups->count++;
    for (size_t i = 0; i < table->group_count; i++) {
        const Part *field = &fields[table->groups[i]];
        PyObject *text =
            PyUnicode_DecodeUTF8((const char *)field->octets, (Py_ssize_t)field->size, NULL);
        if (!text) return -1;
        PyTuple_SET_ITEM(group->texts, (Py_ssize_t)i, text);
    }
    return 0;
}

/* Find the group of a row, or make it; it is the last one then. */
static int find_group(Groups *groups, const Table *table, const Part *fields, uint32_t line) {
    groups->key.used = 0;
    for (size_t i = 0; i < table->group_count; i++) {
        const Part *field = &fields[table->groups[i]];
        if (add_octets(&groups->key, &field->size, sizeof field->size) ||
            add_octets(&groups->key, field->octets, field->size)) {
            return -1;
        }
    }
    if (groups->count && groups->key.used == groups->last_key.used &&
        (!groups->key.used ||
         !memcmp(groups->key.octets, groups->last_key.octets, groups->key.used))) {
        return 0;
    }
    PyObject *key = as_bytes(&groups->key), *number = NULL;
    if (!key) return -1;
    int error = 0;
    PyObject *known = PyDict_GetItemWithError(groups->numbers, key);
    if (known) {
        groups->last = PyLong_AsSize_t(known);
    } else if (PyErr_Occurred() || add_group(groups, table, fields, line)) {
        error = -1;
    } else {
        number = PyLong_FromSize_t(groups->last);
        error = !number || PyDict_SetItem(groups->numbers, key, number) ? -1 : 0;
    }
    Py_XDECREF(number);
    Py_DECREF(key);
    Buffer last = groups->last_key;
    groups->last_key = groups->key;
    groups->key = last;
    return error;
}

/* Read a row; 1 if it was read, 0 if it is for others, -1 on failure. */
static int read_row(Groups *groups, const Table *table, ula_table *points, const Part *fields,
                    size_t count, uint32_t line) {
    if (count < table->least || (table->count && count != table->count)) return 0;
    for (size_t i = 0; i < table->blank_count; i++) {
        if (table->blanks[i] < count && trim(fields[table->blanks[i]]).size) return 0;
    }
    for (size_t i = 0; i < table->name_count; i++) {
        const Part *field = &fields[table->names[i]];
        Part word = trim(*field);
        if (!word.size) continue;
        if (word.size != field->size && !scan_last_label(word.octets, word.size)) return 0;
        uint8_t written[ULA_MAX_NAME];
        size_t n = word.size;
        const uint8_t *name = word.octets;
        int is_plain = scan_last_label(name, n) != 0;
        if (!is_plain) {
            int length = ula_write_name(points, name, n, written);
            if (length <= 0) return length;
            is_plain = (size_t)length == n && !memcmp(written, name, n);
            name = written;
            n = (size_t)length;
        }
        if (find_group(groups, table, fields, line)) return -1;
        Targets *targets = &groups->groups[groups->last].targets;
        return add_target(targets, name, n, line, 0, is_plain ? NULL : &word) ? -1 : 1;
    }
    return 0;
}

static uint32_t count_line_ends(const uint8_t *at, const uint8_t *end) {
    uint32_t count = 0;
    for (; at < end; at++)
        count += *at == '\n' || (*at == '\r' && (at + 1 == end || at[1] != '\n'));
    return count;
}

static int scan_all_rows(Groups *groups, const Table *table, ula_table *points, const Part *text,
                         uint32_t number, PyObject *rest) {
    const uint8_t *line = text->octets, *end = line + text->size, *stop = NULL;
    Part fields[MAX_FIELDS];
    for (;;) {
        size_t count = split_row(table, line, end, fields, &stop);
        int read = count ? read_row(groups, table, points, fields, count, number) : 0;
        if (read < 0) return -1;
        if (!read) {
            stop = end_of_row(table, line, end);
            PyObject *other = Py_BuildValue("(Is#)", (unsigned)number, (const char *)line,
                                            (Py_ssize_t)(stop - line));
            if (!other || PyList_Append(rest, other)) {
                Py_XDECREF(other);
                return -1;
            }
            Py_DECREF(other);
            number += count_line_ends(line, stop);
        }
        number++;
        if (stop == end) return 0;
        line = stop + (stop + 1 < end && *stop == '\r' && stop[1] == '\n' ? 2 : 1);
    }
}

static PyObject *get_groups(const Groups *groups) {
    PyObject *list = PyList_New((Py_ssize_t)groups->count);
    for (size_t i = 0; list && i < groups->count; i++) {
        const Group *group = &groups->groups[i];
        const Targets *targets = &group->targets;
        PyObject *found =
            Py_BuildValue("(OIy#y#y#y#)", group->texts, (unsigned)group->line,
                          (const char *)targets->names.octets, (Py_ssize_t)targets->names.used,
                          (const char *)targets->numbers.octets, (Py_ssize_t)targets->numbers.used,
                          (const char *)targets->forms.octets, (Py_ssize_t)targets->forms.used,
                          targets->raws.octets ? (const char *)targets->raws.octets : "",
                          (Py_ssize_t)targets->raws.used);
        if (!found) Py_CLEAR(list);
        else PyList_SET_ITEM(list, (Py_ssize_t)i, found);
    }
    return list;
}

/* Take the numbers of columns, each below MAX_FIELDS, and below least where it must be there. */
static int get_columns(PyObject *numbers, size_t least, size_t *columns, size_t *count) {
    *count = (size_t)PyTuple_GET_SIZE(numbers);
    int is_sound = *count <= MAX_FIELDS && least <= MAX_FIELDS;
    for (size_t i = 0; is_sound && i < *count; i++) {
        columns[i] = PyLong_AsSize_t(PyTuple_GET_ITEM(numbers, (Py_ssize_t)i));
        if (columns[i] == (size_t)-1 && PyErr_Occurred()) return -1;
        is_sound = columns[i] < least;
    }
    if (is_sound) return 0;
    PyErr_SetString(PyExc_ValueError, "not columns of a table");
    return -1;
}

PyDoc_STRVAR(scan_rows_doc,
             "scan_rows(text, line, shape, names, blanks, groups, points, ask, /)\n--\n\n"
             "Return what is read of each group of rows, and the other rows.");

static PyObject *scan_rows(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *source, *names, *blanks, *grouping, *points, *ask;
    PyObject *rest = NULL, *list = NULL, *result = NULL;
    Py_buffer buffer;
    Py_ssize_t least, count;
    ula_table simple;
    Groups groups;
    Table table;
    Part text;
    unsigned line;
    int mark;
    memset(&groups, 0, sizeof groups);
    if (!PyArg_ParseTuple(args, "UI(Cpnn)O!O!O!OO", &source, &line, &mark, &table.quoted, &least,
                          &count, &PyTuple_Type, &names, &PyTuple_Type, &blanks, &PyTuple_Type,
                          &grouping, &points, &ask)) {
        return NULL;
    }
    if (mark <= 0 || mark > 127 || mark == '"' || is_line_end((uint8_t)mark) || least < 1 ||
        count < 0) {
        PyErr_SetString(PyExc_ValueError, "not the shape of a table");
        return NULL;
    }
    table.mark = (uint8_t)mark;
    table.least = (size_t)least;
    table.count = (size_t)count;
    if (get_columns(names, table.least, table.names, &table.name_count) ||
        get_columns(blanks, MAX_FIELDS, table.blanks, &table.blank_count) ||
        get_columns(grouping, table.least, table.groups, &table.group_count) ||
        get_part(source, &text) || get_table(points, ask, &buffer, &simple)) {
        return NULL;
    }
    groups.numbers = PyDict_New();
    rest = PyList_New(0);
    if (groups.numbers && rest && !scan_all_rows(&groups, &table, &simple, &text, line, rest)) {
        list = get_groups(&groups);
        if (list) result = PyTuple_Pack(2, list, rest);
    }
    for (size_t i = 0; i < groups.count; i++) {
        free_targets(&groups.groups[i].targets);
        Py_XDECREF(groups.groups[i].texts);
    }
    PyMem_Free(groups.groups);
    PyMem_Free(groups.key.octets);
    PyMem_Free(groups.last_key.octets);
    PyBuffer_Release(&buffer);
    Py_XDECREF(groups.numbers);
    Py_XDECREF(rest);
    Py_XDECREF(list);
    return result;
}

/* ---- scan_entries ------------------------------------------------------------------------- */

/* The entries of a JSON list: where each begins and ends, its line, and how many keys are in it. */
typedef struct {
    Buffer starts, ends, lines, keys;
} Entries;

static int end_entry(Entries *entries, uint64_t end, uint32_t keys) {
    return add_octets(&entries->ends, &end, sizeof end) ||
           add_octets(&entries->keys, &keys, sizeof keys);
}

/* Octets that matter outside strings: 1 blank, 2 line end, 3 quote, 4 and 5 brackets, 6 comma, 7
 * colon. */
static const uint8_t json_kinds[256] = {
    [' '] = 1, ['\t'] = 1, ['\r'] = 1, ['\n'] = 2, ['"'] = 3, ['['] = 4,
    ['{'] = 4, [']'] = 5,  ['}'] = 5,  [','] = 6,  [':'] = 7,
};

/* Walk over a list whose bracket stands at at; 1 with the octet after it in stop, 0 if the brackets
 * and commas are not those of a list, -1 on failure. What is between them is not looked at. */
static int walk_entries(Entries *entries, const Part *text, size_t at, uint32_t line,
                        size_t *stop) {
    const uint8_t *octets = text->octets;
    size_t size = text->size;
    uint64_t depth = 1;
    uint32_t keys = 0;
    int is_inside = 0;
    for (at++; at < size; at++) {
        uint8_t kind = json_kinds[octets[at]];
        if (kind == 1 || (!kind && is_inside)) continue;
        if (kind == 2) {
            line++;
            continue;
        }
        if (depth == 1 && (kind == 6 || octets[at] == ']')) {
            if (!is_inside && (kind == 6 || entries->starts.used)) return 0;
            if (is_inside && end_entry(entries, at, keys)) return -1;
            is_inside = 0;
            keys = 0;
            if (kind == 6) continue;
            *stop = at + 1;
            return 1;
        }
        if (!is_inside) {
            uint64_t start = at;
            if (add_octets(&entries->starts, &start, sizeof start) ||
                add_octets(&entries->lines, &line, sizeof line)) {
                return -1;
            }
            is_inside = 1;
        }
        if (kind == 3) {
            for (at++; at < size && octets[at] != '"'; at++) at += octets[at] == '\\';
        } else if (kind == 4) {
            depth++;
        } else if (kind == 5) {
            if (--depth == 0) return 0;
        } else {
            keys += kind == 7;
        }
    }
    return 0;
}

PyDoc_STRVAR(scan_entries_doc,
             "scan_entries(text, at, line, /)\n--\n\n"
             "Return where the entries of a JSON list begin and end, their lines and keys.");

static PyObject *scan_entries(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *source, *result = NULL;
    Entries entries;
    Py_ssize_t at;
    size_t stop = 0;
    unsigned line;
    Part text;
    memset(&entries, 0, sizeof entries);
    if (!PyArg_ParseTuple(args, "UnI", &source, &at, &line) || get_part(source, &text)) {
        return NULL;
    }
    if (at < 0 || (size_t)at >= text.size || text.octets[at] != '[') {
        PyErr_SetString(PyExc_ValueError, "no list begins there");
        return NULL;
    }
    int found = walk_entries(&entries, &text, (size_t)at, line, &stop);
    if (found == 1) {
        PyObject *starts = as_bytes(&entries.starts), *ends = as_bytes(&entries.ends);
        PyObject *lines = as_bytes(&entries.lines), *keys = as_bytes(&entries.keys);
        if (starts && ends && lines && keys)
            result = Py_BuildValue("(OOOOn)", starts, ends, lines, keys, (Py_ssize_t)stop);
        Py_XDECREF(starts);
        Py_XDECREF(ends);
        Py_XDECREF(lines);
        Py_XDECREF(keys);
    } else if (found == 0) {
        result = Py_None;
        Py_INCREF(result);
    }
    PyMem_Free(entries.starts.octets);
    PyMem_Free(entries.ends.octets);
    PyMem_Free(entries.lines.octets);
    PyMem_Free(entries.keys.octets);
    return result;
}

/* ---- build_trie -------------------------------------------------------------------------- */

static int set_section(PyObject *sections, const char *name, const uint8_t *octets, size_t size) {
    PyObject *value = PyBytes_FromStringAndSize((const char *)octets, (Py_ssize_t)size);
    if (!value) return -1;
    int error = PyDict_SetItemString(sections, name, value);
    Py_DECREF(value);
    return error;
}

static PyObject *get_sections(const bld_sections *out) {
    PyObject *sections = PyDict_New();
    if (sections && (set_section(sections, BLK_SECTION_TRIE, out->trie, BLK_TRIE_SIZE) ||
                     set_section(sections, BLK_SECTION_LINES, out->lines, out->lines_size) ||
                     set_section(sections, BLK_SECTION_GATES, out->gates, out->gates_size) ||
                     set_section(sections, BLK_SECTION_FILTER, out->filter, out->filter_size) ||
                     set_section(sections, BLK_SECTION_LABELS, out->labels, out->labels_size) ||
                     set_section(sections, BLK_SECTION_RANKS, out->ranks, out->ranks_size) ||
                     set_section(sections, BLK_SECTION_POOL, out->pool, out->pool_size))) {
        Py_CLEAR(sections);
    }
    return sections;
}

static void free_sections(bld_sections *out) {
    free(out->trie);
    free(out->lines);
    free(out->gates);
    free(out->filter);
    free(out->labels);
    free(out->ranks);
    free(out->pool);
}

/* Read the inputs of build_trie; 0 if they do not fit together. */
static int read_names(const Py_buffer *text, const Py_buffer *bits, bld_name *names) {
    const uint8_t *at = (const uint8_t *)text->buf, *end = at + text->len;
    const uint8_t *bit = (const uint8_t *)bits->buf;
    for (Py_ssize_t i = 0; i < bits->len; i++) {
        const uint8_t *stop = (const uint8_t *)memchr(at, '\n', (size_t)(end - at));
        if (!stop || stop == at || stop - at > BLK_MAX_NAME_OCTETS) return 0;
        if (!bit[i] || bit[i] > BLK_ALL_FLAGS) return 0;
        names[i].text = at;
        names[i].length = (uint8_t)(stop - at);
        names[i].bits = bit[i];
        at = stop + 1;
    }
    return at == end && (size_t)bits->len <= UINT32_MAX / 8;
}

PyDoc_STRVAR(build_trie_doc,
             "build_trie(names, bits, /)\n--\n\n"
             "Return the sections of the suffix trie, and the rule number of each input.");

static PyObject *build_trie(PyObject *module, PyObject *args) {
    (void)module;
    Py_buffer text, bits;
    if (!PyArg_ParseTuple(args, "y*y*", &text, &bits)) return NULL;
    size_t count = (size_t)bits.len;
    bld_name *names = (bld_name *)PyMem_Calloc(count + 1, sizeof *names);
    uint32_t *joined = (uint32_t *)PyMem_Malloc((count + 1) * sizeof *joined);
    bld_sections out;
    bld_error error;
    PyObject *sections = NULL, *numbers = NULL, *result = NULL;
    memset(&out, 0, sizeof out);
    if (!names || !joined) {
        PyErr_NoMemory();
        goto done;
    }
    if (!read_names(&text, &bits, names)) {
        PyErr_SetString(PyExc_ValueError, "names and bits do not fit together");
        goto done;
    }
    Py_BEGIN_ALLOW_THREADS
    error = bld_build(names, count, joined, &out);
    Py_END_ALLOW_THREADS
    if (error) {
        if (error == BLD_NO_MEMORY) PyErr_NoMemory();
        else PyErr_SetString(PyExc_ValueError, "these names find no place in any trie");
        goto done;
    }
    numbers = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(count * sizeof(uint32_t)));
    sections = get_sections(&out);
    if (!numbers || !sections) goto done;
    const uint8_t *bit = (const uint8_t *)bits.buf;
    uint32_t *number = (uint32_t *)(void *)PyBytes_AS_STRING(numbers);
    for (size_t i = 0; i < count; i++) {
        const bld_name *name = &names[joined[i]];
        number[i] = name->first + blk_count_bits(name->bits & (bit[i] - 1u));
    }
    result = PyTuple_Pack(2, sections, numbers);
done:
    PyBuffer_Release(&text);
    PyBuffer_Release(&bits);
    PyMem_Free(names);
    PyMem_Free(joined);
    free_sections(&out);
    Py_XDECREF(sections);
    Py_XDECREF(numbers);
    return result;
}

/* ---- find_names and find_covered ---------------------------------------------------------- */

static int get_section(PyObject *sections, const char *name, const uint8_t **octets,
                       uint64_t *size) {
    PyObject *value = PyDict_GetItemString(sections, name);
    if (!value || !PyBytes_Check(value)) {
        PyErr_Format(PyExc_ValueError, "there is no section %s", name);
        return -1;
    }
    *octets = (const uint8_t *)PyBytes_AS_STRING(value);
    *size = (uint64_t)PyBytes_GET_SIZE(value);
    return 0;
}

static int open_trie(PyObject *sections, blk_image *image) {
    blk_sections from;
    if (get_section(sections, BLK_SECTION_TRIE, &from.trie, &from.trie_size) ||
        get_section(sections, BLK_SECTION_LINES, &from.lines, &from.lines_size) ||
        get_section(sections, BLK_SECTION_GATES, &from.gates, &from.gates_size) ||
        get_section(sections, BLK_SECTION_FILTER, &from.filter, &from.filter_size) ||
        get_section(sections, BLK_SECTION_LABELS, &from.labels, &from.labels_size) ||
        get_section(sections, BLK_SECTION_RANKS, &from.ranks, &from.ranks_size) ||
        get_section(sections, BLK_SECTION_POOL, &from.pool, &from.pool_size)) {
        return -1;
    }
    from.automaton = from.pool; /* none */
    from.automaton_size = 0;
    if (blk_open_sections(image, &from) == BLK_OK) return 0;
    PyErr_SetString(PyExc_ValueError, "the sections of the suffix trie do not fit together");
    return -1;
}

/* What is found: triples of index, offset and place. */
typedef struct {
    uint32_t *values;
    size_t count, room;
} Found;

static int add_found(Found *found, uint32_t index, uint32_t offset, uint32_t place) {
    if (found->count + 3 > found->room) {
        size_t room = found->room ? 2 * found->room : 3072;
        uint32_t *grown = (uint32_t *)realloc(found->values, room * sizeof *grown);
        if (!grown) return -1;
        found->values = grown;
        found->room = room;
    }
    found->values[found->count++] = index;
    found->values[found->count++] = offset;
    found->values[found->count++] = place;
    return 0;
}

/* Where the longest wider block of a name begins in it, above the flags that stand there; 0 if
 * there is none or an exception comes first. */
static uint32_t find_wider(const blk_image *image, const uint8_t *name, size_t n) {
    blk_match matches[BLK_MAX_LABELS];
    size_t count = blk_match_names(image, name, n, matches);
    for (size_t i = 0; i < count; i++) {
        if (matches[i].flags >> BLK_ALLOW_SHIFT) return 0;
        if (matches[i].start && blk_verdict(matches[i].flags, 0) == BLK_BLOCKED) {
            return (uint32_t)matches[i].start << 8 | matches[i].flags;
        }
    }
    return 0;
}

typedef struct {
    const uint8_t *name;
    size_t length;
    uint64_t hash;
    uint8_t asks;
} Question;

#define GROUP 32

static int find_all(const blk_image *image, const uint8_t *text, size_t length, int wider,
                    Found *found) {
    const uint8_t *at = text, *end = text + length;
    Question questions[GROUP];
    for (uint32_t index = 0; at < end;) {
        uint32_t count = 0;
        for (; count < GROUP && at < end; count++) {
            const uint8_t *stop = (const uint8_t *)memchr(at, '\n', (size_t)(end - at));
            if (!stop || stop - at > BLK_MAX_NAME_OCTETS) return -2;
            Question *q = &questions[count];
            q->name = at;
            q->length = (size_t)(stop - at);
            /* The window may reach before the name: the first names have nothing there. */
            q->asks = at - text < 32 ? 2 : 2 * !blk_prepare(image, stop, q->length, &q->hash);
            at = stop + 1;
        }
        for (uint32_t i = 0; i < count; i++) {
            if (!questions[i].asks)
                questions[i].asks = (uint8_t)blk_may_hold(image, questions[i].hash);
        }
        for (uint32_t i = 0; i < count; i++) {
            const Question *q = &questions[i];
            if (!q->asks) continue;
            uint32_t place = wider ? find_wider(image, q->name, q->length) : 0;
            if (wider ? !place : !blk_is_blocked(image, (const char *)q->name, q->length)) continue;
            if (add_found(found, index + i, (uint32_t)(q->name - text), place)) return -1;
        }
        index += count;
    }
    return 0;
}

static PyObject *find(PyObject *args, int wider) {
    PyObject *sections, *result = NULL;
    Py_buffer names;
    blk_image image;
    Found found = {NULL, 0, 0};
    int error;
    if (!PyArg_ParseTuple(args, "O!y*", &PyDict_Type, &sections, &names)) return NULL;
    if (open_trie(sections, &image)) goto done;
    Py_BEGIN_ALLOW_THREADS
    error = (uint64_t)names.len > UINT32_MAX
                ? -2
                : find_all(&image, (const uint8_t *)names.buf, (size_t)names.len, wider, &found);
    Py_END_ALLOW_THREADS
    if (error == -1) PyErr_NoMemory();
    else if (error) PyErr_SetString(PyExc_ValueError, "not a column of names");
    else {
        result = PyBytes_FromStringAndSize((const char *)found.values,
                                           (Py_ssize_t)(found.count * sizeof *found.values));
    }
done:
    free(found.values);
    PyBuffer_Release(&names);
    return result;
}

PyDoc_STRVAR(find_names_doc,
             "find_names(sections, names, /)\n--\n\n"
             "Return index, offset and 0 of each name that the trie blocks, as u32.");

static PyObject *find_names(PyObject *module, PyObject *args) {
    (void)module;
    return find(args, 0);
}

PyDoc_STRVAR(
    find_covered_doc,
    "find_covered(sections, names, /)\n--\n\n"
    "Return index, offset and place of the wider block of each name that one covers, as u32.\n\n"
    "A place is where the block begins in the name, times 256, and the flags that stand there.");

static PyObject *find_covered(PyObject *module, PyObject *args) {
    (void)module;
    return find(args, 1);
}

/* ---- pack_grounds ------------------------------------------------------------------------ */

/* Take memory for the grounds of `rules` rules; 0 if it cannot be had. */
static int make_packer(pck_grounds *packer, Py_ssize_t rules, Py_ssize_t grounds) {
    memset(packer, 0, sizeof *packer);
    packer->rule_count = (uint32_t)rules;
    packer->ground_count = (uint32_t)grounds;
    packer->grounds = (pck_ground *)malloc(((size_t)grounds + 1) * sizeof *packer->grounds);
    packer->ends = (uint32_t *)calloc((size_t)rules + 1, sizeof *packer->ends);
    packer->of_rules = (uint32_t *)malloc(((size_t)rules + 1) * sizeof *packer->of_rules);
    return packer->grounds && packer->ends && packer->of_rules;
}

PyDoc_STRVAR(pack_grounds_doc,
             "pack_grounds(rules, orders, lines, raws, count, /)\n--\n\n"
             "Return the section that holds the grounds of count rules; each has one or more.");

static PyObject *pack_grounds(PyObject *module, PyObject *args) {
    (void)module;
    Py_buffer in[4];
    Py_ssize_t count;
    PyObject *section = NULL;
    pck_grounds packer = {0};
    if (!PyArg_ParseTuple(args, "y*y*y*y*n", &in[0], &in[1], &in[2], &in[3], &count)) return NULL;
    Py_ssize_t total = in[0].len / (Py_ssize_t)sizeof(uint32_t);
    pck_columns columns = {(const uint32_t *)in[0].buf, (const uint32_t *)in[1].buf,
                           (const uint32_t *)in[2].buf, (const uint32_t *)in[3].buf};
    int is_sound = in[1].len == in[0].len && in[2].len == in[0].len && in[3].len == in[0].len &&
                   count >= 0 && count < UINT32_MAX && total < UINT32_MAX;
    for (Py_ssize_t i = 0; is_sound && i < total; i++)
        is_sound = columns.rules[i] < (uint64_t)count;
    if (is_sound && !make_packer(&packer, count, total)) {
        PyErr_NoMemory();
        goto done;
    }
    if (!is_sound || !pck_sort(&packer, &columns)) {
        PyErr_SetString(PyExc_ValueError, "columns of grounds do not fit together");
        goto done;
    }
    if (!pck_gather_sets(&packer)) {
        PyErr_NoMemory();
        goto done;
    }
    pck_places places = pck_place(&packer);
    section = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)places.size);
    if (!section) goto done;
    memset(PyBytes_AS_STRING(section), 0, (size_t)places.size);
    pck_write(&packer, &places, (uint8_t *)PyBytes_AS_STRING(section));
done:
    pck_give_back(&packer);
    for (int i = 0; i < 4; i++) PyBuffer_Release(&in[i]);
    return section;
}

/* ---- module ------------------------------------------------------------------------------ */

static PyMethodDef methods[] = {
    {"scan_names", scan_names, METH_O, scan_names_doc},
    {"scan_framed", scan_framed, METH_VARARGS, scan_framed_doc},
    {"scan_targets", scan_targets, METH_VARARGS, scan_targets_doc},
    {"scan_rows", scan_rows, METH_VARARGS, scan_rows_doc},
    {"scan_entries", scan_entries, METH_VARARGS, scan_entries_doc},
    {"build_trie", build_trie, METH_VARARGS, build_trie_doc},
    {"find_names", find_names, METH_VARARGS, find_names_doc},
    {"find_covered", find_covered, METH_VARARGS, find_covered_doc},
    {"pack_grounds", pack_grounds, METH_VARARGS, pack_grounds_doc},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    BLK_MODULE_SLOTS,
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_native",
    .m_doc = "Batch work on names for compiling; chosen in blocklist._columns.",
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__native(void) { return PyModuleDef_Init(&definition); }
