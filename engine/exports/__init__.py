"""Files that leave the office: numbered, limited by post and day, marked and journalled."""
