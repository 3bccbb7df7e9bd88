# SPDX-License-Identifier: Apache-2.0
"""One file or folder per family; each rule looks at one commit and returns hits."""
