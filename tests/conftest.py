"""Options that all tests share."""


def pytest_addoption(parser):
    parser.addoption("--port", help="run the device tests on the board at this serial port")
    parser.addoption("--bless", action="store_true", help="rewrite the expected output of text filetests")
