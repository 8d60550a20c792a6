"""The auditors' pages (签批溯源): the record found, verified and told; lists, samples and findings."""
