# SPDX-License-Identifier: Apache-2.0
"""What a file is by its name: code, other text, or media; and media by its first bytes too."""

from __future__ import annotations


def words(text: str) -> frozenset[bytes]:
    """The words of ``text``, as bytes."""
    return frozenset(text.encode().split())


CODE = words(
    "adb ads asm awk bash bat bzl c cc cjs clj cljc cljs cls cmake cmd cpp cr cs csx cts cu cuh cxx d dart dockerfile "
    "el elm erb erl ex exs f90 fish fs fsx gd glsl go gradle groovy gvy h hbs hcl hh hpp hrl hs hxx inc java jinja "
    "jinja2 jl js jsx kt kts less lisp lua m mak mjs mk ml mli mm mts nim nix pas php phtml pl pm pp proto ps1 psd1 "
    "psm1 py pyi pyx r rake rb re rego rkt rs s sass sbt scala scm scss sh sol spec sql star sv svelte swift tcl tf "
    "tfvars thrift ts tsx v vb vhd vhdl vim vue wgsl zig zsh"
)
"""Extensions of files that run, or are compiled to what runs."""

CODE_NAMES = words(
    "brewfile build containerfile dockerfile gemfile gnumakefile jenkinsfile justfile makefile pipfile podfile "
    "procfile rakefile tiltfile vagrantfile workspace .bashrc .envrc .profile .zshrc"
)
"""Whole names that are code without an extension."""

PLAIN_TEXT = words(
    "adoc asciidoc cfg conf config css csv desktop diff editorconfig env graphql gql htm html ics ini ipynb json json5 "
    "jsonc jsonl ldif lock log map markdown md mdc mdx nfo opml org patch plist po pot properties reg rss rst rtf sbom "
    "service srt strings sum svg tex text textproto toml tsv txt vcf vtt webmanifest wsdl xhtml xlf xliff xml xsd xsl "
    "xslt yaml yml"
)
"""Extensions of text that is not code."""

MEDIA: dict[bytes, tuple[bytes, ...]] = {
    b"png": (b"\x89PNG\r\n\x1a\n",),
    b"apng": (b"\x89PNG\r\n\x1a\n",),
    b"jpg": (b"\xff\xd8\xff",),
    b"jpeg": (b"\xff\xd8\xff",),
    b"gif": (b"GIF87a", b"GIF89a"),
    b"webp": (b"RIFF",),
    b"wav": (b"RIFF",),
    b"avi": (b"RIFF",),
    b"bmp": (b"BM",),
    b"ico": (b"\0\0\1\0",),
    b"cur": (b"\0\0\2\0",),
    b"icns": (b"icns",),
    b"tif": (b"II*\0", b"MM\0*"),
    b"tiff": (b"II*\0", b"MM\0*"),
    b"psd": (b"8BPS",),
    b"pdf": (b"%PDF-",),
    b"eps": (b"%!PS", b"\xc5\xd0\xd3\xc6"),
    b"woff": (b"wOFF",),
    b"woff2": (b"wOF2",),
    b"ttf": (b"\0\1\0\0", b"true"),
    b"otf": (b"OTTO", b"\0\1\0\0"),
    b"ttc": (b"ttcf",),
    b"mp3": (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"),
    b"ogg": (b"OggS",),
    b"oga": (b"OggS",),
    b"ogv": (b"OggS",),
    b"opus": (b"OggS",),
    b"flac": (b"fLaC",),
    b"mid": (b"MThd",),
    b"webm": (b"\x1aE\xdf\xa3",),
    b"mkv": (b"\x1aE\xdf\xa3",),
}
"""Extension to the magic numbers of pictures, fonts, sound, film and printed pages."""

_ISO_MEDIA = words("mp4 m4a m4v mov avif heic heif")
"""Media whose ``ftyp`` box starts at byte 4 (ISO/IEC 14496-12)."""

_EMBEDDED_FONTS = b"eot"
"""Embedded OpenType: magic ``LP`` at byte 34."""


def file_name(path: bytes) -> bytes:
    """The last component, ASCII letters in lower case."""
    return path.rpartition(b"/")[2].lower()


def extension(path: bytes) -> bytes:
    """What follows the last dot of the file name, in lower case; empty for none and for ``.bashrc``."""
    stem, _, last = file_name(path).rpartition(b".")
    return last if stem else b""


def is_code(path: bytes) -> bool:
    """True where the name is that of a program, script, build file, template or style sheet."""
    return extension(path) in CODE or file_name(path) in CODE_NAMES


def is_text_by_name(path: bytes) -> bool:
    """True where a person would expect to read the file."""
    name = file_name(path)
    return is_code(path) or extension(path) in PLAIN_TEXT or name.startswith(b".git") or name in _BARE_TEXT


_BARE_TEXT = words(
    "authors changelog changes codeowners copying licence license news notice owners readme todo version"
)


def is_media(path: bytes, content: bytes) -> bool:
    """True where both the name and the first bytes are those of one kind of media."""
    kind = extension(path)
    if kind in _ISO_MEDIA:
        return content[4:8] == b"ftyp"
    if kind == _EMBEDDED_FONTS:
        return content[34:36] == b"LP"
    return content.startswith(MEDIA.get(kind, ()))


def is_media_by_name(path: bytes) -> bool:
    """True where the extension is one of a picture, a font, sound, film or a printed page."""
    kind = extension(path)
    return kind in MEDIA or kind in _ISO_MEDIA or kind == _EMBEDDED_FONTS
