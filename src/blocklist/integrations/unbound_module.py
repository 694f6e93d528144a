"""UNBOUND: the file that ``python-script`` of ``unbound.conf`` points to, where it is installed.

Its settings are ``blocklist.toml`` in Unbound's ``directory``; see ``docs/how-to/unbound.md``.
"""

if __name__ == "__main__":  # as Unbound runs it
    import site
    import sys
    from pathlib import Path

    installed = str(Path(__file__).resolve().parents[2])
    # First: of what PYTHONPATH has, such as Debian's packages, the versions may be too old.
    sys.path.insert(0, installed)
    site.addsitedir(installed)

    from blocklist.integrations.unbound import Module

    module: Module = Module(sys.modules["unboundmodule"])
    init_standard = module.init_standard
    operate = module.operate
    inform_super = module.inform_super
    deinit = module.deinit
