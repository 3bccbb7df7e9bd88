# SPDX-License-Identifier: Apache-2.0
"""What the repository asks for: schema, trusted loading, presets, managed policies, path matching."""
