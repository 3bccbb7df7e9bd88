# SPDX-License-Identifier: Apache-2.0
"""What a hook file starts, with ``python -I -S``: nothing is imported but from the installation it was written for.

Arguments: the folders of the dependencies, as recorded when the hook was installed, then the words
after ``gatekeeper hook``. They are searched after the standard library; ``-S`` runs no ``.pth`` file, so
the folder of this package is added too, which makes editable installations work.
"""

import os
import sys


def start(words: list[str]) -> int:
    """The exit code of ``gatekeeper hook`` for ``words``; 4 where the installation is damaged."""
    sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    sys.path.extend(words[0].split(os.pathsep))
    try:
        from gatekeeper.__main__ import main
    except ImportError as error:
        sys.stderr.write(f"gatekeeper: its installation is damaged, so nothing was decided: {error}\n")
        sys.stderr.write("  next: install gatekeeper again, then run: gatekeeper install\n")
        return 4
    return main(["hook", *words[1:]])


if __name__ == "__main__":
    status = start(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)  # taking the interpreter apart costs a tenth of a hook's time and gives nothing
