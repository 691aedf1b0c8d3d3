"""The programs inside the package, and the commands on the PATH that become them."""

import os
import sys

_FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bundle", "bin")


def path(name):
    """Of 'ctgan' or 'ctgan-server'. $CTGAN_BIN names a folder with others."""
    return os.path.join(os.environ.get("CTGAN_BIN") or _FOLDER, name)


def _become(name, program="ctgan"):
    os.execv(path(program), [name, *sys.argv[1:]])


def ctgan():
    _become("ctgan")


def fit():
    _become("fit")


def sample():
    _become("sample")


def download():
    _become("download")


def manage():
    _become("manage")


def ctgan_server():
    _become("ctgan-server", "ctgan-server")
