# SPDX-License-Identifier: Apache-2.0
"""The gate for commits that agents write."""

__version__ = "0.1.0"
