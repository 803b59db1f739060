"""``python -m polldecode``."""

from polldecode.cli import main

if __name__ == "__main__":
    main()
