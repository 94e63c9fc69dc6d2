"""Samples that auditors draw of the entries behind a filed month, and what they find."""
