/* embed.c: a host that starts and ends Python three times and asks after each start, as Debian's
 * Unbound does at every reload.
 *
 *     embed IMAGE one|shared|own [bare]
 *
 * one: a single interpreter each time; shared: a second one beside it, with the same GIL; own: with
 * a GIL of its own (Python 3.12). IMAGE blocks example.com and faß.de. bare: without the library,
 * which tells whether this Python lives through it at all; 3.12.1 does not, once datetime was
 * imported. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdio.h>
#include <string.h>

#define ROUNDS 3

/* What stays behind in __main__ is collected when the interpreter ends. */
static const char questions[] =
    "import blocklist, sys\n"
    "assert blocklist.BACKEND == 'native', blocklist.BACKEND\n"
    "blocked = blocklist.Blocklist.open(image)\n"
    "ask = blocked.is_blocked\n"
    "assert ask('WWW.Example.COM.') and not ask('notexample.com')\n"
    "assert ask(b'\\3www\\7example\\3com\\0') and not ask(b'\\7example\\0')\n"
    "assert ask('a.fa\\xdf.de') and not ask('\\u4f8b.example')\n"
    "assert blocked.is_blocked_many(['example.com', 'example.org']) == [True, False]\n"
    "assert blocked.match('www.example.com').rule.value == 'example.com'\n"
    "try: ask(1)\n"
    "except TypeError: pass\n"
    "else: raise AssertionError('1 is no name')\n"
    "again = blocklist.Blocklist.open(image)\n"
    "again.close()\n";

static const char bare_questions[] = "import datetime, hashlib, json, mmap, struct, sys\n"
                                     "mapped = mmap.mmap(-1, 64)\n"
                                     "view = memoryview(mapped)\n";

static int is_bare;

static int fail(const char *what) {
    if (PyErr_Occurred()) PyErr_Print();
    fprintf(stderr, "embed: %s\n", what);
    return 1;
}

/* Ask in the current interpreter, in Python and then through the C API. */
static int ask(const char *path) {
    PyObject *module = PyImport_AddModule("__main__"), *image, *blocked;
    if (!module) return fail("no __main__");
    image = PyUnicode_DecodeFSDefault(path);
    if (!image || PyObject_SetAttrString(module, "image", image)) return fail("no image");
    Py_DECREF(image);
    if (PyRun_SimpleString(is_bare ? bare_questions : questions)) return fail("a question failed");
    if (is_bare) return 0;
    blocked = PyObject_GetAttrString(module, "blocked");
    if (!blocked) return fail("no blocklist");
    for (int i = 0; i < 1000; i++) {
        PyObject *answer = PyObject_CallMethod(blocked, "is_blocked", "s",
                                               i % 2 ? "a.b.example.com" : "example.org");
        if (!answer) return fail("is_blocked raised");
        if (answer != (i % 2 ? Py_True : Py_False)) return fail("a wrong answer");
        Py_DECREF(answer);
    }
    Py_DECREF(blocked);
    return 0;
}

static PyThreadState *start_second(const char *how) {
#if PY_VERSION_HEX >= 0x030C0000
    if (!strcmp(how, "own")) {
        PyThreadState *state = NULL;
        PyInterpreterConfig config = {
            .use_main_obmalloc = 0,
            .allow_fork = 0,
            .allow_exec = 0,
            .allow_threads = 1,
            .allow_daemon_threads = 0,
            .check_multi_interp_extensions = 1,
            .gil = PyInterpreterConfig_OWN_GIL,
        };
        PyStatus status = Py_NewInterpreterFromConfig(&state, &config);
        return PyStatus_Exception(status) ? NULL : state;
    }
#endif
    return strcmp(how, "shared") ? NULL : Py_NewInterpreter();
}

int main(int argc, char **argv) {
    if (argc < 3) return fail("usage: embed IMAGE one|shared|own [bare]");
    const char *how = argv[2];
    is_bare = argc > 3;
    for (int i = 1; i <= ROUNDS; i++) {
        Py_Initialize();
        if (ask(argv[1])) return 1;
        if (strcmp(how, "one")) {
            PyThreadState *first = PyThreadState_Get(), *second = start_second(how);
            if (!second) return fail("no second interpreter");
            if (ask(argv[1])) return 1;
            PyThreadState_Swap(first);
            if (ask(argv[1])) return 1;
            PyThreadState_Swap(second);
            Py_EndInterpreter(second);
            PyThreadState_Swap(first);
            if (ask(argv[1])) return 1;
        }
        if (Py_FinalizeEx()) return fail("the interpreter did not end well");
        printf("round %d\n", i);
    }
    return 0;
}
