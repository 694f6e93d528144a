/* moduleslots.h: how our modules for Python run: in each interpreter, and without its lock. Include
 * Python.h before. */
#ifndef BLK_MODULESLOTS_H
#define BLK_MODULESLOTS_H

#if PY_VERSION_HEX >= 0x030C0000
#define BLK_EACH_INTERPRETER {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#else
#define BLK_EACH_INTERPRETER
#endif
#ifdef Py_mod_gil
#define BLK_NO_LOCK {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#else
#define BLK_NO_LOCK
#endif
/* The end of a table of slots. */
#define BLK_MODULE_SLOTS                                                                           \
    BLK_EACH_INTERPRETER BLK_NO_LOCK { 0, NULL }

#endif
