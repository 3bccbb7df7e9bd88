# SPDX-License-Identifier: Apache-2.0
"""What the repository alone cannot tell: what an index says of a package, and what is known to be bad."""
