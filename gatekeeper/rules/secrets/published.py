# SPDX-License-Identifier: Apache-2.0
"""Values that providers and standards publish as examples, by the first 16 hex digits of their SHA-256.

Digests, because no literal that looks like a credential stands in this repository.
"""

from __future__ import annotations

from hashlib import sha256

_DIGESTS = frozenset(
    (
        # RFC 6749 and RFC 6750
        "6c96130f130ab0d6",
        "00cf4c781dc37003",
        "b8e148545b13c78b",
        "a35b81a7d7927b70",
        "e9974c507d2a8021",
        "53f5da0aaa93d64c",
        "ca7459e2b26776de",
        "a71b359a87afde13",
        "cf56c7f136570e23",
        "6803ff5155f7a4a0",
        "3e6099e82cea8b70",
        "b27a5ad43a98ba41",
        "03113394a9a16418",
        # RFC 5849 and the OAuth 1.0a specification
        "2ff8b0fb93aca981",
        "80f8b7c904d4a43f",
        "8d567eb88afff34f",
        "293257ab6495ebb1",
        "cb87c87e4a138d9a",
        "649e1f5c769e718b",
        "bb9b1163338b2a51",
        "4c20e6f5cc11b937",
        "6aa14267d94944e6",
        "c20fbc2b96183894",
        "b87dad10a32a2d81",
        # RFC 7519, jwt.io
        "7f75367e78812551",
        "da816f9f2c16e6c5",
        "c794fa6d20c64efb",
        "8d4ef6536dc8895f",
        # AWS documentation
        "78314b11be2e5815",
        "e21b597ba6b9cafa",
        "1a5d44a2dca19669",
        "c6ea27c534f993d3",
        "cb20d34a7adda2f5",
        # Stripe documentation
        "2cafc0970149a84f",
        "f2d6ca16515033e5",
        "7e8de44ea9ecf6d5",
        "2d1f7723aabc5c7a",
        # Azure storage and Cosmos DB emulators
        "0011cc25eb432071",
        "900e6c2bf8ce6c14",
        "aa6547439583c3a2",
        "a28c56ecb012bfd0",
        # test keys of reCAPTCHA, hCaptcha and Turnstile
        "f5e95c9954635b65",
        "03b970ed8171d73b",
        "0fff9ee671b05ea2",
        "fb8f35129df87662",
        "1e3e58656012d861",
        "841b4f5b0b34e19a",
        # Flask and FastAPI documentation
        "570dad43de1af4c9",
        "ca32f86ce10b8435",
        "2598f7d6adc142d8",
        "9cb335cb7b5fb805",
        "eefbd4136387e762",
        # NuGet documentation
        "a0702bc91d699f60",
        "dba72c00f41f4e4c",
        # RFC 7617 and RFC 2617
        "cf4d418ed3de92d7",
        "73f71af093fdf154",
        "19f0704d4a78f5ea",
        # Google API keys of public samples and of Google's own pages
        "27a9a42931dff7eb",
        "49f777db995e8260",
        "a6c814bc555ae62c",
        "8731261cb72d8626",
        "37f8f09bdf12c2f2",
        "eb540d2b6ee2a0a4",
        "2037abcaffb2b777",
        "3a8b61d0f636b007",
        "4c98242dcadc8b29",
        "ea9bb1082cf95663",
        "3f370c9dd8225c63",
        "a19f89ab3555eac1",
        "e4a5542bb7fd7b67",
        "dc0fcf046c61640c",
        "f56e323494a6ffc2",
        "b7d61096898ce748",
        "f3082ce9d6992144",
        "0b476bdf9acf2123",
    )
)


def is_published(value: bytes) -> bool:
    """True for a value that everybody knows."""
    return sha256(value).hexdigest()[:16] in _DIGESTS
