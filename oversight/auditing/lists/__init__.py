"""The fixed lists with which an audit begins, one a file: its query, its columns and what it covers."""
