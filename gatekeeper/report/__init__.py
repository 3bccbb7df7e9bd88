# SPDX-License-Identifier: Apache-2.0
"""One file per output format, and the one sanitiser for text that came from a repository."""
