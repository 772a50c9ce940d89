"""Waardewerk: a small core on which plugins anchor digital ethics in a province's work."""

import pluggy

__version__ = "0.1.0"

#: Marks a function in a plugin's ``plugin.py`` as the answer to one of the hooks in ``hooks.py``.
hookimpl = pluggy.HookimplMarker("waardewerk")

__all__ = ["__version__", "hookimpl"]
