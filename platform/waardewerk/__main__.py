"""``python -m waardewerk``: the same door as the ``waardewerk`` command."""

from waardewerk.cli import main

if __name__ == "__main__":
    main()
