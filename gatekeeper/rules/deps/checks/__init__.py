# SPDX-License-Identifier: Apache-2.0
"""The judgements, one module each: ``check(delta)`` yields hits."""
