import sys

from rowcast_reports.picks.cli import main

if __name__ == "__main__":
    sys.exit(main())
