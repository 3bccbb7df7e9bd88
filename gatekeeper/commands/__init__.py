# SPDX-License-Identifier: Apache-2.0
"""One file per verb: arguments, call, print, exit code."""
