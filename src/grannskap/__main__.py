"""The command line where the command is not on the path: ``python -m grannskap``."""

from grannskap.cli import main

if __name__ == "__main__":
    main()
