# SPDX-License-Identifier: Apache-2.0
"""What happened in a sandbox: programs started, connections tried, what the agent itself reports."""
