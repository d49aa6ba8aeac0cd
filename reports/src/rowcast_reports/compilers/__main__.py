import sys

from rowcast_reports.compilers.cli import main

if __name__ == "__main__":
    sys.exit(main())
