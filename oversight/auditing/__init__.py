"""What auditors read (稽核): the record by case, person and rule; fixed lists; samples and findings."""
