# SPDX-License-Identifier: Apache-2.0
"""What importing the room costs: nothing heavy comes along, so that hooks may name its types."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEAVY = (
    "cryptography json subprocess tempfile shutil difflib dataclasses inspect pathlib argparse logging urllib datetime "
    "calendar email http ssl asyncio yaml pygit2 requests"
)


def test_no_heavy_module_is_imported_before_it_is_used() -> None:
    rooms = [path.stem for path in (ROOT / "gatekeeper" / "signing").glob("*.py") if path.stem != "__init__"]
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
    program += "".join(f"import gatekeeper.signing.{name}\n" for name in sorted(rooms))
    program += f"print(*sorted(set({HEAVY!r}.split()) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
