# SPDX-License-Identifier: Apache-2.0
"""What a sandbox may reach: host rules, the proxy that enforces them, and the process that serves both."""
