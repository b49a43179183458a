import sys

from modelswitch_cli import main

if __name__ == "__main__":
    sys.exit(main())
