# SPDX-License-Identifier: Apache-2.0
"""From the environment of a server to the changes of a push."""
