# SPDX-License-Identifier: Apache-2.0
"""Statements that people sign: made, read, and held against a change."""
