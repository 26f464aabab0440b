"""What all tests share: options, and the tools of the virtual environment that runs them, activated or not."""

import os
import sys
from pathlib import Path

os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])


def pytest_addoption(parser):
    parser.addoption("--port", help="run the device tests on the board at this serial port")
    parser.addoption("--bless", action="store_true", help="rewrite the expected output of text filetests")
