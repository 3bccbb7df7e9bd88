# SPDX-License-Identifier: Apache-2.0
"""SSHSIG, DSSE, canonical JSON, allowed_signers, key validity. Knows neither git nor policy."""
