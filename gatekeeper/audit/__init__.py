# SPDX-License-Identifier: Apache-2.0
"""Decisions on record: notes, the signed log, their verification."""
