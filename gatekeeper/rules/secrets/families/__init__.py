# SPDX-License-Identifier: Apache-2.0
"""Credentials by provider family: data only, facts from the providers' own documentation."""
