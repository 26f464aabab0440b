"""Options that all tests share."""


def pytest_addoption(parser):
    parser.addoption("--bless", action="store_true", help="rewrite the expected output of text filetests")
