"""``python -m guanai``: the same as ``guanai``, where the command itself is not on the path."""

from guanai.cli.main import main

if __name__ == "__main__":
    main()
